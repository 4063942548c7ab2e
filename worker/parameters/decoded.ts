/** A parameter's value, free of how it was sent and of how DuckDB will hold it. */

export type Decoded =
  | { kind: "bool"; value: boolean }
  /** Of the integer type with this OID. */
  | { kind: "int"; value: bigint; oid: number }
  | { kind: "float"; value: number; oid: number }
  /** unscaled × 10^-scale. */
  | { kind: "numeric"; unscaled: bigint; scale: number }
  | { kind: "text"; value: string }
  | { kind: "bytes"; value: Uint8Array }
  /** As DuckDB has BIT: the number of unused bits, then the bits, right-aligned. */
  | { kind: "bits"; value: Uint8Array }
  | { kind: "uuid"; value: bigint }
  /** Days since 1970-01-01. */
  | { kind: "date"; days: number }
  /** Microseconds since midnight. */
  | { kind: "time"; micros: bigint }
  /** Microseconds since midnight, and seconds east of UTC. */
  | { kind: "timetz"; micros: bigint; offset: number }
  /** Microseconds since 1970-01-01. */
  | { kind: "timestamp"; micros: bigint }
  | { kind: "timestamptz"; micros: bigint }
  | { kind: "interval"; months: number; days: number; micros: bigint }
  /** Of a composite type; `null` is NULL. */
  | { kind: "record"; fields: readonly (Decoded | null)[] }
  | DecodedArray;

export interface DecodedArray {
  kind: "array";
  /** The type of the innermost elements. */
  elementOid: number;
  /** 0 when it is empty. */
  dimensions: number;
  /** Arrays themselves while there are dimensions left; `null` is NULL. */
  elements: readonly (Decoded | null)[];
}

/** What decoding depends on beside the bytes. */
export interface DecodeContext {
  /** 1-based, for error messages. */
  index: number;
  dateOrder: "MDY" | "DMY" | "YMD";
  intervalStyle: string;
  /** IANA name, for timestamps with time zone that do not name one. */
  timeZone: string;
}

/** ±infinity as DuckDB has it. */
export const dateInfinity = 0x7fffffff;
export const timestampInfinity = 2n ** 63n - 1n;

/** A decimal as SQL writes it: `1.50`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return unscaled < 0n ? `-${text}` : text;
}
