/**
 * Colour transfer from one picture to another (Gatys, Bethge, Hertzmann, Shechtman 2016, Preserving Color in Neural
 * Artistic Style Transfer), in Oklab, which separates lightness from colour as the eye does.
 *
 * @module
 */
import { fromStandard, type Gaussian, gaussianOf, toStandard, type Triple } from "./gaussian.ts";
import { fromOklab, toOklab } from "./oklab.ts";
import type { Picture } from "./picture.ts";
import type { Plane } from "./plane.ts";

/** The least variance of a colour in any direction: that of rounding, so that noise of a grey picture stays small. */
const least = 2.5e-5;

/** Luminance transfer: the lightness of one picture with the colours of another of the same size. */
export function recoloured(picture: Picture, colours: Picture): Picture {
  return mapped(picture, ([lightness], i) => {
    const [, a, b] = oklabAt(colours, i);
    return [lightness, a, b];
  });
}

/** A picture, and how much each of its pixels counts: all alike without a mask. */
interface MaskedPicture {
  readonly picture: Picture;
  readonly mask?: Plane;
}

/**
 * Colour matching: a picture with the mean and covariance of another's colours, by the Cholesky factors of the
 * covariances. As lightness is Oklab's first axis, the order of pixels by lightness stays.
 */
export function matched(own: MaskedPicture, like: MaskedPicture): Picture {
  const [from, to] = [coloursOf(own), coloursOf(like)];
  return mapped(own.picture, (colour) => fromStandard(to, toStandard(from, colour)));
}

function coloursOf({ picture, mask }: MaskedPicture): Gaussian {
  const weightAt = mask && mask.data.some((weight) => weight > 0) ? (i: number) => mask.data[i] : undefined;
  return gaussianOf(picture.width * picture.height, (i) => oklabAt(picture, i), { weightAt, least });
}

function oklabAt({ width, height, data }: Picture, i: number): Triple {
  const area = width * height;
  return toOklab(data[i], data[area + i], data[2 * area + i]);
}

/** A picture with each pixel's colour in Oklab changed. */
function mapped({ width, height, data }: Picture, change: (colour: Triple, i: number) => Triple): Picture {
  const area = width * height;
  const result = new Float32Array(data.length);
  for (let i = 0; i < area; i++) {
    fromOklab(change(oklabAt({ width, height, data }, i), i)).forEach((level, plane) =>
      result[plane * area + i] = level
    );
  }
  return { width, height, data: result };
}
