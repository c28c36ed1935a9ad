//! The records of a project, found by kind and id.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document;
use crate::error::{Code, Error, Result};
use crate::model::{
    Attachment, Baseline, ChecklistItem, Comment, Gate, Held, Json, Lesson, Link, LinkKind, Metric, MoneyLine, Project, Risk, Stage, Task,
};

/// What kind of record something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum RecordKind {
    /// The project itself, without the records in it.
    Project,
    /// A task.
    Task,
    /// A link.
    Link,
    /// A stage.
    Stage,
    /// A checklist item.
    Item,
    /// A gate.
    Gate,
    /// A metric.
    Metric,
    /// A risk.
    Risk,
    /// A money line.
    Money,
    /// A comment.
    Comment,
    /// An attachment.
    Attachment,
    /// A baseline.
    Baseline,
    /// A lesson.
    Lesson,
    /// A command that waits for approval.
    Held,
}

/// A record of a project.
///
/// ```
/// use linkstar::{LinkKind, RecordKind, RecordRef};
/// let ads = RecordRef::new(RecordKind::Task, "start-ads");
/// let grant_first = RecordRef::link("fcc", "start-ads", LinkKind::FinishToStart);
/// assert_eq!(grant_first.id, r#"["fcc","start-ads","FS"]"#);
/// # assert_eq!(ads.id, "start-ads");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordRef {
    /// What it is.
    pub kind: RecordKind,
    /// Its id; of a link, predecessor, successor and kind as a JSON array: `["fcc","start-ads","FS"]`.
    pub id: String,
}

impl RecordRef {
    /// A record by its kind and id.
    pub fn new(kind: RecordKind, id: &str) -> RecordRef {
        RecordRef { kind, id: id.to_owned() }
    }

    /// A link by its ends and kind.
    pub fn link(predecessor: &str, successor: &str, kind: LinkKind) -> RecordRef {
        RecordRef { kind: RecordKind::Link, id: document::canonical(&(predecessor, successor, kind)) }
    }
}

/// A type of records that a project has many of.
pub(crate) trait Record: Serialize + DeserializeOwned {
    const KIND: RecordKind;
    fn key(&self) -> String;
    fn all(project: &Project) -> &Vec<Self>;
    fn all_mut(project: &mut Project) -> &mut Vec<Self>;
}

macro_rules! records {
    ($($type:ident = $kind:ident in $field:ident, $name:literal, by $key:expr;)*) => {
        $(impl Record for $type {
            const KIND: RecordKind = RecordKind::$kind;
            fn key(&self) -> String {
                let key: fn(&$type) -> String = $key;
                key(self)
            }
            fn all(project: &Project) -> &Vec<$type> { &project.$field }
            fn all_mut(project: &mut Project) -> &mut Vec<$type> { &mut project.$field }
        })*

        impl RecordKind {
            /// The kinds of records that a project has many of.
            pub(crate) const MANY: &'static [RecordKind] = &[$(RecordKind::$kind),*];

            /// Its name, as it stands in a document.
            pub const fn name(self) -> &'static str {
                match self {
                    RecordKind::Project => "project",
                    $(RecordKind::$kind => $name,)*
                }
            }

            /// The list of a project in which they stand.
            pub(crate) const fn list(self) -> &'static str {
                match self {
                    RecordKind::Project => "",
                    $(RecordKind::$kind => stringify!($field),)*
                }
            }
        }

        /// The project without the records in it.
        pub(crate) fn header(project: &Project) -> Project {
            let Project {
                linkstar, id, name, translations, anchor, calendar, minutes_per_day, minutes_per_week, method, life, retrospective, origin, ext,
                $($field: _,)*
            } = project;
            Project {
                linkstar: *linkstar,
                translations: translations.clone(),
                minutes_per_day: *minutes_per_day,
                minutes_per_week: *minutes_per_week,
                method: method.clone(),
                life: *life,
                retrospective: retrospective.clone(),
                origin: origin.clone(),
                ext: ext.clone(),
                ..Project::new(id.as_str(), name, calendar.as_str(), *anchor)
            }
        }

        /// Gives a project another header.
        fn put_header(project: &mut Project, header: Project) {
            $(let $field = std::mem::take(&mut project.$field);)*
            *project = Project { $($field,)* ..header };
        }
    };
}

records! {
    Task = Task in tasks, "task", by |task| task.id.to_string();
    Link = Link in links, "link", by |link| RecordRef::link(link.predecessor.as_str(), link.successor.as_str(), link.kind).id;
    Stage = Stage in stages, "stage", by |stage| stage.id.to_string();
    ChecklistItem = Item in checklist, "item", by |item| item.id.to_string();
    Gate = Gate in gates, "gate", by |gate| gate.id.to_string();
    Metric = Metric in metrics, "metric", by |metric| metric.id.to_string();
    Risk = Risk in risks, "risk", by |risk| risk.id.to_string();
    MoneyLine = Money in money, "money", by |line| line.id.to_string();
    Comment = Comment in comments, "comment", by |comment| comment.id.to_string();
    Attachment = Attachment in attachments, "attachment", by |attachment| attachment.id.to_string();
    Baseline = Baseline in baselines, "baseline", by |baseline| baseline.id.to_string();
    Lesson = Lesson in lessons, "lesson", by |lesson| lesson.id.to_string();
    Held = Held in held, "held", by |held| held.id.to_string();
}

/// Runs a generic function for the type of a kind of records; the project itself is no such type.
macro_rules! for_kind {
    ($kind:expr, $run:ident($($argument:expr),*), project $project:expr) => {
        match $kind {
            RecordKind::Project => $project,
            RecordKind::Task => $run::<Task>($($argument),*),
            RecordKind::Link => $run::<Link>($($argument),*),
            RecordKind::Stage => $run::<Stage>($($argument),*),
            RecordKind::Item => $run::<ChecklistItem>($($argument),*),
            RecordKind::Gate => $run::<Gate>($($argument),*),
            RecordKind::Metric => $run::<Metric>($($argument),*),
            RecordKind::Risk => $run::<Risk>($($argument),*),
            RecordKind::Money => $run::<MoneyLine>($($argument),*),
            RecordKind::Comment => $run::<Comment>($($argument),*),
            RecordKind::Attachment => $run::<Attachment>($($argument),*),
            RecordKind::Baseline => $run::<Baseline>($($argument),*),
            RecordKind::Lesson => $run::<Lesson>($($argument),*),
            RecordKind::Held => $run::<Held>($($argument),*),
        }
    };
}

/// A record as JSON, its fields by name.
pub(crate) type Fields = Map<String, Value>;

/// A project whose records are found by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Records {
    project: Project,
    places: BTreeMap<RecordRef, usize>,
}

impl Records {
    /// # Errors
    /// Two records of one kind and id.
    pub(crate) fn new(project: Project) -> Result<Records> {
        fn keys<T: Record>(project: &Project) -> Vec<RecordRef> {
            T::all(project).iter().map(|record| RecordRef { kind: T::KIND, id: record.key() }).collect()
        }
        let mut places = BTreeMap::new();
        for kind in RecordKind::MANY {
            for (place, record) in for_kind!(kind, keys(&project), project Vec::new()).into_iter().enumerate() {
                match places.entry(record) {
                    Entry::Vacant(free) => free.insert(place),
                    Entry::Occupied(taken) => return Err(twice(taken.key()).at(format!("/project/{}/{place}", kind.list()))),
                };
            }
        }
        Ok(Records { project, places })
    }

    pub(crate) fn project(&self) -> &Project {
        &self.project
    }

    /// The place of a record in its list.
    pub(crate) fn place(&self, record: &RecordRef) -> Option<usize> {
        self.places.get(record).copied()
    }

    pub(crate) fn has(&self, record: &RecordRef) -> bool {
        record.kind == RecordKind::Project || self.places.contains_key(record)
    }

    /// The records of one kind, by their ids.
    pub(crate) fn of(&self, kind: RecordKind) -> impl Iterator<Item = &RecordRef> {
        let first = RecordRef { kind, id: String::new() };
        self.places.range(first..).map(|(record, _)| record).take_while(move |record| record.kind == kind)
    }

    /// A record of a type by its id.
    pub(crate) fn find<T: Record>(&self, id: &str) -> Option<&T> {
        let place = self.places.get(&RecordRef::new(T::KIND, id))?;
        T::all(&self.project).get(*place)
    }

    pub(crate) fn fields(&self, record: &RecordRef) -> Option<Fields> {
        fn of<T: Record>(project: &Project, place: Option<usize>) -> Option<Fields> {
            T::all(project).get(place?).map(fields_of)
        }
        let place = self.places.get(record).copied();
        for_kind!(record.kind, of(&self.project, place), project Some(fields_of(&header(&self.project))))
    }

    /// All records as JSON, the project itself first, the others by kind and id.
    pub(crate) fn all_json(&self) -> impl Iterator<Item = (RecordRef, Json)> {
        fn of<T: Record>(project: &Project, place: usize) -> Option<Json> {
            T::all(project).get(place).map(Json::of)
        }
        let project = (RecordRef::new(RecordKind::Project, self.project.id.as_str()), Json::of(&header(&self.project)));
        let inside = self.places.iter().filter_map(|(record, place)| {
            let json = for_kind!(record.kind, of(&self.project, *place), project None)?;
            Some((record.clone(), json))
        });
        std::iter::once(project).chain(inside)
    }

    /// The project as JSON records, the project itself first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (RecordRef, Fields)> {
        let project = RecordRef::new(RecordKind::Project, self.project.id.as_str());
        std::iter::once(project).chain(self.places.keys().cloned()).filter_map(|record| {
            let fields = self.fields(&record)?;
            Some((record, fields))
        })
    }

    /// The SHA-256 over all records, in whatever order they came to be.
    pub(crate) fn hash(&self) -> String {
        document::hash(&self.all().collect::<Vec<_>>())
    }

    pub(crate) fn add(&mut self, record: &RecordRef, fields: Value) -> Result<()> {
        self.add_json(record, &document::canonical(&fields))
    }

    /// Adds a record as its JSON tells it.
    pub(crate) fn add_json(&mut self, record: &RecordRef, json: &str) -> Result<()> {
        /// The place of the new record, unless it is called otherwise.
        fn push<T: Record>(project: &mut Project, json: &str, id: &str) -> Result<Option<usize>> {
            let record = document::read::<T>(json)?;
            if record.key() != id {
                return Ok(None);
            }
            T::all_mut(project).push(record);
            Ok(Some(T::all(project).len() - 1))
        }
        let Entry::Vacant(free) = self.places.entry(record.clone()) else { return Err(misfit(record)) };
        let place = for_kind!(record.kind, push(&mut self.project, json, &record.id), project Ok(None))?;
        free.insert(place.ok_or_else(|| misfit(record))?);
        Ok(())
    }

    pub(crate) fn remove(&mut self, record: &RecordRef) -> Result<()> {
        /// Takes the last record into the place of the one that goes; gives its key.
        fn take<T: Record>(project: &mut Project, place: usize) -> Option<String> {
            let all = T::all_mut(project);
            if place < all.len() {
                all.swap_remove(place);
            }
            all.get(place).map(T::key)
        }
        let place = self.places.remove(record).ok_or_else(|| misfit(record))?;
        if let Some(id) = for_kind!(record.kind, take(&mut self.project, place), project None) {
            self.places.insert(RecordRef { kind: record.kind, id }, place);
        }
        Ok(())
    }

    /// Exchanges the last link with the one at a place. So a link that was removed from there, and added again, stands as if nothing had
    /// happened.
    pub(crate) fn put_back_link(&mut self, place: usize) {
        let links = &mut self.project.links;
        let Some(last) = links.len().checked_sub(1).filter(|last| place < *last) else { return };
        links.swap(place, last);
        for place in [place, last] {
            if let Some(link) = links.get(place) {
                self.places.insert(RecordRef { kind: RecordKind::Link, id: link.key() }, place);
            }
        }
    }

    pub(crate) fn put(&mut self, record: &RecordRef, fields: Fields) -> Result<()> {
        fn put<T: Record>(project: &mut Project, place: Option<usize>, fields: Value) -> Result<bool> {
            let Some(slot) = place.and_then(|place| T::all_mut(project).get_mut(place)) else { return Ok(false) };
            let read = typed::<T>(fields)?;
            let same = read.key() == slot.key();
            if same {
                *slot = read;
            }
            Ok(same)
        }
        fn whole(project: &mut Project, fields: Value) -> Result<bool> {
            let read = typed::<Project>(fields)?;
            let fits = read.id == project.id && read == header(&read);
            if fits {
                put_header(project, read);
            }
            Ok(fits)
        }
        let place = self.places.get(record).copied();
        let fields = Value::Object(fields);
        let fits = for_kind!(record.kind, put(&mut self.project, place, fields), project whole(&mut self.project, fields))?;
        if fits { Ok(()) } else { Err(misfit(record)) }
    }
}

/// What a record of this kind says, read with its type; and the id that it has then.
///
/// # Errors
/// Fields that the type does not have, or values that do not fit them, by their place in the record.
pub(crate) fn canonical_fields(kind: RecordKind, fields: &Fields) -> Result<(String, Fields)> {
    fn read<T: Record>(fields: &Fields) -> Result<(String, Fields)> {
        let record = typed::<T>(Value::Object(fields.clone()))?;
        Ok((record.key(), fields_of(&record)))
    }
    fn whole(fields: &Fields) -> Result<(String, Fields)> {
        let project = typed::<Project>(Value::Object(fields.clone()))?;
        Ok((project.id.to_string(), fields_of(&header(&project))))
    }
    for_kind!(kind, read(fields), project whole(fields))
}

/// A record of a type.
///
/// # Errors
/// What does not fit the type, by its place in the record.
pub(crate) fn typed<T: DeserializeOwned>(fields: Value) -> Result<T> {
    // Through its text: a second kind of reader would double the code that reads documents.
    document::read(&document::canonical(&fields))
}

pub(crate) fn fields_of<T: Serialize>(record: &T) -> Fields {
    match document::tree(record) {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// Reads a value that is known to be an object, such as a whole record.
pub(crate) fn object(json: &Json) -> Option<Fields> {
    match json.value() {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

pub(crate) fn misfit(record: &RecordRef) -> Error {
    Error::new(Code::LogMisfit, &[("kind", record.kind.name()), ("id", &record.id)])
}

fn twice(record: &RecordRef) -> Error {
    Error::new(Code::RecordTwice, &[("kind", record.kind.name()), ("id", &record.id)])
}
