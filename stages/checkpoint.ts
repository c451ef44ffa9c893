import { pathToFileURL } from "node:url";
import config from "../deno.json" with { type: "json" };
import type { ResolvedPreset } from "../presets/preset.ts";
import { openSafetensors } from "../weights/safetensors.ts";
import { type WritableTensor, writeSafetensors } from "../weights/safetensors_writer.ts";
import { messageOf, UserError } from "./errors.ts";
import { replaceAtomically } from "./files.ts";
import { type Digests, digestsOf, firstDifference } from "./fingerprint.ts";
import type { Progress } from "./stage.ts";

/** Where a run stands. */
export interface Position {
  /** The scale, from 0. */
  readonly scale: number;
  /** Steps that are done at this scale. */
  readonly step: number;
  /** Whatever else it takes to go on, as JSON. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** A point of a run from which it goes on as if it had never been interrupted. */
export interface Checkpoint extends Position {
  /** Arrays by names of the stage's choice. */
  readonly arrays: Readonly<Record<string, WritableTensor>>;
}

/** A checkpoint that is read from its file: its arrays are there until the next one is saved. */
export interface Restored extends Position {
  /** The names of its arrays. */
  readonly names: readonly string[];
  /** Reads an array. */
  tensor(name: string): Promise<WritableTensor>;
}

/** Keeps a run from being lost: one file beside the output that always holds the last checkpoint, whole. */
export interface Checkpoints {
  /** Where the run that is taken up again stood. */
  readonly restored?: Restored;
  /** Whether so many seconds have passed since the last one, or more where writing takes long. */
  due(seconds: number): boolean;
  /** Writes one in place of the last; where that fails it says so, and the run goes on. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Whether there is one from which this run can be taken up. */
  resumable(): Promise<boolean>;
  /** Removes it: the picture is finished. */
  remove(): Promise<void>;
}

/** What tells one run from another. */
export interface Run {
  readonly preset: ResolvedPreset;
  /** URLs of the files that it reads. */
  readonly inputs: Iterable<string>;
  /** Path of the picture that it makes. */
  readonly output: string;
  /** Bytes that it may take: parts of its arithmetic are cut to that, so it has to stay when the run is taken up. */
  readonly memory?: number;
}

/** Version of the layout of the file and its notes. */
const layout = "2";

/** Writing takes at most one part in so many of the time. */
const patience = 20;

/**
 * Gets ready to save checkpoints of a run, and reads the one to go on from.
 *
 * @throws {UserError} where the checkpoint belongs to another preset, to other pictures, or to another version.
 */
export async function openCheckpoints(
  run: Run,
  { resume, report }: { readonly resume: boolean; readonly report: (event: Progress) => void },
): Promise<Checkpoints & { readonly memory?: number }> {
  const path = `${run.output}.checkpoint`;
  const digests = await digestsOf(run.inputs);
  const isThere = () => Deno.stat(path).then(({ isFile }) => isFile, () => false);
  const exists = await isThere();
  const restored = resume && exists ? await restore(path, run.preset, digests) : undefined;
  if (restored) report({ kind: "resumed", file: path, scale: restored.scale, step: restored.step });
  else if (resume) report({ kind: "warning", message: `there is no ${path} to resume from: the run begins anew` });
  else if (exists) {
    const message = `${path} holds an unfinished run, which --resume would finish; this one will replace it`;
    report({ kind: "warning", message });
  }

  const memory = restored ? restored.memory : run.memory;
  let last = performance.now();
  let cost = 0;
  let complained = "";
  let saved = restored !== undefined;
  return {
    restored,
    memory,
    due: (seconds) => performance.now() - last >= Math.max(1000 * seconds, patience * cost),
    async save({ scale, step, notes, arrays }) {
      const began = performance.now();
      const metadata = {
        layout,
        version: config.version,
        preset: JSON.stringify(run.preset),
        inputs: JSON.stringify(digests),
        state: JSON.stringify({ scale, step, memory, notes }),
      };
      try {
        await replaceAtomically(path, (temporary) => writeSafetensors(temporary, arrays, metadata));
        saved = true;
        report({ kind: "checkpoint", file: path, scale, step });
        complained = "";
      } catch (error) {
        const message = `${messageOf(error)}; the run goes on without a checkpoint`;
        if (message !== complained) report({ kind: "warning", message });
        complained = message;
      }
      last = performance.now();
      cost = last - began;
    },
    resumable: async () => saved && await isThere(),
    remove: () => Deno.remove(path).catch(() => {}),
  };
}

async function restore(path: string, preset: ResolvedPreset, digests: Digests) {
  const location = pathToFileURL(path);
  const refuse = (reason: string, cause?: unknown) =>
    new UserError(`Cannot resume from ${path}: ${reason}`, {
      hint: "leave --resume out to begin anew",
      exitCode: 2,
      cause,
    });
  try {
    await using file = await openSafetensors(location);
    const { metadata } = file;
    if (metadata.layout !== layout || metadata.version !== config.version) {
      throw refuse(`version ${metadata.version ?? "unknown"} made it, and this is ${config.version}`);
    }
    const then = { preset: JSON.parse(metadata.preset), digests: JSON.parse(metadata.inputs) };
    const difference = firstDifference(then, { preset, digests });
    if (difference) throw refuse(difference);
    const position = JSON.parse(metadata.state) as Position & { readonly memory?: number };
    const tensor = async (name: string) => {
      await using file = await openSafetensors(location);
      return await file.tensor(name);
    };
    return { ...position, names: [...file.shapes.keys()], tensor };
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) throw error;
    throw refuse("it is damaged", error);
  }
}
