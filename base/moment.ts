/** The pattern of a moment of a film: seconds, minutes and seconds, or hours as well; empty for none. */
export const momentPattern = "^(|\\d+(\\.\\d+)?|(\\d+:)?\\d+:\\d{1,2}(\\.\\d+)?)$";

/** Seconds of a moment such as `75`, `1:15` or `1:02:03.5`; undefined if it is empty. */
export function secondsOf(moment: string): number | undefined {
  return moment === "" ? undefined : moment.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
}
