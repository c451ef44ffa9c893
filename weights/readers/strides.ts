import { sizeOf } from "../../graph/mod.ts";
import type { Tensor } from "../../graph/tensor.ts";

/** The elements of a strided view of an array, so that the last axis runs fastest. Strides are in elements. */
export function gathered(
  stored: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    values[to] = stored[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}

/** Converts an array whose first axis runs fastest to one whose last does. */
export function lastAxisFastest(shape: readonly number[], data: Float32Array<ArrayBuffer>): Tensor {
  return { shape, data: gathered(data, shape, shape.map((_, axis) => sizeOf(shape.slice(0, axis)))) };
}
