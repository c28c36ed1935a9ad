// Runs every vector through the npm package: `node conformance.mjs VECTORS REPORT [PACKAGE]`.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [vectors, report, folder = fileURLToPath(new URL("pkg", import.meta.url))] = process.argv.slice(2);
const linkstar = await import(pathToFileURL(resolve(folder, "node.js")));

/** The answer as canonical JSON; an error as the JSON that the core has for it. */
function answer(run) {
    try {
        return { json: run() };
    } catch (error) {
        if (error.name !== "LinkstarError") throw error;
        const { code, path, detail, line, column, args } = error;
        return { error, json: JSON.stringify({ code, path, detail, line, column, args }) };
    }
}

function digest(text) {
    return createHash("sha256").update(text).digest("hex");
}

/** What differs from what the vector wants, or nothing. */
function difference({ expect, error, sha256 }, got) {
    if (sha256 !== undefined) return digest(got.json) === sha256 ? "" : `gives another answer: ${got.json.slice(0, 200)}`;
    if (error === undefined) return got.json === JSON.stringify(expect) ? "" : `gives ${got.json}`;
    const wrong = Object.keys(error).filter((key) => got.error?.[key] !== error[key]);
    return wrong.length === 0 ? "" : `differs in ${wrong}: ${got.json}`;
}

function run(name) {
    const vector = JSON.parse(readFileSync(join(vectors, name), "utf8"));
    const { op, requirements } = vector;
    const packs = vector.packs?.map((file) => JSON.parse(readFileSync(join(vectors, "../../crates/linkstar-packs/us", file), "utf8")));
    const input = packs === undefined ? vector.input : { packs, ...vector.input };
    const start = performance.now();
    const got = answer(() => linkstar.call(op, vector.inputText ?? JSON.stringify(input)));
    const millis = Math.round(performance.now() - start);
    const problems = [difference(vector, got)];
    // The typed function has to say the same; only that objects have no lines.
    if (input !== undefined && op in linkstar) {
        const typed = answer(() => JSON.stringify(linkstar[op](input)));
        if (typed.json !== got.json) problems.push(`as a typed function gives ${typed.json}`);
    }
    const ok = problems.every((problem) => problem === "");
    if (!ok) console.error(`${name} ${problems.filter(Boolean).join("; ")}`);
    return { vector: name, ok, sha256: digest(got.json), requirements, millis };
}

const names = readdirSync(vectors, { recursive: true }).map((name) => name.replaceAll("\\", "/"));
const rows = names.filter((name) => name.endsWith(".json")).sort().map(run);
mkdirSync(dirname(report), { recursive: true });
writeFileSync(report, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
const failed = rows.filter((row) => !row.ok).length;
console.log(`node: ${rows.length - failed} of ${rows.length} vectors agree`);
process.exitCode = failed === 0 ? 0 : 1;
