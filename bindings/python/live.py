"""A hundred thousand random calls on live projects: only answers, refusals and typed errors, and the memory stays flat."""

import json
import random
import resource
import sys

import linkstar

IDS = [f"t{number}" for number in range(20)]
WORK = ["09:00-12:00", "13:00-18:00"]
DIRECTORY = {
    "linkstar": 1,
    "calendars": [
        {"id": "shenzhen", "zone": "Asia/Shanghai", "week": {day: WORK for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}}
    ],
    "members": [{"id": "li.wei", "name": "Li Wei"}, {"id": "chen.jie", "name": "Chen Jie"}],
    "grants": [{"id": "lead", "member": "li.wei", "access": "owner"}, {"id": "view", "member": "chen.jie", "access": "viewer"}],
}
chance = random.Random(20271126)
keys = iter(range(10**9))


def project() -> dict:
    tasks = [{"id": id, "name": id, "duration": f"{chance.randint(1, 9)}d"} for id in IDS]
    links = [{"predecessor": IDS[chance.randrange(number)], "successor": IDS[number]} for number in range(1, len(IDS))]
    anchor = {"kind": "start", "at": "2027-03-01T01:00:00Z"}
    return {"linkstar": 1, "id": "p", "name": "P", "calendar": "shenzhen", "anchor": anchor, "tasks": tasks, "links": links}


def context(actors=("li.wei", "li.wei", "li.wei", "chen.jie", "nobody")) -> dict:
    return {"actor": chance.choice(actors), "now": "2027-02-25T02:00:00Z", "key": f"k{next(keys)}", "salt": "9c1f4e7a52d08b36"}


def edit(field: str, value) -> dict:
    return {"kind": "edit", "record": {"kind": "task", "id": chance.choice(IDS)}, "fields": [{"field": field, "value": value}]}


COMMANDS = [
    lambda: edit("duration", f"{chance.randrange(20)}d"),
    lambda: edit("duration", chance.choice(["soon", -3, None, "9999999w", {"days": 2}])),
    lambda: edit("constraint", {"kind": "startNoEarlierThan", "at": f"2027-0{chance.randint(1, 9)}-1{chance.randrange(9)}T01:00:00Z"}),
    lambda: edit("parent", chance.choice(IDS)),
    lambda: {"kind": "add", "record": "link", "value": {"predecessor": chance.choice(IDS), "successor": chance.choice(IDS)}},
    lambda: {"kind": "add", "record": "task", "value": {"id": f"n{chance.randrange(50)}", "name": "New", "duration": "1d"}},
    lambda: {"kind": "remove", "record": {"kind": "task", "id": chance.choice(IDS)}},
    lambda: {"kind": "startTask", "task": chance.choice(IDS)},
    lambda: {"kind": chance.choice(["dance", "", "begin"])},
]


def command() -> dict:
    return chance.choice(COMMANDS)()


REQUESTS = {
    "execute": lambda: {"command": command(), "context": context()},
    "preview": lambda: {"command": command(), "context": context()},
    "dryRun": lambda: {"command": command(), "context": context()},
    "executeBatch": lambda: {"commands": [command(), command()], "context": context()},
    "undo": lambda: {"context": context()},
    "redo": lambda: {"context": context()},
    "receive": lambda: {"events": chance.choice([[], [{}], "x"])},
    "eventsSince": lambda: {"number": chance.choice([0, 5, -1, 10**12])},
    "dates": dict,
    "slacks": dict,
    "explain": lambda: {"task": chance.choice(IDS)},
}


def opened() -> linkstar.LiveProject:
    begin = {"command": {"kind": "begin", "project": project()}, "context": context(("li.wei",))}
    begun = json.loads(linkstar.call("execute", json.dumps({"directory": DIRECTORY, "orders": [begin]})))
    log = {"linkstar": 1, "events": [begun["outcomes"][0]["event"]]}
    return linkstar.LiveProject.from_json(json.dumps({"log": log, "directory": DIRECTORY}))


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000


def main(calls: int) -> None:
    live, answers, errors, early = opened(), 0, 0, 0
    for call in range(calls):
        # A log grows with what happens: a new project now and then keeps it short.
        if call % 500 == 499:
            live = opened()
        method = chance.choice(list(REQUESTS))
        text = json.dumps(REQUESTS[method]())
        if chance.randrange(50) == 0:
            method, text = chance.choice([method, "nothing"]), chance.choice(["", "{", "[]", '{"command":1}', "null"])
        try:
            live.call(method, text)
            answers += 1
        except linkstar.LinkstarError.Invalid as error:
            assert error.code and error.detail
            errors += 1
        if call == calls // 4:
            early = memory()
    # The object that was used last still answers, through its typed methods as well.
    dates = live.dates(linkstar.LiveNothing())
    plan = json.loads(live.call("plan", "{}"))
    assert len(plan["tasks"]) == len(dates.tasks) - len(dates.removed), "tasks are missing"
    late = memory()
    assert late < early * 1.5 + 50, f"memory grows: from {early} to {late} MB"
    print(f"python: {calls} random calls, {answers} answers, {errors} typed errors, {early} MB early, {late} MB late")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
