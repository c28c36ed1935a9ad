//! Loops: tasks that wait for each other.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::column::{Column, Index};
use crate::error::{Code, Diagnostic};
use crate::order;
use crate::outline::{Row, RowLink};
use crate::plan::compile::Draft;
use crate::plan::edge::Edge;
use crate::plan::network::{Node, NodeId};

/// Loops that are listed one by one; what is left then is opened at once.
const MOST_LOOPS: usize = 100;

impl Draft<'_> {
    /// Finds a loop in each knot of the graph, reports it, and leaves out its link that points back furthest in the outline.
    pub(super) fn open_loops(&mut self, edges: &mut Vec<Edge>) {
        let mut graph = DiGraph::<(), ()>::with_capacity(self.nodes.len(), edges.len());
        self.nodes.iter().for_each(|_| {
            graph.add_node(());
        });
        for edge in edges.iter() {
            graph.add_edge(NodeIndex::new(edge.from.as_usize()), NodeIndex::new(edge.to.as_usize()), ());
        }
        let mut knot_of = self.nodes.beside(usize::MAX);
        let knots = kosaraju_scc(&graph);
        for (number, knot) in knots.iter().enumerate() {
            for node in knot {
                knot_of[Index::from_usize(node.index())] = number;
            }
        }
        let inside = edges.iter().enumerate().filter(|(_, edge)| knot_of[edge.from] == knot_of[edge.to]);
        let mut inside: Vec<(usize, usize)> = inside.map(|(index, edge)| (knot_of[edge.from], index)).collect();
        order::sort_by(&mut inside, Ord::cmp);
        let mut left_out = Vec::new();
        let mut unlisted = 0;
        let mut found: Vec<(Vec<Row>, Diagnostic)> = Vec::new();
        for knot in inside.chunk_by(|(a, _), (b, _)| a == b) {
            let knot: Vec<(usize, &Edge)> = knot.iter().filter_map(|(_, index)| edges.get(*index).map(|edge| (*index, edge))).collect();
            if self.loops + found.len() == MOST_LOOPS {
                let links = knot.iter().filter(|(_, edge)| edge.link.is_some()).map(|(index, _)| *index);
                left_out.extend(links);
                unlisted += 1;
                continue;
            }
            let round = shortest_loop(&knot, self.nodes.len());
            let links = round.iter().filter_map(|(index, edge)| edge.link.map(|link| (link, *index)));
            let back = |link: &RowLink| link.predecessor.as_usize().saturating_sub(link.successor.as_usize());
            let Some((link, index)) = links.max_by_key(|(link, index)| (back(link), *index)) else { continue };
            left_out.push(index);
            let rows = tasks_of(&round);
            let ids: Vec<String> = rows.iter().map(|row| self.outline.id(*row).to_string()).collect();
            let shown = ids.iter().chain(ids.first()).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" → ");
            let (predecessor, successor) = (self.outline.id(link.predecessor).as_str(), self.outline.id(link.successor).as_str());
            let args = [("loop", shown.as_str()), ("predecessor", predecessor), ("successor", successor)];
            found.push((rows, Diagnostic::new(Code::LinkLoop, ids, &args)));
        }
        self.loops += found.len();
        order::sort_by(&mut found, |(a, _), (b, _)| a.cmp(b));
        self.diagnostics.extend(found.into_iter().map(|(_, diagnostic)| diagnostic));
        if unlisted > 0 {
            self.diagnostics.push(Diagnostic::new(Code::LinkMoreLoops, Vec::new(), &[("count", &unlisted.to_string())]));
        }
        order::sort_by(&mut left_out, Ord::cmp);
        let mut index = 0;
        edges.retain(|_| {
            index += 1;
            left_out.binary_search(&(index - 1)).is_err()
        });
    }
}

/// A shortest way round, through the first node of a knot, by search in breadth.
fn shortest_loop<'e>(knot: &[(usize, &'e Edge)], nodes: usize) -> Vec<(usize, &'e Edge)> {
    let Some((_, first)) = knot.first() else { return Vec::new() };
    let home = first.from;
    let mut from: Vec<(usize, &Edge)> = knot.to_vec();
    order::sort_by(&mut from, |(a, first), (b, second)| (first.from, a).cmp(&(second.from, b)));
    let leaving =
        |node: NodeId| from.iter().skip(from.partition_point(|(_, edge)| edge.from < node)).take_while(move |(_, edge)| edge.from == node);
    let mut came: Column<Option<(usize, &Edge)>, Node> = std::iter::repeat_n(None, nodes).collect();
    let mut queue = VecDeque::from([home]);
    while let Some(node) = queue.pop_front() {
        for (index, edge) in leaving(node) {
            if came[edge.to].is_none() {
                came[edge.to] = Some((*index, edge));
                queue.push_back(edge.to);
            }
        }
        if came[home].is_some() {
            break;
        }
    }
    let mut round = Vec::new();
    let mut at = home;
    while let Some((index, edge)) = came[at] {
        round.push((index, edge));
        at = edge.from;
        if at == home {
            break;
        }
    }
    round.reverse();
    round
}

/// The tasks on a way round, each once, beginning with the first in the outline.
fn tasks_of(round: &[(usize, &Edge)]) -> Vec<Row> {
    let mut rows: Vec<Row> = round.iter().filter_map(|(_, edge)| edge.link).flat_map(|link| [link.predecessor, link.successor]).collect();
    rows.dedup();
    if rows.len() > 1 && rows.first() == rows.last() {
        rows.pop();
    }
    let first = rows.iter().enumerate().min_by_key(|(_, row)| **row).map_or(0, |(index, _)| index);
    rows.rotate_left(first);
    rows
}
