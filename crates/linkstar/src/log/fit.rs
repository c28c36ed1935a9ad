//! Whether what a command makes fits what is there: names that somebody has, people who exist, lengths and dates that can be planned.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::draft::{Draft, unknown};
use crate::log::record::{Fields, RecordKind, RecordRef, Records, header};
use crate::model::{Directory, Json, Link, Project, Task};
use crate::plan::{Compiled, PlanOptions};

/// Where records name others: the kind that names, the field, the field inside it where it is a list of records, the kind that is named.
const REFERENCES: &[(RecordKind, &str, &str, RecordKind)] = &[
    (RecordKind::Task, "parent", "", RecordKind::Task),
    (RecordKind::Task, "stage", "", RecordKind::Stage),
    (RecordKind::Link, "predecessor", "", RecordKind::Task),
    (RecordKind::Link, "successor", "", RecordKind::Task),
    (RecordKind::Stage, "after", "", RecordKind::Stage),
    (RecordKind::Item, "producer", "", RecordKind::Task),
    (RecordKind::Gate, "guards", "task", RecordKind::Task),
    (RecordKind::Gate, "guards", "stage", RecordKind::Stage),
    (RecordKind::Gate, "items", "item", RecordKind::Item),
    (RecordKind::Gate, "metrics", "metric", RecordKind::Metric),
    (RecordKind::Risk, "tasks", "", RecordKind::Task),
    (RecordKind::Money, "task", "", RecordKind::Task),
    (RecordKind::Comment, "task", "", RecordKind::Task),
    (RecordKind::Comment, "answers", "", RecordKind::Comment),
    (RecordKind::Attachment, "tasks", "", RecordKind::Task),
    (RecordKind::Lesson, "stage", "", RecordKind::Stage),
];

/// The fields in which people are named, wherever they stand in a record.
pub(crate) const PEOPLE: &[&str] = &["owner", "helpers", "member", "members", "by", "mentions", "to", "replaces"];

/// The records that a record names, each with the field that does.
pub(crate) fn named(kind: RecordKind, fields: &Fields) -> Vec<(&'static str, RecordRef)> {
    named_by(kind, |field| fields.get(field).map(Cow::Borrowed))
}

/// The same for a record that was not taken apart: only the fields that name others are.
pub(crate) fn named_in_json(kind: RecordKind, json: &Json) -> Vec<(&'static str, RecordRef)> {
    named_by(kind, |wanted| {
        // What comes later is not even looked at: most of a record may be there, such as the rule of an item.
        let (_, value) = json.fields().take_while(|(field, _)| *field <= wanted).find(|(field, _)| *field == wanted)?;
        serde_json::from_str(value).ok().map(Cow::Owned)
    })
}

fn named_by<'v>(kind: RecordKind, value_of: impl Fn(&str) -> Option<Cow<'v, Value>>) -> Vec<(&'static str, RecordRef)> {
    let mut found = Vec::new();
    // The predecessor of a blocking link may be gone.
    let blocking = kind == RecordKind::Link && value_of("blocking").is_some();
    for (_, field, inner, of) in REFERENCES.iter().filter(|(by, ..)| *by == kind) {
        if blocking && *field == "predecessor" {
            continue;
        }
        let Some(value) = value_of(field) else { continue };
        let values = value.as_array().map_or(std::slice::from_ref(&*value), Vec::as_slice).iter();
        let ids = values.filter_map(|value| if inner.is_empty() { Some(value) } else { value.get(inner) });
        found.extend(ids.filter_map(Value::as_str).map(|id| (*field, RecordRef::new(*of, id))));
    }
    found
}

/// The records that name one of some others, by kind and id.
pub(crate) fn naming(records: &Records, others: &BTreeSet<RecordRef>) -> Vec<RecordRef> {
    let kinds: BTreeSet<RecordKind> = others.iter().map(|record| record.kind).collect();
    let by: BTreeSet<RecordKind> = REFERENCES.iter().filter(|(.., of)| kinds.contains(of)).map(|(by, ..)| *by).collect();
    let names = |record: &RecordRef| {
        let fields = records.fields(record).unwrap_or_default();
        !others.contains(record) && named(record.kind, &fields).iter().any(|(_, named)| others.contains(named))
    };
    let may_name = by.into_iter().flat_map(|kind| match kind {
        RecordKind::Task => tasks_near(records.project(), others),
        RecordKind::Link => links_near(records.project(), others),
        _ => records.of(kind).cloned().collect(),
    });
    let mut found: Vec<RecordRef> = may_name.filter(names).collect();
    found.sort_unstable();
    found
}

/// The tasks with a parent or stage among some records. Of tasks and links there are many: few are worth being taken apart.
fn tasks_near(project: &Project, others: &BTreeSet<RecordRef>) -> Vec<RecordRef> {
    let (tasks, stages) = (ids(others, RecordKind::Task), ids(others, RecordKind::Stage));
    let is_near = |task: &&Task| {
        task.parent.as_ref().is_some_and(|parent| tasks.contains(parent.as_str()))
            || task.stage.as_ref().is_some_and(|stage| stages.contains(stage.as_str()))
    };
    project.tasks.iter().filter(is_near).map(|task| RecordRef::new(RecordKind::Task, task.id.as_str())).collect()
}

/// The links that touch a task among some records.
fn links_near(project: &Project, others: &BTreeSet<RecordRef>) -> Vec<RecordRef> {
    let tasks = ids(others, RecordKind::Task);
    let is_near = |link: &&Link| tasks.contains(link.predecessor.as_str()) || tasks.contains(link.successor.as_str());
    let record = |link: &Link| RecordRef::link(link.predecessor.as_str(), link.successor.as_str(), link.kind);
    project.links.iter().filter(is_near).map(record).collect()
}

fn ids(records: &BTreeSet<RecordRef>, kind: RecordKind) -> BTreeSet<&str> {
    records.iter().filter(|record| record.kind == kind).map(|record| record.id.as_str()).collect()
}

/// Checks all that a draft makes.
///
/// # Errors
/// Names that nobody has, and what the plan could not use; the path begins with the field of the record.
pub(crate) fn check(draft: &Draft<'_>, directory: &Directory) -> Result<()> {
    let mut around: BTreeSet<RecordRef> = BTreeSet::new();
    for (record, fields) in draft.made() {
        for (field, other) in named(record.kind, fields) {
            if !draft.has(&other) {
                return Err(unknown(&other).at(format!("/{field}")));
            }
        }
        check_people(draft, record, fields, directory)?;
        around.insert(record.clone());
    }
    check_plan(draft, around, directory)
}

/// Checks that a project can still be planned with what a draft makes of it: that no date leaves the years that there are.
///
/// # Errors
/// What the plan cannot place.
pub(crate) fn check_dates(draft: &Draft<'_>, directory: &Directory) -> Result<()> {
    if may_move(draft.changes()) { check_dates_after(draft.changes(), draft.after()?.project(), directory) } else { Ok(()) }
}

/// The same for a project in which changes have been made.
///
/// # Errors
/// What the plan cannot place.
pub(crate) fn check_dates_after(changes: &[Change], project: &Project, directory: &Directory) -> Result<()> {
    if may_move(changes) { Compiled::new(project, directory, &PlanOptions::default())?.full_pass(None).map(drop) } else { Ok(()) }
}

fn may_move(changes: &[Change]) -> bool {
    changes.iter().any(|change| matches!(change.record().kind, RecordKind::Task | RecordKind::Link | RecordKind::Project))
}

/// Checks that whoever is named anew is somebody: who was named before may have left the company since.
fn check_people(draft: &Draft<'_>, record: &RecordRef, fields: &Fields, directory: &Directory) -> Result<()> {
    let before: BTreeSet<String> = draft.before.fields(record).map(|old| people(&old)).unwrap_or_default();
    for member in people(fields).difference(&before) {
        if !directory.members.iter().any(|other| other.id.as_str() == member) {
            return Err(Error::new(Code::MemberUnknown, &[("member", member)]));
        }
    }
    Ok(())
}

/// Everybody whom a record names.
pub(crate) fn people(fields: &Fields) -> BTreeSet<String> {
    fn gather(field: &str, value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) if PEOPLE.contains(&field) => {
                found.insert(text.clone());
            }
            Value::Array(list) => list.iter().for_each(|item| gather(field, item, found)),
            Value::Object(fields) => fields.iter().for_each(|(field, value)| gather(field, value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    fields.iter().for_each(|(field, value)| gather(field, value, &mut found));
    found
}

/// Checks by the plan's own rules the records of a draft with all that they name, and nothing else: what is far from a change cannot
/// break by it.
fn check_plan(draft: &Draft<'_>, mut around: BTreeSet<RecordRef>, directory: &Directory) -> Result<()> {
    let mut open: Vec<RecordRef> = around.iter().cloned().collect();
    while let Some(record) = open.pop() {
        let fields = draft.fields(&record).unwrap_or_default();
        open.extend(named(record.kind, &fields).into_iter().map(|(_, other)| other).filter(|other| around.insert(other.clone())));
    }
    let project = RecordRef::new(RecordKind::Project, draft.before.project().id.as_str());
    let header = match around.contains(&project).then(|| draft.fields(&project)).flatten() {
        Some(fields) => super::record::typed::<Project>(fields.into())?,
        None => header(draft.before.project()),
    };
    let mut part = Records::new(header)?;
    for record in around.iter().filter(|record| record.kind != RecordKind::Project) {
        part.add(record, draft.fields(record).unwrap_or_default().into())?;
    }
    let unplaced = |error: Error| match error.path.strip_prefix("/project/").map(|path| path.splitn(3, '/').nth(2).unwrap_or_default()) {
        Some("") => Error { path: String::new(), ..error },
        Some(field) => Error { path: format!("/{field}"), ..error },
        None => error,
    };
    Compiled::new(part.project(), directory, &PlanOptions::default()).map(|_| ()).map_err(unplaced)
}
