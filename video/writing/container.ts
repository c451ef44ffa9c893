import { extname, join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { replaceAtomically } from "../../base/files.ts";
import { type EncodedPacket, type InputAudioTrack, mediabunny } from "../mediabunny_package.ts";
import { tracksOf } from "../reading/container.ts";
import { codecFor, soundCodecFor } from "../coding/codecs.ts";
import { removeDates } from "./dates.ts";
import type { FrameStore } from "./store.ts";
import type { FilmShape, FilmTarget } from "./target.ts";

/** Frames of a part of the film: so many lie as pictures in the folder at the most. */
export const partLength = 240;

/** Frames before the latest that stay as pictures: later ones are compared with them. */
const kept = 8;

/**
 * Makes a film in a container. Its frames are encoded part by part, so that neither memory nor disk grow with it; in the
 * end the parts are joined, with the times and the sound of the source.
 *
 * @param streams Whether frames come in their order, and none is needed again.
 */
export function containerTarget(output: string, store: FrameStore, shape: FilmShape, streams: boolean): FilmTarget {
  const ending = extname(output).toLowerCase();
  const codec = codecFor(ending, shape);
  const { size: { width, height }, rate, transparent } = shape;
  const partPath = (name: string) => join(store.folder, `part-${name}${codec.ending}`);

  /** Encodes frames as a part. */
  const encode = async (from: number, to: number, path: string) => {
    // A name of its own: an ffmpeg whose run was killed may still write.
    const unfinished = join(store.folder, `unfinished-${crypto.randomUUID()}${codec.ending}`);
    const growth = [width % 2, height % 2] as const;
    const pictures = { folder: store.folder, from, count: to - from, rate, growth, transparent };
    await (await shape.coder()).encode(pictures, codec, unfinished);
    await Deno.rename(unfinished, path);
  };
  const partsOf = async (count: number) => {
    const parts: string[] = [];
    const whole = streams ? Math.floor(count / partLength) : 0;
    for (let i = 0; i < whole; i++) parts.push(partPath(String(i).padStart(5, "0")));
    if (count > whole * partLength) {
      const tail = partPath("last");
      await encode(whole * partLength, count, tail);
      parts.push(tail);
    }
    return parts;
  };

  return {
    async ready() {
      const { join } = await shape.coder();
      if (codec.joined === "mediabunny" || join) return;
      throw new UserError(`Cannot write ${output}: ProRes, which holds opacity in a MOV, needs ffmpeg itself`, {
        code: "ffmpeg-missing",
        hint: "install ffmpeg, or name a .webm or .mkv, which hold opacity too",
      });
    },
    async grown(count) {
      if (!streams || count % partLength !== 0) return;
      const part = count / partLength - 1;
      const path = partPath(String(part).padStart(5, "0"));
      // One that an earlier run has made is whole, and its pictures may be gone.
      const isThere = await Deno.stat(path).then(() => true, () => false);
      if (!isThere) await encode(part * partLength, count, path);
      await store.drop(part * partLength - kept, count - kept);
    },
    async finish(count, remark) {
      const parts = await partsOf(count);
      const sounds = shape.sound ? await soundsOf(shape, store, ending, remark) : [];
      await replaceAtomically(output, async (temporary) => {
        if (codec.joined === "coder") await joinedByCoder(parts, temporary, ending, shape, count, store, remark);
        else {
          await joined(parts, temporary, ending, shape, count, sounds);
          if (![".mkv", ".webm"].includes(ending)) await removeDates(temporary);
        }
      });
    },
  };
}

/** A track of sound, and the file that it lies in. */
interface Sound {
  readonly path: string;
  /** Which of the file's tracks of sound, from 0. */
  readonly index: number;
}

async function formatOf(ending: string) {
  const { MkvOutputFormat, MovOutputFormat, Mp4OutputFormat, WebMOutputFormat } = await mediabunny();
  if (ending === ".webm") return new WebMOutputFormat();
  if (ending === ".mkv") return new MkvOutputFormat();
  // The index comes first, so that a page plays the film while it loads.
  return ending === ".mov"
    ? new MovOutputFormat({ fastStart: "reserve" })
    : new Mp4OutputFormat({ fastStart: "reserve" });
}

/** The tracks of sound of a film; one that the container does not hold is encoded anew. */
async function soundsOf(
  { source, coder }: FilmShape,
  store: FrameStore,
  ending: string,
  remark: (message: string) => void,
): Promise<Sound[]> {
  using tracks = await tracksOf(source);
  const format = await formatOf(ending);
  const codecs: readonly string[] = format.getSupportedAudioCodecs();
  const sounds: Sound[] = [];
  for (const [index, track] of tracks.sounds.entries()) {
    const codec = await track.getCodec();
    if (codec && codecs.includes(codec)) {
      sounds.push({ path: source, index });
      continue;
    }
    const other = soundCodecFor(ending);
    const path = join(store.folder, `sound-${index}${other.ending}`);
    await (await coder()).encodeSound(source, index, other, path);
    remark(`a ${ending} holds no sound of the kind ${codec ?? "that it has"}: it was encoded anew as ${other.name}`);
    sounds.push({ path, index: 0 });
  }
  return sounds;
}

/** A packet on its way to a track. */
interface Passing {
  readonly at: number;
  add(): Promise<void>;
}

/** Joins parts, with the source's times and sound. */
async function joined(
  parts: readonly string[],
  output: string,
  ending: string,
  shape: FilmShape,
  count: number,
  sounds: readonly Sound[],
): Promise<void> {
  const bunny = await mediabunny();
  const { ticks, times, part, comment } = shape;
  const [begin, last] = [times[0].at, times[count - 1]];
  const shift = part ? begin / ticks : 0;
  const end = (last.at + last.lasts) / ticks;
  const out = new bunny.Output({ format: await formatOf(ending), target: new bunny.FilePathTarget(output) });
  using stack = new DisposableStack();
  try {
    const first = stack.use(await tracksOf(parts[0])).video!;
    const video = new bunny.EncodedVideoPacketSource((await first.getCodec())!);
    // Matroska counts milliseconds, whatever it is told.
    const clock = [".mkv", ".webm"].includes(ending) ? {} : { frameRate: ticks };
    out.addVideoTrack(video, { ...clock, maximumPacketCount: count });
    const tracks: { readonly packets: AsyncGenerator<Passing>; next?: Passing }[] = [
      { packets: videoPackets(parts, count, shape, shift, video) },
    ];
    for (const { path, index } of sounds) {
      const track = stack.use(await tracksOf(path)).sounds[index];
      const audio = new bunny.EncodedAudioPacketSource((await track.getCodec())!);
      const range = part || count < times.length ? [shift, end] as const : undefined;
      let packets = 0;
      for await (const _ of soundPackets(track, range, true)) packets++;
      if (packets === 0) continue;
      out.addAudioTrack(audio, {
        languageCode: await track.getLanguageCode(),
        maximumPacketCount: packets,
      });
      const config = (await track.getDecoderConfig())!;
      tracks.push({
        packets: (async function* () {
          let begun = false;
          for await (const packet of soundPackets(track, range)) {
            const meta = begun ? undefined : { decoderConfig: config };
            begun = true;
            const moved = shift === 0 ? packet : packet.clone({ timestamp: packet.timestamp - shift });
            yield { at: moved.timestamp, add: () => audio.add(moved, meta) };
          }
        })(),
      });
    }
    if (comment) out.setMetadataTags({ comment });
    await out.start();
    // In the order of time, so that nothing has to wait in memory.
    for (const track of tracks) track.next = (await track.packets.next()).value ?? undefined;
    while (true) {
      const waiting = tracks.filter(({ next }) => next);
      if (waiting.length === 0) break;
      const earliest = waiting.reduce((a, b) => b.next!.at < a.next!.at ? b : a);
      await earliest.next!.add();
      earliest.next = (await earliest.packets.next()).value ?? undefined;
    }
    await out.finalize();
  } catch (error) {
    await out.cancel().catch(() => {});
    throw error;
  }
}

/** The packets of the parts with the times of the source. */
async function* videoPackets(
  parts: readonly string[],
  count: number,
  { ticks, times }: FilmShape,
  shift: number,
  source: { add(packet: EncodedPacket, meta?: { decoderConfig: VideoDecoderConfig }): Promise<void> },
): AsyncGenerator<Passing> {
  const { EncodedPacketSink } = await mediabunny();
  let before = 0;
  let begun = false;
  for (const path of parts) {
    using tracks = await tracksOf(path);
    const track = tracks.video!;
    const sink = new EncodedPacketSink(track);
    const shown: number[] = [];
    for await (const { timestamp } of sink.packets(undefined, undefined, { metadataOnly: true })) shown.push(timestamp);
    // The place of a packet in time is the index of its frame: parts are encoded at a constant rate.
    const places = new Map([...shown].sort((a, b) => a - b).map((timestamp, i) => [timestamp, before + i]));
    const config = (await track.getDecoderConfig())!;
    for await (const packet of sink.packets()) {
      const { at, lasts } = times[places.get(packet.timestamp)!];
      const placed = packet.clone({ timestamp: at / ticks - shift, duration: lasts / ticks });
      const meta = begun ? undefined : { decoderConfig: config };
      begun = true;
      yield { at: placed.timestamp, add: () => source.add(placed, meta) };
    }
    before += shown.length;
  }
  if (before !== count) {
    throw new UserError(`Cannot join the film: its parts have ${before} frames, and it has ${count}`, {
      hint: "begin anew, without `resume`",
    });
  }
}

/** The packets of a track of sound, as they are; of a part of the film those that begin in it. */
async function* soundPackets(
  track: InputAudioTrack,
  range: readonly [from: number, to: number] | undefined,
  metadataOnly = false,
): AsyncGenerator<EncodedPacket> {
  const { EncodedPacketSink } = await mediabunny();
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly })) {
    if (range && packet.timestamp < range[0]) continue;
    if (range && packet.timestamp >= range[1]) return;
    yield packet;
  }
}

/** Joins parts of a codec that mediabunny does not know: at a constant rate. */
async function joinedByCoder(
  parts: readonly string[],
  output: string,
  ending: string,
  { source, ticks, times, sound, part, comment, coder }: FilmShape,
  count: number,
  { folder }: FrameStore,
  remark: (message: string) => void,
): Promise<void> {
  const { lasts } = times[0];
  if (times.slice(0, count - 1).some((time) => Math.abs(time.lasts - lasts) > 1)) {
    remark("frames of ProRes are written at a constant rate: theirs was not");
  }
  const last = times[count - 1];
  const range = [times[0].at / ticks, (last.at + last.lasts) / ticks] as const;
  const joining = {
    folder,
    comment,
    ending,
    ...sound && { sound: { path: source, ...(part || count < times.length) && { range } } },
  };
  await (await coder()).join!(parts, joining, output);
}
