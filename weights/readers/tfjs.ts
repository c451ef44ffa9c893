import { basename } from "node:path";
import { isObject } from "../../base/json.ts";
import { sizeOf } from "../../graph/mod.ts";
import { type ArrayFile, guarded, held } from "../array_file.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { type ByteSource, openSource } from "../source.ts";
import { isStranger, strangerOf } from "../stranger.ts";
import { shardAt } from "./shard.ts";
import { readJsonFile } from "./json_file.ts";
import { isCounts, type NumberType, NumberTypeError, numberTypes } from "./numbers.ts";

const mostShards = 1000;

const storedTypes: Readonly<Record<string, NumberType>> = {
  float32: "f32",
  float16: "f16",
  uint8: "u8",
  uint16: "u16",
  int32: "i32",
};

/** An array's position in the shards of its group, which are read as if they were one file. */
interface Entry {
  readonly shape: readonly number[];
  readonly type: NumberType;
  readonly start: number;
  /** The stored integers become `scale` · n + `min`. */
  readonly scale?: { readonly scale: number; readonly min: number };
  readonly shards: readonly URL[];
}

/**
 * Opens a TensorFlow.js layers model: a model.json, or the folder that holds one, with its shards beside it. Quantised
 * arrays become float32. Arrays are named as there, `block1_conv1/kernel`.
 *
 * @throws {UserError} if it cannot be read or is no such model.
 */
export function openTfjs(location: URL): Promise<ArrayFile> {
  return guarded(location, "a model.json of TensorFlow.js with its shards beside it is needed", async () => {
    const entries = entriesOf(await readJsonFile(location), location);
    const open = new Map<string, Promise<ByteSource>>();
    const source = (shard: URL) => {
      if (!open.has(shard.href)) open.set(shard.href, openSource(shard));
      return open.get(shard.href)!;
    };
    return {
      shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
      metadata: {},
      parts: [...new Map([...entries.values()].flatMap(({ shards }) => shards).map((url) => [url.href, url])).values()],
      async tensor(name): Promise<Tensor> {
        const entry = held(entries, name);
        return { shape: entry.shape, data: await readEntry(name, entry, source) };
      },
      async [Symbol.asyncDispose]() {
        for (const shard of open.values()) {
          await shard.then((source) => source[Symbol.asyncDispose](), () => {});
        }
      },
    };
  });
}

function entriesOf(model: unknown, location: URL): Map<string, Entry> {
  const manifest = isObject(model) ? model.weightsManifest : undefined;
  if (!Array.isArray(manifest)) throw new RangeError("it has no weightsManifest");
  return new Map(manifest.flatMap((group) => {
    const { paths, weights } = isObject(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights) || paths.length > mostShards) {
      throw new RangeError("a group of its weightsManifest has no proper paths and weights");
    }
    const shards = paths.map((path) => shardAt(path, location));
    // A small file named many times would look like a large one.
    const twice = shards.find(({ href }, i) => shards.findIndex((other) => other.href === href) !== i);
    if (twice) throw new RangeError(`it names the shard ${basename(twice.pathname)} twice`);
    let start = 0;
    return weights.map((weight) => {
      const { name, entry, bytes } = entryOf(weight, shards, start);
      start += bytes;
      return [name, entry] as const;
    });
  }));
}

function entryOf(weight: unknown, shards: readonly URL[], start: number) {
  const { name, shape, dtype, quantization } = isObject(weight) ? weight : {};
  if (typeof name !== "string" || !isCounts(shape)) {
    throw new RangeError("an array of its weightsManifest has no proper name and shape");
  }
  const { dtype: stored = dtype, scale, min } = isObject(quantization) ? quantization : {};
  const type = Object.hasOwn(storedTypes, String(stored)) ? storedTypes[String(stored)] : undefined;
  if (!type) {
    throw new NumberTypeError(name, String(stored), Object.keys(storedTypes));
  }
  const scaled = type === "u8" || type === "u16";
  if (scaled && !(typeof scale === "number" && typeof min === "number")) {
    throw new RangeError(`"${name}" has no proper scale and minimum`);
  }
  const bytes = sizeOf(shape) * numberTypes[type].bytes;
  const entry: Entry = { shape, type, start, shards, scale: scaled ? { scale, min } as Entry["scale"] : undefined };
  return { name, entry, bytes };
}

async function readEntry(name: string, entry: Entry, source: (shard: URL) => Promise<ByteSource>) {
  const { bytes, read } = numberTypes[entry.type];
  const needed = sizeOf(entry.shape) * bytes;
  const sources: ByteSource[] = [];
  for (const shard of entry.shards) sources.push(await source(shard));
  const held = sources.reduce((sum, { size }) => sum + size, 0);
  if (entry.start + needed > held) {
    for (const [i, shard] of sources.entries()) {
      const head = await shard.read(0, Math.min(shard.size, 512));
      if (isStranger(head)) {
        throw new RangeError(`its shard ${basename(entry.shards[i].pathname)}: ${strangerOf(head).what}`);
      }
    }
    throw new RangeError(`"${name}" ends at byte ${entry.start + needed} of ${held}: its shards are cut short`);
  }
  const content = new Uint8Array(needed);
  let shardStart = 0;
  for (const shard of sources) {
    const from = Math.max(entry.start, shardStart);
    const to = Math.min(entry.start + needed, shardStart + shard.size);
    if (from < to) content.set(await shard.read(from - shardStart, to - from), from - entry.start);
    shardStart += shard.size;
  }
  const values = read(content.buffer);
  const { scale } = entry;
  return scale ? values.map((n) => n * scale.scale + scale.min) : values;
}
