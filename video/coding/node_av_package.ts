/**
 * The one door to node-av, FFmpeg's libraries in this process: whoever has ffmpeg never fetches its 215 MB. What is used of
 * it is described here, for its own types would be fetched with all of it; a test compares the two.
 *
 * @module
 */
import { lateImport } from "../../base/late_import.ts";

/** A fraction. */
interface Ratio {
  readonly num: number;
  readonly den: number;
}

/** A picture, or a piece of sound. */
export interface AvFrame {
  readonly bestEffortTimestamp: bigint;
  readonly timeBase: Ratio;
  toBuffer(): Uint8Array;
  free(): void;
}

/** What is encoded of a track. */
interface AvPacket {
  free(): void;
}

/** A track of a file. */
export interface AvStream {
  readonly index: number;
  readonly disposition: number;
  readonly metadata: { get(name: string): string | null } | null;
  readonly codecpar: {
    readonly codecType: number;
    readonly codecId: number;
    readonly format: number;
    readonly colorSpace: number;
    readonly colorTrc: number;
  };
}

/** One after the other; null ends them. */
export type Run<T> = AsyncGenerator<T | null>;

/** Those that are to come, or a last one. */
type Given<T> = AsyncIterable<T | null> | T | null;

/** A file that is read. */
interface AvDemuxer extends AsyncDisposable {
  readonly streams: AvStream[];
  readonly startTime: number;
  audio(index: number): AvStream | undefined;
  packets(index: number): Run<AvPacket>;
  seek(seconds: number, stream: number, flags: unknown): Promise<number>;
}

/** What turns packets into frames. */
interface AvDecoder extends Disposable {
  frames(packets: Given<AvPacket>): Run<AvFrame>;
}

/** A chain of filters, written as for ffmpeg. */
interface AvFilter extends Disposable {
  frames(frames: Given<AvFrame>): Run<AvFrame>;
}

/** What turns frames into packets. */
interface AvEncoder extends Disposable {
  packets(frames: Given<AvFrame>): Run<AvPacket>;
}

/** A file that is written. */
interface AvMuxer extends AsyncDisposable {
  addStream(encoder: AvEncoder): number;
  writePacket(packet: AvPacket, stream: number): Promise<void>;
  close(): Promise<void>;
}

/** How something is encoded. */
interface EncoderOptions {
  readonly filter?: AvFilter;
  readonly decoder?: AvDecoder;
  readonly bitrate?: number;
  readonly autoResample?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  configure?(context: { codecTag: string | number }): void;
}

/** What is used of node-av. */
export interface NodeAv {
  readonly Demuxer: {
    open(path: string, options?: {
      readonly format?: string;
      readonly copyTs?: boolean;
      readonly options?: Readonly<Record<string, string>>;
    }): Promise<AvDemuxer>;
  };
  readonly Decoder: {
    create(stream: AvStream, options: { readonly exitOnError?: boolean }): Promise<AvDecoder>;
    create(stream: AvStream, name: string, options: { readonly exitOnError?: boolean }): Promise<AvDecoder>;
  };
  readonly FilterAPI: { create(description: string): AvFilter };
  readonly Encoder: { create(name: string, options: EncoderOptions): Promise<AvEncoder> };
  readonly Muxer: {
    open(path: string, options: { readonly options: Readonly<Record<string, string>> }): Promise<AvMuxer>;
  };
  readonly Log: { setLevel(level: number): void };
  readonly AV_LOG_QUIET: number;
  readonly AVSEEK_FLAG_BACKWARD: unknown;
  readonly AV_DISPOSITION_ATTACHED_PIC: number;
  readonly AVCOL_SPC_UNSPECIFIED: number;
  readonly AVCOL_TRC_SMPTE2084: number;
  readonly AVCOL_TRC_ARIB_STD_B67: number;
  readonly AV_CODEC_ID_VP8: number;
  readonly AVMEDIA_TYPE_VIDEO: number;
  avGetPixFmtName(format: number): string | null;
}

/** The variable of the environment that it reads as it loads. */
export const variable = "AV_FROM_SOURCE";

const name = "npm:node-av@6.1.1";

/** Loads it. Its parts, for the whole asks for more of the environment than it needs. */
export async function nodeAv(): Promise<NodeAv> {
  const parts = await Promise.all(
    ["api", "lib", "constants"].map((part) => lateImport<Partial<NodeAv>>(`${name}/${part}`)),
  );
  const all = Object.assign({}, ...parts) as NodeAv;
  all.Log.setLevel(all.AV_LOG_QUIET);
  return all;
}
