//! Level of effort: tasks that last as long as others do.
//!
//! Supervision goes on from the first day of a phase to its last. Its links do not hold it in place; they say what it spans, and it is
//! laid over the plan when everything else stands. So it drives nobody, is never critical, and cannot be part of a loop.

use crate::column::Column;
use crate::error::Result;
use crate::model::LinkKind;
use crate::outline::{Place, Row, RowLink};
use crate::plan::bounds::{NEVER_AFTER, NEVER_BEFORE, Stand};
use crate::plan::network::{Network, NodeId, Part};
use crate::plan::passes::Schedule;
use crate::time::Clock;
use crate::time::Clocks;

/// A link of a level of effort.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) effort: Row,
    /// The task, or the summary, at the other end.
    pub(crate) other: Row,
    pub(crate) link: RowLink,
    /// Seconds of lag, and their clock.
    pub(crate) lag: (i64, Clock),
}

impl Span {
    /// Whether the other task comes first.
    pub(crate) fn follows(&self) -> bool {
        self.link.successor == self.effort
    }

    /// Whether it is tied to the start of the level of effort.
    pub(crate) fn at_start(&self) -> bool {
        match self.link.kind {
            LinkKind::StartToStart => true,
            LinkKind::FinishToFinish => false,
            LinkKind::FinishToStart => self.follows(),
            LinkKind::StartToFinish => !self.follows(),
        }
    }

    /// Where the other end of the link puts its own.
    pub(crate) fn bound(&self, clocks: &mut Clocks<'_>, other: Stand) -> Result<i64> {
        let from_start = match self.link.kind {
            LinkKind::StartToStart => true,
            LinkKind::FinishToFinish => false,
            LinkKind::FinishToStart => !self.follows(),
            LinkKind::StartToFinish => self.follows(),
        };
        let (lag, clock) = self.lag;
        clocks.shift(clock, if from_start { other.start } else { other.finish }, if self.follows() { lag } else { lag.saturating_neg() })
    }
}

/// Lays every level of effort over the tasks that it spans: its early dates over theirs, its late dates over theirs, and itself over
/// where they stand.
pub(super) fn lay_over(network: &Network<'_>, clocks: &mut Clocks<'_>, schedule: &mut Schedule) -> Result<()> {
    if !network.has_efforts {
        return Ok(());
    }
    let placed = stands_of(network, &|id| schedule.placed(network, id));
    let early = stands_of(network, &|id| schedule.early.get(id));
    let late = stands_of(network, &|id| schedule.late.get(id));
    for effort in network.nodes.rows().filter(|id| network.part(*id) == Part::Effort) {
        let mut laid = |stands: &Column<Option<Stand>, Place>| {
            let stand = laid(network, clocks, effort, schedule.project_start, stands);
            stand.map_err(|error| error.at(network.outline.path(network.nodes[effort].row)))
        };
        let (placed, early, late) = (laid(&placed)?, laid(&early)?, laid(&late)?);
        schedule.lay(effort, (early, late), placed);
    }
    Ok(())
}

/// From the earliest that its start is tied to until the latest that its finish is tied to, in the working time of its own calendar.
fn laid(
    network: &Network<'_>,
    clocks: &mut Clocks<'_>,
    effort: NodeId,
    project_start: i64,
    stands: &Column<Option<Stand>, Place>,
) -> Result<Stand> {
    let node = network.special(effort);
    let (mut first, mut last) = (NEVER_AFTER, NEVER_BEFORE);
    for span in network.spans_of(node.row) {
        let Some(other) = stands[span.other] else { continue };
        let bound = span.bound(clocks, other)?;
        if span.at_start() {
            first = first.min(bound);
        } else {
            last = last.max(bound);
        }
    }
    let start = match (first, last) {
        (NEVER_AFTER, NEVER_BEFORE) => clocks.start_form(node.clock, project_start)?,
        (NEVER_AFTER, last) => clocks.shift(node.clock, last, -node.duration)?,
        (first, _) => clocks.start_form(node.clock, first)?,
    };
    let finish = if last == NEVER_BEFORE { clocks.shift(node.clock, start, node.duration)? } else { clocks.end_form(node.clock, last)? };
    Ok(Stand::new(start, finish.max(start)))
}

/// Where each task stands, and what lies below each summary. Levels of effort stand nowhere yet.
pub(crate) fn stands_of(network: &Network<'_>, stand: &dyn Fn(NodeId) -> Stand) -> Column<Option<Stand>, Place> {
    let mut stands: Column<Option<Stand>, Place> = network.outline.places.beside(None);
    for row in network.outline.places.rows().rev() {
        if !network.outline.places[row].summary {
            stands[row] = network.node_of[row].get().filter(|id| network.part(*id) == Part::Task).map(stand);
        }
        if let (Some(parent), Some(below)) = (network.outline.parent(row), stands[row]) {
            let all = stands[parent].unwrap_or(below);
            stands[parent] = Some(Stand::new(all.start.min(below.start), all.finish.max(below.finish)));
        }
    }
    stands
}
