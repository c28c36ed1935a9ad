//! What serde complains about.
//!
//! serde says it in a sentence for programmers. Here the sentence is taken apart, and becomes an error of ours.

use crate::error::{Code, Error};
use crate::model::FormatVersion;
use crate::time::{Day, Lag, Shift, Span, Timestamp};

/// What serde complains about, taken from its message.
pub(super) enum Complaint<'a> {
    UnknownField { field: &'a str, expected: &'a str },
    MissingField { field: &'a str },
    FieldTwice { field: &'a str },
    Value { found: Option<Found<'a>>, expected: &'a str, text: &'a str },
}

/// A value that a message quotes.
pub(super) enum Found<'a> {
    Text(String),
    /// A number or a boolean, as it stands in JSON.
    Literal(&'a str),
}

impl<'a> Complaint<'a> {
    pub(super) fn new(text: &'a str) -> Complaint<'a> {
        let field = text.split('`').nth(1).unwrap_or_default();
        let expected = text.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
        match text.split(' ').collect::<Vec<_>>().as_slice() {
            ["unknown", "field", ..] => Complaint::UnknownField { field, expected },
            ["missing", "field", ..] => Complaint::MissingField { field },
            ["duplicate", "field", ..] => Complaint::FieldTwice { field },
            ["unknown", "variant", ..] => Complaint::Value { found: Some(Found::Text(field.to_owned())), expected, text },
            _ => {
                let found =
                    text.split_once(": ").and_then(|(_, rest)| rest.rsplit_once(", expected ")).and_then(|(found, _)| literal(found));
                Complaint::Value { found, expected, text }
            }
        }
    }

    /// The field that should not stand where it stands.
    pub(super) fn field(&self) -> Option<&'a str> {
        match self {
            Complaint::UnknownField { field, .. } | Complaint::FieldTwice { field } => Some(field),
            Complaint::MissingField { .. } | Complaint::Value { .. } => None,
        }
    }

    /// Whether it is about a value that is written so.
    pub(super) fn found(&self, json: &str) -> bool {
        let number = |json| serde_json::from_str::<f64>(json).ok();
        match self {
            Complaint::Value { found: Some(Found::Text(text)), .. } => serde_json::from_str::<String>(json).is_ok_and(|json| json == *text),
            Complaint::Value { found: Some(Found::Literal(literal)), .. } => {
                json == *literal || number(json).is_some_and(|json| number(literal) == Some(json))
            }
            _ => false,
        }
    }

    pub(super) fn error(&self) -> Error {
        match self {
            Complaint::UnknownField { field, expected } => {
                Error::new(Code::DocumentUnknownField, &[("field", field), ("known", &names(expected))])
            }
            Complaint::MissingField { field } => Error::new(Code::DocumentMissingField, &[("field", field)]),
            Complaint::FieldTwice { field } => Error::new(Code::DocumentFieldTwice, &[("field", field)]),
            Complaint::Value { found, expected, text } => {
                let value = match found {
                    Some(Found::Text(value)) => value,
                    Some(Found::Literal(value)) => *value,
                    None => "",
                };
                let texts = [Timestamp::EXPECTED, Day::EXPECTED, Span::EXPECTED, Lag::EXPECTED, Shift::EXPECTED];
                match texts.iter().find(|(known, _)| known == expected) {
                    Some((_, code)) => Error::new(*code, &[("value", value)]),
                    None if *expected == FormatVersion::UNKNOWN => {
                        Error::new(Code::DocumentVersion, &[("found", value), ("known", &FormatVersion::CURRENT.to_string())])
                    }
                    None => {
                        let found = if found.is_some() { format!("`{value}`") } else { kind_of(text) };
                        Error::new(Code::DocumentValue, &[("found", &found), ("expected", &names(expected))])
                    }
                }
            }
        }
    }
}

/// The names that serde quotes, or the kind of JSON that it describes: words of JSON, which people of every language share.
fn names(expected: &str) -> String {
    const MOST: usize = 24;
    let quoted: Vec<String> = expected.split('`').skip(1).step_by(2).map(|name| format!("`{name}`")).collect();
    match quoted.get(..MOST) {
        _ if expected.is_empty() => "-".to_owned(),
        _ if quoted.is_empty() => kind_of(expected),
        Some(some) if quoted.len() > MOST => some.join(", ") + ", …",
        _ => quoted.join(", "),
    }
}

/// The kind of JSON value in a description by serde, such as `a sequence`, `struct Task`, `u32`.
fn kind_of(text: &str) -> String {
    const KINDS: [(&str, &str); 12] = [
        ("sequence", "array"),
        ("Vec", "array"),
        ("map", "object"),
        ("struct", "object"),
        ("enum", "object"),
        ("string", "string"),
        ("str", "string"),
        ("boolean", "boolean"),
        ("null", "null"),
        ("floating", "number"),
        ("i64", "integer"),
        ("u32", "integer"),
    ];
    // In "invalid type: sequence, expected a string" what was found stands first.
    let words = text.split(", expected").next().unwrap_or_default();
    let kind = KINDS.iter().find(|(word, _)| words.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word));
    match kind {
        Some(("u32", kind)) => format!("`{kind}` (0…4294967295)"),
        Some((_, kind)) => format!("`{kind}`"),
        None => format!("`{words}`"),
    }
}

/// The value in messages such as `string "26"`, `integer `5``, `boolean `true``.
fn literal(found: &str) -> Option<Found<'_>> {
    let (kind, text) = found.split_once(' ')?;
    match kind {
        // serde quotes as Rust does, which for all but exotic text is as JSON does.
        "string" => serde_json::from_str(text).ok().map(Found::Text),
        "integer" | "boolean" | "floating" => Some(Found::Literal(text.trim_start_matches("point ").trim_matches('`'))),
        _ => None,
    }
}
