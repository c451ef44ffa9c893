import assert from "node:assert/strict";
import process from "node:process";
import { memoryOf } from "../../base/memory.ts";
import { inRoot } from "../helpers/shared.ts";

Deno.test("half of what a container leaves is taken, if the machine has more", () => {
  const before = process.constrainedMemory;
  try {
    const limit = process.memoryUsage().rss + 1e9;
    process.constrainedMemory = () => limit;
    assert(Math.abs(memoryOf("") - 0.5e9) < 0.1e9);
    process.constrainedMemory = () => 1;
    assert(memoryOf("") > 0);
    process.constrainedMemory = () => 2 ** 63;
    assert(memoryOf("") <= Deno.systemMemoryInfo().total / 2);
  } finally {
    process.constrainedMemory = before;
  }
});

Deno.test({
  name: "a limit on addresses counts",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const code = `import { memoryOf } from ${JSON.stringify(new URL("../../base/memory.ts", import.meta.url).href)};
      const [, used] = /^VmSize:\\s+(\\d+) kB/m.exec(Deno.readTextFileSync("/proc/self/status"));
      const info = Deno.systemMemoryInfo();
      Deno.systemMemoryInfo = () => ({ ...info, available: 1e15 });
      console.log(memoryOf(""), Number(used) * 1024);`;
    // V8 does not start with much less.
    const script = 'ulimit -v 60000000 && exec "$0" eval --ext=ts --config "$1" "$2"';
    const args = ["-c", script, Deno.execPath(), inRoot("deno.json"), code];
    const { code: exit, stdout } = await new Deno.Command("sh", { args, stderr: "null" }).output();
    assert.equal(exit, 0);
    const [memory, used] = new TextDecoder().decode(stdout).split(" ").map(Number);
    assert(memory <= (60000000 * 1024 - used) / 2 + 1e8, `${memory} of ${60000000 * 1024 - used}`);
  },
});

Deno.test("an amount is what it says", () => {
  assert.deepEqual(["1kB", "2 MB", "1.5GiB"].map(memoryOf), [1000, 2e6, 1.5 * 2 ** 30]);
});
