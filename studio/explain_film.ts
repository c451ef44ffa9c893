import { fileURLToPath } from "node:url";
import { amountOf, memoryOf } from "../base/memory.ts";
import { clock } from "../base/time.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { encodePicture } from "../pictures/write_picture.ts";
import { filmOutput, withoutFilm } from "../session/film.ts";
import { decode, sizesFor } from "../stages/decode.ts";
import { film } from "../stages/film.ts";
import type { FilmOptions } from "../stages/film/options.ts";
import { paintedSize, partOf, rateOf } from "../stages/film/part.ts";
import type { FilmSource, Frame } from "../video/film.ts";
import { openFlows } from "../video/flow/mod.ts";
import { openFilm } from "../video/reading/mod.ts";
import { cutBetween, cutSize } from "../video/shots.ts";
import { partLength } from "../video/writing/container.ts";
import { kindOf } from "../video/writing/kind.ts";
import { workingFolder } from "../video/writing/store.ts";
import { costsOf, estimateOf, type PlannedScale, plannedScales, secondsOfPass } from "./estimate.ts";
import type { Explained } from "./explain.ts";
import { planOf } from "./plan.ts";

/** Frames among which cuts are looked for, at some hundred a second. */
const mostLooked = 5000;

/** Bytes of a painted pixel in a picture of the working folder: 2.6 of 3 in a film of 640×360, by van-gogh. */
const bytesOfPixel = 2.6;

/**
 * Tells in plain words what the painting of a film will take.
 *
 * @param preset What `filmPreset` gave.
 * @throws {UserError} if the film cannot be read.
 */
export async function explainFilm(preset: ResolvedPreset): Promise<Explained[]> {
  const options = optionsOf(preset, film)!;
  const path = fileURLToPath(options.content);
  const source = await openFilm(path, { rate: rateOf(options.rate), pixelLimit: 2.68e8 });
  const [first, behind] = partOf(source, options);
  const size = paintedSize(source.size, options.size);
  const count = behind - first;
  const shots = await shotsIn(source, first, behind, options);
  const output = filmOutput(preset);
  const { seconds, bytes } = await costOf(preset, source, first, count, shots ?? 1);
  const [frames, per] = source.rate;
  const from = source.times[first].at / source.ticks;
  const { at, lasts } = source.times[behind - 1];
  const length = (at + lasts) / source.ticks - from;
  const whole = first === 0 && behind === source.times.length;
  const held = kindOf(output) === "container" && options.passes === 1 ? Math.min(count, partLength + 8) : count;
  const disk = held * size.width * size.height * bytesOfPixel * (options.depth === "10" || source.deep ? 2 : 1);
  return [
    {
      about: "film",
      text: `${path}, ${source.size.width}×${source.size.height}, ${Number((frames / per).toFixed(3))} frames/s, ${
        source.sounds ? "with sound" : "silent"
      }`,
    },
    { about: "part", text: `${whole ? "all" : `${clock(from)} to ${clock(from + length)}`}: ${length.toFixed(2)} s` },
    {
      about: "frames",
      text: `${count}${options.passes > 1 ? `, ${options.passes} times` : ""}, painted at ${size.width}×${size.height}`,
    },
    { about: "shots", text: shots === undefined ? `not counted in more than ${mostLooked} frames` : String(shots) },
    { about: "result", text: output },
    {
      about: "disk",
      text: `at most about ${amountOf(disk)} beside it in ${workingFolder(output)}, until it is done`,
    },
    {
      about: "estimate",
      text: `about ${inWords(seconds * options.passes)}, and ${amountOf(bytes)} of memory, however long the film is`,
    },
  ];
}

/** How many shots a part of a film has; undefined if nobody looked. */
async function shotsIn(
  source: FilmSource,
  first: number,
  behind: number,
  { cuts }: Pick<FilmOptions, "cuts">,
): Promise<number | undefined> {
  if (!cuts) return 1;
  if (behind - first > mostLooked) return undefined;
  using workers = openFlows();
  let shots = 1;
  let before: Frame | undefined;
  let index = first;
  for await (const frame of source.frames(first, cutSize(source.size))) {
    if (before && await cutBetween(before, frame, workers)) shots++;
    before = frame;
    if (++index === behind) break;
  }
  return shots;
}

/** Seconds and bytes that a film takes, judged by its first frame. */
async function costOf(preset: ResolvedPreset, source: FilmSource, first: number, count: number, shots: number) {
  const options = optionsOf(preset, film)!;
  const size = paintedSize(source.size, options.size);
  const frames = source.frames(first, size);
  const { value } = await frames.next();
  await frames.return();
  const frame = value ?? { ...size, data: new Float32Array(3 * size.width * size.height) };
  const way = { ending: ".png", depth: 8, tiff: "auto", xmp: "" } as const;
  const url = URL.createObjectURL(new Blob([await encodePicture({ ...frame, name: "frame" }, way)]));
  try {
    const plain = withoutFilm(preset, url);
    const pictures = optionsOf(plain, decode)!;
    const sized = withOptions(plain, decode, { size: Math.max(size.width, size.height), enlarge: false });
    const scales = plannedScales(sized, sizesFor({ ...pictures, ...optionsOf(sized, decode)! }, size));
    const [one, later] = plain.method === "painter"
      ? Array<number>(2).fill(await secondsOfPass(sized, size))
      : await secondsOf(sized, [scales, [{ ...scales.at(-1)!, steps: options.steps }]]);
    const plan = planOf(sized, size);
    // A painter takes some 400 MB for a million pixels, beside what all of the program takes.
    const bytes = plan?.bytes ?? Math.min(memoryOf(preset.memory), 3e8 + 400 * size.width * size.height);
    return { seconds: shots * one + (count - shots) * later, bytes };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The seconds that the optimiser takes for each of several lists of scales. */
async function secondsOf(preset: ResolvedPreset, lists: readonly (readonly PlannedScale[])[]): Promise<number[]> {
  const costs = await costsOf(preset);
  return lists.map((scales) => estimateOf(costs, scales).seconds);
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}
