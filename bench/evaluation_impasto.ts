/**
 * One contender of bench/evaluation.ts: the objective on an engine.
 *
 * @module
 */
import { engineKinds } from "../engines/mod.ts";
import { TextLineStream } from "./lines.ts";
import { imageOf, objective } from "./objective.ts";

const [side, name] = Deno.args;
const size = Number(side);
// The kind itself: openEngine's would go on with the CPU where a GPU fails.
const kind = engineKinds.find((kind) => kind.name === name)!;

await using engine = await kind.open({});
await using program = await engine.compile(objective(size));
const image = imageOf(size);
await program.run({ image });

for await (const _ of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
  const began = performance.now();
  await program.run({ image });
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, peakBytes: peakBytes() }));
}

/** The largest resident size that this process ever had; the present one where the system does not tell. */
function peakBytes(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return Deno.memoryUsage().rss;
  }
}
