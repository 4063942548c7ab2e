import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PassThrough } from "node:stream";
import { parse } from "pg-protocol";
import { PgError } from "../../worker/api/error.ts";
import { BackendWriter } from "./backend.ts";

function bytesOf(write: (writer: BackendWriter) => void): Uint8Array {
  const writer = new BackendWriter();
  write(writer);
  assert.ok(writer.size > 0);
  const bytes = writer.take();
  assert.equal(writer.size, 0);
  return bytes;
}

const int4 = { oid: 23, length: 4, modifier: -1 };
const numeric = { oid: 1700, length: -1, modifier: 655366 };

/** Each message, and its bytes: letters stand for themselves, `_` is a zero, hexadecimal in brackets. */
const golden: [string, (writer: BackendWriter) => void, string][] = [
  ["AuthenticationOk", (w) => w.authenticationOk(), "R[00000008][00000000]"],
  ["AuthenticationCleartextPassword", (w) => w.authenticationCleartextPassword(), "R[00000008][00000003]"],
  ["AuthenticationSASL", (w) => w.authenticationSasl(["A-PLUS", "A"]), "R[00000012][0000000a]A-PLUS_A__"],
  ["AuthenticationSASLContinue", (w) => w.authenticationSaslContinue("r=x"), "R[0000000b][0000000b]r=x"],
  ["AuthenticationSASLFinal", (w) => w.authenticationSaslFinal("v=y"), "R[0000000b][0000000c]v=y"],
  [
    "NegotiateProtocolVersion",
    (w) => w.negotiateProtocolVersion(2, ["_pq_.x"]),
    "v[00000013][00030002][00000001][5f]pq[5f].x_",
  ],
  ["ParameterStatus", (w) => w.parameterStatus("TimeZone", "UTC"), "S[00000011]TimeZone_UTC_"],
  [
    "BackendKeyData",
    (w) => w.backendKeyData(-2, Uint8Array.of(1, 2, 3, 4)),
    "K[0000000c][fffffffe][01020304]",
  ],
  ["ReadyForQuery", (w) => w.readyForQuery("T"), "Z[00000005]T"],
  [
    "RowDescription",
    (w) => w.rowDescription([{ name: "a", type: int4 }, { name: "ü", type: numeric }], [0, 1]),
    "T[0000002f][0002]a_[00000000][0000][00000017][0004][ffffffff][0000]" +
    "[c3bc]_[00000000][0000][000006a4][ffff][000a0006][0001]",
  ],
  [
    "DataRow",
    (w) => w.dataRow(["1", null, "", Uint8Array.of(0, 255)]),
    "D[00000019][0004][00000001]1[ffffffff][00000000][00000002][00ff]",
  ],
  ["DataRow of none", (w) => w.dataRow([]), "D[00000006][0000]"],
  ["CommandComplete", (w) => w.commandComplete("SELECT 1"), "C[0000000d]SELECT[20]1_"],
  ["EmptyQueryResponse", (w) => w.emptyQueryResponse(), "I[00000004]"],
  ["ParseComplete", (w) => w.parseComplete(), "1[00000004]"],
  ["BindComplete", (w) => w.bindComplete(), "2[00000004]"],
  ["CloseComplete", (w) => w.closeComplete(), "3[00000004]"],
  ["NoData", (w) => w.noData(), "n[00000004]"],
  ["PortalSuspended", (w) => w.portalSuspended(), "s[00000004]"],
  [
    "ParameterDescription",
    (w) => w.parameterDescription([23, 4294967295]),
    "t[0000000e][0002][00000017][ffffffff]",
  ],
  ["CopyInResponse", (w) => w.copyInResponse(0, [0, 0]), "G[0000000b][00][0002][0000][0000]"],
  ["CopyOutResponse", (w) => w.copyOutResponse(1, [1]), "H[00000009][01][0001][0001]"],
  ["CopyData", (w) => w.copyData(Uint8Array.of(1, 2)), "d[00000006][0102]"],
  ["CopyDone", (w) => w.copyDone(), "c[00000004]"],
  ["NotificationResponse", (w) => w.notificationResponse(7, "ch", "pay"), "A[0000000f][00000007]ch_pay_"],
  [
    "ErrorResponse",
    (w) =>
      w.errorResponse(
        new PgError("42P01", "no", {
          detail: "d",
          hint: "h",
          position: 8,
          fields: { t: "tab" },
          severity: "FATAL",
        }),
      ),
    "E[0000002c]SFATAL_VFATAL_C42P01_Mno_Dd_Hh_P8_ttab__",
  ],
  [
    "NoticeResponse",
    (w) => w.noticeResponse({ severity: "WARNING", sqlstate: "25001", message: "m" }),
    "N[00000021]SWARNING_VWARNING_C25001_Mm__",
  ],
  ["ready messages", (w) => w.raw(Uint8Array.of(0x44, 0, 0, 0, 6, 0, 0)), "D[00000006][0000]"],
];

for (const [name, write, expected] of golden) {
  Deno.test(`golden bytes: ${name}`, () => {
    assert.equal(Buffer.from(bytesOf(write)).toString("hex"), hexOf(expected));
  });
}

function hexOf(golden: string): string {
  return golden.replace(/\[([0-9a-f]+)\]|([^])/g, (_, hex, character) => {
    return hex ?? (character === "_" ? "00" : Buffer.from(character).toString("hex"));
  });
}

Deno.test("pg-protocol reads every message", async () => {
  const writer = new BackendWriter();
  for (const [, write] of golden) write(writer);
  // Not known to pg-protocol: NegotiateProtocolVersion, which is the sixth.
  const names: string[] = [];
  const stream = new PassThrough();
  const parsing = parse(stream, (parsed) => names.push(parsed.name));
  const skipped = bytesOf(golden[5][1]);
  const bytes = Buffer.from(writer.take());
  const at = bytes.indexOf(skipped);
  stream.end(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + skipped.length)]));
  await parsing;
  assert.deepEqual(names, [
    "authenticationOk",
    "authenticationCleartextPassword",
    "authenticationSASL",
    "authenticationSASLContinue",
    "authenticationSASLFinal",
    "parameterStatus",
    "backendKeyData",
    "readyForQuery",
    "rowDescription",
    "dataRow",
    "dataRow",
    "commandComplete",
    "emptyQuery",
    "parseComplete",
    "bindComplete",
    "closeComplete",
    "noData",
    "portalSuspended",
    "parameterDescription",
    "copyInResponse",
    "copyOutResponse",
    "copyData",
    "copyDone",
    "notification",
    "error",
    "notice",
    "dataRow",
  ]);
});

Deno.test("taken bytes are never written to again", () => {
  const writer = new BackendWriter();
  const taken: [Uint8Array, string][] = [];
  for (let i = 0; i < 2000; i++) {
    writer.commandComplete(`SELECT ${i}`);
    writer.readyForQuery("I");
    const bytes = writer.take();
    taken.push([bytes, Buffer.from(bytes).toString("hex")]);
  }
  for (const [bytes, hex] of taken) assert.equal(Buffer.from(bytes).toString("hex"), hex);
});

Deno.test("messages of any size keep their length when the buffer grows", () => {
  for (const size of [0, 1, 4080, 4096, 5000, 70_000]) {
    const writer = new BackendWriter();
    const ascii = "x".repeat(size);
    const wide = "ü€😀".repeat(size);
    writer.readyForQuery("I");
    writer.take();
    writer.parseComplete();
    writer.dataRow([ascii, wide, ascii]);
    writer.rowDescription([{ name: wide, type: int4 }], []);
    const bytes = Buffer.from(writer.take());
    const row = 5;
    assert.equal(bytes[row], 0x44);
    const wideBytes = Buffer.byteLength(wide);
    assert.equal(bytes.readInt32BE(row + 1), 4 + 2 + 3 * 4 + 2 * size + wideBytes);
    assert.equal(bytes.readInt32BE(row + 7 + 4 + size), wideBytes);
    assert.equal(bytes.subarray(row + 7 + 8 + size, row + 7 + 8 + size + wideBytes).toString(), wide);
    const description = row + 1 + bytes.readInt32BE(row + 1);
    assert.equal(description + 1 + bytes.readInt32BE(description + 1), bytes.length);
  }
});

Deno.test("a zero byte cannot end a string early", () => {
  const bytes = bytesOf((writer) => writer.errorResponse(new PgError("XX000", "a\0Mb")));
  assert.ok(Buffer.from(bytes).toString("latin1").endsWith("\0MaMb\0\0"));
});

Deno.test("one format holds for all columns, none means text", () => {
  const columns = [{ name: "a", type: int4 }, { name: "b", type: int4 }];
  const formats = (list: (0 | 1)[]) => {
    const bytes = Buffer.from(bytesOf((writer) => writer.rowDescription(columns, list)));
    return [bytes.readInt16BE(7 + 18), bytes.readInt16BE(bytes.length - 2)];
  };
  assert.deepEqual(formats([]), [0, 0]);
  assert.deepEqual(formats([1]), [1, 1]);
  assert.deepEqual(formats([1, 0]), [1, 0]);
});

Deno.test("secrets in errors and notices are masked", () => {
  const error = new PgError("58000", "cannot attach 'host=h password=hunter2 user=u'", {
    detail: "postgres://u:hunter2@h/d",
    hint: "PASSWORD 'hunter2'",
    fields: { W: "pwd=hunter2" },
  });
  const text = Buffer.from(bytesOf((writer) => writer.errorResponse(error))).toString();
  assert.ok(!text.includes("hunter2"), text);
  assert.ok(text.includes("host=h password=******** user=u"), text);
});
