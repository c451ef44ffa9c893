import { UserError } from "../../base/errors.ts";
import { secondsOf } from "../../base/moment.ts";
import { fitted, longerSide, type Size } from "../../pictures/picture.ts";
import type { FilmSource } from "../../video/film.ts";
import type { FilmOptions } from "./options.ts";

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
