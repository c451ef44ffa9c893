import { dirname } from "node:path";
import { inFolder } from "../base/files.ts";
import { subjectOf } from "../chain/link.ts";
import { inputsOf } from "../presets/inputs.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { bringWeights } from "../session/bring_weights.ts";
import type { FolderOptions, FolderResult } from "../session/folder.ts";
import { type Plan, plansFor } from "../session/folder_plans.ts";
import { withNamedMasks } from "../session/named_masks.ts";
import type { StyliseOptions } from "../session/painting.ts";
import type { Report } from "../session/report.ts";
import { BlobLost } from "./blobs.ts";
import type { Coordinator, JobOptions } from "./coordinator.ts";
import { deliver } from "./deliver.ts";
import { type JobFile, type PackedJob, packJob } from "./job.ts";
import type { Told } from "./told.ts";

/** What a run by workers can be told. */
export type QueueOptions = Pick<StyliseOptions, "onProgress" | "signal" | "offline" | "resume">;

/** How often a result is made anew that was lost among the blobs. */
const tries = 3;

/**
 * Runs one preset on a worker, be it a picture's or a training: the files that it writes are those of a run here.
 *
 * @throws {UserError} if it failed.
 */
export async function styliseByQueue(
  asked: ResolvedPreset,
  coordinator: Coordinator,
  options: QueueOptions = {},
): Promise<Report> {
  const preset = withNamedMasks(asked);
  await bringWeights(preset, options);
  const job = await packJob(preset, { ...coordinator, cache: new Map() });
  const { signal, onProgress } = options;
  const report = await runAndDeliver(preset, job, coordinator, {
    signal,
    onProgress: (event) => event.kind !== "frame" && onProgress?.(event),
  });
  onProgress?.({ kind: "picture", file: job.outputs.at(-1)! });
  return report;
}

/**
 * Checks what would fail once the work is done, such as a folder that cannot be written to.
 *
 * @throws {UserError} if something would.
 */
async function checkPlaces(preset: ResolvedPreset, { outputs }: PackedJob): Promise<void> {
  const { chain, name } = preset;
  const writing = { inputs: inputsOf(preset), subject: subjectOf(chain, name), packet: () => "" };
  for (const { stage, options } of chain) {
    const output = stage.output?.(options, writing.subject);
    if (output === undefined || !outputs.includes(output)) continue;
    await inFolder(dirname(output), async () => await stage.prepare?.(options, writing));
  }
}

async function runAndDeliver(
  preset: ResolvedPreset,
  job: PackedJob,
  coordinator: Coordinator,
  options: JobOptions,
): Promise<Report> {
  await checkPlaces(preset, job);
  for (let count = 1;; count++) {
    const result = await coordinator.run(job, options);
    try {
      return await deliver(preset, job, result, coordinator.blobs);
    } catch (error) {
      if (!(error instanceof BlobLost) || count === tries) throw error;
    }
  }
}

/** Jobs that are made ready and sent at a time, before any is waited for: reading and storing overlap. */
const ahead = 4;

/**
 * Paints many photographs by workers, as `styliseFolder` does here: with the same names, and the same files left out. The
 * results come in the order in which they are ready.
 *
 * @throws {UserError} if all photographs would have one output, or the queue cannot be used any more.
 */
export async function* styliseFolderByQueue(
  preset: ResolvedPreset,
  contents: readonly string[],
  coordinator: Coordinator,
  options: FolderOptions = {},
): AsyncGenerator<FolderResult> {
  const plans = await plansFor(preset, contents, options);
  await bringWeights(preset, options);
  const cache = new Map<string, Promise<JobFile>>();
  let began = Infinity;
  const { signal } = options;
  let remaining = plans.filter(({ fault, finished }) => !fault && !finished).length;
  let painted = 0;
  const tell = (plan: Plan, state: "begun" | "skipped" | "failed") => {
    const spent = (performance.now() - began) / 1000;
    options.onProgress?.({
      kind: "photograph",
      file: plan.content,
      index: plans.indexOf(plan),
      count: plans.length,
      state,
      remaining,
      ...painted > 0 && { secondsLeft: remaining * spent / painted },
    });
  };
  const paint = async (plan: Plan, packed: Promise<PackedJob>): Promise<FolderResult> => {
    const { content, preset } = plan;
    let begun = false;
    const onBegun = () => {
      begun = true;
      began = Math.min(began, performance.now());
      tell(plan, "begun");
    };
    const onProgress = (event: Told) => "message" in event && options.onProgress?.(event);
    try {
      const job = await packed;
      const report = await runAndDeliver(preset, job, coordinator, { signal, onBegun, onProgress });
      // What was there already says nothing of the pace.
      if (begun) painted++;
      remaining--;
      options.onProgress?.({ kind: "picture", file: job.outputs.at(-1)! });
      return { content, state: "painted", report };
    } catch (error) {
      if (!signal?.aborted) {
        remaining--;
        tell(plan, "failed");
      }
      return { content, state: "failed", error };
    }
  };

  const ready: FolderResult[] = [];
  let wake = Promise.withResolvers<void>();
  let open = 0;
  const settle = (result: FolderResult) => {
    ready.push(result);
    open--;
    wake.resolve();
  };
  const packing = new Set<Promise<unknown>>();
  const sendAll = async () => {
    for (const plan of plans) {
      if (signal?.aborted) return;
      open++;
      if (plan.finished || plan.fault) {
        const state = plan.finished ? "skipped" : "failed";
        tell(plan, state);
        settle({ content: plan.content, state, ...plan.fault !== undefined && { error: plan.fault } });
        continue;
      }
      if (plan.note) options.onProgress?.({ kind: "note", message: plan.note });
      const packed = packJob(plan.preset, { ...coordinator, cache });
      const packs = packed.then(() => {}, () => {}).finally(() => packing.delete(packs));
      packing.add(packs);
      paint(plan, packed).then(settle);
      if (packing.size >= ahead) await Promise.race(packing);
    }
  };
  let sent = false;
  const sending = sendAll().finally(() => {
    sent = true;
    wake.resolve();
  });
  while (!sent || open > 0 || ready.length > 0) {
    await wake.promise;
    wake = Promise.withResolvers();
    for (const result of ready.splice(0)) {
      if (result.state === "failed" && signal?.aborted) continue;
      yield result;
    }
  }
  await sending;
  if (!options.keep) signal?.throwIfAborted();
  if (signal?.aborted && remaining > 0) {
    const message = "what workers have begun is finished, and kept: the same command goes on from there";
    options.onProgress?.({ kind: "note", message });
  }
}
