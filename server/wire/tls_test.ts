import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { TLSSocket } from "node:tls";
import { endPointHash } from "./end_point_hash.ts";
import { selfSigned, writeSelfSigned } from "./self_signed.ts";
import { negotiate } from "./startup.ts";
import { RawClient, TempDir, TestServer } from "./test_support.ts";
import { openTls, type TlsFiles } from "./tls.ts";

function filesIn(dir: TempDir, generate = true): TlsFiles {
  return { cert: dir.file("certs/server.crt"), key: dir.file("certs/server.key"), generate };
}

Deno.test("a self-signed certificate says what it is for", () => {
  const now = new Date("2030-05-06T07:08:09Z");
  const certificate = new X509Certificate(selfSigned(now, "db.internal").cert);
  assert.equal(certificate.subject, "CN=localhost");
  assert.equal(certificate.issuer, "CN=localhost");
  assert.equal(new Date(certificate.validFrom).toISOString(), "2030-05-06T07:03:09.000Z");
  assert.equal(new Date(certificate.validTo).toISOString(), "2031-05-06T07:08:09.000Z");
  assert.equal(certificate.ca, false);
  const names = certificate.subjectAltName ?? "";
  for (const name of ["DNS:localhost", "DNS:db.internal", "IP Address:127.0.0.1"]) {
    assert.ok(names.includes(name), names);
  }
});

Deno.test("a certificate for a time beyond 2049", () => {
  const certificate = new X509Certificate(selfSigned(new Date("2055-01-01T00:00:00Z")).cert);
  assert.equal(new Date(certificate.validTo).toISOString(), "2056-01-01T00:00:00.000Z");
});

Deno.test("a pair is made once, kept, and only its owner can read the key", () => {
  using dir = new TempDir();
  const files = filesIn(dir);
  openTls(files);
  const first = readFileSync(files.cert, "utf8");
  assert.equal(statSync(files.key).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dir.file("certs")).sort(), ["server.crt", "server.key"]);
  openTls(files);
  assert.equal(readFileSync(files.cert, "utf8"), first);
});

Deno.test("a pair that has expired, or does not parse, is made again", () => {
  using dir = new TempDir();
  const files = filesIn(dir);
  writeSelfSigned(files.cert, files.key, new Date(Date.now() - 365 * 86_400_000));
  const expired = readFileSync(files.cert, "utf8");
  assert.ok(openTls(files).current().notAfter.getTime() > Date.now() + 300 * 86_400_000);
  assert.notEqual(readFileSync(files.cert, "utf8"), expired);
  writeFileSync(files.cert, "nonsense");
  openTls(files);
  assert.ok(readFileSync(files.cert, "utf8").startsWith("-----BEGIN CERTIFICATE-----"));
});

Deno.test("given files that cannot be used are told to the operator, and left alone", () => {
  using dir = new TempDir();
  const files = { cert: dir.file("a.crt"), key: dir.file("a.key"), generate: false };
  assert.throws(() => openTls(files), /could not read certificate file ".*a\.crt"/);
  writeFileSync(files.cert, "nonsense");
  assert.throws(() => openTls(files), /could not read private key file ".*a\.key"/);
  writeFileSync(files.key, "nonsense");
  assert.throws(() => openTls(files), /could not load certificate file ".*a\.crt"/);
  assert.equal(readFileSync(files.cert, "utf8"), "nonsense");
});

Deno.test("files that change are used for new connections, at the latest a second later", () => {
  using dir = new TempDir();
  const files = filesIn(dir);
  let now = Date.now();
  const problems: string[] = [];
  const tls = openTls(files, { now: () => now, onProblem: (problem) => problems.push(problem.message) });
  const first = tls.current();
  assert.equal(tls.current(), first);

  replace(files);
  now += 500;
  assert.equal(tls.current(), first, "not looked at again yet");
  now += 500;
  const second = tls.current();
  assert.notDeepEqual(second.endPoint, first.endPoint);

  writeFileSync(files.cert, "nonsense");
  now += 1000;
  assert.equal(tls.current(), second, "a broken file changes nothing");
  assert.equal(problems.length, 1);
  now += 1000;
  tls.current();
  assert.equal(problems.length, 1, "told once");

  rmSync(files.cert);
  now += 1000;
  assert.equal(tls.current(), second);
  assert.equal(existsSync(files.cert), false);

  replace(files);
  now += 1000;
  assert.notDeepEqual(tls.current().endPoint, second.endPoint);
});

/** A new pair, put in place as an operator would. */
function replace(files: TlsFiles): void {
  const { cert, key } = selfSigned();
  writeFileSync(files.key + ".new", key, { mode: 0o600 });
  writeFileSync(files.cert + ".new", cert);
  renameSync(files.key + ".new", files.key);
  renameSync(files.cert + ".new", files.cert);
}

Deno.test("a client sees the certificate that was put in place while the server runs", async () => {
  using dir = new TempDir();
  const files = filesIn(dir);
  let now = Date.now();
  const identity = openTls(files, { now: () => now });
  await using server = await TestServer.start((socket) => negotiate(socket, { tls: "required", identity }));
  const seen = async (servername: string) => {
    using client = await RawClient.connectTls(server.port, { servername });
    return (client.socket as TLSSocket).getPeerCertificate().fingerprint256;
  };
  const inPlace = () => new X509Certificate(readFileSync(files.cert)).fingerprint256;
  // Another name each time, so that the client does not resume a session.
  assert.equal(await seen("first.test"), inPlace());
  replace(files);
  now += 1000;
  assert.equal(await seen("second.test"), inPlace());
});

Deno.test("channel binding data is the certificate's hash, by its signature's function", () => {
  const { cert } = selfSigned();
  const raw = new X509Certificate(cert).raw;
  assert.equal(endPointHash(raw)?.length, 32);
  // The signature algorithm is named twice; in the outer place it decides. 1.2.840.10045.4.3.x, x the last byte.
  const oid = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
  const at = lastIndexOf(raw, oid) + oid.length;
  assert.equal(endPointHash(withByte(raw, at, 3))?.length, 48);
  assert.equal(endPointHash(withByte(raw, at, 4))?.length, 64);
  assert.equal(endPointHash(withByte(raw, at, 9)), null);
});

function lastIndexOf(bytes: Uint8Array, part: number[]): number {
  for (let at = bytes.length - part.length; at >= 0; at--) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new Error("not found");
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}
