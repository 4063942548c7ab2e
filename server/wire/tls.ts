/**
 * The server's certificate: read from files, made when there is none, and read again when the files change.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContext } from "node:tls";
import { endPointHash } from "./end_point_hash.ts";
import { writeSelfSigned } from "./self_signed.ts";

/** What a handshake needs. */
export interface ServerIdentity {
  readonly context: SecureContext;
  /** Channel binding data for `tls-server-end-point`; `null` where the certificate's signature has no usable hash. */
  readonly endPoint: Uint8Array | null;
  readonly notAfter: Date;
}

/** Where the certificate is, and what to do about it. */
export interface TlsFiles {
  /** PEM; the server's certificate, then any intermediate ones. */
  cert: string;
  /** PEM, not encrypted. */
  key: string;
  /** Make a self-signed pair where there is none, or where it has expired. */
  generate: boolean;
}

/** The certificate as it is now. */
export interface TlsIdentity {
  /** The identity for a new connection. Looks at the files at most once a second. */
  current(): ServerIdentity;
}

/** Time between looks at the files, in milliseconds. */
const checkInterval = 1000;

/** A generated certificate is made anew at the start when it has less than this left, in milliseconds. */
const renewBefore = 24 * 3600 * 1000;

/**
 * Reads the certificate, or makes one (`generate`). Files that change later are used for new connections; when they
 * cannot be used, `onProblem` hears why and the old certificate stays.
 *
 * @throws {Error} with a sentence for the operator when there is no usable certificate.
 */
export function openTls(
  files: TlsFiles,
  options: { onProblem?: (problem: Error) => void; now?: () => number } = {},
): TlsIdentity {
  const now = options.now ?? Date.now;
  if (files.generate && !usable(files, now())) writeSelfSigned(files.cert, files.key, new Date(now()));
  let identity = load(files);
  noteEndPoint(identity.endPoint);
  let stamp = stampOf(files);
  let checked = now();

  function reload(): void {
    checked = now();
    const latest = stampOf(files);
    if (latest === stamp) return;
    stamp = latest;
    try {
      identity = load(files);
      noteEndPoint(identity.endPoint);
    } catch (error) {
      options.onProblem?.(error as Error);
    }
  }

  return {
    current() {
      if (now() - checked >= checkInterval) reload();
      return identity;
    },
  };
}

/** End points served by this process, and whether there was more than one. */
let lastEndPoint: string | null = null;
let endPointChanged = false;

/**
 * Channel binding data for a connection; `null` where it must not be offered.
 *
 * The runtime issues session tickets that cannot be switched off and that hold for all certificates of the process. A
 * client that resumed a session still has the certificate of its first handshake, so once there was another one, there is
 * no telling what it will bind to.
 */
export function endPointOf(identity: ServerIdentity, resumed: boolean): Uint8Array | null {
  return resumed && endPointChanged ? null : identity.endPoint;
}

function noteEndPoint(endPoint: Uint8Array | null): void {
  const text = String(endPoint);
  endPointChanged ||= lastEndPoint !== null && lastEndPoint !== text;
  lastEndPoint = text;
}

function usable(files: TlsFiles, now: number): boolean {
  try {
    return load(files).notAfter.getTime() - now > renewBefore;
  } catch {
    return false;
  }
}

function load(files: TlsFiles): ServerIdentity {
  const cert = readPem(files.cert, "certificate");
  const key = readPem(files.key, "private key");
  const certificate = parseCertificate(files.cert, cert);
  return {
    context: secureContext(files, cert, key),
    endPoint: endPointHash(certificate.raw),
    notAfter: new Date(certificate.validTo),
  };
}

function readPem(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`could not read ${what} file "${path}": ${(error as Error).message}`, { cause: error });
  }
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new Error(`could not load certificate file "${path}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function secureContext(files: TlsFiles, cert: string, key: string): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
  } catch (error) {
    const message = `could not use certificate "${files.cert}" with private key "${files.key}": `;
    throw new Error(message + (error as Error).message, { cause: error });
  }
}

/** Changes whenever either file does; `null` while one is missing, as when it is being replaced. */
function stampOf(files: TlsFiles): string | null {
  const stats = [files.cert, files.key].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (stats.some((stat) => stat === undefined)) return null;
  return stats.map((stat) => `${stat!.ino}:${stat!.size}:${stat!.mtimeMs}`).join(" ");
}
