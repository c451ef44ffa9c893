import assert from "node:assert/strict";
import { deprocess } from "../../stages/deprocess.ts";
import { meanSubtract } from "../../stages/mean_subtract.ts";
import { fromTensor, toTensor } from "../../networks/input.ts";
import type { FinishedPicture, Picture } from "../../pictures/picture.ts";
import type { Pictures } from "../../pictures/scene.ts";
import { resample } from "../../pictures/resample.ts";
import { randomFrom } from "../../base/random.ts";
import { toOklab } from "../../pictures/oklab.ts";
import type { Stage } from "../../chain/stage.ts";
import { networks } from "../../networks/network.ts";
import { contextFor } from "../helpers/context.ts";

const vgg = networks.vgg19;
const rgb = { ...vgg, input: { order: "RGB", mean: { red: 1, green: 2, blue: 3 } } } as const;
/** Two pixels: (10, 20, 30) and (40, 50, 60). */
const picture = { width: 2, height: 1, data: Float32Array.of(10, 40, 20, 50, 30, 60) };

const pictures: Pictures = {
  content: picture,
  styles: [{ picture, weight: 1 }],
  photograph: async () => picture,
  sizes: [{ width: 2, height: 1 }],
  name: "two",
};

function near(actual: Iterable<number>, wanted: Iterable<number>, tolerance = 1e-4) {
  const [a, b] = [[...actual], [...wanted]];
  assert.equal(a.length, b.length);
  a.forEach((value, i) => assert(Math.abs(value - b[i]) <= tolerance, `[${a}] is not [${b}]`));
}

Deno.test("VGG gets blue, green, red, each without its mean of 103.939, 116.779, 123.68", () => {
  for (const name of ["vgg19", "vgg16", "vgg19-mini"]) {
    near(toTensor(picture, networks[name]).data, [
      30 - 103.939,
      60 - 103.939,
      20 - 116.779,
      50 - 116.779,
      10 - 123.68,
      40 - 123.68,
    ]);
  }
});

Deno.test("a network that takes RGB gets red first", () => {
  near(toTensor(picture, rgb).data, [9, 39, 18, 48, 27, 57]);
});

Deno.test("back from the tensor comes the picture that went in", () => {
  const random = randomFrom(3);
  const data = Float32Array.from({ length: 3 * 35 }, () => 255 * random());
  for (const network of [vgg, rgb]) near(fromTensor(toTensor({ width: 7, height: 5, data }, network), network), data);
});

Deno.test("the result of the scale before is resized to this one's size", async () => {
  const stage = (meanSubtract as Stage).create({ detail: 0 });
  const previous = { width: 1, height: 1, data: Float32Array.of(-4, 5, 6) };
  const { previous: image } = await stage({ ...pictures, previous }, contextFor()) as {
    previous: { width: number; height: number; data: Float32Array };
  };
  assert.deepEqual([image.width, image.height], [2, 1]);
  near(image.data, [-4, -4, 5, 5, 6, 6]);
});

Deno.test("detail adds what a coarser scale cannot show of the photograph, or of the start picture", async () => {
  const [content, start] = [1, 2].map((seed) => {
    const random = randomFrom(seed);
    return { width: 16, height: 12, data: Float32Array.from({ length: 3 * 192 }, () => 255 * random()) };
  });
  const coarse = { width: 8, height: 6 };
  const enlarged = async (detail: number, more: Partial<Pictures>, source: Picture) => {
    const data = resample(toTensor(source, vgg).data, 3, source, coarse);
    const stage = (meanSubtract as Stage).create({ detail });
    const { previous } = await stage(
      { ...pictures, content, ...more, previous: { ...coarse, data } },
      contextFor(),
    ) as {
      previous: { data: Float32Array };
    };
    return previous.data;
  };
  // Of a picture that was only made smaller everything comes back.
  near(await enlarged(1, {}, content), toTensor(content, vgg).data);
  near(await enlarged(1, { start }, start), toTensor(start, vgg).data);
  const [none, half, whole] = await Promise.all([0, 0.5, 1].map((detail) => enlarged(detail, {}, content)));
  near(half, none.map((level, i) => (level + whole[i]) / 2));
  assert.ok(none.some((level, i) => Math.abs(level - whole[i]) > 10));
});

Deno.test("what the optimiser found becomes a picture again, clamped to 0..255", async () => {
  const { data } = toTensor({ width: 2, height: 1, data: Float32Array.of(-7, 300, 20, 50, 255, 0) }, vgg);
  const alpha = Float32Array.of(1, 2);
  const painted = { image: { width: 2, height: 1, data }, pictures: { ...pictures, alpha }, value: 0, network: vgg };
  const result = await (deprocess as Stage).create({ colours: "painting", strength: 1 })(painted, contextFor()) as {
    data: Float32Array;
    alpha: Float32Array;
    name: string;
  };
  near(result.data, [0, 255, 20, 50, 255, 0]);
  assert.equal(result.alpha, alpha);
  assert.equal(result.name, "two");
});

Deno.test("an image of a coarse scale is enlarged to the size that was asked for", async () => {
  const { data } = toTensor({ width: 1, height: 1, data: Float32Array.of(10, 20, 30) }, vgg);
  const painted = {
    image: { width: 1, height: 1, data },
    pictures: { ...pictures, sizes: [{ width: 1, height: 1 }, { width: 3, height: 2 }] },
    value: 0,
    network: vgg,
  };
  const { width, height, data: large } = await (deprocess as Stage).create({ colours: "painting", strength: 1 })(
    painted,
    contextFor(),
  ) as typeof picture;
  assert.deepEqual([width, height], [3, 2]);
  near(large, [10, 20, 30].flatMap((level) => Array(6).fill(level)));
});

Deno.test("the photograph's colours stay under the painted lightness where asked, and opacity as it is", async () => {
  // A grey of the lightness of the photograph's own colours leaves them as they are; a darker one keeps their hue.
  const photograph = { width: 2, height: 1, data: Float32Array.of(200, 200, 120, 120, 60, 60) };
  const { data } = toTensor({ width: 2, height: 1, data: Float32Array.of(145, 60, 145, 60, 145, 60) }, vgg);
  const alpha = Float32Array.of(7, 9);
  const painted = {
    image: { width: 2, height: 1, data },
    pictures: { ...pictures, photograph: async () => photograph, alpha },
    value: 0,
    network: vgg,
  };
  const result = await (deprocess as Stage).create({ colours: "photograph", strength: 1 })(
    painted,
    contextFor(),
  ) as FinishedPicture;
  const [one, other] = [0, 1].map((i) => toOklab(result.data[i], result.data[2 + i], result.data[4 + i]));
  const [wanted, dark] = [toOklab(200, 120, 60), toOklab(60, 60, 60)];
  const hue = Math.atan2(wanted[2], wanted[1]);
  for (const lab of [one, other]) assert.ok(Math.abs(Math.atan2(lab[2], lab[1]) - hue) < 0.02);
  assert.ok(Math.abs(other[0] - dark[0]) < 0.01, "as dark as the painting");
  assert.ok(one[0] > other[0] + 0.2);
  assert.equal(result.alpha, alpha);
});

Deno.test("where nothing is painted the photograph stays, and by half where half is", async () => {
  const { data } = toTensor({ width: 2, height: 1, data: Float32Array.of(10, 10, 20, 20, 30, 30) }, vgg);
  const content = { width: 2, height: 1, data: Float32Array.of(110, 110, 120, 120, 130, 130) };
  const mask = { width: 2, height: 1, data: Float32Array.of(0, 0.5) };
  const painted = {
    image: { width: 2, height: 1, data },
    pictures: { ...pictures, photograph: async () => content, painted: mask },
    value: 0,
    network: vgg,
  };
  const result = await (deprocess as Stage).create({ colours: "painting", strength: 1 })(
    painted,
    contextFor(),
  ) as FinishedPicture;
  near(result.data, [110, 60, 120, 70, 130, 80]);
});
