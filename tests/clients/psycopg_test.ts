/** psycopg 3, a Python program in `psycopg/`. */
import path from "node:path";
import { cleanEnvironment, run } from "../support/command.ts";
import { pythonWith } from "./python.ts";
import { reportSteps } from "./tap.ts";
import { testClient } from "./targets.ts";

const folder = path.join(import.meta.dirname!, "psycopg");
const found = await pythonWith(path.join(folder, "requirements.txt"));

testClient("psycopg", "missing" in found ? found.missing : null, async (t, target) => {
  if ("missing" in found) throw new Error(found.missing);
  const env = cleanEnvironment({
    CLIENT_URL: target.url,
    CLIENT_SERVER: target.name,
    PYTHONDONTWRITEBYTECODE: "1",
  });
  const ended = await run(found.python, [path.join(folder, "main.py")], { env, timeout: 180_000 });
  await reportSteps(t, ended);
});
