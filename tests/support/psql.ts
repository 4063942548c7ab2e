/** psql, run to its end or kept open in a terminal. */
import { machine } from "../setup/machine.ts";
import { cleanEnvironment, type Ended, kill, run, spawn } from "./command.ts";
import { Output } from "./output.ts";
import { waitFor, within } from "./wait.ts";

/** psql must not read the developer's settings nor speak another language. */
const quiet = { LC_ALL: "C.UTF-8", PAGER: "cat", PSQL_HISTORY: "/dev/null", PSQLRC: "/dev/null" };

/** Runs psql with the SQL (and meta-commands) on standard input. */
export function psql(url: string, input: string, args: readonly string[] = []): Promise<Ended> {
  return run(machine().psql, ["-X", ...args, url], { input, env: cleanEnvironment(quiet) });
}

/** Rows of one query as psql prints them unaligned, without header and footer: fields parted by `|`, a row a line. */
export async function rows(url: string, sql: string): Promise<string[]> {
  const ended = await psql(url, sql, ["-qAt", "-v", "ON_ERROR_STOP=1"]);
  if (ended.code !== 0) throw new Error(`psql: ${ended.stderr}`);
  return ended.stdout.split("\n").slice(0, -1);
}

/** A psql that a person would sit at: with a terminal, prompts and Ctrl-C. */
export interface Terminal extends AsyncDisposable {
  /** Types a line and returns what was printed from then until `answer` matches it. */
  type(line: string, answer: RegExp): Promise<string>;
  /** Presses Ctrl-C again and again until `answer` matches what is printed from now on. */
  interrupt(answer: RegExp): Promise<string>;
  /** Types `\q` and returns psql's exit status. */
  quit(): Promise<number>;
}

/** Opens psql in a pseudo terminal (util-linux' `script`), with readline off so that its output is plain. */
export async function terminal(url: string): Promise<Terminal> {
  const { psql, script } = machine();
  // `exec`: a shell that stays behind would take the Ctrl-C too, and end with it (dash does).
  const command = `exec ${psql} -X -n --pset=pager=off '${url}'`;
  const child = spawn(script, ["-qefc", command, "/dev/null"], {
    stdin: "piped",
    env: cleanEnvironment(quiet),
  });
  const output = new Output(child.stdout, child.stderr);
  const writer = child.stdin.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));

  function printed(since: number, answer: RegExp): Promise<string> {
    return waitFor(`${answer} from psql`, () => {
      const text = output.text.slice(since).replaceAll("\r", "");
      if (answer.test(text)) return text;
      throw new Error(`psql printed: ${text}`);
    });
  }
  await printed(0, /=[#>] $/);

  return {
    type: async (line, answer) => {
      const since = output.text.length;
      await write(`${line}\n`);
      return printed(since, answer);
    },
    interrupt: async (answer) => {
      const since = output.text.length;
      const again = setInterval(() => write("\x03"), 200);
      try {
        return await printed(since, answer);
      } finally {
        clearInterval(again);
      }
    },
    quit: async () => {
      await write("\\q\n");
      return (await within("psql to quit", child.status)).code;
    },
    [Symbol.asyncDispose]: async () => {
      kill(child, "SIGKILL");
      await child.status;
      await output.ended;
      await writer.close().catch(() => {});
    },
  };
}
