import { HEIGHT, WIDTH } from "./canvas.ts";
import { borderDistance } from "./distance.ts";
import { scatter } from "./path.ts";
import type { Random } from "./random.ts";

/** One piece of glass; lengths are in picture units. */
export interface Tessera {
  x: number;
  y: number;
  /** Part of the picture that it belongs to. */
  label: number;
  /** Cosine and sine of the direction of one of its sides. */
  cos: number;
  sin: number;
  /** Length of that side against the other's. */
  readonly aspect: number;
}

/** The piece that owns a place, and how far the place lies inside of it. */
export interface Owner {
  readonly tessera: Tessera;
  /** Distance to the nearest side or contour, in picture units. */
  readonly inside: number;
  /** Place within the piece along its two sides, in picture units. */
  readonly u: number;
  readonly v: number;
}

/**
 * A floor of square pieces whose rows follow the contours of a label map, by
 * Hausner's "Simulating Decorative Mosaics" (2001): a centroidal Voronoi
 * diagram under a metric of squares that turn with the distance field.
 */
export class Floor {
  readonly tesserae: Tessera[];
  readonly #size: number;
  readonly #labels = new Int16Array(WIDTH * HEIGHT);
  readonly #distance: Float32Array;
  #bins: Tessera[][] = [];

  /** Lays pieces of side `size`, in picture units, over all of the picture. */
  constructor(
    random: Random,
    size: number,
    labelAt: (x: number, y: number) => number,
  ) {
    this.#size = size;
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++, i++) this.#labels[i] = labelAt(x, y);
    }
    this.#distance = borderDistance(this.#labels, WIDTH, HEIGHT);
    this.tesserae = scatter(random, size)
      .filter(({ x, y }) => x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT)
      .map(({ x, y }) => ({
        x,
        y,
        label: 0,
        cos: 1,
        sin: 0,
        aspect: random.range(0.85, 1.2),
      }));
    for (let round = 0; round < 16; round++) {
      this.#settle();
      if (round === 8 || round === 12) this.#fill(random);
      this.#center();
    }
    this.#settle();
  }

  /** Finds the piece at a place; undefined in a part too small to hold one. */
  at(x: number, y: number): Owner | undefined {
    const label = this.#labels[cell(x, y)];
    let nearest: Tessera | undefined;
    let first = Infinity;
    let second = Infinity;
    this.#near(x, y, (tessera) => {
      if (tessera.label !== label) return;
      const d = squareDistance(tessera, x, y);
      if (d < first) {
        second = first;
        first = d;
        nearest = tessera;
      } else if (d < second) second = d;
    });
    if (!nearest) return undefined;
    const dx = x - nearest.x;
    const dy = y - nearest.y;
    const inside = Math.min(
      (second - first) / 2,
      0.72 * this.#size - first,
      this.#toBorder(x, y),
    );
    return {
      tessera: nearest,
      inside,
      u: dx * nearest.cos + dy * nearest.sin,
      v: dy * nearest.cos - dx * nearest.sin,
    };
  }

  /** Turns each piece along the contours and sorts the pieces into bins. */
  #settle(): void {
    const columns = Math.ceil(WIDTH / this.#size);
    const rows = Math.ceil(HEIGHT / this.#size);
    this.#bins = Array.from({ length: columns * rows }, () => []);
    for (const tessera of this.tesserae) {
      const { x, y } = tessera;
      const reach = 6;
      const gx = this.#toBorder(x + reach, y) - this.#toBorder(x - reach, y);
      const gy = this.#toBorder(x, y + reach) - this.#toBorder(x, y - reach);
      const norm = Math.hypot(gx, gy);
      if (norm > 0.5) {
        tessera.cos = gx / norm;
        tessera.sin = gy / norm;
      }
      tessera.label = this.#labels[cell(x, y)];
      const bin = Math.floor(y / this.#size) * columns +
        Math.floor(x / this.#size);
      this.#bins[bin].push(tessera);
    }
  }

  /** Moves each piece to the middle of the places nearest to it. */
  #center(): void {
    const sums = new Map<Tessera, [number, number, number]>();
    for (let y = 1; y < HEIGHT; y += 2) {
      for (let x = 1; x < WIDTH; x += 2) {
        const owner = this.at(x, y);
        if (!owner) continue;
        const sum = sums.get(owner.tessera) ?? [0, 0, 0];
        sum[0] += x;
        sum[1] += y;
        sum[2]++;
        sums.set(owner.tessera, sum);
      }
    }
    for (const [tessera, [x, y, count]] of sums) {
      tessera.x = x / count;
      tessera.y = y / count;
    }
  }

  /** Adds pieces where a part has none near. */
  #fill(random: Random): void {
    for (let y = 2; y < HEIGHT; y += 4) {
      for (let x = 2; x < WIDTH; x += 4) {
        if (this.#toBorder(x, y) < 3) continue;
        const owner = this.at(x, y);
        if (owner && owner.inside > -0.1 * this.#size) continue;
        const aspect = random.range(0.85, 1.2);
        this.tesserae.push({ x, y, label: 0, cos: 1, sin: 0, aspect });
        this.#settle();
      }
    }
  }

  #near(x: number, y: number, visit: (tessera: Tessera) => void): void {
    const columns = Math.ceil(WIDTH / this.#size);
    const rows = Math.ceil(HEIGHT / this.#size);
    const column = Math.floor(x / this.#size);
    const row = Math.floor(y / this.#size);
    for (let r = Math.max(0, row - 2); r <= Math.min(rows - 1, row + 2); r++) {
      for (
        let c = Math.max(0, column - 2);
        c <= Math.min(columns - 1, column + 2);
        c++
      ) {
        for (const tessera of this.#bins[r * columns + c]) visit(tessera);
      }
    }
  }

  /** Distance to the nearest contour, between cells by bilinear weights. */
  #toBorder(x: number, y: number): number {
    const left = Math.min(WIDTH - 2, Math.max(0, Math.floor(x)));
    const top = Math.min(HEIGHT - 2, Math.max(0, Math.floor(y)));
    const u = Math.min(1, Math.max(0, x - left));
    const v = Math.min(1, Math.max(0, y - top));
    const d = this.#distance;
    const i = top * WIDTH + left;
    return (1 - v) * ((1 - u) * d[i] + u * d[i + 1]) +
      v * ((1 - u) * d[i + WIDTH] + u * d[i + WIDTH + 1]);
  }
}

function cell(x: number, y: number): number {
  const column = Math.min(WIDTH - 1, Math.max(0, Math.floor(x)));
  const row = Math.min(HEIGHT - 1, Math.max(0, Math.floor(y)));
  return row * WIDTH + column;
}

function squareDistance(tessera: Tessera, x: number, y: number): number {
  const dx = x - tessera.x;
  const dy = y - tessera.y;
  const u = Math.abs(dx * tessera.cos + dy * tessera.sin);
  const v = Math.abs(dy * tessera.cos - dx * tessera.sin);
  return Math.max(u * tessera.aspect, v / tessera.aspect);
}
