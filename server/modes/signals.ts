import process from "node:process";

/**
 * Resolves at the first SIGTERM or SIGINT, with its name; each later one calls `again`.
 */
export function stopSignal(again: () => void): Promise<"SIGTERM" | "SIGINT"> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (stopping) return again();
        stopping = true;
        resolve(signal);
      });
    }
  });
}
