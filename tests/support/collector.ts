/** A collector of OpenTelemetry traces: takes OTLP over HTTP in JSON, as the specification writes it. */

/** A span as it arrived. */
export interface Collected {
  /** `service.name` */
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  /** Empty for none. */
  parentSpanId: string;
  failed: boolean;
  attributes: Record<string, string | number>;
}

export interface Collector extends AsyncDisposable {
  /** Where spans are to be sent. */
  readonly url: string;
  /** All that has arrived. */
  spans(): Collected[];
}

/** As much of ExportTraceServiceRequest as is looked at. */
interface ExportRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        name: string;
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        attributes: Attribute[];
        status: { code?: number };
      }[];
    }[];
  }[];
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string };
}

const errorStatus = 2;

/** @param answer the status every export is answered with */
export function startCollector(answer = 200): Collector {
  const requests: ExportRequest[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.json();
    if (request.method === "POST" && new URL(request.url).pathname === "/v1/traces") requests.push(body);
    return Response.json({}, { status: answer });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1/traces`,
    spans: () => requests.flatMap(spansOf),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function spansOf({ resourceSpans }: ExportRequest): Collected[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)["service.name"]);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ name, traceId, spanId, parentSpanId = "", attributes, status }) => ({
        service,
        name,
        traceId,
        spanId,
        parentSpanId,
        failed: status.code === errorStatus,
        attributes: valuesOf(attributes),
      }))
    );
  });
}

function valuesOf(attributes: Attribute[]): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value: { stringValue, intValue } }) => {
    return [key, stringValue ?? Number(intValue)];
  }));
}
