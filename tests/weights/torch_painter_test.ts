import assert from "node:assert/strict";
import { openEngine } from "../../engines/mod.ts";
import { repainted } from "../../painters/repainting.ts";
import { openAnyPainter } from "../../weights/any_painter.ts";
import { openPainterFile, writePainter } from "../../weights/painter_file.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { differences, networkFile, numbersIn, waves } from "../painters/networks.ts";

Deno.test("a network of fast_neural_style paints as in PyTorch, whatever wrote it, in any size", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  await using folder = await temporaryFolder();
  for (const file of ["style.pth", "style.model"]) {
    const painter = await openAnyPainter(networkFile(file));
    assert("architecture" in painter);
    assert.deepEqual(painter.rows.map(({ name }) => name), ["style"]);
    await writePainter(folder.at("style.painter"), painter, {}, { exact: true });
    const stored = await openPainterFile(folder.url("style.painter"));
    assert.deepEqual(stored, painter);
    for (const [width, height] of [[32, 24], [26, 19]]) {
      const { data } = await repainted(painter, waves(width, height), [{ row: painter.rows[0].values }], engine);
      const { mean, most } = differences(data, await numbersIn(networkFile(`style-${width}x${height}.f32`)));
      assert(mean < 1e-4 && most < 1e-2, `${file} ${width}×${height}: ${mean} in the mean, ${most} at most`);
    }
  }
});
