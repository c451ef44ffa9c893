import { addCabin } from "./cabin.ts";
import { growConifer } from "./conifer.ts";
import { growGrass, makeStone } from "./meadow.ts";
import { type Mesh, MeshBuilder } from "./mesh.ts";
import { fractal2, smoothstep } from "./noise.ts";
import type { Picture } from "./picture.ts";
import { between, createRandom, pick, type Random } from "./random.ts";
import { type Instance, Scene } from "./scene.ts";
import { addLand, landAt, landNormal } from "./terrain.ts";
import { ValleyMaterial, valleyMaterials } from "./valley_materials.ts";
import type { Vec3 } from "./vec.ts";

const CAMERA: Vec3 = [0, 9, 0];
const HALF_ANGLE = 0.66;

/** A place before the camera, as likely everywhere between two distances (metres). */
function placeBefore(random: Random, near: number, far: number): Vec3 {
  const distance = Math.sqrt(between(random, near * near, far * far));
  const angle = HALF_ANGLE * (2 * random() - 1);
  const x = CAMERA[0] + distance * Math.sin(angle);
  const z = CAMERA[2] - distance * Math.cos(angle);
  return [x, landAt(x, z), z];
}

function set(
  mesh: Mesh,
  at: Vec3,
  scale: number,
  random: Random,
  tint: Vec3 = [1, 1, 1],
): Instance {
  return { mesh, at, yaw: 6.283 * random(), scale, tint };
}

function autumn(random: Random): Vec3 {
  const tone = between(random, 0.75, 1.25);
  return random() < 0.1
    ? [3.6 * tone, 1.75 * tone, 0.9 * tone]
    : [tone * between(random, 0.85, 1.35), tone, tone * 0.95];
}

function plantForest(random: Random): Instance[] {
  const finest = [7, 8].map((seed) => growConifer(seed, 46, 9, 18));
  const fine = [1, 2, 3].map((seed) => growConifer(seed, 30, 8, 6));
  const rough = [4, 5, 6].map((seed) => growConifer(seed, 11, 5, 1));
  const trees: Instance[] = [];
  for (let i = 0; i < 230000; i++) {
    const at = placeBefore(random, 60, 4200);
    const distance = Math.hypot(at[0] - CAMERA[0], at[2] - CAMERA[2]);
    const broad = fractal2(at[0] / 160, at[2] / 160, 5);
    const limit = smoothstep(480, 330, at[1] + 130 * broad);
    const clump = smoothstep(-0.75, 0.1, fractal2(at[0] / 90, at[2] / 90, 4));
    if (at[1] < 2.2 || random() > limit * clump) continue;
    if (landNormal(at[0], at[2], 8)[1] < 0.66 - 0.1 * random()) continue;
    const height = between(random, 9, 21) * (0.55 + 0.45 * limit);
    const kind = pick(random, distance < 500 ? fine : rough);
    trees.push(set(kind, at, height, random, autumn(random)));
  }
  for (
    const [x, z, height] of [
      [-12.6, -27.5, 19],
      [-15, -29, 24],
      [-9.4, -31, 12],
      [-18.5, -25, 17],
      [-12.4, -34, 21],
      [23, -44, 11],
      [26, -47, 16],
      [29.5, -45, 13],
    ]
  ) {
    const at: Vec3 = [x, landAt(x, z) - 0.2, z];
    trees.push(set(pick(random, finest), at, height, random));
  }
  return trees;
}

function plantMeadow(random: Random): Instance[] {
  const plain = [11, 12, 13].map((seed) => growGrass(seed, 420, 0));
  const flowery = [14, 15].map((seed) => growGrass(seed, 360, 7));
  const stones = [21, 22, 23, 24].map(makeStone);
  const plants: Instance[] = [];
  for (let i = 0; i < 9000; i++) {
    const at = placeBefore(random, 7, 64);
    const patch = fractal2(at[0] / 6, at[2] / 6, 4);
    if (at[1] < 0.9 || patch < -0.45 + 0.3 * random()) continue;
    const kind = pick(random, patch > 0.15 ? flowery : plain);
    const tone = between(random, 0.8, 1.2);
    const tint: Vec3 = [tone * between(random, 0.9, 1.2), tone, tone];
    plants.push(set(kind, at, between(random, 0.75, 1.5), random, tint));
  }
  for (let i = 0; i < 260; i++) {
    const at = placeBefore(random, 7, 75);
    const size = 0.12 + 1.1 * random() ** 5;
    if (at[1] < -0.5) continue;
    at[1] -= size * 0.2;
    plants.push(set(pick(random, stones), at, size, random));
  }
  for (
    const [x, z, size] of [[4.6, -17, 1.5], [6.9, -19.5, 0.9], [2.9, -19, 0.6], [
      9.5,
      -36,
      1.7,
    ], [-2, -43, 1.1]]
  ) {
    const at: Vec3 = [x, landAt(x, z) - 0.1 * size, z];
    plants.push(set(stones[0], at, size, random));
  }
  return plants;
}

/** A mountain lake in the evening sun. */
export const valley: Picture = {
  camera: {
    from: CAMERA,
    to: [20, 9, -400],
    angle: 50,
    aperture: 0.012,
    focus: 60,
    rise: 0.03,
  },
  sky: {
    sunAzimuth: -134,
    sunElevation: 13,
    haze: 2.1,
    azimuth: 3,
    halfWidth: 38,
    height: 48,
    clouds: {
      base: 1900,
      top: 3100,
      cover: 0.36,
      size: 3000,
      density: 0.01,
      shift: 11.7,
      veil: 0.5,
    },
  },
  haze: { extinction: [0.00005, 0.000068, 0.0001], height: 700, glow: 1 },
  film: {
    exposure: 0.7,
    glare: 0.05,
    grain: 1.4,
    saturation: 0.98,
    balance: [1.03, 1, 0.95],
  },
  side: 5,
  sunStrength: 12,
  ambient: [0.02, 0.022, 0.026],
  materials: valleyMaterials,
  build() {
    const random = createRandom(1907);
    const mesh = new MeshBuilder();
    mesh.paint(ValleyMaterial.ground, [1, 1, 1]);
    addLand(mesh, CAMERA, HALF_ANGLE, 760, 620);
    mesh.paint(ValleyMaterial.lake, [0.012, 0.035, 0.035]);
    mesh.quad([-3000, 0, 60], [3000, 0, 60], [3000, 0, -2600], [-3000, 0, -2600]);
    mesh.place([17, landAt(17, -47) + 0.3, -47], 2.1);
    addCabin(mesh);
    const whole: Instance = {
      mesh: mesh.build(),
      at: [0, 0, 0],
      yaw: 0,
      scale: 1,
      tint: [1, 1, 1],
    };
    return new Scene([whole, ...plantForest(random), ...plantMeadow(random)]);
  },
};
