//! What operations take, and the small records that some of them give.

mod living;
mod log;
mod pack;

use serde::{Deserialize, Serialize};

use crate::error::{Argument, Code, Language};
use crate::log::{Command, Context, Log, Outcome};
use crate::model::{Directory, Intent, MemberId, Project, ProjectId, TaskId};
use crate::plan::{Drag, LoadPeriod, PlanOptions};
use crate::time::{CalendarId, Span, Timestamp, WorkInterval};

pub use living::{CopyBranchRequest, OverridesRequest, PackImpactRequest, SaveTemplateRequest, UpdateFromPacksRequest};
pub use log::{
    DiffRequest, ErasePersonRequest, EvidenceRequest, ExportPersonRequest, HistoryRequest, ReproductionRequest, VerifyEvidenceRequest,
};

pub use pack::{
    AdaptationsRequest, CheckPacksRequest, InstantiateRequest, MarketCalendarRequest, OutlookRequest, PackFile, PackProblem, PackProblems,
};

/// What `schedule` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScheduleRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `explain` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// The task to explain.
    pub task: TaskId,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
    /// The language of the sentences; English when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub language: Option<Language>,
}

/// What `float_paths` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FloatPathsRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// The task or milestone that the chains lead to; the project's finish when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub to: Option<TaskId>,
    /// How many chains at most, up to a thousand; ten when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub most: Option<u32>,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `drag` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DragRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// The tasks to ask for; all critical ones when empty. What follows each is planned once more: a thousand critical tasks in a row
    /// take a second, and ten thousand minutes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub tasks: Vec<TaskId>,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `slip` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlipRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// The task that starts later or, once begun, takes longer.
    pub task: TaskId,
    /// By how much, on its calendar; elapsed units run on the clock.
    pub by: Span,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `check` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// What somebody wants to do.
    pub intent: Intent,
    /// When: evidence, approvals and figures of later do not count yet.
    pub now: Timestamp,
}

/// What `blocking` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockingRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// The present moment: evidence, approvals and figures of later do not count yet.
    pub now: Timestamp,
    /// How many roots at most, up to a thousand; twenty when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub most: Option<u32>,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `lint` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LintRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
}

/// What `access_roles` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRolesRequest {
    /// Its own roles come before the built-in ones of the same id.
    pub directory: Directory,
}

/// What `who_can` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhoCanRequest {
    /// The project.
    pub project: Project,
    /// Its people and their grants.
    pub directory: Directory,
    /// What somebody would do: the kind of a command, such as `startTask`, or a right, such as `viewMoney`.
    pub operation: String,
    /// The task that it is about; the project as a whole when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub task: Option<TaskId>,
}

/// What `what_can` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WhatCanRequest {
    /// The project.
    pub project: Project,
    /// Its people and their grants.
    pub directory: Directory,
    /// Who would do something. Whom the directory does not know has no right.
    pub member: MemberId,
    /// The task that it is about; the project as a whole when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub task: Option<TaskId>,
}

/// What `redact` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RedactRequest {
    /// The project.
    pub project: Project,
    /// Its people and their grants.
    pub directory: Directory,
    /// Who will see it.
    pub member: MemberId,
}

/// The drag of several tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drags {
    /// The greatest first.
    pub drags: Vec<Drag>,
}

/// What `workload` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkloadRequest {
    /// The projects, in any order. What a member carries is the sum over them.
    pub projects: Vec<Project>,
    /// Their people and calendars.
    pub directory: Directory,
    /// How long the periods are, and with that what is too much: days when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub period: Option<LoadPeriod>,
    /// Where the range begins, widened to a whole period of each member's zone; with the first work when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub start: Option<Timestamp>,
    /// Where the range ends, widened likewise; with the last work when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub finish: Option<Timestamp>,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `candidates` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CandidatesRequest {
    /// All projects in which the members have something to do.
    pub projects: Vec<Project>,
    /// Their people and calendars.
    pub directory: Directory,
    /// The project of the task.
    pub project: ProjectId,
    /// The task that somebody else is to take.
    pub task: TaskId,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `handoffs` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandoffsRequest {
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// How to plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub options: Option<PlanOptions>,
}

/// What `normalize` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NormalizeRequest {
    /// The project.
    pub project: Project,
}

/// What `addWorkingTime` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddWorkingTimeRequest {
    /// The calendars.
    pub directory: Directory,
    /// The calendar to work on.
    pub calendar: CalendarId,
    /// The moment to count from.
    pub at: Timestamp,
    /// How much work; a day is eight hours, a week five days. Elapsed units run on the clock.
    pub span: Span,
}

/// What `workingMoment` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingMomentRequest {
    /// The calendars.
    pub directory: Directory,
    /// The calendar to work on.
    pub calendar: CalendarId,
    /// The moment to look from.
    pub at: Timestamp,
    /// Which way to look.
    pub side: Side,
}

/// Which way to look for working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Side {
    /// At or after the moment.
    Next,
    /// At or before it.
    Previous,
}

/// What `workingTimeBetween` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingTimeBetweenRequest {
    /// The calendars.
    pub directory: Directory,
    /// The calendar to count on.
    pub calendar: CalendarId,
    /// The moment to count from.
    pub start: Timestamp,
    /// The moment to count to.
    pub finish: Timestamp,
}

/// What `workingIntervals` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingIntervalsRequest {
    /// The calendars.
    pub directory: Directory,
    /// The calendar to show.
    pub calendar: CalendarId,
    /// Where the range begins.
    pub start: Timestamp,
    /// Where it ends.
    pub finish: Timestamp,
}

/// What `describe` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DescribeRequest {
    /// The code of an error or diagnostic.
    pub code: Code,
    /// Its arguments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub args: Vec<Argument>,
    /// The language of the sentence; English when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub language: Option<Language>,
}

/// A moment in working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
}

/// A length of working time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingTime {
    /// Working seconds; below zero when the finish lies before the start.
    pub seconds: i64,
}

/// The working stretches of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkingIntervals {
    /// The stretches, in order.
    pub intervals: Vec<WorkInterval>,
}

/// A sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
}

/// A command, and who sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Order {
    /// What is to be done.
    pub command: Command,
    /// Who sends it, when, and under which key.
    pub context: Context,
}

/// What `execute` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecuteRequest {
    /// The log so far; nothing where the first command begins one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub log: Option<Log>,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
    /// The commands, in order.
    pub orders: Vec<Order>,
}

/// What became of commands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Execution {
    /// What became of each, in order. The host keeps the events: the log is theirs in a row.
    pub outcomes: Vec<Outcome>,
    /// The project as it stands then.
    pub project: Project,
    /// The hash of the last event.
    pub head: String,
    /// The SHA-256 over the records of the project, in whatever order they came to be.
    pub state_hash: String,
}

/// What `replay` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReplayRequest {
    /// The log.
    pub log: Log,
}

/// What a log adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replayed {
    /// The project.
    pub project: Project,
    /// The hash of the last event.
    pub head: String,
    /// The SHA-256 over the records of the project, in whatever order they came to be.
    pub state_hash: String,
}

/// What `verify` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyRequest {
    /// The log.
    pub log: Log,
    /// The hash of the last event, as the host kept it elsewhere: without it nobody sees that events are missing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub head: Option<String>,
}
