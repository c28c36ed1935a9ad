//! Keys and salts of what rules do.
//!
//! The key of an action follows from what set it off and nothing else: the rule, the event, the task and the place of the action. So
//! whatever happens to be tried again happens once, and the log itself tells what was set off by what.

use serde::{Deserialize, Serialize};

use crate::automation::happening::happenings;
use crate::automation::{AutomationRule, RuleId};
use crate::document;
use crate::log::{Event, Log, erased_key};
use crate::model::TaskId;

/// How keys of rules begin. A key of a host that began like this would be nobody's rule: its hash would fit no event.
const MARK: &str = "automation";

/// What set off an event that a rule has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetOff {
    /// The rule.
    pub rule: RuleId,
    /// The number of the event that set it off.
    pub by: u32,
}

pub(crate) fn key_of(rule: &AutomationRule, event: &Event, task: Option<&TaskId>, action: usize) -> String {
    key(&rule.id, &event.key, task.map(TaskId::as_str).unwrap_or_default(), action)
}

fn key(rule: &RuleId, event: &str, task: &str, action: usize) -> String {
    // By what is left of a key after an erasure, so that it is the same before and after.
    let said = document::canonical(&(rule, erased_key(event), task, u32::try_from(action).unwrap_or(u32::MAX)));
    format!("{MARK}:{action}:{}:{rule}", document::sha256(said.as_bytes()))
}

/// The salt of an event, from the chance of the run and the key, so that no two events share one.
pub(crate) fn salt_of(chance: &str, key: &str) -> String {
    document::sha256(document::canonical(&(chance, key)).as_bytes())
}

/// Which rule made an event of a log, and what set it off; nothing of an event that somebody made by hand, or whose rule acted as
/// somebody who was erased.
///
/// ```
/// use linkstar::{Log, set_off_by};
/// # fn show(log: &Log) {
/// for event in &log.events {
///     if let Some(cause) = set_off_by(log, event.number) {
///         println!("{}: `{}` by the rule `{}`, set off by event {}", event.number, event.command, cause.rule, cause.by);
///     }
/// }
/// # }
/// ```
pub fn set_off_by(log: &Log, number: u32) -> Option<SetOff> {
    let place = log.events.iter().position(|event| event.number == number)?;
    let made = log.events.get(place)?;
    let mut parts = made.key.splitn(4, ':');
    let (mark, action, _, rule) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
    if mark != MARK {
        return None;
    }
    let rule: RuleId = rule.into();
    let is_cause = |event: &&Event| {
        let about: Vec<_> = happenings(event);
        about.iter().any(|happening| key(&rule, &event.key, happening.task().map(TaskId::as_str).unwrap_or_default(), action) == made.key)
    };
    // What sets something off mostly stands right before it.
    let by = log.events.get(..place)?.iter().rev().find(is_cause)?.number;
    Some(SetOff { rule, by })
}
