import { UserError } from "../../base/errors.ts";
import { placeIn, type Sequence } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import type { FilmFrame, Following, Motion, Picture } from "../../pictures/picture.ts";
import type { Frame } from "../../video/film.ts";
import { openFlows } from "../../video/flow/mod.ts";
import { coderFinder } from "../../video/coding/find.ts";
import { following } from "../../video/following.ts";
import { openFootage } from "../../video/footage.ts";
import { openFilm } from "../../video/reading/mod.ts";
import { cutBetween } from "../../video/shots.ts";
import { holdsOpacity } from "../../video/writing/kind.ts";
import { openTarget } from "../../video/writing/mod.ts";
import { type FrameStore, openStore } from "../../video/writing/store.ts";
import type { GivenFrame } from "../decode.ts";
import type { FilmOptions } from "./options.ts";
import { placeOf } from "./order.ts";
import { paintedSize, partOf, rateOf } from "./part.ts";
import { pictureOfFrame } from "./picture_of_frame.ts";

/** How far back the frames lie that one is compared with, at the most. */
const farthest = 4;

/** Opens a film, and gives its frames. `content` and `output` are paths. */
export async function filmRun(options: FilmOptions, context: Context): Promise<Sequence<GivenFrame>> {
  const { signal, report, keeping: { checkpoints }, disposeLater } = context;
  const coder = coderFinder((message) => report({ kind: "warning", message }));
  const source = await openFilm(options.content, { rate: rateOf(options.rate), pixelLimit: 2.68e8, coder });
  for (const message of source.remarks) report({ kind: "warning", message });
  const [first, behind] = partOf(source, options);
  const size = paintedSize(source.size, options.size);
  const transparent = source.transparent && holdsOpacity(options.output);
  const area = size.width * size.height;
  const depth = options.depth === "auto" ? (source.deep ? 10 : 8) : Number(options.depth) as 8 | 10;
  const restored = checkpoints?.restored;

  const { passes, output } = options;
  const stores: FrameStore[] = [];
  const store = await openStore(output, { deep: depth > 8, anew: !restored });
  for (let pass = 0; pass < passes - 1; pass++) {
    stores.push(await openStore(output, { deep: depth > 8, anew: false, inner: `pass-${pass + 1}` }));
  }
  stores.push(store);
  const target = openTarget(output, store, {
    source: options.content,
    size,
    ticks: source.ticks,
    times: source.times.slice(first, behind),
    rate: source.rate,
    sound: options.sound && source.sounds,
    part: first > 0 || behind < source.times.length,
    loop: source.loop ?? 0,
    comment: context.writing.packet(output),
    transparent,
    depth,
    quality: options.quality,
    coder,
  }, passes === 1);
  await target.ready();
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

  let count = behind - first;
  /** Frames that are painted, those of all passes counted. */
  let kept = restored ? placeIn(restored.position, "frame").index : 0;
  if (kept > 0) {
    const { pass, index } = placeOf(kept, count);
    shot.beginning = (await store.shotOf(pass === 0 ? index - 1 : index, count)).beginning;
    // Those that the next one is compared with are read on the way to it.
    if (pass === 0) await footage.frame(Math.max(0, index - farthest));
  }
  const began = performance.now();
  let painted = 0;
  const endsAt = (index: number) => {
    if (index >= count || signal?.aborted) return;
    const message = `the film is damaged: ${index} of its ${count} frames can be read, and are painted`;
    report({ kind: "warning", message });
    count = index;
  };
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
    const found = await store.shotOf(index, count);
    if (found.beginning !== shot.beginning) await endShot();
    shot.beginning = found.beginning;
    return found;
  };

  return {
    of: "frame",
    get count() {
      return count * passes;
    },
    async at(place) {
      const { pass, index, step } = placeOf(place, count);
      const now = await frameAt(index);
      const { beginning, behind } = await shotOf(pass, index, now);
      // Read ahead while this one is painted: then it is known in time whether it is the last.
      const ahead = pass === 0 && index + 1 < count
        ? footage.frame(index + 1).then((next) => next ?? endsAt(index + 1), () => {})
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
        async keep(picture) {
          await ahead;
          if (signal?.aborted) return;
          const { width, height, data, alpha } = picture;
          await own.keep(index, { width, height, data, alpha: transparent ? alpha : undefined });
          if (passes === 1) await target.grown(index + 1);
          kept = place + 1;
          painted++;
          const seconds = (performance.now() - began) / 1000;
          const total = count * passes;
          report({
            kind: "frame",
            index: place,
            count: total,
            shot: beginning,
            seconds,
            framesPerSecond: painted / seconds,
            secondsLeft: (total - kept) * seconds / painted,
            picture,
          });
          await checkpoints?.save({
            // The last one is painted again: a sequence needs a place to end with.
            position: [...context.position, { of: "frame", index: Math.min(kept, total - 1), count: total }],
            step: 0,
            notes: {},
            arrays: {},
          });
        },
        async finish() {
          // Where a later pass has not been, the film is as the one before left it.
          const there = Math.min(kept, count);
          if (kept < passes * count) await fillUp(store, stores.slice(0, -1).reverse(), there);
          if (there === 0) return undefined;
          await target.finish(there, (message) => report({ kind: "warning", message }));
          const unfinished = kept < passes * count || signal?.aborted;
          report({
            kind: "picture",
            file: output,
            ...unfinished && { unfinished: { resumable: await checkpoints?.resumable() ?? false } },
          });
          return output;
        },
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

/** Copies the frames that a store lacks from the first of others that has them. */
async function fillUp(store: FrameStore, others: readonly FrameStore[], count: number): Promise<void> {
  for (let index = 0; others.length > 0 && index < count; index++) {
    if (await store.has(index)) continue;
    for (const other of others) {
      if (!await other.has(index)) continue;
      await Deno.copyFile(other.pathOf(index), store.pathOf(index));
      break;
    }
  }
}
