/** Runs a task when all earlier ones are over, and returns its result. */
type Turn = <T>(task: () => Promise<T>) => Promise<T>;

/** Returns a queue for tasks that share a state: they run one at a time, in order. One that fails stops no other. */
export function turns(): Turn {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.then(() => {}, () => {});
    return result;
  };
}
