// Drags a bar in Node as a page does: `cargo run --release --example drag -- --snapshot season.json`, then `node examples/drag.mjs season.json`.
import { readFileSync } from "node:fs";
const { LiveProject } = await import(process.env.LINKSTAR ?? "linkstar");
const season = LiveProject.fromJson(readFileSync(process.argv[2], "utf8"));
const { tasks } = season.dates({});
for (const hours of [128, 136, 144]) {
    const command = { kind: "edit", record: { kind: "task", id: "lab-test.17" }, fields: [{ field: "duration", value: `${hours}h` }] };
    const context = { actor: "lin.yue", now: "2027-01-04T01:00:00Z", key: `drag-${hours}`, salt: "9c1f4e7a52d08b36" };
    const start = performance.now();
    const { delta, because } = season.preview({ command, context });
    const took = (performance.now() - start).toFixed(2);
    console.log(`lab-test.17 takes ${hours} h: ${delta.tasks.length} tasks move in ${took} ms, ${tasks[delta.tasks[1]]} because of ${tasks[because[1]]}`);
}
