/**
 * How much painted films flicker: `deno run -A bench/films.ts [FILM …] [--ways REGEXP] [--clips REGEXP] [--preset van-gogh]
 * [--frames 48] [--pairs 5] [--width 256] [--keep FOLDER]`. Without films it paints a synthetic clip, whose motion is
 * known, and a still; films are judged by our own flow. One line a clip and way: flicker, the mean of the style terms and
 * how much brighter the last frame is than the first, in levels. Of frames that are painted by themselves, so many
 * pairs are. A still has to stay as bright as it was.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { film, type FilmingOptions, openSession, type Preset } from "../mod.ts";
import type { Stage } from "../chain/stage.ts";
import type { Objective } from "../objective/objective.ts";
import type { Picture } from "../pictures/picture.ts";
import sharp from "../pictures/sharp_package.ts";
import type { Painted } from "../stages/optimise.ts";
import { openFilm } from "../video/reading/mod.ts";
import { samplesOf } from "../video/frame_stream.ts";
import { brightness, type Clip, filmedClip, flickerOf, madeClip, stillClip } from "./clip.ts";

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    ways: { type: "string", default: "" },
    clips: { type: "string", default: "" },
    preset: { type: "string", default: "van-gogh" },
    frames: { type: "string", default: "48" },
    pairs: { type: "string", default: "5" },
    width: { type: "string", default: "256" },
    keep: { type: "string" },
  },
});
const [count, pairs, width] = [values.frames, values.pairs, values.width].map(Number);

/** The engine is one that gives the same on each machine. */
const common: Preset = { extends: values.preset, engine: "onnx-cpu", threads: 1 };

/** Ways of painting a film: a preset, and what is said of the film; undefined paints each frame by itself. */
const ways: Readonly<Record<string, readonly [method: "optimise" | "painter", filming?: Partial<FilmingOptions>]>> = {
  "each frame by itself": ["optimise"],
  "as films are": ["optimise", {}],
  "temporalWeight 0": ["optimise", { temporalWeight: 0 }],
  "temporalWeight 1": ["optimise", { temporalWeight: 1 }],
  "temporalWeight 20": ["optimise", { temporalWeight: 20 }],
  "two passes": ["optimise", { passes: 2 }],
  "painter, each by itself": ["painter"],
  "painter": ["painter", {}],
  "painter, blend 0": ["painter", { blend: 0 }],
  "painter, blend 0.5": ["painter", { blend: 0.5 }],
  "painter, blend 0.8": ["painter", { blend: 0.8 }],
};

/** Gives the image of the objective as it is, and tells of its style. */
function judge(told: (style: number) => void): Stage<Objective, Painted, Record<never, never>> {
  return {
    name: "judge",
    description: "tells of the style of a photograph",
    takes: "objective",
    gives: "painted",
    options: {},
    create: () => async (objective) => {
      const { content, pictures, network } = objective.begin();
      const { terms, value } = await objective.evaluate(content.data);
      told(Object.entries(terms).reduce((sum, [name, term]) => name.startsWith("style/") ? sum + term : sum, 0));
      return { image: content, pictures, value, network };
    },
  };
}

await using session = openSession();
const folder = await Deno.makeTempDir({ prefix: "impasto-" });

/** The mean of the style terms of some frames. */
async function styleOf(files: readonly string[]): Promise<number> {
  const styles: number[] = [];
  const preset: Preset = {
    ...common,
    pipeline: [
      "decode",
      "mean-subtract",
      "feature-extract",
      "loss-build",
      judge((style) => styles.push(style)),
      "deprocess",
    ],
    decode: { scales: [] },
  };
  for (const content of files) await session.stylise({ ...preset, decode: { ...preset.decode, content } });
  return styles.reduce((sum, style) => sum + style) / styles.length;
}

async function write(path: string, picture: Picture): Promise<void> {
  const { width, height } = picture;
  await sharp(samplesOf(picture, false), { raw: { width, height, channels: 3 } }).png({ compressionLevel: 1 })
    .toFile(path);
}

/** Paints a clip in each way, and tells of it. */
async function judgeClip(clip: Clip): Promise<void> {
  const name = clip.name.replace(/\W+/g, "-");
  const frames = join(folder, `${name}-frames`);
  await Deno.mkdir(frames);
  const fileOf = (where: string, i: number) => join(where, `${String(i + 1).padStart(5, "0")}.png`);
  for (const [i, frame] of clip.frames.entries()) await write(fileOf(frames, i), frame);
  const length = clip.frames.length;
  // Pairs all over the clip: the style is judged at the same frames in every way.
  const judged = Array.from({ length: pairs }, (_, k) => 1 + Math.round((length - 2) * k / Math.max(1, pairs - 1)))
    .flatMap((t) => [t - 1, t]);
  console.log(`| ${clip.name} | photographs | ${flickerOf(new Map(clip.frames.entries()), clip).toFixed(4)} | | |`);
  for (const [way, [method, filming]] of Object.entries(ways)) {
    if (!new RegExp(values.ways).test(way)) continue;
    const output = join(values.keep ?? folder, `${name}-${way.replace(/\W+/g, "-")}`);
    const preset: Preset = { ...common, method };
    const painted = new Map<number, Picture>();
    if (filming) {
      await film(preset, { content: frames, output, ...filming, overwrite: true });
      const source = await openFilm(output, { rate: [25, 1], pixelLimit: 1e8 });
      for await (const frame of source.frames(0, source.size)) painted.set(painted.size, frame);
    } else {
      await Deno.mkdir(output, { recursive: true });
      for (const i of new Set(judged)) {
        const { picture } = await session.stylise({ ...preset, decode: { content: fileOf(frames, i) } });
        await write(fileOf(output, i), picture);
        painted.set(i, picture);
      }
    }
    const style = await styleOf([...new Set(judged)].map((i) => fileOf(output, i)));
    const drift = brightness(painted.get(length - 1)!) - brightness(painted.get(0)!);
    const numbers = [flickerOf(painted, clip).toFixed(4), style.toFixed(4), drift.toFixed(2)];
    console.log(`| ${clip.name} | ${way} | ${numbers.join(" | ")} |`);
  }
}

try {
  const size = { width, height: 2 * Math.round(width * 9 / 32) };
  const clips: Readonly<Record<string, () => Promise<Clip>>> = positionals.length > 0
    ? Object.fromEntries(positionals.map((path) => [path, () => filmedClip(path, width, count)]))
    : { synthetic: () => madeClip(size, count), still: () => stillClip(size, count) };
  console.log("| clip | painted | flicker | style | brighter |");
  console.log("|---|---|---|---|---|");
  for (const [name, open] of Object.entries(clips)) {
    if (new RegExp(values.clips).test(name)) await judgeClip(await open());
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
