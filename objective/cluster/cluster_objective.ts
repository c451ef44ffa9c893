import { TileMoved } from "../../base/rounds.ts";
import type { Engine } from "../../engines/engine.ts";
import { type Node, sizeOf } from "../../graph/mod.ts";
import type { Network } from "../../networks/network.ts";
import { reachOf } from "../../networks/reach.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Features } from "../features.ts";
import type { Evaluation } from "../evaluation.ts";
import { partsOf, sizesOf } from "../parts.ts";
import { activeTerms, askedBy, layersAt, type ObjectiveOptions } from "../terms.ts";
import { type Judgement, judgement } from "../tiles/judgement.ts";
import { cut, ownedOf, windowOf } from "../tiles/planes.ts";
import { slopeGraph } from "../tiles/slopes.ts";
import { sumsIn } from "../tiles/sums.ts";
import { viewOf } from "../tiles/view.ts";
import type { Blobs } from "../../base/cluster.ts";
import { sealed } from "./blobs.ts";
import type { Cluster } from "../../base/cluster.ts";
import { fleetOf } from "./fleet.ts";
import { type FleetVector, type FleetVectors, fleetVectors } from "./fleet_vectors.ts";
import { putGraph } from "./graph_blob.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { encode } from "./message.ts";
import type { ContentSpec, Order, PassSpec } from "./orders.ts";
import type { ImageStrip, SlopeStrip } from "./strips.ts";
import { packed, unpacked } from "./symmetric.ts";

/** An objective whose image lies in tiles. */
export interface TiledObjective extends AsyncDisposable {
  readonly layout: Layout;
  readonly vectors: FleetVectors;
  /** Whether what the vectors are stored as outlives the run. */
  readonly lasting: boolean;
  readonly blobs: Blobs;
  /**
   * Evaluates it at an image.
   *
   * @throws {TileMoved} if a worker is lost.
   * @throws The signal's reason, once it is aborted.
   */
  evaluate(image: FleetVector, signal?: AbortSignal): Promise<Evaluation<FleetVector>>;
  /** Finds workers for the tiles that have lost theirs, and begins these tiles anew: their vectors are to be loaded. */
  reopen(): Promise<void>;
  /** Notes that a step is done. */
  progressed(): void;
}

/** What a tile finds in the second pass. */
interface Found {
  readonly terms: { readonly names: readonly string[]; readonly values: Float64Array };
  readonly away: readonly Readonly<Record<string, SlopeStrip>>[];
}

/**
 * The layout of a picture for an objective.
 *
 * @param sizes Of the picture, and of the paintings if they are known.
 */
export function layoutFor(
  options: ObjectiveOptions,
  network: Network,
  sizes: readonly Size[],
  side: number,
): Layout {
  const terms = activeTerms(options);
  const { factors } = askedBy(terms, options.pyramid, network, sizes);
  return layoutOf(
    sizes[0],
    side,
    factors.map((factor) => {
      const { stride, radius } = reachOf(network, layersAt(terms, factor));
      // An image term compares neighbours.
      return { factor, reach: { stride, radius: Math.max(1, radius) } };
    }),
  );
}

/**
 * The objective of a picture whose tiles lie with workers. An evaluation takes four rounds: tiles cut out what others see
 * of them; they add up their sums, which are judged once for all; they bring the gradient back from the slopes of these
 * sums; and they add what others have found.
 */
export async function clusterObjective(
  options: ObjectiveOptions,
  features: Features,
  layout: Layout,
  cluster: Cluster,
  engine: Engine,
): Promise<TiledObjective> {
  const { fingerprint, blobs, local } = cluster;
  const seal = crypto.getRandomValues(new Uint8Array(local ? 0 : 16));
  const { size, tiles } = layout;
  await using opened = new AsyncDisposableStack();
  const rounds = await cluster.open();
  opened.defer(() => rounds.close());
  const fleet = fleetOf(tiles.length, rounds);
  const openings = tiles.map((tile, number): Order => ({
    do: "open",
    fingerprint,
    spec: {
      number,
      seal,
      size: { width: tile.width, height: tile.height },
      levels: layout.levels.map(({ factor, grid, places }) => ({ factor, window: grid.window, place: places[number] })),
    },
  }));
  await fleet.place();
  /** What every tile has been told, in order. */
  const told: ((tile: number) => Order)[] = [];
  /** Tells tiles that have a new worker all that they were told. */
  const catchUp = async (): Promise<void> => {
    const anew = new Set(await fleet.place());
    const nothing: Order = { do: "keep", registers: [] };
    await Promise.all(told.map((order) => fleet.ask((tile) => anew.has(tile) ? order(tile) : nothing)));
  };
  /** Tells all tiles something that they need from now on. */
  const establish = async <Result>(order: (tile: number) => Order): Promise<Result[]> => {
    while (true) {
      try {
        const results = await fleet.ask<Result>(order);
        told.push(order);
        return results;
      } catch (error) {
        if (!(error instanceof TileMoved)) throw error;
        await untilSettled(catchUp);
      }
    }
  };
  await establish((tile) => openings[tile]);

  const contents = await contentsOf(options, features, layout, blobs, seal);
  if (contents) opened.defer(async () => await blobs.remove?.(contents.map(({ image }) => image)));
  const energies = new Map<string, number>();
  if (contents) {
    const found = await establish<Float64Array>((tile) => ({ do: "describe", content: contents[tile] }));
    contents[0].layers.forEach(({ name }, i) => energies.set(name, found.reduce((sum, parts) => sum + parts[i], 0)));
  }
  const parts = await partsOf(options, features, features.tensors.network, { energies });
  const verdict = opened.use(await judgement(parts, size, engine));

  const weights = new Map<string, number>();
  /** The side of each symmetric matrix among the sums. */
  const symmetric: Record<string, number> = {};
  const levels: { readonly sums?: PassSpec; readonly slopes: PassSpec; readonly planes: readonly string[] }[] = [];
  for (const { factor, grid } of layout.levels) {
    const { view, values, outputs } = await slopeGraph(parts, size, factor, grid, verdict.sums);
    for (const { name, weight } of values) weights.set(name, weight);
    const sums = verdict.sums.size > 0 ? await sumsIn(view, factor, parts, verdict.sums) : undefined;
    const sides = Object.fromEntries([...sums ?? []].flatMap(([name, node]) => sideOf(name, node)));
    Object.assign(symmetric, sides);
    const planes: string[] = [];
    for (const tile of grid.tiles) planes.push(await blobs.put(encode(view.planes(tile))));
    levels.push({
      sums: sums && { graph: await putGraph({ outputs: Object.fromEntries(sums) }, blobs), symmetric: sides },
      slopes: { graph: await putGraph({ outputs }, blobs), symmetric: sides },
      planes,
    });
  }
  const learning = (tile: number): Order => ({
    do: "learn",
    levels: levels.map(({ planes, ...passes }) => ({ ...passes, planes: planes[tile] })),
  });
  await establish(learning);

  const vectors = fleetVectors(fleet, layout, blobs, seal);
  opened.defer(() => vectors.forget());
  const rest = opened.move();
  let evaluations = 0;
  return {
    layout,
    vectors,
    blobs,
    lasting: !local,
    async evaluate(image, signal) {
      const gradient = vectors.fresh();
      const into = gradient.register;
      const lent = await fleet.ask<Record<string, ImageStrip>[]>(
        (tile) => ({ do: "lend", image: image.register, away: fleet.away(tile) }),
        signal,
      );
      const seen = await fleet.ask<Record<string, Float32Array>[]>(
        (tile) => ({ do: "look", image: image.register, borrowed: borrowedBy(tile, lent, layout) }),
        signal,
      );
      const { values, slopes } = await verdict.run(sumsOver(seen, verdict, symmetric));
      const sent = Object.fromEntries([...slopes].map(([name, slope]) => {
        const side = symmetric[name];
        return [name, side ? packed(slope, side) : slope];
      }));
      const number = ++evaluations;
      const found = await fleet.ask<Found>(
        (tile) => ({ do: "slope", into, slopes: fleet.leads(tile) ? sent : undefined, number, away: fleet.away(tile) }),
        signal,
      );
      const strips = found.map(({ away }) => away);
      fleet.tell((tile) => ({ do: "gather", into, borrowed: borrowedBy(tile, strips, layout) }));
      const terms = [
        ...found[0].terms.names.map((name, i) => ({
          name: name.slice("term ".length),
          weight: weights.get(name.slice("term ".length))!,
          value: found.reduce((sum, { terms }) => sum + terms.values[i], 0),
        })),
        ...values,
      ];
      return {
        value: terms.reduce((sum, { weight, value }) => sum + weight * value, 0),
        terms: Object.fromEntries(terms.map(({ name, value }) => [name, value])),
        gradient,
      };
    },
    reopen: () => untilSettled(catchUp),
    progressed: fleet.progressed,
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

/** Does something until no worker is lost meanwhile. */
async function untilSettled(work: () => Promise<void>): Promise<void> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TileMoved)) throw error;
    }
  }
}

/** The photograph in each tile's window, and the graph of its features; undefined if no term asks for them. */
async function contentsOf(
  options: ObjectiveOptions,
  { graph, tensors: { content, network, styles } }: Features,
  { size, levels: [{ grid }] }: Layout,
  blobs: Blobs,
  seal: Uint8Array,
): Promise<ContentSpec[] | undefined> {
  const sizes = sizesOf({ content, styles } as Features["tensors"]);
  const { contentLayers } = askedBy(activeTerms(options), options.pyramid, network, sizes);
  if (contentLayers.length === 0) return undefined;
  const nodes = await graph(viewOf(grid).image, contentLayers, "the photograph");
  const name = await putGraph({ outputs: Object.fromEntries(nodes) }, blobs);
  const specs: ContentSpec[] = [];
  for (const tile of grid.tiles) {
    const image = await blobs.put(sealed(cut(content.data, size, windowOf(tile, grid, 1)), seal));
    const layers = contentLayers.map((name) => {
      const { stride } = reachOf(network, [name]);
      const window = windowOf(tile, grid, stride);
      const owned = ownedOf(tile, stride);
      return { name, window, owned: { ...owned, x: owned.x - window.x, y: owned.y - window.y } };
    });
    specs.push({ graph: name, image, layers });
  }
  return specs;
}

/** A sum's name with its side, if it is a symmetric matrix. */
function sideOf(name: string, { shape }: Node): [string, number][] {
  const side = shape.at(-1)!;
  return name.endsWith(" outer") && sizeOf(shape) === side * side ? [[name, side]] : [];
}

/** What a tile sees of those at other workers, by level. */
function borrowedBy<Strip>(
  tile: number,
  sent: readonly (readonly Readonly<Record<string, Strip>>[])[],
  { levels }: Layout,
): Record<string, Strip>[] {
  return levels.map((_, level) =>
    Object.fromEntries(sent.flatMap((ofTile, other) => tile in ofTile[level] ? [[other, ofTile[level][tile]]] : []))
  );
}

/** The sums over the picture: those of its tiles in their order, in float64. */
function sumsOver(
  seen: readonly (readonly Readonly<Record<string, Float32Array>>[])[],
  { sums: names }: Judgement,
  symmetric: Readonly<Record<string, number>>,
): Map<string, Float32Array> {
  const totals = new Map<string, Float64Array>();
  for (const levels of seen) {
    for (const sums of levels) {
      for (const [name, part] of Object.entries(sums)) {
        const total = totals.get(name) ?? new Float64Array(part.length);
        for (let i = 0; i < part.length; i++) total[i] += part[i];
        totals.set(name, total);
      }
    }
  }
  return new Map(
    [...totals].filter(([name]) => names.has(name)).map(([name, total]) => {
      const sums = Float32Array.from(total);
      return [name, symmetric[name] ? unpacked(sums, symmetric[name]) : sums];
    }),
  );
}
