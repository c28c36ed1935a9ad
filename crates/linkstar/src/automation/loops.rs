//! Rules that set each other off.
//!
//! What an action may make happen is compared with what a trigger waits for, by kind, field, task, stage and metric, whatever the
//! conditions and the state: a rule may set off another one unless it is certain that it does not. In a set without a ring each step
//! is by a rule further down, so that every run ends.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use crate::automation::happening::Moment;
use crate::automation::{Action, AutomationRule, TaskFilter, Trigger};
use crate::model::{StageId, TaskId};

/// What an action may make happen.
enum Effect<'r> {
    /// To a task that is there; any where nobody knows which.
    Task(Moment<'r>, Option<&'r TaskId>),
    /// A new one, as it will stand in the project.
    Added(Value),
    Opened(&'r StageId),
    Closed(&'r StageId),
}

/// The rules of a ring, by their places; the first of them stands at its end again.
pub(crate) fn ring(rules: &[AutomationRule]) -> Option<Vec<usize>> {
    let effects: Vec<Vec<Effect<'_>>> = rules.iter().map(effects).collect();
    let followers = |effects: &Vec<Effect<'_>>| -> Vec<usize> {
        let set_off = |rule: &AutomationRule| effects.iter().any(|effect| effect.may_set_off(&rule.trigger));
        rules.iter().enumerate().filter(|(_, rule)| set_off(rule)).map(|(place, _)| place).collect()
    };
    let followers: Vec<Vec<usize>> = effects.iter().map(followers).collect();
    (0..rules.len()).find_map(|start| shortest_ring(start, &followers))
}

/// The shortest way from a rule back to itself.
fn shortest_ring(start: usize, followers: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut from: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(rule) = open.pop_front() {
        for next in followers.get(rule).into_iter().flatten().copied() {
            if next == start {
                let mut back: Vec<usize> = std::iter::successors(Some(rule), |rule| from.get(rule).copied()).collect();
                back.reverse();
                back.push(start);
                return Some(back);
            }
            if let Entry::Vacant(free) = from.entry(next) {
                free.insert(rule);
                open.push_back(next);
            }
        }
    }
    None
}

fn effects(rule: &AutomationRule) -> Vec<Effect<'_>> {
    let of_event = rule.trigger.tasks().and_then(|filter| filter.task.as_ref());
    let effects = |action| effects_of(action, of_event);
    rule.actions.iter().flat_map(effects).collect()
}

fn effects_of<'r>(action: &'r Action, of_event: Option<&'r TaskId>) -> Vec<Effect<'r>> {
    let on_task = |moments: Vec<Moment<'r>>| -> Vec<Effect<'r>> {
        let task = action.task().or(of_event);
        moments.into_iter().map(|moment| Effect::Task(moment, task)).collect()
    };
    match action {
        Action::StartTask { .. } => on_task(vec![Moment::Started, Moment::Edited("progress")]),
        // What was not begun is begun as well.
        Action::CompleteTask { .. } => {
            on_task(vec![Moment::Started, Moment::Completed, Moment::Edited("progress"), Moment::Edited("percentComplete")])
        }
        Action::CancelTask { .. } => on_task(vec![Moment::Cancelled, Moment::Edited("cancelled")]),
        Action::AssignOwner { .. } => on_task(vec![Moment::Assigned, Moment::Edited("owner")]),
        Action::EditTask { fields, .. } => {
            let assigned = fields.iter().any(|edit| edit.field == "owner").then_some(Moment::Assigned);
            on_task(fields.iter().map(|edit| Moment::Edited(&edit.field)).chain(assigned).collect())
        }
        Action::TagTask { .. } => on_task(vec![Moment::Edited("tags")]),
        Action::AddTask { value } => vec![Effect::Added(value.value())],
        Action::OpenStage { stage } => vec![Effect::Opened(stage)],
        Action::CloseStage { stage } => vec![Effect::Closed(stage)],
        // Nothing waits for a word or for a link.
        Action::AddLink { .. } | Action::Say { .. } => Vec::new(),
    }
}

impl Effect<'_> {
    fn may_set_off(&self, trigger: &Trigger) -> bool {
        match trigger {
            Trigger::TaskAdded { of } => matches!(self, Effect::Added(value) if of.may_count_new(value)),
            Trigger::TaskStarted { of } => self.may_be(&Moment::Started, of),
            Trigger::TaskCompleted { of } => self.may_be(&Moment::Completed, of),
            Trigger::TaskCancelled { of } => self.may_be(&Moment::Cancelled, of),
            Trigger::TaskReinstated { of } => self.may_be(&Moment::Reinstated, of),
            Trigger::TaskAssigned { of } => self.may_be(&Moment::Assigned, of),
            Trigger::TaskEdited { field, of } => self.may_be(&Moment::Edited(field), of),
            Trigger::FactBreached { of } => self.may_be(&Moment::Breached, of),
            Trigger::StageOpened { stage } => matches!(self, Effect::Opened(found) if stage.as_ref().is_none_or(|stage| stage == *found)),
            Trigger::StageClosed { stage } => matches!(self, Effect::Closed(found) if stage.as_ref().is_none_or(|stage| stage == *found)),
            // People vouch, decide and report; no action does.
            Trigger::MetricReported { .. }
            | Trigger::EvidenceAttached { .. }
            | Trigger::ItemTicked { .. }
            | Trigger::GateDecided { .. }
            | Trigger::LifeSet { .. } => false,
        }
    }

    fn may_be(&self, moment: &Moment<'_>, of: &TaskFilter) -> bool {
        // Tags, stages and entities of a task may be others by then.
        let may_count = |task: &Option<&TaskId>| task.zip(of.task.as_ref()).is_none_or(|(found, only)| found == only);
        matches!(self, Effect::Task(found, task) if found == moment && may_count(task))
    }
}

impl TaskFilter {
    /// Whether a task that is added may count: what it says of itself is known, what is above it is not.
    fn may_count_new(&self, value: &Value) -> bool {
        let text = |field: &str| value.get(field).and_then(Value::as_str);
        let lists = |field: &str, wanted: &str| {
            let list = value.get(field).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|item| item.as_str() == Some(wanted)))
        };
        // Without an id nobody knows what it will be called.
        self.task.as_ref().is_none_or(|only| text("id").is_none_or(|id| id == only.as_str()))
            && self.tag.as_ref().is_none_or(|tag| lists("tags", tag))
            && self.entity.as_ref().is_none_or(|entity| lists("entities", entity))
            && self.stage.as_ref().is_none_or(|only| text("stage").map_or(text("parent").is_some(), |stage| stage == only.as_str()))
    }
}
