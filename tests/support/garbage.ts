/** Memory that is only not yet collected is no growth: V8 does not count what its garbage holds outside of its heap. */
import type { Server } from "./server.ts";

/** Has a server collect its garbage, by V8's inspector. @throws where it was not started `inspected` */
export async function collectGarbage(server: Server): Promise<void> {
  const address = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(server.output())?.[0];
  if (!address) throw new Error("the server has no inspector");
  const socket = new WebSocket(address);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // What is freed by finalizers is collected the second time.
  socket.onopen = () => [1, 2].forEach((id) => socket.send(collection(id)));
  socket.onmessage = ({ data }) => JSON.parse(data).id === 2 && resolve();
  socket.onerror = socket.onclose = () => reject(new Error("the server's inspector went away"));
  try {
    await promise;
  } finally {
    socket.onclose = null;
    socket.close();
  }
}

function collection(id: number): string {
  return JSON.stringify({ id, method: "HeapProfiler.collectGarbage" });
}
