import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import type { Link } from "../chain/link.ts";
import type { Json } from "../base/json.ts";
import { type Path, walk } from "../chain/walk.ts";
import { runSettings, runSettingsOf } from "./common_keys.ts";
import { isModulePath } from "./locations.ts";
import type { ResolvedPreset } from "./preset.ts";
import { nameIn, ships } from "./registry.ts";
import { isPlugin, type Plugin } from "./plugin.ts";

/** Changes a location of a preset; undefined leaves it out. */
export type ChangeLocation = NonNullable<Parameters<typeof presetJson>[1]>;

/**
 * A preset as a file may hold it. A stage that ships has its options in a section, unless it stands in the chain twice;
 * any other stage has them in the pipeline, beside its URL.
 *
 * @param change Is told each location, the keys that lead to it and what it is for, and returns what takes its place;
 *   undefined leaves it out.
 */
export function presetJson(
  preset: ResolvedPreset,
  change?: (location: string, path: readonly string[], kind: "read" | "write" | "code") => string | undefined,
): Json {
  const changed: ChangeLocation = change ?? ((location) => location);
  const { description, name, chain } = preset;
  const nameOf = (plugin: Plugin, path: Path) =>
    isModulePath(nameIn(plugin)) ? changed(nameIn(plugin), path, "code") : nameIn(plugin);
  const json = (value: unknown, schema: ValueSchema, path: Path) =>
    walk(value, schema, (value, { module, location }, path) => {
      if (module) return isPlugin(value) ? nameOf(value, path) : value;
      return location && typeof value === "string" && value !== "" ? changed(value, path, location) : value;
    }, path);

  const sections: Record<string, unknown> = {};
  const pipeline = chain.map((link, i) => {
    const { stage, options } = link;
    const place = hasSection(link, chain) ? [stage.name] : ["pipeline", String(i)];
    const own = json(options, objectSchema(stage.options), place) as Json;
    if (hasSection(link, chain)) {
      // A stage without options has no section.
      if (Object.keys(own).length > 0) sections[stage.name] = own;
      return stage.name;
    }
    const name = nameOf(stage, [...place, "stage"]);
    return Object.keys(own).length === 0 ? name : { stage: name, ...own };
  });
  const settings = json(runSettingsOf(preset), objectSchema(runSettings), []) as Json;
  return { ...settings, description, pipeline, name, ...sections };
}

function hasSection({ stage }: Link, chain: readonly Link[]): boolean {
  return ships(stage) && chain.filter((link) => link.stage === stage).length === 1;
}
