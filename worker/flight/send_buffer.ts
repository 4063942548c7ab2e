/**
 * How much of what is sent over a unix socket the system keeps until the other side reads it. By default that is some 200 KB,
 * less than a batch of rows, so that each batch goes in two parts and costs both processes one more turn of waiting.
 */
import type { Socket } from "node:net";

/** A batch of rows, and as much again for what the system counts beside the bytes. Some systems give less. */
const wantedBytes = 512 * 1024;

/** The C library's name, and the numbers of SOL_SOCKET and SO_SNDBUF. */
const systems: Partial<Record<typeof Deno.build.os, { library: string; level: number; option: number }>> = {
  linux: { library: "libc.so.6", level: 1, option: 7 },
  darwin: { library: "libSystem.B.dylib", level: 0xffff, option: 0x1001 },
};

const functions = {
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
} as const;

let library: Deno.DynamicLibrary<typeof functions> | null = null;

/** Lets a connected unix socket take a whole batch of rows at once; where that cannot be had it stays as it is. */
export function enlargeSendBuffer(socket: Socket): void {
  const system = systems[Deno.build.os];
  const fd = descriptorOf(socket);
  if (system === undefined || fd === null) return;
  try {
    library ??= Deno.dlopen(system.library, functions);
    const size = new Uint8Array(Int32Array.of(wantedBytes).buffer);
    library.symbols.setsockopt(fd, system.level, system.option, size, size.length);
  } catch {
    // No such library: all works as before, a little slower.
  }
}

/** Not a public interface, though Node and Deno both have it. */
function descriptorOf(socket: Socket): number | null {
  const { fd } = (socket as { _handle?: { fd?: unknown } | null })._handle ?? {};
  return typeof fd === "number" && fd >= 0 ? fd : null;
}
