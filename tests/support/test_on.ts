/**
 * Tests that need something a machine may not have: where it is missing they are skipped by name, with the reason,
 * and counted (`deno task test` prints the list).
 */
import { type Machine, machine, type Need } from "../setup/machine.ts";

/** Defines a test that runs only where the machine has all of `needs`. */
export function testOn(
  needs: readonly Need[],
  name: string,
  fn: (t: Deno.TestContext) => Promise<void> | void,
): void {
  const reason = missing(machine(), needs);
  if (reason !== null) note(name, reason);
  Deno.test({ name, ignore: reason !== null, fn });
}

function missing(machine: Machine, needs: readonly Need[]): string | null {
  const reasons = needs.map((need) => machine.missing[need]).filter((reason) => reason !== undefined);
  return reasons.length === 0 ? null : reasons.join("; ");
}

/** `tests/run.ts` collects the reasons of all test processes in one file. */
function note(name: string, reason: string): void {
  const file = Deno.env.get("TEST_SKIPS_FILE");
  if (file === undefined) return;
  Deno.writeTextFileSync(file, JSON.stringify({ name, reason }) + "\n", { append: true });
}
