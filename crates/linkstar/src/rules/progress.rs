//! What has really happened to each task.

use crate::column::Column;
use crate::model::Task;
use crate::outline::{Outline, Place};
use crate::time::Timestamp;

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Waiting,
    Running,
    Done,
    Cancelled,
}

/// How far a task has come, and when its ends really happened, in seconds of UTC, where that was reported.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progressed {
    pub(crate) standing: Standing,
    pub(crate) start: Option<i64>,
    pub(crate) finish: Option<i64>,
}

impl Progressed {
    const NOTHING: Progressed = Progressed { standing: Standing::Waiting, start: None, finish: None };

    fn of(task: &Task, is_cancelled: bool, now: Option<Timestamp>) -> Progressed {
        // What is reported of the future has not happened yet.
        let is_past = |at: &Timestamp| now.is_none_or(|now| *at <= now);
        let progress = task.progress.as_deref().filter(|progress| is_past(&progress.actual_start));
        let finish = progress.and_then(|progress| progress.actual_finish).filter(is_past);
        let standing = match () {
            () if finish.is_some() || task.percent_complete >= 100 => Standing::Done,
            () if is_cancelled => Standing::Cancelled,
            () if progress.is_some() || task.percent_complete > 0 => Standing::Running,
            () => Standing::Waiting,
        };
        let start = progress.map(|progress| progress.actual_start.unix_seconds());
        Progressed { standing, start, finish: finish.map(|finish| finish.unix_seconds()) }
    }

    pub(crate) fn has_begun(self) -> bool {
        match self.standing {
            Standing::Running | Standing::Done => true,
            Standing::Waiting => false,
            // What was called off on the way had begun.
            Standing::Cancelled => self.start.is_some(),
        }
    }
}

/// Every task and summary. A summary begins with the first of its tasks and is done with the last; those that were cancelled do not count,
/// unless all of them were. Without a present, everything that was reported counts.
pub(crate) fn of(outline: &Outline<'_>, now: Option<Timestamp>) -> Column<Progressed, Place> {
    let mut progressed = outline.places.beside(Progressed::NOTHING);
    let is_cancelled = outline.cancelled();
    for row in outline.places.rows() {
        if !outline.places[row].summary {
            progressed[row] = Progressed::of(outline.task(row), is_cancelled[row], now);
        }
    }
    let mut below: Column<Option<Progressed>, Place> = outline.places.beside(None);
    for row in outline.places.rows().rev() {
        if let Some(all) = below[row] {
            progressed[row] = all;
        }
        if let Some(parent) = outline.parent(row) {
            below[parent] = Some(below[parent].map_or(progressed[row], |others| together(others, progressed[row])));
        }
    }
    progressed
}

fn together(a: Progressed, b: Progressed) -> Progressed {
    let standing = match (a.standing, b.standing) {
        (Standing::Cancelled, other) | (other, Standing::Cancelled) => other,
        (Standing::Waiting, Standing::Waiting) => Standing::Waiting,
        (Standing::Done, Standing::Done) => Standing::Done,
        _ => Standing::Running,
    };
    let finish = match (a.standing, b.standing) {
        (Standing::Cancelled, _) => b.finish,
        (_, Standing::Cancelled) => a.finish,
        // Without one of the dates nobody knows the last.
        _ => a.finish.zip(b.finish).map(|(a, b)| a.max(b)),
    };
    let start = a.start.into_iter().chain(b.start).min();
    Progressed { standing, start, finish }
}
