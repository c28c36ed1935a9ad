//! The outline of a project: every task in its place, every name resolved to it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::column::{Column, Index, Slot, by_key};
use crate::error::{Code, Error, Result};
use crate::model::{Link, LinkKind, Project, Task, TaskId};
use crate::names::Names;

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
        let gathered = Gathered::new(project)?;
        let places = arrange(project, &gathered)?;
        let mut rows = vec![Row::default(); project.tasks.len()];
        for (row, place) in places.iter() {
            if let Some(slot) = rows.get_mut(place.document as usize) {
                *slot = row;
            }
        }
        let row = |task: u32| rows.get(task as usize).copied().unwrap_or_default();
        let mut links: Vec<RowLink> = Vec::with_capacity(project.links.len());
        let mut missing = Vec::new();
        let (mut last_predecessor, mut last_successor) = (0, 0);
        for (document, link) in (0_u32..).zip(&project.links) {
            let predecessor = gathered.get(&link.predecessor, last_predecessor);
            if predecessor.is_none() && !link.blocking {
                return Err(unknown(&link.predecessor).at(format!("/project/links/{document}/predecessor")));
            }
            let successor = gathered
                .get(&link.successor, last_successor)
                .ok_or_else(|| unknown(&link.successor).at(format!("/project/links/{document}/successor")))?;
            (last_predecessor, last_successor) = (predecessor.unwrap_or(last_predecessor), successor);
            match predecessor {
                Some(predecessor) => {
                    links.push(RowLink { document, predecessor: row(predecessor), successor: row(successor), kind: link.kind });
                }
                None => missing.push((document, row(successor))),
            }
        }
        let outline = Outline { project, places, links, missing };
        outline.refuse_duplicates()?;
        Ok(outline)
    }

    /// The same outline of a project whose tasks and links stand where those stood.
    pub(crate) fn of<'p>(self, project: &'p Project) -> Outline<'p> {
        let Outline { places, links, missing, .. } = self;
        Outline { project, places, links, missing }
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

    /// Which tasks will not be done, or stand below a summary that will not be.
    pub(crate) fn cancelled(&self) -> Column<bool, Place> {
        let mut cancelled = self.places.beside(false);
        for row in self.places.rows() {
            cancelled[row] = self.task(row).cancelled || self.parent(row).is_some_and(|parent| cancelled[parent]);
        }
        cancelled
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

    /// Whether no two links are the same, where that shows at once because the document lists the few links of each task together.
    fn are_distinct(&self, end: impl Fn(&RowLink) -> Row) -> bool {
        const FEW: usize = 16;
        let mut listed = self.places.beside(false);
        self.links.chunk_by(|a, b| end(a) == end(b)).all(|of_one| {
            let again = of_one.first().is_some_and(|link| std::mem::replace(&mut listed[end(link)], true));
            let differs = |(index, link): (usize, &RowLink)| of_one.iter().take(index).all(|other| other.key() != link.key());
            !again && of_one.len() <= FEW && of_one.iter().enumerate().all(differs)
        })
    }

    fn refuse_duplicates(&self) -> Result<()> {
        if self.are_distinct(|link| link.successor) || self.are_distinct(|link| link.predecessor) {
            return Ok(());
        }
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

/// What a place says of its task.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    blocking: bool,
    staged: bool,
}

/// What the outline asks of every task, gathered in one walk over the project: what is asked for often lies side by side, and not
/// somewhere in a task. All lists go by the place of a task in the document.
struct Gathered<'a> {
    ids: Vec<TaskId>,
    ranks: Vec<&'a str>,
    marks: Vec<Marks>,
    /// The last mention of a parent up to each task, if that is its own.
    mentions: Vec<Option<u32>>,
    /// Each parent that differs from that of the task before, and the first task that names it so.
    mentioned: Vec<(&'a TaskId, u32)>,
    names: Names,
}

impl<'a> Gathered<'a> {
    fn new(project: &'a Project) -> Result<Gathered<'a>> {
        let count = project.tasks.len();
        let (mut ids, mut ranks, mut mentions) = (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        let mut marks = Vec::with_capacity(count);
        let mut mentioned: Vec<(&TaskId, u32)> = Vec::new();
        for (document, task) in (0_u32..).zip(&project.tasks) {
            ids.push(task.id.clone());
            ranks.push(task.rank.as_str());
            marks.push(Marks { blocking: task.blocking, staged: task.stage.is_some() });
            if let Some(parent) = &task.parent
                && mentioned.last().is_none_or(|(last, _)| *last != parent)
            {
                mentioned.push((parent, document));
            }
            mentions.push(task.parent.as_ref().and(u32::try_from(mentioned.len()).ok()));
        }
        let mut names = Names::with_capacity(count);
        for document in (0_u32..).take(count) {
            if let Some(first) = names.add(text_of(&ids, document), |task| text_of(&ids, task)) {
                let args = [("task", text_of(&ids, document)), ("first", &format!("/project/tasks/{first}"))];
                return Err(Error::new(Code::TaskDuplicateId, &args).at(format!("/project/tasks/{document}/id")));
            }
        }
        Ok(Gathered { ids, ranks, marks, mentions, mentioned, names })
    }

    /// The place of a task in the document, quickly where that is at or behind the last one.
    fn get(&self, id: &TaskId, last: u32) -> Option<u32> {
        self.names.get_near(last, id.as_str(), |task| text_of(&self.ids, task))
    }

    /// The parent of each task.
    fn parents(&self) -> Result<Vec<Option<u32>>> {
        let parent = |(id, document): &(&TaskId, u32)| {
            self.get(id, 0).map(Some).ok_or_else(|| unknown(id).at(format!("/project/tasks/{document}/parent")))
        };
        // Mentions count from one, and the first of all is none.
        let mentioned = std::iter::once(Ok(None)).chain(self.mentioned.iter().map(parent)).collect::<Result<Vec<_>>>()?;
        Ok(self.mentions.iter().map(|mention| mentioned.get(mention.unwrap_or(0) as usize).copied().flatten()).collect())
    }

    /// The order of two siblings.
    fn by_rank(&self, a: u32, b: u32) -> Ordering {
        let rank = |task: u32| self.ranks.get(task as usize);
        rank(a).cmp(&rank(b)).then_with(|| text_of(&self.ids, a).cmp(text_of(&self.ids, b)))
    }
}

fn text_of(ids: &[TaskId], task: u32) -> &str {
    ids.get(task as usize).map_or("", TaskId::as_str)
}

/// Walks the tree of parents without recursion: ten thousand levels are legal.
fn arrange(project: &Project, gathered: &Gathered<'_>) -> Result<Column<Place>> {
    let parents = gathered.parents()?;
    // Siblings side by side, the last one first, so that a stack gives the first one first. Those at the top come first.
    let family = |parent: Option<u32>| parent.map_or(0, |parent| parent + 1);
    let families: Vec<u32> = parents.iter().map(|parent| family(*parent)).collect();
    let count = u32::try_from(project.tasks.len()).unwrap_or(u32::MAX).saturating_add(1);
    let (mut children, firsts) = by_key(&families, count);
    let run = |parent: Option<u32>| {
        let bound = |family: u32| firsts.get(family as usize).map_or(project.tasks.len(), |first| *first as usize);
        bound(family(parent))..bound(family(parent) + 1)
    };
    for parent in std::iter::once(None).chain((0..count).map(Some)) {
        let siblings = children.get_mut(run(parent)).unwrap_or_default();
        if siblings.is_sorted_by(|a, b| gathered.by_rank(*a, *b).is_le()) {
            siblings.reverse();
        } else {
            siblings.sort_unstable_by(|a, b| gathered.by_rank(*b, *a));
        }
    }
    let below = |parent: Option<u32>| children.get(run(parent)).unwrap_or_default().iter().copied();

    let mut places = Column::default();
    let mut stack: Vec<(u32, Slot<Place>)> = below(None).map(|document| (document, Slot::EMPTY)).collect();
    while let Some((document, parent)) = stack.pop() {
        let open = stack.len();
        let Marks { blocking, staged } = gathered.marks.get(document as usize).copied().unwrap_or_default();
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
