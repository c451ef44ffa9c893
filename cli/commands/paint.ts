import { relative } from "node:path";
import { loadPreset } from "../../presets/load.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { shipped } from "../../presets/shipped.ts";
import { withoutSecrets } from "../../base/addresses.ts";
import type { Json } from "../../base/json.ts";
import type { PresetLayer } from "../../presets/layers.ts";
import { UserError } from "../../base/errors.ts";
import { stylise } from "../../session/session.ts";
import { type FolderResult, styliseFolder } from "../../session/folder.ts";
import { numbered } from "../../session/numbered.ts";
import { withNamedMasks } from "../../session/named_masks.ts";
import { photographsOf } from "../../session/photograph.ts";
import { planLine } from "../../studio/plan.ts";
import type { Call } from "../call.ts";
import { complain } from "../complaint.ts";
import { writeFirstLook } from "../first_look.ts";
import { interruptible } from "../interrupt.ts";
import { print, printBytes, tell } from "../output.ts";
import { byQueue, queueOf } from "../queue_flags.ts";
import { warn } from "../warn.ts";
import { watchPreset } from "../watch.ts";
import { reporterFor } from "../progress.ts";

/** Paints a picture, or each that a pattern names. Returns the exit code: 130 if Ctrl-C ended it early. */
export async function paint(call: Call): Promise<number> {
  const { overrides, on } = call;
  // A painter that is named paints by itself.
  const name = call.preset ?? (namesPainter(overrides) ? "painting" : undefined);
  if (!name) {
    throw new UserError("There is nothing to paint", {
      hint: `name a photograph and a painting, or add --preset NAME; these ship: ${shipped.join(", ")}`,
      exitCode: 2,
    });
  }
  if (on.has("watch")) return await watchPreset(name, call);
  const ending = endingOfPipe(overrides);
  if (ending) return await paintToPipe(name, call, ending);
  const preset = await loadPreset(name, overrides, { incomplete: on.has("dry-run") });
  const last = preset.chain.at(-1)?.stage;
  if (last?.gives !== "file") {
    throw new UserError(`Cannot paint ${name}: its pipeline ends with ${last?.name}, which writes no file`, {
      hint: "end the pipeline with encode",
      exitCode: 2,
    });
  }
  if (on.has("dry-run")) {
    print(JSON.stringify(presetJson(preset, withoutSecrets), null, 2));
    if (!on.has("quiet")) tell(`plan: ${await planLine(preset)}`);
    return 0;
  }
  const reporter = reporterFor(on);
  const shut: UserError[] = [];
  const contents = await photographsOf(preset, call.contents, (error) => {
    shut.push(error);
    reporter.report({ kind: "warning", message: `${error.message}; it is left out` });
  });
  await warn(name, preset, call, reporter.report);
  const addresses = queueOf(call);
  const failed: FolderResult[] = [];
  const code = await interruptible(reporter, async (signal) => {
    const options = {
      onProgress: reporter.report,
      signal,
      keep: true,
      resume: on.has("resume"),
      offline: on.has("offline"),
    };
    const overwrite = on.has("overwrite");
    await using elsewhere = addresses && await byQueue(addresses, preset, reporter.report);
    if (!contents) {
      if (on.has("preview")) {
        throw new UserError("Cannot preview one photograph: --preview is for many", {
          hint: "--fast paints one at once; or name a folder with --content",
          exitCode: 2,
        });
      }
      const single = withNamedMasks(elsewhere ? await elsewhere.ready(preset) : preset);
      const place = overwrite ? { preset: single } : await numbered(single, options);
      if (place.note) reporter.report({ kind: "note", message: place.note });
      if (elsewhere) return void await elsewhere.stylise(place.preset, options);
      return void await stylise(place.preset, { ...options, write: true });
    }
    if (on.has("preview")) await writeFirstLook(preset, contents, call, { report: reporter.report, signal });
    const paintAll = elsewhere?.styliseFolder ?? styliseFolder;
    for await (const result of paintAll(preset, contents, { ...options, numbered: !overwrite })) {
      if (result.state === "failed") failed.push(result);
    }
  });
  if (failed.length > 0) tell(`${failed.length} of ${contents!.length} failed:`);
  for (const { content, error } of failed) complain(error, relative(Deno.cwd(), content));
  for (const error of shut) complain(error);
  return code || (failed.length + shut.length > 0 ? 1 : 0);
}

/** Whether flags name a painter. */
function namesPainter(overrides: Call["overrides"]): boolean {
  return overrides.some(({ json }) => Boolean((json.repaint as Json | undefined)?.painter));
}

/** The format in which the picture is to go to standard output: a PNG for `-`, a JPEG for `-.jpg`; undefined if it is not. */
function endingOfPipe(overrides: Call["overrides"]): string | undefined {
  const output = overrides.map(({ json }) => (json.encode as Json | undefined)?.output).findLast((path) => path);
  const [, ending] = /^(?:-|\/dev\/stdout)(\.[a-z]+)?$/.exec(String(output)) ?? [];
  return output === "-" || output === "/dev/stdout" ? ".png" : ending;
}

/** Paints one picture to standard output. */
async function paintToPipe(name: string, call: Call, ending: string): Promise<number> {
  const { overrides, contents, on } = call;
  const unfit = ["json", "dry-run", "resume"].find((flag) => on.has(flag));
  if (unfit || Deno.stdout.isTerminal()) {
    throw new UserError(`Cannot paint to standard output ${unfit ? `with --${unfit}` : "of a terminal"}`, {
      hint: "name a file with --output",
      exitCode: 2,
    });
  }
  const file: PresetLayer = { ...overrides[0], json: { encode: { output: `picture${ending}` } }, deep: false };
  const preset = await loadPreset(name, [...overrides, file]);
  if (await photographsOf(preset, contents)) {
    throw new UserError("Cannot paint several pictures to standard output", {
      hint: "put {name} into --output",
      exitCode: 2,
    });
  }
  const reporter = reporterFor(on);
  await warn(name, preset, call, reporter.report);
  return await interruptible(reporter, async (signal) => {
    const { picture } = await stylise(preset, {
      onProgress: reporter.report,
      signal,
      keep: true,
      offline: on.has("offline"),
    });
    printBytes(await picture.bytes(ending));
  });
}
