//! Workload: who carries what, when, and who else could.
//!
//! Each task is laid on the clocks of those who carry it: so many seconds of work, evenly over so much of their working time. The load
//! of a period is what has been done of them at its end less what had been done at its start, so that periods, members and projects
//! add up to the second. Capacity is the working time of a member's calendar in the period, times their units.
//!
//! ```text
//!   share      one person's part in one task; known before any date
//!   stretch    work at an even pace, between two positions on one clock; a task with pauses has several
//!   grid       the periods of a zone, and the positions of their bounds on each clock
//! ```
//!
//! Too much is what exceeds the capacity of a period: two tasks of an hour that both begin at nine are no overload of a day, though
//! they are one of the hour. Whoever asks for hours, days or weeks says which they mean, as in Microsoft Project's levelling.

mod candidates;
mod found;
mod handoffs;
mod period;
mod portfolio;
mod share;

pub use candidates::{Candidate, Candidates};
pub use handoffs::{Handoff, Handoffs, Party};
pub use period::LoadPeriod;

pub(crate) use candidates::candidates;
pub(crate) use found::Asked;
#[cfg(feature = "measure")]
pub(crate) use found::Found;
pub(crate) use handoffs::handoffs;
pub(crate) use portfolio::Portfolio;

use serde::{Deserialize, Serialize};

use crate::column::Index;
use crate::error::{Code, Diagnostic, Result};
use crate::message::{plain_time, working_time};
use crate::model::{MemberId, ProjectId, TaskId};
use crate::time::{Day, Timestamp, WorkingDay, Zone};
use found::by_slack;
use share::Share;

/// Who carries what, period by period: a heat map, and where it is too hot.
///
/// All lengths are working seconds. Members come by their ids.
///
/// ```
/// # use linkstar::{Anchor, Directory, Project, Task, WorkloadRequest, ops};
/// # let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": {
/// #     "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"] } }], "members": [{ "id": "mei", "name": "Mei", "calendar": "shenzhen" }] }"#)?;
/// let mut launch = Project::new("glow-cube", "Glow Cube", "shenzhen", Anchor::Start { at: "2027-03-01T01:00:00Z".parse()? });
/// for box_side in ["front", "back"] {
///     launch.tasks.push(Task { owner: Some("mei".into()), duration: Some("1d".parse()?), ..Task::new(box_side, "Packaging design") });
/// }
/// let request = WorkloadRequest { projects: vec![launch], directory, period: None, start: None, finish: None, options: None };
/// let workload = ops::workload(request)?;
/// assert_eq!((workload.members[0].load[0], workload.members[0].capacity[0]), (16 * 3600, 8 * 3600));
/// assert_eq!(workload.overloads[0].excess, 8 * 3600);
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workload {
    /// How long the periods are.
    pub period: LoadPeriod,
    /// What each member carries. Where both ends of the range were asked for, everybody over all of it; else those who carry anything,
    /// without the periods before their first and after their last work.
    pub members: Vec<MemberLoad>,
    /// Where somebody has more to do than they can.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub overloads: Vec<Overload>,
    /// Where somebody has more tasks of one kind in hand than the directory's limits allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub crowds: Vec<Crowd>,
    /// Work on days on which a member does not work: on a task with a calendar of its own, or with dates that were set or reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub days_off: Vec<DayOff>,
    /// A sentence for each overload, then for each crowd and each day off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub diagnostics: Vec<Diagnostic>,
}

/// What one member carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberLoad {
    /// The member.
    pub member: MemberId,
    /// The IANA zone of their calendar, in which the periods lie.
    pub zone: String,
    /// When the first of the periods begins; the others follow without a gap.
    pub start: Timestamp,
    /// The work that falls on each period.
    pub load: Vec<i64>,
    /// What they can do in each period: the working time of their calendar times their units.
    pub capacity: Vec<i64>,
    /// All the work in these periods.
    pub total_load: i64,
    /// All that they can do in these periods.
    pub total_capacity: i64,
    /// The same work by project, in the order of their ids.
    pub projects: Vec<ProjectLoad>,
}

/// What one project asks of a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectLoad {
    /// The project.
    pub project: ProjectId,
    /// Working seconds.
    pub load: i64,
}

/// Periods in which a member has more to do than they can. Periods without work and without capacity, such as weekends, do not end it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overload {
    /// The member.
    pub member: MemberId,
    /// When the first of these periods begins.
    pub start: Timestamp,
    /// When the last of them ends.
    pub finish: Timestamp,
    /// The work in the periods that have too much.
    pub load: i64,
    /// What the member can do in them.
    pub capacity: i64,
    /// How much of the work does not fit.
    pub excess: i64,
    /// The greatest total slack of the tasks: what could absorb the excess without moving the finish, if it is as long.
    pub slack: i64,
    /// The tasks that cause it, the one with the most slack first.
    pub tasks: Vec<CarriedTask>,
}

/// A time in which a member has more tasks of one kind in hand than the directory's limit for its tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Crowd {
    /// The member.
    pub member: MemberId,
    /// The tag.
    pub tag: String,
    /// The most at a time.
    pub most: u32,
    /// How many there are at the worst moment.
    pub peak: u32,
    /// When they become too many.
    pub start: Timestamp,
    /// When they are not too many any more.
    pub finish: Timestamp,
    /// The tasks, the one with the most slack first.
    pub tasks: Vec<CarriedTask>,
}

/// Work on a day on which the member does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DayOff {
    /// The member.
    pub member: MemberId,
    /// The day, in the zone of their calendar.
    pub day: Day,
    /// The work on it.
    pub load: i64,
    /// The tasks, the one with the most slack first.
    pub tasks: Vec<CarriedTask>,
}

/// A task that somebody carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CarriedTask {
    /// Its project.
    pub project: ProjectId,
    /// The task.
    pub task: TaskId,
    /// How far it can slip, in working seconds of its calendar, before the project's finish or a fixed date moves.
    pub total_slack: i64,
}

impl Portfolio<'_> {
    /// The load of everybody, with all names.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999, more periods than an answer holds.
    pub(crate) fn workload(&mut self, asked: Asked) -> Result<Workload> {
        let found = self.pass(asked)?;
        let mut workload = Workload {
            period: asked.period,
            members: Vec::with_capacity(found.loads.len()),
            overloads: Vec::with_capacity(found.overloads.len()),
            crowds: Vec::with_capacity(found.crowds.len()),
            days_off: Vec::with_capacity(found.days_off.len()),
            diagnostics: Vec::new(),
        };
        let moment = Timestamp::from_unix_seconds;
        let tasks = |range: &std::ops::Range<usize>| self.tasks(found.shares.get(range.clone()).unwrap_or_default());
        for over in &found.overloads {
            let (member, tasks) = (self.people[over.person].member.id.clone(), tasks(&over.shares));
            let (start, finish) = (moment(over.start)?, moment(over.finish)?);
            let slack = tasks.first().map_or(0, |task| task.total_slack);
            let (load, capacity, excess) = (over.load, over.capacity, over.excess);
            let overload = Overload { member, start, finish, load, capacity, excess, slack, tasks };
            workload.diagnostics.push(overload.finding(self.zone_of(over.person)));
            workload.overloads.push(overload);
        }
        for crowded in &found.crowds {
            let (member, tasks) = (self.people[crowded.person].member.id.clone(), tasks(&crowded.shares));
            let (start, finish) = (moment(crowded.start)?, moment(crowded.finish)?);
            let (tag, most) = self.limits[crowded.limit];
            let crowd = Crowd { member, tag: tag.to_owned(), most, peak: crowded.peak, start, finish, tasks };
            workload.diagnostics.push(crowd.finding(self.zone_of(crowded.person)));
            workload.crowds.push(crowd);
        }
        for off in &found.days_off {
            let (member, tasks) = (self.people[off.person].member.id.clone(), tasks(&off.shares));
            let Some(zone) = self.zone_of(off.person) else { continue };
            let day_off = DayOff { member, day: zone.day_at(moment(off.start)?), load: off.load, tasks };
            workload.diagnostics.push(day_off.finding());
            workload.days_off.push(day_off);
        }
        for load in found.loads {
            let of_project = |(project, load)| ProjectLoad { project: self.projects[project].project.id.clone(), load };
            workload.members.push(MemberLoad {
                member: self.people[load.person].member.id.clone(),
                zone: self.zone_of(load.person).map(|zone| zone.name().to_owned()).unwrap_or_default(),
                start: moment(load.start)?,
                total_load: sum(&load.load),
                total_capacity: sum(&load.capacity),
                projects: load.projects.into_iter().filter(|(_, load)| *load > 0).map(of_project).collect(),
                load: load.load,
                capacity: load.capacity,
            });
        }
        Ok(workload)
    }

    fn zone_of(&self, person: portfolio::PersonIndex) -> Option<Zone> {
        self.people[person].calendar.or_else(|| self.any_calendar()).and_then(|calendar| self.zone(calendar))
    }

    /// The tasks of some shares, each once, the one with the most slack first.
    fn tasks(&self, shares: &[Index<Share>]) -> Vec<CarriedTask> {
        let mut tasks: Vec<_> = shares
            .iter()
            .map(|share| {
                let Share { project, node, .. } = self.shares[*share];
                let planned = &self.projects[project];
                let row = planned.compiled.network.nodes[node].row;
                (by_slack(planned.slack.total[node], (project, row.as_usize())), project, row)
            })
            .collect();
        tasks.sort_unstable();
        tasks.dedup();
        let named = |(key, project, row): (_, portfolio::ProjectIndex, crate::outline::Row)| {
            let planned = &self.projects[project];
            let (std::cmp::Reverse(total_slack), _): (std::cmp::Reverse<i64>, _) = key;
            CarriedTask { project: planned.project.id.clone(), task: planned.compiled.network.outline.id(row).clone(), total_slack }
        };
        tasks.into_iter().map(named).collect()
    }
}

fn sum(seconds: &[i64]) -> i64 {
    seconds.iter().fold(0, |sum: i64, seconds| sum.saturating_add(*seconds))
}

fn time(seconds: i64) -> String {
    working_time(seconds, WorkingDay::default())
}

fn local(at: Timestamp, zone: Option<Zone>) -> String {
    zone.map_or_else(|| at.to_string(), |zone| plain_time(at, zone))
}

fn names(tasks: &[CarriedTask]) -> Vec<String> {
    tasks.iter().map(|task| task.task.as_str().to_owned()).collect()
}

impl Overload {
    fn finding(&self, zone: Option<Zone>) -> Diagnostic {
        let first = self.tasks.first().map_or("", |task| task.task.as_str());
        let args = [
            ("member", self.member.as_str()),
            ("start", &local(self.start, zone)),
            ("finish", &local(self.finish, zone)),
            ("load", &time(self.load)),
            ("capacity", &time(self.capacity)),
            ("excess", &time(self.excess)),
            ("count", &self.tasks.len().to_string()),
            ("task", first),
            ("slack", &time(self.slack)),
        ];
        Diagnostic::new(Code::WorkloadOver, names(&self.tasks), &args)
    }
}

impl Crowd {
    fn finding(&self, zone: Option<Zone>) -> Diagnostic {
        let args = [
            ("member", self.member.as_str()),
            ("peak", &*self.peak.to_string()),
            ("tag", &self.tag),
            ("start", &local(self.start, zone)),
            ("finish", &local(self.finish, zone)),
            ("most", &self.most.to_string()),
        ];
        Diagnostic::new(Code::WorkloadCrowd, names(&self.tasks), &args)
    }
}

impl DayOff {
    fn finding(&self) -> Diagnostic {
        let args = [("member", self.member.as_str()), ("day", &*self.day.to_string()), ("load", &time(self.load))];
        Diagnostic::new(Code::WorkloadDayOff, names(&self.tasks), &args)
    }
}
