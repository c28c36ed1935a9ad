//! The two passes: early dates forward, late dates back.
//!
//! A position in working time has two clock forms, the end of a period and the start of the next. Starts use the second, finishes
//! the first; milestones keep the instant of whatever drives them. Where two calendars meet, the night of one may be the day of the
//! other: a finish that waits for somebody abroad stands in the night, and its late date reaches into it.

use crate::error::Result;
use crate::model::{Anchor, AsLateAs, Constraint, LinkKind, MilestoneForm, OutOfSequence};
use crate::plan::bounds::{After, Before, Dates, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_after, bounds_before, latest_form};
use crate::plan::clocks::Clocks;
use crate::plan::column::Column;
use crate::plan::network::{Network, Node, NodeId, Part, State, Tie};
use crate::time::{Clock, Timestamp};

/// The dates of all nodes.
pub(crate) struct Schedule {
    pub(crate) early: Dates,
    pub(crate) late: Dates,
    /// Where each task really stands: early, or late for those that are placed as late as possible.
    pub(crate) placed: Dates,
    /// Whether a node stands as late as its successors stay where they are.
    pub(crate) waits: Column<bool, Node>,
    /// Whether a node stands at its late dates.
    pub(crate) stands_late: Column<bool, Node>,
    /// How far a fixed date is earlier (or, from the finish, later) than the links allow.
    pub(crate) conflict: Column<Option<Conflict>, Node>,
    pub(crate) project_start: i64,
    pub(crate) project_finish: i64,
    /// The moment by which the project has to be done, where one is set.
    pub(crate) due: Option<i64>,
}

/// By how much a date and the links of a task disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// Seconds of the task's own clock.
    Work(i64),
    /// Seconds on the wall, where the two lie in one night of its calendar.
    Night(i64),
}

/// Runs the passes.
pub(crate) fn run(network: &Network<'_>, clocks: &mut Clocks<'_>, anchor: Anchor) -> Result<Schedule> {
    let conflict = network.nodes.beside(None);
    let from_start = matches!(anchor, Anchor::Start { .. });
    let mut waits = network.nodes.beside(false);
    let mut stands_late: Column<bool, Node> = network
        .nodes
        .iter()
        .map(|(_, node)| match (node.part, node.constraint) {
            (Part::Gate | Part::Crown, _) => false,
            (Part::Task, Some(Constraint::AsLateAsPossible {})) => true,
            (Part::Task, Some(Constraint::AsSoonAsPossible {})) => false,
            (Part::Task, None | Some(_)) => !from_start,
        })
        .collect();
    let mut passes = Passes { network, clocks, from_start, now: network.now, conflict };
    let anywhere = Dates::new(network, NEVER_BEFORE);
    let mut nobody = network.nodes.beside(false);
    match anchor {
        Anchor::Start { at } => {
            let project_start = at.unix_seconds();
            let mut early = passes.forward(project_start, &mut nobody, &anywhere)?;
            if network.method.as_late_as == Some(AsLateAs::Successors) {
                passes.wait_for_successors(&mut early, &stands_late)?;
                waits = std::mem::replace(&mut stands_late, network.nodes.beside(false));
            }
            let project_finish =
                network.method.must_finish_by.map_or_else(|| latest_finish(network, &early, project_start), Timestamp::unix_seconds);
            let late = passes.backward(project_finish, &early, &nobody, &early)?;
            if stands_late.iter().any(|(_, late)| *late) {
                early = passes.forward(project_start, &mut stands_late, &late)?;
            }
            Ok(Schedule { waits, ..passes.finish(early, late, stands_late, project_start, project_finish) })
        }
        Anchor::Finish { at } => {
            let project_finish = at.unix_seconds();
            // Only the order of the tasks below a summary matters in this first round.
            let order = passes.forward(project_finish, &mut nobody, &anywhere)?;
            let mut late = passes.backward(project_finish, &order, &nobody, &anywhere)?;
            let project_start = network.leaves().map(|(node, _)| late.start[node]).min().unwrap_or(project_finish);
            let early = passes.forward(project_start, &mut nobody, &anywhere)?;
            let stands_early: Column<bool, Node> =
                network.nodes.iter().map(|(id, node)| node.part == Part::Task && !stands_late[id]).collect();
            if stands_early.iter().any(|(_, early)| *early) {
                late = passes.backward(project_finish, &order, &stands_early, &early)?;
            }
            Ok(Schedule { waits, ..passes.finish(early, late, stands_late, project_start, project_finish) })
        }
    }
}

fn latest_finish(network: &Network<'_>, dates: &Dates, none: i64) -> i64 {
    let leaves = network.leaves().map(|(node, _)| dates.finish[node]).max();
    leaves.max(network.manual_finish).unwrap_or(none)
}

pub(crate) struct Passes<'a, 'n, 't> {
    pub(crate) network: &'a Network<'n>,
    pub(crate) clocks: &'a mut Clocks<'t>,
    from_start: bool,
    now: i64,
    conflict: Column<Option<Conflict>, Node>,
}

impl Passes<'_, '_, '_> {
    /// Early dates. Nodes in `late` hand the dates of `instead` to their successors, and not their own: who waits for a task that stands
    /// late is driven from there. One that turns out to be late already leaves the column, and stands as early as it can.
    fn forward(&mut self, project_start: i64, late: &mut Column<bool, Node>, instead: &Dates) -> Result<Dates> {
        let mut early = Dates::new(self.network, NEVER_BEFORE);
        for (id, node) in self.network.nodes.iter() {
            let mut before = Before::NOTHING;
            let (mut first_start, mut last_finish) = (NEVER_AFTER, NEVER_BEFORE);
            for edge in self.network.incoming(id) {
                let dates = if late[edge.from] { instead } else { &early };
                let (start, finish, stand) = dates.get(edge.from);
                if edge.tie == Tie::Up {
                    (first_start, last_finish) = (first_start.min(start), last_finish.max(finish));
                } else {
                    before.raise(
                        bounds_before(self.network, self.clocks, edge, (start, finish, stand)).map_err(|error| self.at(node, error))?,
                    );
                    if edge.tie == Tie::Link(LinkKind::FinishToFinish) {
                        // A long successor does not reach back beyond the project start; one that is tied by SF does, as in MPXJ.
                        before.start = before.start.max(project_start);
                    }
                }
            }
            let dates = match node.part {
                Part::Gate => (before.start, before.finish, before.stand),
                Part::Crown => (first_start, last_finish, last_finish),
                Part::Task if matches!(node.state, State::Done { .. } | State::Manual { .. } | State::Running { .. }) => {
                    let (start, finish) = self.recorded(node, before).map_err(|error| self.at(node, error))?;
                    (start, finish, finish)
                }
                Part::Task => {
                    let (start, finish) = self.place_early(id, node, before, project_start).map_err(|error| self.at(node, error))?;
                    (start, finish, finish)
                }
            };
            early.set(id, dates);
            late[id] &= instead.start[id] >= dates.0;
        }
        Ok(early)
    }

    /// Start and finish of a task that links no longer move; in a plan of what remains, those of its rest.
    fn recorded(&mut self, node: &Node, before: Before) -> Result<(i64, i64)> {
        let retained = self.network.method.out_of_sequence != Some(OutOfSequence::ProgressOverride);
        let from_now = Before { start: self.now, ..Before::NOTHING };
        let waiting = if retained { Before { start: before.start.max(self.now), ..before } } else { from_now };
        match node.state {
            State::Done { finish, .. } if self.network.dates_what_remains() => {
                // Where nothing is known to wait for, it stands where it was done.
                let at = waiting.start.max(waiting.finish);
                Ok(if at == NEVER_BEFORE { (finish, finish) } else { (at, at) })
            }
            State::Running { start, remaining, .. } if self.network.dates_what_remains() => {
                self.earliest(&rest(node, remaining), Before { start: waiting.start.max(start), ..waiting })
            }
            State::Running { start, resume, remaining } => {
                let mut finish = self.clocks.shift(node.clock, resume, remaining + node.pauses)?;
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
    fn place_early(&mut self, id: NodeId, node: &Node, mut before: Before, project_start: i64) -> Result<(i64, i64)> {
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

    /// How far the first dates lie before the second.
    fn conflict_between(&mut self, node: &Node, first: (i64, i64), second: (i64, i64)) -> Option<Conflict> {
        let work = self.clocks.between(node.clock, first.0, second.0);
        let night = (second.0 - first.0).max(second.1 - first.1);
        match work {
            1.. => Some(Conflict::Work(work)),
            0 if night > 0 && (node.duration == 0 || second.1 > first.1) => Some(Conflict::Night(night)),
            _ => None,
        }
    }

    /// The earliest dates behind these bounds.
    fn earliest(&mut self, node: &Node, before: Before) -> Result<(i64, i64)> {
        if node.duration == 0 {
            // A milestone keeps the instant of its driver: a launch review at the end of Friday is not on Monday.
            let at = self.in_early_form(node, before.start.max(before.finish))?;
            return Ok((at, at));
        }
        let mut start = NEVER_BEFORE;
        if before.start != NEVER_BEFORE {
            start = self.clocks.start_form(node.clock, before.start)?;
        }
        if before.finish != NEVER_BEFORE {
            start = start.max(self.clocks.shift(node.clock, before.finish, -node.span())?);
        }
        let finish = self.clocks.shift(node.clock, start, node.span())?.max(before.stand);
        Ok((start, finish))
    }

    /// A start milestone begins a period. A finish milestone stands where work ends, or waits for the next period.
    fn in_early_form(&mut self, node: &Node, at: i64) -> Result<i64> {
        match node.form {
            None => Ok(at),
            Some(MilestoneForm::Finish) if self.clocks.end_form(node.clock, at).is_ok_and(|end| end == at) => Ok(at),
            Some(MilestoneForm::Start | MilestoneForm::Finish) => self.clocks.start_form(node.clock, at),
        }
    }

    /// And from the other side: a finish milestone ends a period, a start milestone stands where work begins or ends.
    fn in_late_form(&mut self, node: &Node, at: i64) -> Result<i64> {
        match node.form {
            None => Ok(at),
            Some(MilestoneForm::Start) if self.clocks.start_form(node.clock, at).is_ok_and(|start| start == at) => Ok(at),
            Some(MilestoneForm::Start | MilestoneForm::Finish) => self.clocks.end_form(node.clock, at),
        }
    }

    fn starting(&mut self, node: &Node, at: i64) -> Result<(i64, i64)> {
        if node.duration == 0 {
            return Ok((at, at));
        }
        let start = self.clocks.start_form(node.clock, at)?;
        Ok((start, self.clocks.shift(node.clock, start, node.span())?))
    }

    fn finishing(&mut self, node: &Node, at: i64) -> Result<(i64, i64)> {
        Ok((self.clocks.shift(node.clock, at, -node.span())?, at))
    }

    /// Puts tasks as late as no successor moves.
    fn wait_for_successors(&mut self, early: &mut Dates, waiting: &Column<bool, Node>) -> Result<()> {
        let finish = latest_finish(self.network, early, NEVER_AFTER);
        for (id, node) in self.network.nodes.iter().rev().filter(|(id, _)| waiting[*id]) {
            let mut after = After { start: NEVER_AFTER, finish };
            for edge in self.network.outgoing(id) {
                after.lower(bounds_after(self.network, self.clocks, edge, early.get(edge.to), early)?);
            }
            let late = self.latest(node, after)?;
            if late.0 > early.start[id] {
                early.set(id, late);
            }
        }
        Ok(())
    }

    /// Late dates. Nodes in `fixed` bound their predecessors by the dates of `instead`, and not by their own. `early` tells which task
    /// below a summary starts it.
    fn backward(&mut self, project_finish: i64, early: &Dates, fixed: &Column<bool, Node>, instead: &Dates) -> Result<Dates> {
        let mut late = Dates::new(self.network, NEVER_AFTER);
        // What each node offers to those before it.
        let mut offered = late.clone();
        for (id, node) in self.network.nodes.iter().rev() {
            let mut after = After::ANYTHING;
            for edge in self.network.outgoing(id).filter(|edge| self.network.counts_back(edge)) {
                let dates = if fixed[edge.to] { instead } else { &offered };
                after
                    .lower(bounds_after(self.network, self.clocks, edge, dates.get(edge.to), early).map_err(|error| self.at(node, error))?);
            }
            let dates = match node.part {
                Part::Gate | Part::Crown => (after.start, after.finish, after.finish),
                Part::Task => {
                    let open_end = self.from_start && self.network.method.several_critical_paths && after == After::ANYTHING;
                    let project_finish = if open_end { early.finish[id] } else { project_finish };
                    self.place_late(id, node, after, project_finish).map_err(|error| self.at(node, error))?
                }
            };
            late.set(id, dates);
            let (start, finish, reach) = dates;
            offered.set(
                id,
                match node.state {
                    _ if self.network.dates_what_remains() => dates,
                    // What is done waits for nothing any more; what runs waits where its rest goes on, and a milestone has no rest.
                    State::Done { .. } => (NEVER_AFTER, NEVER_AFTER, NEVER_AFTER),
                    State::Running { resume, .. } if node.duration > 0 => (resume, finish, reach),
                    State::Running { .. } => (finish, finish, reach),
                    State::Waiting | State::Begun | State::Manual { .. } => (start.saturating_sub(node.delay), finish, reach),
                },
            );
        }
        Ok(late)
    }

    /// Late start and finish of a task, from what its successors allow.
    fn place_late(&mut self, id: NodeId, node: &Node, mut after: After, project_finish: i64) -> Result<Stand> {
        let exactly = |(start, finish): (i64, i64)| (start, finish, finish);
        match node.state {
            State::Done { .. } if self.network.dates_what_remains() => {
                let at = after.start.min(after.finish).min(project_finish);
                return Ok((at, at, at));
            }
            State::Running { remaining, .. } if self.network.dates_what_remains() => {
                after.finish = after.finish.min(project_finish);
                return self.latest(&rest(node, remaining), after);
            }
            State::Done { start, finish } => return Ok((start, finish, finish)),
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
            return Ok((self.clocks.shift(node.clock, after.finish, -node.span())?, after.finish, after.finish));
        }
        let free = self.latest(node, after)?;
        if let State::Running { start, .. } = node.state {
            return Ok((start, free.1, free.2));
        }
        let fixed = match node.constraint {
            Some(Constraint::MustStartOn { at }) => self.starting(node, at.unix_seconds())?,
            Some(Constraint::MustFinishOn { at }) => self.finishing(node, at.unix_seconds())?,
            _ if self.from_start => return Ok(free),
            Some(Constraint::FinishNoEarlierThan { at }) if free.1 < at.unix_seconds() => self.finishing(node, at.unix_seconds())?,
            Some(Constraint::StartNoEarlierThan { at }) if free.0 < at.unix_seconds() => self.starting(node, at.unix_seconds())?,
            _ => match node.floor {
                Some((floor, _)) if free.0 < floor => self.starting(node, floor)?,
                _ => return Ok(free),
            },
        };
        if self.from_start && limit < fixed.1 {
            // A fixed date passes on nothing of the links behind it, but its own deadline counts.
            return self.latest(node, After { start: NEVER_AFTER, finish: limit });
        }
        if !self.from_start {
            self.conflict[id] = self.conflict_between(node, (free.0, free.1), fixed);
        }
        Ok(exactly(fixed))
    }

    /// The latest dates before these bounds.
    fn latest(&mut self, node: &Node, after: After) -> Result<Stand> {
        if node.duration == 0 {
            let at = self.in_late_form(node, after.start.min(after.finish))?;
            return Ok((at, at, at));
        }
        let mut finish = self.clocks.end_form(node.clock, after.finish)?;
        if after.start != NEVER_AFTER {
            finish = finish.min(self.clocks.shift(node.clock, after.start, node.span())?);
        }
        // Where the bound comes from another calendar, the next start there may lie beyond it.
        let start = self.clocks.shift(node.clock, finish, -node.span())?.min(after.start);
        let reach = latest_form(self.clocks, node.clock, finish)?.min(after.finish);
        Ok((start, finish, reach))
    }

    fn finish(self, early: Dates, late: Dates, mut stands_late: Column<bool, Node>, project_start: i64, project_finish: i64) -> Schedule {
        let mut placed = early.clone();
        for (id, node) in self.network.leaves() {
            // A task that is late already stands as early as it can; in a plan from its finish only the present can make it late.
            let counted_back = !self.from_start && self.now == NEVER_BEFORE;
            stands_late[id] &= counted_back || late.start[id] >= early.start[id];
            if stands_late[id] {
                placed.set(id, late.get(id));
            }
            // However its rest is dated, a task stands where it began.
            match node.state {
                State::Running { start, .. } => placed.start[id] = start,
                State::Done { start, finish } => placed.set(id, (start, finish, finish)),
                State::Waiting | State::Begun | State::Manual { .. } => {}
            }
        }
        let due = if self.from_start { self.network.method.must_finish_by.map(Timestamp::unix_seconds) } else { Some(project_finish) };
        let waits = self.network.nodes.beside(false);
        Schedule { early, late, placed, waits, stands_late, conflict: self.conflict, project_start, project_finish, due }
    }

    fn at(&self, node: &Node, error: crate::error::Error) -> crate::error::Error {
        error.at(self.network.outline.path(node.row))
    }
}

/// What remains of a task, as a task.
fn rest(node: &Node, remaining: i64) -> Node {
    Node { duration: remaining, ..node.clone() }
}
