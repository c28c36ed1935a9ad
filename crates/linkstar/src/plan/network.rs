//! The compiled form of a project: nodes, edges, seconds; no strings.
//!
//! Each task is a node. A summary that links touch gets two more: its *gate* hands what the summary waits for down to the tasks below,
//! its *crown* gathers their dates for whoever waits for the summary. Nodes are numbered so that every edge points to a higher number;
//! `compile` finds that order, and `loops` opens what has none.

use crate::error::Diagnostic;
use crate::model::{Constraint, LinkKind, Method, MilestoneForm, OutOfSequence};
use crate::plan::clocks::Clocks;
use crate::plan::column::{Column, Index};
use crate::plan::outline::{Outline, Place, Row, RowLink};
use crate::plan::team::CalendarIndex;
use crate::time::{Clock, Timeline, WorkingDay};

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
    pub(super) outgoing: Column<Index<Edge>, Outgoing>,
    pub(super) first_incoming: Column<usize, Node>,
    pub(super) first_outgoing: Column<usize, Node>,
    /// The node of each task that is no summary.
    pub(crate) node_of: Column<Option<NodeId>, Place>,
    /// The latest finish of a summary that a person placed.
    pub(crate) manual_finish: Option<i64>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The kind of rows that list edges by their predecessor.
pub(crate) struct Outgoing;

impl Network<'_> {
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

fn range(first: &Column<usize, Node>, node: NodeId, all: usize) -> (usize, usize) {
    let next = node.as_usize() + 1;
    (first[node], if next < first.len() { first[Index::from_usize(next)] } else { all })
}

/// A share of a length, in whole seconds towards zero.
pub(crate) fn share(length: i64, percent: i64) -> i64 {
    let exact = i128::from(length) * i128::from(percent) / 100;
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}
