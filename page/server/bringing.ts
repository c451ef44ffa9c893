import { isObject, type Json } from "../../base/json.ts";
import { shipped } from "../../presets/shipped.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { forbidden, shippedPicture, trained, uploaded, withLocations } from "./allowed.ts";
import { parsed } from "./body.ts";
import type { Painters } from "./painters.ts";
import type { Resolving } from "./resolving.ts";
import type { Uploads } from "./uploads.ts";

/** The place of a handed over picture in the presets that leave a studio. */
const ownUpload = /(?:^|\/)([0-9a-f]{32})\/[^/]+\.picture$/;

/** A location as the page names it: by its id if it is that of a picture that is here. */
function asId(location: string, uploads: Uploads): string {
  const [, id] = ownUpload.exec(location) ?? [];
  return id !== undefined && uploads.get(id) ? `upload:${id}` : location;
}

/** A preset of a file for the page: pictures that are here have their ids. */
export function fromFile(json: Json, uploads: Uploads): Json {
  return withLocations(json, (location) => asId(location, uploads));
}

/** A preset of the page for a file in the studio's folder: pictures have their paths from there. */
export function forFile(json: Json, uploads: Uploads, painters: Painters): Json {
  return withLocations(json, (location) => {
    const [, id] = uploaded.exec(location) ?? [];
    const picture = id === undefined ? undefined : uploads.get(id);
    const [, painter] = trained.exec(location) ?? [];
    const name = painters.list().find(({ id }) => id === painter)?.name;
    return picture ? `.studio/pictures/${picture.id}/${picture.file}` : name ? `${name}.painter` : location;
  });
}

/**
 * The preset that a picture holds, for the page: pictures that are not here are those of the preset at hand.
 *
 * @param text Its JSON.
 * @throws {Refusal} if it is none, or says what the page may not.
 */
export async function brought(text: string, now: Json, uploads: Uploads, resolving: Resolving): Promise<Json> {
  const full = withLocations(withoutOutputs(parsed(text)), (location) => {
    const id = asId(location, uploads);
    return uploaded.test(id) || shippedPicture.test(id) ? id : "";
  });
  const decode = isObject(full.decode) ? full.decode : {};
  const here = isObject(now.decode) ? now.decode : {};
  const styles = (Array.isArray(decode.styles) ? decode.styles : []).filter((style) =>
    isObject(style) && style.picture
  );
  const pictures = {
    content: decode.content || here.content,
    styles: styles.length > 0 ? styles.map(withoutEmpty) : here.styles,
  };
  const whole = defined({ ...full, decode: defined({ ...decode, ...pictures }) });
  return await shortened(whole, resolving);
}

function withoutOutputs(json: Json): Json {
  const { encode: _, train: __, $schema: ___, ...rest } = json;
  if (!isObject(rest.optimise)) return rest;
  // How often it is written on the way is the studio's own affair.
  const { checkpoint: ____, snapshots: _____, ...optimise } = rest.optimise;
  return { ...rest, optimise };
}

function withoutEmpty(style: unknown): Json {
  return Object.fromEntries(Object.entries(style as Json).filter(([, value]) => value !== ""));
}

function defined(json: Json): Json {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
}

/** A complete preset as what differs from one that ships, if that means the same. */
async function shortened(whole: Json, resolving: Resolving): Promise<Json> {
  if (forbidden(whole).length > 0) return whole;
  const complete = await resolving.resolve(whole, [], { incomplete: true });
  if (!complete.preset) return whole;
  const base = shipped.includes(String(whole.name)) ? String(whole.name) : "painting";
  const { preset } = await resolving.resolve({ extends: base }, [], { incomplete: true });
  const comparable = (preset: ResolvedPreset) => {
    const { name: _, description: __, encode: ___, ...rest } = resolving.shown(preset);
    return rest;
  };
  const [wanted, given] = [comparable(complete.preset), comparable(preset!)];
  const short = { extends: base, ...difference(wanted, given) as Json };
  const again = await resolving.resolve(short, [], { incomplete: true });
  const same = again.preset && JSON.stringify(sorted(comparable(again.preset))) === JSON.stringify(sorted(wanted));
  return same ? short : whole;
}

/** The keys of a value that another has not, or has otherwise. */
function difference(wanted: unknown, given: unknown): unknown {
  if (!isObject(wanted) || !isObject(given)) return wanted;
  const entries = Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(sorted(value)) !== JSON.stringify(sorted(given[key])))
    .map(([key, value]) => [key, difference(value, given[key])]);
  return Object.fromEntries(entries);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
