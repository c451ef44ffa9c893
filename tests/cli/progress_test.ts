import assert from "node:assert/strict";
import { allLeftOf, barLine } from "../../cli/progress.ts";

const event = {
  kind: "step",
  stage: "optimise",
  position: [{ of: "scale", index: 1, count: 3 }],
  scale: 1,
  scales: 3,
  width: 512,
  height: 384,
  step: 50,
  steps: 200,
  value: 1234.5,
  terms: {},
  seconds: 20,
  secondsLeft: 61,
} as const;

Deno.test("the bar leaves room for its words, and fills by the share of steps", () => {
  const line = barLine(event, 120);
  assert.match(line, /^█{8}░{22} scale 2\/3 512×384 {2}step 50\/200 {2}loss 1235 {2}1:01 left$/);
  assert(barLine(event, 70).length < 70);
});

Deno.test("in a narrow terminal step and time come first, and no line is longer than it", () => {
  assert.equal(barLine(event, 28), "step 50/200  1:01 left  sca");
  for (let columns = 1; columns < 130; columns++) {
    assert(barLine(event, columns).length < columns, String(columns));
  }
  for (let columns = 24; columns < 130; columns++) assert.match(barLine(event, columns), /step 50\/200.*1:01 left/);
});

Deno.test("a step of one of many photographs tells what all will take, by those before or by itself", () => {
  const allLeft = allLeftOf();
  const photograph = { kind: "photograph", file: "a", index: 0, count: 5, state: "begun" } as const;
  assert.equal(allLeft(event), undefined);
  allLeft({ ...photograph, remaining: 4 });
  // 61 seconds of this one, and three that take as long as it: 20 + 61.
  assert.equal(allLeft(event), 61 + 3 * 81);
  allLeft({ ...photograph, index: 2, remaining: 3, secondsLeft: 30 });
  assert.equal(allLeft(event), 61 + 2 * 10);
  allLeft({ ...photograph, index: 4, remaining: 1, secondsLeft: 10 });
  assert.equal(allLeft(event), undefined);
  assert.match(barLine(event, 120, 142), /1:01 left, 2:22 for all$/);
});
