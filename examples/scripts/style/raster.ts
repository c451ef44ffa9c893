// deno-lint-ignore no-import-prefix -- the examples add nothing to deno.json
import sharp from "../../../pictures/sharp_package.ts";
import { HEIGHT, SCALE, WIDTH } from "./canvas.ts";

/** Pixels of an SVG text as straight RGBA bytes. */
export async function rasterize(svg: string): Promise<Uint8Array> {
  return await sharp(new TextEncoder().encode(svg)).ensureAlpha().raw()
    .toBuffer();
}

/**
 * Reduces sRGB bytes from canvas scale to picture size and encodes them as
 * JPEG without chroma subsampling, at the best quality up to 88 whose file
 * has no more than `limit` bytes. `softness` is the blur of the lens that
 * photographs the picture, the deviation in cells of the canvas.
 */
export async function jpeg(
  bytes: Uint8Array,
  softness: number,
  limit: number,
): Promise<Uint8Array> {
  const raw = {
    width: WIDTH * SCALE,
    height: HEIGHT * SCALE,
    channels: 3,
  } as const;
  const picture = await sharp(bytes, { raw })
    .blur(softness)
    .resize(WIDTH, HEIGHT, { kernel: "lanczos3" })
    .png()
    .toBuffer();
  for (let quality = 88;; quality -= 2) {
    const file = await sharp(picture)
      .jpeg({ quality, chromaSubsampling: "4:4:4", mozjpeg: true })
      .toBuffer();
    if (file.length <= limit) return file;
  }
}
