import assert from "node:assert/strict";
import { encode } from "../../stages/encode.ts";
import { endings } from "../../pictures/write_picture.ts";
import { contextFor, writingFor } from "../helpers/context.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { read, stored } from "../helpers/pictures.ts";

const settings = {
  method: "optimise",
  network: "vgg19-mini",
  weights: "",
  engine: "auto",
  threads: 1,
  memory: "",
  tiles: 0,
};

const plain = { depth: 8, tiff: "auto", quality: 0, metadata: true } as const;
const picture = { width: 20, height: 10, data: new Float32Array(600).fill(77), name: "harbour" };

for (const ending of endings) {
  Deno.test(`a picture is written as ${ending} with the size that it has`, async () => {
    await using folder = await temporaryFolder();
    const context = contextFor();
    const url = await encode.create({ ...plain, output: folder.at(`out${ending}`) })(picture, context);
    assert.equal(String(url), folder.url(`out${ending}`).href);
    assert.deepEqual(await folder.list(), [`out${ending}`]);
    const { width, height } = await stored(folder.at(`out${ending}`));
    assert.deepEqual([width, height], [20, 10]);
    assert.deepEqual(context.reported, [{ kind: "picture", file: folder.at(`out${ending}`) }]);
    // It is known as this program's own, and may be painted again.
    await encode.prepare({ ...plain, output: folder.at(`out${ending}`) }, writingFor());
  });
}

Deno.test("an ending in capitals is understood", async () => {
  await using folder = await temporaryFolder();
  await encode.create({ ...plain, output: folder.at("OUT.JPG") })(picture, contextFor());
  assert.equal((await (await read(folder.at("OUT.JPG"))).metadata()).format, "jpeg");
});

Deno.test("the names of photograph and preset take their places in the output's name", async () => {
  await using folder = await temporaryFolder();
  const context = contextFor({ preset: "monet" });
  await encode.create({ ...plain, output: folder.at("{preset} of {content}.png") })(picture, context);
  assert.deepEqual(await folder.list(), ["monet of harbour.png"]);
});

Deno.test("a name in braces that stands for nothing is a fault, with the nearest of those that do", () => {
  const faultsOf = (output: string) => encode.faults({ ...plain, output }, settings, { name: "", preset: "x" });
  assert.deepEqual(faultsOf("{name} {content}/{preset}.png"), []);
  assert.deepEqual(faultsOf("out/{name}-{prest}.png"), [{
    path: "output",
    message: 'nothing takes the place of {prest} in "out/{name}-{prest}.png"',
    hint: "did you mean {preset}? known are {name}, {content}, {preset}",
  }]);
  assert.equal(faultsOf("{}.png")[0].hint, "known are {name}, {content}, {preset}");
});

Deno.test("a name with a dollar sign is taken as it is", async () => {
  await using folder = await temporaryFolder();
  await encode.create({ ...plain, output: folder.at("{content}.png") })({ ...picture, name: "a$&b$$" }, contextFor());
  assert.deepEqual(await folder.list(), ["a$&b$$.png"]);
});

Deno.test("a snapshot stands beside the picture with its label, and its terms are reported", async () => {
  await using folder = await temporaryFolder();
  const context = contextFor({ snapshot: { label: "2-030", terms: { style: 4 } } });
  await encode.create({ ...plain, output: folder.at("out.webp") })(picture, context);
  assert.deepEqual(await folder.list(), ["out-2-030.webp"]);
  const file = folder.at("out-2-030.webp");
  assert.deepEqual(context.reported, [{ kind: "snapshot", picture, file, terms: { style: 4 } }]);
});

Deno.test("an output folder that is missing is found at the start", async () => {
  await using folder = await temporaryFolder();
  const error = await clearError(() =>
    encode.prepare({ ...plain, output: folder.at("{preset}", "{content}.png") }, writingFor({ preset: "none" }))
  );
  assert.equal(
    error.message,
    `Cannot write ${folder.at("none", "picture.png")}: there is no folder ${folder.at("none")}`,
  );
});

Deno.test("sides and depths that a format cannot hold are faults before anything is painted", () => {
  const faultsOf = (output: string, depth: 8 | 16, size: number) =>
    encode.faults({ ...plain, output, depth }, settings, { name: "", preset: "x", size })
      .map(({ path, message }) => `${path}: ${message}`);
  assert.deepEqual(faultsOf("a.webp", 8, 16383), []);
  assert.deepEqual(faultsOf("a.WEBP", 8, 16384), [
    "output: a .webp has sides of at most 16383 pixels: decode.size is 16384",
  ]);
  assert.deepEqual(faultsOf("a.tif", 16, 30000), []);
  assert.deepEqual(faultsOf("a.jpg", 16, 500), ["depth: 16 bits do not fit into .jpg"]);
});

Deno.test("a snapshot that cannot be written is a warning, and no reason to end a run", async () => {
  await using folder = await temporaryFolder();
  const context = contextFor({ snapshot: { label: "3", terms: {} } });
  await encode.create({ ...plain, output: folder.at("none", "out.png") })(picture, context);
  const [event, told] = context.reported;
  assert(event.kind === "warning" && event.message.startsWith(`Cannot write ${folder.at("none", "out-3.png")}: `));
  // Whoever looks on sees it all the same.
  assert.deepEqual(told, { kind: "snapshot", picture, terms: {} });
});

Deno.test("the file that a run leaves is known before it begins", async () => {
  await using folder = await temporaryFolder();
  const options = { ...plain, output: folder.at("{preset} of {content}.png") };
  assert.equal(encode.output(options, { name: "harbour", preset: "monet" }), folder.at("monet of harbour.png"));
});

Deno.test("a TIFF is laid out as it is asked for", async () => {
  await using folder = await temporaryFolder();
  for (const [tiff, version] of [["strips", 42], ["bigtiff", 43]] as const) {
    const path = folder.at(`${tiff}.tif`);
    await encode.create({ ...plain, tiff, output: path })(picture, contextFor());
    const header = new DataView((await Deno.readFile(path)).buffer);
    assert.equal(header.getUint16(2, header.getUint8(0) === 0x49), version, tiff);
  }
});
