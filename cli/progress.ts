import { clock } from "../base/time.ts";
import type { Progress } from "../chain/progress.ts";
import { inFlags } from "./in_flags.ts";
import { columns, draw, printReport, tell } from "./output.ts";
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
      if (event.kind === "step") draw(clear + barLine(event, columns()));
      else if (event.kind === "stage") draw(`${clear}${stageLine(event)}`);
      else if (line) draw(`${clear}${line}\n`);
    },
    close: () => draw(clear),
  };
}

/** Plain lines on standard error: every tenth of a scale, and whatever else happens. */
function plainLines(): Reporter {
  const lineOf = otherLines();
  const due = stepsOf(10);
  return {
    report(event) {
      if (isFetching(event)) return due(event) ? tell(fetchLine(event)) : undefined;
      const line = lineOf(event);
      if (event.kind === "step") {
        const every = Math.max(1, Math.round(event.steps / 10));
        if (event.step % every === 0 || event.step === event.steps) tell(stepLine(event));
      } else if (line) tell(line);
    },
    close: () => {},
  };
}

/** A record that is not one of fetching. */
type Shown = Exclude<Progress, Fetching>;

type StepEvent = Progress & { kind: "step" };

/** The bar with its words; in a narrow terminal words alone, what matters most first. */
export function barLine(event: StepEvent, columns: number): string {
  const words = stepLine(event);
  const width = Math.min(30, columns - words.length - 4);
  if (width < 1) return [stepOf(event), timeOf(event), scaleOf(event), lossOf(event)].join("  ").slice(0, columns - 1);
  const done = Math.round(width * event.step / event.steps);
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${words}`;
}

function stepLine(event: StepEvent): string {
  return [scaleOf(event), stepOf(event), lossOf(event), timeOf(event)].join("  ");
}

const scaleOf = ({ scale, scales, width, height }: StepEvent) => `scale ${scale + 1}/${scales} ${width}×${height}`;
const stepOf = ({ step, steps }: StepEvent) => `step ${step}/${steps}`;
const lossOf = ({ value }: StepEvent) => `loss ${value.toPrecision(4)}`;
const timeOf = ({ secondsLeft }: StepEvent) => `${clock(secondsLeft)} left`;

function stageLine({ stage, scale, scales }: Progress & { kind: "stage" }): string {
  return scales > 1 ? `scale ${scale + 1}/${scales}  ${stage} …` : `${stage} …`;
}

/** Returns the line of an event that is a line by itself, told the events in their order; undefined for the others. */
function otherLines(): (event: Shown) => string | undefined {
  let last: StepEvent | undefined;
  return (event) => {
    if (event.kind === "step") last = event;
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

const untold = ["step", "stage", "scale", "checkpoint", "queued", "preview"] as const;

function isTold(event: Shown): event is Told {
  return !untold.some((kind) => kind === event.kind);
}

function otherLine(event: Told): string {
  if (event.kind === "note") return inFlags(event.message);
  if (event.kind === "warning") return `warning: ${inFlags(event.message)}`;
  if (event.kind === "resumed") {
    return `resumed after step ${event.step} of scale ${event.scale + 1} from ${event.file}`;
  }
  if (event.kind === "photograph") {
    const { file, index, count, state } = event;
    return `${index + 1}/${count} ${file}${state === "begun" ? "" : ` ${state}`}`;
  }
  if (event.kind === "picture") return `painted ${event.file}`;
  const terms = Object.entries(event.terms).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return `snapshot ${event.file ?? "in memory"}  ${terms.join("  ")}`;
}
