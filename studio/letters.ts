/** The line drawing of letters by Hershey (1967), as a library keeps them: segments of points, 21 units high. */
async function segmentsOf(text: string): Promise<readonly (readonly (readonly [number, number])[])[]> {
  const { default: modeling } = await import("npm:@jscad/modeling@2.13.0");
  return modeling.text.vectorText({ input: text, height: 21, align: "left" }) as [number, number][][];
}

/**
 * A line of text as an SVG picture, as large as it fits. The letters are strokes, since text in an SVG needs a font,
 * and a bare machine has none; characters beyond ASCII become question marks.
 *
 * @param width Of the picture in pixels.
 * @param height Of the picture in pixels.
 */
export async function letters(text: string, width: number, height: number): Promise<Uint8Array> {
  // The library draws a brace as its opposite.
  const plain = text.replaceAll(/[^\x20-\x7e]/g, "?").replaceAll("{", "(").replaceAll("}", ")");
  const segments = await segmentsOf(plain);
  const right = Math.max(1, ...segments.flat().map(([x]) => x));
  const scale = Math.min(0.48 * height / 21, (width - 2) / right);
  const lines = segments.map((points) =>
    `<polyline points="${points.map(([x, y]) => `${1 + x * scale},${0.75 * height - y * scale}`).join(" ")}"/>`
  );
  const style = `fill="none" stroke="#222" stroke-width="${1.8 * scale}" stroke-linecap="round"`;
  return new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g ${style}>${
      lines.join("")
    }</g></svg>`,
  );
}
