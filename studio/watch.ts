import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { inputsOf } from "../presets/inputs.ts";
import { filesOf, loadPreset } from "../presets/load.ts";
import type { PresetLayer } from "../presets/layers.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { openSession, type Stylised, type StyliseOptions } from "../session/session.ts";
import { previewOf } from "./preview.ts";

/** A preview, or why there is none. */
export type Preview =
  | (Stylised & { readonly preset: ResolvedPreset; readonly files: readonly string[] })
  | { readonly error: unknown; readonly files: readonly string[] };

/** Milliseconds without a change after which a file is taken as written: programs write in several steps. */
const rest = 150;

/**
 * Paints a small picture at once, and again whenever the preset, one that it extends or a file that it reads changes,
 * until the signal ends it. A change ends the painting at hand. Code that a preset names is loaded once.
 *
 * @param name A path, a URL, or the name of a shipped preset.
 * @param overrides Layers that win over the preset.
 */
export async function* watch(
  name: string,
  overrides: readonly PresetLayer[] = [],
  { signal = new AbortController().signal, onProgress, offline }: Omit<StyliseOptions, "write"> = {},
): AsyncGenerator<Preview> {
  await using session = openSession();
  let inputs: readonly string[] = [];
  while (!signal.aborted) {
    const sources = new Set([...await filesOf(name), ...inputs]);
    const files = [...sources].filter((source) => source.startsWith("file:")).map((source) => fileURLToPath(source));
    const change = nextChange(files, signal);
    const either = AbortSignal.any([signal, change.signal]);
    try {
      const named = [...inputsOf(await loadPreset(name, overrides, { incomplete: true }))];
      const known = named.every((input) => sources.has(input));
      inputs = named;
      // Files that it newly names are watched before they are read.
      if (!known) {
        change.stop();
        continue;
      }
      const preset = previewOf(await loadPreset(name, overrides));
      const painted = await session.stylise(preset, { onProgress, signal: either, offline });
      if (!either.aborted) yield { ...painted, preset, files };
    } catch (error) {
      if (!either.aborted) yield { error, files };
    }
    await change.over;
  }
}

/** Watches files until one of them changes, or the signal ends it. */
function nextChange(files: readonly string[], signal: AbortSignal) {
  const changed = new AbortController();
  // An editor may replace the file by a new one, which only a watch of the folder notices.
  const watcher = Deno.watchFs([...new Set(files.map(dirname))], { recursive: false });
  const stop = () => {
    try {
      watcher.close();
    } catch {
      // It is closed already.
    }
  };
  const follow = async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const { kind, paths } of watcher) {
      if (kind === "access" || !paths.some((path) => files.includes(path))) continue;
      clearTimeout(timer);
      timer = setTimeout(stop, rest);
    }
    clearTimeout(timer);
    changed.abort();
  };
  signal.addEventListener("abort", stop, { once: true });
  return { over: follow().finally(() => signal.removeEventListener("abort", stop)), signal: changed.signal, stop };
}
