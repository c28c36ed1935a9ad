// Drags bars through the worker of the README, as a page does, and says how long a preview takes there and back:
// `node drag.mjs WORKER`, where WORKER is the worker's file, beside an installed `linkstar`.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const file = pathToFileURL(resolve(process.argv[2])).href;
const { call } = await import(new URL("node_modules/linkstar/node.js", file));
const context = (key) => ({ actor: "lin.yue", now: "2027-01-04T01:00:00Z", key, salt: "9c1f4e7a52d08b36" });

/** What a browser gives a worker: messages wait until somebody listens, and no longer. */
const asInBrowser = `
    import { parentPort } from "node:worker_threads";
    globalThis.onmessage = null;
    globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, transfer);
    parentPort.on("message", (data) => onmessage({ data }));
    await import(${JSON.stringify(file)});`;

/** A season of products that go through ten steps each, and share the lab. */
function season(products) {
    const steps = ["sample", "lab-test", "certificate", "photos", "listing", "listing-check", "production", "loading", "inbound", "start-ads"];
    const work = ["09:00-12:00", "13:00-18:00"];
    const directory = {
        linkstar: 1,
        calendars: [{ id: "shenzhen", zone: "Asia/Shanghai", week: { monday: work, tuesday: work, wednesday: work, thursday: work, friday: work } }],
        members: [{ id: "lin.yue", name: "Lin Yue" }],
        grants: [{ id: "lead", member: "lin.yue", access: "owner" }],
    };
    const project = { linkstar: 1, id: "season", name: "Season 2027", calendar: "shenzhen", anchor: { kind: "start", at: "2027-01-04T01:00:00Z" }, tasks: [], links: [] };
    for (let product = 0; product < products; product++) {
        steps.forEach((name, step) => {
            project.tasks.push({ id: `${name}.${product}`, name, duration: `${1 + step}d` });
            if (step > 0) project.links.push({ predecessor: `${steps[step - 1]}.${product}`, successor: `${name}.${product}` });
        });
        if (product % 10 > 0) project.links.push({ predecessor: `lab-test.${product - 1}`, successor: `lab-test.${product}` });
    }
    const orders = [{ command: { kind: "begin", project }, context: context("begin") }];
    const { outcomes } = JSON.parse(call("execute", JSON.stringify({ directory, orders })));
    return JSON.stringify({ log: { linkstar: 1, events: [outcomes[0].event] }, directory });
}

for (const products of [100, 1_000]) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(asInBrowser)}`));
    worker.on("error", (error) => {
        throw error;
    });
    let asked = 0;
    const ask = (method, request) =>
        new Promise((answer, fail) => {
            const id = ++asked;
            worker.once("message", (told) => (told.id === id ? answer(told) : fail(new Error(`${told.id} is not the answer to ${id}`))));
            worker.postMessage({ id, method, request });
        });
    const preview = (task, hours) => {
        const command = { kind: "edit", record: { kind: "task", id: task }, fields: [{ field: "duration", value: `${hours}h` }] };
        return ask("preview", { command, context: context(`drag-${hours}`) });
    };

    const opened = await ask("open", season(products));
    if (opened.answer?.tasks.length !== products * 10) throw new Error(`the project does not open: ${JSON.stringify(opened)}`);
    const nobody = await preview("nobody", 8);
    if (nobody.error?.code !== "record.unknown") throw new Error(`a task that nobody has: ${JSON.stringify(nobody)}`);

    const times = [];
    for (let drag = 0; drag < 200; drag++) {
        const start = performance.now();
        const { answer, error } = await preview(`lab-test.${(drag * 37) % products}`, 100 + drag);
        times.push(performance.now() - start);
        // What follows in that product moves with it.
        if (error || answer.delta.tasks.length < 9) throw new Error(`a drag moves nothing: ${JSON.stringify(error)}`);
    }
    await worker.terminate();
    times.sort((a, b) => a - b);
    const figure = (time) => `${time.toFixed(2)} ms`;
    console.log(`node: a drag among ${products * 10} tasks, there and back: median ${figure(times[100])}, worst ${figure(times[199])}`);
}
