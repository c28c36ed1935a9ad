//! What happened, and what people decided by hand: progress, fixed dates, pauses.

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

/// What has been reported of a task. A task with a report is no longer moved by links.
///
/// ```
/// use linkstar::{Progress, Timestamp};
/// let tested = Progress { actual_start: "2027-03-01T01:00:00Z".parse()?, actual_finish: None, resume: None, remaining: None };
/// assert!(tested.actual_finish.is_none());
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Progress {
    /// When it really began.
    pub actual_start: Timestamp,
    /// When it was really done; absent while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual_finish: Option<Timestamp>,
    /// When the remaining work goes on; absent where it follows from the work done since the actual start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Timestamp>,
    /// How much is left; absent where it follows from the percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining: Option<Span>,
}

/// Dates that a person set. Links and constraints do not move them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManualDates {
    /// The start, as it was set.
    pub start: Timestamp,
    /// The finish, as it was set.
    pub finish: Timestamp,
}

/// At which clock form of its position a milestone stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum MilestoneForm {
    /// At the start of a period: the start milestone of P6.
    Start,
    /// At the end of a period: the finish milestone of P6.
    Finish,
}

/// A pause in a task: after so much work it rests for so long, counted in working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Split {
    /// Work done before the pause, from the start of the task.
    pub after: Span,
    /// How long the task rests.
    pub pause: Span,
}
