//! The two passes: early dates forward, late dates back.
//!
//! A position in working time has two clock forms, the end of a period and the start of the next. Starts use the second, finishes
//! the first; milestones keep the instant of whatever drives them. Where two calendars meet, the night of one may be the day of the
//! other: a finish that waits for somebody abroad stands in the night, and its late date reaches into it.
//!
//! Both passes go block by block. In a block, what other calendars and special nodes say is first brought onto the axes of the plain
//! nodes; then one flat loop over the edges of the axes places them, whatever the calendar; then positions become instants.
//!
//! ```text
//!   plain       a task with a length, a calendar and links, and nothing else        special   every other node
//!   axis        the working time of one calendar as one straight line; a position on it is a number of working seconds
//!   crossing    a link from the axis of one calendar to that of another
//!   gate        where a summary hands what it waits for down to the tasks below     crown     where it gathers their dates
//!   stand       start, finish and reach of a node, in seconds of UTC
//!   reach       the last instant at which a finish may stand: in the night that follows it, where somebody abroad is at work
//! ```

use crate::column::Column;
use crate::error::Result;
use crate::model::{Anchor, AsLateAs, Constraint};
use crate::plan::backward::Behind;
use crate::plan::bounds::{After, Dates, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_after};
use crate::plan::network::{Block, Network, NodeId, Part, Special, State};
use crate::time::Clocks;
use crate::time::Timestamp;

/// The dates of all nodes.
pub(crate) struct Schedule {
    pub(crate) early: Dates,
    pub(crate) late: Dates,
    /// Whether a special node stands as late as its successors stay where they are.
    waits: Column<bool, Special>,
    /// Whether a special node stands at its late dates.
    stands_late: Column<bool, Special>,
    /// How far a fixed date is earlier (or, from the finish, later) than the links allow.
    pub(super) conflict: Column<Option<Conflict>, Special>,
    /// Where levels of effort stand, by their nodes.
    laid: Vec<(NodeId, Stand)>,
    /// What an expected finish leaves to do, in seconds of the clock of the task.
    pub(super) rewritten: Column<Option<i64>, Special>,
    /// What bounded nodes from behind in the last pass back.
    pub(super) behind: Option<Behind>,
    from_start: bool,
    /// Whether the plan counts back from its finish and knows no present, so that nothing can be late.
    counted_back: bool,
    pub(crate) project_start: i64,
    pub(crate) project_finish: i64,
    /// The moment by which the project has to be done, where one is set.
    pub(crate) due: Option<i64>,
}

impl Schedule {
    /// Whether the plan runs from the project's start.
    pub(crate) fn is_from_start(&self) -> bool {
        self.from_start
    }

    /// Whether a task stands at its late dates.
    #[inline]
    pub(crate) fn stands_late(&self, network: &Network<'_>, id: NodeId) -> bool {
        let wants = network.nodes[id].special.get().map_or(!self.from_start, |special| self.stands_late[special]);
        // A task that is late already stands as early as it can; in a plan from its finish only the present can make it late.
        wants && (self.counted_back || self.late.start[id] >= self.early.start[id])
    }

    /// Whether a task stands as late as its successors, or the finish, allow.
    pub(crate) fn is_held_from_behind(&self, network: &Network<'_>, id: NodeId) -> bool {
        self.stands_late(network, id) || network.nodes[id].special.get().is_some_and(|special| self.waits[special])
    }

    /// Where a task really stands: early, late if it is placed as late as possible, and, however its rest is dated, where it began.
    #[inline]
    pub(crate) fn placed(&self, network: &Network<'_>, id: NodeId) -> Stand {
        let stand = if self.stands_late(network, id) { self.late.get(id) } else { self.early.get(id) };
        let Some(special) = network.nodes[id].special.get() else { return stand };
        let special = &network.specials[special];
        match (special.part, special.state) {
            (Part::Effort, _) => {
                let laid = self.laid.binary_search_by_key(&id, |(effort, _)| *effort).ok().and_then(|place| self.laid.get(place));
                laid.map_or_else(|| self.early.get(id), |(_, stand)| *stand)
            }
            (_, State::Running { start, .. }) => Stand { start, ..stand },
            (_, State::Done { start, finish }) => Stand::new(start, finish),
            (_, State::Waiting | State::Begun | State::Manual { .. }) => stand,
        }
    }

    /// Puts a level of effort where it belongs: its early and late dates, and where it stands. They come in the order of the network.
    pub(super) fn lay(&mut self, effort: NodeId, (early, late): (Stand, Stand), placed: Stand) {
        self.early.set(effort, early);
        self.late.set(effort, late);
        self.laid.push((effort, placed));
    }

    /// Seconds of work of a task, where an expected finish has rewritten them.
    pub(crate) fn rewritten(&self, network: &Network<'_>, id: NodeId) -> Option<i64> {
        let special = network.nodes[id].special.get()?;
        Some(network.specials[special].with_remaining(self.rewritten[special]?).duration)
    }

    /// Puts the nodes in another order.
    pub(super) fn renumber(&mut self, order: &[NodeId]) {
        (self.early, self.late) = (self.early.in_order(order), self.late.in_order(order));
        if let Some(Behind { start, finish, .. }) = &mut self.behind {
            (*start, *finish) = (start.in_order(order), finish.in_order(order));
        }
    }

    /// Makes room for one more special node, which stands early.
    pub(super) fn add_special(&mut self) {
        self.waits.push(false);
        self.stands_late.push(false);
        self.conflict.push(None);
        self.rewritten.push(None);
        self.behind.iter_mut().for_each(|behind| _ = behind.offered.push(Stand::new(NEVER_AFTER, NEVER_AFTER)));
    }

    /// Dates that are not needed any more.
    pub(crate) fn into_spare(self) -> Vec<Dates> {
        vec![self.early, self.late]
    }

    pub(crate) fn conflict(&self, network: &Network<'_>, id: NodeId) -> Option<Conflict> {
        network.nodes[id].special.get().and_then(|special| self.conflict[special])
    }
}

/// By how much a date and the links of a task disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// Seconds of the task's own clock.
    Work(i64),
    /// Seconds on the wall, where the two lie in one night of its calendar.
    Night(i64),
}

/// Runs the passes. Dates that nobody needs any more spare memory that would have to be cleared.
pub(crate) fn run(network: &Network<'_>, clocks: &mut Clocks<'_>, anchor: Anchor, spare: Vec<Dates>) -> Result<Schedule> {
    let specials = &network.specials;
    let from_start = matches!(anchor, Anchor::Start { .. });
    let wants_late = |special: &Special| match (special.part, special.constraint) {
        (Part::Effort | Part::Gate | Part::Crown, _) => false,
        // What is expected to be done then does not wait.
        (Part::Task, Some(Constraint::AsLateAsPossible {})) => special.expected.is_none(),
        (Part::Task, Some(Constraint::AsSoonAsPossible {})) => false,
        (Part::Task, None | Some(_)) => !from_start,
    };
    let mut waits = specials.beside(false);
    let mut stands_late: Column<bool, Special> = specials.iter().map(|(_, special)| wants_late(special)).collect();
    let mut passes = Passes {
        network,
        clocks,
        from_start,
        now: network.now,
        conflict: specials.beside(None),
        rewritten: specials.beside(None),
        behind: None,
        spare,
    };
    let mut nobody = specials.beside(false);
    let (project_start, project_finish, early, late);
    match anchor {
        Anchor::Start { at } => {
            project_start = at.unix_seconds();
            let mut first = passes.forward(project_start, &mut nobody, None)?;
            if network.method.as_late_as == Some(AsLateAs::Successors) {
                passes.wait_for_successors(&mut first, &stands_late)?;
                waits = std::mem::replace(&mut stands_late, specials.beside(false));
            }
            project_finish =
                network.method.must_finish_by.map_or_else(|| latest_finish(network, &first, project_start), Timestamp::unix_seconds);
            late = passes.backward(project_finish, &first, &nobody, &first)?;
            let anybody = stands_late.iter().any(|(_, late)| *late);
            early = if anybody { passes.forward(project_start, &mut stands_late, Some(&late))? } else { first };
        }
        Anchor::Finish { at } => {
            project_finish = at.unix_seconds();
            // Only the order of the tasks below a summary matters in this first round.
            let order = passes.forward(project_finish, &mut nobody, None)?;
            let first = passes.backward(project_finish, &order, &nobody, &order)?;
            project_start = network.leaves().map(|node| first.start[node]).min().unwrap_or(project_finish);
            early = passes.forward(project_start, &mut nobody, None)?;
            let stands_early: Column<bool, Special> =
                specials.iter().map(|(_, special)| special.part == Part::Task && !wants_late(special)).collect();
            let anybody = stands_early.iter().any(|(_, early)| *early);
            late = if anybody { passes.backward(project_finish, &order, &stands_early, &early)? } else { first };
        }
    }
    let due = if from_start { network.method.must_finish_by.map(Timestamp::unix_seconds) } else { Some(project_finish) };
    let counted_back = !from_start && network.now == NEVER_BEFORE;
    let Passes { conflict, rewritten, behind, .. } = passes;
    Ok(Schedule {
        early,
        late,
        waits,
        stands_late,
        conflict,
        laid: Vec::new(),
        rewritten,
        behind,
        from_start,
        counted_back,
        project_start,
        project_finish,
        due,
    })
}

pub(super) fn latest_finish(network: &Network<'_>, dates: &Dates, none: i64) -> i64 {
    let of_block = |block: &Block| {
        let plain = block.plain().into_iter().filter_map(|(first, end)| dates.finish.slice(first, end).iter().copied().max());
        plain.chain(block.specials().filter(|id| network.part(*id) == Part::Task).map(|id| dates.finish[id])).max()
    };
    network.blocks.iter().filter_map(of_block).max().max(network.manual_finish).unwrap_or(none)
}

pub(super) struct Passes<'a, 'n, 't> {
    pub(super) network: &'a Network<'n>,
    pub(super) clocks: &'a mut Clocks<'t>,
    pub(super) from_start: bool,
    pub(super) now: i64,
    pub(super) conflict: Column<Option<Conflict>, Special>,
    pub(super) rewritten: Column<Option<i64>, Special>,
    pub(super) behind: Option<Behind>,
    pub(super) spare: Vec<Dates>,
}

impl<'a, 'n, 't> Passes<'a, 'n, 't> {
    /// To ask more of a network whose dates are known.
    pub(super) fn again(network: &'a Network<'n>, clocks: &'a mut Clocks<'t>, schedule: &Schedule) -> Passes<'a, 'n, 't> {
        let (conflict, rewritten) = (network.specials.beside(None), schedule.rewritten.clone());
        Passes { network, clocks, from_start: schedule.from_start, now: network.now, conflict, rewritten, behind: None, spare: Vec::new() }
    }

    pub(super) fn new_dates(&mut self) -> Dates {
        self.spare.pop().unwrap_or_else(|| Dates::new(self.network))
    }

    /// Puts tasks as late as no successor moves.
    fn wait_for_successors(&mut self, early: &mut Dates, waiting: &Column<bool, Special>) -> Result<()> {
        let network = self.network;
        let finish = latest_finish(network, early, NEVER_AFTER);
        for id in network.nodes.rows().rev() {
            let Some(special) = network.nodes[id].special.get().filter(|special| waiting[*special]) else { continue };
            let node = &network.specials[special];
            let limits = [Some(finish), node.deadline, node.cap.map(|(at, _)| at)];
            let mut after = After { start: NEVER_AFTER, finish: limits.into_iter().flatten().min().unwrap_or(finish) };
            for edge in network.outgoing(id) {
                after.lower(bounds_after(network, self.clocks, edge, early.get(edge.to), early)?);
            }
            let late = self.latest(node, after)?;
            if late.start > early.start[id] {
                early.set(id, late);
            }
        }
        Ok(())
    }

    /// How far the first dates lie before the second.
    pub(super) fn conflict_between(&mut self, node: &Special, first: (i64, i64), second: (i64, i64)) -> Option<Conflict> {
        let work = self.clocks.between(node.clock, first.0, second.0);
        let night = (second.0 - first.0).max(second.1 - first.1);
        match work {
            1.. => Some(Conflict::Work(work)),
            0 if night > 0 && (node.duration == 0 || second.1 > first.1) => Some(Conflict::Night(night)),
            _ => None,
        }
    }

    pub(super) fn starting(&mut self, node: &Special, at: i64) -> Result<(i64, i64)> {
        if node.duration == 0 {
            return Ok((at, at));
        }
        let start = self.first_start(node, at)?;
        Ok((start, self.done_from(node, start)?))
    }

    /// When the first of those who work on a task begins.
    pub(super) fn first_start(&mut self, node: &Special, at: i64) -> Result<i64> {
        let Some(crew) = &node.crew else { return self.clocks.start_form(node.clock, at) };
        let mut first = NEVER_AFTER;
        for one in crew {
            let at = if one.delay > 0 { self.clocks.shift(one.clock, at, one.delay)? } else { at };
            first = first.min(self.clocks.start_form(one.clock, at)?);
        }
        Ok(first)
    }

    /// When the last of those who work on a task is done.
    pub(super) fn done_from(&mut self, node: &Special, start: i64) -> Result<i64> {
        let Some(crew) = &node.crew else { return self.clocks.shift(node.clock, start, node.span()) };
        let mut done = start;
        for one in crew {
            done = done.max(self.clocks.shift(one.clock, start, one.length(node.pauses))?);
        }
        Ok(done)
    }

    /// The latest start from which all who work on a task are done by then.
    pub(super) fn start_to_be_done(&mut self, node: &Special, finish: i64) -> Result<i64> {
        let Some(crew) = &node.crew else { return self.clocks.shift(node.clock, finish, -node.span()) };
        let mut start = finish;
        for one in crew {
            start = start.min(self.clocks.shift(one.clock, finish, -one.length(node.pauses))?);
        }
        Ok(start)
    }

    /// The last moment at which any of those who work on a task still works.
    pub(super) fn last_end(&mut self, node: &Special, at: i64) -> Result<i64> {
        let Some(crew) = &node.crew else { return self.clocks.end_form(node.clock, at) };
        let mut last = NEVER_BEFORE;
        for one in crew {
            last = last.max(self.clocks.end_form(one.clock, at)?);
        }
        Ok(last)
    }

    pub(super) fn finishing(&mut self, node: &Special, at: i64) -> Result<(i64, i64)> {
        Ok((self.start_to_be_done(node, at)?, at))
    }

    pub(super) fn at(&self, id: NodeId, error: crate::error::Error) -> crate::error::Error {
        error.at(self.network.outline.path(self.network.nodes[id].row))
    }
}
