import { messageOf, StageError } from "./errors.ts";
import { moduleRoot } from "./root.ts";

/** Code beside the product, which uses it as anybody does. */
const beside = /^(tests|bench|docs|examples)\//;

/**
 * Where in somebody's own code an error was thrown, as `FILE:LINE:COLUMN`: the innermost place outside this program and
 * outside packages. Undefined if there is none.
 */
export function codePlaceOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const places = [...(error.stack ?? "").matchAll(/^ +at .*?\(?((?:file|https?):\/\/[^\s()]+:\d+:\d+)\)?$/gm)]
    .map(([, place]) => place);
  const place = places.find((place) =>
    !/\/(npm|node_modules)\//.test(place) &&
    (!place.startsWith(moduleRoot.href) || beside.test(place.slice(moduleRoot.href.length)))
  );
  return place && decodeURI(place.replace(/^file:\/\//, ""));
}

/** The error of something that failed by another, with the place in somebody's own code. */
export function stageError(what: string, error: unknown): StageError {
  const message = messageOf(error);
  const placed = error instanceof StageError ? message : withCodePlace(message, error);
  return new StageError(`${what} failed: ${placed}`, { cause: error });
}

/** A message with the place in the code, if that is known. */
export function withCodePlace(message: string, error: unknown): string {
  const place = codePlaceOf(error);
  return place === undefined ? message : `${message} (${place})`;
}
