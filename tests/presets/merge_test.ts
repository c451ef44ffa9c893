import assert from "node:assert/strict";
import { isModulePath } from "../../presets/locations.ts";
import { merge } from "../../presets/merge.ts";
import type { ValueSchema } from "../../chain/schema.ts";
import { mapLocations, type Path, withDefaults } from "../../chain/walk.ts";

const schema: ValueSchema = {
  type: "object",
  properties: {
    place: { type: "string", location: "read" },
    places: { type: "array", items: { type: "object", properties: { at: { type: "string", location: "read" } } } },
    map: { type: "object", whole: true, additionalProperties: { type: "number" } },
    inner: { type: "object", default: {}, properties: { size: { type: "integer", default: 3 } } },
    choice: {
      anyOf: [{ type: "integer" }, { type: "object", properties: { from: { type: "integer", default: 1 } } }],
      default: {},
    },
  },
};

Deno.test("objects merge key by key, lists and scalars are replaced", () => {
  const under = { inner: { size: 1, other: [1, 2] }, kept: true };
  assert.deepEqual(merge(under, { inner: { other: [3] } }, schema), { inner: { size: 1, other: [3] }, kept: true });
});

Deno.test("a map that the schema calls whole is replaced", () => {
  assert.deepEqual(merge({ map: { a: 1, b: 2 } }, { map: { c: 3 } }, schema), { map: { c: 3 } });
});

Deno.test("a deep layer changes entries of whole maps and of lists, the one to come included", () => {
  assert.deepEqual(merge({ map: { a: 1, b: 2 } }, { map: { b: 3 } }, schema, true), { map: { a: 1, b: 3 } });
  const places = [{ at: "a", note: 1 }, { at: "b" }];
  const change = (over: unknown, deep?: boolean) => merge({ places }, { places: over }, schema, deep);
  assert.deepEqual(change({ 0: { at: "c" } }, true), { places: [{ at: "c", note: 1 }, { at: "b" }] });
  assert.deepEqual(change({ 2: { at: "c" } }, true), { places: [...places, { at: "c" }] });
  assert.deepEqual(change({ 9: { at: "c" } }, true), { places: { 9: { at: "c" } } });
  assert.deepEqual(change({ 0: { at: "c" } }), { places: { 0: { at: "c" } } });
});

Deno.test("merging writes to neither side", () => {
  const under = { inner: { size: 1 } };
  const over = { inner: { size: 2 } };
  merge(under, over, schema);
  assert.deepEqual([under, over], [{ inner: { size: 1 } }, { inner: { size: 2 } }]);
});

Deno.test("defaults fill what is absent, at every depth, and in the branch of a choice that fits", () => {
  assert.deepEqual(withDefaults({}, schema), { inner: { size: 3 }, choice: { from: 1 } });
  assert.deepEqual(withDefaults({ inner: { size: 0 }, choice: 9 }, schema), { inner: { size: 0 }, choice: 9 });
});

Deno.test("only locations pass through, with their paths, and an empty one stays empty", () => {
  const seen: string[] = [];
  const change = (text: string, path: Path) => {
    seen.push(path.join("."));
    return text.toUpperCase();
  };
  const value = { place: "a", places: [{ at: "b" }, { at: "" }], other: "c" };
  assert.deepEqual(mapLocations(value, schema, isModulePath, change), {
    place: "A",
    places: [{ at: "B" }, { at: "" }],
    other: "c",
  });
  assert.deepEqual(seen, ["place", "places.0.at"]);
});
