//! Deadlocks: gates and stages that wait for something behind themselves.
//!
//! Every task has two events, its start and its finish; every gate one, that it clears; every stage two, that it opens and that it
//! closes. What has to come before what is an edge: links, summaries, producers before their gates, gates before what they guard. Where
//! that closes a loop through a gate or a stage, nothing in it can ever happen. Loops of links alone are the plan's business.

use std::collections::{BTreeMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::column::by_key;
use crate::error::{Code, Diagnostic};
use crate::order;
use crate::outline::{Outline, Row};
use crate::rules::gate::{GateNumber, Gates, Guarded};
use crate::rules::progress::{self, Standing};
use crate::rules::stage::{StageNumber, Stages};
use crate::time::Lag;

/// Deadlocks that are listed one by one.
const MOST: usize = 100;

/// Something that happens once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Start(Row),
    Finish(Row),
    Clear(GateNumber),
    Open(StageNumber),
    Close(StageNumber),
}

/// What has to come before what.
struct Order {
    tasks: usize,
    gates: usize,
    stages: usize,
    edges: Vec<(u32, u32)>,
}

impl Order {
    fn number(&self, event: Event) -> u32 {
        let after_tasks = 2 * self.tasks;
        let number = match event {
            Event::Start(row) => 2 * row.as_usize(),
            Event::Finish(row) => 2 * row.as_usize() + 1,
            Event::Clear(gate) => after_tasks + gate.as_usize(),
            Event::Open(stage) => after_tasks + self.gates + 2 * stage.as_usize(),
            Event::Close(stage) => after_tasks + self.gates + 2 * stage.as_usize() + 1,
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    fn event(&self, number: u32) -> Event {
        let number = number as usize;
        let after_gates = 2 * self.tasks + self.gates;
        match number {
            _ if number >= after_gates => {
                let stage = StageNumber::from_usize((number - after_gates) / 2);
                if (number - after_gates).is_multiple_of(2) { Event::Open(stage) } else { Event::Close(stage) }
            }
            _ if number >= 2 * self.tasks => Event::Clear(GateNumber::from_usize(number - 2 * self.tasks)),
            _ if number.is_multiple_of(2) => Event::Start(Row::from_usize(number / 2)),
            _ => Event::Finish(Row::from_usize(number / 2)),
        }
    }

    fn count(&self) -> u32 {
        u32::try_from(2 * self.tasks + self.gates + 2 * self.stages).unwrap_or(u32::MAX)
    }

    fn before(&mut self, first: Event, then: Event) {
        self.edges.push((self.number(first), self.number(then)));
    }

    /// The edges between events that can never happen: those that are left when all that can happen has.
    fn stuck(&self) -> Vec<(u32, u32)> {
        let keys: Vec<u32> = self.edges.iter().map(|(from, _)| *from).collect();
        let (order, firsts) = by_key(&keys, self.count());
        let bound = |event: u32| firsts.get(event as usize).map_or(order.len(), |first| *first as usize);
        let leaving = |event: u32| order.get(bound(event)..bound(event + 1)).unwrap_or_default();
        let to = |edge: &u32| self.edges.get(*edge as usize).map_or(u32::MAX, |(_, to)| *to) as usize;
        let mut waits_for = vec![0_u32; self.count() as usize];
        for (_, to) in &self.edges {
            waits_for.iter_mut().skip(*to as usize).take(1).for_each(|count| *count += 1);
        }
        let mut happens: Vec<u32> = (0..).zip(&waits_for).filter(|(_, count)| **count == 0).map(|(event, _)| event).collect();
        while let Some(event) = happens.pop() {
            for next in leaving(event).iter().map(to) {
                if let Some(count) = waits_for.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        happens.push(u32::try_from(next).unwrap_or(u32::MAX));
                    }
                }
            }
        }
        let is_stuck = |event: u32| waits_for.get(event as usize).is_some_and(|count| *count > 0);
        self.edges.iter().copied().filter(|(from, to)| is_stuck(*from) && is_stuck(*to)).collect()
    }
}

/// Gates and stages that can never clear, open or close.
pub(super) fn deadlocks(outline: &Outline<'_>, gates: &Gates<'_>, stages: &Stages) -> Vec<Diagnostic> {
    let produces = gates.items.iter().any(|(_, item)| item.producer.is_some());
    if !produces && stages.forms.is_empty() {
        return Vec::new();
    }
    let order = order(outline, gates, stages);
    let stuck = order.stuck();
    let mut number_of: BTreeMap<u32, NodeIndex> = BTreeMap::new();
    let mut graph: DiGraph<u32, ()> = DiGraph::new();
    for (from, to) in &stuck {
        let [from, to] = [from, to].map(|event| *number_of.entry(*event).or_insert_with(|| graph.add_node(*event)));
        graph.add_edge(from, to, ());
    }
    let mut found: Vec<(Vec<Row>, Diagnostic)> = Vec::new();
    for knot in kosaraju_scc(&graph).into_iter().filter(|knot| knot.len() > 1) {
        let mut events: Vec<u32> = knot.iter().filter_map(|node| graph.node_weight(*node).copied()).collect();
        order::sort_by(&mut events, Ord::cmp);
        // Gates and stages have the highest numbers; gates come first, because a gate is easier to change.
        let home = events.iter().copied().find(|event| (*event as usize) >= 2 * order.tasks);
        // Stages that only come after each other are a loop of their own, and are told as such.
        let stages_alone = events.iter().all(|event| matches!(order.event(*event), Event::Open(_) | Event::Close(_)));
        if let Some(home) = home.filter(|_| found.len() < MOST && !stages_alone) {
            found.push(told(&order, &round(&stuck, &events, home), outline, gates));
        }
    }
    order::sort_by(&mut found, |(a, _), (b, _)| a.cmp(b));
    found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

fn order(outline: &Outline<'_>, gates: &Gates<'_>, stages: &Stages) -> Order {
    let places = &outline.places;
    let mut order = Order { tasks: places.len(), gates: gates.forms.len(), stages: stages.forms.len(), edges: Vec::new() };
    let progressed = progress::of(outline, None);
    let is_done = |row: Row| matches!(progressed[row].standing, Standing::Done | Standing::Cancelled);
    let recorded = |stage: StageNumber| outline.project.stages.get(stage.as_usize());
    let is_opened = |stage: StageNumber| recorded(stage).is_some_and(|stage| stage.opened.is_some() || stage.closed.is_some());
    let is_closed = |stage: StageNumber| recorded(stage).is_some_and(|stage| stage.closed.is_some());
    // What has happened waits for nothing, and nothing waits for it. The start of a summary is over when all below it has begun.
    let has_happened = |event: Event| match event {
        Event::Start(row) if places[row].summary => is_done(row),
        Event::Start(row) => progressed[row].standing != Standing::Waiting,
        Event::Finish(row) => is_done(row),
        Event::Clear(_) => false,
        Event::Open(stage) => is_opened(stage),
        Event::Close(stage) => is_closed(stage),
    };
    let mut before = |first: Event, then: Event| {
        if !has_happened(first) && !has_happened(then) {
            order.before(first, then);
        }
    };
    for row in places.rows() {
        before(Event::Start(row), Event::Finish(row));
        if let Some(parent) = outline.parent(row) {
            before(Event::Start(parent), Event::Start(row));
            before(Event::Finish(row), Event::Finish(parent));
        }
        if let Some(stage) = stages.of(row).filter(|_| !places[row].summary) {
            before(Event::Open(stage), Event::Start(row));
            before(Event::Finish(row), Event::Close(stage));
        }
    }
    for link in &outline.links {
        // A waived link waits for nobody any more, and over a lead the successor may come first.
        let document = outline.link(link.document);
        if document.waiver.is_some() || document.lag.is_some_and(Lag::is_negative) {
            continue;
        }
        let first = if link.kind.leaves_start() { Event::Start(link.predecessor) } else { Event::Finish(link.predecessor) };
        before(first, if link.kind.ties_start() { Event::Start(link.successor) } else { Event::Finish(link.successor) });
    }
    let mut completions: BTreeMap<GateNumber, Vec<Row>> = BTreeMap::new();
    for (guarded, gate) in &gates.guards {
        if let Guarded::Completion(row) = guarded {
            completions.entry(*gate).or_default().push(*row);
        }
    }
    for gate in gates.forms.rows() {
        for producer in gates.awaited(gate).filter_map(|item| gates.items[item].producer) {
            // Before the completion of the task that brings it, evidence comes while the task runs.
            let guards_its_end = completions.get(&gate).into_iter().flatten().any(|row| outline.is_in(producer, *row));
            before(if guards_its_end { Event::Start(producer) } else { Event::Finish(producer) }, Event::Clear(gate));
        }
    }
    for (guarded, gate) in &gates.guards {
        let then = match *guarded {
            Guarded::Start(row) => Event::Start(row),
            Guarded::Completion(row) => Event::Finish(row),
            Guarded::Opening(stage) => Event::Open(stage),
            Guarded::Closing(stage) => Event::Close(stage),
            Guarded::Project => continue,
        };
        before(Event::Clear(*gate), then);
    }
    for (stage, form) in stages.forms.iter() {
        before(Event::Open(stage), Event::Close(stage));
        form.after.iter().for_each(|earlier| before(Event::Close(*earlier), Event::Open(stage)));
    }
    order
}

/// A shortest way from an event of a knot back to itself.
fn round(edges: &[(u32, u32)], knot: &[u32], home: u32) -> Vec<u32> {
    let is_inside = |event: &u32| knot.binary_search(event).is_ok();
    let mut leaving: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (from, to) in edges.iter().filter(|(from, to)| is_inside(from) && is_inside(to)) {
        leaving.entry(*from).or_default().push(*to);
    }
    let mut came: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = VecDeque::from([home]);
    while let Some(event) = queue.pop_front().filter(|_| !came.contains_key(&home)) {
        for to in leaving.get(&event).into_iter().flatten() {
            if !came.contains_key(to) {
                came.insert(*to, event);
                queue.push_back(*to);
            }
        }
    }
    let mut round: Vec<u32> = std::iter::successors(came.get(&home).copied(), |at| (*at != home).then(|| came.get(at).copied())?).collect();
    round.reverse();
    round
}

/// What a person has to know of a loop, and the tasks on it.
fn told(order: &Order, round: &[u32], outline: &Outline<'_>, gates: &Gates<'_>) -> (Vec<Row>, Diagnostic) {
    let events: Vec<Event> = round.iter().map(|number| order.event(*number)).collect();
    let stage_id = |stage: StageNumber| outline.project.stages.get(stage.as_usize()).map_or("", |stage| stage.id.as_str());
    let gate_id = |gate: GateNumber| gates.gate(gate).map_or("", |gate| gate.id.as_str());
    let mut names: Vec<&str> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for event in &events {
        names.push(match *event {
            Event::Start(row) | Event::Finish(row) => {
                rows.push(row);
                outline.id(row).as_str()
            }
            Event::Clear(gate) => gate_id(gate),
            Event::Open(stage) | Event::Close(stage) => stage_id(stage),
        });
    }
    names.dedup();
    rows.dedup();
    let shown = names.iter().chain(names.first()).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
    let ids = rows.iter().map(|row| outline.id(*row).to_string()).collect();
    let diagnostic = match events.first() {
        Some(Event::Clear(gate)) => {
            // The loop begins with the gate: what it guards comes next, and who brings its evidence last.
            let of_row = |row: Option<&Row>| row.map_or("", |row| outline.id(*row).as_str());
            let is_brought =
                |producer: Row| rows.last().is_some_and(|last| outline.is_in(*last, producer) || outline.is_in(producer, *last));
            let item = gates.awaited(*gate).find(|item| gates.items[*item].producer.is_some_and(is_brought));
            let item = item.and_then(|item| gates.item(item)).map_or("", |item| item.id.as_str());
            let args = [("loop", shown.as_str()), ("gate", gate_id(*gate)), ("item", item), ("task", of_row(rows.first()))];
            Diagnostic::new(Code::GateDeadlock, ids, &args)
        }
        Some(Event::Open(stage) | Event::Close(stage)) => {
            Diagnostic::new(Code::StageDeadlock, ids, &[("loop", &shown), ("stage", stage_id(*stage))])
        }
        Some(Event::Start(_) | Event::Finish(_)) | None => Diagnostic::new(Code::StageDeadlock, ids, &[("loop", &shown), ("stage", "")]),
    };
    (rows, diagnostic)
}
