/**
 * The numbers of signals, the same on Linux and macOS. SIGINT is not among them: a shell script has it ignored in all
 * that runs in the background, and ends it with `kill -INT`.
 */
const numbers = { SIGHUP: 1, SIGTERM: 15 } as const;

/** The C library of each system: every process has loaded it. */
const libraries: Readonly<Record<string, string>> = { linux: "libc.so.6", darwin: "/usr/lib/libSystem.B.dylib" };

/** What `sigaction` calls the handler of a signal that is ignored. */
const ignored = 1n;

/**
 * Asked when the program starts: Deno sets handlers of its own with the first address that is fetched, and what was
 * there before is forgotten.
 */
const ignoredAtStart: ReadonlySet<Deno.Signal> = new Set(
  (Object.keys(numbers) as (keyof typeof numbers)[]).filter(isIgnoredNow),
);

/**
 * Whether the launcher had a signal ignored, as `nohup` does with SIGHUP. False if that is not known: without the
 * permission to ask, or on another system.
 */
export function isIgnored(signal: Deno.Signal): boolean {
  return ignoredAtStart.has(signal);
}

function isIgnoredNow(signal: Deno.Signal): boolean {
  const library = libraries[Deno.build.os];
  const number = (numbers as Readonly<Record<string, number>>)[signal];
  if (!library || !number) return false;
  if (Deno.permissions.querySync({ name: "ffi", path: library }).state !== "granted") return false;
  try {
    const c = Deno.dlopen(library, {
      sigaction: { parameters: ["i32", "pointer", "buffer"], result: "i32" },
    });
    // The handler is the first field of the struct, which is far smaller than this.
    const action = new BigUint64Array(64);
    const known = c.symbols.sigaction(number, null, action) === 0;
    c.close();
    return known && action[0] === ignored;
  } catch {
    return false;
  }
}
