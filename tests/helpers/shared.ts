import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = new URL("../../", import.meta.url);

/** The path of something in the repository. */
export function inRoot(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** The path of something in the folder of large material beside the repository. */
export function inShared(path: string): string {
  return fileURLToPath(new URL(`../shared/${path}`, root));
}

/** Definition of a test that needs that material. If it is missing the test is ignored, and its name says why. */
export function needingShared(path: string, name: string, fn: () => Promise<void>): Deno.TestDefinition {
  const there = existsSync(inShared(path));
  return { name: there ? name : `${name} (skipped: there is no ../shared/${path})`, ignore: !there, fn };
}
