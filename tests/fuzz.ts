/**
 * Damaged weights files, pictures and presets through their readers, at length: `deno task fuzz [FILES [SEED [KIND]]]`,
 * 1,000 of each format unless told. The fuzz_test.ts of each room runs a little of it.
 *
 * @module
 */
import { type Format, formats } from "../weights/open_any.ts";
import { fuzzPictures, pictureFormats } from "./pictures/fuzz.ts";
import { fuzzPresets } from "./presets/fuzz.ts";
import { fuzz as fuzzWeights } from "./weights/fuzz.ts";

/** What came of the files of a format. */
interface Report {
  /** How many were read; all others gave a clear error. */
  readonly read: number;
  readonly slowestMilliseconds: number;
  readonly peakBytes?: number;
  readonly faults: readonly string[];
}

type Fuzz = (files: number, seed: number) => Promise<Report>;

const kinds: Readonly<Record<string, readonly (readonly [string, Fuzz])[]>> = {
  weights: (Object.keys(formats) as Format[]).map((format) => [
    format,
    (files, seed) => fuzzWeights(format, files, seed),
  ]),
  pictures: pictureFormats.map((format) => [format, (files, seed) => fuzzPictures(format, files, seed)]),
  presets: [["presets", fuzzPresets]],
};

const [files = "1000", seed = "1", only] = Deno.args;
let faulty = false;
for (const [kind, fuzzes] of Object.entries(kinds)) {
  if (only !== undefined && only !== kind) continue;
  for (const [name, fuzz] of fuzzes) {
    const { read, slowestMilliseconds, peakBytes, faults } = await fuzz(Number(files), Number(seed));
    const peak = peakBytes === undefined ? "" : `, peak ${Math.round(peakBytes / 1e6)} MB`;
    const slowest = `slowest ${Math.round(slowestMilliseconds)} ms`;
    console.log(`${name.padEnd(12)} ${files} files, ${read} read, the others refused; ${slowest}${peak}`);
    for (const fault of faults) console.log(`  ${fault}`);
    faulty ||= faults.length > 0;
  }
}
Deno.exit(faulty ? 1 : 0);
