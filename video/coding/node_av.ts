import { join, resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { frameOf } from "../frame_stream.ts";
import { soundRate } from "./codecs.ts";
import {
  type Coder,
  decoderOf,
  type Look,
  readingFilter,
  type Wanted,
  wantedLayout,
  wantedPixels,
  writingFilter,
} from "./coder.ts";
import type { AvFrame, AvStream, NodeAv } from "./node_av_package.ts";

/** The filters that turn a picture clockwise. */
const turns: Readonly<Record<Wanted["turn"], string>> = {
  0: "",
  90: "transpose=clock,",
  180: "hflip,vflip,",
  270: "transpose=cclock,",
};

/** How files are written, so that the same film is the same file. */
const exact = { options: { fflags: "+bitexact" } };

/** What is wrong with a film is told by what can be read of it. */
const lenient = { exitOnError: false };

/** FFmpeg's libraries in this process. They join no ProRes. */
export function coderOf(av: NodeAv): Coder {
  /** The first stream of pictures; a cover of a song is one too. */
  const picturesOf = ({ streams }: { readonly streams: readonly AvStream[] }) =>
    streams.find(({ disposition, codecpar: { codecType } }) =>
      codecType === av.AVMEDIA_TYPE_VIDEO && (disposition & av.AV_DISPOSITION_ATTACHED_PIC) === 0
    );
  const open = (path: string) => av.Demuxer.open(resolve(path), { copyTs: true });
  return {
    async look(path) {
      try {
        await using file = await open(path);
        const audio = file.audio(0) !== undefined;
        const stream = picturesOf(file);
        const start = Number.isFinite(file.startTime) ? file.startTime : 0;
        return { video: stream && lookOf(av, stream), audio, start, fault: "" };
      } catch (error) {
        return { audio: false, start: 0, fault: messageOf(error).replace(/^Failed to open input: /, "") };
      }
    },
    async *frames(path, wanted) {
      const { look, from, turn, signal } = wanted;
      await using file = await open(path);
      const stream = picturesOf(file);
      if (!stream) throw wanted.fault("it has no pictures");
      const name = decoderOf(look);
      using decoder = await (name ? av.Decoder.create(stream, name, lenient) : av.Decoder.create(stream, lenient));
      using filter = av.FilterAPI.create(`${turns[turn]}${readingFilter(wanted)},format=${wantedPixels(wanted)}`);
      if (from !== undefined) await file.seek(from, stream.index, av.AVSEEK_FLAG_BACKWARD);
      const decoded = from === undefined
        ? decoder.frames(file.packets(stream.index))
        : since(from, decoder.frames(file.packets(stream.index)));
      for await (const frame of filter.frames(decoded)) {
        signal?.throwIfAborted();
        if (!frame) return;
        // A copy of its own: 16 bits have to lie evenly.
        const samples = Uint8Array.from(frame.toBuffer());
        frame.free();
        yield frameOf(samples, wantedLayout(wanted));
      }
    },
    async encode(pictures, codec, output) {
      const { encoder: name, options, tag, unlimited } = codec;
      const { folder, from, count, rate } = pictures;
      await using file = await av.Demuxer.open(join(resolve(folder).replaceAll("%", "%%"), "%08d.png"), {
        format: "image2",
        options: { framerate: rate.join("/"), start_number: String(from) },
      });
      const stream = picturesOf(file)!;
      using decoder = await av.Decoder.create(stream, {});
      using filter = av.FilterAPI.create(writingFilter(pictures, codec));
      using encoder = await av.Encoder.create(name, {
        filter,
        options,
        ...unlimited && { bitrate: 0 },
        ...tag && { configure: (context) => void (context.codecTag = tag) },
      });
      await using written = await av.Muxer.open(resolve(output), exact);
      const track = written.addStream(encoder);
      const frames = filter.frames(first(count, decoder.frames(file.packets(stream.index))));
      for await (const packet of encoder.packets(frames)) {
        if (!packet) break;
        await written.writePacket(packet, track);
        packet.free();
      }
      await written.close();
    },
    async encodeSound(source, index, { encoder: name }, output) {
      await using file = await open(source);
      const stream = file.audio(index)!;
      using decoder = await av.Decoder.create(stream, lenient);
      using encoder = await av.Encoder.create(name, { decoder, bitrate: soundRate, autoResample: true });
      await using written = await av.Muxer.open(resolve(output), exact);
      const track = written.addStream(encoder);
      for await (const packet of encoder.packets(decoder.frames(file.packets(stream.index)))) {
        if (!packet) break;
        await written.writePacket(packet, track);
        packet.free();
      }
      await written.close();
    },
  };
}

function lookOf(av: NodeAv, { codecpar, metadata }: AvStream): Look["video"] {
  const { codecId, format, colorSpace, colorTrc } = codecpar;
  return {
    codec: codecId === av.AV_CODEC_ID_VP8 ? "vp8" : "vp9",
    pixels: av.avGetPixFmtName(format) ?? "",
    namesMatrix: colorSpace !== av.AVCOL_SPC_UNSPECIFIED,
    highRange: [av.AVCOL_TRC_SMPTE2084, av.AVCOL_TRC_ARIB_STD_B67].includes(colorTrc),
    alphaInside: metadata?.get("alpha_mode") === "1",
  };
}

/** The frames from a moment on, in seconds. */
async function* since(from: number, frames: AsyncGenerator<AvFrame | null>): AsyncGenerator<AvFrame | null> {
  for await (const frame of frames) {
    if (frame) {
      const { num, den } = frame.timeBase;
      if (Number(frame.bestEffortTimestamp) * num / den < from) {
        frame.free();
        continue;
      }
    }
    yield frame;
  }
}

/** So many frames, and their end. */
async function* first(count: number, frames: AsyncGenerator<AvFrame | null>): AsyncGenerator<AvFrame | null> {
  let taken = 0;
  for await (const frame of frames) {
    if (!frame) break;
    yield frame;
    if (++taken === count) break;
  }
  yield null;
}
