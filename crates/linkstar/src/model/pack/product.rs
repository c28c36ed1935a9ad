//! What can be said of a product, and conditions on it.

use serde::{Deserialize, Serialize};

use crate::model::Translation;
use crate::model::pack::{RequirementId, Words};
use crate::text::id_type;

id_type! {
    /// The id of a category, such as `toys`.
    CategoryId
}

id_type! {
    /// The id of an attribute, such as `radio`.
    AttributeId
}

id_type! {
    /// The id of a platform, such as `tiktok-shop`.
    PlatformId
}

/// What a product can be. It may be several things at once: a toy that is an electronic device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Category {
    /// The id.
    pub id: CategoryId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// What is so for products of this kind where nobody says otherwise. Of several categories, the one that is named first decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<super::Answer>,
}

/// Where goods are sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Platform {
    /// The id.
    pub id: PlatformId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Whether it carries parcels, and sells nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub carrier: bool,
    /// What is so for everybody who sells there, where nobody says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<super::Answer>,
}

/// Something that can be said of a product, of its seller, or of how it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// The id.
    pub id: AttributeId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// What can be said of it.
    pub kind: AttributeKind,
    /// How a person is asked for it.
    pub question: Words,
    /// What is taken for granted where nobody says anything, and shown as such. Without it, who does not say is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<String>,
}

/// What can be said of an attribute. All values are written as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum AttributeKind {
    /// `yes` or `no`.
    YesNo {},
    /// One of several, by its id.
    Choice {
        /// Which there are.
        options: Vec<AttributeChoice>,
    },
    /// A whole number.
    Number {
        /// What is counted, such as `years` or `USD`.
        unit: String,
        /// The smallest that makes sense.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<i64>,
        /// The largest that makes sense.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<i64>,
    },
    /// A day, such as `2027-11-26`.
    Day {},
    /// Any text: it is kept, and nothing depends on it.
    Text {},
}

/// One of the values of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttributeChoice {
    /// The value as it is written.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// One part of a condition: it holds when any of its tests does. A condition is a list of clauses, and holds when all of them do; an empty
/// one always holds.
///
/// Whatever depends on an attribute that nobody has told is neither true nor false: it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Clause {
    /// The tests, of which one is enough.
    pub any: Vec<Test>,
}

/// A question with yes or no as its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Test {
    /// The product is of this category.
    Category {
        /// Which.
        is: CategoryId,
    },
    /// It is not of this category.
    NotCategory {
        /// Which.
        is: CategoryId,
    },
    /// It is sold here.
    Platform {
        /// Where.
        is: PlatformId,
    },
    /// An attribute has this value.
    Is {
        /// The attribute.
        attribute: AttributeId,
        /// The value.
        value: String,
    },
    /// An attribute has another value than this.
    IsNot {
        /// The attribute.
        attribute: AttributeId,
        /// The value.
        value: String,
    },
    /// A number is as large as this, or larger.
    AtLeast {
        /// The attribute.
        attribute: AttributeId,
        /// The bound.
        value: i64,
    },
    /// A number is as small as this, or smaller.
    AtMost {
        /// The attribute.
        attribute: AttributeId,
        /// The bound.
        value: i64,
    },
    /// A requirement applies.
    Requirement {
        /// Which.
        applies: RequirementId,
    },
    /// A requirement does not apply.
    NoRequirement {
        /// Which.
        applies: RequirementId,
    },
}
