import type { Size } from "../../pictures/picture.ts";
import type { FrameTime } from "../film.ts";
import type { Encoding } from "../coding/codecs.ts";
import type { FindCoder } from "../coding/find.ts";

/** What a painted film is, beside its frames. */
export interface FilmShape extends Encoding {
  /** Path of the film that was painted: its sound is taken along. */
  readonly source: string;
  /** Size of its frames. */
  readonly size: Size;
  /** Ticks of the clock in a second. */
  readonly ticks: number;
  /** When each frame is shown. The first one need not be shown at 0. */
  readonly times: readonly FrameTime[];
  /** Frames in a second, as a fraction. */
  readonly rate: readonly [frames: number, seconds: number];
  /** Whether the sound is taken along. */
  readonly sound: boolean;
  /** Whether the film is a part of its source: then it begins at 0. */
  readonly part: boolean;
  /** How often a GIF or WebP repeats itself; 0 for ever. */
  readonly loop: number;
  /** What stands in the file so that it can be known again. */
  readonly comment: string;
  /** What encodes a container. */
  readonly coder: FindCoder;
}

/** Makes a film of painted frames. */
export interface FilmTarget {
  /**
   * Makes sure that it can be written, before anything is painted.
   *
   * @throws {UserError} if not.
   */
  ready(): Promise<void>;
  /**
   * Told of each frame that is in the store: those before may become a part of the film, and go.
   *
   * @param count How many frames are there, from the first on.
   */
  grown(count: number): Promise<void>;
  /**
   * Writes the film.
   *
   * @param count How many frames it has: fewer if the run was interrupted.
   * @param remark Told what a person should know of it.
   */
  finish(count: number, remark: (message: string) => void): Promise<void>;
}
