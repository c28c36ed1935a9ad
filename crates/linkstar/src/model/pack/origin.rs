//! What a project was made from.

use serde::{Deserialize, Serialize};

use crate::model::pack::{
    AttributeId, Basis, CategoryId, MomentId, PackId, PlatformId, PublishedKind, RepeatId, RequirementId, TemplateId, Words,
};
use crate::model::{MemberId, RoleId};
use crate::time::{Day, Timestamp};

/// What somebody said of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Answer {
    /// The attribute.
    pub attribute: AttributeId,
    /// The value, as text.
    pub value: String,
}

/// The names of what tasks are repeated for, such as the SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepeatNames {
    /// For what.
    pub per: RepeatId,
    /// One name for each.
    pub names: Vec<String>,
}

/// A date that is asked for because nobody has published it, or that whoever plans knows better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GivenDate {
    /// Who sets it.
    pub by: PlatformId,
    /// What it is about.
    pub what: PublishedKind,
    /// The last day.
    pub day: Day,
    /// For which way of doing it; for all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub method: Option<String>,
}

/// Who does the tasks of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleOwner {
    /// The role.
    pub role: RoleId,
    /// Who owns its tasks.
    pub owner: MemberId,
}

/// What somebody wants a project for.
///
/// ```
/// use linkstar::Wanted;
/// let wanted = Wanted {
///     categories: vec!["toys".into()],
///     platforms: vec!["amazon".into()],
///     moment: Some("black-friday".into()),
///     year: Some(2027),
///     ..Wanted::new("amazon-new-product", "glow-cube-2027", "2027-01-04T01:00:00Z".parse()?)
/// };
/// assert_eq!(wanted.template.as_str(), "amazon-new-product");
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wanted {
    /// The template.
    pub template: TemplateId,
    /// What makes it one project, however often it is asked for: the id of the project.
    pub key: String,
    /// When the project starts: nothing is planned before.
    pub start: Timestamp,
    /// What the project is called; as the template when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub name: Option<String>,
    /// What the product is, what it is foremost first; those of the template's example when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub categories: Vec<CategoryId>,
    /// Where it is sold; as in the template's example when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub platforms: Vec<PlatformId>,
    /// What else is known of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub answers: Vec<Answer>,
    /// The moment that it aims at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub moment: Option<MomentId>,
    /// The year of that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub year: Option<i32>,
    /// The day that it aims at, where that is not the first day of the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub target: Option<Day>,
    /// What tasks are repeated for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub repeats: Vec<RepeatNames>,
    /// Dates of platforms that the packs do not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub given: Vec<GivenDate>,
    /// Who does what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub owners: Vec<RoleOwner>,
}

impl Wanted {
    /// A project from a template, of which nothing more is known.
    pub fn new(template: &str, key: &str, start: Timestamp) -> Wanted {
        Wanted {
            template: template.into(),
            key: key.to_owned(),
            start,
            name: None,
            categories: Vec::new(),
            platforms: Vec::new(),
            answers: Vec::new(),
            moment: None,
            year: None,
            target: None,
            repeats: Vec::new(),
            given: Vec::new(),
            owners: Vec::new(),
        }
    }
}

/// A pack that a project was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackRef {
    /// The pack.
    pub id: PackId,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its canonical JSON.
    pub hash: String,
}

/// What a project was made from: enough to make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// The packs.
    pub packs: Vec<PackRef>,
    /// What was wanted.
    pub wanted: Wanted,
}

/// The requirement behind a checklist item, with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleSource {
    /// The requirement.
    pub requirement: RequirementId,
    /// The pack in which it stands.
    pub pack: PackId,
    /// What whoever reads it has to know, such as that it is not legal advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Words>,
    /// How long the papers hold, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Words>,
    /// Where it comes from.
    pub basis: Basis,
}
