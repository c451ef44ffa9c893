/** Letters as line drawings by Hershey (1967), from a library: polylines, 21 units high. */
async function segmentsOf(text: string): Promise<readonly (readonly (readonly [number, number])[])[]> {
  const { default: modeling } = await import("npm:@jscad/modeling@2.13.0");
  return modeling.text.vectorText({ input: text, height: 21, align: "left" }) as [number, number][][];
}

/** Characters beyond ASCII become question marks; the library draws a brace as its opposite. */
function drawable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll("{", "(").replaceAll("}", ")");
}

/** Factor from the library's units to the height of a line: capitals, 21 units high, take 0.48 of it. */
const capitals = 0.48 / 21;

/** Places to break a text, best first, with what joins the parts on one line. */
const breaks: readonly (readonly [RegExp, string])[] = [[/\s+/, "  "], [/(?<==)/, ""], [/(?=[A-Z])/, ""], [/(?:)/, ""]];

/**
 * Breaks a text into lines no wider than `width` pixels: between words, else after an equals sign, else before a
 * capital, else anywhere.
 *
 * @param height Of a line in pixels.
 */
export async function linesOf(text: string, width: number, height: number): Promise<string[]> {
  const fits = async (text: string) => await widthOf(text) * capitals * height <= width - 2;
  const lines = async (text: string, [place, ...finer]: typeof breaks): Promise<string[]> => {
    if (!place || await fits(text)) return [text];
    const [at, glue] = place;
    const parted: string[] = [];
    // No word stands on one line with the rest of a broken word.
    let joins = false;
    for (const piece of text.split(at)) {
      const joined = `${parted.at(-1)}${glue}${piece}`;
      if (joins && await fits(joined)) parted.splice(-1, 1, joined);
      else {
        const own = await lines(piece, finer);
        parted.push(...own);
        joins = own.length === 1 || glue === "";
      }
    }
    return parted;
  };
  return await lines(text, breaks);
}

async function widthOf(text: string): Promise<number> {
  return Math.max(1, ...(await segmentsOf(drawable(text))).flat().map(([x]) => x));
}

/**
 * Lines of text as an SVG picture. The letters are strokes, since text in an SVG needs a font, and a bare machine has
 * none.
 *
 * @param width Of the picture in pixels.
 * @param height Of a line in pixels.
 */
export async function letters(lines: readonly string[], width: number, height: number): Promise<Uint8Array> {
  const scale = capitals * height;
  const strokes = await Promise.all(
    lines.map(async (line, row) =>
      (await segmentsOf(drawable(line))).map((points) =>
        `<polyline points="${
          points.map(([x, y]) => `${1 + x * scale},${(row + 0.75) * height - y * scale}`).join(" ")
        }"/>`
      )
    ),
  );
  const style = `fill="none" stroke="#222" stroke-width="${1.8 * scale}" stroke-linecap="round"`;
  return new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${lines.length * height}"><g ${style}>${
      strokes.flat().join("")
    }</g></svg>`,
  );
}
