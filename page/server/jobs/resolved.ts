import { UserError } from "../../../base/errors.ts";
import type { ResolvedPreset } from "../../../presets/preset.ts";
import type { Resolved } from "../resolving.ts";

/** @throws {UserError} with the first fault of a preset that has one. */
export function sound({ preset, faults }: Resolved): ResolvedPreset {
  if (preset) return preset;
  const [{ path, message, hint }] = faults;
  throw new UserError(path === "" ? message : `${path}: ${message}`, { hint });
}
