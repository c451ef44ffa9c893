import type { Flow } from "./flow.ts";
import type { Level } from "./level.ts";
import { look, misfit, newSquare } from "./square.ts";

/** Motions that differ by less are one, in pixels². */
const alike = 0.25;

/**
 * Lets a flow learn from the one back: where a pixel of `to` says that it comes from here, and the flow says otherwise,
 * the pixel takes whichever motion fits better. In a flat part a search loses its hold, but seldom in both directions.
 */
export function agreed(from: Level, to: Level, flow: Flow, back: Flow): Flow {
  const { width, height } = flow;
  const [x, y] = [flow.x.slice(), flow.y.slice()];
  const square = newSquare();
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const [atX, atY] = [Math.round(column + back.x[i]), Math.round(row + back.y[i])];
      if (atX < 0 || atY < 0 || atX >= width || atY >= height) continue;
      const at = atY * width + atX;
      if ((back.x[i] + x[at]) ** 2 + (back.y[i] + y[at]) ** 2 < alike) continue;
      look(square, from, atX, atY);
      const error = misfit(square, to, atX, atY, -back.x[i], -back.y[i]);
      if (error >= misfit(square, to, atX, atY, x[at], y[at])) continue;
      x[at] = -back.x[i];
      y[at] = -back.y[i];
    }
  }
  return { width, height, x, y };
}
