//! The life of the project, work on tasks, facts from outside, stages.

use std::collections::{BTreeMap, BTreeSet};

use super::bonds::Bonds;
use super::{Case, Ruling};
use crate::error::{Code, Error, Result};
use crate::log::command::Command;
use crate::log::record::{RecordKind, RecordRef};
use crate::model::{Intent, Life, Metric, Progress, Reading, Right, Stage, Task, TaskId};
use crate::rules::{NextStep, Reason, reason};
use crate::time::{Span, Timestamp};

/// Where a project can go from each station of its life.
const fn moves(from: Life) -> &'static [Life] {
    match from {
        Life::Draft => &[Life::Active, Life::Archived],
        Life::Active => &[Life::OnHold, Life::Closed],
        Life::OnHold => &[Life::Active, Life::Closed],
        Life::Closed => &[Life::Active, Life::Archived],
        Life::Archived => &[Life::Closed],
    }
}

impl<'c> Case<'c> {
    pub(super) fn rule_work(&self, command: &Command) -> Result<Ruling<'c>> {
        match command {
            Command::SetLife { life, reason } => self.rule_life(*life, reason.as_ref()),
            Command::StartTask { task } => self.rule_start(task),
            Command::SetProgress { task, percent, remaining } => self.rule_progress(task, *percent, *remaining),
            Command::CompleteTask { task } => self.rule_complete(task),
            Command::CancelTask { task, reason } => self.rule_cancel(task, reason.as_ref()),
            Command::ReinstateTask { task } => {
                let (mut ruling, found, record) = self.about_any_task(Right::Progress, task)?;
                if !found.cancelled {
                    let args = [("task", task.as_str())];
                    ruling.reasons.push(reason(Code::TaskNotCancelled, task.as_str(), None, NextStep::None, &args));
                }
                ruling.draft.set(&record, "cancelled", None::<&bool>)?;
                Ok(ruling)
            }
            Command::ReportStart { task, at } => self.rule_fact(std::slice::from_ref(task), false, *at),
            Command::ReportFinish { task, at } => self.rule_fact(std::slice::from_ref(task), true, *at),
            Command::ReportEntity { entity, done, at } => {
                // A summary follows from what stands below it.
                let all = &self.state.project().tasks;
                let summaries: BTreeSet<&TaskId> = all.iter().filter_map(|task| task.parent.as_ref()).collect();
                let names = |task: &&Task| task.entities.contains(entity) && !summaries.contains(&task.id);
                let tasks: Vec<TaskId> = all.iter().filter(names).map(|task| task.id.clone()).collect();
                if tasks.is_empty() {
                    return Err(Error::new(Code::EntityUnknown, &[("entity", entity)]).at("/entity"));
                }
                self.rule_fact(&tasks, *done, *at)
            }
            Command::ReportMetric { metric, at, value } => {
                self.find::<Metric>(RecordKind::Metric, metric.as_str()).map_err(|error| error.at("/metric"))?;
                self.check_past(*at)?;
                let record = RecordRef::new(RecordKind::Metric, metric.as_str());
                let mut ruling = self.ruling(Right::Report, Some(record.clone()));
                ruling.draft.list(&record, "readings", &Reading { at: *at, value: *value })?;
                Ok(ruling)
            }
            Command::OpenStage { stage } => {
                let (mut ruling, found, record) = self.about_stage(stage.as_str())?;
                ruling.reasons = self.against(&Intent::OpenStage { stage: stage.clone() })?;
                if found.opened.is_some() && found.closed.is_none() {
                    let args = [("stage", stage.as_str())];
                    ruling.reasons.push(reason(Code::StageIsOpen, stage.as_str(), None, NextStep::None, &args));
                }
                ruling.draft.set(&record, "opened", Some(&self.context.now))?;
                ruling.draft.set(&record, "closed", None::<&Timestamp>)?;
                Ok(ruling)
            }
            Command::CloseStage { stage } => {
                let (mut ruling, found, record) = self.about_stage(stage.as_str())?;
                ruling.reasons = self.against(&Intent::CloseStage { stage: stage.clone() })?;
                if found.closed.is_some() {
                    let args = [("stage", stage.as_str())];
                    ruling.reasons.push(reason(Code::StageIsClosed, stage.as_str(), None, NextStep::None, &args));
                }
                ruling.draft.set(&record, "closed", Some(&self.context.now))?;
                Ok(ruling)
            }
            _ => Ok(self.ruling(Right::View, None)),
        }
    }

    fn rule_life(&self, to: Life, why: Option<&String>) -> Result<Ruling<'c>> {
        let project = self.state.project();
        let record = RecordRef::new(RecordKind::Project, project.id.as_str());
        let mut ruling = self.ruling(Right::Life, None);
        ruling.why = why.cloned();
        let allowed = moves(project.life);
        if !allowed.contains(&to) {
            let names: Vec<&str> = allowed.iter().map(|life| life.name()).collect();
            let args = [("from", project.life.name()), ("to", to.name()), ("allowed", &names.join(", "))];
            ruling.reasons.push(reason(Code::LifeNoMove, project.id.as_str(), None, NextStep::Correct, &args));
        } else if to == Life::Closed && project.life != Life::Archived {
            ruling.reasons = self.against(&Intent::CloseProject {})?;
            if project.retrospective.is_none() {
                let args = [("project", project.id.as_str())];
                ruling.warnings.push(reason(Code::RetrospectiveMissing, project.id.as_str(), None, NextStep::LookBack, &args));
            }
        }
        let life = (to != Life::default()).then_some(to);
        ruling.draft.set(&record, "life", life.as_ref())?;
        Ok(ruling)
    }

    fn rule_start(&self, id: &TaskId) -> Result<Ruling<'c>> {
        let (mut ruling, task, record) = self.about_task(Right::Progress, id)?;
        ruling.reasons = self.against(&Intent::StartTask { task: id.clone() })?;
        ruling.draft.set(&record, "progress", Some(&begun(task, self.context.now)))?;
        Ok(ruling)
    }

    fn rule_progress(&self, id: &TaskId, percent: u32, remaining: Option<Span>) -> Result<Ruling<'c>> {
        if percent > 99 {
            return Err(Error::new(Code::ProgressWhole, &[("value", &percent.to_string())]).at("/percent"));
        }
        let (mut ruling, task, record) = self.about_task(Right::Progress, id)?;
        let about = [("task", id.as_str())];
        match task.progress.as_deref() {
            _ if task.cancelled => {
                ruling.reasons.push(reason(Code::TaskCancelled, id.as_str(), task.owner.clone(), NextStep::WaiveOrUnlink, &about));
            }
            None => ruling.reasons.push(reason(Code::TaskNotBegun, id.as_str(), task.owner.clone(), NextStep::StartTask, &about)),
            Some(Progress { actual_finish: Some(_), .. }) => {
                ruling.reasons.push(reason(Code::TaskDone, id.as_str(), task.owner.clone(), NextStep::None, &about));
            }
            Some(progress) => {
                ruling.draft.set(&record, "percentComplete", Some(&percent))?;
                ruling.draft.set(&record, "progress", Some(&Progress { remaining, resume: None, ..*progress }))?;
            }
        }
        Ok(ruling)
    }

    fn rule_complete(&self, id: &TaskId) -> Result<Ruling<'c>> {
        let (mut ruling, task, record) = self.about_task(Right::Progress, id)?;
        ruling.reasons = self.against(&Intent::CompleteTask { task: id.clone() })?;
        self.complete(&mut ruling, task, &record, self.context.now)?;
        Ok(ruling)
    }

    fn rule_cancel(&self, id: &TaskId, why: Option<&String>) -> Result<Ruling<'c>> {
        let (mut ruling, task, record) = self.about_any_task(Right::Progress, id)?;
        let about = [("task", id.as_str())];
        if task.cancelled {
            ruling.reasons.push(reason(Code::TaskCancelled, id.as_str(), task.owner.clone(), NextStep::WaiveOrUnlink, &about));
        } else if task.progress.as_ref().is_some_and(|progress| progress.actual_finish.is_some()) {
            ruling.reasons.push(reason(Code::TaskDone, id.as_str(), task.owner.clone(), NextStep::None, &about));
        }
        ruling.why = why.cloned();
        let bonds = Bonds::of(&self.state.records);
        for task in self.with_all_below(id) {
            let record = RecordRef::new(RecordKind::Task, task.id.as_str());
            if bonds.rest_on(task) {
                ruling.claims.push((Right::Gates, Some(record.clone())));
            }
            ruling.claims.push((Right::Progress, Some(record)));
        }
        ruling.draft.set(&record, "cancelled", Some(&true))?;
        Ok(ruling)
    }

    /// A task and all that stands below it.
    fn with_all_below(&self, task: &TaskId) -> Vec<&'c Task> {
        let all = &self.state.project().tasks;
        let mut below: BTreeMap<&TaskId, Vec<&Task>> = BTreeMap::new();
        for task in all {
            if let Some(parent) = &task.parent {
                below.entry(parent).or_default().push(task);
            }
        }
        let mut found: Vec<&Task> = all.iter().filter(|other| other.id == *task).collect();
        let mut next = 0;
        while let Some(task) = found.get(next) {
            found.extend(below.remove(&task.id).unwrap_or_default());
            next += 1;
        }
        found
    }

    /// What has happened is written down; what should have kept it from happening is told.
    fn rule_fact(&self, tasks: &[TaskId], done: bool, at: Timestamp) -> Result<Ruling<'c>> {
        self.check_past(at)?;
        let mut ruling: Option<Ruling<'c>> = None;
        for id in tasks {
            let (fresh, task, record) = self.about_task(Right::Report, id)?;
            let mut all = match ruling.take() {
                Some(mut all) => {
                    all.claims.extend(fresh.claims);
                    all
                }
                None => fresh,
            };
            let begun_already = task.progress.is_some();
            let intent = if done { Intent::CompleteTask { task: id.clone() } } else { Intent::StartTask { task: id.clone() } };
            let against = self.against(&intent)?;
            // That it has begun, or is done, already stands in nobody's way: the report mends the date.
            all.breaches.extend(against.into_iter().filter(|reason| !matches!(reason.code, Code::TaskBegun | Code::TaskDone)));
            if done {
                self.complete(&mut all, task, &record, at)?;
            } else {
                let progress = if begun_already { task.progress.as_deref().copied() } else { None };
                let progress = Progress { actual_start: at, ..progress.unwrap_or_else(|| begun(task, at)) };
                all.draft.set(&record, "progress", Some(&progress))?;
            }
            ruling = Some(all);
        }
        Ok(ruling.unwrap_or_else(|| self.ruling(Right::Report, None)))
    }

    fn complete(&self, ruling: &mut Ruling<'c>, task: &Task, record: &RecordRef, at: Timestamp) -> Result<()> {
        let progress = task.progress.as_deref().copied().unwrap_or_else(|| begun(task, at));
        // Who reports an end before the start that was assumed means that the start was then at the latest.
        let actual_start = progress.actual_start.min(at);
        let progress = Progress { actual_start, actual_finish: Some(at), resume: None, remaining: None };
        ruling.draft.set(record, "progress", Some(&progress))?;
        ruling.draft.set(record, "percentComplete", Some(&100))
    }

    /// # Errors
    /// A task that is not there, or a summary: it follows from what stands below it.
    fn about_task(&self, right: Right, id: &TaskId) -> Result<(Ruling<'c>, &'c Task, RecordRef)> {
        let summary = self.state.project().tasks.iter().any(|task| task.parent.as_ref() == Some(id));
        if summary {
            return Err(Error::new(Code::TaskIsSummary, &[("task", id.as_str())]).at("/task"));
        }
        self.about_any_task(right, id)
    }

    fn about_any_task(&self, right: Right, id: &TaskId) -> Result<(Ruling<'c>, &'c Task, RecordRef)> {
        let task = self.find::<Task>(RecordKind::Task, id.as_str()).map_err(|error| error.at("/task"))?;
        let record = RecordRef::new(RecordKind::Task, id.as_str());
        Ok((self.ruling(right, Some(record.clone())), task, record))
    }

    fn about_stage(&self, id: &str) -> Result<(Ruling<'c>, &'c Stage, RecordRef)> {
        let stage = self.find::<Stage>(RecordKind::Stage, id).map_err(|error| error.at("/stage"))?;
        let record = RecordRef::new(RecordKind::Stage, id);
        Ok((self.ruling(Right::Life, Some(record.clone())), stage, record))
    }

    fn check_past(&self, at: Timestamp) -> Result<()> {
        if at > self.context.now {
            let args = [("at", &*at.to_string()), ("now", &self.context.now.to_string())];
            return Err(Error::new(Code::FactFuture, &args).at("/at"));
        }
        Ok(())
    }

    /// What the station of the project's life forbids.
    pub(super) fn against_life(&self, command: &Command, ruling: &mut Ruling<'_>) {
        let project = self.state.project();
        let life = project.life;
        // Whether what waits may still happen is asked when it is carried out: otherwise nobody could agree to open a project again.
        let moves_on = matches!(
            command,
            Command::SetLife { .. } | Command::DecideHeld { .. } | Command::DelegateHeld { .. } | Command::WithdrawHeld { .. }
        );
        let works = matches!(
            command,
            Command::StartTask { .. }
                | Command::SetProgress { .. }
                | Command::CompleteTask { .. }
                | Command::OpenStage { .. }
                | Command::CloseStage { .. }
        );
        let fact = matches!(
            command,
            Command::ReportStart { .. } | Command::ReportFinish { .. } | Command::ReportEntity { .. } | Command::ReportMetric { .. }
        );
        let after = matches!(command, Command::Say { .. } | Command::AttachFile { .. } | Command::Learn { .. } | Command::LookBack { .. });
        let stands = match life {
            Life::Active => false,
            Life::Draft | Life::OnHold => works || fact && !matches!(command, Command::ReportMetric { .. }),
            Life::Closed => !moves_on && !after,
            Life::Archived => !moves_on,
        };
        if stands {
            let args = [("project", project.id.as_str()), ("life", life.name())];
            let found: Reason = reason(Code::LifeNotActive, project.id.as_str(), None, NextStep::Activate, &args);
            if fact { ruling.breaches.push(found) } else { ruling.reasons.push(found) }
        }
    }
}

/// A task that begins.
fn begun(task: &Task, at: Timestamp) -> Progress {
    task.progress.as_deref().copied().unwrap_or(Progress { actual_start: at, actual_finish: None, resume: None, remaining: None })
}
