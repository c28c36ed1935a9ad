//! How far a command reaches, as far as the scopes of grants ask.

use serde_json::Value;

use crate::access::{Part, Target, part_of};
use crate::log::draft::Draft;
use crate::log::fit;
use crate::log::record::{RecordKind, RecordRef};
use crate::model::{ChecklistItem, Gate, Intent, MemberId, Stage, StageId, Task};

/// What is touched: parts of the project, or, without any, the project as a whole. It keeps what a draft only lends.
#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    parts: Vec<Touched>,
}

#[derive(Debug, Clone, Default)]
struct Touched {
    stage: Option<StageId>,
    platforms: Vec<String>,
    people: Vec<MemberId>,
}

impl Touched {
    fn part(&self) -> Part<'_> {
        Part {
            stage: self.stage.as_ref(),
            platforms: self.platforms.iter().map(String::as_str).collect(),
            people: self.people.iter().collect(),
        }
    }
}

impl Reach {
    pub(super) fn target(&self) -> Target<'_> {
        Target { parts: self.parts.iter().map(Touched::part).collect() }
    }

    /// What a record is about; nothing where it is not there.
    pub(super) fn of(draft: &Draft<'_>, record: &RecordRef) -> Option<Reach> {
        let fields = draft.fields(record)?;
        // Who sees to something works on all that it is about.
        let named = |owner: Option<MemberId>| -> Vec<Touched> {
            let mut parts = Vec::new();
            for (_, other) in fit::named(record.kind, &fields) {
                match other.kind {
                    RecordKind::Stage => parts.push(Touched { stage: Some(other.id.as_str().into()), ..Touched::default() }),
                    RecordKind::Task => parts.extend(touched(draft, &other.id)),
                    _ => {}
                }
            }
            for part in &mut parts {
                part.people.extend(owner.clone());
            }
            parts
        };
        let parts = match record.kind {
            RecordKind::Task => vec![touched(draft, &record.id)?],
            RecordKind::Link => {
                let ends = ["predecessor", "successor"].map(|end| fields.get(end).and_then(Value::as_str));
                ends.into_iter().flatten().filter_map(|end| touched(draft, end)).collect()
            }
            RecordKind::Stage => {
                let owner = draft.find::<Stage>(&record.id)?.owner;
                vec![Touched { stage: Some(record.id.as_str().into()), platforms: Vec::new(), people: owner.into_iter().collect() }]
            }
            RecordKind::Item => {
                let owner = draft.find::<ChecklistItem>(&record.id)?.owner;
                match (named(owner.clone()), owner) {
                    (parts, Some(owner)) if parts.is_empty() => vec![Touched { people: vec![owner], ..Touched::default() }],
                    (parts, _) => parts,
                }
            }
            RecordKind::Gate => {
                let gate = draft.find::<Gate>(&record.id)?;
                let guards_project = gate.guards.iter().any(|guarded| matches!(guarded, Intent::CloseProject {}));
                if guards_project { Vec::new() } else { named(gate.owner) }
            }
            RecordKind::Risk | RecordKind::Money | RecordKind::Comment | RecordKind::Attachment | RecordKind::Lesson => named(None),
            RecordKind::Project | RecordKind::Metric | RecordKind::Baseline | RecordKind::Held => Vec::new(),
        };
        Some(Reach { parts })
    }
}

/// A task as scopes see it, with the summaries above it.
fn touched(draft: &Draft<'_>, task: &str) -> Option<Touched> {
    let task = draft.find::<Task>(task)?;
    let mut above: Vec<Task> = Vec::new();
    while let Some(parent) = above.last().unwrap_or(&task).parent.as_ref().and_then(|parent| draft.find::<Task>(parent.as_str())) {
        // Parents in a loop are refused elsewhere.
        if parent.id == task.id || above.iter().any(|other| other.id == parent.id) {
            break;
        }
        above.push(parent);
    }
    let part = part_of(&task, above.iter());
    Some(Touched {
        stage: part.stage.cloned(),
        platforms: part.platforms.into_iter().map(str::to_owned).collect(),
        people: part.people.into_iter().cloned().collect(),
    })
}
