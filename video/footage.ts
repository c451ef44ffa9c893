import { turns } from "../base/turns.ts";
import type { Size } from "../pictures/picture.ts";
import type { FilmSource, Frame } from "./film.ts";

/** Frames that stay in memory: the latest, those that it is compared with, and the next. */
const held = 7;

/** The frames of a part of a film, a few of them in memory at a time. */
export interface Footage extends AsyncDisposable {
  /**
   * A frame, counted from the first of the part. Going forwards is fast; going back reads from there again.
   *
   * @returns undefined if the film ends before.
   */
  frame(index: number): Promise<Frame | undefined>;
}

/** Opens a part of a film. */
export function openFootage(source: FilmSource, first: number, size: Size): Footage {
  const turn = turns();
  const frames = new Map<number, Frame>();
  let reader: AsyncGenerator<Frame, void> | undefined;
  let next = 0;
  const close = async () => {
    await reader?.return();
    reader = undefined;
  };
  return {
    frame: (index) =>
      turn(async () => {
        const known = frames.get(index);
        if (known) return known;
        if (!reader || index < next || index > next + held) {
          await close();
          // Whoever goes backwards will want those before it next.
          next = Math.max(0, index - held + 1);
          reader = source.frames(first + next, size);
        }
        for (; next <= index; next++) {
          const { value } = await reader.next();
          if (!value) return undefined;
          frames.set(next, value);
        }
        for (const old of frames.keys()) if (Math.abs(old - index) >= held) frames.delete(old);
        return frames.get(index);
      }),
    [Symbol.asyncDispose]: () => turn(close),
  };
}
