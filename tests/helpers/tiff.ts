import { Buffer } from "node:buffer";

/** One picture of a TIFF file, without compression. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Interleaved; the type of the array is the format of the samples. */
  readonly samples:
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Float32Array
    | Float64Array
    | BigInt64Array;
  /** 1 is grey, 2 red, green and blue, 5 inks, 8 CIELab, 32803 a sensor's mosaic (TIFF 6.0, TIFF/EP). */
  readonly photometric: number;
  /** What samples beyond the colours are; 2 is opacity that is not multiplied in. */
  readonly extra?: readonly number[];
  readonly profile?: Uint8Array;
  /** Other tags of type LONG, or of type BYTE if they are bytes. */
  readonly tags?: Readonly<Record<number, number | Uint8Array>>;
  /** Pages that hang below this one (SubIFDs). */
  readonly below?: readonly TiffPage[];
}

const [BYTE, SHORT, LONG, UNDEFINED] = [1, 3, 4, 7];

/** A TIFF of pages (TIFF 6.0), little-endian. */
export function tiff(...pages: readonly TiffPage[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])];
  let end = 8;
  const add = (bytes: Uint8Array) => {
    const at = end;
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    parts.push(padded);
    end += padded.length;
    return at;
  };
  /** Writes pages with what belongs to them; gives where each directory begins, and where its link to the next is. */
  const write = ({ width, height, samples, photometric, extra = [], profile, tags = {}, below = [] }: TiffPage) => {
    const count = samples.length / (width * height);
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    const format = /^Float/.test(samples.constructor.name) ? 3 : /^(Big)?Int/.test(samples.constructor.name) ? 2 : 1;
    const bits = 8 * samples.BYTES_PER_ELEMENT;
    const entries: [tag: number, type: number, values: readonly number[] | Uint8Array][] = [
      [256, LONG, [width]],
      [257, LONG, [height]],
      [258, SHORT, Array(count).fill(bits)],
      [259, SHORT, [1]],
      [262, SHORT, [photometric]],
      [273, LONG, [add(bytes)]],
      [277, SHORT, [count]],
      [278, LONG, [height]],
      [279, LONG, [bytes.length]],
      [339, SHORT, Array(count).fill(format)],
    ];
    if (below.length > 0) entries.push([330, LONG, below.map((page) => write(page).at)]);
    if (extra.length > 0) entries.push([338, SHORT, [...extra]]);
    if (profile) entries.push([34675, UNDEFINED, profile]);
    for (const [tag, value] of Object.entries(tags)) {
      entries.push([Number(tag), typeof value === "number" ? LONG : BYTE, typeof value === "number" ? [value] : value]);
    }
    entries.sort(([a], [b]) => a - b);
    const directory = Buffer.alloc(2 + 12 * entries.length + 4);
    directory.writeUInt16LE(entries.length);
    entries.forEach(([tag, type, values], i) => {
      const each = type === SHORT ? 2 : type === LONG ? 4 : 1;
      const content = Buffer.alloc(Math.max(4, each * values.length));
      [...values].forEach((value, k) => content.writeUIntLE(value, each * k, each));
      const place = 2 + 12 * i;
      directory.writeUInt16LE(tag, place);
      directory.writeUInt16LE(type, place + 2);
      directory.writeUInt32LE(values.length, place + 4);
      if (each * values.length <= 4) content.copy(directory, place + 8);
      else directory.writeUInt32LE(add(content), place + 8);
    });
    return { at: add(directory), directory: parts.at(-1)! };
  };
  const written = pages.map(write);
  new DataView(parts[0].buffer, parts[0].byteOffset).setUint32(4, written[0].at, true);
  written.slice(1).forEach(({ at }, i) => {
    const { directory } = written[i];
    const count = new DataView(directory.buffer, directory.byteOffset).getUint16(0, true);
    new DataView(directory.buffer, directory.byteOffset).setUint32(2 + 12 * count, at, true);
  });
  return new Uint8Array(Buffer.concat(parts));
}
