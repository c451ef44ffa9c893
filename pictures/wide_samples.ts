/**
 * Pictures of more than 16 bits per sample, and of floats or signed numbers: brought to 16 bits, so that one road
 * leads from there to sRGB.
 *
 * @module
 */
import { encodeLight } from "./oklab.ts";
import { withPngProfile } from "./png_profile.ts";
import type { Sharp, SharpModule } from "./sharp.ts";

/** What the largest sample of each format means in it; 8 and 16 bits without sign are not wide. */
const peaks: Readonly<Record<string, number>> = {
  char: 2 ** 7 - 1,
  short: 2 ** 15 - 1,
  int: 2 ** 31 - 1,
  uint: 2 ** 32 - 1,
  float: 1,
  double: 1,
};

/** The colour spaces whose samples are levels of grey, or of red, green and blue. */
const plainSpaces: readonly string[] = ["b-w", "grey16", "srgb", "rgb16", "scrgb"];

/** What is known of a picture from its header. */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly space: string;
  readonly depth: string;
  readonly channels: number;
  readonly hasAlpha: boolean;
  readonly icc?: Uint8Array;
}

/** Whether a picture's samples are to be brought to 16 bits first. */
export function isWide({ depth, space }: Header): boolean {
  return depth in peaks && plainSpaces.includes(space);
}

/** How a wide picture is read. */
interface Narrowing {
  /** Whether its samples are amounts, as of a mask: these have no curve. */
  readonly amounts: boolean;
  /** Told what a person should know. */
  readonly remark: (message: string) => void;
}

/**
 * A wide picture as a PNG of 16 bits with the same profile, upright. Floats reach from 0 to 1, or if their mean is
 * above that, to 255 or 65535. Floats from 0 to 1 without a profile are linear light.
 *
 * @param open Opens the file without a conversion of its colours.
 */
export async function narrowed(
  sharp: SharpModule,
  open: () => Sharp,
  header: Header,
  { amounts, remark }: Narrowing,
): Promise<Uint8Array> {
  const { space, depth, channels, hasAlpha, icc } = header;
  const stored = () => open().autoOrient().toColourspace(space);
  const read = async (image: Sharp) => {
    const { data, info } = await image.raw({ depth: "float" }).toBuffer({ resolveWithObject: true });
    return { ...info, samples: new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4) };
  };
  const colours = await read(stored());
  // libvips gives the first channel alone of a grey picture.
  const alpha = hasAlpha ? await read(stored().extractChannel(channels - 1 as 0 | 1 | 2 | 3)) : undefined;

  const peak = peaks[depth] === 1 ? peakOf(colours.samples) : peaks[depth];
  const linear = peak === 1 && !icc && !amounts;
  if (linear) remark("its floats have no colour profile: they are read as linear light");
  const curve = Uint16Array.from({ length: 65536 }, (_, x) => linear ? 257 * encodeLight(x / 65535) + 0.5 : x);
  // What is no number is black.
  const deep = (sample: number) => Math.round(65535 * Math.min(1, Math.max(0, sample / peak || 0)));
  const { width, height, samples } = colours;
  const kept = space === "b-w" || space === "grey16" ? 1 : 3;
  const count = kept + (alpha ? 1 : 0);
  const result = new Uint16Array(width * height * count);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < kept; c++) result[i * count + c] = curve[deep(samples[i * colours.channels + c])];
    if (alpha) result[i * count + kept] = deep(alpha.samples[i * alpha.channels]);
  }
  const raw = { width, height, channels: count as 1 | 2 | 3 | 4 };
  const png = await sharp(result, { raw, limitInputPixels: false })
    .toColourspace(kept === 1 ? "grey16" : "rgb16").png({ compressionLevel: 1 }).toBuffer();
  return icc ? withPngProfile(png, icc) : png;
}

/** What stands for full light among floats: 1, or if their mean is above that, 255 or 65535. */
function peakOf(samples: Float32Array): number {
  let [sum, count, most] = [0, 0, 0];
  for (const sample of samples) {
    if (!Number.isFinite(sample)) continue;
    sum += sample;
    count++;
    most = Math.max(most, sample);
  }
  if (sum <= count) return 1;
  return most <= 255 ? 255 : 65535;
}
