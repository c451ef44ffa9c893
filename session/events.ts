import type { Progress } from "../chain/progress.ts";
import type { PaintEvent, Stylised, StyliseOptions } from "./painting.ts";

/** Where a run is heard and ended from outside. */
type Ends = Pick<StyliseOptions, "signal" | "onProgress">;

/**
 * The events of a run, which begins when the first is asked for, and is over when the last is given. Of pictures on the
 * way that nobody has taken yet only the latest stays.
 *
 * @param start Begins the run.
 */
export function eventsOf(
  start: (ends: Ends) => Promise<Stylised>,
  ends: Ends,
): AsyncGenerator<PaintEvent, void> {
  const stop = new AbortController();
  const leave = () => stop.abort(new DOMException("Nobody listens to the run any more", "AbortError"));
  const events = listen(start, ends, stop.signal, leave);
  const finish = events.return.bind(events);
  // At once: the generator itself hears of it only with the next event, and a run that waits gives none.
  events.return = (value) => {
    leave();
    return finish(value);
  };
  return events;
}

async function* listen(
  start: (ends: Ends) => Promise<Stylised>,
  { signal, onProgress }: Ends,
  left: AbortSignal,
  leave: () => void,
): AsyncGenerator<PaintEvent, void> {
  const events: PaintEvent[] = [];
  let wake = () => {};
  let over = false;
  const add = (event: PaintEvent) => {
    const old = event.kind === "preview" ? events.findIndex(({ kind }) => kind === "preview") : -1;
    if (old >= 0) events.splice(old, 1);
    events.push(event);
    wake();
  };
  const running = start({
    signal: signal ? AbortSignal.any([signal, left]) : left,
    onProgress(event: Progress) {
      onProgress?.(event);
      // A session gives its pictures their ways out of memory.
      add(event as PaintEvent);
    },
  }).then((done) => add({ kind: "done", ...done })).finally(() => {
    over = true;
    wake();
  });
  // It is awaited below.
  running.catch(() => {});
  try {
    while (true) {
      const event = events.shift();
      if (event) yield event;
      else if (over) return await running;
      else await new Promise<void>((resolve) => wake = resolve);
    }
  } finally {
    leave();
    await running.catch(() => {});
  }
}
