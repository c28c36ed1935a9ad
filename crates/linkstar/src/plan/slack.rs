//! How far each task can slip.

use crate::column::{Column, Index};
use crate::error::Result;
use crate::model::{Constraint, CriticalBy, SlackKind};
use crate::plan::bounds::{NEVER_AFTER, Stand, bounds_after, cross_back};
use crate::plan::edge::{LateKey, Tie};
use crate::plan::longest::longest_path;
use crate::plan::network::{Network, Node, NodeId, Part, Special, State};
use crate::plan::passes::Schedule;
use crate::time::Clock;
use crate::time::Clocks;

/// Seconds on the clock of each task.
pub(crate) struct Slack {
    pub(crate) total: Column<i64, Node>,
    pub(crate) free: Column<i64, Node>,
    pub(crate) critical: Column<bool, Node>,
}

impl Slack {
    /// Columns of the right length, to be written.
    pub(crate) fn new(network: &Network<'_>) -> Slack {
        Slack { total: network.nodes.beside(0), free: network.nodes.beside(0), critical: network.nodes.beside(false) }
    }
}

/// Finds the slack of all tasks.
pub(crate) fn slack(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule, mut slack: Slack) -> Result<Slack> {
    let (early, late) = (&schedule.early, &schedule.late);
    let limit = network.method.critical_slack_minutes.map_or(0, |minutes| i64::from(minutes) * 60);
    // How late a plain node may stand goes where its free slack will stand.
    slack.free.set_all(std::iter::repeat(NEVER_AFTER));
    let held = held_by_successors(network, clocks, schedule, &mut slack.free)?;
    for block in &network.blocks {
        for (first, end) in block.plain() {
            let positions = early.axis.slice(first, end).iter().zip(late.axis.slice(first, end));
            let found = slack.total.slice_mut(first, end).iter_mut().zip(slack.free.slice_mut(first, end));
            for ((early, late), ((total, free), critical)) in positions.zip(found.zip(slack.critical.slice_mut(first, end))) {
                *total = LateKey(*late).position() - early;
                // Nobody holds back who has no successor.
                *free = if *free == NEVER_AFTER { *total } else { (*total).min(*free - early) }.max(0);
                *critical = *total <= limit;
            }
        }
        for id in block.specials() {
            let Some(special) = network.nodes[id].special.get() else { continue };
            let (total, free) = special_slack(network, clocks, schedule, (id, special), held[special]);
            let node = &network.specials[special];
            slack.critical[id] = total <= limit && !is_done(network, node) && node.part != Part::Effort;
            (slack.total[id], slack.free[id]) = (total, free.max(0));
        }
    }
    if network.method.critical == Some(CriticalBy::LongestPath) {
        slack.critical = longest_path(network, clocks, schedule)?;
    }
    Ok(slack)
}

pub(crate) fn is_done(network: &Network<'_>, node: &Special) -> bool {
    matches!(node.state, State::Done { .. }) || network.outline.task(node.row).percent_complete == 100
}

/// Total and free slack of a special node. `held` is how late it may stand before a successor moves.
fn special_slack(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    (id, special): (NodeId, Index<Special>),
    held: Stand,
) -> (i64, i64) {
    let node = &network.specials[special];
    let as_late_as_possible = matches!(node.constraint, Some(Constraint::AsLateAsPossible {})) && schedule.stands_late(network, id);
    // A task that is placed as late as possible shows no slack: Microsoft Project records none for all 39 of 39.
    if as_late_as_possible || matches!(node.part, Part::Gate | Part::Crown) {
        return (0, 0);
    }
    let (early, late) = (schedule.early.get(id), schedule.late.get(id));
    let start_slack = clocks.between(node.clock, early.start, late.start);
    let finish_slack = clocks.between(node.clock, early.finish, late.finish);
    let done = is_done(network, node);
    let total = match network.method.slack.unwrap_or(SlackKind::Smaller) {
        // Once begun, only the finish can slip.
        _ if matches!(node.state, State::Running { .. }) => finish_slack,
        // What is done has none.
        _ if done => 0,
        // A person may have put the start on a day off, from which nothing can be counted: the finish decides, as in the records.
        SlackKind::Smaller if matches!(node.state, State::Manual { .. }) => finish_slack,
        SlackKind::Smaller => start_slack.min(finish_slack),
        SlackKind::Start => start_slack,
        SlackKind::Finish => finish_slack,
    };
    let mut free = total;
    if held.start != NEVER_AFTER {
        free = free.min(clocks.between(node.clock, early.start, held.start));
    }
    if held.finish != NEVER_AFTER {
        free = free.min(clocks.between(node.clock, early.finish, held.finish));
    }
    // P6 shows no free float where a finish is expected, and none of a level of effort.
    (total, if done || node.expected.is_some() || node.part == Part::Effort { 0 } else { free })
}

/// How late each node may stand before a successor moves from where it stands: plain nodes on their axis, special ones in instants.
fn held_by_successors(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    plain: &mut Column<i64, Node>,
) -> Result<Column<Stand, Special>> {
    let early = &schedule.early;
    let mut stands: Column<Stand, Special> = network.specials.beside(Stand::new(NEVER_AFTER, NEVER_AFTER));
    for (id, node) in network.nodes.iter() {
        let Some(special) = node.special.get() else { continue };
        stands[special] = match network.specials[special].state {
            State::Done { .. } => Stand::new(NEVER_AFTER, NEVER_AFTER),
            _ if schedule.stands_late(network, id) => schedule.placed(network, id),
            // What levelling put off would have stood earlier.
            _ => {
                let stand = early.get(id);
                Stand { start: stand.start.saturating_sub(network.specials[special].delay), ..stand }
            }
        };
    }
    let mut held = stands.clone();
    // From the start, nobody plain stands late.
    let position = |id: NodeId| if schedule.stands_late(network, id) { schedule.late.key(id).position() } else { early.axis[id] };
    let counted_back: Option<Column<i64, Node>> = (!schedule.is_from_start()).then(|| network.nodes.rows().map(position).collect());
    let positions = counted_back.as_ref().unwrap_or(&early.axis);
    for block in network.blocks.iter().rev() {
        for edge in network.axis_of(block).iter().rev() {
            plain[edge.from] = plain[edge.from].min(positions[edge.to] - edge.weight());
        }
        let stand = |to: NodeId, stands: &Column<Stand, Special>| match network.nodes[to].special.get() {
            Some(special) => stands[special],
            None => schedule.placed(network, to),
        };
        for id in block.specials().rev() {
            let Some(special) = network.nodes[id].special.get() else { continue };
            let (mut start, mut finish) = (NEVER_AFTER, NEVER_AFTER);
            // Free slack asks for the task's own successors; who waits for its summary does not count, as in Microsoft Project.
            for edge in network.outgoing(id).filter(|edge| edge.tie != Tie::Up) {
                let after = bounds_after(network, clocks, edge, stand(edge.to, &stands), early)?;
                (start, finish) = (start.min(after.start), finish.min(after.finish));
            }
            held[special] = Stand::new(start, finish);
            if network.specials[special].part != Part::Task {
                stands[special] = Stand::new(start, finish);
            }
        }
        for crossing in network.crossings_into(block) {
            let to = if schedule.is_from_start() { early.get(crossing.to) } else { schedule.placed(network, crossing.to) };
            let bound = cross_back(clocks, crossing, to, positions[crossing.to], early)?;
            let Some(timeline) = clocks.0.get_mut(crossing.calendars().0 as usize) else { continue };
            plain[crossing.from] = plain[crossing.from].min(timeline.position(bound) - crossing.back());
        }
        for edge in network.edges_into(block.first, block.rest).filter(|edge| edge.tie != Tie::Up) {
            let node = &network.nodes[edge.from];
            if node.special.get().is_some() {
                continue;
            }
            let after = bounds_after(network, clocks, edge, stand(edge.to, &stands), early)?;
            let Some(timeline) = clocks.timeline(Clock::Working(node.calendar())) else { continue };
            let slot = &mut plain[edge.from];
            if after.start != NEVER_AFTER {
                *slot = (*slot).min(timeline.position(after.start));
            }
            if after.finish != NEVER_AFTER {
                *slot = (*slot).min(timeline.position(after.finish) - node.span());
            }
        }
    }
    Ok(held)
}
