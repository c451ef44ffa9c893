import assert from "node:assert/strict";
import { type Node, sizeOf, total } from "../../graph/mod.ts";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { grainOf, grainSide, grainTile } from "../../networks/grain.ts";
import { kernelShapes, rowLength } from "../../networks/painter.ts";
import { networks } from "../../networks/network.ts";
import { trainingProgram } from "../../stages/train/program.ts";
import { small } from "../painters/small_painter.ts";

Deno.test("grain is the same tile everywhere, of no colour and no mean, and float16 holds it", () => {
  const tile = grainTile();
  assert(Math.abs(tile.reduce((sum, value) => sum + value) / tile.length) < 2);
  const deviation = Math.sqrt(tile.reduce((sum, value) => sum + value ** 2) / tile.length);
  // 4, 6, 8 and 10 levels of four sizes, as variances add up.
  assert(Math.abs(deviation - Math.hypot(4, 6, 8, 10)) < 1.5, `${deviation}`);
  assert.deepEqual(Float32Array.from(new Float16Array(tile)), tile);
  const part = grainOf({ left: grainSide + 250, top: 3 * grainSide + 7, width: 20, height: 2 });
  const wanted = [7, 8].flatMap((y) =>
    Array.from({ length: 20 }, (_, x) => tile[y * grainSide + (250 + x) % grainSide])
  );
  assert.deepEqual([...part], wanted);
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
