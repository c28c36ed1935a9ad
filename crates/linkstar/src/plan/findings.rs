//! What a person has to know about a plan that stands all the same.

use crate::error::{Code, Diagnostic};
use crate::message::{plain_time, working_time};
use crate::model::{Constraint, Deadline};
use crate::plan::PlannedTask;
use crate::plan::clocks::Clocks;
use crate::plan::column::Column;
use crate::plan::network::{Network, NodeId, Part};
use crate::plan::outline::{Place, Row};
use crate::plan::passes::{Conflict, Schedule};
use crate::time::{Clock, Timeline, Timestamp, WorkingDay, Zone};

/// Missed deadlines, dates that the links do not allow, work that should have begun, weeks that nobody has published.
pub(crate) fn findings(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    schedule: &Schedule,
    tasks: &Column<PlannedTask, Place>,
    now: Option<Timestamp>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (row, planned) in tasks.iter() {
        let calendar = network.node_of[row].map_or(0, |node| network.nodes[node].calendar);
        let Some(zone) = clocks.0.get(calendar).map(Timeline::zone) else { continue };
        let (clock, day) = match planned.elapsed {
            true => (Clock::Elapsed, WorkingDay::CLOCK),
            false => (Clock::Working(calendar), network.working_day),
        };
        let mut finder = Finder { network, clocks, schedule, zone, clock, day };
        found.extend(finder.missed_deadline(row, planned));
        found.extend(finder.conflict(row, planned));
        found.extend(now.and_then(|now| finder.too_late(row, planned, now)));
    }
    for (calendar, timeline) in clocks.0.iter().enumerate() {
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
        let (moment, until) = match task.deadline.as_ref()? {
            Deadline::Moment { at } => (*at, plain_time(*at, self.zone)),
            // A day ends at its own 24:00, not on the day after.
            Deadline::Day { day, zone } => {
                let zone = Zone::new(zone).ok()?;
                (zone.end_of(*day), format!("{day} 24:00 {zone}"))
            }
        };
        if planned.finish <= moment {
            return None;
        }
        let (finish, late) = (plain_time(planned.finish, self.zone), self.lateness(moment, planned.finish));
        let args = [("task", task.id.as_str()), ("finish", &finish), ("late", &late), ("deadline", &until)];
        Some(Diagnostic::new(Code::DeadlineMissed, vec![task.id.to_string()], &args))
    }

    fn conflict(&mut self, row: Row, planned: &PlannedTask) -> Option<Diagnostic> {
        let task = self.network.outline.task(row);
        let constraint = task.constraint?;
        let at = constraint.moment()?;
        let short = match self.network.node_of[row] {
            Some(node) => match self.schedule.conflict[node]? {
                Conflict::Work(seconds) => working_time(seconds, self.day),
                Conflict::Night(seconds) => working_time(seconds, WorkingDay::CLOCK),
            },
            None if matches!(constraint, Constraint::FinishNoLaterThan { .. }) && planned.finish > at => self.lateness(at, planned.finish),
            None => return None,
        };
        let at = plain_time(at, self.zone);
        let args = [("task", task.id.as_str()), ("constraint", constraint.name()), ("at", &at), ("short", &short)];
        Some(Diagnostic::new(Code::ConstraintConflict, vec![task.id.to_string()], &args))
    }

    /// The first task of a chain that should have begun by now.
    fn too_late(&mut self, row: Row, planned: &PlannedTask, now: Timestamp) -> Option<Diagnostic> {
        let node = self.network.node_of[row]?;
        if self.network.nodes[node].state.has_begun() || planned.late_start >= now || self.waits_for_late(node, now) {
            return None;
        }
        let late = self.clocks.between(self.clock, planned.late_start.unix_seconds(), now.unix_seconds());
        let task = planned.task.as_str();
        let args = [("task", task), ("lateStart", &plain_time(planned.late_start, self.zone)), ("late", &working_time(late, self.day))];
        (late > 0).then(|| Diagnostic::new(Code::PlanTooLate, vec![task.to_owned()], &args))
    }

    /// Whether some task before this one should have started by now as well: then that one is to blame.
    fn waits_for_late(&self, node: NodeId, now: Timestamp) -> bool {
        self.network.incoming(node).any(|edge| {
            let before = &self.network.nodes[edge.from];
            before.part == Part::Task && !before.state.has_begun() && self.schedule.late.start[edge.from] < now.unix_seconds()
        })
    }

    /// How much later one moment is: in working time, or, within one night, on the wall.
    fn lateness(&mut self, due: Timestamp, at: Timestamp) -> String {
        match self.clocks.between(self.clock, due.unix_seconds(), at.unix_seconds()) {
            0 => working_time(at.unix_seconds() - due.unix_seconds(), WorkingDay::CLOCK),
            work => working_time(work, self.day),
        }
    }
}

/// Tasks in weeks whose holidays nobody has published.
fn unknown_days(network: &Network<'_>, tasks: &Column<PlannedTask, Place>, calendar: usize, timeline: &Timeline) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let rules = timeline.rules();
    let working = network.leaves().filter(|(_, node)| node.clock == Clock::Working(calendar) && node.duration > 0);
    let mut rows: Vec<Row> = working.map(|(_, node)| node.row).collect();
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
