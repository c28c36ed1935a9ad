//! The outline of a project: every task in its place, every name resolved to it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use crate::column::{Column, Index, Slot, by_key};
use crate::error::{Code, Error, Result};
use crate::model::{Link, LinkKind, Project, Task, TaskId};

/// A task by its place in the outline.
pub(crate) type Row = Index<Place>;

/// One task in the outline: a summary stands before the tasks below it, siblings stand by rank and id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Where it stands in the document.
    document: u32,
    parent: Slot<Place>,
    pub(crate) summary: bool,
    /// Whether all links that leave it are blocking.
    pub(crate) blocking: bool,
    /// Whether it names a stage.
    pub(crate) staged: bool,
}

/// A link between rows, ordered as in the canonical form of a project: by predecessor, successor and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowLink {
    pub(crate) predecessor: Row,
    pub(crate) successor: Row,
    pub(crate) kind: LinkKind,
    /// Its place in the document.
    pub(crate) document: u32,
}

impl RowLink {
    /// What no two links have in common.
    fn key(&self) -> (Row, Row, LinkKind) {
        (self.predecessor, self.successor, self.kind)
    }
}

pub(crate) struct Outline<'a> {
    pub(crate) project: &'a Project,
    pub(crate) places: Column<Place>,
    /// The links, as they stand in the document.
    pub(crate) links: Vec<RowLink>,
    /// Blocking links whose predecessor is not there, by their place in the document, and who waits.
    pub(crate) missing: Vec<(u32, Row)>,
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
        let row = |id: &TaskId| by_id.get(id).and_then(|document| rows.get(*document as usize)).copied();
        let mut links: Vec<RowLink> = Vec::with_capacity(project.links.len());
        let mut missing = Vec::new();
        let mut last: Option<(&TaskId, Row)> = None;
        for (document, link) in (0_u32..).zip(&project.links) {
            let predecessor = row(&link.predecessor);
            if predecessor.is_none() && !link.blocking {
                return Err(unknown(&link.predecessor).at(format!("/project/links/{document}/predecessor")));
            }
            // Most programs write the links of one successor together.
            let successor = match last.filter(|(id, _)| *id == &link.successor) {
                Some((_, row)) => row,
                None => row(&link.successor).ok_or_else(|| unknown(&link.successor).at(format!("/project/links/{document}/successor")))?,
            };
            last = Some((&link.successor, successor));
            match predecessor {
                Some(predecessor) => links.push(RowLink { document, predecessor, successor, kind: link.kind }),
                None => missing.push((document, successor)),
            }
        }
        let outline = Outline { project, places, links, missing };
        outline.refuse_duplicates()?;
        Ok(outline)
    }

    pub(crate) fn task(&self, row: Row) -> &'a Task {
        self.task_at(self.places[row].document as usize)
    }

    /// The summary above a task.
    pub(crate) fn parent(&self, row: Row) -> Option<Row> {
        self.places[row].parent.get()
    }

    /// A task and, after a summary, all that stands below it.
    pub(crate) fn below(&self, row: Row) -> impl Iterator<Item = Row> {
        // The first that is not below: its parent stands before the summary. Whoever is below has a parent from the summary on.
        let rest = Row::between(Row::from_usize(row.as_usize() + 1), Row::from_usize(self.places.len()));
        std::iter::once(row).chain(rest.take_while(move |below| self.parent(*below).is_some_and(|parent| parent >= row)))
    }

    /// Whether a task is a summary, or stands below it.
    pub(crate) fn is_in(&self, row: Row, summary: Row) -> bool {
        std::iter::successors(Some(row), |row| self.parent(*row)).any(|above| above == summary)
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
    pub(crate) fn link(&self, document: u32) -> &'a Link {
        &self.project.links[document as usize]
    }

    /// The rows of all tasks by their ids, for those few who name tasks after the outline is made.
    pub(crate) fn rows(&self) -> BTreeMap<&'a TaskId, Row> {
        self.places.rows().map(|row| (self.id(row), row)).collect()
    }

    /// The links in canonical order: by predecessor, successor and kind.
    pub(crate) fn sorted_links(&self) -> Vec<RowLink> {
        let number = |row: Row| u32::try_from(row.as_usize()).unwrap_or(u32::MAX);
        let keys: Vec<u32> = self.links.iter().map(|link| number(link.predecessor)).collect();
        let (order, _) = by_key(&keys, u32::try_from(self.places.len()).unwrap_or(u32::MAX));
        let mut links: Vec<RowLink> = order.iter().filter_map(|link| self.links.get(*link as usize)).copied().collect();
        for of_one in links.chunk_by_mut(|a, b| a.predecessor == b.predecessor) {
            of_one.sort_unstable();
        }
        links
    }

    fn refuse_duplicates(&self) -> Result<()> {
        let links = self.sorted_links();
        let twice = links.iter().zip(links.iter().skip(1)).filter(|(first, second)| first.key() == second.key());
        let Some((first, second)) = twice.min_by_key(|(_, second)| second.document) else { return Ok(()) };
        let link = self.link(second.document);
        let (predecessor, successor, kind) = (link.predecessor.as_str(), link.successor.as_str(), link.kind.to_string());
        let first = format!("/project/links/{}", first.document);
        Err(Error::new(Code::LinkDuplicate, &[("predecessor", predecessor), ("successor", successor), ("kind", &kind), ("first", &first)])
            .at(format!("/project/links/{}", second.document)))
    }
}

fn unknown(id: &TaskId) -> Error {
    Error::new(Code::TaskUnknown, &[("task", id.as_str())])
}

/// Tasks by their ids. The hash is seeded anew in every process, so that no document can be made to be slow; nobody sees its order.
/// The ids are copied, because short ones then lie in the table itself and not somewhere in a task.
type ById = HashMap<TaskId, u32, foldhash::fast::RandomState>;

fn index_by_id(project: &Project) -> Result<ById> {
    let mut by_id = ById::with_capacity_and_hasher(project.tasks.len(), foldhash::fast::RandomState::default());
    for (document, task) in (0_u32..).zip(&project.tasks) {
        if let Some(first) = by_id.insert(task.id.clone(), document) {
            let first = format!("/project/tasks/{first}");
            return Err(Error::new(Code::TaskDuplicateId, &[("task", task.id.as_str()), ("first", &first)])
                .at(format!("/project/tasks/{document}/id")));
        }
    }
    Ok(by_id)
}

/// Walks the tree of parents without recursion: ten thousand levels are legal.
fn arrange(project: &Project, by_id: &ById) -> Result<Column<Place>> {
    let task = |document: u32| project.tasks.get(document as usize);
    let mut parents: Vec<Option<u32>> = Vec::with_capacity(project.tasks.len());
    let mut last: Option<(&TaskId, u32)> = None;
    for (document, task) in project.tasks.iter().enumerate() {
        if let Some(id) = &task.parent {
            last = match last.filter(|(same, _)| *same == id) {
                Some(known) => Some(known),
                None => Some((id, by_id.get(id).copied().ok_or_else(|| unknown(id).at(format!("/project/tasks/{document}/parent")))?)),
            };
        }
        parents.push(last.filter(|_| task.parent.is_some()).map(|(_, parent)| parent));
    }
    // Siblings side by side, the last one first, so that a stack gives the first one first. Those at the top come first.
    let family = |parent: Option<u32>| parent.map_or(0, |parent| parent + 1);
    let families: Vec<u32> = parents.iter().map(|parent| family(*parent)).collect();
    let count = u32::try_from(project.tasks.len()).unwrap_or(u32::MAX).saturating_add(1);
    let (mut children, firsts) = by_key(&families, count);
    let by_rank = |a: &u32, b: &u32| match (task(*a), task(*b)) {
        (Some(a), Some(b)) => (&a.rank, &a.id).cmp(&(&b.rank, &b.id)),
        _ => Ordering::Equal,
    };
    let run = |parent: Option<u32>| {
        let bound = |family: u32| firsts.get(family as usize).map_or(project.tasks.len(), |first| *first as usize);
        bound(family(parent))..bound(family(parent) + 1)
    };
    for parent in std::iter::once(None).chain((0..count).map(Some)) {
        let siblings = children.get_mut(run(parent)).unwrap_or_default();
        if siblings.len() > 1 {
            siblings.sort_by(|a, b| by_rank(b, a));
        }
    }
    let below = |parent: Option<u32>| children.get(run(parent)).unwrap_or_default().iter().copied();

    let mut places = Column::default();
    let mut stack: Vec<(u32, Slot<Place>)> = below(None).map(|document| (document, Slot::EMPTY)).collect();
    while let Some((document, parent)) = stack.pop() {
        let open = stack.len();
        let (blocking, staged) = task(document).map_or((false, false), |task| (task.blocking, task.stage.is_some()));
        let row = places.push(Place { document, parent, summary: false, blocking, staged });
        stack.extend(below(Some(document)).map(|child| (child, row.into())));
        places[row].summary = stack.len() > open;
    }
    if places.len() < project.tasks.len() {
        let mut reached = vec![false; project.tasks.len()];
        places.iter().for_each(|(_, place)| reached.iter_mut().skip(place.document as usize).take(1).for_each(|seen| *seen = true));
        let lost = reached.iter().position(|seen| !seen).unwrap_or_default();
        // A lost task hangs below the loop or stands in it; going up for as many steps as there are tasks ends inside.
        let up = |at: usize| parents.get(at).copied().flatten().map_or(at, |parent| parent as usize);
        let inside = (0..parents.len()).fold(lost, |at, _| up(at));
        let first = std::iter::successors(Some(up(inside)), |at| (*at != inside).then(|| up(*at))).min().unwrap_or(inside);
        let id = project.tasks.get(first).map_or("", |task| task.id.as_str());
        return Err(Error::new(Code::TaskParentLoop, &[("task", id)]).at(format!("/project/tasks/{first}/parent")));
    }
    Ok(places)
}
