//! Templates that live on: what a project has made different, and what a new version of its packs would change in it.
//!
//! Three projects are laid side by side: as the template made it, as its new version would make it, and as it stands. Only what the
//! project is made of is compared, never what has happened in it. Nothing is changed here: every difference is a command that somebody
//! reviews, and where both sides have changed the same the project stays as it is until somebody takes the command.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::{Command, Diff, DiffKind, DiffRecord, Event, FieldValue, Fields, Log, RecordKind, RecordRef, Records, different, named};
use crate::model::{Approval, ChecklistItem, Gate, GateId, ItemId, Json, Life, Origin, Pack, PackRef, Project, ProjectId, Task};
use crate::order;
use crate::pack::instantiate::make;
use crate::pack::library::Library;

/// What a new version of its packs would change in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackUpdate {
    /// What only the new version has changed: to be reviewed one by one, and taken in this order.
    pub steps: Vec<UpdateStep>,
    /// What the project has changed as well, in another way, and what hangs on that. It stays as it is, unless the command is taken. What
    /// the project has removed comes back as it was then: ask again afterwards for what the new version makes of it.
    pub conflicts: Vec<UpdateStep>,
    /// What concerns tasks that are done and items that are shown or ticked. It stays as it is, unless the command is taken.
    pub done: Vec<UpdateStep>,
    /// The gates that are clear now and would not be after the steps.
    pub reopened: Vec<ReopenedGate>,
    /// Notes that the project follows the new version: the last command, once the others are reviewed. Absent where the packs are the
    /// same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub origin: Option<Command>,
}

/// A record that a new version changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateStep {
    /// Which.
    pub record: RecordRef,
    /// What the new version makes of it.
    pub change: DiffKind,
    /// The fields that it is about, by name.
    pub fields: Vec<UpdateField>,
    /// The command that takes it over.
    pub command: Command,
}

/// A field on three sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateField {
    /// Its name in JSON.
    pub field: String,
    /// What the template made it, in the version that the project was made from; absent where it said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub base: Option<Json>,
    /// What it is in the project; absent where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub ours: Option<Json>,
    /// What the new version makes it; absent where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub theirs: Option<Json>,
}

/// A gate that was clear and would not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReopenedGate {
    /// The gate.
    pub gate: GateId,
    /// What it would wait for.
    pub items: Vec<ItemId>,
}

/// Which projects a new version of packs touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PackImpact {
    /// The projects that it touches, in the order in which they were given; those that are closed or archived are left alone.
    pub projects: Vec<ProjectImpact>,
}

/// What a new version of packs would change in one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectImpact {
    /// The project.
    pub project: ProjectId,
    /// So many records would be added.
    pub added: u32,
    /// So many would go.
    pub removed: u32,
    /// So many would say something else.
    pub changed: u32,
    /// In so many places the project has changed the same.
    pub conflicts: u32,
    /// So many changes concern what is done already.
    pub done: u32,
    /// The gates that are clear now and would not be.
    pub reopened: Vec<ReopenedGate>,
    /// Why it cannot be told: the project was made from other versions, or cannot be made from the new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub problem: Option<Code>,
    /// The same as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub detail: Option<String>,
}

/// What is different in a project from how its template makes it, field by field, each with the author of its last change. Progress,
/// evidence, decisions and talk are no differences: they are what a template is for.
///
/// # Errors
/// [`Code::PackNoOrigin`] for a project that was not made from a template, [`Code::PackOtherVersion`] for packs of another version, and
/// a log that cannot be replayed.
///
/// ```
/// # use linkstar::{Log, Pack, Result, overrides};
/// # fn show(packs: &[Pack], log: &Log) -> Result<()> {
/// for record in overrides(packs, log)?.records {
///     for field in record.fields {
///         println!("{} {}: {} by {}", record.record.kind.name(), record.record.id, field.field, field.by);
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub fn overrides(packs: &[Pack], log: &Log) -> Result<Diff> {
    let library = Library::new(packs)?;
    let state = log.replay().map_err(|error| error.within("/log"))?;
    let project = state.project();
    let made = as_made(&library, project).map_err(|error| if error.path.is_empty() { error.at("/packs") } else { error })?;
    let (before, after) = (structure(&made)?, structure(project)?);
    // What nobody ever named was left out by whoever began the log.
    let mut last: BTreeMap<&RecordRef, BTreeMap<Option<&str>, &Event>> = BTreeMap::new();
    for event in &log.events {
        for change in &event.changes {
            last.entry(change.record()).or_default().insert(change.field(), event);
        }
    }
    let begun: BTreeMap<Option<&str>, &Event> = log.events.first().map(|event| (None, event)).into_iter().collect();
    let whole = RecordRef::new(RecordKind::Project, project.id.as_str());
    let records: BTreeSet<&RecordRef> = before.keys().chain(after.keys()).collect();
    let compared = records.into_iter().filter_map(|record| {
        let named = if record.kind == RecordKind::Project { &whole } else { record };
        let change = match (before.get(record), after.get(record)) {
            (None, _) => DiffKind::Added,
            (_, None) => DiffKind::Removed,
            (Some(_), Some(_)) => DiffKind::Changed,
        };
        let none = Fields::new();
        let [before, after] = [&before, &after].map(|side| side.get(record).unwrap_or(&none));
        let mut authors = begun.clone();
        authors.extend(last.get(named).into_iter().flatten());
        let fields = different(before, after, &authors);
        (!fields.is_empty()).then(|| DiffRecord { record: named.clone(), change, fields })
    });
    Ok(Diff { records: compared.collect() })
}

/// What a new version of its packs would change in a project: commands to review, each with the field as the template made it, as it is,
/// and as it would be.
///
/// Whether a gate is clear is told by its items and approvals; figures are left out of it.
///
/// The commands name calendars and roles of the new version: put those that [`crate::instantiate`] gives with it into the directory
/// first. The removal of gates and critical tasks waits for approval as always. Taken in their order, all steps can be carried out; where
/// one is left out, so are those that rest on it.
///
/// # Errors
/// Packs that do not fit together, [`Code::PackNoOrigin`] and [`Code::PackOtherVersion`] as for [`overrides`], and wishes that the new
/// version cannot fulfil, such as an attribute that it does not know any more.
///
/// ```
/// # use linkstar::{Pack, Project, Result, update_from_packs};
/// # fn show(before: &[Pack], after: &[Pack], project: &Project) -> Result<()> {
/// let update = update_from_packs(before, after, project)?;
/// println!("{} changes, {} conflicts, {} gates reopen", update.steps.len(), update.conflicts.len(), update.reopened.len());
/// # Ok(())
/// # }
/// ```
pub fn update_from_packs(before: &[Pack], after: &[Pack], project: &Project) -> Result<PackUpdate> {
    let [before, after] = libraries(before, after)?;
    update(&before, &after, project)
}

/// Which running projects a new version of packs touches, how much of each, and which gates reopen. Projects that were made from other
/// packs are not touched.
///
/// # Errors
/// Packs that do not fit together. What is wrong with one project stands in its own answer.
pub fn pack_impact(before: &[Pack], after: &[Pack], projects: &[Project]) -> Result<PackImpact> {
    let [before, after] = libraries(before, after)?;
    let concerned = |project: &&Project| {
        let runs = !matches!(project.life, Life::Closed | Life::Archived);
        let of_these = |pack: &PackRef| before.packs.iter().any(|other| other.id == pack.id);
        runs && project.origin.as_ref().is_some_and(|origin| origin.packs.iter().any(of_these))
    };
    let told = projects.iter().filter(concerned).filter_map(|project| impact(project, update(&before, &after, project)));
    Ok(PackImpact { projects: told.collect() })
}

fn impact(project: &Project, update: Result<PackUpdate>) -> Option<ProjectImpact> {
    let count = |steps: &[UpdateStep], kind: Option<DiffKind>| {
        let counted = steps.iter().filter(|step| kind.is_none_or(|kind| step.change == kind)).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    };
    let id = project.id.clone();
    match update {
        Ok(PackUpdate { steps, conflicts, done, reopened, .. }) => {
            let touched = !(steps.is_empty() && conflicts.is_empty() && done.is_empty());
            touched.then(|| ProjectImpact {
                project: id,
                added: count(&steps, Some(DiffKind::Added)),
                removed: count(&steps, Some(DiffKind::Removed)),
                changed: count(&steps, Some(DiffKind::Changed)),
                conflicts: count(&conflicts, None),
                done: count(&done, None),
                reopened,
                problem: None,
                detail: None,
            })
        }
        Err(error) => Some(ProjectImpact {
            project: id,
            added: 0,
            removed: 0,
            changed: 0,
            conflicts: 0,
            done: 0,
            reopened: Vec::new(),
            problem: Some(error.code),
            detail: Some(error.detail),
        }),
    }
}

fn libraries<'a>(before: &'a [Pack], after: &'a [Pack]) -> Result<[Library<'a>; 2]> {
    let library = |packs, side: &str| {
        Library::new(packs).map_err(|error| match error.path.strip_prefix("/packs") {
            Some(rest) => Error { path: format!("/{side}{rest}"), ..error },
            None => error,
        })
    };
    Ok([library(before, "before")?, library(after, "after")?])
}

/// The project as its template makes it, in the version that it was made from.
fn as_made(library: &Library<'_>, project: &Project) -> Result<Project> {
    let origin = origin(project)?;
    let given = library.names();
    if given != origin.packs {
        let listed = |packs: &[PackRef]| {
            let named: Vec<String> = packs.iter().map(|pack| format!("`{}` {}", pack.id, pack.version)).collect();
            if named.is_empty() { "-".to_owned() } else { named.join(", ") }
        };
        let args = [("project", project.id.as_str()), ("wanted", &*listed(&origin.packs)), ("given", &listed(&given))];
        return Err(Error::new(Code::PackOtherVersion, &args));
    }
    instance(library, origin)
}

fn origin(project: &Project) -> Result<&Origin> {
    let origin = project.origin.as_deref();
    origin.ok_or_else(|| Error::new(Code::PackNoOrigin, &[("project", project.id.as_str())]).at("/project/origin"))
}

fn instance(library: &Library<'_>, origin: &Origin) -> Result<Project> {
    let made = make(library, &origin.wanted).map_err(|error| error.within("/project/origin"))?;
    Ok(made.project)
}

/// What happens in a project and is not what it is made of.
const EXECUTION: &[(RecordKind, &[&str])] = &[
    (RecordKind::Project, &["linkstar", "id", "life", "retrospective", "origin", "ext"]),
    (RecordKind::Task, &["percentComplete", "progress", "expectedFinish", "levellingDelay", "entities", "ext"]),
    (RecordKind::Link, &["waiver"]),
    (RecordKind::Stage, &["opened", "closed"]),
    (RecordKind::Item, &["evidence", "ticked"]),
    (RecordKind::Gate, &["waiver"]),
    (RecordKind::Metric, &["readings"]),
];

/// The same inside of a list: the field, what its elements are named by, and what happens in them.
const INSIDE: &[(RecordKind, &str, &str, &[&str])] =
    &[(RecordKind::Gate, "items", "item", &["waiver"]), (RecordKind::Gate, "approvals", "name", &["decisions", "delegations"])];

/// Lists that are merged element by element, without a name of their own.
const SETS: &[(RecordKind, &str)] = &[(RecordKind::Gate, "guards"), (RecordKind::Item, "needs"), (RecordKind::Task, "tags")];

/// Fields that have to fit each other: one of them from each side would make what nobody can plan.
const TOGETHER: &[(RecordKind, &[&str])] = &[(RecordKind::Task, &["duration", "estimate", "milestone", "milestoneForm"])];

/// What a project is made of: records, and their fields without what has happened.
type Structure = BTreeMap<RecordRef, Fields>;

fn structure(project: &Project) -> Result<Structure> {
    let mut structure = Structure::new();
    for (mut record, mut fields) in Records::new(project.clone())?.all() {
        let Some((_, execution)) = EXECUTION.iter().find(|(kind, _)| *kind == record.kind) else { continue };
        if record.kind == RecordKind::Project {
            // Whatever it is called, there is one.
            record.id = String::new();
        }
        fields.retain(|field, _| !execution.contains(&field.as_str()));
        for (_, list, _, execution) in INSIDE.iter().filter(|(kind, ..)| *kind == record.kind) {
            for element in fields.get_mut(*list).and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
                element.retain(|field, _| !execution.contains(&field.as_str()));
            }
        }
        structure.insert(record, fields);
    }
    Ok(structure)
}

fn update(before: &Library<'_>, after: &Library<'_>, project: &Project) -> Result<PackUpdate> {
    let origin = origin(project)?;
    let base = as_made(before, project).map_err(|error| if error.path.is_empty() { error.at("/before") } else { error })?;
    let theirs = instance(after, origin)?;
    let merge = Merge {
        project,
        base: structure(&base)?,
        ours: structure(project)?,
        theirs: structure(&theirs)?,
        ours_raw: Records::new(project.clone())?,
        done: shown(project),
        begun: begun(project),
        last: last_before(project, &theirs),
    };
    let mut found = merge.run();
    let follows = Origin { packs: after.names(), wanted: origin.wanted.clone() };
    let origin = (follows.packs != origin.packs).then(|| Command::Edit {
        record: RecordRef::new(RecordKind::Project, project.id.as_str()),
        fields: vec![FieldValue { field: "origin".to_owned(), value: Some(Json::from(&document::tree(&follows))) }],
    });
    found.origin = origin;
    found.reopened = reopened(project, &found.steps)?;
    Ok(found)
}

/// The tasks that are done, and the items that somebody has shown or ticked.
fn shown(project: &Project) -> BTreeSet<RecordRef> {
    let finished = |task: &&Task| task.progress.as_ref().is_some_and(|progress| progress.actual_finish.is_some());
    let tasks = project.tasks.iter().filter(|task| finished(task) || task.percent_complete >= 100);
    let tasks = tasks.map(|task| RecordRef::new(RecordKind::Task, task.id.as_str()));
    let items = project.checklist.iter().filter(|item| item.ticked.is_some() || !item.evidence.is_empty());
    tasks.chain(items.map(|item| RecordRef::new(RecordKind::Item, item.id.as_str()))).collect()
}

fn begun(project: &Project) -> BTreeSet<RecordRef> {
    let begun = project.tasks.iter().filter(|task| task.progress.is_some() || task.percent_complete > 0);
    begun.map(|task| RecordRef::new(RecordKind::Task, task.id.as_str())).collect()
}

/// Three projects side by side.
struct Merge<'m> {
    project: &'m Project,
    base: Structure,
    ours: Structure,
    theirs: Structure,
    ours_raw: Records,
    done: BTreeSet<RecordRef>,
    begun: BTreeSet<RecordRef>,
    /// For each task of the new version that has one, the last rank in the project of those that stand before it.
    last: BTreeMap<&'m str, &'m str>,
}

/// The last rank that the project gives to those of its tasks that stand before a task in the new version, below the same summary.
fn last_before<'m>(project: &'m Project, theirs: &'m Project) -> BTreeMap<&'m str, &'m str> {
    let here: BTreeMap<&str, &Task> = project.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
    let mut order: Vec<&Task> = theirs.tasks.iter().collect();
    order::sort_by(&mut order, |one, other| (&one.parent, &*one.rank, &one.id).cmp(&(&other.parent, &*other.rank, &other.id)));
    let (mut found, mut last, mut below) = (BTreeMap::new(), None, None);
    for task in order {
        if below != Some(&task.parent) {
            (last, below) = (None, Some(&task.parent));
        }
        if let Some(last) = last {
            found.insert(task.id.as_str(), last);
        }
        let own = here.get(task.id.as_str()).filter(|own| own.parent == task.parent).map(|own| &*own.rank);
        last = last.max(own);
    }
    found
}

/// Where a step belongs.
enum Place {
    Step,
    Conflict,
}

impl Merge<'_> {
    fn run(&self) -> PackUpdate {
        let mut update = PackUpdate { steps: Vec::new(), conflicts: Vec::new(), done: Vec::new(), reopened: Vec::new(), origin: None };
        let mut put = |place: Place, step: UpdateStep| match place {
            Place::Step | Place::Conflict if step.change != DiffKind::Added && self.done.contains(&step.record) => update.done.push(step),
            Place::Step => update.steps.push(step),
            Place::Conflict => update.conflicts.push(step),
        };
        for (record, fields) in self.theirs.iter().filter(|(record, _)| !self.base.contains_key(*record)) {
            match self.ours.get(record) {
                Some(_) => self.changed(record, &mut put),
                None => put(Place::Step, self.added(record, fields)),
            }
        }
        for (record, before) in &self.base {
            match (self.ours.get(record), self.theirs.contains_key(record)) {
                (None, false) => {}
                (Some(ours), false) => {
                    let begun = self.begun.contains(record);
                    let untouched = ours == before && !begun;
                    put(if untouched { Place::Step } else { Place::Conflict }, self.removed(record));
                }
                (None, true) => {
                    if self.base.get(record) != self.theirs.get(record) && !self.went_with_its_ends(record) {
                        // A link that was removed can be made anew, as the new version has it; of all else the id is taken for good.
                        let command = match (record.kind, self.theirs.get(record)) {
                            (RecordKind::Link, Some(fields)) => add(record, fields),
                            _ => Command::Restore { record: record.clone() },
                        };
                        let fields = self.fields(record, |base, _, theirs| base != theirs);
                        // A place among others is nothing to bring a record back for.
                        if fields.iter().any(|field| field.field != "rank") {
                            put(Place::Conflict, UpdateStep { record: record.clone(), change: DiffKind::Changed, fields, command });
                        }
                    }
                }
                (Some(_), true) => self.changed(record, &mut put),
            }
        }
        self.settle(&mut update);
        self.without_rings(&mut update);
        for list in [&mut update.steps, &mut update.conflicts, &mut update.done] {
            order::sort_by(list, |one, other| self.turn(one).cmp(&self.turn(other)));
        }
        update
    }

    /// When a step has its turn: what others name comes before them, and goes after them.
    fn turn(&self, step: &UpdateStep) -> (usize, usize) {
        const TURNS: &[(DiffKind, RecordKind)] = &[
            (DiffKind::Removed, RecordKind::Link),
            (DiffKind::Changed, RecordKind::Project),
            (DiffKind::Added, RecordKind::Stage),
            (DiffKind::Added, RecordKind::Task),
            (DiffKind::Changed, RecordKind::Stage),
            (DiffKind::Changed, RecordKind::Task),
            (DiffKind::Added, RecordKind::Metric),
            (DiffKind::Changed, RecordKind::Metric),
            (DiffKind::Added, RecordKind::Item),
            (DiffKind::Changed, RecordKind::Item),
            (DiffKind::Added, RecordKind::Gate),
            (DiffKind::Changed, RecordKind::Gate),
            (DiffKind::Added, RecordKind::Link),
            (DiffKind::Changed, RecordKind::Link),
            (DiffKind::Removed, RecordKind::Gate),
            (DiffKind::Removed, RecordKind::Item),
            (DiffKind::Removed, RecordKind::Metric),
            (DiffKind::Removed, RecordKind::Task),
            (DiffKind::Removed, RecordKind::Stage),
        ];
        let turn = TURNS.iter().position(|(change, kind)| (*change, *kind) == (step.change, step.record.kind)).unwrap_or(TURNS.len());
        // Summaries come before what stands below them, and go after it.
        let side = if step.change == DiffKind::Removed { &self.base } else { &self.theirs };
        let below = side.get(&step.record).is_some_and(|fields| fields.contains_key("parent"));
        (turn, usize::from(below == (step.change == DiffKind::Added)))
    }

    /// Holds back the steps that could not be carried out, or would take more with them than they say: what comes and names something
    /// that is not there, what goes while somebody still names it, and the links and gates of a task that was to go and stays.
    fn settle(&self, update: &mut PackUpdate) {
        let ours: BTreeMap<RecordRef, Vec<RecordRef>> = match update.steps.is_empty() {
            true => BTreeMap::new(),
            false => self.ours_raw.all().map(|(record, fields)| (record.clone(), names_of(&record, &fields))).collect(),
        };
        let mut steps: Vec<(UpdateStep, Vec<RecordRef>)> = std::mem::take(&mut update.steps)
            .into_iter()
            .map(|step| {
                let names = names_of(&step.record, &self.after(&step));
                (step, names)
            })
            .collect();
        loop {
            let mut now: BTreeMap<&RecordRef, &[RecordRef]> = ours.iter().map(|(record, names)| (record, &**names)).collect();
            for (step, names) in &steps {
                match step.change {
                    DiffKind::Removed => drop(now.remove(&step.record)),
                    DiffKind::Added | DiffKind::Changed => drop(now.insert(&step.record, names)),
                }
            }
            let used: BTreeSet<&RecordRef> = now.values().copied().flatten().collect();
            let is_held = |step: &UpdateStep, names: &[RecordRef]| match step.change {
                DiffKind::Removed => used.contains(&step.record) || self.belongs_to_what_stays(&step.record, &now),
                DiffKind::Added => names.iter().any(|other| !now.contains_key(other)),
                DiffKind::Changed => {
                    let before = ours.get(&step.record).map(Vec::as_slice).unwrap_or_default();
                    names.iter().any(|other| !now.contains_key(other) && !before.contains(other))
                }
            };
            let held: Vec<bool> = steps.iter().map(|(step, names)| is_held(step, names)).collect();
            if !held.contains(&true) {
                break;
            }
            let mut rest = Vec::with_capacity(steps.len());
            for ((step, names), held) in steps.into_iter().zip(held) {
                match held {
                    false => rest.push((step, names)),
                    true if step.change == DiffKind::Removed && self.is_about_done(&step.record) => update.done.push(step),
                    true => update.conflicts.push(step),
                }
            }
            steps = rest;
        }
        update.steps = steps.into_iter().map(|(step, _)| step).collect();
    }

    /// A link or a gate of tasks that the new version has no more, of which none goes.
    fn belongs_to_what_stays(&self, record: &RecordRef, now: &BTreeMap<&RecordRef, &[RecordRef]>) -> bool {
        if !matches!(record.kind, RecordKind::Link | RecordKind::Gate) {
            return false;
        }
        let names = self.base.get(record).map(|fields| names_of(record, fields)).unwrap_or_default();
        let mut dropped = names.iter().filter(|other| other.kind == RecordKind::Task && !self.theirs.contains_key(*other)).peekable();
        dropped.peek().is_some() && dropped.all(|task| now.contains_key(task))
    }

    /// Whether it goes with a task that is done.
    fn is_about_done(&self, record: &RecordRef) -> bool {
        let names = self.base.get(record).map(|fields| names_of(record, fields)).unwrap_or_default();
        names.iter().any(|other| self.done.contains(other) && !self.theirs.contains_key(other))
    }

    /// A record as a step leaves it.
    fn after(&self, step: &UpdateStep) -> Fields {
        let mut fields = self.ours_raw.fields(&step.record).unwrap_or_default();
        match &step.command {
            Command::Add { value, .. } => match value.value() {
                Value::Object(fields) => fields,
                _ => Fields::new(),
            },
            Command::Edit { fields: edits, .. } => {
                for edit in edits {
                    match &edit.value {
                        Some(value) => drop(fields.insert(edit.field.clone(), value.value())),
                        None => drop(fields.remove(&edit.field)),
                    }
                }
                fields
            }
            _ => Fields::new(),
        }
    }

    /// Holds back new links that would close a ring with those of the project.
    fn without_rings(&self, update: &mut PackUpdate) {
        let is_new = |step: &UpdateStep| step.change == DiffKind::Added && step.record.kind == RecordKind::Link;
        if !update.steps.iter().any(is_new) {
            return;
        }
        let gone: BTreeSet<&RecordRef> =
            update.steps.iter().filter(|step| step.change == DiffKind::Removed).map(|step| &step.record).collect();
        let mut leaving: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for link in &self.project.links {
            let (from, to) = (link.predecessor.as_str(), link.successor.as_str());
            if !gone.contains(&RecordRef::link(from, to, link.kind)) {
                leaving.entry(from.to_owned()).or_default().push(to.to_owned());
            }
        }
        let mut kept = Vec::with_capacity(update.steps.len());
        for step in std::mem::take(&mut update.steps) {
            let fields = self.theirs.get(&step.record).filter(|_| is_new(&step));
            let end = |name: &str| fields?.get(name)?.as_str().map(str::to_owned);
            let Some((from, to)) = end("predecessor").zip(end("successor")) else {
                kept.push(step);
                continue;
            };
            if leads_to(&leaving, &to, &from) {
                update.conflicts.push(step);
            } else {
                leaving.entry(from).or_default().push(to);
                kept.push(step);
            }
        }
        update.steps = kept;
    }

    /// A link that the project has not, because it has not one of its tasks: nothing to bring back by itself.
    fn went_with_its_ends(&self, record: &RecordRef) -> bool {
        let fields = self.base.get(record);
        fields.is_some_and(|fields| {
            record.kind == RecordKind::Link && named(record.kind, fields).iter().any(|(_, end)| !self.ours.contains_key(end))
        })
    }

    fn fields(&self, record: &RecordRef, tell: impl Fn(Option<&Value>, Option<&Value>, Option<&Value>) -> bool) -> Vec<UpdateField> {
        let sides = [&self.base, &self.ours, &self.theirs].map(|side| side.get(record));
        let names: BTreeSet<&String> = sides.iter().flatten().flat_map(|fields| fields.keys()).collect();
        let told = names.into_iter().filter_map(|field| {
            let [base, ours, theirs] = sides.map(|side| side.and_then(|fields| fields.get(field)));
            tell(base, ours, theirs).then(|| update_field(field, base, ours, theirs))
        });
        told.collect()
    }

    fn added(&self, record: &RecordRef, fields: &Fields) -> UpdateStep {
        let mut fields = fields.clone();
        if record.kind == RecordKind::Task {
            // Right behind the one that it follows in the new version: the others keep their ranks.
            let last = self.last.get(record.id.as_str()).copied().unwrap_or_default();
            let own = fields.get("rank").and_then(Value::as_str).unwrap_or_default();
            let rank = format!("{last}+{own}");
            fields.insert("rank".to_owned(), Value::String(rank));
        }
        let told = fields.iter().map(|(field, value)| update_field(field, None, None, Some(value))).collect();
        UpdateStep { record: record.clone(), change: DiffKind::Added, fields: told, command: add(record, &fields) }
    }

    fn removed(&self, record: &RecordRef) -> UpdateStep {
        let fields = self.fields(record, |base, ours, _| base.is_some() || ours.is_some());
        UpdateStep { record: record.clone(), change: DiffKind::Removed, fields, command: Command::Remove { record: record.clone() } }
    }

    /// A record on all three sides, or new on two.
    fn changed(&self, record: &RecordRef, put: &mut impl FnMut(Place, UpdateStep)) {
        let (mut clean, mut torn) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
        // A record that both sides have made under the same id need not be the same thing.
        let made_twice = !self.base.contains_key(record);
        let bound = self.torn_together(record);
        for field in self.fields(record, |base, ours, theirs| ours != theirs && (base != theirs || bound.is_some())) {
            let is_bound = bound.is_some_and(|bound| bound.contains(&field.field.as_str()));
            if field.base.as_ref().map(Json::value) == field.theirs.as_ref().map(Json::value) && !is_bound {
                continue;
            }
            // Ranks only number the tasks through: one new task changes those of all behind it.
            if record.kind == RecordKind::Task && field.field == "rank" {
                continue;
            }
            let [base, ours, theirs] = [&field.base, &field.ours, &field.theirs].map(|side| side.as_ref().map(Json::value));
            let (taken, disputed) = match merged_list(record.kind, &field.field, [&base, &ours, &theirs]) {
                Some((taken, disputed)) if made_twice => (None, Some(disputed.unwrap_or(taken))),
                Some((taken, disputed)) => ((taken != elements(&ours)).then_some(taken), disputed),
                None if base == ours && !made_twice && !is_bound => {
                    let value = theirs.map(|value| self.with_execution(record, &field.field, value));
                    clean.0.push(FieldValue { field: field.field.clone(), value: value.as_ref().map(Json::from) });
                    clean.1.push(field);
                    continue;
                }
                None => {
                    let value = theirs.map(|value| self.with_execution(record, &field.field, value));
                    torn.0.push(FieldValue { field: field.field.clone(), value: value.as_ref().map(Json::from) });
                    torn.1.push(field);
                    continue;
                }
            };
            for (list, into) in [(taken, &mut clean), (disputed, &mut torn)] {
                let Some(list) = list else { continue };
                let value = (!list.is_empty()).then(|| self.with_execution(record, &field.field, Value::Array(list)));
                into.0.push(FieldValue { field: field.field.clone(), value: value.as_ref().map(Json::from) });
                into.1.push(field.clone());
            }
        }
        let named = match record.kind {
            RecordKind::Project => RecordRef::new(RecordKind::Project, self.project.id.as_str()),
            _ => record.clone(),
        };
        for (place, (values, fields)) in [(Place::Step, clean), (Place::Conflict, torn)] {
            if !values.is_empty() {
                let command = Command::Edit { record: named.clone(), fields: values };
                put(place, UpdateStep { record: named.clone(), change: DiffKind::Changed, fields, command });
            }
        }
    }

    /// The fields of a record that have to fit each other, where the project has changed one of them and the new version one as well.
    fn torn_together(&self, record: &RecordRef) -> Option<&'static [&'static str]> {
        let (_, bound) = TOGETHER.iter().find(|(kind, _)| *kind == record.kind)?;
        let [base, ours, theirs] = [&self.base, &self.ours, &self.theirs].map(|side| side.get(record));
        let is_other = |one: Option<&Fields>, other: Option<&Fields>| {
            bound.iter().any(|field| one.and_then(|fields| fields.get(*field)) != other.and_then(|fields| fields.get(*field)))
        };
        (is_other(base, ours) && is_other(base, theirs) && is_other(ours, theirs)).then_some(bound)
    }

    /// A list with the decisions and waivers that stand in the project's own.
    fn with_execution(&self, record: &RecordRef, field: &str, value: Value) -> Value {
        let Some((_, _, name, execution)) = INSIDE.iter().find(|(kind, list, ..)| (*kind, *list) == (record.kind, field)) else {
            return value;
        };
        let raw = self.ours_raw.fields(record).and_then(|fields| fields.get(field).cloned());
        let raw = elements(&raw);
        let Value::Array(mut list) = value else { return value };
        for element in list.iter_mut().filter_map(Value::as_object_mut) {
            let own = raw.iter().filter_map(Value::as_object).find(|own| own.get(*name) == element.get(*name));
            let kept =
                own.into_iter().flat_map(|own| execution.iter().filter_map(|field| Some(((*field).to_owned(), own.get(*field)?.clone()))));
            let kept: Vec<_> = kept.collect();
            element.extend(kept);
        }
        Value::Array(list)
    }
}

fn add(record: &RecordRef, fields: &Fields) -> Command {
    Command::Add { record: record.kind, value: Json::from(&Value::Object(fields.clone())) }
}

/// The records that a record names; of a blocking link, which does without its predecessor, both ends.
fn names_of(record: &RecordRef, fields: &Fields) -> Vec<RecordRef> {
    let mut names: Vec<RecordRef> = named(record.kind, fields).into_iter().map(|(_, other)| other).collect();
    if record.kind == RecordKind::Link {
        let predecessor = fields.get("predecessor").and_then(Value::as_str).map(|id| RecordRef::new(RecordKind::Task, id));
        names.extend(predecessor.filter(|task| !names.contains(task)));
    }
    names
}

/// Whether links lead from a task to another.
fn leads_to(leaving: &BTreeMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(task) = open.pop() {
        if task == to {
            return true;
        }
        open.extend(leaving.get(task).into_iter().flatten().map(String::as_str).filter(|next| seen.insert(*next)));
    }
    false
}

fn update_field(field: &str, base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> UpdateField {
    let [base, ours, theirs] = [base, ours, theirs].map(|side| side.map(Json::from));
    UpdateField { field: field.to_owned(), base, ours, theirs }
}

fn elements(list: &Option<Value>) -> Vec<Value> {
    match list {
        Some(Value::Array(list)) => list.clone(),
        _ => Vec::new(),
    }
}

/// A list of which both sides may have changed different elements: the project's with what only the new version has changed; and, where
/// both have changed the same one, the same with the new version's.
fn merged_list(kind: RecordKind, field: &str, sides: [&Option<Value>; 3]) -> Option<(Vec<Value>, Option<Vec<Value>>)> {
    let inside = INSIDE.iter().find(|(of, list, ..)| (*of, *list) == (kind, field)).map(|(_, _, name, _)| *name);
    if inside.is_none() && !SETS.contains(&(kind, field)) {
        return None;
    }
    let key = |element: &Value| inside.and_then(|name| element.get(name)).unwrap_or(element).to_string();
    let [base, ours, theirs] = sides.map(elements);
    let find = |list: &[Value], of: &Value| list.iter().find(|other| key(other) == key(of)).cloned();
    let (mut taken, mut disputed, mut torn) = (Vec::new(), Vec::new(), false);
    let new = theirs.iter().filter(|element| find(&ours, element).is_none());
    for element in ours.iter().chain(new) {
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|list| find(list, element));
        if base == theirs || ours == theirs {
            taken.extend(ours.clone());
            disputed.extend(ours);
        } else if base == ours {
            taken.extend(theirs.clone());
            disputed.extend(theirs);
        } else {
            torn = true;
            taken.extend(ours);
            disputed.extend(theirs);
        }
    }
    Some((taken, torn.then_some(disputed)))
}

/// The gates that are clear in a project and not once it has taken the steps.
fn reopened(project: &Project, steps: &[UpdateStep]) -> Result<Vec<ReopenedGate>> {
    let mut records = Records::new(project.clone())?;
    for step in steps.iter().filter(|step| matches!(step.record.kind, RecordKind::Gate | RecordKind::Item)) {
        match &step.command {
            Command::Add { value, .. } => records.add(&step.record, value.value())?,
            Command::Edit { fields, .. } => {
                let mut now = records.fields(&step.record).unwrap_or_default();
                for edit in fields {
                    match &edit.value {
                        Some(value) => drop(now.insert(edit.field.clone(), value.value())),
                        None => drop(now.remove(&edit.field)),
                    }
                }
                records.put(&step.record, now)?;
            }
            Command::Remove { .. } => records.remove(&step.record)?,
            _ => {}
        }
    }
    let after = records.project();
    let was_clear = |id: &GateId| {
        let before = project.gates.iter().find(|gate| gate.id == *id);
        before.is_some_and(|gate| awaited(project, gate).is_empty() && gate.approvals.iter().all(is_given))
    };
    let reopened = after.gates.iter().filter_map(|gate| {
        let items = awaited(after, gate);
        (!items.is_empty() && was_clear(&gate.id)).then(|| ReopenedGate { gate: gate.id.clone(), items })
    });
    let mut reopened: Vec<ReopenedGate> = reopened.collect();
    order::sort_by(&mut reopened, |one, other| one.gate.cmp(&other.gate));
    Ok(reopened)
}

/// What a gate waits for, whatever the moment.
fn awaited(project: &Project, gate: &Gate) -> Vec<ItemId> {
    if gate.waiver.is_some() {
        return Vec::new();
    }
    let shown = |item: &ChecklistItem| match item.needs.is_empty() {
        true => item.ticked.is_some(),
        false => item.needs.iter().all(|need| item.evidence.iter().any(|piece| piece.kind == *need)),
    };
    let open = gate.items.iter().filter(|in_gate| in_gate.waiver.is_none());
    let open = open.filter(|in_gate| project.checklist.iter().find(|item| item.id == in_gate.item).is_some_and(|item| !shown(item)));
    open.map(|in_gate| in_gate.item.clone()).collect()
}

fn is_given(approval: &Approval) -> bool {
    let mut latest = BTreeMap::new();
    for decision in &approval.decisions {
        latest.insert(&decision.by, decision.approved);
    }
    let given = latest.values().filter(|approved| **approved).count();
    u32::try_from(given).unwrap_or(u32::MAX) >= approval.needed
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;
    use crate::log::{Context, Outcome, State, decide, decide_first};
    use crate::model::{Directory, Wanted};
    use crate::pack::instantiate;

    const PACK: &str = r#"{ "linkstar": 1, "id": "sop", "version": "1", "name": "How we launch",
        "attributes": [{ "id": "radio", "name": "Radio", "kind": { "kind": "yesNo" }, "question": { "name": "Radio?" }, "assumed": "yes" }],
        "roles": [{ "id": "compliance", "name": "Compliance" }], "gates": [{ "id": "ads-start", "name": "Start of ads" }],
        "requirements": [{ "id": "fcc", "name": "FCC grant", "kind": "federalLaw", "evidence": [{ "kind": "fcc-grant", "name": "Grant" }],
            "duration": "20d", "blocks": [{ "gate": "ads-start" }], "basis": { "confidence": "confirmed" } }],
        "calendars": [{ "id": "office", "name": "Office", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-17:00"], "friday": ["09:00-17:00"] } }],
        "templates": [{ "id": "quick", "name": "Quick launch", "calendar": "office", "zone": "Asia/Shanghai",
            "stages": [{ "id": "prepare", "name": "Prepare" }, { "id": "sell", "name": "Sell" }],
            "tasks": [
                { "id": "scope", "name": "Scope", "stage": "prepare", "duration": "2d", "checklist": [{ "name": "Samples counted" }] },
                { "id": "certify", "name": "Certify", "role": "compliance", "stage": "prepare", "duration": "20d", "evidence": ["fcc"], "after": [{ "task": "scope" }] },
                { "id": "photos", "name": "Photos", "stage": "prepare", "duration": "3d", "after": [{ "task": "scope" }], "tags": ["studio"] },
                { "id": "flyers", "name": "Flyers", "stage": "prepare", "duration": "3d", "after": [{ "task": "scope" }] },
                { "id": "ads", "name": "Ads", "stage": "sell", "duration": "1d", "after": [{ "task": "photos" }, { "task": "flyers" }], "gates": ["ads-start"] }
            ] }] }"#;

    /// The next version: another law, one task more at the front, one task less, longer photos, a shorter scope.
    fn next_version() -> Pack {
        let text = PACK
            .replace(r#""version": "1""#, r#""version": "2""#)
            .replace(r#""basis": { "confidence": "confirmed" } }],"#, r#""basis": { "confidence": "confirmed" } },
                { "id": "cpc", "name": "Certificate for children", "kind": "federalLaw", "evidence": [{ "kind": "cpc", "name": "Certificate" }],
                  "duration": "10d", "blocks": [{ "gate": "ads-start" }], "basis": { "confidence": "confirmed" } }],"#)
            .replace(r#"{ "id": "scope", "name": "Scope", "stage": "prepare", "duration": "2d""#, r#"{ "id": "kick-off", "name": "Kick-off", "stage": "prepare", "duration": "1d" },
                { "id": "scope", "name": "Scope", "stage": "prepare", "duration": "1d", "after": [{ "task": "kick-off" }]"#)
            .replace(r#"{ "id": "flyers", "name": "Flyers", "stage": "prepare", "duration": "3d", "after": [{ "task": "scope" }] },"#, "")
            .replace(r#", { "task": "flyers" }"#, "")
            .replace(r#""duration": "3d""#, r#""duration": "4d""#)
            .replace(r#"["studio"]"#, r#"["studio", "agency"]"#)
            .replace(r#""evidence": ["fcc"]"#, r#""evidence": ["fcc", "cpc"]"#);
        Pack::from_json(&text).unwrap()
    }

    fn context(key: &str) -> Context {
        Context {
            actor: "li.wei".into(),
            now: "2027-03-08T01:00:00Z".parse().unwrap(),
            key: key.to_owned(),
            salt: "0123456789abcdef".to_owned(),
        }
    }

    fn directory(of: Directory) -> Directory {
        let owner = r#"{ "linkstar": 1, "members": [{ "id": "li.wei", "name": "Li Wei" }, { "id": "ana", "name": "Ana" }],
            "grants": [{ "id": "g", "member": "li.wei", "access": "owner" }, { "id": "h", "member": "ana", "access": "owner" }] }"#;
        Directory { members: Directory::from_json(owner).unwrap().members, grants: Directory::from_json(owner).unwrap().grants, ..of }
    }

    /// A project that was made from the pack, and the commands that were carried out since.
    fn running(commands: &[Command]) -> (State, Directory, Log) {
        let pack = Pack::from_json(PACK).unwrap();
        let made = instantiate(&[pack], &Wanted::new("quick", "glow", "2027-03-01T01:00:00Z".parse().unwrap())).unwrap();
        let directory = directory(made.directory);
        let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&made.project), &context("0")).unwrap() else {
            panic!("begun")
        };
        let mut state = State::first(&event).unwrap();
        let mut log = Log { linkstar: crate::model::FormatVersion::default(), events: vec![event] };
        for (number, command) in commands.iter().enumerate() {
            carry_out(&mut state, &directory, command, &format!("c{number}"), &mut log);
        }
        (state, directory, log)
    }

    fn carry_out(state: &mut State, directory: &Directory, command: &Command, key: &str, log: &mut Log) {
        match decide(state, directory, command, &context(key)).unwrap() {
            Outcome::Accepted { event, .. } => {
                state.apply(&event).unwrap();
                log.events.push(event);
            }
            // What takes away a gate or a critical task, somebody else has to approve.
            Outcome::Waiting { event, held, .. } => {
                state.apply(&event).unwrap();
                log.events.push(event);
                let (approve, context) =
                    (Command::DecideHeld { held, approved: true }, Context { actor: "ana".into(), ..context(&format!("{key}-held")) });
                let Outcome::Accepted { event, .. } = decide(state, directory, &approve, &context).unwrap() else { panic!("{command:?}") };
                state.apply(&event).unwrap();
                log.events.push(event);
            }
            other @ (Outcome::Refused { .. } | Outcome::Repeated { .. }) => panic!("{command:?}: {other:?}"),
        }
    }

    fn command(json: &str) -> Command {
        document::read(json).unwrap()
    }

    #[test]
    fn the_steps_of_an_update_are_carried_out_one_by_one() {
        let (mut state, directory, mut log) = running(&[]);
        let (before, after) = ([Pack::from_json(PACK).unwrap()], [next_version()]);
        let update = update_from_packs(&before, &after, state.project()).unwrap();
        assert!(update.conflicts.is_empty() && update.done.is_empty() && update.reopened.is_empty());
        let told: Vec<(DiffKind, &str)> = update.steps.iter().map(|step| (step.change, step.record.id.as_str())).collect();
        let expected = [
            (DiffKind::Removed, r#"["flyers","ads","FS"]"#),
            (DiffKind::Removed, r#"["scope","flyers","FS"]"#),
            (DiffKind::Added, "kick-off"),
            (DiffKind::Changed, "photos"),
            (DiffKind::Changed, "scope"),
            (DiffKind::Added, "cpc"),
            (DiffKind::Changed, "ads-start"),
            (DiffKind::Added, r#"["kick-off","scope","FS"]"#),
            (DiffKind::Removed, "flyers"),
        ];
        assert_eq!(told, expected);
        let commands = update.steps.iter().map(|step| &step.command).chain(&update.origin);
        for (number, command) in commands.enumerate() {
            carry_out(&mut state, &directory, command, &format!("u{number}"), &mut log);
        }
        // It is what the new version makes, and there is nothing left to take.
        assert_eq!(
            overrides(&after, &log).unwrap().records.iter().flat_map(|record| &record.fields).filter(|field| field.field != "rank").count(),
            0
        );
        let again = update_from_packs(&after, &after, state.project()).unwrap();
        assert!(again.steps.is_empty() && again.conflicts.is_empty() && again.origin.is_none());
        let order = crate::plan::canonical_order(state.project()).unwrap();
        let prepare: Vec<&str> =
            order.tasks.iter().filter(|task| task.parent == Some("prepare".into())).map(|task| task.id.as_str()).collect();
        assert_eq!(prepare, ["kick-off", "scope", "certify", "photos"]);
    }

    #[test]
    fn what_both_have_changed_stays_until_somebody_decides() {
        let (state, ..) = running(&[
            command(
                r#"{ "kind": "edit", "record": { "kind": "task", "id": "photos" }, "fields": [{ "field": "duration", "value": "9d" }, { "field": "tags", "value": ["studio", "own"] }] }"#,
            ),
            command(r#"{ "kind": "say", "text": "ordered", "task": "flyers" }"#),
            command(r#"{ "kind": "tickItem", "item": "scope-1" }"#),
            command(r#"{ "kind": "reportFinish", "task": "scope", "at": "2027-03-05T09:00:00Z" }"#),
            command(r#"{ "kind": "attachEvidence", "item": "fcc", "evidence": "fcc-grant" }"#),
        ]);
        let update = update_from_packs(&[Pack::from_json(PACK).unwrap()], &[next_version()], state.project()).unwrap();
        let ids = |steps: &[UpdateStep]| steps.iter().map(|step| step.record.id.clone()).collect::<Vec<_>>();
        // Somebody has said something about the flyers: they stay, with their links. Of the photos only the tags can be told apart.
        assert_eq!(ids(&update.conflicts), [r#"["flyers","ads","FS"]"#, r#"["scope","flyers","FS"]"#, "photos", "flyers"]);
        assert_eq!(ids(&update.done), ["scope"]);
        let tags = update.steps.iter().find(|step| step.record.id == "photos").unwrap();
        let Command::Edit { fields, .. } = &tags.command else { panic!("an edit") };
        assert_eq!(fields, &[FieldValue { field: "tags".to_owned(), value: Some(Json::new(r#"["studio","own","agency"]"#).unwrap()) }]);
        assert_eq!(update.reopened, [ReopenedGate { gate: "ads-start".into(), items: vec!["cpc".into()] }]);
        let impact = pack_impact(&[Pack::from_json(PACK).unwrap()], &[next_version()], std::slice::from_ref(state.project())).unwrap();
        assert_eq!((impact.projects[0].conflicts, impact.projects[0].done, impact.projects[0].reopened.len()), (4, 1, 1));
    }

    /// What an update of a project makes of it when every step is carried out, and the conflicts that are left.
    fn updated(after: &Pack, commands: &[&str]) -> (Project, PackUpdate) {
        let (mut state, directory, mut log) = running(&commands.iter().map(|json| command(json)).collect::<Vec<_>>());
        let update = update_from_packs(&[Pack::from_json(PACK).unwrap()], std::slice::from_ref(after), state.project()).unwrap();
        for (number, step) in update.steps.iter().enumerate() {
            carry_out(&mut state, &directory, &step.command, &format!("u{number}"), &mut log);
        }
        (state.project().clone(), update)
    }

    fn ids(steps: &[UpdateStep]) -> Vec<&str> {
        steps.iter().map(|step| step.record.id.as_str()).collect()
    }

    fn changed(of: &[(&str, &str)]) -> Pack {
        let text = of.iter().fold(PACK.replace(r#""version": "1""#, r#""version": "2""#), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        Pack::from_json(&text).unwrap()
    }

    #[test]
    fn a_stage_that_goes_does_not_take_along_what_the_project_has_changed() {
        let after = changed(&[
            (r#", { "id": "sell", "name": "Sell" }"#, ""),
            (
                r#",
                { "id": "ads", "name": "Ads", "stage": "sell", "duration": "1d", "after": [{ "task": "photos" }, { "task": "flyers" }], "gates": ["ads-start"] }"#,
                "",
            ),
        ]);
        let own = r#"{ "kind": "edit", "record": { "kind": "task", "id": "ads" }, "fields": [{ "field": "duration", "value": "9d" }] }"#;
        let (project, update) = updated(&after, &[own]);
        assert!(project.task("ads").is_some() && project.task("sell").is_some());
        assert_eq!(project.links.iter().filter(|link| link.successor.as_str() == "ads").count(), 3);
        assert!(project.gates.iter().any(|gate| gate.id.as_str() == "ads-start"));
        assert!(ids(&update.conflicts).contains(&"sell") && ids(&update.conflicts).contains(&"ads"));
        // Without a change of its own, it all goes.
        let (project, update) = updated(&after, &[]);
        assert!(project.task("sell").is_none() && project.gates.iter().all(|gate| gate.id.as_str() != "ads-start"));
        assert!(update.conflicts.is_empty());
    }

    #[test]
    fn lengths_that_would_not_fit_each_other_are_not_mixed() {
        let after = changed(&[(
            r#""stage": "prepare", "duration": "3d", "after": [{ "task": "scope" }], "tags": ["studio"]"#,
            r#""stage": "prepare", "duration": "4d", "optimistic": "3d", "pessimistic": "6d", "after": [{ "task": "scope" }], "tags": ["studio"]"#,
        )]);
        let own = r#"{ "kind": "edit", "record": { "kind": "task", "id": "photos" }, "fields": [{ "field": "duration", "value": "9d" }] }"#;
        let (project, update) = updated(&after, &[own]);
        assert_eq!(project.task("photos").unwrap().duration, Some("9d".parse().unwrap()));
        assert_eq!((ids(&update.steps), ids(&update.conflicts)), (vec![], vec!["photos"]));
        assert_eq!(update.conflicts[0].fields.iter().map(|field| &*field.field).collect::<Vec<_>>(), ["duration", "estimate"]);
        // The other way round: only the estimate is the project's own.
        let after = changed(&[(
            r#""stage": "prepare", "duration": "3d", "after": [{ "task": "scope" }], "tags": ["studio"]"#,
            r#""stage": "prepare", "duration": "8d", "after": [{ "task": "scope" }], "tags": ["studio"]"#,
        )]);
        let own = r#"{ "kind": "edit", "record": { "kind": "task", "id": "photos" }, "fields": [{ "field": "estimate", "value": { "optimistic": "2d", "pessimistic": "5d" } }] }"#;
        let (mut state, directory, mut log) = running(&[command(own)]);
        let update = update_from_packs(&[Pack::from_json(PACK).unwrap()], &[after], state.project()).unwrap();
        assert_eq!((ids(&update.steps), ids(&update.conflicts)), (vec![], vec!["photos"]));
        carry_out(&mut state, &directory, &update.conflicts[0].command, "taken", &mut log);
        assert_eq!(state.project().task("photos").unwrap().estimate, None);
    }

    #[test]
    fn a_new_link_that_would_close_a_ring_is_a_conflict() {
        let after = changed(&[(
            r#""duration": "3d", "after": [{ "task": "scope" }], "tags""#,
            r#""duration": "3d", "after": [{ "task": "scope" }, { "task": "flyers" }], "tags""#,
        )]);
        let own = r#"{ "kind": "add", "record": "link", "value": { "predecessor": "photos", "successor": "flyers" } }"#;
        let (project, update) = updated(&after, &[own]);
        assert_eq!((ids(&update.steps), ids(&update.conflicts)), (vec![], vec![r#"["flyers","photos","FS"]"#]));
        assert_eq!(project.links.len(), 7);
    }

    #[test]
    fn what_both_have_made_under_one_id_is_not_mixed() {
        let after = changed(&[(
            r#"{ "id": "flyers", "name""#,
            r#"{ "id": "qa", "name": "Quality", "role": "compliance", "stage": "prepare", "duration": "2d", "tags": ["lab"] },
            { "id": "flyers", "name""#,
        )]);
        let own =
            r#"{ "kind": "add", "record": "task", "value": { "id": "qa", "name": "Quality", "parent": "prepare", "duration": "5d" } }"#;
        let (project, update) = updated(&after, &[own]);
        let qa = project.task("qa").unwrap();
        assert!(qa.role.is_none() && qa.tags.is_empty() && qa.duration == Some("5d".parse().unwrap()));
        assert_eq!((ids(&update.steps), ids(&update.conflicts)), (vec![], vec!["qa"]));
    }

    #[test]
    fn a_gate_does_not_ask_for_what_could_not_be_added() {
        let after = changed(&[
            (
                r#""basis": { "confidence": "confirmed" } }],"#,
                r#""basis": { "confidence": "confirmed" } },
                { "id": "cpc", "name": "Certificate for children", "kind": "federalLaw", "evidence": [{ "kind": "cpc", "name": "Certificate" }],
                  "duration": "10d", "blocks": [{ "gate": "ads-start" }], "basis": { "confidence": "confirmed" } }],"#,
            ),
            (r#""evidence": ["fcc"]"#, r#""evidence": ["fcc", "cpc"]"#),
        ]);
        let (_, update) = updated(&after, &[r#"{ "kind": "remove", "record": { "kind": "task", "id": "certify" } }"#]);
        // Who would bring it is no longer there: both wait for somebody to decide.
        assert_eq!((ids(&update.steps), ids(&update.conflicts)), (vec![], vec!["cpc", "ads-start"]));
    }

    #[test]
    fn the_project_itself_has_authors_too() {
        let pack = Pack::from_json(PACK).unwrap();
        let (_, _, log) = running(&[command(
            r#"{ "kind": "edit", "record": { "kind": "project", "id": "glow" }, "fields": [{ "field": "name", "value": "Glow Cube" }] }"#,
        )]);
        let records = overrides(&[pack], &log).unwrap().records;
        assert_eq!(records.iter().map(|record| &record.record).collect::<Vec<_>>(), [&RecordRef::new(RecordKind::Project, "glow")]);
        assert_eq!(records[0].fields.iter().map(|field| (&*field.field, field.number)).next(), Some(("name", 2)));
    }

    #[test]
    fn packs_of_another_version_are_not_compared() {
        let (state, _, log) = running(&[]);
        let error = overrides(&[next_version()], &log).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::PackOtherVersion, "/packs"));
        let error = update_from_packs(&[next_version()], &[next_version()], state.project()).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::PackOtherVersion, "/before"));
    }
}
