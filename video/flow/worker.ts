/**
 * The worker of video/flow/pair.ts: one flow at a time.
 *
 * @module
 */
import { type Answer, serve } from "../../base/worker/server.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Flow } from "./flow.ts";
import { flowBetween, type FlowOptions } from "./optical_flow.ts";

/** Two planes of brightness [height, width] between which the flow is sought. */
export interface FlowRequest {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly size: Size;
  readonly options: FlowOptions;
}

serve(({ from, to, size, options }: FlowRequest): Answer<Flow> => {
  const flow = flowBetween(from, to, size, options);
  return { result: flow, transfer: [flow.x.buffer, flow.y.buffer] };
});
