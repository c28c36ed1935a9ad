//! From dates to a plan: slack, drivers, roll-up.

use crate::document;
use crate::error::Result;
use crate::model::{Constraint, Directory, FormatVersion, LinkKind, Project, SlackKind};
use crate::plan::bounds::{After, Dates, NEVER_AFTER, NEVER_BEFORE, bounds_after, bounds_before};
use crate::plan::clocks::Clocks;
use crate::plan::column::Column;
use crate::plan::findings::findings;
use crate::plan::network::{Edge, Network, Node, NodeId, Part, State, Tie};
use crate::plan::outline::{Place, Row};
use crate::plan::passes::Schedule;
use crate::plan::{Driver, Plan, PlanOptions, PlannedCalendar, PlannedTask};
use crate::time::{Clock, TZDB_VERSION, Timestamp};

/// The near-critical limit where none is asked for, in project days.
const NEAR_CRITICAL_DAYS: i64 = 5;

/// Builds the plan document.
pub(crate) fn report(
    project: &Project,
    directory: &Directory,
    options: &PlanOptions,
    network: Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
) -> Result<Plan> {
    let near_critical =
        options.near_critical_minutes.map_or(NEAR_CRITICAL_DAYS * network.working_day.day, |minutes| i64::from(minutes) * 60);
    let mut reporter = Reporter { network: &network, clocks, schedule, near_critical, now: options.now };
    let held = reporter.held_by_successors()?;
    let (before, after) = (reporter.strongest_bounds()?, reporter.strongest_allowances()?);
    let mut tasks: Column<PlannedTask, Place> = Column::default();
    for row in network.outline.places.rows() {
        let planned = match network.node_of[row] {
            Some(node) => reporter.task(node, &held, (&before, &after))?,
            None => reporter.empty_summary(row, project),
        };
        tasks.push(planned);
    }
    reporter.roll_up(&mut tasks);
    let mut diagnostics = network.diagnostics.clone();
    diagnostics.extend(findings(&network, clocks, schedule, &tasks, options.now));
    diagnostics.sort_by_key(|found| std::cmp::Reverse(found.severity));

    let calendars = clocks.0.iter().map(|timeline| timeline.rules());
    let calendars =
        calendars.map(|rules| PlannedCalendar { id: rules.id.clone(), zone: rules.zone.name().to_owned(), known_until: rules.known_until });
    let anchored = |at: Option<Timestamp>, otherwise: i64| at.map_or_else(|| Timestamp::from_unix_seconds(otherwise), Ok);
    let tasks: Vec<PlannedTask> = tasks.into_vec();
    let mut plan = Plan {
        linkstar: FormatVersion::default(),
        project: project.id.clone(),
        directory_hash: document::hash(&in_order(directory)),
        options: options.clone(),
        tzdb: TZDB_VERSION.to_owned(),
        start: anchored(tasks.iter().map(|task| task.start).min(), schedule.project_start)?,
        finish: anchored(tasks.iter().map(|task| task.finish).max(), schedule.project_finish)?,
        minutes_per_day: u32::try_from(network.working_day.day / 60).unwrap_or(480),
        calendars: calendars.collect(),
        tasks,
        diagnostics,
        hash: String::new(),
    };
    plan.calendars.sort_by(|a, b| a.id.cmp(&b.id));
    plan.hash = document::hash(&plan);
    Ok(plan)
}

/// The directory by ids, so that the order in which a host lists people means nothing.
fn in_order(directory: &Directory) -> Directory {
    let mut directory = directory.clone();
    directory.calendars.sort_by(|a, b| a.id.cmp(&b.id));
    directory.roles.sort_by(|a, b| a.id.cmp(&b.id));
    directory.members.sort_by(|a, b| a.id.cmp(&b.id));
    directory
}

/// The edge that binds a gate or a crown most, on its start and on its finish.
type Strongest<'n> = Column<(Option<&'n Edge>, Option<&'n Edge>), Node>;

struct Reporter<'a, 'n, 't> {
    network: &'a Network<'n>,
    clocks: &'a mut Clocks<'t>,
    schedule: &'a Schedule,
    near_critical: i64,
    now: Option<Timestamp>,
}

impl<'a> Reporter<'a, '_, '_> {
    /// How late each node may be before a successor moves from where it stands early.
    fn held_by_successors(&mut self) -> Result<Dates> {
        let early = &self.schedule.early;
        let mut stands = early.clone();
        for (id, node) in self.network.leaves() {
            match node.state {
                State::Done { .. } => stands.set(id, (NEVER_AFTER, NEVER_AFTER, NEVER_AFTER)),
                _ if self.schedule.stands_late[id] => stands.set(id, self.schedule.placed.get(id)),
                // What levelling put off would have stood earlier.
                _ => stands.start[id] = stands.start[id].saturating_sub(node.delay),
            }
        }
        let mut held = early.clone();
        for (id, node) in self.network.nodes.iter().rev() {
            let (mut start, mut finish) = (NEVER_AFTER, NEVER_AFTER);
            // Free slack asks for the task's own successors; who waits for its summary does not count, as in Microsoft Project.
            for edge in self.network.outgoing(id).filter(|edge| edge.tie != Tie::Up) {
                let after = bounds_after(self.network, self.clocks, edge, stands.get(edge.to), early)?;
                (start, finish) = (start.min(after.start), finish.min(after.finish));
            }
            (held.start[id], held.finish[id]) = (start, finish);
            if node.part != Part::Task {
                stands.set(id, (start, finish, finish));
            }
        }
        Ok(held)
    }

    /// For each gate, the link above it that binds most, so that a task below need not look at all of them.
    fn strongest_bounds(&mut self) -> Result<Strongest<'a>> {
        let mut strongest: Strongest<'a> = self.network.nodes.beside((None, None));
        for (id, _) in self.network.nodes.iter().filter(|(_, node)| node.part == Part::Gate) {
            let (mut start, mut finish) = (NEVER_BEFORE, NEVER_BEFORE);
            for edge in self.network.incoming(id) {
                let (edge_start, edge_finish) = match edge.tie {
                    Tie::Down => strongest[edge.from],
                    Tie::Link(_) | Tie::Up => (Some(edge), Some(edge)),
                };
                let from = self.schedule.placed.get(edge.from);
                let bounds = bounds_before(self.network, self.clocks, edge, from)?;
                if bounds.start > start {
                    (start, strongest[id].0) = (bounds.start, edge_start);
                }
                if bounds.finish > finish {
                    (finish, strongest[id].1) = (bounds.finish, edge_finish);
                }
            }
        }
        Ok(strongest)
    }

    fn task(&mut self, id: NodeId, held: &Dates, (before, after): (&Strongest<'a>, &Strongest<'a>)) -> Result<PlannedTask> {
        let node = &self.network.nodes[id];
        let task = self.network.outline.task(node.row);
        let (early, late, placed) = (self.schedule.early.get(id), self.schedule.late.get(id), self.schedule.placed.get(id));
        let done = task.percent_complete == 100 || matches!(node.state, State::Done { .. });
        let as_late_as_possible = matches!(node.constraint, Some(Constraint::AsLateAsPossible {})) && self.schedule.stands_late[id];
        let (mut total_slack, mut free_slack) = (0, 0);
        // A task that is placed as late as possible shows no slack: Microsoft Project records none for all 39 of 39.
        if !as_late_as_possible {
            let start_slack = self.clocks.between(node.clock, early.0, late.0);
            let finish_slack = self.clocks.between(node.clock, early.1, late.1);
            total_slack = match self.network.method.slack.unwrap_or(SlackKind::Smaller) {
                // Once begun, only the finish can slip.
                _ if matches!(node.state, State::Running { .. }) => finish_slack,
                // What is done has none.
                _ if done => 0,
                // A person may have put the start on a day off, from which nothing can be counted: the finish decides, as in the records.
                SlackKind::Smaller if matches!(node.state, State::Manual { .. }) => finish_slack,
                SlackKind::Smaller => start_slack.min(finish_slack),
                SlackKind::Start => start_slack,
                SlackKind::Finish => finish_slack,
            };
            free_slack = total_slack;
            if held.start[id] != NEVER_AFTER {
                free_slack = free_slack.min(self.clocks.between(node.clock, early.0, held.start[id]));
            }
            if held.finish[id] != NEVER_AFTER {
                free_slack = free_slack.min(self.clocks.between(node.clock, early.1, held.finish[id]));
            }
        }
        let limit = self.network.method.critical_slack_minutes.map_or(0, |minutes| i64::from(minutes) * 60);
        let critical = total_slack <= limit && !done;
        let near = match node.clock {
            Clock::Working(_) => self.near_critical,
            // On the clock a day of slack is a day of 24 hours.
            Clock::Elapsed => self.near_critical.saturating_mul(86_400) / self.network.working_day.day.max(1),
        };
        let drivers = if self.schedule.stands_late[id] || self.schedule.waits[id] {
            self.drivers_from_after(id, node, after)?
        } else {
            self.drivers_from_before(id, node, before)?
        };
        let moment = Timestamp::from_unix_seconds;
        Ok(PlannedTask {
            task: task.id.clone(),
            level: self.network.outline.places[node.row].level,
            summary: false,
            calendar: self.calendar(node),
            start: moment(placed.0)?,
            finish: moment(placed.1)?,
            early_start: moment(early.0)?,
            early_finish: moment(early.1)?,
            late_start: moment(late.0)?,
            late_finish: moment(late.1)?,
            duration: node.duration,
            elapsed: node.clock == Clock::Elapsed,
            total_slack,
            free_slack: if done { 0 } else { free_slack.max(0) },
            critical,
            near_critical: !critical && !done && total_slack <= near,
            percent_complete: task.percent_complete,
            drivers,
        })
    }

    /// What keeps a task from standing earlier.
    fn drivers_from_before(&mut self, id: NodeId, node: &Node, strongest: &Strongest<'a>) -> Result<Vec<Driver>> {
        let schedule = self.schedule;
        // In a plan of what remains, the rest of a task is what links hold.
        let dates = if self.network.dates_what_remains() { &schedule.early } else { &schedule.placed };
        let mut drivers = match node.state {
            State::Manual { .. } => return Ok(vec![Driver::Manual {}]),
            State::Running { .. } | State::Done { .. } if !self.network.dates_what_remains() => return Ok(vec![Driver::Recorded {}]),
            _ if node.delay > 0 => vec![Driver::Levelling {}],
            _ => Vec::new(),
        };
        let (start, finish, _) = dates.get(id);
        if node.manual_floor.is_some_and(|floor| self.clocks.between(node.clock, floor, start) == 0) {
            drivers.push(Driver::Manual {});
        }
        let mut links: Vec<(i64, i64, Row, Driver)> = Vec::new();
        for edge in self.network.incoming(id) {
            let through = match edge.tie {
                Tie::Link(_) => [Some(edge), None],
                Tie::Down => [strongest[edge.from].0, strongest[edge.from].1],
                Tie::Up => [None, None],
            };
            for edge in through.into_iter().flatten() {
                let from = dates.get(edge.from);
                let bounds = bounds_before(self.network, self.clocks, edge, from)?;
                let (bound, here) = if bounds.start == NEVER_BEFORE { (bounds.finish, finish) } else { (bounds.start, start) };
                let slack = self.clocks.between(node.clock, bound, here);
                let Some((row_link, Tie::Link(kind))) = edge.link.map(|link| (link, edge.tie)) else { continue };
                let (predecessor, summary) = (row_link.predecessor, (row_link.successor != node.row).then_some(row_link.successor));
                let driver = Driver::Predecessor {
                    task: self.network.outline.id(predecessor).clone(),
                    link: kind,
                    lag: self.network.outline.link(row_link).lag,
                    summary: summary.map(|row| self.network.outline.id(row).clone()),
                    slack,
                };
                links.push((slack, -bound, predecessor, driver));
            }
        }
        links.sort_by_key(|(slack, bound, predecessor, _)| (*slack, *bound, *predecessor));
        links.dedup_by(|(.., a), (.., b)| a == b);
        let held_by_date = match node.constraint {
            Some(Constraint::MustStartOn { .. } | Constraint::MustFinishOn { .. }) => true,
            Some(Constraint::StartNoEarlierThan { at }) => self.clocks.between(node.clock, start, at.unix_seconds()) == 0,
            Some(Constraint::FinishNoEarlierThan { at }) => self.clocks.between(node.clock, finish, at.unix_seconds()) == 0,
            Some(Constraint::StartNoLaterThan { .. } | Constraint::FinishNoLaterThan { .. }) => self.schedule.conflict[id].is_some(),
            Some(Constraint::AsSoonAsPossible {} | Constraint::AsLateAsPossible {}) | None => false,
        };
        if let Some(constraint) = node.constraint.filter(|_| held_by_date) {
            drivers.push(Driver::Constraint { constraint, summary: None });
        }
        if let Some((floor, row)) = node.floor
            && self.clocks.between(node.clock, start, floor) == 0
            && let Some(constraint) = self.network.outline.task(row).constraint
        {
            drivers.push(Driver::Constraint { constraint, summary: Some(self.network.outline.id(row).clone()) });
        }
        let project_start = self.schedule.project_start;
        let waits = !node.state.has_begun()
            && self.clocks.between(node.clock, project_start, start) != 0
            && self.now.is_some_and(|now| self.clocks.between(node.clock, now.unix_seconds(), start) == 0);
        if waits && links.first().is_none_or(|(slack, ..)| *slack > 0) {
            drivers.push(Driver::Now {});
        }
        if drivers.is_empty() && links.first().is_none_or(|(slack, ..)| *slack > 0) {
            drivers.push(Driver::ProjectStart {});
        }
        let driving = links.iter().take_while(|(slack, ..)| *slack <= 0).count().max(1);
        drivers.extend(links.into_iter().take(driving).map(|(.., driver)| driver));
        Ok(drivers)
    }

    /// What keeps a task from standing later.
    fn drivers_from_after(&mut self, id: NodeId, node: &Node, strongest: &Strongest<'a>) -> Result<Vec<Driver>> {
        let (start, finish, _) = self.schedule.placed.get(id);
        let mut drivers: Vec<Driver> = Vec::new();
        let mut links = Vec::new();
        for edge in self.network.outgoing(id) {
            let through = match edge.tie {
                Tie::Link(_) => [Some(edge), None],
                Tie::Up => [strongest[edge.to].0, strongest[edge.to].1],
                Tie::Down => [None, None],
            };
            for edge in through.into_iter().flatten() {
                let (Some(row_link), Tie::Link(kind)) = (edge.link, edge.tie) else { continue };
                let after = self.allowed_by(edge)?;
                let (bound, here) = match kind {
                    LinkKind::FinishToStart | LinkKind::FinishToFinish => (after.finish, finish),
                    LinkKind::StartToStart | LinkKind::StartToFinish => (after.start, start),
                };
                if bound == NEVER_AFTER || self.clocks.between(node.clock, here, bound) != 0 {
                    continue;
                }
                let summary = (row_link.predecessor != node.row).then(|| self.network.outline.id(row_link.predecessor).clone());
                let task = self.network.outline.id(row_link.successor).clone();
                links.push((
                    row_link.successor,
                    Driver::Successor { task, link: kind, lag: self.network.outline.link(row_link).lag, summary },
                ));
            }
        }
        links.sort_by_key(|(successor, _)| *successor);
        let dated = node.constraint.filter(|constraint| {
            let moment = constraint.moment().map(Timestamp::unix_seconds);
            moment.is_some_and(|at| [start, finish].iter().any(|here| self.clocks.between(node.clock, *here, at) == 0))
        });
        drivers.extend(dated.map(|constraint| Driver::Constraint { constraint, summary: None }));
        drivers.extend(links.into_iter().map(|(_, driver)| driver));
        let mut holds = |at: i64| self.clocks.between(node.clock, finish, at) == 0;
        if let Some((cap, row)) = node.cap.filter(|(cap, _)| holds(*cap))
            && let Some(constraint) = self.network.outline.task(row).constraint.filter(|_| cap != NEVER_AFTER)
        {
            drivers.push(Driver::Constraint { constraint, summary: Some(self.network.outline.id(row).clone()) });
        }
        if let Some(deadline) = node.deadline.filter(|deadline| drivers.is_empty() && holds(*deadline)) {
            drivers.push(Driver::Deadline { at: Timestamp::from_unix_seconds(deadline)? });
        }
        if drivers.is_empty() && holds(self.schedule.project_finish) {
            drivers.push(Driver::ProjectFinish {});
        }
        Ok(drivers)
    }

    /// What an edge allows, given where its successor stands.
    fn allowed_by(&mut self, edge: &Edge) -> Result<After> {
        let late = self.schedule.stands_late[edge.to] || self.network.nodes[edge.to].part != Part::Task;
        let dates = if late { &self.schedule.late } else { &self.schedule.placed };
        bounds_after(self.network, self.clocks, edge, dates.get(edge.to), &self.schedule.early)
    }

    /// For each crown, the link above it that binds most from behind.
    fn strongest_allowances(&mut self) -> Result<Strongest<'a>> {
        let mut strongest: Strongest<'a> = self.network.nodes.beside((None, None));
        for (id, _) in self.network.nodes.iter().rev().filter(|(_, node)| node.part == Part::Crown) {
            let (mut start, mut finish) = (NEVER_AFTER, NEVER_AFTER);
            for edge in self.network.outgoing(id) {
                let (edge_start, edge_finish) = match edge.tie {
                    Tie::Up => strongest[edge.to],
                    Tie::Link(_) | Tie::Down => (Some(edge), Some(edge)),
                };
                let after = self.allowed_by(edge)?;
                if after.start < start {
                    (start, strongest[id].0) = (after.start, edge_start);
                }
                if after.finish < finish {
                    (finish, strongest[id].1) = (after.finish, edge_finish);
                }
            }
        }
        Ok(strongest)
    }

    fn calendar(&self, node: &Node) -> crate::time::CalendarId {
        self.clocks.0.get(node.calendar).map_or_else(|| "".into(), |timeline| timeline.rules().id.clone())
    }

    /// A summary before the tasks below it have been rolled up.
    fn empty_summary(&self, row: Row, project: &Project) -> PlannedTask {
        PlannedTask {
            task: self.network.outline.id(row).clone(),
            level: self.network.outline.places[row].level,
            summary: true,
            calendar: project.calendar.clone(),
            start: Timestamp::MAX,
            finish: Timestamp::MIN,
            early_start: Timestamp::MAX,
            early_finish: Timestamp::MIN,
            late_start: Timestamp::MAX,
            late_finish: Timestamp::MIN,
            duration: 0,
            elapsed: false,
            total_slack: 0,
            free_slack: i64::MAX,
            critical: false,
            near_critical: false,
            percent_complete: 0,
            drivers: Vec::new(),
        }
    }

    /// Dates, slack and progress of summaries, from the last row to the first, so that the tasks below are known.
    fn roll_up(&mut self, tasks: &mut Column<PlannedTask, Place>) {
        let places = &self.network.outline.places;
        // Work below each summary, and how much of it is done, in hundredths.
        let mut work: Column<(i128, i128), Place> = places.beside((0, 0));
        let mut last_child: Column<Option<Row>, Place> = places.beside(None);
        for row in places.rows().rev() {
            if places[row].summary {
                self.close_summary(&mut tasks[row], work[row], last_child[row].map(|child| self.network.outline.id(child)));
            } else {
                let length = i128::from(tasks[row].duration);
                work[row] = (length, length * i128::from(tasks[row].percent_complete));
            }
            let manual = self.network.outline.task(row).manual;
            if let Some(manual) = manual.filter(|_| places[row].summary) {
                // The tasks below do not move a summary that a person placed.
                let summary = &mut tasks[row];
                (summary.start, summary.finish) = (manual.start, manual.finish);
                (summary.early_start, summary.early_finish) = (manual.start, manual.finish);
            }
            let Some(parent) = places[row].parent else { continue };
            let child = &tasks[row];
            let (start, finish) = (child.start, child.finish);
            let early = (child.early_start, child.early_finish);
            // What a person placed counts with its early dates also there, as in 150 of 152 records of Microsoft Project.
            let late = if manual.is_some() { early } else { (child.late_start, child.late_finish) };
            let (free_slack, critical, near_critical) = (child.free_slack, child.critical, child.near_critical);
            work[parent] = (work[parent].0 + work[row].0, work[parent].1 + work[row].1);
            let summary = &mut tasks[parent];
            // Rows come from below, so that of two that finish together the first one stays.
            if finish >= summary.finish {
                last_child[parent] = Some(row);
            }
            (summary.start, summary.finish) = (summary.start.min(start), summary.finish.max(finish));
            (summary.early_start, summary.early_finish) = (summary.early_start.min(early.0), summary.early_finish.max(early.1));
            (summary.late_start, summary.late_finish) = (summary.late_start.min(late.0), summary.late_finish.max(late.1));
            summary.free_slack = summary.free_slack.min(free_slack);
            summary.critical |= critical;
            summary.near_critical |= near_critical;
        }
    }

    fn close_summary(&mut self, summary: &mut PlannedTask, (work, done): (i128, i128), last: Option<&crate::model::TaskId>) {
        let project_clock = Clock::Working(0);
        let mut between = |from: Timestamp, to: Timestamp| self.clocks.between(project_clock, from.unix_seconds(), to.unix_seconds());
        summary.duration = between(summary.start, summary.finish);
        summary.total_slack = between(summary.early_start, summary.late_start).min(between(summary.early_finish, summary.late_finish));
        summary.free_slack = summary.free_slack.min(summary.total_slack).max(0);
        summary.near_critical &= !summary.critical;
        summary.percent_complete = if work == 0 { 0 } else { u32::try_from(done / work).unwrap_or(0) };
        summary.drivers = last.map(|task| Driver::Child { task: task.clone() }).into_iter().collect();
    }
}
