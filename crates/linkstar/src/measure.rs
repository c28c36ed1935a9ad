//! The engine from its compiled form on, for those who measure it. No part of the library that its users know.

use crate::error::Result;
use crate::live::{PlanDelta, moved_by};
use crate::model::{Directory, Project};
use crate::plan::{Asked, Compiled as Network, Edit, Found, LoadPeriod, PlanOptions, Portfolio, Schedule, Slack, Standing};
use crate::time::{Span, Timestamp};
use crate::view;

/// A compiled project.
pub struct Compiled<'a> {
    compiled: Network<'a>,
    found: Option<(Schedule, Slack)>,
}

impl<'a> Compiled<'a> {
    /// Compiles a project.
    ///
    /// # Errors
    /// Input that makes no plan.
    pub fn new(project: &'a Project, directory: &'a Directory) -> Result<Compiled<'a>> {
        Network::new(project, directory, &PlanOptions::default()).map(|compiled| Compiled { compiled, found: None })
    }

    /// Early and late dates, slacks and critical flags of all tasks. Gives the project's finish, in seconds of UTC.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub fn full_pass(&mut self) -> Result<i64> {
        let (schedule, slack) = self.compiled.full_pass(self.found.take())?;
        let finish = schedule.project_finish;
        self.found = Some((schedule, slack));
        Ok(finish)
    }

    /// How many tasks the last pass found critical.
    pub fn critical(&self) -> usize {
        self.found.as_ref().map_or(0, |(_, slack)| slack.critical.as_slice().iter().filter(|critical| **critical).count())
    }

    /// Which tasks are blocked, by what, and the twenty roots of all that, after a full pass. Gives how many tasks are blocked.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub fn blocking(&mut self, now: Timestamp) -> Result<usize> {
        let Some((schedule, _)) = &self.found else { return Ok(0) };
        view::blocked(&mut self.compiled, schedule, now)
    }

    /// The bytes of the compiled form.
    pub fn bytes(&self) -> usize {
        self.compiled.network.bytes()
    }
}

/// A project whose plan is kept up to date.
pub struct Edited<'d> {
    project: Project,
    directory: &'d Directory,
    standing: Standing,
}

impl<'d> Edited<'d> {
    /// Plans a project.
    ///
    /// # Errors
    /// Input that makes no plan.
    pub fn new(project: Project, directory: &'d Directory) -> Result<Edited<'d>> {
        let standing = Standing::new(&project, directory, &PlanOptions::default())?;
        Ok(Edited { project, directory, standing })
    }

    /// The places of the critical tasks in the document.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub fn critical(&mut self) -> Result<Vec<usize>> {
        let slack = self.standing.slack(&self.project, self.directory)?;
        let critical = slack.iter().filter(|(.., critical)| *critical).map(|(number, ..)| *number as usize);
        let ids: Vec<_> = critical.filter_map(|number| self.standing.timetable.tasks.get(number).cloned()).collect();
        let places = self.project.tasks.iter().enumerate().filter(|(_, task)| ids.contains(&task.id));
        Ok(places.map(|(place, _)| place).collect())
    }

    /// Gives a task, by its place in the document, another length; the delta tells what moved.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub fn set_length(&mut self, place: usize, length: Span) -> Result<PlanDelta> {
        let task = self.project.tasks.get_mut(place);
        let edit: Vec<Edit> = task
            .map(|task| {
                task.duration = Some(length);
                Edit::Task(task.id.clone())
            })
            .into_iter()
            .collect();
        moved_by(&mut self.standing, &edit, &self.project, self.directory)
    }
}

/// Planned projects, whose people's load is to be found.
pub struct Loaded<'a>(Portfolio<'a>);

/// What was found.
pub struct Loads(#[expect(dead_code, reason = "it is kept until the clock has stopped")] Found);

impl<'a> Loaded<'a> {
    /// Compiles and plans some projects.
    ///
    /// # Errors
    /// Input that makes no plan.
    pub fn new(projects: &'a [Project], directory: &'a Directory) -> Result<Loaded<'a>> {
        Portfolio::new(projects, directory, &PlanOptions::default()).map(Loaded)
    }

    /// Load and capacity of everybody in every period, overloads with their tasks, crowds, days off; without names. `finish`, in
    /// seconds of UTC, is where it ends; with the last work when absent.
    ///
    /// # Errors
    /// More periods than an answer holds.
    pub fn pass(&mut self, period: LoadPeriod, finish: Option<i64>) -> Result<Loads> {
        self.0.pass(Asked { period, start: None, finish }).map(Loads)
    }
}
