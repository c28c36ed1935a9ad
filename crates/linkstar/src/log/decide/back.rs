//! Taking back: an event goes, or comes again, by the same way as the command that would do so. What it makes different are the changes
//! of the event the other way round; whether it may is what that command is asked.

use super::{Case, Outcome, Ruling, Terms};
use crate::access::Access;
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::command::{Command, FieldValue};
use crate::log::draft::Draft;
use crate::log::event::{Event, State};
use crate::log::record::RecordRef;
use crate::model::{Directory, Json, Progress, Right, TaskId};
use crate::rules::{NextStep, Reason, reason};
use crate::time::Span;

/// An event that is to be taken back.
pub(in crate::log) struct Back<'b> {
    /// The event.
    pub(in crate::log) event: &'b Event,
    /// The kind of the command whose effect goes, or comes again.
    pub(in crate::log) origin: &'b str,
    /// Whether it comes again: the event is an `undo`.
    pub(in crate::log) again: bool,
    /// Its changes the other way round, the last one first.
    pub(in crate::log) undone: Vec<Change>,
}

/// Decides to take an event back, where nothing else was found in its way.
///
/// # Errors
/// Directories that cannot be used.
pub(in crate::log) fn take_back(
    state: &State,
    directory: &Directory,
    context: &super::Context,
    back: Back<'_>,
    in_the_way: Vec<Reason>,
) -> Result<Outcome> {
    let access = Access::new(directory)?;
    let case = Case { state, directory, access: &access, context: context.clone(), standing: None };
    let number = back.event.number;
    let kind = if back.again { "redo" } else { "undo" };
    let said = document::canonical(&(&context.actor, kind));
    let known = in_the_way.clone();
    let settled = back.command().ok_or_else(|| Error::new(Code::CommandUnknown, &[("command", back.origin), ("known", "-")])).and_then(
        |(command, can_wait)| {
            let ruling = case.rule_back(back, &command, in_the_way)?;
            case.settle(ruling, &Terms { command: &command, kind, said: &said, undoes: Some(number), can_wait })
        },
    );
    match settled {
        Ok(settled) => Ok(settled.outcome),
        Err(error) if error.path.starts_with("/directory") => Err(error),
        // It follows from what is known already.
        Err(_) if !known.is_empty() => Ok(Outcome::Refused { reasons: known }),
        Err(error) => {
            let args = [("number", &*number.to_string()), ("why", &error.detail)];
            Ok(Outcome::Refused { reasons: vec![reason(Code::UndoNoSense, kind, None, NextStep::Correct, &args)] })
        }
    }
}

/// What can wait is a command, and there is none that takes this back.
pub(super) fn sensitive(terms: &Terms<'_>) -> Outcome {
    let number = terms.undoes.unwrap_or_default().to_string();
    let args = [("command", terms.command.kind()), ("number", &*number)];
    Outcome::Refused { reasons: vec![reason(Code::UndoSensitive, terms.kind, None, NextStep::AskAnother, &args)] }
}

impl Back<'_> {
    /// The command as which it is decided, and whether that command, sent by itself, would do the same.
    fn command(&self) -> Option<(Command, bool)> {
        let first = self.undone.first()?.record();
        let task = || TaskId::from(first.id.as_str());
        let command = match (self.origin, self.again) {
            ("add" | "restore", false) | ("remove", true) => Command::Remove { record: self.main(false)? },
            ("add" | "restore", true) | ("remove", false) => Command::Restore { record: self.main(true)? },
            ("edit", _) => {
                let fields = self.undone.iter().filter_map(|change| match change {
                    Change::Set { field, after, .. } => Some(FieldValue { field: field.clone(), value: after.clone() }),
                    _ => None,
                });
                Command::Edit { record: first.clone(), fields: fields.collect() }
            }
            ("assignOwner", _) => {
                let Some(Change::Set { before, after, .. }) = self.undone.first() else { return None };
                let [owner, replaces] = [after, before].map(|who| who.as_ref()?.value().as_str().map(Into::into));
                Command::AssignOwner { task: task(), owner, replaces }
            }
            ("cancelTask", false) | ("reinstateTask", true) => Command::ReinstateTask { task: task() },
            ("cancelTask", true) | ("reinstateTask", false) => Command::CancelTask { task: task(), reason: None },
            ("startTask", again) => return Some((Command::StartTask { task: task() }, again)),
            ("completeTask", again) => return Some((Command::CompleteTask { task: task() }, again)),
            ("setProgress", again) => {
                let (percent, remaining) = self.progress();
                return Some((Command::SetProgress { task: task(), percent, remaining }, again));
            }
            _ => return None,
        };
        Some((command, true))
    }

    /// The record that is meant where others come or go with it: it comes first, and goes last.
    fn main(&self, comes: bool) -> Option<RecordRef> {
        let mut moving = self.undone.iter().filter(|change| match change {
            Change::Added { .. } => comes,
            Change::Removed { .. } => !comes,
            _ => false,
        });
        let found = if comes { moving.next() } else { moving.next_back() };
        found.map(|change| change.record().clone())
    }

    /// How far a task comes by it.
    fn progress(&self) -> (u32, Option<Span>) {
        let value = |name: &str| -> Option<Json> {
            self.undone.iter().find_map(|change| match change {
                Change::Set { field, after, .. } if field == name => after.clone(),
                _ => None,
            })
        };
        let percent = value("percentComplete").and_then(|percent| document::read::<u32>(percent.as_str()).ok());
        let progress = value("progress").and_then(|progress| document::read::<Progress>(progress.as_str()).ok());
        (percent.unwrap_or_default(), progress.and_then(|progress| progress.remaining))
    }
}

impl<'c> Case<'c> {
    fn rule_back(&self, back: Back<'_>, command: &Command, in_the_way: Vec<Reason>) -> Result<Ruling<'c>> {
        let works = matches!(command, Command::StartTask { .. } | Command::SetProgress { .. } | Command::CompleteTask { .. });
        let mut ruling = match back.undone.first() {
            // No command takes back what was done on a task: who may do it may take it back.
            Some(change) if works && !back.again => {
                let mut ruling = self.ruling(Right::Progress, Some(change.record().clone()));
                self.against_life(command, &mut ruling);
                ruling
            }
            _ => self.rule(command)?,
        };
        if !in_the_way.is_empty() {
            // The command fails by the same.
            ruling.reasons = in_the_way;
        } else if ruling.reasons.is_empty() {
            let mut records = self.state.records.clone();
            back.undone.iter().try_for_each(|change| records.apply(change))?;
            ruling.draft = Draft::of(&self.state.records, &records, back.undone);
        }
        ruling.why = None;
        Ok(ruling)
    }
}
