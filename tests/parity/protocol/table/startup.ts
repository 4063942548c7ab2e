/** Before a session: encryption, versions, who it is. */
import { Buffer } from "node:buffer";
import * as bytes from "../../../support/messages.ts";
import { type Case, exchange } from "../case.ts";
import * as why from "../reasons.ts";
import {
  cancel,
  end,
  gssRequest,
  line,
  Q,
  raw,
  sslRequest,
  start,
  startWith,
  type Steps,
  tls,
  version,
} from "../steps.ts";

const bare = (name: string, steps: Steps[], options = {}): Case =>
  exchange(name, steps, { ...options, login: null });

const badLength = {
  differs: {
    reason: why.badLength,
    ours: ["R 10 SCRAM-SHA-256", "E V:FATAL C:08P01 M:invalid message length", "closed"],
  },
};

const me = { user: "postgres", database: "postgres" };

export const startup: Case[] = [
  bare("start: 3.0", [start()]),
  bare("start: 3.0 and a query", [start(), Q("select 1")]),
  bare("start: 3.1 is 3.0", [start(me, { protocol: version(3, 1) })]),
  bare("start: 3.2 has a longer key", [start(me, { protocol: version(3, 2) })]),
  bare("start: 3.3 is negotiated down", [start(me, { protocol: version(3, 3) })]),
  bare("start: 3.9999, as clients probe", [start(me, { protocol: version(3, 9999) })]),
  bare("start: 3.99 is negotiated down", [start(me, { protocol: version(3, 99) }), Q("select 1")]),
  bare("start: 2.0 is refused", [raw(bytes.startup(me, version(2, 0))), line]),
  bare("start: 1.0 is refused", [raw(bytes.startup(me, version(1, 0))), line]),
  bare("start: 4.0 is refused", [start(me, { protocol: version(4, 0) })]),
  bare("start: 0.0 is refused", [start(me, { protocol: 0 })]),
  bare("start: an unknown protocol option is named", [start({ ...me, "_pq_.x": "1" })]),
  bare("start: two unknown protocol options", [start({ ...me, "_pq_.x": "1", "_pq_.y": "2" })]),
  bare("start: a protocol option and 3.99", [start({ ...me, "_pq_.x": "1" }, { protocol: version(3, 99) })]),
  bare("start: no user", [start({ database: "postgres" })]),
  bare("start: an empty user", [start({ user: "", database: "postgres" })]),
  bare("start: no parameters at all", [start({})]),
  bare("start: no database is the user's", [
    start({ user: "postgres" }),
    Q("select current_database() = current_user as mine"),
  ]),
  bare("start: an empty database", [start({ user: "postgres", database: "" })]),
  bare("start: a wrong password", [start(me, { password: "wrong" })]),
  bare("start: an unknown user", [start({ user: "nobody", database: "postgres" })]),
  bare("start: application_name", [start({ ...me, application_name: "table" }), Q("show application_name")]),
  bare("start: an application_name with odd characters", [start({ ...me, application_name: "caf\u00e9\n" })]),
  bare("start: client_encoding", [start({ ...me, client_encoding: "utf-8" }), Q("show client_encoding")]),
  bare("start: DateStyle", [start({ ...me, DateStyle: "German" })]),
  bare("start: TimeZone", [start({ ...me, TimeZone: "europe/berlin" })]),
  bare("start: IntervalStyle in lower case", [start({ ...me, intervalstyle: "iso_8601" })]),
  bare("start: extra_float_digits", [
    start({ ...me, extra_float_digits: "2" }),
    Q("show extra_float_digits"),
  ]),
  bare("start: a custom setting", [start({ ...me, "my.setting": "x" }), Q("show my.setting")]),
  bare("start: a setting that is none", [start({ ...me, nonsense: "1" })]),
  bare("start: a bad value", [start({ ...me, DateStyle: "nonsense" })]),
  bare("start: a setting out of range", [start({ ...me, extra_float_digits: "-50" })]),
  bare("start: a setting only the server has", [start({ ...me, max_connections: "5" })]),
  bare("start: options", [
    start({ ...me, options: "-c statement_timeout=1000" }),
    Q("show statement_timeout"),
  ]),
  bare("start: options in the long form", [start({ ...me, options: "--work-mem=8MB" }), Q("show work_mem")]),
  bare("start: options with a space", [
    start({ ...me, options: "-c application_name=a\\ b" }),
    Q("show application_name"),
  ]),
  bare("start: options without a value", [start({ ...me, options: "-c statement_timeout" })]),
  bare("start: options that are none", [start({ ...me, options: "--nonsense=1" })]),
  bare("start: a parameter wins over options", [
    start({ ...me, options: "-c application_name=a", application_name: "b" }),
    Q("show application_name"),
  ]),
  bare("start: the last of a repeated parameter", [
    startWith(bytes.untyped(bytes.int32(196608), "user", "nobody", "user", "postgres", [0])),
  ]),

  bare("ssl: accepted", [sslRequest, tls(), start()]),
  bare("ssl: with the application protocol", [sslRequest, tls("postgresql"), start()]),
  bare("ssl: 3.2", [sslRequest, tls(), start(me, { protocol: version(3, 2) })]),
  bare("ssl: wrong password", [sslRequest, tls(), start(me, { password: "wrong" })]),
  bare("ssl: a second request inside", [sslRequest, tls(), raw(bytes.sslRequest()), end]),
  bare("ssl: GSS encryption inside", [sslRequest, tls(), raw(bytes.gssEncRequest()), end]),
  bare("ssl: direct", [tls("postgresql"), start()]),
  bare("gss: declined", [gssRequest, start()]),
  bare("gss: declined, then ssl", [gssRequest, sslRequest, tls(), start()]),
  bare("gss: asked twice", [gssRequest, raw(bytes.gssEncRequest()), end]),

  bare("packet: no terminator", [raw(bytes.untyped(bytes.int32(196608), "user", "postgres")), end]),
  bare("packet: a name without a value", [raw(bytes.untyped(bytes.int32(196608), "user")), end]),
  bare("packet: bytes behind the terminator", [
    raw(bytes.untyped(bytes.int32(196608), "user", "postgres", [0, 1])),
    end,
  ]),
  bare("packet: a string without an end", [
    raw(bytes.untyped(bytes.int32(196608), Buffer.from("user\0postgres"))),
    end,
  ]),
  bare("packet: only a version", [raw(bytes.untyped(bytes.int32(196608))), end]),
  bare("packet: length 0", [raw([0, 0, 0, 0]), end]),
  bare("packet: length 4", [raw([0, 0, 0, 4]), end]),
  bare("packet: length 7", [raw([0, 0, 0, 7, 0, 3, 0]), end]),
  bare("packet: a negative length", [raw([255, 255, 255, 255, 0, 3, 0, 0]), end]),
  bare("packet: too long", [raw([0, 0, 255, 255, 0, 3, 0, 0]), end]),
  bare("packet: as long as may be", [
    start({ ...me, "my.long": "x".repeat(9900) }),
    Q("select length(current_setting('my.long')) = 9900 as whole"),
  ]),
  bare("packet: an HTTP request", [raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), end]),
  bare("packet: a query before the start", [raw(bytes.query("select 1")), end]),
  bare("packet: a user that is no UTF-8", [
    startWith(bytes.untyped(bytes.int32(196608), "user", Buffer.from([0xff, 0xfe, 0]), [0])),
  ], {
    differs: {
      reason: "names in a startup packet that are not UTF-8 are refused at once",
      ours: ['E V:FATAL C:22021 M:invalid byte sequence for encoding "UTF8": 0xff', "closed"],
    },
  }),

  bare("password: a Query instead", [raw(bytes.startup(me)), raw(bytes.query("select 1")), end]),
  bare("password: a Sync instead", [raw(bytes.startup(me)), raw(bytes.sync()), end]),
  bare("password: a Terminate instead", [raw(bytes.startup(me)), raw(bytes.terminate()), end]),
  bare("password: an unknown mechanism", [
    raw(bytes.startup(me)),
    raw(bytes.message("p", "SCRAM-SHA-1", bytes.int32(-1))),
    end,
  ]),
  bare("password: clear text", [raw(bytes.startup(me)), raw(bytes.password("postgres")), end]),
  bare("password: an empty message", [raw(bytes.startup(me)), raw(bytes.message("p")), end]),
  bare("password: nonsense data", [
    raw(bytes.startup(me)),
    raw(bytes.message("p", "SCRAM-SHA-256", bytes.int32(8), Buffer.from("nonsense"))),
    end,
  ]),
  bare("password: a length that is too long", [
    raw(bytes.startup(me)),
    raw(bytes.message("p", "SCRAM-SHA-256", bytes.int32(100), Buffer.from("n,,n=,r=x"))),
    end,
  ]),
  bare("password: no nonce", [
    raw(bytes.startup(me)),
    raw(bytes.message("p", "SCRAM-SHA-256", bytes.int32(7), Buffer.from("n,,n=,x"))),
    end,
  ]),
  bare("password: channel binding without TLS", [
    raw(bytes.startup(me)),
    raw(
      bytes.message(
        "p",
        "SCRAM-SHA-256",
        bytes.int32(35),
        Buffer.from("p=tls-server-end-point,,n=,r=abcdef"),
      ),
    ),
    end,
  ]),
  bare("password: oversized", [raw(bytes.startup(me)), raw([0x70, 0, 2, 0, 0]), end], badLength),
  bare(
    "password: a negative length",
    [raw(bytes.startup(me)), raw([0x70, 255, 255, 255, 255]), end],
    badLength,
  ),

  bare("cancel: a request for nobody", [
    raw(bytes.cancelRequest(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1))),
    end,
  ]),
  bare("cancel: a request that is too short", [raw(bytes.cancelRequest(Uint8Array.of(0, 0, 0, 1))), end]),
  exchange("cancel: nothing runs", [cancel(), Q("select 1")]),
];
