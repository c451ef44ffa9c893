import sharp, { type Sharp } from "../../pictures/sharp_package.ts";
import type { FinishedPicture } from "../../pictures/picture.ts";
import { writePicture, type Writing } from "../../pictures/write_picture.ts";
import { temporaryFolder } from "./folders.ts";

/** Red, green, blue (and opacity), 0..255. */
export type Colour = readonly number[];

/** A picture of one colour. */
export function plain(width: number, height: number, colour: Colour): Sharp {
  return painted(width, height, () => colour);
}

/** A picture whose pixels are given by a function of column and row. */
export function painted(width: number, height: number, colourAt: (x: number, y: number) => Colour): Sharp {
  const channels = colourAt(0, 0).length as 1 | 3 | 4;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) data.set(colourAt(i % width, Math.floor(i / width)), i * channels);
  return sharp(data, { raw: { width, height, channels } });
}

/** A picture of 16 bits per sample, 0..65535. */
export function painted16(width: number, height: number, colourAt: (x: number, y: number) => Colour): Sharp {
  const channels = colourAt(0, 0).length as 1 | 3 | 4;
  const data = new Uint16Array(width * height * channels);
  for (let i = 0; i < width * height; i++) data.set(colourAt(i % width, Math.floor(i / width)), i * channels);
  const interpretation = channels === 1 ? "grey16" : "rgb16";
  return sharp(data, { raw: { width, height, channels } }).toColourspace(interpretation);
}

/** A small photograph of sorts: a hill before a bright sky, soft and without noise. */
export function landscape(width: number, height: number): Sharp {
  return painted(width, height, (x, y) => {
    const hill = y / height > 0.6 + 0.2 * Math.sin(5 * x / width);
    const light = 128 + 100 * Math.sin(9 * x / width) * Math.cos(7 * y / height);
    return hill ? [light / 3, light / 1.5, 40] : [light, 200 - light / 4, 230];
  });
}

/** A small painting of sorts: diagonal strokes in two colours. */
export function strokes(width: number, height: number): Sharp {
  return painted(width, height, (x, y) => {
    const wave = Math.sin((x + 2 * y) / 3);
    return [150 + 100 * wave, 90 + 60 * wave, 160 - 90 * wave];
  });
}

/** A picture file; its bytes are read first, since libvips remembers files by their paths. */
export async function read(path: string): Promise<Sharp> {
  return sharp(await Deno.readFile(path), { ignoreIcc: true });
}

/** A file's pixels as they are stored: samples row by row, no profile applied. */
export async function stored(path: string) {
  const { data, info } = await (await read(path)).raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    data,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels)].slice(0, info.channels),
  };
}

/** The bytes of a picture that the project's own writer writes. */
export async function written(picture: FinishedPicture, ending: string, more: Partial<Writing> = {}) {
  await using folder = await temporaryFolder();
  await writePicture(folder.at("picture"), picture, { ending, depth: 8, tiff: "auto", xmp: "<x/>", ...more });
  return await Deno.readFile(folder.at("picture"));
}
