import { stageError } from "../base/code_place.ts";
import { UserError } from "../base/errors.ts";
import type { Optimiser } from "../optimisers/optimiser.ts";
import type { ModuleKind } from "../chain/schema.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import type { Stage } from "../chain/stage.ts";
import type { Plugin } from "./plugin.ts";

/** Wraps a plug-in so that whatever it throws bears its name. */
export function guarded<T extends Plugin>(kind: ModuleKind, plugin: T): T {
  const blame = (error: unknown): never => {
    if (error instanceof UserError) {
      const { hint, exitCode, code } = error;
      throw new UserError(`${plugin.name}: ${error.message}`, { hint, exitCode, code, cause: error });
    }
    // The chain names the stage that it runs.
    if (kind === "stage") throw error;
    throw stageError(`${kind} ${plugin.name}`, error);
  };
  // deno-lint-ignore no-explicit-any -- whatever the function takes and gives.
  const shielded = (work: any) => (...args: any[]) => {
    try {
      const result = work.apply(plugin, args);
      if (typeof result === "function") return shielded(result);
      return result instanceof Promise ? result.catch(blame) : result;
    } catch (error) {
      return blame(error);
    }
  };
  return new Proxy(plugin, {
    get(target, key) {
      const member = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (key === "create") return shielded(soundly(target as Stage));
      return key === "minimise" ? attributedSteps(target as Optimiser, blame) : shielded(member);
    },
  });
}

/** The `create` of a stage, its results checked. */
function soundly(stage: Stage): Stage["create"] {
  return (options) => {
    const work = stage.create(options);
    return async (input, context) => sound(stage, await work(input, context));
  };
}

/** The `minimise` of an optimiser, its errors blamed on it; errors of the evaluation pass through unchanged. */
function attributedSteps(optimiser: Optimiser, blame: (error: unknown) => never): Optimiser["minimise"] {
  return async function* (evaluate, start, options, resumption) {
    let passing: unknown;
    const noting: typeof evaluate = (image) =>
      evaluate(image).catch((error) => {
        passing = error;
        throw error;
      });
    try {
      yield* optimiser.minimise(noting, start, options, resumption);
    } catch (error) {
      if (error === passing) throw error;
      blame(error);
    }
  };
}

/**
 * Checks the result of a stage that gives pictures: a malformed one would fail in a later stage, which would be blamed.
 *
 * @returns The result, unchanged.
 * @throws {TypeError} if it is no picture.
 */
function sound<T>({ gives }: Pick<Stage, "gives">, value: T): T {
  if (gives !== "picture") return value;
  const { width, height, data } = (value ?? {}) as Partial<FinishedPicture>;
  const whole = data instanceof Float32Array && data.length === 3 * Number(width) * Number(height);
  if (whole && data.length > 0) return value;
  throw new TypeError(
    "it gives no picture: { width, height, data } are needed, data a Float32Array [3, height, width]",
  );
}
