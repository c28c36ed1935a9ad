//! What a project made from a template will meet: what applies, what is open, what is uncertain, and whether it can still be in time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Diagnostic, Result};
use crate::model::{
    Answer, AttributeId, AttributeKind, Basis, Clause, Confidence, DateBasis, Directory, GateKindId, ItemId, Pack, Project, RequirementId,
    RoleId, Task, TaskId, Test, Wanted, Words,
};
use crate::pack::calendars;
use crate::pack::instantiate::{Made, make, open_attributes};
use crate::pack::library::Library;
use crate::pack::product::{Known, Truth};
use crate::plan::{Compiled, Plan, PlanOptions, PlannedTask, schedule};
use crate::time::{Day, Timestamp};

/// A project made from a template, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Instance {
    /// The project. Its log begins with the command `begin`.
    pub project: Project,
    /// The calendars and roles that it needs, for a directory that lacks them.
    pub directory: Directory,
    /// The requirements that hold something up.
    pub requirements: Vec<DueRequirement>,
    /// What has to be answered before anybody knows which requirements apply. Until then all that may apply is planned.
    pub questions: Vec<Question>,
    /// What was taken for granted, and decided something.
    pub assumptions: Vec<Assumption>,
    /// The dates that bind the plan, each with its certainty.
    pub dates: Vec<UsedDate>,
    /// What does not fit: a template that was not written for such a product.
    pub findings: Vec<Diagnostic>,
    /// What earlier projects from this template have taught.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub lessons: Vec<Words>,
}

/// A requirement that holds something up. It guides, and is not legal advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DueRequirement {
    /// The requirement.
    pub requirement: RequirementId,
    /// The attributes on which it depends whether it applies; none when it does.
    pub asks: Vec<AttributeId>,
    /// The gates in which it stands.
    pub gates: Vec<GateKindId>,
    /// The task that brings its evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub producer: Option<TaskId>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Something that nobody has told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// The attribute to answer.
    pub attribute: AttributeId,
    /// What to ask.
    pub question: Words,
    /// What can be answered, where that is a list.
    pub options: Vec<String>,
    /// The requirements that depend on it.
    pub requirements: Vec<RequirementId>,
    /// The tasks that depend on it.
    pub tasks: Vec<TaskId>,
    /// The item of the checklist that stays open until it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub item: Option<ItemId>,
}

/// Something that was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assumption {
    /// The attribute.
    pub attribute: AttributeId,
    /// The value that was taken.
    pub value: String,
    /// Whether a category or a platform implies it; else it is what is usual.
    pub implied: bool,
}

/// A date that binds a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedDate {
    /// The task.
    pub task: TaskId,
    /// The day; absent while nobody knows it: give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub day: Option<Day>,
    /// What sort of date it is.
    pub kind: DateBasis,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub basis: Option<Basis>,
}

/// Whether a project can still be in time, and what that hangs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outlook {
    /// When all is done.
    pub finish: Timestamp,
    /// What the project is for, where its template says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub goal: Option<Goal>,
    /// Working seconds that are missing to keep all hard dates; 0 when it can be done.
    pub seconds_short: i64,
    /// The same in working days of the project, rounded up.
    pub days_short: i64,
    /// The chains of tasks that lead to the goal, or to the finish, the tightest first, each with its latest safe start.
    pub chains: Vec<Chain>,
    /// The choices that move the plan, and until when each of their options can be taken.
    pub decisions: Vec<DecisionOutlook>,
    /// What may turn out differently: dates and requirements that are estimated or unknown.
    pub uncertain: Vec<Uncertain>,
    /// The plan.
    pub plan: Plan,
}

/// The task that a project is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Goal {
    /// The task.
    pub task: TaskId,
    /// When it is planned.
    pub planned: Timestamp,
    /// The day that the project aims at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub target: Option<Day>,
}

/// A chain of tasks, each linked to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chain {
    /// Its tasks, from the first to the last.
    pub tasks: Vec<TaskId>,
    /// The last moment at which the first of them can start with every date kept.
    pub latest_start: Timestamp,
    /// Working seconds by which it can slip before a date is missed; below zero when one already is.
    pub slack: i64,
}

/// A choice that moves the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionOutlook {
    /// What is chosen.
    pub attribute: AttributeId,
    /// The task that settles it.
    pub by: TaskId,
    /// What the plan takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub chosen: Option<String>,
    /// What could be taken.
    pub options: Vec<DecisionOption>,
}

/// One of the options of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionOption {
    /// The value.
    pub value: String,
    /// The last moment at which the task that settles it can start, with every date kept: after that this option is gone.
    pub latest: Timestamp,
    /// Working seconds that are missing to keep all dates with this option.
    pub seconds_short: i64,
}

/// Something that a plan rests on and that may turn out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Uncertain {
    /// The task whose date, or whose length, it is.
    pub task: TaskId,
    /// What sort of date it is, for a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub date: Option<DateBasis>,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// Makes a project from a template.
///
/// The same wish gives the same project, byte by byte.
///
/// # Errors
/// Codes that begin with `pack.`: packs that do not fit together, and wishes that name what is in none of them, contradict themselves,
/// or aim at a day that nobody knows.
pub fn instantiate(packs: &[Pack], wanted: &Wanted) -> Result<Instance> {
    let library = Library::new(packs)?;
    instance(&library, make(&library, wanted)?)
}

fn instance(library: &Library<'_>, made: Made<'_>) -> Result<Instance> {
    let directory = needs(library, &made)?;
    Ok(Instance {
        directory,
        requirements: requirements(&made),
        questions: questions(library, &made),
        assumptions: assumptions(library, &made),
        dates: dates(&made),
        findings: misfits(&made),
        lessons: made.template.lessons.clone(),
        project: made.project,
    })
}

/// The calendars and roles that the project names.
fn needs(library: &Library<'_>, made: &Made<'_>) -> Result<Directory> {
    let of_tasks = made.project.tasks.iter().filter_map(|task| task.role.as_ref());
    let of_items = made.project.checklist.iter().filter_map(|item| item.role.as_ref());
    let roles: BTreeSet<&str> = of_tasks.chain(of_items).map(RoleId::as_str).collect();
    let roles: Vec<_> = library.roles.iter().filter(|kept| roles.contains(kept.id)).map(|kept| kept.record.clone()).collect();
    let mut names: BTreeSet<&str> = made.project.tasks.iter().filter_map(|task| Some(task.calendar.as_ref()?.as_str())).collect();
    names.insert(made.project.calendar.as_str());
    names.extend(roles.iter().filter_map(|role| Some(role.calendar.as_ref()?.as_str())));
    let mut calendars = calendars::working_calendars(library.packs, made.days.years())?;
    calendars.retain(|calendar| names.contains(calendar.id.as_str()));
    Ok(Directory { calendars, roles, ..Directory::default() })
}

fn requirements(made: &Made<'_>) -> Vec<DueRequirement> {
    let items = made.project.checklist.iter();
    let producer_of = |requirement: &RequirementId| {
        items
            .clone()
            .find(|item| item.rule.as_ref().is_some_and(|rule| rule.requirement == *requirement))
            .and_then(|item| item.producer.clone())
    };
    let due = made.shape.asked.iter().map(|asked| {
        let steps = made.shape.steps.iter().filter(|step| step.items.iter().any(|(item, _)| item.id == asked.requirement.id));
        DueRequirement {
            requirement: asked.requirement.id.clone(),
            asks: asked.asks.iter().cloned().collect(),
            gates: steps.map(|step| step.kind.id.clone()).collect(),
            producer: producer_of(&asked.requirement.id),
            basis: asked.requirement.basis.clone(),
        }
    });
    due.collect()
}

fn questions(library: &Library<'_>, made: &Made<'_>) -> Vec<Question> {
    let asked = open_attributes(library, made.template, &made.shape).map(|attribute| {
        let options = match &attribute.kind {
            AttributeKind::YesNo {} => vec!["yes".to_owned(), "no".to_owned()],
            AttributeKind::Choice { options } => options.iter().map(|option| option.id.clone()).collect(),
            AttributeKind::Number { .. } | AttributeKind::Day {} | AttributeKind::Text {} => Vec::new(),
        };
        let requirements = made.shape.asked.iter().filter(|asked| asked.asks.contains(&attribute.id));
        let tasks = made.shape.rows.iter().filter(|row| row.asks.contains(&attribute.id));
        Question {
            attribute: attribute.id.clone(),
            question: attribute.question.clone(),
            options,
            requirements: requirements.map(|asked| asked.requirement.id.clone()).collect(),
            tasks: tasks.filter_map(|row| Some(row.work.task()?.id.clone())).collect(),
            item: made.shape.scoping.map(|_| format!("ask-{}", attribute.id).into()),
        }
    });
    asked.collect()
}

/// What nobody said and a condition looked at.
fn assumptions(library: &Library<'_>, made: &Made<'_>) -> Vec<Assumption> {
    let product = &made.product;
    let admitted = library.requirements.iter().map(|kept| kept.record).filter(|requirement| {
        let among = requirement.categories.is_empty() || requirement.categories.iter().any(|id| product.categories.contains(id));
        among && (requirement.platforms.is_empty() || requirement.platforms.iter().any(|id| product.platforms.contains(id)))
    });
    let conditions = admitted.map(|requirement| &requirement.when).chain(made.template.tasks.iter().map(|task| &task.when));
    let choices = made.template.tasks.iter().flat_map(|task| &task.lead_times).map(|choice| &choice.when);
    let looked_at: BTreeSet<&str> = conditions.chain(choices).flatten().flat_map(attributes).collect();
    let taken = product.assumptions().filter(|(attribute, _)| looked_at.contains(attribute));
    taken
        .map(|(attribute, known)| Assumption {
            attribute: attribute.into(),
            value: known.value().to_owned(),
            implied: matches!(known, Known::Implied(_)),
        })
        .collect()
}

fn attributes(clause: &Clause) -> impl Iterator<Item = &str> {
    clause.any.iter().filter_map(|test| match test {
        Test::Is { attribute, .. } | Test::IsNot { attribute, .. } | Test::AtLeast { attribute, .. } | Test::AtMost { attribute, .. } => {
            Some(attribute.as_str())
        }
        Test::Category { .. }
        | Test::NotCategory { .. }
        | Test::Platform { .. }
        | Test::Requirement { .. }
        | Test::NoRequirement { .. } => None,
    })
}

fn dates(made: &Made<'_>) -> Vec<UsedDate> {
    let bound = made.dated.iter().flat_map(|(task, from)| {
        from.dates.iter().filter_map(|date| {
            let found = made.days.find(&date.point, &made.product)?;
            let day = found.day.and_then(|day| day.plus_days(date.days).ok());
            Some(UsedDate { task: task.clone(), day, kind: found.kind, basis: found.basis })
        })
    });
    bound.collect()
}

/// A template that was written for other products or platforms.
fn misfits(made: &Made<'_>) -> Vec<Diagnostic> {
    let template = made.template;
    let mut found = Vec::new();
    for category in made.product.categories {
        if !template.categories.is_empty() && !template.categories.contains(category) {
            let args = [("template", template.id.as_str()), ("category", category.as_str())];
            found.push(Diagnostic::new(Code::PackCategory, Vec::new(), &args));
        }
    }
    for platform in made.product.platforms {
        if !template.platforms.is_empty() && !template.platforms.contains(platform) {
            let args = [("template", template.id.as_str()), ("platform", platform.as_str())];
            found.push(Diagnostic::new(Code::PackPlatform, Vec::new(), &args));
        }
    }
    found
}

/// Makes a project and says whether it can be in time.
///
/// `directory` is the host's own: its calendars and roles count before those of the packs.
///
/// # Errors
/// As for [`instantiate`], and what makes a project impossible to plan.
pub fn outlook(packs: &[Pack], wanted: &Wanted, directory: Option<&Directory>, now: Option<Timestamp>) -> Result<Outlook> {
    let library = Library::new(packs)?;
    let made = make(&library, wanted)?;
    let own = needs(&library, &made)?;
    let directory = &joined(directory, own);
    let options = PlanOptions { now, ..PlanOptions::default() };
    let plan = schedule(&made.project, directory, &options)?;
    let seconds_short = short(&made.project, directory, &options, &plan)?;
    let day = plan.working_day().day.max(1);
    let goal = made.template.goal.as_ref().and_then(|goal| plan.task(goal.as_str())).map(|planned| Goal {
        task: planned.task,
        planned: planned.start,
        target: made.days.target.as_ref().and_then(|target| target.day),
    });
    Ok(Outlook {
        finish: plan.finish,
        seconds_short,
        days_short: seconds_short.saturating_add(day - 1).div_euclid(day),
        chains: chains(&made.project, directory, &options, &plan, goal.as_ref())?,
        decisions: decisions(&library, wanted, directory, &options, &made)?,
        uncertain: uncertain(&library, &made),
        goal,
        plan,
    })
}

/// A directory with what it lacks.
pub(crate) fn joined(own: Option<&Directory>, needed: Directory) -> Directory {
    let Some(own) = own else { return needed };
    let mut joined = own.clone();
    let lacking = needed.calendars.into_iter().filter(|calendar| !own.calendars.iter().any(|other| other.id == calendar.id));
    joined.calendars.extend(lacking);
    joined.roles.extend(needed.roles.into_iter().filter(|role| !own.roles.iter().any(|other| other.id == role.id)));
    joined
}

/// Working seconds that are missing to keep all hard dates. A voyage is late by the clock: a day of it counts as a working day.
fn short(project: &Project, directory: &Directory, options: &PlanOptions, plan: &Plan) -> Result<i64> {
    let is_soft = |task: &Task| task.deadline.as_ref().is_some_and(|deadline| deadline.is_soft());
    if project.tasks.iter().any(is_soft) {
        let mut hard = project.clone();
        for task in hard.tasks.iter_mut().filter(|task| is_soft(task)) {
            task.deadline = None;
        }
        return schedule(&hard, directory, options).map(|plan| missing(&plan));
    }
    Ok(missing(plan))
}

fn missing(plan: &Plan) -> i64 {
    let day = plan.working_day().day;
    let late = |task: PlannedTask| match (task.total_slack.min(0).saturating_neg(), task.elapsed) {
        (slack, false) => (slack, 0),
        (slack, true) => (0, slack),
    };
    let (working, elapsed) = plan.tasks().filter(|task| !task.summary).map(late).fold((0, 0), |(a, b), (c, d)| (a.max(c), b.max(d)));
    if working > 0 { working } else { elapsed.saturating_mul(day) / 86_400 }
}

fn chains(project: &Project, directory: &Directory, options: &PlanOptions, plan: &Plan, goal: Option<&Goal>) -> Result<Vec<Chain>> {
    const MOST: usize = 10;
    let mut compiled = Compiled::new(project, directory, options)?;
    let found = compiled.full_pass(None)?;
    let paths = compiled.float_paths(&found, goal.map(|goal| &goal.task), MOST)?.paths;
    let chain = |tasks: Vec<TaskId>| {
        let planned: Vec<_> = tasks.iter().filter_map(|task| plan.task(task.as_str())).collect();
        let open = planned.iter().find(|planned| planned.percent_complete < 100)?;
        // What stands on its day has no slack of its own; how far the tasks before it can slip is the question.
        let before = planned.iter().filter(|planned| goal.is_none_or(|goal| planned.task != goal.task));
        // Slack by the clock is longer than the same slack in working time, and is taken where there is no other.
        let tightest = before.min_by_key(|planned| (planned.elapsed, planned.total_slack)).or_else(|| planned.first())?;
        let slack = tightest.total_slack;
        Some(Chain { latest_start: open.late_start, slack, tasks })
    };
    Ok(paths.into_iter().filter_map(|path| chain(path.tasks.into_iter().map(|task| task.task).collect())).collect())
}

/// The plan with each option of each choice.
fn decisions(
    library: &Library<'_>,
    wanted: &Wanted,
    directory: &Directory,
    options: &PlanOptions,
    made: &Made<'_>,
) -> Result<Vec<DecisionOutlook>> {
    let mut outlooks = Vec::new();
    for decide in &made.template.decisions {
        let kind = library.attribute(decide.attribute.as_str(), Some(made.template)).map(|attribute| &attribute.kind);
        let Some(AttributeKind::Choice { options: values }) = kind else { continue };
        let mut taken = Vec::with_capacity(values.len());
        for value in values {
            let mut other = wanted.clone();
            other.answers.retain(|answer| answer.attribute != decide.attribute);
            other.answers.push(Answer { attribute: decide.attribute.clone(), value: value.id.clone() });
            let made = make(library, &other)?;
            let directory = joined(Some(directory), needs(library, &made)?);
            let plan = schedule(&made.project, &directory, options)?;
            if let Some(task) = plan.task(decide.by.as_str()) {
                taken.push(DecisionOption {
                    value: value.id.clone(),
                    latest: task.late_start,
                    seconds_short: short(&made.project, &directory, options, &plan)?,
                });
            }
        }
        let chosen = made.product.known(decide.attribute.as_str()).map(|known| known.value().to_owned());
        outlooks.push(DecisionOutlook { attribute: decide.attribute.clone(), by: decide.by.clone(), chosen, options: taken });
    }
    Ok(outlooks)
}

/// Dates and lengths that nobody has seen in a source.
fn uncertain(library: &Library<'_>, made: &Made<'_>) -> Vec<Uncertain> {
    let dates = dates(made).into_iter().filter(|date| !date.kind.is_certain()).map(|date| Uncertain {
        confidence: date.basis.map_or(Confidence::Unknown, |basis| basis.confidence),
        date: Some(date.kind),
        task: date.task,
    });
    let lengths = made.shape.rows.iter().filter_map(|row| {
        let task = row.work.task()?;
        let chosen = task.lead_times.iter().find(|choice| made.product.holds(&choice.when) != Truth::No);
        let lead_time = chosen.and_then(|choice| library.lead_times.get(choice.lead_time.as_str())).map(|lead_time| &lead_time.basis);
        let basis = lead_time.or(task.basis.as_ref()).filter(|basis| !basis.confidence.is_sourced())?;
        Some(Uncertain { task: task.id.clone(), date: None, confidence: basis.confidence })
    });
    dates.chain(lengths).collect()
}
