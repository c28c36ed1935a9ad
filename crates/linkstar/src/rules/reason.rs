//! Reasons: what stands in the way, in words, and who does what about it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Argument, Code, Language, arguments};
use crate::message::{plain_time, sentence};
use crate::model::{GateId, MemberId, RoleId};
use crate::outline::Row;
use crate::rules::gate::{GateNumber, ItemNumber, Point};
use crate::rules::present::{Hold, Present, StageState};
use crate::rules::stage::StageNumber;
use crate::time::{Day, Timestamp};

/// One thing that stands in the way, and what to do about it.
///
/// ```
/// # fn show(reason: &linkstar::Reason) {
/// // "`fcc-grant` lacks a `grant of equipment authorization`. Hand it in." (li.wei)
/// let who = reason.responsible.as_ref().map_or("nobody", |member| member.as_str());
/// println!("{} ({who})", reason.sentence(linkstar::Language::En));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reason {
    /// What stands in the way.
    pub code: Code,
    /// The id of the task, stage, gate, checklist item or metric that it is about, as the code says; the name of an approval.
    pub subject: String,
    /// The gate in which it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateId>,
    /// Who has to act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<MemberId>,
    /// The role that has to, while no person is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    /// What to do.
    pub next_step: NextStep,
    /// The arguments of the sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
}

impl Reason {
    /// The sentence for a person, which ends with what to do.
    pub fn sentence(&self, language: Language) -> String {
        sentence(self.code, &self.args, language)
    }
}

/// What to do about something that stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum NextStep {
    /// Finish the task.
    FinishTask,
    /// Start the task.
    StartTask,
    /// Report its progress.
    ReportProgress,
    /// Wait until the moment.
    Wait,
    /// Take a cancelled or deleted task up again, or have the link waived or removed.
    WaiveOrUnlink,
    /// Hand in evidence.
    AttachEvidence,
    /// Hand in evidence that holds longer.
    RenewEvidence,
    /// Check the item, and tick it.
    TickItem,
    /// Decide.
    Approve,
    /// Name more people who may decide, or ask for fewer.
    NameApprovers,
    /// Settle what was objected to, and ask again.
    AskAgain,
    /// Feed a reading.
    FeedMetric,
    /// Bring the figure to its bound.
    ReachBound,
    /// Clear what the stage waits for, and open it.
    OpenStage,
    /// Close the stage.
    CloseStage,
    /// Clear the gate.
    ClearGate,
    /// See what holds the summary.
    ClearSummary,
    /// Ask for a grant, or ask somebody who has the right.
    AskForRight,
    /// Ask one of those who may.
    AskAnother,
    /// Correct the command, and send it under a new key.
    Correct,
    /// Take the project up.
    Activate,
    /// Hold the retrospective.
    LookBack,
    /// Nothing.
    None,
}

/// People whom a sentence names one by one.
pub(super) const MOST_NAMED: usize = 5;

/// Who has to act: a person, or the role while no person is named.
type Who = (Option<MemberId>, Option<RoleId>);

impl Present<'_, '_> {
    /// What holds a task, in words.
    pub(crate) fn reason(&self, hold: Hold) -> Reason {
        match hold {
            Hold::NotFinished(row) => self.about_task(Code::BlockerNotFinished, row, NextStep::FinishTask),
            Hold::NotStarted(row) => self.about_task(Code::BlockerNotStarted, row, NextStep::StartTask),
            Hold::Cancelled(row) => self.about_task(Code::BlockerCancelled, row, NextStep::WaiveOrUnlink),
            Hold::Lag { link, blocker, until } => {
                let until = self.local(until);
                self.about_lag(Code::BlockerLag, (link, blocker), NextStep::Wait, &[("until", &until)])
            }
            Hold::NoDate { link, blocker } => self.about_lag(Code::BlockerNoDate, (link, blocker), NextStep::ReportProgress, &[]),
            Hold::Missing { link, successor } => {
                let waits = self.outline.task(successor).owner.clone();
                let blocker = self.outline.link(link).predecessor.as_str();
                made(Code::BlockerMissing, blocker, (waits, None), NextStep::WaiveOrUnlink, &[("blocker", blocker)])
            }
            Hold::Stage(stage) => self.about_stage(stage),
            Hold::Gate(gate) => self.about_gate(gate),
            Hold::Summary(row) => {
                let id = self.outline.id(row).as_str();
                made(Code::SummaryBlocked, id, self.doer(row), NextStep::ClearSummary, &[("summary", id)])
            }
        }
    }

    /// Everything that holds a task, in words, with the open points of each gate. What holds it in two ways is told once.
    pub(crate) fn reasons(&self, holds: &[Hold]) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut told: BTreeSet<Hold> = BTreeSet::new();
        for hold in holds {
            if !told.insert(*hold) {
                continue;
            }
            match *hold {
                Hold::Gate(gate) => reasons.extend(self.gate_reasons(gate)),
                // Why it once was shut does not matter where a stage was closed.
                Hold::Stage(stage) if self.stages[stage] == StageState::Closed => reasons.push(self.about_stage(stage)),
                Hold::Stage(stage) => {
                    reasons.push(self.about_stage(stage));
                    reasons.extend(self.earlier(stage).map(|before| self.about_closing(before)));
                    let gates = self.unclear_opening(stage).filter(|gate| told.insert(Hold::Gate(*gate)));
                    reasons.extend(gates.flat_map(|gate| self.gate_reasons(gate)));
                }
                other => reasons.push(self.reason(other)),
            }
        }
        reasons
    }

    /// What keeps a stage from opening, in words.
    pub(crate) fn opening_reasons(&self, stage: StageNumber) -> Vec<Reason> {
        let earlier = self.earlier(stage).map(|before| self.about_closing(before));
        earlier.chain(self.unclear_opening(stage).flat_map(|gate| self.gate_reasons(gate))).collect()
    }

    /// What keeps a stage from opening or, once open, from closing, each gate as one.
    pub(crate) fn stage_reasons(&self, stage: StageNumber) -> Vec<Reason> {
        match self.stages[stage] {
            StageState::Ahead => {
                let earlier = self.earlier(stage).map(|before| self.about_closing(before));
                earlier.chain(self.unclear_opening(stage).map(|gate| self.about_gate(gate))).collect()
            }
            StageState::Open => self.unclear_closing(stage).map(|gate| self.about_gate(gate)).collect(),
            StageState::Closed => Vec::new(),
        }
    }

    /// What keeps a gate from clearing, in words.
    pub(crate) fn gate_reasons(&self, gate: GateNumber) -> Vec<Reason> {
        self.points[gate].iter().filter_map(|point| self.point_reason(gate, point)).collect()
    }

    pub(crate) fn about_task(&self, code: Code, row: Row, next_step: NextStep) -> Reason {
        let id = self.outline.id(row).as_str();
        made(code, id, self.doer(row), next_step, &[("blocker", id), ("task", id)])
    }

    fn about_lag(&self, code: Code, (link, row): (u32, Row), next_step: NextStep, more: &[(&str, &str)]) -> Reason {
        let id = self.outline.id(row).as_str();
        let lag = self.outline.link(link).lag.map(|lag| lag.to_string()).unwrap_or_default();
        made(code, id, self.doer(row), next_step, &[&[("blocker", id), ("lag", &lag)], more].concat())
    }

    pub(crate) fn about_stage(&self, number: StageNumber) -> Reason {
        let (id, who) = self.stage(number);
        let code = if self.stages[number] == StageState::Closed { Code::StageClosed } else { Code::StageNotOpen };
        made(code, id, who, NextStep::OpenStage, &[("stage", id)])
    }

    /// A stage that has to be closed.
    pub(crate) fn about_closing(&self, number: StageNumber) -> Reason {
        let (id, who) = self.stage(number);
        made(Code::StageEarlier, id, who, NextStep::CloseStage, &[("stage", id)])
    }

    fn about_gate(&self, number: GateNumber) -> Reason {
        let gate = self.rules.gates.gate(number);
        let id = gate.map_or("", |gate| gate.id.as_str());
        let count = self.points[number].len().to_string();
        let owner = gate.and_then(|gate| gate.owner.clone());
        let reason = made(Code::GateOpen, id, (owner, None), NextStep::ClearGate, &[("gate", id), ("count", &count)]);
        Reason { gate: gate.map(|gate| gate.id.clone()), ..reason }
    }

    fn stage(&self, number: StageNumber) -> (&str, Who) {
        let stage = self.outline.project.stages.get(number.as_usize());
        (stage.map_or("", |stage| stage.id.as_str()), (stage.and_then(|stage| stage.owner.clone()), None))
    }

    /// Who does a task.
    pub(crate) fn doer(&self, row: Row) -> Who {
        let task = self.outline.task(row);
        (task.owner.clone(), task.role.clone().filter(|_| task.owner.is_none()))
    }

    /// Who sees to a checklist item: its own people, else who produces its evidence, else who owns the gate.
    fn keeper(&self, number: ItemNumber, gate: GateNumber) -> Who {
        let item = self.rules.gates.item(number);
        let own = (item.and_then(|item| item.owner.clone()), item.and_then(|item| item.role.clone()));
        let producer = || self.rules.gates.items[number].producer.map_or((None, None), |row| self.doer(row));
        let owner = || self.rules.gates.gate(gate).and_then(|gate| gate.owner.clone());
        match own {
            (Some(member), _) => (Some(member), None),
            (None, Some(role)) => (None, Some(role)),
            (None, None) => match producer() {
                (None, None) => (owner(), None),
                found => found,
            },
        }
    }

    /// One thing that keeps a gate from clearing, in words.
    pub(crate) fn point_reason(&self, number: GateNumber, point: &Point) -> Option<Reason> {
        let gates = &self.rules.gates;
        let gate = gates.gate(number)?;
        let item_reason = |code: Code, item: ItemNumber, kind: &str, next_step: NextStep, more: &[(&str, &str)]| {
            let id = gates.item(item)?.id.as_str();
            Some(made(code, id, self.keeper(item, number), next_step, &[&[("item", id), ("evidence", kind)], more].concat()))
        };
        let piece_of = |item: ItemNumber, piece: usize| {
            let evidence = gates.item(item)?.evidence.get(piece)?;
            let days = evidence.validity.as_ref().map(|validity| (validity.first, validity.last));
            let (first, last) = days.unwrap_or_default();
            let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            Some((evidence.kind.as_str(), text(first), text(last)))
        };
        let owner = || (gate.owner.clone(), None);
        let reason = match point {
            Point::Missing { place, item, need } => {
                let is_soft = gate.items.get(*place).is_some_and(|in_gate| in_gate.soft);
                let code = if is_soft { Code::GateItemSoft } else { Code::GateItemOpen };
                let kind = gates.item(*item)?.needs.get(*need)?;
                item_reason(code, *item, kind, NextStep::AttachEvidence, &[])?
            }
            Point::Expired { item, piece } => {
                let (kind, _, last) = piece_of(*item, *piece)?;
                item_reason(Code::GateItemExpired, *item, kind, NextStep::RenewEvidence, &[("last", &last)])?
            }
            Point::Early { item, piece } => {
                let (kind, first, _) = piece_of(*item, *piece)?;
                item_reason(Code::GateItemEarly, *item, kind, NextStep::Wait, &[("first", &first)])?
            }
            Point::Unticked { item } => item_reason(Code::GateItemUnticked, *item, "", NextStep::TickItem, &[])?,
            Point::Approval { place, possible, open, .. } if open.is_empty() => {
                let approval = gate.approvals.get(*place)?;
                let (needed, possible) = (approval.needed.to_string(), possible.to_string());
                let args = [("approval", approval.name.as_str()), ("gate", gate.id.as_str()), ("needed", &needed), ("possible", &possible)];
                made(Code::GateUnreachable, &approval.name, owner(), NextStep::NameApprovers, &args)
            }
            Point::Approval { place, given, open, .. } => {
                let approval = gate.approvals.get(*place)?;
                let (given, needed) = (given.to_string(), approval.needed.to_string());
                let args = [("approval", approval.name.as_str()), ("given", &given), ("needed", &needed), ("members", &names(open))];
                let named = open.iter().find(|member| approval.members.contains(member)).cloned();
                let role = approval.role.clone().filter(|_| named.is_none());
                let anybody = || open.first().cloned().filter(|_| role.is_none());
                made(Code::GateApprovalOpen, &approval.name, (named.or_else(anybody), role.clone()), NextStep::Approve, &args)
            }
            Point::Refused { place, by } => {
                let approval = gate.approvals.get(*place)?;
                let args = [("approval", approval.name.as_str()), ("members", &*names(by))];
                made(Code::GateApprovalRefused, &approval.name, owner(), NextStep::AskAgain, &args)
            }
            Point::Unmeasured { place } => {
                let metric = gate.metrics.get(*place)?.metric.as_str();
                made(Code::GateMetricMissing, metric, owner(), NextStep::FeedMetric, &[("metric", metric)])
            }
            Point::Stale { place, latest } => {
                let condition = gate.metrics.get(*place)?;
                let (latest, hours) = (self.local(*latest), condition.fresh_hours.unwrap_or_default().to_string());
                let args = [("metric", condition.metric.as_str()), ("latest", &latest), ("hours", &hours)];
                made(Code::GateMetricStale, condition.metric.as_str(), owner(), NextStep::FeedMetric, &args)
            }
            Point::Short { place, value } => {
                let condition = gate.metrics.get(*place)?;
                let (value, bound) = (value.to_string(), condition.bound.to_string());
                let args = [("metric", condition.metric.as_str()), ("value", &value), ("side", condition.side.sign()), ("bound", &bound)];
                made(Code::GateMetricShort, condition.metric.as_str(), owner(), NextStep::ReachBound, &args)
            }
        };
        Some(Reason { gate: Some(gate.id.clone()), ..reason })
    }

    fn local(&self, at: i64) -> String {
        Timestamp::from_unix_seconds(at).map(|at| plain_time(at, self.zone)).unwrap_or_default()
    }
}

fn made(code: Code, subject: &str, (responsible, role): Who, next_step: NextStep, args: &[(&str, &str)]) -> Reason {
    // A sentence uses only some of what is known of its subject.
    let used: Vec<(&str, &str)> = args.iter().copied().filter(|(name, _)| code.uses(name)).collect();
    Reason { code, subject: subject.to_owned(), gate: None, responsible, role, next_step, args: arguments(&used) }
}

/// A reason that a person is responsible for, or nobody.
pub(crate) fn reason(code: Code, subject: &str, responsible: Option<MemberId>, next_step: NextStep, args: &[(&str, &str)]) -> Reason {
    made(code, subject, (responsible, None), next_step, args)
}

fn names(members: &[MemberId]) -> String {
    let named = members.iter().take(MOST_NAMED).map(MemberId::as_str).collect::<Vec<_>>().join(", ");
    if members.len() > MOST_NAMED { named + ", …" } else { named }
}
