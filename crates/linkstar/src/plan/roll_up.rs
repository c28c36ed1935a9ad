//! Summaries: what the tasks below them add up to.

use crate::column::{Column, Index};
use crate::outline::Row;
use crate::plan::network::Network;
use crate::plan::planned::PlannedTasks;
use crate::time::{Clock, Clocks, Timestamp};

/// What stands below a summary, as far as it has been seen.
#[derive(Debug, Clone)]
struct Below {
    start: Timestamp,
    finish: Timestamp,
    early: [Timestamp; 2],
    late: [Timestamp; 2],
    free_slack: i64,
    critical: bool,
    near_critical: bool,
    /// Work, and how much of it is done, in hundredths.
    work: i128,
    done: i128,
    /// The task that finishes last.
    last: Option<Row>,
}

impl Below {
    const NOTHING: Below = Below {
        start: Timestamp::MAX,
        finish: Timestamp::MIN,
        early: [Timestamp::MAX, Timestamp::MIN],
        late: [Timestamp::MAX, Timestamp::MIN],
        free_slack: i64::MAX,
        critical: false,
        near_critical: false,
        work: 0,
        done: 0,
        last: None,
    };

    /// And one more task. They come from the last to the first, so that of two that finish together the first one stays.
    fn add(&mut self, row: Row, tasks: &PlannedTasks, (work, done): (i128, i128), late: [Timestamp; 2]) {
        let (start, finish, early, kind) = (tasks.starts[row], tasks.finishes[row], tasks.early[row], tasks.kinds[row]);
        if finish >= self.finish {
            self.last = Some(row);
        }
        let widen = |[start, finish]: [Timestamp; 2], [other_start, other_finish]: [Timestamp; 2]| {
            [start.min(other_start), finish.max(other_finish)]
        };
        [self.start, self.finish] = widen([self.start, self.finish], [start, finish]);
        (self.early, self.late) = (widen(self.early, early), widen(self.late, late));
        self.free_slack = self.free_slack.min(tasks.free_slacks[row]);
        self.critical |= kind.critical;
        self.near_critical |= kind.near_critical;
        (self.work, self.done) = (self.work + work, self.done + done);
    }
}

/// A level of the outline.
struct Level;

/// Dates, slack and progress of summaries, from the last row to the first, so that the tasks below are known.
pub(super) fn roll_up(network: &Network<'_>, clocks: &mut Clocks<'_>, tasks: &mut PlannedTasks) {
    let depth = tasks.kinds.iter().map(|(_, kind)| kind.level).max().unwrap_or(0) as usize;
    // On each level what is below the summary that comes next: the rows between two summaries of a level belong to the first.
    let mut below: Column<Below, Level> = std::iter::repeat_n(Below::NOTHING, depth + 2).collect();
    for row in tasks.rows().rev() {
        let level = Index::from_usize(tasks.kinds[row].level as usize);
        let summary = network.outline.places[row].summary;
        let work = if summary {
            let inside = Index::from_usize(tasks.kinds[row].level as usize + 1);
            let inside = std::mem::replace(&mut below[inside], Below::NOTHING);
            close(network, clocks, tasks, row, &inside);
            (inside.work, inside.done)
        } else {
            let length = i128::from(tasks.durations[row]);
            (length, length * i128::from(tasks.kinds[row].percent_complete))
        };
        // Nobody placed what is plain.
        let plain = network.node_of[row].get().is_some_and(|node| network.nodes[node].special.get().is_none());
        // What a person placed counts with its early dates also there, as in 150 of 152 records of Microsoft Project.
        let placed = !plain && network.outline.task(row).manual.is_some();
        let late = if placed { tasks.early[row] } else { tasks.late[row] };
        below[level].add(row, tasks, work, late);
    }
}

fn close(network: &Network<'_>, clocks: &mut Clocks<'_>, tasks: &mut PlannedTasks, row: Row, below: &Below) {
    let mut between = |from: Timestamp, to: Timestamp| clocks.between(Clock::Working(0), from.unix_seconds(), to.unix_seconds());
    let ([early_start, early_finish], [late_start, late_finish]) = (below.early, below.late);
    let total_slack = between(early_start, late_start).min(between(early_finish, late_finish));
    (tasks.starts[row], tasks.finishes[row]) = (below.start, below.finish);
    (tasks.early[row], tasks.late[row]) = (below.early, below.late);
    tasks.durations[row] = between(below.start, below.finish);
    tasks.total_slacks[row] = total_slack;
    tasks.free_slacks[row] = below.free_slack.min(total_slack).max(0);
    let kind = &mut tasks.kinds[row];
    (kind.critical, kind.near_critical) = (below.critical, below.near_critical && !below.critical);
    kind.percent_complete = if below.work == 0 { 0 } else { u32::try_from(below.done / below.work).unwrap_or(0) };
    if let Some(last) = below.last {
        tasks.set_child(row, last);
    }
    let task = network.outline.task(row);
    if let Some(manual) = task.manual.as_deref() {
        // The tasks below do not move a summary that a person placed.
        (tasks.starts[row], tasks.finishes[row]) = (manual.start, manual.finish);
        tasks.early[row] = [manual.start, manual.finish];
    }
    let due = task.deadline.as_ref().and_then(|deadline| deadline.moment().ok());
    tasks.deadline_slacks.extend(due.map(|due| (row, between(tasks.finishes[row], due))));
}
