/** The command line: `-flag` or `--flag`, `--flag value` or `--flag=value`, and at most one TARGET. */
import { split } from "./kinds.ts";
import { byFlag, nameOf, type OptionName, table } from "./options.ts";
import { notAvailable, problem, type Source, unknown } from "./setting.ts";
import { unavailableByFlag, unavailableSwitches } from "./unavailable.ts";

/** What a command line says. */
export interface CommandLine extends Source {
  targets: string[];
  help: boolean;
  version: boolean;
}

/** A flag as written: `--name`, `--name=text`. */
interface Written {
  /** With its dashes. */
  shown: string;
  name: string;
  text: string | undefined;
}

/** Reads the arguments. Where a flag is given more than once, the last one counts. */
export function readFlags(argv: readonly string[]): CommandLine {
  const line: CommandLine = { settings: [], problems: [], targets: [], help: false, version: false };
  const rest = [...argv];
  while (rest.length > 0) {
    const argument = rest.shift()!;
    if (argument === "--") {
      line.targets.push(...rest);
      break;
    }
    if (argument === "-" || !argument.startsWith("-")) {
      line.targets.push(argument);
      continue;
    }
    readFlag(asFlag(argument), rest, line);
  }
  return line;
}

function asFlag(argument: string): Written {
  const equals = argument.indexOf("=");
  const shown = equals < 0 ? argument : argument.slice(0, equals);
  const text = equals < 0 ? undefined : argument.slice(equals + 1);
  return { shown, name: shown.replace(/^--?/, ""), text };
}

/** Takes the flag's value off `rest` where it is there. */
function readFlag(flag: Written, rest: string[], line: CommandLine): void {
  if (flag.name === "help" || flag.name === "h") line.help = true;
  else if (flag.name === "version" || flag.name === "v") line.version = true;
  else if (byFlag.has(flag.name)) readOption(flag, byFlag.get(flag.name)!, rest, line);
  else readOther(flag, rest, line);
}

function readOption(flag: Written, option: OptionName, rest: string[], line: CommandLine): void {
  const { kind } = table[option];
  const text = flag.text ?? (kind.switch ? "true" : takeValue(rest));
  if (text === undefined) {
    line.problems.push(problem(nameOf(option), flag.shown, "no value given", kind.allowed));
    return;
  }
  line.settings.push({ option, texts: split(kind, text), origin: flag.shown });
}

/** A flag this version does not have. Its value is taken too, so as not to be seen as the TARGET. */
function readOther(flag: Written, rest: string[], line: CommandLine): void {
  if (flag.text === undefined && !unavailableSwitches.has(flag.name)) takeValue(rest);
  const names = unavailableByFlag.get(flag.name);
  if (names) {
    line.problems.push(notAvailable(names, flag.shown));
    return;
  }
  const candidates = [...byFlag.keys(), "help", "version"].map((name) => `--${name}`);
  line.problems.push(problem(flag.shown, undefined, unknown("flag", `--${flag.name}`, candidates)));
}

/** The next argument, unless it is itself a flag: `-1s` is a value, `-port` and `--x` are not. */
function takeValue(rest: string[]): string | undefined {
  return rest.length === 0 || /^-[^\d.]/.test(rest[0]) ? undefined : rest.shift();
}
