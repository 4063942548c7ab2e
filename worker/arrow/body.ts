/** The body of a record batch: its buffers, and what its metadata says of them. */
import { BufferRegion, FieldNode, Message, RecordBatch } from "apache-arrow/ipc/metadata/message";
import { PgError } from "../api/error.ts";
import type { GrowingValidity } from "./buffers.ts";
import { padded, startMessage } from "./message.ts";

/** Flight's limit for a message, 1 GiB, less its metadata. */
const maxBodyBytes = (1 << 30) - (1 << 20);

/** See the module. Buffers are views until {@linkcode message} copies them. */
export class BatchBody {
  readonly #nodes: FieldNode[] = [];
  readonly #regions: BufferRegion[] = [];
  readonly #buffers: Uint8Array[] = [];
  #length = 0;

  /** A column, or a part of one, and the buffer of its validity. */
  node(validity: GrowingValidity): void {
    const nulls = validity.nulls();
    this.nodeWithoutValidity(validity.length, nulls);
    this.buffer(nulls === 0 ? nothing : validity.used());
  }

  /** For NULL and UNION, which have no such buffer. */
  nodeWithoutValidity(length: number, nulls: number): void {
    this.#nodes.push(new FieldNode(length, nulls));
  }

  buffer(bytes: Uint8Array): void {
    this.#regions.push(new BufferRegion(this.#length, bytes.length));
    this.#buffers.push(bytes);
    this.#length += padded(bytes.length);
  }

  /**
   * The whole batch as one encapsulated message.
   *
   * @throws PgError 54000 when it is larger than a message can be: batches are small, so that is one row
   */
  message(rows: number): Uint8Array<ArrayBuffer> {
    if (this.#length > maxBodyBytes) throw new PgError("54000", "row is too large to send");
    const batch = new RecordBatch(rows, this.#nodes, this.#regions, null);
    const header = Message.encode(Message.from(batch, this.#length));
    const { bytes, bodyStart } = startMessage(header, this.#length);
    for (const [i, buffer] of this.#buffers.entries()) bytes.set(buffer, bodyStart + this.#regions[i].offset);
    return bytes;
  }
}

const nothing = new Uint8Array(0);
