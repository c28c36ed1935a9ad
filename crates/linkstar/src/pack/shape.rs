//! A template as one product needs it: which tasks, which links, what brings the evidence, what holds what up.
//!
//! Tasks are rows here, each once: what is repeated for every SKU comes later.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AttributeId, DatePoint, GateKind, LinkKind, Requirement, Template, TemplateTask};
use crate::pack::library::Library;
use crate::pack::product::{Product, Truth};
use crate::time::Lag;

/// The tasks of a project before they are repeated.
pub(crate) struct Shape<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    /// What holds tasks up, in the order of the packs.
    pub(crate) steps: Vec<Step<'a>>,
    /// The requirements that hold something up here, with the row that brings their evidence.
    pub(crate) asked: Vec<Asked<'a>>,
    /// The row in which the requirements are listed.
    pub(crate) scoping: Option<usize>,
}

/// A task.
pub(crate) struct Row<'a> {
    pub(crate) work: Work<'a>,
    /// The attributes on which it depends whether the task is needed.
    pub(crate) asks: BTreeSet<AttributeId>,
    pub(crate) after: Vec<Tie>,
}

/// What a task does.
#[derive(Clone, Copy)]
pub(crate) enum Work<'a> {
    /// What the template says.
    Task(&'a TemplateTask),
    /// It brings the evidence of a requirement of which the template knows nothing.
    Obtain(&'a Requirement),
}

/// What a row waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tie {
    pub(crate) row: usize,
    pub(crate) kind: LinkKind,
    pub(crate) lag: Option<Lag>,
    pub(crate) blocking: bool,
}

/// Tasks that may not start before some requirements are met.
pub(crate) struct Step<'a> {
    pub(crate) kind: &'a GateKind,
    pub(crate) rows: Vec<usize>,
    /// The requirements, and whether each only warns.
    pub(crate) items: Vec<(&'a Requirement, bool)>,
}

/// A requirement that holds something up.
pub(crate) struct Asked<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) asks: BTreeSet<AttributeId>,
    pub(crate) producer: Option<usize>,
}

impl<'a> Shape<'a> {
    pub(crate) fn new(library: &Library<'a>, template: &'a Template, product: &Product<'a>) -> Shape<'a> {
        let (mut rows, place) = needed(template, product);
        let row_of = |id: &str| place.get(id).copied();
        let step = |kind: &'a GateKind| {
            let is_one = |row: &Row<'_>| row.work.task().is_some_and(|task| task.gates.contains(&kind.id));
            let held_up = rows.iter().enumerate().filter(|(_, row)| is_one(row)).map(|(row, _)| row);
            Step { kind, rows: held_up.collect(), items: Vec::new() }
        };
        let mut steps: Vec<Step<'_>> = library.gates.iter().map(|kept| step(kept.record)).collect();
        steps.retain(|step| !step.rows.is_empty());
        let mut asked = Vec::new();
        for requirement in library.requirements.iter().map(|kept| kept.record) {
            let asks = match product.applies(requirement.id.as_str()) {
                Truth::No => continue,
                Truth::Yes => BTreeSet::new(),
                Truth::Asks(about) => about,
            };
            let mut holds_up = false;
            for block in &requirement.blocks {
                if let Some(step) = steps.iter_mut().find(|step| step.kind.id == block.gate) {
                    step.items.push((requirement, block.soft));
                    holds_up = true;
                }
            }
            if holds_up {
                let brings = |row: &Row<'_>| row.work.task().is_some_and(|task| task.evidence.contains(&requirement.id));
                asked.push(Asked { requirement, asks, producer: rows.iter().position(brings) });
            }
        }
        steps.retain(|step| !step.items.is_empty());
        let scoping = template.scoping.as_ref().and_then(|id| row_of(id.as_str()));
        let sample = template.sample.as_ref().and_then(|id| row_of(id.as_str()));
        if scoping.is_some() {
            for asked in asked.iter_mut().filter(|asked| asked.producer.is_none()) {
                asked.producer = Some(rows.len());
                rows.push(Row { work: Work::Obtain(asked.requirement), asks: asked.asks.clone(), after: Vec::new() });
            }
        }
        let mut shape = Shape { rows, steps, asked, scoping };
        shape.tie(sample);
        shape
    }

    /// Lets what is held up wait for what brings the evidence, so that dates agree with gates.
    fn tie(&mut self, sample: Option<usize>) {
        let mut before = Before::new(&self.rows);
        for place in 0..self.asked.len() {
            let Some((requirement, Some(producer))) = self.asked.get(place).map(|asked| (asked.requirement, asked.producer)) else {
                continue;
            };
            // What only warns does not make anybody wait.
            let hard = |step: &&Step<'_>| step.items.iter().any(|(item, soft)| item.id == requirement.id && !soft);
            let held_up = self.steps.iter().filter(hard);
            let mut ties: Vec<(usize, usize)> = held_up.flat_map(|step| &step.rows).map(|row| (producer, *row)).collect();
            let obtained = self.rows.get(producer).is_some_and(|row| matches!(row.work, Work::Obtain(_)));
            if obtained {
                let first = self.scoping.into_iter().chain(sample.filter(|_| requirement.needs_sample));
                // A paper that holds up the sample cannot wait for it.
                let later: Vec<usize> = ties.iter().map(|(_, row)| *row).collect();
                let usable = first.filter(|first| later.iter().all(|row| row != first && !before.is(*row, *first)));
                ties.extend(usable.map(|first| (first, producer)).collect::<Vec<_>>());
            }
            for (one, other) in ties {
                if one != other && !before.is(one, other) && !before.is(other, one) {
                    if let Some(row) = self.rows.get_mut(other) {
                        row.after.push(Tie { row: one, kind: LinkKind::FinishToStart, lag: None, blocking: false });
                    }
                    before.add(one, other);
                }
            }
        }
        // A warning about what can only be there later would never be heard.
        let producers: BTreeMap<&str, usize> =
            self.asked.iter().filter_map(|asked| Some((asked.requirement.id.as_str(), asked.producer?))).collect();
        for step in &mut self.steps {
            let Step { rows, items, .. } = step;
            let in_time = |producer: &usize| rows.iter().all(|row| row != producer && !before.is(*row, *producer));
            items.retain(|(item, soft)| !soft || producers.get(item.id.as_str()).is_none_or(in_time));
        }
        self.steps.retain(|step| !step.items.is_empty());
    }
}

impl<'a> Work<'a> {
    pub(crate) fn task(self) -> Option<&'a TemplateTask> {
        match self {
            Work::Task(task) => Some(task),
            Work::Obtain(_) => None,
        }
    }
}

/// The tasks of the template that the product needs; links to one that it does not need lead on to what that one waits for.
fn needed<'a>(template: &'a Template, product: &Product<'a>) -> (Vec<Row<'a>>, BTreeMap<&'a str, usize>) {
    let places: BTreeMap<&str, usize> = template.tasks.iter().enumerate().map(|(place, task)| (task.id.as_str(), place)).collect();
    let truths: Vec<Truth> = template.tasks.iter().map(|task| product.holds(&task.when)).collect();
    let waits_for: Vec<Vec<usize>> =
        template.tasks.iter().map(|task| task.after.iter().filter_map(|link| places.get(link.task.as_str()).copied()).collect()).collect();
    let mut row_of: Vec<Option<usize>> = Vec::with_capacity(truths.len());
    let mut kept = 0;
    for truth in &truths {
        row_of.push((*truth != Truth::No).then_some(kept));
        kept += usize::from(*truth != Truth::No);
    }
    // For each task of the template, what it waits for among the rows; filled from the first tasks to the last.
    let mut ties: Vec<Vec<Tie>> = vec![Vec::new(); truths.len()];
    for place in in_order(&waits_for).0 {
        let Some(task) = template.tasks.get(place) else { continue };
        let mut own: Vec<Tie> = Vec::new();
        for link in &task.after {
            let Some(before) = places.get(link.task.as_str()).copied() else { continue };
            match row_of.get(before).copied().flatten() {
                Some(row) => own.push(Tie { row, kind: link.kind, lag: link.lag, blocking: link.blocking }),
                None => own.extend(ties.get(before).into_iter().flatten().copied()),
            }
        }
        // Of two links between the same tasks of the same kind, the first that was written holds.
        let mut seen = BTreeSet::new();
        let once = own.into_iter().filter(|tie| seen.insert((tie.row, tie.kind))).collect();
        if let Some(slot) = ties.get_mut(place) {
            *slot = once;
        }
    }
    let mut rows = Vec::with_capacity(kept);
    let mut by_id = BTreeMap::new();
    for ((task, truth), after) in template.tasks.iter().zip(truths).zip(ties) {
        let mut asks = match truth {
            Truth::No => continue,
            Truth::Yes => BTreeSet::new(),
            Truth::Asks(about) => about,
        };
        asks.extend(task.dates.iter().filter_map(|date| match &date.point {
            DatePoint::Asked { attribute } if product.known(attribute.as_str()).is_none() => Some(attribute.clone()),
            _ => None,
        }));
        by_id.insert(task.id.as_str(), rows.len());
        rows.push(Row { work: Work::Task(task), asks, after });
    }
    (rows, by_id)
}

/// Places, each after those that it waits for; and those that wait for each other in a circle, or for some that do.
pub(crate) fn in_order(waits_for: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); waits_for.len()];
    let mut waits: Vec<usize> = vec![0; waits_for.len()];
    for (place, before) in waits_for.iter().enumerate() {
        for other in before {
            if let (Some(followers), Some(waits)) = (followers.get_mut(*other), waits.get_mut(place)) {
                followers.push(place);
                *waits += 1;
            }
        }
    }
    let mut open: Vec<usize> = waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(place, _)| place).collect();
    let mut done = Vec::with_capacity(waits_for.len());
    while let Some(place) = open.pop() {
        done.push(place);
        for follower in followers.get(place).into_iter().flatten() {
            if let Some(waits) = waits.get_mut(*follower) {
                *waits -= 1;
                if *waits == 0 {
                    open.push(*follower);
                }
            }
        }
    }
    let stuck = waits.iter().enumerate().filter(|(_, waits)| **waits > 0).map(|(place, _)| place);
    (done, stuck.collect())
}

/// Which rows come before which.
struct Before {
    /// For each row a set of bits: the rows before it.
    sets: Vec<Vec<u64>>,
}

impl Before {
    fn new(rows: &[Row<'_>]) -> Before {
        let waits_for: Vec<Vec<usize>> = rows.iter().map(|row| row.after.iter().map(|tie| tie.row).collect()).collect();
        let mut before = Before { sets: vec![vec![0; rows.len().div_ceil(64)]; rows.len()] };
        for row in in_order(&waits_for).0 {
            for earlier in waits_for.get(row).into_iter().flatten() {
                before.put(*earlier, row);
            }
        }
        before
    }

    fn is(&self, one: usize, before: usize) -> bool {
        self.sets.get(before).and_then(|set| set.get(one / 64)).is_some_and(|word| word >> (one % 64) & 1 == 1)
    }

    /// Row `one`, and all before it, come before `other`.
    fn put(&mut self, one: usize, other: usize) {
        let earlier = self.sets.get(one).cloned().unwrap_or_default();
        if let Some(set) = self.sets.get_mut(other) {
            for (word, more) in set.iter_mut().zip(&earlier) {
                *word |= more;
            }
            if let Some(word) = set.get_mut(one / 64) {
                *word |= 1 << (one % 64);
            }
        }
    }

    /// The same, told to all that come after `other`.
    fn add(&mut self, one: usize, other: usize) {
        let after: Vec<usize> = (0..self.sets.len()).filter(|row| *row == other || self.is(other, *row)).collect();
        for row in after {
            self.put(one, row);
        }
    }
}
