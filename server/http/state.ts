/** How far the server is: it accepts clients, does not yet, or not any more. */
export type Phase = "starting" | "accepting" | "draining";

/** What the probes ask. The mode root owns it and sets the phase; it is read anew for each request. */
export interface ServerState {
  readonly phase: Phase;
}
