import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { Engine } from "../../engines/engine.ts";
import { featureExtract } from "../../stages/feature_extract.ts";
import type { Features } from "../../objective/features.ts";
import { lossBuild } from "../../stages/loss_build.ts";
import type { Objective } from "../../objective/objective.ts";
import { content as contentLoss } from "../../objective/losses/content.ts";
import { gram } from "../../objective/losses/gram.ts";
import type { SceneInfo } from "../../pictures/scene.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import { toTensor } from "../../networks/input.ts";
import { contextFor } from "../helpers/context.ts";
import { networks } from "../../networks/network.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import type { Tensor } from "../../graph/tensor.ts";

/** Reference losses and gradients that PyTorch computed in float64. */
interface Golden {
  readonly network: string;
  readonly pooling: "average" | "max";
  readonly contentWeight: number;
  readonly styleWeight: number;
  readonly contentLayers: Record<string, number>;
  readonly styleLayers: Record<string, number>;
  readonly styleImageWeights: readonly number[];
  readonly terms: Record<string, number>;
  readonly total: number;
}

const shared = new URL("../../../shared/", import.meta.url);
const folder = new URL("golden/", shared);

/** The golden cases at hand: none where `../shared/golden` is missing. */
export const goldenCases: readonly string[] = namesIn(folder);

/** Checks the objective of a golden case, its terms and its gradient on an engine against PyTorch's in float64. */
export async function checkGolden(name: string, engine: Engine) {
  const golden: Golden = JSON.parse(await Deno.readTextFile(new URL(`${name}.json`, folder)));
  await using file = await openSafetensors(new URL(`${name}.safetensors`, folder));
  const read = async (key: string) => await file.tensor(key);
  const content = await read("content");
  const planar = isPlanar(content);
  const network = networks[golden.network.split("-")[0]];
  const tensor = ({ shape: [, , height, width], data }: Tensor): ImageTensor =>
    toTensor({ width, height, data: planar ? data : fromInterleaved(data) }, network);

  await using resources = new AsyncDisposableStack();
  const weights = new URL(`weights/${golden.network}.safetensors`, shared);
  const context = contextFor({
    engine: () => Promise.resolve(engine),
    disposeLater: (resource) => void resources.use(resource),
  });
  const styles = await Promise.all(golden.styleImageWeights.map(async (weight, i) => ({
    weight,
    image: tensor(await read(`style${i}`)),
  })));
  const extract = featureExtract.create({ pooling: golden.pooling, rescale: false, padding: "zero" });
  const build = lossBuild.create({
    contentWeight: golden.contentWeight,
    styleWeight: golden.styleWeight,
    pyramid: 0,
    margin: 0,
    blend: "losses",
    terms: {
      content: { loss: contentLoss, formula: "published", weight: 1, layers: golden.contentLayers },
      style: { loss: gram, formula: "published", weight: 1, layers: golden.styleLayers },
    },
  });
  const tensors = { pictures: {} as SceneInfo, content: tensor(content), styles, network, weights };
  const features = await extract(tensors, context) as Features;
  const objective = await build(features, context) as Objective;
  const { value, terms, gradient } = await objective.evaluate(tensor(await read("x")).data);

  relative(value, golden.total, 1e-4, "total");
  assert.deepEqual(Object.keys(terms).sort(), Object.keys(golden.terms).sort());
  for (const [term, wanted] of Object.entries(golden.terms)) relative(terms[term], wanted, 1e-4, term);

  const wanted = await read("gradient");
  // The reference differentiates by RGB in 0..255, we by the network's BGR: the same numbers in other planes.
  const slope = turned(planar ? wanted.data : fromInterleaved(wanted.data));
  const distance = Math.hypot(...gradient.map((g, i) => g - slope[i])) / Math.hypot(...slope);
  assert.ok(distance <= 1e-3, `gradient: relative L2 distance ${distance} > 1e-3`);
}

function relative(found: number, wanted: number, tolerance: number, what: string) {
  const error = Math.abs(found - wanted) / Math.abs(wanted);
  assert.ok(error <= tolerance, `${what}: ${found} is not ${wanted}: relative error ${error} > ${tolerance}`);
}

/**
 * Whether a picture that calls itself [1, 3, H, W] really lies in planes. The files at hand hold interleaved pixels
 * under that shape; in the right reading neighbours differ less.
 */
function isPlanar({ shape, data }: Tensor): boolean {
  const width = shape[3];
  const roughness = (pixels: Float32Array) =>
    pixels.reduce((sum, value, i) => i % width === 0 ? sum : sum + Math.abs(value - pixels[i - 1]), 0);
  return roughness(data) <= roughness(fromInterleaved(data));
}

function fromInterleaved(data: Float32Array): Float32Array {
  const area = data.length / 3;
  return Float32Array.from(data, (_, i) => data[(i % area) * 3 + Math.floor(i / area)]);
}

function turned(planes: Float32Array): Float32Array {
  const area = planes.length / 3;
  return Float32Array.from(planes, (_, i) => planes[(2 - Math.floor(i / area)) * area + i % area]);
}

function namesIn(folder: URL): string[] {
  if (!existsSync(folder)) return [];
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => name.endsWith(".json") ? [name.slice(0, -5)] : []).sort();
}
