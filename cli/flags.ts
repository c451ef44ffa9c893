import { parseArgs } from "node:util";
import type { Call, FlagTexts } from "./call.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import type { PresetLayer } from "../presets/layers.ts";
import { currentFolder, isUrl } from "../presets/locations.ts";
import { merge } from "../presets/merge.ts";
import { commandFlags, type PresetFlag, presetFlags } from "./flag_table.ts";
import { presetOptions } from "../presets/schema.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { repeatedKeys } from "../base/repeated_keys.ts";
import { effortOf } from "./effort.ts";
import { didYouMean } from "../base/nearest.ts";
import { objectSchema } from "../chain/schema.ts";
import { entersList, schemaOf } from "../chain/walk.ts";

/** The short names of flags that set options, by the flags. */
const shorts: Readonly<Record<string, string>> = { output: "o" };

/** The name of the command that is meant if none is named. */
const paintName = Object.keys(commands)[0];

/** The preset of a call that names pictures and no preset. */
const recipe = "painting";

/**
 * Takes the command line apart.
 *
 * @throws {UserError} on an unknown flag or a missing value.
 */
export function parseCall(args: readonly string[]): Call {
  const { values, positionals, tokens } = parse(args);
  const named = tokens.flatMap((token) => token.kind === "option" && token.name === "content" ? token.value ?? [] : []);
  const given = (name: string) => values[name] as string | string[] | boolean | undefined;
  const on = new Set(Object.keys(commandFlags).filter((name) => values[name] === true));
  const { words, pictures: [content, ...styles] } = meaningOf(positionals);
  const stray = content === undefined ? undefined : named.length > 0 ? content : given("style") ? styles[0] : undefined;
  if (stray !== undefined) throw strayWord(stray, commands.paint);
  const preset = [content, ...styles].find((word) => /\.jsonc?$/i.test(word ?? ""));
  if (preset !== undefined) {
    throw new UserError(`Cannot paint ${preset}: it is no picture`, {
      hint: `a preset is named with --preset ${preset}`,
      exitCode: 2,
    });
  }
  const texts = {
    ...Object.fromEntries(presetFlags.flatMap(({ name }) => given(name) === undefined ? [] : [[name, given(name)]])),
    ...content === undefined ? {} : { content },
    ...styles.length === 0 ? {} : { style: styles },
  } as FlagTexts;
  const masks = tokens.flatMap((token, i) =>
    token.kind === "option" && token.name === "mask"
      ? [{ file: token.value ?? "", style: styleBefore(tokens.slice(0, i), words[0] === positionals[0]) }]
      : []
  );
  const twice = masks.find(({ style }, i) => masks.some((other, k) => k < i && other.style === style));
  if (twice) {
    throw new UserError(`Cannot use --mask ${twice.file}: its painting has one already`, {
      hint: "a --mask follows the --style that it is for",
      exitCode: 2,
    });
  }
  if (masks.length > 0 && !texts.style && given("preset") === undefined) {
    throw new UserError(`Cannot use --mask ${masks[0].file}: there is no painting for it`, {
      hint: "name one with --style before it",
      exitCode: 2,
    });
  }
  const asked = given("effort")?.toString();
  if (on.has("fast") && asked !== undefined && asked !== "instant") {
    throw new UserError(`Cannot use --fast with --effort ${asked}: --fast is --effort instant`, {
      hint: "leave one of them out",
      exitCode: 2,
    });
  }
  if (asked === "better" && texts.start !== undefined) {
    throw new UserError("Cannot use --start with --effort better: it starts from the painter's picture", {
      hint: "leave one of them out",
      exitCode: 2,
    });
  }
  const effort = effortOf(on.has("fast") ? "instant" : asked, given("painter")?.toString());
  const sets = [given("set") ?? []].flat().map(String);
  const presets = [given("preset") ?? []].flat().map(String);
  const layer = (objects: readonly Record<string, unknown>[], deep: boolean): PresetLayer => ({
    source: "command line",
    json: objects.reduce((under, over) => merge(under, over, {}) as typeof under, {}),
    base: currentFolder(),
    deep,
    override: true,
  });
  const layersWith = (sets: readonly string[], said: FlagTexts = texts) => {
    const set = sets.map(settingOf);
    const fromFlags = presetFlags.flatMap(({ name, path, schema }) =>
      said[name] === undefined ? [] : [nested(path, valueOf(said[name], { name, path, schema }))]
    );
    return [
      layer([effort, ...fromFlags, ...set.filter(({ deep }) => !deep).map(({ json }) => json)], false),
      layer([
        ...masks.map(({ file, style }) => nested(["decode", "styles", String(style), "mask"], file)),
        ...set.filter(({ deep }) => deep).map(({ json }) => json),
      ], true),
    ];
  };
  return {
    words,
    preset: presets.at(-1) ?? (texts.content || texts.style ? recipe : undefined),
    presets,
    contents: content === undefined ? [...new Set(named)] : [content],
    values: Object.fromEntries(
      Object.keys(commandFlags).flatMap((name) => typeof given(name) === "string" ? [[name, String(given(name))]] : []),
    ),
    on,
    overrides: layersWith(sets),
    texts,
    sets,
    layersWith,
  };
}

/** Words of the command line: a command with its own, or the pictures to paint, the photograph first. */
function meaningOf(
  words: readonly string[],
): { readonly words: readonly string[]; readonly pictures: readonly string[] } {
  const [first, ...rest] = words;
  if (first === paintName) return { words: [first], pictures: rest };
  const isCommand = first === undefined || Object.hasOwn(commands, first);
  if (isCommand || !words.some(looksLikePicture)) return { words, pictures: [] };
  return { words: [paintName], pictures: words };
}

/** Whether a word can be no command: it is a path, an address, or the name of something that is here. */
function looksLikePicture(word: string): boolean {
  if (word === "-" || isUrl(word) || /[./\\*]/.test(word)) return true;
  try {
    return Deno.statSync(word) !== undefined;
  } catch {
    return false;
  }
}

/** The painting that was named last before a mask; the first, where none was. */
function styleBefore(tokens: ReturnType<typeof parse>["tokens"], hasCommand: boolean): number {
  const flags = tokens.filter((token) => token.kind === "option" && token.name === "style").length;
  const words = tokens.filter(({ kind }) => kind === "positional").length;
  return Math.max(0, flags + Math.max(0, words - (hasCommand ? 2 : 1)) - 1);
}

/** An error about a word that a command does not take. */
export function strayWord(word: string, { hint }: Command): UserError {
  return new UserError(`Cannot use the word ${word}`, { hint, exitCode: 2 });
}

/** `path=value` as a part of a preset. */
function settingOf(text: string): { readonly json: Record<string, unknown>; readonly deep: boolean } {
  const at = text.indexOf("=");
  const path = pathOf(text.slice(0, Math.max(0, at)));
  if (path.includes("")) {
    throw new UserError(`Cannot use --set ${text}`, { hint: "write --set path=value", exitCode: 2 });
  }
  if (path[0] === "extends") {
    throw new UserError(`Cannot use --set ${text}: what a preset builds on is not changed for a run`, {
      hint: "name another preset with --preset",
      exitCode: 2,
    });
  }
  const value = anyValue(text.slice(at + 1));
  const [repeated] = typeof value === "string" ? [] : repeatedKeys(text.slice(at + 1));
  if (repeated) {
    const key = [...path, ...repeated.path].join(".");
    throw new UserError(`Cannot use --set ${text}: ${key} stands twice`, {
      hint: "only the last would count: put what both hold into one",
      exitCode: 2,
    });
  }
  return { json: nested(path, value), deep: isDeep(path) };
}

/** Whether a path names an entry of a list, or of a map that a preset replaces as a whole: then it alone is meant. */
function isDeep(path: readonly string[]): boolean {
  let schema = objectSchema(presetOptions);
  return path.some((key) => {
    const inside = schema.whole === true || entersList(schema, key);
    schema = schemaOf(schema, key);
    return inside;
  });
}

function parse(args: readonly string[]) {
  const options: Record<string, { type: "string" | "boolean"; multiple?: boolean; short?: string }> = {
    ...commandFlags,
    ...Object.fromEntries(
      presetFlags.map(({ name, schema }) => [name, {
        type: schema.type === "boolean" ? "boolean" : "string",
        multiple: schema.type === "array",
        ...shorts[name] ? { short: shorts[name] } : {},
      }]),
    ),
  };
  const takesValue = (flag: string) => {
    const name = flag.startsWith("--")
      ? flag.slice(2)
      : Object.keys(shorts).find((name) => flag === `-${shorts[name]}`);
    return name !== undefined && Object.hasOwn(options, name) && options[name].type === "string";
  };
  try {
    return parseArgs({ args: withNegatives(args, takesValue), options, allowPositionals: true, tokens: true });
  } catch (error) {
    const [, unknown] = /Unknown option '([^']+)'/.exec(messageOf(error)) ?? [];
    const [, misused] = /Option '(?:-\w, )?(--[\w-]+)/.exec(messageOf(error)) ?? [];
    const guess = didYouMean(unknown?.replace(/^-+/, "") ?? "", Object.keys(options), (name) => `--${name}`);
    const message = unknown
      ? `Unknown flag ${unknown}`
      : misused
      ? `${misused} ${takesValue(misused) ? "needs a value" : "takes no value"}`
      : messageOf(error);
    throw new UserError(message, {
      hint: `${unknown ? guess : ""}see --help`,
      exitCode: 2,
      cause: error,
    });
  }
}

/** Joins a flag and a negative number after it, or `-.jpg`, which would pass for a flag otherwise. */
function withNegatives(args: readonly string[], takesValue: (flag: string) => boolean): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const joins = (i: number) => i >= 0 && i + 1 < end && takesValue(args[i]) && /^-(\.?\d|\.[a-z])/.test(args[i + 1]);
  return args.flatMap((arg, i) =>
    joins(i) ? [`${arg}${arg.startsWith("--") ? "=" : ""}${args[i + 1]}`] : joins(i - 1) ? [] : [arg]
  );
}

/** What a flag says as its option wants it; what does not fit stays text, and the schema says so. */
function valueOf(text: FlagTexts[string], { name, schema }: PresetFlag): unknown {
  if (text === true) return !name.startsWith("no-");
  if (typeof text !== "string") return text.map(weighted);
  if (schema.type === "string") return text;
  const value = anyValue(text);
  return typeof value === "string" && text.includes(",") ? text.split(",").map(anyValue) : value;
}

/** `painting.jpg=0.7` is a style with its weight. */
function weighted(text: string): object {
  const [, picture, weight] = /^(.*)=(-?\d*\.?\d+(?:e[-+]?\d+)?)$/i.exec(text) ?? [];
  return picture && !endsInQuery(picture) ? { picture, weight: Number(weight) } : { picture: text };
}

/** Whether what would follow the "=" is the value of an address's last parameter: `https://…/a.jpg?w`. */
function endsInQuery(picture: string): boolean {
  return isUrl(picture) && /[?&][^=&]*$/.test(picture);
}

/** A text as the JSON that it is, or else as it is. */
function anyValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nested(path: readonly string[], value: unknown): Record<string, unknown> {
  const [key, ...rest] = path;
  return { [key]: rest.length > 0 ? nested(rest, value) : value };
}

/** Stages' names hold hyphens and layers' names underscores, so only dots part a path. */
function pathOf(text: string): string[] {
  return text.split(".");
}
