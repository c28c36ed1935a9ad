//! What a project lives through besides its plan: its stations, risks, money, talk, papers and lessons.

use serde::{Deserialize, Serialize};

use crate::model::{MemberId, StageId, TaskId};
use crate::text::id_type;
use crate::time::Timestamp;

id_type! {
    /// The host's id of a risk, unique in its project.
    RiskId
}

id_type! {
    /// The host's id of a money line, unique in its project.
    MoneyLineId
}

id_type! {
    /// The host's id of a comment, unique in its project.
    CommentId
}

id_type! {
    /// The host's id of an attachment, unique in its project.
    AttachmentId
}

id_type! {
    /// The host's id of a baseline, unique in its project.
    BaselineId
}

id_type! {
    /// The host's id of a lesson, unique in its project.
    LessonId
}

/// The stations of a project: draft, active, on hold, closed, archived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Life {
    /// Being prepared: nothing may start.
    Draft,
    /// Under way.
    #[default]
    Active,
    /// Stopped for a while: nothing may start.
    OnHold,
    /// Done with: nothing changes any more, unless it is opened again.
    Closed,
    /// Put away, to be read only.
    Archived,
}

impl Life {
    pub(crate) fn is_default(&self) -> bool {
        *self == Life::default()
    }

    /// Its name, as it stands in a document.
    pub const fn name(self) -> &'static str {
        match self {
            Life::Draft => "draft",
            Life::Active => "active",
            Life::OnHold => "onHold",
            Life::Closed => "closed",
            Life::Archived => "archived",
        }
    }
}

/// Something that may go wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Risk {
    /// Its id.
    pub id: RiskId,
    /// What may go wrong.
    pub name: String,
    /// How likely it is, in percent.
    pub chance_percent: u32,
    /// How much it would hurt, from 1, hardly, to 5, the project would fail.
    pub impact: u32,
    /// Who watches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// By what one sees that it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// What will be done then, or against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// The tasks that it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskId>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
}

/// An amount of money that was planned, promised, spent or is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoneyLine {
    /// Its id.
    pub id: MoneyLineId,
    /// What it is for.
    pub name: String,
    /// What it is.
    pub kind: MoneyKind,
    /// How much, in the smallest unit of the currency: cents, fen.
    pub minor: i64,
    /// The currency, as an ISO 4217 code such as `USD`.
    pub currency: String,
    /// The task that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
}

/// What an amount of money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum MoneyKind {
    /// Granted.
    Budget,
    /// Promised to somebody, such as by an order.
    Commitment,
    /// Spent.
    Actual,
    /// Expected to be spent in the end.
    Forecast,
}

/// What somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The task that it is about; the project when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<CommentId>,
    /// Who said it.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
    /// Who should see it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MemberId>,
    /// Whether partners may not see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

/// A file that the host keeps: what it is, not what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The tasks that it belongs to; the project when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskId>,
    /// The name of the file.
    pub name: String,
    /// The SHA-256 of the file, as 64 hexadecimal digits. Files with the same digest are one file.
    pub digest: String,
    /// Its size in bytes.
    pub bytes: i64,
    /// Its media type, such as `application/pdf`.
    pub media_type: String,
    /// Which version of a file of this name it is, from 1.
    pub version: u32,
    /// Who handed it in.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Whether partners may not see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
}

/// Dates as they were planned at a moment, kept to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Baseline {
    /// Its id.
    pub id: BaselineId,
    /// What people call it.
    pub name: String,
    /// When it was kept.
    pub at: Timestamp,
    /// The SHA-256 of the plan that it was taken from.
    pub plan_hash: String,
    /// The dates of the tasks.
    pub tasks: Vec<BaselineTask>,
}

/// The dates of a task in a baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BaselineTask {
    /// The task.
    pub task: TaskId,
    /// Its planned start.
    pub start: Timestamp,
    /// Its planned finish.
    pub finish: Timestamp,
}

/// Something learnt, for those who come next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lesson {
    /// Its id.
    pub id: LessonId,
    /// What was learnt.
    pub text: String,
    /// The stage that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    /// Who wrote it down.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// The look back at the end of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Retrospective {
    /// When it was held.
    pub at: Timestamp,
    /// Who took part.
    pub members: Vec<MemberId>,
    /// What came of it.
    pub summary: String,
    /// Who wrote it down.
    pub by: MemberId,
}
