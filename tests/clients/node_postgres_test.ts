/** node-postgres (`pg`), with pg-cursor and pg-query-stream. */
import { runCases } from "./cases.ts";
import { queries } from "./node_postgres/queries.ts";
import { sessions } from "./node_postgres/sessions.ts";
import { types } from "./node_postgres/types.ts";
import { testClient } from "./targets.ts";

testClient("node-postgres", null, (t, target) => runCases(t, target, [...queries, ...types, ...sessions]));
