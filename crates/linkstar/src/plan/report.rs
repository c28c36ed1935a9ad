//! From dates to a plan: slack, drivers, roll-up.

use std::cmp::Reverse;

use crate::column::Column;
use crate::document;
use crate::error::Result;
use crate::model::{Anchor, Constraint, Deadline, Directory, FormatVersion, LinkKind, Project, TaskId};
use crate::order;
use crate::outline::{Place, Row, RowLink};
use crate::plan::bounds::{After, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_after, bounds_before};
use crate::plan::edge::{AxisEdge, Edge, Tie};
use crate::plan::effort::stands_of;
use crate::plan::findings::findings;
use crate::plan::gates::gate_findings;
use crate::plan::network::{Ahead, Block, Network, NodeId, Part, Special, State};
use crate::plan::passes::Schedule;
use crate::plan::planned::PlannedTasks;
use crate::plan::roll_up::roll_up;
use crate::plan::slack::{Slack, is_done};
use crate::plan::{Compiled, Driver, Plan, PlanOptions, PlannedCalendar, PlannedTask};
use crate::team::CalendarIndex;
use crate::time::{CalendarId, Clock, Clocks, TZDB_VERSION, Timestamp};

/// The near-critical limit where none is asked for, in project days.
const NEAR_CRITICAL_DAYS: i64 = 5;

/// Builds the plan document.
pub(crate) fn report(
    project: &Project,
    directory: &Directory,
    options: &PlanOptions,
    compiled: Compiled<'_>,
    (schedule, slack): (&Schedule, &Slack),
) -> Result<Plan> {
    let Compiled { network, mut timelines, rules, zone, .. } = compiled;
    let clocks = &mut Clocks(&mut timelines);
    let near_critical =
        options.near_critical_minutes.map_or(NEAR_CRITICAL_DAYS * network.working_day.day, |minutes| i64::from(minutes) * 60);
    let stands = network.has_efforts.then(|| stands_of(&network, &|id| schedule.placed(&network, id)));
    let ahead = matches!(project.anchor, Anchor::Finish { .. }).then(|| network.ahead());
    let ids: Column<TaskId, Place> = network.outline.places.rows().map(|row| network.outline.id(row).clone()).collect();
    let mut reporter = Reporter { network: &network, clocks, schedule, slack, ahead, stands, near_critical, now: options.now, ids: &ids };
    let levels = levels(&network);
    let (before, after) = (reporter.strongest_bounds()?, reporter.strongest_allowances()?);
    let mut tasks = PlannedTasks::with_capacity(network.outline.places.len());
    for row in network.outline.places.rows() {
        let level = levels[row];
        match network.node_of[row].get() {
            Some(node) if reporter.shows_at_once(node) => reporter.add_plain(node, level, (&mut tasks, &before))?,
            Some(node) => tasks.push(PlannedTask { level, ..reporter.task(node, (&before, &after))? }),
            None => tasks.push(PlannedTask { level, ..reporter.empty_summary(row, project) }),
        }
    }
    roll_up(&network, reporter.clocks, &mut tasks);
    let mut diagnostics = network.diagnostics.clone();
    diagnostics.extend(findings(&network, clocks, schedule, &tasks, options.now));
    diagnostics.extend(gate_findings(&network.outline, &rules, zone, &tasks));
    diagnostics.extend(rules.diagnostics);
    order::sort_by(&mut diagnostics, |a, b| b.severity.cmp(&a.severity));

    let calendars = clocks.0.iter().map(|timeline| timeline.rules());
    let calendars =
        calendars.map(|rules| PlannedCalendar { id: rules.id.clone(), zone: rules.zone.name().to_owned(), known_until: rules.known_until });
    let anchored = |at: Option<Timestamp>, otherwise: i64| at.map_or_else(|| Timestamp::from_unix_seconds(otherwise), Ok);
    let mut plan = Plan {
        linkstar: FormatVersion::default(),
        project: project.id.clone(),
        directory_hash: document::hash(&in_order(directory)),
        options: options.clone(),
        tzdb: TZDB_VERSION.to_owned(),
        start: anchored(tasks.starts.as_slice().iter().min().copied(), schedule.project_start)?,
        finish: anchored(tasks.finishes.as_slice().iter().max().copied(), schedule.project_finish)?,
        minutes_per_day: u32::try_from(network.working_day.day / 60).unwrap_or(480),
        calendars: calendars.collect(),
        tasks,
        diagnostics,
        hash: String::new(),
    };
    order::sort_by(&mut plan.calendars, |a, b| a.id.cmp(&b.id));
    Ok(plan)
}

/// The directory by ids, so that the order in which a host lists people means nothing.
fn in_order(directory: &Directory) -> Directory {
    let mut directory = directory.clone();
    order::sort_by(&mut directory.calendars, |a, b| a.id.cmp(&b.id));
    order::sort_by(&mut directory.roles, |a, b| a.id.cmp(&b.id));
    order::sort_by(&mut directory.members, |a, b| a.id.cmp(&b.id));
    directory
}

/// How many summaries stand above each task.
fn levels(network: &Network<'_>) -> Column<u32, Place> {
    let mut levels = network.outline.places.beside(0);
    for row in network.outline.places.rows() {
        levels[row] = network.outline.parent(row).map_or(0, |parent| levels[parent] + 1);
    }
    levels
}

/// The edges that bind a gate or a crown most.
#[derive(Debug, Clone, Copy, Default)]
struct Strongest<'n> {
    on_start: Option<&'n Edge>,
    on_finish: Option<&'n Edge>,
}

/// How much a link holds a task: the least slack first, then the latest bound, then the order of the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pull {
    slack: i64,
    bound: Reverse<i64>,
    link: RowLink,
}

/// Those of gates, from before, and those of crowns, from behind.
type StrongestOf<'a, 'n> = (&'a Column<Strongest<'n>, Special>, &'a Column<Strongest<'n>, Special>);

struct Reporter<'a, 'n, 't> {
    network: &'a Network<'n>,
    clocks: &'a mut Clocks<'t>,
    schedule: &'a Schedule,
    slack: &'a Slack,
    /// Asked for only in a plan from its finish: elsewhere nobody plain is held from behind.
    ahead: Option<Ahead>,
    /// Where tasks and summaries stand; asked for only by levels of effort.
    stands: Option<Column<Option<Stand>, Place>>,
    near_critical: i64,
    now: Option<Timestamp>,
    /// The ids of the tasks by their rows: drivers name many, and in the document they lie far apart.
    ids: &'a Column<TaskId, Place>,
}

impl<'a> Reporter<'a, '_, '_> {
    /// For each gate, the link above it that binds most, so that a task below need not look at all of them.
    fn strongest_bounds(&mut self) -> Result<Column<Strongest<'a>, Special>> {
        let network = self.network;
        let mut strongest = network.specials.beside(Strongest::default());
        for id in network.blocks.iter().flat_map(Block::specials).filter(|id| network.part(*id) == Part::Gate) {
            let (mut start, mut finish) = (NEVER_BEFORE, NEVER_BEFORE);
            let mut most = Strongest::default();
            for edge in network.incoming(id) {
                let through = match edge.tie {
                    Tie::Down => self.through(edge.from, &strongest),
                    Tie::Link(_) | Tie::Up => Strongest { on_start: Some(edge), on_finish: Some(edge) },
                };
                let bounds = bounds_before(network, self.clocks, edge, self.schedule.placed(network, edge.from))?;
                if bounds.start > start {
                    (start, most.on_start) = (bounds.start, through.on_start);
                }
                if bounds.finish > finish {
                    (finish, most.on_finish) = (bounds.finish, through.on_finish);
                }
            }
            network.nodes[id].special.get().into_iter().for_each(|special| strongest[special] = most);
        }
        Ok(strongest)
    }

    fn through(&self, node: NodeId, strongest: &Column<Strongest<'a>, Special>) -> Strongest<'a> {
        self.network.nodes[node].special.get().map_or_else(Strongest::default, |special| strongest[special])
    }

    /// Whether a task is all that its node says: a plain one where nobody is held from behind.
    fn shows_at_once(&self, id: NodeId) -> bool {
        self.schedule.is_from_start() && self.network.nodes[id].special.get().is_none()
    }

    /// Adds a task that [shows at once](Reporter::shows_at_once): one like any other, found in fewer steps.
    fn add_plain(
        &mut self,
        id: NodeId,
        level: u32,
        (tasks, strongest): (&mut PlannedTasks, &Column<Strongest<'a>, Special>),
    ) -> Result<()> {
        let network = self.network;
        let node = &network.nodes[id];
        let (early, late) = (self.schedule.early.get(id), self.schedule.late.get(id));
        let (total_slack, free_slack, critical) = (self.slack.total[id], self.slack.free[id], self.slack.critical[id]);
        let moment = Timestamp::from_unix_seconds;
        let (start, finish) = (moment(early.start)?, moment(early.finish)?);
        tasks.push(PlannedTask {
            task: self.ids[node.row].clone(),
            level,
            summary: false,
            calendar: self.calendar(node.calendar()),
            start,
            finish,
            early_start: start,
            early_finish: finish,
            late_start: moment(late.start)?,
            late_finish: moment(late.finish)?,
            duration: node.span(),
            elapsed: false,
            total_slack,
            free_slack,
            deadline_slack: None,
            critical,
            near_critical: !critical && total_slack <= self.near_critical,
            percent_complete: 0,
            drivers: Vec::new(),
        });
        match self.only_driver(id) {
            Some((gap, link)) if gap <= 0 || self.now.is_none() => {
                if gap > 0 {
                    tasks.hold(Driver::ProjectStart {});
                }
                tasks.hold(self.predecessor(node.row, gap, link));
            }
            _ => self.drivers_from_before(id, &network.special(id), strongest)?.into_iter().for_each(|driver| tasks.hold(driver)),
        }
        Ok(())
    }

    /// The link that holds a plain task, and how much later it could be, where that shows on its axis: no other link is as near, and none
    /// comes from elsewhere.
    fn only_driver(&self, id: NodeId) -> Option<(i64, RowLink)> {
        let network = self.network;
        if network.crossings_to(id).next().is_some() || network.incoming(id).next().is_some() {
            return None;
        }
        let nearest = network.on_axis(id).map(|(index, edge)| (self.gap(edge), index)).min()?;
        let others = network.on_axis(id).filter(|(_, edge)| self.gap(edge) <= nearest.0.max(0)).count();
        (others == 1).then_some(nearest.0).zip(network.in_full(nearest.1).link)
    }

    /// How much later an edge on an axis could be without moving its successor.
    fn gap(&self, edge: &AxisEdge) -> i64 {
        let axis = &self.schedule.early.axis;
        axis[edge.to] - axis[edge.from] - edge.weight()
    }

    fn predecessor(&self, row: Row, slack: i64, link: RowLink) -> Driver {
        Driver::Predecessor {
            task: self.ids[link.predecessor].clone(),
            link: link.kind,
            lag: self.network.outline.link(link.document).lag,
            summary: (link.successor != row).then(|| self.ids[link.successor].clone()),
            slack,
        }
    }

    fn task(&mut self, id: NodeId, (before, after): StrongestOf<'_, 'a>) -> Result<PlannedTask> {
        let node = &self.network.special(id);
        let task = self.network.outline.task(node.row);
        let (early, late) = (self.schedule.early.get(id), self.schedule.late.get(id));
        let placed = self.schedule.placed(self.network, id);
        let done = self.network.nodes[id].special.get().is_some() && is_done(self.network, node);
        let (total_slack, free_slack, critical) = (self.slack.total[id], self.slack.free[id], self.slack.critical[id]);
        let near = match node.clock {
            Clock::Working(_) => self.near_critical,
            // On the clock a day of slack is a day of 24 hours.
            Clock::Elapsed => self.near_critical.saturating_mul(86_400) / self.network.working_day.day.max(1),
        };
        let length = match node.part {
            Part::Effort => self.clocks.between(node.clock, placed.start, placed.finish),
            Part::Task | Part::Gate | Part::Crown => self.schedule.rewritten(self.network, id).unwrap_or(node.duration),
        };
        let drivers = if node.part == Part::Effort {
            self.drivers_of_effort(node, placed)?
        } else if self.schedule.is_held_from_behind(self.network, id) {
            self.drivers_from_after(id, node, after)?
        } else {
            self.drivers_from_before(id, node, before)?
        };
        let moment = Timestamp::from_unix_seconds;
        Ok(PlannedTask {
            task: self.ids[node.row].clone(),
            level: 0,
            summary: false,
            calendar: self.calendar(node.calendar),
            start: moment(placed.start)?,
            finish: moment(placed.finish)?,
            early_start: moment(early.start)?,
            early_finish: moment(early.finish)?,
            late_start: moment(late.start)?,
            late_finish: moment(late.finish)?,
            duration: length,
            elapsed: node.clock == Clock::Elapsed,
            total_slack,
            free_slack,
            deadline_slack: self.deadline_slack(node, placed.finish)?,
            critical,
            near_critical: node.part == Part::Task && !critical && !done && total_slack <= near,
            percent_complete: task.percent_complete,
            drivers,
        })
    }

    /// Working time from a finish to the task's own deadline. What is plain has none, not even one of a summary.
    fn deadline_slack(&mut self, node: &Special, finish: i64) -> Result<Option<i64>> {
        if node.deadline.is_none() {
            return Ok(None);
        }
        let own = self.network.outline.task(node.row).deadline.as_deref().map(Deadline::moment).transpose()?;
        Ok(own.map(|due| self.clocks.between(node.clock, finish, due.unix_seconds())))
    }

    /// What keeps a task from standing earlier.
    fn drivers_from_before(&mut self, id: NodeId, node: &Special, strongest: &Column<Strongest<'a>, Special>) -> Result<Vec<Driver>> {
        let (network, schedule) = (self.network, self.schedule);
        // In a plan of what remains, the rest of a task is what links hold.
        let stand_of = |id: NodeId| if network.dates_what_remains() { schedule.early.get(id) } else { schedule.placed(network, id) };
        let mut drivers = match node.state {
            State::Manual { .. } => return Ok(vec![Driver::Manual {}]),
            State::Running { .. } | State::Done { .. } if !self.network.dates_what_remains() => return Ok(vec![Driver::Recorded {}]),
            _ if node.delay > 0 => vec![Driver::Levelling {}],
            _ => Vec::new(),
        };
        let Stand { start, finish, .. } = stand_of(id);
        if node.manual_floor.is_some_and(|floor| node.room(self.clocks, floor, start) == 0) {
            drivers.push(Driver::Manual {});
        }
        let links = self.pulls(id, node, Stand::new(start, finish), strongest)?;
        let held_by_date = match node.constraint {
            Some(Constraint::MustStartOn { .. } | Constraint::MustFinishOn { .. }) => true,
            Some(Constraint::StartNoEarlierThan { at }) => node.room(self.clocks, start, at.unix_seconds()) == 0,
            Some(Constraint::FinishNoEarlierThan { at }) => node.room(self.clocks, finish, at.unix_seconds()) == 0,
            Some(Constraint::StartNoLaterThan { .. } | Constraint::FinishNoLaterThan { .. }) => schedule.conflict(network, id).is_some(),
            Some(Constraint::AsSoonAsPossible {} | Constraint::AsLateAsPossible {}) | None => false,
        };
        if let Some(constraint) = node.constraint.filter(|_| held_by_date) {
            drivers.push(Driver::Constraint { constraint, summary: None });
        }
        if let Some((floor, row)) = node.floor
            && node.room(self.clocks, start, floor) == 0
            && let Some(constraint) = self.network.outline.task(row).constraint
        {
            drivers.push(Driver::Constraint { constraint, summary: Some(self.ids[row].clone()) });
        }
        let project_start = self.schedule.project_start;
        let waits = !node.state.has_begun()
            && node.room(self.clocks, project_start, start) != 0
            && self.now.is_some_and(|now| node.room(self.clocks, now.unix_seconds(), start) == 0);
        let waits_for_link = links.first().is_some_and(|pull| pull.slack <= 0);
        if waits && !waits_for_link {
            drivers.push(Driver::Now {});
        }
        if drivers.is_empty() && !waits_for_link {
            drivers.push(Driver::ProjectStart {});
        }
        let driving = links.iter().take_while(|pull| pull.slack <= 0).count().max(1);
        drivers.extend(links.iter().take(driving).map(|pull| self.predecessor(node.row, pull.slack, pull.link)));
        Ok(drivers)
    }

    /// The links that may hold a task, which stands there, the strongest first.
    fn pulls(&mut self, id: NodeId, node: &Special, here: Stand, strongest: &Column<Strongest<'a>, Special>) -> Result<Vec<Pull>> {
        let (network, schedule) = (self.network, self.schedule);
        let remains = network.dates_what_remains();
        let stand_of = |id: NodeId| if remains { schedule.early.get(id) } else { schedule.placed(network, id) };
        let mut pulls = Vec::new();
        let mut pull = |clocks: &mut Clocks<'_>, edge: &Edge, link: RowLink| -> Result<()> {
            let bounds = bounds_before(network, clocks, edge, stand_of(edge.from))?;
            let (bound, at) = if bounds.start == NEVER_BEFORE { (bounds.finish, here.finish) } else { (bounds.start, here.start) };
            pulls.push(Pull { slack: node.room(clocks, bound, at), bound: Reverse(bound), link });
            Ok(())
        };
        // On an axis one can see at once which links are not shown: all but those that hold, or else the nearest.
        let nearest = network.on_axis(id).map(|(_, edge)| self.gap(edge)).min().unwrap_or(0).max(0);
        for (index, edge) in network.on_axis(id) {
            if !schedule.is_from_start() || self.gap(edge) <= nearest {
                let edge = network.in_full(index);
                edge.link.map_or(Ok(()), |link| pull(self.clocks, &edge, link))?;
            }
        }
        for edge in network.crossings_to(id).map(|crossing| crossing.in_full(&network.nodes)) {
            edge.link.map_or(Ok(()), |link| pull(self.clocks, &edge, link))?;
        }
        for edge in network.incoming(id) {
            let through = match edge.tie {
                Tie::Link(_) => [Some(edge), None],
                Tie::Down => {
                    let special = network.nodes[edge.from].special.get();
                    let Strongest { on_start, on_finish } = special.map_or_else(Strongest::default, |special| strongest[special]);
                    [on_start, on_finish]
                }
                Tie::Up => [None, None],
            };
            for edge in through.into_iter().flatten() {
                edge.link.map_or(Ok(()), |link| pull(self.clocks, edge, link))?;
            }
        }
        if pulls.len() > 1 {
            pulls.sort_unstable();
            pulls.dedup();
        }
        Ok(pulls)
    }

    /// What a level of effort starts with.
    fn drivers_of_effort(&mut self, node: &Special, placed: Stand) -> Result<Vec<Driver>> {
        let network = self.network;
        let mut drivers = Vec::new();
        for span in network.spans_of(node.row).iter().filter(|span| span.at_start()) {
            let Some(other) = self.stands.as_ref().and_then(|stands| stands[span.other]) else { continue };
            let bound = span.bound(self.clocks, other)?;
            if node.room(self.clocks, placed.start, bound) != 0 {
                continue;
            }
            let (task, link, lag) = (self.ids[span.other].clone(), span.link.kind, network.outline.link(span.link.document).lag);
            drivers.push(match span.follows() {
                true => Driver::Predecessor { task, link, lag, summary: None, slack: 0 },
                false => Driver::Successor { task, link, lag, summary: None },
            });
        }
        Ok(if drivers.is_empty() { vec![Driver::ProjectStart {}] } else { drivers })
    }

    /// What keeps a task from standing later.
    fn drivers_from_after(&mut self, id: NodeId, node: &Special, strongest: &Column<Strongest<'a>, Special>) -> Result<Vec<Driver>> {
        let Stand { start, finish, .. } = self.schedule.placed(self.network, id);
        let mut drivers: Vec<Driver> = Vec::new();
        let mut links = Vec::new();
        for edge in self.all_outgoing(id) {
            let through = match edge.tie {
                Tie::Link(_) => [Some(&edge), None],
                Tie::Up => {
                    let Strongest { on_start, on_finish } = self.through(edge.to, strongest);
                    [on_start, on_finish]
                }
                Tie::Down => [None, None],
            };
            for edge in through.into_iter().flatten() {
                let (Some(row_link), Tie::Link(kind)) = (edge.link, edge.tie) else { continue };
                let after = self.allowed_by(edge)?;
                let (bound, here) = match kind {
                    LinkKind::FinishToStart | LinkKind::FinishToFinish => (after.finish, finish),
                    LinkKind::StartToStart | LinkKind::StartToFinish => (after.start, start),
                };
                if bound == NEVER_AFTER || node.room(self.clocks, here, bound) != 0 {
                    continue;
                }
                let summary = (row_link.predecessor != node.row).then(|| self.ids[row_link.predecessor].clone());
                let task = self.ids[row_link.successor].clone();
                links.push((
                    row_link.successor,
                    Driver::Successor { task, link: kind, lag: self.network.outline.link(row_link.document).lag, summary },
                ));
            }
        }
        links.sort_by_key(|(successor, _)| *successor);
        let dated = node.constraint.filter(|constraint| {
            let moment = constraint.moment().map(Timestamp::unix_seconds);
            moment.is_some_and(|at| [start, finish].iter().any(|here| node.room(self.clocks, *here, at) == 0))
        });
        drivers.extend(dated.map(|constraint| Driver::Constraint { constraint, summary: None }));
        drivers.extend(links.into_iter().map(|(_, driver)| driver));
        let mut holds = |at: i64| node.room(self.clocks, finish, at) == 0;
        if let Some((cap, row)) = node.cap.filter(|(cap, _)| holds(*cap))
            && let Some(constraint) = self.network.outline.task(row).constraint.filter(|_| cap != NEVER_AFTER)
        {
            drivers.push(Driver::Constraint { constraint, summary: Some(self.ids[row].clone()) });
        }
        if let Some(deadline) = node.deadline.filter(|deadline| drivers.is_empty() && holds(*deadline)) {
            drivers.push(Driver::Deadline { at: Timestamp::from_unix_seconds(deadline)? });
        }
        if drivers.is_empty() && holds(self.schedule.project_finish) {
            drivers.push(Driver::ProjectFinish {});
        }
        Ok(drivers)
    }

    /// All edges out of a node, in full.
    fn all_outgoing(&self, id: NodeId) -> Vec<Edge> {
        let ahead = self.ahead.iter().flat_map(|ahead| ahead.of(self.network, id));
        ahead.chain(self.network.outgoing(id).cloned()).collect()
    }

    /// What an edge allows, given where its successor stands.
    fn allowed_by(&mut self, edge: &Edge) -> Result<After> {
        let late = self.schedule.stands_late(self.network, edge.to) || self.network.part(edge.to) != Part::Task;
        let to = if late { self.schedule.late.get(edge.to) } else { self.schedule.placed(self.network, edge.to) };
        bounds_after(self.network, self.clocks, edge, to, &self.schedule.early)
    }

    /// For each crown, the link above it that binds most from behind.
    fn strongest_allowances(&mut self) -> Result<Column<Strongest<'a>, Special>> {
        let network = self.network;
        let mut strongest = network.specials.beside(Strongest::default());
        let crowns = network.blocks.iter().rev().flat_map(|block| block.specials().rev());
        for id in crowns.filter(|id| network.part(*id) == Part::Crown) {
            let (mut start, mut finish) = (NEVER_AFTER, NEVER_AFTER);
            let mut most = Strongest::default();
            for edge in network.outgoing(id) {
                let through = match edge.tie {
                    Tie::Up => self.through(edge.to, &strongest),
                    Tie::Link(_) | Tie::Down => Strongest { on_start: Some(edge), on_finish: Some(edge) },
                };
                let after = self.allowed_by(edge)?;
                if after.start < start {
                    (start, most.on_start) = (after.start, through.on_start);
                }
                if after.finish < finish {
                    (finish, most.on_finish) = (after.finish, through.on_finish);
                }
            }
            network.nodes[id].special.get().into_iter().for_each(|special| strongest[special] = most);
        }
        Ok(strongest)
    }

    fn calendar(&self, calendar: CalendarIndex) -> CalendarId {
        self.clocks.0.get(calendar as usize).map_or_else(|| "".into(), |timeline| timeline.rules().id.clone())
    }

    /// A summary before the tasks below it have been rolled up.
    fn empty_summary(&self, row: Row, project: &Project) -> PlannedTask {
        PlannedTask {
            task: self.ids[row].clone(),
            level: 0,
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
            free_slack: 0,
            deadline_slack: None,
            critical: false,
            near_critical: false,
            percent_complete: 0,
            // Of the task below that decides its finish; found on the way up.
            drivers: vec![Driver::Child { task: "".into() }],
        }
    }
}
