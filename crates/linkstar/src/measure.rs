//! The engine from its compiled form on, for those who measure it. No part of the library that its users know.

use crate::error::Result;
use crate::model::{Directory, Project};
use crate::plan::{Asked, Compiled as Network, Found, LoadPeriod, PlanOptions, Portfolio, Schedule, Slack};
use crate::time::Timestamp;
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
