import { content } from "./content.ts";
import { gram } from "./gram.ts";
import type { Loss } from "./loss.ts";
import { totalVariation } from "./total_variation.ts";

/** Every loss that a preset can name; one from a module of its own is added under the address. */
export const losses: Record<string, Loss> = Object.fromEntries(
  [content, gram, totalVariation].map((loss) => [loss.name, loss]),
);
