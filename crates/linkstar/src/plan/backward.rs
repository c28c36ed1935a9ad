//! Late dates, from the last node to the first.

use crate::column::{Column, Index};
use crate::error::{Error, Result};
use crate::model::{Constraint, LinkKind, MilestoneForm};
use crate::plan::bounds::{After, Dates, NEVER_AFTER, Stand, bounds_after, cross_back, latest_form};
use crate::plan::edge::{LateKey, Tie};
use crate::plan::network::{Block, Network, Node, NodeId, Part, Special, State};
use crate::plan::passes::Passes;
use crate::time::Clock;

/// What bounds nodes from behind, beside the dates of their successors.
pub(super) struct Behind {
    /// What special nodes offer to those before them.
    pub(super) offered: Column<Stand, Special>,
    /// Instants that bound plain nodes from another calendar: the night of their calendar may lie between them and the position that they
    /// mean. Empty where there is but one.
    pub(super) start: Column<i64, Node>,
    pub(super) finish: Column<i64, Node>,
}

impl Behind {
    pub(super) fn new(network: &Network<'_>) -> Behind {
        let nowhere = || if network.is_plain() { Column::default() } else { network.nodes.beside(NEVER_AFTER) };
        Behind { offered: network.specials.beside(Stand::new(NEVER_AFTER, NEVER_AFTER)), start: nowhere(), finish: nowhere() }
    }
}

impl Passes<'_, '_, '_> {
    /// Late dates. Nodes in `fixed` bound their predecessors by the dates of `instead`, and not by their own. `early` tells which task
    /// below a summary starts it.
    pub(super) fn backward(&mut self, project_finish: i64, early: &Dates, fixed: &Column<bool, Special>, instead: &Dates) -> Result<Dates> {
        let network = self.network;
        let finishes: Vec<i64> = self.clocks.0.iter_mut().map(|timeline| timeline.position(project_finish)).collect();
        let finish = |node: &Node| finishes.get(node.calendar() as usize).copied().unwrap_or_default();
        let mut late = self.new_dates();
        late.axis.set_all(network.nodes.iter().map(|(_, node)| LateKey::at_start(finish(node) - node.span()).0));
        let mut behind = Behind::new(network);
        for block in network.blocks.iter().rev() {
            for edge in network.axis_of(block).iter().rev() {
                late.lower_key(edge.from, edge.back(late.key(edge.to)));
            }
            for run in block.plain().into_iter().rev() {
                self.date_late(run, &mut late)?;
                late.reach_no_further(run);
            }
            if !network.is_plain() {
                for run in block.plain().into_iter().rev() {
                    self.hold_in_the_night(run, &mut late, &mut behind);
                }
                self.find_reach(block, project_finish, &mut late, &behind)?;
            }
            let offer = |to: NodeId, late: &Dates, behind: &Behind| match network.nodes[to].special.get() {
                Some(special) if fixed[special] => instead.get(to),
                Some(special) => behind.offered[special],
                None => late.get(to),
            };
            for id in block.specials().rev() {
                let Some(special) = network.nodes[id].special.get() else { continue };
                let node = &network.specials[special];
                let mut after = After::ANYTHING;
                for edge in network.outgoing(id).filter(|edge| network.counts_back(edge)) {
                    let to = offer(edge.to, &late, &behind);
                    after.lower(bounds_after(network, self.clocks, edge, to, early).map_err(|error| self.at(id, error))?);
                }
                let stand = self.stand_late((id, special), node, after, project_finish, early)?;
                late.set(id, stand);
                behind.offered[special] = self.offer(node, stand);
            }
            for crossing in network.crossings_into(block) {
                let (to, position) = (late.get(crossing.to), late.key(crossing.to).position());
                let bound = cross_back(self.clocks, crossing, to, position, early).map_err(|error| self.at(crossing.from, error))?;
                let Some(timeline) = self.clocks.0.get_mut(crossing.calendars().0 as usize) else { continue };
                late.lower_key(crossing.from, LateKey::at_start(timeline.position(bound) - crossing.back()));
                let column = if crossing.leaves_from_finish() { &mut behind.finish } else { &mut behind.start };
                column[crossing.from] = column[crossing.from].min(bound);
            }
            let bounding = network.edges_into(block.first, block.rest).filter(|edge| network.counts_back(edge));
            for edge in bounding.filter(|edge| network.nodes[edge.from].special.get().is_none()) {
                let to = offer(edge.to, &late, &behind);
                let after = bounds_after(network, self.clocks, edge, to, early).map_err(|error| self.at(edge.from, error))?;
                self.bound_from_behind(edge.from, after, &mut late, &mut behind);
            }
        }
        self.behind = Some(behind);
        Ok(late)
    }

    /// What a special node offers to those before it.
    pub(super) fn offer(&self, node: &Special, stand: Stand) -> Stand {
        let Stand { start, finish, .. } = stand;
        match node.state {
            _ if self.network.dates_what_remains() => stand,
            // What is done waits for nothing any more; what runs waits where its rest goes on, and a milestone has no rest.
            State::Done { .. } => Stand::new(NEVER_AFTER, NEVER_AFTER),
            State::Running { resume, .. } if node.duration > 0 => Stand { start: resume, ..stand },
            State::Running { .. } => Stand { start: finish, ..stand },
            State::Waiting | State::Begun | State::Manual { .. } => Stand { start: start.saturating_sub(node.delay), ..stand },
        }
    }

    /// Brings what a special node or another calendar allows a plain node onto its axis.
    pub(super) fn bound_from_behind(&mut self, id: NodeId, after: After, late: &mut Dates, behind: &mut Behind) {
        let node = &self.network.nodes[id];
        let Some(timeline) = self.clocks.timeline(Clock::Working(node.calendar())) else { return };
        if after.start != NEVER_AFTER {
            late.lower_key(id, LateKey::at_start(timeline.position(after.start)));
            behind.start[id] = behind.start[id].min(after.start);
        }
        if after.finish != NEVER_AFTER {
            late.lower_key(id, LateKey::at_start(timeline.position(after.finish) - node.span()));
            behind.finish[id] = behind.finish[id].min(after.finish);
        }
    }

    /// The instants of the late keys of some plain nodes.
    fn date_late(&mut self, (first, end): (NodeId, NodeId), late: &mut Dates) -> Result<()> {
        let nodes = self.network.nodes.slice(first, end).iter().zip(late.axis.slice(first, end));
        let dates = late.start.slice_mut(first, end).iter_mut().zip(late.finish.slice_mut(first, end));
        for ((node, key), (start, finish)) in nodes.zip(dates) {
            let Some(timeline) = self.clocks.0.get_mut(node.calendar() as usize) else { continue };
            let here = |error: Error| error.at(self.network.outline.path(node.row));
            (*start, *finish) = timeline.period(LateKey(*key).position(), node.span()).map_err(here)?;
        }
        Ok(())
    }

    /// Holds starts at the instants that bound them from another calendar, in the night before a period.
    fn hold_in_the_night(&mut self, (first, end): (NodeId, NodeId), late: &mut Dates, behind: &mut Behind) {
        for id in NodeId::between(first, end).rev() {
            let held = behind.start[id];
            if held < late.start[id] {
                late.start[id] = held;
                // Whoever is held by that start is held there too.
                for (index, edge) in self.network.on_axis(id) {
                    let from = &self.network.nodes[edge.from];
                    let no_lag = from.is_asked_for_reach && edge.weight() == from.span();
                    if no_lag && self.network.in_full(index).tie == Tie::Link(LinkKind::FinishToStart) {
                        behind.finish[edge.from] = behind.finish[edge.from].min(held);
                    }
                }
            }
        }
    }

    /// How far late finishes reach into the night, where somebody abroad may ask.
    fn find_reach(&mut self, block: &Block, project_finish: i64, late: &mut Dates, behind: &Behind) -> Result<()> {
        for id in NodeId::between(block.first, block.special).filter(|id| self.network.nodes[*id].is_asked_for_reach) {
            if late.key(id).has_start_form() {
                let clock = Clock::Working(self.network.nodes[id].calendar());
                let next = latest_form(self.clocks, clock, late.finish[id])?;
                late.set(id, Stand { reach: next.min(project_finish).min(behind.finish[id]), ..late.get(id) });
            }
        }
        Ok(())
    }

    /// Where a special node stands at the latest.
    pub(super) fn stand_late(
        &mut self,
        (id, special): (NodeId, Index<Special>),
        node: &Special,
        after: After,
        project_finish: i64,
        early: &Dates,
    ) -> Result<Stand> {
        match node.part {
            Part::Effort | Part::Gate | Part::Crown => Ok(Stand::new(after.start, after.finish)),
            Part::Task => {
                let open_end = self.from_start && self.network.method.several_critical_paths && after == After::ANYTHING;
                let project_finish = if open_end { early.finish[id] } else { project_finish };
                self.place_late(special, node, after, project_finish).map_err(|error| self.at(id, error))
            }
        }
    }

    /// Late start and finish of a task, from what its successors allow.
    fn place_late(&mut self, id: Index<Special>, node: &Special, mut after: After, project_finish: i64) -> Result<Stand> {
        let shortened = self.rewritten[id].map(|seconds| node.with_remaining(seconds));
        let node = shortened.as_ref().unwrap_or(node);
        match node.state {
            State::Done { .. } if self.network.dates_what_remains() => {
                let at = after.start.min(after.finish).min(project_finish);
                return Ok(Stand::new(at, at));
            }
            State::Running { remaining, .. } if self.network.dates_what_remains() => {
                after.finish = after.finish.min(project_finish);
                return self.latest(&node.lasting(remaining), after);
            }
            State::Done { start, finish } => return Ok(Stand::new(start, finish)),
            State::Waiting | State::Begun | State::Running { .. } | State::Manual { .. } => {}
        }
        match node.constraint {
            Some(Constraint::StartNoLaterThan { at }) => after.start = after.start.min(at.unix_seconds()),
            Some(Constraint::FinishNoLaterThan { at }) => after.finish = after.finish.min(at.unix_seconds()),
            _ => {}
        }
        let mut limit = node.cap.map_or(NEVER_AFTER, |(at, _)| at);
        if self.from_start {
            // A deadline only takes slack away; in a plan from its finish it would move dates.
            limit = limit.min(node.deadline.unwrap_or(NEVER_AFTER));
        }
        after.finish = after.finish.min(project_finish).min(limit);
        if let State::Manual { .. } = node.state {
            // What a person placed keeps the instant of its bound, as a milestone does.
            return Ok(Stand::new(self.clocks.shift(node.clock, after.finish, -node.span())?, after.finish));
        }
        let free = self.latest(node, after)?;
        if let State::Running { start, .. } = node.state {
            return Ok(Stand { start, ..free });
        }
        let fixed = match node.constraint {
            Some(Constraint::MustStartOn { at }) => self.starting(node, at.unix_seconds())?,
            Some(Constraint::MustFinishOn { at }) => self.finishing(node, at.unix_seconds())?,
            _ if self.from_start => return Ok(free),
            Some(Constraint::FinishNoEarlierThan { at }) if free.finish < at.unix_seconds() => self.finishing(node, at.unix_seconds())?,
            Some(Constraint::StartNoEarlierThan { at }) if free.start < at.unix_seconds() => self.starting(node, at.unix_seconds())?,
            _ => match node.floor {
                Some((floor, _)) if free.start < floor => self.starting(node, floor)?,
                _ => return Ok(free),
            },
        };
        if self.from_start && limit < fixed.1 {
            // A fixed date passes on nothing of the links behind it, but its own deadline counts.
            return self.latest(node, After { start: NEVER_AFTER, finish: limit });
        }
        if !self.from_start {
            self.conflict[id] = self.conflict_between(node, (free.start, free.finish), fixed);
        }
        Ok(Stand::new(fixed.0, fixed.1))
    }

    /// The latest dates before these bounds.
    pub(super) fn latest(&mut self, node: &Special, after: After) -> Result<Stand> {
        if node.duration == 0 {
            let at = self.in_late_form(node, after.start.min(after.finish))?;
            return Ok(Stand::new(at, at));
        }
        let mut finish = self.last_end(node, after.finish)?;
        if after.start != NEVER_AFTER {
            finish = finish.min(self.done_from(node, after.start)?);
        }
        // Where the bound comes from another calendar, the next start there may lie beyond it.
        let start = self.start_to_be_done(node, finish)?.min(after.start);
        let reach = latest_form(self.clocks, node.clock, finish)?.min(after.finish);
        Ok(Stand { start, finish, reach })
    }

    /// And from the other side: a finish milestone ends a period, a start milestone stands where work begins or ends.
    fn in_late_form(&mut self, node: &Special, at: i64) -> Result<i64> {
        match node.form {
            None => Ok(at),
            Some(MilestoneForm::Start) if self.clocks.start_form(node.clock, at).is_ok_and(|start| start == at) => Ok(at),
            Some(MilestoneForm::Start | MilestoneForm::Finish) => self.clocks.end_form(node.clock, at),
        }
    }
}
