//! Sentences for people, in English and Chinese.
//!
//! A sentence is a pattern and its arguments. Patterns stand where their meaning is decided: those of codes in [`crate::error`],
//! those of explanations in [`crate::plan`]. Here is what all of them share: filling, local time, lengths of working time.

use crate::error::{Argument, Code, Diagnostic, Error, Language, fill};
use crate::time::{Timestamp, WorkingDay, Zone};

impl Error {
    /// The sentence of this error.
    ///
    /// ```
    /// use linkstar::{Language, Span};
    /// let error = "eight days".parse::<Span>().unwrap_err();
    /// assert!(error.sentence(Language::ZhCn).starts_with("`eight days` 不是有效时长"));
    /// ```
    pub fn sentence(&self, language: Language) -> String {
        sentence(self.code, &self.args, language)
    }
}

impl Diagnostic {
    /// The sentence of this finding.
    pub fn sentence(&self, language: Language) -> String {
        sentence(self.code, &self.args, language)
    }
}

/// The sentence of a code with these arguments.
pub(crate) fn sentence(code: Code, args: &[Argument], language: Language) -> String {
    fill(code.pattern(language), args)
}

/// An instant as people there read it: `Fri 2027-11-26 00:00`.
///
/// ```
/// use linkstar::{Language, Zone, local_time};
/// let launch = "2027-11-26T08:00:00Z".parse()?;
/// assert_eq!(local_time(launch, Zone::new("America/Los_Angeles")?, Language::En), "Fri 2027-11-26 00:00");
/// assert_eq!(local_time(launch, Zone::new("Asia/Shanghai")?, Language::ZhCn), "2027-11-26 周五 16:00");
/// # Ok::<(), linkstar::Error>(())
/// ```
pub fn local_time(at: Timestamp, zone: Zone, language: Language) -> String {
    let local = zone.local_seconds(at.unix_seconds());
    let day = zone.day_at(at);
    let minutes = local.rem_euclid(86_400) / 60;
    let clock = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let weekday = |names: [&'static str; 7]| names.get(day.weekday()).copied().unwrap_or_default();
    match language {
        Language::En => format!("{} {day} {clock}", weekday(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])),
        Language::ZhCn => format!("{day} {} {clock}", weekday(["周一", "周二", "周三", "周四", "周五", "周六", "周日"])),
    }
}

/// An instant without words: `2027-11-26 00:00 America/Los_Angeles`.
pub(crate) fn plain_time(at: Timestamp, zone: Zone) -> String {
    let minutes = zone.local_seconds(at.unix_seconds()).rem_euclid(86_400) / 60;
    format!("{} {:02}:{:02} {zone}", zone.day_at(at), minutes / 60, minutes % 60)
}

/// Working seconds as people write them, in days of the project: `3d 4h`, `-30m`, `0d`.
///
/// ```
/// use linkstar::{WorkingDay, working_time};
/// assert_eq!(working_time(28 * 3600, WorkingDay::default()), "3d 4h");
/// assert_eq!(working_time(-1800, WorkingDay::default()), "-30m");
/// ```
pub fn working_time(seconds: i64, working_day: WorkingDay) -> String {
    let day = working_day.day.max(1);
    let length = i64::try_from(seconds.unsigned_abs()).unwrap_or(i64::MAX);
    let rest = length % day;
    let parts = [(length / day, "d"), (rest / 3600, "h"), (rest / 60 % 60, "m"), (rest % 60, "s")];
    let parts: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    match (parts.is_empty(), seconds < 0) {
        (true, _) => "0d".to_owned(),
        (false, true) => format!("-{}", parts.join(" ")),
        (false, false) => parts.join(" "),
    }
}
