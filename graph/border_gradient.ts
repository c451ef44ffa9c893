import { add, concat, reverse, slice, sum } from "./build.ts";
import type { Node, NodeOf } from "./node.ts";
import type { BorderAttributes } from "./ops.ts";

/** The gradient with respect to a border's input: that of each added line is added to the line that it repeats. */
export function borderGradient(g: Node, { attributes }: NodeOf<"border">): Node {
  const { mode, widths: [top, left, bottom, right] } = attributes;
  return unbordered(unbordered(g, 2, mode, top, bottom), 3, mode, left, right);
}

/** Cuts the first `before` and the last `after` lines of an axis off, and adds them to the lines that they repeat. */
function unbordered(g: Node, axis: number, mode: BorderAttributes["mode"], before: number, after: number): Node {
  const n = g.shape[axis] - before - after;
  const first = shown(lines(g, axis, 0, before), axis, mode);
  const last = shown(lines(g, axis, before + n, before + n + after), axis, mode);
  const inset = mode === "reflect" ? 1 : 0;
  const returns = [
    ...first ? [{ node: first, start: inset }] : [],
    ...last ? [{ node: last, start: n - inset - last.shape[axis] }] : [],
  ].map(({ node, start }) => ({ node, start, end: start + node.shape[axis] }));

  // Between these ends lie pieces to all lines of which the same borders are added.
  const ends = [...new Set([0, n, ...returns.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const pieces = ends.slice(1).map((to, i) => {
    const from = ends[i];
    const own = lines(g, axis, before + from, before + to)!;
    const here = returns.filter(({ start, end }) => start <= from && to <= end);
    if (here.length === 0) return own;
    return add(own, here.map(({ node, start }) => lines(node, axis, from - start, to - start)!).reduce(add));
  });
  return concat(pieces, axis);
}

/** A border's lines in the order of those that they repeat; their sum if they all repeat one. */
function shown(border: Node | undefined, axis: number, mode: BorderAttributes["mode"]): Node | undefined {
  if (!border || border.shape[axis] === 1) return border;
  return mode === "reflect" ? reverse(border, [axis]) : sum(border, [axis]);
}

/** Lines `start` to `end` (exclusive) of an axis; undefined if that is none. */
function lines(x: Node, axis: number, start: number, end: number): Node | undefined {
  if (start === end) return undefined;
  if (start === 0 && end === x.shape[axis]) return x;
  return slice(x, x.shape.map((_, i) => i === axis ? start : 0), x.shape.with(axis, end));
}
