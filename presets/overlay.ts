import { isObject, type Json } from "../base/json.ts";
import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import { walk } from "../chain/walk.ts";
import type { PresetLayer } from "./layers.ts";
import { merge } from "./merge.ts";
import { valueAt } from "./paths.ts";
import { presetOptions } from "./schema.ts";

/** What layers make together, the later ones winning. */
export function mergedLayers(layers: readonly PresetLayer[], schema: ValueSchema): Json {
  return layers.reduce((under, layer) => laidOver(under, layer, schema), {} as Json);
}

/**
 * A layer on those below it. What its sections say also wins over the options that an earlier layer gave a stage in the
 * pipeline itself.
 */
function laidOver(under: Json, { json, deep }: PresetLayer, schema: ValueSchema): Json {
  const merged = merge(under, json, schema, deep) as Json;
  const { pipeline } = under;
  if (Object.hasOwn(json, "pipeline") && !deep || !Array.isArray(pipeline)) return merged;
  const entries = (merged.pipeline as readonly unknown[]).map((entry, i) => {
    const section = isObject(entry) && entry === pipeline[i] && json[String(entry.stage)];
    if (!isObject(entry) || !isObject(section)) return entry;
    const said = Object.entries(section).filter(([key]) => Object.hasOwn(entry, key));
    const options = objectSchema(presetOptions[String(entry.stage)]?.properties ?? {});
    return merge(entry, Object.fromEntries(said), options, deep);
  });
  return { ...merged, pipeline: entries };
}

/**
 * Layers that can be checked each by itself: options whose stage, loss or optimiser a layer below names have that name
 * beside them.
 */
export function withNames(layers: readonly PresetLayer[], schema: ValueSchema): PresetLayer[] {
  let under: Json = {};
  return layers.map((layer) => {
    under = laidOver(under, layer, schema);
    const json = walk(layer.json, schema, (value, { discriminator, whole }, path) => {
      if (!discriminator || whole && !layer.deep || !isObject(value)) return value;
      const { propertyName: key } = discriminator;
      const inherited = valueAt(under, path);
      if (Object.hasOwn(value, key) || !isObject(inherited) || !Object.hasOwn(inherited, key)) return value;
      return { ...value, [key]: inherited[key] };
    });
    return { ...layer, json: json as Json };
  });
}
