import type { Following, Motion, Picture } from "../pictures/picture.ts";
import { cubicWarp } from "./cubic_warp.ts";
import type { Frame } from "./film.ts";
import { consistency, type FlowOptions, type FlowWorkers, longTermConfidence, relit, warp } from "./flow/mod.ts";

/** A frame before another one: as it was filmed, and as it was painted. */
export interface Earlier {
  readonly filmed: Frame;
  readonly painted: Picture;
}

/** How the flow is sought, by how exact the motion is to be. */
const ways: Readonly<Record<Motion, FlowOptions>> = { rough: { finest: 1 }, exact: { refinement: 3 } };

/**
 * What a frame takes over from painted ones before it: each moved by optical flow to where the frame now has it, and lit
 * as the frame is; the farther ones where the nearer do not see a pixel (Ruder, Dosovitskiy, Brox 2016, section 5.2).
 *
 * @param earlier The nearest first.
 * @param own What an earlier pass made of the frame itself: where the others are seen it is mixed with them by halves, and
 *   elsewhere it stands alone (section 5.3 there, δ = ½).
 */
export async function following(
  now: Frame,
  earlier: readonly Earlier[],
  motion: Motion,
  workers: Pick<FlowWorkers, "flows">,
  own?: Picture,
): Promise<Following> {
  const seen: { readonly moved: Picture; readonly confidence: Float32Array }[] = [];
  for (const { filmed, painted } of earlier) {
    const { forward, backward } = await workers.flows(filmed, now, ways[motion]);
    const confidence = consistency(forward, backward);
    // An optimiser sharpens what it starts from; what is laid over a frame stays as it is.
    const moved = motion === "rough" ? cubicWarp(painted, backward) : warp(painted, backward);
    seen.push({ moved: relit(moved, { before: warp(filmed, backward), now, confidence }), confidence });
  }
  const shares = longTermConfidence(seen.map(({ confidence }) => confidence));
  const area = now.width * now.height;
  const confidence = new Float32Array(area);
  for (const share of shares) for (let i = 0; i < area; i++) confidence[i] += share[i];
  const share = own ? 0.5 : 1;
  const data = (own ?? now).data.slice();
  for (let i = 0; i < data.length; i++) data[i] *= 1 - share * confidence[i % area];
  seen.forEach(({ moved }, k) => {
    for (let i = 0; i < data.length; i++) data[i] += share * shares[k][i % area] * moved.data[i];
  });
  return { picture: { width: now.width, height: now.height, data }, confidence };
}
