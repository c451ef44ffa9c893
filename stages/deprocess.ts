import { fromTensor } from "./mean_subtract.ts";
import { resample } from "./resample.ts";
import type { Stage } from "./stage.ts";

/** Turns the painted tensor into a picture again: channels and mean back, clamped to 0..255, opacity as it was. */
export const deprocess = {
  name: "deprocess",
  description: "turns the tensor into a picture again: mean added, channels back, clamped",
  takes: "painted",
  gives: "picture",
  options: {},
  create: () =>
    async function deprocess({ image, pictures }, { network }) {
      const size = pictures.sizes.at(-1)!;
      const planes = fromTensor(image, network);
      // A snapshot of a coarse scale, or a run that was interrupted there, is enlarged to the size that was asked for.
      const whole = image.width === size.width && image.height === size.height
        ? planes
        : resample(planes, 3, image, size);
      // In its place: a copy of a large picture is much memory.
      for (let i = 0; i < whole.length; i++) whole[i] = Math.min(255, Math.max(0, whole[i]));
      return {
        ...size,
        data: whole,
        alpha: pictures.alpha,
        name: pictures.name,
      };
    },
} satisfies Stage<"painted", "picture", Record<never, never>>;
