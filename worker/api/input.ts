/**
 * PostgreSQL's input functions: from a text to a value, by type. Both sides read with them, the worker its parameters, the
 * server the literals of a statement. Nothing of DuckDB's library is imported.
 */
export type { DecodeContext, Decoded } from "../parameters/decoded.ts";
export { dateInfinity, decimalText, timestampInfinity } from "../parameters/decoded.ts";
export { parseArray } from "../parameters/arrays.ts";
export { namesZone } from "../parameters/datetime.ts";
export { parseIntervalFields } from "../parameters/interval.ts";
export { cidrText, inetText, macaddrText } from "../parameters/network.ts";
export { parseRecord } from "../parameters/records.ts";
export { parseText } from "../parameters/text.ts";
export { civilFromDays } from "../types/calendar.ts";
