/**
 * How many workers pay: `deno run bench/cluster_model.ts`. A formula of the slowest part beside a simulation, event by
 * event, of the same figures: photographs as jobs, and one large picture in rounds. The figures are arguments: those of
 * `bench/queue.ts` for the queue, and those of a painting on the worker at hand.
 *
 * @module
 */
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "12" },
    megabytes: { type: "string", default: "3" },
    sending: { type: "string", default: "8" },
    command: { type: "string", default: "2" },
    bandwidth: { type: "string", default: "110" },
    lives: { type: "string", default: "24" },
    tiles: { type: "string", default: "400" },
    tile: { type: "string", default: "4" },
    traffic: { type: "string", default: "2.4" },
  },
});
const figure = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
const { seconds, megabytes, bandwidth, tiles, tile, traffic } = figure;
/** Seconds of the coordinator for a photograph; of Redis; hours that a worker lives. */
const [sending, command, lives] = [figure.sending / 1000, figure.command / 1000, figure.lives];
/** Seconds until a lost worker's job is taken up: the hold and the look, as in queue/timing.ts. */
const retake = 20;

/** A generator of numbers in 0..1 (mulberry32), so that a simulation repeats itself. */
function randomFrom(seed: number): () => number {
  return () => {
    seed = seed + 0x6D2B79F5 | 0;
    let mixed = Math.imul(seed ^ seed >>> 15, 1 | seed);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
  };
}

/** A world of events, each at its time. */
function world() {
  const heap: { readonly at: number; readonly work: () => void }[] = [];
  const clock = { now: 0 };
  const before = (a: number, b: number) => heap[a].at < heap[b].at;
  const swap = (a: number, b: number) => [heap[a], heap[b]] = [heap[b], heap[a]];
  /** Lets something happen so many seconds from now. */
  const after = (delay: number, work: () => void) => {
    let i = heap.push({ at: clock.now + delay, work }) - 1;
    for (let up = i - 1 >> 1; i > 0 && before(i, up); i = up, up = i - 1 >> 1) swap(i, up);
  };
  const run = () => {
    while (heap.length > 0) {
      const { at, work } = heap[0];
      const last = heap.pop()!;
      if (heap.length > 0) heap[0] = last;
      for (let i = 0, least = 0;; i = least) {
        for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && before(child, least)) least = child;
        if (least === i) break;
        swap(i, least);
      }
      clock.now = at;
      work();
    }
  };
  /** Something that serves one request at a time, in the order in which they come. */
  const server = () => {
    let free = 0;
    return (duration: number, then: () => void) => {
      free = Math.max(free, clock.now) + duration;
      after(free - clock.now, then);
    };
  };
  return { clock, after, run, server };
}

/** Seconds that so many photographs take, event by event. */
function simulated(count: number, workers: number, random: () => number): number {
  const { clock, after, run, server } = world();
  const [sender, redis, disk] = [server(), server(), server()];
  const move = megabytes / 2 / bandwidth;
  let [waiting, idle, done, end] = [0, workers, 0, 0];
  const next = () => {
    if (waiting === 0 || idle === 0) return;
    [waiting, idle] = [waiting - 1, idle - 1];
    redis(command, () => disk(move, work));
  };
  const work = () => {
    const duration = seconds * (0.9 + 0.2 * random());
    // A worker dies once in so many hours; another process takes its place at once.
    if (random() < duration / (lives * 3600)) {
      return after(duration * random(), () => {
        idle++;
        next();
        after(retake, arrive);
      });
    }
    after(duration, () => disk(move, () => redis(command, finish)));
  };
  const arrive = () => {
    waiting++;
    next();
  };
  const finish = () => {
    [done, idle, end] = [done + 1, idle + 1, clock.now];
    next();
  };
  for (let i = 0; i < count; i++) sender(sending, () => redis(command, arrive));
  run();
  return done === count ? end : NaN;
}

/** Photographs a second, by the slowest part. */
function formula(workers: number): number {
  const each = seconds + megabytes / bandwidth + 2 * command;
  const lost = 1 + seconds / (lives * 3600) / 2;
  return Math.min(workers / (each * lost), 1 / sending, 1 / (3 * command), bandwidth / megabytes);
}

/** Seconds of one evaluation of a picture in tiles, event by event: two rounds, with what each moves. */
function evaluation(workers: number, random: () => number): number {
  const { clock, after, run, server } = world();
  const [redis, disk] = [server(), server()];
  const move = traffic / 2 / bandwidth;
  const round = (share: number, then: () => void) => {
    let open = tiles;
    const own = Array.from({ length: workers }, (_, who) => Math.ceil((tiles - who) / workers));
    const turn = (who: number) => {
      if (own[who]-- <= 0) return;
      redis(command, () =>
        after(tile * share * (0.9 + 0.2 * random()), () => {
          disk(move, () => redis(command, () => --open === 0 && then()));
          turn(who);
        }));
    };
    for (const who of own.keys()) turn(who);
  };
  round(0.4, () => round(0.6, () => {}));
  run();
  return clock.now;
}

/** The same by the slowest part. */
function evaluationFormula(workers: number): number {
  const compute = Math.ceil(tiles / workers) * (tile + 2 * command);
  const last = traffic / bandwidth + 2 * command;
  return Math.max(compute + last, tiles * traffic / bandwidth, 4 * tiles * command);
}

const row = (cells: readonly (string | number)[]) =>
  console.log(cells.map((cell) => String(cell).padStart(12)).join(""));
console.log(
  `photographs: ${seconds} s each, ${megabytes} MB moved, ${figure.sending} ms to send, ${figure.command} ms a command, ` +
    `${bandwidth} MB/s, a death in ${lives} h of a worker`,
);
row(["workers", "formula/s", "simulated/s", "difference", "efficiency"]);
for (const workers of [1, 3, 10, 30, 100, 300]) {
  const count = Math.max(400, 40 * workers);
  const rate = count / simulated(count, workers, randomFrom(7));
  const expected = formula(workers);
  const [difference, efficiency] = [rate / expected - 1, rate * seconds / workers];
  row([workers, expected.toFixed(3), rate.toFixed(3), `${(100 * difference).toFixed(1)} %`, efficiency.toFixed(3)]);
}
console.log(`one picture of ${tiles} tiles: ${tile} s a tile, ${traffic} MB a tile and evaluation`);
row(["workers", "formula s", "simulated s", "difference", "efficiency"]);
for (const workers of [1, 3, 10, 30, 100, 300]) {
  const [expected, took] = [evaluationFormula(workers), evaluation(workers, randomFrom(7))];
  const [difference, efficiency] = [took / expected - 1, tiles * tile / workers / took];
  row([workers, expected.toFixed(1), took.toFixed(1), `${(100 * difference).toFixed(1)} %`, efficiency.toFixed(3)]);
}
