import { palette } from "./colour.ts";

/** Glass of one name, in the shades that the kiln gave. */
export const GLASS = {
  gold: palette("#d9a520 #e8bc3c #c48a18 #f2d060 #b87c1c #e0ac2c"),
  amber: palette("#e07818 #d05f14 #ee9430 #c24e18"),
  ruby: palette("#b01428 #8c1024 #cc2434 #a01c48 #d43c30"),
  cream: palette("#f4ead0 #e8dab8 #fbf4e0 #dccba8"),
  lapis: palette("#12246c #1a3890 #0e1a50 #2448a8 #1c2c7c"),
  cobalt: palette("#1f55b4 #2b6cc8 #184494 #3a80d4"),
  turquoise: palette("#1a94a4 #28b0b4 #127888 #50c4bc #1c84a0"),
  emerald: palette("#0e6c48 #18885a #0a5038 #2ca068 #12604c"),
  leaf: palette("#5c9c2c #7cb43c #447c24 #9cc84c"),
  terracotta: palette("#a4482c #8c3824 #bc6040 #c8805c"),
  violet: palette("#5c2c7c #74409c #46205c #8c5cb0"),
  umber: palette("#4c2c1c #3a2018 #643c24"),
} as const;

/** A name of glass. */
export type Kind = keyof typeof GLASS;
/** The names in the order of their numbers. */
export const KINDS = Object.keys(GLASS) as Kind[];
