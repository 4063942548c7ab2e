/**
 * Listening unix sockets that a child process inherits: a worker's socket exists before the worker does, so that a
 * connection waits in it instead of racing the start. Deno has no way to pass a descriptor on; the C library has.
 */

/** What differs between systems in `struct sockaddr_un`, and where the C library is. */
interface System {
  library: string;
  /** Bytes for the path, its closing zero included. */
  pathSize: number;
  /** What stands before the path in the address. */
  head: (length: number) => readonly number[];
}

const systems: Readonly<Partial<Record<typeof Deno.build.os, System>>> = {
  linux: { library: "libc.so.6", pathSize: 108, head: () => [1, 0] }, // little-endian, as all that Deno runs on
  darwin: { library: "libSystem.B.dylib", pathSize: 104, head: (length) => [length, 1] },
};

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const backlog = 511;

const functions = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

let library: Deno.DynamicLibrary<typeof functions> | null = null;

function system(): System {
  const found = systems[Deno.build.os];
  if (!found) throw new Error(`workers' sockets are not made on ${Deno.build.os}`);
  return found;
}

function libc() {
  library ??= Deno.dlopen(system().library, functions);
  return library.symbols;
}

/** A socket that listens. */
export interface ListeningSocket {
  readonly fd: number;
  /** Runs `spawn`, which starts a process before it returns; that process has the descriptor too. */
  inherited<T>(spawn: () => T): T;
  /** Closes this process's descriptor; the file stays. */
  close(): void;
}

/**
 * Makes a socket file (mode 0700) and listens on it.
 *
 * @throws {Error} where there is such a file, or its folder takes none
 */
export function listenUnix(path: string): ListeningSocket {
  const c = libc();
  const address = addressOf(path);
  const fd = c.socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) throw new Error("could not make a unix socket");
  // Nobody else starts a process between these lines: all of this is one turn of the event loop.
  c.fcntl(fd, F_SETFD, FD_CLOEXEC);
  try {
    if (c.bind(fd, address, address.length) !== 0) throw new Error(`could not bind unix socket ${path}`);
    Deno.chmodSync(path, 0o700);
    if (c.listen(fd, backlog) !== 0) throw new Error(`could not listen on unix socket ${path}`);
  } catch (error) {
    c.close(fd);
    throw error;
  }
  return {
    fd,
    inherited(spawn) {
      c.fcntl(fd, F_SETFD, 0);
      try {
        return spawn();
      } finally {
        c.fcntl(fd, F_SETFD, FD_CLOEXEC);
      }
    },
    close: () => void c.close(fd),
  };
}

function addressOf(path: string): Uint8Array<ArrayBuffer> {
  const { pathSize, head } = system();
  const name = new TextEncoder().encode(path);
  if (name.length >= pathSize) {
    throw new Error(`the path of a unix socket is at most ${pathSize - 1} bytes long, not ${path}`);
  }
  const length = 2 + name.length + 1;
  const address = new Uint8Array(length);
  address.set(head(length));
  address.set(name, 2);
  return address;
}
