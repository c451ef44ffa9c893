import assert from "node:assert/strict";
import { nearest } from "../../base/nearest.ts";

Deno.test("the one nearest name is found, none where several are as near, and none where all are far", () => {
  assert.equal(nearest("mone", ["monet", "mosaic"]), "monet");
  assert.equal(nearest("mone", ["monet", "monet"]), "monet");
  assert.equal(nearest("conv9_1", ["conv1_1", "conv2_1"]), undefined);
  assert.equal(nearest("quite other", ["monet"]), undefined);
});
