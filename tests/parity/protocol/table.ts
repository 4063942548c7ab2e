/**
 * The table: each line is a conversation that both servers are led through. To add one, add a line to the file it belongs
 * to: a name, and the steps as `steps.ts` has them.
 */
import type { Case } from "./case.ts";
import { cancelAndTimeouts } from "./table/cancel_and_timeouts.ts";
import { describing } from "./table/describe.ts";
import { errors } from "./table/errors.ts";
import { extendedQuery } from "./table/extended_query.ts";
import { formats } from "./table/formats.ts";
import { malformed } from "./table/malformed.ts";
import { parameters } from "./table/parameters.ts";
import { portals } from "./table/portals.ts";
import { settings } from "./table/settings.ts";
import { simpleQuery } from "./table/simple_query.ts";
import { startup } from "./table/startup.ts";
import { transactions } from "./table/transactions.ts";

export const table: readonly Case[] = [
  ...startup,
  ...simpleQuery,
  ...extendedQuery,
  ...describing,
  ...parameters,
  ...formats,
  ...portals,
  ...transactions,
  ...settings,
  ...errors,
  ...malformed,
  ...cancelAndTimeouts,
];

/** What both servers hold before the first case; cases write to temporary tables only. */
export const fixture: readonly string[] = [
  "create table people (id int primary key, name text not null, score double precision)",
  "insert into people values (1, 'ann', 1.5), (2, 'bob', null), (3, 'cyd', 3.25)",
  "create table many (i int)",
  "insert into many select * from generate_series(1, 1000)",
];
