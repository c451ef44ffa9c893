import { pathToFileURL } from "node:url";
import { isFinished } from "../presets/metadata.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode, nameOf } from "../stages/decode.ts";
import { encode, outputPath, xmpOf } from "../stages/encode.ts";
import { UserError } from "../base/errors.ts";
import { numbered } from "./numbered.ts";
import { withNamedMasks } from "./named_masks.ts";
import { openRegistry } from "../presets/registry.ts";
import { loadAsked, type Paintable } from "./asked.ts";
import { bringWeights } from "./bring_weights.ts";
import { sizeOfPicture } from "./photograph.ts";
import type { Report } from "./report.ts";
import type { StyliseOptions } from "./painting.ts";
import { openSession } from "./session.ts";
import { presetInXmp } from "../pictures/xmp.ts";

/** What became of one of many photographs. */
export interface FolderResult {
  /** The photograph, a path. */
  readonly content: string;
  /** Skipped is what an earlier run has painted with the same preset. */
  readonly state: "painted" | "skipped" | "failed";
  /** How the picture came about; absent unless it was painted. */
  readonly report?: Report;
  /** Why it failed; absent unless it did. */
  readonly error?: unknown;
}

/** Options of {@linkcode styliseFolder}. */
export interface FolderOptions extends Omit<StyliseOptions, "write"> {
  /** Gives a picture a numbered name if another preset painted the one that has its name; else that is replaced. */
  readonly numbered?: boolean;
}

/**
 * Paints many photographs with one preset: the network is loaded once, and each painting is looked at once. A photograph
 * that fails does not keep the others back. What an earlier run has painted with the same preset is skipped, and nothing
 * is written over that this program did not paint. Of photographs that would have one output, such as `a.jpg` and
 * `a.png`, each fails; but what cannot be read as a picture, such as `a.dng`, takes no output.
 *
 * @param asked What `stylise` takes. Its content is ignored; its `encode.output` needs `{name}`.
 * @param contents Paths of the photographs.
 * @param options Files are always written.
 * @throws {UserError} if all photographs would have one output.
 */
export async function* styliseFolder(
  asked: Paintable,
  contents: readonly string[],
  options: FolderOptions = {},
): AsyncGenerator<FolderResult> {
  const content = contents.length > 0 ? pathToFileURL(contents[0]).href : undefined;
  const registry = openRegistry();
  using loaded = await loadAsked(asked, { registry, incomplete: content === undefined }, { decode: { content } });
  const { preset } = loaded;
  const jobs = await jobsFor(preset, contents);
  await bringWeights(preset, options).catch((error) => {
    if (!options.keep) options.signal?.throwIfAborted();
    throw error;
  });
  await using session = openSession();
  const plans = await plansFor(jobs, options);
  let remaining = plans.filter(({ fault, finished }) => !fault && !finished).length;
  let [painted, spent] = [0, 0];
  for (const [index, { content, preset, note, fault, finished }] of plans.entries()) {
    const tell = (state: "begun" | "skipped" | "failed") => {
      const secondsLeft = painted > 0 ? { secondsLeft: remaining * spent / painted } : {};
      options.onProgress?.({
        kind: "photograph",
        file: content,
        index,
        count: plans.length,
        state,
        remaining,
        ...secondsLeft,
      });
    };
    if (finished) {
      tell("skipped");
      yield { content, state: "skipped" };
      continue;
    }
    try {
      if (fault) throw fault;
      tell("begun");
      if (note) options.onProgress?.({ kind: "note", message: note });
      const began = performance.now();
      const { report } = await session.stylise(preset, { ...options, write: true });
      [painted, spent] = [painted + 1, spent + (performance.now() - began) / 1000];
      remaining--;
      yield { content, state: "painted", report };
    } catch (error) {
      if (options.signal?.aborted) break;
      if (!fault) remaining--;
      tell("failed");
      yield { content, state: "failed", error };
    }
    if (options.signal?.aborted) break;
  }
  if (!options.keep) options.signal?.throwIfAborted();
}

/** What is to be done for a photograph. */
interface Plan extends Pick<Job, "content" | "preset" | "fault"> {
  /** What to tell about its place. */
  readonly note?: string;
  /** Whether an earlier run has painted it. */
  readonly finished?: boolean;
}

/** Where each picture goes, and whether it is there already. */
async function plansFor(jobs: readonly Job[], options: FolderOptions): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const { content, preset: asked, fault } of jobs) {
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
