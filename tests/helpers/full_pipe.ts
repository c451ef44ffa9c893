/**
 * Makes standard output a stream that does not block, and fills it with lines of `x`. Whatever shares the stream finds
 * it so.
 */
const fcntl = { parameters: ["i32", "i32", "i32"], result: "i32" } as const;
const [getFlags, setFlags, nonBlocking] = [3, 4, 0o4000];

const library = Deno.dlopen("libc.so.6", { fcntl });
const flags = library.symbols.fcntl(1, getFlags, 0);
library.symbols.fcntl(1, setFlags, flags | nonBlocking);
const line = new TextEncoder().encode(`${"x".repeat(63)}\n`);
try {
  while (true) Deno.stdout.writeSync(line);
} catch (error) {
  if (!(error instanceof Deno.errors.WouldBlock)) throw error;
}
library.close();
