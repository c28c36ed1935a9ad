//! The compiled form of a project: nodes, edges, seconds; no strings.
//!
//! Each task is a node. A summary that links touch gets two more: its *gate* hands what the summary waits for down to the tasks below,
//! its *crown* gathers their dates for whoever waits for the summary. Nodes are numbered level by level, so that every edge points to
//! a higher number; `compile` finds the levels, and `loops` opens what has none.
//!
//! Most tasks have nothing but a length, a calendar and links. Such a *plain* node is placed by its position in the working time of
//! its calendar, where a link is one addition: see [`AxisEdge`]. All else is *special*, is placed by instants, and is described in full.

use std::ops::Range;
use std::sync::LazyLock;

use crate::column::{Column, Index, Slot};
use crate::error::Diagnostic;
use crate::model::{Anchor, Constraint, LinkKind, Method, MilestoneForm, OutOfSequence, Project};
use crate::outline::{Outline, Place, Row};
use crate::plan::crew::Assigned;
use crate::plan::edge::{AxisEdge, Crossing, Edge, Tie};
use crate::plan::effort::Span;
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Timeline, Timestamp, WorkingDay};

pub(crate) type NodeId = Index<Node>;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A task that carries work, or a milestone.
    Task,
    /// A level of effort, which nobody waits for and which is laid over all others.
    Effort,
    /// What a summary waits for, on the way down.
    Gate,
    /// When a summary starts and finishes, on the way up.
    Crown,
}

/// What the passes need of every node, in sixteen bytes.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) row: Row,
    /// All that there is to know of it; nothing of a plain node.
    pub(crate) special: Slot<Special>,
    /// Of a plain node: seconds of work.
    pub(super) seconds: u32,
    /// Of a plain node: its calendar.
    pub(super) calendar: u16,
    /// Whether it starts no earlier than the project: it waits for nothing, or only its finish waits.
    pub(crate) from_project_start: bool,
    /// Of a plain node: whether somebody on another clock asks how far its late finish reaches.
    pub(crate) is_asked_for_reach: bool,
}

impl Node {
    /// A plain node, unless it is so long that it has to be special.
    pub(super) fn plain(node: &Special) -> Option<Node> {
        let (seconds, calendar) = (u32::try_from(node.duration).ok()?, u16::try_from(node.calendar).ok()?);
        Some(Node { row: node.row, special: Slot::EMPTY, seconds, calendar, from_project_start: false, is_asked_for_reach: false })
    }

    pub(super) fn special(row: Row, special: Index<Special>) -> Node {
        Node { row, special: special.into(), seconds: 0, calendar: 0, from_project_start: false, is_asked_for_reach: false }
    }

    /// Seconds of work of a plain node.
    #[inline]
    pub(crate) fn span(&self) -> i64 {
        i64::from(self.seconds)
    }

    /// The calendar of a plain node.
    #[inline]
    pub(crate) fn calendar(&self) -> CalendarIndex {
        u32::from(self.calendar)
    }
}

/// All that can be known of a node.
#[derive(Debug, Clone)]
pub(crate) struct Special {
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
    /// Who works on it, where their calendars differ.
    pub(crate) crew: Option<Box<[Assigned]>>,
    /// When an unfinished task is expected to be done, where the method asks for it, in seconds of UTC.
    pub(crate) expected: Option<i64>,
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

impl Special {
    /// A task of which nothing more is known than its length and its calendar; what stands at the two ends of a summary is one of
    /// no length.
    pub(crate) fn new(row: Row, part: Part, calendar: CalendarIndex, duration: i64) -> Special {
        Special {
            row,
            part,
            calendar,
            clock: Clock::Working(calendar),
            duration,
            constraint: None,
            floor: None,
            cap: None,
            deadline: None,
            crew: None,
            expected: None,
            state: State::Waiting,
            form: None,
            pauses: 0,
            delay: 0,
            manual_floor: None,
        }
    }

    /// Seconds from start to finish on the clock of the duration, pauses included.
    pub(crate) fn span(&self) -> i64 {
        self.duration + self.pauses
    }

    /// The same task, of which no more will be done: it keeps what was reported, takes no more time and has no date to keep.
    pub(super) fn called_off(self) -> Special {
        let (duration, state) = match self.state {
            State::Running { start, resume, remaining } => {
                ((self.duration - remaining).max(0), State::Running { start, resume, remaining: 0 })
            }
            State::Done { .. } => (self.duration, self.state),
            State::Waiting | State::Begun | State::Manual { .. } => (0, State::Waiting),
        };
        Special { state, form: self.form, ..Special::new(self.row, self.part, self.calendar, duration) }
    }

    fn is_milestone(&self) -> bool {
        self.part == Part::Task && self.duration == 0
    }

    /// Whether positions on its calendar are all that its dates depend on. Where its method asks for more of open ends, nobody is
    /// plain.
    pub(crate) fn is_plain(&self, anchor: Anchor, method: &Method) -> bool {
        let undated = match self.constraint {
            None => true,
            Some(Constraint::AsSoonAsPossible {}) => matches!(anchor, Anchor::Start { .. }),
            Some(_) => false,
        };
        let unbounded = (self.floor, self.cap) == (None, None) && (self.deadline, self.manual_floor, self.expected) == (None, None, None);
        let alone = self.crew.is_none();
        let unreported = self.state == State::Waiting && (self.pauses, self.delay) == (0, 0);
        self.part == Part::Task
            && self.duration > 0
            && self.clock == Clock::Working(self.calendar)
            && undated
            && unbounded
            && unreported
            && alone
            && !method.several_critical_paths
    }
}

impl State {
    /// Whether it was reported when the task started.
    pub(crate) fn is_reported(self) -> bool {
        matches!(self, State::Running { .. } | State::Done { .. })
    }

    pub(crate) fn has_begun(self) -> bool {
        matches!(self, State::Begun | State::Running { .. } | State::Done { .. })
    }
}

/// A stretch of the network that is placed in one go: only its first level has special nodes, or edges that are not on an axis.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Plain nodes of the first level, its special ones, and plain ones of the levels that follow, one after the other.
    pub(crate) first: NodeId,
    pub(crate) special: NodeId,
    pub(crate) rest: NodeId,
    pub(crate) end: NodeId,
    /// The crossings into its first level.
    pub(super) crossings: Range<usize>,
}

impl Block {
    /// The plain nodes of its first level, and those of the levels that follow.
    pub(crate) fn plain(&self) -> [(NodeId, NodeId); 2] {
        [(self.first, self.special), (self.rest, self.end)]
    }

    pub(crate) fn specials(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        NodeId::between(self.special, self.rest)
    }
}

pub(crate) struct Network<'a> {
    pub(crate) outline: Outline<'a>,
    pub(crate) working_day: WorkingDay,
    pub(crate) method: Method,
    /// The present moment in seconds of UTC; the beginning of all time where the plan knows none.
    pub(crate) now: i64,
    pub(crate) nodes: Column<Node>,
    pub(crate) specials: Column<Special>,
    pub(crate) blocks: Vec<Block>,
    /// Edges on an axis, sorted by the node that they lead to, and the link that each came from, by its place in the document.
    pub(crate) axis: Column<AxisEdge>,
    pub(super) axis_links: Vec<u32>,
    /// Edges on an axis whose successor may finish at the instant of its driver, even at the start of a period.
    pub(super) standing: Vec<Index<AxisEdge>>,
    /// Edges between two calendars, sorted by the node that they lead to.
    pub(super) crossings: Vec<Crossing>,
    /// All other edges, sorted by the node that they lead to.
    pub(crate) edges: Column<Edge>,
    /// And by the node that they leave from.
    pub(super) outgoing: Column<Index<Edge>, Outgoing>,
    pub(super) first_axis: Column<u32, Node>,
    /// The edges into, and out of, each special node.
    pub(super) runs: Column<Runs, Special>,
    /// The node of each task that is no summary.
    pub(crate) node_of: Column<Slot<Node>, Place>,
    /// What levels of effort span, by their rows.
    pub(super) spans: Vec<Span>,
    pub(crate) has_efforts: bool,
    /// The latest finish of a summary that a person placed.
    pub(crate) manual_finish: Option<i64>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The kind of rows that list edges by their predecessor.
pub(crate) struct Outgoing;

/// Where the edges of a node lie in the lists of those on no axis.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    pub(super) incoming: Range<usize>,
    pub(super) outgoing: Range<usize>,
}

/// The edges between plain nodes by the node that they leave from.
pub(crate) struct Ahead {
    pub(super) axis: Column<Index<AxisEdge>, Outgoing>,
    pub(super) first_axis: Column<u32, Node>,
    pub(super) crossings: Column<Crossing, Outgoing>,
    pub(super) first_crossing: Column<u32, Node>,
}

impl Ahead {
    /// Those of one node, in full.
    pub(crate) fn of(&self, network: &Network<'_>, node: NodeId) -> impl Iterator<Item = Edge> {
        let on_axis = self.on_axis(node).map(|edge| network.in_full(edge));
        on_axis.chain(self.crossings_of(node).map(|crossing| crossing.in_full(&network.nodes)))
    }

    /// Those of one node on its axis.
    pub(super) fn on_axis(&self, node: NodeId) -> impl Iterator<Item = Index<AxisEdge>> {
        self.axis.run(run_of(&self.first_axis, node, self.axis.len())).map(|(_, edge)| *edge)
    }

    pub(super) fn crossings_of_mut(&mut self, node: NodeId) -> &mut [Crossing] {
        let run = run_of(&self.first_crossing, node, self.crossings.len());
        self.crossings.slice_mut(Index::from_usize(run.start), Index::from_usize(run.end))
    }

    /// Those of one node to other calendars.
    pub(super) fn crossings_of(&self, node: NodeId) -> impl Iterator<Item = &Crossing> {
        self.crossings.run(run_of(&self.first_crossing, node, self.crossings.len())).map(|(_, crossing)| crossing)
    }
}

impl Network<'_> {
    /// The same network of a project whose tasks and links stand where those stand of which it was compiled, or patched.
    pub(super) fn of<'p>(self, project: &'p Project) -> Network<'p> {
        let Network {
            outline,
            working_day,
            method,
            now,
            nodes,
            specials,
            blocks,
            axis,
            axis_links,
            standing,
            crossings,
            edges,
            outgoing,
            first_axis,
            runs,
            node_of,
            spans,
            has_efforts,
            manual_finish,
            diagnostics,
        } = self;
        Network {
            outline: outline.of(project),
            working_day,
            method,
            now,
            nodes,
            specials,
            blocks,
            axis,
            axis_links,
            standing,
            crossings,
            edges,
            outgoing,
            first_axis,
            runs,
            node_of,
            spans,
            has_efforts,
            manual_finish,
            diagnostics,
        }
    }

    /// The network without its project, to be kept beside it.
    pub(super) fn detached(self) -> Network<'static> {
        static NO_PROJECT: LazyLock<Project> = LazyLock::new(|| Project::new("", "", "", Anchor::Start { at: Timestamp::MIN }));
        self.of(&NO_PROJECT)
    }
}

impl<'a> Network<'a> {
    /// Whether nothing but the positions on one axis each counts.
    pub(crate) fn is_plain(&self) -> bool {
        self.edges.is_empty() && self.crossings.is_empty() && self.specials.is_empty()
    }

    /// The edges into a node that neither lie on an axis nor cross to one.
    pub(crate) fn incoming(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        let run = self.nodes[node].special.get().map_or_else(|| self.runs_of(node).incoming, |special| self.runs[special].incoming.clone());
        self.edges.run(run).map(|(_, edge)| edge)
    }

    /// The edges out of a node that neither lie on an axis nor cross to one.
    pub(crate) fn outgoing(&self, node: NodeId) -> impl Iterator<Item = &Edge> {
        let run = self.nodes[node].special.get().map_or_else(|| self.runs_of(node).outgoing, |special| self.runs[special].outgoing.clone());
        self.outgoing.run(run).map(|(_, edge)| &self.edges[*edge])
    }

    /// The edges of any node. Those of special nodes are kept.
    pub(super) fn runs_of(&self, node: NodeId) -> Runs {
        let into = |node: NodeId| self.edges.as_slice().partition_point(|edge| edge.to < node);
        let out_of = |node: NodeId| self.outgoing.as_slice().partition_point(|edge| self.edges[*edge].from < node);
        let next = Index::from_usize(node.as_usize() + 1);
        Runs { incoming: into(node)..into(next), outgoing: out_of(node)..out_of(next) }
    }

    /// The edges on no axis into the nodes from the first to before the second.
    pub(crate) fn edges_into(&self, first: NodeId, end: NodeId) -> impl Iterator<Item = &Edge> {
        let before = |node: NodeId| self.edges.as_slice().partition_point(|edge| edge.to < node);
        self.edges.run(before(first)..before(end)).map(|(_, edge)| edge)
    }

    /// The edges on an axis into the nodes of a block.
    pub(crate) fn axis_of(&self, block: &Block) -> &[AxisEdge] {
        self.axis.as_slice().get(self.axis_before(block.first)..self.axis_before(block.end)).unwrap_or_default()
    }

    /// The crossings into the nodes of a block.
    pub(crate) fn crossings_into(&self, block: &Block) -> &[Crossing] {
        self.crossings.get(block.crossings.clone()).unwrap_or_default()
    }

    /// The crossings into a node.
    pub(crate) fn crossings_to(&self, node: NodeId) -> impl Iterator<Item = &Crossing> {
        let first = self.crossings.partition_point(|crossing| crossing.to < node);
        self.crossings.iter().skip(first).take_while(move |crossing| crossing.to == node)
    }

    pub(super) fn crossings_to_mut(&mut self, node: NodeId) -> impl Iterator<Item = &mut Crossing> {
        let first = self.crossings.partition_point(|crossing| crossing.to < node);
        self.crossings.iter_mut().skip(first).take_while(move |crossing| crossing.to == node)
    }

    /// What all edges tie, those into one node one after the other within each kind.
    pub(crate) fn ties(&self) -> impl Iterator<Item = (NodeId, NodeId)> {
        let on_axis = self.axis.iter().map(|(_, edge)| (edge.from, edge.to));
        let crossings = self.crossings.iter().map(|crossing| (crossing.from, crossing.to));
        on_axis.chain(crossings).chain(self.edges.iter().map(|(_, edge)| (edge.from, edge.to)))
    }

    /// The edges into a node that are on its axis.
    pub(crate) fn on_axis(&self, node: NodeId) -> impl Iterator<Item = (Index<AxisEdge>, &AxisEdge)> {
        self.axis.run(run_of(&self.first_axis, node, self.axis.len()))
    }

    /// Whether a finish that is tied to a start stands where that is, at the beginning of a period, by these positions.
    pub(super) fn stands_at_start(&self, node: NodeId, axis: &Column<i64, Node>) -> bool {
        let run = run_of(&self.first_axis, node, self.axis.len());
        let first = self.standing.partition_point(|edge| edge.as_usize() < run.start);
        let of_node = self.standing.iter().skip(first).take_while(|edge| edge.as_usize() < run.end).map(|edge| &self.axis[*edge]);
        of_node.into_iter().any(|edge| axis[edge.from] + edge.weight() == axis[edge.to])
    }

    /// The memory that it takes, in bytes, its outline included.
    #[cfg(feature = "measure")]
    pub(crate) fn bytes(&self) -> usize {
        let nodes = self.nodes.bytes() + self.specials.bytes() + self.first_axis.bytes() + self.runs.bytes();
        let edges = self.axis.bytes() + self.edges.bytes() + self.outgoing.bytes();
        let lists =
            size_of_val(&*self.blocks) + size_of_val(&*self.axis_links) + size_of_val(&*self.standing) + size_of_val(&*self.crossings);
        nodes + edges + lists + self.node_of.bytes() + self.outline.places.bytes()
    }

    /// An edge on an axis, in full.
    pub(crate) fn in_full(&self, index: Index<AxisEdge>) -> Edge {
        let edge = self.axis[index];
        let document = self.axis_links.get(index.as_usize()).copied().unwrap_or_default();
        edge.in_full(document, self.outline.link(document).kind, &self.nodes)
    }

    /// All edges into a node, in full.
    pub(crate) fn all_incoming(&self, node: NodeId) -> impl Iterator<Item = Edge> {
        let on_axis = self.on_axis(node).map(|(index, _)| self.in_full(index));
        on_axis.chain(self.crossings_to(node).map(|crossing| crossing.in_full(&self.nodes))).chain(self.incoming(node).cloned())
    }

    /// All that is known of a node.
    pub(crate) fn special(&self, node: NodeId) -> Special {
        let node = &self.nodes[node];
        match node.special.get() {
            Some(special) => self.specials[special].clone(),
            None => Special::new(node.row, Part::Task, node.calendar(), node.span()),
        }
    }

    /// Seconds of work of a node, on its clock.
    pub(crate) fn length(&self, node: NodeId) -> i64 {
        self.nodes[node].special.get().map_or(self.nodes[node].span(), |special| self.specials[special].duration)
    }

    pub(crate) fn part(&self, node: NodeId) -> Part {
        self.nodes[node].special.get().map_or(Part::Task, |special| self.specials[special].part)
    }

    pub(crate) fn state(&self, node: NodeId) -> State {
        self.nodes[node].special.get().map_or(State::Waiting, |special| self.specials[special].state)
    }

    /// Whether a node is a task without length.
    pub(crate) fn is_milestone(&self, node: NodeId) -> bool {
        self.nodes[node].special.get().is_some_and(|special| self.specials[special].is_milestone())
    }

    pub(crate) fn calendar(&self, node: NodeId) -> CalendarIndex {
        let plain = self.nodes[node].calendar();
        self.nodes[node].special.get().map_or(plain, |special| self.specials[special].calendar)
    }

    pub(crate) fn clock(&self, node: NodeId) -> Clock {
        let plain = Clock::Working(self.nodes[node].calendar());
        self.nodes[node].special.get().map_or(plain, |special| self.specials[special].clock)
    }

    /// Seconds from one moment to another in which somebody could work on a node.
    pub(crate) fn room(&self, clocks: &mut Clocks<'_>, node: NodeId, from: i64, to: i64) -> i64 {
        match self.nodes[node].special.get() {
            Some(special) => self.specials[special].room(clocks, from, to),
            None => clocks.between(Clock::Working(self.nodes[node].calendar()), from, to),
        }
    }

    /// Whether somebody works on a node by this calendar.
    pub(crate) fn works_on(&self, node: NodeId, calendar: CalendarIndex) -> bool {
        let clock = Clock::Working(calendar);
        let crew = self.nodes[node].special.get().and_then(|special| self.specials[special].crew.as_ref());
        crew.map_or_else(|| self.clock(node) == clock, |crew| crew.iter().any(|one| one.clock == clock))
    }

    /// Whether begun work is dated by what remains of it, as in P6, and not by its record.
    pub(crate) fn dates_what_remains(&self) -> bool {
        self.method.dates_what_remains()
    }

    /// Whether an edge bounds its predecessor from behind.
    pub(crate) fn counts_back(&self, edge: &Edge) -> bool {
        let overrides = self.method.out_of_sequence == Some(OutOfSequence::ProgressOverride);
        let overtaken = overrides && matches!(self.state(edge.to), State::Running { .. } | State::Done { .. });
        // Of a task that a person placed only its finish counts, in the records of Microsoft Project.
        let from_start = matches!(edge.tie, Tie::Link(LinkKind::StartToStart | LinkKind::StartToFinish));
        !(overtaken || from_start && matches!(self.state(edge.from), State::Manual { .. }))
    }

    /// Whether a link ties two clocks, or a summary, behind which there may be any: the night of one may be the day of the other.
    pub(crate) fn meets_another_clock(&self, edge: &Edge) -> bool {
        self.clock(edge.from) != self.clock(edge.to) || self.touches_summary(edge)
    }

    /// Whether a link ties two zones, or may do so through a summary.
    pub(crate) fn meets_another_zone(&self, edge: &Edge, clocks: &Clocks<'_>) -> bool {
        let zone = |node: NodeId| clocks.0.get(self.calendar(node) as usize).map(Timeline::zone);
        zone(edge.from) != zone(edge.to) || self.touches_summary(edge) && clocks.spans_zones()
    }

    fn touches_summary(&self, edge: &Edge) -> bool {
        self.part(edge.from) != Part::Task || self.part(edge.to) != Part::Task
    }

    /// The links of a level of effort.
    pub(crate) fn spans_of(&self, effort: Row) -> &[Span] {
        let before = |row: Row| self.spans.partition_point(|span| span.effort < row);
        self.spans.get(before(effort)..before(Row::from_usize(effort.as_usize() + 1))).unwrap_or_default()
    }

    /// The tasks that are no summaries and no levels of effort, in the order in which the network runs.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.rows().filter(|node| self.part(*node) == Part::Task)
    }
}

/// Where the run of a node lies in a list that is sorted by node.
pub(super) fn run_of(firsts: &Column<u32, Node>, node: NodeId, all: usize) -> Range<usize> {
    let next = node.as_usize() + 1;
    firsts[node] as usize..if next < firsts.len() { firsts[Index::from_usize(next)] as usize } else { all }
}

/// A share of a length, in whole seconds towards zero.
pub(crate) fn share(length: i64, percent: i64) -> i64 {
    let exact = i128::from(length) * i128::from(percent) / 100;
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}
