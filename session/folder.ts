import { pathToFileURL } from "node:url";
import { openRegistry } from "../presets/registry.ts";
import { loadAsked, type Paintable } from "./asked.ts";
import { bringWeights } from "./bring_weights.ts";
import { checkShared, plansFor } from "./folder_plans.ts";
import type { Report } from "./report.ts";
import type { StyliseOptions } from "./painting.ts";
import { openSession } from "./session.ts";

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
 * @throws {UserError} if all photographs would have one output, or a painting, a painter or another file that all are
 *   painted with is missing.
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
  const plans = await plansFor(preset, contents, options);
  await checkShared(plans);
  await bringWeights(preset, options).catch((error) => {
    if (!options.keep) options.signal?.throwIfAborted();
    throw error;
  });
  await using session = openSession();
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
