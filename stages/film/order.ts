/** A place in the passes over a film. */
export interface FilmPlace {
  /** The pass, from 0. */
  readonly pass: number;
  /** The frame, from 0. */
  readonly index: number;
  /** 1 in a pass forwards, -1 in one backwards. */
  readonly step: 1 | -1;
}

/** Where a place in a sequence of all passes lies: every second pass goes backwards (Ruder et al. 2016, section 5.3). */
export function placeOf(place: number, count: number): FilmPlace {
  const pass = Math.floor(place / count);
  const [along, step] = [place % count, pass % 2 === 0 ? 1 : -1] as const;
  return { pass, index: step === 1 ? along : count - 1 - along, step };
}
