import type { FinishedPicture } from "../pictures/picture.ts";
import type { Stage } from "../chain/stage.ts";

/**
 * Looks at what a stage of somebody's own gives, where that is a picture: what follows would fail at a wrong one, and
 * blame another stage.
 *
 * @returns The value.
 */
export function sound<T>({ gives }: Pick<Stage, "gives">, value: T): T {
  if (gives !== "picture") return value;
  const { width, height, data } = (value ?? {}) as Partial<FinishedPicture>;
  const whole = data instanceof Float32Array && data.length === 3 * Number(width) * Number(height);
  if (whole && data.length > 0) return value;
  throw new TypeError(
    "it gives no picture: { width, height, data } are needed, data a Float32Array [3, height, width]",
  );
}
