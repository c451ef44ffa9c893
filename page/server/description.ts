import { isObject, type Json } from "../../base/json.ts";
import type { State } from "../protocol.ts";
import { forbidden } from "./allowed.ts";
import type { Resolving } from "./resolving.ts";

/** What is known of a preset: all of its values, what is usual, and what is wrong. */
export type Described = Pick<State, "effective" | "base" | "faults" | "photograph">;

/** Describes presets; of one with faults the values are those of the last sound one. */
export function describing(resolving: Resolving): (json: Json) => Promise<Described> {
  let effective: Json = {};
  return async (json) => {
    const name = forbidden({ extends: json.extends }).length === 0 ? json.extends ?? "painting" : "painting";
    const [now, base] = await Promise.all(
      [json, { extends: name }].map((json) => resolving.resolve(json, [], { incomplete: true })),
    );
    if (now.preset) effective = resolving.shown(now.preset);
    // Of a preset with faults as well: what was handed over is there all the same.
    const photograph = [json, base.preset && resolving.shown(base.preset)].some((preset) =>
      isObject(preset?.decode) && Boolean(preset.decode.content)
    );
    return { effective, base: base.preset ? resolving.shown(base.preset) : {}, faults: now.faults, photograph };
  };
}
