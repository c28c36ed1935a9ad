//! What is known of a product, and which conditions hold for it.
//!
//! A condition on what nobody has told is neither true nor false: it asks. What asks is planned as if it held, and shown, so that
//! silence never makes a duty disappear.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Error, Result};
use crate::model::{Answer, AttributeId, CategoryId, Clause, PlatformId, Requirement, Template, Test, Wanted};
use crate::pack::library::{Library, check_value, unknown};
use crate::pack::shape;

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    Yes,
    No,
    /// It depends on attributes of which nothing is known.
    Asks(BTreeSet<AttributeId>),
}

impl Truth {
    pub(crate) fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Asks(about) => Truth::Asks(about),
        }
    }

    /// One is enough.
    fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::No, other) | (other, Truth::No) => other,
            (Truth::Asks(one), Truth::Asks(other)) => Truth::Asks(&one | &other),
        }
    }

    /// All are needed.
    fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, other) | (other, Truth::Yes) => other,
            (Truth::Asks(one), Truth::Asks(other)) => Truth::Asks(&one | &other),
        }
    }
}

/// What is known of an attribute, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known<'a> {
    /// Who plans has said so.
    Said(&'a str),
    /// It is so for products of a category, or on a platform.
    Implied(&'a str),
    /// Nobody said anything, and it is taken for granted.
    Assumed(&'a str),
}

impl<'a> Known<'a> {
    pub(crate) fn value(self) -> &'a str {
        match self {
            Known::Said(value) | Known::Implied(value) | Known::Assumed(value) => value,
        }
    }
}

/// A product, who sells it where, and how it travels.
pub(crate) struct Product<'a> {
    pub(crate) categories: &'a [CategoryId],
    pub(crate) platforms: &'a [PlatformId],
    known: BTreeMap<&'a str, Known<'a>>,
    applies: BTreeMap<&'a str, Truth>,
}

impl<'a> Product<'a> {
    /// # Errors
    /// Unknown categories, platforms and attributes, values that an attribute cannot have, and two answers to one question; with
    /// their place in `wanted`.
    pub(crate) fn new(library: &Library<'a>, template: &'a Template, wanted: &'a Wanted) -> Result<Product<'a>> {
        let pick = |said: &'a [CategoryId], example| if said.is_empty() { example } else { said };
        let categories = pick(&wanted.categories, &template.example_categories[..]);
        let platforms = if wanted.platforms.is_empty() { &template.example_platforms[..] } else { &wanted.platforms[..] };
        let mut product = Product { categories, platforms, known: BTreeMap::new(), applies: BTreeMap::new() };
        for (place, answer) in wanted.answers.iter().enumerate() {
            product.answer(library, template, answer).map_err(|error| error.within(&format!("/wanted/answers/{place}")))?;
        }
        for (place, id) in categories.iter().enumerate() {
            let category = library.categories.named(id.as_str()).map_err(|error| error.at(format!("/wanted/categories/{place}")))?;
            product.imply(&category.implies);
        }
        for (place, id) in platforms.iter().enumerate() {
            let platform = library.platforms.named(id.as_str()).map_err(|error| error.at(format!("/wanted/platforms/{place}")))?;
            product.imply(&platform.implies);
        }
        let parameters = template.parameters.iter();
        for attribute in parameters.chain(library.attributes.iter().map(|kept| kept.record)) {
            if let Some(value) = &attribute.assumed {
                product.known.entry(attribute.id.as_str()).or_insert(Known::Assumed(value));
            }
        }
        for requirement in in_order(library) {
            let truth = product.asked_for(requirement);
            product.applies.insert(requirement.id.as_str(), truth);
        }
        Ok(product)
    }

    fn answer(&mut self, library: &Library<'a>, template: &'a Template, answer: &'a Answer) -> Result<()> {
        let Some(attribute) = library.attribute(answer.attribute.as_str(), Some(template)) else {
            let parameters = template.parameters.iter().map(|parameter| parameter.id.as_str());
            let known = parameters.chain(library.attributes.iter().map(|kept| kept.id));
            return Err(unknown("attribute", answer.attribute.as_str(), known).at("/attribute"));
        };
        check_value(attribute, &answer.value).map_err(|error| error.at("/value"))?;
        match self.known.insert(attribute.id.as_str(), Known::Said(&answer.value)) {
            Some(before) if before.value() != answer.value => {
                let args = [("attribute", attribute.id.as_str()), ("one", before.value()), ("other", &*answer.value)];
                Err(Error::new(Code::PackContradiction, &args).at("/value"))
            }
            _ => Ok(()),
        }
    }

    /// What is named first decides.
    fn imply(&mut self, answers: &'a [Answer]) {
        for answer in answers {
            self.known.entry(answer.attribute.as_str()).or_insert(Known::Implied(&answer.value));
        }
    }

    pub(crate) fn known(&self, attribute: &str) -> Option<Known<'a>> {
        self.known.get(attribute).copied()
    }

    /// What is known without having been said, and why.
    pub(crate) fn assumptions(&self) -> impl Iterator<Item = (&'a str, Known<'a>)> + '_ {
        self.known.iter().filter(|(_, known)| !matches!(known, Known::Said(_))).map(|(attribute, known)| (*attribute, *known))
    }

    /// Whether a requirement applies.
    pub(crate) fn applies(&self, requirement: &str) -> Truth {
        self.applies.get(requirement).cloned().unwrap_or(Truth::No)
    }

    fn asked_for(&self, requirement: &Requirement) -> Truth {
        let among = requirement.categories.is_empty() || requirement.categories.iter().any(|id| self.categories.contains(id));
        let sold = requirement.platforms.is_empty() || requirement.platforms.iter().any(|id| self.platforms.contains(id));
        if among && sold { self.holds(&requirement.when) } else { Truth::No }
    }

    /// Whether all clauses of a condition hold.
    pub(crate) fn holds(&self, condition: &[Clause]) -> Truth {
        let clause = |clause: &Clause| clause.any.iter().map(|test| self.test(test)).fold(Truth::No, Truth::or);
        condition.iter().map(clause).fold(Truth::Yes, Truth::and)
    }

    fn test(&self, test: &Test) -> Truth {
        match test {
            Test::Category { is } => Truth::from(self.categories.contains(is)),
            Test::NotCategory { is } => Truth::from(!self.categories.contains(is)),
            Test::Platform { is } => Truth::from(self.platforms.contains(is)),
            Test::Is { attribute, value } => self.compare(attribute, |known| known == value),
            Test::IsNot { attribute, value } => self.compare(attribute, |known| known != value),
            Test::AtLeast { attribute, value } => self.compare(attribute, |known| known.parse::<i64>().is_ok_and(|known| known >= *value)),
            Test::AtMost { attribute, value } => self.compare(attribute, |known| known.parse::<i64>().is_ok_and(|known| known <= *value)),
            Test::Requirement { applies } => self.applies(applies.as_str()),
            Test::NoRequirement { applies } => self.applies(applies.as_str()).not(),
        }
    }

    fn compare(&self, attribute: &AttributeId, holds: impl Fn(&str) -> bool) -> Truth {
        match self.known.get(attribute.as_str()) {
            Some(known) => Truth::from(holds(known.value())),
            None => Truth::Asks(BTreeSet::from([attribute.clone()])),
        }
    }
}

/// The requirements, each after those that it names: packs in which they name each other in a circle are refused.
fn in_order<'a>(library: &Library<'a>) -> Vec<&'a Requirement> {
    let all: Vec<&Requirement> = library.requirements.iter().map(|kept| kept.record).collect();
    sorted(&all).0
}

/// Requirements, each after those that it names; and those that name each other in a circle, or rest on some that do.
pub(crate) fn sorted<'a>(all: &[&'a Requirement]) -> (Vec<&'a Requirement>, Vec<&'a Requirement>) {
    let places: BTreeMap<&str, usize> = all.iter().enumerate().map(|(place, requirement)| (requirement.id.as_str(), place)).collect();
    let named = |requirement: &Requirement| {
        let tests = requirement.when.iter().flat_map(|clause| &clause.any);
        tests.filter_map(named_by).filter_map(|id| places.get(id).copied()).collect()
    };
    let waits_for: Vec<Vec<usize>> = all.iter().map(|requirement| named(requirement)).collect();
    let (done, stuck) = shape::in_order(&waits_for);
    let found = |places: Vec<usize>| places.into_iter().filter_map(|place| all.get(place).copied()).collect();
    (found(done), found(stuck))
}

fn named_by(test: &Test) -> Option<&str> {
    match test {
        Test::Requirement { applies } | Test::NoRequirement { applies } => Some(applies.as_str()),
        Test::Category { .. }
        | Test::NotCategory { .. }
        | Test::Platform { .. }
        | Test::Is { .. }
        | Test::IsNot { .. }
        | Test::AtLeast { .. }
        | Test::AtMost { .. } => None,
    }
}
