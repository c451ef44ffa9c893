import assert from "node:assert/strict";
import { clock } from "../../base/time.ts";

Deno.test("a length of time is told in minutes and seconds, rounded before it is parted", () => {
  const due = { 0: "0:00", 9.4: "0:09", 59.5: "1:00", 125: "2:05", 3661: "61:01" };
  for (const [seconds, text] of Object.entries(due)) assert.equal(clock(Number(seconds)), text);
});
