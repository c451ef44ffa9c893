import { isObject } from "../base/json.ts";
import { connect, prefix, queuesOf, skipVersionCheck } from "./connection.ts";
import type { JobNote } from "./job.ts";
import { inWords } from "./machine.ts";
import { workersThere } from "./presence.ts";

/** A job of a list. */
export interface ListedJob {
  /** What kind it is, and what it is about. */
  readonly name: string;
  /** How far it is, if it runs and has said so: from 0 to 1. */
  readonly share?: number;
  /** Why it failed. */
  readonly reason?: string;
}

/** What is in a queue. */
export interface QueueStatus {
  readonly workers: readonly { readonly id: string; readonly machine: string; readonly busy: string }[];
  readonly running: readonly ListedJob[];
  /** How many wait, those included that are tried again later. */
  readonly waiting: number;
  readonly failed: readonly ListedJob[];
  /** How many were done within the last hour, as far as the queue remembers. */
  readonly done: number;
}

/** How many failed jobs are listed, the latest first. */
const listed = 20;

/**
 * Looks at what runs, waits and failed in a queue.
 *
 * @throws {UserError} if it cannot be reached.
 */
export async function statusOf(address: string): Promise<QueueStatus> {
  await using connection = await connect(address);
  const { Queue } = connection.bullmq;
  const workers = (await workersThere(connection)).map(({ id, machine, busy }) => ({
    id,
    machine: inWords(machine),
    busy,
  }));
  const status = { running: [] as ListedJob[], waiting: 0, failed: [] as ListedJob[], done: 0 };
  for (const name of await queuesOf(connection)) {
    const queue = new Queue<JobNote>(name, { connection: connection.redis, prefix, skipVersionCheck });
    const counts = await queue.getJobCounts("wait", "delayed", "prioritized", "completed");
    status.waiting += counts.wait + counts.delayed + counts.prioritized;
    status.done += counts.completed;
    for (const job of await queue.getJobs("active")) {
      status.running.push({ name: `${job.name} ${job.data.title}`, share: shareOf(job.progress) });
    }
    for (const job of await queue.getJobs("failed", 0, listed - 1)) {
      status.failed.push({ name: `${job.name} ${job.data.title}`, reason: job.failedReason?.split("\n")[0] });
    }
  }
  return { workers, ...status };
}

/** The share of a job that is done, by its last record of progress: its scales count alike, and so do frames. */
function shareOf(progress: unknown): number | undefined {
  if (!isObject(progress)) return undefined;
  const number = (key: string) => Number(progress[key]);
  const share = progress.kind === "frame"
    ? (number("index") + 1) / number("count")
    : (number("scale") + number("step") / number("steps")) / number("scales");
  return Number.isFinite(share) ? share : undefined;
}
