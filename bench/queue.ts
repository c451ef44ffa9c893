/**
 * What a queue costs: `deno run -A bench/queue.ts` (needs redis-server). Empty jobs a second and the memory that Redis
 * takes for those that wait; megabytes a second of blobs in a folder; and, with `--photographs 60 --workers 3`, the time
 * of photographs by workers of one thread each, against as many processes of one thread that have them shared out before
 * and know of no queue: that is what the cores allow.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { openBlobs } from "../queue/blobs.ts";
import { connect, prefix } from "../queue/connection.ts";
import { openCoordinator } from "../queue/coordinator.ts";
import { machineOf } from "../queue/machine.ts";
import { styliseFolderByQueue } from "../queue/paint.ts";
import { loadPreset } from "../presets/load.ts";
import { styliseFolder } from "../session/folder.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    jobs: { type: "string", default: "10000" },
    photographs: { type: "string", default: "0" },
    workers: { type: "string", default: "3" },
    size: { type: "string", default: "256" },
    iterations: { type: "string", default: "0" },
    /** What a process alone paints: the folder, and which of how many shares. */
    share: { type: "string" },
  },
});
const [jobs, photographs, workers, size] = [values.jobs, values.photographs, values.workers, values.size].map(Number);
if (values.share) await paintShare(JSON.parse(values.share));
const folder = await Deno.makeTempDir({ prefix: "impasto-bench-" });
using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr as Deno.NetAddr;
listener.close();
const server = new Deno.Command("redis-server", {
  args: ["--port", String(port), "--save", "", "--appendonly", "yes", "--dir", folder],
  stdout: "null",
}).spawn();
const queue = `redis://127.0.0.1:${port}`;
const blobs = new URL(`file://${folder}/blobs`).href;
while (!await Deno.connect({ port, hostname: "127.0.0.1" }).then((open) => (open.close(), true), () => false)) {
  await new Promise((done) => setTimeout(done, 20));
}

const seconds = async (work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

async function emptyJobs(): Promise<void> {
  await using connection = await connect(queue);
  const { Queue, Worker } = connection.bullmq;
  const own = new Queue("bench", { connection: connection.redis, prefix });
  const memory = async () => Number(/used_memory:(\d+)/.exec(await connection.redis.info("memory"))![1]);
  const before = await memory();
  const note = { layout: 1, machine: machineOf("onnx-cpu", 1), spec: { sha256: "0".repeat(64), bytes: 9 }, title: "p" };
  const all = Array.from({ length: jobs }, (_, i) => ({
    name: "photograph",
    data: note,
    opts: { jobId: `${"0".repeat(56)}-${i}`, attempts: 3, removeOnComplete: { age: 3600, count: 1000 } },
  }));
  const adding = await seconds(async () => {
    for (const job of all) await own.add(job.name, job.data, job.opts);
  });
  const waiting = await memory();
  const { promise, resolve } = Promise.withResolvers<void>();
  let done = 0;
  const doing = await seconds(async () => {
    const worker = new Worker("bench", () => Promise.resolve(++done), { connection: connection.options, prefix });
    worker.on("completed", () => done === jobs && resolve());
    await promise;
    await worker.close();
  });
  console.log(`${jobs} empty jobs: added ${(jobs / adding).toFixed(0)}/s, done ${(jobs / doing).toFixed(0)}/s by one`);
  console.log(`Redis takes ${((waiting - before) / jobs / 1000).toFixed(2)} kB for a job that waits`);
}

async function blobSpeed(): Promise<void> {
  const store = await openBlobs(blobs);
  const pieces = Array.from({ length: 100 }, () => {
    const bytes = new Uint8Array(1 << 20);
    for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    return bytes;
  });
  const names: Awaited<ReturnType<typeof store.put>>[] = [];
  const writing = await seconds(async () => {
    for (const bytes of pieces) names.push(await store.put(bytes));
  });
  const reading = await seconds(async () => {
    for (const name of names) await store.get(name);
  });
  const rate = (seconds: number) => (100 * 1.048576 / seconds).toFixed(0);
  console.log(`blobs of 1 MiB in a folder: ${rate(writing)} MB/s written, ${rate(reading)} MB/s read, each checked`);
}

/** The photographs of a folder, and the preset that paints them into another one. */
function workIn(folder: string, to: string) {
  const contents = Array.from({ length: photographs }, (_, i) => join(folder, `p${i}.jpg`));
  const iterations = Number(values.iterations);
  const preset = loadPreset({
    extends: "monet",
    engine: "onnx-cpu",
    threads: 1,
    decode: { content: contents[0], size },
    ...iterations > 0 ? { optimise: { iterations } } : { method: "painter" },
    encode: { output: join(folder, to, "{name}.png") },
  });
  return { contents, preset };
}

/** Paints every n-th photograph once the word comes, and ends. */
async function paintShare({ folder, first, step }: { folder: string; first: number; step: number }): Promise<never> {
  const { contents, preset } = workIn(folder, "alone");
  const own = contents.filter((_, i) => i % step === first);
  const loaded = await preset;
  console.log("ready");
  await Deno.stdin.read(new Uint8Array(1));
  await Array.fromAsync(styliseFolder(loaded, own));
  Deno.exit(0);
}

/** Starts processes that say a line when they are ready. */
async function crewOf(args: (index: number) => readonly string[]) {
  const crew = Array.from(
    { length: workers },
    (_, i) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", ...args(i)],
        stdin: "piped",
        stdout: "piped",
      }).spawn(),
  );
  for (const { stdout } of crew) {
    const reader = stdout.getReader();
    await reader.read();
    (async () => {
      while (!(await reader.read()).done);
    })();
  }
  return crew;
}

/** Seconds of all cores that some processes and those they waited for took; NaN where nobody tells. */
async function cpuOf(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const pid of pids) {
    const text = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks / 100;
}

async function photographsByWorkers(): Promise<void> {
  const harbour = new URL("../examples/harbour.jpg", import.meta.url);
  const { contents, preset } = workIn(folder, "shared");
  for (const path of contents) await Deno.copyFile(harbour, path);
  // Each its own job: the same photograph twice would be one.
  for (const [i, path] of contents.entries()) await Deno.writeFile(path, new Uint8Array([i]), { append: true });
  const apart = await crewOf((first) => {
    const share = JSON.stringify({ folder, first, step: workers });
    return [import.meta.filename!, ...Deno.args, "--share", share];
  });
  const pids = (crew: readonly Deno.ChildProcess[]) => crew.map(({ pid }) => pid);
  const starting = await cpuOf([Deno.pid, ...pids(apart)]);
  const alone = await seconds(async () => {
    for (const { stdin } of apart) await stdin.getWriter().write(new Uint8Array([10]));
    await Promise.all(apart.map(({ status }) => status));
  });
  const apartCpu = await cpuOf([Deno.pid]) - starting;
  const script = new URL("../tests/helpers/queue_worker.ts", import.meta.url).pathname;
  const crew = await crewOf(() => [script, JSON.stringify({ queue, blobs, timing: {} })]);
  const before = await cpuOf([Deno.pid, server.pid, ...pids(crew)]);
  await using coordinator = await openCoordinator({ queue, blobs, settings: { engine: "onnx-cpu", threads: 1 } });
  const shared = await seconds(async () =>
    void await Array.fromAsync(styliseFolderByQueue(await preset, contents, coordinator))
  );
  const queueCpu = await cpuOf([Deno.pid, server.pid, ...pids(crew)]) - before;
  let same = 0;
  for (let i = 0; i < photographs; i++) {
    const [one, other] = await Promise.all(
      ["alone", "shared"].map((to) => Deno.readFile(join(folder, to, `p${i}.png`))),
    );
    if (one.every((byte, k) => byte === other[k]) && one.length === other.length) same++;
  }
  for (const worker of crew) worker.kill("SIGKILL");
  await Promise.all(crew.map(({ status }) => status));
  console.log(
    `${photographs} photographs of ${size} pixels: shared out before ${alone.toFixed(1)} s, by ${workers} workers ` +
      `${shared.toFixed(1)} s, ${(alone / shared).toFixed(3)} of that rate, ` +
      `${(1000 * (shared - alone) / photographs).toFixed(0)} ms more each; ` +
      `${same} of ${photographs} files are the same\n` +
      `of all cores: ${apartCpu.toFixed(1)} s, by workers ${queueCpu.toFixed(1)} s`,
  );
}

try {
  if (jobs > 0) {
    await emptyJobs();
    await blobSpeed();
  }
  if (photographs > 0) await photographsByWorkers();
} finally {
  server.kill("SIGKILL");
  await server.status;
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(0);
