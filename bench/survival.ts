/**
 * Kills a run with SIGKILL at random moments, resumes it each time, and compares the picture with that of a run that
 * nobody disturbed: `deno run -A bench/survival.ts [--kills 20] [--seed 1]`, for each optimiser. Ends with exit code 1
 * if a byte differs or something is left behind.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { optimisers } from "../optimisers/mod.ts";
import { randomFrom } from "../base/random.ts";
import { command } from "../tests/helpers/command.ts";
import type { TemporaryFolder } from "../tests/helpers/folders.ts";
import { quick, studio, tools } from "../tests/helpers/painting.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const kills = Number(values.kills);
const random = randomFrom(Number(values.seed));

let sound = true;
for (const optimiser of Object.keys(optimisers)) {
  // As large as pictures in use: only in long sums may a last bit differ.
  const args = [...quick, "--quiet", "--size", "576", "--set", "decode.scales=[144,288]"];
  args.push("--optimiser", optimiser, "--checkpoint", "0.05");
  await using calm = await studio();
  const start = await toTheEnd(calm, [...args, "--iterations", "1"]);
  args.push("--iterations", "30", "--set", "optimise.tolerance=0");
  const whole = await toTheEnd(calm, args);
  const wanted = await Deno.readFile(calm.at("out.png"));

  // Intervals so short that one run meets about all of them, at any moment of its start and of the work after it.
  const latest = start + 2 * (whole - start) / kills;
  for (let count = 0; count < kills;) {
    await using folder = await studio();
    let kept = 0;
    const before = count;
    while (count < kills && await killed(folder, [...args, "--resume"], random() * latest)) {
      count++;
      if ((await folder.list()).includes("out.png.checkpoint")) kept++;
    }
    await toTheEnd(folder, [...args, "--resume"]);
    const same = equal(await Deno.readFile(folder.at("out.png")), wanted);
    const left = (await folder.list()).filter((name) => name !== "out.png" && !tools.includes(name));
    sound &&= same && left.length === 0;
    console.log(
      `${optimiser}: after ${count - before} kills, ${kept} of them with a checkpoint at hand, ` +
        `the picture is ${same ? "the same" : "ANOTHER"}; left behind: ${left.join(", ") || "nothing"}`,
    );
  }
}
Deno.exit(sound ? 0 : 1);

/** Waits until a run ends; returns the milliseconds that it took. */
async function toTheEnd(folder: TemporaryFolder, args: readonly string[]): Promise<number> {
  const began = performance.now();
  const { code, stderr } = await command(args, { cwd: folder.path }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return performance.now() - began;
}

/** Kills a run after a time, whether or not it has ended by then. */
async function killed(folder: TemporaryFolder, args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = command(args, { cwd: folder.path }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const { signal, code, stderr } = await child.output();
  clearTimeout(timer);
  if (signal === "SIGKILL") return true;
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return false;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
