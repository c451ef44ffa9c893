import assert from "node:assert/strict";
import { Ajv } from "npm:ajv@8.20.0";
import withoutComments from "npm:strip-json-comments@5.0.3";
import { loadPreset } from "../../presets/load.ts";
import { optionsOf, withOptions } from "../../presets/preset.ts";
import { decode } from "../../stages/decode.ts";
import { shipped } from "../../presets/shipped.ts";
import { schemaText } from "../../presets/write_schema.ts";
import { starterPreset } from "../../studio/init.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";

interface StarterJson {
  readonly extends: string;
  readonly optimise: { readonly iterations: unknown };
  readonly "loss-build": { readonly styleWeight: unknown };
}

Deno.test("init writes a preset that is sound as it stands, bears comments, and points to the schema", async () => {
  await using folder = await temporaryFolder();
  const { code, out, err } = await impasto(["init", "mine"], { cwd: folder.path });
  assert.equal(code, 0, err);
  assert.equal(out, "wrote mine.jsonc; paint with --preset mine.jsonc\n");
  const text = await Deno.readTextFile(folder.at("mine.jsonc"));
  assert(text.split("\n").filter((line) => line.trim().startsWith("// ")).length >= 10);
  const json = JSON.parse(withoutComments(text));
  assert.equal(json.$schema, new URL(`file://${inRoot("presets/schema.json")}`).href);
  const checked = await impasto(["validate", "mine.jsonc"], { cwd: folder.path });
  assert.equal(checked.code, 0, checked.err);
});

Deno.test("init builds on a preset of one's own, whose pictures it names from its own folder", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.at("sub"));
  const styles = [{ picture: "p.png", weight: 2, mask: "masks/m.png", pictureMask: "q.png" }, { picture: "r.png" }];
  await folder.write("base.jsonc", JSON.stringify({ extends: "ink", decode: { content: "a b.png", styles } }));
  const { code, err } = await impasto(["init", "sub/mine", "--preset", "base"], { cwd: folder.path });
  assert.equal(code, 0, err);
  const own = await loadPreset(folder.at("sub", "mine.jsonc"));
  assert.deepEqual(own.chain, (await loadPreset(folder.at("base.jsonc"))).chain);
  const json: StarterJson = JSON.parse(withoutComments(await Deno.readTextFile(folder.at("sub", "mine.jsonc"))));
  assert.equal(json.extends, "../base.jsonc");
});

Deno.test("init writes over nothing", async () => {
  await using folder = await temporaryFolder();
  await folder.write("mine.jsonc", "precious");
  const outcome = await impasto(["init", "mine"], { cwd: folder.path });
  assert.equal(outcome.code, 2);
  assert.match(complaint(outcome)[0], /^error: Cannot write mine\.jsonc: there is such a file already$/);
  assert.equal(await Deno.readTextFile(folder.at("mine.jsonc")), "precious");
});

Deno.test("init into a folder that is missing is one line and its hint", async () => {
  await using folder = await temporaryFolder();
  const outcome = await impasto(["init", "none/mine"], { cwd: folder.path });
  assert.equal(outcome.code, 1);
  assert.deepEqual(complaint(outcome), [
    "error: Cannot write none/mine.jsonc: there is no folder none",
    "  make the folder, or choose another name",
  ]);
});

for (const base of shipped) {
  Deno.test(`init --preset ${base} is sound from any folder, and paints what ${base} paints, with its masks`, async () => {
    await using folder = await temporaryFolder();
    await Deno.mkdir(folder.at("presets"));
    const { code, err } = await impasto(["init", "presets/mine", "--preset", base], { cwd: folder.path });
    assert.equal(code, 0, err);
    const checked = await impasto(["validate", "presets/mine"], { cwd: folder.path });
    assert.equal(checked.code, 0, checked.err);
    const [own, original] = await Promise.all([
      loadPreset(folder.at("presets", "mine.jsonc")),
      loadPreset(base, [], { incomplete: true }),
    ]);
    // A recipe without pictures is given some to begin with.
    const { content, styles } = optionsOf(original, decode)!;
    const wanted = content === "" ? withOptions(own, decode, { content, styles }) : own;
    assert.deepEqual(wanted.chain, original.chain);
    assert.equal(own.network, original.network);
  });

  Deno.test(`a starter that builds on ${base} satisfies the schema and takes its values`, async () => {
    const json: StarterJson = JSON.parse(withoutComments(await starterPreset(base)));
    const accepts: (json: unknown) => boolean = new Ajv({ strict: false }).compile(JSON.parse(schemaText()));
    assert(accepts(json));
    assert.equal(json.extends, base);
    if (base === "gatys") assert.deepEqual([json.optimise.iterations, json["loss-build"].styleWeight], [3000, 100]);
  });
}
