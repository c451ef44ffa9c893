/**
 * The picture at once: what is kept of it is what would be painted anew.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openInstant } from "../../page/server/instant.ts";
import { loadPreset } from "../../presets/load.ts";
import { openSession, type Session } from "../../session/session.ts";
import { small } from "./served.ts";

const signal = new AbortController().signal;
const painters = { list: () => [], enter: assert.fail, pathOf: assert.fail, urlOf: assert.fail, idAt: assert.fail };
const presetOf = (strength: number, styleWeight: number) =>
  loadPreset({ ...small, extends: "monet", deprocess: { strength }, "loss-build": { styleWeight } });

Deno.test("a change of the optimiser paints nothing anew, one of the colours is as if it were the first", async () => {
  await using session = openSession();
  let runs = 0;
  const counting: Session = { ...session, stylise: (...given) => (runs++, session.stylise(...given)) };
  const instantly = openInstant({ session: counting, painters });
  const first = await instantly(await presetOf(1, 1), signal);
  const same = await instantly(await presetOf(1, 3), signal);
  assert.equal(runs, 1);
  assert.equal(same.picture, first.picture);
  const mixed = await instantly(await presetOf(0.5, 1), signal);
  const fresh = await openInstant({ session, painters })(await presetOf(0.5, 1), signal);
  assert.deepEqual(mixed.picture!.data, fresh.picture!.data);
  assert.notDeepEqual(mixed.picture!.data, first.picture!.data);
});
