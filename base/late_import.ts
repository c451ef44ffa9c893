/**
 * Loads a module by a name that stands nowhere in the source as an import: one that a preset names, or a package that few
 * runs need. What imports it literally makes every first call of the command fetch it, and publishing warns of a name that
 * it cannot follow; this one it does not see.
 *
 * @typeParam Module What it exports.
 */
export async function lateImport<Module>(name: string): Promise<Module> {
  const { load } = await import("data:text/javascript,export const load = (name) => import(name)");
  return await load(name);
}
