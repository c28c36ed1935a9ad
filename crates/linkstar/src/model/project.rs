//! The project document.

use serde::{Deserialize, Serialize};

use crate::model::{
    Attachment, Baseline, ChecklistItem, Comment, FormatVersion, Gate, Held, Lesson, Life, Method, Metric, MoneyLine, Origin,
    Retrospective, Risk, Stage, Task, TaskId, Translation, Waiver,
};
use crate::text::id_type;
use crate::time::{CalendarId, Lag, Timestamp};

id_type! {
    /// The host's id of a project.
    ProjectId
}

/// A project: what has to be done, in which order, from or towards which date.
///
/// ```
/// use linkstar::Project;
/// let project = Project::from_json(r#"{
///     "linkstar": 1, "id": "glow-cube", "name": "Glow Cube, US launch", "calendar": "shenzhen",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
///     "tasks": [
///         { "id": "fcc", "name": "FCC certification", "duration": "35d" },
///         { "id": "ads", "name": "Start ads", "duration": "1h" }
///     ],
///     "links": [{ "predecessor": "fcc", "successor": "ads" }]
/// }"#)?;
/// assert_eq!(project.links[0].lag, None);
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Project {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// The host's id of the project.
    pub id: ProjectId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Where the plan hangs: on its start, or on its finish.
    pub anchor: Anchor,
    /// The calendar of tasks that have none of their own, nor an owner or a role who has one; of summaries and of lags.
    pub calendar: CalendarId,
    /// Working minutes of a day, for durations in days: 480 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_per_day: Option<u32>,
    /// Working minutes of a week, for durations in weeks: five days when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_per_week: Option<u32>,
    /// The rules by which it is scheduled, where programs differ; those of Microsoft Project when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// The tasks, in any order: siblings are ordered by rank, then id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What waits for what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The parts that are entered and left as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// What has to be shown or vouched for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistItem>,
    /// What must not happen before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// Figures that the host measures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// The station of its life; active when absent.
    #[serde(default, skip_serializing_if = "Life::is_default")]
    pub life: Life,
    /// What may go wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Risk>,
    /// What it costs: granted, promised, spent, expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub money: Vec<MoneyLine>,
    /// What people said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<Comment>,
    /// The files that the host keeps for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Dates as they once were planned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<Baseline>,
    /// What was learnt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lessons: Vec<Lesson>,
    /// Commands that wait for approval, or did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// The look back, once it was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrospective: Option<Box<Retrospective>>,
    /// What it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// Data of the host, carried through unchanged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ext: Vec<Ext>,
}

impl Project {
    /// A project without tasks.
    ///
    /// ```
    /// use linkstar::{Anchor, Link, Project, Task};
    /// let start = Anchor::Start { at: "2027-03-01T01:00:00Z".parse()? };
    /// let mut project = Project::new("glow-cube", "Glow Cube, US launch", "shenzhen", start);
    /// project.tasks.push(Task { duration: Some("35d".parse()?), ..Task::new("fcc", "FCC certification") });
    /// project.tasks.push(Task { duration: Some("1h".parse()?), ..Task::new("ads", "Start ads") });
    /// project.links.push(Link::new("fcc", "ads"));
    /// assert_eq!(project.task("ads").map(|task| task.name.as_str()), Some("Start ads"));
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn new(id: &str, name: &str, calendar: &str, anchor: Anchor) -> Project {
        Project {
            linkstar: FormatVersion::default(),
            id: id.into(),
            name: name.to_owned(),
            translations: Vec::new(),
            anchor,
            calendar: calendar.into(),
            minutes_per_day: None,
            minutes_per_week: None,
            method: None,
            tasks: Vec::new(),
            links: Vec::new(),
            stages: Vec::new(),
            checklist: Vec::new(),
            gates: Vec::new(),
            metrics: Vec::new(),
            life: Life::default(),
            risks: Vec::new(),
            money: Vec::new(),
            comments: Vec::new(),
            attachments: Vec::new(),
            baselines: Vec::new(),
            lessons: Vec::new(),
            held: Vec::new(),
            retrospective: None,
            origin: None,
            ext: Vec::new(),
        }
    }

    /// The task with this id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id.as_str() == id)
    }
}

impl Link {
    /// A finish-to-start link without lag.
    pub fn new(predecessor: &str, successor: &str) -> Link {
        Link {
            predecessor: predecessor.into(),
            successor: successor.into(),
            kind: LinkKind::default(),
            lag: None,
            blocking: false,
            waiver: None,
        }
    }
}

/// The date that a plan hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Anchor {
    /// Work begins here, and each task is placed as soon as possible.
    Start {
        /// The earliest start of tasks that wait for nothing.
        at: Timestamp,
    },
    /// All is done by then, and each task is placed as late as possible.
    Finish {
        /// The latest finish of tasks that nothing waits for.
        at: Timestamp,
    },
}

/// A dependency: the successor waits for the predecessor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Link {
    /// The task that comes first.
    pub predecessor: TaskId,
    /// The task that waits.
    pub successor: TaskId,
    /// Which ends are tied; finish-to-start when absent.
    #[serde(default, skip_serializing_if = "LinkKind::is_default")]
    pub kind: LinkKind,
    /// What the successor waits for in addition, or may begin early by. A working lag runs on the successor's own calendar, else on the
    /// project's, never on that of its people; `Method` has other choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<Lag>,
    /// Whether the successor may not happen before: its start where the link ties its start, its completion where it ties its finish. Other
    /// links only place it. The predecessor of a blocking link may be missing or cancelled: it blocks all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocking: bool,
    /// A decision to go on although it blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Box<Waiver>>,
}

/// Which ends of two tasks a link ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum LinkKind {
    /// The successor starts when the predecessor has finished.
    #[default]
    #[serde(rename = "FS")]
    FinishToStart,
    /// The successor starts when the predecessor has started.
    #[serde(rename = "SS")]
    StartToStart,
    /// The successor finishes when the predecessor has finished.
    #[serde(rename = "FF")]
    FinishToFinish,
    /// The successor finishes when the predecessor has started.
    #[serde(rename = "SF")]
    StartToFinish,
}

impl LinkKind {
    pub(crate) fn is_default(&self) -> bool {
        *self == LinkKind::default()
    }

    /// Whether it ties the start of the successor, and not its finish.
    pub const fn ties_start(self) -> bool {
        match self {
            LinkKind::FinishToStart | LinkKind::StartToStart => true,
            LinkKind::FinishToFinish | LinkKind::StartToFinish => false,
        }
    }

    /// Whether it leaves from the start of the predecessor, and not from its finish.
    pub const fn leaves_start(self) -> bool {
        match self {
            LinkKind::StartToStart | LinkKind::StartToFinish => true,
            LinkKind::FinishToStart | LinkKind::FinishToFinish => false,
        }
    }
}

impl std::fmt::Display for LinkKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            LinkKind::FinishToStart => "FS",
            LinkKind::StartToStart => "SS",
            LinkKind::FinishToFinish => "FF",
            LinkKind::StartToFinish => "SF",
        })
    }
}

/// Data of the host, carried through unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ext {
    /// Whose data it is, such as `erp.purchaseOrder`.
    pub key: String,
    /// The data, as JSON text.
    pub json: String,
}
