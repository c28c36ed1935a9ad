//! The command line: `us_launch [--now DATE] [--evidence KEY]... [--json] [--lang zh-CN|en]`, and with `--template` a project of one's own.

use linkstar::{Day, Language, Timestamp, Zone};

use super::launch::DESK;
use super::words;

/// The moment of the plan when nobody names one: a Tuesday on which the launch can still be saved, and something is due.
const DEFAULT_NOW: &str = "2027-05-25";

/// When the day begins at the desk in Shanghai, in seconds from midnight.
const NINE_O_CLOCK: i64 = 9 * 3600;

#[derive(Debug)]
pub enum Wish {
    Help { language: Language },
    Report { view: View },
    Json { view: View },
}

/// What to look at, and from when.
#[derive(Debug)]
pub struct View {
    pub now: Timestamp,
    pub language: Language,
    /// What is handed in: the keys of checklist items.
    pub evidence: Vec<String>,
    /// The template and the product, where the project is not that of `launch.json`.
    pub choice: Option<Choice>,
}

/// A template and a product for it.
#[derive(Debug, Default)]
pub struct Choice {
    pub template: String,
    pub categories: Vec<String>,
    pub platforms: Vec<String>,
    /// Attributes with their values.
    pub attributes: Vec<(String, String)>,
    pub moment: Option<String>,
    pub year: Option<i32>,
    pub target: Option<Day>,
    pub start: Option<Day>,
    pub skus: Option<usize>,
}

impl Wish {
    /// # Errors
    /// One line that says what to write instead.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Wish, String> {
        let (mut now, mut language, mut json, mut help, mut unknown) = (None, None, false, false, None);
        let mut evidence = Vec::new();
        let (mut choice, mut numbers, mut days, mut chosen) = (Choice::default(), Vec::new(), Vec::new(), false);
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            // Both `--now 2027-06-15` and `--now=2027-06-15` are common.
            let (name, value) = argument.split_once('=').map_or((argument.as_str(), None), |(name, value)| (name, Some(value.to_owned())));
            match (name, &value) {
                ("--now", _) => now = Some(value.or_else(|| arguments.next()).unwrap_or_default()),
                ("--lang", _) => language = Some(value.or_else(|| arguments.next()).unwrap_or_default()),
                ("--evidence", _) => evidence.push(value.or_else(|| arguments.next()).unwrap_or_default()),
                ("--template" | "--category" | "--platform" | "--attr" | "--moment", _) => {
                    let value = value.or_else(|| arguments.next()).unwrap_or_default();
                    chosen = true;
                    match name {
                        "--template" => choice.template = value,
                        "--category" => choice.categories.push(value),
                        "--platform" => choice.platforms.push(value),
                        "--moment" => choice.moment = Some(value),
                        _ => choice.attributes.push(
                            value.split_once('=').map_or((value.clone(), String::new()), |(one, other)| (one.to_owned(), other.to_owned())),
                        ),
                    }
                }
                ("--year" | "--skus", _) => numbers.push((name.to_owned(), value.or_else(|| arguments.next()).unwrap_or_default())),
                ("--target" | "--start", _) => days.push((name.to_owned(), value.or_else(|| arguments.next()).unwrap_or_default())),
                ("--json", None) => json = true,
                ("--help" | "-h", None) => help = true,
                _ => unknown = unknown.or(Some(argument)),
            }
        }
        // The language first, so that the other complaints come in it.
        let language = match language.as_deref() {
            None | Some("en") => Language::En,
            Some("zh-CN") => Language::ZhCn,
            Some(other) => return Err(words::BAD_LANGUAGE.with(Language::En, &[("value", other)])),
        };
        if let Some(argument) = unknown {
            return Err(words::BAD_OPTION.with(language, &[("value", &argument)]));
        }
        if help {
            return Ok(Wish::Help { language });
        }
        for (name, value) in numbers {
            let bad = || words::BAD_NUMBER.with(language, &[("option", &name), ("value", &value)]);
            let number: i32 = value.parse().ok().filter(|number| *number > 0).ok_or_else(bad)?;
            if name == "--year" {
                choice.year = Some(number)
            } else {
                choice.skus = usize::try_from(number).ok()
            }
            chosen = true;
        }
        for (name, value) in days {
            let day: Day = value.parse().map_err(|_| words::BAD_DAY.with(language, &[("option", &name), ("value", &value)]))?;
            if name == "--target" {
                choice.target = Some(day)
            } else {
                choice.start = Some(day)
            }
            chosen = true;
        }
        if chosen && choice.template.is_empty() {
            return Err(words::NO_TEMPLATE.with(language, &[]));
        }
        let choice = chosen.then_some(choice);
        let text = now.as_deref().unwrap_or(DEFAULT_NOW);
        let now = moment(text).ok_or_else(|| words::BAD_NOW.with(language, &[("value", text)]))?;
        let view = View { now, language, evidence, choice };
        Ok(if json { Wish::Json { view } } else { Wish::Report { view } })
    }
}

/// A day, which stands for nine o'clock at the desk, or a moment with its offset.
pub fn moment(text: &str) -> Option<Timestamp> {
    match text.parse::<Day>() {
        Ok(day) => Zone::new(DESK).ok()?.start_of(day).plus_seconds(NINE_O_CLOCK).ok(),
        Err(_) => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Wish, String> {
        Wish::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_day_is_nine_o_clock_in_shanghai() {
        for line in ["--now 2027-06-15", "--now=2027-06-15", "--now 2027-06-15T09:00:00+08:00", "--now 2027-06-15T01:00:00Z"] {
            assert!(matches!(read(line), Ok(Wish::Report { view }) if view.now.to_string() == "2027-06-15T01:00:00Z"), "{line}");
        }
    }

    #[test]
    fn evidence_may_come_in_several_pieces() {
        let wish = read("--evidence fcc-grant --lang en --evidence=cpc");
        assert!(matches!(&wish, Ok(Wish::Report { view }) if view.evidence == ["fcc-grant", "cpc"]), "{wish:?}");
    }

    #[test]
    fn what_cannot_be_read_says_what_to_write() {
        for (line, advice) in [
            ("--now tomorrow", "--now 2027-06-15"),
            ("--now", "--now 2027-06-15"),
            ("--now 2027-02-29", "--now 2027-06-15"),
            ("--lang fr", "--lang zh-CN"),
            ("--json=yes", "--help"),
            ("us_launch", "--help"),
            ("--lang zh-CN --now x", "--now 2027-06-15"),
        ] {
            let complaint = read(line).expect_err(line);
            assert!(complaint.contains(advice) && complaint.lines().count() == 1, "{complaint}");
        }
    }
}
