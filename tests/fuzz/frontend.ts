/** Frontend messages taken apart, so that a mutation can keep the framing true, or lie about it. */
import { Buffer } from "node:buffer";

/** One message. `type` 0 has no type byte: the packets that connections begin with. */
export interface Message {
  type: number;
  body: Uint8Array;
}

/** With a true length. */
export function encode({ type, body }: Message): Uint8Array {
  return encodeAs(type, body.length + 4, body);
}

/** With this length field, true or not. */
export function encodeAs(type: number, length: number, body: Uint8Array): Uint8Array {
  const head = type === 0 ? 0 : 1;
  const bytes = Buffer.alloc(head + 4 + body.length);
  if (head === 1) bytes[0] = type;
  bytes.writeInt32BE(length | 0, head);
  bytes.set(body, head + 4);
  return bytes;
}

/** Cuts well-formed messages, all with or all without a type byte. */
export function decode(bytes: Uint8Array, typed: boolean): Message[] {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = typed ? 1 : 0;
  const messages: Message[] = [];
  for (let at = 0; at < source.length;) {
    const end = at + head + source.readInt32BE(at + head);
    messages.push({ type: typed ? source[at] : 0, body: source.subarray(at + head + 4, end) });
    at = end;
  }
  return messages;
}
