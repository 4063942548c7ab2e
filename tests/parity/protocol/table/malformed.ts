/** Messages that are wrong in themselves, or where they come. */
import { Buffer } from "node:buffer";
import * as bytes from "../../../support/messages.ts";
import { type Case, type CaseOptions, exchange } from "../case.ts";
import * as why from "../reasons.ts";
import { B, E, end, F, M, P, Q, raw, S, skipped } from "../steps.ts";

const { int16, int32 } = bytes;
const text = (value: string) => Buffer.from(value);
/** Followed by Sync and a query that shows the session goes on. */
const survives = (name: string, ...steps: Parameters<typeof exchange>[1]): Case =>
  exchange(`malformed: ${name}`, [...steps, S(), Q("select 1")]);
const fatal = (name: string, ...steps: Parameters<typeof exchange>[1]): Case =>
  exchange(`malformed: ${name}`, [...steps, end]);
const badLength = (name: string, ...steps: Parameters<typeof exchange>[1]): Case =>
  exchange(`malformed: ${name}`, [...steps, end], {
    differs: { reason: why.badLength, ours: ["E V:FATAL C:08P01 M:invalid message length", "closed"] },
  });
/** Refused as malformed, where PostgreSQL finds something else first. */
const malformedFirst = (ours: string[]): CaseOptions => ({
  differs: {
    reason: why.malformedFirst,
    ours: [
      ...ours,
      "E V:ERROR C:08P01 M:insufficient data left in message",
      ...["Z I", "T ?column?:23/4/-1/0", 'D "1"', "C SELECT 1", "Z I", "closed"],
    ],
  },
});

export const malformed: Case[] = [
  fatal("an unknown type", raw("~\0\0\0\x04")),
  fatal("a zero type", raw([0, 0, 0, 0, 4])),
  fatal("a type of the server's", raw("Z\0\0\0\x05I")),
  badLength("length 0", raw("Q\0\0\0\0")),
  badLength("length 3", raw("Q\0\0\0\x03")),
  badLength("a negative length", raw([0x51, 0xff, 0xff, 0xff, 0xff])),
  badLength("a length of 2 GiB", raw([0x51, 0x7f, 0xff, 0xff, 0xff])),
  badLength("a small message that is large", raw([0x53, 0, 1, 0, 0])),
  fatal("an unknown type behind a query", Q("select 1"), raw("~\0\0\0\x04")),
  fatal("an unknown type in a block", Q("begin"), raw("~\0\0\0\x04")),
  fatal("an unknown type while messages are skipped", P("", "selec"), raw("~\0\0\0\x04")),

  exchange("malformed: Query without a zero", [M("Q", [text("select 1")], 1), Q("select 1")]),
  exchange("malformed: Query without anything", [M("Q", [], 1), Q("select 1")]),
  exchange("malformed: Query with bytes behind", [M("Q", ["select 1", [1, 2]], 1), Q("select 1")]),
  exchange("malformed: Query with a second string", [M("Q", ["select 1", "select 2"], 1), Q("select 1")]),
  exchange("malformed: Query that is no UTF-8", [
    M("Q", [text("select '"), [0xff, 0xfe], "'"], 1),
    Q("select 1"),
  ]),
  exchange("malformed: Query that ends within a character", [
    M("Q", [text("select '"), [0xc3], "'"], 1),
    Q("select 1"),
  ]),
  exchange("malformed: Query with an overlong character", [M("Q", [text("select '"), [0xc0, 0x80], "'"], 1)]),
  exchange("malformed: Query with a surrogate", [M("Q", [text("select '"), [0xed, 0xa0, 0x80], "'"], 1)]),

  survives("Parse without anything", M("P", [])),
  survives("Parse without a statement", M("P", ["s"])),
  survives("Parse without a zero", M("P", ["s", text("select 1")])),
  survives("Parse without a count", M("P", ["s", "select 1"])),
  survives("Parse with half a count", M("P", ["s", "select 1", [0]])),
  survives("Parse with too few types", M("P", ["s", "select $1", int16(2), int32(23)])),
  survives("Parse with too many types", M("P", ["s", "select $1", int16(1), int32(23), int32(23)])),
  survives("Parse with a negative count", M("P", ["s", "select 1", int16(-1)])),
  survives("Parse that is no UTF-8", M("P", ["", text("select '"), [0xff], "'", int16(0)])),
  survives("Parse with a name that is no UTF-8", M("P", [[0xff, 0], "select 1", int16(0)])),

  survives("Bind without anything", M("B", [])),
  survives("Bind without a statement", M("B", [""])),
  survives("Bind without counts", P("", "select 1"), M("B", ["", ""])),
  survives("Bind without parameters", P("", "select $1::int"), M("B", ["", "", int16(0), int16(1)])),
  survives(
    "Bind with a parameter that is cut",
    P("", "select $1::int"),
    M("B", ["", "", int16(0), int16(1), int32(5), text("1")]),
  ),
  survives(
    "Bind with a parameter of a negative length",
    P("", "select $1::int"),
    M("B", ["", "", int16(0), int16(1), int32(-2), int16(0)]),
  ),
  survives(
    "Bind with a parameter of a huge length",
    P("", "select $1::int"),
    M("B", ["", "", int16(0), int16(1), int32(0x7fffffff), int16(0)]),
  ),
  survives("Bind without result formats", P("", "select 1"), M("B", ["", "", int16(0), int16(0)])),
  survives(
    "Bind with too few result formats",
    P("", "select 1"),
    M("B", ["", "", int16(0), int16(0), int16(2), int16(0)]),
  ),
  survives("Bind with bytes behind", P("", "select 1"), M("B", ["", "", int16(0), int16(0), int16(0), [1]])),
  survives("Bind with a negative count", P("", "select 1"), M("B", ["", "", int16(-1), int16(0), int16(0)])),
  exchange("malformed: Bind with 65535 parameters that are not there", [
    P("", "select 1"),
    M("B", ["", "", int16(0), int16(-1), int16(0)]),
    S(),
    Q("select 1"),
  ], malformedFirst(["1"])),
  exchange(
    "malformed: Bind of no statement",
    [M("B", ["", "nothing", int16(0)]), S(), Q("select 1")],
    malformedFirst([]),
  ),

  survives("Describe without anything", M("D", [])),
  survives("Describe of an unknown kind", M("D", [text("X"), ""])),
  survives("Describe without a name", M("D", [text("S")])),
  survives("Describe without a zero", M("D", [text("Sabc")])),
  survives("Describe with bytes behind", P("", "select 1"), M("D", [text("S"), "", [1]])),
  survives("Close without anything", M("C", [])),
  survives("Close of an unknown kind", M("C", [text("X"), ""])),
  survives("Close with bytes behind", M("C", [text("S"), "", [1]])),
  survives("Execute without anything", M("E", [])),
  survives("Execute without a limit", P("", "select 1"), B(), M("E", [""])),
  survives("Execute with half a limit", P("", "select 1"), B(), M("E", ["", [0, 0]])),
  survives("Execute with bytes behind", P("", "select 1"), B(), M("E", ["", int32(0), [1]])),
  survives("Flush with a body", M("H", [[1]])),
  exchange("malformed: Sync with a body", [M("S", [[1, 2, 3]]), S(), Q("select 1")]),
  exchange("malformed: Sync with a body after an error", [
    P("", "selec"),
    M("S", [[1, 2, 3]]),
    S(),
    Q("select 1"),
  ]),
  exchange("malformed: Terminate with a body", [M("X", [[1, 2, 3]]), end]),

  survives("a malformed message while messages are skipped", P("", "selec"), M("B", []), M("D", [])),
  exchange("malformed: in a block", [Q("begin"), M("D", []), S(), Q("select 1"), Q("rollback")]),
  exchange("malformed: a Query in a block", [
    Q("begin"),
    M("Q", [text("select 1")], 1),
    Q("select 1"),
    Q("rollback"),
  ]),

  exchange("unexpected: CopyData", [raw(bytes.message("d", text("x"))), Q("select 1")]),
  exchange("unexpected: CopyDone", [raw(bytes.message("c")), Q("select 1")]),
  exchange("unexpected: CopyFail", [raw(bytes.message("f", "why")), Q("select 1")]),
  exchange("unexpected: CopyData between messages", [
    P("", "select 1"),
    raw(bytes.message("d", text("x"))),
    B(),
    E(),
    S(),
  ]),
  fatal("a password in a session", raw(bytes.password("postgres"))),
  fatal("a StartupMessage in a session", raw(bytes.startup({ user: "postgres" }))),

  exchange("function call: of no function", [F(1), Q("select 1")]),
  exchange("function call: in a failed block", [Q("begin"), Q("select nonsense"), F(1299), Q("rollback")]),
  exchange("function call: while messages are skipped", [P("", "selec"), skipped(F(1)), S()]),
];
