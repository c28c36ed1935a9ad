//! Coming back: what was done offline, on top of what others did meanwhile.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::automation::AutomationStep;
use crate::error::{Argument, Code, Diagnostic, Result};
use crate::live::{Before, LiveProject, PlanDelta, applied, delta};
use crate::log::{Command, Context, Event, Offline, Outcome, Rebase, RebasedEvent, State, decide, rebase};
use crate::model::{Directory, Project, TaskId};
use crate::plan::{Asked, Overload, PlanOptions, Portfolio, Standing, candidates, schedule};

/// What became of commands that were made offline, and of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rebased {
    /// What became of each command: accepted, repeated, or a conflict.
    pub commands: Rebase,
    /// What neither side had in its plan, and both together have: each change was harmless by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub plan_conflicts: Vec<PlanConflict>,
    /// What moved, by the events of others, by the commands that hold and by what rules did.
    pub delta: PlanDelta,
    /// What rules did besides, after all commands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub steps: Vec<AutomationStep>,
}

/// What is wrong with a plan only since two people have changed it without knowing of each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanConflict {
    /// What it is, and which tasks it concerns.
    pub finding: Diagnostic,
    /// Commands that would each mend it; none where people have to talk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub repairs: Vec<Command>,
}

impl LiveProject {
    /// Takes events over that were decided elsewhere, such as on the server, and says what moved. Nothing is decided again, and no rule
    /// acts: what rules did stands among the events.
    ///
    /// # Errors
    /// Events that do not follow the last one, or do not fit. Nothing has changed then.
    pub fn receive(&mut self, events: &[Event]) -> Result<PlanDelta> {
        let (before, periods) = (Before::of(&self.standing), self.standing.timetable.periods.clone());
        let known = self.log.events.len();
        for (place, event) in events.iter().enumerate() {
            let follows = self.state.is_followed_by(event);
            if let Err(error) = follows.and_then(|()| self.happen(event, None)) {
                self.log.events.truncate(known);
                self.go_back(self.log.replay()?, before.tasks)?;
                return Err(error.at(format!("/events/{place}")));
            }
        }
        let shifts = self.standing.timetable.shifts_since(&periods);
        delta(&mut self.standing, shifts, before)
    }

    /// Comes back after working offline: takes the newer events over, and decides the commands that were made meanwhile again, on top of
    /// them. The project stands where it stood when the connection was lost; what holds is done, rules do what it sets off, and nothing is
    /// dropped silently.
    ///
    /// # Errors
    /// Events that do not follow the last one, or do not fit. Nothing has changed then.
    pub fn rebase(&mut self, events: &[Event], commands: &[Offline]) -> Result<Rebased> {
        let (known, tasks) = (self.log.events.len(), self.standing.timetable.tasks.len());
        let rebased = self.come_back(events, commands);
        if rebased.is_err() {
            self.log.events.truncate(known);
            self.go_back(self.log.replay()?, tasks)?;
        }
        rebased
    }

    fn come_back(&mut self, events: &[Event], commands: &[Offline]) -> Result<Rebased> {
        let (before, periods) = (Before::of(&self.standing), self.standing.timetable.periods.clone());
        let base = self.state.last.0;
        let offline = self.offline(commands)?;
        self.receive(events)?;
        let found = rebase(&self.state, &self.directory, base, commands)?;
        let online = Findings::of(self.state.project(), &self.directory, &self.options)?;
        let accepted: Vec<Event> = found.accepted.iter().map(|accepted| accepted.event.clone()).collect();
        self.receive(&accepted)?;
        // What a person did offline comes before what a rule makes of it.
        let mut steps = Vec::new();
        for RebasedEvent { index, event, .. } in &found.accepted {
            if let Some(Offline { context, .. }) = commands.get(*index as usize) {
                steps.extend(self.let_rules_act(event, &context.salt)?);
            }
        }
        let plan_conflicts = match accepted.is_empty() || events.is_empty() {
            true => Vec::new(),
            false => self.plan_conflicts(&[offline, online])?,
        };
        let shifts = self.standing.timetable.shifts_since(&periods);
        Ok(Rebased { commands: found, plan_conflicts, delta: delta(&mut self.standing, shifts, before)?, steps })
    }

    /// What was found in the plan as it was seen offline.
    fn offline(&self, commands: &[Offline]) -> Result<Findings> {
        let mut state: State = self.state.clone();
        for Offline { command, context } in commands {
            // What made no sense offline was not done there.
            let context = Context { now: context.now.max(state.last.1), ..context.clone() };
            let decided = decide(&state, &self.directory, command, &context);
            if let Ok(Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. }) = decided {
                let mut after = state.clone();
                applied(&mut after, &event, (&self.rules, Some(&context.salt)), &self.directory)?;
                // Nor was what nobody can plan.
                if Standing::new(after.project(), &self.directory, &self.options).is_ok() {
                    state = after;
                }
            }
        }
        Findings::of(state.project(), &self.directory, &self.options)
    }

    fn plan_conflicts(&self, sides: &[Findings]) -> Result<Vec<PlanConflict>> {
        let project = self.state.project();
        let both = Findings::of(project, &self.directory, &self.options)?;
        let new = |finding: &&Diagnostic| !sides.iter().flat_map(|side| &side.diagnostics).any(|known| is_same(known, finding));
        let diagnostics = both.diagnostics.iter().filter(new).map(|finding| PlanConflict { finding: finding.clone(), repairs: Vec::new() });
        let mut conflicts: Vec<PlanConflict> = diagnostics.collect();
        for (overload, finding) in &both.overloads {
            let tasks = tasks_of(overload);
            let known = |side: &Findings| {
                side.overloads.iter().any(|(other, _)| other.member == overload.member && tasks_of(other).is_superset(&tasks))
            };
            if !sides.iter().any(known) {
                conflicts.push(PlanConflict { finding: finding.clone(), repairs: self.others_for(overload)? });
            }
        }
        Ok(conflicts)
    }

    /// Who else could take one of the tasks of an overload, as commands.
    fn others_for(&self, overload: &Overload) -> Result<Vec<Command>> {
        let project = self.state.project();
        let mut portfolio = Portfolio::new(std::slice::from_ref(project), &self.directory, &self.options)?;
        let mut repairs = Vec::new();
        for carried in &overload.tasks {
            let found = candidates(&mut portfolio, &project.id, &carried.task)?;
            if let Some(other) = found.candidates.into_iter().find(|candidate| candidate.fits && candidate.member != overload.member) {
                let replaces = None;
                repairs.push(Command::AssignOwner { task: carried.task.clone(), owner: Some(other.member), replaces });
            }
        }
        Ok(repairs)
    }
}

/// What there is to find in a plan.
struct Findings {
    diagnostics: Vec<Diagnostic>,
    overloads: Vec<(Overload, Diagnostic)>,
}

impl Findings {
    fn of(project: &Project, directory: &Directory, options: &PlanOptions) -> Result<Findings> {
        let diagnostics = schedule(project, directory, options)?.diagnostics;
        let mut portfolio = Portfolio::new(std::slice::from_ref(project), directory, options)?;
        let workload = portfolio.workload(Asked::default())?;
        // One finding for each overload, in their order.
        let told = workload.diagnostics.into_iter().filter(|finding| finding.code == Code::WorkloadOver);
        Ok(Findings { diagnostics, overloads: workload.overloads.into_iter().zip(told).collect() })
    }
}

/// Whether two findings are one: a deadline that is missed by more is no other one, and another gate is.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    const HOW_MUCH: [&str; 4] = ["late", "finish", "lateStart", "short"];
    let what = |finding: &Diagnostic| -> Vec<Argument> {
        finding.args.iter().filter(|arg| !HOW_MUCH.contains(&arg.name.as_str())).cloned().collect()
    };
    (one.code, &one.tasks, what(one)) == (other.code, &other.tasks, what(other))
}

fn tasks_of(overload: &Overload) -> BTreeSet<&TaskId> {
    overload.tasks.iter().map(|carried| &carried.task).collect()
}
