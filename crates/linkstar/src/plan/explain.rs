//! Why a task is where it is: the chain of drivers, from the task back to the root.

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Language, Result};
use crate::model::TaskId;
use crate::plan::{Driver, Plan};
use crate::time::Timestamp;

/// Why one task is where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Explanation {
    /// The task that was asked for.
    pub task: TaskId,
    /// The steps, from that task back to the root of its chain.
    pub steps: Vec<Step>,
}

/// One task of a chain, and what holds it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// The task.
    pub task: TaskId,
    /// When it starts.
    pub start: Timestamp,
    /// When it finishes.
    pub finish: Timestamp,
    /// Its length in working seconds; seconds of the clock when `elapsed`.
    pub duration: i64,
    /// Whether its length runs on the clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elapsed: bool,
    /// Seconds of the clock between the moment it could have begun by its driver and its start: nights, weekends, holidays.
    pub waiting: i64,
    /// What holds it; absent only where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Driver>,
    /// All of this in one sentence.
    pub sentence: String,
}

impl Plan {
    /// Why a task is where it is.
    ///
    /// # Errors
    /// [`Code::TaskUnknown`] when the plan has no such task.
    pub fn explain(&self, task: &str, language: Language) -> Result<Explanation> {
        todo!()
    }
}
