import { isObject } from "../../base/json.ts";
import { type ArrayFile, guarded, held } from "../array_file.ts";
import { shardAt } from "./shard.ts";

const mostShards = 1000;

/**
 * Opens arrays that lie in several files, by the index with a `weight_map` that tells which holds which.
 *
 * @param index The content of the index.
 * @param open Opens a shard.
 * @throws {UserError} if one cannot be read, or the index is none.
 */
export function openSharded(
  location: URL,
  index: unknown,
  open: (shard: URL) => Promise<ArrayFile>,
): Promise<ArrayFile> {
  return guarded(location, "an index with its shards beside it is needed", async () => {
    const map = isObject(index) ? index.weight_map : undefined;
    if (!isObject(map)) throw new RangeError("it has no weight_map");
    const files = new Map<unknown, ArrayFile>();
    const paths = new Set(Object.values(map));
    if (paths.size > mostShards) throw new RangeError(`it names ${paths.size} shards`);
    const close = async () => {
      for (const file of files.values()) await file[Symbol.asyncDispose]();
    };
    try {
      for (const path of paths) files.set(path, await open(shardAt(path, location)));
      const owners = new Map(Object.entries(map).map(([name, path]) => [name, files.get(path)!]));
      const shapes = new Map<string, readonly number[]>();
      for (const [name, path] of Object.entries(map)) {
        const shape = files.get(path)!.shapes.get(name);
        if (!shape) throw new RangeError(`its shard ${path} holds no "${name}"`);
        shapes.set(name, shape);
      }
      return {
        shapes,
        metadata: {},
        parts: [...files.keys()].map((path) => shardAt(path, location)),
        tensor: async (name) => await held(owners, name).tensor(name),
        [Symbol.asyncDispose]: close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  });
}
