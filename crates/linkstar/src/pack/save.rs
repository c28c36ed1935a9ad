//! A project that went well, as a template for the next one.
//!
//! What it is made of stays: tasks, links, roles, what has to be shown. What happened in it goes: people, progress, papers, talk. Dates
//! become distances from the day that the project was for, and a task that is done says how long such a task really takes. That it
//! began late is what happened, and not how such a project is made: its template lets it begin when it can.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Language, Result, arguments};
use crate::message::sentence;
use crate::model::{
    Anchor, CategoryId, ChecklistItem, Constraint, DatePoint, DateSide, Deadline, Directory, FormatVersion, Gate, GateKindId, Intent,
    LinkKind, Pack, PlatformId, Project, RequirementId, RoleId, StageId, Task, TaskId, Template, TemplateDate, TemplateId, TemplateLink,
    TemplateStage, TemplateTask, Translation, Words,
};
use crate::pack::calendars;
use crate::pack::instantiate::MOST_LINKS;
use crate::pack::library::Library;
use crate::pack::moments;
use crate::pack::outlook::joined;
use crate::plan::{Plan, PlanOptions, PlannedTask, canonical_order, schedule};
use crate::time::{CalendarId, Day, Lag, Span, SpanUnit, Timeline, Timestamp, WorkingDay, Zone};

/// The stage of tasks that stand below no summary.
const LOOSE: &str = "project";

/// Makes a template of a project, in a pack of its own that is used together with `packs`.
///
/// Dates count from the day of `goal`, where it was or is planned, else from the start. Tasks below a summary at the top of the outline
/// are a stage, others stand in the one that they name; summaries further down go, and links to them become links to what stands below. Without a directory the calendars and
/// roles of the packs count. What a template has no words for is told in its `note`.
///
/// On the same anchor, a project from the template has the same plan: dates to the day, what is done as if it had begun when it could.
/// A plan from its finish becomes one from its start, in which everything is as late as it can be; it ends earlier where days off leave
/// room in it.
///
/// # Errors
/// An id that the packs have already, an id or a name without text, a goal that is no task; what makes the project impossible to plan;
/// links in a circle, and more of them than a project from a template can have.
///
/// ```
/// use linkstar::{Directory, Project, save_template};
/// let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [
///     { "id": "office", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"] } } ] }"#)?;
/// let project = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "office",
///     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
///     "tasks": [{ "id": "photos", "name": "Photos", "duration": "1d", "owner": "li.wei",
///         "progress": { "actualStart": "2027-03-01T01:00:00Z", "actualFinish": "2027-03-02T09:00:00Z" } }] }"#)?;
/// # let mut directory = directory; directory.members.push(linkstar::Member::new("li.wei", "Li Wei"));
/// let pack = save_template(&project, &[], Some(&directory), &"our-launch".into(), "Our launch", None)?;
/// let photos = &pack.templates[0].tasks[0];
/// assert_eq!((photos.optimistic, photos.duration), (Some("1d".parse()?), Some("2d".parse()?)));
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn save_template(
    project: &Project,
    packs: &[Pack],
    directory: Option<&Directory>,
    id: &TemplateId,
    name: &str,
    goal: Option<&TaskId>,
) -> Result<Pack> {
    for (field, text) in [("id", id.as_str()), ("name", name)] {
        if text.trim().is_empty() {
            return Err(Error::new(Code::TextBlank, &[("field", field)]).at(format!("/{field}")));
        }
    }
    let library = Library::new(packs)?;
    let taken = packs.iter().any(|pack| pack.id.as_str() == id.as_str()) || library.templates.get(id.as_str()).is_some();
    if taken {
        return Err(Error::new(Code::PackDuplicate, &[("kind", "template"), ("id", id.as_str()), ("first", "/packs")]).at("/id"));
    }
    let project = canonical_order(project)?;
    let directory = joined(directory, of_packs(&library, &project)?);
    let plan = schedule(&project, &directory, &PlanOptions::default())?;
    let mut saver = Saver::new(&library, &project, &directory, &plan, goal)?;
    let template = saver.template(id, name)?;
    let roles = saver.roles(&template);
    let pack = Pack { roles, templates: vec![template], ..empty(id, name) };
    // It has to fit together with the others, as every pack.
    let mut all = packs.to_vec();
    all.push(pack.clone());
    Library::new(&all).map_err(|error| error.at("/project"))?;
    Ok(pack)
}

fn empty(id: &TemplateId, name: &str) -> Pack {
    Pack {
        linkstar: FormatVersion::default(),
        id: id.as_str().into(),
        version: "1".to_owned(),
        name: name.to_owned(),
        translations: Vec::new(),
        as_of: None,
        notice: None,
        categories: Vec::new(),
        attributes: Vec::new(),
        platforms: Vec::new(),
        roles: Vec::new(),
        gates: Vec::new(),
        requirements: Vec::new(),
        moments: Vec::new(),
        dates: Vec::new(),
        offsets: Vec::new(),
        calendars: Vec::new(),
        lead_times: Vec::new(),
        routes: Vec::new(),
        templates: Vec::new(),
        guidance: Vec::new(),
    }
}

/// The calendars and roles of the packs, for the years around a project.
fn of_packs(library: &Library<'_>, project: &Project) -> Result<Directory> {
    const BEFORE: i32 = 2;
    const AFTER: i32 = 3;
    let (Anchor::Start { at } | Anchor::Finish { at }) = project.anchor;
    let year = Zone::UTC.day_at(at).year();
    let years = year.saturating_sub(BEFORE).max(*moments::YEARS.start())..=year.saturating_add(AFTER).min(*moments::YEARS.end());
    let calendars = calendars::working_calendars(library.packs, years)?;
    Ok(Directory { calendars, roles: library.roles.iter().map(|kept| kept.record.clone()).collect(), ..Directory::default() })
}

struct Saver<'s> {
    library: &'s Library<'s>,
    project: &'s Project,
    directory: &'s Directory,
    plan: &'s Plan,
    working_day: WorkingDay,
    tasks: BTreeMap<&'s str, &'s Task>,
    below: BTreeMap<&'s str, Vec<&'s Task>>,
    /// For each task that has one, the summary above it at the top of the outline.
    top: BTreeMap<&'s str, &'s Task>,
    /// For each task those that begin when it is done.
    next: BTreeMap<&'s str, Vec<&'s str>>,
    /// The calendars that more than one person has.
    shared: BTreeSet<&'s CalendarId>,
    items: BTreeMap<&'s str, &'s ChecklistItem>,
    /// Tasks that were called off, with all below them.
    cancelled: BTreeSet<&'s str>,
    goal: Option<&'s Task>,
    zone: Zone,
    /// The day that dates count from, and what it is.
    origin: (Day, DatePoint),
    timelines: BTreeMap<&'s CalendarId, Timeline>,
    /// What a template has no words for: the field, and whose it is.
    left_out: BTreeMap<&'static str, BTreeSet<&'s str>>,
}

impl<'s> Saver<'s> {
    fn new(
        library: &'s Library<'s>,
        project: &'s Project,
        directory: &'s Directory,
        plan: &'s Plan,
        goal: Option<&TaskId>,
    ) -> Result<Saver<'s>> {
        let tasks: BTreeMap<&str, &Task> = project.tasks.iter().map(|task| (task.id.as_str(), task)).collect();
        let mut below: BTreeMap<&str, Vec<&Task>> = BTreeMap::new();
        let mut top: BTreeMap<&str, &Task> = BTreeMap::new();
        let mut cancelled = BTreeSet::new();
        for task in &project.tasks {
            // They stand in the order of the outline: what is above a task comes before it.
            if let Some(parent) = &task.parent {
                below.entry(parent.as_str()).or_default().push(task);
                let above = top.get(parent.as_str()).or_else(|| tasks.get(parent.as_str())).copied();
                top.extend(above.map(|above| (task.id.as_str(), above)));
            }
            if task.cancelled || task.parent.as_ref().is_some_and(|parent| cancelled.contains(parent.as_str())) {
                cancelled.insert(task.id.as_str());
            }
        }
        let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for link in &project.links {
            let (before, after) = (link.predecessor.as_str(), link.successor.as_str());
            let leads = link.kind != LinkKind::FinishToStart || link.lag.is_some_and(Lag::is_negative);
            if !leads && !cancelled.contains(before) && !cancelled.contains(after) {
                next.entry(before).or_default().push(after);
            }
        }
        let goal = goal.map(|id| {
            let task = tasks.get(id.as_str()).copied().filter(|task| !cancelled.contains(task.id.as_str()));
            let task = task.ok_or_else(|| Error::new(Code::RecordUnknown, &[("kind", "task"), ("id", id.as_str())]).at("/goal"))?;
            match below.contains_key(id.as_str()) {
                true => Err(Error::new(Code::TaskIsSummary, &[("task", id.as_str())]).at("/goal")),
                false => Ok(task),
            }
        });
        let goal = goal.transpose()?;
        let zone = match from_template(library, project) {
            Some(template) => Zone::new(&template.zone)?,
            None => directory.timeline(project.calendar.as_str())?.zone(),
        };
        let start = match project.anchor {
            Anchor::Start { at } => at,
            Anchor::Finish { .. } => plan.start,
        };
        let origin = match goal.and_then(|goal| plan.task(goal.id.as_str())) {
            Some(planned) => (zone.day_at(planned.start), DatePoint::Target {}),
            None => (zone.day_at(start), DatePoint::Start {}),
        };
        Ok(Saver {
            library,
            project,
            directory,
            plan,
            working_day: WorkingDay::of(project)?,
            tasks,
            below,
            top,
            next,
            shared: shared_calendars(project, directory),
            items: project.checklist.iter().map(|item| (item.id.as_str(), item)).collect(),
            cancelled,
            goal,
            zone,
            origin,
            timelines: BTreeMap::new(),
            left_out: BTreeMap::new(),
        })
    }

    fn template(&mut self, id: &TemplateId, name: &str) -> Result<Template> {
        let kept: Vec<&'s Task> = self.project.tasks.iter().filter(|task| self.is_kept(task)).collect();
        let mut stages: Vec<TemplateStage> = Vec::new();
        let mut tasks = Vec::with_capacity(kept.len());
        let mut told = BTreeSet::new();
        for task in &kept {
            let stage = self.stage(task);
            tasks.push(self.task(task, &stage.id)?);
            if told.insert(stage.id.clone()) {
                stages.push(stage);
            }
        }
        let place = |(place, task): (usize, &TemplateTask)| (task.id.to_string(), place);
        let mut tasks = Tasks { places: tasks.iter().enumerate().map(place).collect(), tasks };
        self.dates_of_summaries(&mut tasks)?;
        self.links(&mut tasks)?;
        self.gates(&mut tasks);
        self.leave_out_the_rest();
        let from = from_template(self.library, self.project);
        let there = |id: &Option<TaskId>| id.clone().filter(|id| kept.iter().any(|task| task.id == *id));
        let lessons = self.project.lessons.iter().map(|lesson| Words { name: lesson.text.clone(), translations: Vec::new() });
        let mut taught: Vec<Words> = from.map(|from| from.lessons.clone()).unwrap_or_default();
        taught.extend(lessons);
        let mut seen = BTreeSet::new();
        taught.retain(|lesson| seen.insert(lesson.name.clone()));
        Ok(Template {
            id: id.clone(),
            name: name.to_owned(),
            translations: Vec::new(),
            categories: Vec::new(),
            platforms: Vec::new(),
            example_categories: self.categories(from),
            example_platforms: self.platforms(from),
            parameters: from.map(|from| from.parameters.clone()).unwrap_or_default(),
            repeats: Vec::new(),
            calendar: self.project.calendar.clone(),
            zone: self.zone.name().to_owned(),
            goal: self.goal.map(|goal| goal.id.clone()),
            scoping: from.and_then(|from| there(&from.scoping)),
            sample: from.and_then(|from| there(&from.sample)),
            stages,
            tasks: tasks.tasks,
            decisions: Vec::new(),
            note: self.note(),
            lessons: taught,
        })
    }

    fn is_kept(&self, task: &Task) -> bool {
        !self.below.contains_key(task.id.as_str()) && !self.cancelled.contains(task.id.as_str())
    }

    /// An id that no task has.
    fn fresh(&self, id: &str) -> StageId {
        let mut fresh = id.to_owned();
        let mut number = 1_u32;
        while self.tasks.contains_key(fresh.as_str()) {
            number = number.saturating_add(1);
            fresh = format!("{id}.{number}");
        }
        fresh.into()
    }

    /// The stage of a task: the summary at the top of the outline above it, else the stage that the task itself names.
    fn stage(&self, task: &Task) -> TemplateStage {
        let named = || self.project.stages.iter().find(|stage| Some(&stage.id) == task.stage.as_ref());
        let (id, name, translations) = match (self.top.get(task.id.as_str()), named()) {
            (Some(top), _) => (top.id.as_str().into(), top.name.to_string(), top.translations.to_vec()),
            (None, Some(stage)) => (self.fresh(stage.id.as_str()), stage.name.clone(), stage.translations.clone()),
            (None, None) => (self.fresh(LOOSE), self.project.name.clone(), self.project.translations.clone()),
        };
        TemplateStage { id, name, translations }
    }

    /// What was wanted, where the packs know it.
    fn categories(&self, from: Option<&Template>) -> Vec<CategoryId> {
        let wanted = self.project.origin.as_ref().map(|origin| &origin.wanted.categories).filter(|wanted| !wanted.is_empty());
        let all = wanted.or_else(|| from.map(|from| &from.example_categories)).cloned().unwrap_or_default();
        all.into_iter().filter(|id| self.library.categories.get(id.as_str()).is_some()).collect()
    }

    fn platforms(&self, from: Option<&Template>) -> Vec<PlatformId> {
        let wanted = self.project.origin.as_ref().map(|origin| &origin.wanted.platforms).filter(|wanted| !wanted.is_empty());
        let all = wanted.or_else(|| from.map(|from| &from.example_platforms)).cloned().unwrap_or_default();
        all.into_iter().filter(|id| self.library.platforms.get(id.as_str()).is_some()).collect()
    }

    fn task(&mut self, task: &'s Task, stage: &StageId) -> Result<TemplateTask> {
        let planned = self.plan.task(task.id.as_str());
        let role = self.role(task);
        let (optimistic, duration, pessimistic) = match (task.milestone, &planned) {
            (true, _) | (_, None) => (None, None, None),
            (false, Some(planned)) => self.length(task, planned)?,
        };
        let calendar = planned.as_ref().and_then(|planned| self.calendar(task, planned, role.as_ref()));
        let late = match (task.constraint, self.project.anchor) {
            (Some(constraint), _) => constraint == Constraint::AsLateAsPossible {},
            (None, Anchor::Finish { .. }) => true,
            (None, Anchor::Start { .. }) => false,
        };
        Ok(TemplateTask {
            id: task.id.clone(),
            name: task.name.to_string(),
            translations: task.translations.to_vec(),
            stage: stage.clone(),
            role,
            duration,
            optimistic,
            pessimistic,
            lead_times: Vec::new(),
            milestone: task.milestone,
            blocking: task.blocking,
            late,
            calendar,
            after: Vec::new(),
            when: Vec::new(),
            per: None,
            gates: Vec::new(),
            evidence: Vec::new(),
            checklist: Vec::new(),
            dates: self.dates(task, planned.as_ref())?,
            tags: task.tags.to_vec(),
            basis: None,
        })
    }

    /// The role of a task; where it has none, what its owner is.
    fn role(&self, task: &Task) -> Option<RoleId> {
        let owner = || self.directory.members.iter().find(|member| Some(&member.id) == task.owner.as_ref());
        task.role.clone().or_else(|| owner()?.roles.first().cloned())
    }

    /// How long a task really took, as the middle of what was thought and what happened; else as it was thought.
    fn length(&mut self, task: &'s Task, planned: &PlannedTask) -> Result<(Option<Span>, Option<Span>, Option<Span>)> {
        let thought = match task.duration.filter(|_| task.assignments.is_empty() && task.manual.is_none() && !task.level_of_effort) {
            Some(span) => self.span(span)?,
            None => natural(planned.duration, planned.elapsed),
        };
        let outer = match task.estimate.as_deref() {
            Some(estimate) => [Some(self.span(estimate.optimistic)?), Some(self.span(estimate.pessimistic)?)],
            None => [None, None],
        };
        let took = task.progress.as_deref().and_then(|progress| Some((progress.actual_start, progress.actual_finish?)));
        let Some((start, finish)) = took else {
            let [optimistic, pessimistic] = outer;
            return Ok((optimistic, Some(thought), pessimistic));
        };
        let took = match planned.elapsed {
            true => finish.unix_seconds().saturating_sub(start.unix_seconds()),
            false => self.worked(&planned.calendar, start, finish)?,
        };
        let seconds = |span: Span| span.seconds(WorkingDay::default());
        // Nothing was learnt from work on a day off, nor from what took just as long as was thought.
        let likely = if took <= 0 || took == seconds(thought)? { thought } else { natural(took, planned.elapsed) };
        let mut known = vec![likely];
        known.extend(outer.into_iter().flatten().chain([thought]).filter(|span| span.unit.is_elapsed() == likely.unit.is_elapsed()));
        let mut least = (likely, seconds(likely)?);
        let mut most = least;
        for span in known {
            let length = seconds(span)?;
            least = if length < least.1 { (span, length) } else { least };
            most = if length > most.1 { (span, length) } else { most };
        }
        let spread = least.1 < most.1;
        Ok((spread.then_some(least.0), Some(likely), spread.then_some(most.0)))
    }

    fn worked(&mut self, calendar: &CalendarId, start: Timestamp, finish: Timestamp) -> Result<i64> {
        let Some(known) = self.directory.calendars.iter().map(|known| &known.id).find(|id| *id == calendar) else { return Ok(0) };
        if !self.timelines.contains_key(known) {
            self.timelines.insert(known, self.directory.timeline(known.as_str()).map_err(|error| error.within("/directory"))?);
        }
        Ok(self.timelines.get_mut(known).map_or(0, |timeline| timeline.between(start, finish)))
    }

    /// A span as it reads where a day has eight hours and a week five days, as in every project from a template.
    fn span(&self, span: Span) -> Result<Span> {
        match span.unit {
            SpanUnit::Days | SpanUnit::Weeks if self.working_day != WorkingDay::default() => {
                Ok(natural(span.seconds(self.working_day)?, false))
            }
            _ => Ok(span),
        }
    }

    /// The calendar of a task, where its role does not say it. A calendar that only one person has is theirs, and stays behind.
    fn calendar(&self, task: &Task, planned: &PlannedTask, role: Option<&RoleId>) -> Option<CalendarId> {
        if task.calendar.is_some() || !task.assignments.is_empty() {
            return task.calendar.clone();
        }
        let of_role = self.directory.roles.iter().find(|other| Some(&other.id) == role).and_then(|role| role.calendar.as_ref());
        let on = &planned.calendar;
        (of_role.unwrap_or(&self.project.calendar) != on && self.shared.contains(on)).then(|| on.clone())
    }

    fn days_to(&self, day: Day) -> Result<i32> {
        i32::try_from(day.number() - self.origin.0.number()).map_err(|_| Error::new(Code::TimeDay, &[("value", &day.to_string())]))
    }

    fn date(&self, side: DateSide, day: Day) -> Result<TemplateDate> {
        Ok(TemplateDate { side, point: self.origin.1.clone(), days: self.days_to(day)? })
    }

    /// The day that ends at a moment, or in which the moment lies.
    fn day_until(&self, at: Timestamp) -> Day {
        let second_before = Timestamp::from_unix_seconds(at.unix_seconds().saturating_sub(1));
        self.zone.day_at(second_before.unwrap_or(at))
    }

    fn dates(&mut self, task: &'s Task, planned: Option<&PlannedTask>) -> Result<Vec<TemplateDate>> {
        let mut dates = Vec::new();
        let is_goal = self.goal.is_some_and(|goal| goal.id == task.id);
        match task.constraint {
            None | Some(Constraint::AsSoonAsPossible {} | Constraint::AsLateAsPossible {}) => {}
            Some(Constraint::StartNoEarlierThan { at }) => dates.push(self.date(DateSide::StartFrom, self.zone.day_at(at))?),
            Some(Constraint::MustStartOn { at }) => {
                self.leave_out("constraint", task.id.as_str());
                dates.push(self.date(DateSide::StartFrom, self.zone.day_at(at))?);
            }
            Some(Constraint::FinishNoLaterThan { at } | Constraint::MustFinishOn { at }) => {
                self.leave_out("constraint", task.id.as_str());
                dates.push(self.date(DateSide::FinishBy, self.day_until(at))?);
            }
            Some(Constraint::StartNoLaterThan { .. } | Constraint::FinishNoEarlierThan { .. }) => {
                self.leave_out("constraint", task.id.as_str());
            }
        }
        if let Some(manual) = task.manual.as_deref() {
            self.leave_out("manual", task.id.as_str());
            dates.push(self.date(DateSide::StartFrom, self.zone.day_at(manual.start))?);
        }
        if let Some(deadline) = task.deadline.as_deref() {
            let side = if deadline.is_soft() { DateSide::FinishBySoft } else { DateSide::FinishBy };
            let day = match deadline {
                Deadline::Moment { at, .. } => self.day_until(*at),
                Deadline::Day { day, .. } => *day,
            };
            dates.push(self.date(side, day)?);
        }
        if is_goal {
            // It stands on the day that is aimed at.
            dates.retain(|date| date.side != DateSide::StartFrom);
            dates.insert(0, TemplateDate { side: DateSide::StartFrom, point: DatePoint::Target {}, days: 0 });
            if let Some(planned) = planned.filter(|_| dates.iter().all(|date| date.side == DateSide::StartFrom)) {
                let last = self.day_until(planned.finish).max(self.origin.0);
                dates.push(self.date(DateSide::FinishBy, last)?);
            }
        }
        Ok(dates)
    }

    /// A summary that may not begin earlier keeps back the first of its tasks; its deadline is one of its last.
    fn dates_of_summaries(&mut self, tasks: &mut Tasks) -> Result<()> {
        let project = self.project;
        for summary in &project.tasks {
            if !self.below.contains_key(summary.id.as_str()) {
                continue;
            }
            for date in self.dates(summary, None)? {
                let bound = self.ends(&summary.id, date.side == DateSide::StartFrom);
                for id in bound {
                    if let Some(task) = tasks.get(id) {
                        task.dates.push(date.clone());
                    }
                }
            }
        }
        Ok(())
    }

    /// The tasks for which a task stands: itself; of a summary those with which it begins, or ends.
    fn ends(&self, id: &TaskId, begins: bool) -> BTreeSet<&'s str> {
        let Some((id, _)) = self.tasks.get_key_value(id.as_str()) else { return BTreeSet::new() };
        let mut open = vec![*id];
        let mut inside = BTreeSet::new();
        while let Some(task) = open.pop() {
            match self.below.get(task) {
                Some(below) => open.extend(below.iter().map(|task| task.id.as_str())),
                None => drop(inside.insert(task)),
            }
        }
        if inside.len() == 1 {
            return inside;
        }
        // Who follows another one of them neither begins it nor, the other way round, ends it.
        let mut found = inside.clone();
        for before in &inside {
            for after in self.next.get(before).into_iter().flatten().filter(|after| inside.contains(*after)) {
                found.remove(if begins { after } else { before });
            }
        }
        found
    }

    fn links(&mut self, tasks: &mut Tasks) -> Result<()> {
        let project = self.project;
        let mut after: BTreeMap<&str, Vec<TemplateLink>> = BTreeMap::new();
        let mut count = 0_usize;
        for link in &project.links {
            if !self.tasks.contains_key(link.predecessor.as_str()) {
                self.leave_out("links", link.successor.as_str());
                continue;
            }
            let lag = match link.lag {
                Some(Lag::Span { span }) => Some(Lag::Span { span: self.span(span).unwrap_or(span) }),
                other => other,
            };
            // Between two summaries each of many tasks waits for each of many others.
            let [before, successors] =
                [self.ends(&link.predecessor, link.kind.leaves_start()), self.ends(&link.successor, link.kind.ties_start())];
            count = count.saturating_add(before.len().saturating_mul(successors.len()));
            not_too_many(count)?;
            for before in before {
                for successor in &successors {
                    let written = TemplateLink { task: before.into(), kind: link.kind, lag, blocking: link.blocking };
                    after.entry(successor).or_default().push(written);
                }
            }
        }
        let mut count = 0_usize;
        for task in &mut tasks.tasks {
            task.after = self.without_cancelled(&after, &task.id);
            count = count.saturating_add(task.after.len());
            not_too_many(count)?;
        }
        Ok(())
    }

    /// What a task waits for; in place of what was called off, what that waited for.
    fn without_cancelled(&self, after: &BTreeMap<&str, Vec<TemplateLink>>, task: &TaskId) -> Vec<TemplateLink> {
        let mut open: Vec<&TemplateLink> = after.get(task.as_str()).into_iter().flatten().rev().collect();
        let (mut gone, mut seen, mut found) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        while let Some(link) = open.pop() {
            if self.cancelled.contains(link.task.as_str()) {
                if gone.insert(link.task.as_str()) {
                    open.extend(after.get(link.task.as_str()).into_iter().flatten().rev());
                }
            } else if link.task != *task && seen.insert((link.task.as_str(), link.kind)) {
                found.push(link.clone());
            }
        }
        found
    }

    fn gates(&mut self, tasks: &mut Tasks) {
        let project = self.project;
        for gate in &project.gates {
            let called_off = |guard: &Intent| match guard {
                Intent::StartTask { task } | Intent::CompleteTask { task } => self.cancelled.contains(task.as_str()),
                Intent::OpenStage { .. } | Intent::CloseStage { .. } | Intent::CloseProject {} => false,
            };
            // It goes with what it guards, and is nothing that somebody would miss.
            if !gate.guards.is_empty() && gate.guards.iter().all(called_off) {
                continue;
            }
            if self.library.gates.get(gate.id.as_str()).is_some() {
                self.step(gate, tasks);
            } else {
                self.checklist(gate, tasks);
            }
            if !gate.approvals.is_empty() || !gate.metrics.is_empty() {
                self.leave_out("gates", gate.id.as_str());
            }
        }
        for item in &project.checklist {
            let known = item.rule.as_ref().map(|rule| &rule.requirement).filter(|id| self.library.requirements.get(id.as_str()).is_some());
            let producer = item.producer.as_ref().and_then(|id| tasks.get(id.as_str()));
            if let (Some(requirement), Some(producer)) = (known, producer)
                && !producer.evidence.contains(requirement)
            {
                producer.evidence.push(RequirementId::clone(requirement));
            }
        }
    }

    /// A gate of the packs: what it guards says so, and the packs say what it asks for.
    fn step(&mut self, gate: &'s Gate, tasks: &mut Tasks) {
        for guard in &gate.guards {
            let Intent::StartTask { task } = guard else {
                self.leave_out("gates", gate.id.as_str());
                continue;
            };
            for id in self.ends(task, true) {
                let kind = GateKindId::from(gate.id.as_str());
                if let Some(task) = tasks.get(id).filter(|task| !task.gates.contains(&kind)) {
                    task.gates.push(kind);
                }
            }
        }
        let own = |item: &ItemOf<'s>| item.rule.is_none_or(|id| self.library.requirements.get(id).is_none());
        if self.items(gate).iter().any(own) {
            self.leave_out("gates", gate.id.as_str());
        }
    }

    /// A gate of the project's own: what has to be ticked before one task is done.
    fn checklist(&mut self, gate: &'s Gate, tasks: &mut Tasks) {
        let done = match &gate.guards[..] {
            [Intent::CompleteTask { task }] => tasks.get(task.as_str()),
            _ => None,
        };
        let Some(task) = done else { return self.leave_out("gates", gate.id.as_str()) };
        let parameters = from_template(self.library, self.project).map_or(&[][..], |template| &template.parameters);
        let items = self.items(gate);
        // Questions come back by themselves, where they are open then.
        let asks = |item: &&ItemOf<'s>| {
            let attribute = item.id.strip_prefix("ask-");
            attribute.is_some_and(|id| {
                self.library.attributes.get(id).is_some() || parameters.iter().any(|parameter| parameter.id.as_str() == id)
            })
        };
        let ticks = items.iter().filter(|item| item.ticks && !asks(item));
        task.checklist.extend(ticks.map(|item| item.words.clone()));
        if items.iter().any(|item| !item.ticks) {
            self.leave_out("gates", gate.id.as_str());
        }
    }

    fn items(&self, gate: &Gate) -> Vec<ItemOf<'s>> {
        let of_gate = gate.items.iter().filter_map(|in_gate| self.items.get(in_gate.item.as_str()));
        let read = of_gate.map(|item| ItemOf {
            id: item.id.as_str(),
            ticks: item.needs.is_empty(),
            rule: item.rule.as_ref().map(|rule| rule.requirement.as_str()),
            words: Words { name: item.name.clone(), translations: item.translations.clone() },
        });
        read.collect()
    }

    fn leave_out(&mut self, field: &'static str, id: &'s str) {
        self.left_out.entry(field).or_default().insert(id);
    }

    fn leave_out_the_rest(&mut self) {
        let project = self.project;
        for task in &project.tasks {
            if self.cancelled.contains(task.id.as_str()) {
                continue;
            }
            let fields = [
                ("assignments", !task.assignments.is_empty()),
                ("levelOfEffort", task.level_of_effort),
                ("milestoneForm", task.milestone_form.is_some()),
                ("splits", !task.splits.is_empty()),
                ("skills", !task.skills.is_empty()),
            ];
            for (field, _) in fields.into_iter().filter(|(_, there)| *there) {
                self.leave_out(field, task.id.as_str());
            }
        }
        for stage in project.stages.iter().filter(|stage| !stage.after.is_empty() || stage.by_hand) {
            self.leave_out("stages", stage.id.as_str());
        }
        if project.method.is_some() {
            self.leave_out("method", project.id.as_str());
        }
    }

    fn note(&self) -> Option<Words> {
        if self.left_out.is_empty() {
            return None;
        }
        let listed = |(field, ids): (&&str, &BTreeSet<&str>)| {
            const MOST: usize = 5;
            let named: Vec<String> = ids.iter().take(MOST).map(|id| format!("`{id}`")).collect();
            format!("{field} ({}{})", named.join(", "), if ids.len() > MOST { ", …" } else { "" })
        };
        let what = self.left_out.iter().map(listed).collect::<Vec<_>>().join("; ");
        let args = arguments(&[("project", self.project.id.as_str()), ("what", &what)]);
        let translation = Translation { language: "zh-CN".to_owned(), name: sentence(Code::PackLeftOut, &args, Language::ZhCn) };
        Some(Words { name: sentence(Code::PackLeftOut, &args, Language::En), translations: vec![translation] })
    }

    /// The roles of the template that no pack has.
    fn roles(&self, template: &Template) -> Vec<crate::model::Role> {
        let used: BTreeSet<&RoleId> = template.tasks.iter().filter_map(|task| task.role.as_ref()).collect();
        let unknown = |role: &&crate::model::Role| used.contains(&role.id) && self.library.roles.get(role.id.as_str()).is_none();
        self.directory.roles.iter().filter(unknown).cloned().collect()
    }
}

/// The tasks of the template, found by their ids.
struct Tasks {
    tasks: Vec<TemplateTask>,
    places: BTreeMap<String, usize>,
}

impl Tasks {
    fn get(&mut self, id: &str) -> Option<&mut TemplateTask> {
        self.tasks.get_mut(*self.places.get(id)?)
    }
}

/// What a checklist item of a gate comes to.
struct ItemOf<'s> {
    id: &'s str,
    /// Whether a person's word is enough.
    ticks: bool,
    rule: Option<&'s str>,
    words: Words,
}

/// The calendars of the project, of roles, of tasks, and of more than one person.
fn shared_calendars<'s>(project: &'s Project, directory: &'s Directory) -> BTreeSet<&'s CalendarId> {
    let mut shared: BTreeSet<&CalendarId> = project.tasks.iter().filter_map(|task| task.calendar.as_ref()).collect();
    shared.extend(directory.roles.iter().filter_map(|role| role.calendar.as_ref()));
    shared.insert(&project.calendar);
    let mut seen = BTreeSet::new();
    shared.extend(directory.members.iter().filter_map(|member| member.calendar.as_ref()).filter(|calendar| !seen.insert(*calendar)));
    shared
}

/// # Errors
/// More links than a project from a template can have.
fn not_too_many(links: usize) -> Result<()> {
    if links <= MOST_LINKS {
        return Ok(());
    }
    let args = [("count", &*links.to_string()), ("limit", &MOST_LINKS.to_string())];
    Err(Error::new(Code::PackTooManyLinks, &args).at("/project/links"))
}

/// The template that a project was made from.
fn from_template<'l>(library: &Library<'l>, project: &Project) -> Option<&'l Template> {
    library.templates.get(project.origin.as_ref()?.wanted.template.as_str())
}

/// A length in the largest unit of which it is a whole number.
fn natural(seconds: i64, elapsed: bool) -> Span {
    let units = match elapsed {
        true => [(86_400, SpanUnit::ElapsedDays), (3_600, SpanUnit::ElapsedHours), (60, SpanUnit::ElapsedMinutes)],
        false => [(8 * 3_600, SpanUnit::Days), (3_600, SpanUnit::Hours), (60, SpanUnit::Minutes)],
    };
    let whole = units.into_iter().find(|(length, _)| seconds % length == 0);
    let (length, unit) = whole.unwrap_or((1, if elapsed { SpanUnit::ElapsedSeconds } else { SpanUnit::Seconds }));
    Span { count: seconds / length, unit }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;
    use crate::model::Wanted;
    use crate::pack::instantiate;

    const OFFICE: &str = r#"{ "linkstar": 1,
        "calendars": [
            { "id": "office", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-12:00", "13:00-18:00"], "tuesday": ["09:00-12:00", "13:00-18:00"],
                "wednesday": ["09:00-12:00", "13:00-18:00"], "thursday": ["09:00-12:00", "13:00-18:00"], "friday": ["09:00-12:00", "13:00-18:00"] } },
            { "id": "studio", "zone": "Asia/Shanghai", "week": { "wednesday": ["09:00-17:00"], "thursday": ["09:00-17:00"], "saturday": ["09:00-17:00"] } }
        ],
        "roles": [{ "id": "design", "name": "Design", "calendar": "studio" }, { "id": "operations", "name": "Operations" }],
        "members": [{ "id": "li.wei", "name": "Li Wei", "roles": ["operations"] }, { "id": "ana", "name": "Ana", "roles": ["design"] }] }"#;

    /// Every plan of a template on the same anchor, task by task.
    fn assert_same_plan(project: &str, goal: Option<&str>) -> Template {
        let (directory, project) = (Directory::from_json(OFFICE).unwrap(), Project::from_json(project).unwrap());
        let goal = goal.map(TaskId::from);
        let pack = save_template(&project, &[], Some(&directory), &"saved".into(), "Saved", goal.as_ref()).unwrap();
        assert_eq!(Pack::from_json(&pack.to_json()).unwrap(), pack);
        let first = schedule(&project, &directory, &PlanOptions::default()).unwrap();
        let (Anchor::Start { at } | Anchor::Finish { at }) = project.anchor;
        let start = if matches!(project.anchor, Anchor::Finish { .. }) { first.start } else { at };
        let zone = Zone::new(&pack.templates[0].zone).unwrap();
        let target = goal.map(|goal| zone.day_at(first.task(goal.as_str()).unwrap().start));
        let again = instantiate(std::slice::from_ref(&pack), &Wanted { target, ..Wanted::new("saved", "again", start) }).unwrap();
        let second = schedule(&again.project, &directory, &PlanOptions::default()).unwrap();
        let mut compared = 0;
        for task in second.tasks().filter(|task| !task.summary) {
            let was = first.task(task.task.as_str()).unwrap();
            assert_eq!((was.start, was.finish), (task.start, task.finish), "{}", task.task);
            compared += 1;
        }
        assert_eq!(compared, pack.templates[0].tasks.len());
        pack.templates.into_iter().next().unwrap()
    }

    const PLANNED: &str = r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "office", "minutesPerDay": 420,
        "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
        "tasks": [
            { "id": "make", "name": "Make", "rank": "1" },
            { "id": "sample", "name": "Sample", "parent": "make", "rank": "1", "duration": "4d", "estimate": { "optimistic": "3d", "pessimistic": "1w" }, "owner": "li.wei" },
            { "id": "inner", "name": "Inner", "parent": "make", "rank": "2", "constraint": { "kind": "startNoEarlierThan", "at": "2027-03-10T16:00:00Z" } },
            { "id": "photos", "name": "Photos", "parent": "inner", "rank": "1", "duration": "2d", "owner": "ana" },
            { "id": "text", "name": "Text", "parent": "inner", "rank": "2", "duration": "3h", "role": "operations" },
            { "id": "order", "name": "Order", "rank": "2", "duration": "5d", "constraint": { "kind": "asLateAsPossible" } },
            { "id": "voyage", "name": "Voyage", "rank": "3", "duration": "18ed" },
            { "id": "ads", "name": "Ads", "rank": "4", "duration": "1d", "blocking": true, "deadline": { "kind": "moment", "at": "2027-05-10T16:00:00Z", "soft": true } },
            { "id": "sale", "name": "First sale", "rank": "5", "milestone": true, "constraint": { "kind": "startNoEarlierThan", "at": "2027-05-02T16:00:00Z" } }
        ],
        "links": [
            { "predecessor": "sample", "successor": "inner", "lag": "1d" }, { "predecessor": "photos", "successor": "text", "kind": "SS", "lag": "50%" },
            { "predecessor": "make", "successor": "voyage" }, { "predecessor": "order", "successor": "voyage" },
            { "predecessor": "voyage", "successor": "ads", "blocking": true }, { "predecessor": "ads", "successor": "sale", "kind": "FF" }
        ] }"#;

    #[test]
    fn a_plan_comes_out_as_it_was() {
        let template = assert_same_plan(PLANNED, None);
        let stages: Vec<&str> = template.stages.iter().map(|stage| stage.id.as_str()).collect();
        assert_eq!(stages, ["make", "project"]);
        // A day of seven hours is not a day of eight.
        assert_eq!(template.tasks[0].duration, Some("28h".parse().unwrap()));
        assert_eq!(template.tasks[0].role, Some("operations".into()));
        assert_eq!(template.tasks[1].role, Some("design".into()));
        let template = assert_same_plan(PLANNED, Some("sale"));
        assert_eq!(template.goal, Some("sale".into()));
        let ads = template.tasks.iter().find(|task| task.id.as_str() == "ads").unwrap();
        // The end of 10 May in Shanghai, eight days after 3 May: the day on which the goal stands.
        assert_eq!((ads.dates[0].side, ads.dates[0].days), (DateSide::FinishBySoft, 7));
    }

    /// Without the studio and the voyage, whose days off and nights leave room in the middle of a plan.
    #[test]
    fn a_plan_from_its_finish_comes_out_as_it_was() {
        let backward =
            PLANNED.replace(r#""kind": "start", "at": "2027-03-01T01:00:00Z""#, r#""kind": "finish", "at": "2027-06-30T10:00:00Z""#);
        let backward = backward.replace(r#", "constraint": { "kind": "startNoEarlierThan", "at": "2027-05-02T16:00:00Z" }"#, "");
        let backward = backward.replace(r#", "constraint": { "kind": "startNoEarlierThan", "at": "2027-03-10T16:00:00Z" }"#, "");
        assert_same_plan(&backward.replace(r#", "owner": "ana""#, "").replace("18ed", "18d").replace("2027-05-10", "2027-07-10"), None);
    }

    #[test]
    fn what_was_done_without_waiting_comes_out_as_it_was_done() {
        let template = assert_same_plan(
            r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "office", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "tasks": [
                { "id": "sample", "name": "Sample", "rank": "1", "duration": "2d", "owner": "li.wei", "percentComplete": 100,
                  "progress": { "actualStart": "2027-03-01T01:00:00Z", "actualFinish": "2027-03-04T10:00:00Z" } },
                { "id": "voyage", "name": "Voyage", "rank": "2", "duration": "18ed", "percentComplete": 100,
                  "progress": { "actualStart": "2027-03-04T10:00:00Z", "actualFinish": "2027-03-20T12:00:00Z" } },
                { "id": "ads", "name": "Ads", "rank": "3", "duration": "1d" }
            ],
            "links": [{ "predecessor": "sample", "successor": "voyage" }, { "predecessor": "voyage", "successor": "ads" }],
            "comments": [{ "id": "c1", "text": "late", "by": "li.wei", "at": "2027-03-02T01:00:00Z" }] }"#,
            None,
        );
        let lengths =
            |task: &TemplateTask| [task.optimistic, task.duration, task.pessimistic].map(|span| span.map(|span| span.to_string()));
        assert_eq!(lengths(&template.tasks[0]), ["2d", "4d", "4d"].map(|span| Some(span.to_owned())));
        assert_eq!(lengths(&template.tasks[1]), ["386eh", "386eh", "18ed"].map(|span| Some(span.to_owned())));
        assert_eq!(lengths(&template.tasks[2]), [None, Some("1d".to_owned()), None]);
    }

    #[test]
    fn tasks_below_no_summary_stand_in_the_stage_that_they_name() {
        let template = assert_same_plan(
            r#"{ "linkstar": 1, "id": "p", "name": "P", "calendar": "office", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "stages": [{ "id": "sample", "name": "Sample" }, { "id": "sell", "name": "Sell" }],
            "tasks": [{ "id": "sample", "name": "Make a sample", "duration": "2d", "stage": "sample" }, { "id": "ads", "name": "Ads", "stage": "sell", "duration": "1d" },
                { "id": "tidy", "name": "Tidy up", "duration": "1d" }] }"#,
            None,
        );
        // An id that a task has already is no stage's.
        let stages: Vec<(&str, &str)> = template.stages.iter().map(|stage| (stage.id.as_str(), &*stage.name)).collect();
        assert_eq!(stages, [("sell", "Sell"), ("sample.2", "Sample"), ("project", "P")]);
        assert_eq!(template.tasks.iter().map(|task| task.stage.as_str()).collect::<Vec<_>>(), ["sell", "sample.2", "project"]);
    }

    #[test]
    fn the_gate_of_a_task_that_was_called_off_is_not_missed() {
        let project = r#"{ "linkstar": 1, "id": "p", "name": "P", "calendar": "office", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "tasks": [{ "id": "video", "name": "Video", "duration": "2d", "cancelled": true }, { "id": "ads", "name": "Ads", "duration": "1d" }],
            "checklist": [{ "id": "cut", "name": "Cut", "needs": ["film"] }],
            "gates": [{ "id": "done", "name": "Done", "guards": [{ "kind": "completeTask", "task": "video" }], "items": [{ "item": "cut" }] }] }"#;
        assert_eq!(assert_same_plan(project, None).note, None);
    }

    #[test]
    fn a_link_between_large_summaries_is_refused_before_it_becomes_a_million() {
        let mut tasks = vec![r#"{ "id": "one", "name": "One" }, { "id": "two", "name": "Two" }"#.to_owned()];
        for parent in ["one", "two"] {
            tasks.extend((0..1_000).map(|number| format!(r#"{{ "id": "{parent}-{number}", "name": "T", "parent": "{parent}" }}"#)));
        }
        let project = format!(
            r#"{{ "linkstar": 1, "id": "p", "name": "P", "calendar": "office", "anchor": {{ "kind": "start", "at": "2027-03-01T01:00:00Z" }},
            "tasks": [{}], "links": [{{ "predecessor": "one", "successor": "two" }}] }}"#,
            tasks.join(", ")
        );
        let (directory, project) = (Directory::from_json(OFFICE).unwrap(), Project::from_json(&project).unwrap());
        let error = save_template(&project, &[], Some(&directory), &"saved".into(), "Saved", None).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::PackTooManyLinks, "/project/links"));
        let error = save_template(&project, &[], Some(&directory), &"saved".into(), " ", None).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::TextBlank, "/name"));
    }
}
