/** Places for tasks that run at a time. */
export interface Slots {
  /**
   * Waits for a place, which is free again when what it gives is disposed of.
   *
   * @param onWait Told how many wait before it, if all places are taken.
   * @throws The signal's reason, if that comes first.
   */
  enter(signal?: AbortSignal, onWait?: (ahead: number) => void): Promise<Disposable>;
}

/** Opens so many places; who comes first is served first. */
export function slots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  const place = (): Disposable => {
    let left = false;
    return {
      [Symbol.dispose]() {
        if (left) return;
        left = true;
        const [next] = waiting;
        if (next) next();
        else free++;
      },
    };
  };
  return {
    async enter(signal, onWait) {
      signal?.throwIfAborted();
      if (free > 0) {
        free--;
        return place();
      }
      onWait?.(waiting.size);
      const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
      const serve = () => {
        waiting.delete(serve);
        signal?.removeEventListener("abort", leave);
        resolve(place());
      };
      const leave = () => {
        waiting.delete(serve);
        reject(signal!.reason);
      };
      waiting.add(serve);
      signal?.addEventListener("abort", leave, { once: true });
      return await promise;
    },
  };
}
