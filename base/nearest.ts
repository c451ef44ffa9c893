import leven from "npm:leven@4.1.0";

/** The name that a mistyped word most likely stands for, if one is nearer than all others. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(word.length / 2));
  const [best, next] = [...new Set(known)]
    .map((name) => ({ name, distance: leven(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance);
  return best?.distance === next?.distance ? undefined : best.name;
}
