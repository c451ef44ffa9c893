import { messageOf, UserError } from "../stages/errors.ts";
import type { Loss } from "../stages/losses/loss.ts";
import { losses } from "../stages/losses/mod.ts";
import { stages } from "../stages/mod.ts";
import { optimisers } from "../stages/optimisers/mod.ts";
import type { Optimiser } from "../stages/optimisers/optimiser.ts";
import { refusal } from "../stages/permissions.ts";
import { sound } from "../stages/sound_value.ts";
import { type ModuleKind, objectSchema, type ValueSchema } from "../stages/schema.ts";
import type { Fault, Stage } from "../stages/stage.ts";
import { display } from "../weights/source.ts";
import { isModulePath } from "./locations.ts";
import { fittingOf, isObject, type Json, schemaOf } from "./merge.ts";
import { moduleRoot } from "./shipped.ts";
import { schemaFaults } from "./validate.ts";

/** What a module may bring. */
export type Plugin = Stage | Loss | Optimiser;

/**
 * Everything that presets can name, by name or, for what is no part of this module, by its address: a table of what is
 * loaded, like Deno's own of modules.
 */
const tables: Readonly<Record<ModuleKind, Record<string, Plugin>>> = {
  stage: Object.fromEntries(stages.map((stage) => [stage.name, stage])),
  loss: losses,
  optimiser: optimisers,
};

/** The options of all that ships, which a schema may list beside what it says of every stage, loss or optimiser. */
const shippedOptions = new Map(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    new Set(Object.values(table).flatMap(({ options }) => Object.keys(options))),
  ]),
);

/** What could not be loaded, and why. */
const failures = new Map<string, UserError>();

/** What a plug-in must have, and of which type. */
const members: Readonly<Record<ModuleKind, Readonly<Record<string, string>>>> = {
  stage: { name: "string", takes: "string", gives: "string", options: "object", create: "function" },
  loss: { name: "string", sort: "string", options: "object", build: "function" },
  optimiser: { name: "string", options: "object", minimise: "function" },
};

/** A place of a preset that names a stage, a loss or an optimiser. */
export interface Use {
  readonly kind: ModuleKind;
  /** A name, or the URL of a module. */
  readonly name: string;
  /** Where it is named: the keys that lead to the name, or to the object that holds it beside its options. */
  readonly path: readonly string[];
  /** That object. */
  readonly holder?: Json;
  /** The keys of the object that are no options of what is named. */
  readonly fixed: ReadonlySet<string>;
}

/** Every use in a preset, or in a part of one that satisfies `schema`. */
export function usesIn(value: unknown, schema: ValueSchema, path: readonly string[] = []): Use[] {
  const fitting = fittingOf(value, schema);
  if (typeof value === "string") {
    return fitting.module ? [{ kind: fitting.module, name: value, path, fixed: new Set() }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const { module: kind } = schemaOf(fitting, key);
    if (!kind || kind !== key || typeof inner !== "string") {
      return usesIn(inner, schemaOf(fitting, key), [...path, key]);
    }
    const fixed = Object.keys(fitting.properties ?? {}).filter((name) => !shippedOptions.get(kind)!.has(name));
    return [{ kind, name: inner, path, holder: value as Json, fixed: new Set(fixed) }];
  });
}

/** Whether the options of a use are checked by the schema of what it names, rather than by that of presets. */
export function checksItself({ kind, name }: Use): boolean {
  return kind !== "loss" || isModulePath(name);
}

/** What a use names, if it ships or is loaded. */
export function pluginOf({ kind, name }: Pick<Use, "kind" | "name">): Plugin | undefined {
  return Object.hasOwn(tables[kind], name) ? tables[kind][name] : undefined;
}

/** The options of a use. */
export function optionsOf({ holder = {}, fixed }: Use): Json {
  return Object.fromEntries(Object.entries(holder).filter(([key]) => !fixed.has(key)));
}

/** What is wrong with a use: its module, or the options that it is given. Their errors carry its name. */
export function useFaults(use: Use): Fault[] {
  const { kind, name, path, holder } = use;
  if (!isModulePath(name) && !holder) return [];
  const plugin = pluginOf(use);
  const at = (...keys: string[]) => [...path, ...keys].join(".");
  if (!plugin) {
    if (!isModulePath(name)) return [];
    const { message, hint } = failures.get(keyOf(use)) ??
      { message: `${name} is not loaded`, hint: "only the program that defined it can run it" };
    return [{ path: holder ? at(kind) : at(), message, hint }];
  }
  return schemaFaults(optionsOf(use), objectSchema(plugin.options as Record<string, ValueSchema>))
    .map(({ path, message, hint }) => ({ path: at(path), message: `${plugin.name}: ${message}`, hint }));
}

/** Loads the module of a use that names one. What fails is told by {@linkcode useFaults}. */
export async function load(use: Use): Promise<void> {
  const { kind, name } = use;
  if (!isModulePath(name) || pluginOf(use) || name.startsWith("code:")) return;
  try {
    // Deno asks nobody before it runs what stands in an address itself, or what a registry of packages holds.
    if (!/^(file|https?):/.test(name)) {
      throw new UserError(
        `Cannot load ${withArticle(kind)} from "${name.length > 40 ? `${name.slice(0, 40)}…` : name}"`,
        {
          hint: "code is taken from a file or from an http: or https: address",
          exitCode: 2,
        },
      );
    }
    const { default: plugin } = await import(name);
    tables[kind][name] = attributed(kind, checked(kind, plugin, display(new URL(name))));
  } catch (error) {
    failures.set(keyOf(use), error instanceof UserError ? error : cannotLoad(use, error));
  }
}

const names = new WeakMap<object, string>();
let count = 0;

/** How many presets hold what a program entered. */
const holders = new Map<string, number>();

/**
 * Enters a stage, a loss or an optimiser of a program's own into the tables, where it stays until all who entered it
 * leave it.
 *
 * @returns What a preset calls it.
 * @throws {UserError} where it lacks something.
 */
export function enter(kind: ModuleKind, plugin: Plugin): string {
  const name = names.get(plugin) ?? `code:${checked(kind, plugin, `This object`).name}#${++count}`;
  names.set(plugin, name);
  tables[kind][name] ??= attributed(kind, plugin);
  holders.set(name, (holders.get(name) ?? 0) + 1);
  return name;
}

/** Takes back one {@linkcode enter}. */
export function leave(kind: ModuleKind, name: string): void {
  const others = holders.get(name)! - 1;
  holders.set(name, others);
  if (others > 0) return;
  holders.delete(name);
  delete tables[kind][name];
}

function keyOf({ kind, name }: Use): string {
  return `${kind} ${name}`;
}

function checked(kind: ModuleKind, plugin: unknown, what: string): Plugin {
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
    schemaFaults({}, objectSchema(plugin.options as Record<string, ValueSchema>));
  } catch (cause) {
    throw new UserError(`${what} is no ${kind}: its options are no JSON Schema: ${messageOf(cause)}`, {
      hint: 'each option is declared as { type: "number", default: 1 }, for example',
      exitCode: 2,
      cause,
    });
  }
  return plugin as unknown as Plugin;
}

/** Puts the name of a plug-in before whatever it throws. */
function attributed<T extends Plugin>(kind: ModuleKind, plugin: T): T {
  const blame = (error: unknown): never => {
    if (error instanceof UserError) {
      const { hint, exitCode } = error;
      throw new UserError(`${plugin.name}: ${error.message}`, { hint, exitCode, cause: error });
    }
    // The chain names the stage that it runs.
    if (kind === "stage") throw error;
    throw new Error(`${kind} ${plugin.name} failed: ${messageOf(error)}`, { cause: error });
  };
  // deno-lint-ignore no-explicit-any -- whatever the function takes and gives.
  const guarded = (work: any) => (...args: any[]) => {
    try {
      const result = work.apply(plugin, args);
      if (typeof result === "function") return guarded(result);
      return result instanceof Promise ? result.catch(blame) : result;
    } catch (error) {
      return blame(error);
    }
  };
  return new Proxy(plugin, {
    get(target, key) {
      const member = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (key === "create") return guarded(soundly(target as Stage));
      return key === "minimise" ? attributedSteps(target as Optimiser, blame) : guarded(member);
    },
  });
}

/** How a stage is made ready, with a look at what it gives. */
function soundly(stage: Stage): Stage["create"] {
  return (options) => {
    const work = stage.create(options);
    return async (input, context) => sound(stage, await work(input, context));
  };
}

/** An optimiser's steps; what the evaluation itself throws passes through. */
function attributedSteps(optimiser: Optimiser, blame: (error: unknown) => never): Optimiser["minimise"] {
  return async function* (evaluate, start, options, course) {
    let passing: unknown;
    const noting: typeof evaluate = (image) =>
      evaluate(image).catch((error) => {
        passing = error;
        throw error;
      });
    try {
      yield* optimiser.minimise(noting, start, options, course);
    } catch (error) {
      if (error === passing) throw error;
      blame(error);
    }
  };
}

function withArticle(kind: ModuleKind): string {
  return `${kind === "optimiser" ? "an" : "a"} ${kind}`;
}

function cannotLoad({ kind, name }: Use, error: unknown): UserError {
  const location = new URL(name);
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
  // Of a mistake in the code: what, and where; without the lines of the code between them.
  const message = messageOf(error).replace(/; \|.*; at (?=\S+$)/, " at ");
  if (message.startsWith("The lockfile is out of date")) {
    return new UserError(`${what}: the lock file of this program does not know it`, {
      hint: "add --no-lock after `deno run` if you trust it",
      exitCode: 2,
      cause: error,
    });
  }
  const missing = message.startsWith("Module not found");
  return new UserError(`${what}: ${missing ? "there is no such module" : message}`, {
    hint: missing
      ? `check the path: a module whose default export is ${withArticle(kind)} is needed`
      : "its own code fails before it exports anything",
    exitCode: 2,
    cause: error,
  });
}
