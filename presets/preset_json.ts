import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import type { Link } from "../chain/link.ts";
import type { Json } from "../base/json.ts";
import { type LocationKind, type Path, walk } from "../chain/walk.ts";
import { commonKeys } from "./common_keys.ts";
import { isModulePath } from "./locations.ts";
import type { ResolvedPreset } from "./preset.ts";
import { nameIn, ships } from "./registry.ts";
import { isPlugin, type Plugin } from "./plugin.ts";

/** Changes a location of a preset, told the keys that lead to it; undefined leaves it out. */
export type ChangeLocation = (location: string, path: Path, kind: LocationKind) => string | undefined;

/**
 * A preset as a file may hold it: what ships has its options in a section, unless it stands in the chain twice, and what
 * does not has them beside its URL.
 *
 * @param change Is shown each location: pictures, weights, and the code that the preset names.
 */
export function presetJson(preset: ResolvedPreset, change: ChangeLocation = (location) => location): Json {
  const { network, weights, engine, threads, memory, description, name, chain } = preset;
  const nameOf = (plugin: Plugin, path: Path) =>
    isModulePath(nameIn(plugin)) ? change(nameIn(plugin), path, "code") : nameIn(plugin);
  const json = (value: unknown, schema: ValueSchema, path: Path) =>
    walk(value, schema, (value, { module, location }, path) => {
      if (module) return isPlugin(value) ? nameOf(value, path) : value;
      return location && typeof value === "string" && value !== "" ? change(value, path, location) : value;
    }, path);

  const sections: Record<string, unknown> = {};
  const pipeline = chain.map((link, i) => {
    const { stage, options } = link;
    const place = hasSection(link, chain) ? [stage.name] : ["pipeline", String(i)];
    const own = json(options, objectSchema(stage.options), place) as Json;
    if (hasSection(link, chain)) {
      sections[stage.name] = own;
      return stage.name;
    }
    const name = nameOf(stage, [...place, "stage"]);
    return Object.keys(own).length === 0 ? name : { stage: name, ...own };
  });
  const common = { network, weights, engine, threads, memory, description };
  return { ...json(common, objectSchema(commonKeys), []) as Json, pipeline, name, ...sections };
}

function hasSection({ stage }: Link, chain: readonly Link[]): boolean {
  return ships(stage) && chain.filter((link) => link.stage === stage).length === 1;
}
