/** The presets that ship, by name. */
export const shipped: readonly string[] = [
  "monet",
  "van-gogh",
  "hokusai",
  "ink",
  "mosaic",
  "tinted-ink",
  "oil",
  "pastel",
  "stained-glass",
  "storm",
  "starry-sky",
  "texture",
  "painting",
  "portrait",
  "gatys",
];

/** URL of a shipped preset. */
export function shippedPreset(name: string): URL {
  return new URL(`./${name}.json`, import.meta.url);
}
