/**
 * What a queue costs: `deno run -A bench/queue.ts` (needs redis-server). Empty jobs a second and the memory that Redis
 * takes for those that wait; megabytes a second of blobs in a folder; and, with `--photographs 60 --workers 3`, the time
 * of photographs by workers of one thread each against one process alone with one thread.
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
  },
});
const [jobs, photographs, workers, size] = [values.jobs, values.photographs, values.workers, values.size].map(Number);
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

async function photographsByWorkers(): Promise<void> {
  const harbour = new URL("../examples/harbour.jpg", import.meta.url);
  const contents = Array.from({ length: photographs }, (_, i) => join(folder, `p${i}.jpg`));
  for (const path of contents) await Deno.copyFile(harbour, path);
  const preset = (to: string) =>
    loadPreset({
      extends: "monet",
      engine: "onnx-cpu",
      threads: 1,
      decode: { content: contents[0], size },
      encode: { output: join(folder, to, "{name}.png") },
    });
  const alone = await seconds(async () => void await Array.fromAsync(styliseFolder(await preset("alone"), contents)));
  const script = new URL("../tests/helpers/queue_worker.ts", import.meta.url).pathname;
  const told = JSON.stringify({ queue, blobs, timing: {} });
  const crew = Array.from(
    { length: workers },
    () =>
      new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", script, told], stdout: "piped" }).spawn(),
  );
  for (const { stdout } of crew) {
    const reader = stdout.getReader();
    await reader.read();
    (async () => {
      while (!(await reader.read()).done);
    })();
  }
  await using coordinator = await openCoordinator({ queue, blobs, settings: { engine: "onnx-cpu", threads: 1 } });
  const shared = await seconds(async () =>
    void await Array.fromAsync(styliseFolderByQueue(await preset("shared"), contents, coordinator))
  );
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
    `${photographs} photographs of ${size} pixels: alone ${alone.toFixed(1)} s, by ${workers} workers ` +
      `${shared.toFixed(1)} s; ${same} of ${photographs} files are the same`,
  );
}

try {
  if (jobs > 0) await emptyJobs();
  await blobSpeed();
  if (photographs > 0) await photographsByWorkers();
} finally {
  server.kill("SIGKILL");
  await server.status;
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(0);
