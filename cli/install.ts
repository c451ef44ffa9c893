/**
 * Installs the command `impasto` from this folder, which has to stay: `deno run -A cli/install.ts`. It has the permissions that
 * deno.json declares for films, and takes the packages that deno.lock knows. `--root FOLDER` installs to another place than
 * `deno install` does.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import config from "../deno.json" with { type: "json" };

/** The permissions of a set as flags: a set itself makes Deno print a warning at each run. */
export function flagsOf(permissions: Readonly<Record<string, boolean | readonly string[]>>): string[] {
  return Object.entries(permissions).filter(([, given]) => given !== false).map(([kind, given]) =>
    `--allow-${kind}${given === true ? "" : `=${(given as readonly string[]).join(",")}`}`
  );
}

/** Where `deno install` puts commands. */
function usualRoot(): string {
  return Deno.env.get("DENO_INSTALL_ROOT") ?? join(Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".", ".deno");
}

/** A file without imports. */
const standIn = "base/json.ts";

if (import.meta.main) {
  const { values: { root = usualRoot() } } = parseArgs({ args: Deno.args, options: { root: { type: "string" } } });
  const inRoot = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
  const { unstable, allowScripts, lock } = config;
  const own = { unstable, allowScripts, nodeModulesDir: "none" };
  const folder = await Deno.makeTempDir({ prefix: "impasto-" });
  try {
    // With the lock file, or the command itself, `deno install` would fetch all packages at once, those for tests too: so
    // it gets a file that needs none, and the two are put in their places afterwards.
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ ...own, lock: false }));
    const install = new Deno.Command(Deno.execPath(), {
      args: [
        ...["install", "--global", "--force", "--root", root, "--name", "impasto"],
        ...["--config", join(folder, "deno.json"), ...flagsOf(config.permissions.film), inRoot(standIn)],
      ],
      stdin: "null",
    });
    Deno.exitCode = (await install.spawn().status).code;
    if (Deno.exitCode === 0) {
      for (const launcher of ["impasto", "impasto.cmd"].map((name) => join(root, "bin", name))) {
        const text = await Deno.readTextFile(launcher).catch(() => undefined);
        if (text) await Deno.writeTextFile(launcher, text.replace(standIn, "cli.ts"));
      }
      const kept = { ...own, lock: { ...lock, path: inRoot("deno.lock") } };
      await Deno.writeTextFile(join(root, "bin", ".impasto", "deno.json"), JSON.stringify(kept, null, 2));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
