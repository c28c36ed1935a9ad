//! Following an edit: the dates that it changes, found from where it was made, node by node.
//!
//! The passes place all nodes block by block, and push each date along the edges. Here one node at a time pulls what its neighbours
//! say, and only while something changes. Both give the same dates: a date is a maximum, or a minimum, of what the edges say, in
//! whatever order they say it. Where very many nodes are touched, a pass over all is quicker: see [`Followed`].

use crate::column::{Column, Index, Marks};
use crate::error::Result;
use crate::model::LinkKind;
use crate::plan::backward::Behind;
use crate::plan::bounds::{After, Before, Dates, NEVER_AFTER, NEVER_BEFORE, Stand, bounds_after, bounds_before, cross_back, latest_form};
use crate::plan::edge::{LateKey, Tie};
use crate::plan::network::{Ahead, Network, Node, NodeId, Special};
use crate::plan::passes::Passes;
use crate::time::Clock;

/// Whether an edit was followed to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Followed {
    ToItsEnd,
    /// It touches more nodes than it is worth: all are to be placed.
    TooFar,
}

/// The nodes that wait to be placed, and those that moved.
pub(super) struct Cone {
    pub(super) forward: Marks<Node>,
    pub(super) backward: Marks<Node>,
    /// Where the nodes that moved stood before, early.
    pub(super) moved: Vec<(NodeId, Stand)>,
    /// The nodes that were edited.
    pub(super) touched: Vec<NodeId>,
    /// No special node stands late for its successors: where one may, nothing is followed.
    nobody: Column<bool, Special>,
    /// So many nodes at most are followed in one direction.
    limit: usize,
}

impl Cone {
    pub(super) fn new(network: &Network<'_>) -> Cone {
        /// One node pulled costs as much as some ten in a flat loop. So what was followed in vain, because there was ever more, costs a
        /// fraction of the pass that comes then.
        const SHARE: usize = 100;
        /// And so few are always followed.
        const FEW: usize = 32;
        let nodes = network.nodes.len();
        Cone {
            forward: Marks::none(nodes),
            backward: Marks::none(nodes),
            moved: Vec::new(),
            touched: Vec::new(),
            nobody: network.specials.beside(false),
            limit: (nodes / SHARE).max(FEW),
        }
    }

    /// Makes room for one more special node.
    pub(super) fn add_special(&mut self) {
        self.nobody.push(false);
    }

    /// Marks a node that was edited, and those whose edges say what it is like.
    pub(super) fn touch(&mut self, network: &Network<'_>, ahead: &Ahead, id: NodeId) {
        self.touched.push(id);
        self.forward.add(id);
        self.backward.add(id);
        ahead.nodes(network, id).for_each(|next| self.forward.add(next));
        network.behind(id).for_each(|before| self.backward.add(before));
    }
}

impl Ahead {
    /// The nodes to which edges lead from a node.
    fn nodes(&self, network: &Network<'_>, id: NodeId) -> impl Iterator<Item = NodeId> {
        let on_axis = self.on_axis(id).map(|edge| network.axis[edge].to);
        on_axis.chain(self.crossings_of(id).map(|crossing| crossing.to)).chain(network.outgoing(id).map(|edge| edge.to))
    }

    /// The nodes to which edges lead from one node, itself included, up to another: all edges lead to higher numbers.
    pub(super) fn reached(&self, network: &Network<'_>, from: NodeId, until: NodeId) -> Vec<NodeId> {
        let mut reached = Vec::new();
        let mut waiting = Marks::none(network.nodes.len());
        let mut next = Some(from);
        while let Some(id) = next.filter(|id| *id <= until) {
            reached.push(id);
            self.nodes(network, id).for_each(|ahead| waiting.add(ahead));
            next = waiting.take_first(id);
        }
        reached
    }
}

impl Network<'_> {
    /// The nodes from which edges lead to a node.
    fn behind(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let on_axis = self.on_axis(id).map(|(_, edge)| edge.from);
        on_axis.chain(self.crossings_to(id).map(|crossing| crossing.from)).chain(self.incoming(id).map(|edge| edge.from))
    }
}

impl Passes<'_, '_, '_> {
    /// Places all nodes that wait, and those that move with them.
    pub(super) fn follow_forward(&mut self, project_start: i64, early: &mut Dates, ahead: &Ahead, cone: &mut Cone) -> Result<Followed> {
        let network = self.network;
        let (mut at, mut placed) = (NodeId::default(), 0);
        while let Some(id) = cone.forward.take_first(at) {
            placed += 1;
            if placed > cone.limit {
                return Ok(Followed::TooFar);
            }
            at = id;
            let (was, axis) = (early.get(id), early.axis[id]);
            self.place_forward(id, project_start, early, &cone.nobody)?;
            if early.get(id) != was || early.axis[id] != axis {
                cone.moved.push((id, was));
                ahead.nodes(network, id).for_each(|next| cone.forward.add(next));
                // Late dates rest on early ones only where summaries, reports or other calendars are asked.
                let asked = network.nodes[id].special.get().is_some() || ahead.crossings_of(id).next().is_some();
                if asked || network.outgoing(id).next().is_some() {
                    cone.backward.add(id);
                }
                network.incoming(id).for_each(|edge| cone.backward.add(edge.from));
            }
        }
        Ok(Followed::ToItsEnd)
    }

    /// The same from behind.
    pub(super) fn follow_backward(
        &mut self,
        project_finish: i64,
        (early, late): (&Dates, &mut Dates),
        behind: &mut Behind,
        ahead: &Ahead,
        cone: &mut Cone,
    ) -> Result<Followed> {
        let network = self.network;
        let mut at = Index::from_usize(network.nodes.len().saturating_sub(1));
        let mut placed = 0;
        while let Some(id) = cone.backward.take_last(at) {
            placed += 1;
            if placed > cone.limit {
                return Ok(Followed::TooFar);
            }
            at = id;
            if self.place_backward(id, project_finish, (early, late), behind, ahead)? {
                network.behind(id).for_each(|before| cone.backward.add(before));
            }
        }
        Ok(Followed::ToItsEnd)
    }

    /// The early dates of one node.
    fn place_forward(&mut self, id: NodeId, project_start: i64, early: &mut Dates, nobody: &Column<bool, Special>) -> Result<()> {
        let network = self.network;
        let node = &network.nodes[id];
        if let Some(special) = node.special.get() {
            let stand = self.stand_early((id, special), &network.specials[special], project_start, nobody, None, early)?;
            early.set(id, stand);
            return Ok(());
        }
        let here = |error: crate::error::Error| error.at(network.outline.path(node.row));
        let clock = Clock::Working(node.calendar());
        let now = self.now;
        let Some(timeline) = self.clocks.timeline(clock) else { return Ok(()) };
        let now = if now == NEVER_BEFORE { super::forward::NOWHERE } else { timeline.position(now) };
        let mut at = if node.from_project_start { timeline.position(project_start).max(now) } else { now };
        // The last instant at which its finish has to stand, though nobody may be at work then.
        let mut stands = NEVER_BEFORE;
        for crossing in network.crossings_to(id) {
            let end = if crossing.leaves_from_finish() { early.finish[crossing.from] } else { early.start[crossing.from] };
            let lag = i64::from(crossing.lag);
            let Some(timeline) = self.clocks.timeline(clock) else { continue };
            at = at.max(timeline.position(end) + lag - crossing.ahead());
            if crossing.arrives_at_finish() {
                stands = stands.max(timeline.shift(end, lag).map_err(here)?);
            }
        }
        for edge in network.incoming(id) {
            let before: Before = bounds_before(network, self.clocks, edge, early.get(edge.from)).map_err(here)?;
            let Some(timeline) = self.clocks.timeline(clock) else { continue };
            if before.start != NEVER_BEFORE {
                at = at.max(timeline.position(before.start));
            }
            if before.finish != NEVER_BEFORE {
                at = at.max(timeline.position(before.finish) - node.span());
            }
            stands = stands.max(before.stand);
        }
        for (_, edge) in network.on_axis(id) {
            at = at.max(early.axis[edge.from] + edge.weight());
        }
        early.axis[id] = at;
        let Some(timeline) = self.clocks.timeline(clock) else { return Ok(()) };
        let (start, finish) = timeline.period(at, node.span()).map_err(here)?;
        early.set(id, Stand::new(start, finish));
        if stands != NEVER_BEFORE {
            early.raise_finish(id, stands);
        }
        if network.stands_at_start(id, &early.axis) {
            let at = self.clocks.start_form(clock, early.finish[id])?;
            early.raise_finish(id, at);
        }
        Ok(())
    }

    /// The late dates of one node; whether they, or what it offers to those before it, have changed.
    fn place_backward(
        &mut self,
        id: NodeId,
        project_finish: i64,
        (early, late): (&Dates, &mut Dates),
        behind: &mut Behind,
        ahead: &Ahead,
    ) -> Result<bool> {
        let network = self.network;
        let here = |error: crate::error::Error| error.at(network.outline.path(network.nodes[id].row));
        let was = late.get(id);
        let offer = |to: NodeId, late: &Dates, behind: &Behind| match network.nodes[to].special.get() {
            Some(special) => behind.offered[special],
            None => late.get(to),
        };
        let node = &network.nodes[id];
        if let Some(special) = node.special.get() {
            let mut after = After::ANYTHING;
            for edge in network.outgoing(id).filter(|edge| network.counts_back(edge)) {
                after.lower(bounds_after(network, self.clocks, edge, offer(edge.to, late, behind), early).map_err(here)?);
            }
            let described = &network.specials[special];
            let stand = self.stand_late((id, special), described, after, project_finish, early)?;
            late.set(id, stand);
            let offered = self.offer(described, stand);
            return Ok(std::mem::replace(&mut behind.offered[special], offered) != offered || stand != was);
        }
        let clock = Clock::Working(node.calendar());
        let Some(timeline) = self.clocks.timeline(clock) else { return Ok(false) };
        let (key, held) = (late.axis[id], (!network.is_plain()).then(|| behind.start[id]));
        late.axis[id] = LateKey::at_start(timeline.position(project_finish) - node.span()).0;
        for edge in ahead.on_axis(id).map(|edge| network.axis[edge]) {
            late.lower_key(id, edge.back(late.key(edge.to)));
        }
        if held.is_some() {
            (behind.start[id], behind.finish[id]) = (NEVER_AFTER, NEVER_AFTER);
        }
        for crossing in ahead.crossings_of(id) {
            let (to, position) = (late.get(crossing.to), late.key(crossing.to).position());
            let bound = cross_back(self.clocks, crossing, to, position, early).map_err(here)?;
            let Some(timeline) = self.clocks.timeline(clock) else { continue };
            late.lower_key(id, LateKey::at_start(timeline.position(bound) - crossing.back()));
            let column = if crossing.leaves_from_finish() { &mut behind.finish } else { &mut behind.start };
            column[id] = column[id].min(bound);
        }
        for edge in network.outgoing(id).filter(|edge| network.counts_back(edge)) {
            let after = bounds_after(network, self.clocks, edge, offer(edge.to, late, behind), early).map_err(here)?;
            self.bound_from_behind(id, after, late, behind);
        }
        let stand = self.date_backward(id, project_finish, late, behind, ahead).map_err(here)?;
        late.set(id, stand);
        Ok(stand != was || late.axis[id] != key || held.is_some_and(|held| behind.start[id] != held))
    }

    /// The instants of the late key of a plain node, and how far its finish reaches.
    fn date_backward(&mut self, id: NodeId, project_finish: i64, late: &Dates, behind: &mut Behind, ahead: &Ahead) -> Result<Stand> {
        let network = self.network;
        let node = &network.nodes[id];
        let clock = Clock::Working(node.calendar());
        let dated = |passes: &mut Self, id: NodeId| {
            let node = &network.nodes[id];
            let timeline = passes.clocks.timeline(Clock::Working(node.calendar()));
            timeline.map_or(Ok((NEVER_BEFORE, NEVER_BEFORE)), |timeline| timeline.period(late.key(id).position(), node.span()))
        };
        let (start, finish) = dated(self, id)?;
        let mut stand = Stand::new(start, finish);
        if network.is_plain() {
            return Ok(stand);
        }
        stand.start = start.min(behind.start[id]);
        if !node.is_asked_for_reach {
            return Ok(stand);
        }
        for (index, edge) in ahead.on_axis(id).map(|index| (index, network.axis[index])).filter(|(_, edge)| edge.weight() == node.span()) {
            let held = behind.start[edge.to];
            // A start that stands in the night holds whoever leads to it without a lag.
            if held != NEVER_AFTER && network.in_full(index).tie == Tie::Link(LinkKind::FinishToStart) && held < dated(self, edge.to)?.0 {
                behind.finish[id] = behind.finish[id].min(held);
            }
        }
        if late.key(id).has_start_form() {
            stand.reach = latest_form(self.clocks, clock, finish)?.min(project_finish).min(behind.finish[id]);
        }
        Ok(stand)
    }
}
