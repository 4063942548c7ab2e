import { join } from "node:path";
import type { Config } from "../config/mod.ts";
import type { TlsFiles } from "../wire/tls.ts";

/** The given certificate, or a generated one that stays in the data directory. */
export function certificateFiles({ tls: { cert, key }, dataDir }: Config): TlsFiles {
  if (cert && key) return { cert, key, generate: false };
  const folder = join(dataDir, "certs");
  return { cert: join(folder, "server.crt"), key: join(folder, "server.key"), generate: true };
}
