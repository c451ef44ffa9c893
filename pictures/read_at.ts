import { readInto } from "../base/file_io.ts";

/** Reads bytes of a file from an offset on: as many as asked for, or fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** Reads parts of what is in memory, or of the file at a path. */
export function readAtOf(source: Uint8Array | string): ReadAt {
  if (typeof source !== "string") return (offset, length) => Promise.resolve(source.subarray(offset, offset + length));
  return async (offset, length) => {
    using file = await Deno.open(source);
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    await file.seek(offset, Deno.SeekMode.Start);
    await readInto(file, bytes);
    return bytes;
  };
}
