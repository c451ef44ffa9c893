/** A ray and the nearest hit found so far; reused, so that tracing allocates nothing. */
export class Ray {
  /** Origin, metres. */
  ox = 0;
  oy = 0;
  oz = 0;
  /** Direction; of length 1 in world space. */
  dx = 0;
  dy = 0;
  dz = 1;
  /** Reciprocal direction. */
  ix = 0;
  iy = 0;
  iz = 0;
  /** Distance of the nearest hit, or the farthest distance of interest, metres. */
  reach = Infinity;
  /** Whether the first hit found ends the search (shadow rays). */
  any = false;
  /** Triangle and instance of the nearest hit; -1 where there is none. */
  triangle = -1;
  instance = -1;

  /** Starts a new search. */
  set(
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    reach: number,
    any: boolean,
  ): void {
    this.ox = ox;
    this.oy = oy;
    this.oz = oz;
    this.dx = dx;
    this.dy = dy;
    this.dz = dz;
    this.ix = 1 / (Math.abs(dx) < 1e-12 ? 1e-12 : dx);
    this.iy = 1 / (Math.abs(dy) < 1e-12 ? 1e-12 : dy);
    this.iz = 1 / (Math.abs(dz) < 1e-12 ? 1e-12 : dz);
    this.reach = reach;
    this.any = any;
    this.triangle = -1;
    this.instance = -1;
  }
}
