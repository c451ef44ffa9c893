import { pathToFileURL } from "node:url";
import { openPicture } from "../../pictures/read_picture.ts";
import type { Sharp, SharpModule } from "../../pictures/sharp.ts";
import type { Frame } from "../film.ts";
import type { SampleLayout } from "../frame_stream.ts";

/** Samples as a PNG that holds them as they are. */
export function lossless(
  sharp: SharpModule,
  samples: Uint8Array | Uint16Array,
  { width, height, channels, bytes }: SampleLayout,
): Sharp {
  // The fastest level: these files are soon gone.
  return sharp(samples, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace(bytes === 2 ? "rgb16" : "srgb").png({ compressionLevel: 1 });
}

/** The frame that such a PNG holds. */
export async function frameIn(png: Uint8Array, path: string): Promise<Frame> {
  const file = await openPicture(png, pathToFileURL(path));
  return { ...await file.pixels(file.size), alpha: await file.alpha(file.size) };
}
