import { adam } from "./adam.ts";
import type { ValueSchema } from "../schema.ts";
import { lbfgs } from "./lbfgs.ts";
import type { Optimiser } from "./optimiser.ts";

/** Every optimiser that a preset can name; one from a module of its own is added under the address. */
export const optimisers: Record<string, Optimiser> = Object.fromEntries(
  [adam, lbfgs].map((optimiser) => [optimiser.name, optimiser]),
);

/** What names an optimiser in a preset: its name, or its name or address beside its options. */
export type OptimiserEntry = string | { readonly optimiser: string; readonly [option: string]: unknown };

/**
 * The optimiser that an entry names, with its complete options.
 *
 * @param sections The options of each optimiser that ships, under its name.
 */
export function optimiserOf(
  entry: OptimiserEntry,
  sections: Readonly<Record<string, unknown>>,
): { readonly optimiser: Optimiser; readonly settings: object } {
  const { optimiser: name, ...own } = typeof entry === "string" ? { optimiser: entry } : entry;
  const optimiser = optimisers[name];
  const defaults = Object.entries(optimiser.options as Record<string, ValueSchema>).map(([key, schema]) =>
    [key, schema.default] as const
  );
  return { optimiser, settings: { ...Object.fromEntries(defaults), ...sections[name] as object, ...own } };
}
