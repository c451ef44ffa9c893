/** Deno's names of the flags that give more than one thing, where they differ from `--allow-KIND=WHAT`. */
const whole: ReadonlySet<string> = new Set(["ffi", "sys", "run"]);

/**
 * What would allow something that Deno refused, where that is behind an error: npm packages and workers pass Deno's
 * words on in errors of their own, so the words are looked for.
 */
export function refusal(error: unknown): { readonly kind: string; readonly flag: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, kind, what] = /Requires (\w+) access(?: to "([^"]+)")?/.exec(error.message) ?? [];
  if (!kind) return refusal(error.cause);
  return { kind, flag: `--allow-${kind}${what && !whole.has(kind) && !/^<.*>$/.test(what) ? `=${what}` : ""}` };
}
