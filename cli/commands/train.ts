import { currentFolder } from "../../presets/locations.ts";
import type { Json } from "../../base/json.ts";
import type { PresetLayer } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { withoutSecrets } from "../../base/addresses.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { print } from "../output.ts";
import { UserError } from "../../base/errors.ts";
import { filesMatching, isPattern } from "../../session/pattern.ts";
import { optionsOf } from "../../presets/preset.ts";
import { decode } from "../../stages/decode.ts";
import { stylise } from "../../session/session.ts";
import type { Call } from "../call.ts";
import { interruptible } from "../interrupt.ts";
import { reporterFor } from "../progress.ts";
import { byQueue, queueOf } from "../queue_flags.ts";

/** Steps of training that two cores take in a minute. */
const stepsPerMinute = 150;

/** Trains a painter. Returns the exit code: 130 if Ctrl-C ended it early. */
export async function train(call: Call): Promise<number> {
  const { words: [name], overrides, values, contents, on } = call;
  if (!name) throw new UserError("No preset to train a painter of", { hint: "write train PRESET", exitCode: 2 });
  const minutes = Number(values.minutes ?? 10);
  if (!(minutes > 0)) {
    throw new UserError(`Cannot train for ${values.minutes} minutes`, { hint: "such as --minutes 10", exitCode: 2 });
  }
  const reporter = reporterFor(on);
  const photographs = (await Promise.all(
    contents.map(async (path) => await isPattern(path) ? await filesMatching(path) : [path]),
  )).flat();
  const given = overrides.map(withoutContent);
  const { painter } = (overrides.map(({ json }) => json.repaint).findLast((section) => section) ?? {}) as Json;
  const own = optionsOf(await loadPreset(name, given, { incomplete: true }), decode)?.content;
  // A preset without a photograph takes one of those named for its sample: that one is kept out of the training.
  const sample = own === "" && photographs.length > 1 ? photographs.shift() : undefined;
  const settings = layerOf({
    method: "train",
    ...sample !== undefined && { decode: { content: sample } },
    train: {
      ...painter !== undefined && { painter },
      ...photographs.length > 0 && { photographs },
      ...!saysSteps(overrides) && { steps: Math.max(1, Math.round(minutes * stepsPerMinute)) },
    },
    ...!saysOutput(overrides) && { encode: { output: `${withoutEnding(String(painter ?? "{preset}"))}-sample.png` } },
  });
  const preset = await loadPreset(name, [...given, settings]);
  if (on.has("dry-run")) {
    print(JSON.stringify(presetJson(preset, withoutSecrets), null, 2));
    return 0;
  }
  const addresses = queueOf(call);
  return await interruptible(reporter, async (signal) => {
    const options = {
      onProgress: reporter.report,
      signal,
      keep: true,
      resume: on.has("resume"),
      offline: on.has("offline"),
    };
    await using elsewhere = addresses && await byQueue(addresses, preset, reporter.report);
    if (elsewhere) await elsewhere.stylise(preset, options);
    else await stylise(preset, { ...options, write: true });
  });
}

/** What flags say, without the photographs and the painter, which have a meaning of their own here. */
function withoutContent(layer: PresetLayer): PresetLayer {
  const { decode, repaint: _, method: __, ...json } = layer.json as Json & { decode?: Json };
  const { content: ___, ...rest } = decode ?? {};
  return { ...layer, json: { ...json, ...Object.keys(rest).length > 0 && { decode: rest } } };
}

function layerOf(json: Json): PresetLayer {
  return { source: "command line", json, base: currentFolder(), deep: false, override: true };
}

function saysSteps(overrides: readonly PresetLayer[]): boolean {
  return overrides.some(({ json }) => (json.train as Json | undefined)?.steps !== undefined);
}

function saysOutput(overrides: readonly PresetLayer[]): boolean {
  return overrides.some(({ json }) => (json.encode as Json | undefined)?.output !== undefined);
}

function withoutEnding(path: string): string {
  return path.replace(/\.[^./\\]*$/, "");
}
