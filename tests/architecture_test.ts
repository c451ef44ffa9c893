/**
 * Imports point down only, types included: each folder may import from those on the floors below it, and from those
 * beside it as far as no circle comes of that. ARCHITECTURE.md holds the floors.
 *
 * @module
 */
import assert from "node:assert/strict";
import { posix } from "node:path";
import { inRoot } from "./helpers/shared.ts";

const root = inRoot("");

/** The floor of each folder, and of each file in the root, as the page says. */
async function floorsOf(): Promise<Map<string, number>> {
  const page = await Deno.readTextFile(inRoot("ARCHITECTURE.md"));
  const [, plan] = /```text\n(.*?)```/s.exec(page)!;
  return new Map(
    plan.trimEnd().split("\n").flatMap((line) => {
      const [, floor, rooms] = /^ *(\d+) {2}(.*?)(?: {3,}.*)?$/.exec(line)!;
      return rooms.trim().split(/\s+/).map((room) => [room.replace(/\/$/, ""), Number(floor)] as const);
    }),
  );
}

/** Each file of the product with the files that it imports. */
async function importsIn(rooms: Iterable<string>): Promise<Map<string, string[]>> {
  const files: string[] = [];
  const collect = async (path: string): Promise<void> => {
    if (path.endsWith(".ts")) return void files.push(path);
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${path}`)) {
      if (isDirectory || name.endsWith(".ts")) await collect(`${path}/${name}`);
    }
  };
  for (const room of rooms) await collect(room);
  const entries = files.map(async (file) => {
    const code = (await Deno.readTextFile(`${root}/${file}`)).replaceAll(/^\s*(\*|\/\/).*$/gm, "");
    const specifiers = [...code.matchAll(/(?:\bfrom|\bimport|\bnew URL\()\s*\(?\s*["'`](\.{1,2}\/[^"'`]+\.ts)["'`]/g)];
    return [file, specifiers.map(([, path]) => posix.join(posix.dirname(file), path))] as const;
  });
  return new Map(await Promise.all(entries));
}

const roomOf = (file: string) => file.split("/", 1)[0];

/** A way from a file back to itself, if there is one. */
function circleIn(edges: ReadonlyMap<string, Iterable<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const next of edges.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
  };
  for (const file of edges.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
}

const floors = await floorsOf();
const imports = await importsIn(floors.keys());

Deno.test("every folder of code has a floor", async () => {
  const others = new Set(["tests", "bench", "docs", "examples"]);
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    const hasCode = name.endsWith(".ts") ||
      isDirectory && !name.startsWith(".") && !others.has(name) && name !== "node_modules";
    if (hasCode) assert(floors.has(name), `${name} has no floor in ARCHITECTURE.md`);
  }
  assert(imports.size > 150, `only ${imports.size} files were read`);
});

Deno.test("no import points up, and none out of the product", () => {
  const up = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => !((floors.get(roomOf(target)) ?? Infinity) <= floors.get(roomOf(file))!))
      .map((target) => `${file} → ${target}`)
  );
  assert.deepEqual(up, []);
});

Deno.test("no circle of imports between files, nor between folders", () => {
  assert.equal(circleIn(imports)?.join(" → "), undefined);
  const rooms = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const to = rooms.get(roomOf(file)) ?? new Set();
    targets.map(roomOf).filter((room) => room !== roomOf(file)).forEach((room) => to.add(room));
    rooms.set(roomOf(file), to);
  }
  assert.equal(circleIn(rooms)?.join(" → "), undefined);
});

Deno.test("the check itself finds an arrow back", () => {
  const edges = new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]]);
  assert.deepEqual(circleIn(edges), ["b", "d", "b"]);
  assert.equal(circleIn(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), undefined);
});
