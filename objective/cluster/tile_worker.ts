/**
 * A worker's side of a picture on many machines: keeps tiles, and carries out orders on them. It knows graphs and
 * vectors, and nothing of losses, networks or presets: no code travels.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import type { RoundHandler } from "../../base/rounds.ts";
import type { Scratch } from "../../base/scratch.ts";
import type { Engine, Program } from "../../engines/engine.ts";
import type { Graph } from "../../graph/mod.ts";
import { adamStep } from "../../optimisers/adam_step.ts";
import { type Bands, bandsOf } from "../../optimisers/bands.ts";
import { add, addAll, dot, dots, meanSize, scaled } from "../../optimisers/vectors.ts";
import { sumOfSquares } from "../losses/loss.ts";
import { addSpread, shrunk } from "../pyramid.ts";
import { addAt, cut, paste, sizeAt } from "../tiles/planes.ts";
import type { Blobs } from "../../base/cluster.ts";
import { sealed, unsealed } from "./blobs.ts";
import { getGraph } from "./graph_blob.ts";
import { decode, encode } from "./message.ts";
import type { Answer, ContentSpec, Order, PassSpec, Register, TileSpec } from "./orders.ts";
import { imageOf, type ImageStrip, roundedImage, roundedSlopes, slopesOf, type SlopeStrip } from "./strips.ts";
import { packed, unpacked } from "./symmetric.ts";

/** What a worker computes with. */
export interface WorkerMachine {
  readonly engine: Engine;
  readonly blobs: Blobs;
  /** Version, engine and threads, in words: the results of another kind of worker would differ. */
  readonly fingerprint: string;
  /** Opens a file for the photograph's features; they stay in memory if absent. */
  readonly scratch?: () => Promise<Scratch>;
}

/** The features of the photograph in a tile's window, by layer. */
type Contents = () => Promise<Record<string, Float32Array>>;

/** What a worker keeps of a tile. */
interface Tile {
  readonly spec: TileSpec;
  readonly bands: Bands;
  /** The vectors, as long as the tile's pixels in three planes. */
  readonly vectors: Map<Register, Float32Array>;
  /** Moments of vectors in bands, and conversions. */
  readonly numbers: Map<Register, Float64Array>;
  levels: Extract<Order, { readonly do: "learn" }>["levels"];
  contents: Contents;
  /** The weights of the windows' positions, by level. */
  planes: readonly Readonly<Record<string, Float32Array>>[];
  /** The windows of the image that was looked at last, by level. */
  windows: Float32Array[];
  readonly resources: AsyncDisposableStack;
}

/** Opens what a worker keeps of the tiles of one picture. */
export function tileWorker({ engine, blobs, fingerprint, scratch }: WorkerMachine): RoundHandler {
  const worker = crypto.randomUUID();
  const tiles = new Map<number, Tile>();
  const constants = new Map<string, Float32Array>();
  const graphs = new Map<string, Graph>();
  const programs = new Map<string, Program>();
  /** What tiles have cut out for others that are here as well. */
  const images = new Map<string, ImageStrip>();
  const gradients = new Map<string, SlopeStrip>();
  let slopes: { readonly number: number; readonly values: Readonly<Record<string, Float32Array>> } | undefined;

  /** A compiled graph. Those that are not among `beside` are released: the memory is needed. */
  const programOf = async (name: string, beside: readonly string[]): Promise<Program> => {
    for (const [other, program] of [...programs]) {
      if (other === name || beside.includes(other)) continue;
      programs.delete(other);
      await program[Symbol.asyncDispose]();
    }
    const found = programs.get(name);
    if (found) return found;
    const graph = graphs.get(name) ?? await getGraph(name, blobs, constants);
    graphs.set(name, graph);
    const program = await engine.compile(graph);
    programs.set(name, program);
    return program;
  };

  const tileOf = (slot: number): Tile => {
    const tile = tiles.get(slot);
    if (!tile) throw new Error(`This worker has no tile ${slot}`);
    return tile;
  };

  /** Carries out one order. */
  const carryOut = async (slot: number, order: Order): Promise<unknown> => {
    if (order.do === "open") {
      if (order.fingerprint !== fingerprint) {
        throw new UserError(`The picture wants workers of ${order.fingerprint}, and this one is ${fingerprint}`, {
          hint: "start the workers with the version, engine and threads of the picture",
        });
      }
      await tiles.get(slot)?.resources[Symbol.asyncDispose]();
      tiles.set(slot, {
        spec: order.spec,
        bands: bandsOf(order.spec.size),
        vectors: new Map(),
        numbers: new Map(),
        levels: [],
        contents: async () => ({}),
        planes: [],
        windows: [],
        resources: new AsyncDisposableStack(),
      });
      return null;
    }
    const tile = tileOf(slot);
    const { spec, spec: { number, size, levels }, bands, vectors, numbers } = tile;
    const vector = (register: Register): Float32Array => {
      const found = vectors.get(register);
      if (!found) throw new Error(`Tile ${number} has no vector ${register}`);
      return found;
    };
    const moments = (register: Register): Float64Array => numbers.get(register)!;
    const from = <T>(strips: ReadonlyMap<string, T>, sent: Readonly<Record<string, T>>, level: number, other: number) =>
      sent[other] ?? strips.get(`${level} ${other} ${number}`)!;

    switch (order.do) {
      case "describe":
        return await describe(tile, order.content);
      case "learn":
        tile.levels = order.levels;
        tile.planes = [];
        for (const { planes } of order.levels) tile.planes = [...tile.planes, decode(await blobs.get(planes))];
        return null;
      case "put":
        // A copy: the store may keep what it gave.
        vectors.set(order.into, unsealed(await blobs.get(order.blob), spec.seal).slice());
        return null;
      case "save": {
        const names: string[] = [];
        for (const register of order.vectors) names.push(await blobs.put(sealed(vector(register), spec.seal)));
        return names;
      }
      case "keep": {
        const kept = new Set(order.registers);
        for (const map of [vectors, numbers]) {
          for (const register of [...map.keys()]) if (!kept.has(register)) map.delete(register);
        }
        return null;
      }
      case "lend":
        return levels.map(({ factor, place }, level) => {
          const image = shrunk({ ...size, data: vector(order.image) }, factor);
          const away: Record<string, ImageStrip> = {};
          for (const { tile: other, ...part } of place.lent) {
            const strip = roundedImage(cut(image.data, image, part));
            if (order.away.includes(other)) away[other] = strip;
            else images.set(`${level} ${number} ${other}`, strip);
          }
          return away;
        });
      case "look": {
        tile.windows = levels.map(({ factor, window, place }, level) => {
          const into = new Float32Array(3 * window.width * window.height);
          paste(shrunk({ ...size, data: vector(order.image) }, factor).data, place.own, into, window, place.own);
          for (const { tile: other, ...part } of place.borrowed) {
            paste(imageOf(from(images, order.borrowed[level], level, other)), part, into, window, part);
          }
          return into;
        });
        return await sums(tile);
      }
      case "slope": {
        if (order.slopes) slopes = { number: order.number, values: order.slopes };
        if (slopes?.number !== order.number) throw new Error(`The slopes ${order.number} were not sent to this worker`);
        const gradient = new Float32Array(3 * size.width * size.height);
        const terms: Record<string, number> = {};
        const away: Record<string, SlopeStrip>[] = [];
        for (const [level, { factor, window, place }] of levels.entries()) {
          const { slope, ...values } = await slopeIn(tile, level, slopes.values);
          for (const [name, value] of Object.entries(values)) terms[name] = value[0];
          const own = cut(slope, window, place.own);
          if (factor === 1) addAt(own, { ...size, x: 0, y: 0 }, gradient, size);
          else addSpread(own, gradient, size, factor);
          away[level] = {};
          for (const { tile: other, ...part } of place.borrowed) {
            const strip = roundedSlopes(cut(slope, window, part));
            if (order.away.includes(other)) away[level][other] = strip;
            else gradients.set(`${level} ${number} ${other}`, strip);
          }
        }
        tile.windows = [];
        vectors.set(order.into, gradient);
        return { terms: { names: Object.keys(terms), values: Float64Array.from(Object.values(terms)) }, away };
      }
      case "gather": {
        const gradient = vector(order.into);
        for (const [level, { factor, place }] of levels.entries()) {
          const into = factor === 1
            ? gradient
            : new Float32Array(3 * sizeAt(size, factor).width * sizeAt(size, factor).height);
          for (const { tile: other, ...part } of place.lent) {
            addAt(slopesOf(from(gradients, order.borrowed[level], level, other)), part, into, sizeAt(size, factor));
          }
          if (factor > 1) addSpread(into, gradient, size, factor);
        }
        return null;
      }
      case "scaled":
        vectors.set(order.into, scaled(vector(order.a), order.factor));
        return null;
      case "add":
        vectors.set(order.into, add(vector(order.a), vector(order.b), order.factor));
        return null;
      case "addAll":
        addAll(vector(order.into), order.vectors.map(vector), order.factors);
        return null;
      case "adapt": {
        const { image, mean, square } = order.from;
        const moved = { image: vector(image).slice(), mean: vector(mean).slice(), square: vector(square).slice() };
        adamStep(moved, vector(order.gradient), order.step);
        vectors.set(order.into.image, moved.image);
        vectors.set(order.into.mean, moved.mean);
        vectors.set(order.into.square, moved.square);
        return null;
      }
      case "dots":
        return Float64Array.from(dots(order.vectors.map(vector), vector(order.other)));
      case "dot":
        return Float64Array.of(dot(vector(order.a), vector(order.b)));
      case "size":
        return Float64Array.of(meanSize(vector(order.a)) * vector(order.a).length);
      case "split":
        vectors.set(order.into, bands.split(vector(order.a)));
        return null;
      case "joined":
        vectors.set(order.into, bands.joined(vector(order.a).slice()));
        return null;
      case "moments":
        numbers.set(order.into, bands.moments(vector(order.a)));
        return null;
      case "conversions": {
        const total = (registers: readonly Register[]) => {
          const sums = new Float64Array(moments(registers[0]).length);
          registers.forEach((register, k) =>
            moments(register).forEach((moment, i) => sums[i] += order.rhos[k] * moment)
          );
          return sums;
        };
        const conversions = bands.conversions(total(order.steps), total(order.changes));
        numbers.set(order.into, conversions);
        return Float64Array.of(bands.converted(conversions, moments(order.changes.at(-1)!)));
      }
      case "convert":
        bands.convert(vector(order.a), moments(order.conversions), order.factor);
        return null;
    }
  };

  /** Takes the features of the photograph, and keeps them. */
  const describe = async (tile: Tile, { graph, image, layers }: ContentSpec): Promise<Float64Array> => {
    const program = await programOf(graph, []);
    const values = await program.run({ image: unsealed(await blobs.get(image), tile.spec.seal) });
    const names = layers.map(({ name }) => name);
    const arrays = names.map((name) => new Float32Array(values[name]));
    const energies = layers.map(({ window, owned }, i) => sumOfSquares(cut(arrays[i], window, owned)));
    const file = scratch && tile.resources.use(await scratch());
    if (!file) {
      tile.contents = async () => Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
      return Float64Array.from(energies);
    }
    const lengths = arrays.map(({ length }) => length);
    const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((a, b) => a + b, 0));
    for (const [i, array] of arrays.entries()) await file.write(starts[i], array);
    tile.contents = async () => {
      const read = lengths.map((length) => new Float32Array(length));
      for (const [i, into] of read.entries()) await file.read(starts[i], into);
      return Object.fromEntries(names.map((name, i) => [name, read[i]]));
    };
    return Float64Array.from(energies);
  };

  /** The first pass: the sums of each level. */
  const sums = async (tile: Tile): Promise<Record<string, Float32Array>[]> => {
    const beside = tile.levels.flatMap(({ sums }) => sums ? [sums.graph] : []);
    const found: Record<string, Float32Array>[] = [];
    for (const [level, { sums }] of tile.levels.entries()) {
      if (!sums) continue;
      const program = await programOf(sums.graph, beside);
      const results = await program.run({ image: tile.windows[level], ...tile.planes[level] });
      found.push(Object.fromEntries(
        Object.entries(results).map(([name, sum]) => {
          const side = sums.symmetric[name];
          return [name, side ? packed(sum, side) : new Float32Array(sum)];
        }),
      ));
    }
    return found;
  };

  /** The second pass at a level: the terms, and the slope of the window. */
  const slopeIn = async (tile: Tile, level: number, values: Readonly<Record<string, Float32Array>>) => {
    const beside = tile.levels.map(({ slopes }) => slopes.graph);
    const pass: PassSpec = tile.levels[level].slopes;
    const program = await programOf(pass.graph, beside);
    const contents = tile.spec.levels[level].factor === 1 ? await tile.contents() : {};
    const feeds: Record<string, Float32Array> = {
      image: tile.windows[level],
      ...tile.planes[level],
      ...Object.fromEntries(Object.entries(contents).map(([name, data]) => [`content ${name}`, data])),
    };
    for (const [name, value] of Object.entries(values)) {
      const side = pass.symmetric[name];
      feeds[`slope ${name}`] = side ? unpacked(value, side) : value;
    }
    return await program.run(feeds);
  };

  return {
    async answer(slot, message, signal) {
      const results: unknown[] = [];
      for (const order of decode<readonly Order[]>(message)) {
        signal.throwIfAborted();
        results.push(await carryOut(slot, order));
      }
      return encode({ worker, open: tiles.has(slot), results } satisfies Answer);
    },
    async [Symbol.asyncDispose]() {
      for (const { resources } of tiles.values()) await resources[Symbol.asyncDispose]();
      for (const program of programs.values()) await program[Symbol.asyncDispose]();
      tiles.clear();
      programs.clear();
    },
  };
}
