/**
 * Damaged weights files through the readers: each must give arrays or one clear error, soon and in little memory.
 * `deno task fuzz [FILES [SEED]]` runs it at length, 2,000 files of each format unless told; fuzz_test.ts a little of it.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import { type Format, formats, openAny } from "../../weights/open_any.ts";
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

type Random = () => number;
type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

const below = (random: Random, n: number) => Math.floor(random() * n);

/** Numbers that lengths, offsets and counts break at. */
const extremes = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

/** Places where formats keep their structure: at the beginning, at the end, or near something that is not zero. */
function place(bytes: Uint8Array, random: Random): number {
  const at = below(random, bytes.length);
  const choice = random();
  if (choice < 0.4) return at % Math.min(bytes.length, 512);
  if (choice < 0.6) return bytes.length - 1 - at % Math.min(bytes.length, 512);
  return at;
}

const damages: readonly Damage[] = [
  function flipBits(bytes, random) {
    for (let n = 1 + below(random, 8); n > 0; n--) bytes[place(bytes, random)] ^= 1 << below(random, 8);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length));
  },
  function blowUp(bytes, random) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let n = 1 + below(random, 3); n > 0; n--) {
      const at = Math.max(0, Math.min(bytes.length - 8, place(bytes, random)));
      if (bytes.length < 8) break;
      view.setUint32(at, extremes[below(random, extremes.length)], random() < 0.8);
      if (random() < 0.5) view.setUint32(at + 4, extremes[below(random, extremes.length)], true);
    }
    return bytes;
  },
  /** An offset that points somewhere else in the file: loops, overlaps. */
  function redirect(bytes, random) {
    if (bytes.length < 8) return bytes;
    const at = Math.min(bytes.length - 8, place(bytes, random)) & ~7;
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length).setUint32(at, below(random, bytes.length) & ~7, true);
    return bytes;
  },
  function copyWithin(bytes, random) {
    return bytes.copyWithin(place(bytes, random), place(bytes, random), place(bytes, random) + below(random, 256));
  },
  /** Every number in a text may be another one, and every name may lead elsewhere. */
  function rewriteText(bytes, random) {
    const text = String.fromCharCode(...bytes);
    const numbers = ["-1", "1e308", "9007199254740992", "0", "null", "[]", "1.5", '"x"'];
    const names = ["../x", "/etc/passwd", "http://127.0.0.1:9/x", "", "__proto__", "a".repeat(5000)];
    const some = text.replace(/\d+(?=[,\]}])/g, (number) => random() < 0.2 ? numbers[below(random, 8)] : number)
      .replace(/"[\w./-]+"/g, (name) => random() < 0.05 ? JSON.stringify(names[below(random, 6)]) : name);
    return Uint8Array.from(some, (char) => char.charCodeAt(0));
  },
];

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
        const damage = damages[below(random, damages.length)];
        await Deno.writeFile(join(folder, name), at === damaged ? damage(bytes.slice(), random) : bytes);
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

if (import.meta.main) {
  const [files = "2000", seed = "1"] = Deno.args;
  let faulty = false;
  for (const format of Object.keys(formats) as Format[]) {
    const { read, slowestMilliseconds, peakBytes, faults } = await fuzz(format, Number(files), Number(seed));
    console.log(
      `${format.padEnd(12)} ${files} files, ${read} read, the others refused; ` +
        `slowest ${Math.round(slowestMilliseconds)} ms, peak ${Math.round(peakBytes / 1e6)} MB`,
    );
    for (const fault of faults) console.log(`  ${fault}`);
    faulty ||= faults.length > 0;
  }
  Deno.exit(faulty ? 1 : 0);
}
