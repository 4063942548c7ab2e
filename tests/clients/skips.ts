/** Tests and cases that are skipped by name, with the reason, and listed by `deno task test`. */

/** Defines a test that is skipped where there is a `reason`. */
export function defineTest(
  name: string,
  reason: string | null,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  if (reason !== null) note(name, reason);
  Deno.test({ name, ignore: reason !== null, fn });
}

/** A step that is skipped. */
export async function skipStep(t: Deno.TestContext, name: string, reason: string): Promise<void> {
  note(`${t.name}: ${name}`, reason);
  await t.step({ name: `${name} (${reason})`, ignore: true, fn: () => {} });
}

/** `tests/run.ts` collects the reasons of all test processes in one file. */
function note(name: string, reason: string): void {
  const file = Deno.env.get("TEST_SKIPS_FILE");
  if (file === undefined) return;
  Deno.writeTextFileSync(file, JSON.stringify({ name, reason }) + "\n", { append: true });
}
