import { didYouMean } from "../../base/nearest.ts";
import { UserError } from "../../base/errors.ts";
import type { Commands } from "../command.ts";
import type { Call } from "../call.ts";
import { help as wholeHelp, helpAbout, topics } from "../help.ts";
import { print } from "../output.ts";

/** Tells of the whole, of a command, or of the flags of a topic. */
export async function help({ words: [word] }: Call, commands: Commands): Promise<number> {
  const text = word === undefined ? wholeHelp(commands) : helpAbout(word, commands);
  if (text === undefined) {
    const known = [...Object.keys(commands), ...Object.keys(topics), "flags"];
    throw new UserError(`There is no help about ${word}`, {
      hint: `${didYouMean(word, known, (name) => name)}one of ${known.join(", ")}`,
      exitCode: 2,
    });
  }
  print(text);
  return 0;
}
