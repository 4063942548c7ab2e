/**
 * The server's metrics in Prometheus' text format. Names and labels are those of the Go system's `duckgres_*` family,
 * as far as they apply to this process, so that its dashboards keep working.
 *
 * Every server has a registry of its own. What happens for each statement goes through children bound to their labels
 * beforehand, a few hundred nanoseconds a statement.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type QueryOutcome, queryOutcomes, type QueryReason, type StartOutcome } from "./outcome.ts";
import { registerProcessMetrics } from "./process_metrics.ts";

export interface Metrics {
  /** A client is in. */
  connectionOpened(): void;
  connectionClosed(): void;
  /** A password was wrong, or a user unknown. */
  authFailed(): void;
  /** A connection was refused for its address' failed logins or for a connection limit. */
  rateLimited(): void;
  /** A CancelRequest met its session. */
  queryCanceled(): void;
  /** What is counted by organisation; "" in standalone. */
  org(name: string): OrgMetrics;
  /** Where other parts of the process add theirs. */
  readonly registry: Registry;
  /** The `Content-Type` of {@linkcode Metrics.text}. */
  readonly contentType: string;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
}

/** What is counted by organisation. Durations are in seconds. */
export interface OrgMetrics {
  /** A session started, so long after its client was let in. */
  sessionStarted(seconds: number): void;
  /** No session started, and why. */
  sessionRefused(outcome: StartOutcome): void;
  /** A session that had started ended. */
  sessionEnded(seconds: number): void;
  queryFinished(outcome: QueryOutcome, seconds: number): void;
  rowsSent(rows: number): void;
  bytesSent(bytes: number): void;
}

export interface MetricsOptions {
  /** How many addresses are banned at the moment; asked when the metrics are read. */
  rateLimitedIps?: () => number;
}

const milliseconds = 1e-3;
const minutes = 60;
const hours = 3600;

const queryBuckets = [
  ...[1, 2.5, 5, 10, 25, 50, 100, 250, 500].map((n) => n * milliseconds),
  ...[1, 2.5, 5, 10, 30, 1 * minutes, 5 * minutes, 30 * minutes],
];
const connectionBuckets = [0.1, 1, 10, 1 * minutes, 10 * minutes, 1 * hours, 6 * hours, 24 * hours];
const startBuckets = [...[5, 10, 25, 50, 100, 250, 500].map((n) => n * milliseconds), 1, 2.5, 5, 10, 30];

/** The metrics of one server, all at zero. */
export function createMetrics({ rateLimitedIps = () => 0 }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const connections = new Gauge({
    name: "duckgres_connections_open",
    help: "Clients that are logged in.",
    registers,
  });
  const authFailures = new Counter({
    name: "duckgres_auth_failures_total",
    help: "Failed logins.",
    registers,
  });
  const rejects = new Counter({
    name: "duckgres_rate_limit_rejects_total",
    help: "Connections refused by a rate or connection limit.",
    registers,
  });
  const cancellations = new Counter({
    name: "duckgres_query_cancellations_total",
    help: "Cancel requests that met their session.",
    registers,
  });
  new Gauge({
    name: "duckgres_rate_limited_ips",
    help: "Addresses banned at present for failed logins.",
    registers,
    collect() {
      this.set(rateLimitedIps());
    },
  });
  registerProcessMetrics(registry);
  const orgFamilies = createOrgFamilies(registry);
  const orgs = new Map<string, OrgMetrics>();
  return {
    connectionOpened: () => connections.inc(),
    connectionClosed: () => connections.dec(),
    authFailed: () => authFailures.inc(),
    rateLimited: () => rejects.inc(),
    queryCanceled: () => cancellations.inc(),
    org(name) {
      const known = orgs.get(name);
      if (known) return known;
      const created = bindOrg(orgFamilies, name);
      orgs.set(name, created);
      return created;
    },
    registry,
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

type OrgFamilies = ReturnType<typeof createOrgFamilies>;

function createOrgFamilies(registry: Registry) {
  const registers = [registry];
  return {
    queries: new Counter({
      name: "duckgres_query_total",
      help: "Statements that ended, by how.",
      labelNames: ["org", "status", "reason"],
      registers,
    }),
    querySeconds: new Histogram({
      name: "duckgres_query_duration_seconds",
      help: "How long statements took, from their first message to the end of their answer.",
      labelNames: ["org"],
      buckets: queryBuckets,
      registers,
    }),
    connectionSeconds: new Histogram({
      name: "duckgres_connection_duration_seconds",
      help: "How long sessions lasted.",
      labelNames: ["org"],
      buckets: connectionBuckets,
      registers,
    }),
    starts: new Counter({
      name: "duckgres_postgres_session_start_total",
      help: "Sessions of the PostgreSQL protocol that started or were refused.",
      labelNames: ["org", "outcome", "reason"],
      registers,
    }),
    startSeconds: new Histogram({
      name: "duckgres_session_start_duration_seconds",
      help: "How long a session's start took, from the login to the open database.",
      labelNames: ["org", "protocol", "outcome"],
      buckets: startBuckets,
      registers,
    }),
    rows: new Counter({
      name: "duckgres_rows_sent_total",
      help: "Rows sent to clients.",
      labelNames: ["org"],
      registers,
    }),
    bytesSent: new Counter({
      name: "duckgres_bytes_sent_total",
      help: "Bytes sent to clients, before encryption.",
      labelNames: ["org"],
      registers,
    }),
  };
}

/** Binds an organisation's labels once; all its outcomes are there from the start, so that a rate has a zero to rise from. */
function bindOrg(families: OrgFamilies, org: string): OrgMetrics {
  const queries = Object.fromEntries(
    Object.values(queryOutcomes).map(({ status, reason }) => {
      const bound = families.queries.labels(org, status, reason);
      bound.inc(0);
      return [reason, bound];
    }),
  ) as Record<QueryReason, Counter.Internal>;
  const querySeconds = families.querySeconds.labels(org);
  const connectionSeconds = families.connectionSeconds.labels(org);
  const rows = families.rows.labels(org);
  const bytesSent = families.bytesSent.labels(org);
  const startSeconds = families.startSeconds.labels(org, "postgres", "success");
  rows.inc(0);
  return {
    sessionStarted(seconds) {
      families.starts.labels(org, "success", "none").inc();
      startSeconds.observe(seconds);
    },
    sessionRefused: ({ outcome, reason }) => families.starts.labels(org, outcome, reason).inc(),
    sessionEnded: (seconds) => connectionSeconds.observe(seconds),
    queryFinished({ reason }, seconds) {
      queries[reason].inc();
      querySeconds.observe(seconds);
    },
    rowsSent: (count) => rows.inc(count),
    bytesSent: (bytes) => bytesSent.inc(bytes),
  };
}
