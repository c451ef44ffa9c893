import type { Size } from "../pictures/picture.ts";
import type { Frame } from "./film.ts";

/** How the samples of a frame lie: row by row, those of a pixel side by side. */
export interface SampleLayout extends Size {
  /** Red, green, blue, and opacity if there are 4. */
  readonly channels: 3 | 4;
  /** Bytes of a sample: 255 and 65535 stand for full light. */
  readonly bytes: 1 | 2;
}

/** Parts a stream of samples into frames. A last frame that is cut short is left out. */
export async function* framesIn(
  stream: ReadableStream<Uint8Array>,
  layout: SampleLayout,
): AsyncGenerator<Frame, void> {
  const { width, height, channels, bytes } = layout;
  const frame = new Uint8Array(width * height * channels * bytes);
  let filled = 0;
  for await (const chunk of stream) {
    for (let taken = 0; taken < chunk.length;) {
      const part = chunk.subarray(taken, taken + frame.length - filled);
      frame.set(part, filled);
      filled += part.length;
      taken += part.length;
      if (filled < frame.length) continue;
      yield frameOf(frame, layout);
      filled = 0;
    }
  }
}

/** The planes of interleaved samples. */
export function frameOf(samples: Uint8Array, { width, height, channels, bytes }: SampleLayout): Frame {
  const area = width * height;
  const levels = bytes === 1 ? samples : new Uint16Array(samples.buffer, samples.byteOffset, samples.length / 2);
  const unit = bytes === 1 ? 1 : 257;
  const plane = (channel: number, into: Float32Array) => {
    for (let i = 0, at = channel; i < area; i++, at += channels) into[i] = levels[at] / unit;
  };
  const data = new Float32Array(3 * area);
  for (let channel = 0; channel < 3; channel++) plane(channel, data.subarray(channel * area, (channel + 1) * area));
  if (channels === 3) return { width, height, data };
  const alpha = new Float32Array(area);
  plane(3, alpha);
  return { width, height, data, alpha };
}

/** How the samples of a frame lie, of 8 bits or of 16. */
export function layoutOf({ width, height, alpha }: Frame, deep: boolean): SampleLayout {
  return { width, height, channels: alpha ? 4 : 3, bytes: deep ? 2 : 1 };
}

/** A frame's samples side by side, rounded: of 8 bits, or of 16. */
export function samplesOf({ width, height, data, alpha }: Frame, deep: boolean): Uint8Array | Uint16Array {
  const area = width * height;
  const channels = alpha ? 4 : 3;
  const samples = deep ? new Uint16Array(area * channels) : new Uint8ClampedArray(area * channels);
  const unit = deep ? 257 : 1;
  const put = (plane: Float32Array, channel: number) => {
    for (let i = 0, at = channel; i < area; i++, at += channels) samples[at] = plane[i] * unit + (deep ? 0.5 : 0);
  };
  for (let channel = 0; channel < 3; channel++) put(data.subarray(channel * area, (channel + 1) * area), channel);
  if (alpha) put(alpha, 3);
  return deep ? samples as Uint16Array : new Uint8Array(samples.buffer);
}
