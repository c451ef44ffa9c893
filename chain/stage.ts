import type { Engine } from "../engines/engine.ts";
import type { Network } from "../networks/network.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { UserError } from "../base/errors.ts";
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
  /** The schema of each option. */
  readonly options: OptionSchema<Options>;
  /** What is wrong beyond the schema. Reads no file. */
  faults?(options: Options, settings: RunSettings, subject: Subject): Fault[];
  /** What the run is about; the first stage that has this says so for all. */
  subject?(options: Options): Omit<Subject, "preset">;
  /** Finds out what would fail later, before anything else runs: a folder that is missing, say. */
  prepare?(options: Options, writing: Writing): Promise<void>;
  /**
   * Finds out whether the machine suffices for all of a sequence, before the first of it is worked on.
   *
   * @throws {UserError} if it does not.
   */
  // deno-lint-ignore no-explicit-any -- what is known of a sequence is between the stage that gives it and this one.
  checkMemory?(options: Options, outline: any, compute: Pick<Compute, "network" | "memory" | "scratch">): void;
  /** Path of the file that a run will leave: its checkpoints stand beside it. */
  output?(options: Options, subject: Subject): string;
  /**
   * Makes the stage ready: what it keeps from one run to the next lives in the closure of the function that it returns.
   * That one gives its value, or a sequence of values: then all stages behind it run for each.
   */
  create(options: Options): (input: In, context: Context) => Promise<Out | Sequence<Out>>;
}

/** Something wrong in a preset. */
export interface Fault {
  /** JSON path from the stage's own options, such as `terms.content.layers`. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** Something that a run needs is not named yet; a preset by itself may leave it out. */
  readonly missing?: boolean;
}

/** What the runner lends to a stage. */
export interface Context {
  /** Aborted by Ctrl-C: finish the evaluation, and give the best that there is. */
  readonly signal?: AbortSignal;
  /** Where the run is: the places in all sequences around the stage, the outermost first. */
  readonly position: Position;
  /** Set while an intermediate result goes down the chain. */
  readonly snapshot?: Snapshot;
  /** What computes. */
  readonly compute: Compute;
  /** For a stage that works long. */
  readonly keeping: Keeping;
  /** For a stage that writes files. */
  readonly writing: Writing;
  /** Memoises what runs of a session have in common, per key; a rejected promise is forgotten. */
  share<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Tells the world how far it is. */
  report(event: Progress): void;
  /** Disposes of something at the end of this place of the innermost sequence. */
  disposeLater(resource: AsyncDisposable): void;
}

/** What a run computes with. */
export interface Compute {
  /** The network that describes pictures. */
  readonly network: Network;
  /** Where its weights are. */
  readonly weights: URL;
  /** The engine of the run; opened at its first use. */
  engine(): Promise<Engine>;
  /** Bytes that the run may take. */
  readonly memory?: number;
  /** Opens a file for what does not fit into the memory; absent if none may be made. */
  readonly scratch?: () => Promise<Scratch>;
}

/** What keeps long work from being lost. */
export interface Keeping {
  /** Absent if the run leaves no file. */
  readonly checkpoints?: Checkpoints;
  /** Sends an intermediate result through the rest of the chain. */
  sendAhead(value: unknown, snapshot: Snapshot): Promise<void>;
  /** Ends the run early: what the stage gives now is finished and written, then the error is thrown. */
  finishWith(error: UserError): void;
}

/** What a stage that writes files has to know. */
export interface Writing {
  /** URLs of the files that the run reads, which no stage may write to. */
  readonly inputs: ReadonlySet<string>;
  /** What the run is about. */
  readonly subject: Subject;
  /**
   * The text that a picture carries, so that it can be painted again: an XMP packet with the preset.
   *
   * @param path Where the picture will be: it names files relative to its own folder.
   */
  packet(path: string): string;
}

/** An intermediate result. */
export interface Snapshot {
  /** What distinguishes its file from the final one. */
  readonly label: string;
  /** Every term of the objective there, its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
}
