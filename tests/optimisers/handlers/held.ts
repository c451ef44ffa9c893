/**
 * Prints the values of the steps whose vectors are held at certain moments of a descent with all handlers:
 * `deno run --v8-flags=--expose-gc tests/optimisers/handlers/held.ts`.
 *
 * @module
 */
import { descend } from "../../../optimisers/descend.ts";
import { BlowUp } from "../../../optimisers/finite.ts";
import {
  checkpointEvery,
  interruptionBy,
  keepBest,
  keepPlace,
  setBackWhenUnsound,
  snapshotEvery,
  stopAfter,
  stopWhenStalled,
  timed,
} from "../../../optimisers/handlers/mod.ts";
import type { Iterate } from "../../../optimisers/optimiser.ts";

const images: { readonly value: number; readonly image: WeakRef<Float32Array> }[] = [];

/** The values of the steps whose images are held. */
async function held(): Promise<number[]> {
  for (let round = 0; round < 3; round++) {
    (globalThis as unknown as { gc(): void }).gc();
    await new Promise((resolve) => setTimeout(resolve));
  }
  return images.filter(({ image }) => image.deref()).map(({ value }) => value);
}

const seen: Record<string, number[][]> = { "when the next step is made": [], "when a snapshot is sent": [] };

function stepOf(value: number): Iterate {
  const image = new Float32Array(1000);
  images.push({ value, image: new WeakRef(image) });
  return { image, lasting: true, value, gradient: image };
}

const tries = [[5, 3, 4], [2, 6, 1]];
/** No generators, which would hold steps themselves. */
const steps: AsyncIterable<Iterate> = {
  [Symbol.asyncIterator]() {
    const values = tries.shift()!;
    return {
      async next() {
        seen["when the next step is made"].push(await held());
        const value = values.shift();
        if (value === undefined) throw new BlowUp("out of all bounds");
        return { done: false, value: stepOf(value) };
      },
    };
  },
};

const descent = {
  ...{ step: 0, last: undefined, setbacks: 0, first: Infinity, recent: [] },
  best: { image: new Float32Array(0) as Float32Array, value: Infinity, terms: {} },
};
await descend(steps, [
  setBackWhenUnsound(descent, () => {}),
  interruptionBy(undefined).stopWhenInterrupted,
  keepPlace(descent),
  keepBest(descent, () => ({})),
  timed(() => {}),
  snapshotEvery(1, descent, async () => void seen["when a snapshot is sent"].push(await held())),
  stopWhenStalled(descent, 0),
  stopAfter(6, descent),
  checkpointEvery(1, { due: () => true, save: async () => {} }),
]);
console.log(JSON.stringify(seen));
