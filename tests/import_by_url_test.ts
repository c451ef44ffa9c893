import assert from "node:assert/strict";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "./helpers/folders.ts";
import { landscape, read, strokes } from "./helpers/pictures.ts";
import { serveFolder } from "./helpers/server.ts";
import { root } from "./helpers/shared.ts";

/** A cache without code of this module, but with the packages that are here. */
async function emptyCache(): Promise<TemporaryFolder> {
  const cache = await temporaryFolder();
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" });
  const { npmCache } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  await Deno.symlink(npmCache, cache.at("npm"));
  return cache;
}

/** Runs Deno as somebody would who has nothing of this module: no configuration, no lock file, no code in the cache. */
async function elsewhere(cwd: string, args: readonly string[]) {
  await using cache = await emptyCache();
  const options = { args: [...args], cwd, env: { DENO_DIR: cache.path, NO_COLOR: "1" } };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const quick = `threads: 1, optimise: { iterations: 2 }`;

Deno.test("a program in an empty folder imports the module by URL, type-checks, and paints bytes to bytes", async () => {
  await using server = serveFolder(root);
  await using folder = await temporaryFolder();
  const [content, style] = await Promise.all(
    [landscape(60, 40), strokes(50, 50)].map((picture) => picture.png().toBuffer()),
  );
  await folder.write("photo.png", content);
  await folder.write("painting.png", style);
  await folder.write(
    "program.ts",
    `import { type Report, stylise } from "${server.url("mod.ts")}";
const [content, picture] = await Promise.all(["photo.png", "painting.png"].map((name) => Deno.readFile(name)));
const done = await stylise({
  extends: "painting",
  decode: { content, styles: [{ picture }], size: 48, scales: [] },
  ${quick},
});
const report: Report = done.report;
await Deno.writeFile("out.jpg", await done.picture.bytes(".jpg"));
console.log(JSON.stringify({ ...report, samples: done.picture.raw().data.length }));
`,
  );
  const { code, out, err } = await elsewhere(folder.path, ["run", "-A", "--check", "program.ts"]);
  assert.equal(code, 0, err);
  const report = JSON.parse(out);
  assert.equal(report.samples, 48 * 32 * 3);
  assert.deepEqual(report.scales.map(({ width, height, steps }: Record<string, number>) => [width, height, steps]), [
    [48, 32, 2],
  ]);
  assert(report.evaluations >= 2);
  assert.deepEqual(report.files, []);
  assert.equal(report.engine.startsWith("onnx"), true);
  const { format, width, height } = await (await read(folder.at("out.jpg"))).metadata();
  assert.deepEqual([format, width, height], ["jpeg", 48, 32]);
  assert.deepEqual(await folder.list(), ["out.jpg", "painting.png", "photo.png", "program.ts"]);
});

Deno.test("a stage from a second URL, which a type checker accepts, does its work", async () => {
  await using server = serveFolder(root);
  await using folder = await temporaryFolder();
  await using stages = await temporaryFolder();
  await stages.write(
    "darken.ts",
    `import type { Stage } from "${server.url("mod.ts")}";
export default {
  name: "darken",
  description: "takes light away",
  takes: "picture",
  gives: "picture",
  options: { share: { type: "number", minimum: 0, maximum: 1, default: 0.5 } },
  create: ({ share }) => async (picture) => ({ ...picture, data: picture.data.map((level) => level * (1 - share)) }),
} satisfies Stage<"picture", "picture", { share: number }>;
`,
  );
  await using second = serveFolder(new URL(`file://${stages.path}/`));
  const paint = (pipeline: string) =>
    `const { picture } = await stylise({
  extends: "painting",
  decode: { content: raw, styles: [{ picture: raw }], size: 48, scales: [] },
  pipeline: ["decode", "mean-subtract", "feature-extract", "loss-build", "optimise", "deprocess"${pipeline}],
  ${quick},
});`;
  await folder.write(
    "program.ts",
    `import { stylise } from "${server.url("mod.ts")}";
import darken from "${second.url("darken.ts")}";
const raw = { width: 48, height: 32, data: new Uint8Array(48 * 32 * 3).map((_, i) => (i * 31) % 256) };
const mean = (data: Float32Array) => data.reduce((sum, level) => sum + level, 0) / data.length;
const means: number[] = [];
{ ${paint("")} means.push(mean(picture.data)); }
{ ${paint(`, { stage: "${second.url("darken.ts")}", share: 0.25 }`)} means.push(mean(picture.data)); }
{ ${paint(`, { stage: darken, share: 0.5 }`)} means.push(mean(picture.data)); }
console.log(JSON.stringify(means));
`,
  );
  const { code, out, err } = await elsewhere(folder.path, ["run", "-A", "--check", "program.ts"]);
  assert.equal(code, 0, err);
  const [plain, lessLight, halfLight] = JSON.parse(out);
  assert(plain > 50);
  assert(Math.abs(lessLight / plain - 0.75) < 1e-4, out);
  assert(Math.abs(halfLight / plain - 0.5) < 1e-4, out);
});

Deno.test("the command runs from a URL, with the presets, pictures and weights that are served beside it", async () => {
  await using server = serveFolder(root);
  await using folder = await temporaryFolder();
  const args = ["--preset", "monet.json", "--size", "48", "--iterations", "2", "--threads", "1", "--quiet"];
  const { code, err } = await elsewhere(folder.path, ["run", "-A", server.url("cli.ts").href, ...args]);
  assert.equal(code, 0, err);
  assert.deepEqual(await folder.list(), ["harbour-monet.png"]);
  const { width, height } = await (await read(join(folder.path, "harbour-monet.png"))).metadata();
  assert.deepEqual([width, height], [48, 36]);
});

Deno.test("the page is served from a URL, with all that it is made of", async () => {
  await using server = serveFolder(root);
  await using folder = await temporaryFolder();
  await using cache = await emptyCache();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", server.url("cli.ts").href, "studio", "--no-open", "--quiet"],
    cwd: folder.path,
    env: { DENO_DIR: cache.path, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value: url = "" } = await lines.read();
    const entrance = await fetch(url.trim(), { redirect: "manual" });
    await entrance.body?.cancel();
    const [cookie] = entrance.headers.get("set-cookie")!.split(";");
    const get = async (path: string) => {
      const answer = await fetch(new URL(path, url), { headers: { cookie } });
      assert.equal(answer.status, 200, path);
      return await answer.text();
    };
    const page = await get("/");
    for (const [, path] of page.matchAll(/"(\/m\/[\w.-]+)"/g)) assert.notEqual(await get(path), "", path);
    assert.match(await get("/m/store.ts"), /^export async function uploadAll\(files/m);
    assert.equal(JSON.parse(await get("/schema")).presets[0].name, "monet");
    assert((await get("/preset/monet")).length > 1000);
  } finally {
    process.kill("SIGINT");
    await lines.cancel();
  }
  assert.equal((await process.status).code, 0);
  assert.deepEqual(await folder.list(), ["impasto-studio"]);
});
