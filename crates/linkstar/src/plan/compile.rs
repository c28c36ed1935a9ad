//! From a project to its network.

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::error::{Code, Diagnostic, Error, Result};
use crate::model::{Constraint, Deadline, LagCalendar, ManualDates, Method, Progress, Project, Task};
use crate::plan::clocks::Clocks;
use crate::plan::column::{Column, Index};
use crate::plan::network::{Amount, Edge, Length, Network, Node, NodeId, Part, State, Tie, share};
use crate::plan::outline::{Outline, Place, Row};
use crate::plan::team::{CalendarIndex, Team};
use crate::plan::{EstimatePoint, PlanOptions};
use crate::time::{Clock, Lag, Span, Timestamp, WorkingDay, Zone};

/// Compiles a project.
///
/// # Errors
/// Input that makes no plan; loops are left out and become diagnostics.
pub(crate) fn compile<'a>(project: &'a Project, team: &mut Team<'a>, options: &PlanOptions) -> Result<Network<'a>> {
    let working_day = working_day(project)?;
    let project_calendar = team.calendar(&project.calendar).map_err(|error| error.at("/project/calendar"))?;
    let outline = Outline::new(project)?;
    let mut draft = Draft {
        outline,
        working_day,
        project_calendar,
        method: project.method.clone().unwrap_or_default(),
        now: options.now.map_or(i64::MIN, Timestamp::unix_seconds),
        estimate: options.estimate.unwrap_or(EstimatePoint::Likely),
        nodes: Column::default(),
        edges: Vec::new(),
        loops: 0,
        diagnostics: Vec::new(),
    };
    draft.add_tasks(team)?;
    let ends = draft.add_summaries();
    draft.add_links(team, &ends)?;
    draft.rank()
}

fn working_day(project: &Project) -> Result<WorkingDay> {
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

/// The nodes where links of a task begin and end: for a summary its crown and its gate.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    receives: Option<NodeId>,
    gives: Option<NodeId>,
}

type EndsOf = Column<Ends, Place>;

/// A network in the making, in outline order.
pub(super) struct Draft<'a> {
    pub(super) outline: Outline<'a>,
    working_day: WorkingDay,
    project_calendar: CalendarIndex,
    method: Method,
    now: i64,
    estimate: EstimatePoint,
    pub(super) nodes: Column<Node>,
    pub(super) edges: Vec<Edge>,
    /// Loops that have been listed.
    pub(super) loops: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Draft<'a> {
    fn add_tasks(&mut self, team: &mut Team<'a>) -> Result<()> {
        // What the summaries above say, on the way down.
        let mut floors = self.outline.places.beside(None);
        let mut caps = self.outline.places.beside(None);
        let mut manual_floors = self.outline.places.beside(None);
        let mut deadlines = self.outline.places.beside(None);
        for row in self.outline.places.rows() {
            let task = self.outline.task(row);
            let place = self.outline.places[row];
            let here = || self.outline.path(row);
            if task.percent_complete > 100 {
                return Err(Error::new(Code::TaskPercent, &[("value", &task.percent_complete.to_string())]).at(here() + "/percentComplete"));
            }
            let calendar = match team.calendar_of(task, &here)? {
                Some(id) => team.calendar(id).map_err(|error| error.at(here()))?,
                None => self.project_calendar,
            };
            let (duration, elapsed) = self.length_of(task).map_err(|error| error.within(&here()))?;
            let deadline = task.deadline.as_ref().map(deadline_moment).transpose().map_err(|error| error.at(here() + "/deadline/zone"))?;
            let inherited = place.parent.and_then(|parent| deadlines[parent]);
            let deadline = [deadline, inherited].into_iter().flatten().min();
            deadlines[row] = deadline;
            let (mut floor, mut cap) = place.parent.map_or((None, None), |parent| (floors[parent], caps[parent]));
            if place.summary {
                let own_cap = match task.constraint {
                    Some(Constraint::FinishNoLaterThan { at }) => Some(at.unix_seconds()),
                    _ => None,
                };
                if let Some(Constraint::StartNoEarlierThan { at }) = task.constraint {
                    floor = floor.max(Some((at.unix_seconds(), row)));
                }
                if let Some(own) = own_cap {
                    cap = Some(cap.map_or((own, row), |above: (i64, Row)| above.min((own, row))));
                }
                (floors[row], caps[row]) = (floor, cap);
                let inherited = place.parent.and_then(|parent| manual_floors[parent]);
                manual_floors[row] = task.manual.map(|manual| manual.start.unix_seconds()).or(inherited);
            }
            self.warn(row, duration);
            let node = Node {
                row,
                part: if place.summary { Part::Crown } else { Part::Task },
                calendar,
                clock: if elapsed { Clock::Elapsed } else { Clock::Working(calendar) },
                duration: if task.milestone { 0 } else { duration.unwrap_or(self.working_day.day) },
                constraint: task.constraint,
                floor,
                cap,
                deadline,
                state: State::Waiting,
                form: task.milestone_form,
                pauses: 0,
                delay: 0,
                manual_floor: place.parent.and_then(|parent| manual_floors[parent]),
            };
            let node = self.with_record(node, task, team).map_err(|error| error.within(&self.outline.path(row)))?;
            if !place.summary {
                self.nodes.push(node);
            }
        }
        Ok(())
    }

    /// What a person would want to know of a task, although it can be planned.
    fn warn(&mut self, row: Row, duration: Option<i64>) {
        let task = self.outline.task(row);
        let summary = self.outline.places[row].summary;
        let id = task.id.as_str();
        let mut warn = |code: Code, args: &[(&str, &str)]| self.diagnostics.push(Diagnostic::new(code, vec![id.to_owned()], args));
        let written = task.duration.map(|span| span.to_string()).unwrap_or_default();
        let works = duration.is_some_and(|seconds| seconds > 0);
        match (summary, task.milestone) {
            (true, _) if works => warn(Code::TaskSummaryWork, &[("task", id), ("duration", &written)]),
            (false, true) if works => warn(Code::TaskMilestoneWork, &[("task", id), ("duration", &written)]),
            (false, false) if duration.is_none() => warn(Code::TaskNoDuration, &[("task", id)]),
            _ => {}
        }
        match task.constraint {
            None | Some(Constraint::StartNoEarlierThan { .. } | Constraint::FinishNoLaterThan { .. } | Constraint::AsSoonAsPossible {}) => {
            }
            Some(other) if summary => warn(Code::ConstraintOnSummary, &[("task", id), ("constraint", other.name())]),
            Some(_) => {}
        }
    }

    /// Adds what was reported and decided of a task. Paths of errors begin below the task.
    fn with_record(&self, mut node: Node, task: &Task, team: &mut Team<'a>) -> Result<Node> {
        let length = |span: Span, field: &str| {
            if span.count < 0 {
                return Err(Error::new(Code::TaskDurationNegative, &[("duration", &span.to_string())]).at(field));
            }
            span.seconds(self.working_day).map_err(|error| error.at(field))
        };
        let reported = task.progress.and_then(|progress| Some((progress.actual_start, progress.actual_finish?, "/progress/actualFinish")));
        let placed = task.manual.map(|manual| (manual.start, manual.finish, "/manual/finish"));
        if let Some((start, finish, field)) = [reported, placed].into_iter().flatten().find(|(start, finish, _)| finish < start) {
            let args = [("start", &*start.to_string()), ("finish", &finish.to_string())];
            return Err(Error::new(Code::TaskDatesReversed, &args).at(field));
        }
        node.delay = task.levelling_delay.map_or(Ok(0), |span| length(span, "/levellingDelay"))?;
        let mut clocks = Clocks(&mut team.timelines);
        let mut done = 0;
        node.state = match (task.manual, task.progress) {
            (_, Some(Progress { actual_start, actual_finish: Some(finish), .. })) => {
                State::Done { start: actual_start.unix_seconds(), finish: finish.unix_seconds() }
            }
            (Some(ManualDates { start, finish }), _) => State::Manual { start: start.unix_seconds(), finish: finish.unix_seconds() },
            (_, Some(Progress { actual_start, resume, remaining, .. })) => {
                let start = actual_start.unix_seconds();
                let worked = share(node.duration, task.percent_complete.into());
                let remaining = remaining.map_or(Ok(node.duration - worked), |span| length(span, "/progress/remaining"))?;
                done = node.duration - remaining;
                let resume = resume.map_or_else(|| clocks.shift(node.clock, start, done), |at| Ok(at.unix_seconds()))?;
                State::Running { start, resume, remaining }
            }
            (None, None) if task.percent_complete > 0 => State::Begun,
            (None, None) => State::Waiting,
        };
        for (index, split) in task.splits.iter().enumerate() {
            let after = length(split.after, &format!("/splits/{index}/after"))?;
            let pause = length(split.pause, &format!("/splits/{index}/pause"))?;
            // A pause that lies behind the work already done has been taken.
            node.pauses = node.pauses.saturating_add(if after >= done { pause } else { 0 });
        }
        Ok(node)
    }

    /// Seconds of a task's duration at the chosen point, and whether they are elapsed. Paths of errors begin below the task.
    fn length_of(&self, task: &Task) -> Result<(Option<i64>, bool)> {
        let seconds = |span: Span, field: &str| -> Result<i64> {
            if span.count < 0 {
                return Err(Error::new(Code::TaskDurationNegative, &[("duration", &span.to_string())]).at(field));
            }
            span.seconds(self.working_day).map_err(|error| error.at(field))
        };
        let likely = task.duration.map(|span| seconds(span, "/duration")).transpose()?;
        let elapsed = task.duration.is_some_and(|span| span.unit.is_elapsed());
        let Some(estimate) = task.estimate else { return Ok((likely, elapsed)) };
        if likely.is_none() {
            return Err(Error::new(Code::DocumentMissingField, &[("field", "duration")]).at("/duration"));
        }
        let (optimistic, pessimistic) =
            (seconds(estimate.optimistic, "/estimate/optimistic")?, seconds(estimate.pessimistic, "/estimate/pessimistic")?);
        let one_clock = [Some(estimate.optimistic), Some(estimate.pessimistic), task.duration]
            .into_iter()
            .flatten()
            .all(|span| span.unit.is_elapsed() == elapsed);
        match likely {
            Some(likely) if one_clock && optimistic <= likely && likely <= pessimistic => {
                let chosen = match self.estimate {
                    EstimatePoint::Optimistic => optimistic,
                    EstimatePoint::Likely => likely,
                    EstimatePoint::Pessimistic => pessimistic,
                };
                Ok((Some(chosen), elapsed))
            }
            _ => {
                let written = task.duration.map_or_else(|| "?".to_owned(), |span| span.to_string());
                let (optimistic, pessimistic) = (estimate.optimistic.to_string(), estimate.pessimistic.to_string());
                Err(Error::new(
                    Code::TaskEstimateOrder,
                    &[("optimistic", &optimistic), ("likely", &written), ("pessimistic", &pessimistic)],
                )
                .at("/estimate"))
            }
        }
    }

    /// Gates and crowns for the summaries that links touch, and for those inside them.
    fn add_summaries(&mut self) -> EndsOf {
        let mut ends: EndsOf = self.outline.places.beside(Ends::default());
        for (id, node) in self.nodes.iter() {
            ends[node.row] = Ends { receives: Some(id), gives: Some(id) };
        }
        let (mut receives, mut gives) = (self.outline.places.beside(false), self.outline.places.beside(false));
        for link in &self.outline.links {
            gives[link.predecessor] = true;
            receives[link.successor] = true;
        }
        for row in self.outline.places.rows() {
            let place = &self.outline.places[row];
            let (parent, summary) = (place.parent, place.summary);
            if let Some(parent) = parent {
                receives[row] |= receives[parent] && summary;
                gives[row] |= gives[parent] && summary;
            }
            if summary {
                let gate = receives[row].then(|| self.add_end(row, Part::Gate));
                let crown = gives[row].then(|| self.add_end(row, Part::Crown));
                ends[row] = Ends { receives: gate, gives: crown };
            }
            let Some(parent) = parent else { continue };
            let structural = Length { clock: Clock::Elapsed, amount: Amount::Seconds(0) };
            if let (Some(gate), Some(below)) = (ends[parent].receives, ends[row].receives) {
                self.edges.push(Edge { from: gate, to: below, tie: Tie::Down, lag: structural, link: None });
            }
            if let (Some(crown), Some(below)) = (ends[parent].gives, ends[row].gives) {
                self.edges.push(Edge { from: below, to: crown, tie: Tie::Up, lag: structural, link: None });
            }
        }
        ends
    }

    fn add_end(&mut self, row: Row, part: Part) -> NodeId {
        let calendar = self.project_calendar;
        let clock = Clock::Working(calendar);
        self.nodes.push(Node {
            row,
            part,
            calendar,
            clock,
            duration: 0,
            constraint: None,
            floor: None,
            cap: None,
            deadline: None,
            state: State::Begun,
            form: None,
            pauses: 0,
            delay: 0,
            manual_floor: None,
        })
    }

    fn add_links(&mut self, team: &mut Team<'a>, ends: &EndsOf) -> Result<()> {
        for index in 0..self.outline.links.len() {
            let Some(row_link) = self.outline.links.get(index).copied() else { continue };
            let link = self.outline.link(row_link);
            let (Some(from), Some(to)) = (ends[row_link.predecessor].gives, ends[row_link.successor].receives) else { continue };
            let predecessor = &self.nodes[from];
            let working = match self.method.lag_calendar.unwrap_or(LagCalendar::Successor) {
                // The successor's own, never that of its people: Project 2000 and later, by Microsoft's own words.
                LagCalendar::Successor => match &self.outline.task(row_link.successor).calendar {
                    Some(id) => Clock::Working(team.calendar(id)?),
                    None => Clock::Working(self.project_calendar),
                },
                LagCalendar::Predecessor => Clock::Working(predecessor.calendar),
                LagCalendar::Project => Clock::Working(self.project_calendar),
                LagCalendar::TwentyFourHours => Clock::Elapsed,
            };
            let lag = match link.lag {
                None => Length { clock: working, amount: Amount::Seconds(0) },
                Some(Lag::Span { span }) => {
                    let seconds =
                        span.seconds(self.working_day).map_err(|error| error.at(format!("/project/links/{}/lag", row_link.document)))?;
                    Length { clock: if span.unit.is_elapsed() { Clock::Elapsed } else { working }, amount: Amount::Seconds(seconds) }
                }
                Some(Lag::Percent { percent }) => {
                    let clock = if predecessor.clock == Clock::Elapsed { Clock::Elapsed } else { working };
                    let amount = match predecessor.part {
                        Part::Task => Amount::Seconds(share(predecessor.duration, percent.into())),
                        Part::Gate | Part::Crown => Amount::PercentOfSummary(percent.into()),
                    };
                    Length { clock, amount }
                }
            };
            self.edges.push(Edge { from, to, tie: Tie::Link(link.kind), lag, link: Some(row_link) });
        }
        Ok(())
    }

    /// Numbers the nodes so that every edge points up, leaving out the links that close loops.
    fn rank(mut self) -> Result<Network<'a>> {
        let order = loop {
            let mut graph = DiGraph::<(), ()>::with_capacity(self.nodes.len(), self.edges.len());
            self.nodes.iter().for_each(|_| {
                graph.add_node(());
            });
            for edge in &self.edges {
                graph.add_edge(NodeIndex::new(edge.from.as_usize()), NodeIndex::new(edge.to.as_usize()), ());
            }
            match toposort(&graph, None) {
                Ok(order) => break order,
                Err(_) => self.open_loops(&graph),
            }
        };
        let mut rank = self.nodes.beside(NodeId::default());
        for (number, node) in order.iter().enumerate() {
            rank[Index::from_usize(node.index())] = Index::from_usize(number);
        }
        let nodes: Column<Node> = order.iter().map(|node| self.nodes[Index::from_usize(node.index())].clone()).collect();
        for edge in &mut self.edges {
            (edge.from, edge.to) = (rank[edge.from], rank[edge.to]);
        }
        self.edges.sort_by_key(|edge| edge.to);
        let edges: Column<Edge> = self.edges.into_iter().collect();
        let mut outgoing: Vec<Index<Edge>> = edges.rows().collect();
        outgoing.sort_by_key(|edge| edges[*edge].from);

        let first_incoming = firsts(&nodes, edges.iter().map(|(_, edge)| edge.to));
        let first_outgoing = firsts(&nodes, outgoing.iter().map(|edge| edges[*edge].from));
        let mut node_of = self.outline.places.beside(None);
        nodes.iter().filter(|(_, node)| node.part == Part::Task).for_each(|(id, node)| node_of[node.row] = Some(id));
        let manual =
            self.outline.places.rows().filter(|row| self.outline.places[*row].summary).filter_map(|row| self.outline.task(row).manual);
        let manual_finish = manual.map(|manual| manual.finish.unix_seconds()).max();
        Ok(Network {
            manual_finish,
            first_incoming,
            first_outgoing,
            outgoing: outgoing.into_iter().collect(),
            outline: self.outline,
            working_day: self.working_day,
            method: self.method,
            now: self.now,
            nodes,
            edges,
            node_of,
            diagnostics: self.diagnostics,
        })
    }
}

/// Where the run of each node begins in a list that is sorted by node.
fn firsts(nodes: &Column<Node>, sorted: impl Iterator<Item = NodeId>) -> Column<usize, Node> {
    let mut counts = nodes.beside(0_usize);
    sorted.for_each(|node| counts[node] += 1);
    let mut before = 0;
    for node in nodes.rows() {
        before += counts[node];
        counts[node] = before - counts[node];
    }
    counts
}

fn deadline_moment(deadline: &Deadline) -> Result<i64> {
    Ok(match deadline {
        Deadline::Moment { at } => at.unix_seconds(),
        Deadline::Day { day, zone } => Zone::new(zone)?.end_of(*day).unix_seconds(),
    })
}
