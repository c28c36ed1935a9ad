//! Rebase: commands that were made on an older state are decided again on the newer one.
//!
//! Whoever works offline does not see what others do meanwhile. Their commands are decided one after the other on what has become of the
//! project: what touches nothing that others touched is carried out, everything else comes back as a conflict with the events in between.
//! Nothing is dropped.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::command::Command;
use crate::log::decide::{Context, Outcome, Settled, settled};
use crate::log::event::{Event, State};
use crate::log::fit;
use crate::log::record::{RecordKind, RecordRef};
use crate::model::{Directory, HeldId, MemberId};
use crate::rules::{NextStep, Reason, reason};

/// A command that was made offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offline {
    /// What somebody wants to happen.
    pub command: Command,
    /// Who, when and under which key: as it was made.
    pub context: Context,
}

/// What became of commands that were made offline: each of them is accepted, repeated or a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rebase {
    /// Those that hold, in order: their events follow the log, one after the other.
    pub accepted: Vec<RebasedEvent>,
    /// Those that were carried out before, under the same key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub repeated: Vec<Repetition>,
    /// Those that do not hold any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub conflicts: Vec<Conflict>,
}

/// A command that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RebasedEvent {
    /// The place of the command among those given, from 0.
    pub index: u32,
    /// What happens.
    pub event: Event,
    /// What should be seen to all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub warnings: Vec<Reason>,
    /// Who has to be told of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub notices: Vec<MemberId>,
    /// By what to name it when deciding, where it waits until others approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub held: Option<HeldId>,
    /// Who can approve it then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub approvers: Vec<MemberId>,
}

/// A command that was carried out before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Repetition {
    /// The place of the command among those given, from 0.
    pub index: u32,
    /// The number of its event.
    pub number: u32,
}

/// A command that does not hold any more: it goes back to whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Conflict {
    /// The place of the command among those given, from 0.
    pub index: u32,
    /// The command.
    pub command: Command,
    /// The key under which it was made.
    pub key: String,
    /// Why: what stands in its way now, that others changed the same, or that it makes no sense any more.
    pub reasons: Vec<Reason>,
    /// The numbers of the events in between that touch the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub events: Vec<u32>,
    /// Where the command makes no sense any more: the place in it, such as `/command/task`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub path: Option<String>,
}

/// Decides commands that were made after event `base`, on a state to which other events came since; in order, each on what those before
/// it made of the project. Nothing is changed until the events are applied.
///
/// A command that touches a field, or a whole record, which an event in between touched is a conflict; so is one that is refused now, and
/// one that makes no sense any more. The rest goes on. Events are of the moment of their command, but not before the last event.
///
/// # Errors
/// A base that is no event of the log, a directory that cannot be used.
///
/// ```
/// # use linkstar::{Directory, Language, Offline, Result, State, rebase};
/// # fn show(state: &mut State, directory: &Directory, made_on_the_plane: &[Offline]) -> Result<()> {
/// let rebase = rebase(state, directory, 41, made_on_the_plane)?;
/// for conflict in &rebase.conflicts {
///     for reason in &conflict.reasons {
///         println!("{}: {}", conflict.command.kind(), reason.sentence(Language::En));
///     }
/// }
/// for accepted in &rebase.accepted {
///     state.apply(&accepted.event)?;
/// }
/// # Ok(())
/// # }
/// ```
pub fn rebase(state: &State, directory: &Directory, base: u32, commands: &[Offline]) -> Result<Rebase> {
    let head = state.last.0;
    if base == 0 || base > head {
        return Err(Error::new(Code::RebaseBase, &[("base", &base.to_string()), ("last", &head.to_string())]).at("/base"));
    }
    // A directory that cannot be used is nobody's conflict.
    Access::new(directory)?;
    let mut now = state.clone();
    let mut rebase = Rebase::default();
    // What was carried out before the line broke is no change by others.
    let mut own: BTreeSet<u32> = BTreeSet::new();
    for (index, Offline { command, context }) in (0_u32..).zip(commands) {
        let context = Context { now: context.now.max(now.last.1), ..context.clone() };
        let conflict =
            |reasons, events, path| Conflict { index, command: command.clone(), key: context.key.clone(), reasons, events, path };
        let Settled { outcome, meant, same } = match settled(&now, directory, command, &context) {
            Ok(settled) => settled,
            Err(error) => {
                let events = about(&error).and_then(|record| state.came_or_went_since(&record, base)).into_iter().collect();
                let why = Reason { args: error.args.clone(), ..reason(error.code, command.kind(), None, NextStep::Correct, &[]) };
                rebase.conflicts.push(conflict(vec![why], events, Some(error.path)));
                continue;
            }
        };
        let since = |changes: &[Change]| state.touched_since(changes, base, head);
        let overlap = match &outcome {
            Outcome::Accepted { event, .. } => since(&event.changes),
            Outcome::Waiting { .. } => since(&meant),
            // It may be refused because somebody has done the same.
            Outcome::Refused { .. } if meant.is_empty() => same.iter().flat_map(|record| state.touching_since(record, base)).collect(),
            Outcome::Refused { .. } => since(&meant),
            Outcome::Repeated { .. } => Vec::new(),
        };
        let overlap: Vec<u32> = overlap.into_iter().filter(|event| !own.contains(event)).collect();
        let accepted = match outcome {
            Outcome::Repeated { number } => {
                own.insert(number);
                rebase.repeated.push(Repetition { index, number });
                continue;
            }
            Outcome::Refused { reasons } => {
                rebase.conflicts.push(conflict(reasons, overlap, None));
                continue;
            }
            Outcome::Accepted { .. } | Outcome::Waiting { .. } if !overlap.is_empty() => {
                rebase.conflicts.push(conflict(vec![overlaps(command, &overlap)], overlap, None));
                continue;
            }
            Outcome::Accepted { event, warnings, notices } => {
                RebasedEvent { index, event, warnings, notices, held: None, approvers: Vec::new() }
            }
            Outcome::Waiting { event, held, approvers } => {
                RebasedEvent { index, event, warnings: Vec::new(), notices: Vec::new(), held: Some(held), approvers }
            }
        };
        let mut after = now.clone();
        after.apply(&accepted.event)?;
        // What nobody can plan would stand in the way of all the rest.
        if let Err(error) = fit::check_dates_after(&accepted.event.changes, after.project(), directory) {
            let why = Reason { args: error.args.clone(), ..reason(error.code, command.kind(), None, NextStep::Correct, &[]) };
            rebase.conflicts.push(conflict(vec![why], Vec::new(), Some("/command".to_owned())));
            continue;
        }
        now = after;
        rebase.accepted.push(accepted);
    }
    Ok(rebase)
}

fn overlaps(command: &Command, events: &[u32]) -> Reason {
    let events: Vec<String> = events.iter().map(u32::to_string).collect();
    reason(Code::RebaseOverlap, command.kind(), None, NextStep::Correct, &[("command", command.kind()), ("events", &events.join(", "))])
}

/// The record of which an error says that it is not there, or is there already.
fn about(error: &Error) -> Option<RecordRef> {
    let arg = |name: &str| error.args.iter().find(|arg| arg.name == name).map(|arg| &*arg.value);
    let kind = RecordKind::MANY.iter().find(|kind| arg("kind") == Some(kind.name()))?;
    Some(RecordRef::new(*kind, arg("id")?))
}
