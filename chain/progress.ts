import type { FetchEvent } from "../weights/fetch.ts";
import type { FinishedPicture, Picture, Size } from "../pictures/picture.ts";
import type { Position } from "./sequence.ts";

/** One scale when it is done: its size, its steps, and the best value of the objective. */
export interface ScaleReport extends Size {
  /** The steps that were taken. */
  readonly steps: number;
  /** The value of the objective at the image that the scale gives. */
  readonly value: number;
  /** The terms there, their weights left out. */
  readonly terms: Readonly<Record<string, number>>;
}

/** Where a record of progress was made. */
export interface Placed {
  /** The places in all sequences around it, the outermost first. */
  readonly position: Position;
  /** The scale, from 0: the innermost of the places that are scales. */
  readonly scale: number;
  /** The number of scales. */
  readonly scales: number;
}

/** One record of progress. */
export type Progress =
  | FetchEvent
  | ({ readonly kind: "stage"; readonly stage: string } & Placed)
  | ({
    readonly kind: "step";
    readonly stage: string;
    readonly width: number;
    readonly height: number;
    readonly step: number;
    readonly steps: number;
    /** The objective, and each of its terms with its weight left out. */
    readonly value: number;
    readonly terms: Readonly<Record<string, number>>;
    /** Of a training: the share of the optimiser's descent that the painter made at the last sample, if there is one. */
    readonly share?: number;
    /** Seconds since the run began. */
    readonly seconds: number;
    /** Seconds that the rest will take at this pace. */
    readonly secondsLeft: number;
  } & Placed)
  | ({
    /** A scale is done, or was before the run that goes on here. */
    readonly kind: "scale";
    readonly report: ScaleReport;
  } & Placed)
  | {
    /** The picture so far. */
    readonly kind: "snapshot";
    readonly picture: FinishedPicture;
    /** Its file, if one is written. */
    readonly file?: string;
    readonly terms: Readonly<Record<string, number>>;
  }
  | ({
    /** The picture so far in small, if `preview` asks for it. */
    readonly kind: "preview";
    readonly picture: FinishedPicture;
    readonly step: number;
  } & Placed)
  | {
    /** The run waits for others of its session. */
    readonly kind: "queued";
    /** How many wait before it. */
    readonly ahead: number;
  }
  | {
    readonly kind: "picture";
    readonly file: string;
    /** Set if the run was interrupted, and tells whether a checkpoint lets it go on. */
    readonly unfinished?: { readonly resumable: boolean };
  }
  | { readonly kind: "note"; readonly message: string }
  | ({ readonly kind: "checkpoint"; readonly file: string; readonly step: number } & Omit<Placed, "scales">)
  | ({ readonly kind: "resumed"; readonly file: string; readonly step: number } & Omit<Placed, "scales">)
  | {
    /** A frame of a film is painted. */
    readonly kind: "frame";
    /** Which one, from 0. */
    readonly index: number;
    /** How many frames there are. */
    readonly count: number;
    /** The first frame of its shot. */
    readonly shot: number;
    /** The frame. */
    readonly picture: Picture;
    /** Seconds since the first frame of this run. */
    readonly seconds: number;
    /** Frames of this run in a second, all included. */
    readonly framesPerSecond: number;
    /** Seconds that the rest will take at this pace. */
    readonly secondsLeft: number;
  }
  | {
    /** One of many photographs, each of which has its own steps. */
    readonly kind: "photograph";
    readonly file: string;
    readonly index: number;
    readonly count: number;
    readonly state: "begun" | "skipped" | "failed";
    /** How many are still to be painted, this one included if it has begun; absent where nobody knows. */
    readonly remaining?: number;
    /** Seconds that these will take, judged by those painted before; absent before the second. */
    readonly secondsLeft?: number;
  };
