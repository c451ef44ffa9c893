import { commandArguments } from "./command.ts";
import { type TemporaryFolder, temporaryFolder } from "./folders.ts";

/** What a run left that painted into a small file system. */
interface SmallOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The names in the small file system. */
  readonly left: readonly string[];
}

/**
 * Runs the command with a folder `small` in `folder` that holds so many kilobytes: a file system that this run alone
 * sees, and that goes with it.
 *
 * @param before A shell command: run before it.
 * @param happens A shell command: run after three steps, and then the command is asked to stop.
 */
export async function withSmallDisk(
  folder: TemporaryFolder,
  args: readonly string[],
  { kilobytes, before = ":", happens }: {
    readonly kilobytes: number;
    readonly before?: string;
    readonly happens?: string;
  },
): Promise<SmallOutcome> {
  await Deno.mkdir(folder.at("small"));
  const then = happens &&
    `until grep -q '"step":3' out.log; do kill -0 $run || break; sleep 0.05; done; ${happens}; kill -TERM $run;`;
  const script = `mount -t tmpfs -o size=${kilobytes}k none small && ${before} || exit 99
    "$@" >out.log 2>err.log & run=$!
    ${then ?? ""} wait $run; code=$?
    ls -A small >left.log; exit $code`;
  const { code } = await unshared(script, [Deno.execPath(), ...commandArguments(args)], folder.path);
  const read = (name: string) => Deno.readTextFile(folder.at(name));
  const left = (await read("left.log")).split("\n").filter((name) => name !== "");
  return { code, out: await read("out.log"), err: await read("err.log"), left };
}

/** Whether that is possible here. */
export async function hasSmallDisks(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  await using folder = await temporaryFolder();
  return (await unshared("mount -t tmpfs -o size=4k none .", [], folder.path)).success;
}

/** Runs a shell script that may mount. */
async function unshared(script: string, args: readonly string[], cwd: string) {
  const sh = ["-rm", "sh", "-c", script, "sh", ...args];
  const options = { args: sh, cwd, env: { NO_COLOR: "1" }, stdin: "null", stdout: "null", stderr: "null" } as const;
  return await new Deno.Command("unshare", options).output().catch(() => ({ success: false, code: 127 }));
}
