//! The directory, checked: who is there, and on which calendar a task works.

use std::collections::BTreeMap;

use crate::error::{Code, Error, Result};
use crate::model::{Assignment, Directory, Project, Task};
use crate::time::{CalendarId, CalendarSet, Timeline, WorkingDay, Zone};

impl WorkingDay {
    /// The working day and week of a project.
    ///
    /// # Errors
    /// Days and weeks without minutes, or with more than there are.
    pub(crate) fn of(project: &Project) -> Result<WorkingDay> {
        let minutes = |field: &str, value: u32, limit: u32| {
            if (1..=limit).contains(&value) {
                Ok(i64::from(value))
            } else {
                let args = [("field", field), ("value", &*value.to_string()), ("limit", &*limit.to_string())];
                Err(Error::new(Code::ProjectDayLength, &args).at(format!("/project/{field}")))
            }
        };
        let day = minutes("minutesPerDay", project.minutes_per_day.unwrap_or(480), 24 * 60)?;
        let week = project.minutes_per_week.map_or(Ok(5 * day), |value| minutes("minutesPerWeek", value, 7 * 24 * 60))?;
        Ok(WorkingDay { day: day * 60, week: week * 60 })
    }
}

/// A calendar by its place among those that the plan uses.
pub(crate) type CalendarIndex = u32;

pub(crate) struct Team<'a> {
    calendars: CalendarSet<'a>,
    /// The calendar of each member and role, if they have one.
    members: BTreeMap<&'a str, Option<&'a CalendarId>>,
    roles: BTreeMap<&'a str, Option<&'a CalendarId>>,
    /// The calendars in use; the project's comes first.
    used: BTreeMap<&'a str, CalendarIndex>,
    pub(crate) timelines: Vec<Timeline>,
}

impl<'a> Team<'a> {
    /// # Errors
    /// What is wrong with the directory, by its path in it, which begins with `/directory`.
    pub(crate) fn new(directory: &'a Directory) -> Result<Team<'a>> {
        let calendars = CalendarSet::new(&directory.calendars).map_err(|error| error.within("/directory"))?;
        let mut team = Team { calendars, members: BTreeMap::new(), roles: BTreeMap::new(), used: BTreeMap::new(), timelines: Vec::new() };
        for (index, role) in directory.roles.iter().enumerate() {
            let here = format!("/directory/roles/{index}");
            team.check_calendar(role.calendar.as_ref(), &here)?;
            if team.roles.insert(role.id.as_str(), role.calendar.as_ref()).is_some() {
                return Err(Error::new(Code::RoleDuplicateId, &[("role", role.id.as_str())]).at(here + "/id"));
            }
        }
        for (index, member) in directory.members.iter().enumerate() {
            let here = format!("/directory/members/{index}");
            team.check_calendar(member.calendar.as_ref(), &here)?;
            for (number, role) in member.roles.iter().enumerate() {
                team.role(role.as_str()).map_err(|error| error.at(format!("{here}/roles/{number}")))?;
            }
            if team.members.insert(member.id.as_str(), member.calendar.as_ref()).is_some() {
                return Err(Error::new(Code::MemberDuplicateId, &[("member", member.id.as_str())]).at(here + "/id"));
            }
        }
        Ok(team)
    }

    /// The index of a calendar, whose timeline is made when it is first used.
    pub(crate) fn calendar(&mut self, id: &'a CalendarId) -> Result<CalendarIndex> {
        if let Some(index) = self.used.get(id.as_str()) {
            return Ok(*index);
        }
        let index = u32::try_from(self.timelines.len()).unwrap_or(u32::MAX);
        self.timelines.push(self.calendars.timeline(id)?);
        self.used.insert(id.as_str(), index);
        Ok(index)
    }

    /// The zone of a calendar in use.
    pub(crate) fn zone(&self, calendar: CalendarIndex) -> Zone {
        self.timelines.get(calendar as usize).map_or(Zone::UTC, Timeline::zone)
    }

    /// The calendar of a task: its own, else its owner's, else its role's, else none. Helpers move no dates.
    ///
    /// # Errors
    /// People, roles and calendars that the directory does not have. `here` is the path of the task.
    pub(crate) fn calendar_of(&self, task: &'a Task, here: &dyn Fn() -> String) -> Result<Option<&'a CalendarId>> {
        self.check_calendar_lazily(task.calendar.as_ref(), here)?;
        let owner =
            task.owner.as_ref().map(|owner| self.member(owner.as_str()).map_err(|error| error.at(here() + "/owner"))).transpose()?;
        for (index, helper) in task.helpers.iter().enumerate() {
            self.member(helper.as_str()).map_err(|error| error.at(format!("{}/helpers/{index}", here())))?;
        }
        let role = task.role.as_ref().map(|role| self.role(role.as_str()).map_err(|error| error.at(here() + "/role"))).transpose()?;
        Ok(task.calendar.as_ref().or(owner.flatten()).or(role.flatten()))
    }

    /// The calendars of those who are assigned to a task, where they have one.
    ///
    /// # Errors
    /// People whom the directory does not have, and those who give none of their time. `here` is the path of the task.
    pub(crate) fn assigned(&self, task: &'a Task, here: &dyn Fn() -> String) -> Result<Vec<Option<&'a CalendarId>>> {
        let calendar_of = |(index, assignment): (usize, &'a Assignment)| {
            let id = assignment.member.as_str();
            if assignment.units_percent == 0 {
                let error = Error::new(Code::AssignmentUnits, &[("member", id)]);
                return Err(error.at(format!("{}/assignments/{index}/unitsPercent", here())));
            }
            self.member(id).map_err(|error| error.at(format!("{}/assignments/{index}/member", here())))
        };
        task.assignments.iter().enumerate().map(calendar_of).collect()
    }

    pub(crate) fn member(&self, id: &str) -> Result<Option<&'a CalendarId>> {
        self.members.get(id).copied().ok_or_else(|| Error::new(Code::MemberUnknown, &[("member", id)]))
    }

    pub(crate) fn role(&self, id: &str) -> Result<Option<&'a CalendarId>> {
        self.roles.get(id).copied().ok_or_else(|| Error::new(Code::RoleUnknown, &[("role", id)]))
    }

    fn check_calendar(&self, id: Option<&CalendarId>, here: &str) -> Result<()> {
        self.check_calendar_lazily(id, &|| here.to_owned())
    }

    fn check_calendar_lazily(&self, id: Option<&CalendarId>, here: &dyn Fn() -> String) -> Result<()> {
        match id {
            Some(id) if !self.calendars.contains(id) => {
                Err(Error::new(Code::CalendarUnknown, &[("calendar", id.as_str())]).at(here() + "/calendar"))
            }
            _ => Ok(()),
        }
    }
}
