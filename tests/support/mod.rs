//! JSON as text. Vectors are compared byte by byte, so that the order of fields and the spelling of a text count; and they are read by
//! people, so that they are written with room.

/// Lines of a vector are not longer than this, where they can be broken.
const WIDTH: usize = 140;

/// The same JSON without blanks between its tokens.
pub fn compact(json: &str) -> String {
    let mut strings = Strings::default();
    json.chars().filter(|c| strings.hold(*c) || !c.is_ascii_whitespace()).collect()
}

/// Compact JSON as a person reads it: what fits stays on one line.
pub fn pretty(json: &str, indent: usize) -> String {
    let line = lay_out(json, None);
    if line.chars().count() + indent <= WIDTH { line } else { lay_out(json, Some(indent)) }
}

fn lay_out(json: &str, indent: Option<usize>) -> String {
    let (open, close) = match json.chars().next() {
        Some('[') if json.len() > 2 => ("[", "]"),
        Some('{') if json.len() > 2 => ("{", "}"),
        _ => return json.to_owned(),
    };
    let below = |value: &str| indent.map_or_else(|| lay_out(value, None), |indent| pretty(value, indent + 2));
    let parts = items(&json[1..json.len() - 1]).into_iter().map(|item| match item.split_once("\":").filter(|_| open == "{") {
        Some((key, value)) => format!("{key}\": {}", below(value)),
        None => below(item),
    });
    let parts: Vec<String> = parts.collect();
    let blank = if open == "{" { " " } else { "" };
    match indent.map(|indent| " ".repeat(indent)) {
        None => format!("{open}{blank}{}{blank}{close}", parts.join(", ")),
        Some(outer) => format!("{open}\n{outer}  {}\n{outer}{close}", parts.join(&format!(",\n{outer}  "))),
    }
}

/// What stands between the commas of this level.
fn items(inner: &str) -> Vec<&str> {
    let (mut strings, mut depth) = (Strings::default(), 0);
    let comma = |c: char| {
        let inside = strings.hold(c);
        depth += i32::from(!inside && "[{".contains(c)) - i32::from(!inside && "]}".contains(c));
        c == ',' && !inside && depth == 0
    };
    inner.split(comma).collect()
}

/// Knows, character by character, what lies inside a string.
#[derive(Default)]
struct Strings {
    open: bool,
    escaped: bool,
}

impl Strings {
    fn hold(&mut self, c: char) -> bool {
        let inside = self.open;
        self.open ^= c == '"' && !self.escaped;
        self.escaped = inside && c == '\\' && !self.escaped;
        inside
    }
}
