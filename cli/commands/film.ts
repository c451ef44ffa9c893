import { currentFolder } from "../../presets/locations.ts";
import type { Json } from "../../base/json.ts";
import type { PresetLayer } from "../../presets/layers.ts";
import { withoutSecrets } from "../../base/addresses.ts";
import { UserError } from "../../base/errors.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { filmPreset, paintFilm } from "../../session/film.ts";
import type { FilmOptions } from "../../stages/film/options.ts";
import type { Call } from "../call.ts";
import { idleFlags } from "../idle_flags.ts";
import { interruptible } from "../interrupt.ts";
import { print } from "../output.ts";
import { reporterFor } from "../progress.ts";
import { byQueue, queueOf } from "../queue_flags.ts";

/** Paints a film. Returns the exit code: 130 if Ctrl-C ended it early. */
export async function film(call: Call): Promise<number> {
  const { on } = call;
  const preset = await filmPresetOf(call, on.has("dry-run"));
  if (on.has("dry-run")) {
    print(JSON.stringify(presetJson(preset, withoutSecrets), null, 2));
    return 0;
  }
  const reporter = reporterFor(on);
  const message = idleFlags(call, preset, "film", ["--output", "--quality", "--from"]);
  if (message) reporter.report({ kind: "warning", message });
  const addresses = queueOf(call);
  return await interruptible(reporter, async (signal) => {
    const options = {
      onProgress: reporter.report,
      signal,
      keep: true,
      offline: on.has("offline"),
      resume: on.has("resume"),
      overwrite: on.has("overwrite"),
    };
    await using elsewhere = addresses && await byQueue(addresses, preset, reporter.report);
    await (elsewhere?.paintFilm ?? paintFilm)(preset, options);
  });
}

/** The preset of a call, with the film that it names. */
export async function filmPresetOf(call: Call, incomplete: boolean) {
  const { words: [content, output], preset = "painting", overrides, values } = call;
  if (!content && !incomplete) {
    throw new UserError("There is no film to paint", { hint: "write film IN OUT", exitCode: 2 });
  }
  const said = overrides.map(({ json }) => json);
  const lastOf = (section: string, key: string) =>
    said.map((json) => (json[section] as Json | undefined)?.[key]).findLast((value) => value !== undefined);
  const size = lastOf("decode", "size") as number | undefined;
  const quality = lastOf("encode", "quality") as number | undefined;
  const target = output ?? lastOf("encode", "output") as string | undefined;
  const filming: Partial<FilmOptions> = {
    ...content !== undefined && { content },
    ...target !== undefined && { output: target },
    ...values.from !== undefined && { from: values.from },
    ...values.to !== undefined && { to: values.to },
    ...size !== undefined && { size },
    ...quality !== undefined && { quality },
  };
  return await filmPreset(preset, overrides.map(withoutPictures), filming, incomplete);
}

/** What flags say, without what has a meaning of its own for a film. */
function withoutPictures(layer: PresetLayer): PresetLayer {
  const { encode: _, decode, ...json } = layer.json as Json & { decode?: Json };
  const { content: __, size: ___, ...rest } = decode ?? {};
  const { base = currentFolder() } = layer;
  return { ...layer, base, json: { ...json, ...Object.keys(rest).length > 0 && { decode: rest } } };
}
