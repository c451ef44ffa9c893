import { join } from "node:path";
import { scratchFolder } from "../base/scratch.ts";
import type { Size } from "./picture.ts";
import type { Sharp, SharpModule } from "./sharp.ts";

/** Some rows of a picture. */
interface Band {
  readonly top: number;
  readonly rows: number;
  /** Interleaved. */
  readonly samples: Uint8Array | Uint16Array;
}

/** The samples of a picture from top to bottom: at once, or if they are many, in bands from a temporary file. */
export async function* bands(
  sharp: SharpModule,
  image: Sharp,
  { width, height, deep, inMemory }: Size & { readonly deep: boolean; readonly inMemory: number },
): AsyncGenerator<Band> {
  const depth = deep ? "ushort" : "uchar";
  const samplesOf = async (part: Sharp) => {
    const bytes = await part.raw({ depth }).toBuffer();
    return deep ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2) : bytes;
  };
  const bytesPerRow = width * 4 * (deep ? 2 : 1);
  if (height * bytesPerRow <= inMemory) {
    yield { top: 0, rows: height, samples: await samplesOf(image) };
    return;
  }
  // libvips's own format: samples as they are, which it maps into memory to read a part.
  await using folder = await scratchFolder();
  const path = join(folder.path, "picture.v");
  await image.toFile(path);
  const most = Math.max(1, Math.floor(inMemory / 16 / bytesPerRow));
  for (let top = 0; top < height; top += most) {
    const rows = Math.min(most, height - top);
    const part = sharp(path, { limitInputPixels: false, ignoreIcc: true }).extract({
      left: 0,
      top,
      width,
      height: rows,
    });
    yield { top, rows, samples: await samplesOf(part.toColourspace(deep ? "rgb16" : "srgb")) };
  }
}
