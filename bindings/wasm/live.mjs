// A hundred thousand random calls on live projects: only answers, refusals and typed errors, and the memory stays flat.
import { fileURLToPath, pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [calls = "100000", folder = fileURLToPath(new URL("pkg", import.meta.url))] = process.argv.slice(2);
const linkstar = await import(pathToFileURL(resolve(folder, "node.js")));

let state = 20271126;
/** The same chance in every run: Park and Miller's generator. */
const below = (limit) => (state = (state * 48271) % 2147483647) % limit;
const pick = (list) => list[below(list.length)];

const ids = Array.from({ length: 20 }, (_, number) => `t${number}`);
const work = ["09:00-12:00", "13:00-18:00"];
const week = { monday: work, tuesday: work, wednesday: work, thursday: work, friday: work };
const directory = {
    linkstar: 1,
    calendars: [{ id: "shenzhen", zone: "Asia/Shanghai", week }],
    members: [{ id: "li.wei", name: "Li Wei" }, { id: "chen.jie", name: "Chen Jie" }],
    grants: [{ id: "lead", member: "li.wei", access: "owner" }, { id: "view", member: "chen.jie", access: "viewer" }],
};
const tasks = ids.map((id) => ({ id, name: id, duration: `${1 + below(9)}d` }));
const links = ids.slice(1).map((id, number) => ({ predecessor: ids[below(number + 1)], successor: id }));
const project = { linkstar: 1, id: "p", name: "P", calendar: "shenzhen", anchor: { kind: "start", at: "2027-03-01T01:00:00Z" }, tasks, links };

let keys = 0;
const context = () => ({ actor: pick(["li.wei", "li.wei", "li.wei", "chen.jie", "nobody"]), now: "2027-02-25T02:00:00Z", key: `k${keys++}`, salt: "9c1f4e7a52d08b36" });

function command() {
    const edit = (field, value) => ({ kind: "edit", record: { kind: "task", id: pick(ids) }, fields: [{ field, value }] });
    return pick([
        () => edit("duration", `${below(20)}d`),
        () => edit("duration", pick(["soon", -3, null, "9999999w", { days: 2 }])),
        () => edit("constraint", { kind: "startNoEarlierThan", at: `2027-0${1 + below(9)}-1${below(9)}T01:00:00Z` }),
        () => edit("parent", pick(ids)),
        () => ({ kind: "add", record: "link", value: { predecessor: pick(ids), successor: pick(ids) } }),
        () => ({ kind: "add", record: "task", value: { id: `n${below(50)}`, name: "New", duration: "1d" } }),
        () => ({ kind: "remove", record: { kind: "task", id: pick(ids) } }),
        () => ({ kind: "startTask", task: pick(ids) }),
        () => ({ kind: pick(["dance", "", "begin"]) }),
    ])();
}

const request = {
    execute: () => ({ command: command(), context: context() }),
    preview: () => ({ command: command(), context: context() }),
    dryRun: () => ({ command: command(), context: context() }),
    executeBatch: () => ({ commands: [command(), command()], context: context() }),
    undo: () => ({ context: context() }),
    redo: () => ({ context: context() }),
    receive: () => ({ events: pick([[], [{}], "x"]) }),
    eventsSince: () => ({ number: pick([0, 5, -1, 1e12]) }),
    dates: () => ({}),
    slacks: () => ({}),
    explain: () => ({ task: pick(ids) }),
};
const methods = Object.keys(request);

function open() {
    const orders = [{ command: { kind: "begin", project }, context: { ...context(), actor: "li.wei" } }];
    const begun = JSON.parse(linkstar.call("execute", JSON.stringify({ directory, orders })));
    return new linkstar.LiveProject({ log: { linkstar: 1, events: [begun.outcomes[0].event] }, directory });
}

const found = { answers: 0, errors: 0 };
let live = open();
let early = 0;
for (let call = 0; call < Number(calls); call++) {
    // A log grows with what happens: a new project now and then keeps it short.
    if (call % 500 === 499) {
        live.free();
        live = open();
    }
    const method = pick(methods);
    try {
        if (below(50) === 0) live.call(pick([method, "nothing"]), pick(["", "{", "[]", '{"command":1}', "null"]));
        else live[method](request[method]());
        found.answers += 1;
    } catch (error) {
        if (error.name !== "LinkstarError" || typeof error.code !== "string") throw error;
        found.errors += 1;
    }
    if (call === Math.floor(Number(calls) / 4)) early = process.memoryUsage().rss;
}
// The object that was used last still answers, and stands where planning anew would put it.
const plan = live.plan({});
const { tasks: names, finishes, removed } = live.dates({});
for (const task of plan.tasks) {
    const number = names.indexOf(task.task);
    if (finishes[number] !== Date.parse(task.finish) / 1000) throw new Error(`${task.task} does not stand where it is planned`);
}
if (plan.tasks.length !== names.length - (removed?.length ?? 0)) throw new Error("tasks are missing");
const late = process.memoryUsage().rss;
const megabytes = (bytes) => Math.round(bytes / 1e6);
if (late > early * 1.5 + 50e6) throw new Error(`memory grows: from ${megabytes(early)} to ${megabytes(late)} MB`);
console.log(`node: ${calls} random calls, ${found.answers} answers, ${found.errors} typed errors, ${megabytes(early)} MB early, ${megabytes(late)} MB late`);
