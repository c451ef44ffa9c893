import type { ResolvedPreset } from "../presets/preset.ts";
import { film } from "../stages/film.ts";
import { train } from "../stages/train.ts";
import { encode } from "../stages/encode.ts";

/** A kind of job that runs a preset from its beginning to its files. */
export interface JobKind {
  /** What lists of jobs call it. */
  readonly name: string;
  /** Whether a preset is of this kind. */
  fits(preset: ResolvedPreset): boolean;
}

/**
 * What travels as a job of its own. A tile of one large picture is none: it stays with its worker, and messages about it
 * go by `queue/rounds.ts`. Nor are the flows and the decoding of a film: a shot's worker seeks the motion between its
 * frames when it paints them, since flows are larger than frames; and whoever sends a film decodes it once to find its
 * cuts, so that workers need no ffmpeg. A kind whose preset ends in files is a row here.
 */
export const jobKinds = [
  { name: "training", fits: ({ chain }) => chain.some(({ stage }) => stage === train) },
  { name: "shot", fits: ({ chain }) => chain[0]?.stage === film },
  { name: "photograph", fits: ({ chain }) => chain.at(-1)?.stage === encode },
] as const satisfies readonly JobKind[];

/** The kind of a preset; undefined if it cannot travel. */
export function kindOf(preset: ResolvedPreset): JobKind | undefined {
  return jobKinds.find((kind) => kind.fits(preset));
}
