//! Doing again what was done once: a part of a project, copied with its inner order and without its past.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::{Command, RecordKind, RecordRef, Records};
use crate::model::{ChecklistItem, Gate, Intent, ItemId, Json, Link, List, Project, Task, TaskId};
use crate::plan::canonical_order;
use crate::time::Timestamp;

/// A copy of a part of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BranchCopy {
    /// The task at its top.
    pub task: TaskId,
    /// The commands that add it, in this order.
    pub commands: Vec<Command>,
}

/// What comes along with a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyWith {
    /// The people: owners, helpers, who is assigned, who may approve.
    pub people: bool,
    /// What has happened: when tasks began and were done, how far they are, and what they depend on in other systems.
    pub actuals: bool,
}

/// The commands that add a copy of a task with all below it: the links inside, and the gates and checklist items that are about nothing
/// else. A gate of the copy that asks for something that others ask for as well, such as a grant for the whole product, asks for the
/// same.
///
/// The ids are those of the original after the key: `second-colour.photos`. Evidence, ticks, decisions, waivers, comments and files stay
/// where they were given: they prove nothing of the copy. An approval that names only people is open to everybody in a copy without
/// people.
///
/// # Errors
/// A task or a parent that is not there, a key without text, and one that has made a copy already.
///
/// ```
/// use linkstar::{CopyWith, Project, copy_branch};
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "p", "name": "P", "calendar": "c",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
///     "tasks": [{ "id": "photos", "name": "Photos" }, { "id": "shoot", "name": "Shoot", "parent": "photos", "duration": "2d" }] }"#)?;
/// let copy = copy_branch(&project, &"photos".into(), "second-colour", None, CopyWith::default())?;
/// assert_eq!((copy.task.as_str(), copy.commands.len()), ("second-colour.photos", 2));
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn copy_branch(project: &Project, task: &TaskId, key: &str, parent: Option<&TaskId>, with: CopyWith) -> Result<BranchCopy> {
    if key.trim().is_empty() {
        return Err(Error::new(Code::TextBlank, &[("field", "key")]).at("/key"));
    }
    let ordered = canonical_order(project)?;
    let known = |id: &TaskId, field: &str| match ordered.task(id.as_str()) {
        Some(found) => Ok(found),
        None => Err(Error::new(Code::RecordUnknown, &[("kind", "task"), ("id", id.as_str())]).at(field)),
    };
    let top = known(task, "/task")?;
    let parent = parent.map(|parent| known(parent, "/parent")).transpose()?;
    let copier = Copier { project: &ordered, key, with, inside: branch(&ordered, top) };
    let (gates, items) = (copier.gates(), copier.items());
    let copied = copier.tasks().map(|task| RecordRef::new(RecordKind::Task, &copier.id(task.id.as_str())));
    let copied = copied.chain(items.iter().map(|item| RecordRef::new(RecordKind::Item, &copier.id(item.as_str()))));
    let mut copied = copied.chain(gates.iter().map(|gate| RecordRef::new(RecordKind::Gate, &copier.id(gate.id.as_str()))));
    let records = Records::new(project.clone())?;
    if let Some(twice) = copied.find(|record| records.has(record)) {
        return Err(Error::new(Code::RecordTwice, &[("kind", twice.kind.name()), ("id", &twice.id)]).at("/key"));
    }
    let mut commands = Vec::new();
    for task in copier.tasks() {
        let mut copy = copier.task(task);
        if task.id == top.id {
            match parent {
                Some(parent) => copy.parent = Some(parent.id.clone()),
                // Right after the original: what is longer sorts behind.
                None => copy.rank = format!("{}+", top.rank).into(),
            }
        }
        commands.push(add(RecordKind::Task, &copy));
    }
    let inner = ordered.links.iter().filter(|link| copier.has(&link.predecessor) && copier.has(&link.successor));
    for link in inner {
        let (from, to) = (copier.id(link.predecessor.as_str()), copier.id(link.successor.as_str()));
        let copy = Link { kind: link.kind, lag: link.lag, blocking: link.blocking, ..Link::new(&from, &to) };
        commands.push(add(RecordKind::Link, &copy));
    }
    for item in ordered.checklist.iter().filter(|item| items.contains(&item.id)) {
        commands.push(add(RecordKind::Item, &copier.item(item)));
    }
    for gate in gates {
        commands.push(add(RecordKind::Gate, &copier.gate(gate, &items)));
    }
    commands.extend(copier.reports());
    Ok(BranchCopy { task: copier.id(top.id.as_str()).into(), commands })
}

/// A task and all below it; what is above a task comes before it.
fn branch<'p>(project: &'p Project, top: &Task) -> BTreeSet<&'p str> {
    let mut inside = BTreeSet::new();
    for task in &project.tasks {
        let below = task.parent.as_ref().is_some_and(|parent| inside.contains(parent.as_str()));
        if below || task.id == top.id {
            inside.insert(task.id.as_str());
        }
    }
    inside
}

struct Copier<'p> {
    project: &'p Project,
    key: &'p str,
    with: CopyWith,
    inside: BTreeSet<&'p str>,
}

impl<'p> Copier<'p> {
    fn has(&self, task: &TaskId) -> bool {
        self.inside.contains(task.as_str())
    }

    fn tasks(&self) -> impl Iterator<Item = &'p Task> + '_ {
        self.project.tasks.iter().filter(|task| self.has(&task.id))
    }

    fn id(&self, id: &str) -> String {
        format!("{}.{id}", self.key)
    }

    fn task(&self, from: &Task) -> Task {
        let mut copy = Task {
            id: self.id(from.id.as_str()).into(),
            percent_complete: 0,
            progress: None,
            cancelled: false,
            levelling_delay: None,
            ext: List::new(),
            ..from.clone()
        };
        copy.parent = from.parent.as_ref().map(|parent| if self.has(parent) { self.id(parent.as_str()).into() } else { parent.clone() });
        if !self.with.people {
            (copy.owner, copy.helpers, copy.assignments) = (None, List::new(), List::new());
        }
        if !self.with.actuals {
            (copy.entities, copy.expected_finish) = (List::new(), None);
        }
        copy
    }

    /// The gates that guard tasks of the branch, and nothing else.
    fn gates(&self) -> Vec<&'p Gate> {
        let inside = |guard: &Intent| match guard {
            Intent::StartTask { task } | Intent::CompleteTask { task } => self.has(task),
            Intent::OpenStage { .. } | Intent::CloseStage { .. } | Intent::CloseProject {} => false,
        };
        self.project.gates.iter().filter(|gate| !gate.guards.is_empty() && gate.guards.iter().all(inside)).collect()
    }

    /// The checklist items whose evidence comes from the branch, or from nowhere, and that stand in no gate outside.
    fn items(&self) -> BTreeSet<&'p ItemId> {
        let gates: BTreeSet<&str> = self.gates().iter().map(|gate| gate.id.as_str()).collect();
        let mut asked: BTreeMap<&ItemId, bool> = BTreeMap::new();
        for gate in &self.project.gates {
            for in_gate in &gate.items {
                let only_inside = asked.entry(&in_gate.item).or_insert(true);
                *only_inside &= gates.contains(gate.id.as_str());
            }
        }
        let about = |item: &&ChecklistItem| match (&item.producer, asked.get(&item.id)) {
            (Some(producer), only_inside) => self.has(producer) && only_inside.copied().unwrap_or(true),
            (None, only_inside) => only_inside.copied().unwrap_or(false),
        };
        self.project.checklist.iter().filter(about).map(|item| &item.id).collect()
    }

    fn item(&self, from: &ChecklistItem) -> ChecklistItem {
        ChecklistItem {
            id: self.id(from.id.as_str()).into(),
            owner: from.owner.clone().filter(|_| self.with.people),
            producer: from.producer.as_ref().map(|producer| self.id(producer.as_str()).into()),
            evidence: Vec::new(),
            ticked: None,
            ..from.clone()
        }
    }

    fn gate(&self, from: &Gate, items: &BTreeSet<&ItemId>) -> Gate {
        let mut copy = Gate { id: self.id(from.id.as_str()).into(), waiver: None, ..from.clone() };
        for guard in &mut copy.guards {
            if let Intent::StartTask { task } | Intent::CompleteTask { task } = guard {
                *task = self.id(task.as_str()).into();
            }
        }
        for in_gate in &mut copy.items {
            in_gate.waiver = None;
            if items.contains(&in_gate.item) {
                in_gate.item = self.id(in_gate.item.as_str()).into();
            }
        }
        for approval in &mut copy.approvals {
            (approval.decisions, approval.delegations) = (Vec::new(), Vec::new());
            if !self.with.people {
                approval.members = Vec::new();
            }
        }
        copy.owner = copy.owner.filter(|_| self.with.people);
        copy
    }

    /// What has happened, told again of the copy, in the order in which it happened; what was called off comes last.
    fn reports(&self) -> Vec<Command> {
        if !self.with.actuals {
            return Vec::new();
        }
        let summaries: BTreeSet<&str> = self.project.tasks.iter().filter_map(|task| Some(task.parent.as_ref()?.as_str())).collect();
        let mut told: Vec<(Timestamp, Command)> = Vec::new();
        let mut last = Vec::new();
        for task in self.tasks() {
            let id = || TaskId::from(self.id(task.id.as_str()));
            if let Some(progress) = task.progress.as_deref().filter(|_| !summaries.contains(task.id.as_str())) {
                told.push((progress.actual_start, Command::ReportStart { task: id(), at: progress.actual_start }));
                match progress.actual_finish {
                    Some(at) => told.push((at, Command::ReportFinish { task: id(), at })),
                    None if task.percent_complete > 0 || progress.remaining.is_some() => {
                        let percent = task.percent_complete.min(99);
                        last.push(Command::SetProgress { task: id(), percent, remaining: progress.remaining });
                    }
                    None => {}
                }
            }
            // What is done cannot be called off any more.
            let done = task.progress.as_deref().is_some_and(|progress| progress.actual_finish.is_some());
            if task.cancelled && !done {
                last.push(Command::CancelTask { task: id(), reason: None });
            }
        }
        crate::order::sort_by(&mut told, |one, other| one.0.cmp(&other.0));
        told.into_iter().map(|(_, command)| command).chain(last).collect()
    }
}

fn add<T: Serialize>(record: RecordKind, value: &T) -> Command {
    Command::Add { record, value: Json::from(&document::tree(value)) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;
    use crate::log::{Context, Outcome, State, decide, decide_first};
    use crate::model::Directory;

    const DIRECTORY: &str = r#"{ "linkstar": 1,
        "calendars": [{ "id": "office", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-18:00"], "tuesday": ["09:00-18:00"], "friday": ["09:00-18:00"] } }],
        "roles": [{ "id": "quality", "name": "Quality" }],
        "members": [{ "id": "li.wei", "name": "Li Wei" }, { "id": "ana", "name": "Ana", "roles": ["quality"] }],
        "grants": [{ "id": "g", "access": "owner", "member": "li.wei" }] }"#;

    const PROJECT: &str = r#"{ "linkstar": 1, "id": "p", "name": "P", "calendar": "office", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
        "tasks": [
            { "id": "black", "name": "Black", "rank": "1" },
            { "id": "sample", "name": "Sample", "parent": "black", "rank": "1", "duration": "2d", "owner": "li.wei", "entities": ["po:1"],
              "progress": { "actualStart": "2027-03-01T01:00:00Z", "actualFinish": "2027-03-02T10:00:00Z" }, "percentComplete": 100 },
            { "id": "test", "name": "Test", "parent": "black", "rank": "2", "duration": "4d", "percentComplete": 40,
              "progress": { "actualStart": "2027-03-05T01:00:00Z" } },
            { "id": "video", "name": "Video", "parent": "black", "rank": "3", "duration": "1d", "cancelled": true },
            { "id": "ads", "name": "Ads", "parent": "black", "rank": "4", "duration": "1d" },
            { "id": "ship", "name": "Ship", "rank": "2", "duration": "1d" }
        ],
        "links": [{ "predecessor": "sample", "successor": "test", "kind": "SS", "lag": "1d", "blocking": true,
                    "waiver": { "by": "li.wei", "at": "2027-03-02T01:00:00Z", "reason": "late" } },
                  { "predecessor": "test", "successor": "ads" }, { "predecessor": "ads", "successor": "ship" }],
        "checklist": [
            { "id": "report", "name": "Report", "needs": ["test-report"], "producer": "test", "owner": "ana",
              "evidence": [{ "id": "e", "kind": "test-report", "at": "2027-03-05T01:00:00Z", "by": "ana" }] },
            { "id": "grant", "name": "Grant", "needs": ["fcc-grant"] }
        ],
        "gates": [
            { "id": "ads-start", "name": "Ads", "guards": [{ "kind": "startTask", "task": "ads" }], "items": [{ "item": "report" }, { "item": "grant" }],
              "approvals": [{ "name": "Release", "needed": 1, "members": ["ana"], "decisions": [{ "by": "ana", "at": "2027-03-05T01:00:00Z", "approved": true }] }] },
            { "id": "ship-start", "name": "Ship", "guards": [{ "kind": "startTask", "task": "ship" }], "items": [{ "item": "grant" }] }
        ] }"#;

    fn context(key: &str) -> Context {
        Context {
            actor: "li.wei".into(),
            now: "2027-03-08T01:00:00Z".parse().unwrap(),
            key: key.to_owned(),
            salt: "0123456789abcdef".to_owned(),
        }
    }

    /// The project after the commands, each of which has to be accepted.
    fn carried_out(commands: &[Command]) -> Project {
        let (directory, project) = (Directory::from_json(DIRECTORY).unwrap(), Project::from_json(PROJECT).unwrap());
        let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context("0")).unwrap() else {
            panic!("begun")
        };
        let mut state = State::first(&event).unwrap();
        for (number, command) in commands.iter().enumerate() {
            match decide(&state, &directory, command, &context(&format!("c{number}"))).unwrap() {
                Outcome::Accepted { event, .. } => state.apply(&event).unwrap(),
                other => panic!("{command:?}: {other:?}"),
            }
        }
        state.project().clone()
    }

    fn copied(parent: Option<&str>, with: CopyWith) -> BranchCopy {
        let project = Project::from_json(PROJECT).unwrap();
        copy_branch(&project, &"black".into(), "red", parent.map(TaskId::from).as_ref(), with).unwrap()
    }

    #[test]
    fn a_copy_has_no_past_and_no_people() {
        let project = carried_out(&copied(None, CopyWith::default()).commands);
        let tests = project.task("red.test").unwrap();
        assert_eq!((tests.parent.as_ref().unwrap().as_str(), tests.percent_complete), ("red.black", 0));
        assert!(
            project
                .tasks
                .iter()
                .filter(|task| task.id.as_str().starts_with("red."))
                .all(|task| { task.owner.is_none() && task.progress.is_none() && !task.cancelled && task.entities.is_empty() })
        );
        let links = project.links.iter().filter(|link| link.successor.as_str().starts_with("red."));
        assert!(links.clone().all(|link| link.waiver.is_none() && link.predecessor.as_str().starts_with("red.")));
        assert_eq!(links.count(), 2);
        let report = project.checklist.iter().find(|item| item.id.as_str() == "red.report").unwrap();
        assert!(report.evidence.is_empty() && report.owner.is_none() && report.producer == Some("red.test".into()));
        let gate = project.gates.iter().find(|gate| gate.id.as_str() == "red.ads-start").unwrap();
        assert_eq!(gate.items.iter().map(|item| item.item.as_str()).collect::<Vec<_>>(), ["red.report", "grant"]);
        assert!(gate.approvals[0].decisions.is_empty() && gate.approvals[0].members.is_empty());
        assert_eq!(project.gates.len(), 3);
        let order = canonical_order(&project).unwrap();
        let top: Vec<&str> = order.tasks.iter().filter(|task| task.parent.is_none()).map(|task| task.id.as_str()).collect();
        assert_eq!(top, ["black", "red.black", "ship"]);
    }

    #[test]
    fn what_is_asked_for_comes_along() {
        let project = carried_out(&copied(Some("ship"), CopyWith { people: true, actuals: true }).commands);
        let (old, new) = (project.task("sample").unwrap(), project.task("red.sample").unwrap());
        assert_eq!((&old.progress, &old.owner, old.percent_complete), (&new.progress, &new.owner, new.percent_complete));
        assert_eq!(project.task("red.test").unwrap().percent_complete, 40);
        assert!(project.task("red.video").unwrap().cancelled);
        assert_eq!(project.task("red.black").unwrap().parent, Some("ship".into()));
    }

    #[test]
    fn a_key_makes_one_copy() {
        let project = carried_out(&copied(None, CopyWith::default()).commands);
        let again = copy_branch(&project, &"black".into(), "red", None, CopyWith::default()).unwrap_err();
        assert_eq!((again.code, again.path.as_str()), (Code::RecordTwice, "/key"));
    }
}
