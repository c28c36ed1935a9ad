//! Whether one thing may happen now.

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::model::{Directory, GateId, Intent, MemberId, Project, StageId, TaskId};
use crate::outline::{Outline, Row};
use crate::rules::Rules;
use crate::rules::gate::{GateNumber, Guarded};
use crate::rules::present::{End, Present, StageState};
use crate::rules::progress::Standing;
use crate::rules::reason::{NextStep, Reason};
use crate::rules::stage::StageNumber;
use crate::team::Team;
use crate::time::{Clocks, Timestamp, WorkingDay};

/// Whether something may happen now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verdict {
    /// Whether nothing stands in the way.
    pub allowed: bool,
    /// Everything that does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

/// Whether something may happen at a moment, and everything that stands in its way.
///
/// It looks at what has been reported, shown, agreed and measured, and at no planned date.
///
/// # Errors
/// Ids, zones and calendars that are unknown or used twice.
///
/// ```
/// use linkstar::{Directory, Intent, NextStep, Project, check};
/// let directory = Directory::from_json(r#"{ "linkstar": 1, "members": [{ "id": "li.wei", "name": "Li Wei" }], "calendars": [
///     { "id": "shenzhen", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-18:00"] } }] }"#)?;
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "shenzhen",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" }, "tasks": [{ "id": "ads", "name": "Start ads", "duration": "1h" }],
///     "checklist": [{ "id": "fcc", "name": "FCC grant", "needs": ["fcc-grant"], "owner": "li.wei" }],
///     "gates": [{ "id": "ads-start", "name": "Ads may start", "guards": [{ "kind": "startTask", "task": "ads" }], "items": [{ "item": "fcc" }] }] }"#)?;
/// let verdict = check(&project, &directory, &Intent::StartTask { task: "ads".into() }, "2027-03-01T01:00:00Z".parse()?)?;
/// assert!(!verdict.allowed);
/// assert_eq!(verdict.reasons[0].next_step, NextStep::AttachEvidence);
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn check(project: &Project, directory: &Directory, intent: &Intent, now: Timestamp) -> Result<Verdict> {
    let mut team = Team::new(directory)?;
    let working_day = WorkingDay::of(project)?;
    let calendar = team.calendar(&project.calendar).map_err(|error| error.at("/project/calendar"))?;
    let outline = Outline::new(project)?;
    let rules = Rules::new(&outline, directory, &mut team, working_day)?;
    let zone = team.zone(calendar);
    let mut clocks = Clocks(&mut team.timelines);
    let present = Present::new(&rules, &outline, zone, now);
    let reasons = present.against(intent, &mut clocks).map_err(|error| if error.path.is_empty() { error.at("/intent") } else { error })?;
    Ok(Verdict { allowed: reasons.is_empty(), reasons })
}

/// What a project comes to at a moment, for whoever wants to look.
///
/// # Errors
/// As for [`check`].
pub(crate) fn at<T>(project: &Project, directory: &Directory, now: Timestamp, look: impl FnOnce(&Present<'_, '_>) -> T) -> Result<T> {
    let mut team = Team::new(directory)?;
    let calendar = team.calendar(&project.calendar).map_err(|error| error.at("/project/calendar"))?;
    let outline = Outline::new(project)?;
    let rules = Rules::new(&outline, directory, &mut team, WorkingDay::of(project)?)?;
    let zone = team.zone(calendar);
    Ok(look(&Present::new(&rules, &outline, zone, now)))
}

/// Who may decide in an approval of a gate, by its place: nobody judges their own work.
///
/// # Errors
/// As for [`check`], and a gate that is not there.
pub(crate) fn may_decide(project: &Project, directory: &Directory, gate: &GateId, approval: usize) -> Result<Vec<MemberId>> {
    let mut team = Team::new(directory)?;
    let outline = Outline::new(project)?;
    let rules = Rules::new(&outline, directory, &mut team, WorkingDay::of(project)?)?;
    let number = project.gates.iter().position(|other| other.id == *gate).map(GateNumber::from_usize);
    Ok(number.map(|number| rules.gates.may_decide(number, approval)).unwrap_or_default())
}

impl Present<'_, '_> {
    /// Everything that stands in the way of something.
    ///
    /// # Errors
    /// A task or stage that is not there.
    pub(crate) fn against(&self, intent: &Intent, clocks: &mut Clocks<'_>) -> Result<Vec<Reason>> {
        match intent {
            Intent::StartTask { task } => {
                let row = self.row(task)?;
                match self.standing(row) {
                    Standing::Waiting => self.against_end(row, End::Start, clocks),
                    Standing::Running => Ok(vec![self.about_task(Code::TaskBegun, row, NextStep::ReportProgress)]),
                    Standing::Done => Ok(vec![self.about_task(Code::TaskDone, row, NextStep::None)]),
                    Standing::Cancelled => Ok(vec![self.about_task(Code::TaskCancelled, row, NextStep::WaiveOrUnlink)]),
                }
            }
            Intent::CompleteTask { task } => self.against_completion(self.row(task)?, clocks),
            Intent::OpenStage { stage } => {
                let number = self.stage_number(stage)?;
                Ok(match self.stages[number] {
                    // What was closed is opened again by the same rule.
                    StageState::Ahead | StageState::Closed => self.opening_reasons(number),
                    StageState::Open => Vec::new(),
                })
            }
            Intent::CloseStage { stage } => {
                let number = self.stage_number(stage)?;
                let of_stage = |row: &Row| self.rules.stages.of(*row) == Some(number) && !self.outline.places[*row].summary;
                let tasks = self.outline.places.rows().filter(of_stage).filter(|row| self.is_unfinished(*row));
                let mut reasons: Vec<Reason> = tasks.map(|row| self.about_task(Code::TaskOpen, row, NextStep::FinishTask)).collect();
                if self.stages[number] == StageState::Ahead {
                    reasons.insert(0, self.about_stage(number));
                }
                reasons.extend(self.unclear(Guarded::Closing(number)).flat_map(|gate| self.gate_reasons(gate)));
                Ok(reasons)
            }
            Intent::CloseProject {} => {
                let leaves = self.outline.places.rows().filter(|row| !self.outline.places[*row].summary);
                let open = leaves.filter(|row| self.is_unfinished(*row));
                let tasks = open.map(|row| self.about_task(Code::TaskOpen, row, NextStep::FinishTask));
                // A stage that closes by itself does so with its tasks; one that a person closes may have been forgotten.
                let open = self.stages.iter().filter(|(_, state)| **state == StageState::Open).map(|(stage, _)| stage);
                let closing = |stage| self.unclear_closing(stage).flat_map(|gate| self.gate_reasons(gate));
                let stages = open.flat_map(|stage| std::iter::once(self.about_closing(stage)).chain(closing(stage)));
                let gates = self.unclear(Guarded::Project).flat_map(|gate| self.gate_reasons(gate));
                Ok(tasks.chain(stages).chain(gates).collect())
            }
        }
    }

    fn against_completion(&self, row: Row, clocks: &mut Clocks<'_>) -> Result<Vec<Reason>> {
        if self.outline.places[row].summary {
            let mut reasons: Vec<Reason> =
                self.unfinished_below(row).map(|below| self.about_task(Code::TaskOpen, below, NextStep::FinishTask)).collect();
            reasons.extend(self.against_end(row, End::Completion, clocks)?);
            return Ok(reasons);
        }
        match self.standing(row) {
            // Who reports a task as done that nobody reported as begun does both at once.
            Standing::Waiting => {
                let both = [self.all_holds(row, End::Start, clocks)?, self.all_holds(row, End::Completion, clocks)?].concat();
                Ok(self.reasons(&both))
            }
            Standing::Running => self.against_end(row, End::Completion, clocks),
            Standing::Done => Ok(vec![self.about_task(Code::TaskDone, row, NextStep::None)]),
            Standing::Cancelled => Ok(vec![self.about_task(Code::TaskCancelled, row, NextStep::WaiveOrUnlink)]),
        }
    }

    fn against_end(&self, row: Row, end: End, clocks: &mut Clocks<'_>) -> Result<Vec<Reason>> {
        Ok(self.reasons(&self.all_holds(row, end, clocks)?))
    }

    pub(crate) fn row(&self, task: &TaskId) -> Result<Row> {
        let unknown = || Error::new(Code::TaskUnknown, &[("task", task.as_str())]).at("/intent/task");
        self.outline.places.rows().find(|row| self.outline.id(*row) == task).ok_or_else(unknown)
    }

    pub(crate) fn stage_number(&self, stage: &StageId) -> Result<StageNumber> {
        let unknown = || Error::new(Code::StageUnknown, &[("stage", stage.as_str())]).at("/intent/stage");
        let place = self.outline.project.stages.iter().position(|other| other.id == *stage);
        place.map(StageNumber::from_usize).ok_or_else(unknown)
    }
}
