/**
 * Seconds and peak memory of importing a weights file: `deno run -A bench/import.ts [--file FILE] [--peer python3]`.
 * Without a file it writes a VGG-19 with its top first, a compressed .mat of 575 MB of parameters. With a peer, SciPy
 * reads the same .mat in turn. Each is a process of its own; its peak is what Linux says of it.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSyntheticMat } from "./synthetic_mat.ts";

const { values } = parseArgs({ args: Deno.args, options: { file: { type: "string" }, peer: { type: "string" } } });

const folder = await Deno.makeTempDir({ prefix: "impasto-bench-" });
try {
  const file = values.file ?? join(folder, "vgg19.mat");
  if (!values.file) await writeSyntheticMat(file);
  console.log(`${file}: ${((await Deno.stat(file)).size / 1e6).toFixed(0)} MB`);
  const cli = new URL("../cli.ts", import.meta.url).pathname;
  const name = "bench";
  report("impasto", await measured(Deno.execPath(), ["run", "-A", cli, "weights", "import", file, "--name", name]));
  if (values.peer) {
    report("scipy", await measured(values.peer, ["-c", "import sys, scipy.io; scipy.io.loadmat(sys.argv[1])", file]));
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function measured(command: string, args: readonly string[]) {
  const start = performance.now();
  const child = new Deno.Command(command, { args: [...args], env: { IMPASTO_CACHE: folder }, stdout: "null" }).spawn();
  let peakBytes = 0;
  const watch = setInterval(async () => {
    const status = await Deno.readTextFile(`/proc/${child.pid}/status`).catch(() => "");
    peakBytes = Math.max(peakBytes, 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0));
  }, 50);
  const { success } = await child.status;
  clearInterval(watch);
  if (!success) throw new Error(`${command} failed`);
  return { seconds: (performance.now() - start) / 1000, peakBytes };
}

function report(who: string, { seconds, peakBytes }: { seconds: number; peakBytes: number }) {
  console.log(`${who}  ${seconds.toFixed(1)} s  peak ${(peakBytes / 1e6).toFixed(0)} MB`);
}
