import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResolvedPreset } from "./preset.ts";

const namespace = "https://impasto.invalid/ns/preset";

/**
 * An XMP packet that holds a preset. Files are named relative to the picture's folder, so that both can move together,
 * and nobody's folders travel with a picture.
 *
 * @param path Where the picture will be.
 */
export function presetXmp(preset: ResolvedPreset, path: string): string {
  const { sections, ...common } = preset;
  const local = (_: string, value: unknown) =>
    typeof value === "string" && value.startsWith("file:")
      ? relative(dirname(path), fileURLToPath(value)).replaceAll(sep, "/")
      : value;
  const json = escape(JSON.stringify({ ...common, ...sections }, local));
  return '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:impasto="${namespace}"><impasto:preset>${json}</impasto:preset>` +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
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
