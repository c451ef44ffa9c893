/**
 * The first contact: what a fresh cache gets, and the command that is installed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "./helpers/folders.ts";
import { inRoot } from "./helpers/shared.ts";

const quick = ["--preset", "monet", "--size", "48", "--iterations", "1", "--threads", "1", "--engine", "onnx-cpu"];

async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd?: string) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { NO_COLOR: "1", ...env },
    cwd,
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** The bytes of a folder. */
async function sizeOf(path: string): Promise<number> {
  let size = 0;
  for await (const { name, isDirectory, isFile } of Deno.readDir(path)) {
    if (isDirectory) size += await sizeOf(`${path}/${name}`);
    else if (isFile) size += (await Deno.stat(`${path}/${name}`)).size;
  }
  return size;
}

/** The packages in a cache, by their names. */
async function packagesIn(cache: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name: registry } of Deno.readDir(`${cache}/npm`)) {
    for await (const { name, isDirectory } of Deno.readDir(`${cache}/npm/${registry}`)) {
      if (isDirectory) names.push(name);
    }
  }
  return names.sort();
}

/** Whether packages can be had here. */
async function reachable(): Promise<boolean> {
  await using cache = await temporaryFolder();
  const args = ["eval", "--no-lock", "--no-config", 'import "npm:leven@4.1.0"'];
  return (await run(Deno.execPath(), args, { DENO_DIR: cache.path })).code === 0;
}

const online = await reachable();

Deno.test({
  name: `a fresh cache gets what is called, and nothing for tests${online ? "" : " (skipped: no packages can be had)"}`,
  ignore: !online,
  async fn() {
    await using cache = await temporaryFolder();
    const call = (args: readonly string[]) =>
      run(Deno.execPath(), ["run", "-P", inRoot("cli.ts"), ...args], { DENO_DIR: cache.path }, inRoot(""));
    const help = await call(["--help"]);
    assert.equal(help.code, 0, help.err);
    const first = await packagesIn(cache.path);
    const size = await sizeOf(cache.path);
    assert(size < 70e6, `${size}`);
    assert(!first.some((name) => /onnx|tensorflow|vscode/.test(name)), first.join(" "));

    await using folder = await temporaryFolder();
    const painted = await call([...quick, "--output", folder.at("out.png")]);
    assert.equal(painted.code, 0, painted.err);
    assert.deepEqual(await folder.list(), ["out.png"]);
    // Deno tells each download by a line, and no box of scripts that it does not run.
    assert.match(painted.err, /^Download .*onnxruntime-node/m);
    assert.doesNotMatch(painted.err, /Ignored build scripts/);
    const whole = await sizeOf(cache.path);
    assert(whole < 400e6, `${whole}`);
    assert(!(await packagesIn(cache.path)).some((name) => /tensorflow|vscode/.test(name)));
  },
});

Deno.test("the installed command runs anywhere with the lock file and the permissions of this program, and no warning", async () => {
  await using root = await temporaryFolder();
  const args = ["run", "-A", inRoot("cli/install.ts"), "--root", root.path];
  const installed = await run(Deno.execPath(), args, {});
  assert.equal(installed.code, 0, installed.err);
  const { lock } = JSON.parse(await Deno.readTextFile(root.at("bin", ".impasto", "deno.json")));
  assert.deepEqual(lock, { frozen: true, path: inRoot("deno.lock") });
  const path = `${root.at("deno")}:${Deno.env.get("PATH")}`;
  await Deno.mkdir(root.at("deno"));
  await Deno.symlink(Deno.execPath(), root.at("deno", "deno"));
  const command = root.at("bin", "impasto");
  const painted = await run(command, [...quick, "--output", "out.png", "--quiet"], { PATH: path }, root.path);
  assert.deepEqual([painted.code, painted.err], [0, ""]);
  assert((await root.list()).includes("out.png"));
  const launcher = await Deno.readTextFile(command);
  const { permissions: { default: usual, film } } = JSON.parse(await Deno.readTextFile(inRoot("deno.json")));
  // Films need two things more, and the command paints films.
  assert.deepEqual(film, { ...usual, run: ["ffmpeg"], env: [...usual.env, "AV_FROM_SOURCE"] });
  for (const names of [usual.env, usual.sys]) assert(launcher.includes(names.join(",")));
  assert.doesNotMatch(launcher, / -A |--allow-all|--allow-run(?!=ffmpeg\b)|--allow-import|--no-lock/);
});

/** The path of Node 24; empty if it cannot be had. */
const node = online
  ? (await run("npx", ["-y", "-p", "node@24.9.0", "node", "--print", "process.execPath"], {})).out.trim()
  : "";

Deno.test({
  name: `the package for npm paints under Node 24${node ? "" : " (skipped: npm gives no Node 24 here)"}`,
  ignore: !node,
  async fn() {
    await using folder = await temporaryFolder();
    const packed = await run(Deno.execPath(), ["run", "-A", inRoot("cli/pack.ts"), folder.path], {});
    assert.equal(packed.code, 0, packed.err);
    const [tarball] = await folder.list();
    assert.match(tarball, /^impasto-\d+\.\d+\.\d+\.tgz$/);
    await folder.write("package.json", "{}");
    const installed = await run("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], {}, folder.path);
    assert.equal(installed.code, 0, installed.err);
    const command = folder.at("node_modules", ".bin", "impasto");
    assert.match((await run(node, ["--version"], {})).out, /^v24\./);
    const painted = await run(node, [command, ...quick, "--output", "out.png", "--json"], {}, folder.path);
    assert.equal(painted.code, 0, painted.err);
    const records = painted.out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(records.at(-1).file, folder.at("out.png"));
    assert((await Deno.stat(folder.at("out.png"))).size > 1000);
    const wrong = await run(node, [command, "--preset", "nobody"], {}, folder.path);
    assert.deepEqual([wrong.code, wrong.err.split("\n")[0]], [2, "error: Cannot find the preset nobody"]);
  },
});
