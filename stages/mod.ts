import { decode } from "./decode.ts";
import { deprocess } from "./deprocess.ts";
import { encode } from "./encode.ts";
import { featureExtract } from "./feature_extract.ts";
import { lossBuild } from "./loss_build.ts";
import { meanSubtract } from "./mean_subtract.ts";
import { optimise } from "./optimise.ts";
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

/** Every stage that ships: those of the chain, and what a preset may put into a pipeline beside them. */
export const stages: readonly Stage[] = [...chain];
