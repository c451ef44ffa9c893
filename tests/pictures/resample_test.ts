import assert from "node:assert/strict";
import { resample } from "../../pictures/resample.ts";

// A reduction by a broken factor cannot keep a ramp to the last digit: Pillow's numbers below hold for that.
const sizes = [[20, 20], [40, 31], [61, 10], [5, 23]] as const;

for (const [width, height] of sizes) {
  Deno.test(`a constant stays constant from 20×20 to ${width}×${height}`, () => {
    const result = resample(new Float32Array(2 * 400).fill(-7.5), 2, { width: 20, height: 20 }, { width, height });
    assert.equal(result.length, 2 * width * height);
    for (const value of result) assert(Math.abs(value + 7.5) < 1e-5, String(value));
  });

  Deno.test(`a linear ramp stays linear away from the borders from 20×20 to ${width}×${height}`, () => {
    const ramp = (x: number, y: number) => 3 * x - 2 * y + 1;
    const planes = Float32Array.from(
      { length: 800 },
      (_, i) => i < 400 ? ramp(i % 20, Math.floor(i / 20)) : -ramp(i % 20, Math.floor(i / 20) - 20),
    );
    const result = resample(planes, 2, { width: 20, height: 20 }, { width, height });
    // Pixel centres: column i of the result lies at (i + 1/2) · 20/width − 1/2. The kernel reaches two samples, or two
    // of the result's pixels where it is smaller.
    const place = (i: number, size: number) => (i + 0.5) * 20 / size - 0.5;
    const inside = (at: number, size: number) => Math.min(at, 19 - at) >= 2 * Math.max(1, 20 / size);
    let checked = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [u, v] = [place(x, width), place(y, height)];
        if (!inside(u, width) || !inside(v, height)) continue;
        checked++;
        assert(Math.abs(result[y * width + x] - ramp(u, v)) < 1e-3, `at ${x}, ${y}`);
        assert(Math.abs(result[(height + y) * width + x] + ramp(u, v)) < 1e-3, `second plane at ${x}, ${y}`);
      }
    }
    assert(checked > 0, "nothing was checked");
  });
}

Deno.test("the same size gives the same values", () => {
  const data = Float32Array.from({ length: 30 }, (_, i) => Math.sin(i) * 100);
  assert.deepEqual(resample(data, 1, { width: 6, height: 5 }, { width: 6, height: 5 }), data);
});

Deno.test("halfway between samples the cubic weighs −1/16, 9/16, 9/16, −1/16", () => {
  const row = Float32Array.of(0, 0, 0, 16, 32, 0, 0, 0);
  const result = resample(row, 1, { width: 8, height: 1 }, { width: 9, height: 1 });
  // The middle of nine lies at 4.5 · 8/9 − 1/2 = 3.5.
  assert(Math.abs(result[4] - (9 / 16 * 16 + 9 / 16 * 32)) < 1e-4, String(result[4]));
});

Deno.test("a reduction averages: stripes of one pixel turn grey", () => {
  const stripes = Float32Array.from({ length: 64 }, (_, i) => i % 2 * 200);
  const result = resample(stripes, 1, { width: 64, height: 1 }, { width: 8, height: 1 });
  for (const value of result.slice(1, -1)) assert(Math.abs(value - 100) < 3, `[${result}]`);
});

Deno.test("a reduction by a broken factor gives what Pillow's bicubic filter gives", () => {
  const row = Float32Array.from({ length: 20 }, (_, i) => i * 37 % 101 - 50);
  const result = resample(row, 1, { width: 20, height: 1 }, { width: 9, height: 1 });
  // Image.resize((9, 1), Image.BICUBIC) of Pillow 12.3 in mode F; it treats borders in another way.
  const pillow = [-20.9561, -8.5774, 2.9313, 10.8509, -1.5, -13.8509, -5.9313, 5.5774, 17.9561];
  for (let i = 2; i < 7; i++) assert(Math.abs(result[i] - pillow[i]) < 1e-4, `${i}: ${result[i]}`);
});
