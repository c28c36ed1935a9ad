//! Where in a text something stands.
//!
//! A [`Walk`] goes over the text token by token and knows the way from the root. It checks nothing: what is wrong with a text the
//! typed reader has said already, and the walk only finds out where.

use std::borrow::Cow;

use super::complaint::Complaint;

/// A value in a text.
pub(super) struct Place {
    /// The way to it, as a JSON Pointer (RFC 6901).
    pub(super) pointer: String,
    /// The bytes before it.
    pub(super) offset: usize,
}

impl Place {
    /// What a complaint is about that came when the reader had read so many bytes.
    ///
    /// A reader may have gone on for a bracket or two before it complained. So the text is cut shorter, as long as it `complains`
    /// still: the last token of the shortest such text is the one that brought the complaint.
    pub(super) fn new(json: &str, read: usize, complaint: &Complaint<'_>, complains: &dyn Fn(&str) -> bool) -> Place {
        // An opening bracket of the wrong kind is seen without being read.
        let Some((mut walk, mut last)) = token_before(json, read + 1) else { return Place { pointer: String::new(), offset: 0 } };
        while let Some((earlier, token)) = token_before(json, last.end - 1)
            && json.get(..token.end).is_some_and(complains)
        {
            (walk, last) = (earlier, token);
        }
        match last.kind {
            Kind::Key if complaint.field().is_some() => Place { pointer: walk.pointer(), offset: walk.value() },
            // A name of a variant, or a key too many: the object is wrong.
            Kind::Key => walk.object(),
            Kind::Close => {
                // A tagged value is read as a whole, and only then looked into.
                let part = json.get(last.start..last.end).unwrap_or_default();
                let inside = leaf(part, complaint).unwrap_or(Place { pointer: String::new(), offset: 0 });
                Place { pointer: walk.pointer() + &inside.pointer, offset: last.start + inside.offset }
            }
            Kind::Open | Kind::Scalar => Place { pointer: walk.pointer(), offset: last.start },
        }
    }
}

/// The bytes before the value at a JSON Pointer, or before the nearest one above it that exists.
pub(super) fn offset_of(json: &str, pointer: &str) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        let mut walk = Walk::new(json);
        while let Some(token) = walk.next() {
            if matches!(token.kind, Kind::Open | Kind::Scalar) && walk.is_at(pointer) {
                return Some(token.start);
            }
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
}

/// The one place in a part of a text that a complaint fits, if it fits only one.
fn leaf(part: &str, complaint: &Complaint<'_>) -> Option<Place> {
    let mut walk = Walk::new(part);
    let mut only: Option<Place> = None;
    while let Some(token) = walk.next() {
        let offset = match (token.kind, complaint.field()) {
            (Kind::Key, Some(field)) if walk.key().is_some_and(|key| key == field) => walk.value(),
            (Kind::Scalar, None) if part.get(token.start..token.end).is_some_and(|literal| complaint.found(literal)) => token.start,
            (Kind::Open | Kind::Close | Kind::Key | Kind::Scalar, _) => continue,
        };
        let pointer = walk.pointer();
        if only.is_some_and(|known| known.pointer != pointer) {
            return None;
        }
        only = Some(Place { pointer, offset });
    }
    only
}

/// The last token that ends within so many bytes, and the walk that has just come by it.
fn token_before(json: &str, most: usize) -> Option<(Walk<'_>, Token)> {
    let (mut walk, mut ahead) = (Walk::new(json), Walk::new(json));
    let mut last = None;
    while ahead.next().is_some_and(|token| token.end <= most) {
        last = walk.next();
    }
    Some((walk, last?))
}

#[derive(Clone, Copy)]
enum Kind {
    Key,
    Open,
    Close,
    Scalar,
}

#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    /// The byte at which it begins; of a closing bracket, that of the opening one.
    start: usize,
    /// The byte after it.
    end: usize,
}

/// The tokens of a text that are more than punctuation, one after the other, and the way to the one just met.
struct Walk<'a> {
    json: &'a str,
    at: usize,
    /// The arrays and objects that are open.
    around: Vec<Around<'a>>,
}

struct Around<'a> {
    start: usize,
    step: Step<'a>,
}

/// Which value of an array or object is being read; at its beginning none.
enum Step<'a> {
    Index(Option<usize>),
    /// As it stands in the text, without its quotes.
    Key(Option<&'a str>),
}

impl<'a> Walk<'a> {
    fn new(json: &'a str) -> Walk<'a> {
        Walk { json, at: 0, around: Vec::new() }
    }

    fn steps(&self) -> impl Iterator<Item = Cow<'a, str>> {
        self.around.iter().filter_map(|around| match around.step {
            Step::Index(index) => index.map(|index| index.to_string().into()),
            Step::Key(key) => key.map(pointer_part),
        })
    }

    fn pointer(&self) -> String {
        self.steps().fold(String::new(), |pointer, step| pointer + "/" + &step)
    }

    fn is_at(&self, pointer: &str) -> bool {
        self.steps().eq(pointer.split('/').skip(1))
    }

    /// The key just met.
    fn key(&self) -> Option<Cow<'a, str>> {
        match self.around.last()?.step {
            Step::Key(key) => key.map(unescaped),
            Step::Index(_) => None,
        }
    }

    /// The bytes before the value of the key just met.
    fn value(&self) -> usize {
        let rest = self.json.get(self.at..).unwrap_or_default();
        self.at + rest.find(|letter| ![' ', '\t', '\r', '\n', ':'].contains(&letter)).unwrap_or_default()
    }

    /// The object whose key was just met.
    fn object(mut self) -> Place {
        let offset = self.around.pop().map_or(0, |object| object.start);
        Place { pointer: self.pointer(), offset }
    }
}

impl Iterator for Walk<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            let rest = self.json.get(start..)?;
            let first = *rest.as_bytes().first()?;
            self.at += match first {
                b'"' => string(rest),
                b' ' | b'\t' | b'\r' | b'\n' | b':' | b',' | b'{' | b'}' | b'[' | b']' => 1,
                _ => rest.find([' ', '\t', '\r', '\n', ':', ',', '{', '}', '[', ']']).unwrap_or(rest.len()),
            };
            let end = self.at;
            match (first, self.around.last_mut().map(|around| &mut around.step)) {
                (b' ' | b'\t' | b'\r' | b'\n' | b':', _) => continue,
                (b',', step) => {
                    if let Some(Step::Key(key)) = step {
                        *key = None;
                    }
                    continue;
                }
                (b'}' | b']', _) => {
                    let start = self.around.pop().map_or(start, |around| around.start);
                    return Some(Token { kind: Kind::Close, start, end });
                }
                (b'"', Some(Step::Key(key @ None))) => {
                    *key = self.json.get(start + 1..end - 1);
                    return Some(Token { kind: Kind::Key, start, end });
                }
                (_, Some(Step::Index(index))) => *index = Some(index.map_or(0, |index| index + 1)),
                (_, Some(Step::Key(_)) | None) => {}
            }
            let step = match first {
                b'[' => Step::Index(None),
                b'{' => Step::Key(None),
                _ => return Some(Token { kind: Kind::Scalar, start, end }),
            };
            self.around.push(Around { start, step });
            return Some(Token { kind: Kind::Open, start, end });
        }
    }
}

/// How many bytes the string at the beginning of a text takes, with its quotes.
fn string(text: &str) -> usize {
    let mut escaped = true;
    let quote = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    quote.map_or(text.len(), |quote| quote + 1)
}

/// A key, or the text of a string, as it stands between quotes.
fn unescaped(text: &str) -> Cow<'_, str> {
    match text.contains('\\').then(|| serde_json::from_str(&format!("\"{text}\""))) {
        Some(Ok(text)) => Cow::Owned(text),
        Some(Err(_)) | None => Cow::Borrowed(text),
    }
}

/// A key as a part of a JSON Pointer.
fn pointer_part(key: &str) -> Cow<'_, str> {
    match unescaped(key) {
        key if key.contains(['~', '/']) => key.replace('~', "~0").replace('/', "~1").into(),
        key => key,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Project;

    #[test]
    fn a_complaint_has_its_place_wherever_the_reader_stood() {
        // The path, and what stands there. Nothing that follows counts, be it missing or wrong.
        for (rest, path, at) in [
            (r#""name":5"#, "/name", "5"),
            (r#""name": [ ]"#, "/name", "[ ]"),
            (r#""name":"P","name":"Q"}}"#, "/name", r#""Q"}}"#),
            (r#""a/b\u007e": true"#, "/a~1b~0", "true"),
            (r#""tasks":[{"id":"a","name":"A"},{"id":"b"}],"#, "/tasks/1", r#"{"id":"b"}],"#),
            (r#""tasks":[{"constraint":{"kind":"mustStartOn","at":"26"} , "id""#, "/tasks/0/constraint/at", r#""26"} , "id""#),
            (r#""tasks":[{"constraint":{"kind":"mustStartOn"} }"#, "/tasks/0/constraint", r#"{"kind":"mustStartOn"} }"#),
            (r#""tasks":[{"constraint":{"at":"26","kind":"soon" "#, "/tasks/0/constraint/kind", r#""soon" "#),
            (r#""links":[{"kind":{"XX":1}"#, "/links/0/kind", r#"{"XX":1}"#),
        ] {
            let json = format!(r#"{{"linkstar":1,"id":"p",{rest}"#);
            let column = u32::try_from(json.len() - at.len() + 1).ok();
            let found = Project::from_json(&json).map_err(|error| (error.path, error.line, error.column));
            assert_eq!(found, Err((path.to_owned(), Some(1), column)), "{rest}");
        }
    }
}
