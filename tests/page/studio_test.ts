/**
 * What the server of the page keeps and makes, seen by requests.
 *
 * @module
 */
import { ffmpeg, h264, noFfmpeg, timesOf } from "../helpers/films.ts";
import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { presetInXmp } from "../../pictures/xmp.ts";
import { inputsOf } from "../../presets/inputs.ts";
import { loadPreset } from "../../presets/load.ts";
import type { Json, Status } from "../../page/protocol.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { openClient, openPainted, painting, photograph, small } from "./served.ts";

const decodeOf = (document: Json) => document.decode as { content?: string; styles?: { picture: string }[] };

const isOver = (kind: string) => ({ jobs }: Status) =>
  jobs.some((job) => job.kind === kind && job.state !== "waiting" && job.state !== "running");

Deno.test("two files at once: neither is lost, whichever comes first", async () => {
  await using client = await openClient();
  const answers = await Promise.all([
    client.upload(photograph, "photograph"),
    client.upload(painting, "painting"),
    client.upload(await sharp(painting).negate({ alpha: false }).png().toBuffer() as BodyInit, "painting"),
  ]);
  const ids = await Promise.all(answers.map(async (answer) => `upload:${(await answer.json()).id}`));
  const { document, pictures } = await client.state();
  const { content, styles = [] } = decodeOf(document);
  assert.deepEqual([content, ...styles.map(({ picture }) => picture)].sort(), ids.sort());
  assert.equal(pictures.length, 3);
});

Deno.test("a painting that is dropped replaces a preset's own, another one stands beside it", async () => {
  await using client = await openClient();
  await client.post("auto", { on: false });
  const pictures = async (as: string) => {
    await client.set({ ...small, extends: "monet" });
    assert.equal((await client.upload(photograph, "photograph")).status, 200);
    const { id } = await (await client.upload(painting, as)).json();
    const { styles = [] } = decodeOf((await client.state()).document);
    return styles.map(({ picture }) => picture.replace(id, "ID"));
  };
  assert.deepEqual(await pictures("auto"), ["upload:ID"]);
  assert.deepEqual(await pictures("painting"), ["impasto:examples/monet.jpg", "upload:ID"]);
});

Deno.test("every preset that ships with pictures is shown by one of its own", async () => {
  await using client = await openClient();
  const { presets } = await (await client.get("schema")).json();
  const shown = presets.filter(({ picture }: { picture: boolean }) => picture);
  const bytes = await Promise.all(shown.map(async ({ name }: { name: string }) => {
    const answer = await client.get(`preset/${name}`);
    assert.equal(answer.status, 200, name);
    return new Uint8Array(await answer.arrayBuffer()).toBase64();
  }));
  assert.equal(new Set(bytes).size, shown.length);
});

Deno.test("every change is undone and redone; those of one gesture together; a slider's path may be deep", async () => {
  await using client = await openClient();
  await client.set(small);
  const weight = async (value: number, gesture: string) =>
    await (await client.post("change", { path: ["loss-build", "styleWeight"], value, gesture })).json();
  await weight(2, "a");
  await weight(3, "a");
  const { document } = await weight(4, "b");
  assert.deepEqual(document, { ...small, "loss-build": { styleWeight: 4 } });
  const undo = async () => (await (await client.post("undo", {})).json()).document["loss-build"]?.styleWeight;
  const redo = async () => (await (await client.post("redo", {})).json()).document["loss-build"]?.styleWeight;
  assert.deepEqual([await undo(), await undo(), await redo(), await redo(), await redo()], [3, undefined, 3, 4, 4]);
  const { effective, base, undo: can, redo: cannot } = await client.state();
  assert.equal((effective["loss-build"] as Json).styleWeight, 4);
  assert.equal((base["loss-build"] as Json).styleWeight, 1);
  assert.deepEqual([can, cannot], [true, false]);
});

Deno.test("a fault has its path and its words, and the picture before it stays", async () => {
  await using client = await openClient();
  const { faults, effective } = await client.set({ ...small, decode: { size: 7, scales: [] } });
  assert.deepEqual(faults.map(({ path }) => path), ["decode.size"]);
  assert.match(faults[0].message, /7/);
  assert.deepEqual(effective, {});
});

Deno.test("a picture in any format, smaller, with 16 bits; it brings its preset back when it is dropped", async () => {
  await using client = await openPainted();
  const { versions: [version], document } = await client.state();
  assert.deepEqual([version.file, version.width, version.height], ["photo-painting.png", 48, 32]);
  const download = async (query: string) => {
    const answer = await client.get(`download/${version.id}?${query}`);
    assert.equal(answer.status, 200, query);
    assert.match(answer.headers.get("content-disposition")!, /^attachment; filename="photo-painting\./);
    return new Uint8Array(await answer.arrayBuffer());
  };
  for (
    const [query, format, depth, width] of [
      ["format=png&depth=16", "png", "ushort", 48],
      ["format=tif&depth=16", "tiff", "ushort", 48],
      ["format=jpg&quality=80", "jpeg", "uchar", 48],
      ["format=webp&side=24", "webp", "uchar", 24],
      ["format=avif", "heif", "uchar", 48],
    ] as const
  ) {
    const found = await sharp(await download(query)).metadata();
    assert.deepEqual([found.format, found.depth, found.width], [format, depth, width], query);
    assert(presetInXmp(new TextDecoder().decode(found.xmp)), query);
  }
  // More than eight bits are there.
  const { data } = await sharp(await download("format=png&depth=16")).toColourspace("rgb16").raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  assert(new Uint16Array(data.buffer, data.byteOffset, data.length / 2).some((level) => level % 257 !== 0));
  assert.equal((await client.get(`download/${version.id}?format=svg`)).status, 400);

  await client.set({ ...small, "loss-build": { styleWeight: 5 } });
  assert.equal((await client.upload(await download("format=png"))).status, 200);
  const { document: back, faults } = await client.state();
  assert.deepEqual(faults, []);
  assert.equal(back.extends, "painting");
  const [found, wanted] = [back, document].map((json) => decodeOf(json));
  assert.equal(found.content, wanted.content);
  assert.deepEqual(found.styles?.map(({ picture }) => picture), wanted.styles?.map(({ picture }) => picture));
  assert.deepEqual(back.optimise, { iterations: 3, tolerance: 0 });
  assert.equal(back["loss-build"], undefined);
});

Deno.test("the preset that is downloaded paints in the studio's folder, and is the same when it comes back", async () => {
  await using client = await openPainted();
  const { document } = await client.state();
  const json = await (await client.get("preset-file")).text();
  await client.folder.write("preset.json", json);
  const preset = await loadPreset(client.folder.at("preset.json"));
  for (const url of inputsOf(preset)) assert((await Deno.stat(new URL(url))).isFile, url);
  assert.equal(inputsOf(preset).size, 2);
  await client.set({ extends: "monet" });
  assert.deepEqual((await client.set(JSON.parse(json))).document, document);
});

Deno.test("a stopped run goes on from where it was; what a server leaves another finds, the run included", async () => {
  await using folder = await temporaryFolder();
  await using first = await openClient(folder);
  const long = { ...small, optimise: { iterations: 400, tolerance: 0 } };
  await first.set(long);
  await first.upload(photograph, "photograph", "photo.png");
  await first.upload(painting, "painting");
  await first.until(({ phase, progress }) => phase === "painting" && (progress?.step ?? 0) >= 3);
  assert.equal((await first.post("live", { act: "stop" })).status, 200);
  const { progress } = await first.until(({ phase }) => phase === "stopped");
  assert((await folder.list()).includes("photo-painting.png.checkpoint"));
  const { version } = await (await first.post("live", { act: "best" })).json();
  const before = await first.state();
  assert.deepEqual(before.versions.map(({ id, file, unfinished }) => [id, file, unfinished]), [
    [version, "photo-painting-best.png", true],
  ]);
  await first.end();

  await using second = await openClient(folder);
  const after = await second.state();
  assert.deepEqual(after.document, before.document);
  assert.deepEqual(after.versions, before.versions);
  assert.deepEqual([after.undo, after.pictures], [true, before.pictures]);
  await second.until(({ phase }) => phase === "stopped");
  await second.post("live", { act: "go" });
  const on = await second.until(({ phase, progress }) => phase === "painting" && progress !== undefined);
  assert(on.progress!.step > progress!.step, `${on.progress!.step} comes after ${progress!.step}`);
  // A change replaces the run, and nothing of it stays.
  await second.post("change", { path: ["optimise", "iterations"], value: 2 });
  await second.until(({ phase, frame }) => phase === "done" && frame.kind === "done");
  assert.deepEqual(await folder.list(), [".studio", "photo-painting-best.png", "photo-painting.png"]);
});

Deno.test("a version comes back with its preset, and nothing is painted anew", async () => {
  await using client = await openPainted();
  const { versions: [first], document } = await client.state();
  await client.post("change", { path: ["optimise", "seed"], value: 3 });
  await client.until(({ phase, frame }) => phase === "done" && frame.kind === "done" && frame.version !== first.id);
  const back = await (await client.post("back", { id: first.id })).json();
  assert.deepEqual(back.document, document);
  const { frame, phase } = await client.until(({ frame }) => frame.version === first.id);
  assert.deepEqual([phase, frame.kind], ["done", "done"]);
  assert.equal((await client.state()).versions.length, 2);
});

Deno.test("a sheet, a photograph of many and a painter are made one after the other", async () => {
  await using client = await openPainted();
  const { id } = await (await client.upload(
    await sharp(photograph).flop().png().toBuffer() as BodyInit,
    "picture",
    "other.png",
  )).json();
  const start = async (asked: Json) => {
    const answer = await client.post("job", asked);
    assert.equal(answer.status, 200, await answer.clone().text());
    await answer.body?.cancel();
  };
  await start({ kind: "sheet", axes: [{ path: "loss-build.styleWeight", values: [0.5, 2] }] });
  await start({ kind: "photograph", picture: id, name: "other.png" });
  await start({ kind: "training", photographs: [id], minutes: 0.001 });
  for (const kind of ["sheet", "photograph", "training"]) {
    const { jobs } = await client.until(isOver(kind));
    const job = jobs.find((job) => job.kind === kind)!;
    assert.equal(job.state, "done", job.message);
  }
  const { versions, painters } = await client.state();
  assert.deepEqual(versions.map(({ file, kind }) => [file, kind]), [
    ["painting-sample.png", "sample"],
    ["other-painting.png", "painting"],
    ["painting-variations.png", "sheet"],
    ["photo-painting.png", "painting"],
  ]);
  assert.deepEqual(painters.map(({ name }) => name), ["painting"]);
  const painter = await client.get(`painter/${painters[0].id}`);
  assert.equal((await painter.arrayBuffer()).byteLength, painters[0].bytes);
  // From now on there is an instant picture of this painting.
  await client.post("auto", { on: false });
  await client.post("change", { path: ["deprocess", "strength"], value: 0.5 });
  const { note } = await client.until(({ phase, frame }) => phase === "done" && frame.kind === "instant");
  assert.equal(note, "");
  for (const asked of [{ kind: "__proto__" }, { kind: "film-of-nothing" }, { kind: "sheet", axes: [] }]) {
    const answer = await client.post("job", asked);
    assert.equal(answer.status, 400);
    await answer.body?.cancel();
  }
});

Deno.test("a sheet leaves the place of a preset empty that cannot be painted, and says why", async () => {
  await using client = await openPainted();
  const answer = await client.post("job", {
    kind: "sheet",
    axes: [{ path: "extends", values: ["painting", "gatys"] }],
  });
  assert.equal(answer.status, 200, await answer.text());
  const { jobs: [{ state, message, version }] } = await client.until(isOver("sheet"));
  assert.equal(state, "done", message);
  assert.match(message!, /^done, without preset gatys: .*vgg19/);
  const { versions } = await client.state();
  assert.deepEqual(versions.find(({ id }) => id === version)?.kind, "sheet");
});

Deno.test("a painting that no painter has learnt is said in one line, and the optimiser paints", async () => {
  await using client = await openPainted();
  const { note, run, points } = await client.until(({ phase }) => phase === "done");
  assert.match(note, /^No painter has learnt these paintings/);
  assert(run >= 1);
  assert.deepEqual(points.map(({ step }) => step), [1, 2, 3]);
  assert(points.every(({ terms }) => Object.keys(terms).some((name) => name.startsWith("style"))));
});

Deno.test("a page that does not read gets no queue: only what is newest is sent when it reads again", async () => {
  await using client = await openPainted();
  const events = await client.get("events");
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  for (let seed = 1; seed <= 40; seed++) {
    await (await client.post("change", { path: ["name"], value: `name-${seed}` })).body?.cancel();
  }
  const { revision } = await client.state();
  let messages = 0;
  for (let text = ""; !text.includes(`"revision":${revision}`); messages++) text = (await reader.read()).value ?? "";
  await reader.cancel();
  assert(messages < 40, `${messages} messages came`);
});

Deno.test({
  name: `a film is painted with the preset, and downloaded; what is none is refused${noFfmpeg}`,
  ignore: noFfmpeg !== "",
  async fn() {
    await using client = await openPainted();
    const clip = client.folder.at("clip.mp4");
    await ffmpeg("-f", "lavfi", "-i", "testsrc=size=48x32:rate=10:duration=0.3", ...h264, clip);
    const answer = await client.upload(await Deno.readFile(clip), "film", "clip.mp4");
    assert.equal(answer.status, 200, await answer.clone().text());
    const { id } = await answer.json();
    await (await client.post("job", { kind: "film", film: id, name: "clip.mp4", fast: false })).body?.cancel();
    const { jobs: [job] } = await client.until(isOver("film"));
    assert.equal(job.state, "done", job.message);
    assert.equal(job.file, "clip-painting.mp4");
    const made = new Uint8Array(await (await client.get(`made/${job.id}`)).arrayBuffer());
    assert.deepEqual(made, await Deno.readFile(client.folder.at("clip-painting.mp4")));
    assert.equal((await timesOf(client.folder.at("clip-painting.mp4"))).length, 3);
    assert(!(await client.folder.list()).some((name) => /\.frames|\.checkpoint/.test(name)));
    assert.deepEqual((await client.state()).pictures.map(({ name }) => name), ["photo", "painting"]);
    const none = await client.upload(photograph, "film", "photo.mp4");
    assert.equal(none.status, 415);
    await none.body?.cancel();
    const picture = await client.get(`picture/${id}`);
    assert.equal(picture.status, 404);
    await picture.body?.cancel();
  },
});
