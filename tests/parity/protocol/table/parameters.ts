/** Parameters: how many, which types, which values. */
import { type Case, type CaseOptions, exchange } from "../case.ts";
import * as why from "../reasons.ts";
import { B, D, E, P, Q, S, X } from "../steps.ts";

const int = (value: number) => Uint8Array.of(value >> 24, value >> 16, value >> 8, value);

/** What is wrong with a value is found when it is used. */
const late = (error: string): CaseOptions => ({
  differs: { reason: why.atExecute, ours: ["1", "2", `E V:ERROR ${error}`, "Z I", "closed"] },
});

export const parameters: Case[] = [
  exchange("parameter: an integer", [X("select $1::int + 1", ["41"])]),
  exchange("parameter: text", [X("select $1", ["x"])]),
  exchange("parameter: text, joined", [X("select $1 || 'x'", ["a"])]),
  exchange("parameter: NULL", [X("select $1::int is null, $2::text", [null, null])]),
  exchange("parameter: empty text", [X("select $1::text = ''", [""])]),
  exchange("parameter: used twice", [X("select $1::int + $1::int", ["4"])]),
  exchange("parameter: out of order", [X("select $2::text, $1::text", ["a", "b"])]),
  exchange("parameter: in WHERE", [X("select name from people where id = $1", ["2"])]),
  exchange("parameter: in IN", [X("select id from people where id in ($1, $2) order by id", ["1", "3"])]),
  exchange("parameter: in ANY", [X("select id from people where id = any($1) order by id", ["{1,3}"])]),
  exchange("parameter: in LIKE", [X("select id from people where name like $1", ["b%"])]),
  exchange("parameter: in LIMIT", [X("select i from many order by i limit $1", ["2"])]),
  exchange("parameter: in LIMIT and OFFSET", [
    X("select i from many order by i limit $1 offset $2", ["2", "10"]),
  ]),
  exchange("parameter: LIMIT NULL", [X("select id from people order by id limit $1", [null])]),
  exchange("parameter: in INSERT", [
    Q("create temp table w (i int, t text, f float8, b bool, d date)"),
    X("insert into w values ($1, $2, $3, $4, $5)", ["1", "a", "1.5", "t", "2020-02-29"]),
    X("insert into w values ($1, $2, $3, $4, $5)", [null, null, null, null, null]),
    Q("select * from w order by i"),
  ]),
  exchange("parameter: declared", [X("select $1", ["7"], [23])]),
  exchange("parameter: declared wider than the column", [
    X("select id from people where id = $1", ["2"], [20]),
  ]),
  exchange("parameter: declared as text for a date", [X("select $1::date", ["2020-01-02"], [25])]),
  exchange("parameter: declared, binary", [X("select $1", [int(7)], [23], [1])]),
  exchange("parameter: binary for an inferred type", [
    X("select id from people where id = $1", [int(3)], [], [1]),
  ]),
  exchange("parameter: some binary", [X("select $1::int, $2::text", [int(3), "x"], [], [1, 0])]),
  exchange("parameter: one format for all", [X("select $1::int + $2::int", [int(3), int(4)], [], [1])]),
  exchange("parameter: binary text", [X("select $1::text", ["ž"], [], [1])]),
  exchange("parameter: binary NULL", [X("select $1::int", [null], [], [1])]),
  exchange(
    "parameter: binary of a wrong length",
    [X("select $1::int", [Uint8Array.of(0, 7)], [], [1])],
    late("C:08P01 M:insufficient data left in message"),
  ),
  exchange("parameter: too few", [X("select $1::int, $2::int", ["1"])]),
  exchange("parameter: too many", [X("select $1::int", ["1", "2"])]),
  exchange("parameter: one for none", [X("select 1", ["1"])]),
  exchange("parameter: none for one", [X("select $1::int", [])]),
  exchange("parameter: too few for a named statement", [P("s", "select $1::int"), B("", "s", []), S()]),
  exchange("parameter: too few formats", [
    P("", "select $1::int, $2::int, $3::int"),
    B("", "", ["1", "2", "3"], [0, 0]),
    S(),
  ]),
  exchange("parameter: too many formats", [P("", "select $1::int"), B("", "", ["1"], [0, 0]), S()]),
  exchange("parameter: two formats for none", [P("", "select 1"), B("", "", [], [0, 0]), S()]),
  exchange("parameter: one format for none", [P("", "select 1"), B("", "", [], [0]), E(), S()]),
  exchange("parameter: an unknown format", [P("", "select $1::int"), B("", "", ["1"], [2]), S()]),
  exchange("parameter: a negative format", [P("", "select $1::int"), B("", "", ["1"], [-1]), S()]),
  exchange(
    "parameter: no integer",
    [X("select $1::int", ["x"])],
    late('C:22P02 M:invalid input syntax for type integer: "x"'),
  ),
  exchange(
    "parameter: an integer out of range",
    [X("select $1::int", ["99999999999"])],
    late('C:22003 M:value "99999999999" is out of range for type integer'),
  ),
  exchange(
    "parameter: a smallint out of range",
    [X("select $1::smallint", ["40000"])],
    late('C:22003 M:value "40000" is out of range for type smallint'),
  ),
  exchange("parameter: an integer with blanks", [X("select $1::int", ["  42 "])]),
  exchange(
    "parameter: no boolean",
    [X("select $1::bool", ["maybe"])],
    late('C:22P02 M:invalid input syntax for type boolean: "maybe"'),
  ),
  exchange("parameter: booleans", [
    X("select $1::bool, $2::bool, $3::bool, $4::bool", ["yes", "off", "1", "f"]),
  ]),
  exchange(
    "parameter: no date",
    [X("select $1::date", ["2020-13-45"])],
    late(
      'C:22008 M:date/time field value out of range: "2020-13-45" H:Perhaps you need a different "datestyle" setting.',
    ),
  ),
  exchange(
    "parameter: no timestamp",
    [X("select $1::timestamp", ["nonsense"])],
    late('C:22007 M:invalid input syntax for type timestamp: "nonsense"'),
  ),
  exchange(
    "parameter: no uuid",
    [X("select $1::uuid", ["nonsense"])],
    late('C:22P02 M:invalid input syntax for type uuid: "nonsense"'),
  ),
  exchange(
    "parameter: no float",
    [X("select $1::float8", ["nonsense"])],
    late('C:22P02 M:invalid input syntax for type double precision: "nonsense"'),
  ),
  exchange(
    "parameter: no numeric",
    [X("select $1::numeric", ["nonsense"])],
    late('C:22P02 M:invalid input syntax for type numeric: "nonsense"'),
  ),
  exchange(
    "parameter: no array",
    [X("select $1::int[]", ["nonsense"])],
    late(
      'C:22P02 M:malformed array literal: "nonsense" D:Array value must start with "{" or dimension information.',
    ),
  ),
  exchange(
    "parameter: no UTF-8",
    [X("select $1::text", [Uint8Array.of(0xff, 0xfe)])],
    late('C:22021 M:invalid byte sequence for encoding "UTF8": 0xff'),
  ),
  exchange(
    "parameter: a zero byte",
    [X("select $1::text", [Uint8Array.of(0x61, 0, 0x62)])],
    late('C:22021 M:invalid byte sequence for encoding "UTF8": 0x00'),
  ),
  exchange("parameter: $0", [X("select $0", [])]),
  exchange("parameter: a number too large", [X("select $99999999999", [])]),
  exchange("parameter: a gap", [P("", "select $1::int, $3::int"), D("S"), S()]),
  exchange("parameter: in an unparsed place", [X("select * from $1", ["people"])]),
  exchange("parameter: a thousand", [
    X(
      `select count(*) from many where i in (${
        Array.from({ length: 1000 }, (_, i) => `$${i + 1}`).join(", ")
      })`,
      Array(1000).fill("7"),
    ),
  ]),
  exchange("parameter: a long sum", [X(`select ${Array(1200).fill("$1::int").join(" + ")} as sum`, ["1"])], {
    differs: {
      reason: why.depth,
      ours: [
        "E V:ERROR C:54001 M:stack depth limit exceeded",
        "Z I",
        "closed",
      ],
    },
  }),
  exchange("parameter: an array", [X("select id from people where id = any($1) order by id", ["{3,1}"])]),
  exchange("parameter: in arithmetic", [X("select score + $1 as s from people where id = $2", ["0.5", "1"])]),
  exchange("parameter: a type that is not there", [X("select 1 where 'x' = $1", ["x"], [0])]),
];
