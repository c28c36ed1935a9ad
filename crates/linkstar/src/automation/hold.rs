//! Whether a condition holds.

use crate::automation::{Condition, StagePosition, TaskStanding};
use crate::error::{Code, Error, Result};
use crate::log::State;
use crate::model::{Metric, Task, TaskId};
use crate::rules::{GateNumber, Present, StageState, Standing, metric_holds};

/// What conditions look at: the moment right after an event.
pub(crate) struct Scene<'s, 'r, 'a> {
    pub(crate) state: &'s State,
    pub(crate) present: &'s Present<'r, 'a>,
}

impl Scene<'_, '_, '_> {
    /// Whether a condition holds, where the event is about this task.
    ///
    /// # Errors
    /// What it names is not there, or not any more.
    pub(crate) fn holds(&self, condition: &Condition, of_event: Option<&TaskId>) -> Result<bool> {
        let present = self.present;
        match condition {
            Condition::TaskIs { any, task } => {
                let standing = present.standing(present.row(&self.task(task.as_ref(), of_event)?.id)?);
                Ok(any.iter().any(|wanted| of_standing(*wanted) == standing))
            }
            Condition::TaskHasTag { tag, task } => Ok(self.task(task.as_ref(), of_event)?.tags.contains(tag)),
            Condition::TaskInStage { stage, task } => {
                let row = present.row(&self.task(task.as_ref(), of_event)?.id)?;
                Ok(present.rules.stages.of(row) == Some(present.stage_number(stage)?))
            }
            Condition::TaskOwnedBy { task, owner } => Ok(self.task(task.as_ref(), of_event)?.owner == *owner),
            Condition::TasksDone { of } => {
                let rows = present.outline.places.rows().filter(|row| !present.outline.places[*row].summary);
                let stage = |row| present.rules.stages.of(row).and_then(|stage| present.outline.project.stages.get(stage.as_usize()));
                let mut counted = rows.filter(|row| of.counts(present.outline.task(*row), || stage(*row).map(|stage| &stage.id)));
                let mut some = false;
                let all = counted.all(|row| {
                    some = true;
                    !present.is_unfinished(row)
                });
                Ok(some && all)
            }
            Condition::MetricIs { demand } => {
                let unknown = || Error::new(Code::MetricUnknown, &[("metric", demand.metric.as_str())]);
                let metric = self.state.records.find::<Metric>(demand.metric.as_str()).ok_or_else(unknown)?;
                Ok(metric_holds(metric, demand, present.now))
            }
            Condition::GateIs { gate, clear } => {
                let unknown = || Error::new(Code::RecordUnknown, &[("kind", "gate"), ("id", gate.as_str())]);
                let place = self.state.project().gates.iter().position(|other| other.id == *gate).ok_or_else(unknown)?;
                Ok(present.is_clear(GateNumber::from_usize(place)) == *clear)
            }
            Condition::StageIs { stage, any } => {
                let found = present.stages[present.stage_number(stage)?];
                Ok(any.iter().any(|wanted| of_position(*wanted) == found))
            }
            Condition::LifeIs { any } => Ok(any.contains(&self.state.project().life)),
        }
    }

    fn task(&self, named: Option<&TaskId>, of_event: Option<&TaskId>) -> Result<&Task> {
        let id = named.or(of_event).map(TaskId::as_str).unwrap_or_default();
        self.state.records.find::<Task>(id).ok_or_else(|| Error::new(Code::TaskUnknown, &[("task", id)]))
    }
}

const fn of_standing(standing: TaskStanding) -> Standing {
    match standing {
        TaskStanding::Waiting => Standing::Waiting,
        TaskStanding::Running => Standing::Running,
        TaskStanding::Done => Standing::Done,
        TaskStanding::Cancelled => Standing::Cancelled,
    }
}

const fn of_position(position: StagePosition) -> StageState {
    match position {
        StagePosition::Ahead => StageState::Ahead,
        StagePosition::Open => StageState::Open,
        StagePosition::Closed => StageState::Closed,
    }
}
