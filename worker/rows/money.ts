/** Columns of `money`: a DECIMAL with two places, shown in dollars, and in binary as cents. */
import type duckdb from "@duckdb/node-bindings";
import type { Codec } from "./codec.ts";
import { readerOf } from "./numeric.ts";
import { out, writeAscii } from "./output.ts";

/** Sign, dollar, 17 digits with a comma for each three, point. */
const textSize = 32;

/** `-$1,234.56` */
export function moneyText(type: duckdb.LogicalType): Codec {
  const reader = readerOf(type);
  return {
    size: textSize,
    quotable: true,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      const digits = String(reader.magnitude).padStart(3, "0");
      const whole = digits.slice(0, -2).replace(/(?=(?:\d{3})+$)(?!^)/g, ",");
      return writeAscii(`${reader.negative ? "-" : ""}$${whole}.${digits.slice(-2)}`, at);
    },
  };
}

export function moneyBinary(type: duckdb.LogicalType): Codec {
  const reader = readerOf(type);
  return {
    size: 8,
    quotable: false,
    load: reader.load,
    write(row, at) {
      reader.read(row);
      const cents = BigInt(reader.magnitude);
      out.view.setBigInt64(at, reader.negative ? -cents : cents);
      return at + 8;
    },
  };
}
