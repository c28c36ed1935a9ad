//! Text for a terminal, where a Chinese character takes two columns.
//!
//! Widths are those of plain text: a [`Pen`] colours what has been cut and padded already.

/// The columns of the whole report.
pub const COLUMNS: usize = 100;

/// Characters of two columns: the wide and fullwidth ranges of Unicode's East Asian Width that launch plans meet.
const WIDE: [(char, char); 11] = [
    ('\u{1100}', '\u{115F}'),
    ('\u{2E80}', '\u{303E}'),
    ('\u{3041}', '\u{4DBF}'),
    ('\u{4E00}', '\u{A4CF}'),
    ('\u{AC00}', '\u{D7A3}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{FE30}', '\u{FE6F}'),
    ('\u{FF01}', '\u{FF60}'),
    ('\u{FFE0}', '\u{FFE6}'),
    ('\u{1F300}', '\u{1FAFF}'),
    ('\u{20000}', '\u{3FFFD}'),
];

/// Marks that never begin a line, and those that never end one.
const CLOSING: &str = ",.;:!?)%，。；：！？、）》】";
const OPENING: &str = "(（《【";

/// The columns that a text takes.
pub fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    if is_wide(c) { 2 } else { 1 }
}

pub fn is_wide(c: char) -> bool {
    WIDE.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// The text, or as much of it as fits, with `…` in place of the rest.
pub fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let Some(room) = limit.checked_sub(1) else { return String::new() };
    let (head, _) = split(text, room);
    format!("{}…", head.trim_end())
}

/// The text, cut or filled with blanks to exactly so many columns.
pub fn pad(text: &str, to: usize) -> String {
    let text = cut(text, to);
    let blanks = to.saturating_sub(width(&text));
    text + &" ".repeat(blanks)
}

/// As many items as fit, and how many do not.
pub fn list(items: &[String], separator: &str, limit: usize, more: impl Fn(usize) -> String) -> String {
    let joined = |count: usize| {
        let rest = items.len() - count;
        let shown = items[..count].join(separator);
        if rest == 0 { shown } else { shown + separator + &more(rest) }
    };
    let fits = (1..=items.len()).rev().map(joined).find(|text| width(text) <= limit);
    fits.unwrap_or_else(|| cut(&items.join(separator), limit))
}

/// A paragraph of lines no wider than the report: `lead` stands before the first, blanks before the others.
pub fn paragraph(lead: &str, text: &str) -> String {
    let indent = width(lead);
    let lines = wrap(text, COLUMNS - indent);
    let lead_or_blank = std::iter::once(lead.to_owned()).chain(std::iter::repeat(" ".repeat(indent)));
    lead_or_blank.zip(lines).map(|(before, line)| before + &line + "\n").collect()
}

fn wrap(text: &str, limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for mut piece in pieces(text) {
        while let Some(line) = lines.last_mut() {
            if width(line) + width(piece.trim_end()) <= limit {
                line.push_str(piece);
                break;
            }
            if line.is_empty() {
                // One word wider than a line: a long id, a link.
                let (head, rest) = split(piece, limit);
                line.push_str(head);
                piece = rest;
            }
            lines.push(String::new());
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The longest beginning of at most so many columns, and the rest.
fn split(text: &str, limit: usize) -> (&str, &str) {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, c)| {
        taken += columns(*c);
        taken > limit
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}

/// The parts of a text between which a line may end: after a blank, and around Chinese characters.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    for ((_, before), (at, after)) in text.char_indices().zip(text.char_indices().skip(1)) {
        let between_words = before == ' ' && after != ' ';
        let around_wide = before != ' ' && after != ' ' && (is_wide(before) || is_wide(after));
        if between_words || around_wide && !OPENING.contains(before) && !CLOSING.contains(after) {
            pieces.push(&text[begin..at]);
            begin = at;
        }
    }
    pieces.push(&text[begin..]);
    pieces
}

/// What a stretch of text is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Plain,
    Strong,
    Faint,
    Red,
    Yellow,
    Blue,
}

/// Colours text where there is colour.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    pub colour: bool,
}

impl Pen {
    pub fn draw(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Plain => return text.to_owned(),
            Ink::Strong => "1",
            Ink::Faint => "2",
            Ink::Red => "31",
            Ink::Yellow => "33",
            Ink::Blue => "36",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_takes_two_columns() {
        assert_eq!(width("FBA 入仓"), 8);
        assert_eq!(width("（，。【】"), 10);
        assert_eq!(width("█▓▒·│◆…"), 7);
    }

    #[test]
    fn a_cut_never_leaves_half_a_character() {
        assert_eq!(cut("证书签发", 8), "证书签发");
        assert_eq!(cut("证书签发", 7), "证书签…");
        assert_eq!(cut("证书签发", 6), "证书…");
        assert_eq!(pad("证书签发", 6), "证书… ");
        assert_eq!(pad("ISF", 5), "ISF  ");
        assert_eq!(cut("ISF", 0), "");
    }

    #[test]
    fn a_list_says_how_much_it_leaves_out() {
        let items = ["charter".to_owned(), "research".to_owned(), "samples".to_owned()];
        let more = |count| format!("+{count}");
        assert_eq!(list(&items, "; ", 30, more), "charter; research; samples");
        assert_eq!(list(&items, "; ", 21, more), "charter; research; +1");
        assert_eq!(list(&items, "; ", 4, more), "cha…");
        assert_eq!(list(&[], "; ", 4, more), "");
    }

    #[test]
    fn lines_end_between_words_and_between_chinese_characters() {
        assert_eq!(wrap("it waits for samples", 9), ["it waits", "for", "samples"]);
        assert_eq!(wrap("等待样品确认", 5), ["等待", "样品", "确认"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn no_line_begins_with_a_full_stop_or_ends_with_a_bracket() {
        assert_eq!(wrap("等待完成。", 8), ["等待完", "成。"]);
        assert_eq!(wrap("等待(FS)完成", 5), ["等待", "(FS)", "完成"]);
        assert_eq!(wrap("等待【样品】", 6), ["等待", "【样", "品】"]);
    }

    #[test]
    fn a_paragraph_hangs_below_its_lead() {
        let text = paragraph("立项  ", &"word ".repeat(30));
        assert!(text.lines().all(|line| width(line) <= COLUMNS));
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with("      word")));
    }
}
