import { pathToFileURL } from "node:url";
import { inRoot } from "./shared.ts";

/** One of the small weights files that tests/weights/files/make.py wrote. */
export function weightsFile(name: string): URL {
  return pathToFileURL(inRoot(`tests/weights/files/${name}`));
}

/** What make.py put into conv1_1: kernels [64, 3, 3, 3] and biases [64]. */
export const first = {
  kernel: Float32Array.from({ length: 64 * 27 }, (_, i) => (i % 101 - 50) / 64),
  bias: Float32Array.from({ length: 64 }, (_, i) => i / 8),
} as const;

/** The kernels with the axes h, w, in, out, their channels turned around if asked for. */
export function firstKernelHwio(turned: boolean): Float32Array {
  const values: number[] = [];
  for (let place = 0; place < 9; place++) {
    for (const input of turned ? [2, 1, 0] : [0, 1, 2]) {
      for (let output = 0; output < 64; output++) values.push(first.kernel[output * 27 + input * 9 + place]);
    }
  }
  return Float32Array.from(values);
}
