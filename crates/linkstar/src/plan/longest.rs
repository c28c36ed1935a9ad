//! The longest path: the chain of driving links behind the task that finishes last.
//!
//! Slack asks what a slip would do to the dates behind a task; the longest path asks what made the finish as late as it is. The two
//! part where dates are promised: a deadline leaves a task without slack that has nothing to do with the finish of the project.

use crate::column::Column;
use crate::error::Result;
use crate::model::LinkKind;
use crate::plan::bounds::{Before, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_before};
use crate::plan::edge::{Edge, Tie};
use crate::plan::network::{Network, Node, NodeId, Part, State};
use crate::plan::passes::Schedule;
use crate::plan::slack::is_done;
use crate::time::Clocks;

/// Which ends of a node the path runs through. Those of a task move together; those of a summary belong to different tasks.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    start: bool,
    finish: bool,
}

/// The tasks on the longest path, done ones left out.
pub(super) fn longest_path(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule) -> Result<Column<bool, Node>> {
    let stands = stands(network, clocks, schedule)?;
    let open = |id: NodeId| network.part(id) == Part::Task && !is_done(network, &network.special(id));
    let last = network.leaves().filter(|id| open(*id)).map(|id| stands[id].finish).max();
    let mut on_path: Column<Ends, Node> = network.nodes.beside(Ends::default());
    for id in network.nodes.rows().rev() {
        if open(id) && Some(stands[id].finish) == last {
            on_path[id] = Ends { start: true, finish: true };
        }
        let here = on_path[id];
        if !(here.start || here.finish) || is_recorded(network, id) {
            continue;
        }
        for edge in network.all_incoming(id) {
            let drives = drives(network, clocks, &edge, &stands)?;
            let through = Ends { start: drives.start && here.start, finish: drives.finish && here.finish };
            if through.start || through.finish {
                reach_back(&mut on_path[edge.from], &edge, network.part(edge.from), through);
            }
        }
    }
    Ok(network.nodes.rows().map(|id| open(id) && (on_path[id].start || on_path[id].finish)).collect())
}

/// Where each node stands, as its successors see it: what stands at the ends of a summary stands where the tasks do.
fn stands(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule) -> Result<Column<Stand, Node>> {
    let mut stands = network.nodes.beside(Stand::new(NEVER_BEFORE, NEVER_BEFORE));
    for id in network.nodes.rows() {
        stands[id] = match network.part(id) {
            // In a plan of what remains, the rest of a task is what links hold.
            Part::Task if network.dates_what_remains() => schedule.early.get(id),
            Part::Task | Part::Effort => schedule.placed(network, id),
            Part::Gate => {
                let mut before = Before::NOTHING;
                for edge in network.incoming(id) {
                    before.raise(bounds_before(network, clocks, edge, stands[edge.from])?);
                }
                Stand { start: before.start, finish: before.finish, reach: before.stand }
            }
            Part::Crown => {
                let below = network.incoming(id).filter(|edge| edge.tie == Tie::Up).map(|edge| stands[edge.from]);
                let (start, finish) =
                    below.fold((NEVER_AFTER, NEVER_BEFORE), |(start, finish), stand| (start.min(stand.start), finish.max(stand.finish)));
                Stand::new(start, finish)
            }
        };
    }
    Ok(stands)
}

/// Whether a task stands where it was reported, or where a person put it, so that no link drives it.
fn is_recorded(network: &Network<'_>, id: NodeId) -> bool {
    match network.state(id) {
        State::Manual { .. } => true,
        State::Running { .. } | State::Done { .. } => !network.dates_what_remains(),
        State::Waiting | State::Begun => false,
    }
}

/// Which end of its successor an edge leaves no room for, in the working time of the successor.
fn drives(network: &Network<'_>, clocks: &mut Clocks<'_>, edge: &Edge, stands: &Column<Stand, Node>) -> Result<Ends> {
    let (from, to) = (stands[edge.from], stands[edge.to]);
    if edge.tie == Tie::Up {
        // Of the tasks below a summary, the first one starts it and the last one finishes it.
        return Ok(Ends { start: from.start == to.start, finish: from.finish == to.finish });
    }
    let before = bounds_before(network, clocks, edge, from)?;
    let mut no_room = |bound: i64, here: i64| bound != NEVER_BEFORE && network.room(clocks, edge.to, bound, here) <= 0;
    Ok(Ends { start: no_room(before.start, to.start), finish: no_room(before.finish, to.finish) })
}

/// Takes the path on to the predecessor of an edge.
fn reach_back(predecessor: &mut Ends, edge: &Edge, part: Part, through: Ends) {
    let reached = match (part, edge.tie) {
        (Part::Task | Part::Effort, _) => Ends { start: true, finish: true },
        (Part::Gate | Part::Crown, Tie::Down | Tie::Up) => through,
        (Part::Gate | Part::Crown, Tie::Link(LinkKind::FinishToStart | LinkKind::FinishToFinish)) => Ends { start: false, finish: true },
        (Part::Gate | Part::Crown, Tie::Link(LinkKind::StartToStart | LinkKind::StartToFinish)) => Ends { start: true, finish: false },
    };
    *predecessor = Ends { start: predecessor.start | reached.start, finish: predecessor.finish | reached.finish };
}
