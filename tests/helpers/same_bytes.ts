import assert from "node:assert/strict";

/** Asserts that bytes are equal; of large ones that differ, the list that `deepEqual` makes would take all memory. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  assert.equal(actual.findIndex((byte, i) => byte !== expected[i]), -1);
}
