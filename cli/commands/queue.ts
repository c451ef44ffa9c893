import { UserError } from "../../base/errors.ts";
import { type ListedJob, statusOf } from "../../queue/status.ts";
import type { Call } from "../call.ts";
import { print } from "../output.ts";

/** Tells what runs, waits and failed in a queue. */
export async function queue({ values, on }: Call): Promise<number> {
  if (values.queue === undefined) {
    throw new UserError("There is no queue to look at", { hint: "such as queue --queue redis://HOST", exitCode: 2 });
  }
  const status = await statusOf(values.queue);
  if (on.has("json")) {
    print(JSON.stringify(status));
    return 0;
  }
  const { workers, running, waiting, failed, done } = status;
  print(`${workers.length} worker${workers.length === 1 ? "" : "s"}`);
  for (const { id, machine, busy } of workers) print(`  ${id}: ${machine}${busy ? `; ${busy}` : ""}`);
  print(`${running.length} running`);
  for (const job of running) print(`  ${lineOf(job)}`);
  print(`${waiting} waiting`);
  print(`${failed.length} failed`);
  for (const job of failed) print(`  ${lineOf(job)}`);
  print(`${done} done within the last hour`);
  return 0;
}

function lineOf({ name, share, reason }: ListedJob): string {
  return `${name}${share === undefined ? "" : `, ${Math.round(100 * share)} %`}${reason ? `: ${reason}` : ""}`;
}
