import { HEIGHT, SCALE, WIDTH } from "./canvas.ts";
import { between } from "./curve.ts";
import { breaker, GREAT, SMALL } from "./hokusai_breaker.ts";
import { distance } from "./hokusai_distance.ts";
import { FOAM } from "./hokusai_inks.ts";
import { pressed } from "./hokusai_paper.ts";
import { swells } from "./hokusai_swell.ts";
import { Print } from "./print.ts";
import { Random } from "./random.ts";
import { rasterize } from "./raster.ts";

/**
 * Two waves break towards each other, a woodblock print in Prussian blues
 * after Hokusai's manner: returns sRGB bytes at canvas scale.
 */
export async function hokusai(): Promise<Uint8Array> {
  const random = new Random(1831);
  const print = new Print();
  distance(print, random);
  breaker(print, random, SMALL);
  breaker(print, random, GREAT);
  swells(print, random);
  spray(print, random);
  return pressed(await rasterize(print.svg(WIDTH, HEIGHT, SCALE)));
}

/** Drops of foam around the crests and over the waves. */
function spray(print: Print, random: Random): void {
  for (let i = 0; i < 900; i++) {
    const wave = random.next() < 0.7 ? GREAT : SMALL;
    const from = between(wave.outer, wave.inner, random.range(-0.15, 0.8))(
      random.range(0.4, 1),
    );
    const at = {
      x: from.x + wave.sense * random.range(-20, 130) + 25 * random.normal(),
      y: from.y + random.range(-30, 190) + 25 * random.normal(),
    };
    const radius = random.range(0.9, 3.8) * random.range(0.6, 1);
    if (random.next() < 0.35) print.spot(at, radius + 0.9, FOAM.line);
    print.spot(at, radius, FOAM.fill);
  }
}
