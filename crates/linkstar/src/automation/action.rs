//! Actions: what a rule does. Each becomes one command.

use serde::{Deserialize, Serialize};

use crate::log::FieldValue;
use crate::model::{Json, MemberId, RoleId, StageId, TaskId};

/// What a rule does. Each action becomes one command, which is decided as anybody's is; what is so already is left alone.
///
/// ```
/// use linkstar::Action;
/// let assign = Action::AssignOwner { task: Some("listing-copy".into()), owner: Some("mei".into()) };
/// let begin = Action::StartTask { task: None };
/// # assert_ne!(assign, begin);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Action {
    /// Begins a task, if it may.
    StartTask {
        /// Which; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// Completes a task, if it may: mostly a milestone that follows from others.
    CompleteTask {
        /// Which; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// Calls a task off.
    CancelTask {
        /// Which; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        reason: Option<String>,
    },
    /// Names the one accountable person of a task, whoever it was before.
    AssignOwner {
        /// Which; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// Who; nobody when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        owner: Option<MemberId>,
    },
    /// Gives fields of a task other values.
    EditTask {
        /// The fields and their new values.
        fields: Vec<FieldValue>,
        /// Which task; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// Puts a tag on a task.
    TagTask {
        /// The tag.
        tag: String,
        /// Which task; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
    },
    /// Adds a task.
    AddTask {
        /// The task, as it stands in a project document. With an id it is added once, without one each time anew.
        value: Json,
    },
    /// Lets one task come after another, finish to start.
    AddLink {
        /// The task that comes first; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        predecessor: Option<TaskId>,
        /// The task that waits; that of the event when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        successor: Option<TaskId>,
        /// Whether the successor may not begin before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "uniffi", uniffi(default = false))]
        blocking: bool,
    },
    /// Opens a stage, if it may.
    OpenStage {
        /// Which.
        stage: StageId,
    },
    /// Closes a stage, if it may.
    CloseStage {
        /// Which.
        stage: StageId,
    },
    /// Says something to people: who is mentioned and may see it is told.
    Say {
        /// What.
        text: String,
        /// About which task; that of the event when absent, and the project where the event has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// Who should see it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        mentions: Vec<MemberId>,
        /// Everybody with one of these roles should as well.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        mention_roles: Vec<RoleId>,
        /// Whether who is accountable for the task should as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "uniffi", uniffi(default = false))]
        mention_owner: bool,
        /// Whether partners may not see it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "uniffi", uniffi(default = false))]
        internal: bool,
    },
}

impl Action {
    /// Says something about the task of the event to nobody in particular.
    pub fn say(text: &str) -> Action {
        Action::Say {
            text: text.to_owned(),
            task: None,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            mention_owner: false,
            internal: false,
        }
    }

    /// The task on which it acts; none where that is the one of the event, or where it acts on no task that is there.
    pub(crate) fn task(&self) -> Option<&TaskId> {
        match self {
            Action::StartTask { task }
            | Action::CompleteTask { task }
            | Action::CancelTask { task, .. }
            | Action::AssignOwner { task, .. }
            | Action::EditTask { task, .. }
            | Action::TagTask { task, .. }
            | Action::Say { task, .. } => task.as_ref(),
            Action::AddTask { .. } | Action::AddLink { .. } | Action::OpenStage { .. } | Action::CloseStage { .. } => None,
        }
    }

    /// Whether it cannot do without a task of the event.
    pub(crate) fn needs_task(&self) -> bool {
        match self {
            Action::StartTask { task }
            | Action::CompleteTask { task }
            | Action::CancelTask { task, .. }
            | Action::AssignOwner { task, .. }
            | Action::EditTask { task, .. }
            | Action::TagTask { task, .. } => task.is_none(),
            Action::AddLink { predecessor, successor, .. } => predecessor.is_none() || successor.is_none(),
            Action::Say { task, mention_owner, .. } => task.is_none() && *mention_owner,
            Action::AddTask { .. } | Action::OpenStage { .. } | Action::CloseStage { .. } => false,
        }
    }
}
