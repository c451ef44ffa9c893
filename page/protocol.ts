/**
 * What the page and its server say to each other: types alone, so that the page imports nothing of the server.
 *
 * @module
 */

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** A picture that was handed over, by its id. */
export interface UploadedPicture {
  readonly id: string;
  /** Its file's name without the ending. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** Something wrong in the preset, with the keys that lead to it. */
export interface ShownFault {
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** A picture that was finished, or kept on the way. */
export interface Version {
  readonly id: string;
  /** Its file's name in the folder. */
  readonly file: string;
  readonly kind: "painting" | "sheet" | "sample";
  readonly width: number;
  readonly height: number;
  /** The preset that made it, in a word. */
  readonly preset: string;
  /** Milliseconds since 1970. */
  readonly when: number;
  /** Whether its run was not finished. */
  readonly unfinished: boolean;
}

/** A painter that was trained here. */
export interface TrainedPainter {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
}

/** All that a page shows but for what changes while it paints. */
export interface State {
  readonly revision: number;
  /** The preset as it was chosen: pictures are named by `upload:ID`. */
  readonly document: Json;
  /** The complete preset. */
  readonly effective: Json;
  /** The complete preset that it builds on, without anything of its own. */
  readonly base: Json;
  readonly faults: readonly ShownFault[];
  readonly undo: boolean;
  readonly redo: boolean;
  readonly pictures: readonly UploadedPicture[];
  readonly versions: readonly Version[];
  readonly painters: readonly TrainedPainter[];
  /** Whether every change is painted at once. */
  readonly auto: boolean;
  /** Whether there is a photograph, of one's own or of the preset. */
  readonly photograph: boolean;
}

/** Where a run is. */
export interface RunProgress {
  readonly scale: number;
  readonly scales: number;
  readonly step: number;
  readonly steps: number;
  readonly width: number;
  readonly height: number;
  readonly secondsLeft: number;
  readonly value: number;
}

/** A point of the curve: each term of the objective with its weight left out. */
export interface CurvePoint {
  readonly scale: number;
  readonly step: number;
  readonly value: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** What the live painting does. */
export type Phase = "idle" | "waiting" | "instant" | "painting" | "stopped" | "done" | "failed";

/** Work that goes on beside the live painting. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly state: "waiting" | "running" | "done" | "failed" | "stopped";
  readonly progress?: RunProgress;
  readonly message?: string;
  /** Revision of its picture so far; 0 if there is none. */
  readonly frame: number;
  /** The version that it made. */
  readonly version?: string;
  /** The name of the file that it made, if that is no version. */
  readonly file?: string;
}

/** What changes while it paints: sent again and again, only the newest counts. */
export interface Status {
  /** Revision of the {@linkcode State}. */
  readonly revision: number;
  readonly phase: Phase;
  /** One line beside the phase: why there is no instant picture, or what failed. */
  readonly note: string;
  readonly progress?: RunProgress;
  readonly frame: {
    /** Revision of the picture so far; 0 if there is none. */
    readonly revision: number;
    readonly kind: "none" | "instant" | "step" | "done";
    readonly width: number;
    readonly height: number;
    /** The version that it is, if it was kept. */
    readonly version?: string;
  };
  /** Number of the run whose curve it is. */
  readonly run: number;
  /** Points of the curve that were not sent before; all of them if the run is new. */
  readonly points: readonly CurvePoint[];
  readonly jobs: readonly Job[];
}
