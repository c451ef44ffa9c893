/**
 * Makes the paintings and photographs of wider.json, of puzzles of paintings in the public domain and of photographs
 * under free licences, which Debian's package gcompris-qt-data holds, and of paintings from elsewhere:
 *
 *     apt-get download gcompris-qt-data && dpkg -x gcompris-qt-data_*.deb gcompris
 *     deno run -A training/pictures.ts gcompris/usr/share/gcompris-qt/rcc cottage.jpg starry.jpg kandinsky.jpg ...
 *
 * It writes the folders `paintings` and `photographs`; the names of further paintings are those of their files.
 *
 * @module
 */
import { basename, join, parse } from "node:path";
import { inflateSync } from "node:zlib";
import { Buffer } from "node:buffer";
import sharp, { type Sharp } from "../pictures/sharp_package.ts";

const [packed, ...further] = Deno.args;

/** The puzzles by their boards. */
const puzzles: Readonly<Record<string, number>> = {
  galette: 1,
  spring: 2,
  oiran: 4,
  ejiri: 6,
  inokashira: 8,
  prawns: 9,
  ryogoku: 10,
  poppies: 11,
  lion: 16,
  harvesters: 17,
  piano: 18,
  composition8: 19,
  ramparts: 20,
  summertime: 21,
  auvers: 22,
};

/** Paintings that are made of others. */
const variants: Readonly<Record<string, (image: Sharp, width: number, height: number) => Sharp>> = {
  "cottage-bgr": (image) => image.recomb(exchanged("bgr")),
  "starry-bgr": (image) => image.recomb(exchanged("bgr")),
  "auvers-gbr": (image) => image.recomb(exchanged("gbr")),
  "matisse-brg": (image) => image.recomb(exchanged("brg")),
  "kandinsky-neg": (image) => image.negate({ alpha: false }),
  "composition8-neg": (image) => image.negate({ alpha: false }),
  "galette-vivid": (image) => image.modulate({ saturation: 2.2 }).linear(1.5, -64),
  "summertime-vivid": (image) => image.modulate({ saturation: 1.8 }).linear(1.5, -64),
  "kandinsky-large": (image, width, height) =>
    image.extract({ left: width >> 2, top: height >> 2, width: width >> 1, height: height >> 1 }),
};

for (const folder of ["paintings", "photographs"]) await Deno.mkdir(folder, { recursive: true });
const puzzle = await filesIn(join(packed, "paintings.rcc"));
for (const [name, board] of Object.entries(puzzles)) await joined(name, `board${board}_0.qml`);
for (const file of further) await sharp(file).png().toFile(paintingOf(parse(file).name));
for (const [name, change] of Object.entries(variants)) {
  const from = paintingOf(name.split("-")[0]);
  const { width, height } = await sharp(from).metadata();
  await change(sharp(from), width, height).toFile(paintingOf(name));
}
for (const activity of ["explore_monuments", "explore_farm_animals", "explore_world_animals"]) {
  for (const [name, bytes] of await filesIn(join(packed, `${activity}.rcc`))) {
    const image = sharp(bytes);
    const { width = 0, height = 0 } = name.endsWith(".webp") ? await image.metadata() : {};
    if (Math.max(width, height) < 400) continue;
    await image.removeAlpha().resize(1000, 1000, { fit: "inside" }).jpeg({ quality: 92 })
      .toFile(join("photographs", `${parse(name).name}.jpg`));
  }
}

function paintingOf(name: string): string {
  return join("paintings", `${name}.png`);
}

/** Which of red, green and blue each channel becomes. */
function exchanged(order: string): Parameters<Sharp["recomb"]>[0] {
  return [...order].map((from) => [..."rgb"].map((channel) => +(channel === from))) as never;
}

/** Joins the pieces of a puzzle: their centres are given as shares of the board. */
async function joined(name: string, board: string): Promise<void> {
  const text = new TextDecoder().decode(puzzle.get(board));
  const size = (side: string, usual: number) =>
    Number(new RegExp(`"${side}"\\s*:\\s*"?(\\d+)`).exec(text)?.[1] ?? usual);
  const [width, height] = [size("width", 800), size("height", 520)];
  const piece = /"pixmapfile"\s*:\s*"image\/([^"]+\.webp)",\s*"x"\s*:\s*"?([\d.]+)"?,\s*"y"\s*:\s*"?([\d.]+)/g;
  const pieces = await Promise.all([...text.matchAll(piece)].map(async ([, file, x, y]) => {
    const input = Buffer.from(puzzle.get(file)!);
    const { width: across, height: down } = await sharp(input).metadata();
    return {
      input,
      left: Math.max(0, Math.round(Number(x) * width - across / 2)),
      top: Math.max(0, Math.round(Number(y) * height - down / 2)),
    };
  }));
  const create = { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } as const;
  const whole = await sharp({ create }).composite(pieces).png().toBuffer();
  const { data, info } = await sharp(whole).trim().toBuffer({ resolveWithObject: true });
  // The outermost pixels are a worn edge.
  const inner = { left: 10, top: 10, width: info.width - 20, height: info.height - 20 };
  await sharp(data).extract(inner).flatten({ background: "#ebe6d7" }).png().toFile(paintingOf(name));
}

/** The files of Qt's resource file by their names, folders left out (its format is that of Qt's tool rcc). */
async function filesIn(path: string): Promise<Map<string, Uint8Array>> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  const [version, tree, data, names] = [4, 8, 12, 16].map((at) => view.getUint32(at));
  const step = version >= 2 ? 22 : 14;
  const files = new Map<string, Uint8Array>();
  const visit = (node: number) => {
    const at = tree + node * step;
    const name = names + view.getUint32(at);
    const flags = view.getUint16(at + 4);
    if (flags & 2) {
      const [count, first] = [view.getUint32(at + 6), view.getUint32(at + 10)];
      for (let i = 0; i < count; i++) visit(first + i);
      return;
    }
    const from = data + view.getUint32(at + 10);
    const stored = bytes.subarray(from + 4, from + 4 + view.getUint32(from));
    const length = view.getUint16(name);
    const text = new TextDecoder("utf-16be").decode(bytes.subarray(name + 6, name + 6 + 2 * length));
    // What is compressed begins with its length.
    files.set(basename(text), flags & 1 ? new Uint8Array(inflateSync(stored.subarray(4))) : stored);
  };
  visit(0);
  return files;
}
