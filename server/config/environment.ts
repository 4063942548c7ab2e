/** The `DUCKGRES_*` environment variables, and those shared with other programs. An empty one counts as not set. */
import { split } from "./kinds.ts";
import { byEnv, bySharedEnv, envPrefix, table } from "./options.ts";
import { notAvailable, problem, type Source, unknown } from "./setting.ts";
import { unavailableByEnv, unavailableEnvFamilies } from "./unavailable.ts";

/** Reads them in the order of their names; those shared with other programs come last, and so decide. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Source {
  const source: Source = { settings: [], problems: [] };
  for (const variable of Object.keys(env).sort()) {
    const text = env[variable];
    if (!variable.startsWith(envPrefix) || !text || isServiceLink(variable, text)) continue;
    readVariable(variable, text, source);
  }
  for (const [variable, option] of bySharedEnv) {
    const text = env[variable];
    if (text) source.settings.push({ option, texts: split(table[option].kind, text), origin: variable });
  }
  return source;
}

function readVariable(variable: string, text: string, source: Source): void {
  const suffix = variable.slice(envPrefix.length);
  const option = byEnv.get(suffix);
  if (option) {
    source.settings.push({ option, texts: split(table[option].kind, text), origin: variable });
    return;
  }
  const names = unavailableByEnv.get(suffix);
  if (names || unavailableEnvFamilies.some((family) => suffix.startsWith(family))) {
    source.problems.push(notAvailable(names ?? { yaml: null, env: suffix, flag: null }, variable));
    return;
  }
  const candidates = [...byEnv.keys()].map((name) => envPrefix + name);
  source.problems.push(problem(variable, undefined, unknown("environment variable", variable, candidates)));
}

/**
 * Kubernetes gives every container variables for each service of its namespace; for one named `duckgres` (or
 * `duckgres-…`) they begin like ours, and one is even `DUCKGRES_PORT=tcp://10.0.0.1:5432`.
 *
 * @see https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$/.test(variable)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(variable)) return true;
  return variable.endsWith("_PORT") && /^(tcp|udp|sctp):\/\//.test(text);
}
