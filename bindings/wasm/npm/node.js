// Node reads the module from disk and at once, so that `init()` has nothing left to do there.
import { readFileSync } from "node:fs";
import { initSync } from "./linkstar.js";

initSync({ module: readFileSync(new URL("./linkstar_bg.wasm", import.meta.url)) });

export * from "./linkstar.js";
export default async function init() {}
