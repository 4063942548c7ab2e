/** Flight's bare calls, for what Flight SQL's own clients do not let a test see or do. */
import { Client, type ClientReadableStream, credentials, Metadata } from "@grpc/grpc-js";
import type { FlightData } from "../../worker/api/flight/flight_data.ts";
import { headers } from "../../worker/api/flight/headers.ts";
import { channelOptions, flightService } from "../../worker/api/flight/service.ts";
import { pack, type SqlMessage, type SqlMessageName, unpack } from "../../worker/api/flight/sql_messages.ts";

type Info = Parameters<typeof flightService.getFlightInfo.responseSerialize>[0];

/** One connection to a worker. */
export class RawFlight {
  readonly #client: Client;
  readonly #headers: Record<string, string>;

  /** @param address as gRPC names it; a client of its own connection, never one that is shared */
  constructor(address: string, token: string, more: Record<string, string> = {}) {
    this.#client = new Client(address, credentials.createInsecure(), {
      ...channelOptions,
      "grpc.use_local_subchannel_pool": 1,
    });
    this.#headers = { [headers.authorization]: `Bearer ${token}`, ...more };
  }

  info<N extends SqlMessageName>(name: N, value: Partial<SqlMessage<N>>): Promise<Info> {
    const { path, requestSerialize, responseDeserialize } = flightService.getFlightInfo;
    const request = { type: 2, cmd: pack(name, value) };
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#metadata(),
        (error, info) => error ? reject(error) : resolve(info!),
      );
    });
  }

  /** The ticket of a query, and its handle. */
  async ticket(query: string): Promise<{ ticket: Uint8Array; handle: string }> {
    const { endpoints } = await this.info("CommandStatementQuery", { query });
    const ticket = endpoints![0]!.ticket!.ticket!;
    const packed = unpack(ticket);
    if (packed?.name !== "TicketStatementQuery") throw new Error("not a query's ticket");
    return { ticket, handle: new TextDecoder().decode(packed.value.statementHandle) };
  }

  get(ticket: Uint8Array, more: Record<string, string> = {}): ClientReadableStream<Partial<FlightData>> {
    const { path, requestSerialize, responseDeserialize } = flightService.doGet;
    const metadata = this.#metadata(more);
    return this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { ticket },
      metadata,
    );
  }

  /** All messages of a query's answer. */
  async query(query: string, more: Record<string, string> = {}): Promise<Partial<FlightData>[]> {
    const { ticket } = await this.ticket(query);
    return await Array.fromAsync(this.get(ticket, more));
  }

  async action(type: string, body: Uint8Array = new Uint8Array(0)): Promise<Uint8Array[]> {
    const { path, requestSerialize, responseDeserialize } = flightService.doAction;
    const call = this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { type, body },
      this.#metadata(),
    );
    return (await Array.fromAsync(call)).map((result) => result.body!);
  }

  close(): void {
    this.#client.close();
  }

  #metadata(more: Record<string, string> = {}): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries({ ...this.#headers, ...more })) metadata.set(name, value);
    return metadata;
  }
}
