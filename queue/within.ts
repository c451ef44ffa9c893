/** Waits for a farewell that may never come, such as that of a server that is gone. */
export async function within(milliseconds: number, farewell: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([farewell.then(() => {}, () => {}), promise]);
  clearTimeout(timer);
}

/** Milliseconds that a farewell may take. */
export const farewell = 1000;
