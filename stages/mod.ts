import { decode } from "./decode.ts";
import { deprocess } from "./deprocess.ts";
import { encode } from "./encode.ts";
import { featureExtract } from "./feature_extract.ts";
import { lossBuild } from "./loss_build.ts";
import { meanSubtract } from "./mean_subtract.ts";
import { optimise } from "./optimise.ts";
import type { Stage } from "../chain/stage.ts";

/** The seven stages, in the order of the chain. */
export const stages: readonly Stage[] = [
  decode,
  meanSubtract,
  featureExtract,
  lossBuild,
  optimise,
  deprocess,
  encode,
];
