import { messageOf } from "../base/errors.ts";

/** A stream of the process. */
interface Sink {
  writeSync(bytes: Uint8Array): number;
}

/** A stream that never throws: it waits for a reader, and falls silent if it cannot be written to. */
export interface Output {
  /** Writes text or bytes as they are. */
  write(content: string | Uint8Array): void;
  /** Settles once all text is written, or given up. */
  written(): Promise<void>;
  /** Why the stream fell silent. */
  readonly failure?: unknown;
}

/** Milliseconds between two tries to write to a stream that is full. */
const patience = 20;

/**
 * Writes to a stream at once. A stream that does not block may be full: then the text is kept, in its order, until there
 * is room.
 */
export function outputTo(sink: Sink): Output {
  const encoder = new TextEncoder();
  let waiting: Uint8Array[] = [];
  let draining: Promise<void> | undefined;
  let failure: unknown;

  /** Writes what waits, as far as there is room. */
  const push = () => {
    try {
      while (waiting.length > 0) {
        const count = sink.writeSync(waiting[0]);
        if (count < waiting[0].length) waiting[0] = waiting[0].subarray(count);
        else waiting.shift();
      }
    } catch (error) {
      if (error instanceof Deno.errors.WouldBlock || error instanceof Deno.errors.Interrupted) return;
      failure = error;
      waiting = [];
    }
  };
  const drain = async () => {
    while (waiting.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, patience));
      push();
    }
    draining = undefined;
  };
  return {
    get failure() {
      return failure;
    },
    write(content) {
      if (failure !== undefined || content.length === 0) return;
      waiting.push(typeof content === "string" ? encoder.encode(content) : content);
      if (draining) return;
      push();
      if (waiting.length > 0) draining = drain();
    },
    written: async () => await draining,
  };
}

const [out, err] = [outputTo(Deno.stdout), outputTo(Deno.stderr)];

/** Whether standard output holds what the command was asked for. */
let asked = false;

/** Prints a line that the command was asked for, on standard output. */
export function print(line: string): void {
  asked = true;
  out.write(`${line}\n`);
}

/** Prints the bytes that the command was asked for, on standard output. */
export function printBytes(bytes: Uint8Array): void {
  asked = true;
  out.write(bytes);
}

/** Prints a line about what was done on standard output, such as a record of progress. */
export function printReport(line: string): void {
  out.write(`${line}\n`);
}

/** Tells what came of a run: on standard output if that is no terminal, so that a script gets it, else beside all else. */
export function tellResult(line: string): void {
  if (Deno.stdout.isTerminal()) err.write(`${line}\n`);
  else printReport(line);
}

/** Tells a line on standard error. */
export function tell(line: string): void {
  err.write(`${line}\n`);
}

/** Draws on standard error: text without a line's end. */
export function draw(text: string): void {
  err.write(text);
}

/** What a line on standard error begins with, so that nothing drawn before stays in it. */
export function freshLine(): string {
  return Deno.stderr.isTerminal() ? "\r\x1b[K" : "";
}

/** Columns of the terminal to which {@linkcode draw} draws. */
export function columns(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}

/**
 * Waits until all is written, and says on one stream if the other could not be written to.
 *
 * @param code The exit code of what the command did.
 * @param json Whether standard output holds records.
 * @returns The exit code: another one only if what was asked for could not be printed. A reader that has read enough is
 *   no failure then.
 */
export async function finishOutput(code: number, json: boolean): Promise<number> {
  await Promise.all([out.written(), err.written()]);
  const lost = asked && out.failure !== undefined && !(out.failure instanceof Deno.errors.BrokenPipe);
  if (lost) tell(`error: Cannot write to standard output: ${messageOf(out.failure)}`);
  else if (!asked && out.failure !== undefined) tell(`warning: ${silence("standard output", out.failure)}`);
  if (!asked && err.failure !== undefined) {
    const message = silence("standard error", err.failure);
    printReport(json ? JSON.stringify({ kind: "warning", message }) : `warning: ${message}`);
  }
  await Promise.all([out.written(), err.written()]);
  return lost ? code || 1 : code;
}

function silence(stream: string, failure: unknown): string {
  return `${stream} cannot be written to (${messageOf(failure)}): what it would have told is missing there`;
}
