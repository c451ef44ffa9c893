import { UserError } from "../../base/errors.ts";
import { placeIn, type Sequence } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import type { FilmFrame, FinishedPicture } from "../../pictures/picture.ts";
import type { Frame } from "../../video/film.ts";
import { openKeeping } from "./keeping.ts";
import { type FilmPart, openPart } from "./opened.ts";
import type { FilmOptions } from "./options.ts";

/** A frame that was painted elsewhere. */
export interface FrameFromElsewhere {
  /** The first frame of its shot. */
  readonly shot: number;
  readonly painted: Frame;
}

/** Frames that are painted elsewhere. */
export interface FramesFromElsewhere extends AsyncDisposable {
  /**
   * Waits for a frame.
   *
   * @returns undefined if the film ends before.
   */
  frame(index: number): Promise<FrameFromElsewhere | undefined>;
  /** The index behind the last frame that can be read, once that is known. */
  readonly end: number | undefined;
}

/**
 * Has the frames of a part of a film painted elsewhere, in all passes and with all that is laid over them.
 *
 * @param beginning The first frame of the first shot of which a frame is asked for.
 */
export type Elsewhere = (part: FilmPart, beginning: number) => FramesFromElsewhere;

/** Opens a film whose frames are painted elsewhere, and gives them. `content` and `output` are paths. */
export async function filmRunElsewhere(
  options: FilmOptions,
  context: Context,
  elsewhere: Elsewhere,
): Promise<Sequence<FinishedPicture>> {
  const { signal, writing, keeping: { checkpoints } } = context;
  const part = await openPart(options, context);
  const { restored } = checkpoints ?? {};
  if (restored && placeIn(restored.position, "frame").count > part.count) {
    throw new UserError("Cannot go on: the passes of this film were begun on one machine", {
      hint: "leave `queue` out to go on there, or `resume` to begin anew",
      exitCode: 2,
    });
  }
  const keeping = await openKeeping(part, options, context, 1);
  const store = keeping.stores.at(-1)!;
  const { beginning } = await store.shotOf(keeping.kept, part.count);
  const frames = elsewhere(part, beginning);
  context.disposeLater(frames);
  return {
    of: "frame",
    get count() {
      return keeping.count;
    },
    async at(index) {
      const come = await frames.frame(index).catch((error) => {
        if (!signal?.aborted) throw error;
      });
      if (!come && !signal?.aborted) {
        throw new UserError(`Cannot read frame ${part.first + index + 1} of ${options.content}`, {
          code: "film-unreadable",
        });
      }
      if (come && come.shot === index) await store.noteShot(index);
      if (frames.end !== undefined) keeping.endsAt(frames.end);
      const { width, height } = part.size;
      // Of a run that is interrupted it is not kept.
      const painted: Frame = come?.painted ?? { width, height, data: new Float32Array(0) };
      const frame: FilmFrame = {
        index,
        continues: false,
        steps: options.steps,
        temporalWeight: 0,
        blend: 0,
        follow: () => Promise.resolve(undefined),
        forShot: () => Promise.reject(new Error("The shot is painted elsewhere")),
        async keep(painted) {
          if (come && !signal?.aborted) await keeping.keep(index, { shot: come.shot, painted });
        },
        finish: keeping.finish,
      };
      return { ...painted, name: writing.subject.name, frame };
    },
  };
}
