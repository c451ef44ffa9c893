import { inputsOf } from "../presets/inputs.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode, type DecodeOptions, isSmall, nameOf, sizesFor } from "../stages/decode.ts";
import { encode, outputPath } from "../stages/encode.ts";
import { unlessUser, UserError } from "../base/errors.ts";
import { featureExtract } from "../stages/feature_extract.ts";
import { lossBuild, type LossBuildOptions } from "../stages/loss_build.ts";
import type { Term } from "../objective/terms.ts";
import { optimise, type OptimiseOptions } from "../stages/optimise.ts";
import { optimiserOf } from "../optimisers/mod.ts";
import type { Size } from "../pictures/picture.ts";
import type { StartOptions } from "../stages/optimise/start_image.ts";
import type { PainterChoice } from "../painters/painted_tensor.ts";
import { encodeRaw } from "../pictures/raw_picture.ts";
import { amountOf } from "../base/memory.ts";
import { type Plan, windowsIn } from "../objective/tiles/plan.ts";
import { catalogue } from "../weights/catalogue.ts";
import { locateNetwork } from "../weights/locate.ts";
import { networks } from "../networks/network.ts";
import { display } from "../base/read.ts";
import { findStored } from "../weights/store.ts";
import { repaint } from "../stages/repaint.ts";
import { byPainter, stepsFromPainter } from "./by_painter.ts";
import { type Costs, costsOf, estimateOf, type PlannedScale, plannedScales, secondsOfPass } from "./estimate.ts";
import { loadAsked, type Paintable } from "../session/asked.ts";
import { openRegistry } from "../presets/registry.ts";
import { neededNetwork } from "../session/bring_weights.ts";
import { photographOf, sizeOfPicture, standIn } from "../session/photograph.ts";
import { planOf } from "./plan.ts";
import { untrained } from "./untrained.ts";

/** A line of an explanation. */
export interface Explained {
  /** What it is about, such as `sizes`. */
  readonly about: string;
  /** What there is to say, in plain words. */
  readonly text: string;
}

/**
 * Tells in plain words what a preset will do. Its pictures may be missing: then a photograph of 4:3 stands for them.
 *
 * @param asked What `stylise` takes.
 * @throws {UserError} if something is wrong with it, or a picture that it names cannot be read.
 */
export async function explain(asked: Paintable): Promise<Explained[]> {
  using loaded = await loadAsked(asked, { registry: openRegistry(), incomplete: true });
  return await explained(loaded.preset);
}

async function explained(preset: ResolvedPreset): Promise<Explained[]> {
  const pictures = optionsOf(preset, decode);
  const objective = optionsOf(preset, lossBuild);
  const descent = optionsOf(preset, optimise);
  const layers = objective ? layersOf(objective) : [];
  const { content, count } = pictures ? await photographOf(pictures) : { content: undefined, count: 1 };
  const photograph = content ? await sizeOfPicture(content) : standIn;
  const scales = pictures ? plannedScales(preset, sizesFor(pictures, photograph)) : [];
  const plan = scales.length > 0 ? planOf(preset, scales.at(-1)!) : undefined;
  const painter = optionsOf(preset, repaint);
  return [
    ...pictures ? picturesIn(pictures, { content, count, photograph, scales, painter }) : [],
    ...layers.length > 0 || !painter ? [{ about: "network", text: networkIn(preset, layers) }] : [],
    ...painter ? [{ about: "painter", text: painterIn(painter) }] : [],
    ...Object.entries(objective?.terms ?? {}).map(([name, term]) => ({ about: name, text: termIn(term, objective!) })),
    ...descent && pictures ? [{ about: "start", text: startIn(descent.start, pictures) }] : [],
    ...descent ? [{ about: "optimiser", text: stepsIn(descent, scales) }] : [],
    { about: "stages", text: preset.chain.map(({ stage }) => stage.name).join(" → ") },
    { about: "result", text: resultIn(preset, content) },
    { about: "downloads", text: (await downloadsOf(preset)).join(", ") || "none" },
    ...plan
      ? [
        { about: "plan", text: `${windowsIn(plan)}${scales.length > 1 ? " at the last size" : ""}` },
        ...await estimatesIn(preset, { scales, layers, count, plan }),
      ]
      : painter && scales.length > 0
      ? [{ about: "estimate", text: await passIn(preset, scales.at(-1)!) }]
      : [],
  ];
}

function picturesIn(
  pictures: DecodeOptions,
  { content, count, photograph, scales, painter }: {
    readonly content?: string;
    readonly count: number;
    readonly photograph: Size;
    readonly scales: readonly Size[];
    readonly painter?: PainterChoice;
  },
): Explained[] {
  const { styles } = pictures;
  const small = content !== undefined && isSmall(pictures, photograph);
  const paintings = styles.map(({ picture, weight, mask, pictureMask }) => {
    const more = [
      ...styles.length > 1 ? [`weight ${weight}`] : [],
      ...mask ? [`mask ${display(mask)}`] : [],
      ...pictureMask ? [`picture mask ${display(pictureMask)}`] : [],
    ];
    return display(picture) + (more.length > 0 ? ` (${more.join(", ")})` : "");
  });
  return [
    {
      about: "photograph",
      text: content
        ? `${display(content)}, ${sized(photograph)}${count > 1 ? `, and ${count - 1} more` : ""}`
        : "none yet: name one with `decode.content`; a photograph of 4:3 stands for it here",
    },
    ...paintings.length > 0 || !namesRows(painter)
      ? [{
        about: paintings.length > 1 ? "paintings" : "painting",
        text: paintings.join(", ") || "none yet: name one with `decode.styles`",
      }]
      : [],
    {
      about: "sizes",
      text: `${scales.map(sized).join(" → ")}${scales.length > 1 ? ", coarse to fine" : ""}${
        small ? `; the photograph is smaller than ${pictures.size} and not enlarged` : ""
      }`,
    },
  ];
}

function resultIn(preset: ResolvedPreset, content: string | undefined): string {
  const { output } = optionsOf(preset, encode) ?? {};
  return output === undefined ? "no file" : outputPath(output, content ? nameOf(content) : "{name}", preset.name);
}

function layersOf({ terms }: LossBuildOptions): string[] {
  return [...new Set(Object.values(terms).flatMap(({ layers = {} }) => Object.keys(layers)))].sort();
}

function networkIn(preset: ResolvedPreset, layers: readonly string[]): string {
  const { network, weights } = preset;
  const look = optionsOf(preset, featureExtract);
  const from = weights === "" ? "" : ` with ${display(weights)}`;
  const way = look ? `; ${look.pooling} pooling, ${look.padding} padding` : "";
  return `${network}${from}, seen at ${layers.join(", ") || "no layer"}${way}`;
}

function termIn({ loss, weight, layers = {} }: Term, options: LossBuildOptions): string {
  const factor = { content: options.contentWeight, style: options.styleWeight, image: 1 }[loss.sort as "image"];
  const at = Object.entries(layers).map(([layer, share]) => share === 1 ? layer : `${layer} (${share})`);
  return `${loss.name}, weight ${Number((weight * factor).toPrecision(6))}: ${loss.description}${
    at.length > 0 ? `; at ${at.join(", ")}` : ""
  }`;
}

function startIn({ content, noise, range, painter }: StartOptions, { start }: DecodeOptions): string {
  const from = painter
    ? `the picture of ${painter === true ? "the painter that ships" : display(painter)}`
    : start === ""
    ? "the photograph"
    : display(start);
  const share = content === 1 ? from : `${content} of ${from}`;
  return noise === 0 ? share : `${share} and ${noise} of noise in ±${range} levels`;
}

function stepsIn(options: OptimiseOptions, scales: readonly PlannedScale[]): string {
  const { optimiser } = optimiserOf(options.optimiser, options);
  const total = scales.reduce((sum, { steps }) => sum + steps, 0);
  const each = scales.length > 1 ? ` (${scales.map(({ steps }) => steps).join(" + ")})` : "";
  const early = options.tolerance > 0 ? "; a scale ends early where its steps gain too little" : "";
  return `${optimiser.name}, ${total} steps${each}${early}`;
}

/** Milliseconds for which a server is waited for that only has to say how large a picture is. */
const patience = 5000;

/** The downloads of a run in words: weights, and pictures with their sizes if the server tells them. */
async function downloadsOf(preset: ResolvedPreset): Promise<string[]> {
  const remote = [...inputsOf(preset)].filter((location) => /^https?:/.test(location));
  const pictures = await Promise.all(remote.map(async (location) => {
    const asked = { method: "HEAD", signal: AbortSignal.timeout(patience) };
    const bytes = Number((await fetch(location, asked).catch(() => undefined))?.headers.get("content-length"));
    return bytes > 0 ? `${display(location)} (${Math.ceil(bytes / 1000)} kB)` : display(location);
  }));
  return [...await weightsToFetch(preset), ...pictures];
}

/** The weights that a run would fetch: those of a network that neither ships nor is here. */
async function weightsToFetch(preset: ResolvedPreset): Promise<string[]> {
  const network = neededNetwork(preset);
  const there = preset.weights !== "" || networks[network].file || await findStored(network);
  if (there || !Object.hasOwn(catalogue, network)) return [];
  const { licence, sources: [{ url, bytes = 0 }] } = catalogue[network];
  return [`the network ${network} (${Math.ceil(bytes / 1e6)} MB; ${licence}) from ${new URL(url).host}`];
}

/** A run, as far as it is known before it is timed. */
interface Run {
  readonly scales: readonly PlannedScale[];
  readonly layers: readonly string[];
  readonly count: number;
  readonly plan: Plan;
}

async function estimatesIn(preset: ResolvedPreset, run: Run): Promise<Explained[]> {
  const { scales, layers, count, plan } = run;
  const told = (costs: Costs, how: string) => {
    const { seconds, evaluations } = estimateOf(costs, scales);
    const each = count > 1 ? ` for each of ${count} pictures` : "";
    const effort = `${evaluations} evaluations in ${inWords(seconds)}${each}`;
    const text = `at most about ${effort}, and ${amountOf(plan.bytes)} of memory on this machine${how}`;
    return { about: "estimate", text };
  };
  const held = await withPictures(preset);
  if (!await isAtHand(preset)) {
    const weights = untrained(networks[preset.network], layers);
    try {
      return [told(await costsOf({ ...held, weights }), ", judged with random weights of the same size")];
    } finally {
      URL.revokeObjectURL(weights);
    }
  }
  const costs = await costsOf(held);
  const estimate = told(costs, "");
  // From a painter's picture it is an effort itself.
  if (optionsOf(preset, optimise)?.start.painter) return [estimate];
  return [estimate, { about: "efforts", text: await effortsIn(preset, costs, scales) }];
}

/** What the picture takes at each effort. */
async function effortsIn(preset: ResolvedPreset, costs: Costs, scales: readonly PlannedScale[]): Promise<string> {
  const size = scales.at(-1)!;
  const quick = byPainter(await withPictures(preset));
  const pass = quick && await secondsOfPass(quick, size).catch(unlessUser);
  if (pass === undefined) return "best alone: the painter that ships has not learnt this; impasto train makes one";
  const { seconds: better } = estimateOf(costs, [{ ...size, steps: stepsFromPainter }]);
  const { seconds: best } = estimateOf(costs, scales);
  return `instant ${inWords(pass)}, better ${inWords(pass + better)}, best ${
    inWords(best)
  }, and a start of a second or two`;
}

async function passIn(preset: ResolvedPreset, size: Size): Promise<string> {
  try {
    return `about ${inWords(await secondsOfPass(await withPictures(preset), size))}, and a start of a second or two`;
  } catch (error) {
    if (error instanceof UserError) return `none: ${error.message}`;
    throw error;
  }
}

function namesRows(painter: PainterChoice | undefined): boolean {
  return Object.keys(painter?.styles ?? {}).length > 0;
}

function painterIn({ painter, styles }: PainterChoice): string {
  const named = Object.entries(styles).map(([name, share]) => share === 1 ? name : `${name} (${share})`);
  const which = painter === "" ? "the one that ships" : display(painter);
  return `${which}, in ${named.join(", ") || "the styles of its paintings"}`;
}

async function isAtHand({ network, weights }: ResolvedPreset): Promise<boolean> {
  try {
    await locateNetwork(network, weights);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** A preset whose missing pictures are noise: what they show does not matter to the time. */
async function withPictures(preset: ResolvedPreset): Promise<ResolvedPreset> {
  const { content, styles } = optionsOf(preset, decode)!;
  const { content: photograph, count } = await photographOf({ content });
  if (photograph && count === 1 && styles.length > 0) return preset;
  const data = crypto.getRandomValues(new Uint8Array(128 * 96 * 3));
  const noise = URL.createObjectURL(new Blob([await encodeRaw({ width: 128, height: 96, data })]));
  return withOptions(preset, decode, {
    content: photograph ?? noise,
    styles: styles.length > 0 ? styles : [{ picture: noise, weight: 1 }],
  });
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}

function sized({ width, height }: Size): string {
  return `${width}×${height}`;
}
