//! Patches: an edit of one task or link, written into a compiled network.
//!
//! A task that stays what it was to the network, plain or special, takes over its new length and dates; a link between plain tasks of
//! one calendar takes its place among the edges. All else, such as another calendar, a new summary, or a link against the order of the
//! network, is left to be compiled anew.

use crate::column::Index;
use crate::error::{Code, Result};
use crate::model::{Constraint, LagCalendar, Link, LinkKind, TaskId};
use crate::outline::Row;
use crate::plan::describe::{Above, Terms};
use crate::plan::edge::{AxisEdge, Crossing, Tie};
use crate::plan::network::{Network, Node, NodeId, Part, Special, run_of};
use crate::plan::standing::Fitted;
use crate::plan::timetable::Timetable;
use crate::time::{Clocks, Lag};

/// What was edited, as far as dates depend on it. The project says how it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// A task has other lengths, dates, or progress.
    Task(TaskId),
    /// A link has come to this place in the document, and the one that stood there stands last now.
    LinkAdded { place: usize },
    /// A link has another lag.
    Lag { predecessor: TaskId, successor: TaskId, kind: LinkKind },
    /// A link has gone from this place in the document, and the last one has taken its place.
    LinkRemoved { predecessor: TaskId, successor: TaskId, kind: LinkKind, place: usize },
    /// Anything else.
    Other,
}

impl Fitted {
    /// Writes an edit into the network and marks what it touches; whether that was possible. Where it was not, the network is not to be
    /// used any more.
    pub(super) fn patch(&mut self, network: &mut Network<'_>, terms: &Terms, edit: &Edit, timetable: &Timetable) -> Result<bool> {
        let row = |task: &TaskId| timetable.number(task).and_then(|number| self.numbered.row(number));
        match edit {
            Edit::Task(task) => match row(task) {
                Some(row) => self.patch_task(network, terms, row),
                None => Ok(false),
            },
            Edit::LinkAdded { place } => {
                let Some(link) = network.outline.project.links.get(*place) else { return Ok(false) };
                let ends = row(&link.predecessor).zip(row(&link.successor));
                Ok(ends.is_some_and(|ends| self.add_link(network, terms, (link, *place), ends).is_some()))
            }
            Edit::Lag { predecessor, successor, kind } => {
                let ends = row(predecessor).zip(row(successor));
                Ok(ends.is_some_and(|ends| self.patch_lag(network, terms, ends, *kind).is_some()))
            }
            Edit::LinkRemoved { predecessor, successor, kind, place } => {
                let ends = row(predecessor).zip(row(successor));
                Ok(ends.is_some_and(|ends| self.remove_link(network, ends, *kind, *place).is_some()))
            }
            Edit::Other => Ok(false),
        }
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
        match network.nodes[id].special.get() {
            None => {
                let plain = if node.is_plain(terms.anchor, &terms.method) { Node::plain(&node) } else { None };
                let Some(plain) = plain else { return Ok(false) };
                if self.set_length(network, id, plain.seconds).is_none() {
                    return Ok(false);
                }
            }
            Some(special) => {
                let late = |node: &Special| matches!(node.constraint, Some(Constraint::AsLateAsPossible {}));
                if late(&node) {
                    return Ok(false);
                }
                network.specials[special] = node;
                (self.schedule.conflict[special], self.schedule.rewritten[special]) = (None, None);
            }
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

    /// Adds a link; nothing where it has no place on an axis, or would lead back.
    fn add_link(&mut self, network: &mut Network<'_>, terms: &Terms, (link, place): (&Link, usize), ends: (Row, Row)) -> Option<()> {
        let (from, to) = network.on_one_axis(ends, link.kind)?;
        let lag = network.lag_on_axis(terms, link, to)?;
        let edge = AxisEdge::new((from, to), link.kind, lag, network.spans_at((from, to)))?;
        let document = u32::try_from(place).ok()?;
        let last = u32::try_from(network.outline.project.links.len().checked_sub(1)?).ok()?;
        network.renumber_link(document, last);
        let run = run_of(&network.first_axis, to, network.axis.len());
        let before = |(index, other): &(Index<AxisEdge>, &AxisEdge)| (other.from, network.kind_of(*index)) < (from, link.kind);
        let place = run.start + network.on_axis(to).take_while(before).count();
        network.axis.insert(place, edge);
        network.axis_links.insert(place, document);
        network.shift_axis(to, place, true);
        self.edges_changed(network, (from, to))
    }

    fn patch_lag(&mut self, network: &mut Network<'_>, terms: &Terms, ends: (Row, Row), kind: LinkKind) -> Option<()> {
        let (from, to) = network.on_one_axis(ends, kind)?;
        let index = network.find_on_axis(from, to, kind)?;
        let link = network.outline.link(*network.axis_links.get(index.as_usize())?);
        let lag = network.lag_on_axis(terms, link, to)?;
        network.axis[index] = AxisEdge::new((from, to), kind, lag, network.spans_at((from, to)))?;
        self.cone.touch(network, &self.ahead, from);
        self.cone.touch(network, &self.ahead, to);
        Some(())
    }

    /// Takes a link away that lay on an axis.
    fn remove_link(&mut self, network: &mut Network<'_>, ends: (Row, Row), kind: LinkKind, place: usize) -> Option<()> {
        let (from, to) = network.on_one_axis(ends, kind)?;
        let place = u32::try_from(place).ok()?;
        // By its place: the document has it no more.
        let of_link = |index: Index<AxisEdge>| network.axis_links.get(index.as_usize()) == Some(&place);
        let index = network.on_axis(to).map(|(index, _)| index).find(|index| of_link(*index))?;
        network.axis.remove(index.as_usize());
        network.axis_links.remove(index.as_usize());
        network.shift_axis(to, index.as_usize(), false);
        let last = u32::try_from(network.outline.project.links.len()).ok()?;
        network.renumber_link(last, place);
        self.edges_changed(network, (from, to))
    }

    /// Sees to what rests on the edges: the list of them by their predecessors, and who starts no earlier than the project.
    fn edges_changed(&mut self, network: &mut Network<'_>, (from, to): (NodeId, NodeId)) -> Option<()> {
        network.nodes[to].from_project_start = network.starts_with_project(to)?;
        self.ahead = network.ahead();
        self.cone.touch(network, &self.ahead, from);
        self.cone.touch(network, &self.ahead, to);
        Some(())
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

    /// The nodes of two tasks between which a link of this kind lies on an axis, in the order of the network.
    fn on_one_axis(&self, (predecessor, successor): (Row, Row), kind: LinkKind) -> Option<(NodeId, NodeId)> {
        let (from, to) = (self.node_of[predecessor].get()?, self.node_of[successor].get()?);
        let (first, second) = (&self.nodes[from], &self.nodes[to]);
        let plain = first.special.get().is_none() && second.special.get().is_none();
        // Where loops were opened, another link may open or close them. What is tied to a start has rules of its own.
        let simple = plain && first.calendar() == second.calendar() && kind != LinkKind::StartToFinish && !self.has_opened_loops();
        (simple && from < to).then_some((from, to))
    }

    fn find_on_axis(&self, from: NodeId, to: NodeId, kind: LinkKind) -> Option<Index<AxisEdge>> {
        self.on_axis(to).find(|(index, edge)| edge.from == from && self.kind_of(*index) == kind).map(|(index, _)| index)
    }

    /// Seconds of a lag that runs on the axis of its successor.
    fn lag_on_axis(&self, terms: &Terms, link: &Link, to: NodeId) -> Option<i64> {
        let Some(lag) = link.lag else { return Some(0) };
        let Lag::Span { span } = lag else { return None };
        let successor = self.outline.task(self.nodes[to].row);
        // The project's calendar is the first.
        let own = successor.calendar.is_some() || self.nodes[to].calendar() == 0;
        let by_successor = terms.method.lag_calendar.unwrap_or(LagCalendar::Successor) == LagCalendar::Successor;
        if own && by_successor && !span.unit.is_elapsed() { span.seconds(terms.working_day).ok() } else { None }
    }

    /// Whether a plain node starts no earlier than the project; nothing where that depends on the summaries above it.
    fn starts_with_project(&self, node: NodeId) -> Option<bool> {
        let kinds = self.on_axis(node).map(|(index, _)| self.kind_of(index)).chain(self.crossings_to(node).map(Crossing::kind));
        let mut kinds: Vec<LinkKind> = kinds.collect();
        for edge in self.incoming(node) {
            let Tie::Link(kind) = edge.tie else { return None };
            kinds.push(kind);
        }
        Some(kinds.is_empty() || kinds.contains(&LinkKind::FinishToFinish))
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
