/**
 * Prints how many vectors of the image's size an optimiser holds at most while it waits for an evaluation, the trial's
 * own among them: `deno run --v8-flags=--expose-gc tests/optimisers/held.ts lbfgs`.
 *
 * @module
 */
import { optimisers } from "../../optimisers/mod.ts";

/** Collects twice: V8 frees the arrays that a collection found in the background, and the next one waits for that. */
function collect(): void {
  const { gc } = globalThis as unknown as { gc(): void };
  gc();
  gc();
}

const size = { width: 512, height: 512 };
const length = 3 * size.width * size.height;

const optimiser = optimisers[Deno.args[0]];
const options = Object.fromEntries(
  Object.entries(optimiser.options).map(([name, schema]) => [name, (schema as { default: unknown }).default]),
);

collect();
const before = Deno.memoryUsage().external;
let most = 0;

const walk = optimiser.minimise(
  async (image) => {
    // ½ Σ cᵢ xᵢ², with curvatures that take several trials.
    const gradient = image.map((x, i) => (1 + i % 97) * x);
    const value = gradient.reduce((sum, slope, i) => sum + slope * image[i] / 2, 0);
    collect();
    most = Math.max(most, (Deno.memoryUsage().external - before) / (4 * length));
    return { value, gradient };
  },
  new Float32Array(length).map((_, i) => (i * 7919) % 255 - 128),
  options,
  { memory: 1, size },
);
let steps = 0;
for await (const _ of walk) if (++steps === 6) break;
console.log(most);
