/**
 * Kills a run with SIGKILL at random moments, resumes it each time, and compares the picture with that of a run that
 * nobody disturbed: `deno run -A bench/survival.ts [--kills 20] [--seed 1]`, for each optimiser; and so for other ends
 * (these alone with `--kills 0`). Ends with exit code 1 if a byte differs or something is left behind.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { optimisers } from "../optimisers/mod.ts";
import { randomFrom } from "../base/random.ts";
import { command, commandArguments } from "../tests/helpers/command.ts";
import type { TemporaryFolder } from "../tests/helpers/folders.ts";
import { quick, studio, tools } from "../tests/helpers/painting.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
});
const kills = Number(values.kills);
const random = randomFrom(Number(values.seed));

let sound = true;
const small = [...quick, "--iterations", "15", "--set", "optimise.tolerance=0", "--checkpoint", "0.001", "--json"];
/** What a shell does before it runs the command, and the signal that the run gets at its first checkpoint. */
const ends: Readonly<Record<string, { readonly shell: string; readonly signal?: Deno.Signal }>> = {
  "SIGKILL, then --resume": { shell: 'exec "$@"', signal: "SIGKILL" },
  "SIGHUP under nohup": { shell: 'trap "" HUP; exec "$@"', signal: "SIGHUP" },
  "a log on a full disk": { shell: 'exec "$@" >/dev/full 2>/dev/full' },
};
for (const [end, { shell, signal }] of Object.entries(ends)) {
  await using calm = await studio();
  await toTheEnd(calm, small);
  await using folder = await studio();
  const ended = await endOf(folder, shell, signal);
  if (signal === "SIGKILL") await toTheEnd(folder, [...small, "--resume"]);
  const picture = await Deno.readFile(folder.at("out.png")).catch(() => new Uint8Array());
  const same = equal(picture, await Deno.readFile(calm.at("out.png")));
  const left = (await folder.list()).filter((name) => name !== "out.png" && !tools.includes(name));
  sound &&= same && left.length === 0 && ended === (signal === "SIGKILL" ? signal : 0);
  console.log(`${end}: ended with ${ended}, ${remains(same, left)}`);
}
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
        remains(same, left),
    );
  }
}
Deno.exit(sound ? 0 : 1);

function remains(same: boolean, left: readonly string[]): string {
  return `the picture is ${same ? "the same" : "ANOTHER"}; left behind: ${left.join(", ") || "nothing"}`;
}

/** Runs the command from a shell, and sends a signal at its first checkpoint; returns the signal or code of its end. */
async function endOf(folder: TemporaryFolder, shell: string, signal?: Deno.Signal): Promise<string | number> {
  const child = new Deno.Command("sh", {
    args: ["-c", shell, "sh", Deno.execPath(), ...commandArguments(small)],
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let sent = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!signal || sent || !text.includes('"kind":"checkpoint"')) continue;
    sent = true;
    child.kill(signal);
  }
  const { code, signal: by } = await child.status;
  return by ?? code;
}

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
