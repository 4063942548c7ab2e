/** Messages of a call, at the pace of the other side. */
import type { EventEmitter } from "node:events";
import type { Operation } from "./operations.ts";

/** What is written to: a grpc-js call that answers a stream. */
export interface Outgoing<T> extends EventEmitter {
  write(message: T): boolean;
}

/** What is read from: a grpc-js call whose client streams. */
export interface Incoming<T> extends EventEmitter {
  read(): T | null;
  resume(): unknown;
}

/**
 * Writes a message, and waits while the client has enough unread.
 *
 * @throws PgError 57014 once the operation was cancelled
 */
export async function send<T>(call: Outgoing<T>, operation: Operation, message: T): Promise<void> {
  operation.check();
  if (!call.write(message)) await either(call, "drain", "cancelled");
  operation.check();
}

/**
 * The client's messages; nothing is read ahead of what is asked for but what grpc-js has already.
 *
 * @throws PgError 57014 once the operation was cancelled
 */
export async function* received<T>(call: Incoming<T>, operation: Operation): AsyncGenerator<T> {
  let ended = false;
  call.once("end", () => ended = true);
  for (;;) {
    operation.check();
    const message = call.read();
    if (message !== null) yield message;
    else if (ended) return;
    else await either(call, "readable", "end", "cancelled");
  }
}

function either(call: EventEmitter, ...events: string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.once(event, done);
  });
}
