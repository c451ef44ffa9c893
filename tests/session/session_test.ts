import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import type { PictureSource, Preset, Stage } from "../../mod.ts";
import type { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { openRegistry } from "../../presets/registry.ts";
import { hold } from "../../presets/source.ts";
import { deprocess } from "../../stages/deprocess.ts";
import { adam } from "../../optimisers/adam.ts";
import type { Progress } from "../../chain/progress.ts";
import { openSession, stylise } from "../../session/session.ts";
import { clearError } from "../helpers/errors.ts";
import { hostileServer } from "../helpers/hostile_server.ts";
import { writePainter } from "../../weights/painter_file.ts";
import { smallPainter } from "../painters/small_painter.ts";
import { recipe, small as smallOver, studio, tools } from "../helpers/painting.ts";

/** A preset that takes a second, its pictures in a folder. */
function small(folder: { at: (name: string) => string }, more: Preset = {}): Preset {
  return smallOver(folder, { extends: folder.at("recipe.json"), optimise: { iterations: 4 } }, more);
}

/** Aborts after so many steps. */
function stopAfter(count: number) {
  const stop = new AbortController();
  let steps = 0;
  const onProgress = ({ kind }: Progress) => {
    if (kind === "step" && ++steps === count) stop.abort();
  };
  return { signal: stop.signal, keep: true, onProgress };
}

for (const optimiser of ["lbfgs", { optimiser: { ...adam, name: "own" }, learningRate: 5 }]) {
  const name = typeof optimiser === "string" ? optimiser : "an optimiser of a program's own";
  Deno.test(`a run with ${name} that is taken up again gives the report and the bytes of one that was not`, async () => {
    await using folder = await studio();
    const preset = small(folder, { optimise: { optimiser } });
    const told: Progress[] = [];
    const whole = await stylise(preset, { write: true, onProgress: (event) => told.push(event) });
    assert.deepEqual(told.flatMap((event) => event.kind === "scale" ? event.report : []), whole.report.scales);
    const bytes = await Deno.readFile(folder.at("out.png"));
    for (const steps of [2, 6, 8]) {
      const { report } = await stylise(preset, { write: true, ...stopAfter(steps) });
      assert(report.interrupted);
      const { report: { scales, value, terms, interrupted } } = await stylise(preset, { write: true, resume: true });
      assert.deepEqual({ scales, value, terms }, {
        scales: whole.report.scales,
        value: whole.report.value,
        terms: whole.report.terms,
      });
      assert.equal(interrupted, false);
      assert.deepEqual(await Deno.readFile(folder.at("out.png")), bytes);
    }
  });
}

Deno.test("a session that is closed early closes its engine too, and says what is wrong", async () => {
  await using folder = await studio();
  const program = `
    import { openSession } from "${new URL("../../mod.ts", import.meta.url)}";
    const preset = ${JSON.stringify(small(folder))};
    const session = openSession();
    const run = session.stylise(preset).catch((error) => console.log(error.message));
    await session[Symbol.asyncDispose]();
    await run;
    await session.stylise(preset).catch((error) => console.log(error.message));`;
  await folder.write("program.ts", program);
  // It ends by itself only if no engine is left.
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", folder.at("program.ts")],
    signal: AbortSignal.timeout(60_000),
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.equal(new TextDecoder().decode(stdout), "The session is closed\nThe session is closed\n");
});

Deno.test("a session paints with a painter that took the place of another, and not with one that is gone", async () => {
  await using folder = await studio();
  const file = folder.at("my.painter");
  const { kernels, ...painter } = smallPainter(["one"]);
  await using session = openSession();
  const colourOf = async () => {
    const preset = small(folder, {
      method: "painter",
      optimise: undefined,
      repaint: { painter: file, styles: { one: 1 } },
    });
    return (await session.stylise(preset)).picture.data[0];
  };
  const bytesOf = async (colour: number) => {
    const black = new Map([...kernels].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 0) }]));
    const rows = painter.rows.map((row) => ({
      ...row,
      values: row.values.map((_, i, { length }) => i < length - 3 ? 0 : colour),
    }));
    await writePainter(file, { ...painter, kernels: black, rows });
  };
  await bytesOf(-1);
  assert.equal(await colourOf(), 0);
  await bytesOf(1);
  assert.equal(await colourOf(), 255);
  await Deno.remove(file);
  await assert.rejects(colourOf(), /my\.painter: there is no such file/);
});

Deno.test("a session tries an engine again that did not open", async () => {
  await using folder = await studio();
  await using session = openSession();
  const { Worker } = globalThis;
  globalThis.Worker = class {
    constructor() {
      throw new Error("out of threads for the moment");
    }
  } as unknown as typeof Worker;
  try {
    await assert.rejects(session.stylise(small(folder)), /out of threads/);
  } finally {
    globalThis.Worker = Worker;
  }
  assert.equal((await session.stylise(small(folder))).report.engine, "onnx-cpu");
});

Deno.test("a key that is undefined counts as left out, at any depth", async () => {
  await using folder = await studio();
  const plain = small(folder);
  const undecided = {
    ...plain,
    memory: undefined,
    decode: {
      ...plain.decode,
      start: undefined,
      styleScale: undefined,
      styles: [{ picture: folder.at("painting.png"), weight: undefined }],
    },
    "loss-build": { contentWeight: undefined, terms: { style: { weight: undefined }, smooth: undefined } },
    optimise: { ...plain.optimise, tolerance: undefined },
  };
  assert.deepEqual(await loadPreset(undecided as unknown as Preset), await loadPreset(plain));
  const layer = { source: "override", base: new URL("file:///"), json: { optimise: { iterations: undefined } } };
  assert.deepEqual(await loadPreset(plain, [layer]), await loadPreset(plain));
});

Deno.test("a picture's bytes have any format that can be written, with the depth of the preset where it fits", async () => {
  await using folder = await studio();
  const { picture } = await stylise(small(folder, { encode: { output: folder.at("out.tif"), depth: 16 } }));
  const formats = { png: "png", tif: "tiff", jpg: "jpeg", jpeg: "jpeg", webp: "webp", avif: "heif" };
  for (const [name, format] of Object.entries(formats)) {
    for (const spelt of [name, `.${name}`, name.toUpperCase()]) {
      const read = await sharp(await picture.bytes(spelt)).metadata();
      assert.deepEqual([read.format, read.width, read.height], [format, 48, 32]);
      assert.equal(read.depth, ["png", "tif"].includes(name) ? "ushort" : "uchar");
    }
  }
  for (const format of ["gif", ".gif", "", "a.png"]) {
    const { message, hint } = await clearError(() => picture.bytes(format));
    assert.equal(message, `"${format}" is no format that can be written`);
    assert.match(hint!, /\bpng\b/);
  }
});

Deno.test("a picture's bytes are a response's body, of the quality that is asked for", async () => {
  await using folder = await studio();
  const { picture } = await stylise(small(folder));
  for (const format of ["jpg", "webp", "avif"]) {
    // The types have to fit too.
    const sizes = await Promise.all([5, 60, undefined, 100].map(async (quality) => {
      const body = await new Response(await picture.bytes(format, { quality })).bytes();
      assert.equal((await sharp(body).metadata()).width, 48);
      return body.length;
    }));
    assert(sizes[0] < sizes[1] && sizes[1] < sizes[2] && sizes[2] < sizes[3], `${format}: ${sizes}`);
    for (const quality of [0, 101, 50.5, NaN, "90" as unknown as number]) {
      assert.match((await clearError(() => picture.bytes(format, { quality }))).message, /with the quality/);
    }
  }
  assert.match(
    (await clearError(() => picture.bytes("png", { quality: 90 }))).message,
    /^Cannot write png with a qual/,
  );
});

Deno.test("a picture's samples say how many each pixel has, and go in again", async () => {
  await using folder = await studio();
  const { picture } = await stylise(small(folder));
  const opaque = picture.raw();
  assert.deepEqual([opaque.channels, opaque.data.length], [3, 48 * 32 * 3]);
  assert.equal(new Response(opaque.data).body !== null, true);
  const data = Uint8Array.from({ length: 48 * 32 * 4 }, (_, i) => i % 4 === 3 ? 128 : i % 251);
  const content = { width: 48, height: 32, data, channels: 4 };
  const raw = (await stylise(small(folder, { decode: { content } }))).picture.raw();
  assert.deepEqual([raw.channels, raw.data.length, raw.data[3]], [4, 48 * 32 * 4, 128]);
  for (const channels of [2, 3, 5]) {
    const { message, hint } = await clearError(() =>
      stylise(small(folder, { decode: { content: { ...content, channels } } }))
    );
    assert.match(message, /^Cannot use 6144 samples of a Uint8Array as decode\.content, a picture of 48×32$/);
    assert(hint);
  }
});

Deno.test("a mask in memory may have one sample of each pixel, and does what the same picture does as a file", async () => {
  await using folder = await studio();
  const data = Uint8Array.from({ length: 48 * 32 }, (_, i) => i % 48 < 24 ? 255 : 0);
  const styled = (mask: PictureSource, pictureMask?: PictureSource) =>
    small(folder, { decode: { styles: [{ picture: folder.at("painting.png"), mask, pictureMask }] } });
  const file = await sharp(data, { raw: { width: 48, height: 32, channels: 1 } }).toColourspace("srgb").png()
    .toBuffer();
  const mask = { width: 48, height: 32, data };
  const [inMemory, fromFile, named] = await Promise.all(
    [styled(mask, mask), styled(file, file), styled({ ...mask, channels: 1 }, mask)].map((preset) => stylise(preset)),
  );
  assert.deepEqual(inMemory.picture.data, fromFile.picture.data);
  assert.deepEqual(named.picture.data, fromFile.picture.data);
});

Deno.test("the bytes of a finished picture stay the same, whatever becomes of its signal", async () => {
  await using folder = await studio();
  const stop = new AbortController();
  const { picture } = await stylise(small(folder), { signal: stop.signal });
  const bytes = await picture.bytes();
  stop.abort();
  assert.deepEqual(await picture.bytes(), bytes);
});

Deno.test("a preset that was loaded without its pictures is refused with all that it lacks", async () => {
  const preset = await loadPreset("painting", [], { incomplete: true });
  const { name, faults } = await stylise(preset).then(
    () => assert.fail("it should be refused"),
    (error: PresetError) => error,
  );
  assert.equal(name, "PresetError");
  assert.deepEqual(faults.map(({ source, path }) => [source, path]), [
    ["painting", "decode.content"],
    ["painting", "decode.styles"],
  ]);
});

Deno.test("pictures in memory that are no pictures are called by their place in the preset", async () => {
  await using folder = await studio();
  const painting = { picture: folder.at("painting.png") };
  const scribble = new TextEncoder().encode("no picture");
  const floats = { width: 2, height: 2, data: new Float32Array(12) as unknown as Uint8Array };
  for (
    const [decode, message] of [
      [{ styles: [painting, { picture: scribble }] }, /^Cannot read decode\.styles\.1\.picture as a picture/],
      [{ styles: [{ ...painting, mask: scribble }] }, /decode\.styles\.0\.mask/],
      [{ content: floats }, /^Cannot use 12 samples of a Float32Array as decode\.content, a picture of 2×2$/],
    ] as const
  ) {
    assert.match((await clearError(() => stylise(small(folder, { decode })))).message, message);
  }
});

Deno.test("what is wrong with a stage of a program's own is told at its place in the chain", async () => {
  const own: Stage = { ...deprocess, name: "own", faults: () => [{ path: "mood", message: "is low" }] };
  const pipeline = ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", own];
  const { faults } = await loadPreset({ ...recipe, pipeline } as Preset, [], { incomplete: true }).then(
    () => assert.fail("it should be refused"),
    (error: PresetError) => error,
  );
  assert.deepEqual(faults.map(({ source, path, message }) => [source, path, message]), [
    ["preset", "pipeline.5.mood", "own: is low"],
  ]);
});

Deno.test("code that a preset holds is let go with the last preset that holds it", async () => {
  const own: Stage = { ...deprocess, name: "own" };
  const registry = openRegistry();
  const [first, second] = [await hold({ pipeline: [own] }, registry), await hold({ pipeline: [own, own] }, registry)];
  const [name] = first.json.pipeline as string[];
  assert.deepEqual(second.json.pipeline, [name, name]);
  const known = () => registry.plugin("stage", name) !== undefined;
  assert(known());
  second[Symbol.dispose]();
  assert(known());
  first[Symbol.dispose]();
  assert(!known());
  using third = await hold({ pipeline: [own] }, registry);
  assert(registry.plugin("stage", (third.json.pipeline as string[])[0]));
  assert.equal(openRegistry().plugin("stage", (third.json.pipeline as string[])[0]), undefined);
});

Deno.test("a snapshot reaches who looks on with its picture, though nothing is written", async () => {
  await using folder = await studio();
  const seen: Extract<Progress, { kind: "snapshot" }>[] = [];
  const onProgress = (event: Progress) => void (event.kind === "snapshot" && seen.push(event));
  const { picture } = await stylise(small(folder, { optimise: { snapshots: 2 } }), { onProgress });
  assert.deepEqual(seen.map(({ picture: { width, height }, file }) => [width, height, file]), [
    ...Array(4).fill([48, 32, undefined]),
  ]);
  assert.deepEqual(Object.keys(seen[0].terms).sort().at(0), "content/conv3_4");
  // The last one is the finished picture, the first one is not.
  assert.deepEqual(seen.at(-1)!.picture.data, picture.data);
  assert.notDeepEqual(seen[0].picture.data, picture.data);
  assert.deepEqual(await folder.list(), [...tools]);
});

Deno.test("a program's run fetches a network that is not here, as the command's does, unless it is offline", async () => {
  await using folder = await studio();
  // Every source goes by way of this proxy, which has none of them.
  await using proxy = hostileServer((exchange) => exchange.head("403 Forbidden"));
  const address = proxy.url("/").href;
  const program = `
    import { stylise } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
    const decode = { content: "photo.png", styles: [{ picture: "painting.png" }], size: 48 };
    const kinds = new Set();
    const onProgress = ({ kind }) => kinds.add(kind);
    for (const offline of [true, false]) {
      const preset = { extends: "./recipe.json", network: "vgg19", decode };
      const error = await stylise(preset, { offline, onProgress }).catch(({ message }) => message);
      console.log(offline, [...kinds].join(), error);
    }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--ext=ts", await folder.write("program.ts", program)],
    cwd: folder.path,
    env: { IMPASTO_CACHE: folder.at("cache"), HTTP_PROXY: address, HTTPS_PROXY: address },
  }).output();
  const [offline, online] = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assert.equal(offline, "true  The weights vgg19 are not here");
  assert.match(online, /^false source\S* Cannot fetch vgg19 from any of its 4 sources/);
  assert(proxy.requests.length > 0);
});
