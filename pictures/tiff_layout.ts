/**
 * How the samples of a TIFF are stored: in strips; in tiles, of which a viewer of a large picture reads some;
 * in tiles with BigTIFF's offsets of 64 bits; or as suits the size.
 */
export const tiffLayouts = ["auto", "strips", "tiles", "bigtiff"] as const;

/** Name of a layout. */
export type TiffLayout = typeof tiffLayouts[number];

/** The number of pixels from which `auto` means tiles. */
const manyPixels = 50e6;
/** Bytes of samples from which `auto` means BigTIFF: LZW may enlarge noise beyond the 4 GB that 32 bits address. */
const manyBytes = 2 ** 31;

/** The layout that `auto` means for a number of pixels and of bytes of samples. */
export function layoutFor(pixels: number, bytes: number): Exclude<TiffLayout, "auto"> {
  if (bytes >= manyBytes) return "bigtiff";
  return pixels >= manyPixels ? "tiles" : "strips";
}
