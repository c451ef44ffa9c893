import { isObject } from "../base/json.ts";
import { type Connection, prefix } from "./connection.ts";
import { type Machine, machineIn } from "./machine.ts";

/** A worker as others see it. */
export interface Presence {
  /** Its name: one start of one process. */
  readonly id: string;
  /** Name of its computer. */
  readonly host: string;
  readonly machine: Machine;
  /** What it does, in a few words; empty if it waits. */
  readonly busy: string;
}

const names = `${prefix}:workers`;

function leaseOf(id: string): string {
  return `${prefix}:worker:${id}`;
}

/** Says that a worker is there, for so many milliseconds from now: to be said again before they are over. */
export async function announce({ redis }: Connection, worker: Presence, lease: number): Promise<void> {
  const { id } = worker;
  await redis.multi().sadd(names, id).set(leaseOf(id), JSON.stringify(worker), "PX", lease).exec();
}

/** Gives a worker's place up. */
export async function withdraw({ redis }: Connection, id: string): Promise<void> {
  await redis.multi().srem(names, id).del(leaseOf(id)).exec();
}

/** Every worker that is there, by name; the names of those that are lost are forgotten. */
export async function workersThere({ redis }: Connection): Promise<Presence[]> {
  const ids = (await redis.smembers(names)).sort();
  if (ids.length === 0) return [];
  const leases = await redis.mget(ids.map(leaseOf));
  const lost = ids.filter((_, i) => leases[i] === null);
  if (lost.length > 0) await redis.srem(names, lost);
  return leases.flatMap((text) => presenceIn(text) ?? []);
}

/** Whether a worker is there. */
export async function isThere({ redis }: Connection, id: string): Promise<boolean> {
  return await redis.exists(leaseOf(id)) === 1;
}

function presenceIn(text: string | null): Presence | undefined {
  const value: unknown = text === null ? undefined : JSON.parse(text);
  if (!isObject(value)) return undefined;
  const machine = machineIn(value.machine);
  return machine && { id: String(value.id), host: String(value.host), busy: String(value.busy ?? ""), machine };
}
