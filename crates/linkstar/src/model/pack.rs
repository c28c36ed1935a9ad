//! Packs: what a lawyer, a project office or a translator writes down once, and every project uses.
//!
//! A pack is a document of facts and templates. It computes nothing and judges nothing: it says which attributes a product can have,
//! which requirements they bring, when a retail moment is, how long a leg of a voyage takes, and which tasks a launch consists of.
//! Several packs are used together; a later one may name what an earlier one defines.

mod calendar;
mod origin;
mod product;
mod requirement;
mod template;

use serde::{Deserialize, Serialize};

use crate::model::{FormatVersion, Role, Translation};
use crate::text::id_type;
use crate::time::Day;

pub use calendar::{
    Capacity, DateBasis, DateRule, LeadTime, LeadTimeId, MomentId, MomentYear, Observed, PackCalendar, PublishedDate, PublishedDateId,
    PublishedKind, RetailMoment, Route, RouteId, UsualOffset, Weekday,
};
pub use origin::{Answer, GivenDate, Origin, PackRef, RepeatNames, RoleOwner, RuleSource, Wanted};
pub use product::{Attribute, AttributeChoice, AttributeId, AttributeKind, Category, CategoryId, Clause, Platform, PlatformId, Test};
pub use requirement::{EvidenceNeed, GateBlock, GateKind, GateKindId, Requirement, RequirementId, RequirementKind};
pub use template::{
    DatePoint, DateSide, Decide, Expectation, Guidance, LeadTimeChoice, Repeat, RepeatId, Template, TemplateDate, TemplateId, TemplateLink,
    TemplateStage, TemplateTask,
};

id_type! {
    /// The id of a pack, such as `us-market`.
    PackId
}

/// A document of facts and templates.
///
/// ```
/// use linkstar::Pack;
/// let pack = Pack::from_json(r#"{ "linkstar": 1, "id": "our-sop", "version": "3", "name": "How we launch" }"#)?;
/// assert_eq!(pack.id.as_str(), "our-sop");
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pack {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// The id of the pack.
    pub id: PackId,
    /// The version of its content.
    pub version: String,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The day on which its facts were looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// What whoever reads a fact of it has to know, such as that it is not legal advice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Words>,
    /// What a product can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// What can be said of a product, of whoever sells it, and of how it travels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Where it is sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<Platform>,
    /// Who does the tasks of its templates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// What requirements can hold up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateKind>,
    /// What has to be shown before something may happen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<Requirement>,
    /// Moments of a year: retail moments and holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<RetailMoment>,
    /// Dates that others published for one year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<PublishedDate>,
    /// How long before a moment such a date usually is: for years of which nothing was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offsets: Vec<UsualOffset>,
    /// Working calendars by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<PackCalendar>,
    /// How long things take outside the own house: making, freight, customs, receiving.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lead_times: Vec<LeadTime>,
    /// Lead times in a row: ways from the factory to the shelf.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// What projects consist of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// What to look for in a plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guidance: Vec<Guidance>,
}

/// A sentence for people, in several languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Words {
    /// The sentence in English.
    pub name: String,
    /// The sentence in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub translations: Vec<Translation>,
}

/// How far a fact can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// Its core stands in a source that is named.
    Confirmed,
    /// Some of it stands in a source.
    Partly,
    /// A single or a poor source says so.
    Low,
    /// Nobody looked it up.
    Memory,
    /// A rule gives it; the notice was not found.
    Projected,
    /// Somebody's guess, to plan with.
    Estimate,
    /// It is not known: who plans has to ask.
    Unknown,
}

/// Where a fact comes from. It guides a plan, and is not legal advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Basis {
    /// How far it can be trusted.
    pub confidence: Confidence,
    /// The laws, standards or policies, such as `47 CFR 2.803`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub citations: Vec<String>,
    /// The pages on which it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub sources: Vec<String>,
    /// The day on which it was looked up; that of the pack when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub as_of: Option<Day>,
    /// The day since which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub in_force: Option<Day>,
    /// What else has to be known of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub note: Option<String>,
}
