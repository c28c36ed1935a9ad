//! How a project is scheduled, where programs differ.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// The rules of a project, where scheduling programs differ. What is absent follows Microsoft Project; Primavera P6 is a set of these.
///
/// ```
/// use linkstar::{AsLateAs, LagCalendar, Method, OutOfSequence, SlackKind};
/// let primavera = Method {
///     lag_calendar: Some(LagCalendar::Predecessor),
///     out_of_sequence: Some(OutOfSequence::RetainedLogic),
///     slack: Some(SlackKind::Finish),
///     as_late_as: Some(AsLateAs::Successors),
///     ..Method::default()
/// };
/// assert_eq!(primavera.must_finish_by, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Method {
    /// Whose calendar working lags run on; the successor's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_calendar: Option<LagCalendar>,
    /// What becomes of work that began before its predecessors were done; the recorded dates stand when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_sequence: Option<OutOfSequence>,
    /// Which end of a task its total slack is measured at; the smaller one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack: Option<SlackKind>,
    /// How late is as late as possible; as total slack allows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_late_as: Option<AsLateAs>,
    /// The moment by which the whole project has to be done: late dates count back from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub must_finish_by: Option<Timestamp>,
    /// The most working minutes of total slack at which a task is critical; zero when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical_slack_minutes: Option<i32>,
    /// What makes a task critical; little slack when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<CriticalBy>,
    /// Whether each open end counts back from its own finish, so that every chain has its critical path: the several critical paths of
    /// Microsoft Project, and what P6 calls making open-ended activities critical, for a task without successors then has no slack.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub several_critical_paths: bool,
    /// Whether an unfinished task is done at its expected finish, as in P6: what remains of it is the working time from its early start,
    /// or from where its rest goes on, until then, and none where that moment comes first. A plan from its finish expects nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub use_expected_finish: bool,
    /// Whether links win where a date and they disagree: the task then shows the negative slack itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub links_before_dates: bool,
}

impl Method {
    /// Whether begun work is dated by what remains of it, as in P6, and not by its record.
    pub(crate) fn dates_what_remains(&self) -> bool {
        match self.out_of_sequence {
            None | Some(OutOfSequence::RecordedDates) => false,
            Some(OutOfSequence::RetainedLogic | OutOfSequence::ProgressOverride) => true,
        }
    }
}

/// What makes a task critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum CriticalBy {
    /// Total slack at or below the limit: Microsoft Project, and the default of P6.
    Slack,
    /// A place on a chain of driving links that ends with the task that finishes last, whatever the slack: the longest path of P6.
    LongestPath,
}

/// Whose calendar working lags run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum LagCalendar {
    /// The successor's own, else the project's: Microsoft Project.
    Successor,
    /// The predecessor's: the default of P6.
    Predecessor,
    /// The project's.
    Project,
    /// The clock on the wall.
    TwentyFourHours,
}

/// What becomes of work that began before its predecessors were done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum OutOfSequence {
    /// The rest goes on where it was recorded to: Microsoft Project.
    RecordedDates,
    /// The rest waits for the predecessors, and for the present: the default of P6.
    RetainedLogic,
    /// The rest goes on from the present, whatever the predecessors do.
    ProgressOverride,
}

/// Which end of a task its total slack is measured at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum SlackKind {
    /// The smaller of both: Microsoft Project. Of a task that a person placed it is the finish, for the start may be a day off.
    Smaller,
    /// From early to late start.
    Start,
    /// From early to late finish: the default of P6.
    Finish,
}

/// How late is as late as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum AsLateAs {
    /// At the late dates, which may move successors within their own slack: Microsoft Project.
    TotalSlack,
    /// As late as no successor moves: P6 calls it zero free float.
    Successors,
}
