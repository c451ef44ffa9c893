import { join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { reasonOf, replaceAtomically } from "../../base/files.ts";
import { loadSharp } from "../../pictures/sharp.ts";
import type { Frame } from "../film.ts";
import { frameOf, layoutOf, type SampleLayout, samplesOf } from "../frame_stream.ts";
import { frameIn, lossless } from "./lossless.ts";

/** Frames that are kept in memory: as many as the farthest of those that a frame is compared with lies behind. */
const remembered = 5;

/**
 * The painted frames of a film in a folder beside it, each a file of its own: what is there is not painted again. A frame
 * that is read has the levels that its file holds, so that a run that goes on sees what an unbroken one sees.
 */
export interface FrameStore {
  /** Path of the folder. */
  readonly folder: string;
  /** Path of a frame. */
  pathOf(index: number): string;
  /** Writes a frame, whole or not at all. */
  keep(index: number, frame: Frame): Promise<void>;
  /** Reads a frame. */
  read(index: number): Promise<Frame>;
  /** Notes that a shot begins with a frame. */
  noteShot(index: number): Promise<void>;
  /** The first frame of the shot in which a frame lies, and the one behind its last, as far as they are noted. */
  shotOf(index: number, count: number): Promise<{ readonly beginning: number; readonly behind: number }>;
  /** Whether a frame is there. */
  has(index: number): Promise<boolean>;
  /** Removes frames. */
  drop(from: number, to: number): Promise<void>;
  /** Removes the folder with all that is in it. */
  remove(): Promise<void>;
}

/** The name of a frame's file; `%08d.png` in ffmpeg's words. */
export function frameName(index: number): string {
  return `${String(index).padStart(8, "0")}.png`;
}

/** The working folder of a film. */
export function workingFolder(output: string): string {
  return `${output.replace(/[/\\]+$/, "").replaceAll("%", "")}.frames`;
}

/** How frames are kept. */
interface StoreOptions {
  /** Whether they have 16 bits. */
  readonly deep: boolean;
  /** Whether what an earlier run left there goes away. */
  readonly anew: boolean;
  /** A folder in the film's, for the frames of an earlier pass. */
  readonly inner?: string;
}

/**
 * Opens the store of a film.
 *
 * @throws {UserError} if its folder cannot be made.
 */
export async function openStore(output: string, { deep, anew, inner = "" }: StoreOptions): Promise<FrameStore> {
  const folder = join(workingFolder(output), inner);
  const refuse = (error: unknown): never => {
    throw new UserError(`Cannot keep frames in ${folder}: ${reasonOf(error)}`, {
      code: "unwritable",
      hint: "name another place with `film.output`",
      cause: error,
    });
  };
  const remove = () => Deno.remove(folder, { recursive: true }).catch(() => {});
  if (anew) await remove();
  await Deno.mkdir(folder, { recursive: true }).catch(refuse);
  const sharp = await loadSharp();
  const recent = new Map<number, { readonly samples: Uint8Array; readonly layout: SampleLayout }>();
  const notes = join(folder, "shots.json");
  const shots: number[] = await Deno.readTextFile(notes).then(JSON.parse, () => []);
  const pathOf = (index: number) => join(folder, frameName(index));
  return {
    folder,
    pathOf,
    async keep(index, frame) {
      const samples = samplesOf(frame, deep);
      const layout = layoutOf(frame, deep);
      const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
      recent.set(index, { samples: bytes, layout });
      for (const old of recent.keys()) if (Math.abs(old - index) >= remembered) recent.delete(old);
      // A name of its own: two runs on one film, one of them forgotten, paint the same frames.
      const temporary = join(folder, `unfinished-${crypto.randomUUID()}.png`);
      try {
        await lossless(sharp, samples, layout).toFile(temporary);
        await Deno.rename(temporary, pathOf(index));
      } catch (error) {
        refuse(error);
      }
    },
    async read(index) {
      const held = recent.get(index);
      if (held) return frameOf(held.samples, held.layout);
      const path = pathOf(index);
      const bytes = await Deno.readFile(path).catch((error) => {
        throw new UserError(`Cannot go on: frame ${index + 1} is missing in ${folder}`, {
          hint: "leave `resume` out to begin anew",
          exitCode: 2,
          cause: error,
        });
      });
      return await frameIn(bytes, path);
    },
    async noteShot(index) {
      if (!shots.includes(index)) shots.push(index);
      await replaceAtomically(notes, (temporary) => Deno.writeTextFile(temporary, JSON.stringify(shots)));
    },
    shotOf: async (index, count) => ({
      beginning: Math.max(0, ...shots.filter((first) => first <= index)),
      behind: Math.min(count, ...shots.filter((first) => first > index)),
    }),
    has: (index) => Deno.stat(pathOf(index)).then(() => true, () => false),
    async drop(from, to) {
      for (let index = from; index < to; index++) await Deno.remove(pathOf(index)).catch(() => {});
    },
    remove,
  };
}
