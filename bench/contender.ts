import { TextLineStream } from "../tests/helpers/lines.ts";

/** A process that answers every line on its standard input with one JSON record. */
interface Contender<T> extends AsyncDisposable {
  /** Asks for one more record. */
  next(): Promise<T>;
}

/** Starts a contender. */
export function start<T>(command: string, args: readonly string[]): Contender<T> {
  const child = new Deno.Command(command, { args: [...args], stdin: "piped", stdout: "piped" }).spawn();
  const input = child.stdin.getWriter();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
  return {
    async next() {
      await input.write(new TextEncoder().encode("\n"));
      const { value } = await output.read();
      if (!value) throw new Error(`${command} ${args.join(" ")} ended before it answered`);
      return JSON.parse(value);
    },
    async [Symbol.asyncDispose]() {
      // A contender that died has closed its end already.
      await input.close().catch(() => {});
      await child.status;
    },
  };
}

/** Answers every line on the standard input of this process with one record, until it ends. */
export async function answer(record: () => Promise<object>): Promise<void> {
  for await (const _ of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
    console.log(JSON.stringify(await record()));
  }
}

/** The largest resident size that this process ever had, in bytes; the present one if the system does not tell. */
export function peakBytes(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return Deno.memoryUsage().rss;
  }
}
