/** Where things lie in the checkout. */
import path from "node:path";

/** The checkout's root. */
export const root: string = path.resolve(import.meta.dirname!, "../..");

/** What setup downloads; kept between runs, never committed. */
export const cache: string = path.join(root, ".cache");

/** Where `deno task compile` puts executables. */
export const dist: string = path.join(root, "dist");
