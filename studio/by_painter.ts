import type { Link } from "../chain/link.ts";
import { type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { featureExtract } from "../stages/feature_extract.ts";
import { lossBuild } from "../stages/loss_build.ts";
import { optimise } from "../stages/optimise.ts";
import { repaint } from "../stages/repaint.ts";

/** What a painter stands for in a chain. */
const descent: readonly Link["stage"][] = [featureExtract, lossBuild, optimise];

/** Steps of a short descent from a painter's picture, as `--effort better` makes it. */
export const stepsFromPainter = 8;

/**
 * A preset that paints in one pass of the painter that ships instead of a descent, but like itself before and behind it.
 * Whether the painter has learnt its paintings is found when it paints.
 *
 * @returns undefined unless feature-extract, loss-build and optimise stand one behind the other in its chain.
 */
export function byPainter(preset: ResolvedPreset): ResolvedPreset | undefined {
  const from = preset.chain.findIndex(({ stage }) => stage === descent[0]);
  if (from < 0 || descent.some((stage, i) => preset.chain[from + i]?.stage !== stage)) return undefined;
  const link = { stage: repaint, options: { painter: "", styles: {} } };
  const once = withOptions(preset, decode, { scales: [] });
  return { ...once, chain: once.chain.toSpliced(from, descent.length, link) };
}
