import { hash, hashUnit } from "./random.ts";

// Each step visits the cells of the grid in another order; as primes above any
// usual side they miss no cell.
const STEPS = [1, 11, 13, 17, 19, 23];

/** Pairs of numbers, spread evenly over one pixel's samples and seeded by the pixel. */
export class Sampler {
  /** The pair drawn last, each in [0, 1). */
  u = 0;
  v = 0;
  readonly #side: number;
  #pixel = 0;
  #sample = 0;
  #drawn = 0;

  /** `side` squared samples per pixel. */
  constructor(side: number) {
    this.#side = side;
  }

  /** Starts a sample of a pixel. */
  start(pixel: number, sample: number): void {
    this.#pixel = pixel;
    this.#sample = sample;
    this.#drawn = 0;
  }

  /** Draws the next pair. */
  next(): void {
    const which = this.#drawn++, side = this.#side, cells = side * side;
    const shift = hash(this.#pixel, which) % cells;
    const step = STEPS[which % STEPS.length];
    const cell = (this.#sample * step + shift) % cells;
    const key = this.#sample * 64 + which;
    this.u = (cell % side + hashUnit(this.#pixel, key, 1)) / side;
    this.v = (Math.floor(cell / side) + hashUnit(this.#pixel, key, 2)) / side;
  }
}
