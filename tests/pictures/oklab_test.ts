import assert from "node:assert/strict";
import { fromOklab, toOklab } from "../../pictures/oklab.ts";
import { close } from "../graph/check_op.ts";

// CSS Color 4 gives these for the names of the colours.
const known = {
  red: [[255, 0, 0], [0.62796, 0.22486, 0.12585]],
  lime: [[0, 255, 0], [0.86644, -0.23389, 0.1795]],
  blue: [[0, 0, 255], [0.45201, -0.03246, -0.31153]],
  white: [[255, 255, 255], [1, 0, 0]],
  black: [[0, 0, 0], [0, 0, 0]],
} as const;

for (const [name, [[red, green, blue], lab]] of Object.entries(known)) {
  Deno.test(`${name} in Oklab, and back`, () => {
    close(toOklab(red, green, blue), lab, 1e-5, name);
    close(fromOklab(toOklab(red, green, blue)), [red, green, blue], 1e-5, name);
  });
}

Deno.test("a colour beyond sRGB loses chroma, and keeps lightness and hue", () => {
  const [lightness, a, b] = [0.7, 0.3, 0.2];
  const levels = fromOklab([lightness, a, b]);
  assert.ok(levels.every((level) => level > -0.6 && level < 255.6), `${levels}`);
  const [found, ...rest] = toOklab(levels[0], levels[1], levels[2]);
  close([found, Math.atan2(rest[1], rest[0])], [lightness, Math.atan2(b, a)], 2e-3, "lightness and hue");
  assert.ok(Math.hypot(...rest) > 0.15 && Math.hypot(...rest) < Math.hypot(a, b));
});

Deno.test("lighter than white is white, darker than black is black", () => {
  close(fromOklab([1.3, 0.1, 0]), [255, 255, 255], 0.01, "white");
  close(fromOklab([-0.2, 0.1, 0]), [0, 0, 0], 1, "black");
});
