import { clock } from "../base/time.ts";
import type { FetchEvent } from "../weights/fetch.ts";

/** Shows how fetching goes until it is closed. */
export interface FetchReporter {
  report(event: FetchEvent): void;
  close(): void;
}

const redrawEvery = 100;

/** The way of showing it that the flags ask for. */
export function fetchReporterFor(on: ReadonlySet<string>): FetchReporter {
  if (on.has("json")) {
    const due = steps(20);
    return { report: (event) => due(event) && console.log(JSON.stringify(event)), close: () => {} };
  }
  if (on.has("quiet")) return { report: () => {}, close: () => {} };
  return Deno.stderr.isTerminal() ? bar() : plainLines();
}

/** A bar that is drawn over and over on standard error. */
function bar(): FetchReporter {
  const encoder = new TextEncoder();
  const write = (text: string) => Deno.stderr.writeSync(encoder.encode(text));
  const clear = "\r\x1b[K";
  let first: { at: number; received: number } | undefined;
  let drawn = 0;
  return {
    report(event) {
      const now = performance.now();
      if (event.kind !== "received") {
        first = undefined;
        return void write(`${clear}${lineOf(event)}${event.kind === "convert" ? "" : "\n"}`);
      }
      first ??= { at: now, received: event.received };
      if (now - drawn < redrawEvery && event.received !== event.total) return;
      drawn = now;
      const pace = (event.received - first.received) / Math.max(1, now - first.at) * 1000;
      write(clear + receivedLine(event, pace, Deno.consoleSize().columns || 80));
    },
    close: () => write(clear),
  };
}

/** Plain lines on standard error: every tenth of a download, and whatever else happens. */
function plainLines(): FetchReporter {
  const due = steps(10);
  return { report: (event) => due(event) && console.error(lineOf(event)), close: () => {} };
}

/** Lets through one of so many parts of a download, and all other events. */
function steps(parts: number): (event: FetchEvent) => boolean {
  let last = -1;
  return (event) => {
    if (event.kind !== "received") {
      last = -1;
      return true;
    }
    const part = event.total ? Math.floor(parts * event.received / event.total) : Math.floor(event.received / 10e6);
    const due = part !== last;
    last = part;
    return due;
  };
}

function lineOf(event: FetchEvent): string {
  const lines: { [Kind in FetchEvent["kind"]]: (event: FetchEvent & { kind: Kind }) => string } = {
    source: ({ name, url, bytes, licence }) =>
      `fetching ${name} (${bytes === undefined ? "" : `${megabytes(bytes)}; `}${licence}) from ${url}`,
    received: ({ name, received, total }) =>
      `${name}  ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`}`,
    convert: ({ name }) => `${name}  checking and converting …`,
    warning: ({ message }) => `warning: ${message}`,
  };
  return (lines[event.kind] as (event: FetchEvent) => string)(event);
}

/** The bar with its words; where it does not fit, words alone. */
export function receivedLine(
  event: FetchEvent & { kind: "received" },
  bytesPerSecond: number,
  columns: number,
): string {
  const { received, total } = event;
  const left = total === undefined || bytesPerSecond <= 0 ? undefined : (total - received) / bytesPerSecond;
  const words = [
    lineOf(event),
    `${megabytes(bytesPerSecond)}/s`,
    ...left === undefined ? [] : [`${clock(left)} left`],
  ].join("  ");
  const width = Math.min(30, columns - words.length - 2);
  if (total === undefined || width < 5) return words.slice(0, columns - 1);
  const done = Math.min(width, Math.round(width * received / Math.max(1, total)));
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${words}`;
}

/** A size as people say it. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
