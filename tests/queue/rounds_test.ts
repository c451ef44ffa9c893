import assert from "node:assert/strict";
import { type RoundHandler, type Rounds, TileMoved } from "../../base/rounds.ts";
import { openBlobs } from "../../queue/blobs.ts";
import { connect } from "../../queue/connection.ts";
import { machineOf } from "../../queue/machine.ts";
import { openRoundServer } from "../../queue/round_server.ts";
import { announce, withdraw } from "../../queue/presence.ts";
import { openRounds } from "../../queue/rounds.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { hasty } from "../helpers/queue.ts";
import { needingRedis, startRedis, type TestRedis } from "../helpers/redis.ts";
import { UserError } from "../../base/errors.ts";

const machine = machineOf("onnx-cpu", 1);

/** A busy machine loses no lease by it. */
const timing = { ...hasty, lock: 4000 };

/** A worker's side alone, without a painter: it adds what it is sent to what it keeps of a tile. */
async function adder(
  redis: TestRedis,
  blobs: string,
  id: string,
  before: (tile: number) => Promise<void> = async () => {},
) {
  const connection = await connect(redis.url);
  const calls: number[] = [];
  const runs: string[] = [];
  const open = (): Promise<RoundHandler> => {
    const kept = new Map<number, number>();
    return Promise.resolve({
      async answer(tile, message) {
        await before(tile);
        calls.push(tile);
        if (message.length === 0) throw new UserError("Nothing to add", { hint: "send a number" });
        const sum = (kept.get(tile) ?? 0) + message[0];
        kept.set(tile, sum);
        const answer = message.slice();
        answer[0] = sum;
        return answer;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(void runs.push("closed")),
    });
  };
  const presence = { id, host: "here", machine, busy: "" };
  await announce(connection, presence, 600_000);
  const server = await openRoundServer(connection, id, {
    open,
    blobs: await openBlobs(blobs),
    timing,
    onRun: (_, state) => runs.push(state),
  });
  return {
    calls,
    runs,
    /** Dies without a word: its lease is over. */
    die: async () => {
      await withdraw(connection, id);
      await server[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await connection[Symbol.asyncDispose]();
    },
  };
}

async function roundsOver(redis: TestRedis, blobs: string) {
  const connection = await connect(redis.url);
  const rounds = openRounds(connection, { machine, blobs: await openBlobs(blobs), timing });
  return Object.assign(rounds, {
    async [Symbol.asyncDispose]() {
      await rounds.close();
      await connection[Symbol.asyncDispose]();
    },
  });
}

const askAll = async (rounds: Rounds, tiles: number, message: Uint8Array) =>
  (await Promise.all(Array.from({ length: tiles }, (_, tile) => rounds.ask(tile, message)))).map(([first]) => first);

Deno.test(
  needingRedis(
    "tiles stay with their worker, answers come in the order of the tiles, and large bodies leave no blob behind",
    async () => {
      await using redis = await startRedis();
      await using folder = await temporaryFolder();
      const blobs = folder.url("blobs").href;
      // The first tiles answer last.
      const late = (tile: number) => new Promise<void>((done) => setTimeout(done, 40 - 10 * tile));
      await using one = await adder(redis, blobs, "one", late);
      await using other = await adder(redis, blobs, "other", late);
      await using rounds = await roundsOver(redis, blobs);
      assert.deepEqual(await askAll(rounds, 4, new Uint8Array([3])), [3, 3, 3, 3]);
      const large = new Uint8Array(100_000).fill(4);
      assert.deepEqual(await askAll(rounds, 4, large), [7, 7, 7, 7]);
      assert.deepEqual([one.calls.length, other.calls.length], [4, 4]);
      assert.deepEqual(rounds.traffic, { sent: 4 + 400_000, received: 4 + 400_000 });
      const left = await Array.fromAsync(
        Deno.readDir(folder.at("blobs", "blobs")),
        async ({ name }) => (await Array.fromAsync(Deno.readDir(folder.at("blobs", "blobs", name)))).length,
      );
      assert.equal(
        left.reduce((sum, count) => sum + count, 0),
        0,
      );
      const error = await clearError(() => rounds.ask(2, new Uint8Array()));
      assert.deepEqual([error.message, error.hint], ["Nothing to add", "send a number"]);
      assert.deepEqual([...await rounds.ask(2, new Uint8Array([1]))], [8]);
    },
  ),
);

Deno.test(needingRedis("a tile moves when its worker is lost, and the next message finds another worker", async () => {
  await using redis = await startRedis();
  await using folder = await temporaryFolder();
  const blobs = folder.url("blobs").href;
  await using one = await adder(redis, blobs, "one");
  await using rounds = await roundsOver(redis, blobs);
  assert.deepEqual([...await rounds.ask(0, new Uint8Array([3]))], [3]);
  await one.die();
  const asked = rounds.ask(0, new Uint8Array([3]));
  await using other = await adder(redis, blobs, "other");
  await assert.rejects(asked, TileMoved);
  assert.deepEqual([...await rounds.ask(0, new Uint8Array([5]))], [5]);
  await rounds.close();
  assert.deepEqual(other.calls, [0]);
  while (other.runs.length < 3) await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual(other.runs, ["begun", "done", "closed"]);
}));

Deno.test(needingRedis("messages outlive a Redis that forgets them, and are handled once", async () => {
  await using redis = await startRedis();
  await using folder = await temporaryFolder();
  const blobs = folder.url("blobs").href;
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await using worker = await adder(redis, blobs, "one", async () => {
    begun.resolve();
    await go.promise;
  });
  await using rounds = await roundsOver(redis, blobs);
  const asked = rounds.ask(0, new Uint8Array([3]));
  await begun.promise;
  await redis.kill();
  await redis.restart();
  await announce(await connect(redis.url), { id: "one", host: "here", machine, busy: "" }, 600_000);
  go.resolve();
  assert.deepEqual([...await asked], [3]);
  assert.deepEqual(worker.calls, [0]);
}));

Deno.test(
  needingRedis("a worker that gave a run up says so, instead of answering without what came before", async () => {
    await using redis = await startRedis();
    await using folder = await temporaryFolder();
    const blobs = folder.url("blobs").href;
    await using worker = await adder(redis, blobs, "one");
    await using rounds = await roundsOver(redis, blobs);
    assert.deepEqual([...await rounds.ask(0, new Uint8Array([3]))], [3]);
    // As if the coordinator had closed it.
    const [run] = (await redis.ask("keys", "impasto:run:*")).split("\n");
    await using connection = await connect(redis.url);
    const queue = new connection.bullmq.Queue("tiles-one", { connection: connection.redis, prefix: "impasto" });
    await queue.add("tile", { run: run.replace("impasto:run:", ""), close: true });
    while (!worker.runs.includes("closed")) await new Promise((done) => setTimeout(done, 20));
    await assert.rejects(rounds.ask(0, new Uint8Array([3])), TileMoved);
    assert.deepEqual([...await rounds.ask(0, new Uint8Array([5]))], [5]);
  }),
);
