import { type EncodedPacket, type InputAudioTrack, type InputVideoTrack, mediabunny } from "../mediabunny_package.ts";
import { messageOf } from "../../base/errors.ts";
import { coderFinder } from "../coding/find.ts";
import type { FilmSource, FrameTime } from "../film.ts";
import type { ReadingOptions } from "./options.ts";
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
  const coder = await (options.coder ?? coderFinder(() => {}))();
  const look = await coder.look(path);
  if (!look.video) throw noFilm(path, look.audio ? "it has sound and no pictures" : look.fault || "it is none");
  using tracks = await tracksOf(path);
  const { video, sounds } = tracks;
  if (!video) throw noFilm(path, "it has no pictures in a track of their own");
  const size = { width: await video.getDisplayWidth(), height: await video.getDisplayHeight() };
  checkPixels(path, size, options);
  const ticks = await video.getTimeResolution();
  const times = await timesOf(video, ticks);
  if (times.length === 0) throw noFilm(path, "it has no frame");
  const { pixels, alphaInside, namesMatrix, highRange } = look.video;
  const transparent = alphaInside || /^(yuva|rgba|bgra|argb|abgr|gbrap|ya\d)/.test(pixels);
  const deep = /(9|1\d)(le|be)$/.test(pixels) || /^(rgb48|rgba64|gray16|p0\d\d)/.test(pixels);
  const turn = await video.getRotation();
  const span = times.at(-1)!.at + times.at(-1)!.lasts - times[0].at;
  return {
    size,
    ticks,
    times,
    rate: rateOf(times, ticks, span),
    transparent,
    deep,
    sounds: sounds.length > 0,
    remarks: highRange ? ["its light is of high dynamic range, and is painted as if it were not"] : [],
    frames: (first, { width, height }) =>
      coder.frames(path, {
        look,
        width,
        height,
        turn,
        transparent,
        deep,
        ...first > 0 && { from: (times[first - 1].at + times[first].at) / 2 / ticks },
        ...!namesMatrix && /^(yuv|nv|p0)/.test(pixels) &&
          { matrix: size.height >= 720 ? highMatrix : standardMatrix },
        signal: options.signal,
        fault: (reason) => noFilm(path, reason),
      }),
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
