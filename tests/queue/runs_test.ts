import assert from "node:assert/strict";
import { openBlobs } from "../../queue/blobs.ts";
import { type JobFile, packJob } from "../../queue/job.ts";
import { machineOf } from "../../queue/machine.ts";
import { styliseByQueue } from "../../queue/paint.ts";
import { statusOf } from "../../queue/status.ts";
import type { UserError } from "../../base/errors.ts";
import type { Preset } from "../../mod.ts";
import { loadPreset } from "../../presets/load.ts";
import { stylise } from "../../session/session.ts";
import { commandArguments, impasto } from "../helpers/command.ts";
import { album, coordinator, paintAll, workerHere } from "../helpers/queue.ts";

import { needingRedis, startRedis } from "../helpers/redis.ts";
import { assertSameBytes } from "../helpers/same_bytes.ts";

const states = (results: readonly { readonly state: string }[]) => results.map(({ state }) => state).sort();

Deno.test(needingRedis("photographs, lost blobs, pictures that are none, and the same run twice at once", async () => {
  await using redis = await startRedis();
  await using folder = await album(3);
  const there = { queue: redis.url, blobs: folder.blobs };
  const expected = await folder.alone();
  const blobs = await openBlobs(folder.blobs);
  const machine = machineOf("onnx-cpu", 1);
  const cache = new Map<string, Promise<JobFile>>();
  {
    await using one = await coordinator(there);
    await using other = await coordinator(there);
    await using worker = await workerHere(there);
    const [first, second] = await Promise.all([paintAll(folder, "one", one), paintAll(folder, "two", other)]);
    assert.deepEqual(states(first), ["painted", "painted", "painted"]);
    assert.deepEqual(states(second), states(first));
    assert.deepEqual(await folder.pictures("one"), expected);
    assert.deepEqual(await folder.pictures("two"), expected);
    // The second run is the first one's: its metadata name the files alike.
    assert.equal(worker.events.filter(({ kind }) => kind === "begun").length, 3);
  }
  {
    // What the queue holds of a photograph disappears, is cut, and becomes another's, and so does a result.
    await using by = await coordinator(there);
    const jobs = await Promise.all(
      folder.photographs.map(async (path) =>
        packJob(await folder.preset("three", { decode: { content: path } }), { blobs, machine, cache })
      ),
    );
    void jobs;
    const files = await Array.fromAsync(walk(folder.at("blobs", "blobs")));
    for (const [i, path] of files.entries()) {
      const bytes = await Deno.readFile(path);
      if (i % 3 === 0) await Deno.remove(path);
      else await Deno.writeFile(path, i % 3 === 1 ? bytes.subarray(1) : bytes.map((byte) => byte ^ 1));
    }
    await using _ = await workerHere(there);
    const results = await paintAll(folder, "three", by);
    assert.deepEqual(results.map(({ error }) => error), [undefined, undefined, undefined]);
    assert.deepEqual(await folder.pictures("three"), expected);
  }
  {
    await folder.write("p2.png", "no picture");
    await using by = await coordinator(there);
    await using _ = await workerHere(there);
    const results = await paintAll(folder, "four", by);
    const { error } = results.find(({ state }) => state === "failed")!;
    const { message, hint, code } = error as UserError;
    assert.match(message, new RegExp(`^Cannot read ${folder.at("p2.png")} as a picture: it is text`));
    assert.deepEqual([hint, code], ["name a picture", "picture-unreadable"]);
    const status = await statusOf(redis.url);
    assert.equal(status.workers.length, 1);
    assert.equal(status.workers[0].machine, `version ${machine.version}, onnx-cpu, 1 thread`);
    assert.deepEqual([status.waiting, status.running, status.done], [0, [], 3]);
    assert.equal(status.failed.length, 1);
    assert.match(status.failed[0].reason!, /^Cannot read blob [0-9a-f]{64} as a picture/);
  }
}));

/** The files below a folder. */
async function* walk(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* walk(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

Deno.test(
  needingRedis("a training that is stopped goes on at another worker, to the painter of one machine", async () => {
    await using redis = await startRedis();
    await using folder = await album(2);
    const there = { queue: redis.url, blobs: folder.blobs };
    const training = (name: string): Promise<Preset> =>
      Promise.resolve({
        name: "mine",
        method: "train",
        // Shallow layers: the test takes half of the time.
        "loss-build": {
          terms: {
            content: { loss: "content", layers: { conv1_1: 1 } },
            style: { loss: "gram", layers: { conv1_1: 1 } },
          },
        },
        engine: "onnx-cpu",
        threads: 1,
        decode: { content: folder.at("photo.png"), styles: [{ picture: folder.at("painting.png") }], size: 48 },
        train: { photographs: folder.photographs, steps: 2, painter: folder.at(`${name}.painter`) },
        encode: { output: folder.at(`${name}.png`) },
      } as Preset);
    await stylise(await training("alone"), { write: true });
    await using by = await coordinator(there);
    const stop = new AbortController();
    const preset = await loadPreset(await training("out"));
    const steps: number[] = [];
    const first = await workerHere({ ...there, signal: stop.signal });
    const running = styliseByQueue(preset, by, {
      onProgress(event) {
        if (event.kind !== "step") return;
        steps.push(event.step);
        stop.abort();
      },
    });
    await first.ended;
    assert.equal(first.events.filter(({ kind }) => kind === "put back").length, 1);
    assert.equal((await Array.fromAsync(Deno.readDir(folder.at("blobs", "checkpoints")))).length, 1);
    await using _ = await workerHere(there);
    const report = await running;
    assert.deepEqual(report.files, [folder.at("out.painter"), folder.at("out.png")]);
    for (const name of ["painter", "png"]) {
      assertSameBytes(await Deno.readFile(folder.at(`out.${name}`)), await Deno.readFile(folder.at(`alone.${name}`)));
    }
    assert(steps[0] < 2);
  }),
);

Deno.test(
  needingRedis("a coordinator that Ctrl-C or a kill ends leaves nothing half, and --resume goes on", async () => {
    await using redis = await startRedis();
    await using folder = await album(3);
    const { blobs } = folder;
    const args = [
      ...["--preset", "recipe.json", "--style", "painting.png", "--size", "32", "--set", "decode.scales=[]"],
      ...["--iterations", "2", "--engine", "onnx-cpu", "--threads", "1", "--content", "p?.png"],
    ];
    const aside = ["--queue", redis.url, "--blobs", blobs, "--output", "out/{name}.png"];
    const start = (more: readonly string[]) =>
      new Deno.Command(Deno.execPath(), {
        args: commandArguments([...args, ...aside, ...more]),
        cwd: folder.path,
        env: { NO_COLOR: "1" },
        stdout: "null",
        stderr: "null",
      }).spawn();

    const waiting = async (count: number) => {
      while ((await statusOf(redis.url)).waiting !== count) await new Promise((done) => setTimeout(done, 50));
    };
    const stopped = start([]);
    await waiting(3);
    stopped.kill("SIGINT");
    assert.equal((await stopped.status).code, 130);
    await waiting(0);
    const killed = start([]);
    await waiting(3);
    killed.kill("SIGKILL");
    await killed.status;
    await using worker = await workerHere({ queue: redis.url, blobs });
    await worker.heard("done", 3);
    const { code, err } = await impasto([...args, ...aside, "--resume"], { cwd: folder.path });
    assert.equal(code, 0, err);
    assert.equal(worker.events.filter(({ kind }) => kind === "begun").length, 3);
    const alone = await impasto([...args, "--output", "alone/{name}.png"], { cwd: folder.path });
    assert.equal(alone.code, 0, alone.err);
    assert.deepEqual(await folder.pictures("out"), await folder.pictures("alone"));
  }),
);
