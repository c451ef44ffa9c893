import type { Ray } from "./ray.ts";

const BINS = 16;

/** Tests one primitive, shortens the ray on a hit and says whether it hit. */
export type LeafTest = (primitive: number, ray: Ray) => boolean;

/**
 * A bounding volume hierarchy over boxes, split by the binned surface area
 * heuristic (Wald, "On fast Construction of SAH-based BVHs", 2007).
 */
export class Bvh {
  /** Six numbers per node: low corner, then high corner. */
  readonly bounds: Float32Array;
  readonly #first: Int32Array;
  readonly #count: Int32Array;
  readonly #order: Int32Array;
  readonly #leafSize: number;
  readonly #stack = new Int32Array(128);
  readonly #stackAt = new Float64Array(128);
  #nodes = 1;

  /**
   * `boxes` holds six numbers per primitive: low corner, then high corner.
   * Nodes with at most `leafSize` primitives are not split.
   */
  constructor(boxes: Float32Array, leafSize: number) {
    this.#leafSize = leafSize;
    const size = boxes.length / 6;
    this.bounds = new Float32Array(Math.max(1, 2 * size) * 6);
    this.#first = new Int32Array(Math.max(1, 2 * size));
    this.#count = new Int32Array(Math.max(1, 2 * size));
    this.#order = Int32Array.from({ length: size }, (_, i) => i);
    this.#count[0] = size;
    const pending = [0];
    while (pending.length > 0) {
      const node = pending.pop()!;
      this.#fit(node, boxes);
      if (this.#split(node, boxes)) {
        pending.push(this.#first[node], this.#first[node] + 1);
      }
    }
  }

  #fit(node: number, boxes: Float32Array): void {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    const first = this.#first[node];
    for (let i = first; i < first + this.#count[node]; i++) {
      const box = this.#order[i] * 6;
      for (let axis = 0; axis < 3; axis++) {
        if (boxes[box + axis] < low[axis]) low[axis] = boxes[box + axis];
        if (boxes[box + 3 + axis] > high[axis]) {
          high[axis] = boxes[box + 3 + axis];
        }
      }
    }
    this.bounds.set(low, node * 6);
    this.bounds.set(high, node * 6 + 3);
  }

  #split(node: number, boxes: Float32Array): boolean {
    const count = this.#count[node], first = this.#first[node];
    if (count <= this.#leafSize) return false;
    const order = this.#order;
    let axis = 0, low = 0, span = -1;
    for (let a = 0; a < 3; a++) {
      let from = Infinity, to = -Infinity;
      for (let i = first; i < first + count; i++) {
        const centre = boxes[order[i] * 6 + a] + boxes[order[i] * 6 + 3 + a];
        if (centre < from) from = centre;
        if (centre > to) to = centre;
      }
      if (to - from > span) [axis, low, span] = [a, from, to - from];
    }
    if (span <= 0) return false;
    const binOf = (primitive: number) => {
      const centre = boxes[primitive * 6 + axis] +
        boxes[primitive * 6 + 3 + axis];
      return Math.min(BINS - 1, Math.floor((centre - low) / span * BINS));
    };
    const cut = bestCut(boxes, order, first, count, binOf);
    let left = first, right = first + count - 1;
    while (left <= right) {
      if (binOf(order[left]) < cut) left++;
      else {
        const swap = order[left];
        order[left] = order[right];
        order[right--] = swap;
      }
    }
    const child = this.#nodes;
    this.#nodes += 2;
    this.#first[child] = first;
    this.#count[child] = left - first;
    this.#first[child + 1] = left;
    this.#count[child + 1] = first + count - left;
    this.#first[node] = child;
    this.#count[node] = 0;
    return true;
  }

  /** Visits the primitives that the ray may hit, near ones first. */
  traverse(ray: Ray, test: LeafTest): boolean {
    const stack = this.#stack, stackAt = this.#stackAt;
    const first = this.#first, count = this.#count;
    let hit = false, top = 0, node = 0;
    if (this.#enter(0, ray) === Infinity) return false;
    while (true) {
      if (count[node] > 0) {
        const end = first[node] + count[node];
        for (let i = first[node]; i < end; i++) {
          if (test(this.#order[i], ray)) {
            if (ray.any) return true;
            hit = true;
          }
        }
      } else {
        let near = first[node], far = near + 1;
        let nearAt = this.#enter(near, ray), farAt = this.#enter(far, ray);
        if (farAt < nearAt) {
          [near, far] = [far, near];
          [nearAt, farAt] = [farAt, nearAt];
        }
        if (farAt < Infinity) {
          stackAt[top] = farAt;
          stack[top++] = far;
        }
        if (nearAt < Infinity) {
          node = near;
          continue;
        }
      }
      do {
        if (top === 0) return hit;
        node = stack[--top];
      } while (stackAt[top] >= ray.reach);
    }
  }

  #enter(node: number, ray: Ray): number {
    const b = this.bounds, at = node * 6;
    const x0 = (b[at] - ray.ox) * ray.ix, x1 = (b[at + 3] - ray.ox) * ray.ix;
    let near = x0 < x1 ? x0 : x1, far = x0 < x1 ? x1 : x0;
    const y0 = (b[at + 1] - ray.oy) * ray.iy;
    const y1 = (b[at + 4] - ray.oy) * ray.iy;
    const yNear = y0 < y1 ? y0 : y1, yFar = y0 < y1 ? y1 : y0;
    if (yNear > near) near = yNear;
    if (yFar < far) far = yFar;
    const z0 = (b[at + 2] - ray.oz) * ray.iz;
    const z1 = (b[at + 5] - ray.oz) * ray.iz;
    const zNear = z0 < z1 ? z0 : z1, zFar = z0 < z1 ? z1 : z0;
    if (zNear > near) near = zNear;
    if (zFar < far) far = zFar;
    return far >= (near > 0 ? near : 0) && near < ray.reach ? near : Infinity;
  }
}

/** The first bin of the right side, where the expected cost is least. */
function bestCut(
  boxes: Float32Array,
  order: Int32Array,
  first: number,
  count: number,
  binOf: (primitive: number) => number,
): number {
  const bins = new Float64Array(BINS * 6);
  const sizes = new Int32Array(BINS);
  for (let i = 0; i < BINS; i++) {
    bins.fill(Infinity, i * 6, i * 6 + 3);
    bins.fill(-Infinity, i * 6 + 3, i * 6 + 6);
  }
  for (let i = first; i < first + count; i++) {
    const bin = binOf(order[i]);
    sizes[bin]++;
    grow(bins, bin * 6, boxes, order[i] * 6);
  }
  const rightCost = new Float64Array(BINS);
  const side = new Float64Array(6);
  side.fill(Infinity, 0, 3).fill(-Infinity, 3);
  for (let i = BINS - 1, size = 0; i > 0; i--) {
    grow(side, 0, bins, i * 6);
    size += sizes[i];
    rightCost[i] = size === 0 ? Infinity : size * area(side);
  }
  side.fill(Infinity, 0, 3).fill(-Infinity, 3);
  let cut = 1, best = Infinity;
  for (let i = 1, size = 0; i < BINS; i++) {
    grow(side, 0, bins, i * 6 - 6);
    size += sizes[i - 1];
    const cost = size === 0 ? Infinity : size * area(side) + rightCost[i];
    if (cost < best) [cut, best] = [i, cost];
  }
  return cut;
}

function grow(
  box: Float64Array,
  at: number,
  by: Float32Array | Float64Array,
  byAt: number,
): void {
  for (let axis = 0; axis < 3; axis++) {
    if (by[byAt + axis] < box[at + axis]) box[at + axis] = by[byAt + axis];
    if (by[byAt + 3 + axis] > box[at + 3 + axis]) {
      box[at + 3 + axis] = by[byAt + 3 + axis];
    }
  }
}

function area(box: Float64Array): number {
  const x = box[3] - box[0], y = box[4] - box[1], z = box[5] - box[2];
  return x * y + y * z + z * x;
}
