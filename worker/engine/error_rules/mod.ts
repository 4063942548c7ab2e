/**
 * What each of DuckDB's errors is in PostgreSQL: SQLSTATE and, where it is simple, PostgreSQL's own sentence. Without a
 * sentence DuckDB's is kept. The first rule that fits decides, so the special ones come first.
 *
 * @see https://www.postgresql.org/docs/16/errcodes-appendix.html
 */
import { anyTypeRules } from "./any_type.ts";
import { binderRules } from "./binder.ts";
import { catalogRules } from "./catalog.ts";
import { constraintRules } from "./constraint.ts";
import { conversionRules } from "./conversion.ts";
import { invalidInputRules } from "./invalid_input.ts";
import { machineRules } from "./machine.ts";
import { outOfRangeRules } from "./out_of_range.ts";
import { parserRules } from "./parser.ts";
import { transactionRules } from "./transaction.ts";
import type { Rule } from "./rule.ts";

/** The table; see {@linkcode Rule}. */
export const errorRules: readonly Rule[] = [
  ...anyTypeRules,
  ...catalogRules,
  ...binderRules,
  ...parserRules,
  ...conversionRules,
  ...outOfRangeRules,
  ...constraintRules,
  ...transactionRules,
  ...invalidInputRules,
  ...machineRules,
];
