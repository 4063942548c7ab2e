import { join } from "node:path";

/** How a program is started. */
export interface Program {
  command: string;
  args: readonly string[];
}

/** This very program: the compiled executable, or the sources on this Deno. */
export function thisProgram(): Program {
  if (Deno.build.standalone) return { command: Deno.execPath(), args: [] };
  const root = join(import.meta.dirname!, "..", "..");
  return {
    command: Deno.execPath(),
    args: ["run", "-A", "--no-check", "--config", join(root, "deno.json"), join(root, "main.ts")],
  };
}
