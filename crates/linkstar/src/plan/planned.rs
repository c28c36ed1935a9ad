//! The tasks of a plan, in columns.
//!
//! A plan is read by column more often than by task: when does the first one start, which are critical, who waits for whom. Each thing
//! that is known of all tasks is one flat array; a [`PlannedTask`] is put together when somebody asks for it, and is what a document
//! holds.

use std::collections::BTreeMap;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::column::{Column, Index};
use crate::model::{Constraint, LinkKind, TaskId};
use crate::outline::{Place, Row};
use crate::plan::Plan;
use crate::time::{CalendarId, Lag, Timestamp};

/// When one task happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlannedTask {
    /// The task.
    pub task: TaskId,
    /// How many summaries stand above it.
    pub level: u32,
    /// Whether it summarises tasks below it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summary: bool,
    /// The calendar it works on; of a task with assignments the project's, in which its slack counts.
    pub calendar: CalendarId,
    /// When it starts.
    pub start: Timestamp,
    /// When it finishes.
    pub finish: Timestamp,
    /// The earliest start that links and constraints allow.
    pub early_start: Timestamp,
    /// The earliest finish.
    pub early_finish: Timestamp,
    /// The latest start that delays nothing.
    pub late_start: Timestamp,
    /// The latest finish that delays nothing.
    pub late_finish: Timestamp,
    /// Its length in working seconds; seconds of the clock when `elapsed`.
    pub duration: i64,
    /// Whether its length, and its slack, run on the clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elapsed: bool,
    /// How far it can slip, in working seconds of its calendar, before the project's finish or a fixed date moves. Below zero it is late already.
    pub total_slack: i64,
    /// How far it can slip before any other task moves.
    pub free_slack: i64,
    /// Working seconds from its finish to its own deadline; below zero it misses that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_slack: Option<i64>,
    /// Whether it is critical by the project's method; by default, whether any slip moves the finish or breaks a date.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// Whether a small slip does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub near_critical: bool,
    /// Progress, 0 to 100; of a summary, the share of the work below it, rounded down.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub percent_complete: u32,
    /// What holds it where it is, the tightest first; below them the nearest link, where a date holds it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drivers: Vec<Driver>,
}

fn is_zero(percent: &u32) -> bool {
    *percent == 0
}

/// What holds a task where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Driver {
    /// The project begins then.
    ProjectStart {},
    /// The project has to be done then.
    ProjectFinish {},
    /// It cannot start in the past.
    Now {},
    /// A person set its dates, or those of a summary above it.
    Manual {},
    /// It stands where it was reported.
    Recorded {},
    /// Levelling has put it off.
    Levelling {},
    /// A date of its own, or of a summary above it.
    Constraint {
        /// The date.
        constraint: Constraint,
        /// The summary whose date it is, when not the task's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<TaskId>,
    },
    /// It waits for another task.
    Predecessor {
        /// The task it waits for.
        task: TaskId,
        /// Which ends are tied.
        link: LinkKind,
        /// What it waits for in addition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lag: Option<Lag>,
        /// The summary that the link points to, when not the task itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<TaskId>,
        /// Working seconds by which the link could be later without moving the task: zero where it drives, below where a date overrules it.
        slack: i64,
    },
    /// It is as late as another task allows.
    Successor {
        /// The task that waits for it.
        task: TaskId,
        /// Which ends are tied.
        link: LinkKind,
        /// What the other task waits for in addition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lag: Option<Lag>,
        /// The summary that the link leaves from, when not the task itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<TaskId>,
    },
    /// A deadline, of the task or of a summary above it.
    Deadline {
        /// The moment.
        at: Timestamp,
    },
    /// A summary: the task below it that decides its date.
    Child {
        /// The task below.
        task: TaskId,
    },
}

impl Plan {
    /// When a task happens, if the project has it.
    pub fn task(&self, id: &str) -> Option<PlannedTask> {
        let (row, _) = self.tasks.ids.iter().find(|(_, task)| task.as_str() == id)?;
        Some(self.tasks.get(row))
    }

    /// When each task happens, in outline order.
    ///
    /// ```
    /// # fn print(plan: &linkstar::Plan) {
    /// let open = plan.tasks().filter(|task| !task.summary && task.percent_complete < 100).count();
    /// println!("{open} of {} tasks are not done", plan.tasks().len());
    /// # }
    /// ```
    pub fn tasks(&self) -> impl DoubleEndedIterator<Item = PlannedTask> + ExactSizeIterator {
        self.tasks.iter()
    }

    /// The ids of the tasks, in outline order: what stands beside them in the other columns is theirs.
    ///
    /// ```
    /// # fn print(plan: &linkstar::Plan) {
    /// for (task, start) in plan.ids().iter().zip(plan.starts()) {
    ///     println!("{task} starts {start}");
    /// }
    /// # }
    /// ```
    pub fn ids(&self) -> &[TaskId] {
        self.tasks.ids.as_slice()
    }

    /// When each task starts, in outline order.
    pub fn starts(&self) -> &[Timestamp] {
        self.tasks.starts.as_slice()
    }

    /// When each task finishes, in outline order.
    pub fn finishes(&self) -> &[Timestamp] {
        self.tasks.finishes.as_slice()
    }

    /// How far each task can slip, in working seconds of its calendar and outline order.
    pub fn total_slacks(&self) -> &[i64] {
        self.tasks.total_slacks.as_slice()
    }
}

/// The tasks of a plan, in outline order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlannedTasks {
    pub(super) ids: Column<TaskId, Place>,
    calendars: Column<CalendarId, Place>,
    pub(super) starts: Column<Timestamp, Place>,
    pub(super) finishes: Column<Timestamp, Place>,
    pub(super) early: Column<[Timestamp; 2], Place>,
    pub(super) late: Column<[Timestamp; 2], Place>,
    pub(super) durations: Column<i64, Place>,
    pub(super) total_slacks: Column<i64, Place>,
    pub(super) free_slacks: Column<i64, Place>,
    /// Of the few tasks that have a deadline.
    pub(super) deadline_slacks: BTreeMap<Row, i64>,
    pub(super) kinds: Column<Kind, Place>,
    /// What holds the tasks, those of one after those of the other, and where each task's end.
    drivers: Vec<Driver>,
    ends: Column<u32, Place>,
}

/// What is known of a task and is no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) level: u32,
    pub(super) percent_complete: u32,
    pub(super) summary: bool,
    pub(super) elapsed: bool,
    pub(super) critical: bool,
    pub(super) near_critical: bool,
}

impl PlannedTasks {
    /// No tasks yet, and room for so many.
    pub(super) fn with_capacity(tasks: usize) -> PlannedTasks {
        PlannedTasks {
            ids: Column::with_capacity(tasks),
            calendars: Column::with_capacity(tasks),
            starts: Column::with_capacity(tasks),
            finishes: Column::with_capacity(tasks),
            early: Column::with_capacity(tasks),
            late: Column::with_capacity(tasks),
            durations: Column::with_capacity(tasks),
            total_slacks: Column::with_capacity(tasks),
            free_slacks: Column::with_capacity(tasks),
            deadline_slacks: BTreeMap::new(),
            kinds: Column::with_capacity(tasks),
            // Some tasks are held by more than one.
            drivers: Vec::with_capacity(tasks + tasks / 2),
            ends: Column::with_capacity(tasks),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(super) fn rows(&self) -> impl DoubleEndedIterator<Item = Row> + ExactSizeIterator + use<> {
        self.ids.rows()
    }

    /// Adds a task behind the others.
    pub(super) fn push(&mut self, planned: PlannedTask) {
        let row = self.ids.push(planned.task);
        self.calendars.push(planned.calendar);
        self.starts.push(planned.start);
        self.finishes.push(planned.finish);
        self.early.push([planned.early_start, planned.early_finish]);
        self.late.push([planned.late_start, planned.late_finish]);
        self.durations.push(planned.duration);
        self.total_slacks.push(planned.total_slack);
        self.free_slacks.push(planned.free_slack);
        self.deadline_slacks.extend(planned.deadline_slack.map(|slack| (row, slack)));
        self.kinds.push(Kind {
            level: planned.level,
            percent_complete: planned.percent_complete,
            summary: planned.summary,
            elapsed: planned.elapsed,
            critical: planned.critical,
            near_critical: planned.near_critical,
        });
        self.drivers.extend(planned.drivers);
        self.ends.push(u32::try_from(self.drivers.len()).unwrap_or(u32::MAX));
    }

    /// Adds a driver to the last task.
    pub(super) fn hold(&mut self, driver: Driver) {
        self.drivers.push(driver);
        if let Some(last) = self.ends.rows().last() {
            self.ends[last] += 1;
        }
    }

    /// What holds a task.
    pub(super) fn drivers(&self, row: Row) -> &[Driver] {
        let before = row.as_usize().checked_sub(1).map_or(0, |before| self.ends[Index::from_usize(before)]);
        self.drivers.get(before as usize..self.ends[row] as usize).unwrap_or_default()
    }

    /// Says which task below decides the date of a summary.
    pub(super) fn set_child(&mut self, summary: Row, child: Row) {
        let last = (self.ends[summary] as usize).checked_sub(1);
        if let Some(driver) = last.and_then(|last| self.drivers.get_mut(last)) {
            *driver = Driver::Child { task: self.ids[child].clone() };
        }
    }

    /// All that is known of a task.
    pub(super) fn get(&self, row: Row) -> PlannedTask {
        let Kind { level, percent_complete, summary, elapsed, critical, near_critical } = self.kinds[row];
        let ([early_start, early_finish], [late_start, late_finish]) = (self.early[row], self.late[row]);
        PlannedTask {
            task: self.ids[row].clone(),
            level,
            summary,
            calendar: self.calendars[row].clone(),
            start: self.starts[row],
            finish: self.finishes[row],
            early_start,
            early_finish,
            late_start,
            late_finish,
            duration: self.durations[row],
            elapsed,
            total_slack: self.total_slacks[row],
            free_slack: self.free_slacks[row],
            deadline_slack: self.deadline_slacks.get(&row).copied(),
            critical,
            near_critical,
            percent_complete,
            drivers: self.drivers(row).to_vec(),
        }
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = PlannedTask> + ExactSizeIterator {
        self.rows().map(|row| self.get(row))
    }
}

impl Serialize for PlannedTasks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for PlannedTasks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PlannedTasks, D::Error> {
        struct Records;
        impl<'de> Visitor<'de> for Records {
            type Value = PlannedTasks;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a sequence")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<PlannedTasks, A::Error> {
                let mut tasks = PlannedTasks::default();
                while let Some(planned) = records.next_element()? {
                    tasks.push(planned);
                }
                Ok(tasks)
            }
        }
        deserializer.deserialize_seq(Records)
    }
}
