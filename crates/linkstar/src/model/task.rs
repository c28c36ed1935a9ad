//! A task: a stretch of work, a milestone, or a summary of the tasks below it.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{
    Ext, List, ManualDates, MemberId, MilestoneForm, Progress, RoleId, Split, StageId, Translation, all_of_it, is_all_of_it,
};
use crate::text::{Text, id_type};
use crate::time::{CalendarId, Day, Span, Timestamp, Zone};

id_type! {
    /// The host's id of a task, unique in its project.
    TaskId
}

/// A stretch of work, a milestone, or, when it is the parent of others, a summary of them.
///
/// What few tasks have is boxed, because projects have many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Task {
    /// The id by which links and other tasks name it.
    pub id: TaskId,
    /// What people call it.
    #[cfg_attr(feature = "wasm", tsify(type = "string"))]
    pub name: Text,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Translation[]"))]
    pub translations: List<Translation>,
    /// The summary above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskId>,
    /// Its place among its siblings: any text, compared byte by byte, so that one more always fits between two.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "string"))]
    pub rank: Text,
    /// The one person who is accountable. The task works on their calendar, unless it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// People who help. They move no dates.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "MemberId[]"))]
    pub helpers: List<MemberId>,
    /// Who works on it, where that is more than a name: the task starts with the first of them and is done when the last is. Where all
    /// share one calendar it takes its duration there; where they do not, each takes the time of their own work. A calendar of the
    /// task's own comes before theirs, and theirs before that of its owner.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Assignment[]"))]
    pub assignments: List<Assignment>,
    /// The role that does it. The task works on its calendar where neither the task nor its owner has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// How long it most likely takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Span>,
    /// How long it takes when all goes well, and when much goes wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Box<Estimate>>,
    /// Whether it is a point in time that carries no work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub milestone: bool,
    /// Whether a milestone stands at the start or the end of a working period; absent, it keeps the instant of its driver.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone_form: Option<MilestoneForm>,
    /// Whether it lasts as long as others do, such as supervision: the level of effort of P6. It spans from the earliest that its start is
    /// linked to until the latest that its finish is linked to, on its own calendar; an end without links is as far off as its duration
    /// says. It moves nobody and is never critical. Links between two of them, and dates and reports of its own, move nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub level_of_effort: bool,
    /// A calendar of its own, which comes before those of its owner, its role and the project. A summary has no use for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// A date that it must keep, whatever the links say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
    /// A date that it should keep. It is reported and takes slack away; it moves only what is placed as late as possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Box<Deadline>>,
    /// When it is expected to be done. With `useExpectedFinish` in the project's method, what remains of it is stretched or cut until
    /// then; otherwise it moves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_finish: Option<Timestamp>,
    /// Dates that a person set, for a task or a summary; the plan takes them as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manual: Option<Box<ManualDates>>,
    /// Pauses, in the order of the work before them.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Split[]"))]
    pub splits: List<Split>,
    /// Time on the clock by which levelling has put the task off, after links and constraints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levelling_delay: Option<Span>,
    /// Progress, 0 to 100.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub percent_complete: u32,
    /// What has been reported of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Box<Progress>>,
    /// Whether it will not be done. It takes no more time, and what waits for it through a blocking link stays blocked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancelled: bool,
    /// Whether all links that leave it are blocking.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocking: bool,
    /// The stage that it belongs to; that of the summary above it when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    /// What a person has to be able to do to take it on, in the words of the directory.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "string[]"))]
    pub skills: List<String>,
    /// Free labels, such as `platform:amazon`.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "string[]"))]
    pub tags: List<String>,
    /// What it depends on in other systems: an order, a shipment, a campaign, such as `po:4711`. Facts about it are reported by this name.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "string[]"))]
    pub entities: List<String>,
    /// Data of the host, carried through unchanged.
    #[serde(default, skip_serializing_if = "List::is_empty")]
    #[cfg_attr(feature = "wasm", tsify(type = "Ext[]"))]
    pub ext: List<Ext>,
}

fn is_zero(percent: &u32) -> bool {
    *percent == 0
}

impl Task {
    /// A task of which nothing else is known yet.
    ///
    /// ```
    /// use linkstar::Task;
    /// let photos = Task { milestone: true, ..Task::new("photos", "Photos approved") };
    /// assert_eq!(photos.duration, None);
    /// ```
    pub fn new(id: &str, name: &str) -> Task {
        Task {
            id: id.into(),
            name: name.into(),
            translations: List::new(),
            parent: None,
            rank: Text::default(),
            owner: None,
            helpers: List::new(),
            assignments: List::new(),
            role: None,
            duration: None,
            estimate: None,
            milestone: false,
            milestone_form: None,
            level_of_effort: false,
            calendar: None,
            constraint: None,
            deadline: None,
            expected_finish: None,
            manual: None,
            splits: List::new(),
            levelling_delay: None,
            percent_complete: 0,
            progress: None,
            cancelled: false,
            blocking: false,
            stage: None,
            skills: List::new(),
            tags: List::new(),
            entities: List::new(),
            ext: List::new(),
        }
    }
}

/// One person's part in a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assignment {
    /// Who.
    pub member: MemberId,
    /// How much of their working time they give, in percent: 100 when absent, and more for several people under one name.
    #[serde(default = "all_of_it", skip_serializing_if = "is_all_of_it")]
    pub units_percent: u32,
    /// How much work it is for them; as long as the task takes when absent. Whoever has none moves no dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Span>,
    /// Working time before they begin; none when absent. It counts where people have different calendars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
}

/// The outer two of three points; the middle one is the task's duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Estimate {
    /// When all goes well.
    pub optimistic: Span,
    /// When much goes wrong.
    pub pessimistic: Span,
}

/// A date that a task must keep.
///
/// Dates of must- and no-later-constraints hold against the links: the plan shows how much working time the predecessors are short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Constraint {
    /// As early as the links allow: what a plan from its start does anyway.
    AsSoonAsPossible {},
    /// As late as nothing else is delayed: what a plan from its finish does anyway.
    AsLateAsPossible {},
    /// Not before this moment. A task that waits for nothing then starts there, also before the project start.
    StartNoEarlierThan {
        /// The moment.
        at: Timestamp,
    },
    /// Not after this moment.
    StartNoLaterThan {
        /// The moment.
        at: Timestamp,
    },
    /// Not done before this moment.
    FinishNoEarlierThan {
        /// The moment.
        at: Timestamp,
    },
    /// Done by this moment.
    FinishNoLaterThan {
        /// The moment.
        at: Timestamp,
    },
    /// Exactly then.
    MustStartOn {
        /// The moment.
        at: Timestamp,
    },
    /// Done exactly then.
    MustFinishOn {
        /// The moment.
        at: Timestamp,
    },
}

impl Constraint {
    /// Its name, as it stands in a document.
    ///
    /// ```
    /// assert_eq!(linkstar::Constraint::AsLateAsPossible {}.name(), "asLateAsPossible");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Constraint::AsSoonAsPossible {} => "asSoonAsPossible",
            Constraint::AsLateAsPossible {} => "asLateAsPossible",
            Constraint::StartNoEarlierThan { .. } => "startNoEarlierThan",
            Constraint::StartNoLaterThan { .. } => "startNoLaterThan",
            Constraint::FinishNoEarlierThan { .. } => "finishNoEarlierThan",
            Constraint::FinishNoLaterThan { .. } => "finishNoLaterThan",
            Constraint::MustStartOn { .. } => "mustStartOn",
            Constraint::MustFinishOn { .. } => "mustFinishOn",
        }
    }

    /// Its moment, if it has one.
    pub const fn moment(self) -> Option<Timestamp> {
        match self {
            Constraint::AsSoonAsPossible {} | Constraint::AsLateAsPossible {} => None,
            Constraint::StartNoEarlierThan { at }
            | Constraint::StartNoLaterThan { at }
            | Constraint::FinishNoEarlierThan { at }
            | Constraint::FinishNoLaterThan { at }
            | Constraint::MustStartOn { at }
            | Constraint::MustFinishOn { at } => Some(at),
        }
    }
}

/// A date that a task should keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Deadline {
    /// A moment.
    Moment {
        /// The moment.
        at: Timestamp,
        /// Whether it is a wish: missing it is a warning, and not an error that an approval has to stop at.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        soft: bool,
    },
    /// A day, which ends when it ends in its zone: "26 October, Los Angeles".
    Day {
        /// The day.
        day: Day,
        /// The IANA zone in which it ends.
        zone: String,
        /// Whether it is a wish: missing it is a warning, and not an error that an approval has to stop at.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        soft: bool,
    },
}

impl Deadline {
    /// The instant at which it has passed.
    ///
    /// # Errors
    /// A zone that nobody knows.
    ///
    /// ```
    /// use linkstar::Deadline;
    /// let inbound = Deadline::Day { day: "2027-10-20".parse()?, zone: "America/Los_Angeles".to_owned(), soft: false };
    /// assert_eq!(inbound.moment()?, "2027-10-21T00:00:00-07:00".parse()?);
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn moment(&self) -> Result<Timestamp> {
        match self {
            Deadline::Moment { at, .. } => Ok(*at),
            Deadline::Day { day, zone, .. } => Ok(Zone::new(zone)?.end_of(*day)),
        }
    }

    /// Whether it is a wish.
    pub const fn is_soft(&self) -> bool {
        match self {
            Deadline::Moment { soft, .. } | Deadline::Day { soft, .. } => *soft,
        }
    }
}
