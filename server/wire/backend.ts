/**
 * What the server says: messages appended one behind the other to one growing buffer.
 *
 * @see https://www.postgresql.org/docs/16/protocol-message-formats.html
 */
import type { Notice, PgError } from "../../worker/api/error.ts";
import type { Column, Format } from "../../worker/api/executor.ts";
import { maskSecrets } from "./mask.ts";

/** Idle in a transaction block or not, or in a failed one. */
export type TransactionStatus = "I" | "T" | "E";

/** A field of a DataRow made by hand: text, bytes as they are, or NULL. */
export type Field = string | Uint8Array | null;

/** The buffer new messages go to; several small answers share one, each taken as a view of its part. */
const slabSize = 4096;

/** A slab this full is left to the views that were taken of it. */
const slabReserve = 256;

const empty = new Uint8Array(0);
const encoder = new TextEncoder();

/**
 * Appends messages; {@linkcode BackendWriter.take} hands over all bytes so far. Nothing is allocated per message.
 *
 * @example
 * ```ts
 * writer.commandComplete("SELECT 1");
 * writer.readyForQuery("I");
 * socket.write(writer.take());
 * ```
 */
export class BackendWriter {
  #buffer = empty;
  /** Where the bytes not taken yet begin. */
  #start = 0;
  #at = 0;
  /** Where the length of the message being written is. */
  #lengthAt = 0;

  /** Bytes waiting to be taken. */
  get size(): number {
    return this.#at - this.#start;
  }

  /** The waiting bytes; they are the caller's now and are never written to again. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(this.#start, this.#at);
    this.#start = this.#at;
    const full = this.#buffer.length - this.#at < slabReserve;
    if (full || this.#buffer.length > slabSize) this.#release();
    return bytes;
  }

  /** Ready messages, e.g. a small block of DataRows, behind what is waiting. */
  raw(messages: Uint8Array): void {
    this.#bytes(messages);
  }

  authenticationOk(): void {
    this.#authentication(0);
  }

  authenticationCleartextPassword(): void {
    this.#authentication(3);
  }

  /** Offers mechanisms, in order of preference. */
  authenticationSasl(mechanisms: readonly string[]): void {
    this.#begin(0x52);
    this.#int32(10);
    for (const mechanism of mechanisms) this.#cString(mechanism);
    this.#byte(0);
    this.#end();
  }

  authenticationSaslContinue(data: string): void {
    this.#authentication(11, data);
  }

  authenticationSaslFinal(data: string): void {
    this.#authentication(12, data);
  }

  /** `minor` of protocol 3, and the `_pq_.` options that are not known. */
  negotiateProtocolVersion(minor: number, unknownOptions: readonly string[]): void {
    this.#begin(0x76);
    this.#int32((3 << 16) | minor);
    this.#int32(unknownOptions.length);
    for (const option of unknownOptions) this.#cString(option);
    this.#end();
  }

  parameterStatus(name: string, value: string): void {
    this.#begin(0x53);
    this.#cString(name);
    this.#cString(value);
    this.#end();
  }

  /** `secret` has 4 bytes in protocol 3.0, up to 256 in 3.2. */
  backendKeyData(pid: number, secret: Uint8Array): void {
    this.#begin(0x4b);
    this.#int32(pid);
    this.#bytes(secret);
    this.#end();
  }

  readyForQuery(status: TransactionStatus): void {
    this.#begin(0x5a);
    this.#byte(status.charCodeAt(0));
    this.#end();
  }

  /** `formats` as in Bind: none, one for all, or one a column. Columns belong to no table here. */
  rowDescription(columns: readonly Column[], formats: readonly number[]): void {
    this.#begin(0x54);
    this.#int16(columns.length);
    for (let i = 0; i < columns.length; i++) this.#column(columns[i], formatOf(formats, i));
    this.#end();
  }

  dataRow(values: readonly Field[]): void {
    this.#begin(0x44);
    this.#int16(values.length);
    for (const value of values) this.#field(value);
    this.#end();
  }

  commandComplete(tag: string): void {
    this.#begin(0x43);
    this.#cString(tag);
    this.#end();
  }

  emptyQueryResponse(): void {
    this.#bare(0x49);
  }

  parseComplete(): void {
    this.#bare(0x31);
  }

  bindComplete(): void {
    this.#bare(0x32);
  }

  closeComplete(): void {
    this.#bare(0x33);
  }

  noData(): void {
    this.#bare(0x6e);
  }

  portalSuspended(): void {
    this.#bare(0x73);
  }

  parameterDescription(oids: readonly number[]): void {
    this.#begin(0x74);
    this.#int16(oids.length);
    for (const oid of oids) this.#int32(oid);
    this.#end();
  }

  /** All fields of the error; secrets in its texts are masked. */
  errorResponse(error: PgError): void {
    this.#report(0x45, error);
  }

  noticeResponse(notice: Notice): void {
    this.#report(0x4e, notice);
  }

  copyInResponse(format: Format, columnFormats: readonly Format[]): void {
    this.#copyResponse(0x47, format, columnFormats);
  }

  copyOutResponse(format: Format, columnFormats: readonly Format[]): void {
    this.#copyResponse(0x48, format, columnFormats);
  }

  copyData(data: Uint8Array): void {
    this.#begin(0x64);
    this.#bytes(data);
    this.#end();
  }

  copyDone(): void {
    this.#bare(0x63);
  }

  notificationResponse(pid: number, channel: string, payload: string): void {
    this.#begin(0x41);
    this.#int32(pid);
    this.#cString(channel);
    this.#cString(payload);
    this.#end();
  }

  #authentication(request: number, data = ""): void {
    this.#begin(0x52);
    this.#int32(request);
    this.#text(data);
    this.#end();
  }

  #column(column: Column, format: number): void {
    this.#cString(column.name);
    this.#int32(0);
    this.#int16(0);
    this.#int32(column.type.oid);
    this.#int16(column.type.length);
    this.#int32(column.type.modifier);
    this.#int16(format);
  }

  #field(value: Field): void {
    if (value === null) return this.#int32(-1);
    this.#int32(0);
    // Counted from the start: the buffer may move while the value is appended.
    const before = this.size;
    if (typeof value === "string") this.#text(value);
    else this.#bytes(value);
    const length = this.size - before;
    this.#setInt32(this.#at - length - 4, length);
  }

  #copyResponse(type: number, format: Format, columnFormats: readonly Format[]): void {
    this.#begin(type);
    this.#byte(format);
    this.#int16(columnFormats.length);
    for (const columnFormat of columnFormats) this.#int16(columnFormat);
    this.#end();
  }

  #report(type: number, report: PgError | Notice): void {
    this.#begin(type);
    this.#reportField("S", report.severity);
    this.#reportField("V", report.severity);
    this.#reportField("C", report.sqlstate);
    this.#reportField("M", maskSecrets(report.message));
    if (report.detail !== undefined) this.#reportField("D", maskSecrets(report.detail));
    if (report.hint !== undefined) this.#reportField("H", maskSecrets(report.hint));
    if ("position" in report && report.position !== undefined) {
      this.#reportField("P", String(report.position));
    }
    const others = "fields" in report && report.fields !== undefined ? Object.entries(report.fields) : [];
    for (const [code, value] of others) this.#reportField(code, maskSecrets(value));
    this.#byte(0);
    this.#end();
  }

  #reportField(code: string, value: string): void {
    this.#byte(code.charCodeAt(0));
    this.#cString(value);
  }

  /** A message without a body. */
  #bare(type: number): void {
    this.#begin(type);
    this.#end();
  }

  #begin(type: number): void {
    this.#reserve(5);
    this.#buffer[this.#at] = type;
    this.#lengthAt = this.#at + 1;
    this.#at += 5;
  }

  #end(): void {
    this.#setInt32(this.#lengthAt, this.#at - this.#lengthAt);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#buffer[this.#at++] = value >> 8;
    this.#buffer[this.#at++] = value;
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#setInt32(this.#at, value);
    this.#at += 4;
  }

  #setInt32(at: number, value: number): void {
    const buffer = this.#buffer;
    buffer[at] = value >> 24;
    buffer[at + 1] = value >> 16;
    buffer[at + 2] = value >> 8;
    buffer[at + 3] = value;
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A zero inside would end the string early and put the client out of step, so it is dropped. */
  #cString(text: string): void {
    this.#text(text.includes("\0") ? text.replaceAll("\0", "") : text);
    this.#byte(0);
  }

  /** Hot path: a plain loop while the text is ASCII, the encoder from the first character that is not. */
  #text(text: string): void {
    if (text.length > slabSize) return this.#bytes(encoder.encode(text));
    this.#reserve(text.length * 3);
    const buffer = this.#buffer;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.#at = at + encoder.encodeInto(text.slice(i), buffer.subarray(at)).written;
        return;
      }
      buffer[at++] = code;
    }
    this.#at = at;
  }

  /** Makes room; the waiting bytes, the message being written among them, may move. */
  #reserve(length: number): void {
    if (this.#at + length <= this.#buffer.length) return;
    const pending = this.size;
    const grown = new Uint8Array(Math.max(slabSize, 2 * pending, pending + length));
    grown.set(this.#buffer.subarray(this.#start, this.#at));
    this.#lengthAt -= this.#start;
    this.#buffer = grown;
    this.#start = 0;
    this.#at = pending;
  }

  #release(): void {
    this.#buffer = empty;
    this.#start = 0;
    this.#at = 0;
  }
}

function formatOf(formats: readonly number[], index: number): number {
  return (formats.length === 1 ? formats[0] : formats[index]) ?? 0;
}
