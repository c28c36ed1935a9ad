//! What a plan lacks for its product: a template that nobody has adapted, or that was written for something else; tasks too coarse to
//! be followed; work of outsiders without time after it; reviews outside of a programme. Each with the commands that mend it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::{Code, Diagnostic, Result};
use crate::log::{Command, FieldValue, RecordKind, RecordRef};
use crate::model::{
    Basis, CategoryId, Directory, Estimate, Expectation, Gate, Guidance, Intent, Json, Link, LinkKind, Pack, Project, RoleId, Task, TaskId,
    Template, TemplateTask, Translation, Wanted, Words,
};
use crate::pack::instantiate::make;
use crate::pack::library::Library;
use crate::pack::product::{Product, Truth};
use crate::plan::{Plan, PlanOptions, schedule};
use crate::time::{Lag, Span, WorkingDay};

/// What a plan lacks for its product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adaptations {
    /// Each with what mends it.
    pub findings: Vec<Adaptation>,
}

/// Something that a plan lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adaptation {
    /// What it is.
    pub finding: Diagnostic,
    /// The commands that mend it, in this order.
    pub repair: Vec<Command>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub basis: Option<Basis>,
}

/// Looks at a plan with the guidance of packs. `categories` says what the product is; without them, what the project was made for.
///
/// # Errors
/// Packs that do not fit together, and what makes a project impossible to plan.
pub fn adaptations(packs: &[Pack], project: &Project, directory: &Directory, categories: &[CategoryId]) -> Result<Adaptations> {
    let library = Library::new(packs)?;
    let plan = schedule(project, directory, &PlanOptions::default())?;
    let made_for = project.origin.as_ref().map_or(&[][..], |origin| &origin.wanted.categories);
    let reader = Reader {
        library: &library,
        project,
        plan: &plan,
        categories: if categories.is_empty() { made_for } else { categories },
        parents: project.tasks.iter().filter_map(|task| Some(task.parent.as_ref()?.as_str())).collect(),
    };
    let mut findings = Vec::new();
    for guidance in packs.iter().flat_map(|pack| &pack.guidance) {
        match guidance {
            Guidance::Unchanged { review } => findings.extend(reader.unchanged(review)),
            Guidance::Expects { category, task } => findings.extend(reader.expected(category, task)),
            Guidance::Split { words, longest, into } => findings.extend(reader.coarse(words, *longest, into)),
            Guidance::Outside { words, programmes, reason, instead, basis } => {
                findings.extend(reader.outside(words, programmes, reason, instead, basis));
            }
            Guidance::Buffer { role, buffer, basis } => findings.extend(reader.without_buffer(role, *buffer, basis)),
        }
    }
    Ok(Adaptations { findings })
}

struct Reader<'r> {
    library: &'r Library<'r>,
    project: &'r Project,
    plan: &'r Plan,
    categories: &'r [CategoryId],
    parents: BTreeSet<&'r str>,
}

impl<'r> Reader<'r> {
    /// The tasks that people work on and that have not begun.
    fn open_tasks(&self) -> impl Iterator<Item = &'r Task> + '_ {
        let work = self.project.tasks.iter().filter(|task| !self.parents.contains(task.id.as_str()) && !task.milestone);
        work.filter(|task| task.progress.is_none() && task.percent_complete == 0 && !task.cancelled)
    }

    /// Whether a part of the name, in any language, is one of these words.
    fn is_called(task: &Task, words: &[String]) -> bool {
        let names = std::iter::once(&*task.name).chain(task.translations.iter().map(|translation| translation.name.as_str()));
        let names: Vec<String> = names.map(str::to_lowercase).collect();
        words.iter().map(|word| word.to_lowercase()).any(|word| names.iter().any(|name| name.contains(&word)))
    }

    fn unchanged(&self, review: &TemplateTask) -> Option<Adaptation> {
        let origin = self.project.origin.as_ref()?;
        let made = make(self.library, &origin.wanted).ok()?;
        let bare = |project: &Project| {
            let mut project = project.clone();
            for task in &mut project.tasks {
                task.owner = None;
            }
            document::hash(&(&project.tasks, &project.links))
        };
        if bare(&made.project) != bare(self.project) {
            return None;
        }
        let before = self.open_tasks().find(|task| !self.project.links.iter().any(|link| link.successor == task.id));
        let id = self.fresh(review.id.as_str());
        let mut repair = vec![add(RecordKind::Task, &new_task(review, &id, before.and_then(|task| task.parent.clone())))];
        repair.extend(before.map(|task| add(RecordKind::Link, &Link::new(&id, task.id.as_str()))));
        let finding = Diagnostic::new(Code::PackUnchanged, Vec::new(), &[("template", origin.wanted.template.as_str())]);
        Some(Adaptation { finding, repair, basis: None })
    }

    fn expected(&self, category: &CategoryId, expected: &Expectation) -> Option<Adaptation> {
        let has = |id: &TaskId| self.project.tasks.iter().any(|task| task.id == *id);
        if !self.categories.contains(category) || has(&expected.task) {
            return None;
        }
        let template = self.library.templates.get(expected.template.as_str())?;
        // A campaign or an appeal is about a product whose rules were listed when it was launched.
        let origin = self.project.origin.as_ref().and_then(|origin| self.library.templates.get(origin.wanted.template.as_str()));
        if origin.is_some_and(|origin| origin.scoping.is_none()) {
            return None;
        }
        let task = template.tasks.iter().find(|task| task.id == expected.task).filter(|task| self.may_apply(template, task))?;
        let followers = template.tasks.iter().filter_map(|other| Some((other, other.after.iter().find(|link| link.task == task.id)?)));
        let followers: Vec<_> = followers.filter(|(other, _)| has(&other.id)).collect();
        // It stands where the task stands that waits for it, else where its stage does.
        let beside = followers.first().and_then(|(other, _)| self.project.task(other.id.as_str())).and_then(|task| task.parent.clone());
        let parent = beside.or_else(|| has(&task.stage.as_str().into()).then(|| task.stage.as_str().into()));
        let mut repair = vec![add(RecordKind::Task, &new_task(task, task.id.as_str(), parent))];
        for link in task.after.iter().filter(|link| has(&link.task)) {
            repair.push(add(RecordKind::Link, &Link { kind: link.kind, lag: link.lag, ..Link::new(link.task.as_str(), task.id.as_str()) }));
        }
        for (other, link) in followers {
            let value = Link { kind: link.kind, lag: link.lag, blocking: link.blocking, ..Link::new(task.id.as_str(), other.id.as_str()) };
            repair.push(add(RecordKind::Link, &value));
        }
        let args = [("category", category.as_str()), ("task", expected.task.as_str()), ("reason", &*expected.reason.name)];
        Some(Adaptation { finding: Diagnostic::new(Code::PackExpected, Vec::new(), &args), repair, basis: None })
    }

    /// Whether the condition of a template's task may hold for the product: by all that was said when the project was made. Where that
    /// leaves it open, or was never asked, it may.
    fn may_apply(&self, template: &Template, task: &TemplateTask) -> bool {
        let Some(said) = self.project.origin.as_ref().map(|origin| &origin.wanted) else { return true };
        let mut wanted = Wanted { categories: self.categories.to_vec(), ..said.clone() };
        // Parameters of the template that the project was made from say nothing in another one.
        wanted.answers.retain(|answer| self.library.attribute(answer.attribute.as_str(), Some(template)).is_some());
        Product::new(self.library, template, &wanted).map_or(true, |product| product.holds(&task.when) != Truth::No)
    }

    fn coarse(&self, words: &[String], longest: Span, into: &[TemplateTask]) -> Vec<Adaptation> {
        let day = WorkingDay::of(self.project).unwrap_or_default();
        let most = longest.seconds(day).unwrap_or(i64::MAX);
        let is_coarse =
            |task: &&Task| Self::is_called(task, words) && task.duration.is_some_and(|span| span.seconds(day).unwrap_or(0) > most);
        let found = self.open_tasks().filter(is_coarse).map(|task| {
            let ids: Vec<String> = into.iter().map(|step| self.fresh(&format!("{}.{}", task.id, step.id))).collect();
            let id_of = |id: &TaskId| into.iter().position(|step| step.id == *id).and_then(|place| ids.get(place));
            let mut repair = Vec::new();
            // A task with others below it takes as long as they do.
            let gone = ["duration", "estimate"].map(|field| FieldValue { field: field.to_owned(), value: None });
            for (step, id) in into.iter().zip(&ids) {
                let new = Task { owner: task.owner.clone(), ..new_task(step, id, Some(task.id.clone())) };
                repair.push(add(RecordKind::Task, &new));
            }
            let fields = gone.into_iter().filter(|gone| gone.field == "duration" || task.estimate.is_some()).collect();
            repair.push(Command::Edit { record: RecordRef::new(RecordKind::Task, task.id.as_str()), fields });
            for (step, id) in into.iter().zip(&ids) {
                for (link, before) in step.after.iter().filter_map(|link| Some((link, id_of(&link.task)?))) {
                    repair.push(add(RecordKind::Link, &Link { kind: link.kind, lag: link.lag, ..Link::new(before, id) }));
                }
            }
            let names = into.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join("; ");
            let duration = task.duration.map(|span| span.to_string()).unwrap_or_default();
            let args = [("task", task.id.as_str()), ("duration", &*duration), ("longest", &*longest.to_string()), ("into", &*names)];
            Adaptation { finding: Diagnostic::new(Code::PackCoarse, vec![task.id.to_string()], &args), repair, basis: None }
        });
        found.collect()
    }

    fn outside(&self, words: &[String], programmes: &[String], reason: &Words, instead: &TemplateTask, basis: &Basis) -> Vec<Adaptation> {
        let inside = |task: &Task| programmes.iter().any(|programme| task.id.as_str() == programme || task.tags.contains(programme));
        let known = |task: &Task| {
            let from = self.project.origin.as_ref().and_then(|origin| self.library.templates.get(origin.wanted.template.as_str()));
            from.is_some_and(|template| template.tasks.iter().any(|other| other.id == task.id && *other.name == *task.name))
        };
        let found = self.open_tasks().filter(|task| Self::is_called(task, words) && !inside(task) && !known(task)).map(|task| {
            let mut tags: Vec<String> = task.tags.iter().cloned().collect();
            tags.extend(instead.tags.iter().filter(|tag| !task.tags.contains(tag)).cloned());
            let new = new_task(instead, task.id.as_str(), None);
            let mut fields = vec![field("name", &new.name), field("translations", &new.translations)];
            fields.extend(new.duration.map(|duration| field("duration", &duration)));
            fields.extend(new.estimate.as_ref().map(|estimate| field("estimate", estimate)));
            fields.extend((!tags.is_empty()).then(|| field("tags", &tags)));
            let mut repair = vec![Command::Edit { record: RecordRef::new(RecordKind::Task, task.id.as_str()), fields }];
            repair.extend(self.project.gates.iter().filter(|gate| instead.gates.iter().any(|kind| kind.as_str() == gate.id.as_str())).map(
                |gate: &Gate| {
                    let mut guards = gate.guards.clone();
                    guards.push(Intent::StartTask { task: task.id.clone() });
                    Command::Edit { record: RecordRef::new(RecordKind::Gate, gate.id.as_str()), fields: vec![field("guards", &guards)] }
                },
            ));
            let args = [("task", task.id.as_str()), ("reason", &*reason.name), ("instead", instead.id.as_str())];
            let finding = Diagnostic::new(Code::PackOutside, vec![task.id.to_string()], &args);
            Adaptation { finding, repair, basis: Some(basis.clone()) }
        });
        found.collect()
    }

    fn without_buffer(&self, role: &RoleId, buffer: Span, basis: &Basis) -> Vec<Adaptation> {
        let Ok(least) = buffer.seconds(WorkingDay::of(self.project).unwrap_or_default()) else { return Vec::new() };
        let of_role = |id: &TaskId| self.project.task(id.as_str()).is_some_and(|task| task.role.as_ref() == Some(role));
        let open: BTreeSet<&str> = self.open_tasks().map(|task| task.id.as_str()).collect();
        let at_once = |link: &&Link| {
            let lag = match link.lag {
                Some(Lag::Span { span }) => span.seconds(WorkingDay::default()).unwrap_or(0),
                Some(Lag::Percent { .. }) | None => 0,
            };
            let slack = self.plan.task(link.predecessor.as_str()).map_or(0, |task| task.free_slack);
            link.kind == LinkKind::FinishToStart
                && open.contains(link.predecessor.as_str())
                && of_role(&link.predecessor)
                && !of_role(&link.successor)
                && lag < least
                && slack < least
        };
        let found = self.project.links.iter().filter(at_once).map(|link| {
            let (task, successor) = (link.predecessor.as_str(), link.successor.as_str());
            let args = [("task", task), ("role", role.as_str()), ("successor", successor), ("buffer", &*buffer.to_string())];
            let finding = Diagnostic::new(Code::PackNoBuffer, vec![task.to_owned(), successor.to_owned()], &args);
            let fields = vec![field("lag", &Lag::Span { span: buffer })];
            let repair = vec![Command::Edit { record: RecordRef::link(task, successor, link.kind), fields }];
            Adaptation { finding, repair, basis: Some(basis.clone()) }
        });
        found.collect()
    }

    /// The id, or the next that no task has.
    fn fresh(&self, id: &str) -> String {
        let taken = |id: &str| self.project.task(id).is_some();
        let mut number = 1_u32;
        let mut fresh = id.to_owned();
        while taken(&fresh) {
            number = number.saturating_add(1);
            fresh = format!("{id}.{number}");
        }
        fresh
    }
}

fn add<T: Serialize>(record: RecordKind, value: &T) -> Command {
    Command::Add { record, value: Json::of(value) }
}

fn field<T: Serialize>(name: &str, value: &T) -> FieldValue {
    FieldValue { field: name.to_owned(), value: Some(Json::of(value)) }
}

/// A task of a template as it stands in a project that was not made from it.
fn new_task(from: &TemplateTask, id: &str, parent: Option<TaskId>) -> Task {
    let translations: Vec<Translation> = from.translations.clone();
    let estimate = from
        .duration
        .map(|likely| Estimate { optimistic: from.optimistic.unwrap_or(likely), pessimistic: from.pessimistic.unwrap_or(likely) });
    Task {
        translations: translations.into(),
        parent,
        role: from.role.clone(),
        duration: from.duration.filter(|_| !from.milestone),
        estimate: estimate.filter(|_| from.optimistic.is_some() || from.pessimistic.is_some()).map(Box::new),
        milestone: from.milestone,
        blocking: from.blocking,
        calendar: from.calendar.clone(),
        tags: from.tags.clone().into(),
        ..Task::new(id, &from.name)
    }
}
