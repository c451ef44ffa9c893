import { isAbsolute } from "node:path";
import type { Json } from "../base/json.ts";
import type { ValueSchema } from "../chain/schema.ts";
import type { Fault } from "../chain/stage.ts";
import { mapLocations } from "../chain/walk.ts";
import type { PresetLayer } from "./layers.ts";
import { isModulePath, located, noReach, reachesIn } from "./locations.ts";
import { valueAt } from "./paths.ts";

/** A layer in which the modules that it names have URLs. */
interface LayerOfUrls {
  readonly layer: PresetLayer;
  /** The URLs of modules that it may not name. */
  readonly refused: ReadonlySet<string>;
}

/** Gives the modules that a layer names their URLs. */
export function withCodeUrls(layer: PresetLayer, schema: ValueSchema): LayerOfUrls {
  const { base } = layer;
  const refused = new Set<string>();
  const json = mapLocations(layer.json, schema, isModulePath, (text, _, kind) => {
    const location = kind === "code" && located(text, base);
    if (!location) return text;
    if (reachesIn(text, location, base)) refused.add(location.href);
    return location.href;
  }) as Json;
  return { layer: { ...layer, json }, refused };
}

/**
 * The keys of a layer with URLs for relative paths. A preset from the network may not name a file of this machine.
 *
 * @param json Those of its keys that are sound; modules have URLs there already.
 * @param written The layer as it was written.
 * @param complain Is told of each location that is none, or that the layer may not name.
 */
export function withUrls(
  json: Json,
  { json: written, base }: PresetLayer,
  schema: ValueSchema,
  complain: (fault: Fault) => void,
): Json {
  return mapLocations(json, schema, isModulePath, (text, keys, kind) => {
    const path = keys.join(".");
    if (kind === "write") {
      if (base.protocol !== "file:" && (isAbsolute(text) || text.split(/[\\/]/).includes(".."))) {
        complain({
          path,
          message: `a preset from the network cannot choose a folder of this machine: ${text}`,
          hint: noReach,
        });
      }
      return text;
    }
    const said = kind === "code" ? String(valueAt(written, keys) ?? text) : text;
    const location = located(said, base);
    if (!location) {
      complain({ path, message: `"${text}" is no address`, hint: "write a path, or a whole https: address" });
    } else if (reachesIn(said, location, base)) {
      complain({ path, message: `a preset from the network cannot name a local file: ${said}`, hint: noReach });
    }
    return location?.href ?? text;
  }) as Json;
}
