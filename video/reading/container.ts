import { type EncodedPacket, type InputAudioTrack, type InputVideoTrack, mediabunny } from "../mediabunny_package.ts";
import { messageOf } from "../../base/errors.ts";
import { type Banner, bannerOf, fileOf, lastWords, startFfmpeg } from "../ffmpeg.ts";
import type { FilmSource, FrameTime, ReadingOptions } from "../film.ts";
import { framesIn } from "../frame_stream.ts";
import { checkPixels, noFilm } from "./faults.ts";

/** The matrix of a film that does not name one: that of television, which is another one from 720 lines on. */
const [standardMatrix, highMatrix] = ["bt601", "bt709"] as const;

/** The tracks of a container. */
export interface Tracks extends Disposable {
  readonly video?: InputVideoTrack;
  /** All tracks of sound. */
  readonly sounds: readonly InputAudioTrack[];
}

/**
 * Opens a container.
 *
 * @throws {UserError} if it is none, or damaged.
 */
export async function tracksOf(path: string): Promise<Tracks> {
  const { ALL_FORMATS, FilePathSource, Input } = await mediabunny();
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const [video, sounds] = [await input.getPrimaryVideoTrack(), await input.getAudioTracks()];
    return { video: video ?? undefined, sounds, [Symbol.dispose]: () => input.dispose() };
  } catch (error) {
    input.dispose();
    throw noFilm(path, messageOf(error), error);
  }
}

/**
 * Opens a film in a container: MP4, MOV, WebM, Matroska, MPEG-TS.
 *
 * @throws {UserError} if it is none, has no pictures, or ffmpeg is missing.
 */
export async function openContainer(path: string, options: ReadingOptions): Promise<FilmSource> {
  const banner = await bannerOf(path);
  if (!banner.video) {
    throw banner.audio
      ? noFilm(path, "it has sound and no pictures")
      : noFilm(path, lastWords(banner.words).replace(/^file:[^:]*: /, "") || "it is none");
  }
  using tracks = await tracksOf(path);
  const { video, sounds } = tracks;
  if (!video) throw noFilm(path, "it has no pictures in a track of their own");
  const size = { width: await video.getDisplayWidth(), height: await video.getDisplayHeight() };
  checkPixels(path, size, options);
  const ticks = await video.getTimeResolution();
  const times = await timesOf(video, ticks);
  if (times.length === 0) throw noFilm(path, "it has no frame");
  const { pixels, alphaInside } = banner.video;
  const transparent = alphaInside || /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d)/.test(pixels);
  const deep = /(9|1\d)(le|be)$/.test(pixels) || /^(rgb48|rgba64|gray16|p0\d\d)/.test(pixels);
  const span = times.at(-1)!.at + times.at(-1)!.lasts - times[0].at;
  const remarks = /smpte2084|arib-std-b67/.test(banner.video.colours)
    ? ["its light is of high dynamic range, and is painted as if it were not"]
    : [];
  return {
    size,
    ticks,
    times,
    rate: rateOf(times, ticks, span),
    transparent,
    deep,
    sounds: sounds.length > 0,
    remarks,
    async *frames(first, { width, height }) {
      const [channels, bytes] = [transparent ? 4 : 3, deep ? 2 : 1] as const;
      const format = `${transparent ? "rgba" : "rgb"}${
        deep ? (transparent ? "64le" : "48le") : transparent ? "" : "24"
      }`;
      await using run = await startFfmpeg([
        ...["-loglevel", "error"],
        ...seekTo(first, times, ticks, banner),
        ...decoderOf(banner),
        ...["-i", fileOf(path), "-map", "0:v:0", "-fps_mode", "passthrough"],
        ...[
          "-vf",
          `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int${matrixOf(banner, size.height)}`,
        ],
        ...["-f", "rawvideo", "-pix_fmt", format, "pipe:1"],
      ]);
      const stop = () => void run[Symbol.asyncDispose]();
      options.signal?.addEventListener("abort", stop, { once: true });
      try {
        let count = 0;
        for await (const frame of framesIn(run.output, { width, height, channels, bytes })) {
          count++;
          yield frame;
        }
        const { code, words } = await run.ended();
        options.signal?.throwIfAborted();
        if (code !== 0 && count === 0) throw noFilm(path, lastWords(words) || `ffmpeg ended with code ${code}`);
      } finally {
        options.signal?.removeEventListener("abort", stop);
      }
    },
  };
}

/** When each frame of a track is shown, in the order of time. */
async function timesOf(track: InputVideoTrack, ticks: number): Promise<FrameTime[]> {
  const { EncodedPacketSink } = await mediabunny();
  const times: FrameTime[] = [];
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
    times.push(timeOf(packet, ticks));
  }
  times.sort((a, b) => a.at - b.at);
  // What an edit list cuts off is not shown.
  const shown = times.filter(({ at, lasts }) => at >= 0 || at + lasts > 0);
  return shown.map(({ at, lasts }, i) => {
    const next = shown[i + 1];
    return { at, lasts: next ? next.at - at : lasts || (shown[i - 1] ? at - shown[i - 1].at : 1) };
  });
}

function timeOf({ timestamp, duration }: EncodedPacket, ticks: number): FrameTime {
  return { at: Math.round(timestamp * ticks), lasts: Math.round(duration * ticks) };
}

/** Frames in a second as a fraction: exact where all frames last as long, on average else. */
function rateOf(times: readonly FrameTime[], ticks: number, span: number): readonly [number, number] {
  const { lasts } = times[0];
  const even = times.slice(0, -1).every((time) => Math.abs(time.lasts - lasts) <= 1);
  // A clock too coarse for the rate, as that of Matroska: the nearest rate that films have.
  const usual = ([[24000, 1001], [30000, 1001], [60000, 1001]] as const).find(([n, d]) =>
    Math.abs(times.length * ticks / span - n / d) < 0.005
  );
  if (usual) return usual;
  if (even && lasts > 0 && times.every((time) => time.lasts === lasts)) return [ticks, lasts];
  return [Math.max(1, Math.round(1000 * times.length * ticks / Math.max(1, span))), 1000];
}

/** Where ffmpeg begins: between the frame and the one before it, as its clock is rounded. */
function seekTo(first: number, times: readonly FrameTime[], ticks: number, { start }: Banner): string[] {
  if (first === 0) return [];
  const middle = (times[first - 1].at + times[first].at) / 2 / ticks;
  return ["-ss", Math.max(0, middle - start).toFixed(6)];
}

/** ffmpeg's own decoders of VP8 and VP9 leave opacity out. */
function decoderOf({ video }: Banner): string[] {
  if (!video?.alphaInside) return [];
  return ["-c:v", video.codec === "vp8" ? "libvpx" : "libvpx-vp9"];
}

/** The matrix for a film that names none. */
function matrixOf({ video }: Banner, height: number): string {
  const { pixels = "", colours = "" } = video ?? {};
  const named = /bt709|bt601|smpte170m|bt470bg|bt2020|smpte240m|fcc|gbr/.test(colours);
  if (named || !/^(yuv|nv|p0)/.test(pixels)) return "";
  return `:in_color_matrix=${height >= 720 ? highMatrix : standardMatrix}`;
}
