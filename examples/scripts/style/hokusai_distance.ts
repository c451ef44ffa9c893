import { curve, sampled } from "./curve.ts";
import { BLUE, CREAM, DARK, FOAM, PALE } from "./hokusai_inks.ts";
import type { Print } from "./print.ts";
import type { Random } from "./random.ts";

/** Sky, cloud bands, mountain and the far sea. */
export function distance(print: Print, random: Random): void {
  for (const [x, y, length] of CLOUDS) cloud(print, random, x, y, length);
  const left = curve(300, 512, 372, 452, 424, 410, 452, 388);
  const right = curve(476, 390, 506, 412, 556, 456, 640, 512);
  const slope = [...sampled(left), ...sampled(right)];
  print.area(slope, "#4a6f92");
  const snow = [
    ...sampled(left, 0.52, 1, 12),
    ...sampled(right, 0, 0.5, 12),
    { x: 500, y: 424 },
    { x: 486, y: 440 },
    { x: 474, y: 420 },
    { x: 462, y: 446 },
    { x: 448, y: 422 },
    { x: 432, y: 438 },
    { x: 424, y: 424 },
  ];
  print.area(snow, FOAM.fill);
  for (let i = 0; i < 26; i++) {
    const x = random.range(330, 600);
    const top = 395 + 0.52 * Math.abs(x - 464) + random.range(34, 50);
    const fan = 0.35 * (x - 464) / 100;
    const gully = curve(x, top, x + 18 * fan, top + 16, x + 44 * fan, top + 38);
    print.line(sampled(gully), (t) => 5 * Math.sin(Math.PI * t), i % 3 ? DARK : PALE);
  }
  print.line(slope, (t) => 2 + Math.sin(17 * t), DARK);
  for (let i = 0; i < 14; i++) {
    const y = 500 + 9 * i;
    const edge = curve(
      ...Array.from({ length: 12 }, (_, k) => [
        110 * k - 60,
        y + 4 * Math.sin(2.1 * k + i) + random.range(-4, 4),
      ]).flat(),
    );
    print.area(
      [...sampled(edge), { x: 1100, y: 800 }, { x: -60, y: 800 }],
      random.pick([PALE, BLUE, CREAM, BLUE, DARK, DARK]),
    );
    print.line(sampled(edge), (t) => 1.8 + Math.sin(30 * t + i), DARK);
  }
}

/** Mist: stacked bands with round ends, as the block cutter draws cloud. */
function cloud(
  print: Print,
  random: Random,
  left: number,
  top: number,
  length: number,
): void {
  const bands = Array.from({ length: 4 }, (_, k) => {
    const start = left + random.range(0, 0.35) * length;
    const end = left + length * random.range(0.6, 1);
    const y = top + 15 * k;
    const line = curve(start, y, start + 0.4 * (end - start), y - 3, end, y + 2);
    return sampled(line, 0, 1, 240);
  });
  const round = (t: number) => {
    const end = Math.max(0, 1 - 0.1 * length * Math.min(t, 1 - t));
    return 17 * Math.sqrt(Math.max(0, 1 - end * end));
  };
  for (const band of bands) print.line(band, (t) => round(t) + 3, "#54677e");
  for (const band of bands) print.line(band, round, CREAM);
  for (const band of bands.slice(1)) {
    print.line(
      band.map(({ x, y }) => ({ x: x + 10, y: y + 1 })),
      (t) => 9 * Math.sin(Math.PI * t) ** 0.5,
      random.pick(["#d9c0a6", "#c3cdc8", "#b4c4c6"]),
    );
  }
}

/** Clouds: left end, top and length, in picture units. */
const CLOUDS = [
  [-60, 14, 380],
  [40, 112, 320],
  [-90, 206, 330],
  [840, 20, 320],
  [110, 288, 260],
  [330, 318, 250],
  [930, 130, 180],
  [480, 440, 190],
] as const;
