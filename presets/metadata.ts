import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isUrl, ownScheme } from "./locations.ts";
import type { ResolvedPreset } from "./preset.ts";
import { moduleRoot } from "./shipped.ts";

const namespace = "https://impasto.invalid/ns/preset";

const mark = ' impasto:unfinished="true"';

/** Where the pictures that ship are. */
const examples = new URL("examples/", moduleRoot).href;

/**
 * An XMP packet that holds a preset. Files are named relative to the picture's folder, so that both can move together,
 * and nobody's folders travel with a picture; those that ship are found wherever the module is. The picture's own name
 * is left out: under any name it is the same picture, and a repetition does not write over something.
 *
 * @param path Where the picture will be; empty where that is unknown, and files are named in full.
 * @param unfinished Marks a picture whose run was interrupted.
 */
export function presetXmp(preset: ResolvedPreset, path: string, unfinished = false): string {
  const { sections: { encode: { output: _, ...encode } = {}, ...others }, ...common } = preset;
  const portable = (value: string) => {
    if (value.startsWith(examples)) return `${ownScheme}${value.slice(moduleRoot.href.length)}`;
    if (value.startsWith("blob:")) return "";
    if (!value.startsWith("file:") || path === "") return value;
    const name = relative(dirname(path), fileURLToPath(value)).replaceAll(sep, "/");
    return isUrl(name) ? `./${name}` : name;
  };
  // Beside locations, a section holds no text but names that its stage knows. The schema itself cannot be asked here:
  // it is made of all stages, and one of them is the caller.
  const { pipeline, weights } = common;
  const named = JSON.parse(
    JSON.stringify(
      { pipeline, weights, ...others, encode },
      (_, value) => typeof value === "string" ? portable(value) : value,
    ),
  );
  const json = escape(JSON.stringify({ ...common, ...named }));
  return '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:impasto="${namespace}"${
      unfinished ? mark : ""
    }><impasto:preset>${json}</impasto:preset>` +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
}

/** Whether a picture with this packet is all that a preset asks for at a path. */
export function isFinished(xmp: string, preset: ResolvedPreset, path: string): boolean {
  return presetInXmp(xmp) === presetInXmp(presetXmp(preset, path)) && !xmp.includes(mark.trim());
}

/** The preset, as JSON text, inside an XMP packet; nothing where there is none. */
export function presetInXmp(xmp: string): string | undefined {
  const [, json] = /<impasto:preset>(.*?)<\/impasto:preset>/s.exec(xmp) ?? [];
  return json && unescape(json);
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character as keyof typeof entities]);
}

function unescape(text: string): string {
  return Object.entries(entities).toReversed().reduce(
    (result, [character, entity]) => result.replaceAll(entity, character),
    text,
  );
}
