/** What a film is encoded as. */
export interface Encoding {
  /** Whether frames have opacity that is to be kept. */
  readonly transparent: boolean;
  /** Bits of a sample. */
  readonly depth: 8 | 10;
  /** From 1 to 100; 0 for so much that no loss shows. */
  readonly quality: number;
}

/** A codec as ffmpeg is told of it. */
export interface Codec {
  /** Arguments that choose and set it. */
  readonly args: readonly string[];
  /** The ending of a file of its own for a part of the film. */
  readonly ending: string;
  /** Whether mediabunny knows it; ffmpeg joins the parts of others. */
  readonly joined: "mediabunny" | "ffmpeg";
}

/** The containers of films that can be written, by their endings. */
export const containerEndings: readonly string[] = [".mp4", ".m4v", ".mov", ".mkv", ".webm"];

/** The containers that hold opacity. */
export const transparentEndings: readonly string[] = [".mov", ".mkv", ".webm"];

/** The quality at which no loss shows. */
const lossless = 85;

/**
 * The codec of a container: VP9 in WebM, and where there is opacity in Matroska; ProRes 4444 for opacity in MOV; else
 * H.264, or H.265 for 10 bits, which players know.
 */
export function codecFor(ending: string, { transparent, depth, quality }: Encoding): Codec {
  const level = (quality || lossless) / 100;
  // Constant rate factors: 51 and 63 are the worst that x264 and libvpx have.
  const factor = (worst: number) => String(Math.round(worst - 0.8 * level * worst));
  if (ending === ".mov" && transparent) {
    // Its scale runs the other way; 4444 is its only profile with opacity.
    const args = ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-vendor", "apl0"];
    return { args, ending: ".mov", joined: "ffmpeg" };
  }
  if (ending === ".webm" || transparent) {
    const pixels = transparent ? "yuva420p" : depth === 10 ? "yuv420p10le" : "yuv420p";
    const args = ["-c:v", "libvpx-vp9", "-crf", factor(63), "-b:v", "0", "-row-mt", "1", "-cpu-used", "3"];
    return {
      args: [...args, ...transparent ? ["-auto-alt-ref", "0"] : [], "-pix_fmt", pixels],
      ending: ".webm",
      joined: "mediabunny",
    };
  }
  if (depth === 10) {
    const args = [
      "-c:v",
      "libx265",
      "-crf",
      factor(51),
      "-preset",
      "fast",
      "-tag:v",
      "hvc1",
      "-pix_fmt",
      "yuv420p10le",
    ];
    return { args: [...args, "-x265-params", "log-level=error"], ending: ".mp4", joined: "mediabunny" };
  }
  const args = ["-c:v", "libx264", "-crf", factor(51), "-preset", "fast", "-pix_fmt", "yuv420p"];
  return { args, ending: ".mp4", joined: "mediabunny" };
}
