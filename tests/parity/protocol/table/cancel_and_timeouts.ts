/** What ends a statement or a session from outside: cancel requests and timeouts. */
import { type Case, exchange } from "../case.ts";
import { B, cancel, cancelled, D, E, end, H, P, Q, S, X } from "../steps.ts";

/** Runs for hours. */
const endless =
  "select count(*) from many a, many b, many c, many d, many e where a.i + b.i + c.i + d.i + e.i < 0";

export const cancelAndTimeouts: Case[] = [
  exchange("cancel: a query", [cancelled(Q(endless)), Q("select 1")]),
  exchange("cancel: in the extended protocol", [
    P("", endless),
    B(),
    D("P"),
    H("T"),
    cancelled(E(), S()),
    Q("select 1"),
  ]),
  exchange("cancel: in a block", [
    Q("begin"),
    cancelled(Q(endless)),
    Q("select 1"),
    Q("rollback"),
    Q("select 1"),
  ]),
  exchange("cancel: skips to Sync", [
    P("", endless),
    B(),
    H("2"),
    cancelled(E(), P("", "select 2"), B(), E(), S()),
    Q("select 1"),
  ]),
  exchange("cancel: twice", [cancelled(Q(endless)), cancelled(Q(endless)), Q("select 1")]),
  exchange("cancel: before a query", [cancel(), Q("select 1")]),
  exchange("cancel: after a query", [Q("select 1"), cancel(), Q("select 2")]),
  exchange("cancel: in an idle block", [Q("begin"), cancel(), Q("select 1"), Q("commit")]),
  exchange("cancel: a wrong secret", [Q("select 1"), cancel("wrong secret"), Q("select 2")]),
  exchange("cancel: a wrong process", [cancel("wrong pid"), Q("select 1")]),
  exchange("cancel: a cut key", [cancel("short"), Q("select 1")]),
  exchange("cancel: a suspended portal stays", [
    Q("begin"),
    P("", "select i from many order by i"),
    B("p"),
    E("p", 1),
    S(),
    cancel(),
    E("p", 1),
    S(),
    Q("commit"),
  ]),

  exchange("timeout: a statement", [Q("set statement_timeout = 50"), Q(endless), Q("select 1")]),
  exchange("timeout: in a block", [
    Q("begin"),
    Q("set local statement_timeout = 50"),
    Q(endless),
    Q("select 1"),
    Q("rollback"),
    Q("show statement_timeout"),
  ]),
  exchange("timeout: in the extended protocol", [Q("set statement_timeout = 50"), X(endless), X("select 1")]),
  exchange("timeout: the second of a string", [
    Q("set statement_timeout = 50"),
    Q(`select 1 as one; ${endless}`),
  ]),
  exchange("timeout: set in the same string", [
    Q(`set statement_timeout = 50; ${endless}`),
    Q("show statement_timeout"),
  ]),
  exchange("timeout: not reached", [Q("set statement_timeout = '1min'"), Q("select 1")]),
  exchange("timeout: off again", [
    Q("set statement_timeout = 50"),
    Q("set statement_timeout = 0"),
    Q("select 1"),
  ]),
  exchange("timeout: from the start", [Q(endless), Q("select 1")], {
    login: { options: "-c statement_timeout=50" },
  }),
  exchange("timeout: an idle session", [Q("set idle_session_timeout = 50"), end]),
  exchange("timeout: an idle session, extended", [X("set idle_session_timeout = 50"), end]),
  exchange("timeout: an idle block", [Q("set idle_in_transaction_session_timeout = 50"), Q("begin"), end]),
  exchange("timeout: an idle failed block", [
    Q("set idle_in_transaction_session_timeout = 50"),
    Q("begin; select nonsense"),
    end,
  ]),
  exchange("timeout: idle_session_timeout is not for a block", [
    Q("set idle_in_transaction_session_timeout = 150"),
    Q("set idle_session_timeout = 1000"),
    Q("begin"),
    end,
  ]),
  exchange("timeout: lock_timeout does nothing here", [
    Q("set lock_timeout = 1"),
    Q("select 1"),
    Q("begin"),
    Q("select 1"),
    Q("commit"),
  ]),
];
