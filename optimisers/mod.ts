import { adam } from "./adam.ts";
import { objectSchema } from "../chain/schema.ts";
import { withDefaults } from "../chain/walk.ts";
import { lbfgs } from "./lbfgs.ts";
import type { Optimiser } from "./optimiser.ts";

/** The optimisers that ship, by name. */
export const optimisers: Readonly<Record<string, Optimiser>> = Object.fromEntries(
  [adam, lbfgs].map((optimiser) => [optimiser.name, optimiser]),
);

/** An optimiser in the options of a stage: alone, or with options of its own beside it. */
export type OptimiserEntry = Optimiser | { readonly optimiser: Optimiser; readonly [option: string]: unknown };

/**
 * The optimiser of an entry with its complete options.
 *
 * @param sections The options of each optimiser that ships, under its name.
 */
export function optimiserOf(
  entry: OptimiserEntry,
  sections: Readonly<Record<string, unknown>>,
): { readonly optimiser: Optimiser; readonly settings: object } {
  const { optimiser, ...given } = "optimiser" in entry ? entry : { optimiser: entry };
  const section = optimisers[optimiser.name] === optimiser ? sections[optimiser.name] as object : {};
  const settings = withDefaults({ ...section, ...given }, objectSchema(optimiser.options)) as object;
  return { optimiser, settings };
}
