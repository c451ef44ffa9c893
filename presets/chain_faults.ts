import { UserError } from "../base/errors.ts";
import { isObject, type Json } from "../base/json.ts";
import { checkChain } from "../chain/chain.ts";
import { subjectOf } from "../chain/link.ts";
import type { Fault, Stage } from "../chain/stage.ts";
import { PresetError } from "./layers.ts";
import { topOf, valueAt } from "./paths.ts";
import type { ResolvedPreset } from "./preset.ts";
import { ships } from "./registry.ts";

/** A fault that layers may have said at several paths: in the pipeline, or in the section of a stage. */
interface PlacedFault extends Fault {
  /** These paths; the one in the pipeline wins, and comes first. */
  readonly places: readonly string[];
}

/**
 * Everything that is wrong with a preset beyond its schema: a stage that does not take what the one before gives, and
 * what stages find in their options.
 *
 * @param json The preset as it was written.
 */
export function chainFaults(preset: ResolvedPreset, json: Json): PlacedFault[] {
  return [...orderFaults(preset), ...stageFaults(preset, json)];
}

/** @throws {PresetError} if a preset that was loaded as incomplete lacks what a run needs. */
export function checkComplete(preset: ResolvedPreset): void {
  const faults = stageFaults(preset, {});
  if (faults.length > 0) {
    throw new PresetError(faults.map(({ path, message, hint }) => ({ source: preset.name, path, message, hint })));
  }
}

/** The first place at which a stage does not take what the one before gives. */
function orderFaults({ chain }: ResolvedPreset): PlacedFault[] {
  const stages: Stage[] = [];
  for (const { stage } of chain) {
    stages.push(stage);
    try {
      checkChain(stages);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const path = `pipeline.${stages.length - 1}`;
      return [{ path, places: [path], message: error.message, hint: error.hint }];
    }
  }
  return [];
}

function stageFaults(preset: ResolvedPreset, json: Json): PlacedFault[] {
  const subject = subjectOf(preset.chain, preset.name);
  return preset.chain.flatMap(({ stage, options }, i) => {
    const entry = valueAt(json, ["pipeline", String(i)]);
    return (stage.faults?.(options, preset, subject) ?? []).map((fault) => {
      const [inEntry, inSection] = [`pipeline.${i}.${fault.path}`, `${stage.name}.${fault.path}`];
      if (!ships(stage)) {
        return { ...fault, path: inEntry, places: [inEntry], message: `${stage.name}: ${fault.message}` };
      }
      const by = fault.by?.flatMap((path) => [`pipeline.${i}.${path}`, `${stage.name}.${path}`]);
      const says = isObject(entry) && Object.hasOwn(entry, topOf(fault.path));
      return { ...fault, by, path: inSection, places: says ? [inEntry, inSection] : [inSection] };
    });
  });
}
