import assert from "node:assert/strict";
import type { Progress } from "../../mod.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { openBlobs } from "../../queue/blobs.ts";
import { paintFilmByQueue } from "../../queue/film.ts";
import { packJob } from "../../queue/job.ts";
import { localFiles } from "../../queue/local_files.ts";
import { machineOf } from "../../queue/machine.ts";
import { PutBack, runJob } from "../../queue/run_job.ts";
import { shotLocation, shotPreset, shotsOf } from "../../queue/shots.ts";
import { filmPreset, paintFilm } from "../../session/film.ts";
import { openSession } from "../../session/session.ts";
import { openFilm } from "../../video/reading/mod.ts";
import { ffmpeg, h264, noFfmpeg, sounding } from "../helpers/films.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { coordinator, workerApart, workerHere } from "../helpers/queue.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";

const machine = machineOf("onnx-cpu", 1);

/** A folder with a film of two shots of three frames, and sound. */
async function cutFilm(): Promise<TemporaryFolder & { readonly blobs: string }> {
  const folder = await temporaryFolder();
  const shots = ["testsrc=size=48x32:rate=10:duration=0.3", "mandelbrot=size=48x32:rate=10"];
  const joined = "[1:v]trim=duration=0.3,setpts=PTS-STARTPTS[b];[0:v][b]concat=n=2:v=1[v]";
  const pictures = [...shots.flatMap((shot) => ["-f", "lavfi", "-i", shot]), ...sounding.slice(0, 4)];
  const mapped = ["-filter_complex", joined, "-map", "[v]", "-map", "2:a", "-c:a", "aac", "-shortest", ...h264];
  await ffmpeg(...pictures, ...mapped, folder.at("film.mp4"));
  return { ...folder, blobs: folder.url("blobs").href };
}

/** The preset of the film, painted to a file of a name. */
function presetTo(folder: TemporaryFolder, name: string): Promise<ResolvedPreset> {
  const painting = { extends: "monet", method: "painter", engine: "onnx-cpu", threads: 1 } as const;
  return filmPreset(painting, [], { content: folder.at("film.mp4"), output: folder.at(name), blend: 0.2 });
}

/** A test that needs Redis and ffmpeg. */
function filmTest(name: string, fn: () => Promise<void>): void {
  const test = needingRedis(name, fn);
  Deno.test({ ...test, name: test.name + noFfmpeg, ignore: test.ignore || noFfmpeg !== "" });
}

filmTest("a film by two workers, one of them killed in a shot, is the file of one machine", async () => {
  await using redis = await startRedis();
  await using folder = await cutFilm();
  const there = { queue: redis.url, blobs: folder.blobs, timing: { lock: 1000 } };
  await paintFilm(await presetTo(folder, "alone.mp4"), {});
  await using by = await coordinator(there);
  await using killed = await workerApart({ ...there, die: { at: "begun" } });
  const running = paintFilmByQueue(await presetTo(folder, "out.mp4"), by, {});
  await killed.process.status;
  await using other = await workerHere({ ...there, timing: {} });
  const { frames, count, shots } = await running;
  assert.deepEqual([frames, count, shots], [6, 6, 2]);
  assert.deepEqual(await Deno.readFile(folder.at("out.mp4")), await Deno.readFile(folder.at("alone.mp4")));
  const titles = other.events.flatMap((event) => event.kind === "done" ? event.title : []);
  assert.deepEqual(titles.sort(), ["film, frames 1 to 3", "film, frames 4 to 6"]);
  const left = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  assert.deepEqual(left.sort(), ["alone.mp4", "blobs", "film.mp4", "out.mp4"]);

  // Ctrl-C keeps what there is, and another run goes on to the same file.
  const stop = new AbortController();
  const interrupted = await paintFilmByQueue(await presetTo(folder, "stopped.mp4"), by, {
    signal: stop.signal,
    keep: true,
    onProgress: (event) => event.kind === "frame" && event.index === 1 && stop.abort(),
  });
  assert.deepEqual([interrupted.frames, interrupted.interrupted], [2, true]);
  const resumed: Progress[] = [];
  await paintFilmByQueue(await presetTo(folder, "stopped.mp4"), by, {
    resume: true,
    onProgress: (event) => event.kind === "frame" && resumed.push(event),
  });
  assert.equal(resumed.length, 4);
  assert.deepEqual(await Deno.readFile(folder.at("stopped.mp4")), await Deno.readFile(folder.at("alone.mp4")));
  assert.equal(other.events.filter(({ kind }) => kind === "begun").length, 2);
});

Deno.test({
  name: `a shot that a worker had to leave goes on at another one, from the frames that were painted${noFfmpeg}`,
  ignore: noFfmpeg !== "",
  async fn() {
    await using folder = await cutFilm();
    await using session = openSession();
    const blobs = await openBlobs(folder.blobs);
    const { signal } = new AbortController();
    const source = await openFilm(folder.at("film.mp4"), { rate: [25, 1], pixelLimit: 1e6 });
    const coder = () => Promise.reject(new Error("A shot is not encoded"));
    const part = { source, first: 0, count: 3, size: source.size, transparent: false, depth: 8 as const, coder };
    const [shot] = await Array.fromAsync(shotsOf(part, 0, { blobs, cuts: true, signal }));
    const preset = shotPreset(await presetTo(folder, "out.mp4"), part);
    const packed = { ...shot, location: shotLocation, title: "shot" };
    const job = await packJob(preset, { machine, blobs, cache: new Map(), shot: packed });
    /** The frames that a worker with a folder of its own reports, until it has to stop. */
    const painted = async (name: string, most: number) => {
      await Deno.mkdir(folder.at(name));
      const stop = new AbortController();
      const frames: number[] = [];
      const workshop = {
        ...{ machine, blobs, session },
        files: localFiles(folder.at(name), blobs),
        folder: folder.at(name),
      };
      const result = await runJob(job.note, workshop, {
        signal: stop.signal,
        onProgress(event) {
          if (event.kind === "frame" && frames.push(event.index) === most) stop.abort();
        },
      }).catch((error) => {
        assert(error instanceof PutBack, error);
        return undefined;
      });
      return { frames, files: result?.files };
    };
    assert.deepEqual(await painted("first", 2), { frames: [0, 1], files: undefined });
    const { frames, files } = await painted("second", 9);
    assert.deepEqual(frames, [2]);
    await Deno.remove(folder.at("blobs", "results"), { recursive: true });
    await Deno.remove(folder.at("blobs", "checkpoints"), { recursive: true });
    assert.deepEqual(await painted("third", 9), { frames: [0, 1, 2], files });
  },
});
