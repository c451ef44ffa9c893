import assert from "node:assert/strict";
import type { Progress } from "../../chain/progress.ts";
import { recorder } from "../../session/report.ts";
import { resolvePreset } from "../../presets/resolve.ts";
import { recipe } from "../helpers/painting.ts";

const layer = { source: "test", base: new URL("file:///presets/"), json: { ...recipe } };
const preset = resolvePreset("test", [layer], { incomplete: true });

function step(scale: number, step: number, value: number): Progress {
  const position = [{ of: "scale", index: scale, count: 2 }];
  const size = { width: 8 * (scale + 1), height: 4 };
  const record = { position, scale, scales: 2, step, steps: 9, value, terms: { of: step }, seconds: 1, secondsLeft: 1 };
  return { kind: "step", stage: "optimise", ...size, ...record };
}

Deno.test("a report has the best value of each scale with its terms, the first one of equals, and all of its steps", () => {
  const record = recorder([]);
  for (const event of [step(0, 1, 5), step(0, 2, 3), step(0, 3, 3), step(0, 4, 4), step(1, 1, 2)]) record.report(event);
  const { scales, value, terms, interrupted } = record.finish(preset, "none", false);
  assert.deepEqual(scales, [
    { width: 8, height: 4, steps: 4, value: 3, terms: { of: 2 } },
    { width: 16, height: 4, steps: 1, value: 2, terms: { of: 1 } },
  ]);
  assert.deepEqual([value, terms, interrupted], [2, { of: 1 }, false]);
});

Deno.test("what is reported passes on, and files of pictures and snapshots are collected", () => {
  const passed: Progress[] = [];
  const record = recorder([], (event) => void passed.push(event));
  const picture = { width: 1, height: 1, data: new Float32Array(3), name: "x" };
  const events: Progress[] = [
    { kind: "note", message: "hello" },
    { kind: "snapshot", picture, file: "a-1.png", terms: {} },
    { kind: "snapshot", picture, terms: {} },
    { kind: "picture", file: "a.png" },
  ];
  for (const event of events) record.report(event);
  assert.deepEqual(passed, events);
  assert.deepEqual(record.finish(preset, "none", true).files, ["a-1.png", "a.png"]);
});
