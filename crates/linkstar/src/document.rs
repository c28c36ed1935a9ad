//! Documents as JSON text.
//!
//! Reading is one fast typed pass. Only when it fails does a slow search find out where: it names the place as a JSON Pointer with
//! line and column, also inside tagged values, where serde alone has lost it. Writing is canonical: fields in declared order,
//! absent instead of null, integers only, so that the same document always has the same bytes and the same hash.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};
use crate::model::{Directory, Json, Pack, Project};

mod complaint;
mod place;

use complaint::Complaint;
use place::Place;

impl Project {
    /// Reads a project document.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text. Whether ids exist and links make sense is
    /// checked when the project is planned.
    ///
    /// ```
    /// use linkstar::Project;
    /// let error = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "shenzhen",
    ///     "anchor": { "kind": "start", "at": "2027-03-01" } }"#).unwrap_err();
    /// assert_eq!((error.code.as_str(), error.path.as_str(), error.line), ("time.timestamp", "/anchor/at", Some(2)));
    /// ```
    pub fn from_json(json: &str) -> Result<Project> {
        read(json)
    }

    /// Writes the document in its canonical form.
    pub fn to_json(&self) -> String {
        canonical(self)
    }
}

impl Directory {
    /// Reads a directory document.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text.
    pub fn from_json(json: &str) -> Result<Directory> {
        read(json)
    }

    /// Writes the document in its canonical form.
    pub fn to_json(&self) -> String {
        canonical(self)
    }
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// Codes that begin with `document.` and `time.`, with the place in the text. Whether it fits together is checked when it is used,
    /// and by `checkPacks`.
    pub fn from_json(json: &str) -> Result<Pack> {
        read(json)
    }

    /// Writes the document in its canonical form.
    pub fn to_json(&self) -> String {
        canonical(self)
    }
}

impl Json {
    /// Reads a value of any type.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn new(json: &str) -> Result<Json> {
        read(json)
    }
}

/// The canonical JSON of a value.
pub(crate) fn canonical<T: Serialize>(value: &T) -> String {
    // Our own types have text keys and cannot fail to serialise.
    serde_json::to_string(value).unwrap_or_default()
}

/// The JSON of a value, taken apart.
pub(crate) fn tree<T: Serialize>(value: &T) -> Value {
    // Through its text: a second kind of writer would double the code that writes documents.
    serde_json::from_str(&canonical(value)).unwrap_or_default()
}

/// The SHA-256 of a value's canonical JSON, in hexadecimal.
pub(crate) fn hash<T: Serialize>(value: &T) -> String {
    // Not written into the digest piece by piece: a second kind of writer would double the code that writes documents.
    sha256(canonical(value).as_bytes())
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of two texts with a line break between them, in hexadecimal.
pub(crate) fn sha256_of_lines(first: &str, second: &str) -> String {
    hexadecimal(&Sha256::new().chain_update(first).chain_update("\n").chain_update(second).finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    // Not formatted byte by byte: a long log has hundreds of millions of them.
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    // Digits are UTF-8.
    String::from_utf8(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()).unwrap_or_default()
}

/// Reads a typed value, or says exactly where it cannot.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    // Editors on Windows put a mark in front of a text.
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    serde_json::from_str(json).map_err(|error| {
        // The slow search tries shorter texts on the same reader: another one would double the code that reads documents.
        let complains = |json: &str| serde_json::from_str::<T>(json).is_err_and(|error| error.is_data());
        diagnose(json, &error, &complains)
    })
}

/// Adds line and column of the place that an error names in a text.
pub(crate) fn locate(mut error: Error, json: &str) -> Error {
    if error.line.is_none()
        && let Some(offset) = place::offset_of(json, &error.path)
    {
        (error.line, error.column) = position(json, offset);
    }
    error
}

fn diagnose(json: &str, error: &serde_json::Error, complains: &dyn Fn(&str) -> bool) -> Error {
    if !error.is_data() {
        let code = match error.classify() {
            Category::Eof => Code::DocumentTruncated,
            _ if error.to_string().starts_with("recursion limit") => Code::DocumentTooDeep,
            _ => Code::DocumentSyntax,
        };
        let mut syntax = Error::new(code, &[]);
        (syntax.line, syntax.column) = (u32::try_from(error.line()).ok(), u32::try_from(error.column().max(1)).ok());
        return syntax;
    }
    let text = error.to_string();
    let position_in_text = format!(" at line {} column {}", error.line(), error.column());
    let complaint = Complaint::new(text.strip_suffix(&position_in_text).unwrap_or(&text));
    let place = Place::new(json, offset(json, error.line(), error.column()), &complaint, complains);
    let mut error = complaint.error().at(place.pointer);
    (error.line, error.column) = position(json, place.offset);
    error
}

/// Line and column, from 1, of a byte of the text.
fn position(json: &str, offset: usize) -> (Option<u32>, Option<u32>) {
    let before = json.get(..offset).unwrap_or(json);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).ok(), u32::try_from(column).ok())
}

/// The bytes before the place that serde_json names: it counts lines from 1, and in a line the bytes that it has read. Where it names
/// none, it has read all.
fn offset(json: &str, line: usize, column: usize) -> usize {
    let Some(above) = line.checked_sub(1) else { return json.len() };
    json.split_inclusive('\n').take(above).map(str::len).sum::<usize>() + column
}
