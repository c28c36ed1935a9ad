//! What the operations take that look back into a log, or rewrite it.

use serde::{Deserialize, Serialize};

use crate::log::{Context, EvidenceBundle, Log, RecordRef};
use crate::model::{Directory, GateId, MemberId};
use crate::time::Timestamp;

/// What `history` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HistoryRequest {
    /// The log.
    pub log: Log,
    /// The record.
    pub record: RecordRef,
    /// The field, by its name in JSON; the whole record when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub field: Option<String>,
    /// Only the value that held then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub at: Option<Timestamp>,
}

/// What `diff` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiffRequest {
    /// The log.
    pub log: Log,
    /// The earlier moment.
    pub from: Timestamp,
    /// The later moment.
    pub to: Timestamp,
}

/// What `exportPerson` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportPersonRequest {
    /// The log.
    pub log: Log,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
    /// Who.
    pub member: MemberId,
}

/// What `erasePerson` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErasePersonRequest {
    /// The log.
    pub log: Log,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
    /// Who is erased.
    pub member: MemberId,
    /// Who erases them, when, and under which key.
    pub context: Context,
}

/// What `evidence` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceRequest {
    /// The log.
    pub log: Log,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
    /// Who takes it; without, nobody is asked for a right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub member: Option<MemberId>,
    /// Only what concerns this gate; all key nodes when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub gate: Option<GateId>,
}

/// What `verifyEvidence` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VerifyEvidenceRequest {
    /// The bundle.
    pub bundle: EvidenceBundle,
    /// The hash of the last event when it was made, from somebody who is trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub head: Option<String>,
}

/// What `reproduction` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReproductionRequest {
    /// The log.
    pub log: Log,
    /// The people, with their grants, and the calendars.
    pub directory: Directory,
}
