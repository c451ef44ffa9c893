import { clock } from "../base/time.ts";
import type { FetchEvent } from "../weights/fetch.ts";

/** An event that only fetching has. */
export type Fetching = Exclude<FetchEvent, { kind: "warning" }>;

/** Whether an event is one of fetching. */
export function isFetching(event: { readonly kind: string }): event is Fetching {
  return ["source", "received", "convert"].includes(event.kind);
}

/** Lets through one of so many parts of a download, and all other events. */
export function stepsOf(parts: number): (event: Fetching) => boolean {
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

/** What fetching tells, on a line. */
export function fetchLine(event: Fetching): string {
  const lines: { [Kind in Fetching["kind"]]: (event: Fetching & { kind: Kind }) => string } = {
    source: ({ name, url, bytes, licence }) =>
      `fetching ${name} (${bytes === undefined ? "" : `${megabytes(bytes)}; `}${licence}) from ${url}`,
    received: ({ name, received, total }) =>
      `${name}  ${megabytes(received)}${total === undefined ? "" : ` of ${megabytes(total)}`}`,
    convert: ({ name }) => `${name}  checking and converting …`,
  };
  return (lines[event.kind] as (event: Fetching) => string)(event);
}

/** The bar with its words; words alone if it does not fit. */
export function receivedLine(
  event: Fetching & { kind: "received" },
  bytesPerSecond: number,
  columns: number,
): string {
  const { received, total } = event;
  const left = total === undefined || bytesPerSecond <= 0 ? undefined : (total - received) / bytesPerSecond;
  const words = [
    fetchLine(event),
    `${megabytes(bytesPerSecond)}/s`,
    ...left === undefined ? [] : [`${clock(left)} left`],
  ].join("  ");
  const width = Math.min(30, columns - words.length - 2);
  if (total === undefined || width < 5) return words.slice(0, columns - 1);
  const done = Math.min(width, Math.round(width * received / Math.max(1, total)));
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${words}`;
}

/** Measures the pace of a download from its events. */
export function paceOf(): (event: Fetching) => number {
  let first: { readonly at: number; readonly received: number } | undefined;
  return (event) => {
    if (event.kind !== "received") {
      first = undefined;
      return 0;
    }
    first ??= { at: performance.now(), received: event.received };
    return (event.received - first.received) / Math.max(1, performance.now() - first.at) * 1000;
  };
}

/** A size as people say it. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
