import { basename, dirname } from "node:path";
import { temporaryPrefix } from "./temporaries.ts";

/** A permission that Deno refused. */
export interface Refusal {
  /** The kind of permission, such as `read`. */
  readonly kind: string;
  /** The flag that would grant it. */
  readonly flag: string;
  /** Deno's own message. */
  readonly words: string;
}

/** Permissions that are asked for as a whole: which file of a package or which call it is means nothing to a person. */
const whole: ReadonlySet<string> = new Set(["ffi", "sys"]);

/**
 * The refused permission that caused an error; undefined if none did. It is found by Deno's message, which npm packages
 * and workers pass on in errors of their own.
 */
export function refusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  const [words, kind, what] = /Requires (\w+) access(?: to "([^"]+)")?[^;\n]*/.exec(error.message) ?? [];
  if (words === undefined) return refusal(error.cause);
  const place = what && basename(what).startsWith(temporaryPrefix) ? dirname(what) : what;
  const named = place && !whole.has(kind) && !/^<.*>$/.test(place);
  return { kind, flag: `--allow-${kind}${named ? `=${place}` : ""}`, words };
}
