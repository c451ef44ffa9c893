import type { RunSettings } from "../chain/recipe.ts";
import type { Link } from "../chain/link.ts";
import type { Stage } from "../chain/stage.ts";

/**
 * A complete preset: every option has its value, every location is a URL, and what it names of stages, losses and
 * optimisers is there itself. The options of a stage are in one place, its link of the chain.
 */
export interface ResolvedPreset extends RunSettings {
  /** The preset's own name: that of its file, without the ending. */
  readonly name: string;
  /** One line: what the pictures look like. */
  readonly description: string;
  /** The stages, in order, each with its complete options. */
  readonly chain: readonly Link[];
}

/** The options of a stage in a preset; undefined if its chain has no such stage. */
export function optionsOf<Options extends object>(
  { chain }: Pick<ResolvedPreset, "chain">,
  // deno-lint-ignore no-explicit-any -- whatever the stage takes and gives.
  stage: Stage<any, any, Options>,
): Options | undefined {
  return chain.find((link) => link.stage === stage)?.options as Options | undefined;
}

/** A preset with some options of a stage changed; the same preset if its chain has no such stage. */
export function withOptions<Options extends object>(
  preset: ResolvedPreset,
  // deno-lint-ignore no-explicit-any -- whatever the stage takes and gives.
  stage: Stage<any, any, Options>,
  changes: Partial<Options>,
): ResolvedPreset {
  const changed = (link: Link) => link.stage === stage ? { stage, options: { ...link.options, ...changes } } : link;
  return { ...preset, chain: preset.chain.map(changed) };
}
