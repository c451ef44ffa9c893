/**
 * Films of numbered pictures: no test here needs ffmpeg.
 *
 * @module
 */
import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { film, type Preset, stylise } from "../../mod.ts";
import { openFilm } from "../../video/reading/mod.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { strokes } from "../helpers/pictures.ts";
import { inRoot } from "../helpers/shared.ts";

const [width, height] = [96, 64];

/** Columns by which the film moves from frame to frame. */
const step = 3;

/** A pan over a photograph: what it shows of it is known to the pixel. */
async function pan(count: number): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await Deno.mkdir(folder.at("frames"));
  const wide = await sharp(inRoot("examples/valley.jpg")).resize(200).png().toBuffer();
  for (let i = 0; i < count; i++) {
    await sharp(wide).extract({ left: 40 + step * i, top: 20, width, height }).toFile(folder.at("frames", `${i}.png`));
  }
  await strokes(80, 80).png().toFile(folder.at("painting.png"));
  return folder;
}

async function framesOf(path: string) {
  return await Array.fromAsync((await openFilm(path, { rate: [25, 1], pixelLimit: 1e6 })).frames(0, { width, height }));
}

/** The root of the mean square of what changes where a pan shows the same in two frames. */
function flicker(frames: readonly { readonly data: Float32Array }[]): number {
  let [sum, count] = [0, 0];
  for (let t = 1; t < frames.length; t++) {
    for (let row = 0; row < 3 * height; row++) {
      for (let x = 4; x < width - step - 4; x++, count++) {
        sum += ((frames[t].data[row * width + x] - frames[t - 1].data[row * width + x + step]) / 255) ** 2;
      }
    }
  }
  return Math.sqrt(sum / count);
}

Deno.test("an optimised film flickers less than half as much as frames that are painted by themselves", async () => {
  await using folder = await pan(4);
  const preset: Preset = {
    extends: "painting",
    engine: "onnx-cpu",
    threads: 1,
    decode: { styles: [{ picture: folder.at("painting.png") }], scales: [] },
    optimise: { iterations: 16, tolerance: 0 },
  };
  await film(preset, { content: folder.at("frames"), output: folder.at("painted"), steps: 6 });
  const painted = await framesOf(folder.at("painted"));
  const alone = await Promise.all([0, 1, 2, 3].map(async (i) => {
    const content = folder.at("frames", `${i}.png`);
    const { picture } = await stylise({ ...preset, decode: { ...preset.decode, content } });
    return picture;
  }));
  const [together, apart] = [flicker(painted), flicker(alone)];
  assert(together < apart / 2, `${together} ${apart}`);
  // The first frame is painted as a photograph is.
  const first = alone[0].data.reduce((sum, level, i) => sum + Math.abs(level - painted[0].data[i]), 0);
  const apart0 = first / alone[0].data.length;
  assert(apart0 < 0.6, String(apart0));
});

Deno.test("by a painter, what does not move stays as it is while other things come into the picture", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(folder.at("frames"));
  const wide = await sharp(inRoot("examples/valley.jpg")).resize(320, 64, { fit: "cover" }).removeAlpha().png()
    .toBuffer();
  const light = { create: { width: 24, height: 64, channels: 3, background: "white" } } as const;
  for (let i = 0; i < 3; i++) {
    const things = i === 0 ? [] : [{ input: await sharp(light).png().toBuffer(), left: 8 * i, top: 0 }];
    await sharp(wide).composite(things).png().toFile(folder.at("frames", `${i}.png`));
  }
  const preset: Preset = { extends: "monet", method: "painter", engine: "onnx-cpu", threads: 1 };
  await film(preset, { content: folder.at("frames"), output: folder.at("painted") });
  const source = await openFilm(folder.at("painted"), { rate: [25, 1], pixelLimit: 1e6 });
  const frames = await Array.fromAsync(source.frames(0, source.size));
  const far = ({ data }: { readonly data: Float32Array }) => data.filter((_, i) => i % 320 >= 200);
  assert.deepEqual(far(frames[1]), far(frames[0]));
  assert.deepEqual(far(frames[2]), far(frames[0]));
  assert.notDeepEqual(frames[1].data, frames[0].data);
});
