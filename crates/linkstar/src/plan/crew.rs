//! Those who work on a task together, each on their own calendar.

use crate::error::{Code, Error, Result};
use crate::model::Task;
use crate::plan::network::{Special, State};
use crate::team::{CalendarIndex, Team};
use crate::time::{Clock, Clocks, Span, WorkingDay};

/// One person's part in a task, in seconds of their own clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assigned {
    pub(crate) clock: Clock,
    /// Before they begin.
    pub(crate) delay: i64,
    pub(crate) work: i64,
}

impl Assigned {
    /// From the start of the task until they are done, with the pauses of the task.
    pub(crate) fn length(&self, pauses: i64) -> i64 {
        self.delay.saturating_add(self.work).saturating_add(pauses)
    }
}

/// More than any length of time that a document can say, in seconds.
const LONGEST: i64 = 1 << 53;

/// Puts a task on the calendars of those who are assigned to it. With a calendar of its own it stays there, and what runs on the clock
/// does not ask when people work.
///
/// # Errors
/// People whom the directory does not have, those who give none of their time, negative work and delays.
pub(super) fn assign<'a>(
    mut node: Special,
    task: &'a Task,
    (team, project_calendar): (&mut Team<'a>, CalendarIndex),
    working_day: WorkingDay,
    here: &dyn Fn() -> String,
) -> Result<Special> {
    let mut crew = Vec::new();
    for (index, (assignment, calendar)) in task.assignments.iter().zip(team.assigned(task, here)?).enumerate() {
        let at = |field: &str| format!("{}/assignments/{index}/{field}", here());
        let work = assignment.work.map(|work| length(work, working_day)).transpose().map_err(|error| error.at(at("work")))?;
        let delay = assignment.delay.map_or(Ok(0), |delay| length(delay, working_day)).map_err(|error| error.at(at("delay")))?;
        // At half the time the same work takes twice as long.
        let work = work.map_or(node.duration, |work| (work.saturating_mul(100) / i64::from(assignment.units_percent)).min(LONGEST));
        if work > 0 {
            let calendar = calendar.map_or(Ok(project_calendar), |id| team.calendar(id)).map_err(|error| error.at(at("member")))?;
            crew.push(Assigned { clock: Clock::Working(calendar), delay: delay.min(LONGEST), work });
        }
    }
    if crew.is_empty() || task.calendar.is_some() || node.clock == Clock::Elapsed || node.duration == 0 {
        return Ok(node);
    }
    if task.duration.is_none() && task.assignments.iter().any(|assignment| assignment.work.is_some()) {
        node.duration = crew.iter().map(|one| one.length(0)).max().unwrap_or(node.duration);
    }
    let together = crew.iter().all(|one| Some(one.clock) == crew.first().map(|first| first.clock));
    if together {
        // On one calendar they take the duration of the task, however they share the work.
        crew.truncate(1);
        crew.iter_mut().for_each(|one| (one.delay, one.work) = (0, node.duration));
    }
    // Slack stays in the working time of the project, as Microsoft Project records it.
    let (calendar, clock) = (project_calendar, Clock::Working(project_calendar));
    let plain = crew.iter().all(|one| one.clock == clock);
    Ok(Special { calendar, clock, crew: (!plain).then(|| crew.into_boxed_slice()), ..node })
}

/// Seconds of a length of time that may not be negative.
pub(super) fn length(span: Span, working_day: WorkingDay) -> Result<i64> {
    if span.count < 0 {
        return Err(Error::new(Code::TaskDurationNegative, &[("duration", &span.to_string())]));
    }
    span.seconds(working_day)
}

impl Special {
    /// Seconds from one moment to another in which somebody could work on it, below zero when the second is earlier: where several do,
    /// in which the first of them could.
    pub(crate) fn room(&self, clocks: &mut Clocks<'_>, from: i64, to: i64) -> i64 {
        let Some(crew) = &self.crew else { return clocks.between(self.clock, from, to) };
        crew.iter().map(|one| clocks.between(one.clock, from, to)).min().unwrap_or_default()
    }

    /// The same task with so much left to do, in seconds of its clock.
    pub(crate) fn with_remaining(&self, seconds: i64) -> Special {
        match self.state {
            State::Running { start, resume, remaining } => {
                let state = State::Running { start, resume, remaining: seconds };
                Special { state, ..self.lasting(self.duration - remaining + seconds) }
            }
            _ => self.lasting(seconds),
        }
    }

    /// The same task with another length, of which everybody has the same share.
    pub(crate) fn lasting(&self, seconds: i64) -> Special {
        let share = |part: i64| {
            let exact = i128::from(part) * i128::from(seconds) / i128::from(self.duration.max(1));
            i64::try_from(exact).map_or(LONGEST, |exact| exact.min(LONGEST))
        };
        let shorter = |one: &Assigned| Assigned { delay: share(one.delay), work: share(one.work), ..*one };
        let crew = self.crew.as_ref().map(|crew| crew.iter().map(shorter).collect());
        Special { duration: seconds, crew, ..self.clone() }
    }
}
