import { placeIn } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import { openTarget } from "../../video/writing/mod.ts";
import { type FrameStore, openStore } from "../../video/writing/store.ts";
import type { Frame } from "../../video/film.ts";
import type { FilmPart } from "./opened.ts";
import type { FilmOptions } from "./options.ts";
import { placeOf } from "./order.ts";

/** The painted frames of a film, which become the film. */
export interface FilmKeeping {
  /** How many frames there are. */
  readonly count: number;
  /** The places that are painted: the frames of all passes. */
  readonly kept: number;
  /** The frames of each pass; those of the last one become the film. */
  readonly stores: readonly FrameStore[];
  /** Told that the film can be read up to a frame alone. */
  endsAt(index: number): void;
  /**
   * Keeps what was painted at a place.
   *
   * @param frame The first frame of its shot, and what was painted.
   */
  keep(place: number, frame: { readonly shot: number; readonly painted: Frame }): Promise<void>;
  /**
   * Writes the film of all frames that are kept.
   *
   * @returns Its path; undefined if there is no frame yet.
   */
  finish(): Promise<string | undefined>;
}

/**
 * Opens what keeps the frames of a film.
 *
 * @param passes How often this run goes through it.
 */
export async function openKeeping(
  { source, first, size, transparent, depth, coder, ...part }: FilmPart,
  options: FilmOptions,
  { signal, report, position, writing, keeping: { checkpoints } }: Context,
  passes: number,
): Promise<FilmKeeping> {
  const { output } = options;
  const restored = checkpoints?.restored;
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
    times: source.times.slice(first, first + part.count),
    rate: source.rate,
    sound: options.sound && source.sounds,
    part: part.count < source.times.length,
    loop: source.loop ?? 0,
    comment: writing.packet(output),
    transparent,
    depth,
    quality: options.quality,
    coder,
  }, options.passes === 1);
  await target.ready();
  let { count } = part;
  let kept = restored ? placeIn(restored.position, "frame").index : 0;
  const began = performance.now();
  let painted = 0;
  return {
    stores,
    get count() {
      return count;
    },
    get kept() {
      return kept;
    },
    endsAt(index) {
      if (index >= count || signal?.aborted) return;
      const message = `the film is damaged: ${index} of its ${count} frames can be read, and are painted`;
      report({ kind: "warning", message });
      count = index;
    },
    async keep(place, { shot, painted: picture }) {
      const { pass, index } = placeOf(place, count);
      const { width, height, data, alpha } = picture;
      await stores[pass].keep(index, { width, height, data, alpha: transparent ? alpha : undefined });
      if (options.passes === 1) await target.grown(index + 1);
      kept = place + 1;
      painted++;
      const seconds = (performance.now() - began) / 1000;
      const total = count * passes;
      report({
        kind: "frame",
        index: place,
        count: total,
        shot,
        seconds,
        framesPerSecond: painted / seconds,
        secondsLeft: (total - kept) * seconds / painted,
        picture,
      });
      await checkpoints?.save({
        // The last one is painted again: a sequence needs a place to end with.
        position: [...position, { of: "frame", index: Math.min(kept, total - 1), count: total }],
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
