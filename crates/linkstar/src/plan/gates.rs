//! What gates and the plan have to tell each other: evidence that comes too late, or will not last.

use std::cmp::Reverse;

use crate::column::Column;
use crate::error::{Code, Diagnostic};
use crate::message::plain_time;
use crate::outline::{Outline, Row};
use crate::plan::planned::PlannedTasks;
use crate::rules::{GateNumber, Guarded, ItemNumber, Rules, Standing, progress};
use crate::time::{Timestamp, Zone};

/// Tasks that are planned before the evidence of their gates can be there, or after it has expired.
pub(super) fn gate_findings(outline: &Outline<'_>, rules: &Rules<'_>, zone: Zone, tasks: &PlannedTasks) -> Vec<Diagnostic> {
    let gates = &rules.gates;
    if gates.guards.is_empty() {
        return Vec::new();
    }
    let mut latest: Column<Option<(Timestamp, Reverse<Row>, ItemNumber)>, _> = gates.forms.beside(None);
    let mut shortest: Column<Option<(i64, ItemNumber)>, _> = gates.forms.beside(None);
    for gate in gates.forms.rows() {
        let brought = gates.awaited(gate).filter_map(|item| Some((gates.items[item].producer?, item)));
        let unfinished = brought.filter(|(row, _)| tasks.kinds[*row].percent_complete < 100);
        latest[gate] = unfinished.map(|(row, item)| (tasks.finishes[row], Reverse(row), item)).max();
        shortest[gate] = gates.shown_until(gate).min();
    }
    let present = progress::of(outline, None);
    let mut found = Vec::new();
    for (guarded, gate) in &gates.guards {
        let standing = |row: Row| present[row].standing;
        let (row, at, is_ahead) = match *guarded {
            Guarded::Start(row) => (row, tasks.starts[row], standing(row) == Standing::Waiting),
            Guarded::Completion(row) => (row, tasks.finishes[row], matches!(standing(row), Standing::Waiting | Standing::Running)),
            Guarded::Opening(_) | Guarded::Closing(_) | Guarded::Project => continue,
        };
        if !is_ahead {
            continue;
        }
        let teller = Teller { outline, rules, zone, gate: *gate, row, at };
        found.extend(latest[*gate].filter(|(finish, _, _)| at < *finish).map(|(finish, Reverse(producer), item)| {
            teller.tell(Code::GateTooEarly, item, &[("producer", outline.id(producer).as_str()), ("finish", &plain_time(finish, zone))])
        }));
        found.extend(shortest[*gate].filter(|(until, _)| *until <= at.unix_seconds()).map(|(until, item)| {
            let last = Timestamp::from_unix_seconds(until - 1).map(|last| plain_time(last, zone)).unwrap_or_default();
            teller.tell(Code::EvidenceTooShort, item, &[("last", &last)])
        }));
    }
    found
}

struct Teller<'t, 'a> {
    outline: &'t Outline<'a>,
    rules: &'t Rules<'a>,
    zone: Zone,
    gate: GateNumber,
    row: Row,
    at: Timestamp,
}

impl Teller<'_, '_> {
    fn tell(&self, code: Code, item: ItemNumber, more: &[(&str, &str)]) -> Diagnostic {
        let task = self.outline.id(self.row).as_str();
        let gate = self.rules.gates.gate(self.gate).map_or("", |gate| gate.id.as_str());
        let item = self.rules.gates.item(item).map_or("", |item| item.id.as_str());
        let at = plain_time(self.at, self.zone);
        let args = [&[("task", task), ("at", &at), ("gate", gate), ("item", item)], more].concat();
        let used: Vec<(&str, &str)> = args.into_iter().filter(|(name, _)| code.uses(name)).collect();
        Diagnostic::new(code, vec![task.to_owned()], &used)
    }
}
