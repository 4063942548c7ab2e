/**
 * Network addresses as PostgreSQL reads and prints them. They are kept as text in the one form PostgreSQL has for each, so
 * that equal addresses are equal texts.
 *
 * @see https://www.postgresql.org/docs/18/datatype-net-types.html
 */
import { PgError } from "../api/error.ts";
import type { Decoded } from "./decoded.ts";
import { invalidSyntax } from "./numbers.ts";

/** An address of 4 or 16 bytes, and how many bits of it are the network's. */
export interface Address {
  bytes: Uint8Array;
  bits: number;
}

/**
 * The text of an `inet`; the number of bits is left out where it is all of them.
 *
 * @throws PgError 22P02
 * @example inetText("192.168.0.1/32") // "192.168.0.1"
 */
export function inetText(text: string): string {
  const { bytes, bits } = readAddress(text, "inet");
  return bits === bytes.length * 8 ? hostText(bytes) : `${hostText(bytes)}/${bits}`;
}

/**
 * The text of a `cidr`.
 *
 * @throws PgError 22P02, also for bits to the right of the mask
 * @example cidrText("10") // "10.0.0.0/8"
 */
export function cidrText(text: string): string {
  const { bytes, bits } = readAddress(text, "cidr");
  if (bytes.some((byte, i) => (byte & (0xff >> Math.max(0, Math.min(8, bits - i * 8)))) !== 0)) {
    throw new PgError("22P02", `invalid cidr value: "${text}"`, {
      detail: "Value has bits set to right of mask.",
    });
  }
  return `${hostText(bytes)}/${bits}`;
}

/** A parameter of one of the types. */
export function parseNetwork(read: (text: string) => string): (text: string) => Decoded {
  return (text) => ({ kind: "text", value: read(text) });
}

/** Reads an address of either family. @throws PgError 22P02 */
export function readAddress(text: string, type: "inet" | "cidr"): Address {
  const slash = text.indexOf("/");
  const host = slash < 0 ? text : text.slice(0, slash);
  const given = slash < 0 ? null : text.slice(slash + 1);
  const address = host.includes(":")
    ? sixth(host, given)
    : type === "inet"
    ? fourth(host, given)
    : classful(host, given);
  if (!address) throw invalidSyntax(type, text);
  return address;
}

function bitsOf(given: string, most: number): number | null {
  return /^\d{1,3}$/.test(given) && Number(given) <= most ? Number(given) : null;
}

/** One to four numbers; `null` where one is too large. */
function octets(host: string): number[] | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(host)) return null;
  const numbers = host.split(".").map(Number);
  return numbers.some((number) => number > 255) ? null : numbers;
}

function filled(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 4 }, (_, i) => numbers[i] ?? 0);
}

/** `192.168/16`: there must be as many numbers as the bits take. */
function fourth(host: string, given: string | null): Address | null {
  const numbers = octets(host);
  const bits = given === null ? (numbers?.length === 4 ? 32 : null) : bitsOf(given, 32);
  if (!numbers || bits === null || Math.ceil(bits / 8) > numbers.length) return null;
  return { bytes: filled(numbers), bits };
}

/** Without bits, a `cidr` has those of its class, or of the numbers that are there. */
function classful(host: string, given: string | null): Address | null {
  const numbers = octets(host);
  if (!numbers) return null;
  if (given !== null) {
    const bits = bitsOf(given, 32);
    return bits === null ? null : { bytes: filled(numbers), bits };
  }
  const [first] = numbers;
  const usual = first >= 240 ? 32 : first >= 224 ? 8 : first >= 192 ? 24 : first >= 128 ? 16 : 8;
  const bits = Math.max(usual, numbers.length * 8);
  return { bytes: filled(numbers), bits: bits === 8 && first === 224 ? 4 : bits };
}

function sixth(host: string, given: string | null): Address | null {
  const bits = given === null ? 128 : bitsOf(given, 128);
  const groups = groupsOf(host);
  if (bits === null || !groups) return null;
  return { bytes: Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])), bits };
}

/** The eight numbers of an IPv6 address. */
function groupsOf(host: string): number[] | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(host);
  const last = dotted ? octets(dotted[2]) : null;
  if (dotted && !last) return null;
  const pairs = last ? [(last[0] << 8) | last[1], (last[2] << 8) | last[3]] : [];
  const text = dotted ? dotted[1] + pairs.map((pair) => pair.toString(16)).join(":") : host;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => half === "" ? [] : half.split(":"));
  const given = [...head, ...tail ?? []];
  if (given.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return null;
  if (tail === undefined ? given.length !== 8 : given.length > 7) return null;
  const zeros = new Array(8 - given.length).fill("0");
  return [...head, ...zeros, ...tail ?? []].map((group) => parseInt(group, 16));
}

/** An address without its bits. */
export function hostText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2] << 8) | bytes[i * 2 + 1]);
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.map((group) => group.toString(16)).join(":");
  // An IPv4 address in IPv6.
  if (start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff))) {
    return `::${length === 5 ? "ffff:" : ""}${bytes.slice(12).join(".")}`;
  }
  const side = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  return `${side(groups.slice(0, start))}::${side(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

const pairs = Array.from({ length: 6 }, () => "([\\da-f]{1,3})").join(":");
const hardware: readonly RegExp[] = [
  pairs,
  pairs.replaceAll(":", "-"),
  "(..)(..)(..):(..)(..)(..)",
  "(..)(..)(..)-(..)(..)(..)",
  "(..)(..)\\.(..)(..)\\.(..)(..)",
  "(..)(..)-(..)(..)-(..)(..)",
  "(..)(..)(..)(..)(..)(..)",
].map((pattern) => new RegExp(`^\\s*${pattern.replaceAll("(..)", "([\\da-f]{2})")}\\s*$`, "i"));

/**
 * The text of a `macaddr`.
 *
 * @throws PgError 22P02, 22003
 * @example macaddrText("08002b010203") // "08:00:2b:01:02:03"
 */
export function macaddrText(text: string): string {
  for (const form of hardware) {
    const found = form.exec(text);
    if (!found) continue;
    const bytes = found.slice(1).map((part) => parseInt(part, 16));
    if (bytes.some((byte) => byte > 255)) {
      throw new PgError("22003", `invalid octet value in "macaddr" value: "${text}"`);
    }
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(":");
  }
  throw invalidSyntax("macaddr", text);
}

const families = [0, 2, 3];

/** The binary form of an address in PostgreSQL's text. */
export function addressBytes(text: string, type: "inet" | "cidr"): Uint8Array {
  const { bytes, bits } = readAddress(text, type);
  return Uint8Array.of(
    families[bytes.length === 4 ? 1 : 2],
    bits,
    type === "cidr" ? 1 : 0,
    bytes.length,
    ...bytes,
  );
}

/** An address from its binary form; `null` for bytes that are none. */
export function addressOfBytes([family, bits, , length, ...bytes]: Uint8Array): string | null {
  const isKnown = (family === 2 && length === 4 && bits <= 32) ||
    (family === 3 && length === 16 && bits <= 128);
  return isKnown && bytes.length === length ? `${hostText(Uint8Array.from(bytes))}/${bits}` : null;
}

/** The six bytes of a `macaddr` in PostgreSQL's text. */
export function macaddrBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (part) => parseInt(part, 16));
}
