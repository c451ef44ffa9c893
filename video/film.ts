import type { Picture, Size } from "../pictures/picture.ts";

/** A frame of a film. */
export interface Frame extends Picture {
  /** Opacity [height, width], 0..255; absent if the film has none. */
  readonly alpha?: Float32Array;
}

/** When a frame is shown, in ticks of its film's clock. */
export interface FrameTime {
  /** Ticks from the start of the film. */
  readonly at: number;
  /** Ticks for which it is shown. */
  readonly lasts: number;
}

/** A film that is open for reading. */
export interface FilmSource {
  /** Its size, upright and with square pixels. */
  readonly size: Size;
  /** Ticks of its clock in a second: every time is a whole number of them. */
  readonly ticks: number;
  /** When each frame is shown, in the order of time. */
  readonly times: readonly FrameTime[];
  /** Frames in a second, on average, as a fraction. */
  readonly rate: readonly [frames: number, seconds: number];
  /** Whether its frames have opacity. */
  readonly transparent: boolean;
  /** Whether its samples have more than 8 bits. */
  readonly deep: boolean;
  /** Whether its sound can be taken along. */
  readonly sounds: boolean;
  /** How often it repeats itself, if it says so: 0 for ever. */
  readonly loop?: number;
  /** What a person should know of it, one clause each. */
  readonly remarks: readonly string[];
  /**
   * Reads its frames in their order, one after the other; leaving the loop ends the reading.
   *
   * @param first The index of the frame to begin with.
   * @param size The size that they get.
   */
  frames(first: number, size: Size): AsyncGenerator<Frame, void>;
}
