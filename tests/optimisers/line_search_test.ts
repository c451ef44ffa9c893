import assert from "node:assert/strict";
import { lineSearch } from "../../optimisers/line_search.ts";
import { randomFrom } from "../../base/random.ts";
import { type Counted, counted } from "./functions.ts";

type Curve = (x: number) => { value: number; slope: number };

/** γ(0.001) of Yanai et al. 1981: kinks at 0 and 1, a floor between them. */
const yanai = Math.sqrt(1 + 0.001 ** 2) - 0.001;

/** Functions along a line with a negative slope at 0; those of Moré and Thuente 1994 (section 5) and two of our own. */
const curves: Readonly<Record<string, Curve>> = {
  "a parabola": (x) => ({ value: (x - 3) ** 2, slope: 2 * (x - 3) }),
  "a quartic with a flat floor": (x) => ({ value: (x - 2) ** 4, slope: 4 * (x - 2) ** 3 }),
  "Moré and Thuente's first": (x) => ({
    value: -x / (x * x + 2),
    slope: (x * x - 2) / (x * x + 2) ** 2,
  }),
  "Moré and Thuente's fourth": (x) => ({
    value: yanai * Math.hypot(1 - x, 0.001) + yanai * Math.hypot(x, 0.001),
    slope: yanai * (x - 1) / Math.hypot(1 - x, 0.001) + yanai * x / Math.hypot(x, 0.001),
  }),
  "a wave in a bowl": (x) => ({ value: -Math.sin(4 * x) + 0.3 * x * x, slope: -4 * Math.cos(4 * x) + 0.6 * x }),
};

function alongLine(curve: Curve): Counted {
  return counted(([x]) => ({ value: curve(x).value, gradient: [curve(x).slope] }));
}

for (const [name, curve] of Object.entries(curves)) {
  for (const length of [0.01, 0.3, 1, 10]) {
    Deno.test(`a search along ${name} from a first try of ${length} meets both strong Wolfe conditions`, async () => {
      const { evaluate, count } = alongLine(curve);
      const start = curve(0);
      const from = { image: Float32Array.of(0), value: start.value, gradient: Float32Array.of(start.slope) };
      const found = await lineSearch(evaluate, from, Float32Array.of(1), start.slope, length);
      assert(found, "a point was due");
      const [x] = found.image;
      const { value, slope } = curve(x);
      assert(value <= start.value + 1e-4 * x * start.slope, `too little decrease at ${x}`);
      assert(Math.abs(slope) <= 0.9 * Math.abs(start.slope), `too steep at ${x}: ${slope} of ${start.slope}`);
      assert(Math.abs(found.value - value) < 1e-6);
      assert(Math.abs(found.gradient[0] - slope) < 1e-4);
      assert(count() <= 12);
    });
  }
}

Deno.test("the search measures along the direction, whatever its length", async () => {
  const { evaluate } = counted(([x, y]) => ({ value: x * x + y * y, gradient: [2 * x, 2 * y] }));
  const from = { image: Float32Array.of(3, 4), value: 25, gradient: Float32Array.of(6, 8) };
  const found = await lineSearch(evaluate, from, Float32Array.of(-60, -80), -1000, 0.05);
  // The lowest point of the line is the origin, at distance 0.05.
  assert(found && found.value <= 25 - 1e-4 * 0.05 * 1000);
  assert(Math.abs(4 * found.image[0] - 3 * found.image[1]) < 1e-4, String(found.image));
});

Deno.test("where the value does not fall in spite of its slope, nothing is found, after 12 evaluations", async () => {
  const { evaluate, count } = counted(([x]) => ({ value: Math.abs(x), gradient: [-1] }));
  const from = { image: Float32Array.of(0), value: 0, gradient: Float32Array.of(-1) };
  assert.equal(await lineSearch(evaluate, from, Float32Array.of(1), -1, 1), undefined);
  assert.equal(count(), 12);
});

Deno.test("on a slope without end the best point that was seen is given", async () => {
  const { evaluate, count } = counted(([x]) => ({ value: -x, gradient: [-1] }));
  const from = { image: Float32Array.of(0), value: 0, gradient: Float32Array.of(-1) };
  const found = await lineSearch(evaluate, from, Float32Array.of(1), -1, 1);
  assert.equal(count(), 12);
  assert(found && Math.abs(found.image[0] / 2.5 ** 11 - 1) < 1e-6);
});

Deno.test("a narrow kink is met from either side: 112 searches end in both strong Wolfe conditions", async () => {
  for (const width of [0.3, 0.1, 0.05, 0.02]) {
    for (const after of [1, 2, 4, 8]) {
      // The slope turns from −1 to `after` around 1.
      const [mean, half] = [(after - 1) / 2, (after + 1) / 2];
      const kink: Curve = (x) => ({
        value: mean * x + half * Math.hypot(x - 1, width),
        slope: mean + half * (x - 1) / Math.hypot(x - 1, width),
      });
      const start = kink(0);
      const from = { image: Float32Array.of(0), value: start.value, gradient: Float32Array.of(start.slope) };
      for (const length of [0.01, 0.1, 0.3, 1, 2.2, 5, 10]) {
        const found = await lineSearch(alongLine(kink).evaluate, from, Float32Array.of(1), start.slope, length);
        const where = `width ${width}, slope ${after}, first try ${length}: ${found?.image[0]}`;
        assert(found, where);
        const { value, slope } = kink(found.image[0]);
        assert(value <= start.value + 1e-4 * found.image[0] * start.slope, where);
        assert(Math.abs(slope) <= 0.9 * Math.abs(start.slope), where);
      }
    }
  }
});

Deno.test("between two points of a cubic the next one is its very minimum", async () => {
  // x³ − 3x falls from 0 to 1 and rises from there.
  const tried: number[] = [];
  const { evaluate } = counted(([x]) => {
    tried.push(x);
    return { value: x ** 3 - 3 * x, gradient: [3 * x * x - 3] };
  });
  for (const first of [2, 3, 8]) {
    tried.length = 0;
    const from = { image: Float32Array.of(0), value: 0, gradient: Float32Array.of(-3) };
    const found = await lineSearch(evaluate, from, Float32Array.of(1), -3, first);
    assert.equal(tried.length, 2);
    assert(Math.abs(tried[1] - 1) < 1e-6, String(tried));
    assert(found && found.image[0] === tried[1]);
  }
});

Deno.test("no point that a search tried and that falls enough is lower than the one that it finds", async () => {
  const random = randomFrom(4);
  for (let i = 0; i < 300; i++) {
    const [pace, height, phase] = [2 + 8 * random(), 0.5 + 2 * random(), 6 * random()];
    const curve: Curve = (x) => ({
      value: 0.02 * x * x - x + height * Math.sin(pace * x + phase),
      slope: 0.04 * x - 1 + height * pace * Math.cos(pace * x + phase),
    });
    const start = curve(0);
    if (start.slope >= 0) continue;
    const tried: { x: number; value: number }[] = [];
    const { evaluate } = counted(([x]) => {
      const { value, slope } = curve(x);
      tried.push({ x, value });
      return { value, gradient: [slope] };
    });
    const from = { image: Float32Array.of(0), value: start.value, gradient: Float32Array.of(start.slope) };
    const found = await lineSearch(evaluate, from, Float32Array.of(1), start.slope, 0.2 + 3 * random());
    const falling = tried.filter(({ x, value }) => value <= start.value + 1e-4 * x * start.slope);
    const lowest = Math.min(...falling.map(({ value }) => value));
    if (found) assert(found.value <= lowest + 1e-6, `search ${i}: ${found.value} above ${lowest}`);
  }
});
