import leven from "npm:leven@4.1.0";

/** The known name with the least edit distance from a mistyped word; undefined if none is near, or two are equally. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const reach = Math.max(2, Math.floor(word.length / 2));
  const [best, next] = [...new Set(known)]
    .map((name) => ({ name, distance: leven(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= reach)
    .sort((a, b) => a.distance - b.distance);
  return best?.distance === next?.distance ? undefined : best.name;
}

/** The beginning of a hint that asks for the nearest known name, `did you mean NAME? `; empty if none is near. */
export function didYouMean(
  word: string,
  known: readonly string[],
  written: (name: string) => string = (name) => name,
): string {
  const name = nearest(word, known);
  return name === undefined ? "" : `did you mean ${written(name)}? `;
}
