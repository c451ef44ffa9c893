import { Buffer } from "node:buffer";
import type { SharpModule } from "./sharp.ts";

/** Markers of a JPEG: the last before its samples, and the last of all (ITU T.81, table B.1). */
const [startOfScan, endOfImage] = [Buffer.from([0xff, 0xda]), Buffer.from([0xff, 0xd9])];

/**
 * A JPEG that lacks nothing but its end, with that.
 *
 * @param source Its bytes, or its path.
 * @param pixelLimit The most pixels that are decoded to find out.
 * @returns undefined if it has an end, or lacks more.
 */
export async function withEnd(
  sharp: SharpModule,
  source: Uint8Array | string,
  pixelLimit: number,
): Promise<Uint8Array | undefined> {
  const content = typeof source === "string" ? await Deno.readFile(source) : source;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  // Samples never look like a marker.
  if (bytes.lastIndexOf(endOfImage) > bytes.lastIndexOf(startOfScan)) return undefined;
  const ended = Buffer.concat([bytes, endOfImage]);
  const { width, height } = await sharp(ended, { limitInputPixels: false }).metadata()
    .catch(() => ({ width: Infinity, height: 1 }));
  if (width * height > pixelLimit) return undefined;
  const sound = (bytes: Uint8Array, failOn: "error" | "warning") =>
    sharp(bytes, { failOn, limitInputPixels: false }).raw().toBuffer().then(() => true, () => false);
  if (await sound(bytes, "error")) return undefined;
  // The decoder warns of samples that are not there.
  return await sound(ended, "warning") ? ended : undefined;
}
