//! A plan that is kept up to date, edit by edit.
//!
//! What an edit says is written into the compiled network where that is possible (see [`patch`](crate::plan::patch)), and its dates
//! are followed from there (see [`follow`](crate::plan::follow)); otherwise the project is compiled anew. Whichever it was, the dates
//! are those that [`schedule`](crate::plan::schedule) gives.

use std::collections::HashMap;

use crate::column::{Column, Marks, Slot};
use crate::error::Result;
use crate::model::{Anchor, AsLateAs, Constraint, Directory, Project, TaskId};
use crate::outline::{Place, Row};
use crate::plan::bounds::{Dates, NEVER_BEFORE, Stand, bounds_before};
use crate::plan::describe::Terms;
use crate::plan::follow::{Cone, Followed};
use crate::plan::network::{Ahead, Network, NodeId};
use crate::plan::passes::{Passes, Schedule, latest_finish};
use crate::plan::patch::Edit;
use crate::plan::slack::{Slack, slack};
use crate::plan::{Compiled, EstimatePoint, PlanOptions};
use crate::time::{Clock, Clocks, Timeline};

/// A task by its number in a plan that is kept: it stays the same for as long as the plan is kept, whatever comes and goes.
pub(crate) type Number = u32;

/// When a task starts and finishes, in seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: i64,
    pub(crate) finish: i64,
}

/// The tasks whose dates an edit has changed, by their numbers, each with where it stood; nothing where it was not there.
pub(crate) type Shifted = Vec<(Number, Option<Period>)>;

/// A plan that is kept up to date.
pub(crate) struct Standing {
    options: PlanOptions,
    /// Nothing after an edit that could not be planned: then all is compiled anew.
    fitted: Option<(Fitted, Network<'static>)>,
    /// The tasks by their numbers, also those that are gone.
    pub(crate) tasks: Vec<TaskId>,
    numbers: HashMap<TaskId, Number>,
    /// Where each task stands, by its number; nothing where it is gone.
    pub(crate) periods: Vec<Option<Period>>,
    /// From the start of the first task to the finish of the last.
    pub(crate) whole: Period,
}

/// The compiled form of the project as it stands, and all dates.
pub(super) struct Fitted {
    pub(super) timelines: Vec<Timeline>,
    pub(super) schedule: Schedule,
    /// Found when somebody asks.
    slack: Option<Slack>,
    pub(super) ahead: Ahead,
    pub(super) cone: Cone,
    /// Dates that are not needed any more.
    spare: Vec<Dates>,
    /// Whether the dates of an edit can be followed: not in a plan from its finish, nor where tasks stand as late as possible or are laid
    /// over others.
    follows: bool,
    number_of: Column<Number, Place>,
    row_of: Vec<Slot<Place>>,
    /// The next task below the same summary.
    next: Column<Slot<Place>, Place>,
}

impl Standing {
    /// # Errors
    /// Input that makes no plan.
    pub(crate) fn new(project: &Project, directory: &Directory, options: &PlanOptions) -> Result<Standing> {
        let mut standing = Standing {
            options: options.clone(),
            fitted: None,
            tasks: Vec::new(),
            numbers: HashMap::new(),
            periods: Vec::new(),
            whole: Period { start: i64::MAX, finish: i64::MIN },
        };
        standing.edit(project, directory, &[])?;
        Ok(standing)
    }

    /// Takes edits over that have been made to the project; gives the tasks whose dates have changed.
    ///
    /// # Errors
    /// A project that makes no plan any more. Once the edits are taken back, the next one is planned again.
    pub(crate) fn edit(&mut self, project: &Project, directory: &Directory, edits: &[Edit]) -> Result<Shifted> {
        // What stands in the way of an edit leaves nothing half done: without a compiled form all is compiled when it is needed.
        if let Some((mut fitted, network)) = self.fitted.take_if(|(fitted, _)| fitted.follows) {
            let mut network = network.of(project);
            let terms = self.terms(&network);
            let mut possible = true;
            for edit in edits {
                possible = possible && fitted.patch(&mut network, &terms, edit, &self.numbers)?;
            }
            if possible {
                let shifted = fitted.follow(&network, terms.anchor, &mut self.periods)?;
                self.whole = fitted.whole_after(self.whole, &shifted, &self.periods);
                self.fitted = Some((fitted, network.detached()));
                return Ok(shifted);
            }
        }
        self.compile(project, directory)
    }

    fn terms(&self, network: &Network<'_>) -> Terms {
        let (method, anchor) = (network.method.clone(), network.outline.project.anchor);
        Terms { working_day: network.working_day, anchor, method, estimate: self.options.estimate.unwrap_or(EstimatePoint::Likely) }
    }

    /// Plans everything anew.
    fn compile(&mut self, project: &Project, directory: &Directory) -> Result<Shifted> {
        let mut compiled = Compiled::new(project, directory, &self.options)?;
        let (schedule, slack) = compiled.full_pass(None)?;
        let Compiled { network, timelines, .. } = compiled;
        let number_of: Column<Number, Place> = network.outline.places.rows().map(|row| self.numbered(network.outline.id(row))).collect();
        let mut row_of = vec![Slot::EMPTY; self.tasks.len()];
        for (row, number) in number_of.iter() {
            row_of.get_mut(*number as usize).into_iter().for_each(|slot| *slot = row.into());
        }
        let late = |constraint: Option<Constraint>| matches!(constraint, Some(Constraint::AsLateAsPossible {}));
        let follows = schedule.is_from_start()
            && !network.has_efforts
            && network.method.as_late_as != Some(AsLateAs::Successors)
            && !network.specials.iter().any(|(_, special)| late(special.constraint));
        let fitted = Fitted {
            timelines,
            schedule,
            slack: Some(slack),
            ahead: network.ahead(),
            cone: Cone::new(&network),
            spare: Vec::new(),
            follows,
            number_of,
            row_of,
            next: next_siblings(&network),
        };
        let mut shifted = Shifted::new();
        let gone = self.periods.iter_mut().zip(0..).filter(|(_, number)| fitted.row(*number).is_none());
        shifted.extend(gone.filter_map(|(period, number)| Some((number, Some(period.take()?)))));
        shifted.extend(fitted.all_shifted(&network, &mut self.periods));
        self.whole = fitted.whole(&self.periods);
        self.fitted = Some((fitted, network.detached()));
        Ok(shifted)
    }

    /// The same plan, to be edited beside this one: its dates and numbers, and all else anew.
    pub(crate) fn beside(&self) -> Standing {
        let Standing { options, fitted: _, tasks, numbers, periods, whole } = self;
        Standing {
            options: options.clone(),
            fitted: None,
            tasks: tasks.clone(),
            numbers: numbers.clone(),
            periods: periods.clone(),
            whole: *whole,
        }
    }

    /// Forgets the numbers that came after the first few: their tasks are not there any more, and never were.
    pub(crate) fn forget(&mut self, known: usize) {
        for task in self.tasks.drain(known.min(self.tasks.len())..) {
            self.numbers.remove(&task);
        }
        self.periods.truncate(known);
        // It names them.
        self.fitted = None;
    }

    /// The tasks that stand elsewhere than they stood.
    pub(crate) fn shifted_since(&self, before: &[Option<Period>]) -> Shifted {
        let was = |number: Number| before.get(number as usize).copied().flatten();
        let all = self.periods.iter().zip(0..).map(|(now, number)| (now, number, was(number)));
        all.filter(|(now, _, was)| **now != *was).map(|(_, number, was)| (number, was)).collect()
    }

    /// By how many working seconds of the project's calendar the last finish is later than it was.
    pub(crate) fn delay(&mut self, finish: i64) -> i64 {
        let whole = self.whole.finish;
        match &mut self.fitted {
            Some((fitted, _)) if finish != whole => Clocks(&mut fitted.timelines).between(Clock::Working(0), finish, whole),
            _ => 0,
        }
    }

    /// For each of some tasks, the task that holds it where it stands: the predecessor whose link leaves it no room; itself where none does.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(crate) fn holders(&mut self, project: &Project, tasks: &[Number]) -> Result<Vec<Number>> {
        let Some((mut fitted, network)) = self.fitted.take() else { return Ok(tasks.to_vec()) };
        let network = network.of(project);
        let holders = tasks.iter().map(|task| Ok(fitted.holder(&network, *task)?.unwrap_or(*task))).collect();
        self.fitted = Some((fitted, network.detached()));
        holders
    }

    fn numbered(&mut self, task: &TaskId) -> Number {
        if let Some(number) = self.numbers.get(task) {
            return *number;
        }
        let number = u32::try_from(self.tasks.len()).unwrap_or(u32::MAX);
        self.tasks.push(task.clone());
        self.periods.push(None);
        self.numbers.insert(task.clone(), number);
        number
    }

    /// Total and free slack of each task that is no summary, in seconds of its clock, and whether it is critical.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(crate) fn slack(&mut self, project: &Project, directory: &Directory) -> Result<Vec<(Number, i64, i64, bool)>> {
        if self.fitted.is_none() {
            self.compile(project, directory)?;
        }
        let Some((mut fitted, network)) = self.fitted.take() else { return Ok(Vec::new()) };
        let network = network.of(project);
        let found = match fitted.slack.take() {
            Some(found) => Ok(found),
            None => slack(&network, &mut Clocks(&mut fitted.timelines), &fitted.schedule, Slack::new(&network)),
        };
        let of_row = |found: &Slack, row: Row| {
            let node = network.node_of[row].get()?;
            Some((fitted.number_of[row], found.total[node], found.free[node], found.critical[node]))
        };
        let listed = found.map(|found| {
            let listed = network.outline.places.rows().filter_map(|row| of_row(&found, row)).collect();
            fitted.slack = Some(found);
            listed
        });
        self.fitted = Some((fitted, network.detached()));
        listed
    }
}

impl Fitted {
    pub(super) fn row(&self, number: Number) -> Option<Row> {
        self.row_of.get(number as usize).and_then(|slot| slot.get())
    }

    fn holder(&mut self, network: &Network<'_>, task: Number) -> Result<Option<Number>> {
        let Some(node) = self.row(task).and_then(|row| network.node_of[row].get()) else { return Ok(None) };
        let clocks = &mut Clocks(&mut self.timelines);
        let stand = self.schedule.placed(network, node);
        let mut tightest: Option<(i64, Row)> = None;
        for edge in network.all_incoming(node) {
            let bounds = bounds_before(network, clocks, &edge, self.schedule.placed(network, edge.from))?;
            let ends = [(bounds.start, stand.start), (bounds.finish, stand.finish)];
            for (bound, at) in ends.into_iter().filter(|(bound, _)| *bound != NEVER_BEFORE) {
                let room = network.room(clocks, node, bound, at);
                let from = network.nodes[edge.from].row;
                if tightest.is_none_or(|(least, row)| (room, from) < (least, row)) {
                    tightest = Some((room, from));
                }
            }
        }
        Ok(tightest.filter(|(room, _)| *room <= 0).map(|(_, row)| self.number_of[row]))
    }

    /// Finds the dates that patches have changed.
    fn follow(&mut self, network: &Network<'_>, anchor: Anchor, periods: &mut [Option<Period>]) -> Result<Shifted> {
        self.slack = None;
        let schedule = &mut self.schedule;
        let mut passes = Passes {
            network,
            clocks: &mut Clocks(&mut self.timelines),
            from_start: matches!(anchor, Anchor::Start { .. }),
            now: network.now,
            conflict: std::mem::take(&mut schedule.conflict),
            rewritten: std::mem::take(&mut schedule.rewritten),
            behind: schedule.behind.take(),
            spare: std::mem::take(&mut self.spare),
        };
        let was = schedule.project_finish;
        let touched = std::mem::take(&mut self.cone.touched);
        self.cone.moved.clear();
        let start = schedule.project_start;
        let forward = passes.follow_forward(start, &mut schedule.early, &self.ahead, &mut self.cone)?;
        if forward == Followed::TooFar {
            let early = passes.forward(start, &mut network.specials.beside(false), None)?;
            let before = std::mem::replace(&mut schedule.early, early);
            let (starts, finishes) = (before.start.as_slice().iter(), before.finish.as_slice().iter());
            let now = schedule.early.start.as_slice().iter().zip(schedule.early.finish.as_slice());
            let others = starts.zip(finishes).zip(now).zip(network.nodes.rows()).filter(|((was, now), _)| was != now);
            self.cone.moved.extend(others.map(|(_, id)| (id, before.get(id))));
            passes.spare.push(before);
        }
        let early = &schedule.early;
        let decides = |(id, stood): &(NodeId, Stand)| stood.finish == was || early.finish[*id] > was;
        if network.method.must_finish_by.is_none() && (forward == Followed::TooFar || self.cone.moved.iter().any(decides)) {
            schedule.project_finish = latest_finish(network, early, start);
        }
        let mut behind = passes.behind.take();
        let backward = match behind.as_mut().filter(|_| forward == Followed::ToItsEnd && schedule.project_finish == was) {
            Some(behind) => {
                let dates = (early, &mut schedule.late);
                passes.follow_backward(schedule.project_finish, dates, behind, &self.ahead, &mut self.cone)?
            }
            None => Followed::TooFar,
        };
        if backward == Followed::TooFar {
            let late = passes.backward(schedule.project_finish, early, &network.specials.beside(false), early)?;
            passes.spare.push(std::mem::replace(&mut schedule.late, late));
            behind = passes.behind.take();
        }
        let Passes { conflict, rewritten, spare, .. } = passes;
        (schedule.conflict, schedule.rewritten, schedule.behind, self.spare) = (conflict, rewritten, behind, spare);
        self.cone.forward.clear();
        self.cone.backward.clear();
        Ok(self.shifted(network, &touched, periods))
    }

    /// The tasks that stand elsewhere, among those that moved or were edited, and the summaries above them.
    fn shifted(&mut self, network: &Network<'_>, touched: &[NodeId], periods: &mut [Option<Period>]) -> Shifted {
        let mut shifted = Shifted::new();
        let mut above: Marks<Place> =
            Marks::none(if self.cone.moved.is_empty() && touched.is_empty() { 0 } else { network.outline.places.len() });
        let mut last = None;
        for id in self.cone.moved.iter().map(|(id, _)| id).chain(touched) {
            // What stands at the two ends of a summary is no task.
            let row = network.nodes[*id].row;
            if network.node_of[row].get() == Some(*id) && self.place(network, row, periods, &mut shifted) {
                let parent = network.outline.parent(row);
                parent.into_iter().for_each(|parent| above.add(parent));
                last = last.max(parent);
            }
        }
        while let Some(row) = last.and_then(|last| above.take_last(last)) {
            if self.place(network, row, periods, &mut shifted) {
                network.outline.parent(row).into_iter().for_each(|parent| above.add(parent));
            }
        }
        shifted
    }

    fn all_shifted(&self, network: &Network<'_>, periods: &mut [Option<Period>]) -> Shifted {
        let mut shifted = Shifted::new();
        let rows = network.outline.places.rows().rev();
        rows.for_each(|row| _ = self.place(network, row, periods, &mut shifted));
        shifted
    }

    /// Writes down where a task stands, or a summary by the tasks below it; whether that is elsewhere than before.
    fn place(&self, network: &Network<'_>, row: Row, periods: &mut [Option<Period>], shifted: &mut Shifted) -> bool {
        let number = self.number_of[row];
        let Some(now) = self.period(network, row, periods) else { return false };
        let Some(slot) = periods.get_mut(number as usize) else { return false };
        let before = slot.replace(now);
        if before == Some(now) {
            return false;
        }
        shifted.push((number, before));
        true
    }

    fn period(&self, network: &Network<'_>, row: Row, periods: &[Option<Period>]) -> Option<Period> {
        if let Some(node) = network.node_of[row].get() {
            let stand = self.schedule.placed(network, node);
            return Some(Period { start: stand.start, finish: stand.finish });
        }
        if let Some(manual) = network.outline.task(row).manual.as_deref() {
            // The tasks below do not move a summary that a person placed.
            return Some(Period { start: manual.start.unix_seconds(), finish: manual.finish.unix_seconds() });
        }
        let first = Row::from_usize(row.as_usize() + 1);
        self.together(first, periods)
    }

    /// From the first start to the last finish of a task and all that stand beside it from there on.
    fn together(&self, first: Row, periods: &[Option<Period>]) -> Option<Period> {
        let exists = |row: &Row| row.as_usize() < self.next.len();
        let rows = std::iter::successors(Some(first).filter(exists), |row| self.next[*row].get());
        let all = rows.filter_map(|row| periods.get(self.number_of[row] as usize).copied().flatten());
        all.reduce(|one, other| Period { start: one.start.min(other.start), finish: one.finish.max(other.finish) })
    }

    fn whole(&self, periods: &[Option<Period>]) -> Period {
        let nothing = Period { start: self.schedule.project_start, finish: self.schedule.project_finish };
        self.together(Row::default(), periods).unwrap_or(nothing)
    }

    /// From the start of the first task to the finish of the last, where some have shifted.
    fn whole_after(&self, was: Period, shifted: &Shifted, periods: &[Option<Period>]) -> Period {
        let decides = |(number, before): &(Number, Option<Period>)| {
            let now = periods.get(*number as usize).copied().flatten();
            let edge = |period: Period| period.start <= was.start || period.finish >= was.finish;
            before.is_none_or(edge) || now.is_none_or(edge)
        };
        if shifted.iter().any(decides) { self.whole(periods) } else { was }
    }
}

/// For each task, the next one below the same summary.
fn next_siblings(network: &Network<'_>) -> Column<Slot<Place>, Place> {
    let places = &network.outline.places;
    let mut next = places.beside(Slot::EMPTY);
    // The last one seen below each summary; of those below none.
    let (mut last_below, mut last_of_all) = (places.beside(Slot::EMPTY), Slot::EMPTY);
    for row in places.rows() {
        let slot = network.outline.parent(row).map_or(&mut last_of_all, |parent| &mut last_below[parent]);
        if let Some(before) = std::mem::replace(slot, row.into()).get() {
            next[before] = row.into();
        }
    }
    next
}
