//! What has to be shown, agreed or reached before something may happen.
//!
//! A checklist item asks for evidence, or for a person's word. A gate gathers items, approvals and figures, and guards what must not
//! happen before: the start of ads, the end of a stage, the close of the project. One item, such as an FCC grant, may stand in many
//! gates; its evidence is kept once.

use serde::{Deserialize, Serialize};

use crate::model::{MemberId, RoleId, RuleSource, StageId, TaskId, Translation};
use crate::text::id_type;
use crate::time::{Day, Timestamp};

id_type! {
    /// The host's id of a checklist item, unique in its project.
    ItemId
}

id_type! {
    /// The host's id of a gate, unique in its project.
    GateId
}

id_type! {
    /// The host's id of a piece of evidence, unique in its checklist item.
    EvidenceId
}

id_type! {
    /// The host's id of a metric, unique in its project.
    MetricId
}

/// Something that somebody wants to do. Gates guard these, and rules answer whether they may happen now.
///
/// ```
/// let start_ads = linkstar::Intent::StartTask { task: "start-ads".into() };
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Intent {
    /// To begin a task, or the first task of a summary.
    StartTask {
        /// The task.
        task: TaskId,
    },
    /// To report a task as done.
    CompleteTask {
        /// The task.
        task: TaskId,
    },
    /// To enter a stage.
    OpenStage {
        /// The stage.
        stage: StageId,
    },
    /// To leave a stage behind.
    CloseStage {
        /// The stage.
        stage: StageId,
    },
    /// To close the project.
    CloseProject {},
}

/// A point of a checklist: something that has to be shown, or vouched for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChecklistItem {
    /// The id by which gates name it.
    pub id: ItemId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// The kinds of evidence that it takes, one valid piece of each, such as `fcc-grant`. With none, a person's tick is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Who sees to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// The role that sees to it, while no person is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// The task whose work brings the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer: Option<TaskId>,
    /// What has been shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Who vouches for it. An item that needs evidence is met by evidence alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticked: Option<Tick>,
    /// The requirement that asks for it, with its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Box<RuleSource>>,
}

impl ChecklistItem {
    /// An item that a tick is enough for.
    pub fn new(id: &str, name: &str) -> ChecklistItem {
        ChecklistItem {
            id: id.into(),
            name: name.to_owned(),
            translations: Vec::new(),
            needs: Vec::new(),
            owner: None,
            role: None,
            producer: None,
            evidence: Vec::new(),
            ticked: None,
            rule: None,
        }
    }
}

/// A document or a number that shows something: what it is, and as of when. The file itself stays with the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// What it is, in the words of the item's `needs`.
    pub kind: String,
    /// The SHA-256 of the file, as 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// When it was handed in.
    pub at: Timestamp,
    /// Who handed it in.
    pub by: MemberId,
    /// From when until when it holds; always, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
}

/// The days on which a piece of evidence holds, the first and the last included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Validity {
    /// The first day, usually that of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub first: Option<Day>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub last: Option<Day>,
    /// The IANA zone in which these days begin and end.
    pub zone: String,
}

/// A person's word that something is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tick {
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// A decision to go on without something that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Waiver {
    /// Who takes it upon themselves.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What has to hold before something may happen. A gate is open while anything in it is missing, and clear when nothing is.
///
/// ```
/// use linkstar::{Gate, GateItem, Intent};
/// let ads = Gate {
///     guards: vec![Intent::StartTask { task: "start-ads".into() }],
///     items: vec![GateItem::new("fcc-grant"), GateItem::new("cpc")],
///     ..Gate::new("advertising-start", "Ads may start")
/// };
/// assert!(ads.waiver.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gate {
    /// Its id.
    pub id: GateId,
    /// What people call it.
    pub name: String,
    /// The name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Who sees to it that it clears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberId>,
    /// What may not happen while it is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Intent>,
    /// What has to be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<GateItem>,
    /// Who has to agree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Which figures have to be reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<MetricCondition>,
    /// A decision to go on without the gate as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waiver>,
}

impl Gate {
    /// A gate that guards nothing yet.
    pub fn new(id: &str, name: &str) -> Gate {
        Gate {
            id: id.into(),
            name: name.to_owned(),
            translations: Vec::new(),
            owner: None,
            guards: Vec::new(),
            items: Vec::new(),
            approvals: Vec::new(),
            metrics: Vec::new(),
            waiver: None,
        }
    }
}

/// A checklist item as it stands in a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GateItem {
    /// The item.
    pub item: ItemId,
    /// Whether the gate's owner may pass it without evidence: what is advised, not what the law demands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub soft: bool,
    /// A decision to go on without it, in this gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waiver>,
}

impl GateItem {
    /// An item that has to be met.
    pub fn new(item: &str) -> GateItem {
        GateItem { item: item.into(), soft: false, waiver: None }
    }
}

/// An agreement of several people: so many of those who are named, or who have the role; of everybody in the directory, where it says
/// neither.
///
/// Nobody approves their own work: who works on the task that the gate guards, or on one that brings its evidence, who leads the stage,
/// and who handed in or ticked one of its items, does not count, unless `ownWork` says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Approval {
    /// What it is called: "Release by compliance".
    pub name: String,
    /// How many have to agree.
    pub needed: u32,
    /// Who may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
    /// Everybody with this role may as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// Whether people may approve their own work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_work: bool,
    /// Who decides in whose place: who has handed their voice on has none any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// What they have said; of several decisions of one person the latest counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
}

/// A voice that was handed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delegation {
    /// Whose it was.
    pub by: MemberId,
    /// Whose it is.
    pub to: MemberId,
}

impl Delegation {
    /// Hands a voice on, with those that were handed to it: whoever holds several has one.
    pub(crate) fn hand_on(delegations: &mut Vec<Delegation>, by: &MemberId, to: &MemberId) {
        for delegation in delegations.iter_mut().filter(|delegation| delegation.to == *by) {
            delegation.to = to.clone();
        }
        delegations.push(Delegation { by: by.clone(), to: to.clone() });
    }

    /// Those who have a voice: of those who had one, who has not handed it on, and those to whom it came.
    pub(crate) fn voices<'m>(
        delegations: &'m [Delegation],
        members: impl Iterator<Item = &'m MemberId>,
    ) -> impl Iterator<Item = &'m MemberId> {
        let has_handed_on = |member: &&MemberId| delegations.iter().any(|delegation| delegation.by == **member);
        members.chain(delegations.iter().map(|delegation| &delegation.to)).filter(move |member| !has_handed_on(member))
    }
}

/// What one person has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decision {
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// Whether they agree.
    pub approved: bool,
}

/// A figure that the host measures: sales, ratings, stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metric {
    /// The id by which gates name it.
    pub id: MetricId,
    /// What people call it, with its unit: "Advertising cost of sales, in hundredths of a percent".
    pub name: String,
    /// What was measured, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
}

/// What a metric was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reading {
    /// When it was measured.
    pub at: Timestamp,
    /// The value, a whole number of the metric's unit.
    pub value: i64,
}

/// A demand on a metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricCondition {
    /// The metric.
    pub metric: MetricId,
    /// What is made of its readings; the latest one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<Aggregate>,
    /// Hours before the present from which readings count; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_hours: Option<u32>,
    /// Hours after which the latest reading is too old to go by; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_hours: Option<u32>,
    /// On which side of the bound it has to be.
    pub side: BoundSide,
    /// The bound, which itself is good enough.
    pub bound: i64,
}

/// What is made of the readings in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Aggregate {
    /// The latest one.
    Latest,
    /// Their sum.
    Sum,
    /// Their mean, compared exactly.
    Average,
    /// The least one.
    Minimum,
    /// The greatest one.
    Maximum,
}

/// On which side of a bound a figure has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum BoundSide {
    /// No less.
    AtLeast,
    /// No more.
    AtMost,
}

impl BoundSide {
    /// The sign between a figure and its bound.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            BoundSide::AtLeast => "≥",
            BoundSide::AtMost => "≤",
        }
    }
}
