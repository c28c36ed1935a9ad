//! Whether: what may happen now, and what stands in the way.
//!
//! A plan says when; rules say whether. They look at what has really happened, at evidence, approvals and figures, and at the present
//! moment, and never at planned dates. So a task may be planned for today and still be blocked, and what refuses a command is the
//! same answer as what a page shows.
//!
//! [`Rules`] are a project with every name in it resolved. The [`Present`] is what they come to at a moment: asking it looks up no names.
//! What holds a task is a [`Hold`], what keeps a gate from clearing a [`Point`]; a [`Reason`] is one of either in words.

mod check;
mod deadlock;
mod gate;
mod present;
pub(crate) mod progress;
mod reason;
mod stage;

pub use check::{Verdict, check};
pub(crate) use check::{at, may_decide};
pub(crate) use gate::{GateForm, GateNumber, Guarded, ItemNumber, metric_holds};
pub(crate) use present::{End, Hold, Present, StageState};
pub(crate) use progress::Standing;
pub(crate) use reason::reason;
pub use reason::{NextStep, Reason};
pub(crate) use stage::{StageForm, StageNumber};

use crate::column::{Slot, by_key};
use crate::error::{Code, Diagnostic, Result};
use crate::model::{Directory, LagCalendar, LinkKind, MemberId, Project, RoleId};
use crate::outline::{Outline, Place, Row};
use crate::team::Team;
use crate::time::{Clock, Lag, Timestamp, WorkingDay};
use gate::Gates;
use stage::Stages;

/// A link that keeps its successor from happening, and not only from being planned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blocker {
    /// Its place in the document.
    pub(crate) link: u32,
    /// Empty where the task is not there any more.
    pub(crate) predecessor: Slot<Place>,
    pub(crate) successor: Row,
    pub(crate) kind: LinkKind,
    /// What has to pass after the real event, in seconds.
    lag: Option<(Clock, i64)>,
    /// From when on somebody has waived it.
    waived: Option<Timestamp>,
}

/// A project, ready to be asked what may happen.
pub(crate) struct Rules<'a> {
    project: &'a Project,
    /// By their successors.
    blockers: Vec<Blocker>,
    /// Where the blockers of each task begin; empty where nobody has any.
    first_blocker: Vec<u32>,
    pub(crate) gates: Gates<'a>,
    pub(crate) stages: Stages,
    /// What makes no sense, although the project can be planned.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Rules<'a> {
    /// # Errors
    /// Ids that are unknown or used twice, zones that nobody knows, lags that are too long. Paths begin with `/project`.
    pub(crate) fn new(outline: &Outline<'a>, directory: &'a Directory, team: &mut Team<'a>, day: WorkingDay) -> Result<Rules<'a>> {
        let project = outline.project;
        let mut diagnostics = Vec::new();
        let mut blockers = blockers(outline, team, day)?;
        let first_blocker = sort_by_successor(&mut blockers, outline.places.len());
        let missing = outline.missing.iter().map(|(link, _)| outline.link(*link));
        for link in missing.filter(|link| link.waiver.is_none()) {
            let (blocker, waits) = (link.predecessor.to_string(), link.successor.to_string());
            diagnostics.push(Diagnostic::new(Code::BlockerMissing, vec![waits], &[("blocker", &blocker)]));
        }
        check_people(project, team)?;
        let stages = Stages::new(outline, &mut diagnostics)?;
        let gates = Gates::new(outline, directory, &mut diagnostics)?;
        diagnostics.extend(deadlock::deadlocks(outline, &gates, &stages));
        Ok(Rules { project, blockers, first_blocker, gates, stages, diagnostics })
    }

    /// Whether nothing in the project can stand in the way of anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.blockers.is_empty() && self.project.gates.is_empty() && self.project.stages.is_empty()
    }

    /// The blocking links into a task.
    pub(crate) fn blockers_of(&self, row: Row) -> &[Blocker] {
        let bound = |row: usize| self.first_blocker.get(row).map(|first| *first as usize);
        let (first, end) = (bound(row.as_usize()), bound(row.as_usize() + 1).unwrap_or(self.blockers.len()));
        first.and_then(|first| self.blockers.get(first..end)).unwrap_or_default()
    }
}

/// # Errors
/// People and roles that the directory does not have, where somebody is asked to act. Who has acted may have left since.
fn check_people(project: &Project, team: &Team<'_>) -> Result<()> {
    let member = |id: &MemberId, at: String| team.member(id.as_str()).map(|_| ()).map_err(|error| error.at(at));
    let role = |id: &RoleId, at: String| team.role(id.as_str()).map(|_| ()).map_err(|error| error.at(at));
    for (index, stage) in project.stages.iter().enumerate() {
        stage.owner.iter().try_for_each(|id| member(id, format!("/project/stages/{index}/owner")))?;
    }
    for (index, item) in project.checklist.iter().enumerate() {
        item.owner.iter().try_for_each(|id| member(id, format!("/project/checklist/{index}/owner")))?;
        item.role.iter().try_for_each(|id| role(id, format!("/project/checklist/{index}/role")))?;
    }
    for (index, gate) in project.gates.iter().enumerate() {
        gate.owner.iter().try_for_each(|id| member(id, format!("/project/gates/{index}/owner")))?;
        for (number, approval) in gate.approvals.iter().enumerate() {
            let here = format!("/project/gates/{index}/approvals/{number}");
            approval.members.iter().enumerate().try_for_each(|(who, id)| member(id, format!("{here}/members/{who}")))?;
            approval.role.iter().try_for_each(|id| role(id, format!("{here}/role")))?;
        }
    }
    Ok(())
}

/// The blocking links.
fn blockers<'a>(outline: &Outline<'a>, team: &mut Team<'a>, day: WorkingDay) -> Result<Vec<Blocker>> {
    let mut blockers = Vec::new();
    // In canonical order, whatever the order of the document: reasons follow it.
    let mut missing = outline.missing.clone();
    missing.sort_by(|(a, _), (b, _)| {
        let [a, b] = [a, b].map(|link| (&outline.link(*link).predecessor, outline.link(*link).kind));
        a.cmp(&b)
    });
    let there = outline.links.iter().map(|link| (link.document, Slot::from(link.predecessor), link.successor));
    let missing = missing.iter().map(|(document, successor)| (*document, Slot::EMPTY, *successor));
    for (document, predecessor, successor) in there.chain(missing) {
        let link = outline.link(document);
        let is_blocking = link.blocking || predecessor.get().is_some_and(|row| outline.places[row].blocking);
        if is_blocking {
            let lag = match (link.lag, predecessor.get()) {
                (Some(lag), Some(row)) => {
                    let counted = lag_of(lag, (row, successor), (outline, team), day);
                    Some(counted.map_err(|error| error.at(format!("/project/links/{document}/lag")))?)
                }
                _ => None,
            };
            let waived = link.waiver.as_ref().map(|waiver| waiver.at);
            blockers.push(Blocker { link: document, predecessor, successor, kind: link.kind, lag, waived });
        }
    }
    Ok(blockers)
}

/// The clock and the length of a lag. It is the clock on which the plan counts it.
fn lag_of<'a>(
    lag: Lag,
    (predecessor, successor): (Row, Row),
    (outline, team): (&Outline<'a>, &mut Team<'a>),
    day: WorkingDay,
) -> Result<(Clock, i64)> {
    let project = outline.project;
    let (before, after) = (outline.task(predecessor), outline.task(successor));
    let here = || outline.path(predecessor);
    let calendar = match project.method.as_ref().and_then(|method| method.lag_calendar).unwrap_or(LagCalendar::Successor) {
        LagCalendar::Successor => Some(after.calendar.as_ref().unwrap_or(&project.calendar)),
        LagCalendar::Predecessor => Some(team.calendar_of(before, &here)?.unwrap_or(&project.calendar)),
        LagCalendar::Project => Some(&project.calendar),
        LagCalendar::TwentyFourHours => None,
    };
    let working = calendar.map_or(Ok(Clock::Elapsed), |id| team.calendar(id).map(Clock::Working))?;
    let on = |is_elapsed: bool| if is_elapsed { Clock::Elapsed } else { working };
    match lag {
        Lag::Span { span } => Ok((on(span.unit.is_elapsed()), span.seconds(day)?)),
        Lag::Percent { percent } => {
            let duration = match before.duration {
                _ if before.milestone => 0,
                Some(span) => span.seconds(day)?,
                None => day.day,
            };
            let share = i128::from(duration) * i128::from(percent) / 100;
            let is_elapsed = before.duration.is_some_and(|span| span.unit.is_elapsed());
            Ok((on(is_elapsed), i64::try_from(share).unwrap_or(i64::MAX)))
        }
    }
}

/// Sorts blockers by their successors, and gives where those of each task begin.
fn sort_by_successor(blockers: &mut Vec<Blocker>, tasks: usize) -> Vec<u32> {
    if blockers.is_empty() {
        return Vec::new();
    }
    // What is missing comes last, in the order in which it was found.
    blockers.sort_by_key(|blocker| (blocker.predecessor.get().is_none(), blocker.predecessor.get(), blocker.kind));
    let keys: Vec<u32> = blockers.iter().map(|blocker| u32::try_from(blocker.successor.as_usize()).unwrap_or(u32::MAX)).collect();
    let (order, firsts) = by_key(&keys, u32::try_from(tasks).unwrap_or(u32::MAX));
    *blockers = order.iter().filter_map(|index| blockers.get(*index as usize).copied()).collect();
    firsts
}
