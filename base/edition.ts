/**
 * Tells a file from another that takes its place later, as a key of what was read from it; of any other address it is
 * the address alone.
 */
export async function editionOf(location: URL): Promise<string> {
  if (location.protocol !== "file:") return location.href;
  const there = await Deno.stat(location).catch(() => undefined);
  return `${location.href} ${there?.mtime?.getTime()} ${there?.size}`;
}
