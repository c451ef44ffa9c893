import { dirname, join } from "node:path";
import { isObject } from "../../base/json.ts";
import config from "../../deno.json" with { type: "json" };
import { writeAtomically } from "../../base/files.ts";
import { cacheFolder } from "../../base/cache_folder.ts";

/** Remembers the order of engines measured on this machine with this version. Never throws: at worst it forgets. */
export interface ChoiceMemory {
  /** The candidates, the fastest first; `undefined` if they were not measured. */
  recall(candidates: readonly string[]): Promise<readonly string[] | undefined>;
  remember(candidates: readonly string[], order: readonly string[]): Promise<void>;
}

/** A memory in a JSON file; in the cache folder unless given. */
export function choiceMemory(file: string | undefined = defaultFile()): ChoiceMemory {
  async function read(): Promise<Record<string, unknown>> {
    try {
      const json: unknown = JSON.parse(await Deno.readTextFile(file!));
      return isObject(json) ? { ...json } : {};
    } catch {
      return {};
    }
  }
  return {
    async recall(candidates) {
      const order = (await read())[keyFor(candidates)];
      const sound = Array.isArray(order) && order.length > 0 && order.every((name) => candidates.includes(name));
      return sound ? order : undefined;
    },
    async remember(candidates, order) {
      if (!file) return;
      try {
        await Deno.mkdir(dirname(file), { recursive: true });
        const all = { ...await read(), [keyFor(candidates)]: order };
        await writeAtomically(file, new TextEncoder().encode(JSON.stringify(all, null, 2) + "\n"));
      } catch {
        // The folder cannot be written to: the next run measures again.
      }
    },
  };
}

function defaultFile(): string | undefined {
  try {
    return join(cacheFolder(), "engines.json");
  } catch {
    return undefined;
  }
}

/** The key of this machine, these versions and these candidates, so that a new GPU is measured too. */
function keyFor(candidates: readonly string[]): string {
  const { os, arch } = Deno.build;
  const machine = [hostname(), os, arch, navigator.hardwareConcurrency].join(" ");
  return [machine, `impasto ${config.version}`, `deno ${Deno.version.deno}`, candidates.join(" ")].join(", ");
}

/** The machine's name, as several may share a home folder; empty if this program may not ask. */
function hostname(): string {
  return Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted" ? Deno.hostname() : "";
}
