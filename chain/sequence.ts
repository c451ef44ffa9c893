/** What repeats: the scales of a picture, coarse to fine, or the frames of a film. The stages behind run for each. */
export interface Sequence<T> {
  /** What there are several of, such as `scale`; a stage that takes the last one's result names it so. */
  readonly of: string;
  /** How many there are. */
  readonly count: number;
  /** What is known of all of them before any is made, for the stages that check whether the memory suffices. */
  readonly outline?: object;
  /**
   * Makes the value of one place.
   *
   * @param previous What the stages behind made of the one before; undefined at the first, and at the one at which a
   *   run is taken up again.
   */
  at(index: number, previous: unknown): Promise<T>;
}

/** A place in a sequence. */
export interface Place {
  /** What there are several of. */
  readonly of: string;
  /** Which one, from 0. */
  readonly index: number;
  /** How many there are. */
  readonly count: number;
}

/** Where a run is: the places in all sequences around it, the outermost first. */
export type Position = readonly Place[];

/** The innermost place in a sequence of some kind; the only one there is if there is no such sequence. */
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
