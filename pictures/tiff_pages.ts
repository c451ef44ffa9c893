/**
 * The pages of a TIFF: which one is the picture, and whether it is a camera's raw file.
 *
 * @module
 */
import type { ReadAt } from "./read_at.ts";

/** One picture of a TIFF file. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** What its samples mean (PhotometricInterpretation). */
  readonly photometric: number;
  /** Bits of a sample (BitsPerSample). */
  readonly bits: number;
  /** What a sample is (SampleFormat): 1 or 0 a number without sign, 2 one with a sign, 3 a float, 5 and 6 complex. */
  readonly format: number;
  /** Whether it is a smaller copy, or a mask, of another page. */
  readonly preview: boolean;
  /** Whether the file is a digital negative. */
  readonly dng: boolean;
  /** The number in the file of the page itself, or of the one that it hangs below. */
  readonly page: number;
  /** Its number among those that hang below a page; undefined if it is a page itself. */
  readonly below?: number;
}

/** TIFF 6.0, TIFF/EP and DNG 1.7. */
const tags = {
  subfile: 254,
  oldSubfile: 255,
  width: 256,
  height: 257,
  bits: 258,
  photometric: 262,
  below: 330,
  format: 339,
  dng: 50706,
};
/** The meanings of samples that only a raw developer can show: a sensor's mosaic, and linear raw. */
const undeveloped: readonly number[] = [32803, 34892];
/** Sizes in bytes of the types of numbers that stand in the tags above: BYTE, SHORT, LONG, IFD, LONG8, IFD8. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };
/** More pages than this are not looked at. */
const mostPages = 1000;

/** Whether a camera's raw file has these pages. */
export function isRaw(pages: readonly TiffPage[]): boolean {
  return pages.some(({ photometric, dng }) => dng || undeveloped.includes(photometric));
}

/** The page that is the picture: the first, unless it is a preview; then the largest that is none. */
export function pictureOf(pages: readonly TiffPage[]): TiffPage | undefined {
  const whole = pages.filter(({ preview }) => !preview);
  if (!pages[0]?.preview) return pages[0];
  return whole.toSorted((a, b) => b.width * b.height - a.width * a.height)[0] ?? pages[0];
}

/** The pages of a TIFF, and after each those below it; those before a fault, if the file has one. */
export async function tiffPages(readAt: ReadAt): Promise<TiffPage[]> {
  const pages: TiffPage[] = [];
  try {
    await collect(readAt, pages);
  } catch {
    // The decoder says what is wrong with the file.
  }
  return pages;
}

async function collect(readAt: ReadAt, pages: TiffPage[]): Promise<void> {
  const view = async (offset: number, length: number) => {
    const bytes = await readAt(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const start = await view(0, 16);
  const little = start.getUint8(0) === 0x49;
  const big = start.getUint16(2, little) === 43;
  const number = (from: DataView, at: number, size: number) => {
    if (size === 8) return Number(from.getBigUint64(at, little));
    if (size === 4) return from.getUint32(at, little);
    return size === 2 ? from.getUint16(at, little) : from.getUint8(at);
  };
  const [offsetSize, countSize, entrySize] = big ? [8, 8, 20] : [4, 2, 12];

  const seen = new Set<number>();
  /** Reads a directory; gives the offset of the next one. */
  async function directory(at: number, page: number, below?: number): Promise<number> {
    seen.add(at);
    const count = number(await view(at, countSize), 0, countSize);
    const entries = await view(at + countSize, Math.min(count, 4096) * entrySize + offsetSize);
    const values = new Map<number, number[]>();
    for (let entry = 0; entry < count * entrySize; entry += entrySize) {
      const tag = number(entries, entry, 2);
      const size = sizes[number(entries, entry + 2, 2)];
      if (!size || !Object.values(tags).includes(tag)) continue;
      const many = Math.min(mostPages, number(entries, entry + 4, offsetSize));
      const place = entry + 4 + offsetSize;
      const inside = many * size <= offsetSize;
      const from = inside ? entries : await view(number(entries, place, offsetSize), many * size);
      values.set(tag, Array.from({ length: many }, (_, i) => number(from, (inside ? place : 0) + i * size, size)));
    }
    const value = (tag: number) => values.get(tag)?.[0] ?? 0;
    pages.push({
      width: value(tags.width),
      height: value(tags.height),
      photometric: value(tags.photometric),
      bits: value(tags.bits),
      format: value(tags.format),
      // A reduced copy, or a mask; the tag of TIFF 5.0 counts otherwise.
      preview: (value(tags.subfile) & 5) !== 0 || value(tags.oldSubfile) === 2,
      dng: values.has(tags.dng),
      page,
      below,
    });
    const hanging = below === undefined ? values.get(tags.below) ?? [] : [];
    for (const [i, offset] of hanging.entries()) {
      if (!seen.has(offset) && pages.length < mostPages) await directory(offset, page, i);
    }
    return number(entries, count * entrySize, offsetSize);
  }

  let at = number(start, big ? 8 : 4, offsetSize);
  for (let page = 0; at !== 0 && !seen.has(at) && pages.length < mostPages; page++) at = await directory(at, page);
}
