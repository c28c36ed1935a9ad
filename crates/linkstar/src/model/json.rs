//! A value of any type, as JSON.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A JSON value whose type depends on where it stands: the field of a record, or a whole record.
///
/// In JSON and TypeScript it is the value itself; in Rust and elsewhere its text. Two of them are equal when they say the same.
///
/// ```
/// use linkstar::Json;
/// let duration = Json::new(r#" "35d" "#)?;
/// assert_eq!(duration.as_str(), r#""35d""#);
/// # Ok::<(), linkstar::Error>(())
/// ```
// Its text is kept, not its tree: a log has millions of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "unknown"))]
pub struct Json(Box<str>);

impl Json {
    /// The text, without blanks and with sorted fields.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON of a value.
    pub(crate) fn of<T: Serialize>(value: &T) -> Json {
        // Our own types have text keys and cannot fail to serialise.
        let text = serde_json::to_string(value).unwrap_or_default();
        let mut sorted = String::with_capacity(text.len());
        match sort(&text, &mut sorted) {
            Some(_) => Json(sorted.into()),
            None => Json::from(&serde_json::from_str(&text).unwrap_or(serde_json::Value::Null)),
        }
    }

    /// The fields of an object, in the order of their names, each with the text of its value; up to one whose name has an escape in it.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.0.strip_prefix('{').unwrap_or_default();
        std::iter::from_fn(move || {
            rest = rest.strip_prefix(',').unwrap_or(rest);
            let name = name(rest)?;
            let after = rest.get(name.len() + 3..)?;
            let (value, next) = after.split_at_checked(length(after)?)?;
            rest = next;
            Some((name, value))
        })
    }

    pub(crate) fn value(&self) -> serde_json::Value {
        // It was made from a value.
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Json {
        // Not `to_string`: it would write every piece of the text by way of a formatter.
        Json(serde_json::to_string(value).unwrap_or_default().into())
    }
}

/// Copies the value with which a text of serde_json's begins, with the fields of each object sorted; gives the rest of the text.
///
/// Nothing where a name has an escape in it: sorted by what is written, it would not be sorted by what it says.
// The text alone, without a tree of it: a project that is begun has tens of thousands of records, and a tree is ten times as large.
fn sort<'t>(text: &'t str, sorted: &mut String) -> Option<&'t str> {
    match text.bytes().next()? {
        b'{' => sort_fields(text.get(1..)?, sorted),
        b'[' => {
            sorted.push('[');
            let mut rest = text.get(1..)?;
            while !rest.starts_with(']') {
                if let Some(next) = rest.strip_prefix(',') {
                    sorted.push(',');
                    rest = next;
                }
                rest = sort(rest, sorted)?;
            }
            sorted.push(']');
            rest.get(1..)
        }
        _ => {
            let (value, rest) = text.split_at_checked(length(text)?)?;
            sorted.push_str(value);
            Some(rest)
        }
    }
}

/// The same for an object, after its opening brace.
fn sort_fields<'t>(text: &'t str, sorted: &mut String) -> Option<&'t str> {
    let (start, mut rest) = (sorted.len(), text);
    let mut fields: Vec<(&str, Range<usize>)> = Vec::new();
    while !rest.starts_with('}') {
        sorted.push(if fields.is_empty() { '{' } else { ',' });
        rest = rest.strip_prefix(',').unwrap_or(rest);
        let (from, name) = (sorted.len(), name(rest)?);
        let (quoted, value) = rest.split_at_checked(name.len() + 3)?;
        sorted.push_str(quoted);
        rest = sort(value, sorted)?;
        fields.push((name, from..sorted.len()));
    }
    if fields.is_empty() {
        sorted.push('{');
    }
    if !fields.is_sorted_by_key(|(name, _)| *name) {
        fields.sort_unstable_by_key(|(name, _)| *name);
        let written = sorted.split_off(start);
        for (place, (_, Range { start: from, end })) in fields.into_iter().enumerate() {
            sorted.push(if place == 0 { '{' } else { ',' });
            sorted.push_str(written.get(from - start..end - start)?);
        }
    }
    sorted.push('}');
    rest.get(1..)
}

/// The name with which the text of a field begins; nothing where it has an escape in it.
fn name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('"')?;
    let end = inside.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
    inside.get(..end).filter(|name| !inside.get(name.len()..).is_some_and(|rest| rest.starts_with('\\')))
}

/// How long the value is with which a text begins.
fn length(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => continue,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            b',' | b'}' | b']' if depth == 0 => return Some(place),
            _ => continue,
        }
        if depth == 0 && !quoted && !escaped {
            return Some(place + 1);
        }
    }
    (depth == 0 && !quoted).then_some(text.len())
}

impl Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        // Not a `RawValue`: inside a tagged value serde has already taken the text apart.
        serde_json::Value::deserialize(deserializer).map(|value| Json::from(&value))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Json {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Json".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::Schema::default()
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn fields_are_sorted_as_a_tree_sorts_them() -> Result<(), serde_json::Error> {
        let texts = [
            r#"{"b":[{"d":1,"c":"x\"},{"}],"a":{},"ab":[],"a b":-2,"B":true}"#,
            r#"[{"z":"[{,","y":null},[[{"b":0,"a":"\\"}]],""]"#,
            r#"{"b\"":1,"b#":{"d":1,"c":2},"a":3}"#,
            r#"{"名":{"字":"，","b":1.5},"a":"\u0001","é":0}"#,
            r#""a""#,
            "7",
        ];
        for text in texts {
            let raw: Box<serde_json::value::RawValue> = serde_json::from_str(text)?;
            let tree: serde_json::Value = serde_json::from_str(text)?;
            assert_eq!(Json::of(&raw), Json::from(&tree), "{text}");
            let (json, fields) = (Json::from(&tree), tree.as_object().cloned().unwrap_or_default());
            let read = json.fields().map(|(name, value)| Ok((name.to_owned(), serde_json::from_str(value)?)));
            let plain = fields.into_iter().take_while(|(name, _)| !name.contains('"'));
            let read = read.collect::<Result<Vec<(String, serde_json::Value)>, serde_json::Error>>()?;
            assert_eq!(read, plain.collect::<Vec<_>>(), "{text}");
        }
        Ok(())
    }
}
