import { clock } from "../base/time.ts";
import type { Progress } from "../chain/progress.ts";
import { inFlags } from "./in_flags.ts";
import { columns, draw, printReport, tell, tellResult } from "./output.ts";
import { type Fetching, fetchLine, isFetching, paceOf, receivedLine, stepsOf } from "./fetch_lines.ts";

/** Shows progress until it is closed. */
export interface Reporter {
  report(event: Progress): void;
  close(): void;
}

/** The way of showing progress that the flags ask for. */
export function reporterFor(on: ReadonlySet<string>): Reporter {
  if (on.has("json")) return jsonLines();
  if (on.has("quiet")) return silent();
  return Deno.stderr.isTerminal() ? bar() : plainLines();
}

/** Says nothing. */
export function silent(): Reporter {
  return { report: () => {}, close: () => {} };
}

/** One JSON record per line on standard output. */
function jsonLines(): Reporter {
  // A picture is no text.
  const plain = (key: string, value: unknown) =>
    key === "picture" ? undefined : key === "message" && typeof value === "string" ? inFlags(value) : value;
  const text = (event: Progress) => JSON.stringify(event, plain);
  const due = stepsOf(20);
  return { report: (event) => (!isFetching(event) || due(event)) && printReport(text(event)), close: () => {} };
}

/** Milliseconds between two drawings of a download, of which there are many records. */
const redrawEvery = 100;

/** A bar that is drawn over and over on standard error. */
export function bar(): Reporter {
  const clear = "\r\x1b[K";
  const lineOf = otherLines();
  const allLeft = allLeftOf();
  const pace = paceOf();
  let drawn = 0;
  return {
    report(event) {
      if (isFetching(event)) {
        const bytesPerSecond = pace(event);
        if (event.kind !== "received") {
          return void draw(`${clear}${fetchLine(event)}${event.kind === "convert" ? "" : "\n"}`);
        }
        if (performance.now() - drawn < redrawEvery && event.received !== event.total) return;
        drawn = performance.now();
        return void draw(clear + receivedLine(event, bytesPerSecond, columns()));
      }
      const line = lineOf(event);
      const all = allLeft(event);
      if (event.kind === "step") draw(clear + barLine(event, columns(), all));
      else if (event.kind === "frame") draw(clear + frameBar(event, columns()));
      else if (event.kind === "stage") { if (!isOfFilm(event)) draw(`${clear}${stageLine(event)}`); }
      else if (line && isResult(event)) {
        draw(clear);
        tellResult(line);
      } else if (line) draw(`${clear}${line}\n`);
    },
    close: () => draw(clear),
  };
}

/** Plain lines on standard error: every tenth of a scale, and whatever else happens. */
function plainLines(): Reporter {
  const lineOf = otherLines();
  const allLeft = allLeftOf();
  const due = stepsOf(10);
  return {
    report(event) {
      if (isFetching(event)) return due(event) ? tell(fetchLine(event)) : undefined;
      const line = lineOf(event);
      const all = allLeft(event);
      if (event.kind === "frame") {
        const every = Math.max(1, Math.round(event.count / 10));
        if ((event.index + 1) % every === 0 || event.index + 1 === event.count) tell(frameLine(event));
      } else if (event.kind === "step") {
        if (isOfFilm(event)) return;
        const every = Math.max(1, Math.round(event.steps / 10));
        if (event.step % every === 0 || event.step === event.steps) tell(stepLine(event, all));
      } else if (line && isResult(event)) tellResult(line);
      else if (line) tell(line);
    },
    close: () => {},
  };
}

/** A record that is not one of fetching. */
type Shown = Exclude<Progress, Fetching>;

type StepEvent = Progress & { kind: "step" };

/** The bar with its words; in a narrow terminal words alone, what matters most first. */
export function barLine(event: StepEvent, columns: number, all?: number): string {
  const words = stepLine(event, all);
  const width = Math.min(30, columns - words.length - 4);
  if (width < 1) {
    return [stepOf(event), timeOf(event, all), scaleOf(event), lossOf(event)].join("  ").slice(0, columns - 1);
  }
  const done = Math.round(width * event.step / event.steps);
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${words}`;
}

function stepLine(event: StepEvent, all?: number): string {
  return [scaleOf(event), stepOf(event), lossOf(event), timeOf(event, all)].join("  ");
}

type FrameEvent = Progress & { kind: "frame" };

function frameLine({ index, count, framesPerSecond, secondsLeft }: FrameEvent): string {
  return `frame ${index + 1}/${count}  ${framesPerSecond.toPrecision(2)} frames/s  ${clock(secondsLeft)} left`;
}

/** The bar of a film with its words; in a narrow terminal words alone. */
function frameBar(event: FrameEvent, columns: number): string {
  const words = frameLine(event);
  const width = Math.min(30, columns - words.length - 4);
  if (width < 1) return words.slice(0, columns - 1);
  const done = Math.round(width * (event.index + 1) / event.count);
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${words}`;
}

/** Whether an event tells of the work at a frame of a film, of which there are many. */
function isOfFilm({ position }: Pick<StepEvent, "position">): boolean {
  return position[0]?.of === "frame";
}

const frameOf = ({ position: [place] }: StepEvent) =>
  place?.of === "frame" ? `frame ${place.index + 1}/${place.count} ` : "";
const scaleOf = (event: StepEvent) => {
  const { scale, scales, width, height } = event;
  return `${frameOf(event)}scale ${scale + 1}/${scales} ${width}×${height}`;
};
const stepOf = ({ step, steps }: StepEvent) => `step ${step}/${steps}`;
const lossOf = ({ value, share }: StepEvent) =>
  `loss ${value.toPrecision(4)}${
    share === undefined ? "" : `  ${Math.round(100 * share)} % of the optimiser's descent`
  }`;
const timeOf = ({ secondsLeft }: StepEvent, all?: number) =>
  `${clock(secondsLeft)} left${all === undefined ? "" : `, ${clock(all)} for all`}`;

/** Whether an event tells of a finished picture. */
function isResult(event: Shown): boolean {
  return event.kind === "picture" && !event.unfinished;
}

/**
 * Returns the seconds that all photographs of a run will take, at a step of one of them, told the events in their order:
 * those after it are judged by those before, or by itself. Undefined if there are no others.
 */
export function allLeftOf(): (event: Shown) => number | undefined {
  let photograph: Progress & { kind: "photograph" } | undefined;
  return (event) => {
    if (event.kind === "photograph") photograph = event;
    if (event.kind !== "step" || !photograph?.remaining || photograph.remaining < 2) return undefined;
    const { remaining, secondsLeft } = photograph;
    const each = secondsLeft === undefined ? event.seconds + event.secondsLeft : secondsLeft / remaining;
    return event.secondsLeft + (remaining - 1) * each;
  };
}

function stageLine({ stage, scale, scales }: Progress & { kind: "stage" }): string {
  return scales > 1 ? `scale ${scale + 1}/${scales}  ${stage} …` : `${stage} …`;
}

/** Returns the line of an event that is a line by itself, told the events in their order; undefined for the others. */
function otherLines(): (event: Shown) => string | undefined {
  let last: StepEvent | undefined;
  return (event) => {
    if (event.kind === "step" && !isOfFilm(event)) last = event;
    else if (event.kind === "photograph") last = undefined;
    if (event.kind === "picture" && event.unfinished) return unfinishedLine(event.file, event.unfinished, last);
    return isTold(event) ? otherLine(event) : undefined;
  };
}

function unfinishedLine(file: string, { resumable }: { resumable: boolean }, last?: StepEvent): string {
  const where = last ? `, stopped at step ${last.step} of ${last.steps} of scale ${last.scale + 1}/${last.scales}` : "";
  return `unfinished${where}: ${file}${resumable ? "; the same command with --resume goes on" : ""}`;
}

/** An event that has a line by itself. */
type Told = Exclude<Shown, { kind: (typeof untold)[number] }>;

const untold = ["step", "frame", "stage", "scale", "checkpoint", "queued", "preview"] as const;

function isTold(event: Shown): event is Told {
  return !untold.some((kind) => kind === event.kind);
}

function otherLine(event: Told): string {
  if (event.kind === "note") return inFlags(event.message);
  if (event.kind === "warning") return `warning: ${inFlags(event.message)}`;
  if (event.kind === "resumed") {
    const [place] = event.position;
    if (place?.of === "frame") return `resumed at frame ${place.index + 1} from ${event.file}`;
    return `resumed after step ${event.step} of scale ${event.scale + 1} from ${event.file}`;
  }
  if (event.kind === "photograph") {
    const { file, index, count, state, remaining = 1, secondsLeft } = event;
    const all = secondsLeft === undefined || remaining < 2 ? "" : `  ${clock(secondsLeft)} left for all`;
    return `${index + 1}/${count} ${file}${state === "begun" ? all : ` ${state}`}`;
  }
  if (event.kind === "picture") return `painted ${event.file}`;
  const terms = Object.entries(event.terms).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return `snapshot ${event.file ?? "in memory"}  ${terms.join("  ")}`;
}
