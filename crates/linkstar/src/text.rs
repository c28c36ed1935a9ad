//! Values that people write as text.
//!
//! "8d", "2027-11-26", an id: in JSON, TypeScript and JSON Schema they are strings, and only Rust sees the parts. The two macros
//! here give such a type everything that a boundary asks for, so that no type forgets one of them.

/// Makes a type with `Display` and `FromStr` a string at every boundary.
///
/// `$expected` completes "expected ..." in messages of serde; [`crate::document`] recognises the type by it and reports `$code`.
macro_rules! text_type {
    ($type:ident, $code:ident, $expected:literal, $pattern:literal) => {
        impl $type {
            pub(crate) const EXPECTED: (&'static str, $crate::error::Code) = ($expected, $crate::error::Code::$code);
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

/// Makes an id: the host's own text, of a type that cannot be confused with another id.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[serde(transparent)]
        // Ids are short and there are many: most take no memory of their own.
        pub struct $name(
            #[cfg_attr(feature = "schema", schemars(with = "String"))]
            #[cfg_attr(feature = "wasm", tsify(type = "string"))]
            compact_str::CompactString,
        );

        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> $name {
                $name(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> $name {
                $name(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "uniffi")]
        uniffi::custom_type!($name, String, { lower: |id| id.0.into(), try_lift: |text| Ok($name::from(text)) });
    };
}

pub(crate) use id_type;
pub(crate) use text_type;

/// A short text, such as a name: up to 24 bytes of it take no memory of their own.
///
/// It reads like a `&str`, and is made from one.
///
/// ```
/// use linkstar::Task;
/// let task = Task { rank: "b".into(), ..Task::new("fcc", "FCC certification") };
/// assert!(task.name.starts_with("FCC") && task.rank.as_str() < "c");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Text(compact_str::CompactString);

impl Text {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(f)
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(f)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> String {
        text.0.into()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}
