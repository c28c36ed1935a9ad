//! The chain: each event vouches for the one before it.
//!
//! What an event says stands in parts: the actor, the key, each change, and so on. The chain does not hold the parts themselves but a
//! commitment to each, a hash with a salt. So a part can be taken out of the log, as when a person is erased, and the chain still
//! holds; and what was taken out cannot be guessed from what stays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::{Code, Language, arguments, fill};
use crate::log::event::{Event, Log};
use crate::time::Timestamp;

/// What the chain holds of an event: everything but what its parts say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The place of the event in the log, from 1.
    pub number: u32,
    /// When it was written down.
    pub at: Timestamp,
    /// The kind of the command.
    pub command: String,
    /// The SHA-256 of the directory by which it was decided.
    pub directory_hash: String,
    /// The hash of the entry before; empty in the first.
    pub previous: String,
    /// The commitments to the parts.
    pub parts: Vec<String>,
}

impl Entry {
    /// The hash by which the next entry holds this one.
    pub fn hash(&self) -> String {
        document::hash(self)
    }
}

impl Event {
    /// What the event says, part by part, as text.
    pub(crate) fn parts(&self) -> impl Iterator<Item = String> {
        let own = [document::canonical(&self.actor), document::canonical(&(&self.key, &self.request)), document::canonical(&self.reason)];
        let changes = self.changes.iter().map(document::canonical);
        let breaches = self.breaches.iter().map(document::canonical);
        let rewritten = (!self.rewritten.is_empty()).then(|| document::canonical(&self.rewritten));
        // What an event does not have is no part of it: those of before are sealed as they were.
        let undoes = self.undoes.map(|number| document::canonical(&("undoes", number)));
        own.into_iter().chain(changes).chain(breaches).chain(undoes).chain(rewritten)
    }

    /// The salt of a part, by its place.
    pub(crate) fn salt_of(&self, part: usize) -> String {
        match &self.salt {
            Some(salt) => part_salt(salt, part),
            None => self.seals.get(part).map(|seal| seal.salt.clone()).unwrap_or_default(),
        }
    }

    /// What the chain holds of it, after an event of this hash; after none, the text is empty.
    pub(crate) fn entry(&self, previous: &str) -> Entry {
        let parts = self.parts().enumerate().map(|(part, said)| {
            let original = self.seals.get(part).and_then(|seal| seal.original.clone());
            original.unwrap_or_else(|| commitment(&self.salt_of(part), &said))
        });
        let parts = parts.collect();
        let Event { number, at, command, directory_hash, .. } = self;
        Entry {
            number: *number,
            at: *at,
            command: command.clone(),
            directory_hash: directory_hash.clone(),
            previous: previous.to_owned(),
            parts,
        }
    }

    /// The same event, at its place in the chain.
    pub(crate) fn chained(mut self, previous: &str) -> Event {
        self.hash = self.entry(previous).hash();
        self
    }
}

/// The salt of one part of an event that has a salt of its own.
pub(crate) fn part_salt(salt: &str, part: usize) -> String {
    document::sha256_of_lines(&part.to_string(), salt)
}

/// What the chain holds of a part.
pub(crate) fn commitment(salt: &str, said: &str) -> String {
    document::sha256_of_lines(salt, said)
}

/// Whether a log is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verification {
    /// Whether nothing is wrong.
    pub intact: bool,
    /// How many events it has.
    pub events: u32,
    /// The hash of its last event. A host that keeps it elsewhere sees when events are cut off at the end.
    pub head: String,
    /// The first thing that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub fault: Option<Fault>,
}

/// What is wrong with a log, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// What it is.
    pub code: Code,
    /// The place of the event in the log, from 1.
    pub place: u32,
    /// The sentence for a person, in English; `describe` gives it in Chinese.
    pub detail: String,
}

/// Checks a log: every event, their order, and that each vouches for those before it.
///
/// Events that were cut off at the end show only where `head` is given: the hash of the last event, kept by the host in another place.
///
/// ```
/// # let log = linkstar::Log::default();
/// let verification = linkstar::verify(&log, None);
/// assert!(verification.fault.is_some_and(|fault| fault.code == linkstar::Code::LogEmpty));
/// ```
pub fn verify(log: &Log, head: Option<&str>) -> Verification {
    let last = log.events.last().map(|event| event.hash.clone()).unwrap_or_default();
    let fault = first_fault(log, head);
    let events = u32::try_from(log.events.len()).unwrap_or(u32::MAX);
    Verification { intact: fault.is_none(), events, head: last, fault }
}

fn first_fault(log: &Log, head: Option<&str>) -> Option<Fault> {
    let rewritten = last_rewritten(log);
    let (mut previous, mut unsealed) = ("", None);
    let mut broken = None;
    for (place, event) in (1_u32..).zip(&log.events) {
        if event.number != place {
            broken = Some(fault(Code::LogOrder, place, &[("found", &event.number.to_string()), ("expected", &place.to_string())]));
            break;
        }
        if event.entry(previous).hash() != event.hash {
            broken = Some(altered(place));
            break;
        }
        if unsealed.is_none() && !seals_hold(event, &rewritten) {
            unsealed = Some(place);
        }
        previous = &event.hash;
    }
    let events = u32::try_from(log.events.len()).unwrap_or(u32::MAX);
    match head {
        _ if events == 0 => Some(fault(Code::LogEmpty, 0, &[])),
        // What is sealed rests on a later event: where the chain breaks, it is that one which does not fit.
        _ if broken.is_some() => broken,
        // The same where it may have been cut off.
        Some(head) if head != previous => Some(fault(Code::LogTruncated, events, &[("head", head), ("found", previous)])),
        _ => unsealed.map(altered),
    }
}

pub(crate) fn altered(place: u32) -> Fault {
    fault(Code::LogAltered, place, &[("number", &place.to_string())])
}

/// What erasures say of the parts that they rewrote; of several, the last one.
pub(crate) fn last_rewritten(log: &Log) -> BTreeMap<(u32, u32), (u32, &str)> {
    let all = log.events.iter().flat_map(|event| event.rewritten.iter().map(move |part| (event.number, part)));
    all.map(|(by, part)| ((part.number, part.part), (by, part.commitment.as_str()))).collect()
}

/// Whether an event says what it said when it was written, except where a later erasure vouches for what it says now.
fn seals_hold(event: &Event, rewritten: &BTreeMap<(u32, u32), (u32, &str)>) -> bool {
    if event.seals.is_empty() {
        // What was erased may not come back from an older copy.
        return event.salt.is_some() && rewritten.range((event.number, 0)..=(event.number, u32::MAX)).next().is_none();
    }
    let said: Vec<String> = event.parts().collect();
    event.salt.is_none()
        && said.len() == event.seals.len()
        && (0_u32..).zip(said.iter().zip(&event.seals)).all(|(part, (said, seal))| match rewritten.get(&(event.number, part)) {
            Some((by, expected)) => *by > event.number && seal.original.is_some() && commitment(&seal.salt, said) == *expected,
            None => seal.original.is_none(),
        })
}

pub(crate) fn fault(code: Code, place: u32, args: &[(&str, &str)]) -> Fault {
    Fault { code, place, detail: fill(code.pattern(Language::En), &arguments(args)) }
}
