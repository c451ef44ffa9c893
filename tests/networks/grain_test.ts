import assert from "node:assert/strict";
import { type Node, sizeOf, total } from "../../graph/mod.ts";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { grainOf, grainPeriod } from "../../networks/grain.ts";
import { kernelShapes, rowLength } from "../../networks/painter.ts";
import { networks } from "../../networks/network.ts";
import { trainingProgram } from "../../stages/train/program.ts";
import { small } from "../painters/small_painter.ts";

Deno.test("grain is the same at the same place, without a mean, in deviations that add up", () => {
  const whole = { left: 0, top: 0, width: grainPeriod, height: grainPeriod };
  const grain = grainOf(whole);
  assert(Math.abs(grain.reduce((sum, value) => sum + value) / grain.length) < 1);
  const deviation = Math.sqrt(grain.reduce((sum, value) => sum + value ** 2) / grain.length);
  assert(Math.abs(deviation - Math.hypot(4, 6, 8, 10)) < 1, `${deviation}`);
  const part = grainOf({ left: grainPeriod + 250, top: 3 * grainPeriod + 1023, width: 20, height: 2 });
  const wanted = [1023, 0].flatMap((y) => Array.from({ length: 20 }, (_, x) => grain[y * grainPeriod + 250 + x]));
  assert.deepEqual([...part], wanted);
});

Deno.test("grain does not repeat within a thousand pixels", () => {
  const grain = grainOf({ left: 0, top: 0, width: grainPeriod, height: grainPeriod });
  const likeness = (by: number) => {
    let [product, square] = [0, 0];
    for (let y = 0; y < grainPeriod; y += 8) {
      for (let x = 0; x < grainPeriod - by; x++) {
        product += grain[y * grainPeriod + x] * grain[y * grainPeriod + x + by];
        square += grain[y * grainPeriod + x] ** 2;
      }
    }
    return product / square;
  };
  // The fine tile alone comes again: 52 of 216 parts of the variance.
  assert(likeness(256) < 0.4 && likeness(100) < 0.2, `${likeness(256)}, ${likeness(100)}`);
});

Deno.test("a painter in training sees grain, and the content that it is to keep has none", async () => {
  await using engine = onnxEngine({ threads: 1 });
  const count = [...kernelShapes(small).values()].reduce((sum, shape) => sum + sizeOf(shape), rowLength(small));
  const photographs = new Float32Array(3 * 16 * 16).fill(128);
  const network = { ...networks.vgg19, input: { order: "RGB", mean: { red: 0, green: 0, blue: 0 } } } as const;
  const valueOf = async (grain: boolean, of: "given" | "painted") => {
    const terms = (painted: Node, given: Node) =>
      Promise.resolve([{
        name: "sum",
        sort: "image" as const,
        weight: 1,
        node: total(of === "given" ? given : painted),
      }]);
    await using program = await trainingProgram(
      { ...small, grain },
      { terms },
      network,
      { side: 16, count: 1 },
      engine,
    );
    const weights = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
    return (await program.judge(weights, photographs, 1)).value;
  };
  assert.equal(await valueOf(true, "given"), 128 * photographs.length);
  assert.notEqual(await valueOf(true, "painted"), await valueOf(false, "painted"));
});
