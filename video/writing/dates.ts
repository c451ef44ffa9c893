import { readInto, writeAll } from "../../base/file_io.ts";

/** The boxes that hold others on the way to those with dates. */
const containers: readonly string[] = ["moov", "trak", "mdia"];

/** The boxes with the dates of creation and change, behind their version and flags (ISO/IEC 14496-12, 8.2.2 and on). */
const dated: readonly string[] = ["mvhd", "tkhd", "mdhd"];

/** Takes the dates out of an MP4 or MOV, so that the same film is the same file whenever it is made. */
export async function removeDates(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const { size: length } = await file.stat();
  const walk = async (from: number, to: number) => {
    for (let at = from; at + 8 <= to;) {
      await file.seek(at, Deno.SeekMode.Start);
      const head = new Uint8Array(16);
      await readInto(file, head);
      const view = new DataView(head.buffer);
      const type = new TextDecoder("latin1").decode(head.subarray(4, 8));
      const small = view.getUint32(0);
      const [size, header] = small === 1 ? [Number(view.getBigUint64(8)), 16] : [small === 0 ? to - at : small, 8];
      if (size < header) return;
      if (containers.includes(type)) await walk(at + header, at + size);
      if (dated.includes(type)) {
        // The version says how long dates are.
        const isLong = head[8] === 1;
        await file.seek(at + header + 4, Deno.SeekMode.Start);
        await writeAll(file, new Uint8Array(isLong ? 16 : 8));
      }
      at += size;
    }
  };
  await walk(0, length);
}
