/** What opens an address on each system. */
const openers: Readonly<Partial<Record<typeof Deno.build.os, readonly string[]>>> = {
  darwin: ["open"],
  linux: ["xdg-open"],
  windows: ["explorer"],
};

/** Opens an address in the browser of the machine, if Deno may and there is one. */
export async function openInBrowser(url: string): Promise<void> {
  const [command, ...args] = openers[Deno.build.os] ?? [];
  if (!command) return;
  const { state } = await Deno.permissions.query({ name: "run", command });
  if (state !== "granted") return;
  try {
    const child = new Deno.Command(command, { args: [...args, url], stdin: "null", stdout: "null", stderr: "null" });
    child.spawn().unref();
  } catch {
    // Without a desktop the printed address has to do.
  }
}
