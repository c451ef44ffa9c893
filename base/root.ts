/** The folder, or the address, where the module itself is. */
export const moduleRoot = new URL("../", import.meta.url);
