/**
 * How near a painter comes to the optimiser, by the preset's own objective: the share of the descent from the photograph
 * to the optimiser's picture, for presets on photographs that nothing was trained on. Median, worst, and each.
 *
 *     deno run -A bench/painters.ts [--painter FILE] [--size 512] [--presets monet,ink] [--terms] PHOTOGRAPH...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { loadPreset, openSession, type Preset } from "../mod.ts";
import type { Stage } from "../chain/stage.ts";
import type { Objective } from "../objective/objective.ts";
import { optimise, type Painted } from "../stages/optimise.ts";

const { values, positionals: photographs } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    painter: { type: "string" },
    size: { type: "string", default: "512" },
    terms: { type: "boolean" },
    presets: { type: "string", default: "monet,van-gogh,hokusai,mosaic,ink,stained-glass,storm,pastel" },
  },
});
const size = Number(values.size);

await using session = openSession();
const shares: number[] = [];
for (const name of values.presets.split(",")) {
  for (const photograph of photographs) {
    const preset: Preset = { extends: name, decode: { content: resolve(photograph), size } };
    const painted = async (more: Preset) => {
      const resolved = await loadPreset({ ...preset, ...more });
      const last = resolved.chain.findIndex(({ stage }) => stage.gives === "painted");
      const began = performance.now();
      const { image } = await session.run(resolved, resolved.chain.slice(0, last + 1)) as Painted;
      return { image: image.data, seconds: (performance.now() - began) / 1000 };
    };
    const fast = await painted({
      method: "painter",
      repaint: values.painter ? { painter: resolve(values.painter) } : {},
    });
    const best = await painted({});
    const compare = {
      name: "compare",
      description: "evaluates the objective at other pictures",
      takes: "objective",
      gives: "values",
      options: {},
      create: () => async (objective: Objective) => {
        const valueAt = async (image: Float32Array) => {
          const e = await objective.evaluate(image);
          if (values.terms) console.log(Object.entries(e.terms).map(([k, v]) => `${k} ${v.toFixed(3)}`).join("  "));
          return e.value;
        };
        const photograph = await valueAt(objective.begin().content.data);
        return { photograph, fast: await valueAt(fast.image), best: await valueAt(best.image) };
      },
    } satisfies Stage;
    const resolved = await loadPreset({ ...preset, decode: { ...preset.decode, scales: [] } });
    const upTo = resolved.chain.findIndex(({ stage }) => stage === optimise);
    const links = [...resolved.chain.slice(0, upTo), { stage: compare, options: {} }];
    const at = await session.run(resolved, links) as Record<"photograph" | "fast" | "best", number>;
    const share = (at.photograph - at.fast) / (at.photograph - at.best);
    shares.push(share);
    console.log(
      name.padEnd(14),
      photograph.split("/").at(-1)!.padEnd(28),
      `share ${share.toFixed(3)}`,
      `objective ${at.photograph.toFixed(3)} → ${at.fast.toFixed(3)} (painter) ${at.best.toFixed(3)} (optimiser)`,
      `time × ${(fast.seconds / best.seconds).toFixed(3)}`,
    );
  }
}
shares.sort((a, b) => a - b);
console.log(`share of descent: median ${shares[shares.length >> 1].toFixed(3)}, worst ${shares[0].toFixed(3)}`);
