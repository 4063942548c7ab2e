/** What the server sends, checked against the documentation's "Message Formats" byte by byte. */
import { Buffer } from "node:buffer";

/** What is wrong with a message of this type, or null. Bodies are without type and length. */
export function faultIn(type: string, body: Buffer): string | null {
  const check = checks[type];
  if (check === undefined) return `unknown message type ${JSON.stringify(type)}`;
  const cursor = new Cursor(body);
  const content = check(cursor);
  const surplus = cursor.left === 0 ? null : `${cursor.left} bytes too many`;
  const fault = cursor.fault ?? content ?? surplus;
  return fault === null ? null : `${type}: ${fault}`;
}

/** The fields of an ErrorResponse or NoticeResponse by their letter. */
export function fieldsOf(body: Buffer): Record<string, string> {
  const parts = body.toString("utf8").split("\0").filter((part) => part !== "");
  return Object.fromEntries(parts.map((part) => [part[0], part.slice(1)]));
}

/** Reads on past the end, and remembers that it did. */
class Cursor {
  fault: string | null = null;
  #at = 0;
  constructor(readonly body: Buffer) {}

  get left(): number {
    return this.body.length - this.#at;
  }

  skip(count: number): void {
    if (count < 0 || count > this.left) this.fault = "cut off";
    this.#at = Math.min(this.body.length, this.#at + Math.max(0, count));
  }

  int(size: 1 | 2 | 4): number {
    const at = this.#at;
    this.skip(size);
    return this.fault === null ? this.body.readIntBE(at, size) : 0;
  }

  string(): string {
    const end = this.body.indexOf(0, this.#at);
    if (end < 0) {
      this.fault = "no terminator";
      this.#at = this.body.length;
      return "";
    }
    const text = this.body.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return text;
  }
}

type Check = (cursor: Cursor) => string | null;

const nothing: Check = () => null;

const checks: Record<string, Check | undefined> = {
  "1": nothing,
  "2": nothing,
  "3": nothing,
  n: nothing,
  s: nothing,
  I: nothing,
  c: nothing,
  E: (cursor) => report(cursor, ["ERROR", "FATAL", "PANIC"]),
  N: (cursor) => report(cursor, ["WARNING", "NOTICE", "DEBUG", "INFO", "LOG"]),
  C: (cursor) => cursor.string() === "" ? "no tag" : null,
  Z: (cursor) => "ITE".includes(String.fromCharCode(cursor.int(1))) ? null : "no such transaction status",
  S: (cursor) => {
    const name = cursor.string();
    cursor.string();
    return name === "" ? "no name" : null;
  },
  K: (cursor) => {
    cursor.int(4);
    const length = cursor.left;
    cursor.skip(length);
    return length >= 4 && length <= 256 ? null : `a key of ${length} bytes`;
  },
  R: (cursor) => {
    cursor.int(4);
    cursor.skip(cursor.left);
    return null;
  },
  v: (cursor) => {
    cursor.int(4);
    for (let left = cursor.int(4); left > 0 && cursor.fault === null; left--) cursor.string();
    return null;
  },
  T: (cursor) => {
    for (let left = cursor.int(2); left > 0 && cursor.fault === null; left--) {
      cursor.string();
      cursor.skip(18);
    }
    return null;
  },
  D: (cursor) => {
    for (let left = cursor.int(2); left > 0 && cursor.fault === null; left--) {
      const length = cursor.int(4);
      if (length !== -1) cursor.skip(length);
    }
    return null;
  },
  t: (cursor) => {
    cursor.skip(4 * (cursor.int(2) & 0xffff));
    return null;
  },
  G: copy,
  H: copy,
  d: (cursor) => {
    cursor.skip(cursor.left);
    return null;
  },
};

function copy(cursor: Cursor): string | null {
  cursor.int(1);
  cursor.skip(2 * cursor.int(2));
  return null;
}

/** ErrorResponse and NoticeResponse: the fields that must be there, in UTF-8. */
function report(cursor: Cursor, severities: readonly string[]): string | null {
  if (cursor.body.at(-1) !== 0 || cursor.body.at(-2) !== 0) return "no terminator";
  const fields = fieldsOf(cursor.body);
  cursor.skip(cursor.left);
  const { S, V, C, M } = fields;
  if (!severities.includes(V) || S !== V) return `severity ${S}, ${V}`;
  if (!/^[0-9A-Z]{5}$/.test(C ?? "")) return `SQLSTATE ${C}`;
  if (M === undefined || M === "") return "no message";
  if (fields.P !== undefined && !/^[1-9]\d*$/.test(fields.P)) return `position ${fields.P}`;
  return isUtf8(cursor.body) ? null : "not UTF-8";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
