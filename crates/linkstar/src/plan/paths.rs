//! Float paths: the chains that lead to a task or to the finish, the tightest first.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::error::Result;
use crate::model::TaskId;
use crate::plan::bounds::{After, Dates, NEVER_AFTER, Stand, bounds_after, bounds_before};
use crate::plan::edge::Edge;
use crate::plan::network::{Ahead, Network, Node, NodeId, Part, State};
use crate::plan::passes::Passes;
use crate::plan::{Compiled, Schedule, Slack};
use crate::time::Clocks;
use crate::time::Timestamp;

/// Chains that lead to a task or to the finish. Every task is in one of them at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FloatPaths {
    /// The chains, the tightest first.
    pub paths: Vec<FloatPath>,
}

/// One chain of tasks, each linked to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FloatPath {
    /// Working seconds by which the chain can slip before where it leads moves; the least of its tasks, each on its own clock.
    pub float: i64,
    /// The last moment at which its first open task can start.
    pub latest_start: Timestamp,
    /// Its tasks, from the first to the last.
    pub tasks: Vec<PathTask>,
    /// The task of a tighter path that it leads to; absent where it leads to the task that was asked for, or to the finish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub joins: Option<TaskId>,
}

/// One task of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathTask {
    /// The task.
    pub task: TaskId,
    /// When it starts.
    pub start: Timestamp,
    /// When it finishes.
    pub finish: Timestamp,
    /// The last moment at which it can start before where the chain leads moves.
    pub latest_start: Timestamp,
    /// How far it can slip, in working seconds of its calendar, before where the chain leads moves.
    pub float: i64,
}

/// Until when each node may wait, for the sake of one task or of the finish.
struct Limits {
    late: Dates,
    float: Column<Option<i64>, Node>,
}

impl Compiled<'_> {
    /// The chains that lead to a task, or to the project's finish, at most so many.
    ///
    /// The first follows from the end of it the link that leaves the least; each further one begins with the tightest task that is in
    /// none yet. P6 calls them multiple float paths, ranked by total float.
    ///
    /// # Errors
    /// A task that the project does not have, or a summary.
    pub(crate) fn float_paths(&mut self, (schedule, slack): &(Schedule, Slack), to: Option<&TaskId>, most: usize) -> Result<FloatPaths> {
        let target = to.map(|task| self.node(task).map_err(|error| error.at("/to"))).transpose()?;
        let network = &self.network;
        let mut clocks = Clocks(&mut self.timelines);
        let ahead = network.ahead();
        let limits = match target {
            Some(target) => limits_of(network, &mut clocks, schedule, &ahead, target)?,
            None => {
                let open = |id: &NodeId| network.part(*id) == Part::Task && is_open(network, *id);
                let float = network.nodes.rows().map(|id| open(&id).then(|| slack.total[id])).collect();
                Limits { late: schedule.late.clone(), float }
            }
        };
        let limits = limits.through_summaries(network);
        let mut walk = Walk { network, clocks: &mut clocks, schedule, ahead, limits, taken: network.nodes.beside(false) };
        // Of two that are as tight, the one that finishes later is nearer to the end of its chain.
        let mut order: Vec<(i64, Reverse<i64>, NodeId)> =
            network.leaves().filter_map(|id| Some((walk.limits.float[id]?, Reverse(schedule.placed(network, id).finish), id))).collect();
        order.sort_unstable_by_key(|(float, finish, id)| (*float, *finish, network.nodes[*id].row));
        let mut paths = Vec::new();
        let mut ends = target.into_iter().chain(order.into_iter().map(|(_, _, id)| id));
        while paths.len() < most
            && let Some(end) = ends.next()
        {
            // The chain that ends where nothing as tight follows may come from another task; then this one is still to come.
            while !walk.taken[end] && paths.len() < most {
                let last = walk.end_from(end);
                paths.extend(walk.path(last, target)?);
            }
        }
        Ok(FloatPaths { paths })
    }
}

impl Limits {
    /// The ends of a summary are as tight as what lies before them.
    fn through_summaries(mut self, network: &Network<'_>) -> Limits {
        for id in network.nodes.rows().filter(|id| network.part(*id) != Part::Task) {
            self.float[id] = network.incoming(id).filter_map(|edge| self.float[edge.from]).min();
        }
        self
    }
}

/// Whether a node can still slip.
fn is_open(network: &Network<'_>, id: NodeId) -> bool {
    !matches!(network.state(id), State::Done { .. })
}

/// The limits of all that leads to one task, counted back from where it stands.
fn limits_of(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule, ahead: &Ahead, target: NodeId) -> Result<Limits> {
    let mut late = schedule.early.clone();
    let mut float: Column<Option<i64>, Node> = network.nodes.beside(None);
    // Nodes that lead to the target, found on the way back: what leads to none of them leads nowhere.
    let mut leads: Column<bool, Node> = network.nodes.beside(false);
    leads[target] = true;
    let mut passes = Passes::again(network, clocks, schedule);
    for id in network.nodes.rows().rev().filter(|id| *id <= target) {
        let placed = schedule.placed(network, id);
        if id == target {
            late.set(id, placed);
            float[id] = Some(0);
            continue;
        }
        let mut after = After::ANYTHING;
        let onward: Vec<Edge> = ahead.of(network, id).chain(network.outgoing(id).cloned()).filter(|edge| leads[edge.to]).collect();
        for edge in onward.iter().filter(|edge| network.counts_back(edge)) {
            let stand = late.get(edge.to);
            after.lower(bounds_after(network, passes.clocks, edge, stand, &schedule.early)?);
        }
        if onward.is_empty() || after == After::ANYTHING || !is_open(network, id) {
            continue;
        }
        leads[id] = true;
        let node = network.special(id);
        if node.part != Part::Task {
            late.set(id, Stand::new(after.start, after.finish));
            continue;
        }
        let begun = matches!(node.state, State::Running { .. });
        let after = if begun { After { start: NEVER_AFTER, ..after } } else { after };
        let stand = if after.finish == NEVER_AFTER {
            let finish = passes.clocks.shift(node.clock, after.start, node.span())?;
            passes.latest(&node, After { finish, ..after })?
        } else {
            passes.latest(&node, after)?
        };
        let stand = if begun { Stand { start: placed.start, ..stand } } else { stand };
        late.set(id, stand);
        let at_start = passes.clocks.between(node.clock, placed.start, stand.start);
        let at_finish = passes.clocks.between(node.clock, placed.finish, stand.finish);
        float[id] = Some(if begun { at_finish } else { at_start.min(at_finish) });
    }
    Ok(Limits { late, float })
}

struct Walk<'a, 'n, 't> {
    network: &'a Network<'n>,
    clocks: &'a mut Clocks<'t>,
    schedule: &'a Schedule,
    ahead: Ahead,
    limits: Limits,
    /// What is in a path already; of a summary's ends, what has been walked through.
    taken: Column<bool, Node>,
}

impl Walk<'_, '_, '_> {
    /// The end of the chain on which a task lies: on from it there is nothing as tight that is in no path.
    fn end_from(&self, task: NodeId) -> NodeId {
        let mut end = task;
        loop {
            let onward = self.ahead.of(self.network, end).map(|edge| edge.to).chain(self.network.outgoing(end).map(|edge| edge.to));
            let as_tight = onward.filter(|to| !self.taken[*to] && self.network.part(*to) == Part::Task);
            let tighter =
                as_tight.filter_map(|to| Some((self.limits.float[to]?, to))).filter(|(float, _)| Some(*float) <= self.limits.float[end]);
            match tighter.min() {
                Some((_, to)) => end = to,
                None => return end,
            }
        }
    }

    /// The path that ends with a task.
    fn path(&mut self, end: NodeId, target: Option<NodeId>) -> Result<Option<FloatPath>> {
        let joins = if Some(end) == target { None } else { self.joins(end)? };
        let mut tasks = Vec::new();
        let mut next = Some(end);
        while let Some(id) = next {
            self.taken[id] = true;
            if let (Part::Task, Some(float)) = (self.network.part(id), self.limits.float[id]) {
                tasks.push(self.task(id, float)?);
            }
            next = self.tightest_before(id)?;
        }
        tasks.reverse();
        let (float, first) = (tasks.iter().map(|task| task.float).min(), tasks.first().map(|task| task.latest_start));
        let joins = joins.map(|id| self.network.outline.id(self.network.nodes[id].row).clone());
        Ok(float.zip(first).map(|(float, latest_start)| FloatPath { float, latest_start, tasks, joins }))
    }

    fn task(&self, id: NodeId, float: i64) -> Result<PathTask> {
        let placed = self.schedule.placed(self.network, id);
        Ok(PathTask {
            task: self.network.outline.id(self.network.nodes[id].row).clone(),
            start: Timestamp::from_unix_seconds(placed.start)?,
            finish: Timestamp::from_unix_seconds(placed.finish)?,
            latest_start: Timestamp::from_unix_seconds(self.limits.late.start[id])?,
            float,
        })
    }

    /// Of what a node waits for and no path has yet, the tightest; of two, the one whose link leaves less.
    fn tightest_before(&mut self, id: NodeId) -> Result<Option<NodeId>> {
        let (network, schedule) = (self.network, self.schedule);
        let here = schedule.placed(network, id);
        let mut best: Option<(i64, i64, Edge)> = None;
        for edge in network.all_incoming(id) {
            let from = edge.from;
            let Some(float) = self.limits.float[from].filter(|_| !self.taken[from]) else { continue };
            let bounds = bounds_before(network, self.clocks, &edge, schedule.placed(network, from))?;
            let clock = network.clock(id);
            let gaps = [(bounds.start, here.start), (bounds.finish, here.finish)];
            let gap = gaps.into_iter().filter(|(bound, _)| *bound > i64::MIN && *bound < NEVER_AFTER);
            let gap = gap.map(|(bound, at)| self.clocks.between(clock, bound, at)).min().unwrap_or(0);
            if best.as_ref().is_none_or(|(least, least_gap, kept)| (float, gap, from) < (*least, *least_gap, kept.from)) {
                best = Some((float, gap, edge));
            }
        }
        Ok(best.map(|(_, _, edge)| edge.from))
    }

    /// The task of an earlier path that a task holds most, be it through the end of a summary.
    fn joins(&mut self, id: NodeId) -> Result<Option<NodeId>> {
        let network = self.network;
        let mut at = id;
        loop {
            let mut best: Option<(i64, NodeId)> = None;
            let onward: Vec<Edge> = self.ahead.of(network, at).chain(network.outgoing(at).cloned()).collect();
            for edge in onward.into_iter().filter(|edge| self.taken[edge.to]) {
                let after = bounds_after(network, self.clocks, &edge, self.limits.late.get(edge.to), &self.schedule.early)?;
                let bound = after.start.min(after.finish);
                if best.is_none_or(|(least, to)| (bound, edge.to) < (least, to)) {
                    best = Some((bound, edge.to));
                }
            }
            match best {
                None => return Ok(None),
                Some((_, to)) if network.part(to) == Part::Task => return Ok(Some(to)),
                Some((_, to)) => at = to,
            }
        }
    }
}
