/**
 * The one door to the packages of queues, which whoever never uses a queue never fetches.
 *
 * @module
 */
import process from "node:process";
import { lateImport } from "../base/late_import.ts";

const names: Readonly<Record<"bullmq" | "ioredis" | "aws4fetch", string>> = {
  bullmq: "npm:bullmq@6.7.0",
  ioredis: "npm:ioredis@5.9.3",
  aws4fetch: "npm:aws4fetch@1.0.20",
};

/** BullMQ, which works beside ioredis alone. */
export type BullMQ = typeof import("npm:bullmq@6.7.0");

/** A connection to Redis. */
export type Redis = import("npm:ioredis@5.9.3").Redis;

/** How a connection to Redis is made. */
export type RedisOptions = import("npm:ioredis@5.9.3").RedisOptions;

/** Loads BullMQ, and the client of Redis that it needs. */
export async function queuePackages(): Promise<BullMQ & Pick<typeof import("npm:ioredis@5.9.3"), "Redis">> {
  const environment = process.env;
  // ioredis' logger looks through the whole environment as it loads. It sees none, so that nobody has to allow that.
  process.env = {};
  try {
    const { Redis } = await lateImport<typeof import("npm:ioredis@5.9.3")>(names.ioredis);
    return { ...await lateImport<BullMQ>(names.bullmq), Redis };
  } finally {
    process.env = environment;
  }
}

/** Loads what signs requests to S3. */
export async function signing(): Promise<typeof import("npm:aws4fetch@1.0.20")> {
  return await lateImport(names.aws4fetch);
}
