/** How much more the content terms count, from a step on. */
export interface Emphasis {
  readonly value: number;
  readonly step: number;
}

/** What it begins with: between painters that ended nearer to their photographs than the optimiser, and farther. */
export const firstEmphasis = 5;

/** The most by which it changes at once, and its bounds. */
const [mostChange, least, greatest] = [1.25, 1, 20];

/** Whether it is to be adjusted before a step: before every hundredth, or a dozen times in a short training. */
export function isDue({ step: last }: Emphasis, step: number, steps: number): boolean {
  const between = Math.min(100, Math.ceil(steps / 13));
  return step % between === 0 && step > last;
}

/**
 * The emphasis from a step on, which is multiplied by the distance: content counts the more, the farther the painter's
 * picture is from the photograph beside the optimiser's.
 *
 * @param distance The content terms at the painter's picture in units of those at the optimiser's; 1 if there are none.
 */
export function adjusted({ value }: Emphasis, step: number, distance = 1): Emphasis {
  const factor = Math.min(mostChange, Math.max(1 / mostChange, distance));
  return { value: Math.min(greatest, Math.max(least, factor * value)), step };
}
