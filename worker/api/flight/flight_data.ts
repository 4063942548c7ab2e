/**
 * FlightData, the message that carries everything large. Written and read by hand so that a block of rows is copied once
 * on its way out and not at all on its way in.
 */
import { Buffer } from "node:buffer";
import { BinaryReader } from "@bufbuild/protobuf/wire";

/** Absent parts are empty. */
export interface FlightData {
  /** A FlightDescriptor; in the first message of a DoPut or DoExchange. */
  descriptor: Uint8Array;
  /** An Arrow IPC message's metadata. */
  header: Uint8Array;
  appMetadata: Uint8Array;
  body: Uint8Array;
  /** Written instead of `body`, one behind the other, to spare joining them first. Never read. */
  bodyParts?: readonly Uint8Array[];
}

const nothing = new Uint8Array(0);
const fields = { descriptor: 1, header: 2, appMetadata: 3, body: 1000 } as const;
const lengthDelimited = 2;
/** Tag (2 bytes for field 1000) and length (5) of each part. */
const overhead = 4 * 7;

/** One buffer with the whole message. */
export function encodeFlightData(data: Partial<FlightData>): Buffer {
  const {
    descriptor = nothing,
    header = nothing,
    appMetadata = nothing,
    bodyParts = [data.body ?? nothing],
  } = data;
  let bodySize = 0;
  for (const part of bodyParts) bodySize += part.length;
  const size = descriptor.length + header.length + appMetadata.length + bodySize + overhead;
  const out = Buffer.allocUnsafe(size);
  let at = writePart(out, 0, fields.descriptor, descriptor);
  at = writePart(out, at, fields.header, header);
  at = writePart(out, at, fields.appMetadata, appMetadata);
  at = writeHead(out, at, fields.body, bodySize);
  for (const part of bodyParts) {
    out.set(part, at);
    at += part.length;
  }
  return out.subarray(0, at);
}

function writePart(out: Uint8Array, start: number, field: number, part: Uint8Array): number {
  const at = writeHead(out, start, field, part.length);
  out.set(part, at);
  return at + part.length;
}

/** Tag and length of a part; nothing for an empty one, which is left out. */
function writeHead(out: Uint8Array, start: number, field: number, length: number): number {
  if (length === 0) return start;
  const at = writeVarint(out, start, field * 8 + lengthDelimited);
  return writeVarint(out, at, length);
}

function writeVarint(out: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

/**
 * The parts are views of `bytes`.
 *
 * @throws {Error} for bytes that are no FlightData
 */
export function decodeFlightData(bytes: Uint8Array): FlightData {
  const reader = new BinaryReader(bytes);
  const data: FlightData = { descriptor: nothing, header: nothing, appMetadata: nothing, body: nothing };
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const name = wireType === lengthDelimited ? partOf(number) : null;
    if (name === null) {
      reader.skip(wireType, number);
      continue;
    }
    const length = reader.uint32();
    if (reader.pos + length > reader.len) throw new Error("a FlightData message is cut short");
    data[name] = bytes.subarray(reader.pos, reader.pos + length);
    reader.pos += length;
  }
  return data;
}

function partOf(number: number): keyof typeof fields | null {
  for (const name of ["descriptor", "header", "appMetadata", "body"] as const) {
    if (fields[name] === number) return name;
  }
  return null;
}
