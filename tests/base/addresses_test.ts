import assert from "node:assert/strict";
import { hasSecrets, withoutSecrets } from "../../base/addresses.ts";
import { UserError } from "../../base/errors.ts";

Deno.test("names, passwords, keys and signatures are left out of addresses, and nothing else", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["http://me:pw@host:80/a.jpg", "http://host:80/a.jpg"],
    ["https://token@host/a.jpg", "https://host/a.jpg"],
    ["https://me:p@ss@host/a.jpg", "https://host/a.jpg"],
    ["http:me:pw@host/a.jpg", "http:host/a.jpg"],
    ["http:\\\\me:pw@host/a.jpg", "http:\\\\host/a.jpg"],
    ["http://me:p/w@host/a.jpg", "http://host/a.jpg"],
    ["ftp://me:pw@host/a.jpg", "ftp://host/a.jpg"],
    ["https://host/a.jpg?X-Amz-Date=2&w=8&X-Amz-Signature=abc#top", "https://host/a.jpg?w=8#top"],
    ["https://host/a.jpg?X%2DAmz%2DSignature=abc", "https://host/a.jpg"],
    ["https://host/a.jpg?GoogleAccessId=a&Expires=1&Signature=b", "https://host/a.jpg?Expires=1"],
    ["https://host/a.jpg?AWSAccessKeyId=a&v=1", "https://host/a.jpg?v=1"],
    ["https://host/a.jpg?Policy=a&Key-Pair-Id=APK&Signature=b", "https://host/a.jpg?Key-Pair-Id=APK"],
    ["https://host/a.jpg?sv=1&sig=b%3D", "https://host/a.jpg?sv=1"],
    ["https://host/a.jpg?token=a", "https://host/a.jpg"],
    ["https://host/a.jpg?id=3&api_key=a&apikey=a&accessToken=a&key=k", "https://host/a.jpg?id=3"],
    ["https://host/a.jpg#access_token=a", "https://host/a.jpg"],
    ["(http://me:pw@host/a.jpg?sig=a): refused", "(http://host/a.jpg): refused"],
    ['{"a":"http://me:pw@host/?token=a","b":"c@d"}', '{"a":"http://host/","b":"c@d"}'],
    ["http://me:pw@a/ and http://me:pw@b/", "http://a/ and http://b/"],
  ];
  for (const [text, shown] of cases) {
    assert.equal(withoutSecrets(text), shown);
    assert(hasSecrets(text));
    assert.equal(withoutSecrets(shown), shown);
  }
});

Deno.test("what is no secret stays to the letter", () => {
  const plain = [
    "https://host/@me/photo.jpg?w=800&design=1&keyword=sea&monkey=2&author=me&id=7&sign",
    "https://host/a.jpg?b=c@d&mail=me@host",
    "file:///home/me@work/a.jpg",
    "data:image/png;base64,iVBORw0KGgo=",
    "me@host.org wrote: pass=1&token=2",
    "https://host/page#section",
  ];
  for (const text of plain) {
    assert.equal(withoutSecrets(text), text);
    assert(!hasSecrets(text));
  }
});

Deno.test("an error tells no secrets, nor do its hint and its causes", () => {
  const secret = "http://me:s3cretpw@host/a.jpg?sig=s3cretpw";
  const cause = new TypeError("fetch failed", { cause: new Error(`no route to ${secret}`) });
  const error = new UserError(`Cannot read ${secret}`, { hint: `look at ${secret}`, cause });
  assert.equal(error.message, "Cannot read http://host/a.jpg");
  assert.doesNotMatch(Deno.inspect(error), /s3cretpw/);
});
