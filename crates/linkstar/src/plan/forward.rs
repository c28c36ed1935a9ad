//! Early dates, from the first node to the last.

use crate::column::{Column, Index};
use crate::error::{Error, Result};
use crate::model::{Constraint, LinkKind, MilestoneForm, OutOfSequence};
use crate::plan::bounds::{Before, Dates, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_before};
use crate::plan::edge::{Edge, Tie};
use crate::plan::network::{Block, Node, NodeId, Part, Special, State};
use crate::plan::passes::Passes;
use crate::time::Clock;

/// Before every position.
pub(super) const NOWHERE: i64 = i64::MIN / 4;

impl Passes<'_, '_, '_> {
    /// Early dates. Nodes in `late` hand the dates of `instead` to their successors, and not their own: who waits for a task that stands
    /// late is driven from there. One that turns out to be late already leaves the column, and stands as early as it can.
    pub(super) fn forward(&mut self, project_start: i64, late: &mut Column<bool, Special>, instead: Option<&Dates>) -> Result<Dates> {
        let network = self.network;
        let mut early = self.new_dates();
        self.start_axes(project_start, &mut early.axis);
        let mut standing = network.standing.iter().copied().peekable();
        for block in &network.blocks {
            let stands = self.bounds_from_elsewhere(block, late, instead, &mut early)?;
            for edge in network.axis_of(block) {
                let at = early.axis[edge.from] + edge.weight();
                early.axis[edge.to] = early.axis[edge.to].max(at);
            }
            block.plain().into_iter().try_for_each(|run| self.date_early(run, &mut early))?;
            stands.into_iter().for_each(|(node, at)| early.raise_finish(node, at));
            while let Some(index) = standing.next_if(|index| network.axis[*index].to < block.end) {
                let edge = network.axis[index];
                if early.axis[edge.from] + edge.weight() == early.axis[edge.to] {
                    let clock = Clock::Working(network.nodes[edge.to].calendar());
                    let at = self.clocks.start_form(clock, early.finish[edge.to])?;
                    early.raise_finish(edge.to, at);
                }
            }
            for node in block.specials() {
                if let Some(special) = network.nodes[node].special.get() {
                    let stand = self.stand_early((node, special), &network.specials[special], project_start, late, instead, &early)?;
                    early.set(node, stand);
                    late[special] &= instead.is_some_and(|late| late.start[node] >= stand.start);
                }
            }
        }
        Ok(early)
    }

    /// Where each axis begins: with the project, and not before the present.
    fn start_axes(&mut self, project_start: i64, axis: &mut Column<i64, Node>) {
        let now = self.now;
        let begins: Vec<(i64, i64)> = self
            .clocks
            .0
            .iter_mut()
            .map(|timeline| {
                let now = if now == NEVER_BEFORE { NOWHERE } else { timeline.position(now) };
                (timeline.position(project_start).max(now), now)
            })
            .collect();
        let begin = |node: &Node| {
            let (start, now) = begins.get(node.calendar() as usize).copied().unwrap_or_default();
            if node.from_project_start { start } else { now }
        };
        axis.set_all(self.network.nodes.iter().map(|(_, node)| begin(node)));
    }

    /// Brings what special nodes and other calendars demand of a block's plain nodes onto their axes. Gives the instants at which some
    /// of them finish, though nobody may be at work then.
    fn bounds_from_elsewhere(
        &mut self,
        block: &Block,
        late: &Column<bool, Special>,
        instead: Option<&Dates>,
        early: &mut Dates,
    ) -> Result<Vec<(NodeId, i64)>> {
        let network = self.network;
        let mut stands = Vec::new();
        for crossing in network.crossings_into(block) {
            let end = if crossing.leaves_from_finish() { early.finish[crossing.from] } else { early.start[crossing.from] };
            let Some(timeline) = self.clocks.0.get_mut(crossing.calendars().1 as usize) else { continue };
            let lag = i64::from(crossing.lag);
            let at = timeline.position(end) + lag - crossing.ahead();
            early.axis[crossing.to] = early.axis[crossing.to].max(at);
            if crossing.arrives_at_finish() {
                stands.push((crossing.to, timeline.shift(end, lag).map_err(|error| self.at(crossing.to, error))?));
            }
        }
        for edge in network.edges_into(block.first, block.special) {
            let before = self.demand(edge, late, instead, early).map_err(|error| self.at(edge.to, error))?;
            let node = &network.nodes[edge.to];
            let Some(timeline) = self.clocks.timeline(Clock::Working(node.calendar())) else { continue };
            let mut at = early.axis[edge.to];
            if before.start != NEVER_BEFORE {
                at = at.max(timeline.position(before.start));
            }
            if before.finish != NEVER_BEFORE {
                at = at.max(timeline.position(before.finish) - node.span());
            }
            early.axis[edge.to] = at;
            if before.stand != NEVER_BEFORE {
                stands.push((edge.to, before.stand));
            }
        }
        Ok(stands)
    }

    /// What an edge demands, from where its predecessor stands.
    fn demand(&mut self, edge: &Edge, late: &Column<bool, Special>, instead: Option<&Dates>, early: &Dates) -> Result<Before> {
        // One that stands late itself goes by the early dates of those before it: they can still make room for each other.
        let instead = instead.filter(|_| !self.network.nodes[edge.to].special.get().is_some_and(|special| late[special]));
        bounds_before(self.network, self.clocks, edge, self.stand(edge.from, late, instead, early))
    }

    /// Where a node stands for its successors.
    fn stand(&self, node: NodeId, late: &Column<bool, Special>, instead: Option<&Dates>, early: &Dates) -> Stand {
        let special = self.network.nodes[node].special.get();
        instead.filter(|_| special.is_some_and(|special| late[special])).unwrap_or(early).get(node)
    }

    /// The instants of the positions of some plain nodes.
    fn date_early(&mut self, (first, end): (NodeId, NodeId), early: &mut Dates) -> Result<()> {
        let nodes = self.network.nodes.slice(first, end).iter().zip(early.axis.slice(first, end));
        let dates = early.start.slice_mut(first, end).iter_mut().zip(early.finish.slice_mut(first, end));
        for ((node, position), (start, finish)) in nodes.zip(dates) {
            let Some(timeline) = self.clocks.0.get_mut(node.calendar() as usize) else { continue };
            let here = |error: Error| error.at(self.network.outline.path(node.row));
            (*start, *finish) = timeline.period(*position, node.span()).map_err(here)?;
        }
        early.reach_no_further((first, end));
        Ok(())
    }

    /// Where a special node stands. It is described, so that one can ask where it would stand if it were otherwise.
    pub(super) fn stand_early(
        &mut self,
        (id, special): (NodeId, Index<Special>),
        node: &Special,
        project_start: i64,
        late: &Column<bool, Special>,
        instead: Option<&Dates>,
        early: &Dates,
    ) -> Result<Stand> {
        let network = self.network;
        let mut before = Before::NOTHING;
        let (mut first_start, mut last_finish) = (NEVER_AFTER, NEVER_BEFORE);
        for edge in network.incoming(id) {
            if edge.tie == Tie::Up {
                let from = self.stand(edge.from, late, instead, early);
                (first_start, last_finish) = (first_start.min(from.start), last_finish.max(from.finish));
                continue;
            }
            before.raise(self.demand(edge, late, instead, early).map_err(|error| self.at(id, error))?);
            if edge.tie == Tie::Link(LinkKind::FinishToFinish) {
                // A long successor does not reach back beyond the project start; one that is tied by SF does, as in MPXJ.
                before.start = before.start.max(project_start);
            }
        }
        let dates = match node.part {
            Part::Gate => return Ok(Stand { start: before.start, finish: before.finish, reach: before.stand }),
            Part::Effort => return Ok(Stand::new(project_start, project_start)),
            Part::Crown => return Ok(Stand::new(first_start, last_finish)),
            Part::Task if matches!(node.state, State::Done { .. } | State::Manual { .. } | State::Running { .. }) => {
                self.recorded(node, before)
            }
            Part::Task => self.place_early(special, node, before, project_start),
        };
        let (start, finish) = dates.and_then(|dates| self.until_expected(special, node, dates)).map_err(|error| self.at(id, error))?;
        Ok(Stand::new(start, finish))
    }

    /// An expected finish stands, and what remains is what fits before it: P6 rewrites the remaining duration.
    fn until_expected(&mut self, id: Index<Special>, node: &Special, (start, finish): (i64, i64)) -> Result<(i64, i64)> {
        let Some(expected) = node.expected else { return Ok((start, finish)) };
        let goes_on = match node.state {
            State::Running { resume, .. } if !self.network.dates_what_remains() => resume,
            _ => start,
        };
        self.rewritten[id] = Some((self.clocks.between(node.clock, goes_on, expected).saturating_sub(node.pauses)).max(0));
        Ok((start, expected.max(goes_on)))
    }

    /// Start and finish of a task that links no longer move; in a plan of what remains, those of its rest.
    fn recorded(&mut self, node: &Special, before: Before) -> Result<(i64, i64)> {
        let retained = self.network.method.out_of_sequence != Some(OutOfSequence::ProgressOverride);
        let from_now = Before { start: self.now, ..Before::NOTHING };
        let waiting = if retained { Before { start: before.start.max(self.now), ..before } } else { from_now };
        match node.state {
            State::Done { finish, .. } if self.network.dates_what_remains() => {
                // Where nothing is known to wait for, it stands where it was done.
                let at = waiting.start.max(waiting.finish);
                Ok(if at == NEVER_BEFORE { (finish, finish) } else { (at, at) })
            }
            State::Running { resume, remaining, .. } if self.network.dates_what_remains() => {
                self.earliest(&node.lasting(remaining), Before { start: waiting.start.max(resume), ..waiting })
            }
            State::Running { start, resume, remaining } => {
                let mut finish = self.done_from(&node.lasting(remaining), resume)?;
                if let Some(Constraint::FinishNoEarlierThan { at }) = node.constraint {
                    finish = finish.max(at.unix_seconds());
                }
                Ok((start, finish))
            }
            State::Done { start, finish } | State::Manual { start, finish } => Ok((start, finish)),
            State::Waiting | State::Begun => Ok((NEVER_BEFORE, NEVER_BEFORE)),
        }
    }

    /// Early start and finish of a task, from what its predecessors allow.
    fn place_early(&mut self, id: Index<Special>, node: &Special, mut before: Before, project_start: i64) -> Result<(i64, i64)> {
        // A summary that a person placed stands for the project start of the tasks below it. A start that follows from the finish is
        // the instant of some task already.
        let project_start = node.manual_floor.unwrap_or(project_start);
        let begin = if self.from_start { self.clocks.start_form(Clock::Working(node.calendar), project_start) } else { Ok(project_start) };
        let own_start = match node.constraint {
            Some(Constraint::StartNoEarlierThan { at }) => at.unix_seconds(),
            _ => NEVER_BEFORE,
        };
        // A start constraint of a task that waits for nothing counts also before the project start.
        if before == Before::NOTHING && own_start == NEVER_BEFORE {
            before.start = begin?;
        }
        before.start =
            before.start.max(own_start).max(node.floor.map_or(NEVER_BEFORE, |(at, _)| at)).max(node.manual_floor.unwrap_or(NEVER_BEFORE));
        if !node.state.has_begun() {
            before.start = before.start.max(self.now);
        }
        if let Some(Constraint::FinishNoEarlierThan { at }) = node.constraint {
            before.finish = before.finish.max(at.unix_seconds());
            before.stand = before.stand.max(at.unix_seconds());
        }
        let free = self.earliest(node, before)?;
        if self.from_start {
            self.conflict[id] = None;
        }
        let links_win = self.network.method.links_before_dates;
        let fixed = match node.constraint {
            Some(Constraint::MustStartOn { at }) if !links_win || free.0 < at.unix_seconds() => self.starting(node, at.unix_seconds())?,
            Some(Constraint::MustFinishOn { at }) if !links_win || free.1 < at.unix_seconds() => self.finishing(node, at.unix_seconds())?,
            _ if links_win => free,
            Some(Constraint::StartNoLaterThan { at }) if self.from_start && free.0 > at.unix_seconds() => {
                self.starting(node, at.unix_seconds())?
            }
            Some(Constraint::FinishNoLaterThan { at }) if self.from_start && free.1 > at.unix_seconds() => {
                let (start, _) = self.finishing(node, at.unix_seconds())?;
                self.starting(node, start)?
            }
            _ => free,
        };
        if node.delay > 0 && fixed == free {
            // Levelling puts a task off on the wall, after links and constraints.
            return self.starting(node, free.0 + node.delay);
        }
        if self.from_start {
            self.conflict[id] = self.conflict_between(node, fixed, free);
        }
        Ok(fixed)
    }

    /// The earliest dates behind these bounds.
    pub(super) fn earliest(&mut self, node: &Special, before: Before) -> Result<(i64, i64)> {
        if node.duration == 0 {
            // A milestone keeps the instant of its driver: a launch review at the end of Friday is not on Monday.
            let at = self.in_early_form(node, before.start.max(before.finish))?;
            return Ok((at, at));
        }
        let mut start = NEVER_BEFORE;
        if before.start != NEVER_BEFORE {
            start = self.first_start(node, before.start)?;
        }
        if before.finish != NEVER_BEFORE {
            start = start.max(self.start_to_be_done(node, before.finish)?);
        }
        let finish = self.done_from(node, start)?.max(before.stand);
        Ok((start, finish))
    }

    /// A start milestone begins a period. A finish milestone stands where work ends, or waits for the next period.
    fn in_early_form(&mut self, node: &Special, at: i64) -> Result<i64> {
        match node.form {
            None => Ok(at),
            Some(MilestoneForm::Finish) if self.clocks.end_form(node.clock, at).is_ok_and(|end| end == at) => Ok(at),
            Some(MilestoneForm::Start | MilestoneForm::Finish) => self.clocks.start_form(node.clock, at),
        }
    }
}
