import assert from "node:assert/strict";
import { join } from "node:path";
import { openEngine } from "../../engines/mod.ts";
import { painterModel } from "../../painters/onnx_model.ts";
import { repainted } from "../../painters/repainting.ts";
import { inBrowser, needingBrowser } from "../helpers/browser.ts";
import { differences, waves } from "./networks.ts";
import { smallPainter } from "./small_painter.ts";

const [width, height] = [45, 30];

const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">
import * as ort from "/ort/ort.wasm.min.mjs";
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/ort/";
globalThis.main = async () => {
  const bytes = async (path) => await (await fetch(path)).arrayBuffer();
  const session = await ort.InferenceSession.create(await bytes("/painter.onnx"));
  const photograph = new ort.Tensor("float32", new Float32Array(await bytes("/photograph")), [1, 3, ${height}, ${width}]);
  const style = new ort.Tensor("float32", [0, 1], [2]);
  const { picture } = await session.run({ photograph, style });
  return [...picture.data];
};
</script>`;

const runtime = { name: "onnxruntime-web", version: "1.30.0" };

Deno.test(
  await needingBrowser(runtime, "a painter paints in a browser as here", async (folder) => {
    const dist = join(folder, "dist");
    const painter = smallPainter(["one", "two"]);
    const photograph = waves(width, height);
    const { result, requests, origin } = await inBrowser(async (path) => {
      if (path === "/index.html") return page;
      if (path === "/painter.onnx") return painterModel(painter, painter.rows).bytes;
      if (path === "/photograph") return new Uint8Array(photograph.data.buffer as ArrayBuffer);
      const [, name] = /^\/ort\/([\w.-]+)$/.exec(path) ?? [];
      return name && await Deno.readFile(join(dist, name));
    });
    assert.deepEqual(requests.filter((url) => !url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)), []);
    await using engine = await openEngine("onnx-cpu", { threads: 1 });
    const { data } = await repainted(painter, photograph, [{ row: painter.rows[1].values }], engine);
    const made = Float32Array.from(result as number[]);
    assert.equal(made.length, data.length);
    const { most } = differences(data.map((level) => Math.min(255, Math.max(0, level))), made);
    assert(most < 0.1, String(most));
  }),
);
