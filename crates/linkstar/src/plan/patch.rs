//! Patches: an edit of one task or link, written into a compiled network.
//!
//! A task takes over its new length and dates, and becomes special if it has to; a link between tasks takes its place among the edges,
//! and where it leads against the order of the nodes, those that it puts behind are numbered anew. All else, such as another calendar,
//! a new task, or a link of a summary, is left to be compiled anew.

use crate::column::{Column, Index};
use crate::error::{Code, Result};
use crate::model::{Constraint, LagCalendar, LinkKind, TaskId};
use crate::outline::{Row, RowLink};
use crate::plan::describe::{Above, Terms};
use crate::plan::edge::{Amount, AxisEdge, AxisLink, Crossing, Edge, Form, Length, Tie};
use crate::plan::network::{Network, Node, NodeId, Part, Special, run_of};
use crate::plan::standing::Fitted;
use crate::plan::timetable::Timetable;
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Lag};

/// The calendar of the project is the first.
const PROJECT_CALENDAR: CalendarIndex = 0;

/// What was edited, as far as dates depend on it. The project says how it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// A task has other lengths, dates, or progress.
    Task(TaskId),
    /// A link has come to this place in the document, and the one that stood there stands last now.
    LinkAdded { place: usize },
    /// The link at this place in the document has another lag.
    Lag { place: usize },
    /// A link has gone from this place in the document, and the last one has taken its place.
    LinkRemoved { predecessor: TaskId, successor: TaskId, place: usize },
    /// Anything else.
    Other,
}

impl Fitted {
    /// Writes an edit into the network and marks what it touches; whether that was possible. Where it was not, the network is not to be
    /// used any more.
    pub(super) fn patch(&mut self, network: &mut Network<'_>, terms: &Terms, edit: &Edit, timetable: &Timetable) -> Result<bool> {
        let row = |task: &TaskId| timetable.number(task).and_then(|number| self.numbered.row(number));
        let rows = |predecessor: &TaskId, successor: &TaskId| row(predecessor).zip(row(successor));
        let of_link = |place: usize| {
            let link = network.outline.project.links.get(place)?;
            rows(&link.predecessor, &link.successor)
        };
        Ok(match edit {
            Edit::Task(task) => match row(task) {
                Some(row) => self.patch_task(network, terms, row)?,
                None => false,
            },
            Edit::LinkAdded { place } => of_link(*place).and_then(|rows| self.add_link(network, terms, *place, rows)).is_some(),
            Edit::Lag { place } => of_link(*place).and_then(|rows| self.patch_lag(network, terms, *place, rows)).is_some(),
            Edit::LinkRemoved { predecessor, successor, place } => {
                rows(predecessor, successor).and_then(|rows| self.remove_link(network, rows, *place)).is_some()
            }
            Edit::Other => false,
        })
    }

    fn patch_task(&mut self, network: &mut Network<'_>, terms: &Terms, row: Row) -> Result<bool> {
        let Some(id) = network.node_of[row].get() else { return Ok(false) };
        let task = network.outline.task(row);
        if network.part(id) != Part::Task || !task.assignments.is_empty() || task.percent_complete > 100 {
            return Ok(false);
        }
        let here = |error: crate::error::Error| error.within(&network.outline.path(row));
        let said = Above::of(&network.outline, row)?;
        let length = terms.length_of(task).map_err(here)?;
        let node = terms.undated((row, task), network.calendar(id), said, length).map_err(here)?;
        let node = terms.recorded(node, task, said, &mut Clocks(&mut self.timelines)).map_err(here)?;
        if node.duration != network.length(id) && self.is_base_of_a_lag(network, id) {
            return Ok(false);
        }
        let plain = if node.is_plain(terms.anchor, &terms.method) { Node::plain(&node) } else { None };
        let late = matches!(node.constraint, Some(Constraint::AsLateAsPossible {}));
        let fits = match (network.nodes[id].special.get(), plain) {
            (None, Some(plain)) => self.set_length(network, id, plain.seconds),
            _ if late => None,
            (None, None) => self.make_special(network, terms, id, node),
            (Some(special), _) => {
                network.specials[special] = node;
                (self.schedule.conflict[special], self.schedule.rewritten[special]) = (None, None);
                Some(())
            }
        };
        if fits.is_none() {
            return Ok(false);
        }
        self.cone.touch(network, &self.ahead, id);
        Ok(true)
    }

    /// Whether a lag is a share of the length of this task.
    fn is_base_of_a_lag(&self, network: &Network<'_>, id: NodeId) -> bool {
        let on_axis = self.ahead.on_axis(id).filter_map(|edge| network.axis_links.get(edge.as_usize()).copied());
        let crossings = self.ahead.crossings_of(id).map(Crossing::document);
        let others = network.outgoing(id).filter_map(|edge| edge.link.map(|link| link.document));
        on_axis.chain(crossings).chain(others).any(|link| matches!(network.outline.link(link).lag, Some(Lag::Percent { .. })))
    }

    /// Gives a plain node another length, which is part of its edges too; nothing where it does not fit them.
    fn set_length(&mut self, network: &mut Network<'_>, id: NodeId, seconds: u32) -> Option<()> {
        let was = std::mem::replace(&mut network.nodes[id].seconds, seconds);
        let behind = network.on_axis(id).map(|(index, _)| index);
        let touching: Vec<Index<AxisEdge>> = self.ahead.on_axis(id).chain(behind).collect();
        for index in touching {
            let (edge, kind) = (network.axis[index], network.kind_of(index));
            let span_before = |node: NodeId| if node == id { i64::from(was) } else { network.nodes[node].span() };
            let lag = edge.lag(kind, (span_before(edge.from), span_before(edge.to)));
            network.axis[index] = AxisEdge::new((edge.from, edge.to), kind, lag, network.spans_at((edge.from, edge.to)))?;
        }
        let crossings: Vec<Crossing> = self.ahead.crossings_of(id).chain(network.crossings_to(id)).copied().collect();
        for crossing in crossings {
            // They are kept twice, by both of their ends.
            let ahead = self.ahead.crossings_of_mut(crossing.from).iter_mut();
            let same = |other: &&mut Crossing| other.document() == crossing.document();
            ahead.chain(network.crossings_to_mut(crossing.to)).filter(same).for_each(|crossing| crossing.lengthen(id, seconds));
        }
        Some(())
    }

    /// Makes a plain node special, and its edges such as a special node has; nothing where all others are plain, and nobody keeps what a
    /// special one would ask of them.
    fn make_special(&mut self, network: &mut Network<'_>, terms: &Terms, id: NodeId, node: Special) -> Option<()> {
        if network.is_plain() {
            return None;
        }
        let edges: Vec<Edge> = network.all_incoming(id).chain(self.ahead.of(network, id)).collect();
        let (axis, there) = (network.linked_axis(), network.edges.len());
        network.nodes[id] =
            Node { from_project_start: network.nodes[id].from_project_start, ..Node::special(node.row, network.specials.push(node)) };
        self.schedule.add_special();
        self.cone.add_special();
        network.lay_axis(&axis.iter().filter(|(_, link)| link.edge.from != id && link.edge.to != id).map(|(_, link)| *link).collect());
        network.crossings.retain(|crossing| crossing.from != id && crossing.to != id);
        let others = network.edges.iter().filter(|(_, edge)| edge.to != id).map(|(_, edge)| edge.clone());
        let mut all: Vec<Edge> = Vec::with_capacity(there + edges.len());
        all.extend(others);
        for edge in edges {
            let again = edge.link.map(|link| network.edge_of(terms, link.document, (edge.from, edge.to)));
            all.push(again.unwrap_or(Some(edge))?);
        }
        all.sort_by_key(Edge::place);
        network.edges = all.into_iter().collect();
        network.list_edges();
        network.find_blocks();
        self.ahead = network.ahead();
        let ahead: Vec<NodeId> = network.outgoing(id).map(|edge| edge.to).collect();
        for next in ahead {
            network.nodes[next].is_asked_for_reach = true;
            self.cone.touch(network, &self.ahead, next);
        }
        Some(())
    }

    /// Adds the link at a place in the document.
    fn add_link(&mut self, network: &mut Network<'_>, terms: &Terms, place: usize, rows: (Row, Row)) -> Option<()> {
        let (document, last) = (u32::try_from(place).ok()?, network.outline.project.links.len().checked_sub(1)?);
        network.renumber_link(document, u32::try_from(last).ok()?);
        let (from, to) = network.tasks(rows)?;
        if from >= to {
            self.put_behind(network, (from, to))?;
        }
        let ends = network.tasks(rows)?;
        network.put_edge(network.edge_of(terms, document, ends)?)?;
        self.edges_changed(network, ends);
        Some(())
    }

    fn patch_lag(&mut self, network: &mut Network<'_>, terms: &Terms, place: usize, rows: (Row, Row)) -> Option<()> {
        let (ends, document) = (network.tasks(rows)?, u32::try_from(place).ok()?);
        network.take_edge(ends, document)?;
        network.put_edge(network.edge_of(terms, document, ends)?)?;
        self.edges_changed(network, ends);
        Some(())
    }

    /// Takes the link away that stood at a place in the document. The last one stands there now.
    fn remove_link(&mut self, network: &mut Network<'_>, rows: (Row, Row), place: usize) -> Option<()> {
        let (ends, document) = (network.tasks(rows)?, u32::try_from(place).ok()?);
        network.take_edge(ends, document)?;
        network.renumber_link(u32::try_from(network.outline.project.links.len()).ok()?, document);
        self.edges_changed(network, ends);
        Some(())
    }

    /// Numbers a node, and all that wait for it, behind another that comes later; nothing where that one waits for it, too.
    fn put_behind(&mut self, network: &mut Network<'_>, (last, node): (NodeId, NodeId)) -> Option<()> {
        let waiting = self.ahead.reached(network, node, last);
        // What was edited before goes by the old numbers.
        if waiting.last() == Some(&last) || !self.cone.touched.is_empty() {
            return None;
        }
        let mut order: Vec<NodeId> = network.nodes.rows().collect();
        let (first, end) = (node.as_usize(), last.as_usize() + 1);
        let rest = NodeId::between(node, Index::from_usize(end)).filter(|id| waiting.binary_search(id).is_err());
        let among: Vec<NodeId> = rest.chain(waiting.iter().copied()).collect();
        order.splice(first..end, among);
        network.renumber(&order, network.linked_axis());
        self.schedule.renumber(&order);
        self.numbered.renumber(&order);
        Some(())
    }

    /// Sees to what rests on the edges: the list of them by their predecessors, and what their successor is asked.
    fn edges_changed(&mut self, network: &mut Network<'_>, (from, to): (NodeId, NodeId)) {
        network.nodes[to].from_project_start = network.starts_with_project(to);
        network.nodes[to].is_asked_for_reach =
            network.crossings_to(to).any(Crossing::arrives_at_finish) || network.incoming(to).next().is_some();
        self.ahead = network.ahead();
        self.cone.touch(network, &self.ahead, from);
        self.cone.touch(network, &self.ahead, to);
    }
}

impl Network<'_> {
    pub(super) fn has_opened_loops(&self) -> bool {
        self.diagnostics.iter().any(|found| matches!(found.code, Code::LinkLoop | Code::LinkMoreLoops))
    }

    fn kind_of(&self, index: Index<AxisEdge>) -> LinkKind {
        self.outline.link(self.axis_links.get(index.as_usize()).copied().unwrap_or_default()).kind
    }

    fn spans_at(&self, (from, to): (NodeId, NodeId)) -> (i64, i64) {
        (self.nodes[from].span(), self.nodes[to].span())
    }

    /// The nodes of two tasks; nothing of summaries. Where loops were opened, another link may open or close them.
    fn tasks(&self, (predecessor, successor): (Row, Row)) -> Option<(NodeId, NodeId)> {
        let ends = (self.node_of[predecessor].get()?, self.node_of[successor].get()?);
        (!self.has_opened_loops()).then_some(ends)
    }

    /// The edges on an axis, with their links.
    fn linked_axis(&self) -> Column<AxisLink> {
        let links = self.axis.iter().zip(&self.axis_links);
        links.map(|((_, edge), document)| AxisLink { edge: *edge, kind: self.outline.link(*document).kind, document: *document }).collect()
    }

    /// The edge of a link; nothing where its lag depends on more than these two.
    fn edge_of(&self, terms: &Terms, document: u32, (from, to): (NodeId, NodeId)) -> Option<Edge> {
        let (link, successor) = (self.outline.link(document), self.outline.task(self.nodes[to].row));
        let lag = match link.lag {
            None => Length { clock: Clock::Elapsed, amount: Amount::Seconds(0) },
            Some(Lag::Percent { .. }) => return None,
            Some(Lag::Span { span }) => {
                let clock = match terms.method.lag_calendar.unwrap_or(LagCalendar::Successor) {
                    _ if span.unit.is_elapsed() => Clock::Elapsed,
                    LagCalendar::Successor if successor.calendar.is_none() => Clock::Working(PROJECT_CALENDAR),
                    LagCalendar::Successor if successor.assignments.is_empty() => Clock::Working(self.calendar(to)),
                    LagCalendar::Successor => return None,
                    LagCalendar::Predecessor => Clock::Working(self.calendar(from)),
                    LagCalendar::Project => Clock::Working(PROJECT_CALENDAR),
                    LagCalendar::TwentyFourHours => Clock::Elapsed,
                };
                Length { clock, amount: Amount::Seconds(span.seconds(terms.working_day).ok()?) }
            }
        };
        let link = RowLink { document, predecessor: self.nodes[from].row, successor: self.nodes[to].row, kind: link.kind };
        Some(Edge { from, to, tie: Tie::Link(link.kind), lag, link: Some(link) })
    }

    /// Puts an edge where it belongs; nothing where it is the first for which others have to keep more than their positions, or has rules
    /// of its own, as what is tied to a start.
    fn put_edge(&mut self, edge: Edge) -> Option<()> {
        match Form::of(edge, &self.nodes) {
            Form::OnAxis(AxisLink { edge, kind, document }) => {
                if kind == LinkKind::StartToFinish {
                    return None;
                }
                let run = run_of(&self.first_axis, edge.to, self.axis.len());
                let before = |(index, other): &(Index<AxisEdge>, &AxisEdge)| (other.from, self.kind_of(*index)) < (edge.from, kind);
                let place = run.start + self.on_axis(edge.to).take_while(before).count();
                self.axis.insert(place, edge);
                self.axis_links.insert(place, document);
                self.shift_axis(edge.to, place, true);
            }
            _ if self.is_plain() => return None,
            Form::Crossing(crossing) => {
                let place = self.crossings.partition_point(|other| other.place() < crossing.place());
                self.crossings.insert(place, crossing);
                self.find_blocks();
            }
            Form::InFull(edge) => {
                let place = self.edges.as_slice().partition_point(|other| other.place() < edge.place());
                self.edges.insert(place, edge);
                self.list_edges();
                self.find_blocks();
            }
        }
        Some(())
    }

    /// Takes the edge of a link away.
    fn take_edge(&mut self, (_, to): (NodeId, NodeId), document: u32) -> Option<()> {
        let on_axis = self.on_axis(to).map(|(index, _)| index).find(|index| self.axis_links.get(index.as_usize()) == Some(&document));
        if let Some(index) = on_axis {
            // One that is tied to a start has rules of its own.
            if self.standing.contains(&index) {
                return None;
            }
            self.axis.remove(index.as_usize());
            self.axis_links.remove(index.as_usize());
            self.shift_axis(to, index.as_usize(), false);
        } else if let Some(place) = self.crossings.iter().position(|crossing| crossing.document() == document) {
            self.crossings.remove(place);
            self.find_blocks();
        } else {
            let of_link = |edge: &Edge| edge.link.is_some_and(|link| link.document == document);
            let place = self.edges.as_slice().iter().position(of_link)?;
            self.edges.remove(place);
            self.list_edges();
            self.find_blocks();
        }
        Some(())
    }

    /// Whether a node starts no earlier than the project: nothing bounds it, or its finish waits.
    fn starts_with_project(&self, node: NodeId) -> bool {
        let mut kinds = self.on_axis(node).map(|(index, _)| self.kind_of(index)).chain(self.crossings_to(node).map(Crossing::kind));
        let mut bounded = false;
        let mut finish_waits = kinds.any(|kind| {
            bounded = true;
            kind == LinkKind::FinishToFinish
        });
        // What a gate hands down bounds as much as it is bound itself.
        let mut gate = Some(node);
        while let Some(at) = gate.take() {
            for edge in self.incoming(at) {
                match edge.tie {
                    Tie::Down => gate = Some(edge.from),
                    Tie::Up => bounded = true,
                    Tie::Link(kind) => {
                        bounded = true;
                        finish_waits |= at == node && kind == LinkKind::FinishToFinish;
                    }
                }
            }
        }
        !bounded || finish_waits
    }

    /// Moves the places of edges on an axis behind one that came, or went, at a place among those into a node.
    fn shift_axis(&mut self, to: NodeId, place: usize, came: bool) {
        let moved = |at: u32| if came { at + 1 } else { at.saturating_sub(1) };
        let next = NodeId::from_usize(to.as_usize() + 1);
        let end = NodeId::from_usize(self.first_axis.len());
        self.first_axis.slice_mut(next, end).iter_mut().for_each(|first| *first = moved(*first));
        for edge in self.standing.iter_mut().filter(|edge| edge.as_usize() >= place) {
            *edge = Index::from_usize(if came { edge.as_usize() + 1 } else { edge.as_usize() - 1 });
        }
    }

    /// Gives a link that stands elsewhere in the document its new place.
    fn renumber_link(&mut self, from: u32, to: u32) {
        if from == to {
            return;
        }
        self.axis_links.iter_mut().filter(|link| **link == from).for_each(|link| *link = to);
        self.crossings.iter_mut().for_each(|crossing| crossing.renumber(from, to));
        for index in self.edges.rows() {
            self.edges[index].link.iter_mut().filter(|link| link.document == from).for_each(|link| link.document = to);
        }
    }
}
