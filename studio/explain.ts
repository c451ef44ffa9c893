import { fileURLToPath } from "node:url";
import { inputsOf } from "../presets/inputs.ts";
import { linksOf, loadPreset } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { type DecodeOptions, nameOf, sizesFor } from "../stages/decode.ts";
import { outputPath } from "../stages/encode.ts";
import { UserError } from "../stages/errors.ts";
import type { LossBuildOptions, Term } from "../stages/loss_build.ts";
import { losses } from "../stages/losses/mod.ts";
import type { OptimiseOptions } from "../stages/optimise.ts";
import { optimiserOf } from "../stages/optimisers/mod.ts";
import type { Size } from "../stages/picture.ts";
import type { StartOptions } from "../stages/start_image.ts";
import { encodeRaw, openPicture } from "../stages/sharp.ts";
import { locateNetwork } from "../weights/locate.ts";
import { display, readAll } from "../weights/source.ts";
import { type Estimate, estimate, estimateByStand, type PlannedScale, plannedScales } from "./estimate.ts";
import { filesMatching, isPattern } from "./folder.ts";

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
 * @throws {UserError} where a picture that it names cannot be read.
 */
export async function explain(preset: ResolvedPreset): Promise<Explained[]> {
  const { decode, "loss-build": objective, optimise, encode } = preset.sections as unknown as Sections;
  const { content, count } = await contentOf(decode);
  const photograph = content ? await sizeOf(content) : { width: 4000, height: 3000 };
  const scales = plannedScales(preset, sizesFor(decode, photograph));
  const layers = layersOf(objective);
  const styles = decode.styles.map(({ picture, weight }) =>
    shown(picture) + (decode.styles.length > 1 ? ` (weight ${weight})` : "")
  );
  return [
    {
      about: "photograph",
      text: content
        ? `${shown(content)}, ${sized(photograph)}${count > 1 ? `, and ${count - 1} more` : ""}`
        : "none yet: name one with --content; a photograph of 4:3 stands for it here",
    },
    {
      about: styles.length > 1 ? "paintings" : "painting",
      text: styles.join(", ") || "none yet: name one with --style",
    },
    { about: "sizes", text: `${scales.map(sized).join(" → ")}${scales.length > 1 ? ", coarse to fine" : ""}` },
    { about: "network", text: networkIn(preset, layers) },
    ...Object.entries(objective.terms).map(([name, term]) => ({ about: name, text: termIn(term, objective) })),
    { about: "start", text: startIn(optimise.start, decode) },
    { about: "optimiser", text: stepsIn(optimise, scales) },
    { about: "stages", text: linksOf(preset).map(({ stage }) => stage.name).join(" → ") },
    {
      about: "result",
      text: encode ? outputPath(encode.output, content ? nameOf(content) : "{name}", preset.name) : "no file",
    },
    { about: "downloads", text: (await downloadsOf(preset)).join(", ") || "none" },
    { about: "estimate", text: await estimateIn(preset, scales, layers, count) },
  ];
}

interface Sections {
  readonly decode: DecodeOptions;
  readonly "loss-build": LossBuildOptions;
  readonly optimise: OptimiseOptions;
  readonly encode?: { readonly output: string };
}

async function contentOf({ content }: DecodeOptions): Promise<{ content?: string; count: number }> {
  if (content === "") return { count: 1 };
  if (!content.startsWith("file:") || !await isPattern(fileURLToPath(content))) return { content, count: 1 };
  const files = await filesMatching(fileURLToPath(content));
  return { content: new URL(`file://${files[0]}`).href, count: files.length };
}

async function sizeOf(location: string): Promise<Size> {
  const url = new URL(location);
  return (await openPicture(await readAll(url), url)).size;
}

function layersOf({ terms }: LossBuildOptions): string[] {
  return [...new Set(Object.values(terms).flatMap(({ layers = {} }) => Object.keys(layers)))].sort();
}

function networkIn({ network, weights, sections }: ResolvedPreset, layers: readonly string[]): string {
  const { pooling, padding } = sections["feature-extract"] as { pooling: string; padding: string };
  const from = weights === "" ? "" : ` with ${shown(weights)}`;
  return `${network}${from}, seen at ${layers.join(", ") || "no layer"}; ${pooling} pooling, ${padding} padding`;
}

function termIn({ loss: name, weight, layers = {} }: Term, options: LossBuildOptions): string {
  const loss = losses[name];
  const factor = { content: options.contentWeight, style: options.styleWeight, image: 1 }[loss.sort as "image"];
  const at = Object.entries(layers).map(([layer, share]) => share === 1 ? layer : `${layer} (${share})`);
  return `${loss.name}, weight ${Number((weight * factor).toPrecision(6))}: ${loss.description}${
    at.length > 0 ? `; at ${at.join(", ")}` : ""
  }`;
}

function startIn({ content, noise, range }: StartOptions, { start }: DecodeOptions): string {
  const from = start === "" ? "the photograph" : shown(start);
  const share = content === 1 ? from : `${content} of ${from}`;
  return noise === 0 ? share : `${share} and ${noise} of noise in ±${range} levels`;
}

function stepsIn(options: OptimiseOptions, scales: readonly PlannedScale[]): string {
  const { optimiser } = optimiserOf(options.optimiser, options);
  const total = scales.reduce((sum, { steps }) => sum + steps, 0);
  const each = scales.length > 1 ? ` (${scales.map(({ steps }) => steps).join(" + ")})` : "";
  const more = optimiser.name === "lbfgs" ? ", an evaluation each and a few more for its line search" : "";
  return `${optimiser.name}, ${total} steps${each}${more}`;
}

/** What a run reads from the network, with its size where the server tells it. */
async function downloadsOf(preset: ResolvedPreset): Promise<string[]> {
  const remote = [...inputsOf(preset)].filter((location) => /^https?:/.test(location));
  return await Promise.all(remote.map(async (location) => {
    const bytes = Number(
      (await fetch(location, { method: "HEAD" }).catch(() => undefined))?.headers.get("content-length"),
    );
    return bytes > 0 ? `${location} (${Math.ceil(bytes / 1000)} kB)` : location;
  }));
}

async function estimateIn(
  preset: ResolvedPreset,
  scales: readonly PlannedScale[],
  layers: readonly string[],
  count: number,
): Promise<string> {
  const told = ({ seconds, bytes }: Estimate, how: string) => {
    const each = count > 1 ? ` for each of ${count} pictures` : "";
    return `${inWords(seconds)}${each} and ${(bytes / 1e9).toFixed(1)} GB of memory on this machine${how}`;
  };
  const held = await withPictures(preset);
  if (await isAtHand(preset)) return told(await estimate(held, scales, layers), "");
  const shipped = await loadPreset("painting", [], { incomplete: true });
  const { decode, optimise } = held.sections;
  const stand: ResolvedPreset = { ...shipped, sections: { ...shipped.sections, decode, optimise } };
  const standLayers = layersOf(stand.sections["loss-build"] as unknown as LossBuildOptions);
  const by = await estimateByStand(held, { preset: stand, layers: standLayers }, scales, layers);
  return told(by, `, judged by ${stand.network}, as the weights of ${preset.network} are not at hand`);
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
  const decode = preset.sections.decode as unknown as DecodeOptions;
  const { content, count } = await contentOf(decode);
  if (content && count === 1 && decode.styles.length > 0) return preset;
  const data = crypto.getRandomValues(new Uint8Array(128 * 96 * 3));
  const noise = URL.createObjectURL(new Blob([await encodeRaw({ width: 128, height: 96, data })]));
  const styles = decode.styles.length > 0 ? decode.styles : [{ picture: noise, weight: 1 }];
  return { ...preset, sections: { ...preset.sections, decode: { ...decode, content: content ?? noise, styles } } };
}

function inWords(seconds: number): string {
  if (seconds < 90) return `about ${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `about ${Math.round(seconds / 60)} minutes` : `about ${(seconds / 3600).toFixed(1)} hours`;
}

function sized({ width, height }: Size): string {
  return `${width}×${height}`;
}

function shown(location: string): string {
  return location.startsWith("blob:") ? "a picture in memory" : display(new URL(location));
}
