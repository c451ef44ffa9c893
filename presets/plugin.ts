import { messageOf, UserError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { type ModuleKind, objectSchema, type ValueSchema } from "../chain/schema.ts";
import type { Stage } from "../chain/stage.ts";
import type { Loss } from "../objective/losses/loss.ts";
import type { Optimiser } from "../optimisers/optimiser.ts";
import { checkSchema } from "./validate.ts";

/** A stage, a loss or an optimiser. */
export type Plugin = Stage | Loss | Optimiser;

/** The members that a plug-in of a kind must have, with their types. */
const members: Readonly<Record<ModuleKind, Readonly<Record<string, string>>>> = {
  stage: { name: "string", takes: "string", gives: "string", options: "object", create: "function" },
  loss: { name: "string", sort: "string", options: "object", build: "function" },
  optimiser: { name: "string", options: "object", minimise: "function" },
};

const kinds = Object.keys(members) as ModuleKind[];

/** Whether a value of a preset in code is a stage, a loss or an optimiser. */
export function isPlugin(value: unknown): value is Plugin {
  return isObject(value) && kinds.some((kind) => typeof value[lastMember(kind)] === "function");
}

/** The kind of a plug-in. */
export function kindOf(plugin: Plugin): ModuleKind {
  return kinds.find((kind) => lastMember(kind) in plugin)!;
}

/** The member that only plug-ins of a kind have. */
function lastMember(kind: ModuleKind): string {
  return Object.keys(members[kind]).at(-1)!;
}

/**
 * Checks that a value can serve as a plug-in of a kind.
 *
 * @param what The subject of the error's message.
 * @throws {UserError} if it lacks something.
 */
export function checked(kind: ModuleKind, plugin: unknown, what: string): Plugin {
  const wanted = members[kind];
  const hint = `export default { ${["name", "description", ...Object.keys(wanted).slice(1)].join(", ")} }`;
  if (!isObject(plugin)) {
    throw new UserError(`${what} is no ${kind}: it has no default export that is an object`, { hint, exitCode: 2 });
  }
  const lacking = Object.entries(wanted).find(([key, type]) => typeof plugin[key] !== type || plugin[key] === null);
  if (lacking) {
    throw new UserError(`${what} is no ${kind}: "${lacking[0]}" should be a ${lacking[1]}`, { hint, exitCode: 2 });
  }
  try {
    checkSchema(objectSchema(plugin.options as Record<string, ValueSchema>));
  } catch (cause) {
    throw new UserError(`${what} is no ${kind}: its options are no JSON Schema: ${messageOf(cause)}`, {
      hint: 'each option is declared as { type: "number", default: 1 }, for example',
      exitCode: 2,
      cause,
    });
  }
  return plugin as unknown as Plugin;
}
