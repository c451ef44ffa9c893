import assert from "node:assert/strict";
import { blobsIn, openBlobs } from "../../queue/blobs.ts";
import { failureFrom, failureText, isFinal } from "../../queue/failure.ts";
import { type JobFile, type JobSpec, packJob, placedPreset, specIn } from "../../queue/job.ts";
import { kindOf } from "../../queue/kinds.ts";
import { localFiles } from "../../queue/local_files.ts";
import { machineFor } from "../../queue/coordinator.ts";
import { machineOf } from "../../queue/machine.ts";
import { styliseFolderByQueue } from "../../queue/paint.ts";
import { runJob } from "../../queue/run_job.ts";
import { UserError } from "../../base/errors.ts";
import { loadPreset } from "../../presets/load.ts";
import { openSession } from "../../session/session.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { album, coordinator, paintAll, workerApart, workerHere } from "../helpers/queue.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";

const machine = machineOf("onnx-cpu", 1);
const place = {
  file: (i: number) => `file:///blobs/${i}`,
  frames: () => "file:///frames",
  output: (i: number) => `/work/${i}.png`,
};

async function packed(more: Parameters<Awaited<ReturnType<typeof album>>["preset"]>[1] = {}) {
  const folder = await album(1);
  const blobs = await openBlobs(folder.blobs);
  const cache = new Map<string, Promise<JobFile>>();
  const job = await packJob(await folder.preset("out", more), { machine, blobs, cache });
  const bytes = await blobs.get(job.note.spec);
  return { folder, blobs, job, bytes, spec: specIn(bytes) };
}

Deno.test("a job is named by all that it does, and names files by hash alone", async () => {
  const { folder, job, bytes, spec } = await packed();
  await using _ = folder;
  assert.equal(job.id, job.note.spec.sha256);
  assert.deepEqual(spec.files.map(({ name }) => name), ["p1.png", "painting.png"]);
  const { recipe, ...rest } = JSON.parse(new TextDecoder().decode(bytes));
  assert(!JSON.stringify(rest).includes(folder.path));
  assert(!recipe.includes(folder.path));
  const placed = placedPreset(spec, place) as unknown as { decode: { content: string }; encode: { output: string } };
  assert.deepEqual([placed.decode.content, placed.encode.output], ["file:///blobs/0", "/work/0.png"]);
  const again = await packed({ optimise: { iterations: 3 } });
  await using __ = again.folder;
  assert.notEqual(again.job.id, job.id);
});

Deno.test("a job that names a path, an address, code, or another preset is refused", async () => {
  const { folder, spec } = await packed();
  await using _ = folder;
  const refused = async (change: Record<string, unknown>, message: string) => {
    const bad: JobSpec = { ...spec, preset: { ...spec.preset, ...change } };
    assert.equal((await clearError(() => placedPreset(bad, place))).message, `Cannot do a job: it names ${message}`);
  };
  const { decode, encode, pipeline } = spec.preset as { decode: object; encode: object; pipeline: unknown[] };
  await refused({ decode: { ...decode, content: "/etc/passwd" } }, "the location /etc/passwd");
  await refused({ decode: { ...decode, content: "http://169.254.169.254/" } }, "the location http://169.254.169.254/");
  await refused({ decode: { ...decode, content: "blob:2" } }, "the location blob:2");
  await refused({ encode: { ...encode, output: "/etc/cron.d/a.png" } }, "the location /etc/cron.d/a.png");
  await refused({ weights: "stored:mine" }, "the location stored:mine");
  await refused({ pipeline: [...pipeline, "./own.ts"] }, "the code ./own.ts");
  await refused({ extends: "monet" }, "another preset");
  for (const name of ["../a", "a/b", "..", ""]) {
    const files = [{ ...spec.files[0], name }];
    const bytes = new TextEncoder().encode(JSON.stringify({ ...spec, files }));
    assert.match((await clearError(() => specIn(bytes))).message, /it is damaged$/);
  }
});

Deno.test("a worker refuses a job of another version, engine or number of threads", async () => {
  const { folder, blobs, job } = await packed();
  await using _ = folder;
  await using work = await temporaryFolder();
  await using session = openSession();
  const files = localFiles(work.path, blobs);
  const { signal } = new AbortController();
  for (const other of [machineOf("onnx-cpu", 2), machineOf("onnx-cuda", 1), { ...machine, version: "0.1.0" }]) {
    const workshop = { machine: other, blobs, session, files, folder: work.path };
    const error = await clearError(() => runJob(job.note, workshop, { signal }));
    assert.match(error.message, /^Cannot do a job for version .*: this worker is version /);
    assert(isFinal(error));
  }
});

Deno.test("a run takes the machines that it asks for, else those of which there are most", () => {
  const there = [
    machineOf("onnx-cpu", 4),
    machineOf("onnx-cpu", 1),
    machineOf("onnx-cpu", 1),
    machineOf("onnx-cuda", 8),
  ]
    .map((machine, i) => ({ id: String(i), host: "h", busy: "", machine }));
  assert.deepEqual(machineFor(there, { engine: "auto", threads: 0 }), machineOf("onnx-cpu", 1));
  assert.deepEqual(machineFor(there, { engine: "onnx-cuda", threads: 0 }), machineOf("onnx-cuda", 8));
  assert.deepEqual(machineFor(there, { engine: "auto", threads: 4 }), machineOf("onnx-cpu", 4));
  assert.deepEqual(machineFor(there, { engine: "onnx-cpu", threads: 2 }), machineOf("onnx-cpu", 2));
  const stranger = [{ ...there[0], machine: { ...machineOf("onnx-cpu", 4), version: "0" } }];
  assert.deepEqual(machineFor(stranger, { engine: "onnx-cpu", threads: 3 }), machineOf("onnx-cpu", 3));
});

Deno.test("an error keeps its line, its hint and its code on the way", () => {
  const error = new UserError("Cannot read blob 1", {
    hint: "name a picture",
    code: "picture-unreadable",
    exitCode: 2,
  });
  const { message, hint, code, exitCode } = failureFrom(failureText(error), (text) => text.replace("blob 1", "a.jpg"));
  assert.deepEqual([message, hint, code, exitCode], ["Cannot read a.jpg", "name a picture", "picture-unreadable", 2]);
  assert.deepEqual([isFinal(error), isFinal(new Error("crash"))], [true, false]);
});

Deno.test("presets with code of their own, or without files, do not travel", async () => {
  await using folder = await album(1);
  await folder.write(
    "grain.ts",
    'export default { name: "grain", takes: "picture", gives: "picture", options: {}, create: () => (p) => p };',
  );
  const memory = new Map<string, Uint8Array<ArrayBuffer>>();
  const blobs = blobsIn({
    read: (key) => Promise.resolve(memory.get(key)),
    write: (key, bytes) => Promise.resolve(void memory.set(key, bytes)),
    renew: (key) => Promise.resolve(memory.get(key)?.length),
    remove: (key) => Promise.resolve(void memory.delete(key)),
  }, "memory");
  const usual = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"];
  const preset = await folder.preset("out", { pipeline: [...usual, folder.at("grain.ts"), "encode"] });
  const options = { machine, blobs, cache: new Map() };
  assert.match((await clearError(() => packJob(preset, options))).message, /pipeline\.6\.stage is code of your own$/);
  const unwritten = await loadPreset({ extends: "monet", pipeline: usual });
  assert.equal(kindOf(unwritten), undefined);
  await clearError(() => packJob(unwritten, options));
});

Deno.test(
  needingRedis("a run waits for a worker of its kind, says who is there, and a straggler holds nobody up", async () => {
    await using redis = await startRedis();
    await using folder = await album(3);
    const there = { queue: redis.url, blobs: folder.blobs };
    await using stranger = await workerHere({ ...there, machine: { ...machine, version: "0.1.0" } });
    const waiting = Promise.withResolvers<string>();
    await using by = await coordinator({ ...there, onNotice: ({ message }) => waiting.resolve(message) });
    const notes: string[] = [];
    const larger = await folder.preset("out", { decode: { size: 48 } });
    const running = Array.fromAsync(styliseFolderByQueue(larger, folder.photographs, by, {
      onProgress: (event) => event.kind === "note" && notes.push(event.message.replace(/ has .*/, "")),
    }));
    assert.match(
      await waiting.promise,
      /^\d jobs? waits? for a worker of version \S+, onnx-cpu, 1 thread: those that are there are version 0\.1\.0, onnx-cpu, 1 thread$/,
    );
    // It holds its photograph for longer than all others take.
    await using straggler = await workerApart(there);
    await straggler.heard("begun");
    straggler.process.kill("SIGSTOP");
    await using worker = await workerHere(there);
    await worker.heard("done", 2);
    straggler.process.kill("SIGCONT");
    assert.deepEqual((await running).map(({ state }) => state), ["painted", "painted", "painted"]);
    assert.deepEqual(stranger.events.map(({ kind }) => kind), ["ready"]);
    assert.equal(straggler.events.filter(({ kind }) => kind === "begun").length, 1);
    // What a worker has to tell of a photograph comes with the name that it has here.
    assert.deepEqual(notes.sort(), folder.photographs);
  }),
);

Deno.test(needingRedis("a picture that could not be written is refused before a worker has to paint it", async () => {
  await using redis = await startRedis();
  await using folder = await album(2);
  await using by = await coordinator({ queue: redis.url, blobs: folder.blobs });
  await Deno.mkdir(folder.at("out"));
  const own = await Deno.readFile(folder.photographs[0]);
  await Deno.writeFile(folder.at("out", "p1.png"), own);
  await Deno.mkdir(folder.at("out", "p2.png"));
  const messages = (await paintAll(folder, "out", by)).map(({ error }) => (error as Error).message).sort();
  assert.deepEqual(messages, [
    `Cannot write ${folder.at("out", "p1.png")}: there is a file that this program did not paint`,
    `Cannot write ${folder.at("out", "p2.png")}: there is a folder of that name`,
  ]);
  assert.deepEqual(await Deno.readFile(folder.at("out", "p1.png")), own);
}));
