# Drags a bar in Python: `cargo run --release --example drag -- --snapshot season.json`, then `python examples/drag.py season.json`.
import sys, time
from datetime import datetime, timezone

import linkstar as ls

season = ls.LiveProject.from_json(open(sys.argv[1], encoding="utf-8").read())
tasks = season.dates(ls.LiveNothing()).tasks
for hours in (128, 136, 144):
    field = ls.FieldValue(field="duration", value=f'"{hours}h"')
    command = ls.Command.EDIT(record=ls.RecordRef(kind=ls.RecordKind.TASK, id="lab-test.17"), fields=[field])
    context = ls.Context(actor="lin.yue", now=datetime(2027, 1, 4, 1, tzinfo=timezone.utc), key=f"drag-{hours}", salt="9c1f4e7a52d08b36")
    start = time.perf_counter()
    preview = season.preview(ls.LiveCommand(command=command, context=context))
    took = 1000 * (time.perf_counter() - start)
    moved, because = preview.delta.tasks, preview.because
    print(f"lab-test.17 takes {hours} h: {len(moved)} tasks move in {took:.2f} ms, {tasks[moved[1]]} because of {tasks[because[1]]}")
