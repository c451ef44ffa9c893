import { basename, extname } from "node:path";
import { withoutSecrets } from "../base/addresses.ts";
import { decoded } from "../base/read.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { isUrl } from "../presets/locations.ts";
import type { Call, FlagTexts } from "./call.ts";
import { type PresetFlag, presetFlags } from "./flag_table.ts";

/** One of several values of something that varies. */
export interface Choice {
  /** What a sheet calls it. */
  readonly label: string;
  /** The preset that it names. */
  readonly preset?: string;
  /** What it says in the place of flags. */
  readonly texts?: FlagTexts;
  /** What it says in the place of a --set. */
  readonly set?: string;
}

/** Flags that say where a run writes and how its file is written, of which a sheet has one. */
const ofTheFile: readonly string[] = ["output", "depth", "quality", "no-metadata"];

/** Everything that a call lists with commas, each with its choices; what has one value is an axis of one. */
export async function axesOf(call: Call): Promise<Choice[][]> {
  const flags = presetFlags.filter(({ name }) => call.texts[name] !== undefined && !ofTheFile.includes(name));
  return [
    ...await Promise.all(flags.map((flag) => choicesOfFlag(flag, call.texts[flag.name]))),
    ...call.sets.map(choicesOfSet),
  ];
}

/** The presets that a call names: its word and --preset, several with commas. */
export async function presetsOf({ words: [word], presets, preset }: Call): Promise<string[]> {
  const named = [...word === undefined ? [] : [word], ...presets];
  const parts = await Promise.all(named.map((name) => filesIn(name)));
  return parts.length > 0 ? [...new Set(parts.flat())] : preset === undefined ? [] : [preset];
}

/** Every combination of one choice of each axis. */
export function product(axes: readonly (readonly Choice[])[]): Choice[][] {
  return axes.reduce<Choice[][]>((rows, axis) => rows.flatMap((row) => axis.map((choice) => [...row, choice])), [[]]);
}

async function choicesOfFlag({ name, path, schema }: PresetFlag, text: FlagTexts[string]): Promise<Choice[]> {
  if (text === true) return [{ label: name, texts: { [name]: text } }];
  if (typeof text !== "string") {
    const lists = await Promise.all(text.map(filesIn));
    const rows = lists.reduce<string[][]>((rows, files) => rows.flatMap((row) => files.map((file) => [...row, file])), [
      [],
    ]);
    return rows.map((row) => ({ label: `${name}=${row.map(shortName).join("+")}`, texts: { [name]: row } }));
  }
  const values = namesFiles(schema) ? await filesIn(text) : valuesIn(text);
  return values.map((value) => ({
    label: `${path.at(-1)}=${namesFiles(schema) ? shortName(value) : value}`,
    texts: { [name]: value },
  }));
}

/** `a.b=1,2` as `a.b=1` and `a.b=2`; the last part of the path suffices beside a picture. */
function choicesOfSet(set: string): Choice[] {
  const at = set.indexOf("=");
  const key = set.slice(set.lastIndexOf(".", at) + 1, at);
  return valuesIn(set.slice(at + 1)).map((value) => ({
    label: withoutSecrets(`${key}=${value}`),
    set: `${set.slice(0, at)}=${value}`,
  }));
}

/** Values between commas; those inside brackets, braces and quotes part nothing. */
function valuesIn(text: string): string[] {
  return text.match(/(\[[^\]]*\]|\{[^}]*\}|"[^"]*"|[^,])+/g) ?? [""];
}

function namesFiles({ location }: ValueSchema): boolean {
  return location !== undefined;
}

/** Files, addresses and names between commas; a file that is there under the whole text is meant by it. */
async function filesIn(text: string): Promise<string[]> {
  const parts = isUrl(text) ? text.split(/,(?=[a-z]+:)/i) : text.split(",");
  if (parts.length === 1 || await Deno.stat(text).then(() => true, () => false)) return [text];
  return parts.filter((part) => part !== "");
}

/** A file's name without folder and ending. */
function shortName(file: string): string {
  const name = basename(isUrl(file) ? decoded(new URL(file).pathname) : file);
  return name.replace(new RegExp(`\\${extname(name) || "."}(?==|$)`), "");
}
