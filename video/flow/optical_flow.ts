import { UserError } from "../../base/errors.ts";
import type { Size } from "../../pictures/picture.ts";
import { agreed } from "./agree.ts";
import { doubledFlow, type Flow, still } from "./flow.ts";
import { brightnessOf, checkSameSize, type Frame } from "./frame.ts";
import { type Level, pyramidOf } from "./level.ts";
import { type PatchSearch, searchPatches } from "./patches.ts";
import { refineFlow } from "./refine.ts";
import { sharpened } from "./sharpen.ts";

/** How optical flow is sought. */
export interface FlowOptions {
  /**
   * How many times TV-L1 warps and solves. 0 leaves this refinement out; 3 makes borders of motion sharp, as masks of what is
   * hidden need them, and takes several times as long.
   *
   * @default 0
   */
  readonly refinement?: number;
  /**
   * The finest scale at which patches are sought, in halvings of the picture: 1 is half its size, which takes a third of
   * the time.
   *
   * @default 0
   */
  readonly finest?: number;
}

/** The search at each scale. At the finest one the flow is nearly right, and most of the time is spent. */
const [thorough, quick]: PatchSearch[] = [
  { step: 3, passes: 2, descents: 12, reach: 0 },
  { step: 4, passes: 1, descents: 2, reach: 0 },
];

/** How far patches look for themselves at the coarsest scale, in its pixels. */
const reach = 5;

/** Options with their defaults. */
const defaults = { refinement: 0, finest: 0 } as const satisfies FlowOptions;

/**
 * Finds the optical flow from one frame to another of the same size: what is at (x, y) in `from` is at
 * (x + flow.x, y + flow.y) in `to`, so that `warp(to, opticalFlow(from, to))` looks like `from`. Dense inverse search (Kroeger
 * et al. 2016), with TV-L1 (Zach, Pock, Bischof 2007) if `refinement` asks for it. A change of brightness between the frames is no
 * motion.
 *
 * @throws {UserError} if the frames differ in size, or an option is out of its range.
 */
export function opticalFlow(from: Frame, to: Frame, options: FlowOptions = {}): Flow {
  checkSameSize(from, to, "frames");
  return flowBetween(brightnessOf(from), brightnessOf(to), { width: from.width, height: from.height }, options);
}

/** The optical flow between planes of brightness [height, width]. */
export function flowBetween(from: Float32Array, to: Float32Array, size: Size, options: FlowOptions): Flow {
  const { refinement, finest } = checkOptions(options);
  return flowOfLevels(pyramidOf(from, size), pyramidOf(to, size), refinement, finest);
}

function flowOfLevels(from: readonly Level[], to: readonly Level[], refinement: number, finest: number): Flow {
  const flow = searched(from, to, finest);
  if (refinement === 0) return flow;
  const both = agreed(from[0], to[0], flow, searched(to, from, finest));
  // At coarser scales it would carry a near motion into flat parts.
  return refineFlow(from[0], to[0], sharpened(from[0], to[0], both), refinement);
}

/** Coarse to fine: each scale starts from the flow of the one before. */
function searched(from: readonly Level[], to: readonly Level[], finest: number): Flow {
  const last = from.length - 1;
  let flow = still(from[last]);
  for (let scale = last; scale >= 0; scale--) {
    const size = { width: from[scale].width, height: from[scale].height };
    if (scale < last) flow = doubledFlow(flow, size);
    if (scale < Math.min(finest, last)) continue;
    const search = scale > 0 || last === 0 ? thorough : quick;
    flow = searchPatches(from[scale], to[scale], flow, { ...search, reach: scale === last ? reach : 0 });
  }
  return flow;
}

/**
 * Options with their defaults.
 *
 * @throws {UserError} if one is out of its range.
 */
export function checkOptions(options: FlowOptions): Required<FlowOptions> {
  const complete = { ...defaults, ...options };
  for (const [name, value] of Object.entries(complete)) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new UserError(
      `Cannot seek optical flow as \`${name}\` must be a whole number from 0: current value is ${value}`,
      { exitCode: 2 },
    );
  }
  return complete;
}
