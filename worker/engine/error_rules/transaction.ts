/** Transactions, and what depends on what. */
import type { Rule } from "./rule.ts";
import { dependents, printable } from "./wording.ts";

export const transactionRules: readonly Rule[] = [
  {
    type: "TransactionContext",
    match: /transaction is aborted/,
    sqlstate: "25P02",
    say: () => ({
      message: "current transaction is aborted, commands ignored until end of transaction block",
    }),
  },
  {
    type: "TransactionContext",
    match: /within a transaction/,
    sqlstate: "25001",
    say: () => ({ message: "there is already a transaction in progress" }),
  },
  {
    type: "TransactionContext",
    match: /no transaction is active/,
    sqlstate: "25P01",
    say: () => ({ message: "there is no transaction in progress" }),
  },
  { type: "TransactionContext", match: /read.?only/i, sqlstate: "25006" },
  {
    type: "TransactionContext",
    match: /conflict/i,
    sqlstate: "40001",
    say: (error) => ({
      message: "could not serialize access due to concurrent update",
      detail: printable(error.message),
      hint: "The transaction might succeed if retried.",
    }),
  },
  { type: "TransactionContext", sqlstate: "25000" },
  {
    type: "Dependency",
    match: /^Cannot (?:drop|alter) entry "(.*?)"/,
    sqlstate: "2BP01",
    say: (error) => ({
      message: `cannot drop ${/^\s*drop\s+(\w+)/i.exec(error.sql)?.[1].toLowerCase() ?? "entry"} ${
        error.found[1]
      } because other objects depend on it`,
      detail: dependents(error.message),
      hint: "Use DROP ... CASCADE to drop the dependent objects too.",
    }),
  },
  { type: "Dependency", sqlstate: "2BP01" },
];
