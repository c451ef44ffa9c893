import { develop } from "./film.ts";
import { pictures } from "./pictures.ts";
import { SKY_SIZE } from "./sky.ts";
import type { Job } from "./worker.ts";

/** Size and fineness of a picture. */
export interface RenderOptions {
  /** Pixels. */
  width: number;
  height: number;
  /** Side of the square grid of samples in each pixel. */
  side: number;
  /** Workers that share the rows; the picture does not depend on it. */
  workers: number;
}

/** Renders a picture by name into sRGB bytes, three per pixel. */
export async function render(
  picture: string,
  options: RenderOptions,
): Promise<Uint8Array> {
  const { width, height, side, workers } = options;
  const sky = new SharedArrayBuffer(4 * SKY_SIZE);
  const light = new SharedArrayBuffer(4 * 3 * width * height);
  const crew = Array.from(
    { length: workers },
    () => new Worker(new URL("worker.ts", import.meta.url), { type: "module" }),
  );
  const stride = workers;
  await Promise.all(crew.map((worker, start) =>
    answer(
      worker,
      { picture, width, height, side, start, stride, sky, light },
    )
  ));
  await Promise.all(crew.map((worker) => answer(worker, "render")));
  for (const worker of crew) worker.terminate();
  return develop(
    new Float32Array(light),
    width,
    height,
    pictures[picture].film,
  );
}

function answer(worker: Worker, message: Job | "render"): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}
