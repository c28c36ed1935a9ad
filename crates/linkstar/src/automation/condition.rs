//! Conditions: what has to be so besides.

use serde::{Deserialize, Serialize};

use crate::automation::TaskFilter;
use crate::model::{GateId, Life, MemberId, MetricCondition, StageId, TaskId};

/// What has to be so for a rule to act, right after the event that sets it off.
///
/// Conditions look at what has really happened and at what is written down, never at planned dates.
///
/// ```
/// use linkstar::{Condition, TaskStanding};
/// let papers_done = Condition::TaskIs { task: Some("certificates".into()), any: vec![TaskStanding::Done] };
/// let all_content_done = Condition::TasksDone { of: linkstar::TaskFilter { tag: Some("content".to_owned()), ..Default::default() } };
/// # assert_ne!(papers_done, all_content_done);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Condition {
    /// A task or a summary is one of these.
    TaskIs {
        /// Any of these is enough.
        any: Vec<TaskStanding>,
        /// Which; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// A task has a tag.
    TaskHasTag {
        /// The tag.
        tag: String,
        /// Which task; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// A task belongs to a stage, also by a summary above it.
    TaskInStage {
        /// The stage.
        stage: StageId,
        /// Which task; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// Somebody is accountable for a task.
    TaskOwnedBy {
        /// Which task; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// Who; nobody when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        owner: Option<MemberId>,
    },
    /// Of these tasks, summaries not counted, at least one is there, and each is done or cancelled.
    TasksDone {
        /// Which tasks.
        of: TaskFilter,
    },
    /// A metric meets a demand, as it would have to in a gate.
    MetricIs {
        /// The demand.
        demand: MetricCondition,
    },
    /// A gate is clear, or is not.
    GateIs {
        /// The gate.
        gate: GateId,
        /// Whether nothing is missing in it.
        clear: bool,
    },
    /// A stage is one of these.
    StageIs {
        /// The stage.
        stage: StageId,
        /// Any of these is enough.
        any: Vec<StagePosition>,
    },
    /// The project is at one of these stations of its life.
    LifeIs {
        /// Any of these is enough.
        any: Vec<Life>,
    },
}

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum TaskStanding {
    /// Not begun.
    Waiting,
    /// Begun, not done.
    Running,
    /// Done.
    Done,
    /// It will not be done.
    Cancelled,
}

/// Whether a stage is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum StagePosition {
    /// Not open yet.
    Ahead,
    /// Open.
    Open,
    /// Closed.
    Closed,
}

impl Condition {
    /// Whether it is about the task of the event.
    pub(crate) fn needs_task(&self) -> bool {
        match self {
            Condition::TaskIs { task, .. }
            | Condition::TaskHasTag { task, .. }
            | Condition::TaskInStage { task, .. }
            | Condition::TaskOwnedBy { task, .. } => task.is_none(),
            Condition::TasksDone { .. }
            | Condition::MetricIs { .. }
            | Condition::GateIs { .. }
            | Condition::StageIs { .. }
            | Condition::LifeIs { .. } => false,
        }
    }
}
