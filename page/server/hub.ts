/** Where news is waited for: what it is, each looks up for itself. */
export interface Hub {
  /** Grows with each news. */
  readonly count: number;
  /** Tells all who wait. */
  changed(): void;
  /** Waits until there is something newer than a count, at most so many milliseconds. */
  after(count: number, milliseconds: number): Promise<void>;
}

/** Opens a hub. */
export function openHub(): Hub {
  let count = 0;
  const waiting = new Set<() => void>();
  return {
    get count() {
      return count;
    },
    changed() {
      count++;
      for (const wake of waiting) wake();
    },
    after(seen, milliseconds) {
      if (count > seen) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, milliseconds);
        waiting.add(wake);
      });
    },
  };
}
