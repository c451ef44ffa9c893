import { dirname, extname } from "node:path";
import { messageOf, UserError } from "../../stages/errors.ts";
import { starterPreset } from "../../studio/init.ts";
import type { Command } from "../command.ts";

/** Writes a commented preset to start from. */
export const init: Command = {
  name: "init",
  words: ["NAME"],
  description: "writes a commented preset to start from, NAME.jsonc; --preset says on which one it builds",
  hint: "write init NAME",
  async run({ words: [name], preset }) {
    if (!name) throw new UserError("The preset has no name", { hint: "write init NAME", exitCode: 2 });
    const path = extname(name) === "" ? `${name}.jsonc` : name;
    if (![".json", ".jsonc"].includes(extname(path))) {
      throw new UserError(`Cannot write a preset as ${path}`, {
        hint: "a preset ends in .json or .jsonc",
        exitCode: 2,
      });
    }
    const text = await starterPreset(preset);
    try {
      await Deno.writeTextFile(path, text, { createNew: true });
    } catch (error) {
      const there = error instanceof Deno.errors.AlreadyExists;
      const reason = there
        ? "there is such a file already"
        : error instanceof Deno.errors.NotFound
        ? `there is no folder ${dirname(path)}`
        : messageOf(error);
      throw new UserError(`Cannot write ${path}: ${reason}`, {
        hint: there ? "choose another name" : "make the folder, or choose another name",
        exitCode: 2,
        cause: error,
      });
    }
    console.log(`wrote ${path}; paint with --preset ${path}`);
    return 0;
  },
};
