//! What a root holds up: everything that comes after it.

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::error::Result;
use crate::model::{Deadline, TaskId};
use crate::outline::{Place, Row};
use crate::plan::{Ahead, Network, Node, NodeId, Part, Schedule};
use crate::rules::{GateForm, GateNumber, Guarded, Hold, Present, StageForm, StageNumber};
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
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) tasks: u32,
    pub(super) work: i64,
    pub(super) at_risk: Vec<AtRisk>,
}

/// Something that can be held up.
#[derive(Debug, Clone, Copy)]
enum Step {
    Node(NodeId),
    /// All that stands below a summary, or the task itself.
    Below(Row),
    Gate(GateNumber),
    Opening(StageNumber),
    Closing(StageNumber),
}

/// Goes forward from a root, over links, gates and stages.
pub(super) struct Effects<'e, 'r, 'a> {
    present: &'e Present<'r, 'a>,
    network: &'e Network<'a>,
    ahead: Ahead,
    /// Whom cancelled, missing and waiting predecessors hold, by what holds them.
    waiting: Vec<(Cause, Row)>,
    /// The open gates that wait for a task.
    brings: Vec<(Row, GateNumber)>,
    /// The open gates that wait for something that is nobody's task.
    lacks: Vec<(Cause, GateNumber)>,
    follows: Column<Vec<StageNumber>, StageForm>,
    tasks_of: Column<Vec<Row>, StageForm>,
    seen: Seen,
    round: u32,
}

/// The round in which each was seen last, so that nothing has to be cleared.
struct Seen {
    nodes: Column<u32, Node>,
    rows: Column<u32, Place>,
    gates: Column<u32, GateForm>,
    openings: Column<u32, StageForm>,
    closings: Column<u32, StageForm>,
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
                    Hold::Missing { link } => Cause::Missing(link),
                    Hold::NotFinished(_) | Hold::NotStarted(_) | Hold::Stage(_) | Hold::Gate(_) | Hold::Summary(_) => continue,
                };
                waiting.push((cause, row));
            }
        }
        waiting.sort_unstable();
        let (mut brings, mut lacks) = (Vec::new(), Vec::new());
        for gate in rules.gates.forms.rows().filter(|gate| !present.clear[*gate]) {
            for (place, point) in rules.gates.points(gate, present.now).iter().enumerate() {
                let Some(item) = point.item() else {
                    lacks.push((Cause::Point(gate, place), gate));
                    continue;
                };
                match rules.gates.items[item].producer.filter(|row| present.is_unfinished(*row)) {
                    Some(producer) => brings.extend(present.unfinished_below(producer).map(|row| (row, gate))),
                    None => lacks.push((Cause::Item(item), gate)),
                }
            }
        }
        brings.sort_unstable();
        brings.dedup();
        lacks.sort_unstable();
        lacks.dedup();
        let stages = &rules.stages.forms;
        let mut follows = stages.beside(Vec::new());
        stages.iter().for_each(|(stage, form)| form.after.iter().for_each(|before: &StageNumber| follows[*before].push(stage)));
        let mut tasks_of = stages.beside(Vec::new());
        for row in places.rows().filter(|row| !places[*row].summary) {
            if let Some(stage) = rules.stages.of(row) {
                tasks_of[stage].push(row);
            }
        }
        let seen = Seen {
            nodes: network.nodes.beside(0),
            rows: places.beside(0),
            gates: rules.gates.forms.beside(0),
            openings: stages.beside(0),
            closings: stages.beside(0),
        };
        Effects { present, network, ahead: network.ahead(), waiting, brings, lacks, follows, tasks_of, seen, round: 0 }
    }

    /// What comes after a root.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(super) fn of(&mut self, cause: Cause, schedule: &Schedule, clocks: &mut Clocks<'_>) -> Result<Effect> {
        self.round += 1;
        let mut open = self.first_steps(cause);
        let own = match cause {
            Cause::Task(row) => self.network.node_of[row].get(),
            _ => None,
        };
        let mut found = Vec::new();
        while let Some(step) = open.pop() {
            if self.is_new(step) {
                if let Step::Node(node) = step
                    && Some(node) != own
                    && self.is_open_task(node)
                {
                    found.push(node);
                }
                self.next_steps(step, &mut open);
            }
        }
        let work = |node: &NodeId| if self.network.clock(*node) == Clock::Elapsed { 0 } else { self.network.length(*node) };
        let mut at_risk = Vec::new();
        for node in &found {
            at_risk.extend(self.at_risk(*node, schedule, clocks)?);
        }
        at_risk.sort_by(|(a, first), (b, second)| (first.slack, a).cmp(&(second.slack, b)));
        at_risk.truncate(MOST_AT_RISK);
        Ok(Effect {
            tasks: u32::try_from(found.len()).unwrap_or(u32::MAX),
            work: found.iter().map(work).sum(),
            at_risk: at_risk.into_iter().map(|(_, risk)| risk).collect(),
        })
    }

    fn first_steps(&self, cause: Cause) -> Vec<Step> {
        match cause {
            Cause::Task(row) => self.network.node_of[row].get().map(Step::Node).into_iter().collect(),
            Cause::Stage(stage) if self.present.stages[stage] == crate::rules::StageState::Open => vec![Step::Closing(stage)],
            Cause::Stage(stage) => vec![Step::Opening(stage)],
            Cause::Item(_) | Cause::Point(..) => run(&self.lacks, &cause).map(|(_, gate)| Step::Gate(*gate)).collect(),
            Cause::Cancelled(_) | Cause::Lag(..) | Cause::NoDate(_) | Cause::Missing(_) => {
                run(&self.waiting, &cause).map(|(_, row)| Step::Below(*row)).collect()
            }
        }
    }

    fn is_new(&mut self, step: Step) -> bool {
        let seen = match step {
            Step::Node(node) => &mut self.seen.nodes[node],
            Step::Below(row) => &mut self.seen.rows[row],
            Step::Gate(gate) => &mut self.seen.gates[gate],
            Step::Opening(stage) => &mut self.seen.openings[stage],
            Step::Closing(stage) => &mut self.seen.closings[stage],
        };
        std::mem::replace(seen, self.round) != self.round
    }

    fn is_open_task(&self, node: NodeId) -> bool {
        matches!(self.network.part(node), Part::Task | Part::Effort) && self.present.is_unfinished(self.network.nodes[node].row)
    }

    fn next_steps(&self, step: Step, open: &mut Vec<Step>) {
        match step {
            Step::Node(node) => {
                let row = self.network.nodes[node].row;
                // What is done holds up nobody, and neither does what comes after it.
                let passes = |to: &NodeId| !matches!(self.network.part(*to), Part::Task | Part::Effort) || self.is_open_task(*to);
                open.extend(self.network.outgoing(node).map(|edge| edge.to).filter(passes).map(Step::Node));
                open.extend(self.ahead.successors(self.network, node).filter(passes).map(Step::Node));
                if self.network.part(node) == Part::Task {
                    open.extend(run(&self.brings, &row).map(|(_, gate)| Step::Gate(*gate)));
                    open.extend(self.present.rules.stages.of(row).map(Step::Closing));
                }
            }
            Step::Below(row) => {
                open.extend(self.present.unfinished_below(row).filter_map(|row| self.network.node_of[row].get()).map(Step::Node));
            }
            Step::Gate(gate) => {
                for (guarded, _) in self.present.rules.gates.guards.iter().filter(|(_, other)| *other == gate) {
                    open.extend(match guarded {
                        Guarded::Start(row) | Guarded::Completion(row) => Some(Step::Below(*row)),
                        Guarded::Opening(stage) => Some(Step::Opening(*stage)),
                        Guarded::Closing(stage) => Some(Step::Closing(*stage)),
                        Guarded::Project => None,
                    });
                }
            }
            Step::Opening(stage) => open.extend(self.tasks_of[stage].iter().map(|row| Step::Below(*row))),
            Step::Closing(stage) => open.extend(self.follows[stage].iter().map(|after| Step::Opening(*after))),
        }
    }

    /// The deadline of a task, or the moment of a milestone.
    fn at_risk(&self, node: NodeId, schedule: &Schedule, clocks: &mut Clocks<'_>) -> Result<Option<(Row, AtRisk)>> {
        let network = self.network;
        if network.nodes[node].special.get().is_none() {
            return Ok(None);
        }
        let row = network.nodes[node].row;
        let task = network.outline.task(row);
        let deadline = task.deadline.as_deref().map(Deadline::moment).transpose()?;
        let finish = schedule.placed(network, node).finish;
        let (at, from, to) = match deadline {
            Some(at) => (at, finish, at.unix_seconds()),
            None if network.is_milestone(node) => {
                let late = schedule.late.finish[node];
                (Timestamp::from_unix_seconds(finish)?, finish, late)
            }
            None => return Ok(None),
        };
        let slack = clocks.between(network.clock(node), from, to);
        Ok(Some((row, AtRisk { task: task.id.clone(), at, slack })))
    }
}

/// The pairs with one key, of pairs that are sorted.
fn run<'p, K: Ord, V>(pairs: &'p [(K, V)], key: &'p K) -> impl Iterator<Item = &'p (K, V)> {
    let first = pairs.partition_point(|(other, _)| other < key);
    pairs.iter().skip(first).take_while(move |(other, _)| other == key)
}
