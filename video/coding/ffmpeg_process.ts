/**
 * The system's ffmpeg, a process of its own: it knows every codec.
 *
 * @module
 */
import { messageOf, UserError } from "../../base/errors.ts";

/** What can be done where ffmpeg is missing, by the system. */
const installing: Partial<Record<typeof Deno.build.os, string>> = {
  darwin: "brew install ffmpeg",
  windows: "winget install ffmpeg",
};

/**
 * The error of a film that needs ffmpeg where there is neither it nor what takes its place.
 *
 * @param reason Why that cannot be had.
 */
export function withoutFfmpeg(reason: string, cause?: unknown): UserError {
  const way = installing[Deno.build.os] ?? "apt-get install ffmpeg, or the like of your system";
  return new UserError(
    `Cannot paint a film: there is no ffmpeg, which reads and writes its pictures, nor node-av in its place (${reason})`,
    {
      hint: `${way}; a GIF, an animated WebP and a folder of numbered pictures need none`,
      code: "ffmpeg-missing",
      cause,
    },
  );
}

/** Whether there is ffmpeg, and Deno lets it run: a permission to run what is not there is none. */
export async function hasFfmpeg(): Promise<boolean> {
  const { state } = await Deno.permissions.query({ name: "run", command: "ffmpeg" });
  if (state !== "granted") return false;
  try {
    await new Deno.Command("ffmpeg", { args: ["-version"], stdin: "null", stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A run of ffmpeg. */
export interface FfmpegRun extends AsyncDisposable {
  /** What it writes to standard output. */
  readonly output: ReadableStream<Uint8Array>;
  /** Waits for its end; gives its exit code and what it said. */
  ended(): Promise<{ readonly code: number; readonly words: string }>;
}

/** Characters that are kept of what ffmpeg says: its last words tell why it failed. */
const kept = 20_000;

/**
 * Starts ffmpeg; disposing of the run ends it.
 *
 * @throws {UserError} if it is not there.
 */
export async function startFfmpeg(args: readonly string[]): Promise<FfmpegRun> {
  const command = new Deno.Command("ffmpeg", {
    args: ["-hide_banner", "-nostdin", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    // Ctrl-C of a terminal is meant for the run, which then ends it by itself.
    detached: Deno.build.os !== "windows",
  });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw withoutFfmpeg(messageOf(error), error);
    throw error;
  }
  let words = "";
  const said = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) words = (words + text).slice(-kept);
  })().catch(() => {});
  const ended = async () => {
    const { code } = await child.status;
    await said;
    return { code, words };
  };
  return {
    output: child.stdout,
    ended,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.stdout.cancel().catch(() => {});
      await ended();
    },
  };
}

/**
 * Runs ffmpeg to its end.
 *
 * @returns What it said.
 * @throws {UserError} with its last words if it fails.
 */
export async function ffmpeg(args: readonly string[], doing: string, signal?: AbortSignal): Promise<string> {
  await using run = await startFfmpeg(["-loglevel", "error", ...args]);
  const stop = () => void run[Symbol.asyncDispose]();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await run.output.cancel();
    const { code, words } = await run.ended();
    signal?.throwIfAborted();
    if (code === 0) return words;
    throw new UserError(`Cannot ${doing}: ${lastWords(words) || `ffmpeg ended with code ${code}`}`, {
      code: "unwritable",
      hint: "another ending of the output has another codec",
    });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** What ffmpeg said last, on one line and without the addresses of its parts. */
export function lastWords(words: string): string {
  const lines = words.trim().split(/\r?\n/).filter((line) =>
    line.trim() !== "" && !/^Last message repeated/.test(line)
  );
  return messageOf(lines.slice(-2).map((line) => line.replace(/^\[[^\]]* @ 0x[0-9a-f]+\] */, "")).join("\n"));
}

/** A path as ffmpeg takes it: what has a colon or a hyphen in front is no option and no protocol. */
export function fileOf(path: string): string {
  return `file:${path}`;
}
