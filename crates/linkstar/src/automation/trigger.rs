//! Triggers: what sets a rule off.

use serde::{Deserialize, Serialize};

use crate::model::{GateId, ItemId, Life, MetricId, StageId, TaskId};

/// What sets a rule off: something that an event has made different.
///
/// A start or a finish counts by whatever way it came to be: somebody began the task, the host reported it, an entity that the task names
/// was reported, or it came with a command that was approved later. A summary sets nothing off, for nothing is written about it: it
/// follows from its tasks. Nor does what was there from the beginning, comes back, is undone or is erased.
///
/// ```
/// use linkstar::{TaskFilter, Trigger};
/// let sailed = Trigger::TaskStarted { of: TaskFilter { task: Some("ocean-transit".into()), ..TaskFilter::default() } };
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Trigger {
    /// A task was added.
    TaskAdded {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A task has begun.
    TaskStarted {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A task is done.
    TaskCompleted {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A task was called off.
    TaskCancelled {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A cancelled task was taken up again.
    TaskReinstated {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// Somebody else is accountable for a task, or nobody any more.
    TaskAssigned {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A field of a task has another value.
    TaskEdited {
        /// The field, by its name in JSON, such as `deadline`.
        field: String,
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A task has begun or is done, by report, although something stood in its way.
    FactBreached {
        /// Which tasks count.
        #[serde(default, skip_serializing_if = "TaskFilter::is_any")]
        of: TaskFilter,
    },
    /// A metric was measured.
    MetricReported {
        /// Which.
        metric: MetricId,
    },
    /// Evidence was handed in.
    EvidenceAttached {
        /// For which checklist item; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        item: Option<ItemId>,
    },
    /// Somebody vouched for a checklist item.
    ItemTicked {
        /// Which; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        item: Option<ItemId>,
    },
    /// Somebody decided in an approval of a gate.
    GateDecided {
        /// Which gate; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        gate: Option<GateId>,
        /// Whether they agreed; either when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        approved: Option<bool>,
    },
    /// A stage was opened by hand or by a rule.
    StageOpened {
        /// Which; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        stage: Option<StageId>,
    },
    /// A stage was closed by hand or by a rule.
    StageClosed {
        /// Which; any when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        stage: Option<StageId>,
    },
    /// The project came to a station of its life.
    LifeSet {
        /// Which.
        life: Life,
    },
}

/// Which tasks count: those of which all that is said here is so.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskFilter {
    /// This one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub task: Option<TaskId>,
    /// Those with this tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub tag: Option<String>,
    /// Those of this stage, also by a summary above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub stage: Option<StageId>,
    /// Those that depend on this in another system, such as `po:4711`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub entity: Option<String>,
}

impl TaskFilter {
    /// One task.
    ///
    /// ```
    /// let sailing = linkstar::TaskFilter::only("ocean-transit");
    /// ```
    pub fn only(task: &str) -> TaskFilter {
        TaskFilter { task: Some(task.into()), ..TaskFilter::default() }
    }

    fn is_any(&self) -> bool {
        *self == TaskFilter::default()
    }
}

impl Trigger {
    /// Which tasks count; none where it is about no task.
    pub(crate) fn tasks(&self) -> Option<&TaskFilter> {
        match self {
            Trigger::TaskAdded { of }
            | Trigger::TaskStarted { of }
            | Trigger::TaskCompleted { of }
            | Trigger::TaskCancelled { of }
            | Trigger::TaskReinstated { of }
            | Trigger::TaskAssigned { of }
            | Trigger::TaskEdited { of, .. }
            | Trigger::FactBreached { of } => Some(of),
            Trigger::MetricReported { .. }
            | Trigger::EvidenceAttached { .. }
            | Trigger::ItemTicked { .. }
            | Trigger::GateDecided { .. }
            | Trigger::StageOpened { .. }
            | Trigger::StageClosed { .. }
            | Trigger::LifeSet { .. } => None,
        }
    }
}
