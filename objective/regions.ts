import { meanOf, type Plane } from "../pictures/plane.ts";
import type { Statistics } from "./statistics.ts";
import type { StyleTensor } from "./tensors.ts";

/** A part of the result with the styles that it shall have. */
export interface Region {
  /** How much of each pixel belongs to it; everything unless given. */
  readonly where?: Plane;
  /** How much of the whole it is. */
  readonly share: number;
  /** The statistics of each style picture, with its share in the region. */
  readonly styles: readonly {
    readonly weight: number;
    /** By reduction of the picture (1, 2, 4, …), then by layer. */
    readonly reductions: ReadonlyMap<number, ReadonlyMap<string, Statistics<Float32Array>>>;
  }[];
}

/** The regions of styles that cover anything, their statistics taken by `look`. */
export async function regionsOf(
  styles: readonly StyleTensor[],
  look: (style: StyleTensor) => Promise<Region["styles"][number]["reductions"]>,
): Promise<Region[]> {
  const regions: Region[] = [];
  for (const [where, members] of Map.groupBy(styles, ({ where }) => where)) {
    const share = where ? meanOf(where) : 1;
    if (share === 0) continue;
    const seen = [];
    for (const style of members) seen.push({ weight: style.weight, reductions: await look(style) });
    regions.push({ where, share, styles: seen });
  }
  return regions;
}

/**
 * The key of a layer's statistics at a reduction of the image.
 *
 * @param region Number of the region, where there are several.
 */
export function statisticsKey(layer: string, factor: number, region?: number): string {
  return `${layer}${factor === 1 ? "" : `@1/${factor}`}${region === undefined ? "" : `#${region}`}`;
}

/** The regions with their numbers, from 1; a region alone has none. */
export function numbered(regions: readonly Region[]): { region: Region; number?: number }[] {
  return regions.map((region, i) => ({ region, number: regions.length > 1 ? i + 1 : undefined }));
}
