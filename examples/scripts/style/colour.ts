/** A colour as Oklab lightness (0 to 1), green-red and blue-yellow. */
export type Lab = readonly [number, number, number];

/** Oklab (Björn Ottosson, 2020) of a six-digit sRGB code such as "#1d3f72". */
export function lab(code: string): Lab {
  const value = parseInt(code.slice(1), 16);
  return fromLinear(
    toLinear((value >> 16) & 255),
    toLinear((value >> 8) & 255),
    toLinear(value & 255),
  );
}

/** Several colours at once, separated by spaces. */
export function palette(codes: string): Lab[] {
  return codes.split(" ").map(lab);
}

/** The colour a fraction `t` of the way from `from` to `to`. */
export function mix(from: Lab, to: Lab, t: number): Lab {
  return [
    from[0] + (to[0] - from[0]) * t,
    from[1] + (to[1] - from[1]) * t,
    from[2] + (to[2] - from[2]) * t,
  ];
}

/** The colour moved by offsets in lightness and in the two hue axes. */
export function shift(colour: Lab, l: number, a = 0, b = 0): Lab {
  return [colour[0] + l, colour[1] + a, colour[2] + b];
}

/** The linear sRGB of an Oklab colour, 0 to 1 where displayable. */
export function linearRgb(
  l: number,
  a: number,
  b: number,
): [number, number, number] {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const middle = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
  ];
}

/** The sRGB byte, 0 to 255, of a linear value. */
export function encode(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  return 255 *
    (x <= 0.0031308 ? 12.92 * x : 1.055 * Math.pow(x, 1 / 2.4) - 0.055);
}

function toLinear(byte: number): number {
  const x = byte / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
}

function fromLinear(r: number, g: number, b: number): Lab {
  const long = Math.cbrt(
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
  );
  const middle = Math.cbrt(
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
  );
  const short = Math.cbrt(
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  );
  return [
    0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
    1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
  ];
}
