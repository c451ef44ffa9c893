/**
 * The system's ffmpeg, a process of its own: it knows every codec.
 *
 * @module
 */
import { messageOf, UserError } from "../base/errors.ts";

/** What can be done where ffmpeg is missing, by the system. */
const installing: Partial<Record<typeof Deno.build.os, string>> = {
  darwin: "brew install ffmpeg",
  windows: "winget install ffmpeg",
};

/** The error of a film that needs ffmpeg where it is missing. */
export function withoutFfmpeg(cause?: unknown): UserError {
  const way = installing[Deno.build.os] ?? "apt-get install ffmpeg, or the like of your system";
  return new UserError("Cannot paint a film: there is no ffmpeg, which reads and writes its pictures", {
    hint: `${way}; a GIF, an animated WebP and a folder of numbered pictures need none`,
    code: "ffmpeg-missing",
    cause,
  });
}

/**
 * Makes sure that ffmpeg may be run.
 *
 * @throws {UserError} if Deno forbids it: the hint says what to write.
 */
export async function checkMayRun(): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "run", command: "ffmpeg" });
  if (state === "granted") return;
  throw new UserError("Cannot paint a film: Deno does not let it run ffmpeg, which reads and writes its pictures", {
    hint: "write deno run -P=film in the place of deno run -P, or add --allow-run=ffmpeg",
    code: "ffmpeg-missing",
    exitCode: 2,
  });
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
 * @throws {UserError} if it may not be run, or is not there.
 */
export async function startFfmpeg(args: readonly string[]): Promise<FfmpegRun> {
  await checkMayRun();
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
    if (error instanceof Deno.errors.NotFound) throw withoutFfmpeg(error);
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

/** What ffmpeg tells of a film before it does anything. */
export interface Banner {
  /** Its first stream of pictures: codec, sample format and the like in ffmpeg's words; undefined if it has none. */
  readonly video?: {
    readonly codec: string;
    readonly pixels: string;
    /** What stands in brackets behind the sample format: range and matrix, if they are told. */
    readonly colours: string;
    /** Whether a second stream inside holds opacity, as in WebM. */
    readonly alphaInside: boolean;
  };
  /** Whether it has sound. */
  readonly audio: boolean;
  /** When it starts, in seconds: ffmpeg counts from there when it is told to seek. */
  readonly start: number;
  /** All that it said. */
  readonly words: string;
}

/** Asks ffmpeg what a file is. */
export async function bannerOf(path: string): Promise<Banner> {
  await using run = await startFfmpeg(["-i", fileOf(path)]);
  await run.output.cancel();
  const { words } = await run.ended();
  return parseBanner(words);
}

/** Takes the words of `ffmpeg -i` apart. */
export function parseBanner(words: string): Banner {
  // A cover of a song is a stream of pictures too.
  const streams = words.split(/\n(?= *Stream #)/).filter((part) => /^ *Stream #/.test(part));
  const part = streams.find((part) => /^ *Stream #.*?: Video: /.test(part) && !/\(attached pic\)/.test(part));
  const [, codec, pixels = "", colours = ""] =
    /: Video: (\w+)(?: \([^)]*\))*, (?:(\w+)(?:\(([^)]*)\))?)?/.exec(part ?? "") ?? [];
  const [, start = "0"] = /start: (-?[\d.]+)/.exec(words) ?? [];
  return {
    video: codec === undefined
      ? undefined
      : { codec, pixels, colours, alphaInside: /alpha_mode *: *1/.test(part ?? "") },
    audio: streams.some((part) => /: Audio: /.test(part)),
    start: Number(start),
    words,
  };
}

/** A path as ffmpeg takes it: what has a colon or a hyphen in front is no option and no protocol. */
export function fileOf(path: string): string {
  return `file:${path}`;
}
