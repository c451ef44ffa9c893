/**
 * Oklab, a perceptually uniform colour space (Björn Ottosson 2020, https://bottosson.github.io/posts/oklab):
 * L is lightness, a and b are colour. sRGB's curve is that of IEC 61966-2-1.
 *
 * @module
 */

import type { Triple } from "./gaussian.ts";

/** Red, green and blue of 0..255 as Oklab. */
export function toOklab(red: number, green: number, blue: number): Triple {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Oklab as red, green and blue of 0..255; a colour outside sRGB loses chroma, and keeps lightness and hue. */
export function fromOklab([lightness, a, b]: Triple): Triple {
  const level = Math.min(1, Math.max(0, lightness));
  const whole = unbounded(level, a, b);
  if (isInside(whole)) return whole;
  let [low, high] = [0, 1];
  // Ten halvings are finer than the steps of 8 bits.
  for (let i = 0; i < 10; i++) {
    const middle = (low + high) / 2;
    if (isInside(unbounded(level, middle * a, middle * b))) low = middle;
    else high = middle;
  }
  return unbounded(level, low * a, low * b);
}

function unbounded(lightness: number, a: number, b: number): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encodeLight(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encodeLight(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encodeLight(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Whether levels lie in 0..255 once they are rounded. */
function isInside(levels: readonly number[]): boolean {
  return levels.every((level) => level > -0.5 && level < 255.5);
}

/** The linear light of 0..1 of a level of 0..255. */
export function linear(level: number): number {
  const x = level / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
}

/** The level of linear light of 0..1, 0..255. */
export function encodeLight(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}
