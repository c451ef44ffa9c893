import { isObject, type Json } from "../../base/json.ts";
import { withValue } from "./document.ts";
import { Refusal } from "./refusal.ts";

/** What a picture that is handed over becomes. */
export type Role = "auto" | "photograph" | "painting" | "mask" | "picture" | "film";

/** The paintings of a preset. */
export function stylesIn({ decode }: Json): readonly unknown[] {
  return isObject(decode) && Array.isArray(decode.styles) ? decode.styles : [];
}

/** The role of a picture: the first one is the photograph, unless another was meant. */
export function roleIn({ decode }: Json, role: Role): Role {
  if (role !== "auto") return role;
  return isObject(decode) && decode.content !== undefined ? "painting" : "photograph";
}

/**
 * A preset with a picture in its place; the same preset if it has none.
 *
 * @param id The picture as presets name it.
 * @param beside The painting that a mask is for, by its place, and the paintings of the preset below that stay.
 * @throws {Refusal} 409 if there is no painting for a mask.
 */
export function withPicture(
  json: Json,
  id: string,
  role: Role,
  { style, inherited }: { readonly style: number; readonly inherited: readonly unknown[] },
): Json {
  const own = stylesIn(json);
  const styles = own.length > 0 ? own : inherited;
  if (role === "photograph") return withValue(json, ["decode", "content"], id);
  if (role === "painting") {
    const others = styles.filter((other) => !isObject(other) || other.picture !== id);
    return withValue(json, ["decode", "styles"], [...others, { picture: id }]);
  }
  if (role !== "mask") return json;
  if (!isObject(styles[style])) throw new Refusal(409, "there is no painting for this mask");
  const masked = styles.map((other, i) => i === style ? { ...other as Json, mask: id } : other);
  return withValue(json, ["decode", "styles"], masked);
}
