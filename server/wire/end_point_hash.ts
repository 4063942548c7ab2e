import { createHash } from "node:crypto";
import { oid, readElement } from "./der.ts";

/** Hash of each signature algorithm a certificate may carry; RFC 5929 4.1 replaces MD5 and SHA-1 by SHA-256. */
const hashes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.4": "sha256", // md5WithRSA
  "1.2.840.113549.1.1.5": "sha256", // sha1WithRSA
  "1.2.840.113549.1.1.11": "sha256", // sha256WithRSA
  "1.2.840.113549.1.1.12": "sha384", // sha384WithRSA
  "1.2.840.113549.1.1.13": "sha512", // sha512WithRSA
  "1.2.840.10045.4.1": "sha256", // ecdsaWithSHA1
  "1.2.840.10045.4.3.2": "sha256", // ecdsaWithSHA256
  "1.2.840.10045.4.3.3": "sha384", // ecdsaWithSHA384
  "1.2.840.10045.4.3.4": "sha512", // ecdsaWithSHA512
};

/**
 * Channel binding data of type `tls-server-end-point` (RFC 5929, 4): the hash of the certificate, by its own signature's
 * hash function. `null` for a signature without a single one (Ed25519, RSA-PSS), as the RFC leaves that undefined.
 */
export function endPointHash(certificate: Uint8Array): Uint8Array | null {
  const hash = signatureHash(certificate);
  return hash === null ? null : new Uint8Array(createHash(hash).update(certificate).digest());
}

/** `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, … }, signature }` (RFC 5280). */
function signatureHash(certificate: Uint8Array): string | null {
  const outer = readElement(certificate, 0);
  const tbs = readElement(certificate, outer.start);
  const algorithm = readElement(certificate, tbs.end);
  const identifier = certificate.subarray(algorithm.start, readElement(certificate, algorithm.start).end);
  const known = Object.keys(hashes).find((dotted) => sameBytes(oid(dotted), identifier));
  return known === undefined ? null : hashes[known];
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
