import { adam } from "./adam.ts";
import { lbfgs } from "./lbfgs.ts";
import type { Optimiser } from "./optimiser.ts";

/** Every optimiser that a preset can name. */
export const optimisers: Readonly<Record<string, Optimiser>> = Object.fromEntries(
  [adam, lbfgs].map((optimiser) => [optimiser.name, optimiser]),
);
