import type { Engine } from "../engines/engine.ts";
import type { Network } from "../networks/network.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Cluster } from "../base/cluster.ts";
import type { Scratch } from "../base/scratch.ts";
import type { Progress } from "./progress.ts";
import type { RunSettings, Subject } from "./recipe.ts";
import type { OptionSchema } from "./schema.ts";
import type { Position, Sequence } from "./sequence.ts";

/**
 * A link of the chain. It owns the schema of its options and meets the others only through what it takes and gives.
 *
 * @typeParam In The value that it takes.
 * @typeParam Out The value that it gives.
 * @typeParam Options Its options, complete with their defaults.
 */
// deno-lint-ignore no-explicit-any -- a chain holds stages of every kind of values and options.
export interface Stage<In = any, Out = any, Options extends object = any> {
  /** What a preset calls it. */
  readonly name: string;
  /** One line for a list of stages. */
  readonly description: string;
  /** The kind of value that it takes: what the stage before it gives. */
  readonly takes: string;
  /** The kind of value that it gives. */
  readonly gives: string;
  /** The kind of sequence that ends before it: it takes the last result of `scale`, say, and runs once. */
  readonly takesLast?: string;
  /** Set if it needs the engine, which is then opened while the stages before it work. */
  readonly computes?: true;
  /** The schema of each option. */
  readonly options: OptionSchema<Options>;
  /** Faults in options that the schema allows. Reads no file. */
  faults?(options: Options, settings: RunSettings, subject: Subject): Fault[];
  /** What the run is about; the first stage that has this says so for all. */
  subject?(options: Options): Omit<Subject, "preset">;
  /** Checks what would fail late in the run, such as a missing folder for the output, before any stage runs. */
  prepare?(options: Options, writing: Writing): Promise<void>;
  /**
   * Checks whether the memory suffices for all places of a sequence, before the first of them runs.
   *
   * @throws {UserError} if it does not.
   */
  checkMemory?(
    options: Options,
    // deno-lint-ignore no-explicit-any -- what is known of a sequence is between the stage that gives it and this one.
    outline: any,
    compute: Pick<Compute, "network" | "memory" | "scratch" | "cluster">,
  ): void;
  /** Path of the file that the run will write: its checkpoints lie beside it. */
  output?(options: Options, subject: Subject): string;
  /**
   * Makes the stage ready. The function that it returns gives a value, or a sequence of values: then all stages behind
   * it run for each. What the stage keeps from one place of a sequence to the next lives in that function's closure.
   */
  create(options: Options): (input: In, context: Context) => Promise<Out | Sequence<Out>>;
}

/** Something wrong in a preset. */
export interface Fault {
  /** JSON path from the stage's own options, such as `terms.content.layers`. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** How to mend it. */
  readonly hint?: string;
  /** Whether it is only something missing that a run needs, such as the photograph: a preset file may leave it out. */
  readonly missing?: boolean;
  /** Other options that it follows from: it is not told where one of them is wrong. */
  readonly by?: readonly string[];
}

/** What the runner lends to a stage. */
export interface Context {
  /** Aborted by Ctrl-C: the stage finishes its evaluation and gives the best result so far. */
  readonly signal?: AbortSignal;
  /** Where the run is: the places in all sequences around the stage, the outermost first. */
  readonly position: Position;
  /** Set if the value is an intermediate result. */
  readonly snapshot?: Snapshot;
  /** Network, engine and memory. */
  readonly compute: Compute;
  /** For a stage that works long. */
  readonly keeping: Keeping;
  /** For a stage that writes files. */
  readonly writing: Writing;
  /** Memoises `make` per key for all runs of a session; a rejected promise is forgotten. */
  share<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Reports progress to the caller of the run. */
  report(event: Progress): void;
  /**
   * Disposes of a resource at the end of this place of the innermost sequence; at the last one, behind a stage that
   * computes with its result.
   */
  disposeLater(resource: AsyncDisposable): void;
}

/** What a run computes with. */
export interface Compute {
  /** The network that describes pictures. */
  readonly network: Network;
  /** URL of its weights. */
  readonly weights: URL;
  /** The engine of the run; opened at its first use. */
  engine(): Promise<Engine>;
  /** Bytes that the run may take. */
  readonly memory?: number;
  /** Opens a file for what does not fit into the memory; absent if none may be made. */
  readonly scratch?: () => Promise<Scratch>;
  /** What paints large pictures in tiles; absent if none is to be painted so. */
  readonly cluster?: Cluster;
}

/** What keeps long work from being lost. */
export interface Keeping {
  /** Absent if the run leaves no file. */
  readonly checkpoints?: Checkpoints;
  /** Sends an intermediate result through the rest of the chain. */
  sendAhead(value: unknown, snapshot: Snapshot): Promise<void>;
  /** Ends the run early: the value that the stage gives now still goes through the chain, then the error is thrown. */
  finishWith(error: unknown): void;
  /** Whether the run ends early by an error. */
  readonly failed?: boolean;
  /** After how many steps each the caller wants to see the picture so far; absent if never. */
  readonly previewEvery?: number;
}

/** For a stage that writes files. */
export interface Writing {
  /** URLs of the files that the run reads, which no stage may write to. */
  readonly inputs: ReadonlySet<string>;
  /** What the run is about. */
  readonly subject: Subject;
  /**
   * The text that a picture carries, so that it can be painted again: an XMP packet with the preset.
   *
   * @param path Path of the picture: the preset in it names files relative to its folder.
   */
  packet(path: string): string;
}

/** An intermediate result. */
export interface Snapshot {
  /** What distinguishes its file from the final one; empty if it is written there itself. */
  readonly label: string;
  /** Every term of the objective there, its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** Set if it is for the caller's eyes alone: no file is written. */
  readonly preview?: {
    /** The step after which it stands. */
    readonly step: number;
  };
}
