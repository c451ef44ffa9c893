/**
 * Damaged pictures through the reader: each must give a picture or one clear error, soon, and none may be black in
 * silence. What ends the process itself leaves its file behind, in a folder impasto-fuzz-… of temporary files.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import sharp, { type Sharp } from "../../pictures/sharp_package.ts";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import { openPicture } from "../../pictures/read_picture.ts";
import { damagedOnce } from "../helpers/damage.ts";
import { landscape, painted } from "../helpers/pictures.ts";

/** Processor time that a file may take. */
const mostMilliseconds = 10_000;

const size = { width: 64, height: 48 };
const base = () => landscape(size.width, size.height);
const transparent = () => painted(64, 48, (x, y) => [4 * x, 5 * y, 120, 255 - 2 * x]);
const deep = () => base().toColourspace("rgb16");
/** Three pictures below each other, as pages. */
const moving = () =>
  sharp({ create: { width: 64, height: 144, channels: 3, background: "red" } })
    .composite([{ input: { create: { width: 60, height: 48, channels: 3, background: "blue" } }, top: 40, left: 2 }])
    .raw().toBuffer().then((data) => sharp(data, { raw: { width: 64, height: 144, channels: 3, pageHeight: 48 } }));

/** Sound files of each format, in the kinds that programs write. */
const seeds: Readonly<Record<string, readonly (() => Sharp | Promise<Sharp>)[]>> = {
  jpeg: [
    () => base().jpeg({ quality: 90 }),
    () => base().jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
    () => base().greyscale().jpeg(),
    () => base().toColourspace("cmyk").jpeg(),
    () => base().jpeg().withMetadata({ orientation: 6, density: 300 }),
  ],
  png: [
    () => base().png(),
    () => base().png({ palette: true, colours: 16 }),
    () => base().png({ progressive: true }),
    () => transparent().png(),
    () => deep().png(),
    () => base().withIccProfile("p3").png(),
  ],
  webp: [
    () => base().webp(),
    () => base().webp({ lossless: true }),
    () => transparent().webp({ quality: 70 }),
    async () => (await moving()).webp({ loop: 0 }),
  ],
  avif: [() => base().avif({ effort: 0 }), () => transparent().avif({ effort: 0, quality: 70 })],
  tiff: [
    () => base().tiff({ compression: "none" }),
    () => base().tiff({ compression: "lzw", predictor: "horizontal" }),
    () => base().tiff({ compression: "deflate", tile: true, tileWidth: 32, tileHeight: 32 }),
    () => base().tiff({ compression: "jpeg" }),
    () => deep().tiff({ compression: "none" }),
    () => base().toColourspace("scrgb").tiff({ compression: "none" }),
    () => base().tiff({ pyramid: true, tile: true, tileWidth: 32, tileHeight: 32 }),
    () => transparent().tiff({ compression: "lzw" }),
  ],
  gif: [() => base().gif(), async () => (await moving()).gif(), () => transparent().gif()],
};

/** The formats whose damaged files are read. */
export const pictureFormats: readonly string[] = Object.keys(seeds);

/** Runs so many damaged pictures of a format through the reader; the same ones for the same seed. */
export async function fuzzPictures(format: string, files: number, seed: number) {
  const random = randomFrom(seed);
  const sound = await Promise.all(seeds[format].map(async (make) => await (await make()).toBuffer()));
  const folder = await Deno.makeTempDir({ prefix: "impasto-fuzz-" });
  const file = join(folder, `damaged.${format}`);
  const faults: string[] = [];
  let [read, slowestMilliseconds] = [0, 0];
  for (let i = 0; i < files; i++) {
    const bytes = damagedOnce(sound[i % sound.length], random);
    await Deno.writeFile(file, bytes);
    const start = process.cpuUsage();
    const outcome = await within(outcomeOf(bytes));
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    slowestMilliseconds = Math.max(slowestMilliseconds, milliseconds);
    if (outcome === "read") read++;
    else if (outcome !== "refused") faults.push(`file ${i} (${seeds[format][i % sound.length]}): ${outcome}`);
    if (milliseconds > mostMilliseconds) faults.push(`file ${i}: ${Math.round(milliseconds)} ms`);
  }
  await Deno.remove(folder, { recursive: true });
  // Nor may a damaged file harm what is read after it.
  for (const [i, bytes] of sound.entries()) {
    const outcome = await outcomeOf(bytes);
    if (outcome !== "read") faults.push(`the sound file ${seeds[format][i]}: ${outcome}`);
  }
  return { read, slowestMilliseconds, faults };
}

/** What comes of some work, or that it does not end. */
async function within(work: Promise<string>): Promise<string> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve("it does not end"), 12 * mostMilliseconds);
  return await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** Reads a picture as a run does: `read`, `refused` with a clear error, or what is wrong with how it went. */
async function outcomeOf(bytes: Uint8Array): Promise<string> {
  const remarks: string[] = [];
  const remark = (message: string) => void remarks.push(message);
  try {
    const file = await openPicture(bytes, new URL("file:///damaged"), { pixelLimit: 268e6, remark });
    const { data } = await file.pixels(size);
    const alpha = await file.alpha(size);
    const levels = [...data, ...alpha ?? []];
    if (data.length !== 3 * 64 * 48 || !levels.every((level) => level >= 0 && level <= 255)) return "it is no picture";
    const isBlack = data.every((level) => level < 1) && !(alpha?.every((level) => level < 255));
    return isBlack && remarks.length === 0 ? "it is black, and nothing is said" : "read";
  } catch (error) {
    const lines = error instanceof UserError && error.hint ? [error.message, error.hint] : [];
    const clear = lines.length === 2 && lines.every((line) => line.length < 1000 && !/\p{Cc}/u.test(line));
    return clear ? "refused" : `no clear error: ${String(error).slice(0, 300)}`;
  }
}
