import assert from "node:assert/strict";
import { film, type FilmingOptions, type Progress } from "../../mod.ts";
import { openFilm } from "../../video/reading/mod.ts";
import type { Frame } from "../../video/film.ts";
import { userError } from "../helpers/errors.ts";
import type { FinishedPicture } from "../../pictures/picture.ts";
import type { Pictures } from "../../pictures/scene.ts";
import type { Stage } from "../../chain/stage.ts";
import {
  ffmpeg,
  filmStudio,
  h264,
  moving,
  negative,
  negatives,
  noFfmpeg,
  soundOf,
  streamOf,
  timesOf,
} from "../helpers/films.ts";
import { temporaryFolder } from "../helpers/folders.ts";

/** A test that needs ffmpeg. */
function filmTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: name + noFfmpeg, ignore: noFfmpeg !== "", fn });
}

const reading = { rate: [25, 1], pixelLimit: 1e6 } as const;

async function framesOf(path: string): Promise<Frame[]> {
  const source = await openFilm(path, reading);
  return await Array.fromAsync(source.frames(0, source.size));
}

/** The mean distance of the levels of two frames. */
function distance(a: Frame, b: Frame): number {
  return a.data.reduce((sum, level, i) => sum + Math.abs(level - b.data[i]), 0) / a.data.length;
}

/** The greatest mean distance of a film from the negative of another. */
async function farFromNegative(source: string, painted: string): Promise<number> {
  const [before, after] = [await framesOf(source), await framesOf(painted)];
  assert.equal(after.length, before.length);
  return Math.max(
    ...after.map((frame, i) => distance(frame, { ...before[i], data: before[i].data.map((level) => 255 - level) })),
  );
}

filmTest("a film keeps its sound to the byte and its times, and each frame is painted in its place", async () => {
  await using folder = await filmStudio();
  const [content, output] = [folder.at("film.mp4"), folder.at("out.mp4")];
  const result = await film(negatives, { content, output });
  assert.deepEqual([result.frames, result.count, result.shots, result.interrupted], [30, 30, 1, false]);
  assert.equal(await soundOf(output), await soundOf(content));
  assert.deepEqual(await timesOf(output), await timesOf(content));
  assert(await farFromNegative(content, output) < 12);
  const { color_space, color_range, pix_fmt } = await streamOf(output);
  assert.deepEqual([color_space, color_range, pix_fmt], ["bt709", "tv", "yuv420p"]);
  assert.deepEqual(await folder.list(), ["film.mp4", "out.mp4"]);
});

const kinds: Readonly<Record<string, readonly [source: readonly string[], source: string, output: string]>> = {
  "30000/1001": [[...moving("30000/1001"), ...h264], "in.mp4", "out.mov"],
  "a variable rate": [
    [...moving(), "-vf", "select=not(mod(n\\,3))+not(mod(n\\,7))", "-vsync", "vfr", ...h264],
    "in.mp4",
    "out.mp4",
  ],
  "a rate in Matroska": [[...moving("24"), ...h264], "in.mkv", "out.mkv"],
  "VP9": [[...moving(), "-c:v", "libvpx-vp9"], "in.webm", "out.webm"],
  "ProRes with opacity": [
    [...moving(), "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"],
    "in.mov",
    "out.mov",
  ],
  "a GIF": [moving("10"), "in.gif", "out.gif"],
};

for (const [what, [made, source, painted]] of Object.entries(kinds)) {
  filmTest(`the times of ${what} are those of the film`, async () => {
    await using folder = await temporaryFolder();
    const [content, output] = [folder.at(source), folder.at(painted)];
    await ffmpeg(...made, content);
    await film(negatives, { content, output });
    const [before, after] = [await timesOf(content), await timesOf(output)];
    assert.equal(after.length, before.length);
    after.forEach((time, i) => assert(Math.abs(time - before[i]) < 2e-6, `${time} ${before[i]}`));
  });
}

filmTest("odd sides, a turn, 10 bits and opacity are kept", async () => {
  await using folder = await temporaryFolder();
  const paint = async (source: string, painted: string) => {
    const [content, output] = [folder.at(source), folder.at(painted)];
    await film(negatives, { content, output, overwrite: true });
    return await streamOf(output);
  };
  await ffmpeg("-f", "lavfi", "-i", "testsrc=size=49x33:rate=5:duration=0.6", "-c:v", "libx264", folder.at("odd.mp4"));
  const odd = await paint("odd.mp4", "a.mp4");
  // Half of its size is chroma's.
  assert.deepEqual([odd.width, odd.height], [50, 34]);
  await ffmpeg("-f", "lavfi", "-i", "testsrc=size=48x32:rate=5:duration=0.6", ...h264, folder.at("flat.mp4"));
  await ffmpeg("-i", folder.at("flat.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", folder.at("turned.mp4"));
  const turned = await paint("turned.mp4", "b.mp4");
  assert.deepEqual([turned.width, turned.height], [32, 48]);
  // Fewer than 64 columns make some versions of x265 end.
  const deep = [
    "-f",
    "lavfi",
    "-i",
    "testsrc=size=96x64:rate=5:duration=0.6",
    "-c:v",
    "ffv1",
    "-pix_fmt",
    "yuv420p10le",
  ];
  await ffmpeg(...deep, folder.at("deep.mkv"));
  assert.equal((await paint("deep.mkv", "c.mp4")).pix_fmt, "yuv420p10le");
  const sheer = ["-f", "lavfi", "-i", "color=red@0.5:size=48x32:rate=5:duration=0.6,format=yuva420p"];
  await ffmpeg(...sheer, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", folder.at("sheer.webm"));
  await paint("sheer.webm", "d.webm");
  const [{ alpha, data }] = await framesOf(folder.at("d.webm"));
  assert(alpha && Math.abs(alpha[0] - 127) < 3, String(alpha?.[0]));
  assert(data[0] < 8 && data.at(-1)! > 247, "the negative of red is cyan");
});

for (const [matrix, range] of [["bt709", "tv"], ["bt601", "tv"], ["bt709", "pc"]] as const) {
  filmTest(`a colour in the matrix ${matrix} of the range ${range} comes back`, async () => {
    await using folder = await temporaryFolder();
    const filter = `scale=out_color_matrix=${matrix}:out_range=${range},format=yuv444p`;
    const space = matrix === "bt601" ? "smpte170m" : matrix;
    await ffmpeg(
      ...["-f", "lavfi", "-i", "color=0x32c85a:size=48x32:rate=5:duration=0.6", "-vf", filter],
      ...["-c:v", "libx264", "-qp", "0", "-colorspace", space, "-color_range", range, folder.at("in.mp4")],
    );
    await film(negatives, { content: folder.at("in.mp4"), output: folder.at("out.mp4") });
    const [{ data }] = await framesOf(folder.at("out.mp4"));
    const area = data.length / 3;
    [0x32, 0xc8, 0x5a].forEach((level, i) =>
      assert(Math.abs(data[i * area] - (255 - level)) < 4, `${data[i * area]} instead of ${255 - level}`)
    );
  });
}

filmTest("a part begins at 0, and has the frames and the sound of its time", async () => {
  await using folder = await filmStudio();
  const [content, output] = [folder.at("film.mp4"), folder.at("out.mp4")];
  const { count } = await film(negatives, { content, output, from: "0:0.5", to: "1" });
  assert.equal(count, 10);
  const times = await timesOf(output);
  assert.deepEqual(times, times.map((_, i) => i / 20));
  const [part, whole] = [await framesOf(output), await framesOf(content)];
  assert(distance(part[0], { ...whole[10], data: whole[10].data.map((level) => 255 - level) }) < 12);
  const { duration } = JSON.parse(
    new TextDecoder().decode(
      (await new Deno.Command("ffprobe", {
        args: ["-v", "error", "-select_streams", "a", "-show_entries", "stream=duration", "-of", "json", output],
      }).output()).stdout,
    ),
  ).streams[0];
  assert(Math.abs(Number(duration) - 0.5) < 0.05, duration);
});

filmTest("numbered pictures become a film, and a film numbered pictures", async () => {
  await using folder = await filmStudio();
  await film(negatives, { content: folder.at("film.mp4"), output: folder.at("frames", "%04d.png"), to: "0.3" });
  const names = (await Array.fromAsync(Deno.readDir(folder.at("frames")), ({ name }) => name)).sort();
  assert.deepEqual(names, [1, 2, 3, 4, 5, 6].map((number) => `000${number}.png`));
  const output = folder.at("back.mp4");
  await film(negatives, { content: folder.at("frames"), output, rate: "30000/1001" });
  const times = await timesOf(output);
  assert.equal(times.length, 6);
  times.forEach((time, i) => assert(Math.abs(time - i * 1001 / 30000) < 1e-6));
  const [back, first] = [await framesOf(output), await framesOf(folder.at("film.mp4"))];
  assert(distance(back[5], first[5]) < 12);
});

/** Options that end a run once some frames are painted. */
function until(frames: number): FilmingOptions & { readonly signal: AbortSignal } {
  const stop = new AbortController();
  const onProgress = (event: Progress) => event.kind === "frame" && event.index + 1 === frames && stop.abort();
  return { signal: stop.signal, onProgress };
}

filmTest(
  "a film that is interrupted plays as far as it was painted, and the resumed one is the same file",
  async () => {
    await using folder = await filmStudio();
    const content = folder.at("film.mp4");
    await film(negatives, { content, output: folder.at("whole.mp4") });
    const output = folder.at("out.mp4");
    const so = await film(negatives, { content, output, ...until(12), keep: true });
    assert.deepEqual([so.interrupted, so.frames, so.count], [true, 12, 30]);
    assert.equal((await framesOf(output)).length, 12);
    assert((await folder.list()).includes("out.mp4.frames"));
    await film(negatives, { content, output, resume: true });
    const comments = (bytes: Uint8Array) =>
      new TextDecoder("latin1").decode(bytes).replaceAll(/<x:xmpmeta.*?<\/x:xmpmeta>/gs, "");
    const [whole, resumed] = await Promise.all(["whole.mp4", "out.mp4"].map((name) => Deno.readFile(folder.at(name))));
    assert.equal(comments(resumed), comments(whole));
    assert.deepEqual(await folder.list(), ["film.mp4", "out.mp4", "whole.mp4"]);
  },
);

/** Halves the contrast about what the frame goes on from: what it was given shows in the result. */
const mixing: Stage<Pictures, FinishedPicture, Record<never, never>> = {
  ...negative,
  name: "mixing",
  create: () => async ({ content, name, frame }) => {
    const before = frame?.continues ? await frame.follow("rough") : undefined;
    const data = content.data.map((level, i) => before ? 0.5 * (level + before.picture.data[i]) : level);
    return { ...content, data, name, frame };
  },
};

filmTest("a cut begins anew, and a second pass goes backwards from what the first one made", async () => {
  await using folder = await temporaryFolder();
  const shot = (name: string, source: string) =>
    ffmpeg("-f", "lavfi", "-i", `${source}=size=64x48:rate=10`, "-t", "0.4", ...h264, "-qp", "0", folder.at(name));
  await shot("a.mp4", "testsrc");
  await shot("b.mp4", "mandelbrot");
  const joined = ["-filter_complex", "[0:v][1:v]concat=n=2:v=1", ...h264, "-qp", "0", folder.at("film.mp4")];
  await ffmpeg("-i", folder.at("a.mp4"), "-i", folder.at("b.mp4"), ...joined);
  const preset = { ...negatives, pipeline: ["decode", mixing] };
  const goes: number[] = [];
  const shots = new Set<number>();
  const { count } = await film(preset, {
    content: folder.at("film.mp4"),
    output: folder.at("out.mkv"),
    passes: 2,
    onProgress(event) {
      if (event.kind === "frame") goes.push(event.index), shots.add(event.shot);
    },
  });
  assert.deepEqual([count, goes.length], [8, 16]);
  assert.deepEqual([...shots].sort(), [0, 4]);
  const [before, after] = [await framesOf(folder.at("film.mp4")), await framesOf(folder.at("out.mkv"))];
  // What a frame is mixed with was a frame of its own shot.
  after.forEach((frame, i) => assert(distance(frame, before[i]) < 25, `${i}: ${distance(frame, before[i])}`));
});

filmTest("a film that is cut off is painted as far as it goes, and told", async () => {
  await using folder = await filmStudio();
  await ffmpeg("-i", folder.at("film.mp4"), "-c", "copy", "-movflags", "+faststart", folder.at("whole.mp4"));
  const bytes = await Deno.readFile(folder.at("whole.mp4"));
  await folder.write("cut.mp4", bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  const warnings: string[] = [];
  const { frames } = await film(negatives, {
    content: folder.at("cut.mp4"),
    output: folder.at("out.mp4"),
    onProgress: (event) => event.kind === "warning" && warnings.push(event.message),
  });
  assert(frames > 0 && frames < 30, String(frames));
  assert.match(warnings.join("\n"), /^the film is damaged: \d+ of its 30 frames can be read, and are painted$/m);
  assert.equal((await framesOf(folder.at("out.mp4"))).length, frames);
});

filmTest("what is no film, or would be written over, is an error of one line", async () => {
  await using folder = await filmStudio();
  await ffmpeg("-f", "lavfi", "-i", "sine=440:duration=0.5", folder.at("sound.m4a"));
  await folder.write("junk.mp4", "no film");
  await folder.write("mine.mp4", "somebody's");
  const refused = async (content: string, output: string, message: RegExp, more: Partial<FilmingOptions> = {}) => {
    const { message: words } = await userError(() =>
      film(negatives, { content: folder.at(content), output: folder.at(output), ...more })
    );
    assert.match(words, message);
    assert.doesNotMatch(words, /\n/);
  };
  await refused("sound.m4a", "out.mp4", /it has sound and no pictures/);
  await refused("junk.mp4", "out.mp4", /Cannot read .*junk\.mp4 as a film: /);
  await refused("none.mp4", "out.mp4", /Cannot read .*none\.mp4 as a film: /);
  await refused("film.mp4", "mine.mp4", /there is such a file/);
  await refused("film.mp4", "film.mp4", /it is the film that is painted/);
  await refused("film.mp4", "out.mp4", /the film is over after 1\.50 s/, { from: "9" });
  await refused("film.mp4", "out.xyz", /does not end in a format that can be written/);
  assert.equal(await Deno.readTextFile(folder.at("mine.mp4")), "somebody's");
});
