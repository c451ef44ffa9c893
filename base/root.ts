/** The URL of the folder that holds the module: on disk or on the web. */
export const moduleRoot = new URL("../", import.meta.url);
