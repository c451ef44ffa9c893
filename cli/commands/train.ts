import { currentFolder } from "../../presets/locations.ts";
import type { Json } from "../../base/json.ts";
import type { PresetLayer } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { withoutSecrets } from "../../base/addresses.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { print } from "../output.ts";
import { UserError } from "../../base/errors.ts";
import { optionsOf } from "../../presets/preset.ts";
import { encode } from "../../stages/encode.ts";
import { painterPath, samplePath, train as training } from "../../stages/train.ts";
import { stepsPerMinute } from "../../stages/train/phases.ts";
import { freePath, interruptedPath } from "../../session/numbered.ts";
import { manyAt } from "../../session/photograph.ts";
import { stylise } from "../../session/session.ts";
import { withSample } from "../../session/train.ts";
import { keepOtherKinds } from "../../weights/keep_other_kinds.ts";
import type { Call } from "../call.ts";
import { idleFlags } from "../idle_flags.ts";
import { interruptible } from "../interrupt.ts";
import { reporterFor } from "../progress.ts";
import { byQueue, queueOf } from "../queue_flags.ts";

/** Trains a painter. Returns the exit code: 130 if Ctrl-C ended it early. */
export async function train(call: Call): Promise<number> {
  const { words: [name], overrides, values, contents, on } = call;
  if (!name) throw new UserError("No preset to train a painter of", { hint: "write train PRESET", exitCode: 2 });
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) {
    throw new UserError(`Cannot train for ${values.minutes} minutes`, { hint: "such as --minutes 10", exitCode: 2 });
  }
  const reporter = reporterFor(on);
  if (minutes !== undefined && saysSteps(overrides)) {
    throw new UserError("Cannot use --minutes with train.steps: both say how long", {
      hint: "leave one of them out",
      exitCode: 2,
    });
  }
  const found = (await Promise.all(contents.map(async (path) => await manyAt(path) ?? [path]))).flat();
  const { painter: named } = (overrides.map(({ json }) => json.repaint).findLast((section) => section) ?? {}) as Json;
  const given = [
    ...overrides.map(withoutContent),
    layerOf({
      method: "train",
      train: {
        ...named !== undefined && { painter: named },
        ...minutes !== undefined && { steps: Math.max(1, Math.round(minutes * stepsPerMinute)) },
      },
    }),
  ];
  const asked = await loadPreset(name, given, { incomplete: true });
  const { content, photographs } = withSample(asked, found);
  const place = painterPath(optionsOf(asked, training)!, { preset: asked.name });
  // A slip, such as a photograph's name, is not to be numbered.
  await keepOtherKinds(place, "painter", "name another painter with --painter");
  const interrupted = on.has("resume") ? await interruptedPath(place) : undefined;
  const painter = interrupted ?? (on.has("overwrite") ? place : await freePath(place));
  if (painter !== place && !interrupted) {
    const message =
      `${place} stays: this painter becomes ${painter}; --overwrite replaces it, --resume goes on if it was interrupted`;
    reporter.report({ kind: "note", message });
  }
  const settings = layerOf({
    ...content !== undefined && { decode: { content } },
    train: { painter, ...photographs.length > 0 && { photographs } },
    ...optionsOf(asked, encode)?.output === encode.options.output.default &&
      { encode: { output: samplePath(painter) } },
  });
  const preset = await loadPreset(name, [...given, settings]);
  if (on.has("dry-run")) {
    print(JSON.stringify(presetJson(preset, withoutSecrets), null, 2));
    return 0;
  }
  const message = idleFlags(call, preset, "train");
  if (message) reporter.report({ kind: "warning", message });
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
  const { decode, repaint, method: _, ...json } = layer.json as Json & { decode?: Json; repaint?: Json };
  const { content: __, ...more } = decode ?? {};
  const { painter: ___, ...rows } = repaint ?? {};
  const kept = Object.entries({ decode: more, repaint: rows }).filter(([, section]) => Object.keys(section).length > 0);
  return { ...layer, json: { ...json, ...Object.fromEntries(kept) } };
}

function layerOf(json: Json): PresetLayer {
  return { source: "command line", json, base: currentFolder(), deep: false, override: true };
}

function saysSteps(overrides: readonly PresetLayer[]): boolean {
  return overrides.some(({ json }) => (json.train as Json | undefined)?.steps !== undefined);
}
