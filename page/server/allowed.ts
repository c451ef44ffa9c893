import type { Json } from "../../base/json.ts";
import { mapLocations } from "../../chain/walk.ts";
import { isModulePath } from "../../presets/locations.ts";
import { openRegistry } from "../../presets/registry.ts";
import { shipped } from "../../presets/shipped.ts";
import type { ShownFault } from "../protocol.ts";

const schema = openRegistry().schema();

/** A picture that ships, by the scheme of the module's own files. */
export const shippedPicture = /^impasto:examples\/[a-z-]+\.(?:jpg|png)$/;

/** A picture that was handed over. */
export const uploaded = /^upload:([0-9a-f]{32})$/;

/** A painter that was trained here. */
export const trained = /^painter:([0-9a-f]{16})$/;

/**
 * What a preset of the page may not say: it names what was handed over, by its id, and what ships, but no code, no
 * other file, no address and no output.
 */
export function forbidden(json: Json): ShownFault[] {
  const faults: ShownFault[] = [];
  const { extends: base } = json;
  if (base !== undefined && !shipped.includes(String(base))) {
    faults.push({ path: "extends", message: "must be a preset that ships", hint: `one of ${shipped.join(", ")}` });
  }
  if (json.method === "train") {
    faults.push({ path: "method", message: "a painter is trained under Make", hint: "leave the method out here" });
  }
  mapLocations(json, schema, isModulePath, (text, keys, kind) => {
    const path = keys.join(".");
    if (kind === "code") faults.push({ path, message: "the page names no code", hint: "paint with the command" });
    else if (kind === "write") faults.push({ path, message: "the page names no output", hint: "leave it out" });
    else if (![shippedPicture, uploaded, trained].some((pattern) => pattern.test(text))) {
      faults.push({ path, message: "the page names no file and no address", hint: "drop the picture onto the page" });
    }
    return text;
  });
  return faults;
}

/** A preset with each of its locations replaced. */
export function withLocations(json: Json, change: (text: string) => string): Json {
  return mapLocations(json, schema, isModulePath, (text, _, kind) => kind === "read" ? change(text) : text) as Json;
}
