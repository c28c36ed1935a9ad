//! What the two sides of a link ask of each other.

use crate::column::{Column, Marks};
use crate::error::Result;
use crate::model::LinkKind;
use crate::plan::edge::{Amount, Crossing, Edge, LateKey, Tie};
use crate::plan::network::{Network, Node, NodeId, State, share};
use crate::time::{Clock, Clocks, Timeline};

/// No bound from before, and no bound from after.
pub(crate) const NEVER_BEFORE: i64 = i64::MIN;
pub(crate) const NEVER_AFTER: i64 = i64::MAX;

/// Where a node stands, in seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    pub(crate) start: i64,
    pub(crate) finish: i64,
    /// The last instant at which the finish may stand: later than `finish` only in the night that follows it.
    pub(crate) reach: i64,
}

impl Stand {
    pub(super) fn new(start: i64, finish: i64) -> Stand {
        Stand { start, finish, reach: finish }
    }
}

/// Where each node stands.
#[derive(Debug, Clone)]
pub(crate) struct Dates {
    pub(crate) start: Column<i64, Node>,
    pub(crate) finish: Column<i64, Node>,
    /// Empty where nobody asks: in a network with plain nodes of one calendar only, nobody is abroad.
    pub(super) reach: Column<i64, Node>,
    /// Where plain nodes start in the working time of their calendars: a position; of late dates a [`LateKey`].
    pub(crate) axis: Column<i64, Node>,
}

impl Dates {
    /// Columns of the right length. What they hold means nothing: every pass writes each row before it reads it.
    pub(super) fn new(network: &Network<'_>) -> Dates {
        let column = || network.nodes.beside(0);
        let reach = if network.is_plain() { Column::default() } else { column() };
        Dates { start: column(), finish: column(), reach, axis: column() }
    }

    /// Of late dates: where a plain node starts.
    #[inline]
    pub(crate) fn key(&self, node: NodeId) -> LateKey {
        LateKey(self.axis[node])
    }

    /// Of late dates: a plain node starts no later.
    #[inline]
    pub(super) fn lower_key(&mut self, node: NodeId, LateKey(key): LateKey) {
        self.axis[node] = self.axis[node].min(key);
    }

    pub(crate) fn set(&mut self, node: NodeId, stand: Stand) {
        (self.start[node], self.finish[node]) = (stand.start, stand.finish);
        self.set_reach(node, stand.reach);
    }

    pub(super) fn raise_finish(&mut self, node: NodeId, at: i64) {
        self.finish[node] = self.finish[node].max(at);
        self.set_reach(node, self.finish[node]);
    }

    /// Plain nodes that finish where they finish.
    pub(super) fn reach_no_further(&mut self, (first, end): (NodeId, NodeId)) {
        if !self.reach.is_empty() {
            self.reach.slice_mut(first, end).copy_from_slice(self.finish.slice(first, end));
        }
    }

    fn set_reach(&mut self, node: NodeId, at: i64) {
        if !self.reach.is_empty() {
            self.reach[node] = at;
        }
    }

    /// The same dates, their nodes in another order.
    pub(super) fn in_order(&self, order: &[NodeId]) -> Dates {
        let Dates { start, finish, reach, axis } = self;
        Dates { start: start.in_order(order), finish: finish.in_order(order), reach: reach.in_order(order), axis: axis.in_order(order) }
    }

    /// The nodes that start or finish elsewhere than before.
    pub(super) fn elsewhere_than(&self, before: &Dates) -> Marks<Node> {
        let mut elsewhere = self.start.others_than(&before.start);
        elsewhere.join(&self.finish.others_than(&before.finish));
        elsewhere
    }

    #[inline]
    pub(crate) fn get(&self, node: NodeId) -> Stand {
        let reach = if self.reach.is_empty() { self.finish[node] } else { self.reach[node] };
        Stand { start: self.start[node], finish: self.finish[node], reach }
    }
}

/// What the predecessors of a task demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) start: i64,
    pub(crate) finish: i64,
    /// The instant at which the finish stands, though nobody may be at work then.
    pub(crate) stand: i64,
}

impl Before {
    pub(super) const NOTHING: Before = Before { start: NEVER_BEFORE, finish: NEVER_BEFORE, stand: NEVER_BEFORE };

    pub(super) fn raise(&mut self, other: Before) {
        self.start = self.start.max(other.start);
        self.finish = self.finish.max(other.finish);
        self.stand = self.stand.max(other.stand);
    }
}

/// What the successors of a task allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) start: i64,
    pub(crate) finish: i64,
}

impl After {
    pub(super) const ANYTHING: After = After { start: NEVER_AFTER, finish: NEVER_AFTER };

    pub(super) fn lower(&mut self, other: After) {
        self.start = self.start.min(other.start);
        self.finish = self.finish.min(other.finish);
    }
}

/// What an edge demands of its successor, given the dates of its predecessor.
pub(crate) fn bounds_before(network: &Network<'_>, clocks: &mut Clocks<'_>, edge: &Edge, from: Stand) -> Result<Before> {
    let Stand { start, finish, reach } = from;
    let kind = match edge.tie {
        Tie::Down => return Ok(Before { start, finish, stand: reach }),
        Tie::Up => return Ok(Before::NOTHING),
        Tie::Link(kind) => kind,
    };
    let lag = match edge.lag.amount {
        Amount::Seconds(seconds) => seconds,
        Amount::PercentOfSummary(percent) => share(clocks.between(edge.lag.clock, start, finish), percent),
    };
    let end = match kind {
        LinkKind::FinishToStart | LinkKind::FinishToFinish => finish,
        LinkKind::StartToStart | LinkKind::StartToFinish => start,
    };
    let lag = lag_left(network, clocks, edge, kind, lag);
    let bound = clocks.shift(edge.lag.clock, end, lag)?;
    Ok(match kind {
        LinkKind::FinishToStart | LinkKind::StartToStart => Before { start: bound, ..Before::NOTHING },
        // A finish that waits on its own calendar ends with a shift; one that waits on another stands in the night.
        LinkKind::FinishToFinish if !network.meets_another_clock(edge) => Before { finish: bound, ..Before::NOTHING },
        // Microsoft Project leaves it where the predecessor starts, even on a Sunday.
        LinkKind::FinishToFinish | LinkKind::StartToFinish => Before { finish: bound, stand: bound, ..Before::NOTHING },
    })
}

/// What is left of a lag. In a plan of what remains, a lag has been running since its predecessor really began or was done.
fn lag_left(network: &Network<'_>, clocks: &mut Clocks<'_>, edge: &Edge, kind: LinkKind, lag: i64) -> i64 {
    let since = match (network.state(edge.from), kind) {
        _ if lag <= 0 || !network.dates_what_remains() => return lag,
        (State::Done { finish, .. }, LinkKind::FinishToStart | LinkKind::FinishToFinish) => finish,
        (State::Done { start, .. } | State::Running { start, .. }, LinkKind::StartToStart | LinkKind::StartToFinish) => start,
        _ => return lag,
    };
    let run = if network.now == NEVER_BEFORE { 0 } else { clocks.between(edge.lag.clock, since, network.now) };
    (lag - run.max(0)).max(0)
}

/// What an edge allows its predecessor, given the dates of its successor.
pub(crate) fn bounds_after(network: &Network<'_>, clocks: &mut Clocks<'_>, edge: &Edge, to: Stand, early: &Dates) -> Result<After> {
    let Stand { start, finish, reach } = to;
    let kind = match edge.tie {
        // A task that a person placed binds what leads to its summary by where it stands.
        Tie::Down if matches!(network.state(edge.to), State::Manual { .. }) => {
            return Ok(After { start: early.start[edge.to], finish: reach });
        }
        Tie::Down => return Ok(After { start, finish: reach }),
        // Only the task that starts a summary is held by those who wait for the start.
        Tie::Up if early.start[edge.from] == early.start[edge.to] => return Ok(After { start, finish }),
        Tie::Up => return Ok(After { start: NEVER_AFTER, finish }),
        Tie::Link(kind) => kind,
    };
    let abroad = network.meets_another_clock(edge);
    let ends_at_finish = matches!(kind, LinkKind::FinishToFinish | LinkKind::StartToFinish);
    // Within one zone the late finish is handed over as it is, as Microsoft Project and P6 do; abroad with the night that follows it.
    let end = match (ends_at_finish, network.meets_another_zone(edge, clocks)) {
        (false, _) => start,
        (true, true) => reach,
        (true, false) => finish,
    };
    if end == NEVER_AFTER {
        return Ok(After::ANYTHING);
    }
    let lag = match edge.lag.amount {
        Amount::Seconds(seconds) => seconds,
        Amount::PercentOfSummary(percent) => {
            share(clocks.between(edge.lag.clock, early.start[edge.from], early.finish[edge.from]), percent)
        }
    };
    let lag = lag_left(network, clocks, edge, kind, lag);
    let mut bound = clocks.shift(edge.lag.clock, end, -lag)?;
    if ends_at_finish && abroad && reach > end {
        // But a predecessor that stands in that night already is not late.
        let stands = if kind == LinkKind::FinishToFinish { early.finish[edge.from] } else { early.start[edge.from] };
        bound = bound.max(stands.min(clocks.shift(edge.lag.clock, reach, -lag)?));
    }
    let from = network.clock(edge.from);
    // A lead counted forward ends in the evening; the morning after means the same, unless a milestone keeps the instant.
    if lag < 0 && from != edge.lag.clock && !network.is_milestone(edge.to) {
        bound = latest_form(clocks, edge.lag.clock, bound)?;
    }
    Ok(match kind {
        LinkKind::FinishToStart | LinkKind::FinishToFinish => After { start: NEVER_AFTER, finish: bound },
        LinkKind::StartToStart | LinkKind::StartToFinish if abroad || network.is_milestone(edge.from) => {
            After { start: bound, finish: NEVER_AFTER }
        }
        // On one calendar the evening of a milestone is the morning of its predecessor.
        LinkKind::StartToStart | LinkKind::StartToFinish => After { start: latest_form(clocks, from, bound)?, finish: NEVER_AFTER },
    })
}

/// Where the bound of a crossing stands, given where its successor stands and the position of its start: what [`bounds_after`] says of
/// plain nodes.
#[inline]
pub(super) fn cross_back(clocks: &mut Clocks<'_>, crossing: &Crossing, to: Stand, position: i64, early: &Dates) -> Result<i64> {
    if !crossing.arrives_at_finish() {
        return back_over(clocks, crossing, to.start, position);
    }
    let (from_calendar, to_calendar) = crossing.calendars();
    let zone = |calendar: u32| clocks.0.get(calendar as usize).map(Timeline::zone);
    let position = position + crossing.ahead();
    if zone(from_calendar) != zone(to_calendar) {
        return back_over(clocks, crossing, to.reach, position);
    }
    let bound = back_over(clocks, crossing, to.finish, position)?;
    if to.reach <= to.finish {
        return Ok(bound);
    }
    // A predecessor that stands in that night already is not late.
    let stands = if crossing.leaves_from_finish() { early.finish[crossing.from] } else { early.start[crossing.from] };
    Ok(bound.max(stands.min(clocks.shift(Clock::Working(to_calendar), to.reach, -i64::from(crossing.lag))?)))
}

/// The instant from which a crossing's lag ends at another, and at its position.
#[inline]
fn back_over(clocks: &mut Clocks<'_>, crossing: &Crossing, end: i64, position: i64) -> Result<i64> {
    if crossing.lag == 0 {
        return Ok(end);
    }
    let clock = Clock::Working(crossing.calendars().1);
    let Some(timeline) = clocks.timeline(clock) else { return Ok(end) };
    // Over a lag one comes to the start of a period, over a lead to an end; the start that follows it means the same.
    match timeline.start_of(position - i64::from(crossing.lag)) {
        Err(_) if crossing.lag < 0 => clocks.shift(clock, end, -i64::from(crossing.lag)),
        found => found,
    }
}

pub(super) fn latest_form(clocks: &mut Clocks<'_>, clock: Clock, at: i64) -> Result<i64> {
    // A calendar that never works again has no later form.
    if at == NEVER_AFTER { Ok(at) } else { clocks.start_form(clock, at).or(Ok(at)) }
}
