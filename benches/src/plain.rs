//! A project as it is read when nobody looks at it: the fields of our documents as plain text, nothing checked, nothing lost.

use serde::Deserialize;

/// A project document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The version of the format.
    pub linkstar: u32,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it starts.
    pub anchor: Anchor,
    /// The calendar of tasks without one.
    pub calendar: String,
    /// The tasks and summaries.
    pub tasks: Vec<Task>,
    /// The links.
    pub links: Vec<Link>,
}

/// Where a project starts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Which end it is.
    pub kind: String,
    /// The moment.
    pub at: String,
}

/// A task or a summary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The summary above it.
    pub parent: Option<String>,
    /// How long it takes.
    pub duration: Option<String>,
    /// Its calendar.
    pub calendar: Option<String>,
}

/// A link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The task that comes first.
    pub predecessor: String,
    /// The task that waits.
    pub successor: String,
    /// Which ends are tied.
    pub kind: Option<String>,
    /// What the successor waits for in addition.
    pub lag: Option<String>,
}

/// Reads a document.
///
/// # Errors
/// Text that is no project of a network.
pub fn read(json: &str) -> serde_json::Result<Project> {
    serde_json::from_str(json)
}
