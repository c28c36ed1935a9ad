//! Lists that are empty most of the time.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

/// A list that most records leave empty: an empty one is as large as a pointer, and takes no memory of its own.
///
/// It reads like a slice and is filled like a `Vec`, into which it turns, and from which it is made.
///
/// ```
/// use linkstar::Task;
/// let mut photos = Task::new("photos", "Photos approved");
/// photos.tags.push("platform:amazon".to_owned());
/// photos.helpers = vec!["li.wei".into()].into();
/// assert_eq!((photos.tags.len(), photos.helpers[0].as_str(), photos.splits.is_empty()), (1, "li.wei", true));
/// ```
#[derive(Clone)]
#[expect(clippy::box_collection, reason = "a list is to be as small as a pointer")]
pub struct List<T>(Option<Box<Vec<T>>>);

impl<T> List<T> {
    /// An empty list.
    pub const fn new() -> List<T> {
        List(None)
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// All that is in it.
    pub fn as_slice(&self) -> &[T] {
        self.0.as_ref().map_or(&[], |list| list.as_slice())
    }

    /// Puts one more at its end.
    pub fn push(&mut self, item: T) {
        self.0.get_or_insert_default().push(item);
    }
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List::new()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> DerefMut for List<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_mut().map_or(&mut [], |list| list.as_mut_slice())
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T> From<Vec<T>> for List<T> {
    fn from(list: Vec<T>) -> List<T> {
        List((!list.is_empty()).then(|| Box::new(list)))
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Vec<T> {
        list.0.map_or_else(Vec::new, |list| *list)
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> List<T> {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Extend<T> for List<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        self.0.get_or_insert_default().extend(items);
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> std::vec::IntoIter<T> {
        Vec::from(self).into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> std::slice::Iter<'a, T> {
        self.as_slice().iter()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<List<T>, D::Error> {
        Vec::deserialize(deserializer).map(List::from)
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Vec::<T>::schema_name()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<T>::json_schema(generator)
    }
}
