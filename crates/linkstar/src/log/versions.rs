//! Versions: which event was the last to touch each field of each record.
//!
//! Two people who change different fields do not get in each other's way; two who change the same one do, and so do one who changes a
//! field and one who removes the record. What comes to a list, such as a reading of a metric or a piece of evidence, gets in the way of
//! who gives the list another value, but not of what else comes to it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::log::change::Change;
use crate::log::event::Event;
use crate::log::fit;
use crate::log::record::{Fields, RecordKind, RecordRef, object};

/// Where in a record something became different.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// The record came or went.
    Whole,
    /// A field has another value.
    Field(String),
    /// A list has one more.
    End(String),
}

impl Place {
    pub(crate) fn of(change: &Change) -> Place {
        match change {
            Change::Added { .. } | Change::Removed { .. } => Place::Whole,
            // How far a task is rests on its having begun, and is reported with that.
            Change::Set { record: RecordRef { kind: RecordKind::Task, .. }, field, .. } if field == "percentComplete" => {
                Place::Field("progress".to_owned())
            }
            Change::Set { field, .. } | Change::Unlisted { field, .. } => Place::Field(field.clone()),
            Change::Listed { field, .. } => Place::End(field.clone()),
        }
    }

    /// Whether two who changed these got in each other's way.
    pub(crate) fn meets(&self, other: &Place) -> bool {
        match (self, other) {
            (Place::Whole, _) | (_, Place::Whole) => true,
            (Place::End(_), Place::End(_)) => false,
            (Place::Field(one) | Place::End(one), Place::Field(other) | Place::End(other)) => one == other,
        }
    }
}

/// The last event at each place of each record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Versions {
    last: BTreeMap<RecordRef, BTreeMap<Place, u32>>,
}

impl Versions {
    pub(crate) fn note(&mut self, event: &Event) {
        for change in &event.changes {
            self.last.entry(change.record().clone()).or_default().insert(Place::of(change), event.number);
        }
    }

    /// The events that touched what these changes touch.
    pub(crate) fn touching(&self, changes: &[Change]) -> BTreeSet<u32> {
        let found = changes.iter().flat_map(|change| {
            let place = Place::of(change);
            let there = self.last.get(change.record()).into_iter().flatten();
            there.filter(move |(other, _)| place.meets(other)).map(|(_, number)| *number)
        });
        found.collect()
    }

    /// The events that touched a record, wherever.
    pub(crate) fn of(&self, record: &RecordRef) -> impl Iterator<Item = u32> {
        self.last.get(record).into_iter().flatten().map(|(_, number)| *number)
    }

    /// The event in which a record last came or went.
    pub(crate) fn whole(&self, record: &RecordRef) -> Option<u32> {
        self.last.get(record)?.get(&Place::Whole).copied()
    }
}

/// The records that are named by what a change brings in, each with the field that names it.
pub(crate) fn names(change: &Change) -> Vec<(&'static str, RecordRef)> {
    let of = |kind: RecordKind, field: &str, value: Value| fit::named(kind, &Fields::from_iter([(field.to_owned(), value)]));
    match change {
        Change::Added { record, value } => fit::named(record.kind, &object(value).unwrap_or_default()),
        Change::Set { record, field, after: Some(value), .. } => of(record.kind, field, value.value()),
        Change::Listed { record, field, value } => of(record.kind, field, Value::Array(vec![value.value()])),
        Change::Set { after: None, .. } | Change::Removed { .. } | Change::Unlisted { .. } => Vec::new(),
    }
}
