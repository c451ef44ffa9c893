/**
 * The command: `deno run -P cli.ts --preset monet.json`. Exit codes: 0 done, 1 the run failed, 2 the call or the preset
 * is wrong, 130 interrupted.
 *
 * @module
 */
import type { Command } from "./cli/command.ts";
import { commands } from "./cli/commands.ts";
// First of all: what the launcher had ignored is soon forgotten.
import "./cli/ignored_signals.ts";
import { finishOutput, freshLine, print, tell } from "./cli/output.ts";
import { parseCall, strayWord } from "./cli/flags.ts";
import config from "./deno.json" with { type: "json" };
import { withoutSecrets } from "./base/addresses.ts";
import { UserError } from "./base/errors.ts";
import { onWaiting } from "./base/patience.ts";
import { display } from "./base/read.ts";
import { shipped } from "./presets/shipped.ts";
import { own } from "./chain/walk.ts";

async function main(args: readonly string[]): Promise<number> {
  const call = parseCall(args);
  if (!call.on.has("quiet")) onWaiting.add((location) => tell(`${freshLine()}waiting for ${display(location)} …`));
  const [name = Object.keys(commands)[0], ...words] = call.words;
  if (call.on.has("version")) {
    print(`impasto ${config.version}`);
    return 0;
  }
  if (call.on.has("help") || args.length === 0) {
    const { help } = await import("./cli/commands/help.ts");
    return await help({ ...call, words: call.words.slice(0, 1) }, commands);
  }
  const command = own<Command>(commands, name);
  if (!command) {
    throw new UserError(`Unknown command ${name}`, {
      hint: shipped.includes(name)
        ? `${name} is a preset: write --preset ${name}`
        : `one of ${Object.keys(commands).join(", ")}; pictures have an ending, as photo.jpg`,
      exitCode: 2,
    });
  }
  if (words.length > command.words.length) {
    throw strayWord(words[command.words.length], command);
  }
  const paintsOne = command !== commands.train &&
    (command !== commands.paint || call.on.has("watch") || call.on.has("dry-run"));
  if (call.contents.length > 1 && paintsOne) {
    throw new UserError(`Cannot use --content ${call.contents[1]}: one photograph is taken here`, {
      hint: "give --content once; several are painted one by one without --watch and --dry-run",
      exitCode: 2,
    });
  }
  const run = await command.load();
  return await run({ ...call, words }, commands);
}

async function failed(error: unknown): Promise<number> {
  if (Deno.args.includes("--debug")) tell(withoutSecrets(Deno.inspect(error)));
  const { complain } = await import("./cli/complaint.ts");
  return complain(error);
}

if (import.meta.main) {
  Deno.exit(await finishOutput(await main(Deno.args).catch(failed), Deno.args.includes("--json")));
}
