//! Several projects over one directory, planned, with all their clocks side by side.

use std::collections::BTreeMap;

use crate::column::{Column, Index};
use crate::error::{Code, Error, Result};
use crate::model::{Directory, Member, Project, ProjectId};
use crate::plan::workload::share::{Share, Stretch, shares_of};
use crate::plan::{Compiled, PlanOptions, Schedule, Slack};
use crate::team::{CalendarIndex, Team};
use crate::time::{Clock, Timeline, Zone};

/// The kinds of rows of a portfolio.
pub(super) struct Projects;
pub(super) struct People;
pub(super) struct Limits;

pub(super) type ProjectIndex = Index<Projects>;
pub(super) type PersonIndex = Index<People>;
pub(super) type LimitIndex = Index<Limits>;

/// A project of a portfolio.
pub(super) struct Planned<'a> {
    pub(super) project: &'a Project,
    pub(super) compiled: Compiled<'a>,
    pub(super) schedule: Schedule,
    pub(super) slack: Slack,
    /// Its calendars among those of the portfolio.
    calendars: Vec<CalendarIndex>,
}

/// Somebody of the directory.
pub(super) struct Person<'a> {
    pub(super) member: &'a Member,
    /// Their own calendar; of those who have none that of the first project that uses them.
    pub(super) calendar: Option<CalendarIndex>,
}

/// Planned projects, and who carries what in them.
pub(crate) struct Portfolio<'a> {
    /// By their ids, so that the order in which a host lists them means nothing.
    pub(super) projects: Column<Planned<'a>, Projects>,
    /// By their ids.
    pub(super) people: Column<Person<'a>, People>,
    pub(super) timelines: Vec<Timeline>,
    /// By project and node, as the dates are written.
    pub(super) shares: Column<Share>,
    /// The most tasks of a tag that one person can have in hand, by tag.
    pub(super) limits: Column<(&'a str, u32), Limits>,
    /// The shares of tasks that have such a tag, by person and limit.
    pub(super) marks: Vec<Mark>,
    /// Memory of the pass before, which would have to be cleared.
    pub(super) spare: [Vec<Stretch>; 2],
}

/// A share of a task with a tag that is limited.
pub(super) struct Mark {
    pub(super) limit: LimitIndex,
    pub(super) share: Index<Share>,
}

impl<'a> Portfolio<'a> {
    /// Plans several projects.
    ///
    /// # Errors
    /// Input that makes no plan, with paths that begin with `/projects` or `/directory`; two projects with one id.
    pub(crate) fn new(projects: &'a [Project], directory: &'a Directory, options: &PlanOptions) -> Result<Portfolio<'a>> {
        let mut places: BTreeMap<&ProjectId, usize> = BTreeMap::new();
        for (place, project) in projects.iter().enumerate() {
            if places.insert(&project.id, place).is_some() {
                return Err(Error::new(Code::ProjectDuplicateId, &[("project", project.id.as_str())]).at(format!("/projects/{place}/id")));
            }
        }
        let plan = |place: usize| {
            let project = projects.get(place)?;
            Some(Planned::new(project, directory, options).map_err(|error| match error.path.strip_prefix("/project") {
                Some(inside) => {
                    let path = format!("/projects/{place}{inside}");
                    error.at(path)
                }
                None => error,
            }))
        };
        Portfolio::over(places.into_values().filter_map(plan).collect::<Result<_>>()?, directory)
    }

    /// A portfolio of one.
    ///
    /// # Errors
    /// Input that makes no plan, with paths that begin with `/project` or `/directory`.
    pub(super) fn of_one(project: &'a Project, directory: &'a Directory, options: &PlanOptions) -> Result<Portfolio<'a>> {
        Portfolio::over([Planned::new(project, directory, options)?].into_iter().collect(), directory)
    }

    fn over(mut projects: Column<Planned<'a>, Projects>, directory: &'a Directory) -> Result<Portfolio<'a>> {
        let mut team = Team::new(directory)?;
        let known: BTreeMap<_, _> = directory.calendars.iter().map(|calendar| (&calendar.id, &calendar.id)).collect();
        for number in projects.rows() {
            let planned = &mut projects[number];
            let ids = planned.compiled.timelines.iter().filter_map(|timeline| known.get(&timeline.rules().id));
            planned.calendars = ids.map(|id| team.calendar(id)).collect::<Result<_>>()?;
        }
        let mut members: Vec<&Member> = directory.members.iter().collect();
        members.sort_by(|a, b| a.id.cmp(&b.id));
        let mut person = |member: &'a Member| {
            let calendar = member.calendar.as_ref().map(|id| team.calendar(id)).transpose()?;
            Ok(Person { member, calendar })
        };
        let mut people: Column<Person<'a>, People> = members.into_iter().map(&mut person).collect::<Result<_>>()?;
        let by_id: BTreeMap<&str, PersonIndex> = people.iter().map(|(person, row)| (row.member.id.as_str(), person)).collect();
        let limits = limits_of(directory);
        let (mut shares, mut tags) = (Vec::new(), Vec::new());
        for (number, planned) in projects.iter() {
            shares_of((number, planned), &by_id, &limits, &mut shares, &mut tags)?;
        }
        let shares: Column<Share> = shares.into_iter().collect();
        let mut marks: Vec<Mark> = tags.into_iter().map(|(limit, share)| Mark { limit, share: Index::from_usize(share) }).collect();
        marks.sort_by_key(|mark| (shares[mark.share].person, mark.limit, mark.share));
        for (_, share) in shares.iter() {
            let project_calendar = projects[share.project].calendars.first().copied();
            let person = &mut people[share.person];
            person.calendar = person.calendar.or(project_calendar);
        }
        Ok(Portfolio { projects, people, timelines: team.timelines, shares, limits, marks, spare: Default::default() })
    }

    /// The calendar of those who have none and take part in nothing.
    pub(super) fn any_calendar(&self) -> Option<CalendarIndex> {
        self.projects.iter().find_map(|(_, planned)| planned.calendars.first().copied())
    }

    pub(super) fn zone(&self, calendar: CalendarIndex) -> Option<Zone> {
        self.timelines.get(calendar as usize).map(Timeline::zone)
    }

    /// The number of a project.
    ///
    /// # Errors
    /// A project that is not among them.
    pub(super) fn project(&self, id: &ProjectId) -> Result<ProjectIndex> {
        let found = self.projects.iter().find(|(_, planned)| planned.project.id == *id).map(|(number, _)| number);
        found.ok_or_else(|| Error::new(Code::ProjectUnknown, &[("project", id.as_str())]))
    }
}

impl<'a> Planned<'a> {
    fn new(project: &'a Project, directory: &'a Directory, options: &PlanOptions) -> Result<Planned<'a>> {
        let mut compiled = Compiled::new(project, directory, options)?;
        let (schedule, slack) = compiled.full_pass(None)?;
        Ok(Planned { project, compiled, schedule, slack, calendars: Vec::new() })
    }

    /// A clock of this project among those of the portfolio.
    pub(super) fn clock(&self, own: Clock) -> Clock {
        match own {
            Clock::Elapsed => Clock::Elapsed,
            Clock::Working(calendar) => self.calendars.get(calendar as usize).map_or(own, |index| Clock::Working(*index)),
        }
    }
}

/// Where a tag is limited twice the stricter limit counts.
fn limits_of(directory: &Directory) -> Column<(&str, u32), Limits> {
    let mut most: BTreeMap<&str, u32> = BTreeMap::new();
    for limit in &directory.limits {
        most.entry(&limit.tag).and_modify(|most| *most = limit.most.min(*most)).or_insert(limit.most);
    }
    most.into_iter().collect()
}
