import { Canvas } from "./canvas.ts";
import { type Lab, lab, mix, shift } from "./colour.ts";
import { createNoise, fractal, smoothstep } from "./noise.ts";
import { light } from "./relief.ts";

const block = createNoise(81);
const baren = createNoise(83);

const PAPER = lab("#efe5cb");
const NIGHT = lab("#5c6f86");
const DUSK = lab("#d3b096");
const SAND = lab("#e2d2ae");

/**
 * Presses the inks into paper: wood grain, baren marks, fibres, gradation.
 * Takes straight RGBA and gives sRGB bytes, both at canvas scale.
 */
export function pressed(flat: Uint8Array): Uint8Array {
  const canvas = new Canvas();
  let i = 0;
  canvas.fill((x, y) => {
    const [r, g, b, alpha] = flat.subarray(i, i + 4);
    i += 4;
    const ink = mix(
      gradation(x, y),
      lab(`#${hex(r)}${hex(g)}${hex(b)}`),
      alpha / 255,
    );
    return worn(ink, x, y);
  });
  for (let row = 0, k = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++, k++) {
      canvas.relief[k] = 0.3 * fractal(baren, column / 7, row / 4, 3);
    }
  }
  return light(canvas, { angle: -2.2, strength: 0.25, gloss: 0 });
}

/** Bokashi: the sky wiped by hand from dark above and from warm below. */
function gradation(x: number, y: number): Lab {
  const ragged = y + 16 * baren(x / 170, y / 60);
  const high = mix(NIGHT, SAND, smoothstep(-20, 210, ragged));
  return mix(high, DUSK, 0.75 * smoothstep(280, 500, ragged));
}

/** An ink as it sits on the paper. */
function worn(ink: Lab, x: number, y: number): Lab {
  const depth = Math.min(1, Math.max(0, (PAPER[0] - ink[0]) * 2));
  const bow = y + 22 * block(x / 330, y / 190) + 3 * block(x / 70, y / 40);
  const rings = Math.sin(bow / 1.25 + 3 * block(x / 200, y / 30));
  const grain = 0.55 * rings + block(x / 110 + 5, bow / 2.2);
  const mottle = fractal(baren, x / 34, y / 34, 3);
  const fleck = smoothstep(0.5, 0.95, baren(x / 1.6, y / 1.6));
  const paper = 0.014 * fractal(baren, x / 3.2, y / 3.2, 3);
  const print = mix(ink, PAPER, depth * (0.045 * grain + 0.09 * mottle + 0.18 * fleck));
  return shift(
    print,
    paper + 0.017 * grain * (1 - 0.6 * depth),
    0.002 * mottle,
    0.005 * mottle,
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
