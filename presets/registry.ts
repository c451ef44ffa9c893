import { UserError } from "../base/errors.ts";
import { losses } from "../objective/losses/mod.ts";
import { stages } from "../stages/mod.ts";
import { optimisers } from "../optimisers/mod.ts";
import { type ModuleKind, objectSchema, type ValueSchema } from "../chain/schema.ts";
import { guarded } from "./guarded.ts";
import { importPlugin } from "./module.ts";
import { checked, kindOf, type Plugin } from "./plugin.ts";
import { type Entry, expanded, presetOptions } from "./schema.ts";

/**
 * What presets can name: all that ships, and the modules and objects of one session's own. Two registries share nothing
 * but what ships.
 */
export interface Registry {
  /** What a name, the URL of a module, or the name of an entered object stands for; undefined if nothing does. */
  plugin(kind: ModuleKind, name: string): Plugin | undefined;
  /** The schema of presets, with the options of all that can be named. */
  schema(): ValueSchema;
  /** Loads a module by its URL, once. Its failure is told by {@linkcode failure}. */
  load(kind: ModuleKind, url: string): Promise<void>;
  /** Why a name that is no plain one stands for nothing. */
  failure(kind: ModuleKind, name: string): UserError;
  /**
   * Enters an object of a program's own, where it stays until all who entered it have left.
   *
   * @returns The name that a preset calls it, and the way out.
   * @throws {UserError} if it lacks something.
   */
  enter(plugin: Plugin): Entered;
}

/** A place in a registry. */
interface Entered extends Disposable {
  readonly name: string;
}

const shipped: Readonly<Record<ModuleKind, Readonly<Record<string, Plugin>>>> = {
  stage: Object.fromEntries(stages.map((stage) => [stage.name, stage])),
  loss: losses,
  optimiser: optimisers,
};

const shippedPlugins = new Set(Object.values(shipped).flatMap((table) => Object.values(table)));

/** Whether something is part of this program. */
export function ships(plugin: Plugin): boolean {
  return shippedPlugins.has(plugin);
}

/** What presets call the objects that registries gave out. */
const names = new WeakMap<Plugin, string>();

/** What a preset calls a stage, a loss or an optimiser: its name if it ships, else the URL or name it was found under. */
export function nameIn(plugin: Plugin): string {
  return names.get(plugin) ?? plugin.name;
}

/** The schema of presets that name nothing but what ships. */
const shippedSchema = expanded(objectSchema(presetOptions), entriesIn);

function entriesIn(kind: ModuleKind): Entry[] {
  return Object.entries(shipped[kind]).map(([name, plugin]) => ({ name, plugin }));
}

/** Opens a registry that holds what ships. */
export function openRegistry(): Registry {
  const own = new Map<string, { readonly kind: ModuleKind; readonly plugin: Plugin; holders: number }>();
  const loads = new Map<string, Promise<void>>();
  const failures = new Map<string, UserError>();
  const entered = new Map<Plugin, string>();
  let count = 0;
  let schema: ValueSchema | undefined = shippedSchema;
  const key = (kind: ModuleKind, name: string) => `${kind} ${name}`;

  const add = (kind: ModuleKind, name: string, plugin: Plugin) => {
    const shielded = guarded(kind, plugin);
    names.set(shielded, name);
    own.set(key(kind, name), { kind, plugin: shielded, holders: 0 });
    schema = undefined;
  };

  return {
    plugin: (kind, name) =>
      own.get(key(kind, name))?.plugin ?? (Object.hasOwn(shipped[kind], name) ? shipped[kind][name] : undefined),
    schema: () =>
      schema ??= expanded(objectSchema(presetOptions), (kind) => [
        ...entriesIn(kind),
        ...[...own.values()].filter((entry) => entry.kind === kind)
          .map(({ plugin }) => ({ name: nameIn(plugin), plugin })),
      ]),
    load(kind, url) {
      const load = async () => {
        try {
          add(kind, url, await importPlugin(kind, url));
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          failures.set(key(kind, url), error);
        }
      };
      const loading = loads.get(key(kind, url)) ?? load();
      loads.set(key(kind, url), loading);
      return loading;
    },
    failure: (kind, name) =>
      failures.get(key(kind, name)) ??
        new UserError(`${name} is not loaded`, { hint: "only the program that defined it can run it", exitCode: 2 }),
    enter(plugin) {
      const kind = kindOf(plugin);
      const name = entered.get(plugin) ?? `code:${checked(kind, plugin, "This object").name}#${++count}`;
      entered.set(plugin, name);
      if (!own.has(key(kind, name))) add(kind, name, plugin);
      const entry = own.get(key(kind, name))!;
      entry.holders++;
      return {
        name,
        [Symbol.dispose]() {
          if (--entry.holders > 0) return;
          own.delete(key(kind, name));
          entered.delete(plugin);
          schema = undefined;
        },
      };
    },
  };
}
