import { UserError } from "../../base/errors.ts";
import type { Sequence } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import type { FilmFrame, Following, Motion, Picture } from "../../pictures/picture.ts";
import type { Frame } from "../../video/film.ts";
import { openFlows } from "../../video/flow/mod.ts";
import { following } from "../../video/following.ts";
import { openFootage } from "../../video/footage.ts";
import { cutBetween } from "../../video/shots.ts";
import type { GivenFrame } from "../decode.ts";
import { openKeeping } from "./keeping.ts";
import { openPart } from "./opened.ts";
import type { FilmOptions } from "./options.ts";
import { placeOf } from "./order.ts";
import { pictureOfFrame } from "./picture_of_frame.ts";

/** How far back the frames lie that one is compared with, at the most. */
const farthest = 4;

/** Opens a film, and gives its frames. `content` and `output` are paths. */
export async function filmRun(options: FilmOptions, context: Context): Promise<Sequence<GivenFrame>> {
  const { signal, disposeLater } = context;
  const { passes } = options;
  const part = await openPart(options, context);
  const { source, first, size, transparent } = part;
  const area = size.width * size.height;
  const keeping = await openKeeping(part, options, context, passes);
  const { stores } = keeping;
  const store = stores.at(-1)!;
  const footage = openFootage(source, first, size);
  disposeLater(footage);
  const workers = openFlows();
  const shot: { beginning: number; held?: Promise<AsyncDisposable> } = { beginning: 0 };
  const endShot = async () => {
    const { held } = shot;
    shot.held = undefined;
    await (await held?.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  disposeLater({
    async [Symbol.asyncDispose]() {
      workers.close();
      await endShot();
    },
  });

  if (keeping.kept > 0) {
    const { pass, index } = placeOf(keeping.kept, keeping.count);
    shot.beginning = (await store.shotOf(pass === 0 ? index - 1 : index, keeping.count)).beginning;
    // Those that the next one is compared with are read on the way to it.
    if (pass === 0) await footage.frame(Math.max(0, index - farthest));
  }
  const frameAt = async (index: number): Promise<Frame> => {
    const frame = await footage.frame(index);
    if (!frame) {
      throw new UserError(`Cannot read frame ${first + index + 1} of ${options.content}`, { code: "film-unreadable" });
    }
    return frame;
  };

  /** The shot of a frame: found in the first pass, known in the others. */
  const shotOf = async (pass: number, index: number, now: Frame) => {
    const isCut = pass === 0 && index > 0 && options.cuts && await cutBetween(await frameAt(index - 1), now, workers);
    if (pass === 0 && (index === 0 || isCut)) await store.noteShot(index);
    const found = await store.shotOf(index, keeping.count);
    if (found.beginning !== shot.beginning) await endShot();
    shot.beginning = found.beginning;
    return found;
  };

  return {
    of: "frame",
    get count() {
      return keeping.count * passes;
    },
    async at(place) {
      const { pass, index, step } = placeOf(place, keeping.count);
      const now = await frameAt(index);
      const { beginning, behind } = await shotOf(pass, index, now);
      // Read ahead while this one is painted: then it is known in time whether it is the last.
      const ahead = pass === 0 && index + 1 < keeping.count
        ? footage.frame(index + 1).then((next) => next ?? keeping.endsAt(index + 1), () => {})
        : undefined;
      const own = stores[pass];
      const earlierFrames = options.longTerm.map((distance) => index - step * distance)
        .filter((other) => other >= beginning && other < behind);
      const frame: FilmFrame = {
        index,
        continues: pass > 0 || earlierFrames.length > 0,
        steps: options.steps,
        temporalWeight: options.temporalWeight,
        blend: options.blend,
        follow: lazily(async (motion) => {
          const before = pass > 0 ? await stores[pass - 1].read(index) : undefined;
          if (earlierFrames.length === 0) return before && { picture: before, confidence: new Float32Array(area) };
          const earlier: { filmed: Frame; painted: Picture }[] = [];
          // What lies under a blend needs no memory: where the nearest does not see, the frame stays as it is.
          for (const other of motion === "rough" ? earlierFrames.slice(0, 1) : earlierFrames) {
            earlier.push({ filmed: await frameAt(other), painted: await own.read(other) });
          }
          return await following(now, earlier, motion, workers, before);
        }),
        async forShot<T extends AsyncDisposable>(make: (beginning: Picture) => Promise<T>) {
          shot.held ??= frameAt(beginning).then(make);
          return await shot.held as T;
        },
        async keep(painted) {
          await ahead;
          if (!signal?.aborted) await keeping.keep(place, { shot: beginning, painted });
        },
        finish: keeping.finish,
      };
      return { picture: pictureOfFrame(transparent ? now : { ...now, alpha: undefined }), frame };
    },
  };
}

/** The result of a search for motion, which runs when it is first asked for. */
function lazily(seek: (motion: Motion) => Promise<Following | undefined>): FilmFrame["follow"] {
  let running: Promise<Following | undefined> | undefined;
  return (motion) => running ??= seek(motion);
}
