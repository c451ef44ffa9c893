/**
 * XMP packets that hold a preset, by which a picture can be painted again.
 *
 * @module
 */

const namespace = "https://impasto.invalid/ns/preset";

const mark = ' impasto:unfinished="true"';

/**
 * A packet that holds a preset.
 *
 * @param json The preset as JSON text.
 * @param unfinished Marks a picture whose run was interrupted.
 */
export function xmpOfPreset(json: string, unfinished: boolean): string {
  return '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:impasto="${namespace}"${unfinished ? mark : ""}><impasto:preset>${
      escape(json)
    }</impasto:preset>` +
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>';
}

/** Whether a packet is that of a picture whose run was interrupted. */
export function isUnfinished(xmp: string): boolean {
  return xmp.includes(mark.trim());
}

/** The preset, as JSON text, inside an XMP packet; undefined if there is none. */
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
