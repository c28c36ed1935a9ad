//! What if: the consequences of one change, found from where it is made, without planning the rest again.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use serde::{Deserialize, Serialize};

use crate::column::Column;
use crate::error::{Code, Error, Result};
use crate::model::{Anchor, Deadline, TaskId};
use crate::order;
use crate::outline::Row;
use crate::plan::bounds::{Before, Dates, Stand, bounds_before};
use crate::plan::network::{Ahead, Network, Node, NodeId, Part, Special, State};
use crate::plan::passes::{Passes, latest_finish};
use crate::plan::{Compiled, Schedule, Slack};
use crate::time::{Clock, Clocks, Span, Timestamp};

/// What a later start of one task does to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Slip {
    /// When the last task finishes then; levels of effort, which go along with others, are not counted.
    pub finish: Timestamp,
    /// By how many working seconds of the project's calendar that is later than planned.
    pub delay: i64,
    /// The tasks that move, in outline order, without summaries.
    pub moved: Vec<Moved>,
    /// The tasks that miss their own deadlines then, though the plan keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub missed: Vec<TaskId>,
}

/// A task that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Moved {
    /// The task.
    pub task: TaskId,
    /// When it starts then.
    pub start: Timestamp,
    /// When it finishes then.
    pub finish: Timestamp,
    /// By how many working seconds its finish is later; seconds of the clock where its length runs on the clock.
    pub delay: i64,
}

/// How much a critical task delays the finish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Drag {
    /// The task.
    pub task: TaskId,
    /// Working seconds of the project's calendar by which the project would finish earlier if the task took no time.
    pub drag: i64,
}

impl Compiled<'_> {
    /// What moves if a task starts later than planned by a length of time, or, once begun, takes that much longer.
    ///
    /// # Errors
    /// Tasks that the project does not have, summaries, levels of effort, and lengths below zero.
    pub(crate) fn slip(&mut self, (schedule, _): &(Schedule, Slack), task: &TaskId, by: Span) -> Result<Slip> {
        let node = self.node(task).map_err(|error| error.at("/task"))?;
        let seconds = by.seconds(self.network.working_day).map_err(|error| error.at("/by"))?;
        if seconds < 0 {
            return Err(Error::new(Code::TaskDurationNegative, &[("duration", &by.to_string())]).at("/by"));
        }
        let network = &self.network;
        let mut clocks = Clocks(&mut self.timelines);
        let mut what_if = WhatIf::new(network, &mut clocks, schedule, true);
        let mut special = network.special(node);
        special.duration = schedule.rewritten(network, node).unwrap_or(special.duration);
        let clock = if by.unit.is_elapsed() { Clock::Elapsed } else { special.clock };
        let now = schedule.placed(network, node);
        let clocks = &mut *what_if.passes.clocks;
        let stand = match special.state {
            // What is done does not slip, and nothing does by nothing.
            State::Done { .. } => what_if.dates.get(node),
            _ if seconds == 0 => what_if.dates.get(node),
            State::Running { .. } => Stand::new(now.start, clocks.shift(clock, now.finish, seconds)?),
            State::Manual { .. } => Stand::new(clocks.shift(clock, now.start, seconds)?, clocks.shift(clock, now.finish, seconds)?),
            State::Waiting | State::Begun => {
                let at = clocks.shift(clock, now.start, seconds)?;
                let (start, finish) = what_if.passes.starting(&special, at)?;
                // A finish that something else holds, abroad or by its date, is not given up.
                Stand::new(start.max(now.start), finish.max(now.finish))
            }
        };
        what_if.change(node, stand)?;
        let finish = latest_finish(network, &what_if.dates, schedule.project_finish);
        let before = latest_finish(network, &what_if.planned(), schedule.project_finish);
        let delay = what_if.passes.clocks.between(Clock::Working(0), before, finish);
        let (mut moved, mut missed) = (Vec::new(), Vec::new());
        for (id, was) in std::mem::take(&mut what_if.log) {
            let stand = what_if.dates.get(id);
            if network.part(id) != Part::Task || stand == was {
                continue;
            }
            let row = network.nodes[id].row;
            let delay = what_if.passes.clocks.between(network.clock(id), was.finish, stand.finish);
            let task = network.outline.task(row);
            let due = task.deadline.as_deref().map(Deadline::moment).transpose()?.map(Timestamp::unix_seconds);
            if due.is_some_and(|due| was.finish <= due && due < stand.finish) {
                missed.push((row, task.id.clone()));
            }
            // However its rest is dated, a task started when it started.
            let start = if network.state(id).is_reported() { schedule.placed(network, id).start } else { stand.start };
            let (start, finish) = (Timestamp::from_unix_seconds(start)?, Timestamp::from_unix_seconds(stand.finish)?);
            moved.push((row, Moved { task: task.id.clone(), start, finish, delay }));
        }
        moved.sort_by_key(|(row, _)| *row);
        missed.sort_by_key(|(row, _)| *row);
        Ok(Slip {
            finish: Timestamp::from_unix_seconds(finish)?,
            delay,
            moved: moved.into_iter().map(|(_, moved)| moved).collect(),
            missed: missed.into_iter().map(|(_, task)| task).collect(),
        })
    }

    /// The drag of some tasks, or of all critical ones, the greatest first.
    ///
    /// # Errors
    /// A plan that is counted back from its finish, tasks that the project does not have, and summaries.
    pub(crate) fn drags(&mut self, (schedule, slack): &(Schedule, Slack), tasks: &[TaskId]) -> Result<Vec<Drag>> {
        if matches!(self.anchor, Anchor::Finish { .. }) {
            return Err(Error::new(Code::PlanFromFinish, &[]).at("/project/anchor"));
        }
        let asked: Vec<NodeId> = if tasks.is_empty() {
            self.network.leaves().filter(|node| slack.critical[*node]).collect()
        } else {
            let outline = &self.network.outline;
            let rows: HashMap<&TaskId, Row> = outline.places.rows().map(|row| (outline.id(row), row)).collect();
            let node = |(index, task): (usize, &TaskId)| {
                self.node_at(rows.get(task).copied(), task).map_err(|error| error.at(format!("/tasks/{index}")))
            };
            tasks.iter().enumerate().map(node).collect::<Result<_>>()?
        };
        let network = &self.network;
        let mut clocks = Clocks(&mut self.timelines);
        let mut what_if = WhatIf::new(network, &mut clocks, schedule, false);
        let before = latest_finish(network, &what_if.dates, schedule.project_finish);
        let mut drags = Vec::with_capacity(asked.len());
        for node in asked {
            let special = network.special(node);
            what_if.take_no_time(node, &special)?;
            let finish = latest_finish(network, &what_if.dates, schedule.project_finish);
            what_if.undo();
            let drag = what_if.passes.clocks.between(Clock::Working(0), finish, before);
            drags.push((special.row, Drag { task: network.outline.id(special.row).clone(), drag }));
        }
        order::sort_by(&mut drags, |(a, first), (b, second)| second.drag.cmp(&first.drag).then(a.cmp(b)));
        Ok(drags.into_iter().map(|(_, drag)| drag).collect())
    }

    /// The node of a task.
    pub(super) fn node(&self, task: &TaskId) -> Result<NodeId> {
        let outline = &self.network.outline;
        self.node_at(outline.places.rows().find(|row| outline.id(*row) == task), task)
    }

    fn node_at(&self, row: Option<Row>, task: &TaskId) -> Result<NodeId> {
        let refuse = |code: Code| Error::new(code, &[("task", task.as_str())]);
        let node = self.network.node_of[row.ok_or_else(|| refuse(Code::TaskUnknown))?].get().ok_or_else(|| refuse(Code::TaskIsSummary))?;
        match self.network.part(node) {
            Part::Effort => Err(refuse(Code::TaskIsEffort)),
            Part::Task | Part::Gate | Part::Crown => Ok(node),
        }
    }
}

/// Dates in which one change is followed to its end.
struct WhatIf<'a, 'n, 't> {
    passes: Passes<'a, 'n, 't>,
    schedule: &'a Schedule,
    ahead: Ahead,
    /// Whether nothing becomes earlier.
    only_later: bool,
    /// No special node stands late for its successors: all stand where they are placed.
    nobody: Column<bool, Special>,
    dates: Dates,
    /// What has been changed, and from what.
    log: Vec<(NodeId, Stand)>,
    queue: BinaryHeap<Reverse<NodeId>>,
    queued: Column<bool, Node>,
}

impl<'a, 'n, 't> WhatIf<'a, 'n, 't> {
    fn new(network: &'a Network<'n>, clocks: &'a mut Clocks<'t>, schedule: &'a Schedule, only_later: bool) -> WhatIf<'a, 'n, 't> {
        let mut dates = schedule.early.clone();
        // Where something could become earlier, what waits as late as it can would be later or earlier with it: early dates decide.
        let late = network.nodes.rows().filter(|id| only_later && network.part(*id) == Part::Task && schedule.stands_late(network, *id));
        late.for_each(|id| dates.set(id, schedule.placed(network, id)));
        WhatIf {
            passes: Passes::again(network, clocks, schedule),
            schedule,
            ahead: network.ahead(),
            only_later,
            nobody: network.specials.beside(false),
            dates,
            log: Vec::new(),
            queue: BinaryHeap::new(),
            queued: network.nodes.beside(false),
        }
    }

    /// The dates before any change.
    fn planned(&self) -> Dates {
        let mut dates = self.dates.clone();
        self.log.iter().rev().for_each(|(id, stand)| dates.set(*id, *stand));
        dates
    }

    fn undo(&mut self) {
        while let Some((id, stand)) = self.log.pop() {
            self.dates.set(id, stand);
        }
    }

    /// Gives a task no length; what it waits for, and its own dates, stay as they are.
    fn take_no_time(&mut self, id: NodeId, node: &Special) -> Result<()> {
        let mut empty = Special { duration: 0, pauses: 0, expected: None, ..node.clone() };
        if let State::Running { remaining, .. } = &mut empty.state {
            *remaining = 0;
        }
        let stand = self.place(id, &empty)?;
        self.change(id, stand)
    }

    /// Puts one node elsewhere, and after it all that follow.
    fn change(&mut self, id: NodeId, stand: Stand) -> Result<()> {
        let network = self.passes.network;
        self.move_to(id, stand);
        while let Some(Reverse(next)) = self.queue.pop() {
            self.queued[next] = false;
            let was = self.dates.get(next);
            let mut stand = self.place(next, &network.special(next))?;
            if self.only_later {
                stand =
                    Stand { start: stand.start.max(was.start), finish: stand.finish.max(was.finish), reach: stand.reach.max(was.reach) };
            }
            if stand != was {
                self.move_to(next, stand);
            }
        }
        Ok(())
    }

    fn move_to(&mut self, id: NodeId, stand: Stand) {
        let network = self.passes.network;
        self.log.push((id, self.dates.get(id)));
        self.dates.set(id, stand);
        let ahead = self.ahead.of(network, id).map(|edge| edge.to);
        for to in ahead.chain(network.outgoing(id).map(|edge| edge.to)) {
            if !std::mem::replace(&mut self.queued[to], true) {
                self.queue.push(Reverse(to));
            }
        }
    }

    /// Where a node, as it is described, stands now.
    fn place(&mut self, id: NodeId, node: &Special) -> Result<Stand> {
        let network = self.passes.network;
        let project_start = self.schedule.project_start;
        if let Some(special) = network.nodes[id].special.get() {
            return self.passes.stand_early((id, special), node, project_start, &self.nobody, None, &self.dates);
        }
        let mut before = Before::NOTHING;
        for edge in network.all_incoming(id) {
            before.raise(bounds_before(network, self.passes.clocks, &edge, self.dates.get(edge.from))?);
        }
        if before == Before::NOTHING {
            before.start = self.passes.clocks.start_form(network.clock(id), project_start)?;
        } else if network.nodes[id].from_project_start {
            before.start = before.start.max(project_start);
        }
        before.start = before.start.max(network.now);
        let (start, finish) = self.passes.earliest(node, before)?;
        Ok(Stand::new(start, finish))
    }
}
