import assert from "node:assert/strict";
import { PickledDictionary, Pickles } from "../../../weights/readers/pickle.ts";

/**
 * What Python 3.11 wrote, in the protocols 0 to 5, of the same values:
 *
 *     shared = ["x"]
 *     value = {"whole": [0, 1, 255, 256, 65536, -1, -70000, 2**40, -(2**40)], "other": (None, True, False, 2.5, -0.125),
 *              "text": ["a", "é" * 200], "one": (1,), "two": (1, 2), "three": (1, 2, 3), "four": (1, 2, 3, 4),
 *              "in": {"a": {"b": []}, "c": ()}, "set": {1}, "raw": b"\0\xff", "twice": [shared, shared]}
 *     base64.b64encode(pickle.dumps(value, protocol))
 *
 * but for the bytes before protocol 3 and the set before 4, which call functions there.
 */
const written = [
  "KGRwMApWd2hvbGUKcDEKKGxwMgpJMAphSTEKYUkyNTUKYUkyNTYKYUk2NTUzNgphSS0xCmFJLTcwMDAwCmFMMTA5OTUxMTYyNzc3NkwKYUwtMTA5OTUxMTYyNzc3NkwKYXNWb3RoZXIKcDMKKE5JMDEKSTAwCkYyLjUKRi0wLjEyNQp0cDQKc1Z0ZXh0CnA1CihscDYKVmEKcDcKYVbp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6QpwOAphc1ZvbmUKcDkKKEkxCnRwMTAKc1Z0d28KcDExCihJMQpJMgp0cDEyCnNWdGhyZWUKcDEzCihJMQpJMgpJMwp0cDE0CnNWZm91cgpwMTUKKEkxCkkyCkkzCkk0CnRwMTYKc1ZpbgpwMTcKKGRwMTgKZzcKKGRwMTkKVmIKcDIwCihscDIxCnNzVmMKcDIyCih0c3NWdHdpY2UKcDIzCihscDI0CihscDI1ClZ4CnAyNgphYWcyNQphcy4=",
  "fXEAKFgFAAAAd2hvbGVxAV1xAihLAEsBS/9NAAFKAAABAEr/////SpDu/v9MMTA5OTUxMTYyNzc3NkwKTC0xMDk5NTExNjI3Nzc2TAplWAUAAABvdGhlcnEDKE5JMDEKSTAwCkdABAAAAAAAAEe/wAAAAAAAAHRxBFgEAAAAdGV4dHEFXXEGKFgBAAAAYXEHWJABAADDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpcQhlWAMAAABvbmVxCShLAXRxClgDAAAAdHdvcQsoSwFLAnRxDFgFAAAAdGhyZWVxDShLAUsCSwN0cQ5YBAAAAGZvdXJxDyhLAUsCSwNLBHRxEFgCAAAAaW5xEX1xEihoB31xE1gBAAAAYnEUXXEVc1gBAAAAY3EWKXVYBQAAAHR3aWNlcRddcRgoXXEZWAEAAAB4cRphaBlldS4=",
  "gAJ9cQAoWAUAAAB3aG9sZXEBXXECKEsASwFL/00AAUoAAAEASv////9KkO7+/4oGAAAAAAABigYAAAAAAP9lWAUAAABvdGhlcnEDKE6IiUdABAAAAAAAAEe/wAAAAAAAAHRxBFgEAAAAdGV4dHEFXXEGKFgBAAAAYXEHWJABAADDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpcQhlWAMAAABvbmVxCUsBhXEKWAMAAAB0d29xC0sBSwKGcQxYBQAAAHRocmVlcQ1LAUsCSwOHcQ5YBAAAAGZvdXJxDyhLAUsCSwNLBHRxEFgCAAAAaW5xEX1xEihoB31xE1gBAAAAYnEUXXEVc1gBAAAAY3EWKXVYBQAAAHR3aWNlcRddcRgoXXEZWAEAAAB4cRphaBlldS4=",
  "gAN9cQAoWAUAAAB3aG9sZXEBXXECKEsASwFL/00AAUoAAAEASv////9KkO7+/4oGAAAAAAABigYAAAAAAP9lWAUAAABvdGhlcnEDKE6IiUdABAAAAAAAAEe/wAAAAAAAAHRxBFgEAAAAdGV4dHEFXXEGKFgBAAAAYXEHWJABAADDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpcQhlWAMAAABvbmVxCUsBhXEKWAMAAAB0d29xC0sBSwKGcQxYBQAAAHRocmVlcQ1LAUsCSwOHcQ5YBAAAAGZvdXJxDyhLAUsCSwNLBHRxEFgCAAAAaW5xEX1xEihoB31xE1gBAAAAYnEUXXEVc1gBAAAAY3EWKXVYAwAAAHJhd3EXQwIA/3EYWAUAAAB0d2ljZXEZXXEaKF1xG1gBAAAAeHEcYWgbZXUu",
  "gASVewIAAAAAAAB9lCiMBXdob2xllF2UKEsASwFL/00AAUoAAAEASv////9KkO7+/4oGAAAAAAABigYAAAAAAP9ljAVvdGhlcpQoToiJR0AEAAAAAAAAR7/AAAAAAAAAdJSMBHRleHSUXZQojAFhlFiQAQAAw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqZRljANvbmWUSwGFlIwDdHdvlEsBSwKGlIwFdGhyZWWUSwFLAksDh5SMBGZvdXKUKEsBSwJLA0sEdJSMAmlulH2UKGgHfZSMAWKUXZRzjAFjlCl1jANzZXSUj5QoSwGQjANyYXeUQwIA/5SMBXR3aWNllF2UKF2UjAF4lGFoHWV1Lg==",
  "gAWVewIAAAAAAAB9lCiMBXdob2xllF2UKEsASwFL/00AAUoAAAEASv////9KkO7+/4oGAAAAAAABigYAAAAAAP9ljAVvdGhlcpQoToiJR0AEAAAAAAAAR7/AAAAAAAAAdJSMBHRleHSUXZQojAFhlFiQAQAAw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqZRljANvbmWUSwGFlIwDdHdvlEsBSwKGlIwFdGhyZWWUSwFLAksDh5SMBGZvdXKUKEsBSwJLA0sEdJSMAmlulH2UKGgHfZSMAWKUXZRzjAFjlCl1jANzZXSUj5QoSwGQjANyYXeUQwIA/5SMBXR3aWNllF2UKF2UjAF4lGFoHWV1Lg==",
];

const noNames = {
  global(module: string, name: string): never {
    throw new RangeError(`${module} ${name}`);
  },
  persistent: (id: unknown) => ({ id }),
};

/** Values with dictionaries as plain objects. */
function plain(value: unknown): unknown {
  if (value instanceof PickledDictionary) {
    return Object.fromEntries(value.entries.map(([key, entry]) => [key, plain(entry)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

const bytesOf = (code: string) => Uint8Array.from(code, (char) => char.charCodeAt(0));
const read = (code: string, names = noNames) => plain(new Pickles(bytesOf(code), 0, names).next());

for (const [protocol, code] of written.entries()) {
  Deno.test(`a pickle of protocol ${protocol} has the values that Python put in`, () => {
    const found = read(atob(code)) as Record<string, unknown>;
    assert.equal("set" in found, protocol > 3);
    assert.deepEqual(found.raw, protocol > 2 ? Uint8Array.of(0, 255) : undefined);
    delete found.raw;
    delete found.set;
    assert.deepEqual(found, {
      whole: [0, 1, 255, 256, 65536, -1, -70000, 2 ** 40, -(2 ** 40)],
      other: [null, true, false, 2.5, -0.125],
      text: ["a", "é".repeat(200)],
      one: [1],
      two: [1, 2],
      three: [1, 2, 3],
      four: [1, 2, 3, 4],
      in: { a: { b: [] }, c: [] },
      twice: [["x"], ["x"]],
    });
  });
}

Deno.test("pickles are read one after another, each with a memory of its own", () => {
  const pickles = new Pickles(bytesOf("K\x01q\0.K\x02.h\0."), 0, noNames);
  assert.equal(pickles.next(), 1);
  assert.equal(pickles.next(), 2);
  assert.equal(pickles.position, 8);
  assert.throws(() => pickles.next(), /takes what is not there/);
});

Deno.test("functions are called with their arguments, whatever the instruction", () => {
  const names = { ...noNames, global: (module: string, name: string) => (args: unknown) => [module, name, args] };
  const due = ["m", "n", [1, 2]];
  for (
    const code of [
      "cm\nn\n(K\x01K\x02tR.",
      "\x8c\x01m\x8c\x01n\x93K\x01K\x02\x86\x81.",
      "cm\nn\nK\x01K\x02\x86}\x92.",
      "(K\x01K\x02im\nn\n.",
      "(cm\nn\nK\x01K\x02o.",
    ]
  ) {
    assert.deepEqual(new Pickles(bytesOf(code), 0, names).next(), due, JSON.stringify(code));
  }
  assert.deepEqual(read("Pxyz\n."), { id: "xyz" });
  assert.deepEqual(read("K\x05Q."), { id: 5 });
});

Deno.test("a damaged pickle is a RangeError", () => {
  for (
    const code of [
      "",
      "K",
      ".",
      "(.",
      "a.",
      "K\x01K\x02a.",
      "K\x01K\x02K\x03s.",
      "t.",
      "h\0.",
      "K\x01)R.",
      "\xff.",
      "X\xff\xff\xff\xffa.",
      "Iabc",
    ]
  ) {
    assert.throws(() => read(code), RangeError, JSON.stringify(code));
  }
});
