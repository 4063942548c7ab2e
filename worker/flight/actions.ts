/** The worker's own actions: JSON in, JSON out. */
import { Buffer } from "node:buffer";
import { status } from "@grpc/grpc-js";
import {
  actions as names,
  type CreateSession,
  type DestroySession,
  type Owner,
  type SessionCreated,
  type SetLimits,
} from "../api/flight/actions.ts";
import type { Fence } from "./fence.ts";
import type { HealthWatch } from "./health.ts";
import type { WorkerSessions } from "./sessions.ts";
import { FlightError } from "./status.ts";
import { type ActivateTenant, tenantBinding } from "./tenant.ts";
import type { WorkerSession } from "./worker_session.ts";

/** What the actions work on. */
export interface ActionParts {
  sessions: WorkerSessions;
  fence: Fence;
  watch: HealthWatch;
  /** Entries of the query log, as the control plane wrote them. */
  onLogQuery: (entries: readonly unknown[]) => void;
}

/** @param token of the session header; empty for none */
export type Action = (body: Uint8Array, token: string) => Promise<Uint8Array>;

/** How long WaitSessionIdle waits, in milliseconds. */
const idleLimit = 30_000;

/** By name. */
export function workerActions(parts: ActionParts): Record<string, Action> {
  const { sessions, fence, watch } = parts;
  const bind = tenantBinding((lake) => sessions.attachLake(lake));

  /** Reads the body, checks its owner, and answers what `act` answers. */
  function action<T extends Owner>(act: (request: T, token: string) => Promise<object>): Action {
    return async (body, token) => {
      const request = jsonOf<T>(body);
      fence.check(request);
      return Buffer.from(JSON.stringify(await act(request, token)));
    };
  }

  return {
    [names.createSession]: action<CreateSession>(async (request) => {
      requireText(request.username, "username");
      const { token } = await sessions.create(request);
      return { session_token: token, secret_warnings: [] } satisfies SessionCreated;
    }),
    [names.destroySession]: action<DestroySession>(async ({ session_token }) => {
      await sessions.end(sessions.byToken(session_token), null);
      return ok;
    }),
    [names.healthCheck]: action(async () => await watch.check()),
    [names.setLimits]: action<SetLimits>(async ({ session_token, memory_limit, threads }) => {
      await sessions.byToken(session_token).instance.setLimits(memory_limit, threads);
      return ok;
    }),
    [names.activateTenant]: action<ActivateTenant>(async (request) => {
      await bind(request);
      return ok;
    }),
    [names.waitSessionIdle]: action<Partial<DestroySession>>(async ({ session_token }, token) => {
      await idle(sessions.byToken(session_token ?? token));
      return ok;
    }),
    [names.releaseQueryHandle]: action<Partial<DestroySession> & { ticket: string }>(
      async ({ session_token, ticket }, token) => {
        requireText(ticket, "ticket");
        const session = sessions.byToken(session_token ?? token);
        if (await session.dropHandle(ticket)) return ok;
        throw new FlightError(status.NOT_FOUND, "query handle not found");
      },
    ),
    [names.logQuery]: action<Owner & { entries?: unknown }>(({ entries = [] }) => {
      if (!Array.isArray(entries)) throw invalid("entries is not a list");
      parts.onLogQuery(entries);
      return Promise.resolve(ok);
    }),
  };
}

const ok = { ok: true };

async function idle(session: WorkerSession): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => timer = setTimeout(() => resolve(false), idleLimit));
  const inTime = await Promise.race([session.idle().then(() => true), late]);
  clearTimeout(timer);
  if (!inTime) throw new FlightError(status.DEADLINE_EXCEEDED, "session is still busy");
}

function jsonOf<T>(body: Uint8Array): T {
  try {
    const value = body.length === 0 ? {} : JSON.parse(new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below
  }
  throw invalid("the body is not a JSON object");
}

function requireText(value: unknown, name: string): void {
  if (typeof value !== "string" || value === "") throw invalid(`${name} is missing`);
}

function invalid(what: string): FlightError {
  return new FlightError(status.INVALID_ARGUMENT, `invalid action: ${what}`);
}
