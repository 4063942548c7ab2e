/** postgres.js (`postgres`). */
import { runCases } from "./cases.ts";
import { queries } from "./postgres_js/queries.ts";
import { sessions } from "./postgres_js/sessions.ts";
import { types } from "./postgres_js/types.ts";
import { testClient } from "./targets.ts";

testClient("postgres.js", null, (t, target) => runCases(t, target, [...queries, ...types, ...sessions]));
