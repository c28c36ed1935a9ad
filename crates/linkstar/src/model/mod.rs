//! What a person would recognise: project, tasks, links, people.
//!
//! Plain data with public fields, the same in every language. Nothing here computes; what can be derived is not stored.

mod access;
mod directory;
mod gate;
mod held;
mod json;
mod life;
mod list;
mod method;
mod pack;
mod project;
mod record;
mod stage;
mod task;

pub use access::{AccessRole, AccessRoleId, Grant, GrantId, Right, Sensitive};
pub use directory::{Directory, Member, MemberId, Role, RoleId, TagLimit};
pub use gate::{
    Aggregate, Approval, BoundSide, ChecklistItem, Decision, Delegation, Evidence, EvidenceId, Gate, GateId, GateItem, Intent, ItemId,
    Metric, MetricCondition, MetricId, Reading, Tick, Validity, Waiver,
};
pub use held::{Effect, EffectTask, Held, HeldEnd, HeldId};
pub use json::Json;
pub use life::{
    Attachment, AttachmentId, Baseline, BaselineId, BaselineTask, Comment, CommentId, Lesson, LessonId, Life, MoneyKind, MoneyLine,
    MoneyLineId, Retrospective, Risk, RiskId,
};
pub use list::List;
pub use method::{AsLateAs, CriticalBy, LagCalendar, Method, OutOfSequence, SlackKind};
pub use pack::{
    Answer, Attribute, AttributeChoice, AttributeId, AttributeKind, Basis, Capacity, Category, CategoryId, Clause, Confidence, DateBasis,
    DatePoint, DateRule, DateSide, Decide, EvidenceNeed, Expectation, GateBlock, GateKind, GateKindId, GivenDate, Guidance, LeadTime,
    LeadTimeChoice, LeadTimeId, MomentId, MomentYear, Observed, Origin, Pack, PackCalendar, PackId, PackRef, Platform, PlatformId,
    PublishedDate, PublishedDateId, PublishedKind, Repeat, RepeatId, RepeatNames, Requirement, RequirementId, RequirementKind,
    RetailMoment, RoleOwner, Route, RouteId, RuleSource, Template, TemplateDate, TemplateId, TemplateLink, TemplateStage, TemplateTask,
    Test, UsualOffset, Wanted, Weekday, Words,
};
pub use project::{Anchor, Ext, Link, LinkKind, Project, ProjectId};
pub use record::{ManualDates, MilestoneForm, Progress, Split};
pub use stage::{Stage, StageId};
pub use task::{Assignment, Constraint, Deadline, Estimate, Task, TaskId};

use serde::{Deserialize, Serialize};

/// The share of people's time where none is said.
fn all_of_it() -> u32 {
    100
}

fn is_all_of_it(percent: &u32) -> bool {
    *percent == 100
}

/// A name in one more language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Translation {
    /// The language, as a BCP 47 tag such as `zh-CN`.
    pub language: String,
    /// The name in that language.
    pub name: String,
}

/// The version of the document format: the first field of every document.
///
/// ```
/// assert_eq!(linkstar::FormatVersion::CURRENT, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "number"))]
#[serde(transparent)]
pub struct FormatVersion(u32);

impl FormatVersion {
    /// The version that this build writes, and the highest that it reads.
    pub const CURRENT: u32 = 1;
    pub(crate) const UNKNOWN: &'static str = "a document format up to 1";
}

impl Default for FormatVersion {
    fn default() -> FormatVersion {
        FormatVersion(FormatVersion::CURRENT)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<FormatVersion, D::Error> {
        let version = u32::deserialize(deserializer)?;
        if (1..=FormatVersion::CURRENT).contains(&version) {
            Ok(FormatVersion(version))
        } else {
            Err(serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(version.into()), &FormatVersion::UNKNOWN))
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FormatVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FormatVersion".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "const": 1 })
    }
}
