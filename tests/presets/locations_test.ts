import assert from "node:assert/strict";
import { isUrl, located, ownScheme, reachesIn } from "../../presets/locations.ts";

const here = new URL("file:///home/someone/presets/mine.json");
const there = new URL("https://example.org/presets/theirs.json");

Deno.test("addresses and paths are told apart, whatever the case of a scheme", () => {
  for (const text of ["https://a.org/b", "HTTPS://A.org/b", "Http://a.org", "FILE:///a", "blob:null/1", "stored:x"]) {
    assert(isUrl(text), text);
  }
  for (const text of ["a.jpg", "../a.jpg", "/a/b.jpg", "C:/a.jpg", "C:\\a.jpg", "https.jpg", "a:b.jpg", ""]) {
    assert(!isUrl(text), text);
  }
  assert.equal(located("HTTPS://Example.org/A.jpg", here)!.href, "https://example.org/A.jpg");
  assert.equal(located("a b.jpg", here)!.href, "file:///home/someone/presets/a%20b.jpg");
  assert.equal(located("../a.jpg", there)!.href, "https://example.org/a.jpg");
});

Deno.test("a file from the network reaches into this machine by no spelling", () => {
  for (const text of ["file:///etc/passwd", "FILE:///etc/passwd", "File:/etc/passwd"]) {
    assert(reachesIn(text, located(text, there)!, there), text);
    assert(!reachesIn(text, located(text, here)!, here), text);
  }
  const own = `${ownScheme}examples/monet.jpg`;
  assert(!reachesIn(own, located(own, there)!, there));
});
