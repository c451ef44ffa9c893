import { join } from "node:path";
import { framesIn } from "../frame_stream.ts";
import { soundRate } from "./codecs.ts";
import {
  type Coder,
  coloursIn,
  decoderOf,
  type Look,
  readingFilter,
  wantedLayout,
  wantedPixels,
  writingFilter,
} from "./coder.ts";
import { ffmpeg, fileOf, lastWords, startFfmpeg } from "./ffmpeg_process.ts";

/** The system's ffmpeg. */
export const systemsFfmpeg: Coder = {
  async look(path) {
    await using run = await startFfmpeg(["-i", fileOf(path)]);
    await run.output.cancel();
    const { words } = await run.ended();
    return lookIn(words, path);
  },
  async *frames(path, wanted) {
    const { look, from, signal } = wanted;
    const decoder = decoderOf(look);
    await using run = await startFfmpeg([
      ...["-loglevel", "error"],
      // It counts from the film's start.
      ...from === undefined ? [] : ["-ss", Math.max(0, from - look.start).toFixed(6)],
      ...decoder ? ["-c:v", decoder] : [],
      ...["-i", fileOf(path), "-map", "0:v:0", "-fps_mode", "passthrough"],
      ...["-vf", readingFilter(wanted), "-f", "rawvideo", "-pix_fmt", wantedPixels(wanted), "pipe:1"],
    ]);
    const stop = () => void run[Symbol.asyncDispose]();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      let count = 0;
      for await (const frame of framesIn(run.output, wantedLayout(wanted))) {
        count++;
        yield frame;
      }
      const { code, words } = await run.ended();
      signal?.throwIfAborted();
      if (code !== 0 && count === 0) throw wanted.fault(lastWords(words) || `ffmpeg ended with code ${code}`);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  },
  async encode(pictures, codec, output) {
    const { encoder, options, tag, unlimited } = codec;
    const { folder, from, count, rate: [frames, seconds] } = pictures;
    await ffmpeg([
      ...["-y", "-f", "image2", "-framerate", `${frames}/${seconds}`, "-start_number", String(from)],
      ...["-i", fileOf(join(folder.replaceAll("%", "%%"), "%08d.png")), "-frames:v", String(count)],
      ...["-vf", writingFilter(pictures, codec), "-c:v", encoder],
      ...Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]),
      ...unlimited ? ["-b:v", "0"] : [],
      ...tag ? ["-tag:v", tag] : [],
      ...["-map_metadata", "-1", "-fflags", "+bitexact", fileOf(output)],
    ], "encode the film");
  },
  async encodeSound(source, index, { encoder }, output) {
    const args = ["-map", `0:a:${index}`, "-c:a", encoder, "-b:a", String(soundRate), fileOf(output)];
    await ffmpeg(["-y", "-i", fileOf(source), ...args], "encode the sound");
  },
  async join(parts, { folder, sound, comment, ending }, output) {
    const list = join(folder, "parts.txt");
    await Deno.writeTextFile(list, parts.map((path) => `file '${path.replaceAll("'", "'\\''")}'\n`).join(""));
    const [from, to] = sound?.range ?? [];
    const cut = from === undefined || to === undefined ? [] : ["-ss", String(from), "-t", String(to - from)];
    await ffmpeg([
      ...["-y", "-f", "concat", "-safe", "0", "-i", fileOf(list)],
      ...sound ? [...cut, "-i", fileOf(sound.path)] : [],
      ...["-map", "0:v", ...sound ? ["-map", "1:a?"] : [], "-c", "copy", "-map_metadata", "-1"],
      ...["-metadata", `comment=${comment}`, "-movflags", "+faststart", "-f", ending.slice(1), fileOf(output)],
    ], "join the film");
  },
};

/** Takes the words of `ffmpeg -i` on a file apart. */
function lookIn(words: string, path: string): Look {
  // A cover of a song is a stream of pictures too.
  const streams = words.split(/\n(?= *Stream #)/).filter((part) => /^ *Stream #/.test(part));
  const part = streams.find((part) => /^ *Stream #.*?: Video: /.test(part) && !/\(attached pic\)/.test(part));
  const [, codec, pixels = "", colours = ""] =
    /: Video: (\w+)(?: \([^)]*\))*, (?:(\w+)(?:\(([^)]*)\))?)?/.exec(part ?? "") ?? [];
  const [, start = "0"] = /start: (-?[\d.]+)/.exec(words) ?? [];
  return {
    video: codec === undefined
      ? undefined
      : { codec, pixels, ...coloursIn(colours), alphaInside: /alpha_mode *: *1/.test(part ?? "") },
    audio: streams.some((part) => /: Audio: /.test(part)),
    start: Number(start),
    fault: lastWords(words).replaceAll(`${fileOf(path)}: `, ""),
  };
}
