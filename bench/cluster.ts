/**
 * What a picture in tiles by several workers moves and takes, beside the same tiles on this machine alone:
 * `deno run -A bench/cluster.ts --size 2048 --side 1024 --workers 2`. The workers are in this process, one after the
 * other on its cores: so the ratio of time is that of the work itself, and what a transport adds comes on top. With
 * `--count-only` nothing is computed, and the bytes are counted all the same.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { Rounds } from "../base/rounds.ts";
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/mod.ts";
import { sizeOf } from "../graph/mod.ts";
import { localCluster } from "../objective/cluster/local.ts";
import { tileWorker } from "../objective/cluster/tile_worker.ts";
import { blobsInMemory, roundsWith } from "../objective/cluster/local.ts";
import { openSession } from "../session/session.ts";
import { loadPreset } from "../presets/load.ts";
import type { Cluster } from "../base/cluster.ts";
import { lossBuild } from "../stages/loss_build.ts";
import { around } from "../chain/link.ts";
import type { Objective } from "../objective/objective.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    preset: { type: "string", default: "monet" },
    size: { type: "string", default: "2048" },
    side: { type: "string", default: "1024" },
    workers: { type: "string", default: "2" },
    "count-only": { type: "boolean", default: false },
  },
});
const [size, side, count] = [values.size, values.side, values.workers].map(Number);

/** Results of the right shapes without any work. */
const idle: Engine = {
  name: "idle",
  compile: async (graph) => ({
    run: async () =>
      Object.fromEntries(
        Object.entries(graph.outputs).map(([name, { shape }]) => [
          name,
          new Float32Array(sizeOf(shape)).fill(1),
        ]),
      ),
    [Symbol.asyncDispose]: async () => {},
  }),
  [Symbol.asyncDispose]: async () => {},
};

const engine = await openEngine("onnx-cpu", { threads: 0 });
const idles = values["count-only"];
const works = idles ? idle : engine;
const traffic = { sent: 0, received: 0 };

/** Several workers in this process; all messages are counted. */
function several(): Omit<Cluster, "side"> {
  const [blobs, fingerprint] = [blobsInMemory(), "bench"];
  return {
    blobs,
    fingerprint,
    local: false,
    open: async () => {
      const workers = Array.from(
        { length: count },
        () => roundsWith(tileWorker({ engine: works, blobs, fingerprint })),
      );
      const rounds: Rounds = {
        async ask(tile, message, signal) {
          traffic.sent += message.length;
          const answer = await workers[tile % count].ask(tile, message, signal);
          traffic.received += answer.length;
          return answer;
        },
        close: async () => {
          for (const worker of workers) await worker.close();
        },
      };
      return await Promise.resolve(rounds);
    },
  };
}

/** Seconds and bytes of an evaluation: the second one, as the first one opens programs. */
async function evaluated(cluster: Omit<Cluster, "side">) {
  const preset = { ...await loadPreset(values.preset, [], {}), tiles: side, engine: "onnx-cpu" };
  let found = { seconds: 0, bytes: 0, tiles: 0 };
  const links = preset.chain.slice(0, preset.chain.findIndex(({ stage }) => stage === lossBuild) + 1).map((link) =>
    link.stage.name === "decode"
      ? { ...link, options: { ...link.options, size, scales: [], enlarge: true, ...idles && { styleScale: 0.1 } } }
      : link.stage === lossBuild
      ? around(link, (run) => async (input, context) => {
        const objective = await run(input, context) as Objective;
        const { vectors, layout, evaluate } = objective.tiles!;
        const { data } = objective.begin().content;
        const image = await vectors.spread(data);
        for (let round = 0; round < 2; round++) {
          const before = traffic.sent + traffic.received;
          const began = performance.now();
          const { gradient } = await evaluate(image);
          await vectors.meanSizes([gradient]);
          found = {
            seconds: (performance.now() - began) / 1000,
            bytes: traffic.sent + traffic.received - before,
            tiles: layout.tiles.length,
          };
        }
        return objective;
      })
      : link
  );
  await using session = openSession();
  await session.run(preset, links, { cluster });
  return found;
}

const many = await evaluated(several());
const megabytes = many.bytes / many.tiles / 1e6;
console.log(
  `${size} pixels, ${many.tiles} tiles of ${side}, ${count} workers: ${megabytes.toFixed(2)} MB a tile and evaluation`,
);
if (!values["count-only"]) {
  const alone = await evaluated(localCluster(() => Promise.resolve(engine)));
  const ratio = many.seconds / alone.seconds;
  console.log(
    `${many.seconds.toFixed(1)} s an evaluation, ${alone.seconds.toFixed(1)} s alone: ${ratio.toFixed(3)} of it`,
  );
}
Deno.exit();
