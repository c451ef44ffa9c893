import { clock } from "../base/time.ts";
import { UserError } from "../base/errors.ts";
import type { Redis } from "./packages.ts";

/** A look at whether Redis is there. */
export interface ServiceWatch {
  /** Rejects once it was gone for longer than anyone waits. */
  readonly lost: Promise<never>;
  /** Ends the watch. */
  close(): void;
}

/**
 * Watches a connection, which is made anew by itself.
 *
 * @param patience Milliseconds after which it counts as lost.
 * @param tell Told once that it is gone, and once that it is back.
 */
export function watchService(redis: Redis, patience: number, tell: (message: string) => void): ServiceWatch {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  let timer: ReturnType<typeof setTimeout> | undefined;
  const left = () => {
    if (timer !== undefined) return;
    tell("the queue cannot be reached; waiting until it is back");
    timer = setTimeout(() =>
      reject(
        new UserError(`The queue was gone for ${clock(patience / 1000)}`, {
          hint: "once it is back, the same command goes on: what is done is kept among the blobs",
        }),
      ), patience);
  };
  const back = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    tell("the queue is back");
  };
  redis.on("close", left);
  redis.on("ready", back);
  return {
    lost,
    close() {
      clearTimeout(timer);
      redis.off("close", left);
      redis.off("ready", back);
    },
  };
}
