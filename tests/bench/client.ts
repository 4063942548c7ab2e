/**
 * The benchmarks' client: over TLS, and as cheap as can be, so that what is measured is the server. It counts messages by
 * their headers and never looks at a row.
 */
import { Buffer } from "node:buffer";
import { loggedIn, type Login, type Target } from "../support/raw_client.ts";

/** What came back up to a ReadyForQuery. */
export interface Answer {
  rows: number;
  bytes: number;
}

/** A logged-in client that runs one request at a time. */
export interface BenchClient {
  /** Sends messages that end in one ReadyForQuery, and waits for it. @throws on an ErrorResponse. */
  ask(request: Uint8Array): Promise<Answer>;
  /** Bytes that have come so far. */
  received(): number;
  close(): void;
}

const dataRow = 0x44;
const errorResponse = 0x45;
const readyForQuery = 0x5a;
const copyInResponse = 0x47;

/** Connects over TLS and logs in as `postgres`. */
export async function connect(target: Target, login?: Login): Promise<BenchClient> {
  const { socket } = await loggedIn(target, login);
  socket.removeAllListeners("data");
  const scan = scanner();
  let received = 0;
  let settle: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  socket.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (!scan.take(chunk)) return;
    const { error, rows, bytes } = scan.reset();
    const waiting = settle;
    settle = null;
    if (error === "") waiting?.resolve({ rows, bytes });
    else waiting?.reject(new Error(error));
  });
  socket.on("close", () => settle?.reject(new Error("the server closed the connection")));
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    received: () => received,
    close: () => socket.destroy(),
  };
}

/**
 * Walks over message headers, however the bytes are cut. Written as one loop over numbers: it runs for every message of
 * hundreds of megabytes.
 */
function scanner() {
  const header = new Uint8Array(5);
  let headerLength = 0;
  let skip = 0;
  let rows = 0;
  let bytes = 0;
  let error = "";
  let errorBody: Uint8Array[] | null = null;
  let done = false;

  /** Takes a chunk; true when it ends with a ReadyForQuery, or asks for COPY data. */
  function take(chunk: Uint8Array): boolean {
    bytes += chunk.length;
    const { length } = chunk;
    let at = 0;
    while (at < length) {
      if (skip > 0) {
        const step = Math.min(skip, length - at);
        errorBody?.push(chunk.slice(at, at + step));
        at += step;
        skip -= step;
        if (skip > 0) break;
        if (errorBody !== null) endError();
        continue;
      }
      let type: number;
      let size: number;
      if (headerLength === 0 && length - at >= 5) {
        type = chunk[at];
        size = (chunk[at + 1] << 24) | (chunk[at + 2] << 16) | (chunk[at + 3] << 8) | chunk[at + 4];
        at += 5;
      } else {
        header[headerLength++] = chunk[at++];
        if (headerLength < 5) continue;
        headerLength = 0;
        type = header[0];
        size = (header[1] << 24) | (header[2] << 16) | (header[3] << 8) | header[4];
      }
      skip = size - 4;
      if (type === dataRow) rows++;
      else if (type === errorResponse) errorBody = [];
      else if (type === readyForQuery || type === copyInResponse) done = true;
    }
    return done && skip === 0;
  }

  function endError(): void {
    error ||= new TextDecoder().decode(Buffer.concat(errorBody!)).replaceAll("\0", " ");
    errorBody = null;
  }

  function reset(): Answer & { error: string } {
    const answer = { rows, bytes, error };
    rows = bytes = 0;
    error = "";
    done = false;
    return answer;
  }
  return { take, reset };
}
