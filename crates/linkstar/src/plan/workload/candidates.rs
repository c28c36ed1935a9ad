//! Who else could take a task, and why not.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Diagnostic, Result};
use crate::model::{Member, MemberId, ProjectId, Task, TaskId};
use crate::plan::network::share;
use crate::plan::workload::found::{Grids, ROUNDING, spread};
use crate::plan::workload::period::{Grid, LoadPeriod};
use crate::plan::workload::portfolio::{PersonIndex, Portfolio};
use crate::plan::workload::share::{Share, Stretch};
use crate::plan::workload::{Asked, time};
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Timestamp};

/// Who else could take a task as it is planned.
///
/// ```
/// # fn first_who_fits(candidates: &linkstar::Candidates) -> Option<&linkstar::MemberId> {
/// let first = candidates.candidates.first().filter(|first| first.fits);
/// first.map(|first| &first.member)
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Candidates {
    /// When the task starts.
    pub start: Timestamp,
    /// When it finishes.
    pub finish: Timestamp,
    /// The work that it is for those who carry it, in seconds.
    pub needed: i64,
    /// Everybody who does not carry it already, the best first: who fits, then who is able to, then who has the most time.
    pub candidates: Vec<Candidate>,
}

/// Somebody who could take a task, or could not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Candidate {
    /// The member.
    pub member: MemberId,
    /// Whether nothing stands against it.
    pub fits: bool,
    /// Working seconds that they have left while the task runs, day by day in their zone.
    pub free: i64,
    /// What stands against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub reasons: Vec<Diagnostic>,
}

/// Asks everybody.
///
/// # Errors
/// A project or a task that is not there, a summary, a level of effort; more members and days than can be looked at.
pub(crate) fn candidates(portfolio: &mut Portfolio<'_>, project: &ProjectId, task: &TaskId) -> Result<Candidates> {
    let number = portfolio.project(project).map_err(|error| error.at("/project"))?;
    let stretches = portfolio.stretches()?;
    let planned = &portfolio.projects[number];
    let network = &planned.compiled.network;
    let node = planned.compiled.node(task).map_err(|error| error.at("/task"))?;
    let stand = planned.schedule.placed(network, node);
    let task = network.outline.task(network.nodes[node].row);
    let is_task = |stretch: &&Stretch| {
        let share = portfolio.shares[stretch.share];
        (share.project, share.node) == (number, node)
    };
    let needed = stretches.iter().filter(is_task).map(Stretch::work).fold(0, i64::saturating_add);
    let of_task = portfolio.shares.iter().filter(|(_, share)| (share.project, share.node) == (number, node));
    let carriers: Vec<PersonIndex> = of_task.map(|(_, share)| share.person).collect();
    // A task that nobody carries yet is its length for whoever takes it.
    let alone = if network.clock(node) == Clock::Elapsed || task.cancelled { 0 } else { network.special(node).duration };
    let needed = if carriers.is_empty() { alone } else { needed };
    Asked { period: LoadPeriod::Day, ..Asked::default() }.check(stand.start, stand.finish, portfolio.people.len())?;

    let mut rest = stretches.as_slice();
    let (mut grids, mut candidates) = (Grids::default(), Vec::new());
    for person in portfolio.people.rows() {
        let (own, others) = rest.split_at(rest.partition_point(|stretch| stretch.person <= person));
        rest = others;
        let member = portfolio.people[person].member;
        if carriers.contains(&person) || task.owner.as_ref() == Some(&member.id) {
            continue;
        }
        let Some(calendar) = portfolio.people[person].calendar.or_else(|| portfolio.any_calendar()) else { continue };
        let Some(zone) = portfolio.zone(calendar) else { continue };
        let Some(grid) = grids.of(zone, || Grid::between(zone, stand.start, stand.finish)) else { continue };
        let Time { at_work, free, taken } = Time::of((own, member), calendar, grid, &mut Clocks(&mut portfolio.timelines));
        let short = needed - free >= ROUNDING;
        let mut reasons = unable(task, member);
        if needed > 0 && !at_work {
            reasons.push(Diagnostic::new(Code::CandidateAway, Vec::new(), &[("member", member.id.as_str())]));
        } else if short {
            let args = [("member", member.id.as_str()), ("free", &*time(free)), ("needed", &time(needed))];
            reasons.push(Diagnostic::new(Code::CandidateTime, Vec::new(), &args));
        }
        if short && !taken.is_empty() {
            reasons.push(busy(portfolio, member.id.as_str(), taken));
        }
        candidates.push(Candidate { member: member.id.clone(), fits: reasons.is_empty(), free, reasons });
    }
    let lacks = |candidate: &Candidate| {
        let of_ability = |reason: &&Diagnostic| matches!(reason.code, Code::CandidateRole | Code::CandidateSkill);
        candidate.reasons.iter().filter(of_ability).count()
    };
    // Of two who are as good the order of the ids decides, in which they come.
    candidates.sort_by_key(|candidate| (!candidate.fits, lacks(candidate), Reverse(candidate.free)));
    let (start, finish) = (Timestamp::from_unix_seconds(stand.start)?, Timestamp::from_unix_seconds(stand.finish)?);
    Ok(Candidates { start, finish, needed, candidates })
}

/// What somebody has of the time in which a task runs.
struct Time<'s> {
    at_work: bool,
    /// Seconds that are left, day by day: too much on Monday takes nothing from Tuesday.
    free: i64,
    /// What the rest goes into.
    taken: Vec<&'s Stretch>,
}

impl<'s> Time<'s> {
    fn of((own, member): (&'s [Stretch], &Member), calendar: CalendarIndex, days: &mut Grid, clocks: &mut Clocks<'_>) -> Time<'s> {
        let all = 0..days.len();
        let mut load = vec![0_i64; days.len()];
        let mut taken = Vec::new();
        for stretch in own {
            let mut any = false;
            spread(days, clocks, stretch, &all, |day, seconds| {
                if let Some(cell) = load.get_mut(day) {
                    *cell = cell.saturating_add(seconds);
                }
                any |= seconds > 0;
            });
            taken.extend(any.then_some(stretch));
        }
        let positions = days.positions(Clock::Working(calendar), clocks);
        let capacity = positions.iter().zip(positions.iter().skip(1)).map(|(start, end)| share(end - start, member.units_percent.into()));
        let (mut at_work, mut free) = (false, 0_i64);
        for (capacity, load) in capacity.zip(load) {
            at_work |= capacity > 0;
            free = free.saturating_add((capacity - load).max(0));
        }
        Time { at_work, free, taken }
    }
}

/// The role and the skills that are missing.
fn unable(task: &Task, member: &Member) -> Vec<Diagnostic> {
    let role = task
        .role
        .as_ref()
        .filter(|role| !member.roles.contains(role))
        .map(|role| Diagnostic::new(Code::CandidateRole, Vec::new(), &[("member", member.id.as_str()), ("role", role.as_str())]));
    let skills = task
        .skills
        .iter()
        .filter(|skill| !member.skills.contains(skill))
        .map(|skill| Diagnostic::new(Code::CandidateSkill, Vec::new(), &[("member", member.id.as_str()), ("skill", skill)]));
    role.into_iter().chain(skills).collect()
}

fn busy(portfolio: &Portfolio<'_>, member: &str, works: Vec<&Stretch>) -> Diagnostic {
    let mut tasks: Vec<_> = works.into_iter().map(|stretch| stretch.share).collect();
    tasks.dedup();
    let name = |Share { project, node, .. }: Share| {
        let network = &portfolio.projects[project].compiled.network;
        network.outline.id(network.nodes[node].row).as_str().to_owned()
    };
    let tasks: Vec<String> = tasks.into_iter().map(|share| name(portfolio.shares[share])).collect();
    let count = tasks.len().to_string();
    Diagnostic::new(Code::CandidateBusy, tasks, &[("member", member), ("count", &count)])
}
