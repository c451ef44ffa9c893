import type { Evaluate } from "../../optimisers/optimiser.ts";

/** A function to minimise that counts its evaluations. */
export interface Counted {
  readonly evaluate: Evaluate;
  readonly count: () => number;
}

/** A function of float64 numbers with its gradient, as optimisers take it. */
export function counted(of: (x: readonly number[]) => { value: number; gradient: number[] }): Counted {
  let count = 0;
  return {
    evaluate: (image) => {
      count++;
      const { value, gradient } = of([...image]);
      return Promise.resolve({ value, gradient: Float32Array.from(gradient) });
    },
    count: () => count,
  };
}

/** ½ Σ cᵢ (xᵢ − 1)², its curvatures cᵢ from 1 to `condition` in equal ratios. */
export function quadratic(size: number, condition: number): Counted {
  const curvatures = Array.from({ length: size }, (_, i) => condition ** (i / (size - 1)));
  return counted((x) => ({
    value: x.reduce((sum, xi, i) => sum + curvatures[i] * (xi - 1) ** 2 / 2, 0),
    gradient: x.map((xi, i) => curvatures[i] * (xi - 1)),
  }));
}

/** Rosenbrock's valley: (1 − x)² + 100 (y − x²)², lowest at (1, 1). */
export function rosenbrock(): Counted {
  return counted(([x, y]) => ({
    value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  }));
}
