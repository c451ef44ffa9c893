import { content } from "./content.ts";
import { gram } from "./gram.ts";
import type { Loss } from "./loss.ts";
import { meanCovariance } from "./mean_covariance.ts";
import { range } from "./range.ts";
import { tones } from "./tones.ts";
import { totalVariation } from "./total_variation.ts";
import { wasserstein } from "./wasserstein.ts";

/** The losses that ship, by name. */
export const losses: Readonly<Record<string, Loss>> = Object.fromEntries(
  [content, tones, gram, meanCovariance, wasserstein, totalVariation, range].map((loss) => [loss.name, loss]),
);
