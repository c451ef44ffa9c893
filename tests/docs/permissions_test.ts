import assert from "node:assert/strict";
import { temporaryFolder } from "../helpers/folders.ts";
import { landscape } from "../helpers/pictures.ts";
import { serveFolder } from "../helpers/server.ts";
import { inRoot, root } from "../helpers/shared.ts";

/** The permissions that the README calls enough for a program. */
async function documented(): Promise<string[]> {
  const [, flags] = /A program needs `([^`]+)`/.exec(await Deno.readTextFile(inRoot("README.md")))!;
  return flags.split(" ");
}

/** Runs a program that paints its arguments: the address of the photograph, and the file to write, if any. */
async function painted(cwd: string, permissions: readonly string[], args: readonly string[]) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-lock", ...permissions, "program.ts", ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

/** A folder with a photograph, and a program in it. */
async function workshop(module: URL) {
  const folder = await temporaryFolder();
  await landscape(60, 40).png().toFile(folder.at("photo.png"));
  await folder.write(
    "program.ts",
    `import { stylise } from "${module}";
const [content, output] = Deno.args;
const encode = output ? { output } : {};
const decode = { content, size: 48, scales: [] };
const optimise = { iterations: 1 };
const preset = { extends: "monet", engine: "onnx-cpu", threads: 1, decode, optimise, encode };
const { picture } = await stylise(preset, { write: output !== undefined });
await picture.bytes(".jpg");
`,
  );
  return folder;
}

Deno.test("the permissions of the README suffice for a program, and each of them is needed", async () => {
  await using folder = await workshop(new URL("mod.ts", root));
  const flags = await documented();
  const run = (permissions: readonly string[]) => painted(folder.path, permissions, ["photo.png"]);
  const { code, err } = await run(flags);
  assert.equal(code, 0, err);
  const [variables] = flags.filter((flag) => flag.startsWith("--allow-env="));
  const fewer = [
    ...flags.map((flag) => flags.filter((other) => other !== flag)),
    ...variables.slice("--allow-env=".length).split(",").map((name) =>
      flags.with(flags.indexOf(variables), variables.replace(name, "NO_COLOR"))
    ),
  ];
  for (const permissions of fewer) {
    const { code, err } = await run(permissions);
    assert.notEqual(code, 0, permissions.join(" "));
    assert.match(err, /Requires \w+ access/);
  }
});

Deno.test("a program writes and reaches the network with the permissions that the README adds", async () => {
  const flags = await documented();
  await using folder = await workshop(new URL("mod.ts", root));
  const { code, err } = await painted(folder.path, [...flags, "--allow-write=."], ["photo.png", "out.png"]);
  assert.equal(code, 0, err);
  assert((await folder.list()).includes("out.png"));

  await using server = serveFolder(root);
  await using elsewhere = await workshop(server.url("mod.ts"));
  const { host } = server.url("");
  const network = [`--allow-net=${host}`, `--allow-import=${host}`];
  const outcome = await painted(elsewhere.path, [...flags, ...network], [server.url("examples/valley.jpg").href]);
  assert.equal(outcome.code, 0, outcome.err);
});
