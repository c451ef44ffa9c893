import { type Mesh, MeshBuilder } from "./mesh.ts";
import { between, createRandom, type Random } from "./random.ts";
import { add, cross, normalize, type Vec3 } from "./vec.ts";

/** The make of a broad-leaved tree. */
export interface TreeOptions {
  seed: number;
  /** Metres. */
  height: number;
  /** Leaves per twig, and the length of a leaf in metres. */
  leaves: number;
  leafSize: number;
  leafColour: Vec3;
  barkColour: Vec3;
  /** Material numbers. */
  leaf: number;
  bark: number;
}

/** Grows a tree: limbs that fork three times, with leaves about the last twigs. */
export function growTree(options: TreeOptions): Mesh {
  const mesh = new MeshBuilder();
  const random = createRandom(options.seed);
  const trunk = options.height * 0.3;
  mesh.paint(options.bark, options.barkColour);
  const top: Vec3 = [0.02 * trunk, trunk, 0];
  const radius = options.height * 0.022;
  mesh.tube([0, -0.3, 0], top, radius * 1.25, radius, 9);
  for (let i = 0; i < 6; i++) {
    const angle = 2 * Math.PI * (i / 6 + 0.1 * random());
    const spread = i === 0 ? 0.1 : between(random, 0.5, 1.1);
    grow(
      mesh,
      random,
      options,
      add(top, [0, 1, 0], -0.25 * trunk * random()),
      normalize([spread * Math.cos(angle), 1, spread * Math.sin(angle)]),
      options.height * between(random, 0.24, 0.34),
      radius * 0.6,
      3,
    );
  }
  return mesh.build();
}

function grow(
  mesh: MeshBuilder,
  random: Random,
  options: TreeOptions,
  from: Vec3,
  towards: Vec3,
  length: number,
  radius: number,
  forks: number,
): void {
  const to = add(from, towards, length);
  mesh.paint(options.bark, options.barkColour);
  mesh.tube(from, to, radius, radius * 0.6, 5);
  if (forks <= 1) addLeaves(mesh, random, options, from, to, length * 0.55);
  if (forks === 0) return;
  const side = normalize(cross(towards, [0.3, 0.2, 1]));
  const other = cross(towards, side);
  const count = 3, turn = random() * 6.28;
  for (let i = 0; i < count; i++) {
    const angle = turn + 2 * Math.PI * i / count;
    const lean = between(random, 0.45, 0.95);
    const out = add(
      add(towards, side, lean * Math.cos(angle)),
      other,
      lean * Math.sin(angle),
    );
    grow(
      mesh,
      random,
      options,
      add(from, towards, length * between(random, 0.65, 1)),
      normalize(add(out, [0, 1, 0], 0.12)),
      length * between(random, 0.58, 0.75),
      radius * 0.55,
      forks - 1,
    );
  }
}

function addLeaves(
  mesh: MeshBuilder,
  random: Random,
  options: TreeOptions,
  from: Vec3,
  to: Vec3,
  spread: number,
): void {
  for (let i = 0; i < options.leaves; i++) {
    const along = random();
    const at = add(from, [to[0] - from[0], to[1] - from[1], to[2] - from[2]], along);
    const offset: Vec3 = [random() - 0.5, random() - 0.5, random() - 0.5];
    const centre = add(at, offset, 1.7 * spread);
    const stem = normalize([
      random() - 0.5,
      random() - 0.7,
      random() - 0.5,
    ]);
    const across = normalize(cross(stem, [
      random() - 0.5,
      random() + 0.3,
      random() - 0.5,
    ]));
    const size = options.leafSize * between(random, 0.7, 1.3);
    const tone = between(random, 0.75, 1.2);
    mesh.paint(options.leaf, [
      options.leafColour[0] * tone * between(random, 0.85, 1.25),
      options.leafColour[1] * tone,
      options.leafColour[2] * tone,
    ]);
    mesh.quad(
      add(centre, stem, -size / 2),
      add(centre, across, size * 0.32),
      add(centre, stem, size / 2),
      add(centre, across, -size * 0.32),
    );
  }
}
