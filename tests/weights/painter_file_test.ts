import assert from "node:assert/strict";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import type { Painter } from "../../networks/painter.ts";
import { openAnyPainter } from "../../weights/any_painter.ts";
import { foreignPainter } from "../../weights/onnx_painter.ts";
import {
  openPainter,
  openPainterFile,
  shippedPainter,
  writeForeignPainter,
  writePainter,
} from "../../weights/painter_file.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import { writeSafetensors } from "../../weights/safetensors_writer.ts";
import { damagedOnce } from "../helpers/damage.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { networkFile } from "../painters/networks.ts";
import { small, smallPainter } from "../painters/small_painter.ts";

Deno.test("a painter of any architecture comes back as it was written", async () => {
  await using folder = await temporaryFolder();
  const painter = smallPainter(["one", "two"]);
  await writePainter(folder.at("a.painter"), painter, { licence: "MIT" });
  assert.deepEqual(await openPainter(folder.url("a.painter")), painter);
});

Deno.test("a network in ONNX is kept as it is, and is none to learn from", async () => {
  await using folder = await temporaryFolder();
  const painter = foreignPainter(await Deno.readFile(networkFile("one.onnx")), "one", 1);
  await writeForeignPainter(folder.at("one.painter"), painter);
  assert.deepEqual(await openPainterFile(folder.url("one.painter")), painter);
  await assert.rejects(openPainter(folder.url("one.painter")), /holds a network in ONNX, which has no styles/);
});

/** Writes a painter whose header or arrays differ from a sound one. */
async function writeWith(
  folder: TemporaryFolder,
  change: { readonly metadata?: Record<string, string>; readonly arrays?: (painter: Painter) => Painter },
): Promise<URL> {
  const painter = (change.arrays ?? ((painter) => painter))(smallPainter(["one"]));
  await writePainter(folder.at("sound.painter"), painter);
  await using file = await openSafetensors(folder.url("sound.painter"));
  const names = [...file.shapes.keys()];
  const arrays = await Promise.all(names.map(async (name) => [name, await file.tensor(name)] as const));
  await writeSafetensors(folder.at("bad.painter"), Object.fromEntries(arrays), {
    ...file.metadata,
    ...change.metadata,
  });
  return folder.url("bad.painter");
}

Deno.test("what is no sound painter is one line and its hint", async () => {
  await using folder = await temporaryFolder();
  const [first, ...rest] = small.steps;
  const narrow = Array.from({ length: 20 }, (_, i) => ({
    ...{ name: `step${i}`, kernel: 1, channels: 4, stride: 2, then: "double" },
  }));
  const as = (changes: object) => ({ metadata: { architecture: JSON.stringify({ ...small, ...changes }) } });
  const cases: readonly [Parameters<typeof writeWith>[1], RegExp][] = [
    [{ metadata: { painter: "2" } }, /it is no painter that this version knows$/],
    [{ metadata: { architecture: "p99" } }, /this version does not know its architecture "p99"$/],
    [{ metadata: { architecture: "{" } }, /JSON/],
    [{ metadata: { rows: "[]" } }, /its rows are not described$/],
    [{ metadata: { rows: '[{"name":"\\u001b[2J","learnt":[],"styleScale":1}]' } }, /its rows are not described$/],
    [as({ steps: [] }), /its architecture needs 1 to 64 steps$/],
    [as({ epsilon: 0 }), /its epsilon is not within 1e-12 and 1$/],
    [as({ range: null }), /its range is not within/],
    [as({ colour: 1 }), /its architecture has colour, which this version does not know$/],
    [as({ steps: [{ ...first, channels: 1e6 }, ...rest] }), /full\.channels is not within 1 and 512$/],
    [as({ steps: [{ ...first, kernel: 4 }, ...rest] }), /full\.kernel is even$/],
    [as({ steps: [{ ...first, plus: "half" }, ...rest] }), /its step full adds what is not of its own shape$/],
    [as({ steps: [{ ...first, first: "halve" }, ...rest] }), /adds what is not|another size/],
    [as({ steps: [{ ...first, channels: 5 }, ...rest] }), /adds what is not of its own shape$/],
    [as({ steps: narrow, last: { name: "colours", kernel: 1 } }), /its stride is not within 1 and \d+$/],
    [as({ steps: [first, first, ...rest] }), /two of its steps are named full$/],
    [as({ last: { name: "colours", kernel: 3 } }), /its colours\.weight is \[3,4,5,5\], and \[3,4,3,3\] is needed$/],
    [
      {
        arrays: (painter) => ({ ...painter, rows: [{ ...painter.rows[0], values: painter.rows[0].values.fill(NaN) }] }),
      },
      /its rows holds what is no number$/,
    ],
  ];
  for (const [change, message] of cases) {
    const location = await writeWith(folder, change);
    await assert.rejects(openAnyPainter(location), (error) => {
      assert(error instanceof UserError && error.hint);
      assert.match(error.message, /^Cannot use \S+bad\.painter as a painter: /);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("other files are called by what they are", async () => {
  await using folder = await temporaryFolder();
  await folder.write("page.painter", "<!doctype html><html></html>");
  await folder.write("cut.painter", (await Deno.readFile(networkFile("style.pth"))).subarray(0, 5000));
  await folder.write("cut.onnx", (await Deno.readFile(networkFile("one.onnx"))).subarray(0, 700));
  const weights = new URL("../../weights/vgg19-mini.safetensors", import.meta.url);
  const cases: readonly [URL, RegExp][] = [
    [folder.url("page.painter"), /^Cannot use \S+page\.painter as a painter: it is a web page$/],
    [folder.url("cut.onnx"), /^Cannot use \S+cut\.onnx as a painter: it is cut short$/],
    [folder.url("cut.painter"), /^Cannot use \S+cut\.painter as a painter: /],
    [weights, /as a painter: it is no painter that this version knows$/],
    [new URL("../weights/files/zip.pth", import.meta.url), /it is a state dict, but not that of a network of fast/],
    [folder.url("none.painter"), /^Cannot read \S+none\.painter: there is no such file$/],
    [new URL("stored:none"), /^There is no painter stored as none$/],
  ];
  for (const [location, message] of cases) {
    await assert.rejects(openAnyPainter(location), (error) => {
      assert(error instanceof UserError && error.hint);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("damaged painters are read or refused in one line", async () => {
  await using folder = await temporaryFolder();
  await writePainter(folder.at("a.painter"), smallPainter(["one", "two"]));
  const onnx = await Deno.readFile(networkFile("one.onnx"));
  await writeForeignPainter(folder.at("b.painter"), foreignPainter(onnx, "one"));
  const seeds = await Promise.all(
    [
      folder.at("a.painter"),
      folder.at("b.painter"),
      ...["style.pth", "style.model", "one.onnx", "fixed.onnx"].map(networkFile),
    ]
      .map((path) => Deno.readFile(path)),
  );
  const random = randomFrom(11);
  let read = 0;
  for (let i = 0; i < 180; i++) {
    await folder.write("damaged", damagedOnce(seeds[i % seeds.length], random));
    const outcome = await openAnyPainter(folder.url("damaged")).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) {
      read++;
      continue;
    }
    assert(outcome instanceof UserError && outcome.hint, `file ${i}: ${Deno.inspect(outcome)}`);
    for (const line of [outcome.message, outcome.hint]) {
      assert(line.length < 1000 && !/\p{Cc}/u.test(line), `file ${i}: ${line}`);
    }
  }
  assert(read > 20 && read < 160, `${read} of 180 were read`);
});

Deno.test("the painter that ships is small, and has a row for each shipped painting", async () => {
  const { size } = await Deno.stat(shippedPainter);
  assert(size <= 3e6, `${size} bytes`);
  const { rows } = await openPainter(shippedPainter);
  for (const name of ["monet", "van-gogh", "hokusai", "mosaic", "ink"]) {
    const file = await Deno.readFile(new URL(`../../examples/${name}.jpg`, import.meta.url));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
    const alone = rows.filter(({ learnt }) => learnt.length === 1 && learnt[0].painting === digest);
    assert(alone.length > 0, `no row has learnt ${name}`);
  }
});
