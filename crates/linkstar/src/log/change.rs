//! Changes: what an event says, field by field.
//!
//! A change adds a record, removes one, or gives one field of one record another value, and carries the value before. So a change can
//! be undone, two changes can be seen to touch the same field or not, and the value of any field at any moment is found by reading on.
//! Applying a change never decides anything.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Result;
use crate::log::record::{Fields, RecordRef, Records, misfit, object};
use crate::model::Json;

/// One thing that became different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Change {
    /// A record is there.
    Added {
        /// Which.
        record: RecordRef,
        /// What it says.
        value: Json,
    },
    /// A record is not there any more.
    Removed {
        /// Which.
        record: RecordRef,
        /// What it said.
        value: Json,
    },
    /// A field has another value.
    Set {
        /// Of which record.
        record: RecordRef,
        /// The field, by its name in JSON.
        field: String,
        /// The value before; absent where there was none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        before: Option<Json>,
        /// The value from now on; absent where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        after: Option<Json>,
    },
    /// A list has one more at its end, such as another reading of a metric.
    Listed {
        /// Of which record.
        record: RecordRef,
        /// The list, by its name in JSON.
        field: String,
        /// What came to it.
        value: Json,
    },
    /// A list has lost the last one that said this.
    Unlisted {
        /// Of which record.
        record: RecordRef,
        /// The list, by its name in JSON.
        field: String,
        /// What went.
        value: Json,
    },
}

impl Change {
    /// The record that became different.
    pub const fn record(&self) -> &RecordRef {
        match self {
            Change::Added { record, .. }
            | Change::Removed { record, .. }
            | Change::Set { record, .. }
            | Change::Listed { record, .. }
            | Change::Unlisted { record, .. } => record,
        }
    }

    /// The field that became different; none where the whole record did.
    pub fn field(&self) -> Option<&str> {
        match self {
            Change::Added { .. } | Change::Removed { .. } => None,
            Change::Set { field, .. } | Change::Listed { field, .. } | Change::Unlisted { field, .. } => Some(field),
        }
    }

    /// The change that takes this one back.
    pub(crate) fn inverse(self) -> Change {
        match self {
            Change::Added { record, value } => Change::Removed { record, value },
            Change::Removed { record, value } => Change::Added { record, value },
            Change::Set { record, field, before, after } => Change::Set { record, field, before: after, after: before },
            Change::Listed { record, field, value } => Change::Unlisted { record, field, value },
            Change::Unlisted { record, field, value } => Change::Listed { record, field, value },
        }
    }
}

impl Records {
    /// Makes one thing different.
    ///
    /// # Errors
    /// A change that does not fit what is there: the log is not that of this project, or was tampered with.
    pub(crate) fn apply(&mut self, change: &Change) -> Result<()> {
        let record = change.record();
        match change {
            Change::Added { value, .. } => self.add_json(record, value.as_str()),
            Change::Removed { value, .. } => {
                if self.fields(record) != object(value) {
                    return Err(misfit(record));
                }
                self.remove(record)
            }
            _ => {
                let fields = self.changed(change)?.ok_or_else(|| misfit(record))?;
                self.put(record, fields)
            }
        }
    }

    /// What a record says after a change of one of its fields; nothing where the whole record is not there then.
    ///
    /// # Errors
    /// A change that does not fit what is there.
    pub(crate) fn changed(&self, change: &Change) -> Result<Option<Fields>> {
        let record = change.record();
        let fields = self.fields(record).ok_or_else(|| misfit(record))?;
        match change {
            Change::Added { .. } | Change::Removed { .. } => Ok(None),
            _ => change.after(Some(fields)),
        }
    }
}

impl Change {
    /// What the record says after it, when it said this before; nothing where the record is not there.
    ///
    /// # Errors
    /// A change that does not fit what was there.
    pub(crate) fn after(&self, before: Option<Fields>) -> Result<Option<Fields>> {
        let misfit = || misfit(self.record());
        let mut fields = match (self, before) {
            (Change::Added { value, .. }, None) => return object(value).map(Some).ok_or_else(misfit),
            (Change::Removed { value, .. }, before) if before.is_some() && before == object(value) => return Ok(None),
            (Change::Added { .. } | Change::Removed { .. }, _) | (_, None) => return Err(misfit()),
            (Change::Set { .. } | Change::Listed { .. } | Change::Unlisted { .. }, Some(fields)) => fields,
        };
        match self {
            Change::Added { .. } | Change::Removed { .. } => {}
            Change::Set { field, before, after, .. } => {
                if fields.get(field) != before.as_ref().map(Json::value).as_ref() {
                    return Err(misfit());
                }
                match after {
                    Some(value) => fields.insert(field.clone(), value.value()),
                    None => fields.remove(field),
                };
            }
            Change::Listed { field, value, .. } => match fields.entry(field.clone()).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(value.value()),
                _ => return Err(misfit()),
            },
            Change::Unlisted { field, value, .. } => {
                let Some(Value::Array(list)) = fields.get_mut(field) else { return Err(misfit()) };
                let gone = value.value();
                let place = list.iter().rposition(|item| *item == gone).ok_or_else(misfit)?;
                list.remove(place);
                // As a record says nothing of a list in which nothing is.
                if list.is_empty() {
                    fields.remove(field);
                }
            }
        }
        Ok(Some(fields))
    }
}
