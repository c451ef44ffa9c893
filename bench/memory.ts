/**
 * Measures the memory that runs take at most, and how far the estimate of `explain` is from it:
 * `deno run -A bench/memory.ts [SIZE...]`. Linux alone tells the peak of a process.
 *
 * @module
 */
import { loadPreset, openSession } from "../mod.ts";
import { planOf } from "../studio/plan.ts";

const preset = async (size: number) =>
  await loadPreset({ extends: "monet", decode: { size, scales: [] }, optimise: { iterations: 24 } });

if (Deno.args[0] === "--paint") {
  await using session = openSession();
  await session.stylise(await preset(Number(Deno.args[1])));
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(await Deno.readTextFile("/proc/self/status")) ?? [];
  console.log(Number(peak) * 1024);
} else {
  for (const size of Deno.args.length > 0 ? Deno.args.map(Number) : [256, 512, 1024]) {
    const args = ["run", "-A", import.meta.filename!, "--paint", String(size)];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
    const measured = Number(new TextDecoder().decode(stdout));
    const estimated = planOf(await preset(size), { width: size, height: size * 3 / 4 })!.bytes;
    const [a, b] = [measured, estimated].map((bytes) => (bytes / 1e6).toFixed(0));
    console.log(
      `${size}×${size * 3 / 4}: ${a} MB at most, ${b} MB estimated, ratio ${(estimated / measured).toFixed(2)}`,
    );
  }
}
