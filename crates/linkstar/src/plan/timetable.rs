//! When the tasks of a kept plan start and finish, by their numbers.
//!
//! Dates are found for nodes; people read those of tasks, and of the summaries above them. An edit may move most of a project, so what
//! it moved is gathered in one walk over the nodes, in the columns in which it is handed out.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::column::{Column, Marks, Slot};
use crate::model::TaskId;
use crate::outline::{Place, Row};
use crate::plan::bounds::Stand;
use crate::plan::network::{Network, Node, NodeId};
use crate::plan::passes::Schedule;

/// A task by its number in a plan that is kept: it stays the same for as long as the plan is kept, whatever comes and goes.
pub(crate) type Number = u32;

/// When a task starts and finishes, in seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: i64,
    pub(crate) finish: i64,
}

impl From<Stand> for Period {
    fn from(Stand { start, finish, .. }: Stand) -> Period {
        Period { start, finish }
    }
}

/// When each task starts and finishes.
#[derive(Debug, Clone)]
pub(crate) struct Timetable {
    /// The tasks by their numbers, also those that are gone.
    pub(crate) tasks: Vec<TaskId>,
    numbers: HashMap<TaskId, Number, RandomState>,
    /// By the number of the task; nothing where it is gone.
    pub(crate) periods: Vec<Option<Period>>,
    /// From the start of the first task to the finish of the last.
    pub(crate) whole: Period,
}

impl Timetable {
    pub(super) fn new() -> Timetable {
        let whole = Period { start: i64::MAX, finish: i64::MIN };
        Timetable { tasks: Vec::new(), numbers: HashMap::default(), periods: Vec::new(), whole }
    }

    /// The number of a task, if it has been there before.
    pub(super) fn number(&self, task: &TaskId) -> Option<Number> {
        self.numbers.get(task).copied()
    }

    /// The number of a task, a new one if it has never been there.
    fn numbered(&mut self, task: &TaskId) -> Number {
        self.number(task).unwrap_or_else(|| {
            let number = u32::try_from(self.tasks.len()).unwrap_or(u32::MAX);
            self.tasks.push(task.clone());
            self.periods.push(None);
            self.numbers.insert(task.clone(), number);
            number
        })
    }

    /// Forgets the numbers that came after the first few: their tasks are not there any more, and never were.
    pub(super) fn forget(&mut self, known: usize) {
        for task in self.tasks.drain(known.min(self.tasks.len())..) {
            self.numbers.remove(&task);
        }
        self.periods.truncate(known);
    }

    fn get(&self, task: Number) -> Option<Period> {
        self.periods.get(task as usize).copied().flatten()
    }

    /// The tasks that stand elsewhere than they stood.
    pub(crate) fn shifts_since(&self, before: &[Option<Period>]) -> Shifts {
        let mut shifts = Shifts::default();
        for ((now, task), before) in self.periods.iter().zip(0..).zip(before.iter().chain(std::iter::repeat(&None))) {
            match now {
                _ if now == before => {}
                Some(now) => shifts.push(task, *now),
                None => shifts.removed.push(task),
            }
        }
        shifts
    }
}

/// The tasks whose dates have changed, in columns.
#[derive(Debug, Default)]
pub(crate) struct Shifts {
    pub(crate) tasks: Vec<Number>,
    pub(crate) starts: Vec<i64>,
    pub(crate) finishes: Vec<i64>,
    /// The tasks that are gone.
    pub(crate) removed: Vec<Number>,
}

impl Shifts {
    fn expect(&mut self, tasks: usize) {
        self.tasks.reserve(tasks);
        self.starts.reserve(tasks);
        self.finishes.reserve(tasks);
    }

    #[inline]
    fn push(&mut self, task: Number, now: Period) {
        self.tasks.push(task);
        self.starts.push(now.start);
        self.finishes.push(now.finish);
    }
}

/// What is written into a timetable.
struct Entries<'t> {
    table: &'t mut Timetable,
    shifts: Shifts,
    /// Whether the first start or the last finish may be another.
    at_an_end: bool,
}

impl Entries<'_> {
    fn of(table: &mut Timetable) -> Entries<'_> {
        Entries { table, shifts: Shifts::default(), at_an_end: false }
    }

    /// Writes down when a task starts and finishes; whether that is new.
    fn put(&mut self, task: Number, now: Period) -> bool {
        let Some(slot) = self.table.periods.get_mut(task as usize) else { return false };
        let before = slot.replace(now);
        if before == Some(now) {
            return false;
        }
        let whole = self.table.whole;
        let at_an_end = |period: Period| period.start <= whole.start || period.finish >= whole.finish;
        self.at_an_end |= at_an_end(now) || before.is_none_or(at_an_end);
        self.shifts.push(task, now);
        true
    }
}

/// The outline of a compiled project in numbers.
pub(super) struct Numbered {
    number_of: Column<Number, Place>,
    row_of: Vec<Slot<Place>>,
    /// The task of each node; nothing of what stands at the two ends of a summary.
    leaves: Column<Option<Leaf>, Node>,
    /// The summary above each task, unless a person placed it: that does not move with the tasks below.
    above: Column<Slot<Place>, Place>,
    /// The next task below the same summary.
    next: Column<Slot<Place>, Place>,
}

/// A task that is no summary.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    task: Number,
    above: Slot<Place>,
}

impl Numbered {
    /// Numbers the tasks of a network. Those that have a number keep it.
    pub(super) fn new(network: &Network<'_>, table: &mut Timetable) -> Numbered {
        let outline = &network.outline;
        let number_of: Column<Number, Place> = outline.places.rows().map(|row| table.numbered(outline.id(row))).collect();
        let mut row_of = vec![Slot::EMPTY; table.tasks.len()];
        for (row, number) in number_of.iter() {
            row_of.get_mut(*number as usize).into_iter().for_each(|slot| *slot = row.into());
        }
        let moves = |summary: &Row| outline.task(*summary).manual.is_none();
        let above = |row: Row| outline.parent(row).filter(moves).map_or(Slot::EMPTY, Slot::from);
        let above: Column<Slot<Place>, Place> = outline.places.rows().map(above).collect();
        let leaf = |(id, node): (NodeId, &Node)| {
            let of_task = network.node_of[node.row].get() == Some(id);
            of_task.then(|| Leaf { task: number_of[node.row], above: above[node.row] })
        };
        Numbered { leaves: network.nodes.iter().map(leaf).collect(), row_of, above, next: next_siblings(network), number_of }
    }

    /// Puts the nodes in another order.
    pub(super) fn renumber(&mut self, order: &[NodeId]) {
        self.leaves = self.leaves.in_order(order);
    }

    pub(super) fn row(&self, task: Number) -> Option<Row> {
        self.row_of.get(task as usize).and_then(|slot| slot.get())
    }

    pub(super) fn number(&self, row: Row) -> Number {
        self.number_of[row]
    }

    /// Writes down when all tasks start and finish, and which are gone.
    pub(super) fn write_all(&self, network: &Network<'_>, schedule: &Schedule, table: &mut Timetable) -> Shifts {
        let mut entries = Entries::of(table);
        let is_gone = |(_, task): &(&mut Option<Period>, Number)| self.row(*task).is_none();
        let gone = entries.table.periods.iter_mut().zip(0..).filter(is_gone);
        entries.shifts.removed = gone.filter_map(|(period, task)| period.take().map(|_| task)).collect();
        for row in network.outline.places.rows().rev() {
            let period = match (network.node_of[row].get(), network.outline.task(row).manual.as_deref()) {
                (Some(node), _) => Some(schedule.placed(network, node).into()),
                (None, Some(manual)) => Some(Period { start: manual.start.unix_seconds(), finish: manual.finish.unix_seconds() }),
                (None, None) => self.below(row, entries.table),
            };
            period.into_iter().for_each(|period| _ = entries.put(self.number_of[row], period));
        }
        let nothing = Period { start: schedule.project_start, finish: schedule.project_finish };
        entries.table.whole = self.whole(entries.table).unwrap_or(nothing);
        entries.shifts
    }

    /// Writes down when the tasks of some nodes start and finish, and the summaries above them.
    pub(super) fn write(&self, nodes: impl ExactSizeIterator<Item = (NodeId, Period)>, table: &mut Timetable) -> Shifts {
        let mut entries = Entries::of(table);
        entries.shifts.expect(nodes.len());
        let mut waiting = Marks::none(self.above.len());
        let mut last = None;
        for (id, now) in nodes {
            let Some(Leaf { task, above }) = self.leaves[id] else { continue };
            if entries.put(task, now)
                && let Some(above) = above.get()
            {
                waiting.add(above);
                last = last.max(Some(above));
            }
        }
        // A summary stands before the tasks below it.
        while let Some(summary) = last.and_then(|last| waiting.take_last(last)) {
            last = Some(summary);
            let now = self.below(summary, entries.table);
            if now.is_some_and(|now| entries.put(self.number_of[summary], now)) {
                self.above[summary].get().into_iter().for_each(|above| waiting.add(above));
            }
        }
        if entries.at_an_end {
            entries.table.whole = self.whole(entries.table).unwrap_or(entries.table.whole);
        }
        entries.shifts
    }

    /// From the first start to the last finish below a summary.
    fn below(&self, summary: Row, table: &Timetable) -> Option<Period> {
        self.together(Row::from_usize(summary.as_usize() + 1), table)
    }

    fn whole(&self, table: &Timetable) -> Option<Period> {
        self.together(Row::default(), table)
    }

    /// From the first start to the last finish of a task and all that stand beside it from there on.
    fn together(&self, first: Row, table: &Timetable) -> Option<Period> {
        let exists = |row: &Row| row.as_usize() < self.next.len();
        let rows = std::iter::successors(Some(first).filter(exists), |row| self.next[*row].get());
        let periods = rows.filter_map(|row| table.get(self.number_of[row]));
        periods.reduce(|one, other| Period { start: one.start.min(other.start), finish: one.finish.max(other.finish) })
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
