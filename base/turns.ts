/** Starts a task when all that came before it are over, and gives what it gives. */
type Turn = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes tasks that share a state take turns, in the order in which they come. One that fails holds up no other. */
export function turns(): Turn {
  let last: Promise<void> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.then(() => {}, () => {});
    return result;
  };
}
