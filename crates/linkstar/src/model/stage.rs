//! Stages of a project: compliance, content, ad test.

use serde::{Deserialize, Serialize};

use crate::model::{MemberId, Translation};
use crate::text::id_type;
use crate::time::Timestamp;

id_type! {
    /// The host's id of a stage, unique in its project.
    StageId
}

/// A part of a project that is entered and left as a whole.
///
/// It may open when the stages that it comes after are closed and the gates that guard its opening are clear, and close when its tasks
/// are done or cancelled and the gates that guard its closing are clear. Tasks of a stage that is not open may not start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stage {
    /// The id by which tasks name it.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Who leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// The stages that have to be closed before it opens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StageId>,
    /// Whether a person opens and closes it; otherwise it does so by itself, as soon as it may.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
    /// When it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Timestamp>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Timestamp>,
}
