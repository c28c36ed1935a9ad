//! Events: what has happened to a project, in order, and the state that they add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::chain::commitment;
use crate::log::change::Change;
use crate::log::record::{RecordKind, RecordRef, Records, object, typed};
use crate::log::versions::{Versions, names};
use crate::model::{FormatVersion, MemberId, Project};
use crate::rules::Reason;
use crate::time::Timestamp;

/// One thing that has happened: who, when, and what became different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// Its place in the log, from 1.
    pub number: u32,
    /// When it was written down.
    pub at: Timestamp,
    /// The kind of the command, such as `startTask`; `begin` of the first event.
    pub command: String,
    /// The SHA-256 of the directory by which it was decided.
    pub directory_hash: String,
    /// The hash of this event and of all before it.
    pub hash: String,
    /// The secret that keeps what the chain says of its parts from being guessed. Absent once somebody in it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub salt: Option<String>,
    /// In place of the salt: how each part is sealed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub seals: Vec<Seal>,
    /// Who did it, or reported it.
    pub actor: MemberId,
    /// The key of the command. A command with a key that is in the log already changes nothing.
    pub key: String,
    /// What tells this command from another one under the same key, without saying what it was.
    pub request: String,
    /// Why, where the command says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub reason: Option<String>,
    /// What became different, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub changes: Vec<Change>,
    /// What stood in the way of a fact when it was reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub breaches: Vec<Breach>,
    /// The parts of earlier events that this one rewrote: those of somebody who was erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub rewritten: Vec<Rewritten>,
    /// The number of the event that this one takes back: that of a change when it is undone, that of an `undo` when it is redone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub undoes: Option<u32>,
}

/// How one part of an event is sealed, after somebody was erased from the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seal {
    /// The salt of the part as it stands.
    pub salt: String,
    /// What the chain says of the part as it was written first; absent where it still stands so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub original: Option<String>,
}

/// A part of an earlier event that an erasure has rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rewritten {
    /// The number of the event.
    pub number: u32,
    /// Which part of it, from 0.
    pub part: u32,
    /// The commitment to what it says now.
    pub commitment: String,
}

/// A rule that had been broken when a fact was reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Breach {
    /// What stood in the way, and who has to act.
    pub reason: Reason,
    /// Who has to hear of it: who sees to the gate, who leads the stage, else who may waive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub escalation: Vec<MemberId>,
}

/// The log of a project: everything that has happened to it, from its first record on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Log {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// The events, in the order in which they happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// What a log comes to: the project as it stands, and what has to be known to decide the next command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(crate) records: Records,
    /// The number and the moment of the last event.
    pub(crate) last: (u32, Timestamp),
    /// The hash of the last event.
    pub(crate) head: String,
    /// The keys of the commands that have been carried out.
    pub(crate) keys: BTreeMap<String, Carried>,
    /// What was removed last under each name, with all that became different then.
    pub(crate) removed: BTreeMap<RecordRef, Arc<[Change]>>,
    /// Which event was the last to touch what, since the first.
    versions: Versions,
}

/// A command that has been carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The number of its event.
    pub(crate) number: u32,
    salt: Option<String>,
    request: String,
}

impl Carried {
    fn by(event: &Event) -> Carried {
        Carried { number: event.number, salt: event.salt.clone(), request: event.request.clone() }
    }

    /// Whether it may have been this command: after an erasure nobody can tell any more.
    pub(crate) fn may_be(&self, command: &str) -> bool {
        self.salt.as_ref().is_none_or(|salt| commitment(salt, command) == self.request)
    }
}

/// What stands for the key of a command once who sent it was erased: the same key is found again, and is not read any more.
pub(crate) fn erased_key(key: &str) -> String {
    const MARK: &str = "sha256:";
    match key.strip_prefix(MARK) {
        Some(hash) if hash.len() == 64 => key.to_owned(),
        _ => format!("{MARK}{}", document::sha256(key.as_bytes())),
    }
}

impl State {
    /// What was carried out under a key, also where its sender was erased since.
    pub(crate) fn carried(&self, key: &str) -> Option<&Carried> {
        self.keys.get(key).or_else(|| self.keys.get(&erased_key(key)))
    }

    /// The project as it stands now.
    pub fn project(&self) -> &Project {
        self.records.project()
    }

    /// The hash of the last event: what a host keeps, so that nobody can cut a log short unseen.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The SHA-256 over all records of the project, in whatever order they came to be.
    pub fn hash(&self) -> String {
        self.records.hash()
    }

    /// The events after `base`, up to `until`, that touch what these changes touch: the same field of a record, or the record as a whole; and
    /// those that removed a record which the changes name. Of several that touched one field the last is told.
    pub(crate) fn touched_since(&self, changes: &[Change], base: u32, until: u32) -> Vec<u32> {
        let mut found = self.versions.touching(changes);
        for (_, other) in changes.iter().flat_map(names) {
            found.extend(self.versions.whole(&other).filter(|_| !self.records.has(&other)));
        }
        found.retain(|number| (base.saturating_add(1)..=until).contains(number));
        found.into_iter().collect()
    }

    /// The events after `base` that touch a record, wherever; of several that touched one field the last.
    pub(crate) fn touching_since(&self, record: &RecordRef, base: u32) -> Vec<u32> {
        let found: BTreeSet<u32> = self.versions.of(record).filter(|number| *number > base).collect();
        found.into_iter().collect()
    }

    /// The event after `base` in which a record last came or went.
    pub(crate) fn came_or_went_since(&self, record: &RecordRef, base: u32) -> Option<u32> {
        self.versions.whole(record).filter(|number| *number > base)
    }

    /// The state after the first event of a log.
    ///
    /// # Errors
    /// An event that does not begin a log.
    pub fn first(event: &Event) -> Result<State> {
        let out_of_order = || order(event, 1);
        if event.number != 1 {
            return Err(out_of_order());
        }
        let Some((Change::Added { record: RecordRef { kind: RecordKind::Project, .. }, value }, rest)) = event.changes.split_first() else {
            return Err(out_of_order());
        };
        let mut records = Records::new(typed(object(value).unwrap_or_default().into())?)?;
        for change in rest {
            records.apply(change)?;
        }
        let keys = BTreeMap::from([(event.key.clone(), Carried::by(event))]);
        Ok(State { records, last: (1, event.at), head: event.hash.clone(), keys, removed: BTreeMap::new(), versions: Versions::default() })
    }

    /// Whether an event was decided on just this state, and is as it was written.
    ///
    /// # Errors
    /// An event of another number, after another one, or altered.
    pub(crate) fn is_followed_by(&self, event: &Event) -> Result<()> {
        let expected = self.last.0.saturating_add(1);
        if event.number != expected {
            return Err(order(event, expected));
        }
        if event.entry(&self.head).hash() != event.hash {
            return Err(Error::new(Code::LogAltered, &[("number", &event.number.to_string())]));
        }
        Ok(())
    }

    /// Lets an event happen. Nothing is decided: what was written is done.
    ///
    /// # Errors
    /// An event that does not follow the last one, or does not fit what is there. The state is not to be used any more then.
    pub fn apply(&mut self, event: &Event) -> Result<()> {
        let expected = self.last.0.saturating_add(1);
        if event.number != expected {
            return Err(order(event, expected));
        }
        for change in &event.changes {
            self.records.apply(change)?;
            if let Change::Added { record, .. } = change {
                self.removed.remove(record);
            }
        }
        let gone = event.changes.iter().filter(|change| matches!(change, Change::Removed { .. }));
        let mut gone = gone.map(Change::record).peekable();
        if gone.peek().is_some() {
            let changes: Arc<[Change]> = event.changes.clone().into();
            self.removed.extend(gone.map(|record| (record.clone(), Arc::clone(&changes))));
        }
        self.versions.note(event);
        self.keys.insert(event.key.clone(), Carried::by(event));
        self.head.clone_from(&event.hash);
        self.last = (event.number, event.at);
        Ok(())
    }
}

impl Log {
    /// Reads a log document.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text.
    pub fn from_json(json: &str) -> Result<Log> {
        document::read(json)
    }

    /// Writes the document in its canonical form.
    pub fn to_json(&self) -> String {
        document::canonical(self)
    }

    /// Lets all events happen, in order: time and memory grow with their number.
    ///
    /// # Errors
    /// A log without events, with gaps, repetitions or another order, and events that do not fit what is there, by their place.
    pub fn replay(&self) -> Result<State> {
        let Some((first, rest)) = self.events.split_first() else {
            return Err(Error::new(Code::LogEmpty, &[]).at("/events"));
        };
        let mut state = State::first(first).map_err(|error| error.within("/events/0"))?;
        for (place, event) in rest.iter().enumerate() {
            state.apply(event).map_err(|error| error.within(&format!("/events/{}", place + 1)))?;
        }
        Ok(state)
    }
}

fn order(event: &Event, expected: u32) -> Error {
    Error::new(Code::LogOrder, &[("found", &event.number.to_string()), ("expected", &expected.to_string())])
}
