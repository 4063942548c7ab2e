/** Result formats: none, one, one a column. */
import { type Case, exchange } from "../case.ts";
import { B, E, P, S, X } from "../steps.ts";

const all = (...formats: number[]) => X("select 1 as a, 'x' as b, null::int as c", [], [], [], formats);

export const formats: Case[] = [
  exchange("format: none", all()),
  exchange("format: text for all", all(0)),
  exchange("format: binary for all", all(1)),
  exchange("format: one a column", all(1, 0, 1)),
  exchange("format: all text, one a column", all(0, 0, 0)),
  exchange("format: too few", all(1, 0)),
  exchange("format: too many", all(1, 0, 1, 0)),
  exchange("format: unknown", all(2)),
  exchange("format: unknown, one a column", all(0, 7, 0)),
  exchange("format: negative", all(-1)),
  exchange("format: two for no columns", [P("", "select from people"), B("", "", [], [], [1, 1]), S()]),
  exchange("format: one for a command", [X("set application_name = 'x'", [], [], [], [1])]),
  exchange("format: two for a command", [X("set application_name = 'x'", [], [], [], [1, 1])]),
  exchange("format: binary SHOW", [X("show application_name", [], [], [], [1])]),
  exchange("format: unknown for an empty statement", [X("", [], [], [], [5])]),
  exchange("format: binary for an empty statement", [X("", [], [], [], [1])]),
  exchange("format: binary of many types", [
    X(
      "select true, 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 'x'::text, '2020-01-02'::date, 12.5::numeric(6,2)",
      [],
      [],
      [],
      [1],
    ),
  ]),
  exchange("format: each portal its own", [
    P("s", "select 258 as n"),
    B("a", "s", [], [], [0]),
    B("b", "s", [], [], [1]),
    E("a"),
    E("b"),
    S(),
  ]),
];
