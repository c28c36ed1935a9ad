//! Running rules: from an event to what it sets off.

use std::collections::{BTreeSet, VecDeque};

use crate::automation::happening::{Happening, happenings};
use crate::automation::hold::Scene;
use crate::automation::key::{key_of, salt_of};
use crate::automation::{Action, AutomationRule, AutomationStep, DryRun, MOST_STEPS, StepEnd};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::{Command, Context, Event, FieldValue, Outcome, RecordKind, RecordRef, State, decide};
use crate::model::{Directory, Json, Link, MemberId, Task, TaskId};
use crate::rules;

/// An action that an event has set off.
pub(crate) struct Triggered<'r> {
    rule: &'r AutomationRule,
    /// The action; or why nobody can tell whether it is to be done.
    action: Result<&'r Action>,
    /// The task of the event.
    task: Option<TaskId>,
    set_off_by: u32,
    key: String,
}

/// What an event sets off that the state has just gone through, in the order of the rules and their actions.
pub(crate) fn triggered<'r>(rules: &'r [AutomationRule], state: &State, directory: &Directory, event: &Event) -> Vec<Triggered<'r>> {
    let happenings = happenings(event);
    let mut hits: Vec<(usize, &'r AutomationRule, Option<&TaskId>)> = Vec::new();
    for (place, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.paused) {
        let found = happenings.iter().filter(|happening| happening.sets_off(&rule.trigger, state)).map(Happening::task);
        // Whatever else happened to it, a task sets a rule off once.
        let once: Vec<Option<&TaskId>> = found.collect();
        let mut told = BTreeSet::new();
        hits.extend(once.into_iter().filter(|task| told.insert(*task)).map(|task| (place, rule, task)));
    }
    let verdicts = verdicts(&hits, state, directory, event);
    let mut found = Vec::new();
    for ((place, rule, task), verdict) in hits.into_iter().zip(verdicts) {
        let made = |action: Result<&'r Action>, number: usize| Triggered {
            rule,
            action,
            task: task.cloned(),
            set_off_by: event.number,
            key: key_of(rule, event, task, number),
        };
        match verdict {
            Ok(true) => found.extend(rule.actions.iter().enumerate().map(|(number, action)| made(Ok(action), number))),
            Ok(false) => {}
            Err(error) => found.push(made(Err(error.within(&format!("/rules/{place}"))), 0)),
        }
    }
    found
}

/// Whether an event can set a rule off, before it has happened: which tasks count is known when it has.
pub(crate) fn may_set_off(rules: &[AutomationRule], event: &Event) -> bool {
    let waiting = || rules.iter().filter(|rule| !rule.paused);
    waiting().next().is_some() && happenings(event).iter().any(|happening| waiting().any(|rule| happening.fits(&rule.trigger)))
}

/// Whether all conditions of each rule hold.
fn verdicts(hits: &[(usize, &AutomationRule, Option<&TaskId>)], state: &State, directory: &Directory, event: &Event) -> Vec<Result<bool>> {
    // Looking at a whole project is dear: only where somebody asks.
    if hits.iter().all(|(_, rule, _)| rule.conditions.is_empty()) {
        return hits.iter().map(|_| Ok(true)).collect();
    }
    let asked = rules::at(state.project(), directory, event.at, |present| {
        let scene = Scene { state, present };
        hits.iter().map(|(_, rule, task)| all_hold(&scene, rule, *task)).collect()
    });
    asked.unwrap_or_else(|error| {
        hits.iter().map(|(_, rule, _)| if rule.conditions.is_empty() { Ok(true) } else { Err(error.clone().at("/conditions")) }).collect()
    })
}

fn all_hold(scene: &Scene<'_, '_, '_>, rule: &AutomationRule, task: Option<&TaskId>) -> Result<bool> {
    for (number, condition) in rule.conditions.iter().enumerate() {
        if !scene.holds(condition, task).map_err(|error| error.at(format!("/conditions/{number}")))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Does what an event sets off, and what that sets off in turn, breadth first; the state has just gone through the event. What is
/// accepted is applied to the state one after the other, and stands in the outcomes of the steps, to be put into the log in this order.
///
/// Each action is decided as the actor of its rule. What is refused, or fails, stops nothing else. Rules that
/// [`check_rules`](crate::check_rules) has passed come to an end by themselves; beside that a run has at most 1,000 steps, and the last
/// one says so where that is not enough.
///
/// The salts of the events follow from `salt`, which has at least 16 characters. Where it is a chance of its own, not that of the
/// command, nobody who reads the log can work them out.
///
/// # Errors
/// Events that do not fit the state; it is not to be used any more then. What is wrong with a rule is a step.
///
/// ```
/// use linkstar::{AutomationRule, Directory, Event, State, StepEnd, Outcome, run_rules};
/// # fn show(rules: &[AutomationRule], state: &mut State, directory: &Directory, ticked: &Event, chance: &str) -> linkstar::Result<()> {
/// for step in run_rules(rules, state, directory, ticked, chance)? {
///     if let StepEnd::Decided { outcome: Outcome::Refused { reasons } } = step.end {
///         println!("`{}` could not act: {}", step.rule, reasons[0].sentence(linkstar::Language::En));
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub fn run_rules(
    rules: &[AutomationRule],
    state: &mut State,
    directory: &Directory,
    event: &Event,
    salt: &str,
) -> Result<Vec<AutomationStep>> {
    let mut steps: Vec<AutomationStep> = Vec::new();
    let mut open: VecDeque<Triggered<'_>> = triggered(rules, state, directory, event).into();
    while let Some(next) = open.pop_front() {
        if steps.len() >= MOST_STEPS {
            let args = [("limit", &*MOST_STEPS.to_string()), ("rule", &next.rule.name)];
            let error = Error::new(Code::AutomationSteps, &args);
            steps.push(next.step(None, error.into()));
            break;
        }
        let Some(step) = next.carry_out(state, directory, event, salt) else { continue };
        if let StepEnd::Decided { outcome: Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } } = &step.end {
            state.apply(event)?;
            open.extend(triggered(rules, state, directory, event));
        }
        steps.push(step);
    }
    Ok(steps)
}

/// What a command would come to, with all that rules would do besides. Nothing is changed.
///
/// With the salt of the context for that of [`run_rules`](crate::run_rules), the steps are the very ones that it then takes.
///
/// # Errors
/// As for [`decide`](crate::decide).
///
/// ```
/// use linkstar::{AutomationRule, Command, Context, Directory, State, dry_run_rules};
/// # fn show(rules: &[AutomationRule], state: &State, directory: &Directory, context: &Context) -> linkstar::Result<()> {
/// let tick = Command::TickItem { item: "fcc-grant".into() };
/// for step in dry_run_rules(rules, state, directory, &tick, context)?.steps {
///     println!("{} would do: {:?}", step.actor, step.command);
/// }
/// # Ok(())
/// # }
/// ```
pub fn dry_run_rules(
    rules: &[AutomationRule],
    state: &State,
    directory: &Directory,
    command: &Command,
    context: &Context,
) -> Result<DryRun> {
    let outcome = decide(state, directory, command, context)?;
    let steps = match &outcome {
        Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } => {
            let mut after = state.clone();
            after.apply(event)?;
            run_rules(rules, &mut after, directory, event, &context.salt)?
        }
        Outcome::Repeated { .. } | Outcome::Refused { .. } => Vec::new(),
    };
    Ok(DryRun { outcome, steps })
}

impl Triggered<'_> {
    /// Does it; nothing where all is so already.
    fn carry_out(&self, state: &State, directory: &Directory, event: &Event, salt: &str) -> Option<AutomationStep> {
        if let Some(carried) = state.carried(&self.key) {
            return Some(self.step(None, StepEnd::Decided { outcome: Outcome::Repeated { number: carried.number } }));
        }
        let command = match self.action.clone().and_then(|action| command_of(action, self.task.as_ref(), state, directory)) {
            Ok(command) => command?,
            Err(error) => return Some(self.step(None, error.into())),
        };
        let (actor, key) = (self.rule.actor.clone(), self.key.clone());
        // More may have happened since, before rules are asked: what came offline is done first.
        let context = Context { actor, now: event.at.max(state.last.1), salt: salt_of(salt, &key), key };
        let end = decide(state, directory, &command, &context).map_or_else(StepEnd::from, |outcome| StepEnd::Decided { outcome });
        Some(self.step(Some(command), end))
    }

    fn step(&self, command: Option<Command>, end: StepEnd) -> AutomationStep {
        let (rule, actor) = (self.rule.id.clone(), self.rule.actor.clone());
        AutomationStep { rule, set_off_by: self.set_off_by, actor, key: self.key.clone(), command, end }
    }
}

/// The command of an action as things stand; none where all is so already.
///
/// # Errors
/// A task that is not there any more.
fn command_of(action: &Action, of_event: Option<&TaskId>, state: &State, directory: &Directory) -> Result<Option<Command>> {
    let named = |task: &Option<TaskId>| task.as_ref().or(of_event).cloned().unwrap_or_else(|| "".into());
    let find = |id: &TaskId| {
        let unknown = || Error::new(Code::TaskUnknown, &[("task", id.as_str())]).at("/command/task");
        state.records.find::<Task>(id.as_str()).ok_or_else(unknown)
    };
    Ok(Some(match action {
        Action::StartTask { task } => Command::StartTask { task: named(task) },
        Action::CompleteTask { task } => Command::CompleteTask { task: named(task) },
        Action::CancelTask { task, reason } => Command::CancelTask { task: named(task), reason: reason.clone() },
        Action::AssignOwner { task, owner } => {
            let task = named(task);
            let replaces = find(&task)?.owner.clone();
            if replaces == *owner {
                return Ok(None);
            }
            Command::AssignOwner { task, owner: owner.clone(), replaces }
        }
        Action::EditTask { task, fields } => {
            let task = named(task);
            let record = RecordRef::new(RecordKind::Task, task.as_str());
            find(&task)?;
            let now = state.records.fields(&record).unwrap_or_default();
            let is_so = |edit: &FieldValue| now.get(&edit.field) == edit.value.as_ref().map(Json::value).as_ref();
            if fields.iter().all(is_so) {
                return Ok(None);
            }
            Command::Edit { record, fields: fields.clone() }
        }
        Action::TagTask { task, tag } => {
            let task = named(task);
            let mut tags: Vec<&String> = find(&task)?.tags.iter().collect();
            if tags.contains(&tag) {
                return Ok(None);
            }
            tags.push(tag);
            let value = Some(Json::from(&document::tree(&tags)));
            let fields = vec![FieldValue { field: "tags".to_owned(), value }];
            Command::Edit { record: RecordRef::new(RecordKind::Task, task.as_str()), fields }
        }
        Action::AddTask { value } => Command::Add { record: RecordKind::Task, value: value.clone() },
        Action::AddLink { predecessor, successor, blocking } => {
            let (predecessor, successor) = (named(predecessor), named(successor));
            let link = Link { blocking: *blocking, ..Link::new(predecessor.as_str(), successor.as_str()) };
            if state.records.has(&RecordRef::link(predecessor.as_str(), successor.as_str(), link.kind)) {
                return Ok(None);
            }
            Command::Add { record: RecordKind::Link, value: Json::from(&document::tree::<Link>(&link)) }
        }
        Action::OpenStage { stage } => Command::OpenStage { stage: stage.clone() },
        Action::CloseStage { stage } => Command::CloseStage { stage: stage.clone() },
        Action::Say { text, task, mentions, mention_roles, mention_owner, internal } => {
            let task = task.as_ref().or(of_event).cloned();
            let owner = match &task {
                Some(task) if *mention_owner => find(task)?.owner.as_ref(),
                _ => None,
            };
            let has_role = |role| directory.members.iter().filter(move |member| member.roles.contains(role)).map(|member| &member.id);
            let all = mentions.iter().chain(owner).chain(mention_roles.iter().flat_map(has_role));
            let mut told: Vec<MemberId> = Vec::new();
            for member in all {
                if !told.contains(member) {
                    told.push(member.clone());
                }
            }
            Command::Say { text: text.clone(), task, answers: None, mentions: told, internal: *internal }
        }
    }))
}
