import { existsSync } from "node:fs";
import type { Json } from "../../base/json.ts";
import { UserError } from "../../base/errors.ts";
import { moduleRoot } from "../../base/root.ts";
import { inputsOf } from "../../presets/inputs.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { presetJson } from "../../presets/preset_json.ts";
import type { Preset } from "../../presets/source.ts";
import type { ShownFault } from "../protocol.ts";
import { forbidden, trained, uploaded, withLocations } from "./allowed.ts";
import type { Painters } from "./painters.ts";
import type { Uploads } from "./uploads.ts";

/** What becomes of a preset of the page. */
export type Resolved =
  | { readonly preset: ResolvedPreset; readonly faults: readonly [] }
  | { readonly preset?: undefined; readonly faults: readonly ShownFault[] };

/** Resolves presets of the page, in which ids stand for files. */
export interface Resolving {
  /** @param over What wins over it. */
  resolve(
    json: Json,
    over?: Preset | readonly Preset[],
    options?: { readonly incomplete?: boolean },
  ): Promise<Resolved>;
  /** A preset of the page by URLs, which {@linkcode resolve} has found sound. */
  named(json: Json): Preset;
  /** A complete preset as the page knows it: by ids. */
  shown(preset: ResolvedPreset): Json;
}

/** Resolves presets whose pictures and painters are those of a studio. */
export function resolvingWith(uploads: Uploads, painters: Painters): Resolving {
  const urlOf = (text: string) => {
    const [, id] = uploaded.exec(text) ?? [];
    if (id !== undefined) return uploads.urlOf(id) ?? text;
    const [, painter] = trained.exec(text) ?? [];
    return painter === undefined ? text : painters.urlOf(painter) ?? text;
  };
  const nameOf = (url: string) => {
    if (url.startsWith(moduleRoot.href)) return `impasto:${url.slice(moduleRoot.href.length)}`;
    const [upload, painter] = [uploads.idAt(url), painters.idAt(url)];
    return upload ? `upload:${upload}` : painter ? `painter:${painter}` : "";
  };
  const named = (json: Json) => {
    const name = typeof json.name === "string" ? json.name : String(json.extends ?? "painting");
    return { ...withLocations(json, urlOf), name } as Preset;
  };
  return {
    named,
    async resolve(json, over = [], { incomplete = false } = {}) {
      const faults = forbidden(json);
      if (faults.length > 0) return { faults };
      const lost = goneIn(json, urlOf);
      if (lost.length > 0) return { faults: lost };
      try {
        const preset = await loadPreset(named(json), over, { incomplete });
        // Whatever way a location came in: what is read is what is known.
        const strange = [...inputsOf(preset)].find((url) => nameOf(url) === "");
        if (strange === undefined) return { preset, faults: [] };
        return { faults: [{ path: "", message: "the page names no file and no address" }] };
      } catch (error) {
        if (error instanceof PresetError) {
          return { faults: error.faults.map(({ path, message, hint }) => ({ path, message, hint })) };
        }
        if (error instanceof UserError) return { faults: [{ path: "", message: error.message, hint: error.hint }] };
        throw error;
      }
    },
    shown: (preset) => presetJson(preset, (location, _, kind) => kind === "write" ? undefined : nameOf(location)),
  };
}

/** The pictures of a preset that are here no more. */
function goneIn(json: Json, urlOf: (text: string) => string): ShownFault[] {
  const faults: ShownFault[] = [];
  const look = (value: unknown, path: readonly string[]): void => {
    if (typeof value === "string" && (uploaded.test(value) || trained.test(value))) {
      const url = urlOf(value);
      if (url !== value && existsSync(new URL(url))) return;
      faults.push({ path: path.join("."), message: "this picture is here no more", hint: "drop it once more" });
    } else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) look(inner, [...path, key]);
    }
  };
  look(json, []);
  return faults;
}
