//! The pass as one writes it on a graph library: petgraph's own order, then a loop over each node's edges. No calendar.

use linkstar::LinkKind;
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::network::Network;

/// Durations at the nodes, kinds and lags at the edges, all in working minutes.
pub struct Graph(DiGraph<i32, (LinkKind, i32)>);

/// Working minutes from the project's start, by task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    /// When each task starts at the earliest.
    pub early: Vec<i32>,
    /// When each task starts at the latest.
    pub late: Vec<i32>,
    /// By how much each task can slip before another one does.
    pub free_slack: Vec<i32>,
    /// Whether it cannot slip.
    pub critical: Vec<bool>,
    /// When the project finishes.
    pub finish: i32,
}

impl Graph {
    /// The graph of a network.
    pub fn new(network: &Network) -> Graph {
        let mut graph = DiGraph::with_capacity(network.tasks.len(), network.links.len());
        for task in &network.tasks {
            graph.add_node(task.duration);
        }
        for link in &network.links {
            let [from, to] = [link.predecessor, link.successor].map(|task| NodeIndex::new(task as usize));
            graph.add_edge(from, to, (link.kind, link.lag));
        }
        Graph(graph)
    }

    /// Sorts the tasks and finds their dates.
    ///
    /// # Panics
    /// When the network has a loop.
    pub fn run(&self) -> Dates {
        let Graph(graph) = self;
        let order = toposort(graph, None).unwrap_or_else(|_| panic!("the network has a loop"));
        let tasks = graph.node_count();
        let mut early = vec![0; tasks];
        for &task in &order {
            let bounds = graph.edges_directed(task, Incoming).map(|edge| early[edge.source().index()] + weight(graph, edge));
            early[task.index()] = bounds.max().unwrap_or(0).max(0);
        }
        let finish = order.iter().map(|task| early[task.index()] + graph[*task]).max().unwrap_or(0);
        let (mut late, mut free_slack, mut critical) = (vec![0; tasks], vec![0; tasks], vec![false; tasks]);
        for &task in order.iter().rev() {
            let mut limit = finish - graph[task];
            let mut free = limit;
            for edge in graph.edges_directed(task, Outgoing) {
                let (weight, to) = (weight(graph, edge), edge.target().index());
                limit = limit.min(late[to] - weight);
                free = free.min(early[to] - weight);
            }
            let task = task.index();
            late[task] = limit;
            free_slack[task] = free - early[task];
            critical[task] = limit <= early[task];
        }
        Dates { early, late, free_slack, critical, finish }
    }
}

/// How much later than its predecessor the successor starts.
fn weight(graph: &DiGraph<i32, (LinkKind, i32)>, edge: petgraph::graph::EdgeReference<'_, (LinkKind, i32)>) -> i32 {
    let (kind, lag) = *edge.weight();
    let (before, after) = (graph[edge.source()], graph[edge.target()]);
    match kind {
        LinkKind::FinishToStart => lag + before,
        LinkKind::StartToStart => lag,
        LinkKind::FinishToFinish => lag + before - after,
        LinkKind::StartToFinish => lag - after,
    }
}
