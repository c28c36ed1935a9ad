//! Whether packs fit together: what they name exists, nothing stands twice, nothing waits for itself, no gate waits for what it blocks.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error};
use crate::model::{
    Answer, Attribute, AttributeId, AttributeKind, CategoryId, Clause, DatePoint, DateRule, Guidance, LeadTime, PlatformId, Requirement,
    RetailMoment, Template, TemplateTask, Test,
};
use crate::pack::library::{Kept, Library, check_value, unknown};
use crate::pack::{product, shape};
use crate::time::{Span, SpanUnit, WorkingDay, Zone};

/// More tasks than this in one template are a mistake.
const LONGEST_TEMPLATE: usize = 2_000;

/// Everything in some packs that does not fit together, in the order of the packs.
pub(crate) fn problems(library: &Library<'_>) -> Vec<Error> {
    let mut check = Check { library, found: Vec::new() };
    check.ids();
    for kept in library.categories.iter() {
        check.answers(&kept.record.implies, &format!("{}/implies", library.categories.path(&kept)));
    }
    for kept in library.platforms.iter() {
        check.answers(&kept.record.implies, &format!("{}/implies", library.platforms.path(&kept)));
    }
    for kept in library.attributes.iter() {
        check.attribute(kept.record, &library.attributes.path(&kept));
    }
    for kept in library.requirements.iter() {
        check.requirement(kept.record, &library.requirements.path(&kept));
    }
    check.circles();
    for kept in library.moments.iter() {
        check.moment(&kept);
    }
    for kept in library.calendars.iter() {
        let path = library.calendars.path(&kept);
        let holidays = kept.record.holidays.iter().enumerate().map(|(place, id)| (id, format!("{path}/holidays/{place}")));
        let curves =
            kept.record.capacity.iter().enumerate().map(|(place, curve)| (&curve.moment, format!("{path}/capacity/{place}/moment")));
        for (moment, path) in holidays.chain(curves).collect::<Vec<_>>() {
            check.known(library.moments.named(moment.as_str()).err(), &path);
        }
        check.zone(&kept.record.zone, &format!("{path}/zone"));
        for (place, curve) in kept.record.capacity.iter().enumerate().filter(|(_, curve)| curve.to < curve.from || curve.percent > 100) {
            let found = format!("{} – {}, {} %", curve.from, curve.to, curve.percent);
            check.found.push(Error::new(Code::PackDateRule, &[("found", &found)]).at(format!("{path}/capacity/{place}")));
        }
    }
    for kept in library.lead_times.iter() {
        let LeadTime { optimistic, duration, pessimistic, .. } = kept.record;
        check.lengths(Some(*optimistic), Some(*duration), Some(*pessimistic), &library.lead_times.path(&kept));
    }
    for kept in library.routes.iter() {
        for (place, stage) in kept.record.stages.iter().enumerate() {
            let path = format!("{}/stages/{place}", library.routes.path(&kept));
            check.known(library.lead_times.named(stage.as_str()).err(), &path);
        }
    }
    for kept in library.templates.iter() {
        check.template(kept.record, &library.templates.path(&kept));
    }
    for (pack, document) in library.packs.iter().enumerate() {
        for (place, date) in document.dates.iter().enumerate() {
            let path = format!("/packs/{pack}/dates/{place}");
            check.known(library.moments.named(date.moment.as_str()).err(), &format!("{path}/moment"));
            check.known(library.platforms.named(date.by.as_str()).err(), &format!("{path}/by"));
        }
        for (place, offset) in document.offsets.iter().enumerate() {
            let path = format!("/packs/{pack}/offsets/{place}");
            check.known(library.moments.named(offset.moment.as_str()).err(), &format!("{path}/moment"));
            check.known(library.platforms.named(offset.by.as_str()).err(), &format!("{path}/by"));
        }
        for (place, guidance) in document.guidance.iter().enumerate() {
            check.guidance(guidance, &format!("/packs/{pack}/guidance/{place}"));
        }
    }
    check.found
}

struct Check<'l, 'a> {
    library: &'l Library<'a>,
    found: Vec<Error>,
}

impl<'a> Check<'_, 'a> {
    fn known(&mut self, problem: Option<Error>, path: &str) {
        self.found.extend(problem.map(|error| error.at(path)));
    }

    fn ids(&mut self) {
        let library = self.library;
        let packs = library.packs.iter().enumerate();
        for (place, pack) in packs {
            let first = library.packs.iter().position(|other| other.id == pack.id);
            if first != Some(place) {
                let first = format!("/packs/{}", first.unwrap_or_default());
                let args = [("kind", "pack"), ("id", pack.id.as_str()), ("first", &*first)];
                self.found.push(Error::new(Code::PackDuplicate, &args).at(format!("/packs/{place}/id")));
            }
        }
        self.found.extend(library.categories.twice());
        self.found.extend(library.attributes.twice());
        self.found.extend(library.platforms.twice());
        self.found.extend(library.roles.twice());
        self.found.extend(library.gates.twice());
        self.found.extend(library.requirements.twice());
        self.found.extend(library.moments.twice());
        self.found.extend(library.calendars.twice());
        self.found.extend(library.lead_times.twice());
        self.found.extend(library.routes.twice());
        self.found.extend(library.templates.twice());
    }

    /// Ids of one list, each of which may stand there once.
    fn once<'i>(&mut self, kind: &str, ids: impl Iterator<Item = &'i str>, path: &str) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, id) in ids.enumerate() {
            if let Some(first) = first.get(id) {
                let args = [("kind", kind), ("id", id), ("first", &*format!("{path}/{first}"))];
                self.found.push(Error::new(Code::PackDuplicate, &args).at(format!("{path}/{place}/id")));
            }
            first.entry(id).or_insert(place);
        }
    }

    fn answers(&mut self, answers: &[Answer], path: &str) {
        for (place, answer) in answers.iter().enumerate() {
            match self.library.attributes.named(answer.attribute.as_str()) {
                Ok(attribute) => self.known(check_value(attribute, &answer.value).err(), &format!("{path}/{place}/value")),
                Err(error) => self.known(Some(error), &format!("{path}/{place}/attribute")),
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: &str) {
        if let AttributeKind::Choice { options } = &attribute.kind {
            self.once("option", options.iter().map(|option| option.id.as_str()), &format!("{path}/kind/options"));
        }
        let assumed = attribute.assumed.as_ref().and_then(|value| check_value(attribute, value).err());
        self.known(assumed, &format!("{path}/assumed"));
    }

    fn requirement(&mut self, requirement: &Requirement, path: &str) {
        self.scope(&requirement.categories, &requirement.platforms, path);
        self.condition(&requirement.when, None, &format!("{path}/when"));
        for (place, block) in requirement.blocks.iter().enumerate() {
            self.known(self.library.gates.named(block.gate.as_str()).err(), &format!("{path}/blocks/{place}/gate"));
        }
        self.lengths(requirement.optimistic, Some(requirement.duration), requirement.pessimistic, path);
    }

    fn scope(&mut self, categories: &[CategoryId], platforms: &[PlatformId], path: &str) {
        for (place, id) in categories.iter().enumerate() {
            self.known(self.library.categories.named(id.as_str()).err(), &format!("{path}/categories/{place}"));
        }
        for (place, id) in platforms.iter().enumerate() {
            self.known(self.library.platforms.named(id.as_str()).err(), &format!("{path}/platforms/{place}"));
        }
    }

    fn condition(&mut self, condition: &[Clause], template: Option<&'a Template>, path: &str) {
        for (clause, tests) in condition.iter().enumerate() {
            if tests.any.is_empty() {
                self.found.push(Error::new(Code::PackEmptyClause, &[]).at(format!("{path}/{clause}/any")));
            }
            for (place, test) in tests.any.iter().enumerate() {
                let problem = self.test(test, template);
                self.found.extend(problem.map(|error| error.within(&format!("{path}/{clause}/any/{place}"))));
            }
        }
    }

    fn test(&self, test: &Test, template: Option<&'a Template>) -> Option<Error> {
        let library = self.library;
        let attribute = |id: &AttributeId| {
            let known = library.attribute(id.as_str(), template);
            known.ok_or_else(|| library.attributes.unknown(id.as_str()).at("/attribute"))
        };
        match test {
            Test::Category { is } | Test::NotCategory { is } => library.categories.named(is.as_str()).err().map(|error| error.at("/is")),
            Test::Platform { is } => library.platforms.named(is.as_str()).err().map(|error| error.at("/is")),
            Test::Requirement { applies } | Test::NoRequirement { applies } => {
                library.requirements.named(applies.as_str()).err().map(|error| error.at("/applies"))
            }
            Test::Is { attribute: id, value } | Test::IsNot { attribute: id, value } => {
                attribute(id).and_then(|attribute| check_value(attribute, value).map_err(|error| error.at("/value"))).err()
            }
            Test::AtLeast { attribute: id, .. } | Test::AtMost { attribute: id, .. } => match attribute(id) {
                Ok(attribute) if matches!(attribute.kind, AttributeKind::Number { .. }) => None,
                Ok(attribute) => Some(Error::new(Code::PackNotANumber, &[("attribute", attribute.id.as_str())]).at("/attribute")),
                Err(error) => Some(error),
            },
        }
    }

    /// Requirements that decide about each other.
    fn circles(&mut self) {
        let all: Vec<&Requirement> = self.library.requirements.iter().map(|kept| kept.record).collect();
        let stuck = product::sorted(&all).1;
        if let Some(first) = stuck.first().and_then(|first| self.library.requirements.kept(first.id.as_str())) {
            let ids: Vec<&str> = stuck.iter().map(|requirement| requirement.id.as_str()).collect();
            let path = format!("{}/when", self.library.requirements.path(&first));
            self.found.push(Error::new(Code::PackLoop, &[("ids", &ids.join(", "))]).at(path));
        }
    }

    fn moment(&mut self, kept: &Kept<'a, RetailMoment>) {
        let path = self.library.moments.path(kept);
        if kept.record.every.is_some_and(|every| every == 0 || kept.record.one_year.is_none()) {
            self.found.push(Error::new(Code::PackDateRule, &[("found", "every")]).at(format!("{path}/every")));
        }
        for (rule, side) in [(&kept.record.first, "first"), (&kept.record.last, "last")] {
            match rule {
                Some(DateRule::Days { after, .. }) => {
                    self.known(self.library.moments.named(after.as_str()).err(), &format!("{path}/{side}/after"));
                }
                Some(DateRule::WeekdayBefore { before, .. }) => {
                    self.known(self.library.moments.named(before.as_str()).err(), &format!("{path}/{side}/before"));
                }
                Some(DateRule::Fixed { month, day, .. }) => {
                    if !(1..=12).contains(month) || !(1..=31).contains(day) {
                        let found = format!("{month}-{day}");
                        self.found.push(Error::new(Code::PackDateRule, &[("found", &found)]).at(format!("{path}/{side}")));
                    }
                }
                Some(DateRule::Nth { month, nth, .. }) => {
                    if !(1..=12).contains(month) || !(*nth == -1 || (1..=5).contains(nth)) {
                        let found = format!("{month}, {nth}");
                        self.found.push(Error::new(Code::PackDateRule, &[("found", &found)]).at(format!("{path}/{side}")));
                    }
                }
                Some(DateRule::Easter {}) | None => {}
            }
        }
    }

    fn zone(&mut self, zone: &str, path: &str) {
        self.known(Zone::new(zone).err(), path);
    }

    /// At best, usually and at worst come in this order, and none is below zero.
    fn lengths(&mut self, optimistic: Option<Span>, likely: Option<Span>, pessimistic: Option<Span>, path: &str) {
        let seconds = |span: Span| span.seconds(WorkingDay::default()).unwrap_or(i64::MAX);
        let named = [("optimistic", optimistic), ("duration", likely), ("pessimistic", pessimistic)];
        let mut least = Span { count: 0, unit: likely.map_or(SpanUnit::Days, |span| span.unit) };
        for (field, span) in named.into_iter().filter_map(|(field, span)| Some((field, span?))) {
            if span.unit.is_elapsed() == least.unit.is_elapsed() || least.count == 0 {
                if seconds(span) < seconds(least) {
                    let args = [("length", &*span.to_string()), ("least", &least.to_string())];
                    self.found.push(Error::new(Code::PackLengths, &args).at(format!("{path}/{field}")));
                }
                least = span;
            }
        }
    }

    fn template(&mut self, template: &'a Template, path: &str) {
        let library = self.library;
        self.scope(&template.categories, &template.platforms, path);
        self.zone(&template.zone, &format!("{path}/zone"));
        if template.tasks.len() > LONGEST_TEMPLATE {
            let args = [("count", &*template.tasks.len().to_string()), ("limit", &LONGEST_TEMPLATE.to_string())];
            self.found.push(Error::new(Code::PackTooMany, &args).at(format!("{path}/tasks")));
            return;
        }
        for (place, id) in template.example_categories.iter().enumerate() {
            self.known(library.categories.named(id.as_str()).err(), &format!("{path}/exampleCategories/{place}"));
        }
        for (place, id) in template.example_platforms.iter().enumerate() {
            self.known(library.platforms.named(id.as_str()).err(), &format!("{path}/examplePlatforms/{place}"));
        }
        self.once("parameter", template.parameters.iter().map(|parameter| parameter.id.as_str()), &format!("{path}/parameters"));
        for (place, parameter) in template.parameters.iter().enumerate() {
            self.attribute(parameter, &format!("{path}/parameters/{place}"));
        }
        self.once("repeat", template.repeats.iter().map(|repeat| repeat.id.as_str()), &format!("{path}/repeats"));
        self.once("stage", template.stages.iter().map(|stage| stage.id.as_str()), &format!("{path}/stages"));
        let tasks = template.tasks.iter().map(|task| task.id.as_str());
        self.once("task", tasks.clone(), &format!("{path}/tasks"));
        let ids: BTreeSet<&str> = tasks.collect();
        // The summary of a stage has the stage's id.
        for (place, stage) in template.stages.iter().enumerate().filter(|(_, stage)| ids.contains(stage.id.as_str())) {
            let args = [("kind", "task"), ("id", stage.id.as_str()), ("first", &*format!("{path}/tasks"))];
            self.found.push(Error::new(Code::PackDuplicate, &args).at(format!("{path}/stages/{place}/id")));
        }
        let named = [("goal", &template.goal), ("scoping", &template.scoping), ("sample", &template.sample)];
        for (field, task) in named.into_iter().filter_map(|(field, task)| Some((field, task.as_ref()?))) {
            self.task_known(task.as_str(), &ids, format!("{path}/{field}"));
        }
        for (place, task) in template.tasks.iter().enumerate() {
            self.task(task, template, &ids, &format!("{path}/tasks/{place}"));
        }
        for (place, decide) in template.decisions.iter().enumerate() {
            self.task_known(decide.by.as_str(), &ids, format!("{path}/decisions/{place}/by"));
            if library.attribute(decide.attribute.as_str(), Some(template)).is_none() {
                self.known(Some(library.attributes.unknown(decide.attribute.as_str())), &format!("{path}/decisions/{place}/attribute"));
            }
        }
        self.order(template, path);
    }

    fn task_known(&mut self, task: &str, ids: &BTreeSet<&str>, path: String) {
        if !ids.contains(task) {
            self.found.push(unknown("task", task, ids.iter().copied()).at(path));
        }
    }

    fn task(&mut self, task: &'a TemplateTask, template: &'a Template, ids: &BTreeSet<&str>, path: &str) {
        let library = self.library;
        if !template.stages.iter().any(|stage| stage.id == task.stage) {
            let known = template.stages.iter().map(|stage| stage.id.as_str());
            self.found.push(unknown("stage", task.stage.as_str(), known).at(format!("{path}/stage")));
        }
        for (place, link) in task.after.iter().enumerate() {
            self.task_known(link.task.as_str(), ids, format!("{path}/after/{place}/task"));
        }
        self.condition(&task.when, Some(template), &format!("{path}/when"));
        if let Some(per) = task.per.as_ref().filter(|per| per.as_str() != "platform")
            && !template.repeats.iter().any(|repeat| repeat.id == *per)
        {
            let known = template.repeats.iter().map(|repeat| repeat.id.as_str());
            self.found.push(unknown("repeat", per.as_str(), known).at(format!("{path}/per")));
        }
        for (place, gate) in task.gates.iter().enumerate() {
            self.known(library.gates.named(gate.as_str()).err(), &format!("{path}/gates/{place}"));
        }
        for (place, requirement) in task.evidence.iter().enumerate() {
            self.known(library.requirements.named(requirement.as_str()).err(), &format!("{path}/evidence/{place}"));
        }
        for (place, choice) in task.lead_times.iter().enumerate() {
            self.known(library.lead_times.named(choice.lead_time.as_str()).err(), &format!("{path}/leadTimes/{place}/leadTime"));
            self.condition(&choice.when, Some(template), &format!("{path}/leadTimes/{place}/when"));
        }
        let always = task.lead_times.iter().any(|choice| choice.when.is_empty());
        if task.duration.is_none() && !task.milestone && !always {
            self.found.push(Error::new(Code::PackNoDuration, &[("task", task.id.as_str())]).at(path));
        }
        self.lengths(task.optimistic, task.duration, task.pessimistic, path);
        for (place, date) in task.dates.iter().enumerate() {
            let path = format!("{path}/dates/{place}/point");
            match &date.point {
                DatePoint::Target {} | DatePoint::Start {} => {}
                DatePoint::Moment { moment } | DatePoint::MomentEnd { moment } => {
                    self.known(library.moments.named(moment.as_str()).err(), &format!("{path}/moment"));
                }
                DatePoint::Published { moment, by, .. } => {
                    let moment = moment.as_ref().and_then(|moment| library.moments.named(moment.as_str()).err());
                    self.known(moment, &format!("{path}/moment"));
                    self.known(library.platforms.named(by.as_str()).err(), &format!("{path}/by"));
                }
                DatePoint::Asked { attribute } => match library.attribute(attribute.as_str(), Some(template)) {
                    Some(attribute) if attribute.kind == AttributeKind::Day {} => {}
                    Some(attribute) => {
                        let args = [("attribute", attribute.id.as_str())];
                        self.found.push(Error::new(Code::PackNotADay, &args).at(format!("{path}/attribute")));
                    }
                    None => self.known(Some(library.attributes.unknown(attribute.as_str())), &format!("{path}/attribute")),
                },
            }
        }
    }

    /// Tasks that wait for each other, and gates that wait for what they block.
    fn order(&mut self, template: &'a Template, path: &str) {
        let places: BTreeMap<&str, usize> = template.tasks.iter().enumerate().map(|(place, task)| (task.id.as_str(), place)).collect();
        let before = |task: &TemplateTask| task.after.iter().filter_map(|link| places.get(link.task.as_str()).copied()).collect();
        let waits_for: Vec<Vec<usize>> = template.tasks.iter().map(before).collect();
        let (order, stuck) = shape::in_order(&waits_for);
        if let Some(first) = stuck.first() {
            let ids: Vec<&str> = stuck.iter().filter_map(|place| template.tasks.get(*place)).map(|task| task.id.as_str()).collect();
            self.found.push(Error::new(Code::PackLoop, &[("ids", &ids.join(", "))]).at(format!("{path}/tasks/{first}/after")));
            return;
        }
        // For each task the gates that stand before it, each with the task that it guards.
        let mut behind: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new(); template.tasks.len()];
        for place in order {
            let Some(task) = template.tasks.get(place) else { continue };
            let mut gates: BTreeMap<&str, &str> = BTreeMap::new();
            for other in waits_for.get(place).into_iter().flatten().filter_map(|other| behind.get(*other)) {
                gates.extend(other);
            }
            gates.extend(task.gates.iter().map(|gate| (gate.as_str(), task.id.as_str())));
            for (number, id) in task.evidence.iter().enumerate() {
                let blocks = self.library.requirements.get(id.as_str()).map_or(&[][..], |requirement| &requirement.blocks);
                // What only warns holds nothing up.
                let mut hard = blocks.iter().filter(|block| !block.soft);
                if let Some((gate, guarded)) = hard.find_map(|block| gates.get_key_value(block.gate.as_str())) {
                    let args = [("requirement", id.as_str()), ("task", task.id.as_str()), ("gate", gate), ("guarded", guarded)];
                    let path = format!("{path}/tasks/{place}/evidence/{number}");
                    self.found.push(Error::new(Code::PackBehindGate, &args).at(path));
                }
            }
            if let Some(slot) = behind.get_mut(place) {
                *slot = gates;
            }
        }
    }

    fn guidance(&mut self, guidance: &'a Guidance, path: &str) {
        let library = self.library;
        match guidance {
            Guidance::Expects { category, task } => {
                self.known(library.categories.named(category.as_str()).err(), &format!("{path}/category"));
                match library.templates.named(task.template.as_str()) {
                    Ok(template) => {
                        let ids = template.tasks.iter().map(|task| task.id.as_str()).collect();
                        self.task_known(task.task.as_str(), &ids, format!("{path}/task/task"));
                    }
                    Err(error) => self.known(Some(error), &format!("{path}/task/template")),
                }
            }
            Guidance::Split { into, .. } => {
                self.once("task", into.iter().map(|task| task.id.as_str()), &format!("{path}/into"));
                let ids: BTreeSet<&str> = into.iter().map(|task| task.id.as_str()).collect();
                for (place, task) in into.iter().enumerate() {
                    for (link, after) in task.after.iter().enumerate() {
                        self.task_known(after.task.as_str(), &ids, format!("{path}/into/{place}/after/{link}/task"));
                    }
                }
            }
            Guidance::Outside { instead, .. } => {
                for (place, gate) in instead.gates.iter().enumerate() {
                    self.known(library.gates.named(gate.as_str()).err(), &format!("{path}/instead/gates/{place}"));
                }
            }
            Guidance::Buffer { .. } | Guidance::Unchanged { .. } => {}
        }
    }
}
