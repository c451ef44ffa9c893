import type { CurvePoint, Status } from "../protocol.ts";
import type { Curve } from "./curve.ts";
import type { Hub } from "./hub.ts";

/** Milliseconds between two messages to a page. */
const pause = 60;

/** Milliseconds of silence after which a page hears that the server is there. */
const patience = 15_000;

/**
 * The status as a stream of events. A message is made when the page's line takes one: a slow page gets fewer of them, and
 * each is the newest.
 *
 * @param status The status without the points of the curve.
 * @param end Ends the stream.
 */
export function eventStream(
  hub: Hub,
  status: () => Omit<Status, "run" | "points">,
  curve: Curve,
  end: AbortSignal,
  closed: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let [seen, run, sent] = [-1, -1, 0];
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    closed();
  };
  const points = (): readonly CurvePoint[] => {
    const from = curve.run === run ? sent : 0;
    [run, sent] = [curve.run, curve.points.length];
    return curve.points.slice(from);
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (seen >= 0) await new Promise((resolve) => setTimeout(resolve, pause));
      if (!end.aborted) await hub.after(seen, patience);
      if (over) return;
      if (end.aborted) {
        finish();
        return controller.close();
      }
      if (hub.count === seen) return controller.enqueue(encoder.encode(": here\n\n"));
      seen = hub.count;
      const message: Status = { ...status(), points: points(), run };
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(message)}\n\n`));
    },
    cancel: finish,
  }, { highWaterMark: 0 });
}
