//! The order of a network: levels, and what they make of its edges.

use crate::column::{Column, Index, Slot, by_key};
use crate::model::LinkKind;
use crate::order;
use crate::plan::compile::Draft;
use crate::plan::edge::{AxisLink, Crossing, Edge, Tie};
use crate::plan::network::{Ahead, Block, Network, Node, NodeId, Part, Runs, run_of};

impl<'a> Draft<'a> {
    /// Numbers the nodes level by level, leaving out the links that close loops.
    pub(super) fn rank(mut self) -> Network<'a> {
        let levels = loop {
            match self.levels() {
                Some(levels) => break levels,
                None => self.without_loops(),
            }
        };
        // Within a level plain nodes come first, each kind in outline order.
        let place_of = |(node, level): (NodeId, &u32)| 2 * level + u32::from(self.nodes[node].special.get().is_some());
        let places: Column<u32, Node> = levels.iter().map(place_of).collect();
        let count = 2 + places.iter().map(|(_, place)| *place).max().unwrap_or(0);
        let (order, _) = by_key(places.as_slice(), count);
        drop((levels, places));
        let manual = self
            .outline
            .places
            .rows()
            .filter(|row| self.outline.places[*row].summary)
            .filter_map(|row| self.outline.task(row).manual.as_deref());
        let manual_finish = manual.map(|manual| manual.finish.unix_seconds()).max();
        order::sort_by(&mut self.spans, |a, b| (a.effort, a.link).cmp(&(b.effort, b.link)));
        let mut network = Network {
            manual_finish,
            has_efforts: self.has_efforts,
            spans: self.spans,
            blocks: Vec::new(),
            standing: Vec::new(),
            axis_links: Vec::new(),
            axis: Column::default(),
            crossings: self.crossings,
            first_axis: Column::default(),
            runs: Column::default(),
            outgoing: Column::default(),
            node_of: self.outline.places.beside(Slot::EMPTY),
            outline: self.outline,
            working_day: self.working_day,
            method: self.method,
            now: self.now,
            nodes: self.nodes,
            specials: self.specials,
            edges: self.edges.into_iter().collect(),
            diagnostics: self.diagnostics,
        };
        let order: Vec<NodeId> = order.into_iter().map(|node| Index::from_usize(node as usize)).collect();
        let axis = network.renumber(&order, self.axis.into_iter().collect());
        network.find_project_start(&axis);
        network
    }

    /// The level of each node: one more than the highest from which an edge leads to it. None if there are loops.
    fn levels(&self) -> Option<Column<u32, Node>> {
        let ends = || {
            let crossings = self.crossings.iter().map(|crossing| (crossing.from, crossing.to));
            let others = self.edges.iter().map(|edge| (edge.from, edge.to));
            self.axis.iter().map(|link| (link.edge.from, link.edge.to)).chain(crossings).chain(others)
        };
        let mut first: Column<u32, Node> = self.nodes.beside(0);
        let mut waits_for: Column<u32, Node> = self.nodes.beside(0);
        ends().for_each(|(from, to)| {
            first[from] += 1;
            waits_for[to] += 1;
        });
        let mut before = 0;
        for node in self.nodes.rows() {
            before += first[node];
            first[node] = before;
        }
        // Filled from behind, so that each run ends up at its first.
        let mut successors: Column<NodeId, Edge> = std::iter::repeat_n(NodeId::default(), before as usize).collect();
        ends().for_each(|(from, to)| {
            first[from] -= 1;
            successors[Index::from_usize(first[from] as usize)] = to;
        });
        let mut levels = self.nodes.beside(0);
        let mut queue: Vec<NodeId> = self.nodes.rows().filter(|node| waits_for[*node] == 0).collect();
        let mut next = 0;
        while let Some(node) = queue.get(next).copied() {
            next += 1;
            let run = run_of(&first, node, successors.len());
            for (_, to) in successors.run(run) {
                levels[*to] = levels[*to].max(levels[node] + 1);
                waits_for[*to] -= 1;
                if waits_for[*to] == 0 {
                    queue.push(*to);
                }
            }
        }
        (queue.len() == self.nodes.len()).then_some(levels)
    }

    /// Opens loops, for which every edge is an edge like any other.
    fn without_loops(&mut self) {
        let mut edges: Vec<Edge> = self.axis.iter().map(|link| link.edge.in_full(link.document, link.kind, &self.nodes)).collect();
        edges.extend(self.crossings.iter().map(|crossing| crossing.in_full(&self.nodes)));
        edges.append(&mut self.edges);
        self.axis.clear();
        self.crossings.clear();
        order::sort_by(&mut edges, |a, b| a.link.cmp(&b.link));
        self.open_loops(&mut edges);
        edges.into_iter().for_each(|edge| self.add_edge(edge));
    }
}

impl Network<'_> {
    /// Gives the nodes new numbers: `order` names them by their old ones. Every edge has to lead to a higher number then. `axis` are the
    /// edges on an axis, by the old numbers; gives them by the new ones.
    pub(super) fn renumber(&mut self, order: &[NodeId], mut axis: Column<AxisLink>) -> Column<AxisLink> {
        let mut rank = self.nodes.beside(NodeId::default());
        order.iter().enumerate().for_each(|(number, node)| rank[*node] = Index::from_usize(number));
        self.nodes = self.nodes.in_order(order);
        for link in axis.rows() {
            let edge = &mut axis[link].edge;
            (edge.from, edge.to) = (rank[edge.from], rank[edge.to]);
        }
        self.crossings.iter_mut().for_each(|crossing| (crossing.from, crossing.to) = (rank[crossing.from], rank[crossing.to]));
        self.crossings.sort_by_key(Crossing::place);
        let mut edges = std::mem::take(&mut self.edges).into_vec();
        edges.iter_mut().for_each(|edge| (edge.from, edge.to) = (rank[edge.from], rank[edge.to]));
        edges.sort_by_key(Edge::place);
        self.edges = edges.into_iter().collect();
        self.lay_axis(&axis);
        self.list_edges();
        self.find_blocks();
        let specials = &self.specials;
        let is_task = |node: &Node| node.special.get().is_none_or(|special| matches!(specials[special].part, Part::Task | Part::Effort));
        self.nodes.iter().filter(|(_, node)| is_task(node)).for_each(|(id, node)| self.node_of[node.row] = id.into());
        axis
    }

    /// Sorts the edges on an axis by the nodes that they lead to.
    pub(super) fn lay_axis(&mut self, axis: &Column<AxisLink>) {
        let nodes = &self.nodes;
        let (mut order, first_axis) = order_by(axis.iter().map(|(_, link)| link.edge.to), nodes);
        // Where links stand in the document means nothing.
        let by_successor = order.chunk_by_mut(|a, b| axis[*a].edge.to == axis[*b].edge.to);
        by_successor.filter(|links| links.len() > 1).for_each(|links| links.sort_by_key(|link| (axis[*link].edge.from, axis[*link].kind)));
        // Where the finish is tied to a start without a lag, it stands at the beginning of a period.
        let stands = |link: &AxisLink| link.kind == LinkKind::StartToFinish && link.edge.weight() + nodes[link.edge.to].span() <= 0;
        let standing = order.iter().enumerate().filter(|(_, link)| stands(&axis[**link]));
        self.standing = standing.map(|(place, _)| Index::from_usize(place)).collect();
        self.axis_links = order.iter().map(|link| axis[*link].document).collect();
        self.axis = order.iter().map(|link| axis[*link].edge).collect();
        self.first_axis = first_axis;
    }

    /// Lists the edges on no axis, which are sorted by the nodes that they lead to, by those that they leave from too, and finds those of
    /// each special node.
    pub(super) fn list_edges(&mut self) {
        let (outgoing, _) = order_by(self.edges.iter().map(|(_, edge)| edge.from), &self.nodes);
        self.outgoing = outgoing.into_iter().collect();
        self.runs = self.specials.beside(Runs::default());
        let (mut into, mut out_of) = (0, 0);
        for (id, node) in self.nodes.iter() {
            let incoming = into..into + self.edges.run(into..self.edges.len()).take_while(|(_, edge)| edge.to == id).count();
            let leaving = self.outgoing.run(out_of..self.edges.len()).take_while(|(_, edge)| self.edges[**edge].from == id);
            let outgoing = out_of..out_of + leaving.count();
            (into, out_of) = (incoming.end, outgoing.end);
            node.special
                .get()
                .into_iter()
                .for_each(|special| self.runs[special] = Runs { incoming: incoming.clone(), outgoing: outgoing.clone() });
        }
    }

    /// Joins nodes to blocks for as long as nobody in a block waits for somebody else in it, unless on an axis.
    pub(super) fn find_blocks(&mut self) {
        let mut blocks: Vec<Block> = Vec::new();
        let (mut crossings, mut edges) = (self.crossings.iter().peekable(), self.edges.iter().peekable());
        let mut crossed = 0;
        for (id, node) in self.nodes.iter() {
            let mut waits_for: Option<NodeId> = None;
            while let Some(crossing) = crossings.next_if(|crossing| crossing.to == id) {
                waits_for = waits_for.max(Some(crossing.from));
                crossed += 1;
            }
            while let Some((_, edge)) = edges.next_if(|(_, edge)| edge.to == id) {
                waits_for = waits_for.max(Some(edge.from));
            }
            let (special, next) = (node.special.get().is_some(), Index::from_usize(id.as_usize() + 1));
            let goes_on = |block: &&mut Block| match waits_for {
                // Of the plain ones only the first can wait for others than those on their axis.
                _ if special => block.rest == id && waits_for.is_none_or(|other| other < block.first),
                Some(other) => block.special == id && other < block.first,
                None => true,
            };
            match blocks.last_mut().filter(goes_on) {
                Some(block) => {
                    if special {
                        block.rest = next;
                    } else if block.special == id {
                        (block.special, block.rest) = (next, next);
                    }
                    block.end = next;
                    block.crossings.end = crossed;
                }
                None => {
                    let before = blocks.last().map_or(0, |block| block.crossings.end);
                    let first_special = if special { id } else { next };
                    blocks.push(Block { first: id, special: first_special, rest: next, end: next, crossings: before..crossed });
                }
            }
        }
        self.blocks = blocks;
    }

    /// Finds the nodes that start no earlier than the project: those that nothing bounds, and those whose finish waits. A long
    /// successor does not reach back beyond the project start; one that is tied by SF does, as in MPXJ.
    fn find_project_start(&mut self, axis: &Column<AxisLink>) {
        let mut bounded = self.nodes.beside(false);
        axis.iter().for_each(|(_, link)| bounded[link.edge.to] = true);
        self.crossings.iter().for_each(|crossing| bounded[crossing.to] = true);
        for (_, edge) in self.edges.iter() {
            // From below, so that a gate is known before what it hands down to.
            bounded[edge.to] |= edge.tie != Tie::Down || bounded[edge.from];
        }
        let finish_waits = axis.iter().filter(|(_, link)| link.kind == LinkKind::FinishToFinish).map(|(_, link)| link.edge.to);
        let others = self.edges.iter().filter(|(_, edge)| edge.tie == Tie::Link(LinkKind::FinishToFinish)).map(|(_, edge)| edge.to);
        let crossings = self.crossings.iter().filter(|crossing| crossing.kind() == LinkKind::FinishToFinish).map(|crossing| crossing.to);
        let nodes = &mut self.nodes;
        finish_waits.chain(others).chain(crossings).for_each(|node| nodes[node].from_project_start = true);
        let reached = self.crossings.iter().filter(|crossing| crossing.arrives_at_finish());
        reached.for_each(|crossing| nodes[crossing.to].is_asked_for_reach = true);
        self.edges.iter().for_each(|(_, edge)| nodes[edge.to].is_asked_for_reach = true);
        for node in self.nodes.rows() {
            self.nodes[node].from_project_start |= !bounded[node];
        }
    }

    /// The edges between plain nodes by the node that they leave from.
    pub(crate) fn ahead(&self) -> Ahead {
        let (axis, first_axis) = order_by(self.axis.iter().map(|(_, edge)| edge.from), &self.nodes);
        let (crossings, first_crossing) = order_by(self.crossings.iter().map(|crossing| crossing.from), &self.nodes);
        let crossings = crossings.iter().filter_map(|crossing: &Index<Crossing>| self.crossings.get(crossing.as_usize())).copied();
        Ahead { axis: axis.into_iter().collect(), first_axis, crossings: crossings.collect(), first_crossing }
    }

    /// How many edges on an axis lead to nodes before this one.
    pub(super) fn axis_before(&self, node: NodeId) -> usize {
        if node.as_usize() < self.nodes.len() { self.first_axis[node] as usize } else { self.axis.len() }
    }
}

/// The rows of a list in the order of a node that each has, and where the run of each node begins.
fn order_by<K>(nodes_of: impl Iterator<Item = NodeId>, nodes: &Column<Node>) -> (Vec<Index<K>>, Column<u32, Node>) {
    let keys: Vec<u32> = nodes_of.map(|node| u32::try_from(node.as_usize()).unwrap_or(u32::MAX)).collect();
    let (order, firsts) = by_key(&keys, u32::try_from(nodes.len()).unwrap_or(u32::MAX));
    (order.into_iter().map(|row| Index::from_usize(row as usize)).collect(), firsts.into_iter().collect())
}
