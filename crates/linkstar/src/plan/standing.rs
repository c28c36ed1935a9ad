//! A plan that is kept up to date, edit by edit.
//!
//! What an edit says is written into the compiled network where that is possible (see [`patch`](crate::plan::patch)), and its dates
//! are followed from there (see [`follow`](crate::plan::follow)); otherwise the project is compiled anew. Whichever it was, the dates
//! are those that [`schedule`](crate::plan::schedule) gives.

use crate::column::Marks;
use crate::error::Result;
use crate::model::{Anchor, AsLateAs, Constraint, Directory, Project, TaskId};
use crate::outline::Row;
use crate::plan::bounds::{Dates, NEVER_BEFORE, Stand, bounds_before};
use crate::plan::describe::Terms;
use crate::plan::follow::{Cone, Followed};
use crate::plan::network::{Ahead, Network, NodeId};
use crate::plan::passes::{Passes, Schedule, latest_finish};
use crate::plan::patch::Edit;
use crate::plan::slack::{Slack, slack};
use crate::plan::timetable::{Number, Numbered, Shifts, Timetable};
use crate::plan::{Compiled, EstimatePoint, PlanOptions};
use crate::time::{Clock, Clocks, Timeline};

/// A plan that is kept up to date.
pub(crate) struct Standing {
    options: PlanOptions,
    /// Nothing after an edit that could not be planned: then all is compiled anew.
    fitted: Option<(Fitted, Network<'static>)>,
    pub(crate) timetable: Timetable,
}

/// The compiled form of the project as it stands, and all dates.
pub(super) struct Fitted {
    pub(super) timelines: Vec<Timeline>,
    pub(super) schedule: Schedule,
    /// Found when somebody asks.
    slack: Option<Slack>,
    pub(super) ahead: Ahead,
    pub(super) cone: Cone,
    /// Dates that are not needed any more.
    spare: Vec<Dates>,
    /// Whether the dates of an edit can be followed: not in a plan from its finish, nor where tasks stand as late as possible or are laid
    /// over others.
    follows: bool,
    pub(super) numbered: Numbered,
}

impl Standing {
    /// # Errors
    /// Input that makes no plan.
    pub(crate) fn new(project: &Project, directory: &Directory, options: &PlanOptions) -> Result<Standing> {
        let mut standing = Standing { options: options.clone(), fitted: None, timetable: Timetable::new() };
        standing.edit(project, directory, &[])?;
        Ok(standing)
    }

    /// Takes edits over that have been made to the project; gives the tasks whose dates have changed.
    ///
    /// # Errors
    /// A project that makes no plan any more. Once the edits are taken back, the next one is planned again.
    pub(crate) fn edit(&mut self, project: &Project, directory: &Directory, edits: &[Edit]) -> Result<Shifts> {
        // What stands in the way of an edit leaves nothing half done: without a compiled form all is compiled when it is needed.
        if let Some((mut fitted, network)) = self.fitted.take_if(|(fitted, _)| fitted.follows) {
            let mut network = network.of(project);
            let terms = self.terms(&network);
            let mut possible = true;
            for edit in edits {
                possible = possible && fitted.patch(&mut network, &terms, edit, &self.timetable)?;
            }
            if possible {
                let shifts = fitted.follow(&network, terms.anchor, &mut self.timetable)?;
                self.fitted = Some((fitted, network.detached()));
                return Ok(shifts);
            }
        }
        self.compile(project, directory)
    }

    fn terms(&self, network: &Network<'_>) -> Terms {
        let (method, anchor) = (network.method.clone(), network.outline.project.anchor);
        Terms { working_day: network.working_day, anchor, method, estimate: self.options.estimate.unwrap_or(EstimatePoint::Likely) }
    }

    /// Plans everything anew.
    fn compile(&mut self, project: &Project, directory: &Directory) -> Result<Shifts> {
        let mut compiled = Compiled::new(project, directory, &self.options)?;
        let (schedule, slack) = compiled.full_pass(None)?;
        let Compiled { network, timelines, .. } = compiled;
        let late = |constraint: Option<Constraint>| matches!(constraint, Some(Constraint::AsLateAsPossible {}));
        let follows = schedule.is_from_start()
            && !network.has_efforts
            && network.method.as_late_as != Some(AsLateAs::Successors)
            && !network.specials.iter().any(|(_, special)| late(special.constraint));
        let fitted = Fitted {
            timelines,
            schedule,
            slack: Some(slack),
            ahead: network.ahead(),
            cone: Cone::new(&network),
            spare: Vec::new(),
            follows,
            numbered: Numbered::new(&network, &mut self.timetable),
        };
        let shifts = fitted.numbered.write_all(&network, &fitted.schedule, &mut self.timetable);
        self.fitted = Some((fitted, network.detached()));
        Ok(shifts)
    }

    /// The same plan, to be edited beside this one: its dates and numbers, and all else anew.
    pub(crate) fn beside(&self) -> Standing {
        Standing { options: self.options.clone(), fitted: None, timetable: self.timetable.clone() }
    }

    /// Forgets the numbers that came after the first few: their tasks are not there any more, and never were.
    pub(crate) fn forget(&mut self, known: usize) {
        self.timetable.forget(known);
        // It names them.
        self.fitted = None;
    }

    /// Whether links may lead from one task to another. Where they do not lead there through the network, they never do; where a summary
    /// or a level of effort is on the way, they need not.
    pub(crate) fn may_lead(&self, from: &TaskId, to: &TaskId) -> bool {
        let Some((fitted, network)) = &self.fitted else { return true };
        let node = |task: &TaskId| network.node_of[fitted.numbered.row(self.timetable.number(task)?)?].get();
        match (node(from), node(to)) {
            (Some(from), Some(to)) if !network.has_efforts && !network.has_opened_loops() => {
                fitted.ahead.reached(network, from, to).last() == Some(&to)
            }
            _ => true,
        }
    }

    /// By how many working seconds of the project's calendar the last finish is later than it was.
    pub(crate) fn delay(&mut self, finish: i64) -> i64 {
        let whole = self.timetable.whole.finish;
        match &mut self.fitted {
            Some((fitted, _)) if finish != whole => Clocks(&mut fitted.timelines).between(Clock::Working(0), finish, whole),
            _ => 0,
        }
    }

    /// For each of some tasks, the task that holds it where it stands: the predecessor whose link leaves it no room; itself where none does.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(crate) fn holders(&mut self, project: &Project, tasks: &[Number]) -> Result<Vec<Number>> {
        let Some((mut fitted, network)) = self.fitted.take() else { return Ok(tasks.to_vec()) };
        let network = network.of(project);
        let holders = tasks.iter().map(|task| Ok(fitted.holder(&network, *task)?.unwrap_or(*task))).collect();
        self.fitted = Some((fitted, network.detached()));
        holders
    }

    /// Total and free slack of each task that is no summary, in seconds of its clock, and whether it is critical.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999.
    pub(crate) fn slack(&mut self, project: &Project, directory: &Directory) -> Result<Vec<(Number, i64, i64, bool)>> {
        if self.fitted.is_none() {
            self.compile(project, directory)?;
        }
        let Some((mut fitted, network)) = self.fitted.take() else { return Ok(Vec::new()) };
        let network = network.of(project);
        let found = match fitted.slack.take() {
            Some(found) => Ok(found),
            None => slack(&network, &mut Clocks(&mut fitted.timelines), &fitted.schedule, Slack::new(&network)),
        };
        let of_row = |found: &Slack, row: Row| {
            let node = network.node_of[row].get()?;
            Some((fitted.numbered.number(row), found.total[node], found.free[node], found.critical[node]))
        };
        let listed = found.map(|found| {
            let listed = network.outline.places.rows().filter_map(|row| of_row(&found, row)).collect();
            fitted.slack = Some(found);
            listed
        });
        self.fitted = Some((fitted, network.detached()));
        listed
    }
}

impl Fitted {
    fn holder(&mut self, network: &Network<'_>, task: Number) -> Result<Option<Number>> {
        let Some(node) = self.numbered.row(task).and_then(|row| network.node_of[row].get()) else { return Ok(None) };
        let clocks = &mut Clocks(&mut self.timelines);
        let stand = self.schedule.placed(network, node);
        let mut tightest: Option<(i64, Row)> = None;
        for edge in network.all_incoming(node) {
            let bounds = bounds_before(network, clocks, &edge, self.schedule.placed(network, edge.from))?;
            let ends = [(bounds.start, stand.start), (bounds.finish, stand.finish)];
            for (bound, at) in ends.into_iter().filter(|(bound, _)| *bound != NEVER_BEFORE) {
                let room = network.room(clocks, node, bound, at);
                let from = network.nodes[edge.from].row;
                if tightest.is_none_or(|(least, row)| (room, from) < (least, row)) {
                    tightest = Some((room, from));
                }
            }
        }
        Ok(tightest.filter(|(room, _)| *room <= 0).map(|(_, row)| self.numbered.number(row)))
    }

    /// Finds the dates that patches have changed, and writes them down.
    fn follow(&mut self, network: &Network<'_>, anchor: Anchor, table: &mut Timetable) -> Result<Shifts> {
        self.slack = None;
        let schedule = &mut self.schedule;
        let mut passes = Passes {
            network,
            clocks: &mut Clocks(&mut self.timelines),
            from_start: matches!(anchor, Anchor::Start { .. }),
            now: network.now,
            conflict: std::mem::take(&mut schedule.conflict),
            rewritten: std::mem::take(&mut schedule.rewritten),
            behind: schedule.behind.take(),
            spare: std::mem::take(&mut self.spare),
        };
        let (start, was) = (schedule.project_start, schedule.project_finish);
        let forward = passes.follow_forward(start, &mut schedule.early, &self.ahead, &mut self.cone)?;
        let mut moved = Marks::none(network.nodes.len());
        if forward == Followed::TooFar {
            let early = passes.forward(start, &mut network.specials.beside(false), None)?;
            let before = std::mem::replace(&mut schedule.early, early);
            moved = schedule.early.elsewhere_than(&before);
            passes.spare.push(before);
        }
        let early = &schedule.early;
        let decides = |(id, stood): &(NodeId, Stand)| stood.finish == was || early.finish[*id] > was;
        if network.method.must_finish_by.is_none() && (forward == Followed::TooFar || self.cone.moved.iter().any(decides)) {
            schedule.project_finish = latest_finish(network, early, start);
        }
        self.cone.touched.drain(..).chain(self.cone.moved.drain(..).map(|(id, _)| id)).for_each(|id| moved.add(id));
        let mut behind = passes.behind.take();
        let backward = match behind.as_mut().filter(|_| forward == Followed::ToItsEnd && schedule.project_finish == was) {
            Some(behind) => {
                let dates = (early, &mut schedule.late);
                passes.follow_backward(schedule.project_finish, dates, behind, &self.ahead, &mut self.cone)?
            }
            None => Followed::TooFar,
        };
        if backward == Followed::TooFar {
            let late = passes.backward(schedule.project_finish, early, &network.specials.beside(false), early)?;
            passes.spare.push(std::mem::replace(&mut schedule.late, late));
            behind = passes.behind.take();
        }
        let Passes { conflict, rewritten, spare, .. } = passes;
        (schedule.conflict, schedule.rewritten, schedule.behind, self.spare) = (conflict, rewritten, behind, spare);
        self.cone.forward.clear();
        self.cone.backward.clear();
        Ok(self.numbered.write(&moved, network, &self.schedule, table))
    }
}
