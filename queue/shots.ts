import { type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { loadSharp } from "../pictures/sharp.ts";
import { decode } from "../stages/decode.ts";
import { film } from "../stages/film.ts";
import type { FilmPart } from "../stages/film/opened.ts";
import { UserError } from "../base/errors.ts";
import type { Frame } from "../video/film.ts";
import { openFlows } from "../video/flow/mod.ts";
import { layoutOf, samplesOf } from "../video/frame_stream.ts";
import { cutBetween } from "../video/shots.ts";
import { lossless } from "../video/writing/lossless.ts";
import { frameName } from "../video/writing/store.ts";
import type { Blob, Blobs } from "./blobs.ts";
import type { JobFile } from "./job.ts";

/** A shot of a film whose frames are among the blobs. */
export interface StoredShot {
  /** Its first frame, counted from that of the part. */
  readonly beginning: number;
  readonly frames: readonly JobFile[];
  /** Stores its frames once more. */
  store(): Promise<void>;
}

/** Frames that are written at a time, while the next ones are decoded. */
const ahead = 4;

/** What stands for the frames of a shot in its preset. */
export const shotLocation = "file:///frames";

/** The preset by which a worker paints a shot of a film, from its frames to painted ones. */
export function shotPreset(preset: ResolvedPreset, { depth }: Pick<FilmPart, "depth">): ResolvedPreset {
  const shot = withOptions(preset, film, {
    content: shotLocation,
    output: "/frames",
    // What concerns the whole film is done with it: shots are the same jobs however the film is to be written.
    ...{ from: "", to: "", size: 0, rate: "25", cuts: false, quality: 0, sound: false },
    depth: depth > 8 ? "10" : "8",
  });
  return withOptions(shot, decode, { content: shotLocation });
}

/** Decodes a part of a film from a frame on, stores its frames, and gives its shots in their order. */
export async function* shotsOf(
  { source, first, count, size, transparent }: FilmPart,
  beginning: number,
  { blobs, cuts, signal }: { readonly blobs: Blobs; readonly cuts: boolean; readonly signal: AbortSignal },
): AsyncGenerator<StoredShot, void> {
  const sharp = await loadSharp();
  using workers = openFlows();
  const put = async (frame: Frame): Promise<Blob> => {
    const kept = transparent ? frame : { ...frame, alpha: undefined };
    // Levels between whole ones are those of 16 bits.
    const deep = !(isWhole(kept.data) && isWhole(kept.alpha));
    const png = await lossless(sharp, samplesOf(kept, deep), layoutOf(kept, deep)).toBuffer();
    return await blobs.put(new Uint8Array(png));
  };
  const framesFrom = (index: number) => source.frames(first + index, size);
  const stored = async (beginning: number, storing: readonly Promise<Blob>[]): Promise<StoredShot> => {
    const frames = (await Promise.all(storing)).map((blob, i) => ({ ...blob, name: frameName(i + 1) }));
    return { beginning, frames, store: () => storeAgain(beginning, frames) };
  };
  const storeAgain = async (beginning: number, frames: readonly JobFile[]) => {
    let index = 0;
    for await (const frame of framesFrom(beginning)) {
      if ((await put(frame)).sha256 !== frames[index].sha256) {
        throw new UserError("The film is another than when the run began", { hint: "paint it again" });
      }
      if (++index === frames.length) return;
    }
  };

  let shot = beginning;
  let storing: Promise<Blob>[] = [];
  let before: Frame | undefined;
  let index = beginning;
  for await (const frame of framesFrom(beginning)) {
    signal.throwIfAborted();
    const keeping = put(frame);
    keeping.catch(() => {});
    if (before && cuts && await cutBetween(before, frame, workers)) {
      yield await stored(shot, storing);
      [shot, storing] = [index, []];
    }
    storing.push(keeping);
    await storing.at(-ahead);
    before = frame;
    if (++index === count) break;
  }
  if (storing.length > 0) yield await stored(shot, storing);
}

function isWhole(levels: Float32Array = new Float32Array(0)): boolean {
  for (let i = 0; i < levels.length; i++) if (levels[i] !== Math.trunc(levels[i])) return false;
  return true;
}
