/**
 * One contender of bench/evaluation.ts: the objective on an engine.
 *
 * @module
 */
import { engineKinds } from "../engines/mod.ts";
import { answer, peakBytes } from "./contender.ts";
import { imageOf, objective } from "./objective.ts";

const [side, name] = Deno.args;
const size = Number(side);
// The kind itself: an engine of openEngine would go on with the CPU if a GPU fails.
const kind = engineKinds.find((kind) => kind.name === name)!;

await using engine = await kind.open({});
await using program = await engine.compile(objective(size));
const image = imageOf(size);
await program.run({ image });

await answer(async () => {
  const began = performance.now();
  await program.run({ image });
  return { seconds: (performance.now() - began) / 1000, peakBytes: peakBytes() };
});
