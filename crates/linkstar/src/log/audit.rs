//! Looking back: what a field said and who wrote it, and what became different between two moments.
//!
//! The log holds every change with the value before it, so that nothing here needs more than to read on. What a person wrote who was
//! erased since reads as the log says now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Code, Error, Result};
use crate::log::draft::unknown;
use crate::log::event::{Event, Log, State};
use crate::log::record::{Fields, RecordRef};
use crate::model::{Json, MemberId};
use crate::time::Timestamp;

/// The values of a field, or of a whole record, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct History {
    /// The values, in the order in which they were given.
    pub entries: Vec<HistoryEntry>,
}

/// A value that a field had, or a whole record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HistoryEntry {
    /// The number of the event that gave it.
    pub number: u32,
    /// Since when it holds.
    pub at: Timestamp,
    /// Who gave it.
    pub actor: MemberId,
    /// By which kind of command.
    pub command: String,
    /// The value; absent where there was none from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub value: Option<Json>,
}

/// Every value that a field of a record has had, or without a field the whole record, each with its author; with an instant only the one
/// that held then.
///
/// # Errors
/// A record that the log never names, and changes that do not fit each other, by their place in the log.
///
/// ```
/// # use linkstar::{Log, RecordKind, RecordRef, Result, history};
/// # fn show(log: &Log) -> Result<()> {
/// let photos = RecordRef::new(RecordKind::Task, "photos");
/// for entry in history(log, &photos, Some("duration"), None)?.entries {
///     println!("{} since {}, by {}", entry.value.map_or("-".to_owned(), |value| value.as_str().to_owned()), entry.at, entry.actor);
/// }
/// # Ok(())
/// # }
/// ```
pub fn history(log: &Log, record: &RecordRef, field: Option<&str>, at: Option<Timestamp>) -> Result<History> {
    let (mut entries, mut now, mut named) = (Vec::new(), None::<Fields>, false);
    for (place, event) in log.events.iter().enumerate() {
        let about = event.changes.iter().filter(|change| change.record() == record);
        let (mut after, mut touched) = (None, false);
        for change in about {
            let before = if touched { after } else { now.clone() };
            after = change.after(before).map_err(|error| error.within(&format!("/log/events/{place}")))?;
            touched = true;
        }
        if !touched {
            continue;
        }
        named = true;
        if value_of(now.as_ref(), field) != value_of(after.as_ref(), field) {
            entries.push(HistoryEntry {
                number: event.number,
                at: event.at,
                actor: event.actor.clone(),
                command: event.command.clone(),
                value: value_of(after.as_ref(), field).as_ref().map(Json::from),
            });
        }
        now = after;
    }
    if !named {
        return Err(unknown(record).at("/record"));
    }
    if let Some(at) = at {
        let held = entries.partition_point(|entry: &HistoryEntry| entry.at <= at);
        entries.truncate(held);
        entries.drain(..held.saturating_sub(1));
    }
    Ok(History { entries })
}

fn value_of(fields: Option<&Fields>, field: Option<&str>) -> Option<Value> {
    match field {
        Some(field) => fields?.get(field).cloned(),
        None => fields.cloned().map(Value::Object),
    }
}

/// What is different between two moments, all in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Diff {
    /// The records that are different, by kind and id.
    pub records: Vec<DiffRecord>,
}

/// A record that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiffRecord {
    /// Which.
    pub record: RecordRef,
    /// What became of it.
    pub change: DiffKind,
    /// Its fields that are different, by name.
    pub fields: Vec<DiffField>,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum DiffKind {
    /// It is there now, and was not.
    Added,
    /// It was there, and is not any more.
    Removed,
    /// It says something else.
    Changed,
}

/// A field that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DiffField {
    /// Its name in JSON.
    pub field: String,
    /// What it said; absent where it said nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub before: Option<Json>,
    /// What it says; absent where it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub after: Option<Json>,
    /// Who changed it last.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
    /// The number of that event.
    pub number: u32,
}

/// What is different between two moments, field by field, each with the author of its last change. What was changed and changed back is
/// not different; before its first event a project has no records.
///
/// # Errors
/// Moments in the wrong order, a log that cannot be replayed.
///
/// ```
/// # use linkstar::{Log, Result, diff};
/// # fn show(log: &Log) -> Result<()> {
/// // What has become of the launch since Monday's meeting?
/// for record in diff(log, "2027-03-01T02:00:00Z".parse()?, "2027-03-08T02:00:00Z".parse()?)?.records {
///     println!("{} {}: {} fields", record.record.kind.name(), record.record.id, record.fields.len());
/// }
/// # Ok(())
/// # }
/// ```
pub fn diff(log: &Log, from: Timestamp, to: Timestamp) -> Result<Diff> {
    if to < from {
        let args = [("start", &*from.to_string()), ("finish", &to.to_string())];
        return Err(Error::new(Code::TimeRangeReversed, &args).at("/to"));
    }
    let until = |moment: Timestamp| log.events.iter().take_while(|event| event.at <= moment).count();
    let (first, last) = (until(from), until(to));
    let (earlier, between) = (log.events.iter().take(first), log.events.iter().take(last).skip(first));
    let mut state = None;
    for event in earlier {
        advance(&mut state, event)?;
    }
    let before = state.clone();
    let mut touched: BTreeMap<&RecordRef, BTreeMap<Option<&str>, &Event>> = BTreeMap::new();
    for event in between {
        advance(&mut state, event)?;
        for change in &event.changes {
            touched.entry(change.record()).or_default().insert(change.field(), event);
        }
    }
    let fields = |state: &Option<State>, record: &RecordRef| state.as_ref().and_then(|state| state.records.fields(record));
    let compared = touched.into_iter().filter_map(|(record, last)| {
        let (before, after) = (fields(&before, record), fields(&state, record));
        let change = match (&before, &after) {
            (None, Some(_)) => DiffKind::Added,
            (Some(_), None) => DiffKind::Removed,
            (Some(_), Some(_)) => DiffKind::Changed,
            (None, None) => return None,
        };
        let fields = different(&before.unwrap_or_default(), &after.unwrap_or_default(), &last);
        (!fields.is_empty()).then(|| DiffRecord { record: record.clone(), change, fields })
    });
    Ok(Diff { records: compared.collect() })
}

fn advance(state: &mut Option<State>, event: &Event) -> Result<()> {
    let place = event.number.saturating_sub(1);
    let done = match state {
        Some(state) => state.apply(event),
        None => State::first(event).map(|first| *state = Some(first)),
    };
    done.map_err(|error| error.within(&format!("/log/events/{place}")))
}

/// The fields that differ, with the event that changed each last: by itself, or with the whole record.
pub(crate) fn different(before: &Fields, after: &Fields, last: &BTreeMap<Option<&str>, &Event>) -> Vec<DiffField> {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = names.into_iter().filter(|field| before.get(*field) != after.get(*field));
    let told = differ.filter_map(|field| {
        let events = [last.get(&Some(field.as_str())), last.get(&None)];
        let event = events.into_iter().flatten().max_by_key(|event| event.number)?;
        Some(DiffField {
            field: field.clone(),
            before: before.get(field).map(Json::from),
            after: after.get(field).map(Json::from),
            by: event.actor.clone(),
            at: event.at,
            number: event.number,
        })
    });
    told.collect()
}
