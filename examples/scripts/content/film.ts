import { hashUnit } from "./random.ts";

/** How light becomes a picture. */
export interface FilmOptions {
  /** Factor on radiance before the tone curve. */
  exposure: number;
  /** Share of the light that the lens spreads about, 0 to 1. */
  glare: number;
  /** Spread of the grain, in steps of 8 bits. */
  grain: number;
  /** Strength of colours, 1 as they are. */
  saturation: number;
  /** Factor per colour, as a white balance sets it. */
  balance: [number, number, number];
}

/** Turns linear light into sRGB bytes: glare, falloff, tone curve and grain. */
export function develop(
  light: Float32Array,
  width: number,
  height: number,
  options: FilmOptions,
): Uint8Array {
  const near = blur(light, width, height, 0.45 / 1024);
  const wide = blur(light, width, height, 9 / 1024);
  const bytes = new Uint8Array(light.length);
  for (let i = 0; i < width * height; i++) {
    const x = (i % width + 0.5) / width - 0.5;
    const y = (Math.floor(i / width) + 0.5) / width - 0.5 * height / width;
    const falloff = 1 / (1 + 0.45 * (x * x + y * y)) ** 2;
    const rgb = [0, 1, 2].map((c) =>
      falloff * options.exposure * options.balance[c] *
      (near[3 * i + c] * (1 - options.glare) +
        wide[3 * i + c] * options.glare)
    );
    const grey = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    for (let c = 0; c < 3; c++) {
      const value = grey + (rgb[c] - grey) * options.saturation;
      const noise = hashUnit(i, c, 5) + hashUnit(i, c, 6) - 1 +
        1.5 * (hashUnit(i, 7) + hashUnit(i, 8) - 1);
      const display = encode(toneCurve(Math.max(0, value)));
      bytes[3 * i + c] = Math.min(
        255,
        Math.max(0, Math.round(255 * display + options.grain * noise)),
      );
    }
  }
  return bytes;
}

/** The filmic curve of Narkowicz, "ACES Filmic Tone Mapping Curve" (2015). */
function toneCurve(x: number): number {
  return Math.min(1, x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14));
}

function encode(x: number): number {
  return x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
}

/** A Gaussian blur; the radius is a share of the picture's width. */
function blur(
  light: Float32Array,
  width: number,
  height: number,
  share: number,
): Float32Array {
  const sigma = share * width, reach = Math.ceil(3 * sigma);
  const weights = Array.from(
    { length: 2 * reach + 1 },
    (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((a, b) => a + b);
  const pass = (from: Float32Array, step: number, size: number) => {
    const to = new Float32Array(from.length);
    for (let i = 0; i < width * height; i++) {
      const at = step === 1 ? i % width : Math.floor(i / width);
      for (let k = -reach; k <= reach; k++) {
        const offset = Math.min(size - 1, Math.max(0, at + k)) - at;
        const weight = weights[k + reach] / total;
        const source = 3 * (i + offset * step);
        for (let c = 0; c < 3; c++) to[3 * i + c] += weight * from[source + c];
      }
    }
    return to;
  };
  return pass(pass(light, 1, width), width, height);
}
