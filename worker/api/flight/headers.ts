/** gRPC metadata that the control plane and its workers exchange; the names are those of the Go system. */
export const headers = {
  /** `Bearer <token>`: who may speak to the worker at all. */
  authorization: "authorization",
  /** The token CreateSession answered. */
  session: "x-duckgres-session",
  workerId: "x-duckgres-worker-id",
  /** Which control plane owns the worker. */
  controlPlane: "x-duckgres-cp-instance-id",
  /** Grows with each change of owner. */
  ownerEpoch: "x-duckgres-owner-epoch",
  queryId: "x-duckgres-query-id",
  /** Asks a DoGet for blocks of ready DataRow messages (`rows`) instead of Arrow record batches. */
  format: "x-duckgres-format",
  /** W3C trace context. */
  traceparent: "traceparent",
  /** Trailer of a failed call: the SQLSTATE, for whoever reads only that. */
  sqlstate: "x-duckgres-sqlstate",
  /** Trailer of a failed call: all the error's fields, in JSON. */
  error: "x-duckgres-error-bin",
} as const;
