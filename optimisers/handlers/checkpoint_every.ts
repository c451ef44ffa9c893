import type { Handler } from "../descend.ts";
import { eachStep } from "./each_step.ts";

/** Saves checkpoints. */
interface Keeper {
  /** Whether so many seconds have passed since the last save. */
  due(seconds: number): boolean;
  save(): Promise<void>;
}

/** Saves a checkpoint every so many seconds, between two steps; never if `seconds` is 0. */
export function checkpointEvery<Vector>(seconds: number, { due, save }: Keeper): Handler<Vector> {
  return eachStep(async () => {
    if (seconds > 0 && due(seconds)) await save();
  });
}
