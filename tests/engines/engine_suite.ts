import assert from "node:assert/strict";
import type { Engine } from "../../engines/engine.ts";
import { add, averagePool, input } from "../../graph/mod.ts";
import { checkOp } from "../graph/check_op.ts";
import { opCases } from "../graph/op_cases.ts";

/**
 * What every engine must do.
 *
 * @param tolerance Of values, relative to the largest one of a tensor.
 */
export function engineSuite(name: string, open: () => Engine | Promise<Engine>, tolerance: number): void {
  Deno.test(`${name} computes every op and its gradient`, async (t) => {
    await using engine = await open();
    for (const opCase of opCases) {
      await t.step(`${opCase.op}, ${opCase.note}`, () => checkOp(engine, opCase, tolerance));
    }
  });

  Deno.test(`${name} runs one program many times and several side by side`, async () => {
    await using engine = await open();
    const x = input("x", [1, 1, 2, 2]);
    await using sum = await engine.compile({ outputs: { y: add(x, x), same: x } });
    await using mean = await engine.compile({ outputs: { y: averagePool(x, 2) } });
    const runs = await Promise.all([1, 2, 3].map((k) => {
      const feeds = { x: Float32Array.of(k, 2 * k, 3 * k, 4 * k) };
      return Promise.all([sum.run(feeds), mean.run(feeds)]);
    }));
    runs.forEach(([doubled, averaged], i) => {
      const k = i + 1;
      assert.deepEqual([...doubled.y], [2 * k, 4 * k, 6 * k, 8 * k]);
      assert.deepEqual([...doubled.same], [k, 2 * k, 3 * k, 4 * k]);
      assert.deepEqual([...averaged.y], [2.5 * k]);
    });
  });

  Deno.test(`${name} refuses a feed of the wrong size`, async () => {
    await using engine = await open();
    const x = input("x", [2, 3]);
    await using program = await engine.compile({ outputs: { y: add(x, 1) } });
    await assert.rejects(program.run({ x: new Float32Array(5) }), /feed "x" must fill \[2,3\]: current length is 5/);
    await assert.rejects(program.run({}), /feed "x" must fill/);
  });
}
