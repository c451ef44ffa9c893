import type { Fault } from "../chain/stage.ts";
import { PresetError, type PresetFault, type PresetLayer } from "./layers.ts";
import { depthOf } from "./paths.ts";
import { isSection } from "./schema.ts";

/** The faults of a preset that have been found so far. */
interface FaultList {
  /** The paths of the smallest parts of the preset, each an option as a rule, in which there are faults. */
  readonly unsound: ReadonlySet<string>;
  /** Adds a fault of a layer, unless it is there. */
  add(fault: Fault, layer: Pick<PresetLayer, "source">): void;
  /** @throws {PresetError} of all faults, if there are any. */
  check(): void;
}

/** An empty list of faults. */
export function faultList(): FaultList {
  const faults = new Map<string, PresetFault>();
  const unsound = new Set<string>();
  return {
    unsound,
    add({ path, message, hint }, { source }) {
      const fault = { source, path, message, hint };
      faults.set(JSON.stringify(fault), fault);
      unsound.add(partOf(path));
    },
    check() {
      if (faults.size > 0) throw new PresetError([...faults.values()]);
    },
  };
}

/**
 * The layer to mend: the last that says something at one of some paths. If none does, the one that comes nearest, the
 * preset before what is laid over it; what is missing altogether is the preset's own matter.
 */
export function blamed(paths: readonly string[], { missing }: Fault, layers: readonly PresetLayer[]): PresetLayer {
  const speaking = layers.findLast((layer) => paths.some((path) => speaksOf(layer, path)));
  if (speaking) return speaking;
  const depths = layers.map(({ json }) => Math.max(...paths.map((path) => depthOf(json, path.split(".")))));
  const most = Math.max(...depths);
  const nearest = layers.filter((_, i) => missing || depths[i] === most);
  return nearest.findLast(({ override }) => !override) ?? nearest.at(-1)!;
}

/** Whether a layer says something at a path. */
export function speaksOf({ json }: PresetLayer, path: string): boolean {
  const keys = path.split(".");
  return depthOf(json, keys) === keys.length;
}

/** The path of the part of a preset that is left out of later checks for a fault: a term, an option, or a whole key. */
function partOf(path: string): string {
  const keys = path.split(".");
  const count = !isSection(keys[0]) ? 1 : keys[0] === "loss-build" && keys[1] === "terms" ? 3 : 2;
  return keys.slice(0, count).join(".");
}
