/** Markers of a JPEG (ITU T.81, table B.1). */
const marker = { progressive: 0xc2, restart: 0xd0, lastRestart: 0xd7, end: 0xd9, scan: 0xda, filler: 0xff } as const;

/** Coefficients of a block. */
const coefficients = 64;

/**
 * Whether a progressive JPEG lacks some of its scans, which each make the picture finer: it looks whole, but coarse.
 *
 * @param bytes The file, with or without its end.
 */
export function lacksScans(bytes: Uint8Array): boolean {
  /** Of each component, the bits of each coefficient that are still to come. */
  let missing: Map<number, Uint8Array> | undefined;
  for (const { code, content } of segmentsOf(bytes)) {
    if (code === marker.progressive) {
      const ids = Array.from({ length: content[5] }, (_, i) => content[6 + 3 * i]);
      // No coefficient has more bits than 16.
      missing = new Map(ids.map((id) => [id, new Uint8Array(coefficients).fill(16)]));
    } else if (code === marker.scan && missing) {
      const count = content[0];
      const [first, last, position] = content.subarray(1 + 2 * count);
      for (let i = 0; i < count; i++) missing.get(content[1 + 2 * i])?.fill(position & 15, first, last + 1);
    }
  }
  return missing !== undefined && [...missing.values()].some((bits) => bits.some((count) => count > 0));
}

/** The segments of a JPEG before its end, with the samples between them left out. */
function* segmentsOf(bytes: Uint8Array): Generator<{ readonly code: number; readonly content: Uint8Array }> {
  for (let at = 2; at + 4 <= bytes.length;) {
    const code = bytes[at + 1];
    if (bytes[at] !== 0xff || code === 0 || isRestart(code)) {
      at = nextMark(bytes, at + 1);
      continue;
    }
    if (code === marker.end) return;
    if (code === marker.filler) {
      at++;
      continue;
    }
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    yield { code, content: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

function isRestart(code: number): boolean {
  return code >= marker.restart && code <= marker.lastRestart;
}

function nextMark(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(0xff, from);
  return at < 0 ? bytes.length : at;
}
