import { Camera } from "./camera.ts";
import { pictures } from "./pictures.ts";
import { Ray } from "./ray.ts";
import { Sampler } from "./sampler.ts";
import type { Scene } from "./scene.ts";
import { Sky } from "./sky.ts";
import { Tracer } from "./tracer.ts";
import type { Vec3 } from "./vec.ts";

/** A worker's part of a picture: every `stride`-th row from row `start` on. */
export interface Job {
  picture: string;
  width: number;
  height: number;
  /** Side of the square grid of samples in each pixel. */
  side: number;
  start: number;
  stride: number;
  /** Shared memory for the sky's panoramas and for the picture's linear light. */
  sky: SharedArrayBuffer;
  light: SharedArrayBuffer;
}

/** Cap on one sample's radiance, so that no lone glint outshines its pixel. */
const BRIGHTEST = 12;

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Job | "render">) => void;
  postMessage(message: "sky" | "light"): void;
};

let renderRows = () => {};

scope.onmessage = ({ data }) => {
  if (data === "render") {
    renderRows();
    scope.postMessage("light");
  } else {
    const sky = new Sky(pictures[data.picture].sky, new Float32Array(data.sky));
    sky.draw(data.start, data.stride);
    const scene = pictures[data.picture].build();
    renderRows = () => render(data, sky, scene);
    scope.postMessage("sky");
  }
};

function render(
  job: Job,
  sky: Sky,
  scene: Scene,
): void {
  const { width, height, side } = job;
  const picture = pictures[job.picture];
  const light = new Float32Array(job.light);
  const sampler = new Sampler(side);
  const tracer = new Tracer({ ...picture, scene, sky }, sampler);
  const camera = new Camera(picture.camera, height / width);
  const ray = new Ray(), colour: Vec3 = [0, 0, 0];
  const samples = side * side;
  for (let y = job.start; y < height; y += job.stride) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      for (let i = 0; i < samples; i++) {
        sampler.start(pixel, i);
        sampler.next();
        const u = (x + sampler.u) / width, v = (y + sampler.v) / height;
        sampler.next();
        camera.aim(ray, u, v, sampler.u, sampler.v);
        tracer.radiance(ray, colour);
        for (let c = 0; c < 3; c++) {
          light[3 * pixel + c] += Math.min(colour[c], BRIGHTEST) / samples;
        }
      }
    }
  }
}
