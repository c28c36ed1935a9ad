//! When: from a project to a plan.
//!
//! A project is compiled into a [`Network`](network): every task an index, every length of time seconds. One pass forward finds the
//! early dates, one pass back the late ones, their difference is the slack, and what holds each task in its place is kept, so that
//! a plan can say why. The rules are those that Microsoft Project's recorded dates follow; time zones are added on top.

mod backward;
mod bounds;
mod compile;
mod crew;
mod describe;
mod edge;
mod effort;
mod explain;
mod findings;
mod follow;
mod forward;
mod gates;
mod longest;
mod loops;
mod network;
mod passes;
mod patch;
mod paths;
mod planned;
mod rank;
mod report;
mod roll_up;
mod slack;
mod standing;
mod timetable;
mod what_if;
mod workload;

pub use explain::{Explanation, Step};
pub use paths::{FloatPath, FloatPaths, PathTask};
pub use planned::{Driver, PlannedTask};
pub use what_if::{Drag, Moved, Slip};
pub use workload::{
    Candidate, Candidates, CarriedTask, Crowd, DayOff, Handoff, Handoffs, LoadPeriod, MemberLoad, Overload, Party, ProjectLoad, Workload,
};

use crate::outline::Outline;
use crate::rules::Rules;
use crate::team::Team;
use bounds::NEVER_BEFORE;
pub(crate) use network::{Network, Node, NodeId, Part};
pub(crate) use passes::Schedule;
pub(crate) use patch::Edit;
use planned::PlannedTasks;
pub(crate) use slack::Slack;
pub(crate) use standing::Standing;
pub(crate) use timetable::{Shifts, Timetable};
#[cfg(feature = "measure")]
pub(crate) use workload::Found;
pub(crate) use workload::{Asked, Portfolio, candidates, handoffs};

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::{Code, Diagnostic, Error, Result, Severity};
use crate::model::{Anchor, Directory, FormatVersion, Project, ProjectId};
use crate::time::{CalendarId, Clocks, Day, Timeline, Timestamp, Zone};

/// How to plan. The default plans the likely durations, as of no particular moment.
///
/// ```
/// use linkstar::{EstimatePoint, PlanOptions};
/// let careful = PlanOptions { estimate: Some(EstimatePoint::Pessimistic), ..PlanOptions::default() };
/// assert_eq!(careful.now, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanOptions {
    /// The present moment. Tasks without progress are not planned before it; absent, the plan knows no present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub now: Option<Timestamp>,
    /// Which of the three points of each duration to plan with; the likely one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub estimate: Option<EstimatePoint>,
    /// The most working minutes of slack at which a task is near-critical: five project days when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub near_critical_minutes: Option<u32>,
}

impl PlanOptions {
    fn is_default(&self) -> bool {
        *self == PlanOptions::default()
    }
}

/// One of the three points of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum EstimatePoint {
    /// When all goes well.
    Optimistic,
    /// What is most likely: the task's duration.
    Likely,
    /// When much goes wrong.
    Pessimistic,
}

/// When everything happens, and why.
///
/// A plan is computed, never edited. Its tasks stand in outline order: each summary before the tasks below it, siblings by rank and id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// The project that was planned.
    pub project: ProjectId,
    /// The SHA-256 of the directory's canonical JSON, its calendars, roles and members in the order of their ids.
    pub directory_hash: String,
    /// The version of the time-zone database.
    pub tzdb: String,
    /// How it was planned.
    #[serde(default, skip_serializing_if = "PlanOptions::is_default")]
    pub options: PlanOptions,
    /// When the first task starts.
    pub start: Timestamp,
    /// When the last task finishes.
    pub finish: Timestamp,
    /// Working minutes of the project's day, to read slack in days.
    pub minutes_per_day: u32,
    /// The calendars that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<PlannedCalendar>,
    /// The tasks, in outline order.
    #[serde(default, skip_serializing_if = "PlannedTasks::is_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<PlannedTask>"))]
    #[cfg_attr(feature = "wasm", tsify(type = "PlannedTask[]"))]
    tasks: PlannedTasks,
    /// What was found on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// The SHA-256 of the document without this field. It is written with the document and checked when that is read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    hash: String,
}

/// A calendar that a plan used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedCalendar {
    /// Its id.
    pub id: CalendarId,
    /// The IANA zone of its wall clock.
    pub zone: String,
    /// The last day whose holidays are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<Day>,
}

/// Plans a project.
///
/// # Errors
/// Input that makes no plan: unknown or repeated ids, wrong estimates, calendars without working time, dates outside the years 1 to
/// 9999. Loops, conflicts and missed dates are [`Diagnostic`]s of the plan. Paths begin with `/project` or `/directory`.
///
/// ```
/// use linkstar::{Directory, PlanOptions, Project, schedule};
/// let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": {
///     "monday": ["09:00-18:00"], "tuesday": ["09:00-18:00"], "wednesday": ["09:00-18:00"], "thursday": ["09:00-18:00"], "friday": ["09:00-18:00"] } }] }"#)?;
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "shenzhen",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" }, "minutesPerDay": 540,
///     "tasks": [{ "id": "fcc", "name": "FCC certification", "duration": "35d" }, { "id": "ads", "name": "Start ads", "duration": "1h" }],
///     "links": [{ "predecessor": "fcc", "successor": "ads" }] }"#)?;
/// let plan = schedule(&project, &directory, &PlanOptions::default())?;
/// assert_eq!(plan.task("ads").map(|ads| ads.start), Some("2027-04-19T09:00:00+08:00".parse()?));
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn schedule(project: &Project, directory: &Directory, options: &PlanOptions) -> Result<Plan> {
    let mut compiled = Compiled::new(project, directory, options)?;
    let (schedule, slack) = compiled.full_pass(None)?;
    report::report(project, directory, options, compiled, (&schedule, &slack))
}

/// A project in its compiled form: its network, its rules, and the clocks of its calendars.
pub(crate) struct Compiled<'a> {
    pub(crate) network: Network<'a>,
    pub(crate) rules: Rules<'a>,
    pub(crate) timelines: Vec<Timeline>,
    /// The zone of the project's calendar, in which moments that concern no task are told.
    pub(crate) zone: Zone,
    anchor: Anchor,
}

impl<'a> Compiled<'a> {
    /// # Errors
    /// Input that makes no plan.
    pub(crate) fn new(project: &'a Project, directory: &'a Directory, options: &PlanOptions) -> Result<Compiled<'a>> {
        let mut team = Team::new(directory)?;
        let (network, rules) = compile::compile(project, directory, &mut team, options)?;
        // The project's calendar is the first in use.
        Ok(Compiled { network, rules, zone: team.zone(0), timelines: team.timelines, anchor: project.anchor })
    }

    /// The dates as the links alone would have them, where the plan knows a present that may hold tasks back.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(crate) fn without_present(&mut self) -> Result<Option<Schedule>> {
        if self.network.now == NEVER_BEFORE {
            return Ok(None);
        }
        let now = std::mem::replace(&mut self.network.now, NEVER_BEFORE);
        let schedule = passes::run(&self.network, &mut Clocks(&mut self.timelines), self.anchor, Vec::new());
        self.network.now = now;
        schedule.map(Some)
    }

    /// All dates and slacks, written over those that are not needed any more.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999, calendars on which no work is left.
    pub(crate) fn full_pass(&mut self, spare: Option<(Schedule, Slack)>) -> Result<(Schedule, Slack)> {
        let mut clocks = Clocks(&mut self.timelines);
        let (dates, slack) = spare.map_or_else(|| (Vec::new(), Slack::new(&self.network)), |(dates, slack)| (dates.into_spare(), slack));
        let mut schedule = passes::run(&self.network, &mut clocks, self.anchor, dates)?;
        effort::lay_over(&self.network, &mut clocks, &mut schedule)?;
        let slack = slack::slack(&self.network, &mut clocks, &schedule, slack)?;
        Ok((schedule, slack))
    }
}

/// The canonical form of a project: tasks in outline order, links by predecessor, successor and kind.
///
/// Two documents that list the same tasks and links in another order have the same canonical form.
///
/// # Errors
/// Repeated and unknown ids, parents in a loop, repeated links.
///
/// ```
/// use linkstar::{Project, canonical_order};
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "p", "name": "P", "calendar": "c", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
///     "tasks": [{ "id": "b", "name": "B" }, { "id": "a", "name": "A" }] }"#)?;
/// assert_eq!(canonical_order(&project)?.tasks[0].id.as_str(), "a");
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn canonical_order(project: &Project) -> Result<Project> {
    let outline = Outline::new(project)?;
    let tasks = outline.places.rows().map(|row| outline.task(row).clone()).collect();
    let links = outline.sorted_links().iter().map(|link| outline.link(link.document).clone()).collect();
    Ok(Project { tasks, links, ..project.clone() })
}

impl Plan {
    /// Reads a plan document.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text; `document.hash` when it is not what was written.
    pub fn from_json(json: &str) -> Result<Plan> {
        let mut plan: Plan = document::read(json)?;
        let written = std::mem::take(&mut plan.hash);
        if !written.is_empty() && written != plan.hash() {
            return Err(document::locate(Error::new(Code::DocumentHash, &[("hash", &written)]).at("/hash"), json));
        }
        Ok(plan)
    }

    /// Writes the document in its canonical form, with its hash.
    pub fn to_json(&self) -> String {
        let mut json = document::canonical(self);
        let hash = document::sha256(json.as_bytes());
        // The hash is the last field of the document.
        json.pop();
        json + ",\"hash\":\"" + &hash + "\"}"
    }

    /// Whether an approval has nothing to stop at: no hard deadline is missed, no date broken, no loop opened.
    ///
    /// A soft deadline that is missed is a warning, and does not stand in the way.
    pub fn is_sound(&self) -> bool {
        self.diagnostics.iter().all(|found| found.severity < Severity::Error)
    }

    /// The SHA-256 of the document, in hexadecimal: two plans with the same hash are the same to the byte.
    ///
    /// ```
    /// # fn same(before: &linkstar::Plan, after: &linkstar::Plan) -> bool {
    /// before.hash() == after.hash()
    /// # }
    /// ```
    pub fn hash(&self) -> String {
        document::hash(self)
    }
}
