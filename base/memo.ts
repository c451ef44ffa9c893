/** Memoises what is made per key; a rejected promise is forgotten. */
export type Memo = <T>(key: string, make: () => Promise<T>) => Promise<T>;

/**
 * Opens a memo.
 *
 * @param most How many keys it remembers: with more of them, those go that were not asked for the longest.
 */
export function memo(most = Infinity): Memo {
  const made = new Map<string, Promise<unknown>>();
  return <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(key) as Promise<T> | undefined;
    const value = known ?? make();
    // As the newest.
    made.delete(key);
    made.set(key, value);
    if (known) return known;
    value.catch(() => {
      if (made.get(key) === value) made.delete(key);
    });
    for (const oldest of made.keys()) {
      if (made.size <= most) break;
      made.delete(oldest);
    }
    return value;
  };
}
