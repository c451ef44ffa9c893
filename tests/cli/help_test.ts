import assert from "node:assert/strict";
import { commands } from "../../cli/commands.ts";
import { commandFlags, presetFlags } from "../../cli/flag_table.ts";
import { parseCall } from "../../cli/flags.ts";
import { help, helpAbout, topics } from "../../cli/help.ts";
import { impasto } from "../helpers/command.ts";

Deno.test("the whole help fits a terminal of 80×24, and names every command and topic", () => {
  const lines = help(commands).split("\n");
  assert(lines.length <= 24, `${lines.length} lines`);
  for (const line of lines) assert(line.length < 80, line);
  for (const name of Object.keys(commands)) assert(lines.some((line) => line.startsWith(`  ${name} `)), name);
  const named = lines.find((line) => line.startsWith("Topics"))!;
  for (const topic of Object.keys(topics)) assert.match(named, new RegExp(`\\b${topic}\\b`));
});

Deno.test("every flag that the whole help shows is one that there is", () => {
  const known = new Set([...Object.keys(commandFlags), ...presetFlags.map(({ name }) => name)]);
  for (const [, name] of help(commands).matchAll(/--([\w-]+)/g)) assert(known.has(name), name);
});

for (const [name, { examples, words }] of Object.entries(commands)) {
  Deno.test(`help ${name} has two examples, each a call of this command, and --help says the same`, async () => {
    const { code, out } = await impasto(["help", name]);
    assert.equal(code, 0);
    const calls = out.split("\n").filter((line) => line.startsWith("  impasto "));
    assert.deepEqual(calls, examples.map(([call]) => `  impasto ${call}`));
    for (const [call] of examples) {
      const args = call.split(" | ")[0].match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", ""));
      const { words: [command = "paint", ...others] } = parseCall(args);
      assert.equal(command, name);
      assert(others.length <= words.length, call);
    }
    assert.equal((await impasto([name, "-h"])).out, out);
  });
}

Deno.test("each flag has a topic or a command, whose help tells it with the default that the option declares", () => {
  const all = helpAbout("flags", commands)!;
  const byTopic = [...Object.keys(topics), ...Object.keys(commands)].map((topic) => helpAbout(topic, commands)!).join(
    "\n",
  );
  for (const name of [...Object.keys(commandFlags), ...presetFlags.map(({ name }) => name)]) {
    for (const text of [all, byTopic]) assert.match(text, new RegExp(`^  (-\\w, )?--${name} .*`, "m"));
  }
  assert.match(helpAbout("pictures", commands)!, /^ {2}--size N .*\(512\)$/m);
  assert.match(helpAbout("recipe", commands)!, /^ {2}--optimiser NAME .*\(lbfgs\)$/m);
});
