import { pathToFileURL } from "node:url";
import config from "../deno.json" with { type: "json" };
import { openSafetensors } from "../weights/safetensors.ts";
import { writeSafetensors } from "../weights/safetensors_writer.ts";
import type { Checkpoints, Progressed, Restored } from "../chain/checkpoints.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { checkName, replaceAtomically } from "../base/files.ts";
import { type Fingerprint, firstDifference } from "./fingerprint.ts";
import { placed } from "../chain/chain.ts";
import type { Progress } from "../chain/progress.ts";

/** What tells one run from another. */
interface Run {
  readonly fingerprint: Fingerprint;
  /** Path of the picture that it makes. */
  readonly output: string;
  /** Bytes that it may take. A resumed run keeps this number, since the tiles of its arithmetic depend on it. */
  readonly memory?: number;
}

/** Version of the layout of the file and of its metadata. */
const layout = "3";

/** Checkpoints take at most one part in this many of a run's time. */
const patience = 20;

/**
 * Gets ready to save checkpoints of a run, and reads the one to go on from.
 *
 * @throws {UserError} if the checkpoint is damaged, or belongs to another preset, other pictures, or another version, or
 *   no file can have its name.
 */
export async function openCheckpoints(
  run: Run,
  { resume, report }: { readonly resume: boolean; readonly report: (event: Progress) => void },
): Promise<Checkpoints & { readonly memory?: number }> {
  const path = `${run.output}.checkpoint`;
  await checkName(path);
  const isThere = () => Deno.stat(path).then(({ isFile }) => isFile, () => false);
  const exists = await isThere();
  const restored = resume && exists ? await restore(path, run.fingerprint) : undefined;
  if (restored) report({ kind: "resumed", file: path, ...at(restored.position), step: restored.step });
  else if (resume) report({ kind: "warning", message: `there is no ${path} to resume from: the run begins anew` });
  else if (exists) {
    const message = `${path} holds an unfinished run, which \`resume\` would finish; this one will replace it`;
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
    async save({ position, step, notes, arrays }) {
      const began = performance.now();
      const metadata = {
        layout,
        version: config.version,
        fingerprint: JSON.stringify(run.fingerprint),
        state: JSON.stringify({ position, step, memory, notes }),
      };
      try {
        await replaceAtomically(path, (temporary) => writeSafetensors(temporary, arrays, metadata));
        saved = true;
        report({ kind: "checkpoint", file: path, ...at(position), step });
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

/** A position as records of checkpoints tell it. */
function at(position: Progressed["position"]) {
  const { scales: _, ...where } = placed(position);
  return where;
}

async function restore(path: string, fingerprint: Fingerprint): Promise<Restored & { readonly memory?: number }> {
  const location = pathToFileURL(path);
  const refuse = (reason: string, cause?: unknown) =>
    new UserError(`Cannot resume from ${path}: ${reason}`, {
      hint: "leave `resume` out to begin anew",
      exitCode: 2,
      cause,
    });
  try {
    await using file = await openSafetensors(location);
    const { metadata } = file;
    if (metadata.layout !== layout || metadata.version !== config.version) {
      throw refuse(`version ${metadata.version ?? "unknown"} made it, and this is ${config.version}`);
    }
    const difference = firstDifference(JSON.parse(metadata.fingerprint), fingerprint);
    if (difference) throw refuse(difference);
    const state = JSON.parse(metadata.state) as Progressed & { readonly memory?: number };
    const tensor = async (name: string) => {
      await using file = await openSafetensors(location);
      return await file.tensor(name);
    };
    return { ...state, names: [...file.shapes.keys()], tensor };
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) throw error;
    throw refuse("it is damaged", error);
  }
}
