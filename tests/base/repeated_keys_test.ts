import assert from "node:assert/strict";
import { bothPlaces, repeatedKeys } from "../../base/repeated_keys.ts";

const found = (json: string) => {
  JSON.parse(json);
  return repeatedKeys(json).map((key) => [key.path.join("."), bothPlaces(key)]);
};

Deno.test("a key that stands twice in one object is found with both places, however deep", () => {
  assert.deepEqual(found('{"a":1,\n "b": {"c":2},\n "a": 3}'), [["a", "in line 1, column 2, and in line 3, column 2"]]);
  assert.deepEqual(found('{"a":[1,{"b":[[],{"c":1, "c" :2}]}]}'), [
    ["a.1.b.1.c", "in line 1, column 19, and in line 1, column 26"],
  ]);
});

Deno.test("a key that stands three times is told twice, each with the first place", () => {
  assert.deepEqual(found('{"a":1,"a":2,"a":3}'), [
    ["a", "in line 1, column 2, and in line 1, column 8"],
    ["a", "in line 1, column 2, and in line 1, column 14"],
  ]);
});

Deno.test("keys are what they mean, not how they are written", () => {
  assert.equal(found(String.raw`{"a":1,"\u0061":2}`).length, 1);
  assert.equal(found(String.raw`{"a\"":1,"a":2,"a\\":3}`).length, 0);
});

Deno.test("the same key in other objects, and signs inside of texts, are no fault", () => {
  const json = String.raw`{"a":{"a":{"x":"\"a\":1, \"a\":2 {["}},"b":[{"a":1},{"a":"]}"}],"c":"a","__proto__":{"a":1}}`;
  assert.deepEqual(found(json), []);
  for (const plain of ["[]", "1", '"a"', "{}", "null", '["a","a"]']) assert.deepEqual(found(plain), []);
});
