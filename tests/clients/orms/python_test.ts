/** SQLAlchemy and Django, Python programs in `python/`. */
import path from "node:path";
import { cleanEnvironment, run } from "../../support/command.ts";
import { pythonWith } from "../python.ts";
import { reportSteps } from "../tap.ts";
import { testClient } from "../targets.ts";

const folder = path.join(import.meta.dirname!, "python");
const found = await pythonWith(path.join(folder, "requirements.txt"), "orms");
const missing = "missing" in found ? found.missing : null;

for (const [name, program] of [["SQLAlchemy", "sqlalchemy_app.py"], ["Django", "django_app.py"]]) {
  testClient(name, missing, async (t, target) => {
    if ("missing" in found) throw new Error(found.missing);
    const env = cleanEnvironment({
      CLIENT_URL: target.url,
      CLIENT_SERVER: target.name,
      PYTHONDONTWRITEBYTECODE: "1",
    });
    await reportSteps(t, await run(found.python, [path.join(folder, program)], { env, timeout: 180_000 }));
  });
}
