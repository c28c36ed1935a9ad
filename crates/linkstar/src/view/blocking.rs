//! What may start, what may not and why, and what to clear first.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{Directory, GateId, MemberId, Project, RoleId, StageId, TaskId};
use crate::order;
use crate::outline::Row;
use crate::plan::{Compiled, PlanOptions, Schedule, Slack};
use crate::rules::{Present, Reason, StageState, Standing};
use crate::time::{Clocks, Timestamp};
use crate::view::held::Held;
use crate::view::root::{Root, roots};

/// Every task in one of five lists, and what stands in the way of those that are blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Blocking {
    /// The tasks that are done, in outline order.
    pub done: Vec<TaskId>,
    /// The tasks that will not be done.
    pub cancelled: Vec<TaskId>,
    /// The tasks that have begun.
    pub running: Vec<TaskId>,
    /// The tasks that may start, those first that have to start first.
    pub ready: Vec<ReadyTask>,
    /// The tasks that may not start, those first that have to start first.
    pub blocked: Vec<BlockedTask>,
    /// The running tasks that may not be completed.
    pub unfinishable: Vec<BlockedTask>,
    /// The summaries that may not begin. What blocks them blocks the tasks below.
    pub blocked_summaries: Vec<BlockedTask>,
    /// The gates that are not clear, with everything that is missing in them.
    pub open_gates: Vec<OpenGate>,
    /// The stages, in the order of the project.
    pub stages: Vec<StageView>,
    /// What to clear first: the roots of all that is blocked, the most urgent first.
    pub roots: Vec<Root>,
    /// How many roots there are beyond those.
    pub more_roots: u32,
}

/// A task that may start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadyTask {
    /// The task.
    pub task: TaskId,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// The role that does it, while no person is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// When it is planned to start.
    pub start: Timestamp,
    /// When it has to start at the latest.
    pub late_start: Timestamp,
    /// How far it can slip, in working seconds.
    pub total_slack: i64,
    /// Whether it would go ahead of the plan: something that it is linked to, without blocking it, is not there yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ahead: bool,
}

/// A task or summary that may not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockedTask {
    /// The task.
    pub task: TaskId,
    /// When it is planned to start.
    pub start: Timestamp,
    /// When it has to start at the latest.
    pub late_start: Timestamp,
    /// How far it can slip, in working seconds; of a summary none is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_slack: Option<i64>,
    /// Everything that stands in its way. What is missing in a gate is told with the gate.
    pub reasons: Vec<Reason>,
}

/// A gate in which something is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenGate {
    /// The gate.
    pub gate: GateId,
    /// Everything that is missing.
    pub reasons: Vec<Reason>,
}

/// A stage and whether it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StageView {
    /// The stage.
    pub stage: StageId,
    /// How far it has come.
    pub standing: StageStanding,
    /// What keeps it from opening, where it is ahead, and the gates that keep it from closing, where it is open. What is missing in a gate
    /// is told with the gate. Nothing, where only a person has to act, or its tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub reasons: Vec<Reason>,
}

/// How far a stage has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum StageStanding {
    /// Not open yet.
    Ahead,
    /// Open: its tasks may start.
    Open,
    /// Left behind.
    Closed,
}

/// What may start now and what is blocked, by what, and what that holds up.
///
/// Whether is decided by what has been reported, shown, agreed and measured up to `now`; urgency and effect by the plan. At most `most`
/// roots are told.
///
/// # Errors
/// Input that makes no plan.
///
/// ```
/// # use linkstar::{Directory, Language, PlanOptions, Project, blocking};
/// # let (launch, team) = (include_str!("../../../../examples/us_launch/launch.json"), include_str!("../../../../examples/us_launch/team.json"));
/// # let (project, directory) = (Project::from_json(launch)?, Directory::from_json(team)?);
/// let now = "2027-05-25T01:00:00Z".parse()?;
/// let view = blocking(&project, &directory, now, 20, &PlanOptions::default())?;
/// for root in &view.roots {
///     println!("{} holds up {} tasks", root.reason.sentence(Language::En), root.tasks);
/// }
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn blocking(project: &Project, directory: &Directory, now: Timestamp, most: usize, options: &PlanOptions) -> Result<Blocking> {
    let mut compiled = Compiled::new(project, directory, options)?;
    let (schedule, slack) = compiled.full_pass(None)?;
    let freely = compiled.without_present()?;
    let mut timelines = std::mem::take(&mut compiled.timelines);
    let clocks = &mut Clocks(&mut timelines);
    let outline = &compiled.network.outline;
    let present = &Present::new(&compiled.rules, outline, compiled.zone, now);
    let held = Held::new(present, clocks)?;
    let (roots, more_roots) = roots(present, &held, &compiled, (&schedule, freely.as_ref().unwrap_or(&schedule)), clocks, most)?;

    let lister = Lister { present, held: &held, compiled: &compiled, schedule: &schedule, slack: &slack };
    let places = &outline.places;
    let leaves = || places.rows().filter(|row| !places[*row].summary);
    let of_standing = |standing: Standing| leaves().filter(move |row| present.standing(*row) == standing);
    let ids = |standing: Standing| of_standing(standing).map(|row| outline.id(row).clone()).collect();
    let mut ready =
        of_standing(Standing::Waiting).filter(|row| held.of(*row).is_empty()).map(|row| lister.ready(row)).collect::<Result<Vec<_>>>()?;
    order::sort_by(&mut ready, |a, b| a.late_start.cmp(&b.late_start));
    let blocked_in = |rows: &mut dyn Iterator<Item = Row>| {
        let mut blocked = rows.filter(|row| !held.of(*row).is_empty()).map(|row| lister.blocked(row)).collect::<Result<Vec<_>>>()?;
        order::sort_by(blocked.as_mut_slice(), |a, b| a.late_start.cmp(&b.late_start));
        Ok(blocked)
    };
    let gates = compiled.rules.gates.forms.rows().filter(|gate| !present.is_clear(*gate));
    let open_gates = gates.filter_map(|gate| {
        let id = compiled.rules.gates.gate(gate)?.id.clone();
        Some(OpenGate { gate: id, reasons: present.gate_reasons(gate) })
    });
    let stages = present.stages.iter().zip(&project.stages).map(|((number, state), stage)| {
        let standing = match state {
            StageState::Ahead => StageStanding::Ahead,
            StageState::Open => StageStanding::Open,
            StageState::Closed => StageStanding::Closed,
        };
        StageView { stage: stage.id.clone(), standing, reasons: present.stage_reasons(number) }
    });
    Ok(Blocking {
        done: ids(Standing::Done),
        cancelled: ids(Standing::Cancelled),
        running: ids(Standing::Running),
        ready,
        blocked: blocked_in(&mut of_standing(Standing::Waiting))?,
        unfinishable: blocked_in(&mut of_standing(Standing::Running))?,
        blocked_summaries: blocked_in(&mut places.rows().filter(|row| places[*row].summary))?,
        open_gates: open_gates.collect(),
        stages: stages.collect(),
        roots,
        more_roots,
    })
}

/// How many tasks are blocked: the work behind the view, without its words.
#[cfg(feature = "measure")]
pub(crate) fn blocked(compiled: &mut Compiled<'_>, schedule: &Schedule, now: Timestamp) -> Result<usize> {
    const MOST: usize = 20;
    let mut timelines = std::mem::take(&mut compiled.timelines);
    let clocks = &mut Clocks(&mut timelines);
    let outline = &compiled.network.outline;
    let present = Present::new(&compiled.rules, outline, compiled.zone, now);
    let held = Held::new(&present, clocks)?;
    roots(&present, &held, compiled, (schedule, schedule), clocks, MOST)?;
    let count = outline.places.rows().filter(|row| !outline.places[*row].summary && !held.of(*row).is_empty()).count();
    compiled.timelines = timelines;
    Ok(count)
}

/// Puts what was found into the words of the boundary.
struct Lister<'l, 'r, 'a> {
    present: &'l Present<'r, 'a>,
    held: &'l Held,
    compiled: &'l Compiled<'a>,
    schedule: &'l Schedule,
    slack: &'l Slack,
}

impl Lister<'_, '_, '_> {
    fn ready(&self, row: Row) -> Result<ReadyTask> {
        let (start, late_start, total_slack) = self.dates(row)?;
        let (owner, role) = self.present.doer(row);
        let network = &self.compiled.network;
        let waits = |row: Row| {
            network.node_of[row].get().is_some_and(|node| {
                network.all_incoming(node).filter_map(|edge| edge.link).any(|link| {
                    let is_there = match link.kind.leaves_start() {
                        true => self.present.progressed[link.predecessor].has_begun(),
                        false => !self.present.is_unfinished(link.predecessor),
                    };
                    link.kind.ties_start() && !is_there
                })
            })
        };
        let ahead = waits(row);
        Ok(ReadyTask { task: self.present.outline.id(row).clone(), owner, role, start, late_start, total_slack, ahead })
    }

    fn blocked(&self, row: Row) -> Result<BlockedTask> {
        let (start, late_start, total_slack) = self.dates(row)?;
        let is_summary = self.present.outline.places[row].summary;
        Ok(BlockedTask {
            task: self.present.outline.id(row).clone(),
            start,
            late_start,
            total_slack: (!is_summary).then_some(total_slack),
            reasons: self.held.of(row).iter().map(|hold| self.present.reason(*hold)).collect(),
        })
    }

    /// Planned start, latest start and slack; of a summary those of the task below it that starts first.
    fn dates(&self, row: Row) -> Result<(Timestamp, Timestamp, i64)> {
        let network = &self.compiled.network;
        let nodes = || self.present.outline.below(row).filter_map(|row| network.node_of[row].get());
        let start = nodes().map(|node| self.schedule.placed(network, node).start).min();
        let late = nodes().map(|node| self.schedule.late.start[node]).min();
        let slack = nodes().map(|node| self.slack.total[node]).min().unwrap_or_default();
        let moment = |at: Option<i64>| Timestamp::from_unix_seconds(at.unwrap_or(self.schedule.project_start));
        Ok((moment(start)?, moment(late)?, slack))
    }
}
