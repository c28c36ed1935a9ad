//! What a person has to know about a plan that stands all the same.

use crate::column::Column;
use crate::error::{Code, Diagnostic};
use crate::message::{plain_time, working_time};
use crate::model::{Constraint, Deadline};
use crate::outline::{Place, Row};
use crate::plan::PlannedTask;
use crate::plan::network::{Network, Node, NodeId, Part};
use crate::plan::passes::{Conflict, Schedule};
use crate::time::{Clock, Clocks, Timeline, Timestamp, WorkingDay, Zone};

/// Missed deadlines, dates that the links do not allow, work that should have begun, weeks that nobody has published.
pub(crate) fn findings(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    tasks: &Column<PlannedTask, Place>,
    now: Option<Timestamp>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let behind = now.map(|now| behind_overdue(network, clocks, schedule, now));
    for (row, planned) in tasks.iter() {
        let calendar = network.node_of[row].get().map_or(0, |node| network.calendar(node));
        let Some(zone) = clocks.0.get(calendar as usize).map(Timeline::zone) else { continue };
        let (clock, day) = match planned.elapsed {
            true => (Clock::Elapsed, WorkingDay::CLOCK),
            false => (Clock::Working(calendar), network.working_day),
        };
        let mut finder = Finder { network, clocks, schedule, zone, clock, day };
        // What is plain has no dates to miss.
        if network.node_of[row].get().is_none_or(|node| network.nodes[node].special.get().is_some()) {
            found.extend(finder.missed_deadline(row, planned));
            found.extend(finder.conflict(row, planned));
        }
        found.extend(now.zip(behind.as_ref()).and_then(|(now, behind)| finder.too_late(row, planned, now, behind)));
    }
    found.extend(missed_finish(network, clocks, schedule, tasks));
    for (calendar, timeline) in (0..).zip(clocks.0.iter()) {
        found.extend(unknown_days(network, tasks, calendar, timeline));
    }
    found
}

/// Looks at one task, with its own clock and zone.
struct Finder<'a, 'n, 't> {
    network: &'a Network<'n>,
    clocks: &'a mut Clocks<'t>,
    schedule: &'a Schedule,
    zone: Zone,
    clock: Clock,
    day: WorkingDay,
}

impl Finder<'_, '_, '_> {
    fn missed_deadline(&mut self, row: Row, planned: &PlannedTask) -> Option<Diagnostic> {
        let task = self.network.outline.task(row);
        let deadline = task.deadline.as_deref().filter(|_| !task.cancelled)?;
        let moment = deadline.moment().ok()?;
        let until = match deadline {
            Deadline::Moment { at, .. } => plain_time(*at, self.zone),
            // A day ends at its own 24:00, not on the day after.
            Deadline::Day { day, zone, .. } => format!("{day} 24:00 {}", Zone::new(zone).ok()?),
        };
        if planned.finish <= moment {
            return None;
        }
        let (finish, late) = (plain_time(planned.finish, self.zone), self.lateness(moment, planned.finish));
        let args = [("task", task.id.as_str()), ("finish", &finish), ("late", &late), ("deadline", &until)];
        let code = if deadline.is_soft() { Code::DeadlineSoftMissed } else { Code::DeadlineMissed };
        Some(Diagnostic::new(code, vec![task.id.to_string()], &args))
    }

    fn conflict(&mut self, row: Row, planned: &PlannedTask) -> Option<Diagnostic> {
        let task = self.network.outline.task(row);
        let constraint = task.constraint.filter(|_| !task.cancelled)?;
        let at = constraint.moment()?;
        let found = self.network.node_of[row].get().and_then(|node| self.schedule.conflict(self.network, node));
        let short = match found {
            Some(Conflict::Work(seconds)) => working_time(seconds, self.day),
            Some(Conflict::Night(seconds)) => working_time(seconds, WorkingDay::CLOCK),
            // Whatever the cause, a date that is not kept is said.
            None => match constraint {
                Constraint::StartNoLaterThan { .. } | Constraint::MustStartOn { .. } if !planned.summary => {
                    self.late_by(at, planned.start)?
                }
                Constraint::MustFinishOn { .. } if !planned.summary => self.late_by(at, planned.finish)?,
                Constraint::FinishNoLaterThan { .. } => self.late_by(at, planned.finish)?,
                Constraint::StartNoEarlierThan { .. } => self.late_by(planned.start, at)?,
                _ => return None,
            },
        };
        let at = plain_time(at, self.zone);
        let args = [("task", task.id.as_str()), ("constraint", constraint.name()), ("at", &at), ("short", &short)];
        Some(Diagnostic::new(Code::ConstraintConflict, vec![task.id.to_string()], &args))
    }

    /// How much later than due something is, if any work lies between.
    fn late_by(&mut self, due: Timestamp, at: Timestamp) -> Option<String> {
        let late = self.clocks.between(self.clock, due.unix_seconds(), at.unix_seconds());
        (late > 0).then(|| working_time(late, self.day))
    }

    /// The first task of a chain that should have begun by now.
    fn too_late(&mut self, row: Row, planned: &PlannedTask, now: Timestamp, behind: &Column<bool, Node>) -> Option<Diagnostic> {
        let node = self.network.node_of[row].get()?;
        let late = overdue(self.network, self.clocks, self.schedule, node, now).filter(|_| !behind[node])?;
        let task = planned.task.as_str();
        let args = [("task", task), ("lateStart", &plain_time(planned.late_start, self.zone)), ("late", &working_time(late, self.day))];
        Some(Diagnostic::new(Code::PlanTooLate, vec![task.to_owned()], &args))
    }

    /// How much later one moment is: in working time, or, within one night, on the wall.
    fn lateness(&mut self, due: Timestamp, at: Timestamp) -> String {
        match self.clocks.between(self.clock, due.unix_seconds(), at.unix_seconds()) {
            0 => working_time(at.unix_seconds() - due.unix_seconds(), WorkingDay::CLOCK),
            work => working_time(work, self.day),
        }
    }
}

/// Working seconds by which a task should have begun before now, if any.
fn overdue(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule, node: NodeId, now: Timestamp) -> Option<i64> {
    let late = clocks.between(network.clock(node), schedule.late.start[node], now.unix_seconds());
    (network.part(node) == Part::Task && !network.state(node).has_begun() && late > 0).then_some(late)
}

/// Nodes that wait for a task which should have begun by now: that one is to blame.
fn behind_overdue(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule, now: Timestamp) -> Column<bool, Node> {
    let mut behind: Column<bool, Node> = network.nodes.beside(false);
    for id in network.nodes.rows() {
        let others = network.crossings_to(id).map(|crossing| crossing.from).chain(network.incoming(id).map(|edge| edge.from));
        let late = network.on_axis(id).map(|(_, edge)| edge.from).chain(others).any(|from| {
            let through = network.part(from) != Part::Task && behind[from];
            through || overdue(network, clocks, schedule, from, now).is_some()
        });
        behind[id] = late;
    }
    behind
}

/// A project that ends after the moment by which it has to be done.
fn missed_finish(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    tasks: &Column<PlannedTask, Place>,
) -> Option<Diagnostic> {
    let due = Timestamp::from_unix_seconds(schedule.due?).ok()?;
    let (row, last) = tasks.iter().filter(|(_, task)| !task.summary).max_by_key(|(row, task)| (task.finish, std::cmp::Reverse(*row)))?;
    let node = network.node_of[row].get()?;
    let zone = clocks.0.get(network.calendar(node) as usize).map(Timeline::zone)?;
    let late = clocks.between(network.clock(node), due.unix_seconds(), last.finish.unix_seconds());
    let day = if last.elapsed { WorkingDay::CLOCK } else { network.working_day };
    let args = [("finish", &*plain_time(last.finish, zone)), ("late", &working_time(late, day)), ("task", last.task.as_str())];
    (late > 0).then(|| Diagnostic::new(Code::PlanFinishMissed, vec![last.task.to_string()], &args))
}

/// Tasks in weeks whose holidays nobody has published.
fn unknown_days(network: &Network<'_>, tasks: &Column<PlannedTask, Place>, calendar: u32, timeline: &Timeline) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let rules = timeline.rules();
    if rules.known_until.is_none() && !rules.has_projected() {
        return found;
    }
    let working = network.leaves().filter(|node| network.works_on(*node, calendar) && !network.is_milestone(*node));
    let mut rows: Vec<Row> = working.map(|node| network.nodes[node].row).collect();
    rows.sort_unstable();
    let ids = |rows: Vec<Row>| rows.into_iter().map(|row| network.outline.id(row).to_string()).collect::<Vec<_>>();
    let day_of = |at: Timestamp| rules.zone.day_at(at);
    if let Some(until) = rules.known_until {
        let beyond = ids(rows.iter().copied().filter(|row| day_of(tasks[*row].finish) > until).collect());
        if !beyond.is_empty() {
            let args = [("calendar", rules.id.as_str()), ("until", &*until.to_string()), ("count", &beyond.len().to_string())];
            found.push(Diagnostic::new(Code::CalendarBeyondKnown, beyond, &args));
        }
    }
    let crossed = |row: Row| rules.projected_between(day_of(tasks[row].start), day_of(tasks[row].finish));
    if let Some(first) = rows.iter().filter_map(|row| crossed(*row)).min() {
        let crossing = ids(rows.iter().copied().filter(|row| crossed(*row).is_some()).collect());
        let args = [("calendar", rules.id.as_str()), ("first", &*first.to_string()), ("count", &crossing.len().to_string())];
        found.push(Diagnostic::new(Code::CalendarProjected, crossing, &args));
    }
    found
}
