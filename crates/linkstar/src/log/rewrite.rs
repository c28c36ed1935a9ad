//! Rewriting: one walk over everything that a log or a directory says, which knows what each text is.
//!
//! People stand in fields of their own, words are what somebody wrote, terms are words that others are compared with, and by ids the host
//! knows its records. All else, such as dates and kinds, speaks of nobody.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document;
use crate::error::Result;
use crate::log::fit;
use crate::log::record::typed;

/// What a text is, by the field in which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Person,
    Words,
    Terms,
    Id,
    Other,
}

/// The fields of an event, beside those of records, in which people are named.
const PEOPLE_OF_EVENTS: &[&str] = &["actor", "responsible", "escalation"];
const WORDS: &[&str] = &["name", "text", "reason", "summary", "trigger", "response", "approval", "subject", "argument", "json", "source"];
/// The fields that hold ids of the host's.
const IDS: &[&str] = &[
    "id",
    "parent",
    "stage",
    "stages",
    "predecessor",
    "successor",
    "after",
    "producer",
    "task",
    "tasks",
    "item",
    "metric",
    "gate",
    "answers",
    "calendar",
    "base",
    "role",
    "roles",
    "held",
    "projects",
    "mediaType",
    "key",
];
const TERMS: &[&str] = &["needs", "evidence", "tags", "skills", "entities", "entity", "tag", "platforms"];

impl Sort {
    fn of(field: &str) -> Sort {
        match field {
            field if fit::PEOPLE.contains(&field) || PEOPLE_OF_EVENTS.contains(&field) => Sort::Person,
            field if WORDS.contains(&field) => Sort::Words,
            field if TERMS.contains(&field) => Sort::Terms,
            field if IDS.contains(&field) => Sort::Id,
            _ => Sort::Other,
        }
    }
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Here<'h> {
    pub(crate) field: &'h str,
    /// Whether whoever the rewriter looks for has written it.
    pub(crate) own: bool,
    /// Whether a file is told of: only there a name is somebody's own words.
    pub(crate) file: bool,
}

/// What takes the place of what is there.
pub(crate) trait Rewriter {
    /// Another text, or nothing where it stays.
    fn text(&mut self, sort: Sort, here: Here<'_>, text: &str) -> Option<String>;

    /// Whether what this person has written is treated as such.
    fn owns(&self, by: &str) -> bool;

    /// Whether amounts of money go.
    fn without_amounts(&self) -> bool {
        false
    }
}

/// Rewrites a value of a type.
///
/// # Errors
/// What was made is no such value any more.
pub(crate) fn rewrite<T: Serialize + DeserializeOwned>(value: &T, here: Here<'_>, rewriter: &mut impl Rewriter) -> Result<T> {
    let mut json = document::tree(value);
    walk(&mut json, here, rewriter);
    typed(json)
}

/// Rewrites all texts of a value. Its depth is bounded by that of documents.
pub(crate) fn walk(value: &mut Value, here: Here<'_>, rewriter: &mut impl Rewriter) {
    match value {
        Value::String(text) => {
            if let Some(new) = rewriter.text(Sort::of(here.field), here, text) {
                *text = new;
            }
        }
        Value::Number(amount) if here.field == "minor" && rewriter.without_amounts() => *amount = 0.into(),
        Value::Array(list) => list.iter_mut().for_each(|item| walk(item, here, rewriter)),
        Value::Object(fields) => {
            let text = |field: &str| fields.get(field).and_then(Value::as_str);
            let by = text("by").map(|by| rewriter.owns(by));
            // A change of a field, and a wish for one, say beside the value what it is of.
            let of = text("field").map(str::to_owned);
            let of_file = fields.get("record").and_then(|record| record.get("kind")).and_then(Value::as_str) == Some("attachment");
            let (own, file) = (by.unwrap_or(here.own), here.file || of_file || fields.contains_key("digest"));
            for (key, inner) in fields.iter_mut() {
                let field = match (key.as_str(), &of) {
                    ("value" | "before" | "after", Some(of)) => of.as_str(),
                    // A piece of evidence is of a kind in the words of who asks for it.
                    ("kind", _) if by.is_some() => "evidence",
                    // An argument of a sentence is called by the engine.
                    ("name", _) if here.field == "args" => continue,
                    ("value", _) if here.field == "args" => "argument",
                    (key, _) => key,
                };
                walk(inner, Here { field, own: own && here.field != "args", file }, rewriter);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// People as they occur in what others wrote: by id and by name.
#[derive(Debug, Default)]
pub(crate) struct Occurrences {
    /// What is looked for, and what takes its place.
    wanted: Vec<(String, String)>,
    /// Ids and names of others which hold such a text.
    longer: Vec<String>,
}

impl Occurrences {
    /// `all` are the ids and names of everybody.
    pub(crate) fn new(mut wanted: Vec<(String, String)>, all: impl Iterator<Item = String>) -> Occurrences {
        wanted.retain(|(text, _)| text.chars().any(char::is_alphanumeric));
        // Of two that begin at one place the longer is meant.
        wanted.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        let holds = |longer: &String| wanted.iter().any(|(text, _)| longer.contains(text)) && wanted.iter().all(|(text, _)| text != longer);
        let longer = all.filter(holds).collect();
        Occurrences { wanted, longer }
    }

    /// Whether a text may hold one of them. `escaped` is the text as it stands in JSON.
    pub(crate) fn may_be_in(&self, escaped: &str) -> bool {
        let written = |text: &String| document::canonical(&text.to_ascii_lowercase());
        let escaped = escaped.to_ascii_lowercase();
        self.wanted.iter().any(|(text, _)| escaped.contains(written(text).trim_matches('"')))
    }

    /// The text with each of them replaced; nothing where none occurs.
    pub(crate) fn replaced(&self, text: &str) -> Option<String> {
        let small = text.to_ascii_lowercase();
        if !self.wanted.iter().any(|(wanted, _)| small.contains(&wanted.to_ascii_lowercase())) {
            return None;
        }
        let spans = |other: &String| text.match_indices(other.as_str()).map(|(at, found)| (at, at + found.len())).collect::<Vec<_>>();
        let others: Vec<(usize, usize)> = self.longer.iter().flat_map(spans).collect();
        let (mut new, mut at, mut found) = (String::with_capacity(text.len()), 0, false);
        while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let of_others = |end: usize| others.iter().any(|(first, last)| *first <= at && end <= *last);
            let here = |(wanted, _): &&(String, String)| {
                let end = at + wanted.len();
                text.get(at..end).is_some_and(|found| means(found, wanted)) && stands_alone(text, at, end) && !of_others(end)
            };
            if let Some((wanted, instead)) = self.wanted.iter().find(here) {
                new.push_str(instead);
                (at, found) = (at + wanted.len(), true);
            } else {
                new.push(letter);
                at += letter.len_utf8();
            }
        }
        found.then_some(new)
    }
}

/// Whether a stretch of a text is somebody's id or name. Of several words it is, in whatever case: a single one, such as `Will`, may be
/// another word when it is small.
fn means(found: &str, wanted: &str) -> bool {
    let several = wanted.contains(|letter: char| letter.is_ascii_punctuation() || letter.is_whitespace());
    found == wanted || several && found.eq_ignore_ascii_case(wanted)
}

/// Whether a stretch of a text is a word of its own. Chinese has no blanks between words: there a name counts wherever it stands, unless
/// it is a single sign.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    let found = text.get(start..end).unwrap_or_default();
    let goes_on: fn(char) -> bool = match found.is_ascii() {
        true => |next| next.is_ascii_alphanumeric() || next == '_',
        false if found.chars().count() == 1 => |next| next.is_alphanumeric(),
        false => return true,
    };
    !before.is_some_and(goes_on) && !after.is_some_and(goes_on)
}

#[cfg(test)]
mod tests {
    use super::Occurrences;

    #[test]
    fn people_are_found_by_whole_words_and_by_chinese_names() {
        let wanted = ["li", "Li Wei", "李伟"].map(|text| (text.to_owned(), "X".to_owned())).to_vec();
        let people = Occurrences::new(wanted, ["li".to_owned(), "li.ming".to_owned()].into_iter());
        let cases = [
            ("ask li.", Some("ask X.")),
            ("@li: client, li.ming", Some("@X: client, li.ming")),
            ("Li Wei's photos", Some("X's photos")),
            ("LI WEI said so, Li did not", Some("X said so, Li did not")),
            ("请李伟看", Some("请X看")),
            ("请li看", Some("请X看")),
            ("Li Weiss, client li2", None),
        ];
        for (text, expected) in cases {
            assert_eq!(people.replaced(text).as_deref(), expected, "{text}");
        }
    }
}
