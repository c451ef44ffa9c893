import { UserError } from "../../base/errors.ts";
import { serveStudio } from "../../page/server/serve.ts";
import { openInBrowser } from "../browser.ts";
import type { Call } from "../call.ts";
import { interruptible } from "../interrupt.ts";
import { print, tell } from "../output.ts";
import { silent } from "../progress.ts";

/** The folder of a studio whose folder is not named. */
const usual = "impasto-studio";

/** Serves the page to paint in, until Ctrl-C. */
export async function studio({ words: [folder = usual], values, on }: Call): Promise<number> {
  const port = Number(values.port ?? 0);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535)) {
    throw new UserError(`Cannot listen at the port ${values.port}`, {
      hint: "a whole number from 1 to 65535; any that is free unless given",
      exitCode: 2,
    });
  }
  const host = values.host ?? "127.0.0.1";
  if (host !== "127.0.0.1") {
    tell(`warning: whoever can reach ${host} and has the address that follows can paint here, and see your pictures`);
  }
  await using served = await serveStudio({ folder, host, port });
  print(served.url);
  if (!on.has("quiet")) tell(`the pictures go to ${folder}; Ctrl-C ends the studio, and keeps all of it`);
  if (!on.has("no-open")) await openInBrowser(served.url);
  const code = await interruptible(
    silent(),
    (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
  );
  // Ctrl-C is how it ends.
  return code === 130 ? 0 : code;
}
