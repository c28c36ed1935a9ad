//! The outline of a project: every task in its place, every name resolved to it.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::error::{Code, Error, Result};
use crate::model::{Project, Task, TaskId};
use crate::plan::column::{Column, Index, Slot};

/// A task by its place in the outline.
pub(crate) type Row = Index<Place>;

/// One task in the outline: a summary stands before the tasks below it, siblings stand by rank and id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Where it stands in the document.
    document: u32,
    parent: Slot<Place>,
    pub(crate) summary: bool,
}

/// A link between rows, by its place in the document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowLink {
    pub(crate) document: u32,
    pub(crate) predecessor: Row,
    pub(crate) successor: Row,
}

pub(crate) struct Outline<'a> {
    project: &'a Project,
    pub(crate) places: Column<Place>,
    /// The links in canonical order: by predecessor, successor and kind.
    pub(crate) links: Vec<RowLink>,
}

impl<'a> Outline<'a> {
    /// # Errors
    /// Repeated and unknown ids, parents in a loop, repeated links. Paths begin with `/project`.
    pub(crate) fn new(project: &'a Project) -> Result<Outline<'a>> {
        let by_id = index_by_id(project)?;
        let places = arrange(project, &by_id)?;
        let mut rows = vec![Row::default(); project.tasks.len()];
        for (row, place) in places.iter() {
            if let Some(slot) = rows.get_mut(place.document as usize) {
                *slot = row;
            }
        }
        let row = |id: &TaskId| by_id.get(id.as_str()).and_then(|document| rows.get(*document)).copied();
        let mut links = Vec::with_capacity(project.links.len());
        for (document, link) in (0_u32..).zip(&project.links) {
            let end = |id: &TaskId, field: &str| row(id).ok_or_else(|| unknown(id).at(format!("/project/links/{document}/{field}")));
            let (predecessor, successor) = (end(&link.predecessor, "predecessor")?, end(&link.successor, "successor")?);
            links.push(RowLink { document, predecessor, successor });
        }
        let mut outline = Outline { project, places, links };
        outline.sort_links()?;
        Ok(outline)
    }

    pub(crate) fn task(&self, row: Row) -> &'a Task {
        self.task_at(self.places[row].document as usize)
    }

    /// The summary above a task.
    pub(crate) fn parent(&self, row: Row) -> Option<Row> {
        self.places[row].parent.get()
    }

    pub(crate) fn id(&self, row: Row) -> &'a TaskId {
        &self.task(row).id
    }

    pub(crate) fn path(&self, row: Row) -> String {
        format!("/project/tasks/{}", self.places[row].document)
    }

    #[expect(clippy::indexing_slicing, reason = "places and links are minted from this project")]
    fn task_at(&self, document: usize) -> &'a Task {
        &self.project.tasks[document]
    }

    #[expect(clippy::indexing_slicing, reason = "places and links are minted from this project")]
    pub(crate) fn link(&self, link: RowLink) -> &'a crate::model::Link {
        &self.project.links[link.document as usize]
    }

    fn sort_links(&mut self) -> Result<()> {
        let project = self.project;
        let kind = |link: &RowLink| project.links.get(link.document as usize).map(|link| link.kind);
        let key = |link: &RowLink| (link.predecessor, link.successor, kind(link));
        self.links.sort_by(|a, b| key(a).cmp(&key(b)).then(a.document.cmp(&b.document)));
        let twice = self.links.iter().zip(self.links.iter().skip(1)).filter(|(first, second)| key(first) == key(second));
        let Some((first, second)) = twice.min_by_key(|(_, second)| second.document) else { return Ok(()) };
        let link = self.link(*second);
        let (predecessor, successor, kind) = (link.predecessor.as_str(), link.successor.as_str(), link.kind.to_string());
        let first = format!("/project/links/{}", first.document);
        Err(Error::new(Code::LinkDuplicate, &[("predecessor", predecessor), ("successor", successor), ("kind", &kind), ("first", &first)])
            .at(format!("/project/links/{}", second.document)))
    }
}

fn unknown(id: &TaskId) -> Error {
    Error::new(Code::TaskUnknown, &[("task", id.as_str())])
}

fn index_by_id(project: &Project) -> Result<HashMap<&str, usize>> {
    let mut by_id = HashMap::with_capacity(project.tasks.len());
    for (document, task) in project.tasks.iter().enumerate() {
        if let Some(first) = by_id.insert(task.id.as_str(), document) {
            let first = format!("/project/tasks/{first}");
            return Err(Error::new(Code::TaskDuplicateId, &[("task", task.id.as_str()), ("first", &first)])
                .at(format!("/project/tasks/{document}/id")));
        }
    }
    Ok(by_id)
}

/// Walks the tree of parents without recursion: ten thousand levels are legal.
fn arrange(project: &Project, by_id: &HashMap<&str, usize>) -> Result<Column<Place>> {
    let mut parents = Vec::with_capacity(project.tasks.len());
    for (document, task) in project.tasks.iter().enumerate() {
        let parent = task
            .parent
            .as_ref()
            .map(|id| by_id.get(id.as_str()).copied().ok_or_else(|| unknown(id).at(format!("/project/tasks/{document}/parent"))));
        parents.push(parent.transpose()?);
    }
    // Siblings side by side, the last one first, so that a stack gives the first one first.
    let task = |document: usize| project.tasks.get(document);
    let by_rank = |a: &usize, b: &usize| match (task(*a), task(*b)) {
        (Some(a), Some(b)) => (&a.rank, &a.id).cmp(&(&b.rank, &b.id)),
        _ => Ordering::Equal,
    };
    let mut children: Vec<(Option<usize>, usize)> = parents.iter().copied().zip(0..).collect();
    children.sort_by(|(parent_a, a), (parent_b, b)| parent_a.cmp(parent_b).then_with(|| by_rank(b, a)));
    let below = |parent: Option<usize>| {
        let first = children.partition_point(|(of, _)| *of < parent);
        children.iter().skip(first).take_while(move |(of, _)| *of == parent).map(|(_, document)| *document)
    };

    let mut places = Column::default();
    let mut stack: Vec<(usize, Slot<Place>)> = below(None).map(|document| (document, Slot::EMPTY)).collect();
    while let Some((document, parent)) = stack.pop() {
        let open = stack.len();
        let row = places.push(Place { document: u32::try_from(document).unwrap_or(u32::MAX), parent, summary: false });
        stack.extend(below(Some(document)).map(|child| (child, row.into())));
        places[row].summary = stack.len() > open;
    }
    if places.len() < project.tasks.len() {
        let mut reached = vec![false; project.tasks.len()];
        places.iter().for_each(|(_, place)| reached.iter_mut().skip(place.document as usize).take(1).for_each(|seen| *seen = true));
        let lost = reached.iter().position(|seen| !seen).unwrap_or_default();
        // A lost task hangs below the loop or stands in it; going up for as many steps as there are tasks ends inside.
        let up = |at: usize| parents.get(at).copied().flatten().unwrap_or(at);
        let inside = (0..parents.len()).fold(lost, |at, _| up(at));
        let first = std::iter::successors(Some(up(inside)), |at| (*at != inside).then(|| up(*at))).min().unwrap_or(inside);
        let id = task(first).map_or("", |task| task.id.as_str());
        return Err(Error::new(Code::TaskParentLoop, &[("task", id)]).at(format!("/project/tasks/{first}/parent")));
    }
    Ok(places)
}
