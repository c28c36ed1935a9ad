//! From a project to its network.

use crate::column::Column;
use crate::error::{Code, Diagnostic, Error, Result};
use crate::model::{Anchor, Constraint, Directory, LagCalendar, Method, Project};
use crate::outline::{Outline, Place, Row, RowLink};
use crate::plan::crew::assign;
use crate::plan::describe::{Above, Terms};
use crate::plan::edge::{Amount, AxisLink, Crossing, Edge, Form, Length, Tie};
use crate::plan::effort::Span as EffortSpan;
use crate::plan::network::{Network, Node, NodeId, Part, Special, State, share};
use crate::plan::{EstimatePoint, PlanOptions};
use crate::rules::Rules;
use crate::team::{CalendarIndex, Team};
use crate::time::{Clock, Clocks, Lag, Timestamp, WorkingDay};

/// Compiles a project.
///
/// # Errors
/// Input that makes no plan; loops are left out and become diagnostics.
pub(crate) fn compile<'a>(
    project: &'a Project,
    directory: &'a Directory,
    team: &mut Team<'a>,
    options: &PlanOptions,
) -> Result<(Network<'a>, Rules<'a>)> {
    let working_day = WorkingDay::of(project)?;
    let project_calendar = team.calendar(&project.calendar).map_err(|error| error.at("/project/calendar"))?;
    let outline = Outline::new(project)?;
    // Rules ask for the links, which become edges below.
    let rules = Rules::new(&outline, directory, team, working_day)?;
    let mut draft = Draft {
        outline,
        working_day,
        project_calendar,
        anchor: project.anchor,
        method: project.method.clone().unwrap_or_default(),
        now: options.now.map_or(i64::MIN, Timestamp::unix_seconds),
        estimate: options.estimate.unwrap_or(EstimatePoint::Likely),
        nodes: Column::default(),
        specials: Column::default(),
        axis: Vec::new(),
        crossings: Vec::new(),
        edges: Vec::new(),
        has_efforts: false,
        spans: Vec::new(),
        loops: 0,
        diagnostics: Vec::new(),
    };
    draft.add_tasks(team)?;
    let ends = draft.add_summaries();
    draft.add_links(team, &ends)?;
    Ok((draft.rank(), rules))
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
    pub(super) working_day: WorkingDay,
    project_calendar: CalendarIndex,
    anchor: Anchor,
    pub(super) method: Method,
    pub(super) now: i64,
    estimate: EstimatePoint,
    pub(super) nodes: Column<Node>,
    pub(super) specials: Column<Special>,
    pub(super) axis: Vec<AxisLink>,
    pub(super) crossings: Vec<Crossing>,
    pub(super) edges: Vec<Edge>,
    pub(super) has_efforts: bool,
    /// The links of levels of effort.
    pub(super) spans: Vec<EffortSpan>,
    /// Loops that have been listed.
    pub(super) loops: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Draft<'a> {
    fn add_tasks(&mut self, team: &mut Team<'a>) -> Result<()> {
        let terms = Terms { working_day: self.working_day, anchor: self.anchor, method: self.method.clone(), estimate: self.estimate };
        let mut above: Vec<(Row, Above)> = Vec::new();
        for row in self.outline.places.rows() {
            let task = self.outline.task(row);
            let summary = self.outline.places[row].summary;
            let here = || self.outline.path(row);
            if task.percent_complete > 100 {
                return Err(Error::new(Code::TaskPercent, &[("value", &task.percent_complete.to_string())]).at(here() + "/percentComplete"));
            }
            let calendar = match team.calendar_of(task, &here)? {
                Some(id) => team.calendar(id).map_err(|error| error.at(here()))?,
                None => self.project_calendar,
            };
            let length = terms.length_of(task).map_err(|error| error.within(&here()))?;
            let parent = self.outline.parent(row);
            while above.last().is_some_and(|(summary, _)| Some(*summary) != parent) {
                above.pop();
            }
            let said = above.last().map_or_else(Above::default, |(_, said)| *said);
            let node = terms.undated((row, task), calendar, said, length).map_err(|error| error.within(&here()))?;
            self.warn(row, length.0);
            let node = match task.assignments.is_empty() {
                true => node,
                false => assign(node, task, (team, self.project_calendar), self.working_day, &|| self.outline.path(row))?,
            };
            let mut clocks = Clocks(&mut team.timelines);
            let mut node = terms.recorded(node, task, said, &mut clocks).map_err(|error| error.within(&self.outline.path(row)))?;
            if task.level_of_effort && !summary {
                self.has_efforts = true;
                let plain = Special::new(row, Part::Effort, node.calendar, node.duration);
                node = Special { clock: node.clock, deadline: node.deadline, ..plain };
            }
            if summary {
                above.push((row, said.and(task, row)?));
            } else {
                self.add_node(node);
            }
        }
        Ok(())
    }

    /// Whether a task is laid over others, when they stand.
    fn is_effort(&self, row: Row) -> bool {
        self.has_efforts && self.outline.task(row).level_of_effort && !self.outline.places[row].summary
    }

    fn add_node(&mut self, node: Special) -> NodeId {
        let plain = if node.is_plain(self.anchor, &self.method) { Node::plain(&node) } else { None };
        let node = plain.unwrap_or_else(|| Node::special(node.row, self.specials.push(node)));
        self.nodes.push(node)
    }

    /// What a person would want to know of a task, although it can be planned.
    fn warn(&mut self, row: Row, duration: Option<i64>) {
        let task = self.outline.task(row);
        let summary = self.outline.places[row].summary;
        let id = task.id.as_str();
        let mut warn = |code: Code, args: &[(&str, &str)]| self.diagnostics.push(Diagnostic::new(code, vec![id.to_owned()], args));
        let written = || task.duration.map(|span| span.to_string()).unwrap_or_default();
        let works = duration.is_some_and(|seconds| seconds > 0);
        match (summary, task.milestone) {
            (true, _) if works => warn(Code::TaskSummaryWork, &[("task", id), ("duration", &written())]),
            (false, true) if works => warn(Code::TaskMilestoneWork, &[("task", id), ("duration", &written())]),
            (false, false) if duration.is_none() && task.assignments.iter().all(|assignment| assignment.work.is_none()) => {
                warn(Code::TaskNoDuration, &[("task", id)])
            }
            _ => {}
        }
        match task.constraint {
            None | Some(Constraint::StartNoEarlierThan { .. } | Constraint::FinishNoLaterThan { .. } | Constraint::AsSoonAsPossible {}) => {
            }
            Some(other) if summary => warn(Code::ConstraintOnSummary, &[("task", id), ("constraint", other.name())]),
            Some(_) => {}
        }
    }

    /// Gates and crowns for the summaries that links touch, and for those inside them.
    fn add_summaries(&mut self) -> EndsOf {
        let mut ends: EndsOf = self.outline.places.beside(Ends::default());
        for (id, node) in self.nodes.iter().filter(|(_, node)| !self.is_effort(node.row)) {
            ends[node.row] = Ends { receives: Some(id), gives: Some(id) };
        }
        let (mut receives, mut gives) = (self.outline.places.beside(false), self.outline.places.beside(false));
        for link in self.outline.links.iter().filter(|link| !self.is_effort(link.predecessor) && !self.is_effort(link.successor)) {
            gives[link.predecessor] = true;
            receives[link.successor] = true;
        }
        // Who waits for a summary without tasks, say of levels of effort alone, waits for nothing.
        let mut works = self.outline.places.beside(false);
        self.nodes.iter().filter(|(_, node)| ends[node.row].gives.is_some()).for_each(|(_, node)| works[node.row] = true);
        for row in self.outline.places.rows().rev() {
            if let Some(parent) = self.outline.parent(row) {
                works[parent] |= works[row];
            }
        }
        for row in self.outline.places.rows() {
            let (parent, summary) = (self.outline.parent(row), self.outline.places[row].summary);
            if let Some(parent) = parent {
                receives[row] |= receives[parent] && summary;
                gives[row] |= gives[parent] && summary;
            }
            if summary {
                let gate = receives[row].then(|| self.add_end(row, Part::Gate));
                let crown = (gives[row] && works[row]).then(|| self.add_end(row, Part::Crown));
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
        if self.has_efforts {
            for (id, node) in self.nodes.iter().filter(|(_, node)| self.is_effort(node.row)) {
                ends[node.row].gives = Some(id);
            }
        }
        ends
    }

    fn add_end(&mut self, row: Row, part: Part) -> NodeId {
        self.add_node(Special { state: State::Begun, ..Special::new(row, part, self.project_calendar, 0) })
    }

    fn add_links(&mut self, team: &mut Team<'a>, ends: &EndsOf) -> Result<()> {
        // Edges know their links from here on, and most lie on an axis.
        let links = std::mem::take(&mut self.outline.links);
        self.axis.reserve_exact(links.len());
        for row_link in links {
            let link = self.outline.link(row_link.document);
            if self.is_effort(row_link.predecessor) || self.is_effort(row_link.successor) {
                self.add_span(team, row_link, ends[row_link.predecessor].gives)?;
                continue;
            }
            let (Some(from), Some(to)) = (ends[row_link.predecessor].gives, ends[row_link.successor].receives) else { continue };
            let lag = match link.lag {
                None => Length { clock: Clock::Elapsed, amount: Amount::Seconds(0) },
                Some(Lag::Span { span }) => {
                    let working = self.lag_clock(team, &row_link, from)?;
                    let seconds =
                        span.seconds(self.working_day).map_err(|error| error.at(format!("/project/links/{}/lag", row_link.document)))?;
                    Length { clock: if span.unit.is_elapsed() { Clock::Elapsed } else { working }, amount: Amount::Seconds(seconds) }
                }
                Some(Lag::Percent { percent }) => {
                    let working = self.lag_clock(team, &row_link, from)?;
                    let predecessor = self.nodes[from].special.get().map(|special| &self.specials[special]);
                    let clock = if predecessor.is_some_and(|task| task.clock == Clock::Elapsed) { Clock::Elapsed } else { working };
                    let duration = predecessor.map_or(self.nodes[from].span(), |task| task.duration);
                    let amount = match predecessor.map_or(Part::Task, |task| task.part) {
                        Part::Task | Part::Effort => Amount::Seconds(share(duration, percent.into())),
                        Part::Gate | Part::Crown => Amount::PercentOfSummary(percent.into()),
                    };
                    Length { clock, amount }
                }
            };
            self.add_edge(Edge { from, to, tie: Tie::Link(link.kind), lag, link: Some(row_link) });
        }
        Ok(())
    }

    /// Keeps a link of a level of effort, which binds nobody. A percentage of what has no length of its own is nothing.
    fn add_span(&mut self, team: &mut Team<'a>, link: RowLink, predecessor: Option<NodeId>) -> Result<()> {
        let working = match predecessor {
            Some(from) => self.lag_clock(team, &link, from)?,
            None => Clock::Working(self.project_calendar),
        };
        let lag = match self.outline.link(link.document).lag {
            None => (0, Clock::Elapsed),
            Some(Lag::Span { span }) => {
                let seconds = span.seconds(self.working_day).map_err(|error| error.at(format!("/project/links/{}/lag", link.document)))?;
                (seconds, if span.unit.is_elapsed() { Clock::Elapsed } else { working })
            }
            Some(Lag::Percent { percent }) if !self.is_effort(link.predecessor) => {
                let length = predecessor.map_or(0, |from| {
                    self.nodes[from].special.get().map_or(self.nodes[from].span(), |special| self.specials[special].duration)
                });
                (share(length, percent.into()), working)
            }
            Some(Lag::Percent { .. }) => (0, working),
        };
        let ends = [(link.predecessor, link.successor), (link.successor, link.predecessor)];
        let spans = ends.into_iter().filter(|(effort, _)| self.is_effort(*effort));
        let spans: Vec<EffortSpan> = spans.map(|(effort, other)| EffortSpan { effort, other, link, lag }).collect();
        self.spans.extend(spans);
        Ok(())
    }

    /// The clock of working lags.
    fn lag_clock(&self, team: &mut Team<'a>, link: &RowLink, from: NodeId) -> Result<Clock> {
        Ok(match self.method.lag_calendar.unwrap_or(LagCalendar::Successor) {
            // The successor's own, never that of its people: Project 2000 and later, by Microsoft's own words.
            LagCalendar::Successor if team.timelines.len() == 1 => Clock::Working(self.project_calendar),
            LagCalendar::Successor => match &self.outline.task(link.successor).calendar {
                Some(id) => Clock::Working(team.calendar(id)?),
                None => Clock::Working(self.project_calendar),
            },
            LagCalendar::Predecessor => Clock::Working(self.calendar(from)),
            LagCalendar::Project => Clock::Working(self.project_calendar),
            LagCalendar::TwentyFourHours => Clock::Elapsed,
        })
    }

    fn calendar(&self, node: NodeId) -> CalendarIndex {
        let node = &self.nodes[node];
        node.special.get().map_or(node.calendar(), |special| self.specials[special].calendar)
    }

    pub(super) fn add_edge(&mut self, edge: Edge) {
        match Form::of(edge, &self.nodes) {
            Form::OnAxis(link) => self.axis.push(link),
            Form::Crossing(crossing) => self.crossings.push(crossing),
            Form::InFull(edge) => self.edges.push(edge),
        }
    }
}
