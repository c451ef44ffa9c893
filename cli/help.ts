import type { Command, Commands } from "./command.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { own } from "../chain/walk.ts";
import { commandFlags, type PresetFlag, presetFlags } from "./flag_table.ts";

/** What the flags of each topic are about. */
export const topics = {
  pictures: "photographs, paintings, masks and sizes",
  recipe: "how the picture is painted: weights, losses, steps",
  result: "the finished picture and its file",
  machine: "network, engine, threads, memory and tiles",
  workers: "other machines that do the work",
  run: "presets, and how a run is started and told",
} as const;

/** The topic of each stage's options; those of others are part of the recipe. */
const topicOfStage: Readonly<Record<string, keyof typeof topics>> = {
  decode: "pictures",
  deprocess: "result",
  encode: "result",
};

/** A flag as the help shows it. */
interface Shown {
  readonly name: string;
  readonly topic: string;
  readonly line: string;
}

const flags: readonly Shown[] = [
  ...presetFlags.map((flag) => ({
    name: flag.name,
    topic: flag.path.length === 1 ? "machine" : own(topicOfStage, flag.path[0]) ?? "recipe",
    line: lineOfPresetFlag(flag),
  })),
  ...Object.entries(commandFlags).map(([name, flag]) => ({
    name,
    topic: flag.topic,
    line: line(`${"short" in flag ? `-${flag.short}, ` : ""}--${name}${"value" in flag ? ` ${flag.value}` : ""}`, flag),
  })),
];

/** What `--help` prints. */
export function help(commands: Commands): string {
  const usages = Object.entries(commands).map(([name, { description }]) => entry(name, description));
  return `impasto repaints a photograph in the manner of a painting.
  impasto PHOTO PAINTING...     paints PHOTO-painting.png; paintings are mixed
  impasto --preset NAME         by a preset that ships, or by one of your own
  impasto help COMMAND|TOPIC    tells more, with examples
(Unless it is installed, impasto is \`deno run -P cli.ts\`.) Commands:
${usages.join("\n")}

Topics of flags: ${Object.keys(topics).join(", ")}, flags.
Some of them: -o FILE  --size N  --style-weight N  --content FILE  --style FILE
  --strength N  --mask FILE  --colours photograph  --quality N  --dry-run`;
}

/** What `help WORD` prints; undefined if the word is neither a command nor a topic. */
export function helpAbout(word: string, commands: Commands): string | undefined {
  const command = own(commands, word);
  if (command) return helpOfCommand(word, command);
  if (word === "flags") {
    const ofCommands = Object.keys(commands).filter((name) => flags.some(({ topic }) => topic === name));
    return [...Object.entries(topics), ...ofCommands.map((name) => [name, `of the command ${name}`])]
      .map(([topic, about]) => `${topic}: ${about}\n${linesOf(topic)}`).join("\n\n");
  }
  const about = own<string>(topics, word);
  return about &&
    `Flags about ${about}; a preset's own values, or the defaults here, hold unless given:\n${linesOf(word)}`;
}

function helpOfCommand(name: string, { words, description, examples }: Command): string {
  const calls = examples.map(([call, effect]) => `  impasto ${call}\n      ${effect}`);
  const own = linesOf(name);
  const more = own ? `\n\nIts flags:\n${own}` : "";
  return `impasto ${[name === "paint" ? "[paint]" : name, ...words].join(" ")}
  ${description}

Examples:
${calls.join("\n")}${more}

Flags by topic, with \`impasto help TOPIC\`: ${Object.keys(topics).join(", ")}, flags for all of them`;
}

function linesOf(topic: string): string {
  return flags.filter((flag) => flag.topic === topic).map(({ line }) => line).join("\n");
}

function lineOfPresetFlag({ name, schema }: PresetFlag): string {
  const { default: byDefault } = schema;
  const shown = typeof byDefault === "object" || typeof byDefault === "boolean" || byDefault === ""
    ? ""
    : ` (${byDefault})`;
  const short = name === "output" ? "-o, " : "";
  const value = schema.type === "boolean" ? "" : ` ${valueName(schema)}`;
  return line(`${short}--${name}${value}`, { description: `${schema.description ?? ""}${shown}` });
}

function line(flag: string, { description }: { readonly description: string }): string {
  return `  ${flag.padEnd(26)} ${description}`;
}

function entry(name: string, description: string): string {
  return `  ${name.padEnd(12)} ${description}`;
}

function valueName(
  { type, location, enum: names, anyOf = [], plugin }: ValueSchema,
): string {
  if (location || type === "array") return "FILE";
  if (names?.every((name) => typeof name === "number")) return "N";
  return names || plugin || type === "string" || anyOf.some(({ type }) => type === "string") ? "NAME" : "N";
}
