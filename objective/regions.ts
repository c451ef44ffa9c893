import { meanOf, type Plane } from "../pictures/plane.ts";
import type { Statistics } from "./statistics.ts";
import type { StyleTensor } from "./tensors.ts";

/** A part of the result with its styles. */
export interface Region {
  /** How much of each pixel belongs to it; all unless given. */
  readonly where?: Plane;
  /** Its area as a share of the whole. */
  readonly share: number;
  /** The statistics of each style picture, with its share in the region. */
  readonly styles: readonly {
    readonly weight: number;
    /** By reduction of the picture (1, 2, 4, …), then by layer. */
    readonly reductions: ReadonlyMap<number, ReadonlyMap<string, Statistics<Float32Array>>>;
  }[];
}

/** The regions of some styles, without the empty ones; `look` takes the statistics of a style. */
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
 * @param region Number of the region, if there are several.
 */
export function statisticsKey(layer: string, factor: number, region?: number): string {
  return `${layer}${factor === 1 ? "" : `@1/${factor}`}${region === undefined ? "" : `#${region}`}`;
}

/** The regions with their numbers, from 1; a single region has none. */
export function numbered(regions: readonly Region[]): { region: Region; number?: number }[] {
  return regions.map((region, i) => ({ region, number: regions.length > 1 ? i + 1 : undefined }));
}
