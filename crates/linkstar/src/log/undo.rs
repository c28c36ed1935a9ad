//! Undo and redo: new events that take earlier ones back.
//!
//! Everybody takes back their own: the last thing that they did, then the one before it. What was written stays written; the new event
//! names the one that it takes back, and passes through the same rights and rules as any command. What others have changed since is
//! never overwritten.

use std::collections::{BTreeMap, BTreeSet};

use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::decide::{Back, Context, Outcome, check_moment, known, take_back};
use crate::log::event::{Event, Log, State};
use crate::log::fit;
use crate::log::record::{RecordKind, RecordRef};
use crate::log::versions::{Place, names};
use crate::model::{Directory, MemberId};
use crate::rules::{NextStep, Reason, reason};

/// The commands that are undone.
const UNDONE: &[&str] =
    &["add", "edit", "remove", "restore", "assignOwner", "startTask", "setProgress", "completeTask", "cancelTask", "reinstateTask"];
/// How others are taken back: people have decided by them, or were told of them.
const OTHERWISE: &[(&str, &str)] = &[
    ("setLife", "`setLife`"),
    ("reportStart", "`reportStart`"),
    ("reportFinish", "`reportFinish`"),
    ("reportMetric", "`reportMetric`"),
    ("reportEntity", "`reportEntity`"),
    ("openStage", "`closeStage`"),
    ("closeStage", "`openStage`"),
    ("attachEvidence", "`withdrawEvidence`"),
    ("withdrawEvidence", "`attachEvidence`"),
    ("tickItem", "`untickItem`"),
    ("untickItem", "`tickItem`"),
    ("decideGate", "`decideGate`"),
    ("delegateGate", "`delegateGate`"),
    ("waive", "`revokeWaiver`"),
    ("revokeWaiver", "`waive`"),
    ("say", "`edit`, `remove`"),
    ("attachFile", "`remove`"),
    ("keepBaseline", "`remove`"),
    ("learn", "`edit`, `remove`"),
    ("lookBack", "`lookBack`"),
    ("decideHeld", "`restore`, `edit`"),
    ("delegateHeld", "`delegateHeld`"),
];

/// Decides to take back the last thing that the actor did, and did not take back yet; again and again for the ones before it. Nothing is
/// changed until the event is applied.
///
/// Refused, with the events and their actors, where somebody else has changed the same fields since, or named a record that would go.
/// What is decided, shown, reported or said is not undone but taken back by a command of its own, as the refusal says; so `undo` does not
/// reach further back than to the last such command. What would have to be approved as a command waits as that command.
///
/// # Errors
/// A log that is not that of the state, a context or a directory that cannot be used.
///
/// ```
/// # use linkstar::{Context, Directory, Log, Outcome, Result, State, undo};
/// # fn show(log: &mut Log, state: &mut State, directory: &Directory, context: &Context) -> Result<()> {
/// // The photos were dragged to the wrong week.
/// if let Outcome::Accepted { event, .. } = undo(log, state, directory, context)? {
///     println!("{} took event {} back", event.actor, event.undoes.unwrap_or_default());
///     state.apply(&event)?;
///     log.events.push(event);
/// }
/// # Ok(())
/// # }
/// ```
pub fn undo(log: &Log, state: &State, directory: &Directory, context: &Context) -> Result<Outcome> {
    take(log, state, directory, context, false)
}

/// Decides to do again what the actor undid last, as long as they did nothing else since.
///
/// Refused as for `undo`, and where something has come to stand in the way of it since, such as a gate.
///
/// # Errors
/// As for `undo`.
///
/// ```
/// # use linkstar::{Context, Directory, Language, Log, Outcome, Result, State, redo};
/// # fn show(log: &Log, state: &State, directory: &Directory, context: &Context) -> Result<()> {
/// match redo(log, state, directory, context)? {
///     Outcome::Refused { reasons } => for reason in reasons {
///         println!("{}", reason.sentence(Language::En));
///     },
///     outcome => println!("{outcome:?}"),
/// }
/// # Ok(())
/// # }
/// ```
pub fn redo(log: &Log, state: &State, directory: &Directory, context: &Context) -> Result<Outcome> {
    take(log, state, directory, context, true)
}

fn take(log: &Log, state: &State, directory: &Directory, context: &Context, again: bool) -> Result<Outcome> {
    let kind = if again { "redo" } else { "undo" };
    if let Some(outcome) = known(state, context, &document::canonical(&(&context.actor, kind))) {
        return Ok(outcome);
    }
    check_moment(state, directory, context)?;
    let trail = Trail::of(log, state)?;
    let found = if again { trail.undone_by(&context.actor) } else { trail.done_by(&context.actor) };
    let Some(event) = found else {
        let code = if again { Code::UndoNoRedo } else { Code::UndoNothing };
        return Ok(refused(reason(code, kind, None, NextStep::None, &[("member", context.actor.as_str())])));
    };
    let origin = &*trail.root(event).command;
    if let Some(instead) = otherwise(event, origin) {
        let args = [("number", &*event.number.to_string()), ("command", &event.command), ("instead", instead)];
        return Ok(refused(reason(Code::UndoOtherWay, kind, None, NextStep::Correct, &args)));
    }
    let undone: Vec<Change> = event.changes.iter().rev().map(|change| change.clone().inverse()).collect();
    let in_the_way = trail.in_the_way(event, &undone, state, &context.actor);
    take_back(state, directory, context, Back { event, origin, again, undone }, in_the_way)
}

fn refused(reason: Reason) -> Outcome {
    Outcome::Refused { reasons: vec![reason] }
}

/// How an event is taken back that is not undone.
fn otherwise(event: &Event, origin: &str) -> Option<&'static str> {
    let waits = |change: &Change| matches!(change, Change::Added { record, .. } if record.kind == RecordKind::Held);
    if event.changes.iter().any(waits) {
        return Some("`withdrawHeld`");
    }
    match OTHERWISE.iter().find(|(command, _)| *command == origin) {
        Some((_, instead)) => Some(instead),
        None if UNDONE.contains(&origin) => None,
        // A command that was taken back while it waited, or one that a later version knows.
        None => Some("the same command"),
    }
}

/// The events of a log, and what has become of them.
struct Trail<'l> {
    events: &'l [Event],
    /// Those that are taken back.
    back: BTreeSet<u32>,
}

impl<'l> Trail<'l> {
    /// # Errors
    /// A log that is not that of the state.
    fn of(log: &'l Log, state: &State) -> Result<Trail<'l>> {
        let (number, last) = match log.events.last() {
            Some(last) => (last.number, &*last.hash),
            None => return Err(Error::new(Code::LogEmpty, &[]).at("/log/events")),
        };
        if number != state.last.0 || last != state.head {
            let args = [("head", state.head()), ("found", last)];
            return Err(Error::new(Code::LogTruncated, &args).at("/log/events"));
        }
        Ok(Trail { events: &log.events, back: taken_back(&log.events, u32::MAX) })
    }

    /// The last event of somebody that is not taken back. What changed nothing, such as an edit to the same value, is passed over.
    fn done_by(&self, actor: &MemberId) -> Option<&'l Event> {
        let own = self.events.iter().rev().filter(|event| event.actor == *actor && is_ordinary(event));
        own.into_iter().find(|event| !self.back.contains(&event.number))
    }

    /// The last `undo` of somebody that is not taken back, if nothing came after it.
    fn undone_by(&self, actor: &MemberId) -> Option<&'l Event> {
        let own = self.events.iter().rev().filter(|event| event.actor == *actor);
        let after = own.take_while(|event| !is_ordinary(event));
        let undo = |event: &&Event| event.undoes.and_then(|number| event_in(self.events, number)).is_some_and(|of| of.undoes.is_none());
        after.filter(undo).find(|event| !self.back.contains(&event.number))
    }

    /// What an `undo` or a `redo` is about in the end; any other event itself.
    fn root(&self, event: &'l Event) -> &'l Event {
        let earlier = |event: &&'l Event| event_in(self.events, event.undoes?).filter(|of| of.number < event.number);
        std::iter::successors(Some(event), earlier).last().unwrap_or(event)
    }

    /// What others did since that would be overwritten, or would lose what it names.
    fn in_the_way(&self, event: &Event, undone: &[Change], state: &State, actor: &MemberId) -> Vec<Reason> {
        let number = event.number.to_string();
        let mut places: BTreeMap<&RecordRef, Vec<Place>> = BTreeMap::new();
        for change in undone {
            places.entry(change.record()).or_default().push(Place::of(change));
        }
        let missing: BTreeSet<RecordRef> =
            undone.iter().flat_map(names).map(|(_, other)| other).filter(|other| !state.records.has(other)).collect();
        let overwritten = |change: &&Change| {
            let place = Place::of(change);
            places.get(change.record()).is_some_and(|places| places.iter().any(|other| other.meets(&place)))
                || matches!(change, Change::Removed { .. }) && missing.contains(change.record())
        };
        let later = self.standing_after(event.number, actor);
        let mut reasons = Vec::new();
        for other in &later {
            if let Some(change) = other.changes.iter().find(overwritten) {
                let RecordRef { kind, id } = change.record();
                let args = [
                    ("number", &*number),
                    ("by", other.actor.as_str()),
                    ("kind", kind.name()),
                    ("id", id),
                    ("later", &other.number.to_string()),
                    ("command", &other.command),
                ];
                reasons.push(reason(Code::UndoOvertaken, id, Some(other.actor.clone()), NextStep::Correct, &args));
            }
        }
        let goes = |change: &&Change| matches!(change, Change::Removed { .. });
        let going: BTreeSet<RecordRef> = undone.iter().filter(goes).map(|change| change.record().clone()).collect();
        let users = if going.is_empty() || later.is_empty() { Vec::new() } else { fit::naming(&state.records, &going) };
        for user in users {
            let touches = |other: &&&Event| other.changes.iter().any(|change| *change.record() == user);
            let fields = state.records.fields(&user).unwrap_or_default();
            let named = fit::named(user.kind, &fields).into_iter().map(|(_, record)| record).find(|record| going.contains(record));
            let (Some(other), Some(gone)) = (later.iter().rev().find(touches), named) else { continue };
            let args = [
                ("number", &*number),
                ("byKind", user.kind.name()),
                ("user", &user.id),
                ("kind", gone.kind.name()),
                ("id", &gone.id),
                ("later", &other.number.to_string()),
                ("by", other.actor.as_str()),
            ];
            reasons.push(reason(Code::UndoInUse, &gone.id, Some(other.actor.clone()), NextStep::Correct, &args));
        }
        reasons
    }

    /// What others did after an event and did not take back again.
    fn standing_after(&self, number: u32, actor: &MemberId) -> Vec<&'l Event> {
        let then = taken_back(self.events, number);
        let stands = |event: &&'l Event| {
            let root = self.root(event).number;
            match root > number {
                true => root == event.number && !self.back.contains(&root),
                // Undone and redone again since: as it was.
                false => then.contains(&root) != self.back.contains(&root),
            }
        };
        self.events.iter().filter(|event| event.number > number && event.actor != *actor).filter(stands).collect()
    }
}

/// Whether an event is something that was done, and neither an `undo` nor a `redo`.
fn is_ordinary(event: &Event) -> bool {
    event.number > 1 && event.undoes.is_none() && !event.changes.is_empty()
}

fn event_in(events: &[Event], number: u32) -> Option<&Event> {
    events.get(number.checked_sub(1)? as usize)
}

/// The events that are taken back after all up to a number.
fn taken_back(events: &[Event], until: u32) -> BTreeSet<u32> {
    let mut back = BTreeSet::new();
    for event in events.iter().take_while(|event| event.number <= until) {
        let Some(number) = event.undoes else { continue };
        back.insert(number);
        // Who takes an `undo` back does again what it undid.
        if let Some(again) = event_in(events, number).and_then(|undo| undo.undoes) {
            back.remove(&again);
        }
    }
    back
}

#[cfg(test)]
mod tests {
    use super::{OTHERWISE, UNDONE};
    use crate::log::Command;

    #[test]
    fn every_command_is_undone_or_taken_back_otherwise() {
        for (kind, _) in Command::KINDS {
            let known = UNDONE.contains(kind) || OTHERWISE.iter().any(|(command, _)| command == kind);
            assert!(known || ["begin", "withdrawHeld"].contains(kind), "{kind}");
        }
    }
}
