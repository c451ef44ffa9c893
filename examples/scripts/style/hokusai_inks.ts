/** Prussian blue at full strength, as for outlines. */
export const DARK = "#14294f";

/** Prussian blue, the body of water. */
export const BLUE = "#2a568c";

/** Prussian blue let down to a grey green. */
export const PALE = "#86adb4";

/** Bare paper. */
export const CREAM = "#efe5cb";

/** White foam in the light. */
export const FOAM = { line: "#172c50", shade: "#a9c4c0", fill: "#f3ebd6" };

/** Foam in the shade of a wave. */
export const MIST = { line: "#172c50", shade: "#5f8fa3", fill: "#a9c6c2" };
