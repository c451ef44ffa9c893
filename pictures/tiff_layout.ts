/**
 * Strips as TIFF 6.0 has them; tiles, of which a viewer of a large picture reads what it shows; tiles with the offsets of
 * 64 bits that BigTIFF has; or what the size asks for.
 */
export const tiffLayouts = ["auto", "strips", "tiles", "bigtiff"] as const;
export type TiffLayout = typeof tiffLayouts[number];

/** Pixels from which a TIFF is tiled by itself. */
const manyPixels = 50e6;
/** Bytes of samples from which a TIFF may pass the 4 GB that offsets of 32 bits reach: LZW can make noise larger. */
const manyBytes = 2 ** 31;

/** The layout that suits a TIFF. */
export function layoutFor(pixels: number, bytes: number): Exclude<TiffLayout, "auto"> {
  if (bytes >= manyBytes) return "bigtiff";
  return pixels >= manyPixels ? "tiles" : "strips";
}
