//! Several packs as one: everything in them, found by its id.

use std::collections::BTreeMap;

use crate::error::{Code, Error, Result};
use crate::model::{
    Attribute, AttributeKind, Category, GateKind, LeadTime, Pack, PackCalendar, PackRef, Platform, Requirement, RetailMoment, Role, Route,
    Template,
};
use crate::pack::check;

/// Packs that fit together. What is in one of them, every later one may name.
#[derive(Debug)]
pub(crate) struct Library<'a> {
    pub(crate) packs: &'a [Pack],
    pub(crate) categories: Shelf<'a, Category>,
    pub(crate) attributes: Shelf<'a, Attribute>,
    pub(crate) platforms: Shelf<'a, Platform>,
    pub(crate) roles: Shelf<'a, Role>,
    pub(crate) gates: Shelf<'a, GateKind>,
    pub(crate) requirements: Shelf<'a, Requirement>,
    pub(crate) moments: Shelf<'a, RetailMoment>,
    pub(crate) calendars: Shelf<'a, PackCalendar>,
    pub(crate) lead_times: Shelf<'a, LeadTime>,
    pub(crate) routes: Shelf<'a, Route>,
    pub(crate) templates: Shelf<'a, Template>,
}

/// The records of one kind, in the order of the packs.
#[derive(Debug)]
pub(crate) struct Shelf<'a, T> {
    /// What a record of this kind is called in an error.
    kind: &'static str,
    /// The list of a pack in which such records stand.
    list: &'static str,
    records: Vec<Kept<'a, T>>,
    by_id: BTreeMap<&'a str, usize>,
    twice: Vec<usize>,
}

/// A record with its place.
#[derive(Debug)]
pub(crate) struct Kept<'a, T> {
    pub(crate) pack: usize,
    pub(crate) place: usize,
    pub(crate) id: &'a str,
    pub(crate) record: &'a T,
}

impl<T> Clone for Kept<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<'_, T> {}

impl<'a, T> Shelf<'a, T> {
    fn new(packs: &'a [Pack], kind: &'static str, list: &'static str, all: fn(&Pack) -> &Vec<T>, id: fn(&T) -> &str) -> Shelf<'a, T> {
        let records = packs.iter().enumerate().flat_map(|(pack, document)| {
            all(document).iter().enumerate().map(move |(place, record)| Kept { pack, place, id: id(record), record })
        });
        let mut shelf = Shelf { kind, list, records: records.collect(), by_id: BTreeMap::new(), twice: Vec::new() };
        for (place, kept) in shelf.records.iter().enumerate() {
            if shelf.by_id.contains_key(kept.id) {
                shelf.twice.push(place);
            } else {
                shelf.by_id.insert(kept.id, place);
            }
        }
        shelf
    }

    pub(crate) fn get(&self, id: &str) -> Option<&'a T> {
        self.kept(id).map(|kept| kept.record)
    }

    pub(crate) fn kept(&self, id: &str) -> Option<Kept<'a, T>> {
        self.records.get(*self.by_id.get(id)?).copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Kept<'a, T>> + '_ {
        self.records.iter().copied()
    }

    /// The record, or what else could have been meant.
    pub(crate) fn named(&self, id: &str) -> Result<&'a T> {
        self.get(id).ok_or_else(|| self.unknown(id))
    }

    pub(crate) fn unknown(&self, id: &str) -> Error {
        unknown(self.kind, id, self.records.iter().map(|kept| kept.id))
    }

    /// Where a record stands in the packs.
    pub(crate) fn path(&self, kept: &Kept<'a, T>) -> String {
        format!("/packs/{}/{}/{}", kept.pack, self.list, kept.place)
    }

    /// What has an id that another record of the kind has already.
    pub(crate) fn twice(&self) -> impl Iterator<Item = Error> + '_ {
        self.twice.iter().filter_map(|place| self.records.get(*place)).map(|kept| {
            let first = self.kept(kept.id).map(|first| self.path(&first)).unwrap_or_default();
            Error::new(Code::PackDuplicate, &[("kind", self.kind), ("id", kept.id), ("first", &first)])
                .at(format!("{}/id", self.path(kept)))
        })
    }
}

/// What is named and does not exist; the nearest names that do.
pub(crate) fn unknown<'n>(kind: &str, id: &str, known: impl Iterator<Item = &'n str>) -> Error {
    const MOST_NAMED: usize = 12;
    let mut names: Vec<&str> = known.collect();
    names.sort_by_key(|name| distance(name, id));
    names.truncate(MOST_NAMED);
    let known = if names.is_empty() { "–".to_owned() } else { names.join(", ") };
    Error::new(Code::PackUnknown, &[("kind", kind), ("id", id), ("known", &known)])
}

/// How unlike two ids are: letters that stand in only one of them.
fn distance(one: &str, other: &str) -> usize {
    let common = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let shared = other.split('-').filter(|word| word.len() > 2 && one.contains(word)).map(str::len).sum::<usize>();
    one.len().abs_diff(other.len()) + 2 * other.len().saturating_sub(common.max(shared))
}

impl<'a> Library<'a> {
    /// The packs as one.
    ///
    /// # Errors
    /// The first thing in them that does not fit together: a bad pack is refused as a whole.
    pub(crate) fn new(packs: &'a [Pack]) -> Result<Library<'a>> {
        let library = Library::indexed(packs);
        match check::problems(&library).into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(library),
        }
    }

    pub(crate) fn indexed(packs: &'a [Pack]) -> Library<'a> {
        Library {
            packs,
            categories: Shelf::new(packs, "category", "categories", |pack| &pack.categories, |category| category.id.as_str()),
            attributes: Shelf::new(packs, "attribute", "attributes", |pack| &pack.attributes, |attribute| attribute.id.as_str()),
            platforms: Shelf::new(packs, "platform", "platforms", |pack| &pack.platforms, |platform| platform.id.as_str()),
            roles: Shelf::new(packs, "role", "roles", |pack| &pack.roles, |role| role.id.as_str()),
            gates: Shelf::new(packs, "gate", "gates", |pack| &pack.gates, |gate| gate.id.as_str()),
            requirements: Shelf::new(packs, "requirement", "requirements", |pack| &pack.requirements, |rule| rule.id.as_str()),
            moments: Shelf::new(packs, "moment", "moments", |pack| &pack.moments, |moment| moment.id.as_str()),
            calendars: Shelf::new(packs, "calendar", "calendars", |pack| &pack.calendars, |calendar| calendar.id.as_str()),
            lead_times: Shelf::new(packs, "leadTime", "leadTimes", |pack| &pack.lead_times, |lead_time| lead_time.id.as_str()),
            routes: Shelf::new(packs, "route", "routes", |pack| &pack.routes, |route| route.id.as_str()),
            templates: Shelf::new(packs, "template", "templates", |pack| &pack.templates, |template| template.id.as_str()),
        }
    }

    /// An attribute of the packs, or a parameter of a template.
    pub(crate) fn attribute(&self, id: &str, template: Option<&'a Template>) -> Option<&'a Attribute> {
        let own = template.and_then(|template| template.parameters.iter().find(|parameter| parameter.id.as_str() == id));
        own.or_else(|| self.attributes.get(id))
    }

    /// The packs by name, version and content.
    pub(crate) fn names(&self) -> Vec<PackRef> {
        let name = |pack: &Pack| PackRef { id: pack.id.clone(), version: pack.version.clone(), hash: crate::document::hash(pack) };
        self.packs.iter().map(name).collect()
    }
}

/// Whether a value can be said of an attribute.
pub(crate) fn check_value(attribute: &Attribute, value: &str) -> Result<()> {
    let (fits, allowed) = match &attribute.kind {
        AttributeKind::YesNo {} => (matches!(value, "yes" | "no"), "yes, no".to_owned()),
        AttributeKind::Choice { options } => {
            let ids: Vec<&str> = options.iter().map(|option| option.id.as_str()).collect();
            (ids.contains(&value), ids.join(", "))
        }
        AttributeKind::Number { unit, least, most } => {
            let number = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
            let inside = |number: i64| least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
            let bound = |bound: Option<i64>| bound.map_or_else(|| "…".to_owned(), |bound| bound.to_string());
            (number.is_some_and(inside), format!("{} – {} ({unit})", bound(*least), bound(*most)))
        }
        AttributeKind::Day {} => (value.parse::<crate::time::Day>().is_ok(), "2027-11-26".to_owned()),
        AttributeKind::Text {} => (true, String::new()),
    };
    if fits {
        return Ok(());
    }
    Err(Error::new(Code::PackValue, &[("attribute", attribute.id.as_str()), ("value", value), ("allowed", &allowed)]))
}
