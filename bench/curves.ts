/** A value of an objective, and the time at which it was reached. */
export interface Point {
  readonly seconds: number;
  readonly value: number;
}

/** The course of one run. */
export interface Curve {
  readonly name: string;
  /** A colour of CSS. */
  readonly colour: string;
  readonly dashed: boolean;
  readonly points: readonly Point[];
}

const [width, height, margin] = [960, 540, 70];

/** Curves as an SVG, both axes logarithmic; values in millions. */
export function drawCurves(curves: readonly Curve[], yTitle: string, xTitle: string): Uint8Array {
  const points = curves.flatMap(({ points }) => points);
  const x = axis(points.map(({ seconds }) => seconds), margin, width - 20);
  const y = axis(points.map(({ value }) => value), height - margin, 20);
  const label = (at: number) => at >= 1 ? String(at) : at.toPrecision(1);
  const parts = [
    ...x.ticks.map((at) =>
      `<line x1="${x.at(at)}" x2="${x.at(at)}" y1="20" y2="${height - margin}" class="grid"/>` +
      `<text x="${x.at(at)}" y="${height - margin + 22}" text-anchor="middle">${label(at)}</text>`
    ),
    ...y.ticks.map((at) =>
      `<line x1="${margin}" x2="${width - 20}" y1="${y.at(at)}" y2="${y.at(at)}" class="grid"/>` +
      `<text x="${margin - 8}" y="${y.at(at) + 5}" text-anchor="end">${label(at / 1e6)}</text>`
    ),
    ...curves.map(({ colour, dashed, points }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2.5"${dashed ? ' stroke-dasharray="7 5"' : ""} points="${
        points.map(({ seconds, value }) => `${x.at(seconds).toFixed(1)},${y.at(value).toFixed(1)}`).join(" ")
      }"/>`
    ),
    ...curves.map(({ name, colour, dashed }, i) =>
      `<line x1="${width - 300}" x2="${width - 260}" y1="${45 + 24 * i}" y2="${45 + 24 * i}" stroke="${colour}" ` +
      `stroke-width="2.5"${dashed ? ' stroke-dasharray="7 5"' : ""}/>` +
      `<text x="${width - 250}" y="${50 + 24 * i}">${name}</text>`
    ),
    `<text x="${width / 2}" y="${height - 18}" text-anchor="middle">${xTitle}</text>`,
    `<text transform="translate(20 ${height / 2}) rotate(-90)" text-anchor="middle">${yTitle}</text>`,
  ];
  return new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="15">` +
      `<style>.grid{stroke:#ddd}</style><rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>`,
  );
}

/** A logarithmic axis that holds some values, with its ticks at 1, 2 and 5 of each decade. */
function axis(values: readonly number[], from: number, to: number) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const decades = Array.from(
    { length: Math.ceil((high - low) / Math.LN10) + 2 },
    (_, i) => 10 ** (Math.floor(low / Math.LN10) + i),
  );
  const ticks = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade])
    .filter((tick) => Math.log(tick) >= low && Math.log(tick) <= high);
  return { ticks, at: (value: number) => from + (to - from) * (Math.log(value) - low) / (high - low) };
}
