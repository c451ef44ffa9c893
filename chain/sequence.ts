/** Values for each of which the stages behind run: the scales of a picture, coarse to fine, or the frames of a film. */
export interface Sequence<T> {
  /** The kind of its places, such as `scale`: a stage names it in `takesLast` to end the sequence. */
  readonly of: string;
  /** How many there are. It is read anew at each place: a film may end before it said that it would. */
  readonly count: number;
  /** The place that a run begins with, unless it is resumed at another; 0 unless given. */
  readonly first?: number;
  /** What is known of all values before any is made: `checkMemory` of the stages gets it. */
  readonly outline?: object;
  /**
   * Makes the value of one place.
   *
   * @param previous The result of the stages behind for the place before; undefined at the first place, and at the one
   *   where a run is resumed.
   */
  at(index: number, previous: unknown): Promise<T>;
}

/** A place in a sequence. */
export interface Place {
  /** The kind of places, such as `scale`. */
  readonly of: string;
  /** Which one, from 0. */
  readonly index: number;
  /** How many there are. */
  readonly count: number;
}

/** Where a run is: the places in all sequences around it, the outermost first. */
export type Position = readonly Place[];

/** The innermost place of a kind; the first of one if the position has none of this kind. */
export function placeIn(position: Position, of: string): Place {
  return position.findLast((place) => place.of === of) ?? { of, index: 0, count: 1 };
}

/** Whether two positions are the same place. */
export function samePosition(a: Position, b: Position): boolean {
  return a.length === b.length && a.every(({ of, index }, i) => of === b[i].of && index === b[i].index);
}

/** Whether a value is a sequence. */
export function isSequence(value: unknown): value is Sequence<unknown> {
  const { of, count, at } = (typeof value === "object" && value !== null ? value : {}) as Partial<Sequence<unknown>>;
  return typeof of === "string" && typeof count === "number" && typeof at === "function";
}
