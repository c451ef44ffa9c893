import process from "node:process";

/** Bytes that a run may take if nobody says it and the system may not be asked: they fit most machines. */
const cautious = 2e9;

/** The pattern of an amount of memory: empty, or not zero. */
export const memoryPattern = "^(|(?=.*[1-9])\\d+(\\.\\d+)? ?[kKMGT]i?B)$";

/**
 * Bytes of an amount such as `4GB` or `512MiB`; of an empty one, half of what is free: on the machine, in its container,
 * and, with `--allow-all`, under `ulimit -v`.
 */
export function memoryOf(amount: string): number {
  const [, number, unit, binary] = /^([\d.]+) ?([KMGT])(i?)B$/.exec(amount.replace("k", "K")) ?? [];
  if (number) return Number(number) * (binary ? 1024 : 1000) ** (" KMGT".indexOf(unit));
  const available = availableMemory();
  return available === undefined ? cautious : available / 2;
}

/** A number of bytes as a person reads it, rounded up: `800MB`, `2.5GB`. */
export function amountOf(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)}MB` : `${(Math.ceil(bytes / 1e8) / 10).toFixed(1)}GB`;
}

/**
 * Gives the memory of an array back at once, if it shares it with no other; the array is empty then. A garbage collector
 * that meets few objects lets many large arrays wait.
 */
export function giveBack({ buffer, byteLength }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !buffer.detached) buffer.transfer(0);
}

/** Bytes that new work could take at the moment; undefined if nobody may ask (`--allow-sys=systemMemoryInfo`). */
function availableMemory(): number | undefined {
  try {
    const { available } = Deno.systemMemoryInfo();
    return leastOf(available, process.constrainedMemory() - process.memoryUsage().rss, addressesLeft());
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** The least of some rooms, and no less than a byte: a plan can say then what it lacks. */
function leastOf(...rooms: readonly number[]): number {
  return Math.max(1, Math.min(...rooms.filter((room) => !Number.isNaN(room))));
}

/** Bytes that `ulimit -v` leaves; infinite if there is no such limit, or only the system could tell. */
function addressesLeft(): number {
  try {
    const [, limit] = /^Max address space +(\d+)/m.exec(Deno.readTextFileSync("/proc/self/limits")) ?? [];
    const [, used] = /^VmSize:\s+(\d+) kB/m.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    return limit && used ? Number(limit) - 1024 * Number(used) : Infinity;
  } catch {
    return Infinity;
  }
}
