/** glibc's number of the parameter `M_MMAP_THRESHOLD` of mallopt(3). */
const mmapThreshold = -3;

/** Bytes from which a block is mapped by itself, and so goes back to the system as soon as it is freed. */
const largeBlock = 2 ** 20;

/**
 * Has freed memory go back to the system. By itself glibc raises that limit to 32 MB as blocks are freed, and then
 * keeps what windows, images and programs of a size leave behind, which the next ones may not fit into: a run grew by
 * some hundred megabytes over its plan. Elsewhere, or where no library may be called, nothing happens.
 */
export function returnFreedMemory(): void {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return;
  try {
    const libc = Deno.dlopen("libc.so.6", { mallopt: { parameters: ["i32", "i32"], result: "i32" } });
    libc.symbols.mallopt(mmapThreshold, largeBlock);
    libc.close();
  } catch {
    // Another C library, with habits of its own.
  }
}
