//! From a template and what is known of a product to a project.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Result};
use crate::model::{
    Anchor, Attribute, ChecklistItem, Constraint, DateSide, Deadline, Estimate, Gate, GateItem, Intent, Link, Origin, Pack, Project,
    Requirement, RoleId, RuleSource, Stage, StageId, Task, TaskId, Template, TemplateTask, Translation, Wanted, Words,
};
use crate::pack::dates::Days;
use crate::pack::library::{Library, unknown};
use crate::pack::product::{Product, Truth};
use crate::pack::shape::{Row, Shape, Work};
use crate::time::{CalendarId, Span};

/// More tasks than this are a mistake: they would be for thousands of SKUs one by one.
const MOST_TASKS: usize = 50_000;
/// More links than this, where each of many tasks waits for each of many others.
pub(crate) const MOST_LINKS: usize = 500_000;

/// The role that brings evidence where no task of the template does, if the packs have it; else whoever lists the requirements.
const COMPLIANCE: &str = "compliance";

/// A project made from a template, and what it was made of.
pub(crate) struct Made<'a> {
    pub(crate) project: Project,
    pub(crate) template: &'a Template,
    pub(crate) product: Product<'a>,
    pub(crate) shape: Shape<'a>,
    pub(crate) days: Days<'a>,
    /// Tasks with a date of the template, with the place of the date in the template's task.
    pub(crate) dated: Vec<(TaskId, &'a TemplateTask)>,
}

/// Makes the project.
///
/// The same wish gives the same project, byte by byte: ids come from the template, and for the second SKU and all others from its
/// number.
pub(crate) fn make<'a>(library: &'a Library<'a>, wanted: &'a Wanted) -> Result<Made<'a>> {
    let template = library.templates.named(wanted.template.as_str()).map_err(|error| error.at("/wanted/template"))?;
    if wanted.key.trim().is_empty() {
        return Err(Error::new(Code::PackKey, &[]).at("/wanted/key"));
    }
    let product = Product::new(library, template, wanted)?;
    let days = Days::new(library, template, wanted)?;
    let shape = Shape::new(library, template, &product);
    let copies = Copies::new(template, &product, wanted)?;
    let maker = Maker { library, wanted, template, product: &product, days: &days, shape: &shape, copies: &copies };
    let (project, dated) = maker.project()?;
    Ok(Made { project, template, product, shape, days, dated })
}

/// What tasks are repeated for.
struct Copies {
    /// For each kind the names of its copies, with translations.
    names: BTreeMap<String, Vec<(String, Vec<Translation>)>>,
}

impl Copies {
    fn new(template: &Template, product: &Product<'_>, wanted: &Wanted) -> Result<Copies> {
        let mut names = BTreeMap::new();
        for repeat in &template.repeats {
            let numbered = |number: u32| {
                let translated = |translation: &Translation| Translation {
                    language: translation.language.clone(),
                    name: format!("{} {number}", translation.name),
                };
                (format!("{} {number}", repeat.name), repeat.translations.iter().map(translated).collect())
            };
            names.insert(repeat.id.to_string(), (1..=repeat.usual.max(1)).map(numbered).collect::<Vec<_>>());
        }
        let platforms = product.platforms.iter().map(|platform| (platform.to_string(), Vec::new())).collect();
        names.insert("platform".to_owned(), platforms);
        for (place, said) in wanted.repeats.iter().enumerate() {
            let path = format!("/wanted/repeats/{place}");
            let Some(slot) = names.get_mut(said.per.as_str()).filter(|_| said.per.as_str() != "platform") else {
                return Err(
                    unknown("repeat", said.per.as_str(), template.repeats.iter().map(|repeat| repeat.id.as_str())).at(path + "/per")
                );
            };
            if said.names.is_empty() || said.names.len() > MOST_TASKS {
                let args = [("count", &*said.names.len().to_string()), ("limit", &MOST_TASKS.to_string())];
                return Err(Error::new(Code::PackTooMany, &args).at(path + "/names"));
            }
            *slot = said.names.iter().map(|name| (name.clone(), Vec::new())).collect();
        }
        Ok(Copies { names })
    }

    fn of(&self, task: Option<&TemplateTask>) -> &[(String, Vec<Translation>)] {
        let per = task.and_then(|task| task.per.as_ref());
        per.and_then(|per| self.names.get(per.as_str())).map_or(&[], Vec::as_slice)
    }

    /// How many there are of a row: one where it is not repeated.
    fn count(&self, row: &Row<'_>) -> usize {
        self.of(row.work.task()).len().max(1)
    }
}

struct Maker<'m, 'a> {
    library: &'a Library<'a>,
    wanted: &'a Wanted,
    template: &'a Template,
    product: &'m Product<'a>,
    days: &'m Days<'a>,
    shape: &'m Shape<'a>,
    copies: &'m Copies,
}

impl<'a> Maker<'_, 'a> {
    fn project(&self) -> Result<(Project, Vec<(TaskId, &'a TemplateTask)>)> {
        let rows = &self.shape.rows;
        let count = rows.iter().map(|row| self.copies.count(row)).fold(0, usize::saturating_add);
        if count > MOST_TASKS {
            return Err(
                Error::new(Code::PackTooMany, &[("count", &count.to_string()), ("limit", &MOST_TASKS.to_string())]).at("/wanted/repeats")
            );
        }
        let anchor = Anchor::Start { at: self.wanted.start };
        let name = self.wanted.name.as_deref().unwrap_or(&self.template.name);
        let mut project = Project::new(&self.wanted.key, name, self.template.calendar.as_str(), anchor);
        if self.wanted.name.is_none() {
            project.translations = self.template.translations.clone();
        }
        project.origin = Some(Box::new(Origin { packs: self.library.names(), wanted: self.wanted.clone() }));
        let mut dated = Vec::new();
        self.add_stages(&mut project);
        for (place, row) in rows.iter().enumerate() {
            for copy in 0..self.copies.count(row) {
                let task = self.task(place, row, copy)?;
                if let Some(from) = row.work.task().filter(|from| !from.dates.is_empty()) {
                    dated.push((task.id.clone(), from));
                }
                project.tasks.push(task);
            }
        }
        self.add_links(&mut project)?;
        self.add_gates(&mut project);
        self.add_checklists(&mut project);
        Ok((project, dated))
    }

    /// A stage for each that has tasks, and a summary of the same name above them.
    fn add_stages(&self, project: &mut Project) {
        let used: BTreeSet<&str> = self.shape.rows.iter().filter_map(|row| self.stage(row.work)).map(StageId::as_str).collect();
        for (place, stage) in self.template.stages.iter().enumerate().filter(|(_, stage)| used.contains(stage.id.as_str())) {
            project.stages.push(Stage {
                id: stage.id.clone(),
                name: stage.name.clone(),
                translations: stage.translations.clone(),
                owner: None,
                after: Vec::new(),
                by_hand: false,
                opened: None,
                closed: None,
            });
            project.tasks.push(Task {
                translations: stage.translations.clone().into(),
                rank: rank(place).into(),
                stage: Some(stage.id.clone()),
                tags: self.product.platforms.iter().map(|platform| format!("platform:{platform}")).collect::<Vec<_>>().into(),
                ..Task::new(stage.id.as_str(), &stage.name)
            });
        }
    }

    fn stage(&self, work: Work<'a>) -> Option<&'a StageId> {
        let scoping = self.shape.scoping.and_then(|row| self.shape.rows.get(row));
        match work {
            Work::Task(task) => Some(&task.stage),
            Work::Obtain(_) => scoping.and_then(|row| row.work.task()).map(|task| &task.stage),
        }
    }

    fn id(&self, place: usize, copy: usize) -> String {
        let id = match self.shape.rows.get(place).map(|row| row.work) {
            Some(Work::Task(task)) => task.id.to_string(),
            Some(Work::Obtain(requirement)) => format!("obtain-{}", requirement.id),
            None => String::new(),
        };
        // The first keeps the id of the template, so that a second SKU does not rename what is already being worked on.
        if copy == 0 { id } else { format!("{id}.{}", copy + 1) }
    }

    fn task(&self, place: usize, row: &Row<'a>, copy: usize) -> Result<Task> {
        let id = self.id(place, copy);
        let mut task = match row.work {
            Work::Task(from) => self.template_task(from, &id, copy)?,
            Work::Obtain(requirement) => self.obtain(requirement, &id),
        };
        task.parent = self.stage(row.work).map(|stage| stage.as_str().into());
        task.rank = format!("{}.{}", rank(place), rank(copy)).into();
        task.owner = self.wanted.owners.iter().find(|said| Some(&said.role) == task.role.as_ref()).map(|said| said.owner.clone());
        Ok(task)
    }

    fn keeper(&self) -> Option<RoleId> {
        let scoping = self.shape.scoping.and_then(|row| self.shape.rows.get(row)).and_then(|row| row.work.task());
        self.library.roles.get(COMPLIANCE).map(|role| role.id.clone()).or_else(|| scoping?.role.clone())
    }

    fn obtain(&self, requirement: &Requirement, id: &str) -> Task {
        Task {
            translations: requirement.translations.clone().into(),
            role: self.keeper(),
            duration: Some(requirement.duration),
            estimate: estimate(requirement.optimistic, requirement.duration, requirement.pessimistic),
            calendar: requirement.calendar.clone(),
            ..Task::new(id, &requirement.name)
        }
    }

    fn template_task(&self, from: &'a TemplateTask, id: &str, copy: usize) -> Result<Task> {
        let (name, translations) = match self.copies.of(Some(from)).get(copy) {
            Some((copy, names)) if self.copies.of(Some(from)).len() > 1 || names.is_empty() => {
                let translated = |translation: &Translation| {
                    let own = names.iter().find(|name| name.language == translation.language).map_or(copy, |name| &name.name);
                    Translation { language: translation.language.clone(), name: format!("{} · {own}", translation.name) }
                };
                (format!("{} · {copy}", from.name), from.translations.iter().map(translated).collect())
            }
            Some(_) | None => (from.name.clone(), from.translations.clone()),
        };
        let (optimistic, duration, pessimistic, calendar) = self.length(from);
        let mut task = Task {
            translations: translations.into(),
            role: from.role.clone(),
            duration: duration.filter(|_| !from.milestone),
            estimate: duration.filter(|_| !from.milestone).and_then(|duration| estimate(optimistic, duration, pessimistic)),
            milestone: from.milestone,
            blocking: from.blocking,
            calendar: calendar.or_else(|| from.calendar.clone()),
            constraint: from.late.then_some(Constraint::AsLateAsPossible {}),
            tags: from.tags.clone().into(),
            ..Task::new(id, &name)
        };
        let zone = self.days.zone();
        for date in &from.dates {
            let Some(day) = self.days.find(&date.point, self.product).and_then(|found| found.day) else { continue };
            let day = day.plus_days(date.days)?;
            match date.side {
                DateSide::StartFrom => {
                    let at = zone.start_of(day);
                    let later = task.constraint.and_then(Constraint::moment).is_none_or(|other| other < at);
                    if later {
                        task.constraint = Some(Constraint::StartNoEarlierThan { at });
                    }
                }
                DateSide::FinishBy | DateSide::FinishBySoft => {
                    let soft = date.side == DateSide::FinishBySoft;
                    let earlier =
                        task.deadline.as_deref().is_none_or(|other| matches!(other, Deadline::Day { day: set, .. } if *set > day));
                    if earlier {
                        task.deadline = Some(Box::new(Deadline::Day { day, zone: zone.name().to_owned(), soft }));
                    }
                }
            }
        }
        Ok(task)
    }

    /// How long a task takes: its lead time under the first condition that holds, else its own length.
    fn length(&self, from: &'a TemplateTask) -> (Option<Span>, Option<Span>, Option<Span>, Option<CalendarId>) {
        let chosen = from.lead_times.iter().find(|choice| self.product.holds(&choice.when) != Truth::No);
        match chosen.and_then(|choice| self.library.lead_times.get(choice.lead_time.as_str())) {
            Some(lead) => (Some(lead.optimistic), Some(lead.duration), Some(lead.pessimistic), lead.calendar.clone()),
            None => (from.optimistic, from.duration, from.pessimistic, None),
        }
    }

    /// Copies of the same kind are linked one by one; else each waits for each.
    fn add_links(&self, project: &mut Project) -> Result<()> {
        for (place, row) in self.shape.rows.iter().enumerate() {
            let own = self.copies.count(row);
            for tie in &row.after {
                let Some(before) = self.shape.rows.get(tie.row) else { continue };
                let others = self.copies.count(before);
                let same = row.work.task().and_then(|task| task.per.as_ref()) == before.work.task().and_then(|task| task.per.as_ref());
                let pairs: &mut dyn Iterator<Item = (usize, usize)> = match same {
                    true => &mut (0..own).map(|copy| (copy, copy)),
                    false => &mut (0..others).flat_map(|other| (0..own).map(move |copy| (other, copy))),
                };
                for (other, copy) in pairs {
                    if project.links.len() >= MOST_LINKS {
                        let args = [("count", &*(MOST_LINKS + 1).to_string()), ("limit", &MOST_LINKS.to_string())];
                        return Err(Error::new(Code::PackTooManyLinks, &args).at("/wanted/repeats"));
                    }
                    project.links.push(Link {
                        kind: tie.kind,
                        lag: tie.lag,
                        blocking: tie.blocking,
                        ..Link::new(&self.id(tie.row, other), &self.id(place, copy))
                    });
                }
            }
        }
        Ok(())
    }

    /// For each requirement an item, and for each step a gate that holds the items.
    fn add_gates(&self, project: &mut Project) {
        for asked in &self.shape.asked {
            let producer = asked.producer.and_then(|row| Some((row, self.shape.rows.get(row)?)));
            let role = producer.and_then(|(_, row)| row.work.task()).and_then(|task| task.role.clone());
            project.checklist.push(ChecklistItem {
                translations: asked.requirement.translations.clone(),
                needs: asked.requirement.evidence.iter().map(|need| need.kind.clone()).collect(),
                role: role.or_else(|| self.keeper()),
                producer: producer.map(|(row, _)| self.id(row, 0).into()),
                rule: Some(Box::new(self.source(asked.requirement))),
                ..ChecklistItem::new(asked.requirement.id.as_str(), &asked.requirement.name)
            });
        }
        for step in &self.shape.steps {
            let copies = |row: usize| (0..self.shape.rows.get(row).map_or(0, |row| self.copies.count(row))).map(move |copy| (row, copy));
            let guarded = step.rows.iter().copied().flat_map(copies);
            project.gates.push(Gate {
                translations: step.kind.translations.clone(),
                guards: guarded.map(|(row, copy)| Intent::StartTask { task: self.id(row, copy).into() }).collect(),
                items: step.items.iter().map(|(rule, soft)| GateItem { soft: *soft, ..GateItem::new(rule.id.as_str()) }).collect(),
                ..Gate::new(step.kind.id.as_str(), &step.kind.name)
            });
        }
    }

    fn source(&self, requirement: &Requirement) -> RuleSource {
        let pack: Option<&Pack> =
            self.library.requirements.kept(requirement.id.as_str()).and_then(|kept| self.library.packs.get(kept.pack));
        let mut basis = requirement.basis.clone();
        basis.as_of = basis.as_of.or_else(|| pack.and_then(|pack| pack.as_of));
        RuleSource {
            requirement: requirement.id.clone(),
            pack: pack.map_or_else(|| "".into(), |pack| pack.id.clone()),
            notice: pack.and_then(|pack| pack.notice.clone()),
            validity: requirement.validity.clone(),
            basis,
        }
    }

    /// What has to be ticked before a task is done, and what has to be answered before the requirements are known.
    fn add_checklists(&self, project: &mut Project) {
        let questions: Vec<&Attribute> = self.open_attributes().collect();
        for (place, row) in self.shape.rows.iter().enumerate() {
            let Some(task) = row.work.task() else { continue };
            let asked: &[&Attribute] = if self.shape.scoping == Some(place) { &questions } else { &[] };
            if task.checklist.is_empty() && asked.is_empty() {
                continue;
            }
            for copy in 0..self.copies.count(row) {
                let id = self.id(place, copy);
                let mut items = Vec::with_capacity(task.checklist.len() + asked.len());
                let told = task.checklist.iter().zip(1_usize..).map(|(words, number)| (format!("{id}-{number}"), words));
                let open = asked.iter().map(|attribute| (format!("ask-{}", attribute.id), &attribute.question));
                for (item, words) in told.chain(open) {
                    project.checklist.push(self.tick(&item, words, task));
                    items.push(GateItem::new(&item));
                }
                project.gates.push(Gate {
                    translations: task.translations.clone(),
                    guards: vec![Intent::CompleteTask { task: id.as_str().into() }],
                    items,
                    ..Gate::new(&format!("done-{id}"), &task.name)
                });
            }
        }
    }

    fn tick(&self, id: &str, words: &Words, task: &TemplateTask) -> ChecklistItem {
        ChecklistItem { translations: words.translations.clone(), role: task.role.clone(), ..ChecklistItem::new(id, &words.name) }
    }

    /// The attributes of which nothing is known and on which something depends.
    fn open_attributes(&self) -> impl Iterator<Item = &'a Attribute> {
        open_attributes(self.library, self.template, self.shape)
    }
}

/// The attributes of which nothing is known and on which a task or a requirement of the project depends, in the order of the packs.
pub(crate) fn open_attributes<'a>(
    library: &'a Library<'a>,
    template: &'a Template,
    shape: &Shape<'a>,
) -> impl Iterator<Item = &'a Attribute> + use<'a> {
    let rows = shape.rows.iter().flat_map(|row| &row.asks);
    let open: BTreeSet<String> = rows.chain(shape.asked.iter().flat_map(|asked| &asked.asks)).map(ToString::to_string).collect();
    let all = template.parameters.iter().chain(library.attributes.iter().map(|kept| kept.record).collect::<Vec<_>>());
    all.filter(move |attribute| open.contains(attribute.id.as_str()))
}

fn estimate(optimistic: Option<Span>, likely: Span, pessimistic: Option<Span>) -> Option<Box<Estimate>> {
    if optimistic.is_none() && pessimistic.is_none() {
        return None;
    }
    Some(Box::new(Estimate { optimistic: optimistic.unwrap_or(likely), pessimistic: pessimistic.unwrap_or(likely) }))
}

/// A rank that sorts as its number does.
fn rank(place: usize) -> String {
    format!("{place:05}")
}
