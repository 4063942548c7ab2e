import { fstatSync } from "node:fs";

/** How often the parent is looked for, in milliseconds. */
const period = 1000;

/**
 * Resolves when the process that started this one is gone: at once where our standard input comes from it, else within a
 * second. It may have been killed, so nothing tells us but the end of that input and another parent's taking its place.
 */
export function parentGone(): Promise<"parent gone"> {
  const parent = Deno.ppid;
  return new Promise((resolve) => {
    const gone = () => {
      clearInterval(timer);
      resolve("parent gone");
    };
    const timer = setInterval(() => {
      if (Deno.ppid !== parent) gone();
    }, period);
    Deno.unrefTimer(timer);
    if (comesFromParent()) inputEnded().then(gone);
  });
}

/** Whether standard input is a pipe; of a file or /dev/null the end says nothing. */
function comesFromParent(): boolean {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
}

async function inputEnded(): Promise<void> {
  const ignored = new Uint8Array(64);
  while (await Deno.stdin.read(ignored).catch(() => null) !== null);
}
