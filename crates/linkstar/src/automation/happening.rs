//! What an event made different, as triggers see it.

use crate::automation::Trigger;
use crate::log::{Change, Event, RecordKind, State};
use crate::model::{Approval, GateId, ItemId, Json, Life, MetricId, Progress, StageId, Task, TaskId};

/// Events that set nothing off: they bring in or back what was there, or take out what must not be.
const QUIET: &[&str] = &["begin", "restore", "undo", "redo", "erasePerson"];

/// What can happen to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Moment<'e> {
    Added,
    Started,
    Completed,
    Cancelled,
    Reinstated,
    Assigned,
    Edited(&'e str),
    Breached,
}

/// One thing that can set a rule off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Happening<'e> {
    Task(Moment<'e>, TaskId),
    Reported(MetricId),
    Attached(ItemId),
    Ticked(ItemId),
    Decided(GateId, bool),
    Opened(StageId),
    Closed(StageId),
    Life(Life),
}

/// All that an event made different, in the order of its changes.
pub(crate) fn happenings(event: &Event) -> Vec<Happening<'_>> {
    if QUIET.contains(&event.command.as_str()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for change in &event.changes {
        let record = change.record();
        let id = record.id.as_str();
        match (record.kind, change) {
            (RecordKind::Task, Change::Added { .. }) => found.push(Happening::Task(Moment::Added, id.into())),
            (RecordKind::Task, Change::Set { field, before, after, .. }) => {
                let moments = task_moments(field, before.as_ref(), after.as_ref(), !event.breaches.is_empty());
                found.extend(moments.into_iter().map(|moment| Happening::Task(moment, id.into())));
            }
            (RecordKind::Metric, Change::Listed { field, .. }) if field == "readings" => found.push(Happening::Reported(id.into())),
            (RecordKind::Item, Change::Listed { field, .. }) if field == "evidence" => found.push(Happening::Attached(id.into())),
            (RecordKind::Item, Change::Set { field, after: Some(_), .. }) if field == "ticked" => found.push(Happening::Ticked(id.into())),
            (RecordKind::Gate, Change::Set { field, before, after, .. }) if field == "approvals" => {
                let decided = decisions(before.as_ref(), after.as_ref());
                found.extend(decided.into_iter().map(|approved| Happening::Decided(id.into(), approved)));
            }
            (RecordKind::Stage, Change::Set { field, after: Some(_), .. }) if field == "opened" => found.push(Happening::Opened(id.into())),
            (RecordKind::Stage, Change::Set { field, after: Some(_), .. }) if field == "closed" => found.push(Happening::Closed(id.into())),
            (RecordKind::Project, Change::Set { field, after, .. }) if field == "life" => {
                found.push(Happening::Life(after.as_ref().and_then(read).unwrap_or_default()));
            }
            _ => {}
        }
    }
    found
}

fn task_moments<'e>(field: &'e str, before: Option<&Json>, after: Option<&Json>, breached: bool) -> Vec<Moment<'e>> {
    let mut moments = vec![Moment::Edited(field)];
    match field {
        "progress" => {
            let [before, after] = [before, after].map(|json| json.and_then(read::<Progress>));
            let is_done = |progress: &Option<Progress>| progress.is_some_and(|progress| progress.actual_finish.is_some());
            if before.is_none() && after.is_some() {
                moments.push(Moment::Started);
            }
            if !is_done(&before) && is_done(&after) {
                moments.push(Moment::Completed);
            }
            if breached {
                moments.push(Moment::Breached);
            }
        }
        "cancelled" => moments.push(if after.and_then(read) == Some(true) { Moment::Cancelled } else { Moment::Reinstated }),
        "owner" => moments.push(Moment::Assigned),
        _ => {}
    }
    moments
}

/// What was decided in the approvals that have one more decision.
fn decisions(before: Option<&Json>, after: Option<&Json>) -> Vec<bool> {
    let [before, after] = [before, after].map(|json| json.and_then(read::<Vec<Approval>>).unwrap_or_default());
    let count = |name: &str| before.iter().find(|approval| approval.name == name).map_or(0, |approval| approval.decisions.len());
    let grown = after.iter().filter(|approval| approval.decisions.len() > count(&approval.name));
    grown.filter_map(|approval| approval.decisions.last()).map(|decision| decision.approved).collect()
}

fn read<T: serde::de::DeserializeOwned>(json: &Json) -> Option<T> {
    crate::document::read(json.as_str()).ok()
}

impl Happening<'_> {
    /// The task that it is about.
    pub(crate) fn task(&self) -> Option<&TaskId> {
        match self {
            Happening::Task(_, task) => Some(task),
            Happening::Reported(_)
            | Happening::Attached(_)
            | Happening::Ticked(_)
            | Happening::Decided(..)
            | Happening::Opened(_)
            | Happening::Closed(_)
            | Happening::Life(_) => None,
        }
    }

    /// Whether it is what a trigger waits for.
    pub(crate) fn sets_off(&self, trigger: &Trigger, state: &State) -> bool {
        let counts = |task: &TaskId| {
            let task = state.records.find::<Task>(task.as_str());
            trigger.tasks().zip(task).is_some_and(|(filter, task)| filter.counts(task, || stage_of(state, task)))
        };
        self.fits(trigger) && self.task().is_none_or(counts)
    }

    /// Whether it is what a trigger waits for, if its task counts.
    pub(crate) fn fits(&self, trigger: &Trigger) -> bool {
        let is = |moment: &Moment<'_>| matches!(self, Happening::Task(found, _) if found == moment);
        match trigger {
            Trigger::TaskAdded { .. } => is(&Moment::Added),
            Trigger::TaskStarted { .. } => is(&Moment::Started),
            Trigger::TaskCompleted { .. } => is(&Moment::Completed),
            Trigger::TaskCancelled { .. } => is(&Moment::Cancelled),
            Trigger::TaskReinstated { .. } => is(&Moment::Reinstated),
            Trigger::TaskAssigned { .. } => is(&Moment::Assigned),
            Trigger::TaskEdited { field, .. } => is(&Moment::Edited(field)),
            Trigger::FactBreached { .. } => is(&Moment::Breached),
            Trigger::MetricReported { metric } => matches!(self, Happening::Reported(found) if found == metric),
            Trigger::EvidenceAttached { item } => matches!(self, Happening::Attached(found) if is_or_any(item, found)),
            Trigger::ItemTicked { item } => matches!(self, Happening::Ticked(found) if is_or_any(item, found)),
            Trigger::GateDecided { gate, approved } => {
                matches!(self, Happening::Decided(found, said) if is_or_any(gate, found) && is_or_any(approved, said))
            }
            Trigger::StageOpened { stage } => matches!(self, Happening::Opened(found) if is_or_any(stage, found)),
            Trigger::StageClosed { stage } => matches!(self, Happening::Closed(found) if is_or_any(stage, found)),
            Trigger::LifeSet { life } => matches!(self, Happening::Life(found) if found == life),
        }
    }
}

fn is_or_any<T: PartialEq>(wanted: &Option<T>, found: &T) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted == found)
}

/// The stage of a task, its own or that of a summary above it.
fn stage_of<'s>(state: &'s State, task: &'s Task) -> Option<&'s StageId> {
    let above = |task: &&'s Task| state.records.find::<Task>(task.parent.as_ref()?.as_str());
    // No outline is deeper than it has tasks, even one that goes in a ring.
    std::iter::successors(Some(task), above).take(state.project().tasks.len()).find_map(|task| task.stage.as_ref())
}

impl crate::automation::TaskFilter {
    /// Whether a task counts. Its stage is looked up only where it matters.
    pub(crate) fn counts<'s>(&self, task: &'s Task, stage: impl Fn() -> Option<&'s StageId>) -> bool {
        self.task.as_ref().is_none_or(|only| *only == task.id)
            && self.tag.as_ref().is_none_or(|tag| task.tags.contains(tag))
            && self.entity.as_ref().is_none_or(|entity| task.entities.contains(entity))
            && self.stage.as_ref().is_none_or(|only| stage() == Some(only))
    }
}
