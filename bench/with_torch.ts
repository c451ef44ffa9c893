import { delimiter, join, sep } from "node:path";

/** The first interpreter of that name on the PATH that has PyTorch: a wrapper may have put a bare one in front. */
export function withTorch(name: string): string {
  const folders = (Deno.env.get("PATH") ?? "").split(delimiter);
  const candidates = name.includes(sep) ? [name] : folders.map((folder) => join(folder, name));
  const hasTorch = (python: string) => {
    try {
      return new Deno.Command(python, { args: ["-c", "import torch"], stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  };
  const found = candidates.find(hasTorch);
  if (found) return found;
  console.error(`error: no ${name} on the PATH can import torch`);
  Deno.exit(2);
}
