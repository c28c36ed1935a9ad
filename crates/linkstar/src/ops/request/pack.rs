//! What the operations take that work with packs.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::{CategoryId, Directory, Pack, Project, Wanted};
use crate::time::Timestamp;

/// What `checkPacks` takes: the files, as they are, so that every complaint names file and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckPacksRequest {
    /// The files, in the order in which later ones may name what is in earlier ones.
    pub files: Vec<PackFile>,
}

/// The text of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackFile {
    /// What the file is called.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// What is wrong with packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackProblems {
    /// Each problem with its place; none when the packs can be used.
    pub problems: Vec<PackProblem>,
}

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackProblem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub line: Option<u32>,
    /// The column, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub column: Option<u32>,
    /// The place in the document, as a JSON Pointer.
    pub path: String,
    /// What is wrong.
    pub code: crate::error::Code,
    /// The same as a sentence.
    pub detail: String,
}

impl PackProblem {
    pub(crate) fn new(file: &PackFile, error: Error) -> PackProblem {
        let Error { code, path, detail, line, column, .. } = error;
        PackProblem { file: file.file.clone(), line, column, path, code, detail }
    }
}

/// What `instantiate` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InstantiateRequest {
    /// The packs: a later one may name what is in an earlier one.
    pub packs: Vec<Pack>,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What `outlook` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutlookRequest {
    /// The packs: a later one may name what is in an earlier one.
    pub packs: Vec<Pack>,
    /// What is wanted.
    pub wanted: Wanted,
    /// The host's own people and calendars, which count before those of the packs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub directory: Option<Directory>,
    /// The present: what has not begun by then starts then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub now: Option<Timestamp>,
}

/// What `adaptations` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdaptationsRequest {
    /// The packs: a later one may name what is in an earlier one.
    pub packs: Vec<Pack>,
    /// The project.
    pub project: Project,
    /// Its people and calendars.
    pub directory: Directory,
    /// What the product is; what the project was made for when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub categories: Vec<CategoryId>,
}

/// What `marketCalendar` takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MarketCalendarRequest {
    /// The packs.
    pub packs: Vec<Pack>,
    /// The year.
    pub year: i32,
}
