import { Buffer } from "node:buffer";
import { lacksScans } from "./jpeg_scans.ts";
import type { SharpModule } from "./sharp.ts";

/** Markers of a JPEG: the last before its samples, and the last of all (ITU T.81, table B.1). */
const [startOfScan, endOfImage] = [Buffer.from([0xff, 0xda]), Buffer.from([0xff, 0xd9])];

/** What a JPEG lacks. */
interface Lack {
  /** The file with its end, if it lacks nothing but that. */
  readonly ended?: Uint8Array;
  /** Words for what it lacks, to stand behind its name. */
  readonly words?: string;
}

/**
 * What a JPEG lacks that the decoder would not say, or would not forgive.
 *
 * @param source Its bytes, or its path.
 * @param pixelLimit The most pixels that are decoded to find out.
 * @returns Nothing if it is whole, or the decoder refuses it.
 */
export async function lackOf(
  sharp: SharpModule,
  source: Uint8Array | string,
  pixelLimit: number,
): Promise<Lack> {
  const content = typeof source === "string" ? await Deno.readFile(source) : source;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const coarse = lacksScans(bytes);
  // Samples never look like a marker.
  if (bytes.lastIndexOf(endOfImage) > bytes.lastIndexOf(startOfScan)) {
    return coarse ? { words: "it lacks the scans that would make it fine" } : {};
  }
  // One that was cut between two scans is refused as any that was cut.
  if (coarse) return {};
  const ended = Buffer.concat([bytes, endOfImage]);
  const { width, height } = await sharp(ended, { limitInputPixels: false }).metadata()
    .catch(() => ({ width: Infinity, height: 1 }));
  if (width * height > pixelLimit) return {};
  const sound = (bytes: Uint8Array, failOn: "error" | "warning") =>
    sharp(bytes, { failOn, limitInputPixels: false }).raw().toBuffer().then(() => true, () => false);
  if (await sound(bytes, "error")) return {};
  // The decoder warns of samples that are not there.
  return await sound(ended, "warning") ? { ended, words: "its end is missing, but all of its pixels are there" } : {};
}
