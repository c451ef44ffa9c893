/**
 * XMP packets that hold a preset, by which a picture can be painted again.
 *
 * @module
 */
import { parseXml, XmlElement } from "npm:@rgrove/parse-xml@5.0.0";

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

/** What a packet says of the picture: its preset as JSON text, and whether its run was interrupted. */
interface Told {
  readonly preset?: string;
  readonly unfinished?: string;
}

/** Whether a packet is that of a picture whose run was interrupted. */
export function isUnfinished(xmp: string): boolean {
  return toldIn(xmp).unfinished === "true";
}

/** The preset, as JSON text, inside an XMP packet; undefined if there is none. */
export function presetInXmp(xmp: string): string | undefined {
  return toldIn(xmp).preset;
}

/**
 * What a packet says in our namespace, in elements or attributes. Programs that change other metadata write the packet
 * anew: they turn one into the other, choose prefixes, and end a namespace with a slash.
 */
function toldIn(xmp: string): Told {
  if (!xmp.includes(namespace)) return {};
  try {
    // Room to grow is left behind a packet, at times as zeros.
    return toldBelow(parseXml(xmp.replace(/\0+$/, "")).root, new Map());
  } catch {
    return {};
  }
}

/** What an element and those in it say; `prefixes` are the namespaces declared around it. */
function toldBelow(element: XmlElement | null, prefixes: ReadonlyMap<string, string>): Told {
  if (!element) return {};
  const attributes = Object.entries(element.attributes);
  const inner = new Map(prefixes);
  for (const [name, value] of attributes) if (name.startsWith("xmlns:")) inner.set(name.slice("xmlns:".length), value);
  const entries = [...attributes, [element.name, element.text]].flatMap(([name, value]) => {
    const [, prefix, key] = /^(.+):(.+)$/.exec(name) ?? [];
    return inner.get(prefix)?.replace(/\/$/, "") === namespace ? [[key, value]] : [];
  });
  const parts = element.children.filter((child) => child instanceof XmlElement);
  return Object.assign({}, ...parts.map((part) => toldBelow(part, inner)), Object.fromEntries(entries));
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" } as const;

/** JSON text as XML, which has no place for two characters that JSON can escape. */
function escape(json: string): string {
  return json.replaceAll(/[&<>"]/g, (character) => entities[character as keyof typeof entities])
    .replaceAll(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
