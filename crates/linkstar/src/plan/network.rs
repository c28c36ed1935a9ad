//! The compiled form of a project: nodes, edges, seconds; no strings.
//!
//! Each task is a node. A summary that links touch gets two more: its *gate* hands what the summary waits for down to the tasks below,
//! its *crown* gathers their dates for whoever waits for the summary. Nodes are numbered so that every edge points to a higher number;
//! petgraph finds that order, and the loops where there is none.

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::error::{Code, Diagnostic, Error, Result};
use crate::model::{
    Constraint, Deadline, LagCalendar, LinkKind, ManualDates, Method, MilestoneForm, OutOfSequence, Progress, Project, Task,
};
use crate::plan::clocks::Clocks;
use crate::plan::column::{Column, Index};
use crate::plan::outline::{Outline, Row, RowLink};
use crate::plan::team::{CalendarIndex, Team};
use crate::plan::{EstimatePoint, PlanOptions};
use crate::time::{Clock, Lag, Span, Timeline, Timestamp, WorkingDay, Zone};

/// Loops that are listed one by one; what is left then is opened at once.
const MOST_LOOPS: usize = 100;

pub(crate) type NodeId = Index<Node>;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A task that carries work, or a milestone.
    Task,
    /// What a summary waits for, on the way down.
    Gate,
    /// When a summary starts and finishes, on the way up.
    Crown,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) row: Row,
    pub(crate) part: Part,
    /// The calendar that the task works on, also where its duration is elapsed.
    pub(crate) calendar: CalendarIndex,
    /// The clock of its duration and its slack.
    pub(crate) clock: Clock,
    /// Seconds on that clock.
    pub(crate) duration: i64,
    pub(crate) constraint: Option<Constraint>,
    /// Constraints of the summaries above, and the earliest deadline of it or of them, as seconds of UTC.
    pub(crate) floor: Option<(i64, Row)>,
    pub(crate) cap: Option<(i64, Row)>,
    pub(crate) deadline: Option<i64>,
    pub(crate) state: State,
    pub(crate) form: Option<MilestoneForm>,
    /// Pauses of what is still to be done, on the clock of the duration.
    pub(crate) pauses: i64,
    /// Seconds on the wall by which levelling has put it off.
    pub(crate) delay: i64,
    /// The start of the nearest summary above it that a person placed, in place of the project start.
    pub(crate) manual_floor: Option<i64>,
}

/// How far a task has come, in seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not begun: links and constraints place it.
    Waiting,
    /// Begun by its percentage, without a report of when: it does not wait for the present.
    Begun,
    /// Begun at a reported moment; the rest is worked from `resume` on.
    Running { start: i64, resume: i64, remaining: i64 },
    /// Done.
    Done { start: i64, finish: i64 },
    /// Where a person put it.
    Manual { start: i64, finish: i64 },
}

impl Node {
    /// Seconds from start to finish on the clock of the duration, pauses included.
    pub(crate) fn span(&self) -> i64 {
        self.duration + self.pauses
    }
}

impl State {
    pub(crate) fn has_begun(self) -> bool {
        matches!(self, State::Begun | State::Running { .. } | State::Done { .. })
    }
}

/// How an edge binds its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    Link(LinkKind),
    /// From a gate to what stands below the summary.
    Down,
    /// From what stands below a summary to its crown.
    Up,
}

#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) tie: Tie,
    pub(crate) lag: Length,
    /// The link that it came from; of no meaning for edges up and down.
    pub(crate) link: Option<RowLink>,
}

/// A lag, ready to be added.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    pub(crate) clock: Clock,
    pub(crate) amount: Amount,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Amount {
    Seconds(i64),
    /// A share of a summary's duration, which is known only when the tasks below it are placed.
    PercentOfSummary(i64),
}

pub(crate) struct Network<'a> {
    pub(crate) outline: Outline<'a>,
    pub(crate) working_day: WorkingDay,
    pub(crate) method: Method,
    /// The present moment in seconds of UTC; the beginning of all time where the plan knows none.
    pub(crate) now: i64,
    pub(crate) nodes: Column<Node>,
    /// Sorted by the node that they lead to.
    pub(crate) edges: Column<Edge>,
    /// The edges by the node that they leave from.
    outgoing: Column<Index<Edge>, Outgoing>,
    first_incoming: Column<usize, Node>,
    first_outgoing: Column<usize, Node>,
    /// The node of each task that is no summary.
    pub(crate) node_of: Column<Option<NodeId>, crate::plan::outline::Place>,
    /// The latest finish of a summary that a person placed.
    pub(crate) manual_finish: Option<i64>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The kind of rows that list edges by their predecessor.
pub(crate) struct Outgoing;

impl<'a> Network<'a> {
    /// # Errors
    /// Input that makes no plan; loops are left out and become diagnostics.
    pub(crate) fn compile(project: &'a Project, team: &mut Team<'a>, options: &PlanOptions) -> Result<Network<'a>> {
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

    pub(crate) fn incoming(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        let (first, after) = range(&self.first_incoming, node, self.edges.len());
        (first..after).map(|index| &self.edges[Index::from_usize(index)])
    }

    pub(crate) fn outgoing(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        let (first, after) = range(&self.first_outgoing, node, self.outgoing.len());
        (first..after).map(|index| &self.edges[self.outgoing[Index::from_usize(index)]])
    }

    /// Whether begun work is dated by what remains of it, as in P6, and not by its record.
    pub(crate) fn dates_what_remains(&self) -> bool {
        match self.method.out_of_sequence {
            None | Some(OutOfSequence::RecordedDates) => false,
            Some(OutOfSequence::RetainedLogic | OutOfSequence::ProgressOverride) => true,
        }
    }

    /// Whether an edge bounds its predecessor from behind.
    pub(crate) fn counts_back(&self, edge: &Edge) -> bool {
        let overtaken = self.method.out_of_sequence == Some(OutOfSequence::ProgressOverride)
            && matches!(self.nodes[edge.to].state, State::Running { .. } | State::Done { .. });
        // Of a task that a person placed only its finish counts, in the records of Microsoft Project.
        let from_manual = matches!(self.nodes[edge.from].state, State::Manual { .. });
        let from_start = matches!(edge.tie, Tie::Link(LinkKind::StartToStart | LinkKind::StartToFinish));
        !(overtaken || from_manual && from_start)
    }

    /// Whether a link ties two clocks, or a summary, behind which there may be any: the night of one may be the day of the other.
    pub(crate) fn meets_another_clock(&self, edge: &Edge) -> bool {
        let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
        from.clock != to.clock || from.part != Part::Task || to.part != Part::Task
    }

    /// Whether a link ties two zones, or may do so through a summary.
    pub(crate) fn meets_another_zone(&self, edge: &Edge, clocks: &Clocks<'_>) -> bool {
        let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
        let zone = |node: &Node| clocks.0.get(node.calendar).map(Timeline::zone);
        zone(from) != zone(to) || (from.part != Part::Task || to.part != Part::Task) && clocks.spans_zones()
    }

    /// The tasks that are no summaries, in the order in which the network runs.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().filter(|(_, node)| node.part == Part::Task)
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

fn range(first: &Column<usize, Node>, node: NodeId, all: usize) -> (usize, usize) {
    let next = node.as_usize() + 1;
    (first[node], if next < first.len() { first[Index::from_usize(next)] } else { all })
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

type EndsOf = Column<Ends, crate::plan::outline::Place>;

/// A network in the making, in outline order.
struct Draft<'a> {
    outline: Outline<'a>,
    working_day: WorkingDay,
    project_calendar: CalendarIndex,
    method: Method,
    now: i64,
    estimate: EstimatePoint,
    nodes: Column<Node>,
    edges: Vec<Edge>,
    /// Loops that have been listed.
    loops: usize,
    diagnostics: Vec<Diagnostic>,
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
        let length = |span: Span, field: &str| span.seconds(self.working_day).map_err(|error| error.at(field));
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
            node.pauses += if after >= done { pause.max(0) } else { 0 };
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

    /// Finds a loop in each knot of the graph, reports it, and leaves out its link that points back furthest in the outline.
    fn open_loops(&mut self, graph: &DiGraph<(), ()>) {
        let mut knot_of = self.nodes.beside(usize::MAX);
        let knots = kosaraju_scc(graph);
        for (number, knot) in knots.iter().enumerate() {
            for node in knot {
                knot_of[Index::from_usize(node.index())] = number;
            }
        }
        let inside = self.edges.iter().enumerate().filter(|(_, edge)| knot_of[edge.from] == knot_of[edge.to]);
        let mut inside: Vec<(usize, usize)> = inside.map(|(index, edge)| (knot_of[edge.from], index)).collect();
        inside.sort_unstable();
        let mut left_out = Vec::new();
        let mut unlisted = 0;
        let mut found: Vec<(Vec<Row>, Diagnostic)> = Vec::new();
        for knot in inside.chunk_by(|(a, _), (b, _)| a == b) {
            let edges: Vec<(usize, &Edge)> =
                knot.iter().filter_map(|(_, index)| self.edges.get(*index).map(|edge| (*index, edge))).collect();
            if self.loops + found.len() == MOST_LOOPS {
                let links = edges.iter().filter(|(_, edge)| edge.link.is_some()).map(|(index, _)| *index);
                left_out.extend(links);
                unlisted += 1;
                continue;
            }
            let round = shortest_loop(&edges, self.nodes.len());
            let links = round.iter().filter_map(|(index, edge)| edge.link.map(|link| (link, *index)));
            let back = |link: &RowLink| link.predecessor.as_usize().saturating_sub(link.successor.as_usize());
            let Some((link, index)) = links.max_by_key(|(link, index)| (back(link), *index)) else { continue };
            left_out.push(index);
            let rows = tasks_of(&round);
            let ids: Vec<String> = rows.iter().map(|row| self.outline.id(*row).to_string()).collect();
            let shown = ids.iter().chain(ids.first()).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ");
            let (predecessor, successor) = (self.outline.id(link.predecessor).as_str(), self.outline.id(link.successor).as_str());
            let args = [("loop", shown.as_str()), ("predecessor", predecessor), ("successor", successor)];
            found.push((rows, Diagnostic::new(Code::LinkLoop, ids, &args)));
        }
        self.loops += found.len();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.diagnostics.extend(found.into_iter().map(|(_, diagnostic)| diagnostic));
        if unlisted > 0 {
            self.diagnostics.push(Diagnostic::new(Code::LinkMoreLoops, Vec::new(), &[("count", &unlisted.to_string())]));
        }
        left_out.sort_unstable();
        let mut index = 0;
        self.edges.retain(|_| {
            index += 1;
            left_out.binary_search(&(index - 1)).is_err()
        });
    }
}

/// A shortest way round, through the first node of a knot, by search in breadth.
fn shortest_loop<'e>(knot: &[(usize, &'e Edge)], nodes: usize) -> Vec<(usize, &'e Edge)> {
    let Some((_, first)) = knot.first() else { return Vec::new() };
    let home = first.from;
    let mut from: Vec<(usize, &Edge)> = knot.to_vec();
    from.sort_by_key(|(index, edge)| (edge.from, *index));
    let leaving =
        |node: NodeId| from.iter().skip(from.partition_point(|(_, edge)| edge.from < node)).take_while(move |(_, edge)| edge.from == node);
    let mut came: Column<Option<(usize, &Edge)>, Node> = std::iter::repeat_n(None, nodes).collect();
    let mut queue = std::collections::VecDeque::from([home]);
    while let Some(node) = queue.pop_front() {
        for (index, edge) in leaving(node) {
            if came[edge.to].is_none() {
                came[edge.to] = Some((*index, edge));
                queue.push_back(edge.to);
            }
        }
        if came[home].is_some() {
            break;
        }
    }
    let mut round = Vec::new();
    let mut at = home;
    while let Some((index, edge)) = came[at] {
        round.push((index, edge));
        at = edge.from;
        if at == home {
            break;
        }
    }
    round.reverse();
    round
}

/// The tasks on a way round, each once, beginning with the first in the outline.
fn tasks_of(round: &[(usize, &Edge)]) -> Vec<Row> {
    let mut rows: Vec<Row> = round.iter().filter_map(|(_, edge)| edge.link).flat_map(|link| [link.predecessor, link.successor]).collect();
    rows.dedup();
    if rows.len() > 1 && rows.first() == rows.last() {
        rows.pop();
    }
    let first = rows.iter().enumerate().min_by_key(|(_, row)| **row).map_or(0, |(index, _)| index);
    rows.rotate_left(first);
    rows
}

/// A share of a length, in whole seconds towards zero.
pub(crate) fn share(length: i64, percent: i64) -> i64 {
    let exact = i128::from(length) * i128::from(percent) / 100;
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

fn deadline_moment(deadline: &Deadline) -> Result<i64> {
    Ok(match deadline {
        Deadline::Moment { at } => at.unix_seconds(),
        Deadline::Day { day, zone } => Zone::new(zone)?.end_of(*day).unix_seconds(),
    })
}
