import assert from "node:assert/strict";
import { withOptions } from "../../presets/preset.ts";
import { clusterBy } from "../../queue/tiles.ts";
import { stylise } from "../../session/session.ts";
import { decode } from "../../stages/decode.ts";
import { album, coordinator, hasty, workerApart } from "../helpers/queue.ts";
import { needingRedis, startRedis } from "../helpers/redis.ts";

Deno.test(
  needingRedis(
    "a picture in tiles by two workers, one of them killed, has the bytes of one machine alone",
    async () => {
      await using redis = await startRedis();
      await using folder = await album(1);
      const there = { queue: redis.url, blobs: folder.blobs };
      const preset = withOptions(await folder.preset("out", { optimise: { iterations: 4 } }), decode, {
        size: 64,
        enlarge: true,
      });
      const asked = { ...preset, tiles: 32, engine: "onnx-cpu", threads: 1 };
      const alone = await stylise(asked);

      await using by = await coordinator(there);
      await using _ = await workerApart(there);
      await using second = await workerApart(there);
      const lost: string[] = [];
      const told: string[] = [];
      const cluster = clusterBy(by, { timing: hasty });
      const byWorkers = await stylise(asked, {
        cluster,
        onProgress(event) {
          if (event.kind === "step" && event.step === 2 && lost.length === 0) {
            lost.push("second");
            second.process.kill("SIGKILL");
          }
          if (event.kind === "warning") told.push(event.message);
        },
      });
      assert.match(told.join(), /^The worker of tile \d is lost/);
      assert.deepEqual(await byWorkers.picture.bytes("png"), await alone.picture.bytes("png"));
      assert.ok(cluster.traffic.sent > 0 && cluster.traffic.received > 0);
    },
  ),
);
