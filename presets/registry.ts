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
 * The stages, losses and optimisers that presets can name: those that ship, and modules and objects of one session's
 * own. Two registries share only what ships.
 */
export interface Registry {
  /** The plug-in of a name, of a module's URL, or of the name of an entered object; undefined if there is none. */
  plugin(kind: ModuleKind, name: string): Plugin | undefined;
  /** The schema of presets, with the options of all that can be named. */
  schema(): ValueSchema;
  /** Loads a module by its URL, once. If that fails, {@linkcode failure} says why. */
  load(kind: ModuleKind, url: string): Promise<void>;
  /** The error of a module that could not be loaded, or of an object that was not entered. */
  failure(kind: ModuleKind, name: string): UserError;
  /**
   * Enters an object of a program's own. It stays until every entry of it has been disposed of.
   *
   * @returns The name that presets call it by.
   * @throws {UserError} if it lacks something.
   */
  enter(plugin: Plugin): Entered;
}

/** An entry of an object; disposing of it takes it back. */
interface Entered extends Disposable {
  readonly name: string;
}

const shipped: Readonly<Record<ModuleKind, Readonly<Record<string, Plugin>>>> = {
  stage: Object.fromEntries(stages.map((stage) => [stage.name, stage])),
  loss: losses,
  optimiser: optimisers,
};

const shippedPlugins = new Set(Object.values(shipped).flatMap((table) => Object.values(table)));

/** Whether a plug-in is part of this program. */
export function ships(plugin: Plugin): boolean {
  return shippedPlugins.has(plugin);
}

/** The names that presets call modules and entered objects by. */
const names = new WeakMap<Plugin, string>();

/** The name that a preset calls a plug-in by: its own if it ships, else the URL or name that it is registered by. */
export function nameIn(plugin: Plugin): string {
  return names.get(plugin) ?? plugin.name;
}

/** The schema of presets that name only what ships. */
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
