import { html } from "npm:htm@3.1.1/preact";
import { isWorking, points } from "./store.ts";

const [width, height] = [320, 64];
const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** The values of terms, those of all layers of a term together. */
function byTerm(values: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    const [term] = name.split("/", 1);
    sums[term] = (sums[term] ?? 0) + value;
  }
  return sums;
}

/** The loss by term, each from its own greatest value down, on a logarithmic scale. */
export function Curve() {
  const all = points.value;
  // Its place is kept while a run gets ready: the picture does not jump.
  if (all.length < 2) return isWorking() ? html`<div class="curve empty-curve"></div>` : null;
  const terms = all.map(({ terms }) => byTerm(terms));
  const names = Object.keys(terms.at(-1)!).filter((name) => terms.some((values) => values[name] > 0));
  // Three powers of ten are shown: a term that vanishes would flatten all the rest of its line.
  const logs = (name: string) => {
    const least = Math.max(...terms.map((values) => values[name] ?? 0)) / 1000;
    return terms.map((values) => Math.log10(Math.max(least, values[name] ?? 0)));
  };
  const x = (i: number) => (width * i / (all.length - 1)).toFixed(1);
  const borders = all.flatMap(({ scale }, i) => i > 0 && scale !== all[i - 1].scale ? [i] : []);
  return html`
    <figure class="curve">
      <svg viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img"
        aria-label=${`The loss by term after ${all.length} steps`}>
          ${borders.map((i) => html`<line class="border" x1=${x(i)} x2=${x(i)} y1="0" y2=${height} />`)}
          ${names.map((name, index) => {
            const values = logs(name);
            const [low, high] = [Math.min(...values), Math.max(...values)];
            const y = (value: number) => (4 + (height - 8) * (high - value) / (high - low || 1)).toFixed(1);
            return html`<polyline class=${`line line-${index % 4}`} points=${
              values.map((value, i) => `${x(i)},${y(value)}`).join(" ")
            } />`;
          })}</svg>
      <figcaption>${names.map((name, index) =>
        html`<span class=${`key line-${index % 4}`}>${name} <b>${figures.format(terms.at(-1)![name])}</b></span>`
      )}</figcaption>
    </figure>
  `;
}
