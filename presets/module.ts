import { messageOf, UserError } from "../base/errors.ts";
import { withCodePlace } from "../base/code_place.ts";
import { lateImport } from "../base/late_import.ts";
import { refusal } from "../base/permissions.ts";
import { display } from "../base/read.ts";
import type { ModuleKind } from "../chain/schema.ts";
import { checked, type Plugin } from "./plugin.ts";
import { moduleRoot } from "../base/root.ts";

/**
 * Loads a module, and takes the plug-in that it exports.
 *
 * @throws {UserError} if it cannot be loaded, or exports something else.
 */
export async function importPlugin(kind: ModuleKind, url: string): Promise<Plugin> {
  // Deno runs the code of data: URLs and of package registries without asking for a permission.
  if (!/^(file|https?):/.test(url)) {
    throw new UserError(
      `Cannot load ${withArticle(kind)} from "${url.length > 40 ? `${url.slice(0, 40)}…` : url}"`,
      { hint: "code is taken from a file or from an http: or https: address", exitCode: 2 },
    );
  }
  try {
    const { default: plugin } = await lateImport<{ default: unknown }>(url);
    return checked(kind, plugin, display(url));
  } catch (error) {
    throw error instanceof UserError ? error : cannotLoad(kind, url, error);
  }
}

function withArticle(kind: ModuleKind): string {
  return `${kind === "optimiser" ? "an" : "a"} ${kind}`;
}

function cannotLoad(kind: ModuleKind, url: string, error: unknown): UserError {
  const location = new URL(url);
  const what = `Cannot load the ${kind} ${display(location)}`;
  const denied = refusal(error);
  const frozen = location.protocol !== "file:" && moduleRoot.protocol === "file:" ? " --no-lock" : "";
  if (denied) {
    return new UserError(`${what}: ${messageOf(error)}`, {
      hint: `code is loaded only where Deno may: add ${denied.flag}${frozen} after \`deno run\` if you trust it`,
      exitCode: 2,
      cause: error,
    });
  }
  // Deno puts lines of the code between the message of a syntax error and its place: they are left out.
  const message = messageOf(error).replace(/; \|.*; at (?=\S+$)/, " at ");
  if (message.startsWith("The lockfile is out of date")) {
    return new UserError(`${what}: the lock file of this program does not know it`, {
      hint: "add --no-lock after `deno run` if you trust it",
      exitCode: 2,
      cause: error,
    });
  }
  const missing = message.startsWith("Module not found");
  const said = message.includes(" at file:") ? message : withCodePlace(message, error);
  return new UserError(`${what}: ${missing ? "there is no such module" : said}`, {
    hint: missing
      ? `check the path: a module whose default export is ${withArticle(kind)} is needed`
      : "its own code fails before it exports anything",
    exitCode: 2,
    cause: error,
  });
}
