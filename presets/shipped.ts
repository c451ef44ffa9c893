/** The presets that ship, by name. */
export const shipped: readonly string[] = ["gatys", "monet"];

/** Where a shipped preset is. */
export function shippedPreset(name: string): URL {
  return new URL(`./${name}.json`, import.meta.url);
}
