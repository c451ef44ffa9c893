import assert from "node:assert/strict";
import { loadPreset } from "../../presets/load.ts";
import { resolvePreset } from "../../presets/resolve.ts";
import { isFinished, presetXmp } from "../../presets/metadata.ts";
import { optionsOf, withOptions } from "../../presets/preset.ts";
import { decode } from "../../stages/decode.ts";
import { encode } from "../../stages/encode.ts";
import { presetInXmp } from "../../pictures/xmp.ts";
import { endings } from "../../pictures/write_picture.ts";
import { clearError } from "../helpers/errors.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { recipe } from "../helpers/painting.ts";
import { plain, written } from "../helpers/pictures.ts";

/** A preset whose text holds all that XML and JSON need to escape. */
function presetIn(folder: TemporaryFolder) {
  return resolvePreset("mine", [{
    source: "test",
    base: folder.url("presets/"),
    json: {
      description: 'a <b> & "c" &amp; &lt; \\ é ☃ ]]>',
      weights: "../net.safetensors",
      decode: { content: "../in/über.jpg", styles: [{ picture: "https://example.org/a.jpg?b=1&c=2", weight: 3 }] },
      "loss-build": { terms: { "a < b": { loss: "gram", layers: { conv1_1: 0.1 } } } },
      optimise: { seed: 4294967295, adam: { epsilon: 1e-12 } },
    },
  }]);
}

const grey = { width: 4, height: 3, data: new Float32Array(36).fill(128), name: "grey" };

for (const ending of endings) {
  Deno.test(`a preset inside a ${ending} repeats, its files named relative to the picture`, async () => {
    await using folder = await temporaryFolder();
    const preset = presetIn(folder);
    await Deno.mkdir(folder.at("out"));
    const path = folder.at("out", `picture${ending}`);
    await Deno.writeFile(path, await written(grey, ending, { xmp: presetXmp(preset, path) }));
    assert.deepEqual(await loadPreset(path, [], { incomplete: true }), preset);

    // Both picture and files move: the names follow.
    await using elsewhere = await temporaryFolder();
    await Deno.mkdir(elsewhere.at("out"));
    const moved = elsewhere.at("out", `other${ending.toUpperCase()}`);
    await Deno.copyFile(path, moved);
    const again = await loadPreset(moved, [], { incomplete: true });
    assert.equal(optionsOf(again, decode)!.content, elsewhere.url("in", "über.jpg").href);
    assert.equal(again.weights, elsewhere.url("net.safetensors").href);
  });
}

/** A packet as Adobe's toolkit writes it anew, and Exiv2 with it: attributes, another prefix, a namespace with a slash. */
function rewritten(json: string, unfinished = ""): string {
  const value = json.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
    xmlns:ns1="https://impasto.invalid/ns/preset/" tiff:Artist="me" ns1:preset="${value}"${unfinished}/>
 </rdf:RDF>
</x:xmpmeta>
${" ".repeat(100)}
<?xpacket end="w"?>\0`;
}

for (const ending of endings) {
  Deno.test(`a preset inside a ${ending} repeats after another program wrote the metadata anew`, async () => {
    await using folder = await temporaryFolder();
    const preset = { ...presetIn(folder), description: 'a <b> & "c" \uffff' };
    const path = folder.at(`picture${ending}`);
    const packet = presetXmp(preset, path);
    const changed = rewritten(presetInXmp(packet)!);
    await Deno.writeFile(path, await written(grey, ending, { xmp: changed }));
    assert.deepEqual(await loadPreset(path, [], { incomplete: true }), preset);
    assert(isFinished(packet, preset, path) && isFinished(changed, preset, path));
    assert(!isFinished(presetXmp(preset, path, true), preset, path));
    assert(!isFinished(rewritten(presetInXmp(packet)!, ' ns1:unfinished="true"'), preset, path));
  });
}

Deno.test("packets of others hold no preset, whatever is in them", () => {
  const others = [
    "https://impasto.invalid/ns/preset",
    "<a xmlns:impasto='https://impasto.invalid/ns/preset'>",
    "<a xmlns:x='https://impasto.invalid/ns/preset' constructor:y='1' y:preset='{}'><z:preset>{}</z:preset></a>",
  ];
  for (const xmp of others) assert.equal(presetInXmp(xmp), undefined);
});

Deno.test("the packet names no folder of the one who painted", async () => {
  await using folder = await temporaryFolder();
  const json = presetInXmp(presetXmp(presetIn(folder), folder.at("out", "picture.png")))!;
  assert(!json.includes(folder.path), json);
  assert.equal(JSON.parse(json).decode.content, "../in/über.jpg");

  const preset = presetIn(folder);
  const odd = { ...preset, weights: folder.url("out", "data:w.safetensors").href };
  assert.equal(JSON.parse(presetInXmp(presetXmp(odd, folder.at("out", "a.png")))!).weights, "./data:w.safetensors");
});

Deno.test("text that is no location stays, and the picture's own name stays out", async () => {
  await using folder = await temporaryFolder();
  const packetOf = (output: string) => {
    const preset = withOptions(presetIn(folder), encode, { output });
    return presetXmp({ ...preset, description: "file:///etc" }, folder.at("out", output));
  };
  assert.equal(packetOf("a.png"), packetOf("b.png"));
  const { description, encode: written } = JSON.parse(presetInXmp(packetOf("a.png"))!);
  assert.deepEqual([description, Object.keys(written)], ["file:///etc", ["depth", "tiff", "quality", "metadata"]]);
});

Deno.test("pictures that ship are found again from wherever the picture is", async () => {
  await using folder = await temporaryFolder();
  const preset = await loadPreset("monet", [], { incomplete: true });
  const example = new URL("../../examples/harbour.jpg", import.meta.url).href;
  const changed = withOptions(preset, decode, { content: example, styles: [{ picture: example, weight: 1 }] });
  const xmp = presetXmp(changed, folder.at("a.png"));
  assert.equal(JSON.parse(presetInXmp(xmp)!).decode.content, "impasto:examples/harbour.jpg");
  await Deno.writeFile(folder.at("a.png"), await written(grey, ".png", { xmp }));
  assert.equal(optionsOf(await loadPreset(folder.at("a.png")), decode)!.content, example);
});

Deno.test("a picture without a preset is one clear error, and so is what is no picture", async () => {
  await using folder = await temporaryFolder();
  await plain(4, 4, [1, 2, 3]).toFile(folder.at("bare.png"));
  await folder.write("text.jpg", "hello");
  for (const name of ["bare.png", "text.jpg"]) {
    const error = await clearError(() => loadPreset(folder.at(name)));
    assert.equal(error.message, `${folder.at(name)} holds no preset`);
    assert.equal(error.exitCode, 2);
  }
});

Deno.test("the packet names nothing that is in a program's memory alone", () => {
  const preset = resolvePreset("mine", [{
    source: "test",
    base: new URL("file:///presets/"),
    json: {
      ...recipe,
      decode: { content: "blob:null/8f2b", styles: [{ picture: "blob:null/77aa", mask: "blob:null/1234" }] },
    },
  }], { incomplete: true });
  const json = presetInXmp(presetXmp(preset, "/pictures/out.png"))!;
  assert(!json.includes("blob:"), json);
});
