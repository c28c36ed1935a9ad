//! What is known of one task: from the record of a task to the description of its node.
//!
//! The same words whether a whole project is compiled or one task of a compiled one was edited.

use crate::error::{Code, Error, Result};
use crate::model::{Anchor, Constraint, Deadline, ManualDates, Method, Progress, Task};
use crate::outline::{Outline, Row};
use crate::plan::EstimatePoint;
use crate::plan::crew;
use crate::plan::network::{Part, Special, State, share};
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Span, Timestamp, WorkingDay};

/// What holds for all tasks of a plan.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) working_day: WorkingDay,
    pub(super) anchor: Anchor,
    pub(super) method: Method,
    pub(super) estimate: EstimatePoint,
}

impl Terms {
    /// A task as it would be if nothing of it had happened yet. Paths of errors begin below the task.
    pub(super) fn undated(
        &self,
        (row, task): (Row, &Task),
        calendar: CalendarIndex,
        said: Above,
        (duration, elapsed): (Option<i64>, bool),
    ) -> Result<Special> {
        Ok(Special {
            clock: if elapsed { Clock::Elapsed } else { Clock::Working(calendar) },
            constraint: task.constraint,
            floor: said.floor,
            cap: said.cap,
            deadline: said.and_deadline(task)?,
            form: task.milestone_form,
            manual_floor: said.manual_floor,
            ..Special::new(row, Part::Task, calendar, if task.milestone { 0 } else { duration.unwrap_or(self.working_day.day) })
        })
    }

    /// And with what was reported and decided of it. Paths of errors begin below the task.
    pub(super) fn recorded(&self, node: Special, task: &Task, said: Above, clocks: &mut Clocks<'_>) -> Result<Special> {
        let node = self.with_record(node, task, clocks)?;
        let expects = self.method.use_expected_finish && matches!(self.anchor, Anchor::Start { .. }) && node.duration > 0;
        let unfinished = matches!(node.state, State::Waiting | State::Begun | State::Running { .. });
        let expected = task.expected_finish.filter(|_| expects && unfinished).map(Timestamp::unix_seconds);
        let node = Special { expected, ..node };
        Ok(if task.cancelled || said.cancelled { node.called_off() } else { node })
    }

    /// Adds what was reported and decided of a task. Paths of errors begin below the task.
    fn with_record(&self, mut node: Special, task: &Task, clocks: &mut Clocks<'_>) -> Result<Special> {
        let length = |span: Span, field: &str| crew::length(span, self.working_day).map_err(|error| error.at(field));
        let reported =
            task.progress.as_deref().and_then(|progress| Some((progress.actual_start, progress.actual_finish?, "/progress/actualFinish")));
        let placed = task.manual.as_deref().map(|manual| (manual.start, manual.finish, "/manual/finish"));
        if let Some((start, finish, field)) = [reported, placed].into_iter().flatten().find(|(start, finish, _)| finish < start) {
            let args = [("start", &*start.to_string()), ("finish", &finish.to_string())];
            return Err(Error::new(Code::TaskDatesReversed, &args).at(field));
        }
        node.delay = task.levelling_delay.map_or(Ok(0), |span| length(span, "/levellingDelay"))?;
        let mut done = 0;
        node.state = match (task.manual.as_deref().copied(), task.progress.as_deref().copied()) {
            (_, Some(Progress { actual_start, actual_finish: Some(finish), .. })) => {
                State::Done { start: actual_start.unix_seconds(), finish: finish.unix_seconds() }
            }
            (Some(ManualDates { start, finish }), _) => State::Manual { start: start.unix_seconds(), finish: finish.unix_seconds() },
            (_, Some(Progress { actual_start, resume, remaining, .. })) => {
                let start = actual_start.unix_seconds();
                let worked = share(node.duration, task.percent_complete.into());
                let remaining = remaining.map_or(Ok(node.duration - worked), |span| length(span, "/progress/remaining"))?;
                // More may be left than was planned.
                done = (node.duration - remaining).max(0);
                let resume = match resume {
                    Some(at) => at.unix_seconds(),
                    // Where what remains is dated from the present, nothing but a report holds it back.
                    None if self.method.dates_what_remains() => start,
                    None => clocks.shift(node.clock, start, done)?,
                };
                State::Running { start, resume, remaining }
            }
            (None, None) if task.percent_complete > 0 => State::Begun,
            (None, None) => State::Waiting,
        };
        for (index, split) in task.splits.iter().enumerate() {
            let after = length(split.after, &format!("/splits/{index}/after"))?;
            let pause = length(split.pause, &format!("/splits/{index}/pause"))?;
            // A pause that lies behind the work already done has been taken.
            node.pauses = node.pauses.saturating_add(if after >= done { pause } else { 0 });
        }
        Ok(node)
    }

    /// Seconds of a task's duration at the chosen point, and whether they are elapsed. Paths of errors begin below the task.
    pub(super) fn length_of(&self, task: &Task) -> Result<(Option<i64>, bool)> {
        let seconds = |span: Span, field: &str| crew::length(span, self.working_day).map_err(|error| error.at(field));
        let likely = task.duration.map(|span| seconds(span, "/duration")).transpose()?;
        let elapsed = task.duration.is_some_and(|span| span.unit.is_elapsed());
        let Some(estimate) = task.estimate.as_deref() else { return Ok((likely, elapsed)) };
        if likely.is_none() {
            return Err(Error::new(Code::DocumentMissingField, &[("field", "duration")]).at("/duration"));
        }
        let (optimistic, pessimistic) =
            (seconds(estimate.optimistic, "/estimate/optimistic")?, seconds(estimate.pessimistic, "/estimate/pessimistic")?);
        let one_clock = [Some(estimate.optimistic), Some(estimate.pessimistic), task.duration]
            .into_iter()
            .flatten()
            .all(|span| span.unit.is_elapsed() == elapsed);
        match likely {
            Some(likely) if one_clock && optimistic <= likely && likely <= pessimistic => {
                let chosen = match self.estimate {
                    EstimatePoint::Optimistic => optimistic,
                    EstimatePoint::Likely => likely,
                    EstimatePoint::Pessimistic => pessimistic,
                };
                Ok((Some(chosen), elapsed))
            }
            _ => {
                let written = task.duration.map_or_else(|| "?".to_owned(), |span| span.to_string());
                let (optimistic, pessimistic) = (estimate.optimistic.to_string(), estimate.pessimistic.to_string());
                Err(Error::new(
                    Code::TaskEstimateOrder,
                    &[("optimistic", &optimistic), ("likely", &written), ("pessimistic", &pessimistic)],
                )
                .at("/estimate"))
            }
        }
    }
}

/// What the summaries above a task say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Above {
    floor: Option<(i64, Row)>,
    cap: Option<(i64, Row)>,
    manual_floor: Option<i64>,
    deadline: Option<i64>,
    cancelled: bool,
}

impl Above {
    /// And what a summary adds for the tasks below it. Paths of errors begin below the summary.
    pub(super) fn and(self, summary: &Task, row: Row) -> Result<Above> {
        let mut said = Above { deadline: self.and_deadline(summary)?, ..self };
        match summary.constraint {
            Some(Constraint::StartNoEarlierThan { at }) => said.floor = self.floor.max(Some((at.unix_seconds(), row))),
            Some(Constraint::FinishNoLaterThan { at }) => {
                let own = (at.unix_seconds(), row);
                said.cap = Some(self.cap.map_or(own, |above| above.min(own)));
            }
            _ => {}
        }
        if let Some(manual) = &summary.manual {
            said.manual_floor = Some(manual.start.unix_seconds());
        }
        said.cancelled |= summary.cancelled;
        Ok(said)
    }

    /// The earliest deadline of a task and of the summaries above it.
    fn and_deadline(self, task: &Task) -> Result<Option<i64>> {
        let own = task.deadline.as_deref().map(Deadline::moment).transpose().map_err(|error| error.at("/deadline/zone"))?;
        Ok([own.map(Timestamp::unix_seconds), self.deadline].into_iter().flatten().min())
    }

    /// What all summaries above a task say.
    pub(super) fn of(outline: &Outline<'_>, row: Row) -> Result<Above> {
        let mut summaries: Vec<Row> = std::iter::successors(outline.parent(row), |row| outline.parent(*row)).collect();
        summaries.reverse();
        summaries.into_iter().try_fold(Above::default(), |said, summary| said.and(outline.task(summary), summary))
    }
}
