import { encodeLight, linear } from "./oklab.ts";
import type { Picture } from "./picture.ts";

/**
 * One picture over another of the same size, mixed as light is: the levels are made linear for it, so that a mixture is
 * neither darker nor duller than what it is made of.
 *
 * @param share How much of the upper one is seen, 0..1.
 */
export function mixedLight(under: Picture, over: Picture, share: number): Picture {
  if (share === 0) return { ...over, data: under.data.slice() };
  const data = over.data.map((level, i) =>
    encodeLight(share * linear(level) + (1 - share) * linear(Math.min(255, Math.max(0, under.data[i]))))
  );
  return { ...over, data };
}
