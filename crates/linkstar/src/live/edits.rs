//! What an event means for the plan.

use serde_json::Value;

use crate::log::{Change, RecordKind, RecordRef, Records};
use crate::model::TaskId;
use crate::plan::Edit;

/// Fields of a task from which no date follows.
const UNDATED: &[&str] = &["name", "translations", "helpers", "blocking", "stage", "skills", "tags", "entities", "ext"];
/// Fields of a task that change its own length and dates, and nothing around it.
const DATED: &[&str] = &[
    "duration",
    "estimate",
    "constraint",
    "deadline",
    "expectedFinish",
    "manual",
    "splits",
    "levellingDelay",
    "percentComplete",
    "progress",
];
/// Fields of the project on which its dates rest.
const TERMS: &[&str] = &["anchor", "calendar", "minutesPerDay", "minutesPerWeek", "method"];

/// The edits of changes that are about to be applied to these records.
pub(super) fn edits_of(records: &Records, changes: &[Change]) -> Vec<Edit> {
    // Each link that comes or goes moves others in their list: of several at once, nobody keeps count.
    let moved = |change: &&Change| change.record().kind == RecordKind::Link && change.field().is_none();
    let moving = changes.iter().filter(moved).count();
    if moving > 1 {
        return vec![Edit::Other];
    }
    let mut edits: Vec<Edit> = Vec::new();
    for edit in changes.iter().filter_map(|change| edit_of(records, change)) {
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }
    // Nor of one that goes and others whose lags are found by their places.
    if moving > 0 && edits.iter().any(|edit| matches!(edit, Edit::Lag { .. })) {
        return vec![Edit::Other];
    }
    // What is not there any more goes first: the others look their links up.
    edits.sort_by_key(|edit| !matches!(edit, Edit::LinkRemoved { .. }));
    edits
}

fn edit_of(records: &Records, change: &Change) -> Option<Edit> {
    let record = change.record();
    match (record.kind, change) {
        (RecordKind::Task, Change::Added { .. } | Change::Removed { .. }) => Some(Edit::Other),
        (RecordKind::Task, _) => match change.field() {
            Some(field) if UNDATED.contains(&field) => None,
            Some(field) if DATED.contains(&field) => Some(Edit::Task(TaskId::from(record.id.as_str()))),
            _ => Some(Edit::Other),
        },
        (RecordKind::Link, Change::Added { .. }) => Some(Edit::LinkAdded { place: records.project().links.len() }),
        (RecordKind::Link, Change::Removed { .. }) => Some(match (ends(record), records.place(record)) {
            (Some((predecessor, successor)), Some(place)) => Edit::LinkRemoved { predecessor, successor, place },
            _ => Edit::Other,
        }),
        (RecordKind::Link, _) if change.field() == Some("lag") => {
            Some(records.place(record).map_or(Edit::Other, |place| Edit::Lag { place }))
        }
        (RecordKind::Project, _) => change.field().filter(|field| TERMS.contains(field)).map(|_| Edit::Other),
        // Gates, papers and people decide whether something may happen, and not when.
        _ => None,
    }
}

/// The ends of a link, by its id.
fn ends(record: &RecordRef) -> Option<(TaskId, TaskId)> {
    let Ok(Value::Array(parts)) = serde_json::from_str::<Value>(&record.id) else { return None };
    let [predecessor, successor, _] = parts.as_slice() else { return None };
    Some((TaskId::from(predecessor.as_str()?), TaskId::from(successor.as_str()?)))
}
