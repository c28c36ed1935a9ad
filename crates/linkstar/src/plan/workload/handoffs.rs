//! Hand-offs: where work goes from one pair of hands to another, and how long it lies between.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{Directory, LinkKind, MemberId, Project, RoleId, Task, TaskId};
use crate::outline::{Outline, Row};
use crate::plan::PlanOptions;
use crate::plan::effort::stands_of;
use crate::plan::workload::portfolio::Portfolio;
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Timestamp};

/// The hand-offs of a project.
///
/// ```
/// # fn longest(found: &linkstar::Handoffs) -> Option<&linkstar::Handoff> {
/// // Where a launch lies longest while the next one to work on it sits at the desk.
/// found.handoffs.iter().max_by_key(|handoff| handoff.waiting)
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Handoffs {
    /// In the order in which they happen.
    pub handoffs: Vec<Handoff>,
}

/// A link between the tasks of two people, or of two roles.
///
/// What counts is when each end of the link is planned: for finish-to-start the finish of the first task and the start of the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Handoff {
    /// The task that hands over.
    pub predecessor: TaskId,
    /// Whose it is.
    pub giver: Party,
    /// The task that takes up.
    pub successor: TaskId,
    /// Whose that is.
    pub receiver: Party,
    /// Which ends are tied.
    pub link: LinkKind,
    /// When the first task hands over.
    pub handed_over: Timestamp,
    /// When the second one takes up.
    pub taken_up: Timestamp,
    /// Seconds between them in which the receiver is at work; below zero when they overlap.
    pub waiting: i64,
    /// Seconds between them on the clock.
    pub elapsed: i64,
}

/// Whose a task is: a person, or a role while no person is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Party {
    /// The person who is accountable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub owner: Option<MemberId>,
    /// The role that does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub role: Option<RoleId>,
}

impl Party {
    /// Of a task that is nobody's none.
    fn of(task: &Task) -> Option<Party> {
        let named = task.owner.is_some() || task.role.is_some();
        named.then(|| Party { owner: task.owner.clone(), role: task.role.clone() })
    }

    /// Whether it is the same pair of hands: the same person or, while one of the two is not named, the same role.
    fn is_same(&self, other: &Party) -> bool {
        match (&self.owner, &other.owner) {
            (Some(one), Some(other)) => one == other,
            _ => self.role.is_some() && self.role == other.role,
        }
    }
}

/// Finds the hand-offs of a project. Tasks of nobody hand nothing over, nor do those that are cancelled.
///
/// # Errors
/// Input that makes no plan, with paths that begin with `/project` or `/directory`.
pub(crate) fn handoffs(project: &Project, directory: &Directory, options: &PlanOptions) -> Result<Handoffs> {
    let mut portfolio = Portfolio::of_one(project, directory, options)?;
    let outline = Outline::new(project)?;
    let Portfolio { projects, people, timelines, .. } = &mut portfolio;
    let Some((_, planned)) = projects.iter().next() else { return Ok(Handoffs { handoffs: Vec::new() }) };
    let network = &planned.compiled.network;
    let placed = |node| planned.schedule.placed(network, node);
    let stands = stands_of(network, &placed);
    // Levels of effort are no part of what is rolled up.
    let stand = |row: Row| stands[row].or_else(|| network.node_of[row].get().map(placed));
    let cancelled = outline.cancelled();
    let own: BTreeMap<&MemberId, CalendarIndex> = people
        .iter()
        .filter_map(|(_, person)| Some((&person.member.id, person.calendar.filter(|_| person.member.calendar.is_some())?)))
        .collect();
    let mut clocks = Clocks(timelines);
    let mut found = Vec::new();
    for link in outline.sorted_links() {
        let (first, second) = (outline.task(link.predecessor), outline.task(link.successor));
        let (Some(giver), Some(receiver)) = (Party::of(first), Party::of(second)) else { continue };
        let (Some(before), Some(after)) = (stand(link.predecessor), stand(link.successor)) else { continue };
        if giver.is_same(&receiver) || cancelled[link.predecessor] || cancelled[link.successor] {
            continue;
        }
        let handed_over = if link.kind.leaves_start() { before.start } else { before.finish };
        let taken_up = if link.kind.ties_start() { after.start } else { after.finish };
        // Who has no calendar of their own works on that of the task; summaries go by the project's, which comes first.
        let of_task = network.node_of[link.successor].get().map_or(0, |node| network.calendar(node));
        let calendar = receiver.owner.as_ref().and_then(|owner| own.get(owner)).copied();
        let clock = calendar.map_or_else(|| planned.clock(Clock::Working(of_task)), Clock::Working);
        found.push(Handoff {
            predecessor: first.id.clone(),
            giver,
            successor: second.id.clone(),
            receiver,
            link: link.kind,
            handed_over: Timestamp::from_unix_seconds(handed_over)?,
            taken_up: Timestamp::from_unix_seconds(taken_up)?,
            waiting: clocks.between(clock, handed_over, taken_up),
            elapsed: taken_up - handed_over,
        });
    }
    found.sort_by_key(|handoff| (handoff.handed_over, handoff.taken_up));
    Ok(Handoffs { handoffs: found })
}
