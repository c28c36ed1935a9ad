//! What can go wrong, and what to do next.
//!
//! Input that cannot be used is an [`Error`]: nothing was made. A plan that has a problem is still a plan, and the problem is a
//! [`Diagnostic`] inside it. Both carry a stable [`Code`] and its arguments.

mod code;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use code::Code;

/// The result of everything that can refuse its input.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How serious a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Info,
    /// The plan holds, but rests on something that should be mended.
    Warning,
    /// The plan, or the input, cannot stay like this.
    Error,
}

/// A language of the built-in sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

/// One argument of a sentence: its name in the pattern, and the text that stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Argument {
    /// The name between the braces of the pattern.
    pub name: String,
    /// The text to put there.
    pub value: String,
}

/// Input that cannot be used. Nothing was made of it.
///
/// ```
/// let error = linkstar::Project::from_json(r#"{"linkstar": 1, "id": "glow-cube", "#).unwrap_err();
/// assert_eq!(error.code.as_str(), "document.truncated");
/// assert_eq!(error.line, Some(1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(rename = "ErrorData"))]
#[error("{detail} [{code} at {path}{}]", Position(*line, *column))]
pub struct Error {
    /// What is wrong.
    pub code: Code,
    /// Where, as a JSON Pointer into the input, such as `/tasks/12/duration`; empty for the whole.
    pub path: String,
    /// The sentence for a person, in English; `describe` gives it in Chinese from `code` and `args`.
    pub detail: String,
    /// The line of the input text, from 1, where it was read from text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The arguments of the sentence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
}

impl Error {
    /// An error of this code, its arguments given as (name, value).
    pub(crate) fn new(code: Code, args: &[(&str, &str)]) -> Error {
        let args = arguments(args);
        Error { code, path: String::new(), detail: fill(code.pattern(Language::En), &args), line: None, column: None, args }
    }

    /// The same error at a place of the input.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Error {
        self.path = path.into();
        self
    }

    /// The same error, its place being inside another one.
    pub(crate) fn within(mut self, outer: &str) -> Error {
        self.path.insert_str(0, outer);
        self
    }
}

/// A finding in a plan that stands all the same: a loop, a missed deadline, a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Diagnostic {
    /// What was found.
    pub code: Code,
    /// How serious it is.
    pub severity: Severity,
    /// The ids of the tasks that it is about, the first one first to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<String>,
    /// The arguments of its sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Argument>,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, tasks: Vec<String>, args: &[(&str, &str)]) -> Diagnostic {
        Diagnostic { code, severity: code.severity(), tasks, args: arguments(args) }
    }
}

pub(crate) fn arguments(args: &[(&str, &str)]) -> Vec<Argument> {
    args.iter().map(|(name, value)| Argument { name: (*name).to_owned(), value: (*value).to_owned() }).collect()
}

/// The pattern with each `{name}` replaced by its argument; a name without one stays as it is.
pub(crate) fn fill(pattern: &str, args: &[Argument]) -> String {
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if args.iter().any(|arg| arg.name == name) => {
                text.extend(args.iter().filter(|arg| arg.name == name).map(|arg| arg.value.as_str()));
                rest = tail;
            }
            _ => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

/// Line and column as they follow a path.
struct Position(Option<u32>, Option<u32>);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Some(line), Some(column)) => write!(f, ", line {line}, column {column}"),
            _ => Ok(()),
        }
    }
}

/// What every function throws when its input cannot be used.
#[cfg(feature = "uniffi")]
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum LinkstarError {
    /// Input that cannot be used.
    #[error("{detail} [{code} at {path}]")]
    Invalid {
        /// What is wrong, as dotted text.
        code: String,
        /// Where, as a JSON Pointer into the input.
        path: String,
        /// The sentence for a person, in English.
        detail: String,
        /// The line of the input text, from 1.
        line: Option<u32>,
        /// The column in that line, from 1.
        column: Option<u32>,
        /// The arguments of the sentence, for `describe` in another language.
        args: Vec<Argument>,
    },
}

#[cfg(feature = "uniffi")]
impl From<Error> for LinkstarError {
    fn from(error: Error) -> LinkstarError {
        let Error { code, path, detail, line, column, args } = error;
        LinkstarError::Invalid { code: code.as_str().to_owned(), path, detail, line, column, args }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Vec<&str> {
        let mut names: Vec<&str> = pattern.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_say_the_same() {
        for code in Code::ALL {
            assert_eq!(names(code.pattern(Language::En)), names(code.pattern(Language::ZhCn)), "{code}");
        }
    }

    #[test]
    fn an_argument_with_braces_is_not_filled_again() {
        let args = arguments(&[("value", "{zone}"), ("zone", "x")]);
        assert_eq!(fill("`{value}` in {zone}, {other}", &args), "`{zone}` in x, {other}");
    }
}
