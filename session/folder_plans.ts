import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { cannotRead } from "../base/read.ts";
import { presetInXmp } from "../pictures/xmp.ts";
import { inputsOf } from "../presets/inputs.ts";
import { isFinished } from "../presets/metadata.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode, nameOf } from "../stages/decode.ts";
import { encode, outputPath, xmpOf } from "../stages/encode.ts";
import { withNamedMasks } from "./named_masks.ts";
import { numbered } from "./numbered.ts";
import { sizeOfPicture } from "./photograph.ts";

/** What is to be done for a photograph. */
export interface Plan extends Pick<Job, "content" | "preset" | "fault"> {
  /** What to tell about its place. */
  readonly note?: string;
  /** Whether an earlier run has painted it. */
  readonly finished?: boolean;
}

/**
 * Where each picture of many photographs goes, and whether it is there already.
 *
 * @throws {UserError} if all would have one output.
 */
export async function plansFor(
  preset: ResolvedPreset,
  contents: readonly string[],
  options: { readonly numbered?: boolean; readonly resume?: boolean },
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const { content, preset: asked, fault } of await jobsFor(preset, contents)) {
    try {
      if (fault) throw fault;
      const { preset, note } = options.numbered ? await numbered(asked, options) : { preset: asked, note: undefined };
      const output = outputOf(preset, content);
      plans.push({ content, preset, note, finished: isFinished(await xmpOf(output), preset, output) });
    } catch (fault) {
      plans.push({ content, preset: asked, fault });
    }
  }
  return plans;
}

/**
 * Makes sure that the files which all photographs are painted with are there, before the first of them is.
 *
 * @throws {UserError} if one is not.
 */
export async function checkShared(plans: readonly Plan[]): Promise<void> {
  const [first, ...others] = plans.filter(({ fault, finished }) => !fault && !finished);
  if (!first) return;
  const own = pathToFileURL(first.content).href;
  const read = others.map(({ preset }) => inputsOf(preset));
  for (const location of inputsOf(first.preset)) {
    if (!location.startsWith("file:") || location === own || !read.every((inputs) => inputs.has(location))) continue;
    await Deno.stat(new URL(location)).catch((error) => {
      throw cannotRead(new URL(location), error);
    });
  }
}

/** Path of the picture of a photograph. */
function outputOf(preset: ResolvedPreset, content: string): string {
  return outputPath(optionsOf(preset, encode)!.output, nameOf(pathToFileURL(content).href), preset.name);
}

interface Job {
  readonly content: string;
  /** Path of its picture. */
  readonly output: string;
  readonly preset: ResolvedPreset;
  /** Why it is not painted. */
  readonly fault?: unknown;
}

/** A job for each photograph; results of earlier runs that lie among the photographs get none. */
async function jobsFor(preset: ResolvedPreset, contents: readonly string[]): Promise<Job[]> {
  const { output } = optionsOf(preset, encode) ?? {};
  const lacking = output === undefined || preset.chain.at(-1)?.stage !== encode
    ? "end with encode"
    : optionsOf(preset, decode)
    ? undefined
    : "begin with decode";
  if (output === undefined || lacking) {
    throw new UserError(`Cannot paint many pictures with ${preset.name}: its pipeline does not ${lacking}`, {
      hint: `let the pipeline ${lacking}`,
      exitCode: 2,
    });
  }
  const jobs = contents.map((content): Job => {
    const location = pathToFileURL(content).href;
    return {
      content,
      output: outputOf(preset, content),
      preset: withNamedMasks(withOptions(preset, decode, { content: location })),
    };
  });
  const outputs = new Set(jobs.map(({ output }) => output));
  const originals: Job[] = [];
  for (const job of jobs) {
    const unnumbered = job.content.replace(/-\d+(\.[^.]*)$/, "$1");
    if (!outputs.has(job.content) && !outputs.has(unnumbered) || !await isPainted(job.content)) originals.push(job);
  }
  const faults = new Map<Job, unknown>();
  for (const [path, rivals] of Map.groupBy(originals, ({ output }) => output)) {
    if (rivals.length === 1) continue;
    if (outputPath(output, "", preset.name) === path) throw clash(rivals, "put {name} into `encode.output`");
    const pictures: Job[] = [];
    for (const job of rivals) {
      const reason = await sizeOfPicture(pathToFileURL(job.content).href).then(() => undefined, (error) => error);
      if (reason === undefined) pictures.push(job);
      else faults.set(job, reason);
    }
    if (pictures.length === 1) continue;
    const hint = "rename one of them, or paint one in a run of its own with another `encode.output`";
    for (const job of pictures) faults.set(job, clash(pictures, hint));
  }
  return originals.map((job) => ({ ...job, fault: faults.get(job) }));
}

function clash([first, second]: readonly Job[], hint: string): UserError {
  return new UserError(`${first.content} and ${second.content} would both become ${first.output}`, {
    hint,
    exitCode: 2,
  });
}

async function isPainted(path: string): Promise<boolean> {
  return presetInXmp(await xmpOf(path)) !== undefined;
}
