import assert from "node:assert/strict";
import { command, commandArguments, complaintsIn, impasto } from "../helpers/command.ts";
import { quick, studio } from "../helpers/painting.ts";
import { stored } from "../helpers/pictures.ts";
import { inRoot } from "../helpers/shared.ts";

/** Runs the command from a shell line, in which it is `"$@"`. */
function shell(line: string, args: readonly string[], cwd: string): Deno.Command {
  return new Deno.Command("sh", {
    args: ["-c", line, "sh", Deno.execPath(), ...commandArguments(args)],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Definition of a test that needs what Linux alone has. */
function onLinux(name: string, fn: () => Promise<void>): Deno.TestDefinition {
  return { name, ignore: Deno.build.os !== "linux", fn };
}

Deno.test("the name of what was painted is on standard output where that is no terminal, and nothing else is", async () => {
  await using folder = await studio();
  const { code, out, complaints } = await impasto(quick, { cwd: folder.path });
  assert.deepEqual([code, out], [0, `painted ${folder.at("out.png")}\n`]);
  assert(!complaints.some((line) => line.includes("painted")), complaints.join("\n"));
});

Deno.test("with --json every error is a record with a code, beside its line", async () => {
  await using folder = await studio();
  const recordsOf = async (args: readonly string[], code: number) => {
    const outcome = await impasto([...args, "--json"], { cwd: folder.path });
    assert.equal(outcome.code, code);
    const records = outcome.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    return records.filter(({ kind }) => kind === "error").map(({ kind: _, ...record }) => record);
  };
  assert.deepEqual(await recordsOf([...quick, "--sise", "4"], 2), [
    { code: "invalid", message: "Unknown flag --sise", hint: "did you mean --size? see --help" },
  ]);
  const wrong = await recordsOf([...quick, "--size", "1", "--seed", "x"], 2);
  assert.deepEqual(wrong.map(({ code, path }) => [code, path]), [
    ["preset-invalid", "decode.size"],
    ["preset-invalid", "optimise.seed"],
  ]);
  await folder.write("none.png", "text");
  const [lost, ...others] = await recordsOf([...quick, "--content", "none.png", "--output", "{name}.jpg"], 1);
  assert.deepEqual([others, lost.file], [[], "none.png"]);
  assert.match(lost.message, /none\.png as a picture: it is text/);
  assert.equal(typeof lost.code, "string");
});

Deno.test(onLinux("records that no disk takes end no run: one line says so, and the picture is there", async () => {
  await using folder = await studio();
  const { code, stderr } = await shell('"$@" >/dev/full', [...quick, "--json"], folder.path).output();
  assert.equal(code, 0);
  const [line, ...others] = complaintsIn(text(stderr));
  assert.match(line, /^warning: standard output cannot be written to \(No space left on device/);
  assert.deepEqual(others, []);
  assert.equal((await stored(folder.at("out.png"))).width, 48);
}));

Deno.test(
  onLinux("lines that no disk takes end no run: standard output says so, as a record among records", async () => {
    await using folder = await studio();
    const lines = async (more: readonly string[]) => {
      const { code, stdout } = await shell('"$@" 2>/dev/full', [...quick, ...more], folder.path).output();
      assert.equal(code, 0);
      assert.equal((await stored(folder.at("out.png"))).width, 48);
      return text(stdout).trimEnd().split("\n");
    };
    const said = /^warning: standard error cannot be written to \(No space left on device/;
    const [result, line, ...others] = await lines([]);
    assert.equal(result, `painted ${folder.at("out.png")}`);
    assert.match(line, said);
    assert.deepEqual(others, []);
    const records = (await lines(["--json"])).map((record) => JSON.parse(record));
    assert.equal(records.at(-1).kind, "picture");
  }),
);

Deno.test(onLinux("the exit code of a run that fails is its own, whatever its lines meet", async () => {
  await using folder = await studio();
  const { code } = await shell('"$@" 2>/dev/full', [...quick, "--content", "none.png"], folder.path).output();
  assert.equal(code, 2);
}));

Deno.test("a reader that goes away after the first record leaves the run alone", async () => {
  await using folder = await studio();
  const child = command([...quick, "--json"], { cwd: folder.path }).spawn();
  const err = new Response(child.stderr).text();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal((await child.status).code, 0);
  assert.match(complaintsIn(await err)[0], /^warning: standard output cannot be written to/);
  assert.equal((await stored(folder.at("out.png"))).width, 48);
});

Deno.test(onLinux("a full pipe that does not block holds up neither the picture nor a record", async () => {
  await using folder = await studio();
  const fill = `'${Deno.execPath()}' run --no-config --allow-ffi '${inRoot("tests/helpers/full_pipe.ts")}'`;
  const watcher = Deno.watchFs(folder.path);
  const child = shell(`${fill} && exec "$@"`, [...quick, "--json"], folder.path).spawn();
  const err = new Response(child.stderr).text();
  child.status.then(() => watcher.close()).catch(() => {});
  for await (const { paths } of watcher) if (paths.includes(folder.at("out.png"))) break;
  const lines = (await new Response(child.stdout).text()).trimEnd().split("\n");
  assert.equal((await child.status).code, 0);
  assert.deepEqual(complaintsIn(await err), []);
  const rest = lines.slice(lines.findIndex((line) => line.includes("{")));
  const records = rest.map((line) => JSON.parse(line.replace(/^x*/, "")));
  assert(lines.length > rest.length);
  assert.deepEqual(records.flatMap(({ kind, step }) => kind === "step" ? [step] : []), [1, 2, 3]);
  assert.equal(records.at(-1).kind, "picture");
}));

Deno.test(onLinux("a run whose terminal is closed, and that ignores the hang-up, ends with its picture", async () => {
  await using folder = await studio();
  const args = [...quick, "--iterations", "20", "--set", "optimise.tolerance=0", "--size", "128"];
  const line = ["sh", Deno.execPath(), ...commandArguments(args)].map((word) => `'${word}'`);
  const inside = `trap "" HUP; "$@"; echo $? >code`;
  const terminal = new Deno.Command("script", {
    args: ["-qec", `sh -c '${inside}' ${line.join(" ")}`, "/dev/null"],
    cwd: folder.path,
    env: { SHELL: "/bin/sh" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const watcher = Deno.watchFs(folder.path);
  let shown = "";
  for await (const part of terminal.stdout.pipeThrough(new TextDecoderStream())) {
    shown += part;
    if (/step 1\/20/.test(shown)) break;
  }
  terminal.kill("SIGKILL");
  await terminal.status;
  for await (const { kind, paths } of watcher) {
    if (paths.includes(folder.at("code")) && kind !== "create" && await Deno.readTextFile(folder.at("code"))) break;
  }
  assert.equal(await Deno.readTextFile(folder.at("code")), "0\n");
  assert.equal((await stored(folder.at("out.png"))).width, 128);
}));

Deno.test(onLinux("a list that cannot be printed is an error; one that is read in part is none", async () => {
  const failed = await shell('"$@" >/dev/full', ["presets"], Deno.cwd()).output();
  assert.equal(failed.code, 1);
  assert.match(complaintsIn(text(failed.stderr))[0], /^error: Cannot write to standard output: No space left/);
  const { code, out } = await impasto(["presets"]);
  assert.equal(code, 0);
  const first = await shell('{ "$@"; echo $? >&2; } | head -n 1', ["presets"], Deno.cwd()).output();
  assert.equal(text(first.stdout), `${out.split("\n")[0]}\n`);
  assert.deepEqual(complaintsIn(text(first.stderr)), ["0"]);
}));
