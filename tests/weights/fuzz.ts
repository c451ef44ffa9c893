/**
 * Damaged weights files through the readers: each must give arrays or one clear error, soon and in little memory.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import { type Format, openAny } from "../../weights/open_any.ts";
import { below, damagedOnce } from "../helpers/damage.ts";
import { f32, safetensors } from "../helpers/safetensors.ts";
import { first, weightsFile } from "../helpers/weights_files.ts";

/** What a file may cost: time of the processor, so that a busy machine counts for nothing, and memory. */
export const limits = { milliseconds: 5000, bytes: 1e9 } as const;

/** What came of the files of a format. */
export interface FuzzReport {
  readonly format: Format;
  readonly files: number;
  /** How many gave arrays; all others gave a clear error. */
  readonly read: number;
  readonly slowestMilliseconds: number;
  /** The most memory that the process had during the run. */
  readonly peakBytes: number;
  /** What went wrong: not clear, too slow, too large. */
  readonly faults: readonly string[];
}

/** A sound file as the bytes of its parts by name; the first part is the one to open. */
type Seed = ReadonlyMap<string, Uint8Array>;

/** The sound files that are damaged, by format. */
async function seedsOf(format: Format): Promise<Seed[]> {
  const names: Readonly<Record<Format, readonly (readonly string[])[]>> = {
    safetensors: [],
    mat: [["new.mat"], ["old.mat"]],
    hdf5: [["flat.h5"], ["nested.h5"], ["chunked.h5"], ["keras3.weights.h5"]],
    keras: [["model.keras"]],
    npz: [["plain.npz"], ["compressed.npz"]],
    sharded: [[
      "sharded/model.safetensors.index.json",
      "sharded/model-00001-of-00002.safetensors",
      "sharded/model-00002-of-00002.safetensors",
    ]],
    tfjs: [
      ["plain/model.json", "plain/group1-shard1of2.bin", "plain/group1-shard2of2.bin"],
      ["quantised/model.json", "quantised/group1-shard1of1.bin"],
    ],
    torch: [["zip.pth"], ["legacy.pth"], ["half.pth"], ["checkpoint.pth"], ["strided.pth"]],
  };
  if (format === "safetensors") {
    const arrays = { "conv1_1.weight": f32([64, 3, 3, 3], first.kernel), "conv1_1.bias": f32([64], first.bias) };
    return [new Map([["net.safetensors", safetensors(arrays)]])];
  }
  const seeds: Seed[] = [];
  for (const parts of names[format]) {
    const contents = parts.map(async (part) =>
      [part.split("/").at(-1)!, await Deno.readFile(weightsFile(part))] as const
    );
    seeds.push(new Map(await Promise.all(contents)));
  }
  return seeds;
}

/** Runs so many damaged files of a format through its reader; the same ones for the same seed. */
export async function fuzz(format: Format, files: number, seed: number): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const seeds = await seedsOf(format);
  const folder = await Deno.makeTempDir({ prefix: "impasto-fuzz-" });
  const faults: string[] = [];
  let [read, slowestMilliseconds, peakBytes] = [0, 0, 0];
  const watch = setInterval(() => peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss), 10);
  try {
    for (let i = 0; i < files; i++) {
      const parts = [...seeds[i % seeds.length]];
      const damaged = random() < 0.7 ? 0 : below(random, parts.length);
      for (const [at, [name, bytes]] of parts.entries()) {
        await Deno.writeFile(join(folder, name), at === damaged ? damagedOnce(bytes, random) : bytes);
      }
      const start = process.cpuUsage();
      const outcome = await readThrough(pathToFileURL(join(folder, parts[0][0])));
      const { user, system } = process.cpuUsage(start);
      const milliseconds = (user + system) / 1000;
      peakBytes = Math.max(peakBytes, Deno.memoryUsage().rss);
      slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds);
      if (outcome === "read") read++;
      else if (outcome !== "refused") faults.push(`file ${i}: ${outcome}`);
      if (milliseconds > limits.milliseconds) faults.push(`file ${i}: ${Math.round(milliseconds)} ms`);
    }
  } finally {
    clearInterval(watch);
    await Deno.remove(folder, { recursive: true });
  }
  if (peakBytes > limits.bytes) faults.push(`${Math.round(peakBytes / 1e6)} MB of memory`);
  return { format, files, read, slowestMilliseconds, peakBytes, faults };
}

/** Reads every array of a file: `read`, `refused` with a clear error, or what is wrong with how it went. */
async function readThrough(location: URL): Promise<string> {
  try {
    await using file = await openAny(location);
    for (const [name, shape] of file.shapes) {
      const tensor = await file.tensor(name);
      const count = tensor.shape.reduce((product, side) => product * side, 1);
      const sound = tensor.data instanceof Float32Array && tensor.data.length === count &&
        count === shape.reduce((product, side) => product * side, 1);
      if (!sound) return `${name} of [${shape}] has ${tensor.data.length} values`;
    }
    return "read";
  } catch (error) {
    const lines = error instanceof UserError && error.hint ? [error.message, error.hint] : [];
    const clear = lines.length === 2 && lines.every((line) => line.length < 1000 && !/\p{Cc}/u.test(line));
    return clear ? "refused" : `no clear error: ${String(error).slice(0, 200)}`;
  }
}
