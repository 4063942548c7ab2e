import { PgError } from "../../worker/api/error.ts";
import { protocolViolation } from "./errors.ts";
import { decodeText } from "./text.ts";

/**
 * A cursor over a message's body, with PostgreSQL's checks and words (`pqformat.c`).
 * Every method throws 08P01 where the body is too short.
 */
export class BodyReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (this.remaining === 0) throw protocolViolation("no data left in message");
    return this.#bytes[this.#at++];
  }

  /** Unsigned, as PostgreSQL reads every count and format code. */
  uint16(): number {
    this.#need(2);
    const at = this.#at;
    this.#at += 2;
    return (this.#bytes[at] << 8) | this.#bytes[at + 1];
  }

  int32(): number {
    this.#need(4);
    const at = this.#at;
    const bytes = this.#bytes;
    this.#at += 4;
    return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    const view = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return view;
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /**
   * A zero-terminated string.
   *
   * @throws {PgError} 08P01 without a terminator, 22021 for bytes that are not UTF-8.
   */
  string(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw protocolViolation("invalid string in message");
    const text = decodeText(this.#bytes, this.#at, end);
    this.#at = end + 1;
    return text;
  }

  /** A count of things of at least `size` bytes each: checked before anyone makes room for them. */
  count(size: number): number {
    const count = this.uint16();
    this.#need(count * size);
    return count;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.remaining !== 0) throw protocolViolation("invalid message format");
  }

  #need(length: number): void {
    if (length < 0 || length > this.remaining) throw insufficientData();
  }
}

function insufficientData(): PgError {
  return protocolViolation("insufficient data left in message");
}
