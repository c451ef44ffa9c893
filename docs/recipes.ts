/** A recipe of docs/presets.md. */
export interface Recipe {
  /** Its heading. */
  readonly title: string;
  /** Its preset, as it stands there. */
  readonly json: string;
}

/** The recipes of docs/presets.md, in their order. */
export async function recipes(): Promise<Recipe[]> {
  const page = await (await fetch(new URL("./presets.md", import.meta.url))).text();
  const [, chapter = ""] = /^## Recipes\n(.*?)^## /ms.exec(page) ?? [];
  return [...chapter.matchAll(/^### (.+?)\n.*?^```json\n(.*?)^```/gms)].map(([, title, json]) => ({ title, json }));
}

/** The name of a recipe, as it is given to make_pictures.ts. */
export function keyOf({ title }: Recipe): string {
  return `recipe.${title.toLowerCase().replaceAll(" ", "-")}`;
}

/** The file of a recipe's picture, seen from docs/. */
export function recipeFileOf(recipe: Recipe): string {
  return `pictures/${keyOf(recipe)}.jpg`;
}
