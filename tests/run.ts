/**
 * Runs all tests in two processes at a time: those that start programs mostly wait, those of the library mostly compute.
 * Prints whole lines of both as they come, and fails if either does, after both.
 *
 *     deno run -A tests/run.ts
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const programs = ["cli", "page", "queue", "import_by_url_test.ts", "install_test.ts"].map((name) => `tests/${name}`);
const halves = [programs, ["--doc", `--ignore=${programs.join()}`]];

const codes = await Promise.all(halves.map(async (half) => {
  const args = ["test", "-A", "--frozen", ...half];
  const child = spawn(Deno.execPath(), args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", (line) => console.log(line));
  const [code] = await once(child, "close");
  return code ?? 1;
}));
Deno.exit(Math.max(...codes));
