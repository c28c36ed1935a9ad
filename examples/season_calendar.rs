//! A seller's year: when people buy, when nobody works, by when goods have to be where.
//!
//! ```sh
//! cargo run --release --example season_calendar -- [--year 2027] [--lang zh-CN|en]
//! ```
//!
//! Month by month, the holidays of both countries, sales, cut-offs and factory stops, each with how certain it is; then what is only an
//! estimate, and what nobody knows yet. No date of one year stands in for that of another.

#[path = "us_launch/text.rs"]
#[allow(dead_code, unreachable_pub, reason = "one ruler for all examples")]
mod text;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use chrono::Datelike;
use linkstar::{Confidence, DateBasis, Day, Language, Pack, PublishedKind, Translation, YearCalendar, YearEntry, YearEntryKind};
use linkstar::{Result, year_calendar};

use text::{COLUMNS, cut, pad, paragraph, width};

const CALENDAR: &str = include_str!("../crates/linkstar-packs/us/calendar.json");

pub fn main() -> ExitCode {
    match output(std::env::args().skip(1)) {
        Ok(text) => match std::io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => complain(&error.to_string()),
            Ok(()) | Err(_) => ExitCode::SUCCESS,
        },
        Err(complaint) => complain(&complaint),
    }
}

fn complain(complaint: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "season_calendar: {complaint}");
    ExitCode::from(2)
}

/// What the program writes, or the line that says why it cannot.
pub fn output(arguments: impl IntoIterator<Item = String>) -> std::result::Result<String, String> {
    let (mut year, mut language, mut unknown) = ("2027".to_owned(), Language::En, None);
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, value) =
            argument.split_once('=').map_or((argument.clone(), None), |(name, value)| (name.to_owned(), Some(value.to_owned())));
        let mut value = || value.clone().or_else(|| arguments.next()).unwrap_or_default();
        match name.as_str() {
            "--year" => year = value(),
            "--lang" => match value().as_str() {
                "en" => language = Language::En,
                "zh-CN" => language = Language::ZhCn,
                other => return Err(format!("`{other}` is no language here. Write --lang en or --lang zh-CN.")),
            },
            _ => unknown = unknown.or(Some(argument)),
        }
    }
    let said = |en: String, zh: String| if language == Language::En { en } else { zh };
    if let Some(other) = unknown {
        let usage = "season_calendar [--year 2027] [--lang zh-CN|en]";
        return Err(said(format!("`{other}` is no option. Write: {usage}"), format!("没有选项 `{other}`。用法:{usage}")));
    }
    let number: i32 = year
        .parse()
        .map_err(|_| said(format!("`{year}` is no year. Write --year 2027."), format!("`{year}` 不是年份。请写 --year 2027。")))?;
    season(number, language).map_err(|error| error.sentence(language))
}

fn season(year: i32, language: Language) -> Result<String> {
    let packs = [Pack::from_json(CALENDAR)?];
    let [pack] = &packs;
    let calendar = year_calendar(&packs, year)?;
    let page = Page { pack, year, words: Words { language } };
    let months = (1..=12).filter_map(|month| page.month(&calendar, month));
    let parts = [page.head(&calendar)].into_iter().chain(months).chain(page.estimates(&calendar)).chain(page.unknown(&calendar));
    Ok(parts.collect::<Vec<_>>().join("\n"))
}

struct Page<'a> {
    pack: &'a Pack,
    year: i32,
    words: Words,
}

/// The columns of a row: days, who is concerned, what it is; the rest says how certain.
const DAYS: usize = 24;
const WHO: usize = 15;
const WHAT: usize = 49;

impl Page<'_> {
    fn head(&self, calendar: &YearCalendar) -> String {
        let (words, year) = (self.words, self.year);
        let title = words.say(&format!("The year {year} of a seller in the US"), &format!("{year} 年美国站卖家日历"));
        let asked = self.pack.as_of.map(|day| day.to_string()).unwrap_or_default();
        let source = words.say(&format!("as known on {asked}"), &format!("资料截至 {asked}"));
        let blanks = COLUMNS.saturating_sub(width(&title) + width(&source));
        let count = |sure: bool| {
            let entries = calendar.entries.iter().filter(|entry| entry.kind == YearEntryKind::PublishedDate);
            entries.filter(|entry| is_sure(entry.certainty) == sure).count()
        };
        let (sure, guessed, unknown) = (count(true), count(false), calendar.unknown.len());
        let sums = words.say(
            &format!("Dates of platforms and carriers: {sure} published, {guessed} estimated; unknown: {unknown}. Not legal advice."),
            &format!("平台与承运商日期:已公布 {sure} 项,估计 {guessed} 项;未知 {unknown} 项。仅供排期参考,不构成法律意见。"),
        );
        let legend = words.say("~ may still move   * from memory, or from one weak source", "~ 仍可能变动   * 凭记忆或来源单薄");
        format!("{title}{}{source}\n{sums}\n{legend}\n", " ".repeat(blanks))
    }

    fn month(&self, calendar: &YearCalendar, month: u32) -> Option<String> {
        let of_month = calendar.entries.iter().filter(|entry| self.month_of(entry) == month);
        let rows: Vec<String> = of_month.map(|entry| self.row(entry)).collect();
        (!rows.is_empty()).then(|| format!("{}\n{}", self.words.month(month), rows.concat()))
    }

    /// The month of its first day; what began in the year before stands in January.
    fn month_of(&self, entry: &YearEntry) -> u32 {
        let first = entry.first.or(entry.last).filter(|day| day.year() == self.year);
        first.map_or(1, |day| civil(day).month())
    }

    fn row(&self, entry: &YearEntry) -> String {
        let mark = if is_sure(entry.certainty) { ' ' } else { '~' };
        let (days, who, what) = (self.days(entry), self.who(entry), self.what(entry));
        let (who, what) = (cut(&who, WHO - 1), cut(&what, WHAT - 1));
        let star = if is_weak(entry.basis.confidence) { "*" } else { "" };
        let certainty = self.words.certainty(entry.certainty);
        format!("{mark} {}{}{}{certainty}{star}\n", pad(&days, DAYS), pad(&who, WHO), pad(&what, WHAT))
    }

    fn days(&self, entry: &YearEntry) -> String {
        let day = |day: Day| {
            let short = civil(day).format("%m-%d");
            if day.year() == self.year { format!("{short} {}", self.words.weekday(day)) } else { day.to_string() }
        };
        match (entry.first, entry.last) {
            (Some(first), Some(last)) if first != last => format!("{} – {}", day(first), day(last)),
            (Some(only), _) => day(only),
            (None, Some(last)) => self.words.say(&format!("until {}", day(last)), &format!("截至 {}", day(last))),
            (None, None) => String::new(),
        }
    }

    /// The country in which people do not work or do, or who sets the date.
    fn who(&self, entry: &YearEntry) -> String {
        let words = self.words;
        match entry.kind {
            YearEntryKind::Holiday => words.say("holiday", "假日") + &self.country(entry),
            YearEntryKind::ObservedDay => words.say("day off", "补休") + &self.country(entry),
            YearEntryKind::MakeUpDay => words.say("working day", "调休上班") + &self.country(entry),
            YearEntryKind::LessWork => words.say("factory", "工厂"),
            YearEntryKind::RetailMoment => words.say("moment", "节点"),
            YearEntryKind::PublishedDate => self.by(entry),
        }
    }

    fn country(&self, entry: &YearEntry) -> String {
        let zone =
            self.pack.calendars.iter().find(|calendar| entry.calendars.contains(&calendar.id)).map(|calendar| calendar.zone.as_str());
        match zone {
            Some(zone) if zone.starts_with("Asia/") => self.words.say(" CN", " 中国"),
            Some(_) => self.words.say(" US", " 美国"),
            None => String::new(),
        }
    }

    fn by(&self, entry: &YearEntry) -> String {
        let Some(by) = &entry.by else { return String::new() };
        let known = self.pack.platforms.iter().find(|platform| platform.id == *by);
        let name = known.map(|platform| self.words.name(&platform.name, &platform.translations).to_owned());
        // Marketplaces are in a pack of their own, which a calendar does not need.
        name.unwrap_or_else(|| match by.as_str() {
            "amazon" => self.words.say("Amazon", "亚马逊"),
            "walmart" => self.words.say("Walmart", "沃尔玛"),
            "tiktok-shop" => "TikTok Shop".to_owned(),
            other => other.to_owned(),
        })
    }

    fn what(&self, entry: &YearEntry) -> String {
        let words = self.words;
        let name = words.name(&entry.name, &entry.translations);
        match (entry.what, entry.percent) {
            (Some(what), _) => {
                let method = entry
                    .method
                    .as_deref()
                    .map(|method| words.method(method))
                    .map(|method| words.say(&format!(" ({method})"), &format!("({method})")));
                words.say(&format!("{name}: "), &format!("{name}:")) + &words.published(what) + &method.unwrap_or_default()
            }
            (None, Some(0)) => words.say(&format!("{name}: closed"), &format!("{name}:停工")),
            (None, Some(percent)) => words.say(&format!("{name}: {percent} % of the work"), &format!("{name}:产能约 {percent}%")),
            (None, None) if entry.carriers_closed => words.say(&format!("{name}; carriers rest"), &format!("{name}(快递停派)")),
            (None, None) => name.to_owned(),
        }
    }

    fn estimates(&self, calendar: &YearCalendar) -> Option<String> {
        // What a factory does is its own affair: it never publishes it.
        let guessed = calendar.entries.iter().filter(|entry| entry.kind != YearEntryKind::LessWork && !is_sure(entry.certainty));
        let title = self.words.say("NOT ANNOUNCED: replace it as soon as the date is", "尚未公布,以下为推算或估计:公布后请立即替换");
        self.notes(&title, guessed)
    }

    fn unknown(&self, calendar: &YearCalendar) -> Option<String> {
        let title = self.words.say("UNKNOWN: ask, and never take the date of another year", "以下未知:请自行确认,切勿套用往年日期");
        self.notes(&title, calendar.unknown.iter())
    }

    /// Entries with what is known of their dates; what is the same for several stands there once.
    fn notes<'e>(&self, title: &str, entries: impl Iterator<Item = &'e YearEntry>) -> Option<String> {
        let mut by_note: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for entry in entries {
            let day = self.days(entry);
            let what = if day.is_empty() { self.what(entry) } else { format!("{} {day}", self.what(entry)) };
            let note = entry.basis.note.clone().unwrap_or_default();
            by_note.entry((self.who(entry), note)).or_default().push(what);
        }
        let separator = self.words.say("; ", ";");
        let lines = by_note.into_iter().map(|((who, note), whats)| {
            let note = if note.is_empty() { note } else { format!(" – {note}") };
            paragraph(&format!("  {}", pad(&who, WHO)), &(whats.join(&separator) + &note))
        });
        let lines: String = lines.collect();
        (!lines.is_empty()).then(|| format!("{title}\n{lines}"))
    }
}

/// Whether a rule gives the date, or whoever sets it.
fn is_sure(certainty: DateBasis) -> bool {
    match certainty {
        DateBasis::Given | DateBasis::Rule | DateBasis::Published => true,
        DateBasis::Projected | DateBasis::Estimate | DateBasis::Unknown => false,
    }
}

/// Whether nobody looked it up, or only in one place that is often wrong.
fn is_weak(confidence: Confidence) -> bool {
    match confidence {
        Confidence::Low | Confidence::Memory => true,
        Confidence::Confirmed | Confidence::Partly | Confidence::Projected | Confidence::Estimate | Confidence::Unknown => false,
    }
}

fn civil(day: Day) -> chrono::NaiveDate {
    day.to_string().parse().unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
struct Words {
    language: Language,
}

impl Words {
    fn say(self, en: &str, zh: &str) -> String {
        match self.language {
            Language::En => en.to_owned(),
            Language::ZhCn => zh.to_owned(),
        }
    }

    fn name<'n>(self, name: &'n str, translations: &'n [Translation]) -> &'n str {
        let tag = match self.language {
            Language::En => "en",
            Language::ZhCn => "zh-CN",
        };
        translations.iter().find(|translation| translation.language == tag).map_or(name, |translation| &translation.name)
    }

    fn month(self, month: u32) -> String {
        const EN: [&str; 12] =
            ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"];
        let en = EN.iter().zip(1..).find(|(_, number)| *number == month).map_or("", |(name, _)| name);
        self.say(en, &format!("{month} 月"))
    }

    fn weekday(self, day: Day) -> String {
        let (en, zh) = match civil(day).weekday() {
            chrono::Weekday::Mon => ("Mon", "周一"),
            chrono::Weekday::Tue => ("Tue", "周二"),
            chrono::Weekday::Wed => ("Wed", "周三"),
            chrono::Weekday::Thu => ("Thu", "周四"),
            chrono::Weekday::Fri => ("Fri", "周五"),
            chrono::Weekday::Sat => ("Sat", "周六"),
            chrono::Weekday::Sun => ("Sun", "周日"),
        };
        self.say(en, zh)
    }

    fn certainty(self, certainty: DateBasis) -> String {
        let (en, zh) = match certainty {
            DateBasis::Given => ("given", "已给定"),
            DateBasis::Rule => ("by rule", "按规则"),
            DateBasis::Published => ("published", "已公布"),
            DateBasis::Projected => ("projected", "推算"),
            DateBasis::Estimate => ("ESTIMATE", "估计"),
            DateBasis::Unknown => ("UNKNOWN", "未知"),
        };
        self.say(en, zh)
    }

    fn published(self, what: PublishedKind) -> String {
        let (en, zh) = match what {
            PublishedKind::Event => ("event", "活动期"),
            PublishedKind::InboundBy => ("inbound", "到仓截止"),
            PublishedKind::EnrolBy => ("enrolment", "入仓报名截止"),
            PublishedKind::DealWindow => ("deals", "秒杀提报截止"),
            PublishedKind::PeakFees => ("peak fees", "旺季附加费"),
            PublishedKind::LastShipDay => ("last day to ship", "最晚寄出日"),
        };
        self.say(en, zh)
    }

    fn method(self, method: &str) -> String {
        let (en, zh) = match method {
            "minimal-splits" => ("minimal splits", "最少拆分"),
            "amazon-optimized-splits" => ("Amazon-optimized", "亚马逊优化拆分"),
            "awd" => ("AWD", "AWD"),
            "fulfilment-fee" => ("fulfilment fee", "配送费"),
            "storage-fee" => ("storage fee", "仓储费"),
            other => return other.replace('-', " "),
        };
        self.say(en, zh)
    }
}
