/** A key that stands twice in one object of a JSON text. */
export interface RepeatedKey {
  /** The keys and indices that lead to it. */
  readonly path: readonly string[];
  /** Where it stands first, and again. */
  readonly places: readonly [TextPlace, TextPlace];
}

/** A place in a text, counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** An object or a list that is open. */
interface Open {
  /** The places of its keys; none for a list. */
  readonly keys?: Map<string, number>;
  /** The key or index of its value that is read. */
  at: string;
}

/** Strings, with the colon that makes one a key, and the signs that open, part and close. */
const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]/g;

/** The keys that stand more than once in one object, of which JSON.parse keeps the last in silence. */
export function repeatedKeys(json: string): RepeatedKey[] {
  const found: RepeatedKey[] = [];
  const open: Open[] = [];
  for (const { 0: token, 1: text, 2: colon, index } of json.matchAll(tokens)) {
    const inner = open.at(-1);
    if (token === "{") open.push({ keys: new Map(), at: "" });
    else if (token === "[") open.push({ at: "0" });
    else if (token === "}" || token === "]") open.pop();
    else if (token === "," && inner && !inner.keys) inner.at = String(Number(inner.at) + 1);
    else if (colon && inner?.keys) {
      inner.at = JSON.parse(text);
      const first = inner.keys.get(inner.at);
      if (first === undefined) inner.keys.set(inner.at, index);
      else found.push({ path: open.map(({ at }) => at), places: [placeOf(json, first), placeOf(json, index)] });
    }
  }
  return found;
}

function placeOf(text: string, index: number): TextPlace {
  const lines = text.slice(0, index).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

/** Both places in words: `in line 1, column 20, and in line 4, column 3`. */
export function bothPlaces({ places }: RepeatedKey): string {
  return places.map(({ line, column }) => `in line ${line}, column ${column}`).join(", and ");
}
