//! What has to be shown before something may happen.

use serde::{Deserialize, Serialize};

use crate::model::Translation;
use crate::model::pack::{Basis, CategoryId, Clause, PlatformId, Words};
use crate::text::id_type;
use crate::time::{CalendarId, Span};

id_type! {
    /// The id of a requirement, such as `fcc-certification`.
    RequirementId
}

id_type! {
    /// The id of something that requirements can hold up, such as `advertising-start`.
    GateKindId
}

/// A step of a project that requirements can hold up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GateKind {
    /// The id.
    pub id: GateKindId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// A rule of a state, a platform or a trade, told as what to bring, when, and how long that takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    /// The id.
    pub id: RequirementId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Who makes the rule, such as `CPSC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// What sort of rule it is.
    pub kind: RequirementKind,
    /// The categories to which it may apply; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryId>,
    /// The platforms on which it may apply; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PlatformId>,
    /// When it applies to such a product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Clause>,
    /// What to bring.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceNeed>,
    /// How long that takes at best; from complete samples and papers, in one clean pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimistic: Option<Span>,
    /// How long it usually takes.
    pub duration: Span,
    /// How long it takes at worst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pessimistic: Option<Span>,
    /// On whose days; those of the role when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// Whether it takes a sample of the product, such as a test in a laboratory does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_sample: bool,
    /// What it holds up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<GateBlock>,
    /// How long the papers hold, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Words>,
    /// Where it comes from.
    pub basis: Basis,
}

/// What sort of rule a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum RequirementKind {
    /// A law of the federation.
    FederalLaw,
    /// A law of a state.
    StateLaw,
    /// A rule of carriage.
    TransportRule,
    /// Asked at import.
    Customs,
    /// Protects own or others' rights.
    IntellectualProperty,
    /// A private rule of a platform.
    MarketplacePolicy,
    /// A private mark that the market asks for.
    PrivateCertification,
    /// Not written into a law; the regulator acts on it.
    RegulatorExpectation,
    /// An account, a registration for tax.
    BusinessAccount,
}

/// A paper to bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceNeed {
    /// The kind of paper, as evidence that is handed in names it: `test-report`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// A step that a requirement holds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GateBlock {
    /// Which.
    pub gate: GateKindId,
    /// Whether it only warns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub soft: bool,
}
