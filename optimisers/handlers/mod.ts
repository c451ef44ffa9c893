/**
 * What a descent does besides descending, one habit a file.
 *
 * @module
 */
export { checkpointEvery } from "./checkpoint_every.ts";
export { eachStep } from "./each_step.ts";
export { type Best, judgeAverage, keepBest, type Kept, type Terms } from "./keep_best.ts";
export { keepPlace, type Standing } from "./keep_place.ts";
export { type Setbacks, setBackWhenUnsound } from "./set_back_when_unsound.ts";
export { snapshotEvery } from "./snapshot_every.ts";
export { stopAfter } from "./stop_after.ts";
export { interruptionBy } from "./stop_when_interrupted.ts";
export { neverFell, stopWhenStalled, type Trend } from "./stop_when_stalled.ts";
export { timed } from "./timed.ts";
