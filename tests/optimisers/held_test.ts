import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

// L-BFGS: two points with their gradients, the direction, a pair, and a third of one to make bands in.
for (const [name, vectors] of Object.entries({ adam: 5, lbfgs: 7.5 })) {
  Deno.test(`where memory is short ${name} holds no more than ${vectors} vectors at an evaluation`, async () => {
    const script = fileURLToPath(new URL("./held.ts", import.meta.url));
    const args = ["run", "--v8-flags=--expose-gc", "--allow-all", script, name];
    const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
    const held = Number(new TextDecoder().decode(stdout));
    assert(success && held > vectors - 1 && held < vectors + 0.1, `${held} vectors`);
  });
}
