/**
 * A self-signed certificate for a server that was given none (RFC 5280, written directly: it is a few dozen bytes of DER).
 */
import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { ascii, bitString, der, integer, oid, sequence, time } from "./der.ts";

/** A certificate and its key, both PEM. */
export interface SelfSigned {
  cert: string;
  key: string;
}

/** How long it is valid, in days. */
const validDays = 365;

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/**
 * ECDSA P-256, valid from `now` for a year, for `localhost`, the loopback addresses and `hostName`.
 */
export function selfSigned(now = new Date(), hostName = hostname()): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = tbsCertificate(publicKey, now, hostName);
  const signature = createSign("sha256").update(body).sign(privateKey);
  const certificate = sequence(body, ecdsaWithSha256, bitString(signature));
  return {
    cert: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

/**
 * Makes a pair and puts it in place: each file whole or not at all, the key readable by its owner only, and the key before
 * the certificate.
 */
export function writeSelfSigned(certPath: string, keyPath: string, now = new Date()): void {
  const { cert, key } = selfSigned(now);
  writeWhole(keyPath, key, 0o600);
  writeWhole(certPath, cert, 0o644);
}

function tbsCertificate(publicKey: KeyObject, now: Date, hostName: string): Uint8Array {
  const name = sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, ascii("localhost")))));
  // A few minutes back, for clients whose clock is a little behind.
  const notBefore = new Date(now.getTime() - 5 * 60_000);
  const notAfter = new Date(now.getTime() + validDays * 86_400_000);
  return sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(Uint8Array.from(randomBytes(16))),
    ecdsaWithSha256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: "spki", format: "der" }) as Uint8Array,
    der(0xa3, sequence(...extensions(hostName))),
  );
}

function extensions(hostName: string): Uint8Array[] {
  const critical = der(0x01, Uint8Array.of(0xff));
  return [
    sequence(oid("2.5.29.19"), critical, octets(sequence())), // basicConstraints: not an authority
    sequence(oid("2.5.29.15"), critical, octets(der(0x03, Uint8Array.of(7, 0x80)))), // keyUsage: digitalSignature
    sequence(oid("2.5.29.37"), octets(sequence(oid("1.3.6.1.5.5.7.3.1")))), // extKeyUsage: serverAuth
    sequence(oid("2.5.29.17"), octets(sequence(...alternativeNames(hostName)))),
  ];
}

function alternativeNames(hostName: string): Uint8Array[] {
  const names = /^[a-z0-9.-]+$/i.test(hostName) && hostName !== "localhost"
    ? ["localhost", hostName]
    : ["localhost"];
  const loopback6 = new Uint8Array(16);
  loopback6[15] = 1;
  return [
    ...names.map((name) => der(0x82, ascii(name))),
    der(0x87, Uint8Array.of(127, 0, 0, 1)),
    der(0x87, loopback6),
  ];
}

function octets(content: Uint8Array): Uint8Array {
  return der(0x04, content);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function writeWhole(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(partial, text, { mode, flag: "wx" });
    chmodSync(partial, mode);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
}
