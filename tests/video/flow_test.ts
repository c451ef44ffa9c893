import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import {
  consistency,
  type Flow,
  type Frame,
  isCut,
  longTermConfidence,
  openFlows,
  opticalFlow,
  relit,
  resizedFlow,
  warp,
} from "../../video/flow/mod.ts";
import { endPointError, findings, type Motion, movedPair, waves } from "../helpers/motion.ts";

const small: Motion = {
  width: 192,
  height: 112,
  background: waves(1),
  object: waves(2),
  magnitude: 3,
  move: [7, -3],
};
const large: Motion = { ...small, magnitude: 6, move: [17, -8] };

const pairs = { small: movedPair(small), large: movedPair(large), light: movedPair({ ...small, gain: 1.06 }) };

for (const [name, most] of [["small", 0.25], ["large", 0.6], ["light", 0.25]] as const) {
  Deno.test(`opticalFlow() finds a known motion both ways: ${name}`, () => {
    const { first, second, forward, backward, occluded, disoccluded } = pairs[name];
    const errors = [
      endPointError(opticalFlow(first, second), forward, occluded),
      endPointError(opticalFlow(second, first), backward, disoccluded),
    ];
    assert(errors.every((error) => error < most), `${errors}`);
  });
}

for (const name of ["small", "large"] as const) {
  Deno.test(`consistency() finds what was hidden, of a refined flow: ${name}`, () => {
    const { first, second, disoccluded } = pairs[name];
    const [forward, backward] = [[first, second], [second, first]]
      .map(([from, to]) => opticalFlow(from, to, { refinement: 3 }));
    const { precision, recall } = findings(consistency(forward, backward), disoccluded);
    assert(precision >= 0.8 && recall >= 0.85, `precision ${precision}, recall ${recall}`);
  });
}

for (const name of ["small", "light"] as const) {
  Deno.test(`refinement brings a flow nearer to the truth: ${name}`, () => {
    const { first, second, forward, occluded } = pairs[name];
    const [plain, refined] = [0, 3].map((refinement) =>
      endPointError(opticalFlow(first, second, { refinement }), forward, occluded)
    );
    assert(refined < 0.8 * plain, `${refined} of ${plain}`);
  });
}

Deno.test("warp() brings the second frame back to the first along the flow from the first", () => {
  const { first, second, occluded } = pairs.small;
  const apart = (frame: Frame) =>
    Math.sqrt(frame.data.reduce((sum, level, i) => occluded[i] ? sum : sum + (level - first.data[i]) ** 2, 0)) /
    Math.sqrt(first.data.length);
  const moved = warp(second, opticalFlow(first, second));
  assert(apart(moved) < apart(second) / 4, `${apart(moved)} of ${apart(second)}`);
});

Deno.test("warp() takes every plane from beside, between pixels too, and repeats the border", () => {
  const flow = { width: 3, height: 1, x: Float32Array.of(1, 0.25, 5), y: Float32Array.of(0, 0, -7) };
  const picture = { width: 3, height: 1, data: Float32Array.of(0, 10, 20, 5, 6, 9) };
  assert.deepEqual([...warp(picture, flow).data], [10, 12.5, 20, 6, 6.75, 9]);
});

Deno.test("two equal frames have no motion, whatever they show", () => {
  const random = randomFrom(3);
  for (const { width, height } of [{ width: 96, height: 64 }, { width: 37, height: 53 }, { width: 8, height: 8 }]) {
    for (const level of [() => 0, () => 255, () => 255 * random()]) {
      const frame = { width, height, data: Float32Array.from({ length: 3 * width * height }, level) };
      for (const refinement of [0, 2]) {
        const { x, y } = opticalFlow(frame, frame, { refinement });
        assert(x.every((u) => u === 0) && y.every((v) => v === 0));
      }
    }
  }
});

Deno.test("frames of any size have a flow of that size, every number of it finite", () => {
  const random = randomFrom(4);
  for (const [width, height] of [[1, 1], [1, 50], [50, 1], [2, 3], [8, 8], [7, 100], [35, 34], [101, 67]]) {
    const frame = () => ({ width, height, data: Float32Array.from({ length: width * height }, () => 255 * random()) });
    const [first, second] = [frame(), frame()];
    for (const options of [{}, { finest: 0 }, { finest: 9 }, { refinement: 2 }]) {
      const flow = opticalFlow(first, second, options);
      const back = opticalFlow(second, first, options);
      assert.deepEqual([flow.x.length, flow.y.length], [width * height, width * height]);
      assert(
        [flow.x, flow.y, consistency(flow, back), warp(second, flow).data].every((all) => all.every(Number.isFinite)),
      );
    }
  }
});

Deno.test("what is no pair of frames is one clear line", () => {
  const frame = { width: 2, height: 2, data: new Float32Array(4) };
  const wide = { width: 4, height: 1, data: new Float32Array(4) };
  const wrong = { width: 2, height: 2, data: new Float32Array(5) };
  const invalid = { name: "UserError", code: "invalid" };
  assert.throws(() => opticalFlow(frame, wide), { ...invalid, message: "Cannot compare frames of 2×2 and 4×1" });
  assert.throws(() => opticalFlow(frame, wrong), invalid);
  assert.throws(() => opticalFlow(frame, frame, { refinement: -1 }), invalid);
  assert.throws(() => opticalFlow(frame, frame, { finest: 0.5 }), invalid);
  assert.throws(() => warp(frame, opticalFlow(wide, wide)), invalid);
});

Deno.test("consistency() trusts a shift, but not what comes in at the border", () => {
  const [width, height] = [20, 10];
  const uniform = (u: number): Flow => ({
    width,
    height,
    x: new Float32Array(width * height).fill(u),
    y: new Float32Array(width * height),
  });
  const confidence = consistency(uniform(3), uniform(-3));
  assert(confidence.every((value, i) => value === Number(i % width >= 3)));
  assert(consistency(uniform(3), uniform(-1)).every((value) => value === 0));
});

Deno.test("isCut() tells of frames that have little in common", () => {
  const other = movedPair({ ...small, background: waves(11), object: waves(12) }).second;
  const confidenceOf = (first: Frame, second: Frame) =>
    consistency(opticalFlow(first, second, { refinement: 1 }), opticalFlow(second, first, { refinement: 1 }));
  assert(isCut(confidenceOf(pairs.small.first, other)));
  assert(!isCut(confidenceOf(pairs.small.first, pairs.small.second)));
});

Deno.test("longTermConfidence() looks farther back only where the nearer frames do not see", () => {
  const [one, two, four] = [[1, 0, 0, 0.75], [1, 1, 0, 0.5], [1, 1, 1, 1]].map((values) => Float32Array.from(values));
  const found = longTermConfidence([one, two, four]).map((values) => [...values]);
  assert.deepEqual(found, [[1, 0, 0, 0.75], [0, 1, 0, 0], [0, 0, 1, 0.25]]);
  assert.deepEqual(longTermConfidence([]), []);
});

Deno.test("resizedFlow() lets vectors grow with their frames", () => {
  const flow = { width: 4, height: 2, x: new Float32Array(8).fill(1), y: new Float32Array(8).fill(-2) };
  const { x, y } = resizedFlow(flow, { width: 8, height: 6 });
  assert.equal(x.length, 48);
  assert(x.every((u) => u === 2) && y.every((v) => v === -6));
});

Deno.test("relit() gives a painting its photograph's change of light, and not what is distrusted", () => {
  const [width, height] = [30, 20];
  const plane = (level: number, planes = 3) => ({
    width,
    height,
    data: new Float32Array(planes * width * height).fill(level),
  });
  const now = plane(110);
  const confidence = new Float32Array(width * height).fill(1);
  now.data[5] = 255;
  confidence[5] = 0;
  const { data } = relit(plane(50), { before: plane(100, 1), now, confidence });
  assert(data.every((level) => Math.abs(level - 60) < 1e-3));
});

Deno.test("openFlows() finds in workers what opticalFlow() finds", async () => {
  using workers = openFlows();
  const { first, second } = pairs.small;
  const [{ forward, backward }, again] = await Promise.all([
    workers.flows(first, second),
    workers.flows(second, first, { finest: 2 }),
  ]);
  assert.deepEqual([forward, backward], [opticalFlow(first, second), opticalFlow(second, first)]);
  assert.deepEqual(again.forward, opticalFlow(second, first, { finest: 2 }));
  await assert.rejects(workers.flows(first, { width: 1, height: 1, data: new Float32Array(1) }), UserError);
});

Deno.test("openFlows() rejects what is left when it is closed, and what is asked afterwards", async () => {
  const workers = openFlows();
  const { first, second } = pairs.small;
  const asked = workers.flows(first, second);
  workers.close();
  await assert.rejects(asked, { code: "session-closed" });
  await assert.rejects(workers.flows(first, second), { code: "session-closed" });
});
