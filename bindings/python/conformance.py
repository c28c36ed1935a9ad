"""Runs every vector through the Python package: `python conformance.py VECTORS REPORT`."""

import hashlib
import json
import sys
import time
from pathlib import Path

import linkstar


def compact(value) -> str:
    """JSON as the core writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def fields(error) -> dict:
    """An error with the fields, and in the order, that the core gives it."""
    names = ["code", "path", "detail", "line", "column"]
    data = {name: getattr(error, name) for name in names if getattr(error, name) is not None}
    if error.arguments:
        data["args"] = [{"name": arg.name, "value": arg.value} for arg in error.arguments]
    return data


def input_of(vector: dict, packs: Path) -> str:
    if "inputText" in vector:
        return vector["inputText"]
    if "packs" in vector:
        read = [json.loads((packs / file).read_text("utf-8")) for file in vector["packs"]]
        return compact({"packs": read, **vector["input"]})
    return compact(vector["input"])


def script(given: dict) -> str:
    """A project is begun, and a live project of it answers step by step, also with errors."""
    begin = {"directory": given["directory"], "orders": [{"command": {"kind": "begin", "project": given["project"]}, "context": given["context"]}]}
    begun = json.loads(linkstar.call("execute", compact(begin)))
    log = {"linkstar": 1, "events": [begun["outcomes"][0]["event"]]}
    answers = []
    try:
        copies = {"": linkstar.LiveProject.from_json(compact({"log": log, "directory": given["directory"], "rules": given.get("rules", [])}))}
    except linkstar.LinkstarError.Invalid as invalid:
        return '{"answers":[' + told(invalid) + "]}"
    for step in given["steps"]:
        on = step.get("on", "")
        if on not in copies:
            copies[on] = linkstar.LiveProject.from_json(copies[""].call("snapshot", "{}"))
        try:
            answers.append(copies[on].call(step["call"], compact(filled(step["with"], answers))))
        except linkstar.LinkstarError.Invalid as invalid:
            answers.append(told(invalid))
    return '{"answers":[' + ",".join(answers) + "]}"


def filled(request, answers: list):
    """A request in which `{ "$answer": "/0/outcome/event" }` stands for a part of an earlier answer."""
    if isinstance(request, dict):
        if "$answer" not in request:
            return {field: filled(value, answers) for field, value in request.items()}
        number, *inside = request["$answer"][1:].split("/")
        found = json.loads(answers[int(number)])
        for step in inside:
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found
    return [filled(value, answers) for value in request] if isinstance(request, list) else request


def told(error) -> str:
    """An error as a script tells it: the lines of a step mean nothing."""
    return compact({"error": {"code": error.code, "path": error.path, "detail": error.detail}})


def run(path: Path, name: str, packs: Path) -> dict:
    vector = json.loads(path.read_text("utf-8"))
    text = input_of(vector, packs)
    start = time.perf_counter()
    try:
        output, error = script(vector["input"]) if vector["op"] == "live" else linkstar.call(vector["op"], text), None
    except linkstar.LinkstarError.Invalid as invalid:
        error = fields(invalid)
        output = compact(error)
    millis = round((time.perf_counter() - start) * 1000)
    if "error" in vector:
        ok = error is not None and all(error.get(key) == value for key, value in vector["error"].items())
    elif "sha256" in vector:
        ok = error is None and hashlib.sha256(output.encode()).hexdigest() == vector["sha256"]
    else:
        ok = error is None and output == compact(vector.get("expect"))
    if not ok:
        print(f"{name} gives {output}", file=sys.stderr)
    sha256 = hashlib.sha256(output.encode()).hexdigest()
    return {"vector": name, "ok": ok, "sha256": sha256, "requirements": vector["requirements"], "millis": millis}


def main(vectors: Path, report: Path) -> bool:
    paths = {path.relative_to(vectors).as_posix(): path for path in vectors.rglob("*.json")}
    packs = vectors / "../../crates/linkstar-packs/us"
    rows = [run(paths[name], name, packs) for name in sorted(paths)]
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("[\n" + ",\n".join(map(compact, rows)) + "\n]\n")
    passed = sum(row["ok"] for row in rows)
    print(f"python: {passed} of {len(rows)} vectors agree")
    return passed == len(rows)


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
