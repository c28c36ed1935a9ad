//! What projects consist of.

use serde::{Deserialize, Serialize};

use crate::model::pack::{
    Attribute, AttributeId, Basis, CategoryId, Clause, GateKindId, LeadTimeId, MomentId, PlatformId, PublishedKind, RequirementId, Words,
};
use crate::model::{LinkKind, RoleId, StageId, TaskId, Translation};
use crate::text::id_type;
use crate::time::{CalendarId, Lag, Span};

id_type! {
    /// The id of a template, such as `amazon-new-product`.
    TemplateId
}

id_type! {
    /// The id of what tasks are repeated for, such as `sku`.
    RepeatId
}

/// The tasks, links and gates of a kind of project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// The id.
    pub id: TemplateId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The categories that it was written for; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryId>,
    /// The platforms that it was written for; any when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PlatformId>,
    /// What is taken where nobody says otherwise: an example of a product for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example_categories: Vec<CategoryId>,
    /// The platforms of that example.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub example_platforms: Vec<PlatformId>,
    /// What is asked for besides the attributes of the pack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Attribute>,
    /// What tasks can be repeated for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<Repeat>,
    /// The working calendar of the project.
    pub calendar: CalendarId,
    /// The zone whose midnight begins the day that a plan aims at.
    pub zone: String,
    /// The task that the project is for: the first sale, the first day of the deals. It stands on the day that is aimed at; a template
    /// without one runs forward from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<TaskId>,
    /// The task in which the requirements are listed. What is not known yet has to be answered before it is done; tasks that bring
    /// evidence follow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scoping: Option<TaskId>,
    /// The task after which there is a sample to test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<TaskId>,
    /// The stages, in their order.
    pub stages: Vec<TemplateStage>,
    /// The tasks, in the order of the outline.
    pub tasks: Vec<TemplateTask>,
    /// The choices that move the plan, each with the task by which it has to be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decide>,
    /// What else has to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
    /// What earlier projects of this kind have taught: shown whenever it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lessons: Vec<Words>,
}

/// A stage of a template; its tasks stand below a summary of this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateStage {
    /// The id.
    pub id: StageId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
}

/// What tasks are repeated for: one for each SKU, for each order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Repeat {
    /// The id; `platform` stands for the platforms of the project, without being listed.
    pub id: RepeatId,
    /// What people call one of them, such as `SKU`.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// How many there are where nobody says.
    pub usual: u32,
}

/// A task of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateTask {
    /// The id, which says what the task is in whatever template it stands: `size-chart-approval`.
    pub id: TaskId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The stage.
    pub stage: StageId,
    /// Who does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// How long it usually takes; absent for a milestone, and where a lead time always says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Span>,
    /// How long at best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimistic: Option<Span>,
    /// How long at worst.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pessimistic: Option<Span>,
    /// The lead time that it takes instead: the first whose condition holds, such as that of a voyage or of a flight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lead_times: Vec<LeadTimeChoice>,
    /// Whether it has no length.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub milestone: bool,
    /// Whether what follows may not start before it is really done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocking: bool,
    /// Whether it starts as late as it can, such as an order that ties up money.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// On whose days; those of the role when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<CalendarId>,
    /// What it waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<TemplateLink>,
    /// When it is part of the project.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Clause>,
    /// For what it is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<RepeatId>,
    /// The steps that it is: it may not start before what holds them up is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateKindId>,
    /// The requirements for which it brings the evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<RequirementId>,
    /// What has to be ticked before it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Words>,
    /// The dates that it has to keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<TemplateDate>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Where its length comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
}

/// A lead time that a task takes under a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeadTimeChoice {
    /// Which.
    pub lead_time: LeadTimeId,
    /// When.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Clause>,
}

/// What a task of a template waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateLink {
    /// The other task. Where it is not part of the project, what it waits for itself is taken in its place.
    pub task: TaskId,
    /// The kind.
    #[serde(default, skip_serializing_if = "LinkKind::is_default")]
    pub kind: LinkKind,
    /// The wait, or the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<Lag>,
    /// Whether it forbids, and not only postpones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocking: bool,
}

/// A date that a task has to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateDate {
    /// What is bound to it.
    pub side: DateSide,
    /// The day.
    pub point: DatePoint,
    /// How many calendar days after it; below zero for before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub days: i32,
}

fn is_zero(days: &i32) -> bool {
    *days == 0
}

/// What is bound to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum DateSide {
    /// It starts on that day, or later.
    StartFrom,
    /// It is done before that day ends: a deadline.
    FinishBy,
    /// The same, where missing it costs money and not the project.
    FinishBySoft,
}

/// A day that a template counts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum DatePoint {
    /// The day that the project aims at.
    Target {},
    /// The day on which the project starts.
    Start {},
    /// A moment of the year that is aimed at: its first day.
    Moment {
        /// Which.
        moment: MomentId,
    },
    /// The last day of a moment of the year that is aimed at.
    MomentEnd {
        /// Which.
        moment: MomentId,
    },
    /// A published date for a moment of the year that is aimed at; where there is none, what is usual, as an estimate.
    Published {
        /// The moment; the one that the project aims at when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moment: Option<MomentId>,
        /// Who sets it.
        by: PlatformId,
        /// What it is about.
        what: PublishedKind,
        /// For which way of doing it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        method: Option<String>,
    },
    /// A day that whoever plans has to give.
    Asked {
        /// The attribute, of the kind `day`.
        attribute: AttributeId,
    },
}

/// A choice that moves the plan: by sea or by air.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decide {
    /// The attribute that is chosen.
    pub attribute: AttributeId,
    /// The task whose start settles it.
    pub by: TaskId,
}

/// Something to look for in a plan, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Guidance {
    /// A plan that is as its template made it: somebody has to go through it.
    Unchanged {
        /// The task in which that is done.
        review: TemplateTask,
    },
    /// A product of this category needs a task, which a template of another category does not have.
    Expects {
        /// The category.
        category: CategoryId,
        /// The task, with the template in which it stands.
        task: Expectation,
    },
    /// A task that is too coarse to be followed, and what it consists of.
    Split {
        /// What such a task is called, in any language: a part of its name.
        words: Vec<String>,
        /// Longer than this it is too coarse.
        longest: Span,
        /// The tasks that it consists of.
        into: Vec<TemplateTask>,
    },
    /// What is not to be done except inside of a programme.
    Outside {
        /// What such a task is called, in any language: a part of its name.
        words: Vec<String>,
        /// What it has to be part of: tasks of these ids, or with one of these tags.
        programmes: Vec<String>,
        /// Why.
        reason: Words,
        /// The task to do instead.
        instead: TemplateTask,
        /// Where it comes from.
        basis: Basis,
    },
    /// Work that an outside party does needs time between it and what follows.
    Buffer {
        /// The role of the outside party.
        role: RoleId,
        /// How long.
        buffer: Span,
        /// Where it comes from.
        basis: Basis,
    },
}

/// A task of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectation {
    /// The template.
    pub template: TemplateId,
    /// The task.
    pub task: TaskId,
    /// Why it is needed.
    pub reason: Words,
}
