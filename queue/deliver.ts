import { dirname } from "node:path";
import { inFolder, replaceAtomically } from "../base/files.ts";
import { rescue, rescued } from "../base/rescue.ts";
import { sniff } from "../base/sniff.ts";
import { inputsOf } from "../presets/inputs.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { Report } from "../session/report.ts";
import { keepInputs, keepOthers } from "../stages/encode.ts";
import { keepOtherKinds } from "../weights/keep_other_kinds.ts";
import type { Blobs } from "./blobs.ts";
import type { PackedJob } from "./job.ts";
import type { JobResult } from "./run_job.ts";

/**
 * Writes what a job made to where its run wants it, each file whole or not at all.
 *
 * @returns The run's report, with these files.
 * @throws {UserError} if one cannot be written, or something is there that this program did not make.
 */
export async function deliver(
  preset: ResolvedPreset,
  job: Pick<PackedJob, "outputs">,
  result: JobResult,
  blobs: Blobs,
): Promise<Report> {
  for (const [i, path] of job.outputs.entries()) {
    const bytes = await blobs.get(result.files[i]);
    await inFolder(dirname(path), async () => {
      await keepInputs(path, inputsOf(preset));
      const write = (path: string) => replaceAtomically(path, (temporary) => Deno.writeFile(temporary, bytes));
      try {
        if (sniff(bytes) === "safetensors") await keepOtherKinds(path, "painter", "name another place");
        else await keepOthers(path);
        await write(path);
      } catch (error) {
        throw rescued(error, await rescue(path, error, write), { exitCode: 1, resumable: false });
      }
    });
  }
  return { ...result.report, files: job.outputs };
}
