import { Buffer } from "node:buffer";
import { UserError } from "../base/errors.ts";
import type { RawPicture } from "../pictures/raw_picture.ts";
import { loadSharp, type Sharp } from "../pictures/sharp.ts";
import { letters, linesOf } from "./letters.ts";

/** A picture with the words under it. */
export interface Cell {
  /** The words. */
  readonly label: string;
  /** The picture; its place stays empty unless there is one. */
  readonly picture?: RawPicture;
}

/** How a contact sheet looks. */
export interface SheetOptions {
  /** How many pictures stand side by side. */
  readonly columns: number;
  /** The format: `.png` (unless given), `.jpg` or `.webp`. */
  readonly ending?: string;
  /** The quality of formats that lose something, 1..100; 88 unless given. */
  readonly quality?: number;
}

const formats: Readonly<Record<string, (image: Sharp, quality: number) => Sharp>> = {
  ".png": (image) => image.png(),
  ".jpg": (image, quality) => image.jpeg({ quality, mozjpeg: true }),
  ".jpeg": (image, quality) => image.jpeg({ quality, mozjpeg: true }),
  ".webp": (image, quality) => image.webp({ quality }),
};

/**
 * Checks that a sheet can be written with an ending.
 *
 * @throws {UserError} if it cannot.
 */
export function checkSheetEnding(ending: string): void {
  if (Object.hasOwn(formats, ending)) return;
  throw new UserError(`Cannot write a sheet as ${ending || "a file without an ending"}`, {
    hint: `one of ${Object.keys(formats).join(", ")}`,
    exitCode: 2,
  });
}

/** Space between pictures and height of a label's line in pixels. */
const [gap, line] = [8, 16];

/**
 * Puts pictures onto one sheet, each with its label under it, in as many lines as it takes. The letters are drawn as
 * lines: no font is needed.
 *
 * @throws {UserError} if the format is none of those, or there is no picture.
 */
export async function contactSheet(cells: readonly Cell[], options: SheetOptions): Promise<Uint8Array> {
  const { columns, ending = ".png", quality = 88 } = options;
  checkSheetEnding(ending);
  const sharp = await loadSharp();
  const pictures = cells.flatMap(({ picture }) => picture ?? []);
  if (pictures.length === 0) throw new UserError("There is no picture for the sheet", { hint: "paint one at least" });
  const width = Math.max(...pictures.map(({ width }) => width));
  const height = Math.max(...pictures.map(({ height }) => height));
  const texts = await Promise.all(cells.map(({ label }) => linesOf(label, width, line)));
  const label = line * Math.max(...texts.map(({ length }) => length));
  const rows = Math.ceil(cells.length / columns);
  const at = (i: number) => ({
    left: gap + (i % columns) * (width + gap),
    top: gap + Math.floor(i / columns) * (height + label + gap),
  });
  const parts = await Promise.all(cells.map(async ({ picture }, i) => {
    const { left, top } = at(i);
    return [
      ...picture ? [{ ...layerOf(picture), left, top }] : [],
      { input: Buffer.from(await letters(texts[i], width, line)), left, top: top + height },
    ];
  }));
  const sheet = sharp({
    create: {
      width: gap + Math.min(columns, cells.length) * (width + gap),
      height: gap + rows * (height + label + gap),
      channels: 3,
      background: "white",
    },
  }).composite(parts.flat()).removeAlpha();
  return await formats[ending](sheet, quality).toBuffer();
}

/** A picture as sharp takes it. */
function layerOf({ width, height, data }: RawPicture) {
  const channels = data.length / (width * height) as 3 | 4;
  return { input: Buffer.from(data.buffer, data.byteOffset, data.length), raw: { width, height, channels } };
}
