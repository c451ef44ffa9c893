/**
 * Writes films, whatever they are to be.
 *
 * @module
 */
import { containerTarget } from "./container.ts";
import { folderTarget } from "./folder.ts";
import { kindOf } from "./kind.ts";
import { movingTarget } from "./moving.ts";
import type { FrameStore } from "./store.ts";
import type { FilmShape, FilmTarget } from "./target.ts";

/** Gets ready to write a film to a path. */
export function openTarget(output: string, store: FrameStore, shape: FilmShape, streams: boolean): FilmTarget {
  const kind = kindOf(output);
  if (kind === "folder") return folderTarget(output, store, shape);
  return kind === "moving" ? movingTarget(output, store, shape) : containerTarget(output, store, shape, streams);
}
