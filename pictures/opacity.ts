import type { Picture, Size } from "./picture.ts";
import type { PictureFile } from "./read_picture.ts";

/** The pixels of a painting; what is transparent has the mean colour of the rest, so that its edge teaches nothing. */
export async function opaquePixels(file: PictureFile, size: Size): Promise<Picture> {
  const picture = await file.pixels(size);
  const alpha = await file.alpha(size);
  const total = alpha?.reduce((sum, opacity) => sum + opacity, 0) ?? 0;
  const area = size.width * size.height;
  if (!alpha || total === 0 || total === 255 * area) return picture;
  const data = picture.data.slice();
  for (let plane = 0; plane < data.length; plane += area) {
    const mean = alpha.reduce((sum, opacity, i) => sum + opacity * data[plane + i], 0) / total;
    for (let i = 0; i < area; i++) data[plane + i] = mean + (data[plane + i] - mean) * alpha[i] / 255;
  }
  return { ...picture, data };
}
