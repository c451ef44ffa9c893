/**
 * Makes a package for npm: `deno run -A cli/pack.ts FOLDER` writes `impasto-VERSION.tgz` there. Under Node its command
 * starts the Deno that npm brings with it.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { flagsOf } from "./install.ts";

/** The version of Deno that this program is tested with. */
const deno = "deno@2.9.6";

/** The command as Node runs it. */
function launcher(): string {
  const flags = ["run", "--no-prompt", "--node-modules-dir=none", ...flagsOf(config.permissions.film)];
  return `#!/usr/bin/env node
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const deno = createRequire(import.meta.url).resolve("deno/bin.cjs");
const flags = ${JSON.stringify(flags)};
const args = [deno, ...flags, "--config", at("./program/deno.json"), at("./program/cli.ts"), ...process.argv.slice(2)];
const run = spawn(process.execPath, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal !== "SIGINT" && run.kill(signal));
run.on("exit", (code, signal) => process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1));
`;
}

/** The files that are published, as JSR gets them. */
async function published(root: string): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return [...text.matchAll(/^ +(file:\S+) \([\d.]+ ?\w+\)$/gm)].map(([, url]) => fileURLToPath(url));
}

if (import.meta.main) {
  const [target = "."] = Deno.args;
  const root = fileURLToPath(new URL("../", import.meta.url));
  const folder = await Deno.makeTempDir({ prefix: "impasto-" });
  try {
    for (const file of await published(root)) {
      const place = join(folder, "program", file.slice(root.length));
      await Deno.mkdir(dirname(place), { recursive: true });
      await Deno.copyFile(file, place);
    }
    const { version, license } = config;
    const description = "Repaints a photograph in the manner of a painting: neural style transfer by optimisation";
    const manifest = {
      name: "impasto",
      version,
      description,
      license,
      type: "module",
      bin: { impasto: "impasto.mjs" },
      dependencies: Object.fromEntries([deno.split("@")]),
      engines: { node: ">=20" },
    };
    await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
    await Deno.writeTextFile(join(folder, "impasto.mjs"), launcher());
    for (const name of ["README.md", "LICENSE"]) await Deno.copyFile(join(root, name), join(folder, name));
    const pack = new Deno.Command("npm", {
      args: ["pack", "--silent", "--pack-destination", await Deno.realPath(target)],
      cwd: folder,
    });
    Deno.exitCode = (await pack.spawn().status).code;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
