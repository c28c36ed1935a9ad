//! Whether a set of rules makes sense: names that somebody has, actions that fit their triggers, and no ring.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::automation::{Action, AutomationRule, Condition, LONGEST_ID, MOST_PARTS, MOST_RULES, TaskFilter, Trigger, loops};
use crate::error::{Code, Error, Result};
use crate::log::{FieldValue, Fields, RecordKind, RecordRef, State, check_field, check_text, check_value};
use crate::model::{Directory, Json, MemberId, Project, RoleId};

/// Checks rules before they are put to use, all of them together: also those that rest.
///
/// Rules that could set each other off in a ring are refused, by what they may make happen and what they wait for, whatever their
/// conditions say. Whether an actor has the rights is decided each time anew, as for everybody.
///
/// At most 200 rules, with at most 20 conditions and 20 actions each.
///
/// # Errors
/// Codes that begin with `automation.`; names that neither the project nor the directory has; values that fit no task. Paths begin
/// with `/rules`.
///
/// ```
/// use linkstar::{Action, AutomationRule, Directory, Project, TaskFilter, Trigger, check_rules};
/// # let project = Project::from_json(include_str!("../../../../examples/us_launch/launch.json"))?;
/// # let directory = Directory::from_json(include_str!("../../../../examples/us_launch/team.json"))?;
/// let once_more = AutomationRule {
///     actions: vec![Action::StartTask { task: None }],
///     ..AutomationRule::new("again", "Begin what begins", "lin.yue", Trigger::TaskStarted { of: TaskFilter::default() })
/// };
/// let error = check_rules(&[once_more], &project, &directory).unwrap_err();
/// assert_eq!((error.code.as_str(), error.path.as_str()), ("automation.loop", "/rules/0"));
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn check_rules(rules: &[AutomationRule], project: &Project, directory: &Directory) -> Result<()> {
    check(rules, Names::new(rules, project, directory, &|_, _| false))
}

/// Checks rules that were put to use before: what they name may have been removed since. They rest then, or say so.
///
/// # Errors
/// As for [`check_rules`].
pub(crate) fn check_rules_in_use(rules: &[AutomationRule], state: &State, directory: &Directory) -> Result<()> {
    let gone = |kind: RecordKind, id: &str| state.removed.contains_key(&RecordRef::new(kind, id));
    check(rules, Names::new(rules, state.project(), directory, &gone))
}

fn check(rules: &[AutomationRule], names: Names<'_>) -> Result<()> {
    limited("rules", rules.len(), MOST_RULES)?;
    let mut seen = BTreeSet::new();
    for (place, rule) in rules.iter().enumerate() {
        let here = |error: Error| error.within(&format!("/rules/{place}"));
        if !seen.insert(&rule.id) {
            return Err(here(Error::new(Code::AutomationDuplicateId, &[("rule", rule.id.as_str())]).at("/id")));
        }
        names.check(rule).map_err(here)?;
    }
    match loops::ring(rules) {
        None => Ok(()),
        Some(ring) => {
            let around: Vec<String> = ring.iter().filter_map(|place| rules.get(*place)).map(|rule| format!("`{}`", rule.name)).collect();
            let place = ring.first().copied().unwrap_or_default();
            Err(Error::new(Code::AutomationLoop, &[("loop", &around.join(" → "))]).at(format!("/rules/{place}")))
        }
    }
}

fn limited(what: &str, count: usize, limit: usize) -> Result<()> {
    if count > limit {
        let args = [("what", what), ("count", &*count.to_string()), ("limit", &*limit.to_string())];
        return Err(Error::new(Code::AutomationTooMany, &args).at(format!("/{what}")));
    }
    Ok(())
}

/// The names that a rule may use.
struct Names<'a> {
    project: &'a Project,
    /// Those of the project, and those that rules will add.
    tasks: BTreeSet<&'a str>,
    added: BTreeSet<String>,
    members: BTreeSet<&'a str>,
    roles: BTreeSet<&'a str>,
    /// Whether the project had it once.
    gone: &'a dyn Fn(RecordKind, &str) -> bool,
}

impl<'a> Names<'a> {
    fn new(
        rules: &[AutomationRule],
        project: &'a Project,
        directory: &'a Directory,
        gone: &'a dyn Fn(RecordKind, &str) -> bool,
    ) -> Names<'a> {
        let id = |action: &Action| match action {
            Action::AddTask { value } => value.value().get("id").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        Names {
            project,
            tasks: project.tasks.iter().map(|task| task.id.as_str()).collect(),
            added: rules.iter().flat_map(|rule| &rule.actions).filter_map(id).collect(),
            members: directory.members.iter().map(|member| member.id.as_str()).collect(),
            roles: directory.roles.iter().map(|role| role.id.as_str()).collect(),
            gone,
        }
    }

    fn check(&self, rule: &AutomationRule) -> Result<()> {
        check_text(rule.id.as_str(), "id")?;
        if rule.id.as_str().len() > LONGEST_ID {
            let args = [("field", "id"), ("bytes", &*rule.id.as_str().len().to_string()), ("limit", &*LONGEST_ID.to_string())];
            return Err(Error::new(Code::TextTooLong, &args).at("/id"));
        }
        check_text(&rule.name, "name")?;
        self.member(&rule.actor).map_err(|error| error.at("/actor"))?;
        self.trigger(&rule.trigger).map_err(|error| error.within("/trigger"))?;
        limited("conditions", rule.conditions.len(), MOST_PARTS)?;
        limited("actions", rule.actions.len(), MOST_PARTS)?;
        if rule.actions.is_empty() {
            return Err(Error::new(Code::AutomationNoAction, &[("rule", &rule.name)]).at("/actions"));
        }
        let has_task = rule.trigger.tasks().is_some();
        let no_task = || Error::new(Code::AutomationNoTask, &[("rule", &rule.name)]);
        for (number, condition) in rule.conditions.iter().enumerate() {
            let here = |error: Error| error.within(&format!("/conditions/{number}"));
            if condition.needs_task() && !has_task {
                return Err(here(no_task()));
            }
            self.condition(condition).map_err(here)?;
        }
        for (number, action) in rule.actions.iter().enumerate() {
            let here = |error: Error| error.within(&format!("/actions/{number}"));
            if action.needs_task() && !has_task {
                return Err(here(no_task()));
            }
            self.action(action).map_err(here)?;
        }
        Ok(())
    }

    fn trigger(&self, trigger: &Trigger) -> Result<()> {
        if let Some(of) = trigger.tasks() {
            self.filter(of)?;
        }
        match trigger {
            Trigger::TaskEdited { field, .. } => check_field_of_task(field).map_err(|error| error.at("/field")),
            Trigger::MetricReported { metric } => self.metric(metric.as_str()),
            Trigger::EvidenceAttached { item: Some(item) } | Trigger::ItemTicked { item: Some(item) } => {
                let known = self.project.checklist.iter().any(|other| other.id == *item) || (self.gone)(RecordKind::Item, item.as_str());
                known_or(known, Code::ItemUnknown, "item", item.as_str())
            }
            Trigger::GateDecided { gate: Some(gate), .. } => self.gate(gate.as_str()),
            Trigger::StageOpened { stage: Some(stage) } | Trigger::StageClosed { stage: Some(stage) } => self.stage(stage.as_str()),
            _ => Ok(()),
        }
    }

    fn condition(&self, condition: &Condition) -> Result<()> {
        match condition {
            Condition::TaskIs { any, task } => {
                some(any)?;
                self.optional_task(task.as_ref().map(|task| task.as_str()), "task")
            }
            Condition::TaskHasTag { tag, task } => {
                check_text(tag, "tag")?;
                self.optional_task(task.as_ref().map(|task| task.as_str()), "task")
            }
            Condition::TaskInStage { stage, task } => {
                self.stage(stage.as_str())?;
                self.optional_task(task.as_ref().map(|task| task.as_str()), "task")
            }
            Condition::TaskOwnedBy { task, owner } => {
                self.optional_task(task.as_ref().map(|task| task.as_str()), "task")?;
                owner.iter().try_for_each(|owner| self.member(owner).map_err(|error| error.at("/owner")))
            }
            Condition::TasksDone { of } => self.filter(of),
            Condition::MetricIs { demand } => self.metric(demand.metric.as_str()).map_err(|error| error.within("/demand")),
            Condition::GateIs { gate, .. } => self.gate(gate.as_str()),
            Condition::StageIs { stage, any } => {
                some(any)?;
                self.stage(stage.as_str())
            }
            Condition::LifeIs { any } => some(any),
        }
    }

    fn action(&self, action: &Action) -> Result<()> {
        self.optional_task(action.task().map(|task| task.as_str()), "task")?;
        match action {
            Action::StartTask { .. } | Action::CompleteTask { .. } => Ok(()),
            Action::CancelTask { reason, .. } => reason.iter().try_for_each(|reason| check_text(reason, "reason")),
            Action::AssignOwner { owner, .. } => owner.iter().try_for_each(|owner| self.member(owner).map_err(|error| error.at("/owner"))),
            Action::EditTask { fields, .. } => check_edit(fields),
            Action::TagTask { tag, .. } => check_text(tag, "tag"),
            Action::AddTask { value } => self.new_task(value),
            Action::AddLink { predecessor, successor, .. } => {
                self.optional_task(predecessor.as_ref().map(|task| task.as_str()), "predecessor")?;
                self.optional_task(successor.as_ref().map(|task| task.as_str()), "successor")?;
                let missing = predecessor.is_none() && successor.is_none();
                known_or(!missing, Code::DocumentMissingField, "field", "successor").map_err(|error| error.at(""))
            }
            Action::OpenStage { stage } | Action::CloseStage { stage } => self.stage(stage.as_str()),
            Action::Say { text, mentions, mention_roles, .. } => {
                check_text(text, "text")?;
                for (number, member) in mentions.iter().enumerate() {
                    self.member(member).map_err(|error| error.at(format!("/mentions/{number}")))?;
                }
                for (number, role) in mention_roles.iter().enumerate() {
                    self.role(role).map_err(|error| error.at(format!("/mentionRoles/{number}")))?;
                }
                Ok(())
            }
        }
    }

    fn new_task(&self, value: &Json) -> Result<()> {
        let Value::Object(mut fields) = value.value() else {
            return Err(Error::new(Code::DocumentValue, &[("found", value.as_str()), ("expected", "{…}")]).at("/value"));
        };
        // Where it has none, it gets one from the key.
        fields.entry("id").or_insert_with(|| Value::String("-".to_owned()));
        check_value(RecordKind::Task, &fields).map_err(|error| error.within("/value"))?;
        let text = |field: &str| fields.get(field).and_then(Value::as_str);
        self.optional_task(text("parent"), "value/parent")?;
        text("stage").map_or(Ok(()), |stage| self.stage(stage).map_err(|error| error.within("/value")))?;
        text("owner").map_or(Ok(()), |owner| self.member(&owner.into()).map_err(|error| error.at("/value/owner")))
    }

    fn filter(&self, of: &TaskFilter) -> Result<()> {
        self.optional_task(of.task.as_ref().map(|task| task.as_str()), "of/task")?;
        of.stage.as_ref().map_or(Ok(()), |stage| self.stage(stage.as_str()).map_err(|error| error.within("/of")))
    }

    fn optional_task(&self, task: Option<&str>, field: &str) -> Result<()> {
        let is_known = |task| self.tasks.contains(task) || self.added.contains(task) || (self.gone)(RecordKind::Task, task);
        let known = task.is_none_or(is_known);
        known_or(known, Code::TaskUnknown, "task", task.unwrap_or_default()).map_err(|error| error.at(format!("/{field}")))
    }

    fn stage(&self, stage: &str) -> Result<()> {
        let known = self.project.stages.iter().any(|other| other.id.as_str() == stage) || (self.gone)(RecordKind::Stage, stage);
        known_or(known, Code::StageUnknown, "stage", stage)
    }

    fn metric(&self, metric: &str) -> Result<()> {
        let known = self.project.metrics.iter().any(|other| other.id.as_str() == metric) || (self.gone)(RecordKind::Metric, metric);
        known_or(known, Code::MetricUnknown, "metric", metric)
    }

    fn gate(&self, gate: &str) -> Result<()> {
        if self.project.gates.iter().any(|other| other.id.as_str() == gate) || (self.gone)(RecordKind::Gate, gate) {
            return Ok(());
        }
        Err(Error::new(Code::RecordUnknown, &[("kind", "gate"), ("id", gate)]).at("/gate"))
    }

    fn member(&self, member: &MemberId) -> Result<()> {
        known_or(self.members.contains(member.as_str()), Code::MemberUnknown, "member", member.as_str())
    }

    fn role(&self, role: &RoleId) -> Result<()> {
        known_or(self.roles.contains(role.as_str()), Code::RoleUnknown, "role", role.as_str())
    }
}

/// The field of a rule that names something is called as the thing.
fn known_or(known: bool, code: Code, kind: &str, id: &str) -> Result<()> {
    if known { Ok(()) } else { Err(Error::new(code, &[(kind, id)]).at(format!("/{kind}"))) }
}

/// Of nothing, nothing ever is so.
fn some<T>(any: &[T]) -> Result<()> {
    if any.is_empty() { Err(Error::new(Code::DocumentValue, &[("found", "[]"), ("expected", "[…]")]).at("/any")) } else { Ok(()) }
}

/// # Errors
/// A field that no task has, or that only commands of its own change: those have triggers of their own.
fn check_field_of_task(field: &str) -> Result<()> {
    check_field(RecordKind::Task, field)?;
    let fields =
        Fields::from_iter([("id", "-".into()), ("name", "-".into()), (field, Value::Null)].map(|(name, value)| (name.to_owned(), value)));
    match check_value(RecordKind::Task, &fields) {
        Err(error) if error.code == Code::DocumentUnknownField => Err(error),
        _ => Ok(()),
    }
}

fn check_edit(edits: &[FieldValue]) -> Result<()> {
    if edits.is_empty() {
        return Err(Error::new(Code::DocumentValue, &[("found", "[]"), ("expected", "[…]")]).at("/fields"));
    }
    let mut fields = Fields::from_iter([("id", "-"), ("name", "-")].map(|(field, text)| (field.to_owned(), Value::from(text))));
    for (place, edit) in edits.iter().enumerate() {
        check_field(RecordKind::Task, &edit.field).map_err(|error| error.at(format!("/fields/{place}/field")))?;
        if edit.field == "id" {
            let args = [("kind", "task"), ("field", "id"), ("instead", "`remove`, `add`")];
            return Err(Error::new(Code::FieldProtected, &args).at(format!("/fields/{place}/field")));
        }
        match &edit.value {
            Some(value) => fields.insert(edit.field.clone(), value.value()),
            None => fields.remove(&edit.field),
        };
        check_value(RecordKind::Task, &fields).map_err(|error| error.at(format!("/fields/{place}/value")))?;
    }
    Ok(())
}
