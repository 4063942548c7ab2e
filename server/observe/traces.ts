/**
 * OpenTelemetry: a span for each query, sent by OTLP over HTTP. A control plane's span is the parent of its worker's; the
 * W3C trace context passes from one to the other beside the query.
 *
 * The SDK is loaded only where there is a collector, and without one nothing of this costs anything.
 */
import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import { version } from "../config/version.ts";
import { logger } from "./log.ts";
import { sqlstateOf } from "./outcome.ts";
import { redactSql } from "./redact.ts";

/** What a span says of its query. */
export interface QueryFacts {
  /** See {@linkcode newQueryId}. */
  id: string;
  sql: string;
  user: string;
  database: string;
  pid: number;
}

/** A query being traced. */
export interface QuerySpan {
  /** The W3C trace context that a span below this one continues. */
  readonly traceparent: string;
  end(outcome: { rows: number; error: Error | null }): void;
}

/** Starts a span for each query. */
export interface QueryTracer {
  /** @param parent W3C trace context of who asked; without it, or where it is malformed, a trace begins */
  start(query: QueryFacts, parent?: string): QuerySpan;
}

export interface Traces {
  readonly tracer: QueryTracer;
  /** Sends what has not been sent, within a second. */
  stop(): Promise<void>;
}

export interface TraceOptions {
  /** URL of the collector, e.g. `http://localhost:4318/v1/traces`; empty: no traces. */
  endpoint: string;
  /** What the traces call this process (`service.name`). */
  service: string;
}

/** How long the end of the process waits for the collector, in milliseconds; a worker has three seconds in all. */
const stopLimit = 1000;

/** Starts to send traces; `null` where there is no collector. */
export async function startTraces({ endpoint, service }: TraceOptions): Promise<Traces | null> {
  if (endpoint === "") return null;
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/sdk-trace-base"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  const exporter = reporting(new OTLPTraceExporter({ url: endpoint }), endpoint);
  const provider = new BasicTracerProvider({
    resource: resourceOf({
      "service.name": service,
      "service.version": version,
      "process.pid": Deno.pid,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return {
    tracer: queryTracer(provider.getTracer("duckgres", version)),
    async stop() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, stopLimit));
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}

/** As much of a resource as there is to say: the package that makes them is not among ours. */
function resourceOf(attributes: Record<string, string | number>) {
  const resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

interface Exporter<Spans> {
  export(spans: Spans, done: (result: { code: number; error?: Error }) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The same exporter, which says in the log when it begins to fail and when it works again. */
function reporting<Spans>(inner: Exporter<Spans>, endpoint: string) {
  const log = logger("traces");
  let failing = false;
  return {
    export(spans: Spans, done: (result: { code: number; error?: Error }) => void): void {
      inner.export(spans, (result) => {
        if (result.code !== 0 && !failing) {
          log.warn("traces cannot be sent", { endpoint, error: result.error?.message });
        }
        if (result.code === 0 && failing) log.info("traces are sent again", { endpoint });
        failing = result.code !== 0;
        done(result);
      });
    },
    forceFlush: () => inner.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => inner.shutdown(),
  };
}

function queryTracer(tracer: Tracer): QueryTracer {
  return {
    start({ id, sql, user, database, pid }, parent) {
      const text = redactSql(sql);
      const span = tracer.startSpan(spanName(text), {
        kind: SpanKind.SERVER,
        attributes: {
          "db.system": "duckdb",
          "db.statement": text,
          "db.user": user,
          "db.name": database,
          "duckgres.pid": pid,
          "duckgres.query_id": id,
        },
      }, contextOf(parent));
      return { traceparent: traceparentOf(span.spanContext()), end: (outcome) => endSpan(span, outcome) };
    },
  };
}

function endSpan(span: Span, { rows, error }: { rows: number; error: Error | null }): void {
  if (error === null) {
    span.setAttribute("duckgres.rows", rows);
  } else {
    span.setAttribute("db.response.status_code", sqlstateOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: redactSql(error.message) });
  }
  span.end();
}

/** There must be few names: the statement's first word. */
function spanName(sql: string): string {
  return /^\s*([a-z]{1,20})\b/i.exec(sql)?.[1].toUpperCase() ?? "query";
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

function contextOf(traceparent: string | undefined): Context {
  const match = traceparentPattern.exec(traceparent ?? "");
  if (!match) return ROOT_CONTEXT;
  const [, traceId, spanId, flags] = match;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const parent: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

const traceparentPattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
