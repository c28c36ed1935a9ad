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

/** An error as a script tells it: the lines of a step mean nothing. */
function told(run) {
    try {
        return run();
    } catch (error) {
        if (error.name !== "LinkstarError") throw error;
        const { code, path, detail } = error;
        return JSON.stringify({ error: { code, path, detail } });
    }
}

/** Typed arrays as the lists that they are in JSON. */
const asLists = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);

/**
 * A project is begun, and a live project of it answers step by step, also with errors. A second one answers through the typed methods,
 * and has to say the same.
 */
function script({ project, directory, context, rules = [], steps }, typed) {
    const orders = [{ command: { kind: "begin", project }, context }];
    const begun = JSON.parse(linkstar.call("execute", JSON.stringify({ directory, orders })));
    const snapshot = { log: { linkstar: 1, events: [begun.outcomes[0].event] }, directory, rules };
    const copies = new Map();
    const failed = told(() => {
        copies.set("", typed ? new linkstar.LiveProject(snapshot) : linkstar.LiveProject.fromJson(JSON.stringify(snapshot)));
        return "";
    });
    if (failed !== "") return `{"answers":[${failed}]}`;
    const answers = [];
    for (const { on = "", call, with: given } of steps) {
        if (!copies.has(on)) copies.set(on, linkstar.LiveProject.fromJson(copies.get("").call("snapshot", "{}")));
        const live = copies.get(on);
        const request = filled(given, answers);
        answers.push(told(() => (typed && call in live ? JSON.stringify(live[call](request), asLists) : live.call(call, JSON.stringify(request)))));
    }
    copies.forEach((live) => live.free());
    return `{"answers":[${answers.join(",")}]}`;
}

/** A request in which `{ "$answer": "/0/outcome/event" }` stands for a part of an earlier answer. */
function filled(request, answers) {
    if (Array.isArray(request)) return request.map((value) => filled(value, answers));
    if (typeof request !== "object" || request === null) return request;
    if (!("$answer" in request)) return Object.fromEntries(Object.entries(request).map(([field, value]) => [field, filled(value, answers)]));
    const [number, ...inside] = request.$answer.slice(1).split("/");
    return inside.reduce((found, step) => found[step], JSON.parse(answers[number]));
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
    const got = answer(() => (op === "live" ? script(input, false) : linkstar.call(op, vector.inputText ?? JSON.stringify(input))));
    const millis = Math.round(performance.now() - start);
    const problems = [difference(vector, got)];
    // The typed function has to say the same; only that objects have no lines.
    if (input !== undefined && op in linkstar) {
        const typed = answer(() => JSON.stringify(linkstar[op](input)));
        if (typed.json !== got.json) problems.push(`as a typed function gives ${typed.json}`);
    }
    if (op === "live") {
        const typed = script(input, true);
        if (typed !== got.json) problems.push(`as typed methods gives ${typed}`);
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
