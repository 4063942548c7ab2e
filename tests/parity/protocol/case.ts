/** A case of the table: one client's conversation, which must go the same way with this server and with PostgreSQL. */
import type { Step, Steps } from "./steps.ts";

/** See the module. */
export interface Case {
  name: string;
  steps: readonly Step[];
  /** Who logs in before the steps; `null`: the steps begin with the bare connection. Default: the superuser. */
  login: Record<string, string> | null;
  /** Fields of ErrorResponse and NoticeResponse that are not compared here, by their letter, and why. */
  ignore: Ignored | null;
  /** A true difference from PostgreSQL. */
  differs: Difference | null;
  /** A difference that is a mistake of this server, not yet corrected: where, and what is wrong. */
  unfixed: string | null;
}

/** See {@linkcode Case.ignore}. */
export interface Ignored {
  fields: string;
  why: string;
}

/** A difference that has to be: what this server answers instead, and why. */
export interface Difference {
  /** As in docs/compatibility.md, where it must be listed. */
  reason: string;
  /** This server's transcript. */
  ours: readonly string[];
}

export interface CaseOptions {
  login?: Record<string, string> | null;
  ignore?: Ignored;
  differs?: Difference;
  unfixed?: string;
}

/** One line of the table. */
export function exchange(name: string, steps: readonly Steps[], options: CaseOptions = {}): Case {
  const { login = {}, ignore = null, differs = null, unfixed = null } = options;
  return { name, steps: steps.flat(), login, ignore, differs, unfixed };
}
