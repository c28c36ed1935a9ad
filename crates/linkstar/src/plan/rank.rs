//! The order of a network: levels, and what they make of its edges.

use crate::column::{Column, Index, Slot, by_key};
use crate::model::LinkKind;
use crate::order;
use crate::plan::compile::{AxisLink, Draft};
use crate::plan::edge::{Crossing, Edge, Tie};
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
        let (order, firsts) = by_key(places.as_slice(), count);
        let mut rank = self.nodes.beside(NodeId::default());
        for (number, node) in order.iter().enumerate() {
            rank[Index::from_usize(*node as usize)] = Index::from_usize(number);
        }
        let nodes: Column<Node> = order.iter().map(|node| self.nodes[Index::from_usize(*node as usize)].clone()).collect();
        drop(order);

        let mut axis = std::mem::take(&mut self.axis);
        axis.iter_mut().for_each(|AxisLink { edge, .. }| (edge.from, edge.to) = (rank[edge.from], rank[edge.to]));
        let axis: Column<AxisLink> = axis.into_iter().collect();
        let (mut order, first_axis) = order_by(axis.iter().map(|(_, link)| link.edge.to), &nodes);
        // Where links stand in the document means nothing.
        let by_successor = order.chunk_by_mut(|a, b| axis[*a].edge.to == axis[*b].edge.to);
        by_successor.filter(|links| links.len() > 1).for_each(|links| links.sort_by_key(|link| (axis[*link].edge.from, axis[*link].kind)));
        let mut crossings = std::mem::take(&mut self.crossings);
        crossings.iter_mut().for_each(|crossing| (crossing.from, crossing.to) = (rank[crossing.from], rank[crossing.to]));
        crossings.sort_by_key(|crossing| (crossing.to, crossing.from, crossing.kind()));
        let mut edges = std::mem::take(&mut self.edges);
        edges.iter_mut().for_each(|edge| (edge.from, edge.to) = (rank[edge.from], rank[edge.to]));
        edges.sort_by_key(|edge| (edge.to, edge.from, edge.link));
        let edges: Column<Edge> = edges.into_iter().collect();
        let (outgoing, _) = order_by(edges.iter().map(|(_, edge)| edge.from), &nodes);

        // Where the finish is tied to a start without a lag, it stands at the beginning of a period.
        let stands = |link: &AxisLink| link.kind == LinkKind::StartToFinish && link.edge.weight() + nodes[link.edge.to].span() <= 0;
        let standing =
            order.iter().enumerate().filter(|(_, link)| stands(&axis[**link])).map(|(place, _)| Index::from_usize(place)).collect();
        let mut node_of = self.outline.places.beside(Slot::EMPTY);
        let specials = &self.specials;
        let is_task = |node: &Node| node.special.get().is_none_or(|special| matches!(specials[special].part, Part::Task | Part::Effort));
        nodes.iter().filter(|(_, node)| is_task(node)).for_each(|(id, node)| node_of[node.row] = id.into());
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
            standing,
            axis_links: order.iter().map(|link| axis[*link].document).collect(),
            axis: order.iter().map(|link| axis[*link].edge).collect(),
            crossings,
            first_axis,
            runs: Column::default(),
            outgoing: outgoing.into_iter().collect(),
            outline: self.outline,
            working_day: self.working_day,
            method: self.method,
            now: self.now,
            nodes,
            specials: self.specials,
            edges,
            node_of,
            diagnostics: self.diagnostics,
        };
        network.runs = network.specials.beside(Runs::default());
        for node in network.nodes.rows() {
            if let Some(special) = network.nodes[node].special.get() {
                network.runs[special] = network.runs_of(node);
            }
        }
        network.blocks = blocks(&network, &firsts);
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

/// Joins levels to blocks. A level in which all is plain goes on with the block before it.
fn blocks(network: &Network<'_>, firsts: &[u32]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let bound = |place: usize| Index::from_usize(firsts.get(place).map_or(network.nodes.len(), |first| *first as usize));
    for level in 0..firsts.len() / 2 {
        let (first, special, end) = (bound(2 * level), bound(2 * level + 1), bound(2 * level + 2));
        let no_edges = network.edges_into(first, special).next().is_none();
        let before = blocks.last().map_or(0, |block| block.crossings.end);
        let crossings = network.crossings.iter().skip(before).take_while(|crossing| crossing.to < end).count();
        match blocks.last_mut() {
            Some(block) if special == end && no_edges && crossings == 0 => block.end = end,
            _ => blocks.push(Block { first, special, rest: end, end, crossings: before..before + crossings }),
        }
    }
    blocks
}

impl Network<'_> {
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
