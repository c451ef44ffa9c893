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

/** The pixels of a picture over another one, which is seen where the first is transparent. */
export async function pixelsOver(file: PictureFile, under: Picture): Promise<Picture> {
  const picture = await file.pixels(under);
  const alpha = await file.alpha(under);
  if (!alpha) return picture;
  const data = picture.data.map((level, i) => {
    const share = alpha[i % alpha.length] / 255;
    return share * level + (1 - share) * under.data[i];
  });
  return { ...picture, data };
}
