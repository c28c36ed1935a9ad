//! The edges of a network: additions on an axis, crossings between two, and all others.

use crate::column::Column;
use crate::model::LinkKind;
use crate::outline::RowLink;
use crate::plan::network::{Node, NodeId};
use crate::team::CalendarIndex;
use crate::time::Clock;

/// How an edge binds its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    Link(LinkKind),
    /// From a gate to what stands below the summary.
    Down,
    /// From what stands below a summary to its crown.
    Up,
}

/// A late start on an axis, in one number that can be compared: twice the position, plus one where what bounds the finish has the form
/// of a start. Of two bounds at one position the earlier form wins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LateKey(pub(crate) i64);

impl LateKey {
    /// Of a bound that stands at a start, or somewhere in the night before it.
    #[inline]
    pub(crate) fn at_start(position: i64) -> LateKey {
        LateKey(2 * position + 1)
    }

    #[inline]
    pub(crate) fn position(self) -> i64 {
        self.0 >> 1
    }

    #[inline]
    pub(crate) fn has_start_form(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A link between plain nodes of one calendar: an addition on the axis of its working time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AxisEdge {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    /// Twice the seconds from start to start, with lag and lengths folded in, less one where a late date that is counted back over
    /// this link has the form of a start. See [`AxisEdge::new`].
    doubled: i32,
}

impl AxisEdge {
    /// The edge of a link with this many seconds of lag, if they fit.
    ///
    /// A late finish stands at the end of a period, but what is bound by it from abroad may reach to the start of the next, if that
    /// is where the bound stands. Going back over a lag ends at a start; a lead, and a bound that is a finish, end at an end.
    pub(crate) fn new((from, to): (NodeId, NodeId), kind: LinkKind, lag: i64, (span_from, span_to): (i64, i64)) -> Option<AxisEdge> {
        let (weight, start_form) = match kind {
            LinkKind::FinishToStart => (span_from + lag, lag >= 0),
            LinkKind::StartToStart => (lag, true),
            LinkKind::FinishToFinish => (span_from + lag - span_to, lag > 0),
            LinkKind::StartToFinish => (lag - span_to, true),
        };
        let doubled = i32::try_from(weight.checked_mul(2)? - i64::from(start_form)).ok()?;
        Some(AxisEdge { from, to, doubled })
    }

    /// Seconds of lag of the link that it came from.
    pub(crate) fn lag(self, kind: LinkKind, (span_from, span_to): (i64, i64)) -> i64 {
        self.weight()
            - match kind {
                LinkKind::FinishToStart => span_from,
                LinkKind::StartToStart => 0,
                LinkKind::FinishToFinish => span_from - span_to,
                LinkKind::StartToFinish => -span_to,
            }
    }

    /// The edge in full.
    pub(super) fn in_full(self, document: u32, kind: LinkKind, nodes: &Column<Node>) -> Edge {
        let (from, to) = (&nodes[self.from], &nodes[self.to]);
        let lag = Length { clock: Clock::Working(to.calendar()), amount: Amount::Seconds(self.lag(kind, (from.span(), to.span()))) };
        let link = RowLink { document, predecessor: from.row, successor: to.row, kind };
        Edge { from: self.from, to: self.to, tie: Tie::Link(kind), lag, link: Some(link) }
    }

    /// Seconds from start to start.
    #[inline]
    pub(crate) fn weight(self) -> i64 {
        (i64::from(self.doubled) + 1) >> 1
    }

    /// What a late key of its successor asks of its predecessor.
    #[inline]
    pub(crate) fn back(self, key: LateKey) -> LateKey {
        LateKey((key.0 & !1) - i64::from(self.doubled))
    }
}

/// A link between plain nodes of two calendars. Its lag runs where it arrives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    /// Seconds on the calendar of the successor.
    pub(crate) lag: i32,
    /// Seconds of work from the start of its predecessor to where it leaves: all of them at the finish, none at the start.
    back: u32,
    /// Seconds of work from the start of its successor to where it arrives: all of them at the finish, none at the start.
    ahead: u32,
    /// The place of its link in the document.
    document: u32,
    from_calendar: u16,
    to_calendar: u16,
}

impl Crossing {
    pub(super) fn new(edge: &Edge, nodes: &Column<Node>) -> Option<Crossing> {
        let (Amount::Seconds(lag), Some(link)) = (edge.lag.amount, edge.link) else { return None };
        let (from, to) = (&nodes[edge.from], &nodes[edge.to]);
        let (back, ahead) = match edge.tie {
            Tie::Link(LinkKind::FinishToStart) => (from.seconds, 0),
            Tie::Link(LinkKind::StartToStart) => (0, 0),
            Tie::Link(LinkKind::FinishToFinish) => (from.seconds, to.seconds),
            Tie::Link(LinkKind::StartToFinish) => (0, to.seconds),
            Tie::Up | Tie::Down => return None,
        };
        Some(Crossing {
            from: edge.from,
            to: edge.to,
            lag: i32::try_from(lag).ok()?,
            back,
            ahead,
            document: link.document,
            from_calendar: from.calendar,
            to_calendar: to.calendar,
        })
    }

    pub(crate) const fn kind(&self) -> LinkKind {
        match (self.leaves_from_finish(), self.arrives_at_finish()) {
            (true, false) => LinkKind::FinishToStart,
            (false, false) => LinkKind::StartToStart,
            (true, true) => LinkKind::FinishToFinish,
            (false, true) => LinkKind::StartToFinish,
        }
    }

    /// Whether it leaves from the finish: no plain node is without work.
    #[inline]
    pub(crate) const fn leaves_from_finish(&self) -> bool {
        self.back > 0
    }

    #[inline]
    pub(crate) const fn arrives_at_finish(&self) -> bool {
        self.ahead > 0
    }

    #[inline]
    pub(crate) fn ahead(&self) -> i64 {
        i64::from(self.ahead)
    }

    #[inline]
    pub(crate) fn back(&self) -> i64 {
        i64::from(self.back)
    }

    /// The calendars of its predecessor and of its successor.
    #[inline]
    pub(crate) fn calendars(&self) -> (CalendarIndex, CalendarIndex) {
        (self.from_calendar.into(), self.to_calendar.into())
    }

    /// Where it stands among the crossings of a network.
    pub(super) fn place(&self) -> (NodeId, NodeId, LinkKind) {
        (self.to, self.from, self.kind())
    }

    /// The place of its link in the document.
    pub(super) const fn document(&self) -> u32 {
        self.document
    }

    pub(super) fn renumber(&mut self, from: u32, to: u32) {
        if self.document == from {
            self.document = to;
        }
    }

    /// Takes over the length of a node at one of its ends.
    pub(super) fn lengthen(&mut self, node: NodeId, seconds: u32) {
        if self.from == node && self.leaves_from_finish() {
            self.back = seconds;
        }
        if self.to == node && self.arrives_at_finish() {
            self.ahead = seconds;
        }
    }

    pub(super) fn in_full(self, nodes: &Column<Node>) -> Edge {
        let (from, to) = (&nodes[self.from], &nodes[self.to]);
        let kind = self.kind();
        let lag = Length { clock: Clock::Working(to.calendar()), amount: Amount::Seconds(self.lag.into()) };
        let link = RowLink { document: self.document, predecessor: from.row, successor: to.row, kind };
        Edge { from: self.from, to: self.to, tie: Tie::Link(kind), lag, link: Some(link) }
    }
}

/// A link between any nodes, or a tie between a summary and what is below it.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) from: NodeId,
    pub(crate) to: NodeId,
    pub(crate) tie: Tie,
    pub(crate) lag: Length,
    /// The link that it came from; of no meaning for edges up and down.
    pub(crate) link: Option<RowLink>,
}

/// An edge in the form in which it is placed fastest.
pub(super) enum Form {
    /// Between plain nodes of one calendar.
    OnAxis(AxisLink),
    /// Between plain nodes of two calendars.
    Crossing(Crossing),
    InFull(Edge),
}

/// An edge on an axis, with what is known of its link.
#[derive(Debug, Clone, Copy)]
pub(super) struct AxisLink {
    pub(super) edge: AxisEdge,
    pub(super) kind: LinkKind,
    pub(super) document: u32,
}

impl Form {
    pub(super) fn of(edge: Edge, nodes: &Column<Node>) -> Form {
        let (from, to) = (&nodes[edge.from], &nodes[edge.to]);
        let plain = from.special.get().is_none() && to.special.get().is_none();
        let (Tie::Link(kind), Amount::Seconds(lag), Some(link)) = (edge.tie, edge.lag.amount, edge.link) else { return Form::InFull(edge) };
        if !plain || lag != 0 && edge.lag.clock != Clock::Working(to.calendar()) {
            return Form::InFull(edge);
        }
        if from.calendar() != to.calendar() {
            return Crossing::new(&edge, nodes).map_or(Form::InFull(edge), Form::Crossing);
        }
        match AxisEdge::new((edge.from, edge.to), kind, lag, (from.span(), to.span())) {
            Some(on_axis) => Form::OnAxis(AxisLink { edge: on_axis, kind, document: link.document }),
            None => Form::InFull(edge),
        }
    }
}

impl Edge {
    /// Where it stands among the edges of a network that lie on no axis.
    pub(super) fn place(&self) -> (NodeId, NodeId, Option<RowLink>) {
        (self.to, self.from, self.link)
    }
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
