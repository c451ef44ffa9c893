import type { WritableTensor } from "../weights/safetensors_writer.ts";
import type { Position } from "./sequence.ts";

/** How far a run has come. */
export interface Progressed {
  /** Where it is. */
  readonly position: Position;
  /** Steps that are done there. */
  readonly step: number;
  /** Whatever else it takes to go on, as JSON. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** A point of a run from which it goes on as if it had never been interrupted. */
export interface Checkpoint extends Progressed {
  /** Arrays by names of the stage's choice. */
  readonly arrays: Readonly<Record<string, WritableTensor>>;
}

/** A checkpoint that is read from its file: its arrays are there until the next one is saved. */
export interface Restored extends Progressed {
  /** The names of its arrays. */
  readonly names: readonly string[];
  /** Reads an array. */
  tensor(name: string): Promise<WritableTensor>;
}

/** Keeps a run from being lost: one file beside the output that always holds the last checkpoint, whole. */
export interface Checkpoints {
  /** Where the run that is taken up again stood. */
  readonly restored?: Restored;
  /** Whether so many seconds have passed since the last one, or more if writing takes long. */
  due(seconds: number): boolean;
  /** Writes one in place of the last; if that fails it says so, and the run goes on. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Whether there is one from which this run can be taken up. */
  resumable(): Promise<boolean>;
  /** Removes it: the picture is finished. */
  remove(): Promise<void>;
}
