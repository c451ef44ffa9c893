/** What may follow `weights`. */
export const weightsActions = ["list", "fetch", "import", "verify", "path", "remove"] as const;
