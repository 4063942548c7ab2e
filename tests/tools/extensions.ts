/** `deno run -A tests/tools/extensions.ts`: fetches the extensions that `deno task compile` builds in, and no more. */
import { setUpExtensions } from "../setup/extensions.ts";

const failures = await setUpExtensions();
for (const [name, why] of failures) console.error(`no ${name}: ${why}`);
Deno.exit(failures.size === 0 ? 0 : 1);
