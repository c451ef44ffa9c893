import { UserError } from "../../base/errors.ts";
import { secondsOf } from "../../base/moment.ts";
import { placeIn, type Sequence } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import type { FilmFrame, Following, Motion } from "../../pictures/film_frame.ts";
import { fitted, longerSide, type Picture, type Size } from "../../pictures/picture.ts";
import type { FilmSource, Frame } from "../../video/film.ts";
import { openFlows } from "../../video/flow/mod.ts";
import { following } from "../../video/following.ts";
import { openFootage } from "../../video/footage.ts";
import { openFilm } from "../../video/reading/mod.ts";
import { cutBetween } from "../../video/shots.ts";
import { holdsOpacity } from "../../video/writing/kind.ts";
import { openTarget } from "../../video/writing/mod.ts";
import { openStore } from "../../video/writing/store.ts";
import type { GivenFrame } from "../decode.ts";
import type { FilmOptions } from "../film.ts";
import { pictureOfFrame } from "./picture_of_frame.ts";

/** How far back the frames lie that one is compared with, at the most. */
const farthest = 4;

/** Where a part of a film lies: its first frame, and the one behind its last. */
export function partOf({ times, ticks }: FilmSource, { from, to }: Pick<FilmOptions, "from" | "to">): [number, number] {
  const [begin, end] = [secondsOf(from), secondsOf(to)];
  const first = begin === undefined ? 0 : times.findIndex(({ at }) => at / ticks >= begin - 1e-9);
  const behind = end === undefined ? -1 : times.findIndex(({ at }) => at / ticks >= end - 1e-9);
  const last = times.at(-1)!;
  if (first < 0) {
    const length = ((last.at + last.lasts) / ticks).toFixed(2);
    throw new UserError(`Cannot begin at ${from}: the film is over after ${length} s`, {
      hint: "name an earlier moment with `film.from`",
      exitCode: 2,
    });
  }
  const stop = behind < 0 ? times.length : behind;
  if (stop <= first) {
    throw new UserError(`There is no frame from ${from || "the start"} to ${to}`, {
      hint: "name a later moment with `film.to`",
      exitCode: 2,
    });
  }
  return [first, stop];
}

/** The size at which a film is painted. */
export function paintedSize(own: Size, size: number): Size {
  return size === 0 || size >= longerSide(own) ? own : fitted(own, size);
}

/** A rate such as `25`, `23.976` or `30000/1001` as a fraction of whole numbers. */
export function rateOf(rate: string): readonly [frames: number, seconds: number] {
  const [frames, seconds = "1"] = rate.split("/");
  const thousandfold = frames.includes(".") ? 1000 : 1;
  return [Math.round(Number(frames) * thousandfold), Number(seconds) * thousandfold];
}

/** Opens a film, and gives its frames. `content` and `output` are paths. */
export async function filmRun(options: FilmOptions, context: Context): Promise<Sequence<GivenFrame>> {
  const { signal, report, keeping: { checkpoints }, disposeLater } = context;
  const source = await openFilm(options.content, { rate: rateOf(options.rate), pixelLimit: 2.68e8 });
  for (const message of source.remarks) report({ kind: "warning", message });
  const [first, behind] = partOf(source, options);
  const size = paintedSize(source.size, options.size);
  const transparent = source.transparent && holdsOpacity(options.output);
  const depth = options.depth === "auto" ? (source.deep ? 10 : 8) : Number(options.depth) as 8 | 10;
  const restored = checkpoints?.restored;

  const store = await openStore(options.output, { deep: depth > 8, anew: !restored });
  const target = openTarget(options.output, store, {
    source: options.content,
    size,
    ticks: source.ticks,
    times: source.times.slice(first, behind),
    rate: source.rate,
    sound: options.sound && source.sounds,
    part: first > 0 || behind < source.times.length,
    loop: source.loop ?? 0,
    comment: context.writing.packet(options.output),
    transparent,
    depth,
    quality: options.quality,
  }, true);
  const footage = openFootage(source, first, size);
  disposeLater(footage);
  const workers = openFlows();
  const shot: { beginning: number; held?: Promise<AsyncDisposable> } = {
    beginning: restored ? await store.shotOf(placeIn(restored.position, "frame").index - 1) : 0,
  };
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
  let kept = restored ? placeIn(restored.position, "frame").index : 0;
  // Those that the next one is compared with are read on the way to it.
  if (kept > 0) await footage.frame(Math.max(0, kept - farthest));
  const began = performance.now();
  let painted = 0;
  const endsAt = (index: number) => {
    if (index >= count) return;
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

  return {
    of: "frame",
    get count() {
      return count;
    },
    async at(index) {
      const now = await frameAt(index);
      const isCut = index > 0 && options.cuts && await cutBetween(await frameAt(index - 1), now, workers);
      if (index === 0 || isCut) {
        await endShot();
        shot.beginning = index;
        await store.noteShot(index);
      }
      // Read ahead while this one is painted: then it is known in time whether it is the last.
      const ahead = index + 1 < count
        ? footage.frame(index + 1).then((next) => next ?? endsAt(index + 1), () => {})
        : undefined;
      const beginning = shot.beginning;
      const frame: FilmFrame = {
        index,
        continues: index > beginning,
        steps: options.steps,
        temporalWeight: options.temporalWeight,
        blend: options.blend,
        follow: lazily(async (motion) => {
          const distances = options.longTerm.filter((distance) => index - distance >= beginning);
          if (distances.length === 0) return undefined;
          const earlier: { filmed: Frame; painted: Picture }[] = [];
          for (const distance of distances) {
            earlier.push({ filmed: await frameAt(index - distance), painted: await store.read(index - distance) });
          }
          return await following(now, earlier, motion, workers);
        }),
        async forShot<T extends AsyncDisposable>(make: (beginning: Picture) => Promise<T>) {
          shot.held ??= frameAt(beginning).then(make);
          return await shot.held as T;
        },
        async keep(picture) {
          await ahead;
          if (signal?.aborted) return;
          const { width, height, data, alpha } = picture;
          await store.keep(index, { width, height, data, alpha: transparent ? alpha : undefined });
          await target.grown(index + 1);
          kept = index + 1;
          painted++;
          const seconds = (performance.now() - began) / 1000;
          report({
            kind: "frame",
            index,
            count,
            shot: beginning,
            seconds,
            framesPerSecond: painted / seconds,
            secondsLeft: (count - kept) * seconds / painted,
            picture,
          });
          await checkpoints?.save({
            // The last one is painted again: a sequence needs a place to end with.
            position: [...context.position, { of: "frame", index: Math.min(kept, count - 1), count }],
            step: 0,
            notes: {},
            arrays: {},
          });
        },
        async finish() {
          if (kept === 0) return undefined;
          await target.finish(kept, (message) => report({ kind: "warning", message }));
          const unfinished = kept < count || signal?.aborted;
          report({
            kind: "picture",
            file: options.output,
            ...unfinished && { unfinished: { resumable: await checkpoints?.resumable() ?? false } },
          });
          return options.output;
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
