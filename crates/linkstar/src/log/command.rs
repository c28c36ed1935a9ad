//! Commands: what somebody wants to happen, or reports as having happened.

use serde::{Deserialize, Serialize};

use crate::log::record::{RecordKind, RecordRef};
use crate::model::{
    AttachmentId, CommentId, EvidenceId, GateId, HeldId, ItemId, Json, Life, LinkKind, MemberId, MetricId, Project, Right, StageId, TaskId,
    Validity,
};
use crate::time::{Span, Timestamp};

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $right:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {
        /// What somebody wants to do with a project, or reports of it.
        ///
        /// Most commands are intents: they are refused while something stands in the way. Those whose names begin with `report` are facts:
        /// they are recorded as they are, and what stood in the way is told as a breach.
        ///
        /// ```
        /// use linkstar::{Command, Right};
        /// let command = Command::StartTask { task: "start-ads".into() };
        /// assert_eq!((command.kind(), Command::right_for("startTask")), ("startTask", Some(Right::Progress)));
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
        #[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
        pub enum Command {
            $($(#[doc = $doc])+ $variant { $($(#[$meta])* $field: $type,)* },)*
        }

        impl Command {
            /// Every kind of command, with the right that it asks for. Some ask for more, as their descriptions say.
            pub const KINDS: &'static [(&'static str, Right)] = &[$(($name, Right::$right)),*];

            /// The kind of the command, as it stands in JSON.
            pub const fn kind(&self) -> &'static str {
                match self { $(Command::$variant { .. } => $name,)* }
            }

            /// The right that a kind of command asks for.
            pub fn right_for(kind: &str) -> Option<Right> {
                Command::KINDS.iter().find(|(name, _)| *name == kind).map(|(_, right)| *right)
            }
        }
    };
}

commands! {
    /// Begins the log of a project with all that it holds, such as an imported schedule.
    Begin = "begin", Life {
        /// The project: its document.
        #[cfg_attr(feature = "wasm", tsify(type = "Project"))]
        project: Json,
    }
    /// Adds a task, a link, a stage, a checklist item, a gate, a metric, a risk or a money line. Risks and money ask for the rights of
    /// that name; items, gates, metrics and what blocks ask for that to change gates. A record without an id gets one.
    Add = "add", Plan {
        /// What it is.
        record: RecordKind,
        /// The record, as it stands in a project document.
        value: Json,
    }
    /// Gives fields of a record other values. What has happened, what was shown and what was agreed has commands of its own. Whom a task
    /// belongs to asks for the right to assign; gates, and what takes a task out of one, for that to change gates.
    Edit = "edit", Plan {
        /// Which record.
        record: RecordRef,
        /// The fields and their new values.
        fields: Vec<FieldValue>,
    }
    /// Removes a record; with a task what stands below it, its links and what was said about it. Blocking links that leave it stay, and
    /// keep blocking. A critical or blocking task, and a gate, wait for approval.
    Remove = "remove", Delete {
        /// Which record.
        record: RecordRef,
    }
    /// Brings back a record that was removed, with all that went with it.
    Restore = "restore", Delete {
        /// Which record.
        record: RecordRef,
    }
    /// Takes the project to another station of its life.
    SetLife = "setLife", Life {
        /// Which.
        life: Life,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        reason: Option<String>,
    }
    /// Begins a task.
    StartTask = "startTask", Progress {
        /// Which.
        task: TaskId,
    }
    /// Tells how far a running task has come.
    SetProgress = "setProgress", Progress {
        /// Which.
        task: TaskId,
        /// How far, from 0 to 99: completion has a command of its own.
        percent: u32,
        /// How much is left; it follows from the percentage when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        remaining: Option<Span>,
    }
    /// Completes a task. One that was not begun is begun and completed at once.
    CompleteTask = "completeTask", Progress {
        /// Which.
        task: TaskId,
    }
    /// Calls a task off. What waits for it through a blocking link stays blocked.
    CancelTask = "cancelTask", Progress {
        /// Which.
        task: TaskId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        reason: Option<String>,
    }
    /// Takes a cancelled task up again.
    ReinstateTask = "reinstateTask", Progress {
        /// Which.
        task: TaskId,
    }
    /// A fact: a task has begun.
    ReportStart = "reportStart", Report {
        /// Which.
        task: TaskId,
        /// When.
        at: Timestamp,
    }
    /// A fact: a task is done.
    ReportFinish = "reportFinish", Report {
        /// Which.
        task: TaskId,
        /// When.
        at: Timestamp,
    }
    /// A fact: a metric was measured.
    ReportMetric = "reportMetric", Report {
        /// The metric.
        metric: MetricId,
        /// When it was measured.
        at: Timestamp,
        /// The value, a whole number of the metric's unit.
        value: i64,
    }
    /// A fact from another system: an order, a shipment, a campaign has begun or is done. It counts for every task that names it.
    ReportEntity = "reportEntity", Report {
        /// What the tasks name in `entities`, such as `po:4711`.
        entity: String,
        /// Whether it is done, and not only begun.
        done: bool,
        /// When.
        at: Timestamp,
    }
    /// Opens a stage.
    OpenStage = "openStage", Life {
        /// Which.
        stage: StageId,
    }
    /// Closes a stage.
    CloseStage = "closeStage", Life {
        /// Which.
        stage: StageId,
    }
    /// Hands in evidence for a checklist item.
    AttachEvidence = "attachEvidence", Evidence {
        /// The item.
        item: ItemId,
        /// What it is, in the words of the item's `needs`.
        evidence: String,
        /// The id of the piece; made from the key when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        id: Option<EvidenceId>,
        /// The SHA-256 of the file, as 64 hexadecimal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        digest: Option<String>,
        /// From when until when it holds; always when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        validity: Option<Validity>,
    }
    /// Takes back a piece of evidence.
    WithdrawEvidence = "withdrawEvidence", Evidence {
        /// The item.
        item: ItemId,
        /// The piece.
        id: EvidenceId,
    }
    /// Vouches for a checklist item.
    TickItem = "tickItem", Evidence {
        /// The item.
        item: ItemId,
    }
    /// Takes that back.
    UntickItem = "untickItem", Evidence {
        /// The item.
        item: ItemId,
    }
    /// Agrees in an approval of a gate, or objects. Only those count whom the approval names.
    DecideGate = "decideGate", Approve {
        /// The gate.
        gate: GateId,
        /// The name of the approval.
        approval: String,
        /// Whether the actor agrees.
        approved: bool,
    }
    /// Lets somebody else decide as well in an approval in which the actor may.
    DelegateGate = "delegateGate", Approve {
        /// The gate.
        gate: GateId,
        /// The name of the approval.
        approval: String,
        /// Who may decide from now on.
        to: MemberId,
    }
    /// Goes on without an item of a gate, without a gate, or although a link blocks.
    Waive = "waive", Waive {
        /// Without what.
        what: Waivable,
        /// Why.
        reason: String,
    }
    /// Takes a waiver back.
    RevokeWaiver = "revokeWaiver", Waive {
        /// Of what.
        what: Waivable,
    }
    /// Names the one accountable person of a task. Who is accountable already is named, so that nobody is replaced by oversight.
    AssignOwner = "assignOwner", Assign {
        /// The task.
        task: TaskId,
        /// Who; nobody when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        owner: Option<MemberId>,
        /// Who was until now; nobody when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        replaces: Option<MemberId>,
    }
    /// Says something about a task, or the project.
    Say = "say", Comment {
        /// What.
        text: String,
        /// The task; the project when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// The comment that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        answers: Option<CommentId>,
        /// Who should see it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(feature = "uniffi", uniffi(default = []))]
        mentions: Vec<MemberId>,
        /// Whether partners may not see it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "uniffi", uniffi(default = false))]
        internal: bool,
    }
    /// Hands in a file that the host keeps. A file that is known already is one more time at its new place, not one more time stored.
    AttachFile = "attachFile", Attach {
        /// The name of the file.
        name: String,
        /// The SHA-256 of the file, as 64 hexadecimal digits.
        digest: String,
        /// Its size in bytes.
        bytes: i64,
        /// Its media type, such as `application/pdf`.
        media_type: String,
        /// The task; the project when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        task: Option<TaskId>,
        /// The id of the record; made from the key when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        id: Option<AttachmentId>,
        /// Whether partners may not see it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[cfg_attr(feature = "uniffi", uniffi(default = false))]
        internal: bool,
    }
    /// Keeps the dates as they are planned now, to compare with later.
    KeepBaseline = "keepBaseline", Baseline {
        /// What people call it.
        name: String,
    }
    /// Writes down a lesson.
    Learn = "learn", Lessons {
        /// What was learnt.
        text: String,
        /// The stage that it comes from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        stage: Option<StageId>,
    }
    /// Records that the retrospective was held.
    LookBack = "lookBack", Lessons {
        /// Who took part.
        members: Vec<MemberId>,
        /// What came of it.
        summary: String,
    }
    /// Agrees to a command that waits, or declines it. When enough have agreed it is carried out, if it still may be.
    DecideHeld = "decideHeld", Release {
        /// The command that waits.
        held: HeldId,
        /// Whether the actor agrees.
        approved: bool,
    }
    /// Lets somebody else decide as well about a command that waits.
    DelegateHeld = "delegateHeld", Release {
        /// The command that waits.
        held: HeldId,
        /// Who may decide from now on.
        to: MemberId,
    }
    /// Takes back a command that waits: of one's own.
    WithdrawHeld = "withdrawHeld", View {
        /// The command that waits.
        held: HeldId,
    }
}

impl Command {
    /// The command that begins the log of a project.
    pub fn begin(project: &Project) -> Command {
        // As text: inside a tagged value, a reader of its own would read every type of the document.
        Command::Begin { project: Json::of(project) }
    }
}

/// A field and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldValue {
    /// The field, by its name in JSON.
    pub field: String,
    /// The value; none takes the field away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub value: Option<Json>,
}

/// What one can go on without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Waivable {
    /// An item of a gate.
    Item {
        /// The gate.
        gate: GateId,
        /// The item.
        item: ItemId,
    },
    /// A gate as a whole.
    Gate {
        /// The gate.
        gate: GateId,
    },
    /// A blocking link.
    Link {
        /// The task that comes first.
        predecessor: TaskId,
        /// The task that waits.
        successor: TaskId,
        /// Which ends are tied; finish-to-start when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        link: Option<LinkKind>,
    },
}
