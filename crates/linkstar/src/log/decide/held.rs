//! Commands that wait for approval: which do, what they would change, and what becomes of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Context, Outcome, Reach, Ruling};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::command::Command;
use crate::log::draft::Draft;
use crate::log::fit;
use crate::log::record::{RecordKind, RecordRef, fields_of};
use crate::model::{Decision, Delegation, Effect, EffectTask, Held, HeldEnd, HeldId, Json, Life, Link, MemberId, Right, Sensitive, TaskId};
use crate::plan::{self, Compiled, Plan, PlanOptions};
use crate::rules::{NextStep, Reason, reason};

/// Hours in which a command that waits can be approved, where the directory says nothing.
const HOURS: u32 = 72;
/// So many tasks are told that would move.
const MOST_TOLD: usize = 100;

/// For whom, and how long, a command waits.
pub(super) struct Wait {
    needed: u32,
    hours: u32,
}

impl<'c> Case<'c> {
    /// Whether a command has to be approved by others first: what the directory calls sensitive, and the removal of what holds a launch.
    pub(super) fn has_to_wait(&self, command: &Command, draft: &Draft<'_>) -> Result<Option<Wait>> {
        if let Some(unknown) = self.directory.sensitive.iter().position(|sensitive| Command::right_for(&sensitive.command).is_none()) {
            let kinds: Vec<&str> = Command::KINDS.iter().map(|(kind, _)| *kind).collect();
            let found = self.directory.sensitive.get(unknown).map(|sensitive| sensitive.command.as_str()).unwrap_or_default();
            let args = [("command", found), ("known", &*kinds.join(", "))];
            return Err(Error::new(Code::CommandUnknown, &args).at(format!("/directory/sensitive/{unknown}/command")));
        }
        // Otherwise nobody could ever decide.
        if matches!(command, Command::DecideHeld { .. } | Command::DelegateHeld { .. } | Command::WithdrawHeld { .. }) {
            return Ok(None);
        }
        let stated = self.directory.sensitive.iter().find(|sensitive| sensitive.command == command.kind());
        let wait = |sensitive: Option<&Sensitive>| Wait {
            needed: sensitive.and_then(|sensitive| sensitive.needed).unwrap_or(1).max(1),
            hours: sensitive.and_then(|sensitive| sensitive.hours).unwrap_or(HOURS),
        };
        Ok((stated.is_some() || self.removes_what_holds(command, draft)?).then(|| wait(stated)))
    }

    /// Whether a gate goes, or a task that is critical or that others are blocked by.
    fn removes_what_holds(&self, command: &Command, draft: &Draft<'_>) -> Result<bool> {
        // In a draft nobody relies on anything yet.
        if !matches!(command, Command::Remove { .. }) || self.state.project().life == Life::Draft {
            return Ok(false);
        }
        let gone = || draft.changes().iter().filter(|change| matches!(change, Change::Removed { .. })).map(Change::record);
        if gone().any(|record| record.kind == RecordKind::Gate) {
            return Ok(true);
        }
        let tasks: BTreeSet<&str> = gone().filter(|record| record.kind == RecordKind::Task).map(|task| task.id.as_str()).collect();
        if tasks.is_empty() {
            return Ok(false);
        }
        let is_gone = |task: &TaskId| tasks.contains(task.as_str());
        let blocks = |link: &Link| is_gone(&link.predecessor) && !is_gone(&link.successor) && self.blocks(link);
        let project = self.state.project();
        if project.tasks.iter().any(|task| task.blocking && is_gone(&task.id)) || project.links.iter().any(blocks) {
            return Ok(true);
        }
        // With a summary all tasks below it go, so that none has to be asked for itself.
        let mut compiled = Compiled::new(project, self.directory, &PlanOptions::default())?;
        let (_, slack) = compiled.full_pass(None)?;
        let network = &compiled.network;
        Ok(network.leaves().any(|node| slack.critical[node] && is_gone(network.outline.id(network.nodes[node].row))))
    }

    /// Writes a command down to wait.
    pub(super) fn hold(&self, command: &Command, said: &str, draft: &Draft<'_>, wait: &Wait) -> Result<Outcome> {
        let id: HeldId = self.made_id("held").into();
        let expires = self.context.now.plus_seconds(i64::from(wait.hours) * 3600)?;
        let held = Held {
            id: id.clone(),
            command: Json::of(command),
            by: self.context.actor.clone(),
            at: self.context.now,
            needed: wait.needed,
            expires,
            effect: self.effect(draft)?,
            delegations: Vec::new(),
            decisions: Vec::new(),
            end: None,
        };
        let approvers = self.approvers(&held)?;
        let mut written = Draft::new(&self.state.records);
        written.add(RecordKind::Held, &fields_of(&held))?;
        let event = self.event(command.kind(), said, written.into_changes());
        Ok(Outcome::Waiting { event: event.chained(&self.state.head), held: id, approvers })
    }

    /// Who may decide about a command that waits: who has the right to release what it touches, or was asked by them, but not who sent it.
    fn approvers(&self, held: &Held) -> Result<Vec<MemberId>> {
        let before = Draft::new(&self.state.records);
        // What cannot be done any more is the project's matter.
        let ruling = self.of(held).rule(&command_of(held)?).ok();
        let reach = ruling.and_then(|ruling| ruling.claims.iter().find_map(|(_, record)| Reach::of(&before, record.as_ref()?)));
        let holders = self.holders(Right::Release, &reach.unwrap_or_default());
        let voices = Delegation::voices(&held.delegations, holders.iter());
        let mut found: Vec<MemberId> = voices.filter(|member| **member != held.by).cloned().collect();
        let mut seen = BTreeSet::new();
        found.retain(|member| seen.insert(member.clone()));
        Ok(found)
    }

    /// What a draft would change in the plan.
    fn effect(&self, draft: &Draft<'_>) -> Result<Effect> {
        let before = plan::schedule(self.state.project(), self.directory, &PlanOptions::default())?;
        let after = draft.after()?;
        let after = plan::schedule(after.project(), self.directory, &PlanOptions::default())?;
        let finish = |plan: &Plan| plan.finishes().iter().copied().max();
        let mut effect = Effect { finish_before: finish(&before), finish_after: finish(&after), ..Effect::default() };
        let removed = draft.changes().iter().filter(|change| matches!(change, Change::Removed { .. })).count();
        effect.removed = u32::try_from(removed).unwrap_or(u32::MAX);
        let later: BTreeMap<_, _> = after.tasks().map(|task| (task.task.clone(), task)).collect();
        for task in before.tasks() {
            let Some(moved) = later.get(&task.task).filter(|moved| (moved.start, moved.finish) != (task.start, task.finish)) else {
                continue;
            };
            effect.moved = effect.moved.saturating_add(1);
            if effect.tasks.len() < MOST_TOLD {
                effect.tasks.push(EffectTask {
                    task: task.task.clone(),
                    start_before: task.start,
                    start_after: moved.start,
                    finish_before: task.finish,
                    finish_after: moved.finish,
                });
            }
        }
        Ok(effect)
    }

    pub(super) fn rule_held(&self, command: &Command) -> Result<Ruling<'c>> {
        match command {
            Command::DecideHeld { held, approved } => self.rule_decision(held, *approved),
            Command::DelegateHeld { held, to } => {
                let (mut ruling, found, record) = self.about_held(held)?;
                self.against_decider(&mut ruling, found)?;
                self.against_expired(&mut ruling, found);
                if *to == found.by {
                    ruling.reasons.push(own(found));
                }
                let mut delegations = found.delegations.clone();
                Delegation::hand_on(&mut delegations, &self.context.actor, to);
                ruling.draft.set(&record, "delegations", Some(&delegations))?;
                Ok(ruling)
            }
            Command::WithdrawHeld { held } => {
                let (mut ruling, found, record) = self.about_held(held)?;
                ruling.claims.clear();
                if found.by != self.context.actor {
                    let args = [("held", held.as_str()), ("by", found.by.as_str())];
                    ruling.reasons.push(reason(Code::HeldNotYours, held.as_str(), Some(found.by.clone()), NextStep::AskAnother, &args));
                }
                ruling.draft.set(&record, "end", Some(&HeldEnd::Withdrawn))?;
                Ok(ruling)
            }
            _ => Ok(self.ruling(Right::View, None)),
        }
    }

    fn rule_decision(&self, id: &HeldId, approved: bool) -> Result<Ruling<'c>> {
        let (mut ruling, found, record) = self.about_held(id)?;
        self.against_decider(&mut ruling, found)?;
        self.against_expired(&mut ruling, found);
        if !ruling.reasons.is_empty() {
            return Ok(ruling);
        }
        let decision = Decision { by: self.context.actor.clone(), at: self.context.now, approved };
        ruling.draft.list(&record, "decisions", &decision)?;
        // Who has handed their voice on had none to give.
        let voices = self.approvers(found)?;
        let agreed = found.decisions.iter().filter(|decision| decision.approved && decision.by != self.context.actor);
        let agreed = agreed.filter(|decision| voices.contains(&decision.by));
        let agreed: BTreeSet<&MemberId> = agreed.map(|decision| &decision.by).collect();
        if !approved {
            ruling.draft.set(&record, "end", Some(&HeldEnd::Declined))?;
        } else if agreed.len() + 1 >= found.needed as usize {
            self.carry_out(&mut ruling, found, &record)?;
        }
        Ok(ruling)
    }

    /// Carries out a command that was approved, if whoever sent it may still do it now.
    fn carry_out(&self, ruling: &mut Ruling<'c>, held: &Held, record: &RecordRef) -> Result<()> {
        let command = command_of(held)?;
        let case = self.of(held);
        let decided = case.rule(&command).and_then(|inner| {
            let mut reasons = case.missing_rights(&inner, &command);
            reasons.extend(inner.reasons.iter().cloned());
            if reasons.is_empty() && !matches!(command, Command::Restore { .. }) {
                fit::check(&inner.draft, self.directory)?;
            }
            Ok((inner, reasons))
        });
        match decided {
            Ok((inner, reasons)) if reasons.is_empty() => {
                ruling.draft.set(record, "end", Some(&HeldEnd::Done))?;
                ruling.draft.follow(inner.draft);
                ruling.breaches = inner.breaches;
                ruling.warnings = inner.warnings;
                ruling.notices = inner.notices;
                ruling.why = inner.why;
            }
            Ok((_, reasons)) => {
                ruling.draft.set(record, "end", Some(&HeldEnd::Overtaken))?;
                ruling.warnings = reasons;
            }
            Err(error) => {
                ruling.draft.set(record, "end", Some(&HeldEnd::Overtaken))?;
                let args = [("held", held.id.as_str()), ("why", &*error.detail)];
                ruling.warnings = vec![reason(Code::HeldOvertaken, held.id.as_str(), Some(held.by.clone()), NextStep::AskAgain, &args)];
            }
        }
        Ok(())
    }

    fn about_held(&self, id: &HeldId) -> Result<(Ruling<'c>, &'c Held, RecordRef)> {
        let found = self.find::<Held>(RecordKind::Held, id.as_str()).map_err(|error| error.at("/held"))?;
        let record = RecordRef::new(RecordKind::Held, id.as_str());
        // Who may decide is asked for what the command touches.
        let mut ruling = self.ruling(Right::Release, None);
        ruling.claims.clear();
        if found.end.is_some() {
            let args = [("held", id.as_str())];
            ruling.reasons.push(reason(Code::HeldEnded, id.as_str(), None, NextStep::None, &args));
        }
        Ok((ruling, found, record))
    }

    fn against_decider(&self, ruling: &mut Ruling<'_>, held: &Held) -> Result<()> {
        if held.by == self.context.actor {
            ruling.reasons.push(own(held));
            return Ok(());
        }
        let approvers = self.approvers(held)?;
        if !approvers.contains(&self.context.actor) {
            let names: Vec<&str> = approvers.iter().take(super::MOST_ASKED).map(MemberId::as_str).collect();
            let who = if names.is_empty() { "-".to_owned() } else { names.join(", ") };
            let args = [("member", self.context.actor.as_str()), ("right", "release"), ("who", &*who)];
            ruling.reasons.push(reason(Code::RightMissing, held.id.as_str(), approvers.first().cloned(), NextStep::AskForRight, &args));
        }
        Ok(())
    }

    fn against_expired(&self, ruling: &mut Ruling<'_>, held: &Held) {
        if self.context.now > held.expires {
            let args = [("held", held.id.as_str()), ("expired", &*held.expires.to_string())];
            ruling.reasons.push(reason(Code::HeldExpired, held.id.as_str(), Some(held.by.clone()), NextStep::AskAgain, &args));
        }
    }

    /// The circumstances of who sent a command that waits, now.
    fn of(&self, held: &Held) -> Case<'c> {
        Case {
            state: self.state,
            directory: self.directory,
            access: self.access,
            context: Context { actor: held.by.clone(), ..self.context.clone() },
            standing: self.standing,
        }
    }
}

fn command_of(held: &Held) -> Result<Command> {
    document::read(held.command.as_str())
}

fn own(held: &Held) -> Reason {
    let args = [("held", held.id.as_str())];
    reason(Code::HeldOwn, held.id.as_str(), None, NextStep::AskAnother, &args)
}
