//! Stages: which are open, and what keeps the others from opening.

use std::collections::BTreeMap;

use crate::column::{Column, Index, Slot};
use crate::error::{Code, Diagnostic, Error, Result};
use crate::model::{Stage, StageId};
use crate::outline::{Outline, Place, Row};

/// A stage by its place in the project.
pub(crate) type StageNumber = Index<StageForm>;

/// A stage with its names resolved.
#[derive(Debug, Clone)]
pub(crate) struct StageForm {
    pub(crate) after: Vec<StageNumber>,
}

#[derive(Debug)]
pub(crate) struct Stages {
    pub(crate) forms: Column<StageForm>,
    /// The stage of each task, its own or that of a summary above it; empty where the project has no stages.
    of: Column<Slot<StageForm>, Place>,
}

impl Stages {
    /// # Errors
    /// Ids that are unknown or used twice.
    pub(super) fn new(outline: &Outline<'_>, diagnostics: &mut Vec<Diagnostic>) -> Result<Stages> {
        let stages = &outline.project.stages;
        let by_id = by_id(stages)?;
        let number = |id: &StageId| by_id.get(id).copied();
        let mut forms = Column::default();
        for (index, stage) in stages.iter().enumerate() {
            let unknown = |(place, id): (usize, &StageId)| {
                number(id).ok_or_else(|| unknown_stage(id).at(format!("/project/stages/{index}/after/{place}")))
            };
            let after = stage.after.iter().enumerate().map(unknown).collect::<Result<_>>()?;
            forms.push(StageForm { after });
        }
        let mut of = Column::default();
        if outline.places.iter().any(|(_, place)| place.staged) {
            of = outline.places.beside(Slot::EMPTY);
            for row in outline.places.rows() {
                of[row] = match outline.task(row).stage.as_ref().filter(|_| outline.places[row].staged) {
                    Some(id) => number(id).ok_or_else(|| unknown_stage(id).at(outline.path(row) + "/stage"))?.into(),
                    None => outline.parent(row).map_or(Slot::EMPTY, |parent| of[parent]),
                };
            }
        }
        let stages = Stages { forms, of };
        stages.report_loops(outline, diagnostics);
        Ok(stages)
    }

    /// The stage that a task belongs to.
    pub(crate) fn of(&self, row: Row) -> Option<StageNumber> {
        if self.of.is_empty() { None } else { self.of[row].get() }
    }

    /// Each stage behind those that it comes after, where it waits for them at all. Stages in a loop are not among them: they never open
    /// by themselves.
    pub(super) fn order(&self, waits: impl Fn(StageNumber) -> bool) -> Vec<StageNumber> {
        let mut waits_for = self.forms.beside(0_usize);
        let mut followers: Column<Vec<StageNumber>, StageForm> = self.forms.beside(Vec::new());
        for (stage, form) in self.forms.iter().filter(|(stage, _)| waits(*stage)) {
            waits_for[stage] = form.after.len();
            form.after.iter().for_each(|before| followers[*before].push(stage));
        }
        let mut order: Vec<StageNumber> = self.forms.rows().filter(|stage| waits_for[*stage] == 0).collect();
        let mut next = 0;
        while let Some(stage) = order.get(next).copied() {
            next += 1;
            for follower in &followers[stage] {
                waits_for[*follower] -= 1;
                if waits_for[*follower] == 0 {
                    order.push(*follower);
                }
            }
        }
        order
    }

    fn report_loops(&self, outline: &Outline<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let mut ordered = self.forms.beside(false);
        self.order(|_| true).iter().for_each(|stage| ordered[*stage] = true);
        if let Some(lost) = self.forms.rows().find(|stage| !ordered[*stage]) {
            // Going back from a lost stage over lost stages for as many steps as there are ends inside a loop.
            let back = |stage: StageNumber| self.forms[stage].after.iter().copied().find(|before| !ordered[*before]);
            let inside = self.forms.rows().fold(lost, |stage, _| back(stage).unwrap_or(stage));
            let id = outline.project.stages.get(inside.as_usize()).map_or("", |stage| stage.id.as_str());
            diagnostics.push(Diagnostic::new(Code::StageLoop, Vec::new(), &[("stage", id)]));
        }
    }
}

pub(super) fn by_id(stages: &[Stage]) -> Result<BTreeMap<&StageId, StageNumber>> {
    let mut by_id = BTreeMap::new();
    for (index, stage) in stages.iter().enumerate() {
        if by_id.insert(&stage.id, StageNumber::from_usize(index)).is_some() {
            return Err(Error::new(Code::StageDuplicateId, &[("stage", stage.id.as_str())]).at(format!("/project/stages/{index}/id")));
        }
    }
    Ok(by_id)
}

pub(super) fn unknown_stage(id: &StageId) -> Error {
    Error::new(Code::StageUnknown, &[("stage", id.as_str())])
}
