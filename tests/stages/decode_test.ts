import assert from "node:assert/strict";
import { decode, type DecodeOptions, nameOf, scaleSides, sizesFor } from "../../stages/decode.ts";
import type { Pictures } from "../../pictures/scene.ts";
import type { Sequence } from "../../chain/sequence.ts";
import type { Stage } from "../../chain/stage.ts";
import { contextFor } from "../helpers/context.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { painted, plain } from "../helpers/pictures.ts";
import { serve } from "../helpers/server.ts";

const defaults = {
  styleColours: "painting",
  start: "",
  size: 64,
  enlarge: true,
  styleScale: 1,
  scales: [],
  pixelLimit: 268,
} as const;

async function decoded(options: Omit<DecodeOptions, keyof typeof defaults> & Partial<DecodeOptions>) {
  const stage: Stage<undefined, Pictures, DecodeOptions> = decode;
  return await stage.create({ ...defaults, ...options })(undefined, contextFor()) as Sequence<Pictures>;
}

Deno.test("scales as listed end with the size", () => {
  assert.deepEqual(scaleSides({ scales: [64, 100], size: 150 }), [64, 100, 150]);
  assert.deepEqual(scaleSides({ scales: [], size: 150 }), [150]);
});

Deno.test("a photograph that is smaller than the size keeps its own, with the scales below it, unless it is enlarged", () => {
  const sides = (scales: readonly number[] | { start: number; factor: number }, enlarge: boolean, width = 200) =>
    sizesFor({ scales, size: 512, enlarge }, { width, height: width / 2 }).map(({ width }) => width);
  assert.deepEqual(sides([64, 200, 256], false), [64, 200]);
  assert.deepEqual(sides([64, 200, 256], true), [64, 200, 256, 512]);
  assert.deepEqual(sides({ start: 100, factor: 2 }, false), [100, 200]);
  assert.deepEqual(sides({ start: 300, factor: 2 }, false), [200]);
  assert.deepEqual(sides([], false, 512), [512]);
  assert.deepEqual(sides([], false, 2000), [512]);
  // The network needs some pixels.
  assert.deepEqual(sides([], false, 8), [16]);
});

Deno.test("a photograph that is smaller than the size is told", async () => {
  await using folder = await temporaryFolder();
  await plain(20, 10, [1, 2, 3]).png().toFile(folder.at("a.png"));
  const content = folder.url("a.png").href;
  const told = async (enlarge: boolean) => {
    const context = contextFor();
    await (decode.create as Stage["create"])({ ...defaults, content, styles: [], enlarge })(undefined, context);
    return context.reported;
  };
  assert.deepEqual(await told(true), []);
  assert.deepEqual(await told(false), [{
    kind: "note",
    message: `${
      folder.at("a.png")
    } has 20×10 pixels: it is painted at 20×10 and not enlarged to 64, unless \`decode.enlarge\` is set`,
  }]);
});

Deno.test("a picture has the name of its file, and a plain one where there is no file", () => {
  const names = {
    "file:///a/Holiday%20(1).final.jpg": "Holiday (1).final",
    "https://example.org/a/b.jpg?w=1": "b",
    "data:image/png;base64,iVBORw0/KGgo9k=": "picture",
    "blob:null/123#decode.content": "picture",
    "file:///dev/stdin": "picture",
    "file:///dev/fd/63": "picture",
  };
  for (const [location, name] of Object.entries(names)) assert.equal(nameOf(location), name);
});

Deno.test("scales grow in equal ratios from the start to the size", () => {
  assert.deepEqual(scaleSides({ scales: { start: 128, factor: 2 }, size: 1024 }), [128, 256, 512, 1024]);
  // log(500/128)/log(2) = 1.97: two steps, of the factor 1.976 each.
  assert.deepEqual(scaleSides({ scales: { start: 128, factor: 2 }, size: 500 }), [128, 253, 500]);
  // log(512/128)/log(1.6) = 2.95: three steps, of 4^(1/3) each.
  assert.deepEqual(scaleSides({ scales: { start: 128, factor: 1.6 }, size: 512 }), [128, 203, 323, 512]);
});

Deno.test("a size at or below the start is the only scale", () => {
  for (const size of [128, 100, 16]) {
    assert.deepEqual(scaleSides({ scales: { start: 128, factor: 2 }, size }), [size]);
  }
});

Deno.test("the content comes at the size of each scale, its shape kept, enlarged if need be", async () => {
  await using folder = await temporaryFolder();
  await plain(40, 30, [10, 200, 30]).png().toFile(folder.at("photo.png"));
  await plain(20, 100, [1, 2, 3]).png().toFile(folder.at("style.png"));
  const { count, at } = await decoded({
    content: folder.url("photo.png").href,
    styles: [{ picture: folder.url("style.png").href, weight: 1 }],
    scales: [16, 32],
    size: 80,
  });
  assert.equal(count, 3);
  const wanted = [[16, 12], [32, 24], [80, 60]];
  for (const [index, [width, height]] of wanted.entries()) {
    const { content, sizes, previous, name } = await at(index, { image: `result of ${index - 1}` });
    assert.deepEqual([content.width, content.height], [width, height]);
    assert.equal(content.data.length, 3 * width * height);
    const middle = Math.floor(width * height / 2);
    assert.deepEqual([0, 1, 2].map((plane) => content.data[plane * width * height + middle]), [10, 200, 30]);
    assert.deepEqual(sizes, wanted.map(([width, height]) => ({ width, height })));
    assert.equal(previous, `result of ${index - 1}`);
    assert.equal(name, "photo");
  }
});

Deno.test("a painting's longer side is that of the result times its scale, and never enlarged", async () => {
  await using folder = await temporaryFolder();
  await plain(90, 60, [0, 0, 0]).png().toFile(folder.at("photo.png"));
  await plain(50, 100, [1, 2, 3]).png().toFile(folder.at("tall.png"));
  const styleAt = async (size: number, styleScale: number) => {
    const { at } = await decoded({
      content: folder.url("photo.png").href,
      styles: [{ picture: folder.url("tall.png").href, weight: 1 }],
      size,
      styleScale,
    });
    const { width, height } = (await at(0, undefined)).styles[0].picture;
    return [width, height];
  };
  assert.deepEqual(await styleAt(60, 1), [30, 60]);
  assert.deepEqual(await styleAt(60, 0.5), [15, 30]);
  assert.deepEqual(await styleAt(60, 4), [50, 100]);
  assert.deepEqual(await styleAt(300, 1), [50, 100]);
});

Deno.test("the shares of several paintings add up to 1", async () => {
  await using folder = await temporaryFolder();
  await plain(20, 20, [0, 0, 0]).png().toFile(folder.at("a.png"));
  const picture = folder.url("a.png").href;
  const { at } = await decoded({
    content: picture,
    styles: [{ picture, weight: 1 }, { picture, weight: 3 }],
  });
  assert.deepEqual((await at(0, undefined)).styles.map(({ weight }) => weight), [0.25, 0.75]);
});

Deno.test("a start picture takes the size of the content", async () => {
  await using folder = await temporaryFolder();
  await plain(60, 30, [0, 0, 0]).png().toFile(folder.at("a.png"));
  await plain(10, 10, [9, 8, 7]).png().toFile(folder.at("start.png"));
  const { at } = await decoded({
    content: folder.url("a.png").href,
    styles: [{ picture: folder.url("a.png").href, weight: 1 }],
    start: folder.url("start.png").href,
  });
  const { start } = await at(0, undefined);
  assert.deepEqual([start?.width, start?.height, start?.data[0]], [64, 32, 9]);
});

Deno.test("the content's opacity is there at the last size", async () => {
  await using folder = await temporaryFolder();
  await painted(32, 16, (x) => [1, 2, 3, x < 16 ? 0 : 255]).png().toFile(folder.at("a.png"));
  const { at } = await decoded({
    content: folder.url("a.png").href,
    styles: [{ picture: folder.url("a.png").href, weight: 1 }],
    scales: [16],
  });
  const { alpha } = await at(0, undefined);
  assert.equal(alpha?.length, 64 * 32);
  assert.deepEqual([alpha[0], alpha[63]], [0, 255]);
});

Deno.test("a very flat picture keeps at least one pixel each way", async () => {
  await using folder = await temporaryFolder();
  await plain(300, 1, [5, 5, 5]).png().toFile(folder.at("flat.png"));
  const picture = folder.url("flat.png").href;
  const { at } = await decoded({ content: picture, styles: [{ picture, weight: 1 }] });
  const { content } = await at(0, undefined);
  assert.deepEqual([content.width, content.height, content.data[0]], [64, 1, 5]);
});

Deno.test("a picture is read from an address, and named after it", async () => {
  await using server = serve({ "/a%20b/c%C3%A9.png": new Uint8Array(await plain(8, 8, [1, 2, 3]).png().toBuffer()) });
  const picture = server.url("/a%20b/c%C3%A9.png").href;
  const { at } = await decoded({ content: picture, styles: [{ picture, weight: 1 }] });
  const { name, content } = await at(0, undefined);
  assert.equal(name, "cé");
  assert.equal(content.data[0], 1);
});

Deno.test("an address whose name is no proper text still names the picture", async () => {
  await using server = serve({ "/100%.png": new Uint8Array(await plain(8, 8, [1, 2, 3]).png().toBuffer()) });
  const picture = server.url("/100%.png").href;
  const { at } = await decoded({ content: picture, styles: [{ picture, weight: 1 }] });
  assert.equal((await at(0, undefined)).name, "100%");
});

Deno.test("a picture that is missing, a folder, or not on the server is one clear error", async () => {
  await using folder = await temporaryFolder();
  await using server = serve({});
  const failing = (content: URL) => clearError(() => decoded({ content: content.href, styles: [] }));
  assert.equal(
    (await failing(folder.url("none.jpg"))).message,
    `Cannot read ${folder.at("none.jpg")}: there is no such file`,
  );
  assert.match((await failing(folder.url("."))).message, /^Cannot read .*: it is a folder$/);
  assert.match(
    (await failing(server.url("/none.jpg"))).message,
    /^Cannot read http.*none\.jpg: the server answered 404/,
  );
});

Deno.test("paintings are given the photograph's colours where asked", async () => {
  await using folder = await temporaryFolder();
  await painted(20, 20, (x, y) => [200 - x, 90 + 3 * y, 80 + x]).png().toFile(folder.at("photo.png"));
  await painted(20, 20, (x, y) => [30 + 2 * x, 60 + y, 150 + x - y]).png().toFile(folder.at("style.png"));
  const meansOf = async (styleColours: DecodeOptions["styleColours"]) => {
    const { at } = await decoded({
      content: folder.url("photo.png").href,
      styles: [{ picture: folder.url("style.png").href, weight: 1 }],
      size: 20,
      styleColours,
    });
    const { data } = (await at(0, undefined)).styles[0].picture;
    return [0, 1, 2].map((k) => data.slice(400 * k, 400 * k + 400).reduce((sum, level) => sum + level / 400, 0));
  };
  const [own, matched] = [await meansOf("painting"), await meansOf("photograph")];
  // Those of the pictures: 200 − 9.5, 90 + 28.5, 80 + 9.5, and 30 + 19, 60 + 9.5, 150.
  [49, 69.5, 150].forEach((mean, k) => assert.ok(Math.abs(own[k] - mean) < 0.1, `${own}`));
  [190.5, 118.5, 89.5].forEach((mean, k) => assert.ok(Math.abs(matched[k] - mean) < 3, `${matched}`));
});

Deno.test("masks come at the size of each scale, and weights are shared out within a mask", async () => {
  await using folder = await temporaryFolder();
  await plain(80, 40, [10, 20, 30]).png().toFile(folder.at("a.png"));
  await painted(40, 20, (x) => x < 20 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("left.png"));
  await painted(10, 10, (_, y) => y < 5 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("top.png"));
  const [picture, mask, pictureMask] = ["a.png", "left.png", "top.png"].map((name) => folder.url(name).href);
  const { at } = await decoded({
    content: picture,
    styles: [{ picture, weight: 1, mask }, { picture, weight: 3, mask, pictureMask }, { picture, weight: 5 }],
    scales: [16],
    styleScale: 0.5,
  });
  const { styles: [first, second, third] } = await at(0, undefined);
  assert.deepEqual([first.weight, second.weight, third.weight], [0.25, 0.75, 1]);
  assert.equal(first.where, second.where);
  const rowOf = (data: Float32Array, y: number, width: number) =>
    [...data.slice(y * width, (y + 1) * width)].map((x) => Math.round(x));
  assert.deepEqual([first.where?.width, first.where?.height], [16, 8]);
  assert.deepEqual(rowOf(first.where!.data, 3, 16), [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(rowOf(third.where!.data, 3, 16), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual([first.mask, second.mask?.width, second.mask?.height], [undefined, 8, 4]);
  assert.deepEqual([rowOf(second.mask!.data, 0, 8)[0], rowOf(second.mask!.data, 3, 8)[0]], [1, 0]);
  assert.equal((await at(1, undefined)).styles[0].where?.width, 64);
});

Deno.test("a style that the masks leave no place for is told of", async () => {
  await using folder = await temporaryFolder();
  await plain(20, 20, [255, 255, 255]).png().toFile(folder.at("a.png"));
  const picture = folder.url("a.png").href;
  const context = contextFor();
  const stage: Stage<undefined, Pictures, DecodeOptions> = decode;
  const styles = [{ picture, weight: 1, mask: picture }, { picture, weight: 1 }];
  await stage.create({ ...defaults, content: picture, styles })(undefined, context);
  assert.deepEqual(context.reported.map((event) => event.kind === "warning" && event.message), [
    `the masks leave no place for ${folder.at("a.png")}`,
  ]);
});

Deno.test("where the picture to start from is transparent, it starts from the photograph", async () => {
  await using folder = await temporaryFolder();
  await plain(40, 30, [200, 60, 40]).png().toFile(folder.at("photo.png"));
  await painted(40, 30, (x) => [0, 0, 255, x < 20 ? 0 : x < 30 ? 128 : 255]).png().toFile(folder.at("start.png"));
  const sequence = await decoded({
    content: folder.url("photo.png").href,
    styles: [{ picture: folder.url("photo.png").href, weight: 1 }],
    start: folder.url("start.png").href,
    size: 40,
  });
  const { data } = (await sequence.at(0, undefined)).start!;
  const at = (x: number) => [0, 1, 2].map((plane) => Math.round(data[plane * 1200 + 15 * 40 + x]));
  assert.deepEqual(at(5), [200, 60, 40]);
  // Half of each: 128/255 of the blue.
  assert.deepEqual(at(25), [100, 30, 148]);
  assert.deepEqual(at(35), [0, 0, 255]);
});
