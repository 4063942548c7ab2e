/**
 * Messages of a server as lines of text that can be compared: what must be the same is in them, what may differ (process
 * ids, secrets, salts, source files, table OIDs) is not.
 */
import { Buffer } from "node:buffer";
import { authenticationCode, fieldsOf, type RawMessage } from "../../support/raw_client.ts";

/** Fields of an error that are compared: severity, SQLSTATE, message, detail, hint, position. */
const comparedFields = "VCMDHP";

/** A conversation as lines. `ignored`: letters of error fields to leave out. */
export function transcript(messages: readonly RawMessage[], ignored = ""): string[] {
  const compared = messages.filter((message) => !isLaterSetting(message));
  return sortStatuses(compared.map((message) => line(message, ignored)));
}

function line(message: RawMessage, ignored: string): string {
  const words = [message.type, ...wordsOf(message, ignored)];
  return words.join(" ");
}

function wordsOf(message: RawMessage, ignored: string): string[] {
  const body = Buffer.from(message.body);
  switch (message.type) {
    case "E":
    case "N":
      return [fields(message, ignored)];
    case "T":
      return columns(body);
    case "D":
      return values(body);
    case "t":
      return [...oids(body)].map(String);
    case "C":
    case "Z":
      return [body.toString("utf8").replace("\0", "")];
    case "S":
      return [status(body)];
    case "R":
      return [authentication(message)];
    case "K":
      return [`${body.length - 4}-byte key`];
    case "v":
      return [body.readInt32BE(0) & 0xffff, ...body.toString("utf8", 8).split("\0")].map(String).filter(
        Boolean,
      );
    default:
      return body.length === 0 ? [] : [body.toString("hex")];
  }
}

function fields(message: RawMessage, ignored: string): string {
  const all = fieldsOf(message);
  if (all.S !== all.V) return `S ${all.S} is not V ${all.V}`;
  const kept = [...comparedFields].filter((letter) => letter in all && !ignored.includes(letter));
  return kept.map((letter) => `${letter}:${all[letter]}`).join(" ");
}

/** `name:type/length/modifier/format` of each column; the table's OID and the column's number are the server's own. */
function columns(body: Buffer): string[] {
  const found: string[] = [];
  let at = 2;
  while (found.length < body.readInt16BE(0)) {
    const nameEnd = body.indexOf(0, at);
    const name = body.toString("utf8", at, nameEnd);
    at = nameEnd + 1;
    const [type, length, modifier, format] = [
      body.readUInt32BE(at + 6),
      body.readInt16BE(at + 10),
      body.readInt32BE(at + 12),
      body.readInt16BE(at + 16),
    ];
    found.push(`${name}:${type}/${length}/${modifier}/${format}`);
    at += 18;
  }
  return found;
}

function values(body: Buffer): string[] {
  const found: string[] = [];
  let at = 2;
  while (found.length < body.readInt16BE(0)) {
    const length = body.readInt32BE(at);
    at += 4;
    found.push(length < 0 ? "NULL" : value(body.subarray(at, at + length)));
    at += Math.max(length, 0);
  }
  return found;
}

/** Text in quotes; bytes that are no text in hexadecimal. */
function value(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  // deno-lint-ignore no-control-regex
  const printable = !/[\x00-\x08\x0e-\x1f\ufffd]/.test(text);
  return printable ? JSON.stringify(text) : `0x${bytes.toString("hex")}`;
}

function* oids(body: Buffer): Generator<number> {
  for (let i = 0; i < body.readInt16BE(0); i++) yield body.readUInt32BE(2 + 4 * i);
}

/** What says which server this is; only its name is compared. */
const ownValues = new Set(["server_version"]);
/** Reported by PostgreSQL 18, but not by 16. */
const laterSettings = new Set(["search_path"]);

function status(body: Buffer): string {
  const [name, value] = body.toString("utf8").split("\0");
  return ownValues.has(name) ? name : `${name}=${value}`;
}

function isLaterSetting(message: RawMessage): boolean {
  if (message.type !== "S") return false;
  return laterSettings.has(Buffer.from(message.body).toString("utf8").split("\0")[0]);
}

function authentication(message: RawMessage): string {
  const code = authenticationCode(message);
  const mechanisms = Buffer.from(message.body).toString("utf8", 4).split("\0").filter(Boolean);
  return code === 10 ? `${code} ${mechanisms.join(" ")}` : String(code);
}

/** A run of ParameterStatus has no order of its own. */
function sortStatuses(lines: readonly string[]): string[] {
  const sorted: string[] = [];
  let run: string[] = [];
  for (const line of [...lines, ""]) {
    if (line.startsWith("S ")) {
      run.push(line);
      continue;
    }
    sorted.push(...run.sort());
    run = [];
    if (line !== "") sorted.push(line);
  }
  return sorted;
}
