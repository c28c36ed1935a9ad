//! What the operations take that keep templates alive: saving, copying, comparing, updating.

use serde::{Deserialize, Serialize};

use crate::log::Log;
use crate::model::{Directory, Pack, Project, TaskId, TemplateId};

/// What `saveTemplate` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SaveTemplateRequest {
    /// The project.
    pub project: Project,
    /// The id of the template, and of the pack around it.
    pub id: TemplateId,
    /// What people call it.
    pub name: String,
    /// The packs that the new one will be used with: of their requirements and gates it knows the names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub packs: Vec<Pack>,
    /// The people and calendars of the project; the calendars and roles of the packs when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub directory: Option<Directory>,
    /// The task that the project was for: dates count from its day. Without, they count from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub goal: Option<TaskId>,
}

/// What `copyBranch` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CopyBranchRequest {
    /// The project.
    pub project: Project,
    /// The task: it is copied with all that stands below it.
    pub task: TaskId,
    /// What makes the ids of the copy: the same key makes the same copy, and cannot be used for two.
    pub key: String,
    /// Below which summary the copy stands; beside the original when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub parent: Option<TaskId>,
    /// Whether the people come along.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub people: bool,
    /// Whether what has happened comes along: when tasks began and were done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub actuals: bool,
}

/// What `overrides` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverridesRequest {
    /// The packs that the project was made from.
    pub packs: Vec<Pack>,
    /// The log of the project.
    pub log: Log,
}

/// What `updateFromPacks` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateFromPacksRequest {
    /// The packs that the project was made from.
    pub before: Vec<Pack>,
    /// Their new version.
    pub after: Vec<Pack>,
    /// The project, as it stands now.
    pub project: Project,
}

/// What `packImpact` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackImpactRequest {
    /// The packs that the projects were made from.
    pub before: Vec<Pack>,
    /// Their new version.
    pub after: Vec<Pack>,
    /// The projects.
    pub projects: Vec<Project>,
}
