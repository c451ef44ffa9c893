import assert from "node:assert/strict";
import { schemaFaults } from "../../presets/validate.ts";

const entry = {
  anyOf: [
    { type: "string" as const, enum: ["first", "second"] },
    {
      type: "object" as const,
      properties: { weight: { type: "number" as const, minimum: 0 } },
      additionalProperties: false,
    },
  ],
};

/** The paths and messages of the faults in a list of entries. */
const faultsIn = (...entries: unknown[]) =>
  schemaFaults(entries, { type: "array", items: entry }).map(({ path, message }) => `${path}: ${message}`);

Deno.test("each of several bad choices is told, by the branch that was meant there", () => {
  assert.deepEqual(faultsIn("third", { weight: -1 }, 5, "first"), [
    '0: must be one of first, second: current value is "third"',
    "1.weight: must be >= 0: current value is -1",
    "2: must be text or an object: current value is 5",
  ]);
});

Deno.test("a bad choice hides none whose place begins with the same digits", () => {
  const entries = Array(12).fill("first").with(1, { weight: -1 }).with(11, "third");
  assert.deepEqual(faultsIn(...entries), [
    "1.weight: must be >= 0: current value is -1",
    '11: must be one of first, second: current value is "third"',
  ]);
});

Deno.test("a number out of its range is told as that, another word by all that there may be instead", () => {
  const content = {
    anyOf: [{ type: "number" as const, exclusiveMinimum: 0 }, { type: "string" as const, enum: ["even"] }],
  };
  const faults = schemaFaults([0, -0.5, "odd", 1, "even"], { type: "array", items: content });
  assert.deepEqual(faults.map(({ path, message }) => `${path}: ${message}`), [
    "0: must be > 0: current value is 0",
    "1: must be > 0: current value is -0.5",
    '2: must be a number > 0 or even: current value is "odd"',
  ]);
});
