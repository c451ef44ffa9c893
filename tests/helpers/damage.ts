/**
 * Damage to files as disks, networks and enemies do it.
 *
 * @module
 */

/** A source of numbers in 0..1. */
export type Random = () => number;
type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

/** A whole number below another one. */
export const below = (random: Random, n: number) => Math.floor(random() * n);

/** Numbers that lengths, offsets and counts break at. */
const extremes = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

/** Places where formats keep their structure: at the beginning, at the end, or near something that is not zero. */
function place(bytes: Uint8Array, random: Random): number {
  const at = below(random, bytes.length);
  const choice = random();
  if (choice < 0.4) return at % Math.min(bytes.length, 512);
  if (choice < 0.6) return bytes.length - 1 - at % Math.min(bytes.length, 512);
  return at;
}

const damages: readonly Damage[] = [
  function flipBits(bytes, random) {
    for (let n = 1 + below(random, 8); n > 0; n--) bytes[place(bytes, random)] ^= 1 << below(random, 8);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length));
  },
  function blowUp(bytes, random) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let n = 1 + below(random, 3); n > 0; n--) {
      const at = Math.max(0, Math.min(bytes.length - 8, place(bytes, random)));
      if (bytes.length < 8) break;
      view.setUint32(at, extremes[below(random, extremes.length)], random() < 0.8);
      if (random() < 0.5) view.setUint32(at + 4, extremes[below(random, extremes.length)], true);
    }
    return bytes;
  },
  /** An offset that points somewhere else in the file: loops, overlaps. */
  function redirect(bytes, random) {
    if (bytes.length < 8) return bytes;
    const at = Math.min(bytes.length - 8, place(bytes, random)) & ~7;
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length).setUint32(at, below(random, bytes.length) & ~7, true);
    return bytes;
  },
  function copyWithin(bytes, random) {
    return bytes.copyWithin(place(bytes, random), place(bytes, random), place(bytes, random) + below(random, 256));
  },
  /** Every number in a text may be another one, and every name may lead elsewhere. */
  function rewriteText(bytes, random) {
    const text = String.fromCharCode(...bytes);
    const numbers = ["-1", "1e308", "9007199254740992", "0", "null", "[]", "1.5", '"x"'];
    const names = ["../x", "/etc/passwd", "http://127.0.0.1:9/x", "", "__proto__", "a".repeat(5000)];
    const some = text.replace(/\d+(?=[,\]}])/g, (number) => random() < 0.2 ? numbers[below(random, 8)] : number)
      .replace(/"[\w./-]+"/g, (name) => random() < 0.05 ? JSON.stringify(names[below(random, 6)]) : name);
    return Uint8Array.from(some, (char) => char.charCodeAt(0));
  },
];

/** A copy of some bytes, damaged in one way. */
export function damagedOnce(bytes: Uint8Array, random: Random): Uint8Array {
  return damages[below(random, damages.length)](Uint8Array.from(bytes), random);
}
