import { macro, type Source } from "./source.ts";

const ones = 0xffffffff;

/**
 * `crc32()` and `crc32c()`, which DuckDB has not: a value's hexadecimal digits, the lower one of each byte first, go through
 * a table of sixteen.
 *
 * @see https://www.postgresql.org/docs/18/functions-binarystring.html
 */
export const checksumSources: readonly Source[] = [
  macro("crc32", `(a) AS ${checksum(0xedb88320)}`),
  macro("crc32c", `(a) AS ${checksum(0x82f63b78)}`),
];

function checksum(polynomial: number): string {
  const table = Array.from({ length: 16 }, (_, digit) => afterDigit(digit, polynomial));
  const digits = `list_filter(string_split(regexp_replace(hex(a), '(.)(.)', '\\2\\1', 'g'), ''),
    lambda dg_digit: dg_digit <> '')`;
  // What is not found is a 0.
  const values = `list_transform(${digits},
    lambda dg_digit: CAST(system.main.strpos('123456789ABCDEF', dg_digit) AS BIGINT))`;
  const step = `xor(system.main.">>"(dg_sum, 4), CAST([${table.join(", ")}] AS BIGINT[])[
    system.main."&"(xor(dg_sum, dg_value), 15) + 1])`;
  return `xor(list_reduce(${values}, lambda dg_sum, dg_value: ${step}, CAST(${ones} AS BIGINT)), ${ones})`;
}

/** The remainder that four bits leave. */
function afterDigit(digit: number, polynomial: number): number {
  let rest = digit;
  for (let bit = 0; bit < 4; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0);
  return rest >>> 0;
}
