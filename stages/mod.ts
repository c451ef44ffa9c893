import { decode } from "./decode.ts";
import { deprocess } from "./deprocess.ts";
import { encode } from "./encode.ts";
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

/** The chains that a preset runs by its method, unless it names one itself. */
export const chains = {
  optimise: chain,
  painter: [decode, meanSubtract, repaint, deprocess, encode],
  train: [decode, meanSubtract, featureExtract, lossBuild, train, deprocess, encode],
} as const satisfies Readonly<Record<string, readonly Stage[]>>;

/** How a picture is painted. */
export type Method = keyof typeof chains;

/** Every stage that ships: those of the chain, and what a preset may put into a pipeline beside them. */
export const stages: readonly Stage[] = [...chain, repaint, train];
