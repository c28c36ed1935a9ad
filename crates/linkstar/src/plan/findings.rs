//! What a person has to know about a plan that stands all the same.

use crate::column::Column;
use crate::error::{Code, Diagnostic};
use crate::message::{plain_time, working_time};
use crate::model::{Constraint, Deadline};
use crate::outline::Row;
use crate::plan::network::{Network, Node, NodeId, Part};
use crate::plan::passes::{Conflict, Schedule};
use crate::plan::planned::PlannedTasks;
use crate::time::{Clock, Clocks, Timeline, Timestamp, WorkingDay, Zone};

/// Missed deadlines, dates that the links do not allow, work that should have begun, weeks that nobody has published.
pub(crate) fn findings(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    tasks: &PlannedTasks,
    now: Option<Timestamp>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let behind = now.map(|now| behind_overdue(network, clocks, schedule, now));
    for row in tasks.rows() {
        let node = network.node_of[row].get();
        // What is plain has no dates to miss.
        let dated = node.is_none_or(|node| network.nodes[node].special.get().is_some());
        if !dated && now.is_none() {
            continue;
        }
        let calendar = node.map_or(0, |node| network.calendar(node));
        let Some(zone) = clocks.0.get(calendar as usize).map(Timeline::zone) else { continue };
        let (clock, day) = match tasks.kinds[row].elapsed {
            true => (Clock::Elapsed, WorkingDay::CLOCK),
            false => (Clock::Working(calendar), network.working_day),
        };
        let mut finder = Finder { network, clocks, schedule, tasks, zone, clock, day };
        if dated {
            found.extend(finder.missed_deadline(row));
            found.extend(finder.conflict(row));
        }
        found.extend(now.zip(behind.as_ref()).and_then(|(now, behind)| finder.too_late(row, now, behind)));
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
    tasks: &'a PlannedTasks,
    zone: Zone,
    clock: Clock,
    day: WorkingDay,
}

impl Finder<'_, '_, '_> {
    fn missed_deadline(&mut self, row: Row) -> Option<Diagnostic> {
        let task = self.network.outline.task(row);
        let deadline = task.deadline.as_deref().filter(|_| !task.cancelled)?;
        let moment = deadline.moment().ok()?;
        let until = match deadline {
            Deadline::Moment { at, .. } => plain_time(*at, self.zone),
            // A day ends at its own 24:00, not on the day after.
            Deadline::Day { day, zone, .. } => format!("{day} 24:00 {}", Zone::new(zone).ok()?),
        };
        let finish = self.tasks.finishes[row];
        if finish <= moment {
            return None;
        }
        let (finish, late) = (plain_time(finish, self.zone), self.lateness(moment, finish));
        let args = [("task", task.id.as_str()), ("finish", &finish), ("late", &late), ("deadline", &until)];
        let code = if deadline.is_soft() { Code::DeadlineSoftMissed } else { Code::DeadlineMissed };
        Some(Diagnostic::new(code, vec![task.id.to_string()], &args))
    }

    fn conflict(&mut self, row: Row) -> Option<Diagnostic> {
        let task = self.network.outline.task(row);
        let constraint = task.constraint.filter(|_| !task.cancelled)?;
        let at = constraint.moment()?;
        let (start, finish, summary) = (self.tasks.starts[row], self.tasks.finishes[row], self.tasks.kinds[row].summary);
        let found = self.network.node_of[row].get().and_then(|node| self.schedule.conflict(self.network, node));
        let short = match found {
            Some(Conflict::Work(seconds)) => working_time(seconds, self.day),
            Some(Conflict::Night(seconds)) => working_time(seconds, WorkingDay::CLOCK),
            // Whatever the cause, a date that is not kept is said.
            None => match constraint {
                Constraint::StartNoLaterThan { .. } | Constraint::MustStartOn { .. } if !summary => self.late_by(at, start)?,
                Constraint::MustFinishOn { .. } if !summary => self.late_by(at, finish)?,
                Constraint::FinishNoLaterThan { .. } => self.late_by(at, finish)?,
                Constraint::StartNoEarlierThan { .. } => self.late_by(start, at)?,
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
    fn too_late(&mut self, row: Row, now: Timestamp, behind: &Column<bool, Node>) -> Option<Diagnostic> {
        let node = self.network.node_of[row].get()?;
        let late = overdue(self.network, self.clocks, self.schedule, node, now).filter(|_| !behind[node])?;
        let (task, [late_start, _]) = (self.tasks.ids[row].as_str(), self.tasks.late[row]);
        let args = [("task", task), ("lateStart", &plain_time(late_start, self.zone)), ("late", &working_time(late, self.day))];
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
fn missed_finish(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &Schedule, tasks: &PlannedTasks) -> Option<Diagnostic> {
    let due = Timestamp::from_unix_seconds(schedule.due?).ok()?;
    let works = tasks.rows().filter(|row| !tasks.kinds[*row].summary);
    let last = works.max_by_key(|row| (tasks.finishes[*row], std::cmp::Reverse(*row)))?;
    let (finish, task) = (tasks.finishes[last], tasks.ids[last].as_str());
    let node = network.node_of[last].get()?;
    let zone = clocks.0.get(network.calendar(node) as usize).map(Timeline::zone)?;
    let late = clocks.between(network.clock(node), due.unix_seconds(), finish.unix_seconds());
    let day = if tasks.kinds[last].elapsed { WorkingDay::CLOCK } else { network.working_day };
    let args = [("finish", &*plain_time(finish, zone)), ("late", &working_time(late, day)), ("task", task)];
    (late > 0).then(|| Diagnostic::new(Code::PlanFinishMissed, vec![task.to_owned()], &args))
}

/// Tasks in weeks whose holidays nobody has published.
fn unknown_days(network: &Network<'_>, tasks: &PlannedTasks, calendar: u32, timeline: &Timeline) -> Vec<Diagnostic> {
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
        let beyond = ids(rows.iter().copied().filter(|row| day_of(tasks.finishes[*row]) > until).collect());
        if !beyond.is_empty() {
            let args = [("calendar", rules.id.as_str()), ("until", &*until.to_string()), ("count", &beyond.len().to_string())];
            found.push(Diagnostic::new(Code::CalendarBeyondKnown, beyond, &args));
        }
    }
    let crossed = |row: Row| rules.projected_between(day_of(tasks.starts[row]), day_of(tasks.finishes[row]));
    if let Some(first) = rows.iter().filter_map(|row| crossed(*row)).min() {
        let crossing = ids(rows.iter().copied().filter(|row| crossed(*row).is_some()).collect());
        let args = [("calendar", rules.id.as_str()), ("first", &*first.to_string()), ("count", &crossing.len().to_string())];
        found.push(Diagnostic::new(Code::CalendarProjected, crossing, &args));
    }
    found
}
