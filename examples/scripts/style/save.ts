import { jpeg } from "./raster.ts";

/** No picture may weigh more than this, in bytes. */
const LIMIT = 350_000;

/**
 * Writes sRGB bytes at canvas scale as `../../name.jpg`, blurred by `softness`
 * cells; the file appears only once it is whole. Gives its size in bytes.
 */
export async function save(name: string, bytes: Uint8Array, softness: number): Promise<number> {
  const file = await jpeg(bytes, softness, LIMIT);
  const target = new URL(`../../${name}.jpg`, import.meta.url);
  const partial = new URL(`../../${name}.jpg.partial`, import.meta.url);
  await Deno.writeFile(partial, file);
  await Deno.rename(partial, target);
  return file.length;
}
