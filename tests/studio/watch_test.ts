import assert from "node:assert/strict";
import { type Preview, watch } from "../../studio/watch.ts";
import { recipe, studio, tools } from "../helpers/painting.ts";
import { strokes } from "../helpers/pictures.ts";
import { inRoot } from "../helpers/shared.ts";

Deno.test("a preview is painted at once, and again when the preset, one below it, a picture or its weights change", async () => {
  await using folder = await studio();
  const write = (name: string, json: object) => folder.write(name, JSON.stringify(json));
  const own = (size: unknown) => ({
    extends: "recipe.json",
    decode: { content: "photo.png", styles: [{ picture: "painting.png" }], size, enlarge: true, scales: [] },
  });
  await write("recipe.json", { ...recipe, threads: 1, optimise: { iterations: 1 } });
  await write("own.json", own(400));
  const stop = new AbortController();
  const previews = watch(folder.at("own.json"), [], { signal: stop.signal });
  const next = async (change?: () => Promise<unknown>): Promise<Preview> => {
    const [{ value }] = await Promise.all([previews.next(), change?.()]);
    return value!;
  };
  const sizeOf = (preview: Preview) => "picture" in preview ? preview.picture.width : String(preview.error);

  const first = await next();
  assert.equal(sizeOf(first), 256);
  assert.deepEqual(
    first.files.map((file) => file.split("/").at(-1)).sort(),
    ["own.json", "painting.png", "photo.png", "recipe.json"],
  );
  assert.equal(sizeOf(await next(() => write("own.json", own(48)))), 48);
  assert.match(String(sizeOf(await next(() => write("own.json", own("big"))))), /must be a whole number/);
  assert.equal(sizeOf(await next(() => write("own.json", own(40)))), 40);
  const below = { ...recipe, threads: 1, optimise: { iterations: 2 } };
  const again = await next(() => write("recipe.json", below));
  assert.equal("report" in again && again.report.scales[0].steps, 2);
  const before = "picture" in again && again.picture.data;
  const other = await next(() => strokes(30, 50).png().toFile(folder.at("painting.png")));
  assert.notDeepEqual("picture" in other && other.picture.data, before);

  const lacking = await next(() => write("own.json", { ...own(40), weights: "net.safetensors" }));
  assert.match(String(sizeOf(lacking)), /own\.json: weights: Cannot read .*net\.safetensors: there is no such file/);
  const weights = inRoot("weights/vgg19-mini.safetensors");
  assert.equal(sizeOf(await next(() => Deno.copyFile(weights, folder.at("net.safetensors")))), 40);

  const end = previews.next();
  stop.abort();
  assert.equal((await end).done, true);
});

Deno.test("what is watched may go away: a preset, one below it, a picture, their folder; each is painted again when back", async () => {
  await using outer = await studio();
  await Deno.mkdir(outer.at("work"));
  for (const name of tools) await Deno.rename(outer.at(name), outer.at("work", name));
  const own = {
    extends: "recipe.json",
    threads: 1,
    decode: { content: "photo.png", styles: [{ picture: "painting.png" }], size: 40, scales: [] },
    optimise: { iterations: 1 },
  };
  await outer.write("work/own.json", JSON.stringify(own));
  const stop = new AbortController();
  const previews = watch(outer.at("work", "own.json"), [], { signal: stop.signal });
  const next = async () => (await previews.next()).value!;
  assert("picture" in await next());
  for (const name of ["work/own.json", "work/recipe.json", "work/photo.png", "work"]) {
    await Deno.rename(outer.at(name), outer.at("away"));
    const lacking = await next();
    assert("error" in lacking && /^(UserError|PresetError): /.test(String(lacking.error)), name);
    await Deno.rename(outer.at("away"), outer.at(name));
    const painted = await next();
    assert("picture" in painted, name);
    assert.equal(painted.files.length, 4);
  }
  const end = previews.next();
  stop.abort();
  assert.equal((await end).done, true);
});

Deno.test("a preset that is not there when the watch begins is an error", async () => {
  await using folder = await studio();
  await assert.rejects(watch(folder.at("none.json")).next(), /Cannot find the preset/);
});

Deno.test("where the painter that ships has learnt the painting, its picture comes before the preset's own", async () => {
  const own = { extends: "monet", threads: 1, decode: { size: 48, scales: [] }, optimise: { iterations: 1 } };
  await using folder = await studio();
  await folder.write("own.json", JSON.stringify(own));
  const stop = new AbortController();
  const previews = watch(folder.at("own.json"), [], { signal: stop.signal });
  const [first, second] = [(await previews.next()).value!, (await previews.next()).value!];
  stop.abort();
  assert("picture" in first && "picture" in second);
  assert.equal(first.sketch, true);
  assert.equal(second.sketch, undefined);
  assert.equal(first.picture.width, second.picture.width);
  assert.deepEqual(first.report.scales, []);
  assert.equal(second.report.scales.length, 1);
});
