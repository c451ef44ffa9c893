import { UserError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { stepsFromPainter } from "../studio/by_painter.ts";

/**
 * What an effort changes in a preset. A painter that is named is to be painted with, if nothing else is said.
 *
 * @throws {UserError} if there is no such effort.
 */
export function effortOf(effort: string | undefined, painter: string | undefined): Record<string, unknown> {
  const changes: Record<string, Record<string, unknown>> = {
    instant: { method: "painter" },
    better: {
      method: "optimise",
      decode: { scales: [] },
      optimise: { start: { painter: painter ?? true }, iterations: stepsFromPainter },
    },
    best: {},
  };
  const asked = effort ?? (painter === undefined ? "best" : "instant");
  if (asked === "best" && painter !== undefined) {
    throw new UserError("Cannot use --painter with --effort best: the optimiser paints alone", {
      hint: "leave one of them out; --effort better goes on from the painter's picture",
      exitCode: 2,
    });
  }
  if (Object.hasOwn(changes, asked)) return changes[asked];
  throw new UserError(`Cannot paint with --effort ${asked}`, {
    hint: `${didYouMean(asked, Object.keys(changes))}it is ${Object.keys(changes).join(", ")}`,
    exitCode: 2,
  });
}
