import { basename, dirname } from "node:path";
import { temporaryPrefix } from "./temporaries.ts";

/** What Deno refused. */
export interface Refusal {
  /** Of what sort, such as `read`. */
  readonly kind: string;
  /** The flag that would allow it. */
  readonly flag: string;
  /** Deno's own words. */
  readonly words: string;
}

/** What is allowed as a whole: a library is a file of some package's, of no meaning to a person. */
const whole: ReadonlySet<string> = new Set(["ffi", "sys"]);

/**
 * What Deno refused, where that is behind an error: npm packages and workers pass Deno's words on in errors of their
 * own, so the words are looked for.
 */
export function refusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const [words, kind, what] = /Requires (\w+) access(?: to "([^"]+)")?[^;\n]*/.exec(error.message) ?? [];
  if (words === undefined) return refusal(error.cause);
  const place = what && basename(what).startsWith(temporaryPrefix) ? dirname(what) : what;
  const named = place && !whole.has(kind) && !/^<.*>$/.test(place);
  return { kind, flag: `--allow-${kind}${named ? `=${place}` : ""}`, words };
}
