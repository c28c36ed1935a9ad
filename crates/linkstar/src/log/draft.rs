//! A draft: what a command would make different, before it is decided.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::document;
use crate::error::{Code, Error, Result};
use crate::log::change::Change;
use crate::log::record::{Fields, Record, RecordKind, RecordRef, Records, canonical_fields, typed};
use crate::model::Json;

/// The records of a project with the changes of one command laid over them.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'s> {
    pub(crate) before: &'s Records,
    /// The records that become different, as they will be; nothing for those that go.
    touched: BTreeMap<RecordRef, Option<Fields>>,
    changes: Vec<Change>,
}

impl<'s> Draft<'s> {
    pub(crate) fn new(before: &'s Records) -> Draft<'s> {
        Draft { before, touched: BTreeMap::new(), changes: Vec::new() }
    }

    /// A draft of changes that are known to fit.
    pub(crate) fn of(before: &'s Records, after: &Records, changes: Vec<Change>) -> Draft<'s> {
        let touched = changes.iter().map(|change| (change.record().clone(), after.fields(change.record()))).collect();
        Draft { before, touched, changes }
    }

    /// Makes another draft's changes after its own: they touch other records.
    pub(crate) fn follow(&mut self, other: Draft<'_>) {
        self.touched.extend(other.touched);
        self.changes.extend(other.changes);
    }

    pub(crate) fn changes(&self) -> &[Change] {
        &self.changes
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// The records that are there afterwards and were not so before.
    pub(crate) fn made(&self) -> impl Iterator<Item = (&RecordRef, &Fields)> {
        self.touched.iter().filter_map(|(record, fields)| Some((record, fields.as_ref()?)))
    }

    /// The records that are given the values which they have already.
    pub(crate) fn unchanged(&self) -> impl Iterator<Item = &RecordRef> {
        self.touched.keys().filter(|record| self.changes.iter().all(|change| change.record() != *record))
    }

    pub(crate) fn fields(&self, record: &RecordRef) -> Option<Fields> {
        match self.touched.get(record) {
            Some(fields) => fields.clone(),
            None => self.before.fields(record),
        }
    }

    pub(crate) fn has(&self, record: &RecordRef) -> bool {
        self.touched.get(record).map_or_else(|| self.before.has(record), Option::is_some)
    }

    /// A record as it will be.
    pub(crate) fn find<T: Record + Clone>(&self, id: &str) -> Option<T> {
        match self.touched.get(&RecordRef::new(T::KIND, id)) {
            Some(fields) => typed(fields.clone()?.into()).ok(),
            None => self.before.find::<T>(id).cloned(),
        }
    }

    /// Gives a record other fields.
    ///
    /// # Errors
    /// No such record; fields that its type does not have, values that do not fit them, another id, by their place in the record.
    pub(crate) fn edit(&mut self, record: &RecordRef, edit: impl FnOnce(&mut Fields)) -> Result<()> {
        let old = self.fields(record).ok_or_else(|| unknown(record))?;
        let mut new = old.clone();
        edit(&mut new);
        let (id, new) = canonical_fields(record.kind, &new)?;
        if id != record.id {
            return Err(Error::new(Code::FieldProtected, &[("field", "id"), ("kind", record.kind.name()), ("instead", "`add`, `remove`")]));
        }
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for field in names {
            let (before, after) = (old.get(field), new.get(field));
            if before != after {
                let [before, after] = [before, after].map(|value| value.map(Json::from));
                self.changes.push(Change::Set { record: record.clone(), field: field.clone(), before, after });
            }
        }
        self.touched.insert(record.clone(), Some(new));
        Ok(())
    }

    /// Gives one field of a record another value, or none.
    ///
    /// # Errors
    /// As for [`Draft::edit`].
    pub(crate) fn set<T: Serialize>(&mut self, record: &RecordRef, field: &str, value: Option<&T>) -> Result<()> {
        self.edit(record, |fields| {
            match value {
                Some(value) => fields.insert(field.to_owned(), document::tree(value)),
                None => fields.remove(field),
            };
        })
    }

    /// Puts one more at the end of a list of a record.
    ///
    /// # Errors
    /// No such record.
    pub(crate) fn list<T: Serialize>(&mut self, record: &RecordRef, field: &str, value: &T) -> Result<()> {
        let mut fields = self.fields(record).ok_or_else(|| unknown(record))?;
        let value = document::tree(value);
        if let Value::Array(list) = fields.entry(field.to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(value.clone());
        }
        self.changes.push(Change::Listed { record: record.clone(), field: field.to_owned(), value: Json::from(&value) });
        self.touched.insert(record.clone(), Some(fields));
        Ok(())
    }

    /// Takes one out of a list of a record: the last that says this.
    ///
    /// # Errors
    /// No such record.
    pub(crate) fn unlist<T: Serialize>(&mut self, record: &RecordRef, field: &str, value: &T) -> Result<()> {
        let change = Change::Unlisted { record: record.clone(), field: field.to_owned(), value: Json::of(value) };
        self.touched.insert(record.clone(), self.before.changed(&change)?);
        self.changes.push(change);
        Ok(())
    }

    /// Adds a record; gives what it is called.
    ///
    /// # Errors
    /// One is there already, or was there once; fields that its type does not have, or values that do not fit them.
    pub(crate) fn add(&mut self, kind: RecordKind, fields: &Fields) -> Result<RecordRef> {
        let (id, fields) = canonical_fields(kind, fields)?;
        let record = RecordRef { kind, id };
        if self.has(&record) {
            return Err(Error::new(Code::RecordTwice, &[("kind", kind.name()), ("id", &record.id)]));
        }
        self.changes.push(Change::Added { record: record.clone(), value: Json::from(&Value::Object(fields.clone())) });
        self.touched.insert(record.clone(), Some(fields));
        Ok(record)
    }

    /// Removes a record.
    ///
    /// # Errors
    /// No such record.
    pub(crate) fn remove(&mut self, record: &RecordRef) -> Result<()> {
        let fields = self.fields(record).ok_or_else(|| unknown(record))?;
        self.changes.push(Change::Removed { record: record.clone(), value: Json::from(&Value::Object(fields)) });
        self.touched.insert(record.clone(), None);
        Ok(())
    }

    /// The records as they will be.
    ///
    /// # Errors
    /// Changes that do not fit: they were not made by this draft.
    pub(crate) fn after(&self) -> Result<Records> {
        let mut after = self.before.clone();
        self.changes.iter().try_for_each(|change| after.apply(change))?;
        Ok(after)
    }
}

pub(crate) fn unknown(record: &RecordRef) -> Error {
    Error::new(Code::RecordUnknown, &[("kind", record.kind.name()), ("id", &record.id)])
}
