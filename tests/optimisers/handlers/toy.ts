import type { Handler } from "../../../optimisers/descend.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";

/** ½ (x² + 9 y²) with its gradient. */
export function bowl([x, y]: Float32Array): { readonly value: number; readonly gradient: Float32Array } {
  return { value: (x * x + 9 * y * y) / 2, gradient: Float32Array.of(x, 9 * y) };
}

/** Steps down the bowl from (4, 1), each a tenth of the gradient, in one array; notes when they are ended. */
export async function* descent(notes: string[] = []): AsyncGenerator<Iterate> {
  const image = Float32Array.of(4, 1);
  try {
    while (true) {
      const { value, gradient } = bowl(image);
      yield { image, value, gradient };
      gradient.forEach((slope, i) => image[i] -= 0.1 * slope);
    }
  } finally {
    notes.push("ended");
  }
}

/** A step of a value at an image of its own. */
export function stepOf(value: number, more: Partial<Iterate> = {}): Iterate {
  return { image: Float32Array.of(value, value), value, gradient: Float32Array.of(1, 1), ...more };
}

/** One step of each value. */
export async function* valued(values: Iterable<number>): AsyncGenerator<Iterate> {
  for (const value of values) yield stepOf(value);
}

/** The values of all steps that a handler gives, or as many of them as are asked for. */
export async function passed(handler: Handler, steps: AsyncIterable<Iterate>, most = Infinity): Promise<number[]> {
  const values: number[] = [];
  for await (const { value } of handler(steps)) {
    values.push(value);
    if (values.length === most) break;
  }
  return values;
}
