import { presetFlags } from "./flag_table.ts";

/** What presets and programs call keys, by the flags that set them. */
const flagOf: ReadonlyMap<string, string> = new Map([
  ...presetFlags.map(({ name, path }) => [path.join("."), `--${name}`] as const),
  ["decode.content", "--content FILE"],
  ["decode.styles", "--style FILE"],
  ["train.painter", "--painter FILE"],
  ["train.photographs", "--content 'photos/*'"],
  ["resume", "--resume"],
  ["offline", "--offline"],
  ["preset", "--preset"],
  ["overwrite", "--overwrite"],
  ["from", "--from URL"],
]);

/** A line in which keys, which stand between backticks, are flags: as one speaks on the command line. */
export function inFlags(line: string): string {
  return line.replaceAll(/`([\w.-]+)`/g, (quoted, key) => flagOf.get(key) ?? (key.includes(".") ? key : quoted));
}
