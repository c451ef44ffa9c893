/**
 * Motion between the frames of a film, on typed arrays: optical flow, warping, and what of it can be trusted.
 *
 * ```ts
 * import { consistency, isCut, openFlows, type Picture, warp } from "./mod.ts";
 *
 * // The painting of the frame before, moved to where the frame now has it; undefined after a cut.
 * async function moved(before: Picture, now: Picture, painted: Picture): Promise<Picture | undefined> {
 *   using workers = openFlows();
 *   const { forward, backward } = await workers.flows(before, now, { refinement: 3 });
 *   return isCut(consistency(forward, backward)) ? undefined : warp(painted, backward);
 * }
 * ```
 *
 * @module
 */
export { consistency, isCut, longTermConfidence } from "./consistency.ts";
export { type Flow, resizedFlow } from "./flow.ts";
export type { Frame } from "./frame.ts";
export { type LightChange, relit } from "./light.ts";
export { type FlowOptions, opticalFlow } from "./optical_flow.ts";
export { type FlowPair, type FlowWorkers, openFlows } from "./pair.ts";
export { warp } from "./warp.ts";
export type { Picture, Size } from "../../pictures/picture.ts";
