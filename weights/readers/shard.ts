/**
 * The location of a shard, which must be a file beside its index.
 *
 * @throws {RangeError} if it is none.
 */
export function shardAt(path: unknown, index: URL): URL {
  const shard = typeof path === "string" && /^[\w.() -]{1,255}$/.test(path) && !/^\.+$/.test(path)
    ? URL.parse(`./${encodeURIComponent(path)}`, index)
    : null;
  if (!shard) throw new RangeError(`its shard ${JSON.stringify(path)} is no name of a file beside it`);
  return shard;
}
