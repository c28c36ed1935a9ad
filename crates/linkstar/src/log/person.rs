//! Personal data: what is known of somebody, and how it is forgotten.
//!
//! An erasure rewrites the parts of events that name a person or hold their words; the chain keeps its commitments to what stood there,
//! without the salts that would let it be guessed, and a last event vouches for what stands there now. So the log replays to the same
//! project without the person, and still verifies.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Access, Target};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::chain::{commitment, part_salt};
use crate::log::change::Change;
use crate::log::decide::{Context, check_context};
use crate::log::event::{Breach, Event, Log, Rewritten, Seal, erased_key};
use crate::log::record::{RecordKind, RecordRef};
use crate::log::rewrite::{Here, Occurrences, Rewriter, Sort, rewrite, walk};
use crate::model::{Directory, Grant, Json, Member, MemberId, Right};
use crate::rules::{NextStep, Reason, reason};
use crate::time::Timestamp;

/// What stands where somebody's own words stood.
const NOTHING: &str = "-";

/// Everything that is known of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonExport {
    /// Who.
    pub member: MemberId,
    /// Their entry in the directory, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub entry: Option<Json>,
    /// The grants that name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub grants: Vec<Grant>,
    /// The records that name them, hold their words or speak of them, as they are now.
    pub records: Vec<PersonRecord>,
    /// The events in which they acted or are named, in order.
    pub events: Vec<PersonEvent>,
}

/// A record that concerns somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonRecord {
    /// Which.
    pub record: RecordRef,
    /// What it says.
    pub value: Json,
}

/// An event that concerns somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonEvent {
    /// Its number.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// The kind of the command.
    pub command: String,
    /// Whether they acted; else others named them.
    pub acted: bool,
    /// The key of the command, where they sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub key: Option<String>,
    /// Why, where they said so or are named in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub reason: Option<String>,
    /// What became different: where they acted everything, else what names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub changes: Vec<Change>,
    /// What stood in the way, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub breaches: Vec<Breach>,
}

/// A log and a directory without somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Erasure {
    /// The whole log, to be kept in place of the old one; copies of the old one still know the person.
    pub log: Log,
    /// The directory: in place of the person somebody without a name, so that the plan keeps its dates. A calendar of their own stays.
    pub directory: Directory,
    /// The event that was appended; nothing where it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub event: Option<Event>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub reasons: Vec<Reason>,
    /// Where others wrote of the person, for somebody to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub mentions: Vec<Mention>,
}

/// A place at which others wrote of somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mention {
    /// The number of the event; 0 in the directory.
    pub number: u32,
    /// The record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub record: Option<RecordRef>,
    /// The field.
    pub field: String,
    /// What it says now.
    pub text: String,
    /// Whether the person was replaced in it. The ids of records stay as they are, because the host knows them by these: rename there
    /// what was named after a person.
    pub replaced: bool,
}

/// Everything that a log and a directory know of somebody.
///
/// # Errors
/// A log that cannot be replayed; somebody whom neither of the two knows.
///
/// ```
/// # use linkstar::{Directory, Log, Result, export_person};
/// # fn show(log: &Log, directory: &Directory) -> Result<()> {
/// let known = export_person(log, directory, &"xiao.wu".into())?;
/// println!("{} records, {} events", known.records.len(), known.events.len());
/// # Ok(())
/// # }
/// ```
pub fn export_person(log: &Log, directory: &Directory, member: &MemberId) -> Result<PersonExport> {
    let state = log.replay().map_err(|error| error.within("/log"))?;
    let mut eraser = Eraser::new(log, directory, member, NOTHING)?;
    let mut concerns = |value: Value, own: bool| {
        let mut erased = value.clone();
        eraser.found = false;
        walk(&mut erased, Here { own, ..Here::default() }, &mut eraser);
        erased != value || eraser.found
    };
    let own = authored(log, member);
    let records = state.records.all().filter(|(record, fields)| concerns(Value::Object(fields.clone()), own.contains(record)));
    let records = records.map(|(record, fields)| PersonRecord { record, value: Json::from(&Value::Object(fields)) }).collect();
    let mut events = Vec::new();
    for event in &log.events {
        let acted = event.actor == *member;
        let said_why = author_of_reason(event, &own, member);
        let why = Value::from(event.reason.clone());
        let mut about = |value: Value, own: bool| acted || concerns(value, own);
        let changes: Vec<Change> =
            event.changes.iter().filter(|change| about(document::tree(change), own.contains(change.record()))).cloned().collect();
        let breaches: Vec<Breach> = event.breaches.iter().filter(|breach| about(document::tree(breach), false)).cloned().collect();
        let reason = event.reason.clone().filter(|_| said_why || about(serde_json::json!({ "reason": why }), false));
        if acted || reason.is_some() || !changes.is_empty() || !breaches.is_empty() {
            let key = acted.then(|| event.key.clone());
            let Event { number, at, ref command, .. } = *event;
            events.push(PersonEvent { number, at, command: command.clone(), acted, key, reason, changes, breaches });
        }
    }
    let entry = directory.members.iter().find(|other| other.id == *member);
    let entry = entry.map(Json::of);
    let grants: Vec<Grant> = directory.grants.iter().filter(|grant| grant.member.as_ref() == Some(member)).cloned().collect();
    if entry.is_none() && events.is_empty() {
        return Err(unknown(member));
    }
    Ok(PersonExport { member: member.clone(), entry, grants, records, events })
}

/// Erases somebody from a log and a directory. Their id becomes `former-member-N`, with the number of the event that erased them; their
/// own words go; their id and name in what others wrote are replaced and listed. It asks for the right `privacy` on the project as a whole.
///
/// Keys of theirs become hashes, so that a command of theirs that arrives once more still has no second effect. Choose keys by chance:
/// a hash keeps no secret that can be guessed. Copies of the log, and files and texts outside it, are the host's to erase.
///
/// # Errors
/// A log that cannot be replayed, somebody whom neither knows, a context that cannot be used.
///
/// ```
/// # use linkstar::{Context, Directory, Log, Result, erase_person, verify};
/// # fn show(log: &Log, directory: &Directory, context: &Context) -> Result<()> {
/// let erased = erase_person(log, directory, &"xiao.wu".into(), context)?;
/// assert!(verify(&erased.log, None).intact);
/// # Ok(())
/// # }
/// ```
pub fn erase_person(log: &Log, directory: &Directory, member: &MemberId, context: &Context) -> Result<Erasure> {
    let state = log.replay().map_err(|error| error.within("/log"))?;
    let unchanged = |event: Option<Event>, reasons: Vec<Reason>| Erasure {
        log: log.clone(),
        directory: directory.clone(),
        event,
        reasons,
        mentions: Vec::new(),
    };
    if let Some(carried) = state.carried(&context.key) {
        let event = log.events.iter().find(|event| event.number == carried.number && event.command == "erasePerson").cloned();
        let args = [("key", &*context.key), ("number", &carried.number.to_string())];
        let reused = vec![reason(Code::KeyReused, &context.key, None, NextStep::Correct, &args)];
        let reasons = if event.is_some() { Vec::new() } else { reused };
        return Ok(unchanged(event, reasons));
    }
    check_context(context, directory)?;
    if context.now < state.last.1 {
        let args = [("now", &*context.now.to_string()), ("last", &state.last.1.to_string())];
        return Err(Error::new(Code::LogClock, &args).at("/context/now"));
    }
    let access = Access::new(directory)?;
    let project = &state.project().id;
    if !access.permission(&context.actor, Right::Privacy, project, &Target::WHOLE).is_allowed() {
        let holder = access.permitted(directory, Right::Privacy, project, &Target::WHOLE).map(|(member, _)| member.clone()).next();
        let who = access.whom_to_ask(directory, Right::Privacy, project, &Target::WHOLE);
        let args = [("member", context.actor.as_str()), ("right", Right::Privacy.name()), ("who", &*who)];
        return Ok(unchanged(None, vec![reason(Code::RightMissing, "erasePerson", holder, NextStep::AskForRight, &args)]));
    }
    let number = state.last.0.saturating_add(1);
    let pseudonym = pseudonym(number, directory);
    let mut eraser = Eraser::new(log, directory, member, &pseudonym)?;
    let (mut events, mut rewritten) = (Vec::with_capacity(log.events.len() + 1), Vec::new());
    for event in &log.events {
        match eraser.erased(event)? {
            Some(new) => events.push(resealed(event, new, &context.salt, &mut rewritten)),
            None => events.push(event.clone()),
        }
    }
    let named = directory.members.iter().any(|other| other.id == *member);
    if !named && rewritten.is_empty() {
        return Err(unknown(member));
    }
    let directory = eraser.directory(directory)?;
    let said = document::canonical(&("erasePerson", &pseudonym));
    // Not the salt of the context itself: the seals come from that one, and must not be found from what the log holds.
    let salt = document::sha256(format!("event\n{}", context.salt).as_bytes());
    let event = Event {
        number,
        at: context.now,
        command: "erasePerson".to_owned(),
        directory_hash: document::hash(&directory),
        hash: String::new(),
        request: commitment(&salt, &said),
        salt: Some(salt),
        seals: Vec::new(),
        actor: context.actor.clone(),
        key: context.key.clone(),
        reason: None,
        changes: Vec::new(),
        breaches: Vec::new(),
        rewritten,
        undoes: None,
    };
    // Who erases themselves is not named by it.
    let event = eraser.erased(&event)?.unwrap_or(event).chained(state.head());
    events.push(event.clone());
    let log = Log { linkstar: log.linkstar, events };
    Ok(Erasure { log, directory, event: Some(event), reasons: Vec::new(), mentions: eraser.mentions.into_iter().collect() })
}

fn unknown(member: &MemberId) -> Error {
    Error::new(Code::MemberUnknown, &[("member", member.as_str())]).at("/member")
}

/// A name that nobody has.
fn pseudonym(number: u32, directory: &Directory) -> String {
    let taken = |name: &String| directory.members.iter().any(|member| member.id.as_str() == name);
    let first = format!("former-member-{number}");
    let others = (2_u32..).map(|other| format!("former-member-{number}-{other}"));
    std::iter::once(first.clone()).chain(others).find(|name| !taken(name)).unwrap_or(first)
}

/// An event that says something else than it was written with: what the chain holds of it stays, and its salt goes.
fn resealed(old: &Event, mut new: Event, salt: &str, rewritten: &mut Vec<Rewritten>) -> Event {
    let said = old.parts().zip(new.parts());
    let seals = (0_u32..).zip(said).map(|(part, (before, after))| {
        let place = part as usize;
        let standing = old.seals.get(place);
        if before == after {
            let kept = || Seal { salt: old.salt_of(place), original: None };
            return standing.cloned().unwrap_or_else(kept);
        }
        let fresh = part_salt(&format!("seal\n{}\n{salt}", old.number), place);
        rewritten.push(Rewritten { number: old.number, part, commitment: commitment(&fresh, &after) });
        let first = standing.and_then(|seal| seal.original.clone());
        Seal { salt: fresh, original: Some(first.unwrap_or_else(|| commitment(&old.salt_of(place), &before))) }
    });
    new.seals = seals.collect();
    new.salt = None;
    new
}

/// The records that somebody has written: comments, files, lessons, commands that wait.
fn authored(log: &Log, member: &MemberId) -> BTreeSet<RecordRef> {
    let written = |kind: RecordKind| matches!(kind, RecordKind::Comment | RecordKind::Attachment | RecordKind::Lesson | RecordKind::Held);
    let by = |value: &Json| value.value().get("by").and_then(Value::as_str) == Some(member.as_str());
    let changes = log.events.iter().flat_map(|event| &event.changes);
    let theirs = changes.filter_map(|change| match change {
        Change::Added { record, value } if written(record.kind) && by(value) => Some(record.clone()),
        _ => None,
    });
    theirs.collect()
}

/// Whether the reason of an event is in somebody's words: those of who sent the command, also where others approved it.
fn author_of_reason(event: &Event, own: &BTreeSet<RecordRef>, member: &MemberId) -> bool {
    let mut held = event.changes.iter().map(Change::record).filter(|record| record.kind == RecordKind::Held);
    match event.command.as_str() {
        "decideHeld" => held.any(|record| own.contains(record)),
        _ => event.actor == *member,
    }
}

/// Takes somebody out of what is said.
struct Eraser<'e> {
    member: &'e MemberId,
    pseudonym: String,
    people: Occurrences,
    own: BTreeSet<RecordRef>,
    mentions: BTreeSet<Mention>,
    /// The event and the record that are being looked at.
    place: (u32, Option<RecordRef>),
    /// Whether an id was seen that speaks of the person.
    found: bool,
}

impl<'e> Eraser<'e> {
    fn new(log: &Log, directory: &Directory, member: &'e MemberId, pseudonym: &str) -> Result<Eraser<'e>> {
        let id = std::iter::once(member.to_string());
        let names = directory.members.iter().filter(|other| other.id == *member).map(|other| other.name.clone());
        let wanted = id.chain(names).map(|text| (text, pseudonym.to_owned())).collect();
        let others = directory.members.iter().filter(|other| other.id != *member);
        let all = others.flat_map(|other| [other.id.to_string(), other.name.clone()]);
        Ok(Eraser {
            member,
            pseudonym: pseudonym.to_owned(),
            people: Occurrences::new(wanted, all),
            own: authored(log, member),
            mentions: BTreeSet::new(),
            place: (0, None),
            found: false,
        })
    }

    /// The event without the person; nothing where it does not know them.
    fn erased(&mut self, event: &Event) -> Result<Option<Event>> {
        let written = |change: &Change| self.own.contains(change.record());
        if !self.people.may_be_in(&document::canonical(event)) && !event.changes.iter().any(written) {
            return Ok(None);
        }
        let own_key = event.actor == *self.member || self.people.replaced(&event.key).is_some();
        let own_reason = author_of_reason(event, &self.own, self.member);
        self.place = (event.number, None);
        let mut new = event.clone();
        new.actor = rewrite(&event.actor, Here { field: "actor", ..Here::default() }, self)?;
        new.reason = rewrite(&event.reason, Here { field: "reason", own: own_reason, file: false }, self)?;
        if own_key {
            new.key = erased_key(&event.key);
        }
        for change in &mut new.changes {
            let record = change.record().clone();
            let here = Here { own: self.own.contains(&record), ..Here::default() };
            self.place = (event.number, Some(record));
            *change = rewrite(change, here, self)?;
        }
        self.place = (event.number, None);
        for breach in &mut new.breaches {
            *breach = rewrite(breach, Here::default(), self)?;
        }
        Ok((new != *event).then_some(new))
    }

    /// The directory without the person.
    fn directory(&mut self, directory: &Directory) -> Result<Directory> {
        self.place = (0, None);
        let mut new = directory.clone();
        new.grants.retain(|grant| grant.member.as_ref() != Some(self.member));
        let nobody = Member::new(&self.pseudonym, NOTHING);
        match new.members.iter_mut().find(|other| other.id == *self.member) {
            Some(entry) => {
                let Member { roles, calendar, units_percent, .. } = entry.clone();
                *entry = Member { roles, calendar, units_percent, ..nobody };
            }
            None => new.members.push(nobody),
        }
        rewrite(&new, Here::default(), self)
    }

    fn mention(&mut self, field: &str, text: &str, replaced: bool) {
        let (number, record) = self.place.clone();
        self.mentions.insert(Mention { number, record, field: field.to_owned(), text: text.to_owned(), replaced });
    }
}

impl Rewriter for Eraser<'_> {
    fn text(&mut self, sort: Sort, here: Here<'_>, text: &str) -> Option<String> {
        let own_words = matches!(here.field, "text" | "reason" | "summary") || here.field == "name" && here.file;
        match sort {
            Sort::Person => (text == self.member.as_str()).then(|| self.pseudonym.clone()),
            Sort::Words if here.own && own_words => Some(NOTHING.to_owned()),
            Sort::Words | Sort::Terms => {
                let new = self.people.replaced(text)?;
                self.mention(here.field, &new, true);
                Some(new)
            }
            Sort::Other => None,
            Sort::Id => {
                if self.people.replaced(text).is_some() {
                    self.found = true;
                    self.mention(here.field, text, false);
                }
                None
            }
        }
    }

    fn owns(&self, by: &str) -> bool {
        by == self.member.as_str()
    }
}
