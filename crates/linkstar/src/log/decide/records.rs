//! Adding, changing, removing and restoring records.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::bonds::Bonds;
use super::{Case, LONGEST_TEXT, Ruling};
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::command::{Command, FieldValue};
use crate::log::draft::Draft;
use crate::log::fit;
use crate::log::record::{Fields, Record, RecordKind, RecordRef, canonical_fields};
use crate::model::{Attachment, Comment, Intent, Json, Link, Project, Right, Task};
use crate::rules::{NextStep, Reason, reason};

/// Fields that tell what has happened, was shown or agreed, or by what a record is named, and how they change instead.
const PROTECTED: &[(RecordKind, &str, &str)] = &[
    (RecordKind::Project, "linkstar", "-"),
    (RecordKind::Project, "life", "`setLife`"),
    (RecordKind::Project, "retrospective", "`lookBack`"),
    (RecordKind::Task, "percentComplete", "`setProgress`, `completeTask`, `reportFinish`"),
    (RecordKind::Task, "progress", "`startTask`, `setProgress`, `completeTask`, `reportStart`, `reportFinish`"),
    (RecordKind::Task, "cancelled", "`cancelTask`, `reinstateTask`"),
    (RecordKind::Link, "predecessor", "`remove`, `add`"),
    (RecordKind::Link, "successor", "`remove`, `add`"),
    (RecordKind::Link, "kind", "`remove`, `add`"),
    (RecordKind::Link, "waiver", "`waive`, `revokeWaiver`"),
    (RecordKind::Stage, "opened", "`openStage`"),
    (RecordKind::Stage, "closed", "`closeStage`"),
    (RecordKind::Item, "evidence", "`attachEvidence`, `withdrawEvidence`"),
    (RecordKind::Item, "ticked", "`tickItem`, `untickItem`"),
    (RecordKind::Gate, "waiver", "`waive`, `revokeWaiver`"),
    (RecordKind::Metric, "readings", "`reportMetric`"),
    (RecordKind::Comment, "by", "-"),
    (RecordKind::Comment, "at", "-"),
    (RecordKind::Comment, "task", "`say`"),
    (RecordKind::Comment, "answers", "`say`"),
    (RecordKind::Attachment, "digest", "`attachFile`"),
    (RecordKind::Attachment, "bytes", "`attachFile`"),
    (RecordKind::Attachment, "version", "`attachFile`"),
    (RecordKind::Attachment, "by", "-"),
    (RecordKind::Attachment, "at", "-"),
    (RecordKind::Lesson, "by", "-"),
    (RecordKind::Lesson, "at", "-"),
];

/// What stands inside other fields and has commands of its own: the list, the field that names its elements, the field in them.
const PROTECTED_INSIDE: &[(RecordKind, &str, &str, &str, &str)] = &[
    (RecordKind::Gate, "items", "item", "waiver", "`waive`, `revokeWaiver`"),
    (RecordKind::Gate, "approvals", "name", "decisions", "`decideGate`"),
    (RecordKind::Gate, "approvals", "name", "delegations", "`delegateGate`"),
];

/// Kinds of records that commands of their own make and nobody adds.
const MADE_ELSEWHERE: &[(RecordKind, &str)] = &[
    (RecordKind::Project, "`begin`"),
    (RecordKind::Comment, "`say`"),
    (RecordKind::Attachment, "`attachFile`"),
    (RecordKind::Baseline, "`keepBaseline`"),
    (RecordKind::Lesson, "`learn`"),
    (RecordKind::Held, "-"),
];

/// Of the links that come back with a branch, so many are followed to see whether they close a ring; rings of others the plan reports.
const MOST_SEARCHED: usize = 100;

impl<'c> Case<'c> {
    pub(super) fn rule_records(&self, command: &Command) -> Result<Ruling<'c>> {
        match command {
            Command::Add { record, value } => self.rule_add(*record, value),
            Command::Edit { record, fields } => self.rule_edit(record, fields),
            Command::Remove { record } => self.rule_remove(record),
            Command::Restore { record } => self.rule_restore(record),
            Command::AssignOwner { task, owner, replaces } => {
                let record = RecordRef::new(RecordKind::Task, task.as_str());
                let now = self.find::<Task>(RecordKind::Task, task.as_str()).map_err(|error| error.at("/task"))?.owner.as_ref();
                let mut ruling = self.ruling(Right::Assign, Some(record.clone()));
                if now != replaces.as_ref() {
                    let is = now.map_or("-", |owner| owner.as_str());
                    let args = [("task", task.as_str()), ("owner", is)];
                    ruling.reasons.push(reason(Code::OwnerTaken, task.as_str(), now.cloned(), NextStep::Correct, &args));
                }
                ruling.draft.set(&record, "owner", owner.as_ref())?;
                Ok(ruling)
            }
            _ => Ok(self.ruling(Right::View, None)),
        }
    }

    fn rule_add(&self, kind: RecordKind, value: &Json) -> Result<Ruling<'c>> {
        if let Some((_, instead)) = MADE_ELSEWHERE.iter().find(|(other, _)| *other == kind) {
            return Err(protected(kind, "record", instead).at("/record"));
        }
        let Value::Object(mut fields) = value.value() else {
            return Err(Error::new(Code::DocumentValue, &[("found", value.as_str()), ("expected", "{…}")]).at("/value"));
        };
        for (_, field, instead) in PROTECTED.iter().filter(|(of, ..)| *of == kind) {
            let names_it = kind == RecordKind::Link && *field != "waiver";
            if fields.contains_key(*field) && !names_it {
                return Err(protected(kind, field, instead).at(format!("/value/{field}")));
            }
        }
        refuse_decisions(kind, &Fields::new(), &fields).map_err(|error| error.within("/value"))?;
        check_texts(&fields).map_err(|error| error.within("/value"))?;
        if kind != RecordKind::Link {
            let id = fields.entry("id").or_insert_with(|| Value::String(self.made_id(kind.name())));
            if id.as_str().is_some_and(|id| id.trim().is_empty()) {
                return Err(Error::new(Code::TextBlank, &[("field", "id")]).at("/value/id"));
            }
        }
        let mut draft = Draft::new(&self.state.records);
        let record = draft.add(kind, &fields).map_err(|error| error.within("/value"))?;
        if kind != RecordKind::Link && self.state.removed.contains_key(&record) {
            return Err(self.gone(&record).at("/value/id"));
        }
        let mut ruling = self.ruling(right_to_change(kind), Some(record.clone()));
        ruling.draft = draft;
        match kind {
            RecordKind::Link => {
                let link: Link = read(&ruling.draft, &record)?;
                if link.blocking {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
                let free = self.standing.is_some_and(|standing| !standing.may_lead(&link.successor, &link.predecessor));
                if !free {
                    ruling.reasons.extend(would_loop(self.state.project(), &link));
                }
            }
            RecordKind::Task => {
                let task: Task = read(&ruling.draft, &record)?;
                if task.owner.is_some() || !task.helpers.is_empty() || !task.assignments.is_empty() {
                    ruling.claims.push((Right::Assign, Some(record.clone())));
                }
                if task.blocking || self.escapes(&ruling.draft, &record) {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
            }
            _ => {}
        }
        Ok(ruling)
    }

    fn rule_edit(&self, record: &RecordRef, edits: &[FieldValue]) -> Result<Ruling<'c>> {
        let old = self.state.records.fields(record).ok_or_else(|| self.gone(record).at("/record"))?;
        for (place, edit) in edits.iter().enumerate() {
            let found = PROTECTED.iter().find(|(kind, field, _)| *kind == record.kind && *field == edit.field);
            if let Some((_, field, instead)) = found {
                return Err(protected(record.kind, field, instead).at(format!("/fields/{place}/field")));
            }
            let inside = |kind: &RecordKind| record.kind == RecordKind::Project && kind.list() == edit.field;
            if RecordKind::MANY.iter().any(inside) {
                return Err(protected(record.kind, &edit.field, "`add`, `edit`, `remove`").at(format!("/fields/{place}/field")));
            }
            if edit.field == "id" || matches!(record.kind, RecordKind::Baseline | RecordKind::Held) {
                return Err(protected(record.kind, &edit.field, "`remove`, `add`").at(format!("/fields/{place}/field")));
            }
        }
        let new: Fields = edits.iter().filter_map(|edit| Some((edit.field.clone(), edit.value.as_ref()?.value()))).collect();
        refuse_decisions(record.kind, &old, &new).map_err(|error| placed_in(edits, error))?;
        check_texts(&new).map_err(|error| placed_in(edits, error))?;
        if let (RecordKind::Comment | RecordKind::Lesson, Some(Value::String(text))) = (record.kind, new.get("text")) {
            super::check_text(text, "text").map_err(|error| placed_in(edits, error))?;
        }
        let mut ruling = self.ruling(right_to_change(record.kind), Some(record.clone()));
        let edited = ruling.draft.edit(record, |fields| {
            for edit in edits {
                match &edit.value {
                    Some(value) => fields.insert(edit.field.clone(), value.value()),
                    None => fields.remove(&edit.field),
                };
            }
        });
        edited.map_err(|error| placed_in(edits, error))?;
        let fields: BTreeSet<String> = ruling.draft.changes().iter().filter_map(|change| change.field().map(str::to_owned)).collect();
        self.claim_more(&mut ruling, record, &fields)?;
        if record.kind == RecordKind::Comment && old.get("by").and_then(Value::as_str) != Some(self.context.actor.as_str()) {
            let by = old.get("by").and_then(Value::as_str).unwrap_or_default();
            let args = [("comment", &*record.id), ("by", by)];
            ruling.reasons.push(reason(Code::CommentNotYours, &record.id, Some(by.into()), NextStep::AskForRight, &args));
        }
        Ok(ruling)
    }

    /// The rights that some fields ask for beside the usual one.
    fn claim_more(&self, ruling: &mut Ruling<'c>, record: &RecordRef, fields: &BTreeSet<String>) -> Result<()> {
        let any = |names: &[&str]| names.iter().any(|name| fields.contains(*name));
        match record.kind {
            RecordKind::Task => {
                let people = ["owner", "helpers", "assignments"];
                if any(&people) {
                    ruling.claims.push((Right::Assign, Some(record.clone())));
                    if fields.iter().all(|field| people.contains(&field.as_str())) {
                        ruling.claims.retain(|(right, _)| *right != Right::Plan);
                    }
                }
                // Elsewhere in the outline or in another stage, other gates hold.
                let escapes = any(&["parent", "stage"]) && self.escapes(&ruling.draft, record);
                let shortens = any(&["milestone", "duration", "estimate", "calendar"])
                    && self.any_lag_blocks()
                    && Bonds::of(&self.state.records).count_lag(&record.id);
                if any(&["blocking"]) || escapes || shortens {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
            }
            RecordKind::Link if any(&["blocking"]) => ruling.claims.push((Right::Gates, Some(record.clone()))),
            // A blocking link that counts from earlier is a gate that opens earlier.
            RecordKind::Link if any(&["lag"]) => {
                let link: Link = read(&ruling.draft, record)?;
                if self.blocks(&link) {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
            }
            RecordKind::Project
                if any(&["calendar", "method", "minutesPerDay", "minutesPerWeek"]) && Bonds::of(&self.state.records).count_any_lag() =>
            {
                ruling.claims.push((Right::Gates, Some(record.clone())));
            }
            RecordKind::Attachment => {
                let own = self.find::<Attachment>(record.kind, &record.id)?.by == self.context.actor;
                if !own {
                    ruling.claims.push((Right::Plan, Some(record.clone())));
                }
                if any(&["internal"]) {
                    ruling.claims.push((Right::ViewInternal, Some(record.clone())));
                }
            }
            RecordKind::Comment if any(&["internal"]) => ruling.claims.push((Right::ViewInternal, Some(record.clone()))),
            RecordKind::Stage if any(&["after", "byHand"]) => ruling.claims.push((Right::Gates, Some(record.clone()))),
            _ => {}
        }
        Ok(())
    }

    /// Whether any blocking link counts a lag: mostly none does, and nobody need look what tasks are bound by.
    fn any_lag_blocks(&self) -> bool {
        let blocks = |link: &Link| {
            link.blocking || self.state.records.find::<Task>(link.predecessor.as_str()).is_some_and(|predecessor| predecessor.blocking)
        };
        self.state.project().links.iter().any(|link| link.lag.is_some() && blocks(link))
    }

    /// Whether a draft takes a task out of what holds it, or makes something else of what it puts it into.
    fn escapes(&self, draft: &Draft<'_>, record: &RecordRef) -> bool {
        let bonds = Bonds::of(&self.state.records);
        let (before, after) = (self.state.records.find::<Task>(&record.id), draft.find::<Task>(&record.id));
        before.is_some_and(|task| bonds.hold(task)) || after.is_some_and(|task| bonds.change_by(&task, &bonds))
    }

    fn rule_remove(&self, record: &RecordRef) -> Result<Ruling<'c>> {
        if !self.state.records.has(record) {
            return Err(self.gone(record).at("/record"));
        }
        if matches!(record.kind, RecordKind::Project | RecordKind::Held) {
            let instead = if record.kind == RecordKind::Held { "`withdrawHeld`" } else { "`setLife`" };
            return Err(protected(record.kind, "record", instead).at("/record"));
        }
        let mut ruling = self.ruling(Right::Delete, Some(record.clone()));
        match record.kind {
            RecordKind::Gate | RecordKind::Item | RecordKind::Metric => ruling.claims.push((Right::Gates, Some(record.clone()))),
            RecordKind::Money => ruling.claims.push((Right::Money, Some(record.clone()))),
            RecordKind::Link => {
                let blocking = self.state.records.find::<Link>(&record.id).is_some_and(|link| self.blocks(link));
                if blocking {
                    ruling.claims.push((Right::Gates, Some(record.clone())));
                }
            }
            RecordKind::Comment => {
                let own = self.find::<Comment>(record.kind, &record.id)?.by == self.context.actor;
                if own {
                    ruling.claims = vec![(Right::Comment, Some(record.clone()))];
                }
            }
            _ => {}
        }
        let mut going: Vec<RecordRef> = vec![record.clone()];
        if record.kind == RecordKind::Task {
            self.let_go(&mut ruling, &mut going)?;
            let bonds = Bonds::of(&self.state.records);
            for task in going.iter().filter(|gone| gone.kind == RecordKind::Task) {
                ruling.claims.push((Right::Delete, Some(task.clone())));
                if self.state.records.find::<Task>(&task.id).is_some_and(|task| bonds.rest_on(task)) {
                    ruling.claims.push((Right::Gates, Some(task.clone())));
                }
            }
        }
        let all: BTreeSet<RecordRef> = going.iter().cloned().collect();
        let users = fit::naming(&self.state.records, &all);
        let users = users.into_iter().filter(|user| ruling.draft.has(user) && still_names(&ruling.draft, user, &all));
        let users: Vec<RecordRef> = users.collect();
        for user in &users {
            let args = [("kind", record.kind.name()), ("id", &*record.id), ("byKind", user.kind.name()), ("by", &*user.id)];
            ruling.reasons.push(reason(Code::RecordInUse, &record.id, None, NextStep::Correct, &args));
        }
        // Those who name others go before them, so that all can be taken back in the other order.
        for gone in going.iter().rev() {
            ruling.draft.remove(gone)?;
        }
        Ok(ruling)
    }

    /// What goes with a task, or forgets it: the tasks below it, links, talk and files; gates, risks and money stay.
    fn let_go(&self, ruling: &mut Ruling<'c>, going: &mut Vec<RecordRef>) -> Result<()> {
        let records = &self.state.records;
        let asked = going.clone();
        let mut open: Vec<&str> = asked.iter().map(|task| task.id.as_str()).collect();
        let mut tasks: BTreeSet<&str> = open.iter().copied().collect();
        let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for task in &records.project().tasks {
            if let Some(parent) = &task.parent {
                below.entry(parent.as_str()).or_default().push(task.id.as_str());
            }
        }
        while let Some(task) = open.pop() {
            for child in below.get(task).into_iter().flatten() {
                if tasks.insert(child) {
                    going.push(RecordRef::new(RecordKind::Task, child));
                    open.push(child);
                }
            }
        }
        let gone = |task: &str| tasks.contains(task);
        for link in &records.project().links {
            let (from, to) = (gone(link.predecessor.as_str()), gone(link.successor.as_str()));
            if !from && !to {
                continue;
            }
            let record = RecordRef { kind: RecordKind::Link, id: link.key() };
            if to || from && !self.blocks(link) {
                going.push(record);
            } else if from && !link.blocking {
                // What a blocking task held stays held.
                ruling.draft.set(&record, "blocking", Some(&true))?;
            }
        }
        for comment in records.project().comments.iter().filter(|comment| comment.task.as_ref().is_some_and(|task| gone(task.as_str()))) {
            going.push(RecordRef::new(RecordKind::Comment, comment.id.as_str()));
        }
        for attachment in &records.project().attachments {
            let record = RecordRef::new(RecordKind::Attachment, attachment.id.as_str());
            let rest: Vec<_> = attachment.tasks.iter().filter(|task| !gone(task.as_str())).collect();
            if rest.is_empty() && !attachment.tasks.is_empty() {
                going.push(record);
            } else if rest.len() < attachment.tasks.len() {
                ruling.draft.set(&record, "tasks", Some(&rest))?;
            }
        }
        for gate in &records.project().gates {
            let guarded = |guarded: &&Intent| match guarded {
                Intent::StartTask { task } | Intent::CompleteTask { task } => !gone(task.as_str()),
                _ => true,
            };
            let rest: Vec<_> = gate.guards.iter().filter(guarded).collect();
            if rest.len() < gate.guards.len() {
                ruling.draft.set(&RecordRef::new(RecordKind::Gate, gate.id.as_str()), "guards", Some(&rest))?;
            }
        }
        for item in records.project().checklist.iter().filter(|item| item.producer.as_ref().is_some_and(|task| gone(task.as_str()))) {
            ruling.draft.set(&RecordRef::new(RecordKind::Item, item.id.as_str()), "producer", None::<&()>)?;
        }
        for risk in &records.project().risks {
            let rest: Vec<_> = risk.tasks.iter().filter(|task| !gone(task.as_str())).collect();
            if rest.len() < risk.tasks.len() {
                ruling.draft.set(&RecordRef::new(RecordKind::Risk, risk.id.as_str()), "tasks", Some(&rest))?;
            }
        }
        for line in records.project().money.iter().filter(|line| line.task.as_ref().is_some_and(|task| gone(task.as_str()))) {
            ruling.draft.set(&RecordRef::new(RecordKind::Money, line.id.as_str()), "task", None::<&()>)?;
        }
        Ok(())
    }

    /// Whether a link blocks, by itself or because its predecessor blocks with all that leave it.
    pub(super) fn blocks(&self, link: &Link) -> bool {
        link.blocking || self.state.records.find::<Task>(link.predecessor.as_str()).is_some_and(|task| task.blocking)
    }

    fn rule_restore(&self, record: &RecordRef) -> Result<Ruling<'c>> {
        let Some(changes) = self.state.removed.get(record) else {
            return Err(Error::new(Code::RecordNotRemoved, &[("kind", record.kind.name()), ("id", &record.id)]).at("/record"));
        };
        let mut ruling = self.ruling(Right::Delete, Some(record.clone()));
        let mut records = self.state.records.clone();
        let mut undone = Vec::new();
        for change in changes.iter().rev() {
            let back = change.clone().inverse();
            // What was decided about a command that waited stays decided.
            if back.record().kind == RecordKind::Held {
                continue;
            }
            match records.apply(&back) {
                Ok(()) => undone.push(back),
                Err(_) => {
                    let other = back.record();
                    let args = [("kind", record.kind.name()), ("id", &*record.id), ("byKind", other.kind.name()), ("by", &*other.id)];
                    ruling.reasons.push(reason(Code::RestoreOvertaken, &record.id, None, NextStep::Correct, &args));
                }
            }
        }
        for change in &undone {
            if let Change::Added { record, value: _ } = change
                && let Some((_, other)) = records
                    .fields(record)
                    .and_then(|fields| fit::named(record.kind, &fields).into_iter().find(|(_, other)| !records.has(other)))
            {
                let args = [("kind", record.kind.name()), ("id", &*record.id), ("byKind", other.kind.name()), ("by", &*other.id)];
                ruling.reasons.push(reason(Code::RestoreOvertaken, &record.id, None, NextStep::Correct, &args));
            }
        }
        // Links that came meanwhile may lead back.
        let back = |change: &Change| matches!(change, Change::Added { .. }) && change.record().kind == RecordKind::Link;
        let links = undone.iter().filter(|change| back(change)).filter_map(|change| records.find::<Link>(&change.record().id));
        ruling.reasons.extend(links.take(MOST_SEARCHED).find_map(|link| would_loop(records.project(), link)));
        let (before, after) = (Bonds::of(&self.state.records), Bonds::of(&records));
        for change in undone.iter().filter(|change| matches!(change, Change::Added { .. }) && change.record().kind == RecordKind::Task) {
            if records.find::<Task>(&change.record().id).is_some_and(|task| after.change_by(task, &before)) {
                ruling.claims.push((Right::Gates, Some(change.record().clone())));
            }
        }
        ruling.draft = Draft::of(&self.state.records, &records, undone);
        // What asks for more to remove asks for more to bring back.
        let more = match record.kind {
            RecordKind::Gate | RecordKind::Item | RecordKind::Metric => Some(Right::Gates),
            RecordKind::Money => Some(Right::Money),
            RecordKind::Link => records.find::<Link>(&record.id).filter(|link| self.blocks(link)).map(|_| Right::Gates),
            _ => None,
        };
        ruling.claims.extend(more.map(|right| (right, Some(record.clone()))));
        Ok(ruling)
    }
}

/// Whether a link would close a ring of links.
fn would_loop(project: &Project, link: &Link) -> Option<Reason> {
    let mut leaving: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for other in &project.links {
        leaving.entry(other.predecessor.as_str()).or_default().push(other.successor.as_str());
    }
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = vec![link.successor.as_str()];
    while let Some(task) = open.pop() {
        if task == link.predecessor.as_str() {
            let back = std::iter::successors(Some(task), |task| from.get(task).copied()).take(from.len() + 1);
            let mut ring: Vec<&str> = back.collect();
            ring.reverse();
            ring.push(link.successor.as_str());
            let args = [("loop", &*ring.join(" → "))];
            return Some(reason(Code::LinkWouldLoop, link.successor.as_str(), None, NextStep::Correct, &args));
        }
        for next in leaving.get(task).into_iter().flatten() {
            if *next != link.successor.as_str() && !from.contains_key(next) {
                from.insert(next, task);
                open.push(next);
            }
        }
    }
    None
}

/// The right that changes records of a kind.
fn right_to_change(kind: RecordKind) -> Right {
    match kind {
        RecordKind::Project | RecordKind::Task | RecordKind::Link | RecordKind::Stage => Right::Plan,
        RecordKind::Item | RecordKind::Gate | RecordKind::Metric => Right::Gates,
        RecordKind::Risk => Right::Risks,
        RecordKind::Money => Right::Money,
        RecordKind::Comment => Right::Comment,
        RecordKind::Attachment => Right::Attach,
        RecordKind::Baseline => Right::Baseline,
        RecordKind::Lesson => Right::Lessons,
        RecordKind::Held => Right::Release,
    }
}

/// The place in a command of what is wrong with a field of its record.
pub(super) fn placed(command: &Command, error: Error) -> Error {
    match command {
        Command::Add { .. } if !error.path.starts_with("/directory") => error.within("/value"),
        Command::Edit { fields, .. } => placed_in(fields, error),
        // Its fields have the names of those of the record.
        Command::Say { .. } => error,
        _ => Error { path: if error.path.starts_with("/directory") { error.path } else { String::new() }, ..error },
    }
}

fn placed_in(edits: &[FieldValue], error: Error) -> Error {
    let named = |edit: &FieldValue| {
        let rest = error.path.strip_prefix('/')?.strip_prefix(edit.field.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
    };
    let found = edits.iter().enumerate().find_map(|(place, edit)| Some((place, named(edit)?)));
    match found {
        Some((place, rest)) => error.at(format!("/fields/{place}/value{rest}")),
        None if error.path.starts_with("/directory") => error,
        None => error.at("/fields"),
    }
}

/// Whether a field is one that `edit` could change, for those who say so long before they do.
///
/// # Errors
/// A field that has commands of its own.
pub(crate) fn check_field(kind: RecordKind, field: &str) -> Result<()> {
    let found = PROTECTED.iter().find(|(of, other, _)| *of == kind && *other == field);
    found.map_or(Ok(()), |(_, field, instead)| Err(protected(kind, field, instead)))
}

/// Whether a record could be added that says this, for those who say so long before they do.
///
/// # Errors
/// Fields that its type does not have or that have commands of their own, values that do not fit them; texts that are too long.
pub(crate) fn check_value(kind: RecordKind, fields: &Fields) -> Result<()> {
    for field in fields.keys() {
        check_field(kind, field).map_err(|error| error.at(format!("/{field}")))?;
    }
    check_texts(fields)?;
    canonical_fields(kind, fields).map(|_| ())
}

fn protected(kind: RecordKind, field: &str, instead: &str) -> Error {
    Error::new(Code::FieldProtected, &[("kind", kind.name()), ("field", field), ("instead", instead)])
}

/// Refuses to bring in or to change decisions with the lists in which they stand.
fn refuse_decisions(kind: RecordKind, old: &Fields, new: &Fields) -> Result<()> {
    for (_, list, name, decided, instead) in PROTECTED_INSIDE.iter().filter(|(of, ..)| *of == kind) {
        let elements = |fields: &Fields| match fields.get(*list) {
            Some(Value::Array(list)) => list.clone(),
            _ => Vec::new(),
        };
        let before = elements(old);
        for (place, element) in elements(new).iter().enumerate() {
            let was = before.iter().find(|other| other.get(name) == element.get(name)).and_then(|other| other.get(decided));
            if element.get(decided) != was {
                return Err(protected(kind, decided, instead).at(format!("/{list}/{place}/{decided}")));
            }
        }
    }
    Ok(())
}

fn check_texts(fields: &Fields) -> Result<()> {
    fields.iter().try_for_each(|(field, value)| check_texts_in(field, value, &format!("/{field}")))
}

/// As deep as the reader of documents goes.
fn check_texts_in(field: &str, value: &Value, path: &str) -> Result<()> {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => {
            let args = [("field", field), ("bytes", &text.len().to_string()), ("limit", &LONGEST_TEXT.to_string())];
            Err(Error::new(Code::TextTooLong, &args).at(path))
        }
        Value::Array(list) => list.iter().enumerate().try_for_each(|(place, item)| check_texts_in(field, item, &format!("{path}/{place}"))),
        Value::Object(fields) => fields.iter().try_for_each(|(field, value)| check_texts_in(field, value, &format!("{path}/{field}"))),
        _ => Ok(()),
    }
}

fn still_names(draft: &Draft<'_>, user: &RecordRef, going: &BTreeSet<RecordRef>) -> bool {
    let fields = draft.fields(user).unwrap_or_default();
    fit::named(user.kind, &fields).iter().any(|(_, other)| going.contains(other))
}

fn read<T: Record + Clone>(draft: &Draft<'_>, record: &RecordRef) -> Result<T> {
    draft.find::<T>(&record.id).ok_or_else(|| crate::log::draft::unknown(record))
}
