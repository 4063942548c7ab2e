/** A worker's server in this process, with a real DuckDB, on a unix socket. */
import { connectWorker, type WorkerAddress, type WorkerClient } from "../../server/flight/worker_client.ts";
import { type LocalDatabase, openDatabase } from "../../worker/database.ts";
import { specFor } from "../../worker/engine/testing.ts";
import {
  type FlightServer,
  type FlightServerOptions,
  startFlightServer,
} from "../../worker/flight/server.ts";
import { tempDir } from "../support/temp.ts";

export interface InProcess {
  server: FlightServer;
  /** The path it listens on. */
  socket: string;
  database: LocalDatabase;
  /** As the worker's owner, unless told otherwise. */
  connect(changes?: Partial<WorkerAddress>): WorkerClient;
  /** What the server was told of as a fault of its own. */
  faults: unknown[];
}

export const token = "the worker's token";
export const owner = { worker_id: 1, owner_epoch: 1, cp_instance_id: "control plane" };

/** Runs `work` beside a worker's server; clients that it leaves open are closed. */
export async function withWorker(
  work: (place: InProcess) => Promise<void>,
  options: Partial<FlightServerOptions> = {},
): Promise<void> {
  await using folder = await tempDir();
  const path = `${folder.path}/worker.sock`;
  const database = await openDatabase(await specFor());
  const faults: unknown[] = [];
  const server = await startFlightServer({
    listen: { path },
    token,
    maxSessions: 0,
    openDatabase: () => Promise.resolve(database),
    onFault: (error) => faults.push(error),
    ...options,
  });
  const clients: WorkerClient[] = [];
  const connect = (changes: Partial<WorkerAddress> = {}) => {
    const client = connectWorker({ address: `unix:${path}`, token, owner, ...changes });
    clients.push(client);
    return client;
  };
  try {
    await work({ server, socket: path, database, connect, faults });
  } finally {
    for (const client of clients) client.close();
    await server.stop();
    await database.close();
  }
}
