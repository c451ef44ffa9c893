import type { CameraOptions } from "./camera.ts";
import type { FilmOptions } from "./film.ts";
import type { Material } from "./material.ts";
import type { Scene } from "./scene.ts";
import type { SkyOptions } from "./sky.ts";
import type { HazeOptions } from "./tracer.ts";
import type { Vec3 } from "./vec.ts";

/** All that makes a picture. */
export interface Picture {
  camera: CameraOptions;
  sky: SkyOptions;
  haze: HazeOptions;
  film: FilmOptions;
  /** Side of the square grid of samples in each pixel. */
  side: number;
  /** Sunlight outside the air, relative to radiance 1. */
  sunStrength: number;
  /** Light that has bounced twice or more, as a share of sunlight. */
  ambient: Vec3;
  materials: readonly Material[];
  /** Builds the scene; the same each time. */
  build(): Scene;
}
