//! Commands that wait for approval.

use serde::{Deserialize, Serialize};

use crate::model::{Decision, Delegation, Json, MemberId, TaskId};
use crate::text::id_type;
use crate::time::Timestamp;

id_type! {
    /// The id of a command that waits, made from the key under which it was sent.
    HeldId
}

/// A command that waits until others agree, with its effect as it was when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Held {
    /// Its id.
    pub id: HeldId,
    /// The command.
    pub command: Json,
    /// Who wants it.
    pub by: MemberId,
    /// Since when.
    pub at: Timestamp,
    /// How many have to agree.
    pub needed: u32,
    /// Until when they can.
    pub expires: Timestamp,
    /// What it would have changed when it was asked for.
    pub effect: Effect,
    /// Who decides in whose place: who has handed their voice on has none any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// What they have said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// What became of it; absent while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<HeldEnd>,
}

/// What became of a command that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum HeldEnd {
    /// It was approved, and carried out.
    Done,
    /// Somebody said no.
    Declined,
    /// It was approved, but could not be carried out any more.
    Overtaken,
    /// Who had asked for it took it back.
    Withdrawn,
}

/// What a command would change in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Effect {
    /// When the project would be done without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_before: Option<Timestamp>,
    /// When it would be done with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_after: Option<Timestamp>,
    /// How many records would go.
    #[serde(default)]
    pub removed: u32,
    /// How many tasks would move.
    #[serde(default)]
    pub moved: u32,
    /// The tasks that would move, up to a hundred of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<EffectTask>,
}

/// A task that a command would move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EffectTask {
    /// Which.
    pub task: TaskId,
    /// Its start without the command.
    pub start_before: Timestamp,
    /// Its start with it.
    pub start_after: Timestamp,
    /// Its finish without it.
    pub finish_before: Timestamp,
    /// Its finish with it.
    pub finish_after: Timestamp,
}
