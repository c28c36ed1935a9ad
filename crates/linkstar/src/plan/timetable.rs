//! When the tasks of a kept plan start and finish, by their numbers.
//!
//! Dates are found for nodes; people read those of tasks, and of the summaries above them. An edit may move most of a project, so what
//! it moved is gathered in one walk over the nodes, in the columns in which it is handed out.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::column::{Column, Marks, Slot, by_key};
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
        let before = before.iter().chain(std::iter::repeat(&None));
        let changed = (0..).zip(self.periods.iter().zip(before)).filter(|(_, (now, before))| now != before);
        let (gone, moved): (Vec<_>, Vec<_>) = changed.partition(|(_, (now, _))| now.is_none());
        let tasks = |changed: Vec<(Number, _)>| changed.into_iter().map(|(task, _)| task).collect();
        self.shifts(tasks(moved), tasks(gone))
    }

    fn shifts(&self, tasks: Vec<Number>, removed: Vec<Number>) -> Shifts {
        let period = |task: &Number| self.get(*task).unwrap_or(self.whole);
        let starts = tasks.iter().map(|task| period(task).start).collect();
        let finishes = tasks.iter().map(|task| period(task).finish).collect();
        Shifts { tasks, starts, finishes, removed }
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

/// What is written into a timetable.
struct Entries<'t> {
    table: &'t mut Timetable,
    /// The tasks whose dates have changed.
    changed: Vec<Number>,
    /// The summaries above them.
    above: Marks<Place>,
    /// Whether the first start or the last finish may be another.
    at_an_end: bool,
}

impl Entries<'_> {
    /// Writes down when a task starts and finishes.
    #[inline]
    fn put(&mut self, task: Number, above: Slot<Place>, now: Period) {
        let Some(slot) = self.table.periods.get_mut(task as usize) else { return };
        let before = slot.replace(now);
        if before == Some(now) {
            return;
        }
        self.changed.push(task);
        if let Some(above) = above.get() {
            self.above.add(above);
        } else {
            let whole = self.table.whole;
            let at_an_end = |period: Period| period.start <= whole.start || period.finish >= whole.finish;
            self.at_an_end |= at_an_end(now) || before.is_none_or(at_an_end);
        }
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
    /// The tasks at the top, then those below each summary, one summary after the other; and where those of each begin.
    siblings: Vec<Number>,
    firsts: Vec<u32>,
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
        let family = |row: Row| u32::try_from(family(outline.parent(row))).unwrap_or(u32::MAX);
        let families: Vec<u32> = outline.places.rows().map(family).collect();
        let (order, firsts) = by_key(&families, u32::try_from(families.len() + 1).unwrap_or(u32::MAX));
        let siblings = order.into_iter().map(|place| number_of[Row::from_usize(place as usize)]).collect();
        Numbered { leaves: network.nodes.iter().map(leaf).collect(), row_of, above, siblings, firsts, number_of }
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

    fn entries<'t>(&self, table: &'t mut Timetable, expected: usize) -> Entries<'t> {
        Entries { table, changed: Vec::with_capacity(expected), above: Marks::none(self.above.len()), at_an_end: false }
    }

    /// Writes down when all tasks start and finish, and which are gone.
    pub(super) fn write_all(&self, network: &Network<'_>, schedule: &Schedule, table: &mut Timetable) -> Shifts {
        let is_gone = |(_, task): &(&mut Option<Period>, Number)| self.row(*task).is_none();
        let gone = table.periods.iter_mut().zip(0..).filter(is_gone);
        let removed = gone.filter_map(|(period, task)| period.take().map(|_| task)).collect();
        let mut entries = self.entries(table, self.number_of.len());
        for row in network.outline.places.rows().rev() {
            let period = match (network.node_of[row].get(), network.outline.task(row).manual.as_deref()) {
                (Some(node), _) => Some(schedule.placed(network, node).into()),
                (None, Some(manual)) => Some(Period { start: manual.start.unix_seconds(), finish: manual.finish.unix_seconds() }),
                (None, None) => self.together(Some(row), entries.table),
            };
            period.into_iter().for_each(|period| entries.put(self.number_of[row], Slot::EMPTY, period));
        }
        let Entries { table, changed, .. } = entries;
        let nothing = Period { start: schedule.project_start, finish: schedule.project_finish };
        table.whole = self.together(None, table).unwrap_or(nothing);
        table.shifts(changed, removed)
    }

    /// Writes down when the tasks of some nodes start and finish, and the summaries above them.
    pub(super) fn write(&self, nodes: &Marks<Node>, network: &Network<'_>, schedule: &Schedule, table: &mut Timetable) -> Shifts {
        let mut entries = self.entries(table, nodes.count());
        nodes.for_each(|id| {
            if let Some(Leaf { task, above }) = self.leaves[id] {
                entries.put(task, above, schedule.placed(network, id).into());
            }
        });
        // A summary stands before the tasks below it.
        let mut last = Row::from_usize(self.above.len().saturating_sub(1));
        while let Some(summary) = entries.above.take_last(last) {
            last = summary;
            if let Some(now) = self.together(Some(summary), entries.table) {
                entries.put(self.number_of[summary], self.above[summary], now);
            }
        }
        let Entries { table, changed, at_an_end, .. } = entries;
        if at_an_end {
            table.whole = self.together(None, table).unwrap_or(table.whole);
        }
        table.shifts(changed, Vec::new())
    }

    /// From the first start to the last finish of the tasks below a summary, or of those at the top.
    fn together(&self, summary: Option<Row>, table: &Timetable) -> Option<Period> {
        let first = *self.firsts.get(family(summary))? as usize;
        let end = self.firsts.get(family(summary) + 1).map_or(self.siblings.len(), |end| *end as usize);
        let periods = self.siblings.get(first..end)?.iter().filter_map(|task| table.get(*task));
        periods.reduce(|one, other| Period { start: one.start.min(other.start), finish: one.finish.max(other.finish) })
    }
}

/// The place of a summary among all; before them, that of the tasks at the top.
fn family(summary: Option<Row>) -> usize {
    summary.map_or(0, |row| row.as_usize() + 1)
}
