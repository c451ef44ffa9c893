import type { Cluster } from "../base/cluster.ts";
import type { Progress } from "../chain/progress.ts";
import type { PaintedPicture } from "./painted.ts";
import type { PreviewOptions } from "./previews.ts";
import type { Report } from "./report.ts";

/** Options of `stylise`. */
export interface StyliseOptions {
  /** Told of the progress. If it throws, the run ends as by the signal, and rejects with what was thrown. */
  readonly onProgress?: (event: Progress) => void;
  /** Abort it to stop after the evaluation at hand: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** With `signal`: an aborted run finishes the best picture so far, and resolves with it. */
  readonly keep?: boolean;
  /** Makes pictures on the way part of the progress, small ones: records of the kind `preview`. */
  readonly preview?: PreviewOptions;
  /** Lets the preset's stages write their files, such as the one of `encode`; without it no file is written. */
  readonly write?: boolean;
  /** Makes a preset whose network is not here an error, instead of fetching it. */
  readonly offline?: boolean;
  /** With `write`: goes on from the checkpoint of an interrupted run of the same preset, if there is one. */
  readonly resume?: boolean;
  /**
   * With `write`: the preset that the picture's metadata hold, as JSON text, instead of the one that runs. Whoever paints
   * for another machine names the files there.
   */
  readonly recipe?: string;
  /** What paints the tiles of a preset that asks for `tiles`; this machine alone, to the same bytes, unless given. */
  readonly cluster?: Omit<Cluster, "side">;
}

/** The result of `stylise`. */
export interface Stylised {
  /** The painted picture. */
  readonly picture: PaintedPicture;
  /** How it came about. */
  readonly report: Report;
}

/** What the `paint` of a session gives: progress, pictures on the way, and in the end the picture. */
export type PaintEvent =
  | Exclude<Progress, { kind: "preview" | "snapshot" }>
  | (Extract<Progress, { kind: "preview" | "snapshot" }> & { readonly picture: PaintedPicture })
  | ({ readonly kind: "done" } & Stylised);
