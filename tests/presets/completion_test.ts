import assert from "node:assert/strict";
import { getLanguageService, TextDocument } from "npm:vscode-json-languageservice@5.4.2";
import { layerNames, networks } from "../../networks/network.ts";
import { losses } from "../../objective/losses/mod.ts";
import { shipped } from "../../presets/shipped.ts";
import { starterPreset } from "../../studio/init.ts";
import { inRoot } from "../helpers/shared.ts";

const schema = new URL(`file://${inRoot("presets/schema.json")}`).href;
const editor = getLanguageService({ schemaRequestService: (url) => Deno.readTextFile(new URL(url)) });
editor.configure({ allowComments: true });

function opened(text: string) {
  const page = TextDocument.create("file:///preset.jsonc", "jsonc", 1, text);
  return { page, json: editor.parseJSONDocument(page) };
}

/** What VS Code offers at the bar. */
async function offered(body: string): Promise<string[]> {
  const text = `{ "$schema": "${schema}", ${body} }`;
  const { page, json } = opened(text.replace("|", ""));
  const list = await editor.doComplete(page, page.positionAt(text.indexOf("|")), json);
  return list!.items.map(({ label }) => label.replaceAll('"', "")).sort();
}

const layers = [...new Set(Object.values(networks).flatMap(layerNames))];

const cases: Readonly<Record<string, readonly string[]>> = {
  '"extends": |': shipped,
  '"network": |': Object.keys(networks),
  '"feature-extract": { "pooling": | }': ["average", "max", "l2"],
  '"loss-build": { "terms": { "style": { "loss": | } } }': Object.keys(losses),
  '"loss-build": { "terms": { "style": { "layers": { | } } } }': layers,
  ...Object.fromEntries(
    Object.entries(networks).map(([name, network]) => [
      `"network": "${name}", "loss-build": { "terms": { "style": { "layers": { | } } } }`,
      layerNames(network),
    ]),
  ),
  '"loss-build": { "terms": { "style": { "formula": | } } }': ["relative", "published"],
  '"loss-build": { "terms": { "style": { "loss": "gram", "formula": | } } }': ["relative", "published"],
  '"decode": { "styles": [{ | }] }': ["picture", "weight", "mask", "pictureMask"],
  '"optimise": { "optimiser": | }': ["adam", "lbfgs"],
  '"pipeline": ["decode", { "stage": | }]': [
    ...["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess", "encode"],
    ...["film", "film-encode", "film-frame", "repaint", "train"],
  ],
};

for (const [body, names] of Object.entries(cases)) {
  Deno.test(`an editor offers ${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""} at ${body}`, async () => {
    assert.deepEqual(await offered(body), [...names].sort());
  });
}

Deno.test("an editor finds nothing wrong in a starter preset, and marks each mistake", async () => {
  const complaints = async (text: string) => {
    const { page, json } = opened(text);
    return (await editor.doValidation(page, json)).map(({ message }) => String(message));
  };
  assert.deepEqual(await complaints(await starterPreset()), []);
  const wrong = `{ "$schema": "${schema}", "decode": { "sze": 3, "size": "a" }, "network": "vgg" }`;
  const found = (await complaints(wrong)).sort();
  assert.equal(found.length, 3, found.join("\n"));
  assert.match(found[0], /Incorrect type\. Expected "integer"/);
  assert.match(found[1], /Property sze is not allowed/);
  assert.match(found[2], /Value is not accepted\. Valid values: "vgg19-mini"/);
});
