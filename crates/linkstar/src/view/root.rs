//! Roots: what stands in the way and waits for nothing that is blocked itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::error::Result;
use crate::order;
use crate::outline::{Place, Row};
use crate::plan::{Compiled, NodeId, Schedule};
use crate::rules::{GateForm, GateNumber, Hold, ItemNumber, Present, Reason, StageForm, StageNumber, StageState, Standing};
use crate::time::{Clocks, Timestamp};
use crate::view::effect::{AtRisk, Effects};
use crate::view::held::Held;

/// Something that stands in the way, that somebody can do something about today, and what it holds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Root {
    /// What it is, who acts and how.
    pub reason: Reason,
    /// How many unfinished tasks come after it, blocked or only planned behind what is.
    pub tasks: u32,
    /// The work in them, in working seconds of each; what runs on the clock is not counted.
    pub work: i64,
    /// When the first of the tasks that it blocks has to begin at the latest, or, once it runs, to be done, so that nothing is late.
    pub until: Timestamp,
    /// Working seconds from now until then, on the calendar of that task; below zero that much is lost already.
    pub slack_left: i64,
    /// Working seconds for which that task could have gone on, had nothing but the plan held it.
    pub slack_eaten: i64,
    /// Deadlines and milestones behind it, the tightest first; at most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub at_risk: Vec<AtRisk>,
}

/// What a root is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// A task that nothing holds, and that others wait for.
    Task(Row),
    Cancelled(Row),
    Lag(u32, i64),
    NoDate(u32),
    Missing(u32, Row),
    Item(ItemNumber),
    /// A point of a gate that is no item, by its place among the open ones.
    Point(GateNumber, usize),
    /// A stage that only waits for somebody to open or close it.
    Stage(StageNumber),
}

/// How urgent it is that something goes away: until when, how many working seconds are left until then, and for which task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Urgency {
    pub(crate) until: i64,
    pub(crate) left: i64,
    pub(crate) row: Row,
}

/// Goes back from each blocked task to the roots of what holds it, the most urgent task first, so that each root is found when it is as
/// urgent as it gets, and nothing is looked at twice.
pub(crate) struct Search<'s, 'r, 'a> {
    present: &'s Present<'r, 'a>,
    held: &'s Held,
    /// The unfinished tasks of each stage.
    tasks_of: Column<Vec<Row>, StageForm>,
    seen_tasks: Column<bool, Place>,
    seen_summaries: Column<bool, Place>,
    seen_gates: Column<bool, GateForm>,
    seen_openings: Column<bool, StageForm>,
    seen_closings: Column<bool, StageForm>,
    pub(crate) found: BTreeMap<Cause, Urgency>,
    /// The gate in which an item is told, and its place there: one that demands it before one that takes it as advice.
    gate_of: BTreeMap<ItemNumber, (bool, GateNumber, usize)>,
}

/// Something that may hold others, on the way back.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A task or summary that has to get on.
    Task(Row),
    /// A summary that may not begin.
    Summary(Row),
    Gate(GateNumber),
    Opening(StageNumber),
    Closing(StageNumber),
}

impl<'s, 'r, 'a> Search<'s, 'r, 'a> {
    pub(crate) fn new(present: &'s Present<'r, 'a>, held: &'s Held) -> Search<'s, 'r, 'a> {
        let (rules, places) = (present.rules, &present.outline.places);
        let mut tasks_of: Column<Vec<Row>, StageForm> = rules.stages.forms.beside(Vec::new());
        for row in places.rows().filter(|row| !places[*row].summary && present.is_unfinished(*row)) {
            if let Some(stage) = rules.stages.of(row) {
                tasks_of[stage].push(row);
            }
        }
        Search {
            present,
            held,
            tasks_of,
            seen_tasks: places.beside(false),
            seen_summaries: places.beside(false),
            seen_gates: rules.gates.forms.beside(false),
            seen_openings: rules.stages.forms.beside(false),
            seen_closings: rules.stages.forms.beside(false),
            found: BTreeMap::new(),
            gate_of: BTreeMap::new(),
        }
    }

    /// Finds the roots of what holds a task.
    pub(crate) fn back_from(&mut self, row: Row, urgency: Urgency) {
        let mut open = Vec::new();
        self.through(self.held.of(row), urgency, &mut open);
        while let Some(step) = open.pop() {
            self.take(step, urgency, &mut open);
        }
    }

    fn root(&mut self, cause: Cause, urgency: Urgency) {
        self.found.entry(cause).or_insert(urgency);
    }

    fn through(&mut self, holds: &[Hold], urgency: Urgency, open: &mut Vec<Step>) {
        for hold in holds {
            match *hold {
                Hold::NotFinished(row) | Hold::NotStarted(row) => open.push(Step::Task(row)),
                Hold::Lag { link, until, .. } => self.root(Cause::Lag(link, until), urgency),
                Hold::NoDate { link, .. } => self.root(Cause::NoDate(link), urgency),
                Hold::Cancelled(row) => self.root(Cause::Cancelled(row), urgency),
                Hold::Missing { link, successor } => self.root(Cause::Missing(link, successor), urgency),
                Hold::Stage(stage) => open.push(Step::Opening(stage)),
                Hold::Gate(gate) => open.push(Step::Gate(gate)),
                Hold::Summary(row) => open.push(Step::Summary(row)),
            }
        }
    }

    fn take(&mut self, step: Step, urgency: Urgency, open: &mut Vec<Step>) {
        let present = self.present;
        match step {
            Step::Task(row) if std::mem::replace(&mut self.seen_tasks[row], true) => {}
            Step::Task(row) if present.outline.places[row].summary => {
                open.extend(present.unfinished_below(row).map(Step::Task));
            }
            Step::Task(row) => match self.held.of(row) {
                [] => self.root(Cause::Task(row), urgency),
                holds => self.through(holds, urgency, open),
            },
            Step::Summary(row) => {
                if !std::mem::replace(&mut self.seen_summaries[row], true) {
                    self.through(self.held.of(row), urgency, open);
                }
            }
            Step::Gate(gate) => {
                if !std::mem::replace(&mut self.seen_gates[gate], true) {
                    self.take_gate(gate, urgency, open);
                }
            }
            Step::Opening(stage) => {
                if !std::mem::replace(&mut self.seen_openings[stage], true) {
                    let before = open.len();
                    // Who closed a stage has to open it again, whatever else it waits for.
                    if present.stages[stage] == StageState::Ahead {
                        open.extend(present.earlier(stage).map(Step::Closing));
                        open.extend(present.unclear_opening(stage).map(Step::Gate));
                    }
                    if open.len() == before {
                        self.root(Cause::Stage(stage), urgency);
                    }
                }
            }
            Step::Closing(stage) => {
                if !std::mem::replace(&mut self.seen_closings[stage], true) {
                    let before = open.len();
                    open.extend(self.tasks_of[stage].iter().map(|row| Step::Task(*row)));
                    open.extend(present.unclear_closing(stage).map(Step::Gate));
                    match present.stages[stage] {
                        StageState::Ahead => open.push(Step::Opening(stage)),
                        StageState::Open | StageState::Closed if open.len() == before => self.root(Cause::Stage(stage), urgency),
                        StageState::Open | StageState::Closed => {}
                    }
                }
            }
        }
    }

    fn take_gate(&mut self, gate: GateNumber, urgency: Urgency, open: &mut Vec<Step>) {
        let present = self.present;
        for (place, point) in present.points[gate].iter().enumerate() {
            let Some(item) = point.item() else {
                self.root(Cause::Point(gate, place), urgency);
                continue;
            };
            match self.held.awaited(present, gate, item) {
                Some(producer) => open.push(Step::Task(producer)),
                None => self.take_item((gate, place), item, urgency),
            }
        }
    }

    fn take_item(&mut self, (gate, place): (GateNumber, usize), item: ItemNumber, urgency: Urgency) {
        let here = (self.present.rules.gates.is_soft(gate, item), gate, place);
        self.gate_of.entry(item).and_modify(|told| *told = here.min(*told)).or_insert(here);
        self.root(Cause::Item(item), urgency);
    }

    /// Takes everything that is missing in any gate for a root.
    fn take_every_point(&mut self, urgency: Urgency) {
        let present = self.present;
        for (gate, points) in present.points.iter() {
            for (place, point) in points.iter().enumerate() {
                match point.item() {
                    Some(item) => self.take_item((gate, place), item, urgency),
                    None => self.root(Cause::Point(gate, place), urgency),
                }
            }
        }
    }
}

/// The roots of all that is blocked, the most urgent first, and how many there are beyond the first `most`.
///
/// # Errors
/// Calendars on which no work is left, dates outside the years 1 to 9999.
pub(crate) fn roots(
    present: &Present<'_, '_>,
    held: &Held,
    compiled: &Compiled<'_>,
    (schedule, freely): (&Schedule, &Schedule),
    clocks: &mut Clocks<'_>,
    most: usize,
) -> Result<(Vec<Root>, u32)> {
    let network = &compiled.network;
    let places = &present.outline.places;
    let now = present.now.unix_seconds();
    // What runs has to be done by its late finish, what waits has to begin.
    let latest = |row: Row, node: NodeId| match present.standing(row) {
        Standing::Running => schedule.late.finish[node],
        Standing::Waiting | Standing::Done | Standing::Cancelled => schedule.late.start[node],
    };
    let mut blocked: Vec<Urgency> = Vec::new();
    for row in places.rows().filter(|row| !places[*row].summary && !held.of(*row).is_empty()) {
        if let Some(node) = network.node_of[row].get() {
            let until = latest(row, node);
            blocked.push(Urgency { until, left: clocks.between(network.clock(node), now, until), row });
        }
    }
    order::sort_by(&mut blocked, Ord::cmp);
    let mut search = Search::new(present, held);
    for urgency in &blocked {
        search.back_from(urgency.row, *urgency);
    }
    // What waits for itself has no root; then whatever is missing in a gate is all that somebody can do something about.
    if let Some(first) = blocked.first().filter(|_| search.found.is_empty()) {
        search.take_every_point(*first);
    }
    let mut order: Vec<(Urgency, Cause)> = search.found.iter().map(|(cause, urgency)| (*urgency, *cause)).collect();
    order::sort_by(&mut order, Ord::cmp);
    let more = u32::try_from(order.len().saturating_sub(most)).unwrap_or(u32::MAX);
    order.truncate(most);
    let causes: Vec<Cause> = order.iter().map(|(_, cause)| *cause).collect();
    let effects = Effects::new(present, held, network).of(&causes, schedule, clocks)?;
    let mut roots = Vec::new();
    for ((urgency, cause), effect) in order.into_iter().zip(effects) {
        let Some((node, reason)) = network.node_of[urgency.row].get().zip(search.reason(cause)) else { continue };
        let waits = present.standing(urgency.row) == Standing::Waiting;
        let free = freely.early.start[node];
        roots.push(Root {
            reason,
            tasks: effect.tasks,
            work: effect.work,
            until: Timestamp::from_unix_seconds(urgency.until)?,
            slack_left: urgency.left,
            slack_eaten: if waits { clocks.between(network.clock(node), free, now).max(0) } else { 0 },
            at_risk: effect.at_risk,
        });
    }
    Ok((roots, more))
}

impl Search<'_, '_, '_> {
    fn reason(&self, cause: Cause) -> Option<Reason> {
        let present = self.present;
        Some(match cause {
            Cause::Task(row) if present.standing(row) == Standing::Waiting => present.reason(Hold::NotStarted(row)),
            Cause::Task(row) => present.reason(Hold::NotFinished(row)),
            Cause::Cancelled(row) => present.reason(Hold::Cancelled(row)),
            Cause::Lag(link, until) => present.reason(Hold::Lag { link, blocker: present.blocker(link)?, until }),
            Cause::NoDate(link) => present.reason(Hold::NoDate { link, blocker: present.blocker(link)? }),
            Cause::Missing(link, successor) => present.reason(Hold::Missing { link, successor }),
            Cause::Stage(stage) if present.stages[stage] == StageState::Open => present.about_closing(stage),
            Cause::Stage(stage) => present.about_stage(stage),
            Cause::Point(gate, place) => present.point_reason(gate, present.points[gate].get(place)?)?,
            Cause::Item(item) => {
                let (_, gate, place) = *self.gate_of.get(&item)?;
                present.point_reason(gate, present.points[gate].get(place)?)?
            }
        })
    }
}
