//! Evidence: the key nodes of a project, and the proof that they are what the log says.
//!
//! A bundle has the entry of every event, which tells of its parts no more than salted hashes, and of the events about key nodes those
//! parts in the clear. So it can be checked without the log, and discloses nothing else: not even of an event that holds a whole imported
//! project. What was left out of a bundle shows only next to the log; what is in it is true.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::{Access, Target};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::chain::{Entry, Fault, Verification, altered, commitment, fault};
use crate::log::change::Change;
use crate::log::draft::unknown;
use crate::log::event::{Breach, Event, Log, Rewritten};
use crate::log::record::{Fields, RecordKind, RecordRef, Records};
use crate::model::{Directory, FormatVersion, GateId, Json, MemberId, Right};

/// The key nodes of a project, with what proves them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EvidenceBundle {
    /// The version of the document format.
    pub linkstar: FormatVersion,
    /// The hash of the last event of the log.
    pub head: String,
    /// The gates, with their checklist items and metrics, the milestones that were reached and the links that were waived, as they are.
    pub records: Vec<BundleRecord>,
    /// What the chain holds of every event.
    pub entries: Vec<Entry>,
    /// What the events say about the key nodes.
    pub parts: Vec<BundlePart>,
}

/// A record of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BundleRecord {
    /// Which.
    pub record: RecordRef,
    /// What it says; absent where it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
}

/// A part of an event, in the clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BundlePart {
    /// The number of the event.
    pub number: u32,
    /// Which part, from 0.
    pub part: u32,
    /// The salt of its commitment.
    pub salt: String,
    /// Whether it was rewritten when somebody was erased: then a later erasure in the bundle vouches for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewritten: bool,
    /// What it says.
    pub said: Said,
}

/// What a part of an event says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[allow(clippy::large_enum_variant, reason = "most parts are changes or breaches")]
pub enum Said {
    /// Who did it, or reported it.
    Actor {
        /// Who.
        actor: MemberId,
    },
    /// Why.
    Reason {
        /// Why; absent where nobody said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// What became different.
    Change {
        /// What.
        change: Change,
    },
    /// What stood in the way of a fact.
    Breach {
        /// What, and who hears of it.
        breach: Breach,
    },
    /// What an erasure rewrote.
    Rewritten {
        /// The parts.
        rewritten: Vec<Rewritten>,
    },
}

/// The place of the actor among the parts of an event, and that of the reason; the key between them is nobody's business.
const ACTOR: u32 = 0;
const REASON: u32 = 2;

impl Said {
    /// As it stands in an event.
    fn text(&self) -> String {
        match self {
            Said::Actor { actor } => document::canonical(actor),
            Said::Reason { reason } => document::canonical(reason),
            Said::Change { change } => document::canonical(change),
            Said::Breach { breach } => document::canonical(breach),
            Said::Rewritten { rewritten } => document::canonical(rewritten),
        }
    }

    /// Whether it can stand there: two texts may be the same, and mean another thing.
    fn may_stand_at(&self, part: u32) -> bool {
        match self {
            Said::Actor { .. } => part == ACTOR,
            Said::Reason { .. } => part == REASON,
            Said::Change { .. } | Said::Breach { .. } | Said::Rewritten { .. } => part > REASON,
        }
    }
}

impl EvidenceBundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text.
    pub fn from_json(json: &str) -> Result<EvidenceBundle> {
        document::read(json)
    }

    /// Writes the document in its canonical form.
    pub fn to_json(&self) -> String {
        document::canonical(self)
    }
}

/// The key nodes of a project: its gates with all that was shown, agreed and waived, the milestones reached, the rules broken by facts.
/// With a gate, what concerns that one; with a member, only if they have the right `audit` on the project as a whole.
///
/// # Errors
/// A log that cannot be replayed, a gate that it never names, a member who may not.
///
/// ```
/// # use linkstar::{Directory, Log, Result, evidence, verify_evidence};
/// # fn show(log: &Log, directory: &Directory) -> Result<()> {
/// // What the customs broker asks for: the papers behind the gate `customs`, and nothing else.
/// let bundle = evidence(log, directory, None, Some(&"customs".into()))?;
/// assert!(verify_evidence(&bundle, None).intact);
/// # Ok(())
/// # }
/// ```
pub fn evidence(log: &Log, directory: &Directory, member: Option<&MemberId>, gate: Option<&GateId>) -> Result<EvidenceBundle> {
    let state = log.replay().map_err(|error| error.within("/log"))?;
    if let Some(member) = member {
        let access = Access::new(directory)?;
        let project = &state.project().id;
        if !access.permission(member, Right::Audit, project, &Target::WHOLE).is_allowed() {
            let who = access.whom_to_ask(directory, Right::Audit, project, &Target::WHOLE);
            let args = [("member", member.as_str()), ("right", Right::Audit.name()), ("who", &*who)];
            return Err(Error::new(Code::RightMissing, &args).at("/member"));
        }
    }
    let nodes = key_nodes(log, &state.records, gate);
    if let Some(gate) = gate {
        let record = RecordRef::new(RecordKind::Gate, gate.as_str());
        if !nodes.contains(&record) {
            return Err(unknown(&record).at("/gate"));
        }
    }
    let mut bundle = EvidenceBundle { linkstar: log.linkstar, head: state.head().to_owned(), ..EvidenceBundle::default() };
    let mut previous = "";
    for event in &log.events {
        bundle.entries.push(event.entry(previous));
        bundle.parts.extend(told(event, &nodes, gate));
        previous = &event.hash;
    }
    vouch(log, &mut bundle);
    let said = |record: &RecordRef| state.records.fields(record).map(|fields| Json::from(&Value::Object(fields)));
    bundle.records = nodes.into_iter().map(|record| BundleRecord { value: said(&record), record }).collect();
    Ok(bundle)
}

/// The records that matter: gates that are or were there with all that they ask for, milestones reached, links waived.
fn key_nodes(log: &Log, records: &Records, only: Option<&GateId>) -> BTreeSet<RecordRef> {
    let mut nodes = BTreeSet::new();
    let wanted = |record: &RecordRef| record.kind == RecordKind::Gate && only.is_none_or(|gate| gate.as_str() == record.id);
    for change in log.events.iter().flat_map(|event| &event.changes) {
        if wanted(change.record()) {
            nodes.insert(change.record().clone());
            let (said, field) = match change {
                Change::Added { value, .. } | Change::Removed { value, .. } => (Some(value), None),
                Change::Set { after, field, .. } => (after.as_ref(), Some(field)),
                Change::Listed { value, field, .. } | Change::Unlisted { value, field, .. } => (Some(value), Some(field)),
            };
            let Some(said) = said.map(Json::value) else { continue };
            for (list, inner, kind) in [("items", "item", RecordKind::Item), ("metrics", "metric", RecordKind::Metric)] {
                let list = match field {
                    Some(field) if field == list => Some(&said),
                    Some(_) => None,
                    None => said.get(list),
                };
                let ids = list.and_then(Value::as_array).into_iter().flatten().filter_map(|item| item.get(inner)?.as_str());
                nodes.extend(ids.map(|id| RecordRef::new(kind, id)));
            }
        }
    }
    if only.is_none() {
        let project = records.project();
        let reached = project.tasks.iter().filter(|task| task.milestone && task.percent_complete == 100);
        nodes.extend(reached.map(|task| RecordRef::new(RecordKind::Task, task.id.as_str())));
        let waived = project.links.iter().filter(|link| link.waiver.is_some());
        nodes.extend(waived.map(|link| RecordRef::link(link.predecessor.as_str(), link.successor.as_str(), link.kind)));
    }
    nodes
}

/// What an event says about key nodes, with who did it and why; all that it changes, where it broke a rule.
fn told(event: &Event, nodes: &BTreeSet<RecordRef>, gate: Option<&GateId>) -> Vec<BundlePart> {
    let breach_counts = |breach: &&Breach| gate.is_none_or(|gate| breach.reason.gate.as_ref() == Some(gate));
    let broke = event.breaches.iter().any(|breach| breach_counts(&breach));
    let first = REASON + 1;
    let changes = (first..).zip(&event.changes).filter(|(_, change)| broke || nodes.contains(change.record()));
    let mut told: Vec<(u32, Said)> = changes.map(|(part, change)| (part, Said::Change { change: change.clone() })).collect();
    let next = first.saturating_add(u32::try_from(event.changes.len()).unwrap_or(u32::MAX));
    let breaches = (next..).zip(&event.breaches).filter(|(_, breach)| breach_counts(breach));
    told.extend(breaches.map(|(part, breach)| (part, Said::Breach { breach: breach.clone() })));
    if told.is_empty() {
        return Vec::new();
    }
    let who = [(ACTOR, Said::Actor { actor: event.actor.clone() }), (REASON, Said::Reason { reason: event.reason.clone() })];
    who.into_iter().chain(told).map(|(part, said)| disclosed(event, part, said)).collect()
}

fn disclosed(event: &Event, part: u32, said: Said) -> BundlePart {
    let rewritten = event.seals.get(part as usize).is_some_and(|seal| seal.original.is_some());
    BundlePart { number: event.number, part, salt: event.salt_of(part as usize), rewritten, said }
}

/// Adds the erasures that vouch for what is told of those who were erased.
fn vouch(log: &Log, bundle: &mut EvidenceBundle) {
    let told: BTreeSet<(u32, u32)> = bundle.parts.iter().filter(|part| part.rewritten).map(|part| (part.number, part.part)).collect();
    for event in log.events.iter().filter(|event| event.rewritten.iter().any(|part| told.contains(&(part.number, part.part)))) {
        let part = event.parts().count().saturating_sub(1);
        let said = Said::Rewritten { rewritten: event.rewritten.clone() };
        bundle.parts.push(disclosed(event, u32::try_from(part).unwrap_or(u32::MAX), said));
    }
    bundle.parts.sort_by_key(|part| (part.number, part.part));
}

/// Checks a bundle by itself: that its entries follow each other up to `head`, that what it tells stands in them, and that its records
/// come of that.
///
/// `head` is the hash of the last event when the bundle was made, from somebody who is trusted; without it a bundle that was made up as
/// a whole does not show.
///
/// ```
/// let made_up = linkstar::EvidenceBundle::default();
/// assert!(!linkstar::verify_evidence(&made_up, None).intact);
/// ```
pub fn verify_evidence(bundle: &EvidenceBundle, head: Option<&str>) -> Verification {
    let last = bundle.entries.last().map(Entry::hash).unwrap_or_default();
    let events = u32::try_from(bundle.entries.len()).unwrap_or(u32::MAX);
    let truncated = |head: &str| fault(Code::LogTruncated, events, &[("head", head), ("found", &last)]);
    let fault = first_break(bundle)
        .or_else(|| first_untrue(bundle))
        .or_else(|| first_unfounded(bundle))
        .or_else(|| head.filter(|head| *head != last).map(truncated));
    Verification { intact: fault.is_none(), events, head: last, fault }
}

/// The first entry that does not follow the one before.
fn first_break(bundle: &EvidenceBundle) -> Option<Fault> {
    if bundle.entries.is_empty() {
        return Some(fault(Code::LogEmpty, 0, &[]));
    }
    let hashes: Vec<String> = bundle.entries.iter().map(Entry::hash).collect();
    for (place, entry) in (1_u32..).zip(&bundle.entries) {
        if entry.number != place {
            return Some(fault(Code::LogOrder, place, &[("found", &entry.number.to_string()), ("expected", &place.to_string())]));
        }
        let before = (place as usize).checked_sub(2).and_then(|before| hashes.get(before)).map_or("", String::as_str);
        if entry.previous != before {
            // Which of the two was altered, the one after this shows.
            let here = place as usize;
            let held = bundle.entries.get(here).map_or(bundle.head.as_str(), |next| next.previous.as_str());
            let itself = place == 1 || hashes.get(here - 1).is_some_and(|hash| hash != held);
            return Some(altered(if itself { place } else { place - 1 }));
        }
    }
    let last = u32::try_from(bundle.entries.len()).unwrap_or(u32::MAX);
    (hashes.last() != Some(&bundle.head)).then(|| altered(last))
}

/// The first part that the entry of its event does not hold.
fn first_untrue(bundle: &EvidenceBundle) -> Option<Fault> {
    let mut vouched: BTreeMap<(u32, u32), (u32, &str)> = BTreeMap::new();
    for part in &bundle.parts {
        if let Said::Rewritten { rewritten } = &part.said {
            vouched.extend(rewritten.iter().map(|told| ((told.number, told.part), (part.number, told.commitment.as_str()))));
        }
    }
    let holds = |part: &BundlePart| {
        let entry = bundle.entries.get((part.number as usize).checked_sub(1)?)?;
        let held = entry.parts.get(part.part as usize)?;
        let found = commitment(&part.salt, &part.said.text());
        let true_now = match vouched.get(&(part.number, part.part)).filter(|_| part.rewritten) {
            Some((by, expected)) => *by > part.number && entry_is(bundle, *by, "erasePerson") && found == *expected,
            None => !part.rewritten && found == *held,
        };
        (true_now && part.said.may_stand_at(part.part)).then_some(())
    };
    let order = bundle.parts.windows(2).find_map(|pair| match pair {
        [one, other] if (one.number, one.part) >= (other.number, other.part) => Some(other.number),
        _ => None,
    });
    let untrue = bundle.parts.iter().find(|part| holds(part).is_none()).map(|part| part.number);
    untrue.into_iter().chain(order).min().map(altered)
}

fn entry_is(bundle: &EvidenceBundle, number: u32, command: &str) -> bool {
    bundle.entries.iter().any(|entry| entry.number == number && entry.command == command)
}

/// The first record that the changes in the bundle do not come to, by the last event that tells of it.
fn first_unfounded(bundle: &EvidenceBundle) -> Option<Fault> {
    let mut now: BTreeMap<&RecordRef, (Option<Fields>, u32)> = BTreeMap::new();
    let listed: BTreeSet<&RecordRef> = bundle.records.iter().map(|record| &record.record).collect();
    for part in &bundle.parts {
        let Said::Change { change } = &part.said else { continue };
        let record = change.record();
        if !listed.contains(record) {
            continue;
        }
        let before = now.get(record).and_then(|(fields, _)| fields.clone());
        let Ok(after) = change.after(before) else { return Some(altered(part.number)) };
        now.insert(record, (after, part.number));
    }
    let twice = listed.len() != bundle.records.len();
    let unfounded = bundle.records.iter().find_map(|told| {
        let said = told.value.as_ref().map(Json::value);
        match now.get(&told.record) {
            Some((fields, number)) => (fields.clone().map(Value::Object) != said).then_some(*number),
            None => Some(1),
        }
    });
    unfounded.or(twice.then_some(1)).map(altered)
}
