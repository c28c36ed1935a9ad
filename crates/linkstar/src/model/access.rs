//! Who may do what: rights, roles that bundle them, grants that give a role to somebody within a scope.

use serde::{Deserialize, Serialize};

use crate::model::{MemberId, ProjectId, RoleId, StageId, Translation};
use crate::text::id_type;

id_type! {
    /// The id of a role of access: one of the built-in ones, or the host's own.
    AccessRoleId
}

id_type! {
    /// The host's id of a grant, by which an answer names the rule that decided.
    GrantId
}

/// What somebody may do. Every command asks for one of these, some for two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Right {
    /// See tasks, links, gates and what belongs to them.
    View,
    /// See comments and attachments that are marked as internal, and the data that the host keeps with tasks.
    ViewInternal,
    /// See money lines.
    ViewMoney,
    /// Write comments, and mend one's own.
    Comment,
    /// Hand in files.
    Attach,
    /// Start, complete and cancel tasks, and tell how far they are.
    Progress,
    /// Report what has happened outside: goods that sailed, figures that were measured.
    Report,
    /// Hand in evidence and tick items.
    Evidence,
    /// Decide in the approvals of gates, where the gate names them.
    Approve,
    /// Decide about operations that wait for approval.
    Release,
    /// Go on without an item, a gate or a link.
    Waive,
    /// Change what the plan is made of: tasks, links, stages, dates.
    Plan,
    /// Say who is accountable, and who helps.
    Assign,
    /// Remove records, and bring them back.
    Delete,
    /// Change gates, checklists and metrics, and what blocks.
    Gates,
    /// Keep the risk register.
    Risks,
    /// Change money lines.
    Money,
    /// Keep baselines.
    Baseline,
    /// Take the project from station to station, open and close stages.
    Life,
    /// Write down lessons and the retrospective.
    Lessons,
    /// Read the log, and take evidence out of it.
    Audit,
    /// Export and erase the data of a person.
    Privacy,
}

impl Right {
    /// Every right, in the order in which they are declared.
    pub const ALL: &'static [Right] = &[
        Right::View,
        Right::ViewInternal,
        Right::ViewMoney,
        Right::Comment,
        Right::Attach,
        Right::Progress,
        Right::Report,
        Right::Evidence,
        Right::Approve,
        Right::Release,
        Right::Waive,
        Right::Plan,
        Right::Assign,
        Right::Delete,
        Right::Gates,
        Right::Risks,
        Right::Money,
        Right::Baseline,
        Right::Life,
        Right::Lessons,
        Right::Audit,
        Right::Privacy,
    ];

    /// Its name, as it stands in a document.
    pub const fn name(self) -> &'static str {
        match self {
            Right::View => "view",
            Right::ViewInternal => "viewInternal",
            Right::ViewMoney => "viewMoney",
            Right::Comment => "comment",
            Right::Attach => "attach",
            Right::Progress => "progress",
            Right::Report => "report",
            Right::Evidence => "evidence",
            Right::Approve => "approve",
            Right::Release => "release",
            Right::Waive => "waive",
            Right::Plan => "plan",
            Right::Assign => "assign",
            Right::Delete => "delete",
            Right::Gates => "gates",
            Right::Risks => "risks",
            Right::Money => "money",
            Right::Baseline => "baseline",
            Right::Life => "life",
            Right::Lessons => "lessons",
            Right::Audit => "audit",
            Right::Privacy => "privacy",
        }
    }
}

/// A bundle of rights under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessRole {
    /// The id by which grants name it. A role of the directory comes before the built-in one of the same id.
    pub id: AccessRoleId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub translations: Vec<Translation>,
    /// What it allows.
    pub rights: Vec<Right>,
    /// Whether it reaches only the tasks that somebody owns, helps with or is assigned to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub own_tasks: bool,
}

/// A role of access, given to somebody within a scope. What no grant gives is not allowed.
///
/// ```
/// use linkstar::Grant;
/// // The laboratory sees and reports its own tasks in one launch, and nothing else.
/// let laboratory = Grant { member: Some("ul.lab".into()), projects: vec!["glow-cube".into()], ..Grant::new("lab", "partner") };
/// assert!(laboratory.stages.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub member: Option<MemberId>,
    /// Or everybody who has this role in the directory, such as `compliance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub role: Option<RoleId>,
    /// The role of access that they get.
    pub access: AccessRoleId,
    /// In these projects; in all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub projects: Vec<ProjectId>,
    /// In these stages; in all, and in the project as a whole, when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub stages: Vec<StageId>,
    /// On these platforms, by the tag `platform:amazon` of a task or a summary above it; on all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub platforms: Vec<String>,
    /// For their own tasks only, whatever the role says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub own_tasks: bool,
}

impl Grant {
    /// A grant in all projects, of a role to nobody yet.
    pub fn new(id: &str, access: &str) -> Grant {
        Grant {
            id: id.into(),
            member: None,
            role: None,
            access: access.into(),
            projects: Vec::new(),
            stages: Vec::new(),
            platforms: Vec::new(),
            own_tasks: false,
        }
    }
}

/// A command that waits until somebody else approves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sensitive {
    /// The kind of the command, such as `setLife`.
    pub command: String,
    /// How many have to agree who have the right to release; one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub needed: Option<u32>,
    /// Hours until the request lapses; 72 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub hours: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::Right;

    #[test]
    fn rights_are_listed_as_they_are_declared_and_named_as_they_are_written() {
        for (place, right) in Right::ALL.iter().enumerate() {
            assert_eq!(*right as usize, place);
            assert_eq!(serde_json::to_value(right).ok(), Some(right.name().into()));
        }
        assert_eq!(Right::ALL.last(), Some(&Right::Privacy), "a right that is declared last stands here");
    }
}
