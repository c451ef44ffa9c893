import { decode } from "./decode.ts";
import { deprocess } from "./deprocess.ts";
import { encode } from "./encode.ts";
import { film } from "./film.ts";
import { filmEncode } from "./film_encode.ts";
import { filmFrame } from "./film_frame.ts";
import { featureExtract } from "./feature_extract.ts";
import { lossBuild } from "./loss_build.ts";
import { meanSubtract } from "./mean_subtract.ts";
import { optimise } from "./optimise.ts";
import { repaint } from "./repaint.ts";
import { train } from "./train.ts";
import type { Stage } from "../chain/stage.ts";

/** The chain that a preset runs unless it names another. */
export const chain: readonly Stage[] = [
  decode,
  meanSubtract,
  featureExtract,
  lossBuild,
  optimise,
  deprocess,
  encode,
];

/** A stage of a pipeline: its name, or its name with options that it has there. */
type Entry = string | { readonly stage: string; readonly [option: string]: unknown };

/** What a painter paints, and learns, has one size alone. */
const decodeOnce = { stage: decode.name, scales: [] };

/** A painter makes in one pass what a recipe makes at several scales: it is held to the large forms, too. */
const lossOfSizes = { stage: lossBuild.name, pyramid: 1 };

/** The pipelines that a preset runs by its method, unless it names one itself. */
export const pipelines = {
  optimise: chain.map(({ name }) => name),
  painter: [decodeOnce, ...[meanSubtract, repaint, deprocess, encode].map(({ name }) => name)],
  train: [
    decodeOnce,
    ...[meanSubtract, featureExtract].map(({ name }) => name),
    lossOfSizes,
    ...[train, deprocess, encode].map(({ name }) => name),
  ],
} as const satisfies Readonly<Record<string, readonly Entry[]>>;

/** How a picture is painted. */
export type Method = keyof typeof pipelines;

/** Every stage that ships: those of the chain, and what a preset may put into a pipeline beside them. */
export const stages: readonly Stage[] = [...chain, repaint, train, film, filmFrame, filmEncode];
