//! Documents as JSON text.
//!
//! Reading is one fast typed pass. Only when it fails does a second, slow pass find out where: it names the place as a JSON Pointer
//! with line and column, also inside tagged values, where serde alone has lost it. Writing is canonical: fields in declared order,
//! absent instead of null, integers only, so that the same document always has the same bytes and the same hash.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;
use serde_path_to_error::Segment;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Result};
use crate::model::{Directory, FormatVersion, Project};
use crate::time::{Day, Lag, Shift, Span, Timestamp};

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

/// The canonical JSON of a value.
pub(crate) fn canonical<T: Serialize>(value: &T) -> String {
    // Our own types have text keys and cannot fail to serialise.
    serde_json::to_string(value).unwrap_or_default()
}

/// The SHA-256 of a value's canonical JSON, in hexadecimal.
pub(crate) fn hash<T: Serialize>(value: &T) -> String {
    struct Hasher(Sha256);
    impl std::io::Write for Hasher {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    // serde_json writes a few bytes at a time; the digest likes them in blocks.
    let mut blocks = std::io::BufWriter::with_capacity(1 << 14, Hasher(Sha256::new()));
    // Our own types have text keys and cannot fail to serialise, and a digest takes every byte.
    let written = serde_json::to_writer(&mut blocks, value).is_ok();
    let digest = blocks.into_inner().ok().filter(|_| written).map(|Hasher(digest)| digest.finalize());
    digest.map(|digest| hexadecimal(&digest)).unwrap_or_default()
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a typed value, or says exactly where it cannot.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T> {
    // Editors on Windows put a mark in front of a text.
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    serde_json::from_str(json).map_err(|error| diagnose::<T>(json, &error))
}

/// Adds line and column of the place that an error names in a text.
pub(crate) fn locate(mut error: Error, json: &str) -> Error {
    if error.line.is_none()
        && let Some(offset) = offset_of(json, &error.path)
    {
        (error.line, error.column) = position(json, offset);
    }
    error
}

fn diagnose<T: DeserializeOwned>(json: &str, error: &serde_json::Error) -> Error {
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
    let mut deserializer = serde_json::Deserializer::from_str(json);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        // Typed reading stops at the first surprise; what follows the document shows only to the first pass.
        Ok(_) => Error::new(Code::DocumentSyntax, &[]),
        Err(error) => {
            let pointer: String = error.path().iter().map(pointer_part).collect();
            let text = error.inner().to_string();
            let found = Complaint::new(text.split(" at line ").next().unwrap_or_default());
            let deeper = find(json, &pointer).and_then(|part| found.leaf(part.get())).unwrap_or_default();
            let path = pointer + &deeper;
            let offset = offset_of(json, &path);
            let mut error = found.error().at(path);
            if let Some(offset) = offset {
                (error.line, error.column) = position(json, offset);
            }
            error
        }
    }
}

fn pointer_part(segment: &Segment) -> String {
    match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escape(key)),
        // The variant of a tagged value is no place of its own in the text.
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    }
}

/// A key as a part of a JSON Pointer (RFC 6901).
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What serde complains about, taken from its message.
enum Complaint<'a> {
    UnknownField { field: &'a str, expected: &'a str },
    MissingField { field: &'a str },
    FieldTwice { field: &'a str },
    Value { found: Option<Value>, expected: &'a str, text: &'a str },
}

impl<'a> Complaint<'a> {
    fn new(text: &'a str) -> Complaint<'a> {
        let field = text.split('`').nth(1).unwrap_or_default();
        let expected = text.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
        match text.split(' ').collect::<Vec<_>>().as_slice() {
            ["unknown", "field", ..] => Complaint::UnknownField { field, expected },
            ["missing", "field", ..] => Complaint::MissingField { field },
            ["duplicate", "field", ..] => Complaint::FieldTwice { field },
            ["unknown", "variant", ..] => Complaint::Value { found: Some(Value::String(field.to_owned())), expected, text },
            _ => {
                let found =
                    text.split_once(": ").and_then(|(_, rest)| rest.rsplit_once(", expected ")).and_then(|(found, _)| literal(found));
                Complaint::Value { found, expected, text }
            }
        }
    }

    /// Where below a part of the document the complaint points, if only one place fits.
    fn leaf(&self, part: &str) -> Option<String> {
        let part: Value = serde_json::from_str(part).ok()?;
        let mut places = Vec::new();
        match self {
            Complaint::UnknownField { field, .. } | Complaint::FieldTwice { field } => {
                visit(&part, "", &mut |value, path| places.extend(value.get(field).map(|_| format!("{path}/{}", escape(field)))));
            }
            Complaint::MissingField { .. } => return None,
            Complaint::Value { found, .. } => {
                let found = found.as_ref()?;
                visit(&part, "", &mut |value, path| places.extend((value == found).then(|| path.to_owned())));
            }
        }
        let only = places.pop()?;
        places.is_empty().then_some(only)
    }

    fn error(&self) -> Error {
        match self {
            Complaint::UnknownField { field, expected } => {
                Error::new(Code::DocumentUnknownField, &[("field", field), ("known", &names(expected))])
            }
            Complaint::MissingField { field } => Error::new(Code::DocumentMissingField, &[("field", field)]),
            Complaint::FieldTwice { field } => Error::new(Code::DocumentFieldTwice, &[("field", field)]),
            Complaint::Value { found, expected, text } => {
                let value = match found {
                    Some(Value::String(text)) => text.clone(),
                    Some(value) => value.to_string(),
                    None => String::new(),
                };
                let texts = [Timestamp::EXPECTED, Day::EXPECTED, Span::EXPECTED, Lag::EXPECTED, Shift::EXPECTED];
                match texts.iter().find(|(known, _)| known == expected) {
                    Some((_, code)) => Error::new(*code, &[("value", &value)]),
                    None if *expected == FormatVersion::UNKNOWN => {
                        Error::new(Code::DocumentVersion, &[("found", &value), ("known", &FormatVersion::CURRENT.to_string())])
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
fn literal(found: &str) -> Option<Value> {
    let (kind, text) = found.split_once(' ')?;
    match kind {
        // serde quotes as Rust does, which for all but exotic text is as JSON does.
        "string" => serde_json::from_str(text).ok(),
        "integer" | "boolean" | "floating" => serde_json::from_str(text.trim_start_matches("point ").trim_matches('`')).ok(),
        _ => None,
    }
}

/// Calls back for a value and everything in it. JSON is at most 128 levels deep.
fn visit(value: &Value, path: &str, seen: &mut impl FnMut(&Value, &str)) {
    seen(value, path);
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| visit(item, &format!("{path}/{index}"), seen)),
        Value::Object(fields) => fields.iter().for_each(|(key, item)| visit(item, &format!("{path}/{}", escape(key)), seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The part of a text at a JSON Pointer, as it stands there.
fn find<'a>(json: &'a str, pointer: &str) -> Option<&'a RawValue> {
    let mut part: &RawValue = serde_json::from_str(json).ok()?;
    for key in pointer.split('/').skip(1) {
        let key = key.replace("~1", "/").replace("~0", "~");
        part = match key.parse::<usize>() {
            Ok(index) if part.get().starts_with('[') => serde_json::from_str::<Vec<&RawValue>>(part.get()).ok()?.get(index).copied()?,
            _ => fields(part.get())?.into_iter().rev().find(|(name, _)| *name == key)?.1,
        };
    }
    Some(part)
}

/// The fields of an object, each value as it stands in the text.
fn fields(object: &str) -> Option<Vec<(String, &RawValue)>> {
    struct Fields;
    impl<'de> serde::de::Visitor<'de> for Fields {
        type Value = Vec<(String, &'de RawValue)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = Vec::new();
            while let Some(field) = map.next_entry()? {
                fields.push(field);
            }
            Ok(fields)
        }
    }
    serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_str(object), Fields).ok()
}

/// Bytes from the start of the text to the part at a pointer, or to the nearest part above it that exists.
fn offset_of(json: &str, pointer: &str) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        if let Some(part) = find(json, pointer) {
            return (part.get().as_ptr() as usize).checked_sub(json.as_ptr() as usize);
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
}

/// Line and column, from 1, of a byte of the text.
fn position(json: &str, offset: usize) -> (Option<u32>, Option<u32>) {
    let before = json.get(..offset).unwrap_or(json);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).ok(), u32::try_from(column).ok())
}
