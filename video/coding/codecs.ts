/** What a film is encoded as. */
export interface Encoding {
  /** Whether frames have opacity that is to be kept. */
  readonly transparent: boolean;
  /** Bits of a sample. */
  readonly depth: 8 | 10;
  /** From 1 to 100; 0 for so much that no loss shows. */
  readonly quality: number;
}

/** A codec, in ffmpeg's words. */
export interface Codec {
  /** Its encoder. */
  readonly encoder: string;
  /** What the encoder is told. */
  readonly options: Readonly<Record<string, string>>;
  /** The sample format. */
  readonly pixels: string;
  /** The name that it has in an MP4, if not the usual one. */
  readonly tag?: string;
  /** Whether no bit rate limits its quality: some encoders have to be told. */
  readonly unlimited?: true;
  /** The ending of a file of its own for a part of the film. */
  readonly ending: string;
  /** Whether mediabunny knows it; the coder joins the parts of others. */
  readonly joined: "mediabunny" | "coder";
}

/** A codec of sound. */
export interface SoundCodec {
  /** Its encoder, in ffmpeg's words. */
  readonly encoder: "aac" | "libopus";
  /** The ending of a file of its own. */
  readonly ending: ".mp4" | ".webm";
  /** Its name. */
  readonly name: string;
}

/** Bits of encoded sound in a second. */
export const soundRate = 160_000;

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
  const crf = (worst: number) => String(Math.round(worst - 0.8 * level * worst));
  if (ending === ".mov" && transparent) {
    // Its scale runs the other way; 4444 is its only profile with opacity.
    const options = { "profile:v": "4444", vendor: "apl0" };
    return { encoder: "prores_ks", options, pixels: "yuva444p10le", ending: ".mov", joined: "coder" };
  }
  if (ending === ".webm" || transparent) {
    return {
      encoder: "libvpx-vp9",
      options: { crf: crf(63), "row-mt": "1", "cpu-used": "3", ...transparent && { "auto-alt-ref": "0" } },
      pixels: transparent ? "yuva420p" : depth === 10 ? "yuv420p10le" : "yuv420p",
      unlimited: true,
      ending: ".webm",
      joined: "mediabunny",
    };
  }
  const options = { crf: crf(51), preset: "fast" };
  if (depth === 8) return { encoder: "libx264", options, pixels: "yuv420p", ending: ".mp4", joined: "mediabunny" };
  return {
    encoder: "libx265",
    options: { ...options, "x265-params": "log-level=error" },
    pixels: "yuv420p10le",
    tag: "hvc1",
    ending: ".mp4",
    joined: "mediabunny",
  };
}

/** The codec of sound that a container holds, for sound that it does not. */
export function soundCodecFor(ending: string): SoundCodec {
  return ending === ".webm"
    ? { encoder: "libopus", ending: ".webm", name: "Opus" }
    : { encoder: "aac", ending: ".mp4", name: "AAC" };
}
