/**
 * Inputs that once did harm, one a file in `seeds/`: first the phase of the connection they belong to, then a line in
 * hexadecimal for each write; `#` begins a comment. A failing run prints such a file.
 */
import path from "node:path";
import type { Phase } from "./cases.ts";

export interface SeedFile {
  name: string;
  phase: Phase;
  writes: Uint8Array[];
}

const folder = path.join(import.meta.dirname!, "seeds");

/** All of them, by name. */
export async function readSeedFiles(): Promise<SeedFile[]> {
  const names = [];
  for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith(".txt")) names.push(entry.name);
  return await Promise.all(
    names.sort().map(async (name) => parseSeedFile(name, await Deno.readTextFile(path.join(folder, name)))),
  );
}

/** @throws for a file without a phase, or with what is not hexadecimal */
export function parseSeedFile(name: string, text: string): SeedFile {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
  const phase = lines[0]?.match(/^phase: (startup|authentication|session)$/)?.[1];
  if (phase === undefined) throw new Error(`${name}: the first line must be "phase: startup" or the like`);
  return { name, phase: phase as Phase, writes: lines.slice(1).map((line) => fromHex(name, line)) };
}

/** The text of a file. */
export function formatSeedFile(phase: Phase, writes: readonly Uint8Array[], comment: string): string {
  return [`# ${comment}`, `phase: ${phase}`, ...writes.map(toHex), ""].join("\n");
}

function fromHex(name: string, line: string): Uint8Array {
  const digits = line.replaceAll(" ", "");
  if (!/^([0-9a-f]{2})+$/i.test(digits)) throw new Error(`${name}: not hexadecimal: ${line}`);
  return Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
