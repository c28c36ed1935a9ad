//! Gates: what is still missing in each.

use std::collections::{BTreeMap, BTreeSet};

use crate::column::{Column, Index};
use crate::error::{Code, Diagnostic, Error, Result};
use crate::model::{
    Aggregate, Approval, BoundSide, ChecklistItem, Delegation, Directory, Evidence, Gate, Intent, ItemId, MemberId, Metric,
    MetricCondition, MetricId, RoleId, StageId, TaskId, Waiver,
};
use crate::order;
use crate::outline::{Outline, Row};
use crate::rules::reason::MOST_NAMED;
use crate::rules::stage::{self, StageNumber};
use crate::time::{Timestamp, Zone};

/// A gate by its place in the project.
pub(crate) type GateNumber = Index<GateForm>;
/// A checklist item by its place in the project.
pub(crate) type ItemNumber = Index<ItemForm>;

/// A gate with its names resolved.
#[derive(Debug)]
pub(crate) struct GateForm {
    /// The items in the order of the document.
    pub(crate) items: Vec<ItemNumber>,
    /// The metrics in the order of the document, by their place in the project.
    metrics: Vec<usize>,
    /// Whose own work it judges: they may not approve it.
    involved: BTreeSet<MemberId>,
}

/// A checklist item with its names resolved.
#[derive(Debug)]
pub(crate) struct ItemForm {
    pub(crate) producer: Option<Row>,
    /// When each piece of evidence holds, in seconds of UTC, the end not included; nothing for one that never counts.
    pub(crate) holds: Vec<Option<(i64, i64)>>,
}

/// Something that a gate guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guarded {
    Start(Row),
    Completion(Row),
    Opening(StageNumber),
    Closing(StageNumber),
    Project,
}

/// What keeps a gate from clearing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Point {
    /// A kind of evidence, by its place among those that the item needs, is not there.
    Missing { place: usize, item: ItemNumber, need: usize },
    /// The piece that held longest does not hold any more.
    Expired { item: ItemNumber, piece: usize },
    /// The piece that will hold first does not hold yet.
    Early { item: ItemNumber, piece: usize },
    /// Nobody has vouched for the item.
    Unticked { item: ItemNumber },
    /// The approval at this place: so many may decide, so many have agreed, and these can still do so; no more of them than are named.
    Approval { place: usize, possible: usize, given: usize, open: Vec<MemberId> },
    /// The approval at this place cannot come about any more: these have refused.
    Refused { place: usize, by: Vec<MemberId> },
    /// The metric condition at this place has nothing to go by.
    Unmeasured { place: usize },
    /// Its latest reading is too old.
    Stale { place: usize, latest: i64 },
    /// It is not met.
    Short { place: usize, value: i64 },
}

impl Point {
    /// The checklist item that it is about.
    pub(crate) fn item(&self) -> Option<ItemNumber> {
        match self {
            Point::Missing { item, .. } | Point::Expired { item, .. } | Point::Early { item, .. } | Point::Unticked { item } => Some(*item),
            Point::Approval { .. } | Point::Refused { .. } | Point::Unmeasured { .. } | Point::Stale { .. } | Point::Short { .. } => None,
        }
    }
}

pub(crate) struct Gates<'a> {
    gates: &'a [Gate],
    checklist: &'a [ChecklistItem],
    metrics: &'a [Metric],
    directory: &'a Directory,
    pub(crate) forms: Column<GateForm>,
    pub(crate) items: Column<ItemForm>,
    /// What is guarded, and by which gate, in order.
    pub(crate) guards: Vec<(Guarded, GateNumber)>,
}

impl<'a> Gates<'a> {
    /// # Errors
    /// Ids that are unknown or used twice, zones that nobody knows.
    pub(super) fn new(outline: &Outline<'a>, directory: &'a Directory, diagnostics: &mut Vec<Diagnostic>) -> Result<Gates<'a>> {
        let project = outline.project;
        let (gates, checklist, metrics) = (&project.gates[..], &project.checklist[..], &project.metrics[..]);
        let mut found =
            Gates { gates, checklist, metrics, directory, forms: Column::default(), items: Column::default(), guards: Vec::new() };
        let metric_by_id = ids(metrics.iter().map(|metric| &metric.id), |id: &MetricId, index| {
            Error::new(Code::MetricDuplicateId, &[("metric", id.as_str())]).at(format!("/project/metrics/{index}/id"))
        })?;
        if gates.is_empty() && checklist.is_empty() {
            return Ok(found);
        }
        let rows = outline.rows();
        let item_by_id = ids(checklist.iter().map(|item| &item.id), |id: &ItemId, index| {
            Error::new(Code::ItemDuplicateId, &[("item", id.as_str())]).at(format!("/project/checklist/{index}/id"))
        })?;
        for (index, item) in checklist.iter().enumerate() {
            let form = item_form(item, &rows, diagnostics).map_err(|error| error.within(&format!("/project/checklist/{index}")))?;
            found.items.push(form);
        }
        ids(gates.iter().map(|gate| &gate.id), |id, index| {
            Error::new(Code::GateDuplicateId, &[("gate", id.as_str())]).at(format!("/project/gates/{index}/id"))
        })?;
        let names = Names { rows: &rows, items: &item_by_id, metrics: &metric_by_id, stages: &stage::by_id(&project.stages)? };
        for (index, gate) in gates.iter().enumerate() {
            let (form, guards) = names.gate(gate).map_err(|error| error.within(&format!("/project/gates/{index}")))?;
            let involved = found.involved(&form, gate, outline, &guards);
            let number = found.forms.push(GateForm { involved, ..form });
            found.guards.extend(guards.into_iter().map(|guarded| (guarded, number)));
        }
        order::sort_by(&mut found.guards, Ord::cmp);
        found.guards.dedup();
        for number in found.forms.rows() {
            found.warn_of_unreachable(number, diagnostics);
        }
        Ok(found)
    }

    pub(crate) fn gate(&self, number: GateNumber) -> Option<&'a Gate> {
        self.gates.get(number.as_usize())
    }

    pub(crate) fn item(&self, number: ItemNumber) -> Option<&'a ChecklistItem> {
        self.checklist.get(number.as_usize())
    }

    /// Whether a gate only advises an item.
    pub(crate) fn is_soft(&self, number: GateNumber, item: ItemNumber) -> bool {
        let in_gate = self.gate(number).map_or(&[][..], |gate| &gate.items);
        self.forms[number].items.iter().zip(in_gate).any(|(other, in_gate)| *other == item && in_gate.soft)
    }

    /// The gates that guard something.
    pub(crate) fn guarding(&self, guarded: Guarded) -> impl Iterator<Item = GateNumber> {
        let first = self.guards.partition_point(|(other, _)| *other < guarded);
        self.guards.iter().skip(first).take_while(move |(other, _)| *other == guarded).map(|(_, gate)| *gate)
    }

    /// The items of a gate that nobody has waived, and that nothing shows yet, whatever the moment.
    pub(crate) fn awaited(&self, number: GateNumber) -> impl Iterator<Item = ItemNumber> {
        self.demanded(number).filter(|item| !self.is_shown(*item))
    }

    /// The items of a gate that nobody has waived.
    fn demanded(&self, number: GateNumber) -> impl Iterator<Item = ItemNumber> {
        let in_gate = self.gate(number).filter(|gate| gate.waiver.is_none()).map_or(&[][..], |gate| &gate.items);
        let items = self.forms[number].items.iter().zip(in_gate);
        items.filter(|(_, in_gate)| in_gate.waiver.is_none()).map(|(item, _)| *item)
    }

    /// Whether there is something that counts, or once counted, for all that an item asks for.
    fn is_shown(&self, number: ItemNumber) -> bool {
        let Some(item) = self.item(number) else { return true };
        let pieces = || item.evidence.iter().zip(&self.items[number].holds).filter(|(_, holds)| holds.is_some());
        let has = |kind: &String| pieces().any(|(evidence, _)| evidence.kind == *kind);
        if item.needs.is_empty() { item.ticked.is_some() } else { item.needs.iter().all(has) }
    }

    /// Until when what shows each item of a gate holds, for those that nobody has waived, in seconds of UTC.
    pub(crate) fn shown_until(&self, number: GateNumber) -> impl Iterator<Item = (i64, ItemNumber)> {
        self.demanded(number).filter(|item| self.is_shown(*item)).filter_map(|number| {
            let item = self.item(number)?;
            let pieces = || item.evidence.iter().zip(&self.items[number].holds);
            let until =
                |kind: &String| pieces().filter(|(evidence, _)| evidence.kind == *kind).filter_map(|(_, holds)| Some((*holds)?.1)).max();
            item.needs.iter().filter_map(until).min().map(|until| (until, number))
        })
    }

    /// Who works on what a gate guards or on what brings its evidence, leads the stage, or has shown or vouched for something in it.
    fn involved(&self, form: &GateForm, gate: &Gate, outline: &Outline<'_>, guards: &[Guarded]) -> BTreeSet<MemberId> {
        if gate.approvals.iter().all(|approval| approval.own_work) {
            return BTreeSet::new();
        }
        let workers = |row: Row| {
            let task = outline.task(row);
            let assigned = task.assignments.iter().map(|assignment| &assignment.member);
            task.owner.iter().chain(task.helpers.iter()).chain(assigned).cloned().collect::<Vec<_>>()
        };
        let of_guarded = |guarded: &Guarded| match guarded {
            Guarded::Start(row) | Guarded::Completion(row) => workers(*row),
            Guarded::Opening(stage) | Guarded::Closing(stage) => {
                outline.project.stages.get(stage.as_usize()).and_then(|stage| stage.owner.clone()).into_iter().collect()
            }
            Guarded::Project => Vec::new(),
        };
        let items = || form.items.iter().filter_map(|item| self.item(*item));
        let shown = items().flat_map(|item| item.evidence.iter().map(|evidence| evidence.by.clone()));
        let ticked = items().filter_map(|item| item.ticked.as_ref().map(|tick| tick.by.clone()));
        let produced = form.items.iter().filter_map(|item| self.items[*item].producer).flat_map(workers);
        guards.iter().flat_map(of_guarded).chain(produced).chain(shown).chain(ticked).collect()
    }

    fn warn_of_unreachable(&self, number: GateNumber, diagnostics: &mut Vec<Diagnostic>) {
        let Some(gate) = self.gate(number) else { return };
        for approval in &gate.approvals {
            let possible = self.possible(number, approval).len();
            if (approval.needed as usize) > possible && gate.waiver.is_none() {
                let (needed, possible) = (approval.needed.to_string(), possible.to_string());
                let args = [("approval", approval.name.as_str()), ("gate", gate.id.as_str()), ("needed", &needed), ("possible", &possible)];
                diagnostics.push(Diagnostic::new(Code::GateUnreachable, Vec::new(), &args));
            }
        }
    }

    /// Who may give an approval: those who are named or have the role, and everybody where it says neither.
    fn possible(&self, number: GateNumber, approval: &'a Approval) -> BTreeSet<&'a MemberId> {
        let has_role = |role: &'a RoleId| self.directory.members.iter().filter(move |member| member.roles.contains(role));
        let of_role = approval.role.iter().flat_map(has_role);
        let anybody = self.directory.members.iter().filter(|_| approval.members.is_empty() && approval.role.is_none());
        let named = approval.members.iter().chain(of_role.chain(anybody).map(|member| &member.id));
        Delegation::voices(&approval.delegations, named)
            .filter(|member| approval.own_work || !self.forms[number].involved.contains(*member))
            .collect()
    }

    /// Who may decide in an approval, by its place in the gate.
    pub(crate) fn may_decide(&self, number: GateNumber, approval: usize) -> Vec<MemberId> {
        let approval = self.gate(number).and_then(|gate| gate.approvals.get(approval));
        approval.map(|approval| self.possible(number, approval).into_iter().cloned().collect()).unwrap_or_default()
    }

    /// All that keeps a gate from clearing.
    pub(crate) fn points(&self, number: GateNumber, now: Timestamp) -> Vec<Point> {
        let Some(gate) = self.gate(number).filter(|gate| !is_waived(gate.waiver.as_ref(), now)) else { return Vec::new() };
        let form = &self.forms[number];
        let mut points = Vec::new();
        for (place, (item, in_gate)) in form.items.iter().zip(&gate.items).enumerate() {
            if !is_waived(in_gate.waiver.as_ref(), now) {
                self.item_points(*item, place, now, &mut points);
            }
        }
        for (place, approval) in gate.approvals.iter().enumerate() {
            points.extend(self.approval_point(number, approval, place, now));
        }
        for (place, (metric, condition)) in form.metrics.iter().zip(&gate.metrics).enumerate() {
            points.extend(self.metrics.get(*metric).and_then(|metric| metric_point(metric, condition, place, now)));
        }
        points
    }

    fn item_points(&self, number: ItemNumber, place: usize, now: Timestamp, points: &mut Vec<Point>) {
        let Some(item) = self.item(number) else { return };
        if item.needs.is_empty() && item.ticked.as_ref().is_none_or(|tick| tick.at > now) {
            points.push(Point::Unticked { item: number });
        }
        let at = now.unix_seconds();
        for (need, kind) in item.needs.iter().enumerate() {
            let pieces = item.evidence.iter().zip(&self.items[number].holds).enumerate();
            let of_kind = pieces.filter(|(_, (evidence, _))| evidence.kind == *kind && evidence.at <= now);
            let (mut last, mut next, mut holds_now) = (None, None, false);
            for (piece, (first, end)) in of_kind.filter_map(|(piece, (_, holds))| Some((piece, (*holds)?))) {
                holds_now |= first <= at && at < end;
                last = last.max(Some((end, piece)).filter(|_| end <= at));
                next = [next, Some((first, piece)).filter(|_| first > at)].into_iter().flatten().min();
            }
            points.extend(match (holds_now, next, last) {
                (true, _, _) => None,
                (false, Some((_, piece)), _) => Some(Point::Early { item: number, piece }),
                (false, None, Some((_, piece))) => Some(Point::Expired { item: number, piece }),
                (false, None, None) => Some(Point::Missing { place, item: number, need }),
            });
        }
    }

    fn approval_point(&self, number: GateNumber, approval: &'a Approval, place: usize, now: Timestamp) -> Option<Point> {
        let possible = self.possible(number, approval);
        let mut latest: BTreeMap<&MemberId, (Timestamp, bool)> = BTreeMap::new();
        for decision in approval.decisions.iter().filter(|decision| decision.at <= now && possible.contains(&decision.by)) {
            let said = latest.entry(&decision.by).or_insert((decision.at, decision.approved));
            if decision.at >= said.0 {
                *said = (decision.at, decision.approved);
            }
        }
        let given = latest.values().filter(|(_, approved)| *approved).count();
        let refused: Vec<MemberId> = latest.iter().filter(|(_, (_, approved))| !approved).map(|(by, _)| (*by).clone()).collect();
        let needed = approval.needed as usize;
        if given >= needed {
            None
        } else if !refused.is_empty() && possible.len() - refused.len() < needed {
            Some(Point::Refused { place, by: refused })
        } else {
            let count = possible.len();
            let open = possible.into_iter().filter(|member| !latest.contains_key(*member)).take(MOST_NAMED + 1).cloned().collect();
            Some(Point::Approval { place, possible: count, given, open })
        }
    }
}

fn is_waived(waiver: Option<&Waiver>, now: Timestamp) -> bool {
    waiver.is_some_and(|waiver| waiver.at <= now)
}

/// Whether a metric meets a demand.
pub(crate) fn metric_holds(metric: &Metric, condition: &MetricCondition, now: Timestamp) -> bool {
    metric_point(metric, condition, 0, now).is_none()
}

fn metric_point(metric: &Metric, condition: &MetricCondition, place: usize, now: Timestamp) -> Option<Point> {
    let at = now.unix_seconds();
    let age = |hours: u32| at - 3600 * i64::from(hours);
    let known = || metric.readings.iter().filter(|reading| reading.at <= now);
    let Some(latest) = known().map(|reading| reading.at).max() else { return Some(Point::Unmeasured { place }) };
    if condition.fresh_hours.is_some_and(|hours| latest.unix_seconds() < age(hours)) {
        return Some(Point::Stale { place, latest: latest.unix_seconds() });
    }
    let since = condition.window_hours.map_or(i64::MIN, age);
    let values = || known().filter(|reading| reading.at.unix_seconds() > since).map(|reading| reading.value);
    let count = i128::try_from(values().count()).unwrap_or(i128::MAX);
    let sum = || values().map(i128::from).sum::<i128>();
    // A mean is compared as a sum, so that nothing is rounded.
    let (value, bound) = match condition.take.unwrap_or(Aggregate::Latest) {
        Aggregate::Latest => (known().filter(|reading| reading.at == latest).map(|reading| i128::from(reading.value)).next_back(), 1),
        Aggregate::Sum => (Some(sum()), 1),
        Aggregate::Average => (Some(sum()), count),
        Aggregate::Minimum => (values().min().map(i128::from), 1),
        Aggregate::Maximum => (values().max().map(i128::from), 1),
    };
    let Some(value) = value.filter(|_| count > 0) else { return Some(Point::Unmeasured { place }) };
    let demanded = i128::from(condition.bound) * bound;
    let holds = match condition.side {
        BoundSide::AtLeast => value >= demanded,
        BoundSide::AtMost => value <= demanded,
    };
    // A mean is told on the side of the bound on which it fails.
    let shown = match condition.side {
        BoundSide::AtLeast => value.div_euclid(bound),
        BoundSide::AtMost => -(-value).div_euclid(bound),
    };
    let shown = shown.clamp(i64::MIN.into(), i64::MAX.into());
    (!holds).then_some(Point::Short { place, value: i64::try_from(shown).unwrap_or(i64::MAX) })
}

fn ids<'a, Id: Ord>(all: impl Iterator<Item = &'a Id>, twice: impl Fn(&Id, usize) -> Error) -> Result<BTreeMap<&'a Id, usize>> {
    let mut by_id = BTreeMap::new();
    for (index, id) in all.enumerate() {
        if by_id.insert(id, index).is_some() {
            return Err(twice(id, index));
        }
    }
    Ok(by_id)
}

/// The names that a gate may use.
struct Names<'n, 'a> {
    rows: &'n BTreeMap<&'a TaskId, Row>,
    items: &'n BTreeMap<&'a ItemId, usize>,
    metrics: &'n BTreeMap<&'a MetricId, usize>,
    stages: &'n BTreeMap<&'a StageId, StageNumber>,
}

impl Names<'_, '_> {
    fn gate(&self, gate: &Gate) -> Result<(GateForm, Vec<Guarded>)> {
        let mut guards = Vec::with_capacity(gate.guards.len());
        for (index, intent) in gate.guards.iter().enumerate() {
            guards.push(self.guarded(intent).map_err(|error| error.within(&format!("/guards/{index}")))?);
        }
        let mut items = Vec::with_capacity(gate.items.len());
        for (index, in_gate) in gate.items.iter().enumerate() {
            let unknown = || Error::new(Code::ItemUnknown, &[("item", in_gate.item.as_str())]).at(format!("/items/{index}/item"));
            items.push(ItemNumber::from_usize(self.items.get(&in_gate.item).copied().ok_or_else(unknown)?));
        }
        let mut metrics = Vec::with_capacity(gate.metrics.len());
        for (index, condition) in gate.metrics.iter().enumerate() {
            let unknown =
                || Error::new(Code::MetricUnknown, &[("metric", condition.metric.as_str())]).at(format!("/metrics/{index}/metric"));
            metrics.push(self.metrics.get(&condition.metric).copied().ok_or_else(unknown)?);
        }
        Ok((GateForm { items, metrics, involved: BTreeSet::new() }, guards))
    }

    fn guarded(&self, intent: &Intent) -> Result<Guarded> {
        let row = |task: &TaskId| {
            self.rows.get(task).copied().ok_or_else(|| Error::new(Code::TaskUnknown, &[("task", task.as_str())]).at("/task"))
        };
        let number = |id: &StageId| self.stages.get(id).copied().ok_or_else(|| stage::unknown_stage(id).at("/stage"));
        Ok(match intent {
            Intent::StartTask { task } => Guarded::Start(row(task)?),
            Intent::CompleteTask { task } => Guarded::Completion(row(task)?),
            Intent::OpenStage { stage } => Guarded::Opening(number(stage)?),
            Intent::CloseStage { stage } => Guarded::Closing(number(stage)?),
            Intent::CloseProject {} => Guarded::Project,
        })
    }
}

/// An item with its names resolved. Paths of errors begin below it.
fn item_form(item: &ChecklistItem, rows: &BTreeMap<&TaskId, Row>, diagnostics: &mut Vec<Diagnostic>) -> Result<ItemForm> {
    let unknown = |task: &TaskId| Error::new(Code::TaskUnknown, &[("task", task.as_str())]).at("/producer");
    let producer = item.producer.as_ref().map(|task| rows.get(task).copied().ok_or_else(|| unknown(task))).transpose()?;
    let mut holds = Vec::with_capacity(item.evidence.len());
    for (index, evidence) in item.evidence.iter().enumerate() {
        let here = |error: Error| error.at(format!("/evidence/{index}/validity/zone"));
        holds.push(held(evidence, item, diagnostics).map_err(here)?);
    }
    Ok(ItemForm { producer, holds })
}

/// From when until when a piece of evidence holds. What it says of itself may be wrong; then it does not count, and a person is told.
fn held(evidence: &Evidence, item: &ChecklistItem, diagnostics: &mut Vec<Diagnostic>) -> Result<Option<(i64, i64)>> {
    let task = || item.producer.iter().map(TaskId::to_string).collect();
    let named = [("evidence", evidence.id.as_str()), ("item", item.id.as_str())];
    let mut tell = |code: Code, more: &[(&str, &str)]| {
        diagnostics.push(Diagnostic::new(code, task(), &[&named[..], more].concat()));
    };
    let mut counts = true;
    if !item.needs.contains(&evidence.kind) {
        let needs = item.needs.iter().take(MOST_NAMED).map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
        tell(Code::EvidenceKind, &[("found", &evidence.kind), ("needs", if needs.is_empty() { "-" } else { &needs })]);
        counts = false;
    }
    if evidence.digest.as_ref().is_some_and(|digest| digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        tell(Code::EvidenceDigest, &[]);
        counts = false;
    }
    let Some(validity) = &evidence.validity else { return Ok(counts.then_some((i64::MIN, i64::MAX))) };
    let zone = Zone::new(&validity.zone)?;
    if let (Some(first), Some(last)) = (validity.first, validity.last)
        && last < first
    {
        tell(Code::EvidenceValidity, &[("first", &first.to_string()), ("last", &last.to_string())]);
        counts = false;
    }
    let from = validity.first.map_or(i64::MIN, |first| zone.start_of(first).unix_seconds());
    let until = validity.last.map_or(i64::MAX, |last| zone.end_of(last).unix_seconds());
    Ok(counts.then_some((from, until)))
}
