import { extname } from "node:path";
import { UserError } from "../../base/errors.ts";
import { checkWritable, writeAtomically } from "../../base/files.ts";
import { starterPreset } from "../../studio/init.ts";
import type { Call } from "../call.ts";
import { printReport } from "../output.ts";

/** Writes a commented preset to start from. */
export async function init({ words: [name], preset }: Call): Promise<number> {
  if (!name) throw new UserError("The preset has no name", { hint: "write init NAME", exitCode: 2 });
  const path = extname(name) === "" ? `${name}.jsonc` : name;
  if (![".json", ".jsonc"].includes(extname(path))) {
    throw new UserError(`Cannot write a preset as ${path}`, {
      hint: "a preset ends in .json or .jsonc",
      exitCode: 2,
    });
  }
  const text = await starterPreset(preset, path);
  await checkWritable(path, "choose another name");
  if (await Deno.lstat(path).catch(() => undefined)) {
    throw new UserError(`Cannot write ${path}: there is such a file already`, {
      hint: "choose another name",
      exitCode: 2,
    });
  }
  await writeAtomically(path, new TextEncoder().encode(text), "make room, or choose another place");
  printReport(`wrote ${path}; paint with --preset ${path}`);
  return 0;
}
