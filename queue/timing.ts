/** How long the parts of a queue wait for one another. */
export interface Timing {
  /** Milliseconds after which a worker that does not renew its hold on a job or on tiles has lost it. */
  readonly lock: number;
  /** Milliseconds between two looks for jobs whose workers are lost. */
  readonly check: number;
  /** How often the worker of a job may be lost before the job counts as what kills them. */
  readonly losses: number;
  /** How often a job is tried that fails for a reason that may pass. */
  readonly attempts: number;
  /** Milliseconds before the second try; each further one waits twice as long. */
  readonly backoff: number;
  /** Milliseconds after which a queue that cannot be reached ends the run. */
  readonly patience: number;
}

/**
 * The values that runs have. A lost worker's job is taken up after `lock` and `check` at most; a run renews its hold after
 * half of `lock`, which leaves room for a pause of the machine.
 */
export const timing: Timing = {
  lock: 15_000,
  check: 5000,
  losses: 3,
  attempts: 3,
  backoff: 1000,
  patience: 300_000,
};
