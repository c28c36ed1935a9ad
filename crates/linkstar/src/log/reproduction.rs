//! Reproduction: a log that behaves like another one and tells nobody's secrets, to be sent to whoever mends a fault.
//!
//! People become numbers, words become placeholders of about their length, amounts become zero. What planning and deciding rest on stays:
//! ids of records, dates, durations, calendars, roles, grants, tags, and which words are the same as which.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::document;
use crate::error::Result;
use crate::log::chain::commitment;
use crate::log::event::{Event, Log};
use crate::log::rewrite::{Here, Occurrences, Rewriter, Sort, rewrite, walk};
use crate::model::Directory;

/// A log and a directory without people and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reproduction {
    /// The log, chained anew: its salts are no secrets.
    pub log: Log,
    /// The directory.
    pub directory: Directory,
    /// The SHA-256 of the state to which the log replays, on every machine.
    pub state_hash: String,
    /// The version of linkstar that made it.
    pub version: String,
}

/// A log that replays to the same plan as this one, decides as this one does, and holds no names, words or amounts.
///
/// # Errors
/// A log that cannot be replayed.
///
/// ```
/// # use linkstar::{Directory, Log, Result, reproduction};
/// # fn show(log: &Log, directory: &Directory) -> Result<()> {
/// let case = reproduction(log, directory)?;
/// assert_eq!(case.log.replay()?.hash(), case.state_hash);
/// # Ok(())
/// # }
/// ```
pub fn reproduction(log: &Log, directory: &Directory) -> Result<Reproduction> {
    log.replay().map_err(|error| error.within("/log"))?;
    let mut disguise = Disguise::new(log, directory);
    let mut new_directory = rewrite(directory, Here::default(), &mut disguise)?;
    for (number, grant) in (1_u32..).zip(&mut new_directory.grants) {
        grant.id = format!("grant-{number}").into();
    }
    let directory_hash = document::hash(&new_directory);
    let mut events: Vec<Event> = Vec::with_capacity(log.events.len());
    for event in &log.events {
        let previous = events.last().map_or("", |event| event.hash.as_str());
        let new = disguise.event(event, &directory_hash)?.chained(previous);
        events.push(new);
    }
    let log = Log { linkstar: log.linkstar, events };
    let state_hash = log.replay()?.hash();
    Ok(Reproduction { log, directory: new_directory, state_hash, version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// What stands for whom and for what.
struct Disguise {
    people: BTreeMap<String, String>,
    occurrences: Occurrences,
    words: BTreeMap<String, String>,
}

impl Disguise {
    fn new(log: &Log, directory: &Directory) -> Disguise {
        let mut ids: Vec<String> = directory.members.iter().map(|member| member.id.to_string()).collect();
        let mut known: BTreeSet<String> = ids.iter().cloned().collect();
        for event in &log.events {
            // Who left the directory is somebody all the same.
            let mut named = Named(BTreeSet::from([event.actor.to_string()]));
            let mut said = document::tree(&(&event.changes, &event.breaches));
            walk(&mut said, Here::default(), &mut named);
            ids.extend(named.0.into_iter().filter(|id| known.insert(id.clone())));
        }
        let people: BTreeMap<String, String> = (1_u32..).zip(ids).map(|(number, id)| (id, format!("member-{number}"))).collect();
        let mut wanted: Vec<(String, String)> = people.iter().map(|(id, instead)| (id.clone(), instead.clone())).collect();
        let named = directory.members.iter().filter_map(|member| Some((member.name.clone(), people.get(member.id.as_str())?.clone())));
        wanted.extend(named);
        Disguise { people, occurrences: Occurrences::new(wanted, std::iter::empty()), words: BTreeMap::new() }
    }

    fn event(&mut self, event: &Event, directory_hash: &str) -> Result<Event> {
        let salt = document::sha256(format!("reproduction\n{}", event.number).as_bytes());
        let mut new = Event {
            directory_hash: directory_hash.to_owned(),
            actor: rewrite(&event.actor, Here { field: "actor", ..Here::default() }, self)?,
            key: format!("key-{}", event.number),
            request: commitment(&salt, ""),
            salt: Some(salt),
            reason: rewrite(&event.reason, Here { field: "reason", ..Here::default() }, self)?,
            seals: Vec::new(),
            rewritten: Vec::new(),
            ..event.clone()
        };
        for change in &mut new.changes {
            *change = rewrite(change, Here::default(), self)?;
        }
        for breach in &mut new.breaches {
            *breach = rewrite(breach, Here::default(), self)?;
        }
        Ok(new)
    }

    /// The same for the same words, of a length of the same order.
    fn placeholder(&mut self, text: &str) -> String {
        let number = self.words.len() + 1;
        let letters = text.chars().count();
        let words = self.words.entry(text.to_owned()).or_insert_with(|| {
            let short = format!("text-{number}");
            let length = [16, 64, 256, 1024, 4096, 16_384, 65_536].into_iter().take_while(|length| *length <= letters).last();
            format!("{short:·<width$}", width = length.unwrap_or_default())
                .chars()
                .map(|letter| if letter == '·' { '.' } else { letter })
                .collect()
        });
        words.clone()
    }
}

/// Notes who is named, and leaves everything as it is.
struct Named(BTreeSet<String>);

impl Rewriter for Named {
    fn text(&mut self, sort: Sort, _: Here<'_>, text: &str) -> Option<String> {
        if sort == Sort::Person {
            self.0.insert(text.to_owned());
        }
        None
    }

    fn owns(&self, _: &str) -> bool {
        false
    }
}

impl Rewriter for Disguise {
    fn text(&mut self, sort: Sort, here: Here<'_>, text: &str) -> Option<String> {
        match sort {
            Sort::Person => self.people.get(text).cloned(),
            // What an extension holds nobody knows; what is left of it can still be read.
            Sort::Words if here.field == "json" => Some("null".to_owned()),
            // The subject of a reason is a record, or an approval by its name.
            Sort::Words if here.field == "subject" => self.words.get(text).cloned().or_else(|| self.occurrences.replaced(text)),
            Sort::Words if here.field == "argument" => self.words.get(text).cloned().or_else(|| self.occurrences.replaced(text)),
            Sort::Words => Some(self.placeholder(text)),
            Sort::Terms | Sort::Id => self.occurrences.replaced(text),
            Sort::Other => None,
        }
    }

    fn owns(&self, _: &str) -> bool {
        false
    }

    fn without_amounts(&self) -> bool {
        true
    }
}
