import type { Size } from "../../pictures/picture.ts";
import type { Frame } from "../film.ts";
import type { Codec, SoundCodec } from "./codecs.ts";

/** What decodes and encodes: the system's ffmpeg, or a package in its place. */
export interface Coder {
  /** Tells what a file is; one that is no film has neither pictures nor sound. */
  look(path: string): Promise<Look>;
  /** Reads the pictures of a film from a place on; leaving the loop ends the reading. */
  frames(path: string, wanted: Wanted): AsyncGenerator<Frame, void>;
  /** Encodes pictures at a constant rate, in BT.709, as a file of its own. */
  encode(pictures: NumberedPictures, codec: Codec, output: string): Promise<void>;
  /** Encodes a track of sound anew, as a file of its own. */
  encodeSound(source: string, index: number, codec: SoundCodec, output: string): Promise<void>;
  /** Joins parts of a codec that mediabunny does not know. Absent if it cannot. */
  join?(parts: readonly string[], joining: Joining, output: string): Promise<void>;
}

/** What a film is, as far as its codecs are concerned. */
export interface Look {
  /** Its first stream of pictures; undefined if it has none. */
  readonly video?: {
    readonly codec: string;
    /** The sample format, in ffmpeg's words. */
    readonly pixels: string;
    /** Whether it says by which matrix its colours were made. */
    readonly namesMatrix: boolean;
    /** Whether its light is of high dynamic range. */
    readonly highRange: boolean;
    /** Whether a second stream inside holds opacity, as in WebM. */
    readonly alphaInside: boolean;
  };
  /** Whether it has sound. */
  readonly audio: boolean;
  /** When it starts, in seconds. */
  readonly start: number;
  /** Why nothing can be read of it, if that is known. */
  readonly fault: string;
}

/** How the pictures of a film are wanted. */
export interface Wanted extends Size {
  readonly look: Look;
  /** Seconds from which on they are wanted, by the film's own clock; the start unless given. */
  readonly from?: number;
  /** By how many degrees clockwise they are to be turned. */
  readonly turn: 0 | 90 | 180 | 270;
  /** Whether they have opacity. */
  readonly transparent: boolean;
  /** Whether their samples have 16 bits. */
  readonly deep: boolean;
  /** The matrix of a film that names none. */
  readonly matrix?: "bt601" | "bt709";
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** The error of a film that cannot be read. */
  fault(reason: string): Error;
}

/** Pictures of a folder, in their order. */
export interface NumberedPictures {
  /** Their folder: they are called as `%08d.png` says. */
  readonly folder: string;
  /** The number of the first. */
  readonly from: number;
  readonly count: number;
  readonly rate: readonly [frames: number, seconds: number];
  /** By how many columns and rows they grow, the last one again: a side has to be even. */
  readonly growth: readonly [right: number, bottom: number];
  readonly transparent: boolean;
}

/** How parts are joined. */
export interface Joining {
  /** A folder for what is written on the way. */
  readonly folder: string;
  /** The film whose sound is taken along, and the part of it in seconds; without sound unless given. */
  readonly sound?: { readonly path: string; readonly range?: readonly [from: number, to: number] };
  readonly comment: string;
  /** The ending that tells the container. */
  readonly ending: string;
}

/** Reads a picture's size and colours right: what a film of its own matrix needs is told by `wanted`. */
export function readingFilter({ width, height, matrix }: Wanted): string {
  const colours = matrix ? `:in_color_matrix=${matrix}` : "";
  return `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int${colours}`;
}

/** The sample format in which pictures are wanted, in ffmpeg's words. */
export function wantedPixels({ transparent, deep }: Wanted): string {
  return `${transparent ? "rgba" : "rgb"}${deep ? (transparent ? "64le" : "48le") : transparent ? "" : "24"}`;
}

/** How samples lie that come so. */
export function wantedLayout({ width, height, transparent, deep }: Wanted) {
  return { width, height, channels: transparent ? 4 : 3, bytes: deep ? 2 : 1 } as const;
}

/** Turns RGB into BT.709, and repeats the last column and row of an odd side: chroma has half the size. */
export function writingFilter({ growth: [right, bottom], transparent }: NumberedPictures, { pixels }: Codec): string {
  const colours = "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd";
  const grown = [
    `format=${transparent ? "yuva444p" : "yuv444p16le"}`,
    `pad=iw+${right}:ih+${bottom}`,
    `fillborders=right=${right}:bottom=${bottom}:mode=smear`,
  ];
  const told = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709";
  return [colours, ...right + bottom > 0 ? grown : [], `format=${pixels}`, told].join();
}

/** ffmpeg's own decoders of VP8 and VP9 leave opacity out; undefined for the usual one. */
export function decoderOf({ video }: Look): string | undefined {
  if (!video?.alphaInside) return undefined;
  return video.codec === "vp8" ? "libvpx" : "libvpx-vp9";
}

/** What a name of colours says. */
export function coloursIn(names: string): { readonly namesMatrix: boolean; readonly highRange: boolean } {
  return {
    namesMatrix: /bt709|bt601|smpte170m|bt470bg|bt2020|smpte240m|fcc|gbr/.test(names),
    highRange: /smpte2084|arib-std-b67/.test(names),
  };
}
