//! A value of any type, as JSON.

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

    pub(crate) fn value(&self) -> serde_json::Value {
        // It was made from a value.
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Json {
        Json(value.to_string().into())
    }
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
