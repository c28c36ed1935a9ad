//! What a root holds up: everything that comes after it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use crate::column::{Column, by_key};
use crate::error::Result;
use crate::model::{Deadline, TaskId};
use crate::outline::Row;
use crate::plan::{Network, Node, NodeId, Part, Schedule};
use crate::rules::{GateNumber, Guarded, Hold, Present, StageNumber, StageState};
use crate::time::{Clock, Clocks, Timestamp};
use crate::view::held::Held;
use crate::view::root::Cause;

/// Deadlines and milestones that are told of one root.
const MOST_AT_RISK: usize = 10;

/// A deadline or a milestone that something holds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AtRisk {
    /// The task with the deadline, or the milestone.
    pub task: TaskId,
    /// The deadline; of a milestone without one, the moment for which it is planned.
    pub at: Timestamp,
    /// How far the task can slip from where it is planned, in working seconds: to its deadline, or until it moves the finish or breaks a date.
    pub slack: i64,
}

/// What comes after one root.
#[derive(Debug, Default, Clone)]
pub(super) struct Effect {
    pub(super) tasks: u32,
    pub(super) work: i64,
    pub(super) at_risk: Vec<AtRisk>,
}

/// Something that can be held up, and that holds up others in turn.
#[derive(Debug, Clone, Copy)]
enum Stop {
    Node(NodeId),
    /// All that stands below a summary.
    Below(Row),
    /// The completion of a summary.
    Done(Row),
    Gate(GateNumber),
    Opening(StageNumber),
    Closing(StageNumber),
}

/// How many roots are followed at once: a bit each.
const ROOTS_AT_ONCE: usize = 64;

/// Everything that comes after anything, over links, gates and stages, as one flat graph.
///
/// The nodes of the network come first, so that most edges point to a higher number.
struct Ways {
    nodes: usize,
    rows: usize,
    gates: usize,
    stages: usize,
    /// Where the ways from each stop begin, and where they lead.
    first: Vec<u32>,
    to: Vec<u32>,
}

impl Ways {
    fn number(&self, stop: Stop) -> u32 {
        let behind_rows = self.nodes + 2 * self.rows;
        let behind_gates = behind_rows + self.gates;
        let number = match stop {
            Stop::Node(node) => node.as_usize(),
            Stop::Below(row) => self.nodes + row.as_usize(),
            Stop::Done(row) => self.nodes + self.rows + row.as_usize(),
            Stop::Gate(gate) => behind_rows + gate.as_usize(),
            Stop::Opening(stage) => behind_gates + stage.as_usize(),
            Stop::Closing(stage) => behind_gates + self.stages + stage.as_usize(),
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    fn count(&self) -> usize {
        self.nodes + 2 * self.rows + self.gates + 2 * self.stages
    }

    fn from(&self, stop: usize) -> &[u32] {
        let bound = |stop: usize| self.first.get(stop).map_or(self.to.len(), |first| *first as usize);
        self.to.get(bound(stop)..bound(stop + 1)).unwrap_or_default()
    }

    /// Carries the bits of each stop to all that comes after it, the lowest number first, so that most stops are passed once.
    fn spread(&self, bits: &mut [u64]) {
        let mut waiting: Vec<bool> = bits.iter().map(|bits| *bits != 0).collect();
        let mut next: BinaryHeap<Reverse<u32>> = (0..).zip(&waiting).filter(|(_, waits)| **waits).map(|(stop, _)| Reverse(stop)).collect();
        while let Some(Reverse(stop)) = next.pop() {
            let stop = stop as usize;
            waiting.iter_mut().skip(stop).take(1).for_each(|waits| *waits = false);
            let own = bits.get(stop).copied().unwrap_or_default();
            for to in self.from(stop) {
                if let (Some(bits), Some(waits)) = (bits.get_mut(*to as usize), waiting.get_mut(*to as usize))
                    && *bits | own != *bits
                {
                    *bits |= own;
                    if !std::mem::replace(waits, true) {
                        next.push(Reverse(*to));
                    }
                }
            }
        }
    }
}

/// Finds what comes after roots.
pub(super) struct Effects<'e, 'r, 'a> {
    present: &'e Present<'r, 'a>,
    network: &'e Network<'a>,
    ways: Ways,
    /// Whom cancelled, missing and waiting predecessors hold, by what holds them.
    waiting: Vec<(Cause, Row)>,
    /// The open gates that wait for something that is nobody's task.
    lacks: Vec<(Cause, GateNumber)>,
}

impl<'e, 'r, 'a> Effects<'e, 'r, 'a> {
    pub(super) fn new(present: &'e Present<'r, 'a>, held: &Held, network: &'e Network<'a>) -> Effects<'e, 'r, 'a> {
        let (rules, places) = (present.rules, &present.outline.places);
        let mut waiting = Vec::new();
        for row in places.rows() {
            for hold in held.of(row) {
                let cause = match *hold {
                    Hold::Cancelled(row) => Cause::Cancelled(row),
                    Hold::Lag { link, until, .. } => Cause::Lag(link, until),
                    Hold::NoDate { link, .. } => Cause::NoDate(link),
                    Hold::Missing { link, successor } => Cause::Missing(link, successor),
                    Hold::NotFinished(_) | Hold::NotStarted(_) | Hold::Stage(_) | Hold::Gate(_) | Hold::Summary(_) => continue,
                };
                waiting.push((cause, row));
            }
        }
        waiting.sort_unstable();
        let (mut brings, mut lacks) = (Vec::new(), Vec::new());
        for gate in rules.gates.forms.rows().filter(|gate| !present.is_clear(*gate)) {
            for (place, point) in present.points[gate].iter().enumerate() {
                let Some(item) = point.item() else {
                    lacks.push((Cause::Point(gate, place), gate));
                    continue;
                };
                match held.awaited(present, gate, item) {
                    Some(producer) => brings.push((producer, gate)),
                    None => lacks.push((Cause::Item(item), gate)),
                }
            }
        }
        lacks.sort_unstable();
        lacks.dedup();
        let ways = ways(present, network, &brings);
        Effects { present, network, ways, waiting, lacks }
    }

    /// What comes after each of some roots.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(super) fn of(&self, causes: &[Cause], schedule: &Schedule, clocks: &mut Clocks<'_>) -> Result<Vec<Effect>> {
        let mut effects = Vec::with_capacity(causes.len());
        for some in causes.chunks(ROOTS_AT_ONCE) {
            let mut bits = vec![0_u64; self.ways.count()];
            for (root, cause) in some.iter().enumerate() {
                for stop in self.first_stops(*cause) {
                    bits.iter_mut().skip(self.ways.number(stop) as usize).take(1).for_each(|bits| *bits |= 1 << root);
                }
            }
            self.ways.spread(&mut bits);
            effects.extend(self.gather(some, &bits, schedule, clocks)?);
        }
        Ok(effects)
    }

    fn gather(&self, causes: &[Cause], bits: &[u64], schedule: &Schedule, clocks: &mut Clocks<'_>) -> Result<Vec<Effect>> {
        let mut effects = vec![Effect::default(); causes.len()];
        let mut at_risk: Vec<Vec<(i64, Row, AtRisk)>> = vec![Vec::new(); causes.len()];
        for (node, bits) in self.network.nodes.rows().zip(bits).filter(|(_, bits)| **bits != 0) {
            let row = self.network.nodes[node].row;
            if !self.is_open_task(node) {
                continue;
            }
            let work = if self.network.clock(node) == Clock::Elapsed { 0 } else { self.network.length(node) };
            let risk = self.at_risk(node, schedule, clocks)?;
            let mut left = *bits;
            while left != 0 {
                let root = left.trailing_zeros() as usize;
                left &= left - 1;
                // A root does not hold up itself.
                if causes.get(root) == Some(&Cause::Task(row)) {
                    continue;
                }
                if let (Some(effect), Some(risks)) = (effects.get_mut(root), at_risk.get_mut(root)) {
                    effect.tasks += 1;
                    effect.work = effect.work.saturating_add(work);
                    risks.extend(risk.clone().map(|risk| (risk.slack, row, risk)));
                }
            }
        }
        for (effect, mut risks) in effects.iter_mut().zip(at_risk) {
            risks.sort_by_key(|(slack, row, _)| (*slack, *row));
            effect.at_risk = risks.into_iter().take(MOST_AT_RISK).map(|(_, _, risk)| risk).collect();
        }
        Ok(effects)
    }

    fn first_stops(&self, cause: Cause) -> Vec<Stop> {
        match cause {
            Cause::Task(row) => self.network.node_of[row].get().map(Stop::Node).into_iter().collect(),
            Cause::Stage(stage) if self.present.stages[stage] == StageState::Open => vec![Stop::Closing(stage)],
            Cause::Stage(stage) => vec![Stop::Opening(stage)],
            Cause::Item(_) | Cause::Point(..) => run(&self.lacks, &cause).map(|(_, gate)| Stop::Gate(*gate)).collect(),
            Cause::Cancelled(_) | Cause::Lag(..) | Cause::NoDate(_) | Cause::Missing(..) => {
                run(&self.waiting, &cause).filter_map(|(_, row)| below(self.present, self.network, *row)).collect()
            }
        }
    }

    fn is_open_task(&self, node: NodeId) -> bool {
        is_open_task(self.present, self.network, node)
    }

    /// The deadline of a task, or the moment of a milestone.
    fn at_risk(&self, node: NodeId, schedule: &Schedule, clocks: &mut Clocks<'_>) -> Result<Option<AtRisk>> {
        let network = self.network;
        // What is plain has neither.
        if network.nodes[node].special.get().is_none() {
            return Ok(None);
        }
        let task = network.outline.task(network.nodes[node].row);
        let deadline = task.deadline.as_deref().map(Deadline::moment).transpose()?;
        let finish = schedule.placed(network, node).finish;
        let (at, until) = match deadline {
            Some(at) => (at, at.unix_seconds()),
            None if network.is_milestone(node) => (Timestamp::from_unix_seconds(finish)?, schedule.late.finish[node]),
            None => return Ok(None),
        };
        let slack = clocks.between(network.clock(node), finish, until);
        Ok(Some(AtRisk { task: task.id.clone(), at, slack }))
    }
}

/// Whether a node is a task that still has to be done.
fn is_open_task(present: &Present<'_, '_>, network: &Network<'_>, node: NodeId) -> bool {
    matches!(network.part(node), Part::Task | Part::Effort) && present.is_unfinished(network.nodes[node].row)
}

/// The stop of a task, or of all that stands below a summary.
fn below(present: &Present<'_, '_>, network: &Network<'_>, row: Row) -> Option<Stop> {
    match present.outline.places[row].summary {
        true => Some(Stop::Below(row)),
        false => network.node_of[row].get().map(Stop::Node),
    }
}

fn ways(present: &Present<'_, '_>, network: &Network<'_>, brings: &[(Row, GateNumber)]) -> Ways {
    let (rules, places) = (present.rules, &present.outline.places);
    let (nodes, rows) = (network.nodes.len(), places.len());
    let (gates, stages) = (rules.gates.forms.len(), rules.stages.forms.len());
    let mut ways = Ways { nodes, rows, gates, stages, first: Vec::new(), to: Vec::new() };
    let open: Column<bool, Node> = network.nodes.rows().map(|node| is_open_task(present, network, node)).collect();
    // What is done holds up nobody, and neither does what comes after it.
    let passes = |node: NodeId| open[node] || !matches!(network.part(node), Part::Task | Part::Effort);
    let is_brought_by_summaries = brings.iter().any(|(row, _)| places[*row].summary);
    let mut edges: Vec<(u32, u32)> = Vec::with_capacity(present.outline.project.links.len());
    let mut way = |from: Stop, to: Stop| edges.push((ways.number(from), ways.number(to)));
    network.ties().filter(|(_, to)| passes(*to)).for_each(|(from, to)| way(Stop::Node(from), Stop::Node(to)));
    for (row, place) in places.iter() {
        if let Some((parent, stop)) = present.outline.parent(row).zip(below(present, network, row)) {
            way(Stop::Below(parent), stop);
            if is_brought_by_summaries && present.is_unfinished(row) {
                way(if place.summary { Stop::Done(row) } else { stop }, Stop::Done(parent));
            }
        }
        if let Some((stage, node)) = rules.stages.of(row).zip(network.node_of[row].get()).filter(|_| !place.summary) {
            way(Stop::Opening(stage), Stop::Node(node));
            way(Stop::Node(node), Stop::Closing(stage));
        }
    }
    for (row, gate) in brings {
        let stop = if places[*row].summary { Some(Stop::Done(*row)) } else { network.node_of[*row].get().map(Stop::Node) };
        stop.into_iter().for_each(|stop| way(stop, Stop::Gate(*gate)));
    }
    for (guarded, gate) in &rules.gates.guards {
        let stop = match *guarded {
            Guarded::Start(row) | Guarded::Completion(row) => below(present, network, row),
            Guarded::Opening(stage) => Some(Stop::Opening(stage)),
            Guarded::Closing(stage) => Some(Stop::Closing(stage)),
            Guarded::Project => None,
        };
        stop.into_iter().for_each(|stop| way(Stop::Gate(*gate), stop));
    }
    for (stage, form) in rules.stages.forms.iter() {
        // Also a stage without tasks closes only when it has been open.
        way(Stop::Opening(stage), Stop::Closing(stage));
        form.after.iter().for_each(|before| way(Stop::Closing(*before), Stop::Opening(stage)));
    }
    let keys: Vec<u32> = edges.iter().map(|(from, _)| *from).collect();
    let (order, first) = by_key(&keys, u32::try_from(ways.count()).unwrap_or(u32::MAX));
    ways.to = order.iter().filter_map(|edge| edges.get(*edge as usize).map(|(_, to)| *to)).collect();
    ways.first = first;
    ways
}

/// The pairs with one key, of pairs that are sorted.
fn run<'p, K: Ord, V>(pairs: &'p [(K, V)], key: &'p K) -> impl Iterator<Item = &'p (K, V)> {
    let first = pairs.partition_point(|(other, _)| other < key);
    pairs.iter().skip(first).take_while(move |(other, _)| other == key)
}
