//! Lengths of time as people write them.

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error, Result};
use crate::text::text_type;

/// The longest span that a plan takes: 10,000 years of the clock, in seconds.
const LONGEST: i64 = 10_000 * 366 * 86_400;

/// The unit of a span. Working units run on a calendar, elapsed ones on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum SpanUnit {
    /// Working seconds, written `s`.
    Seconds,
    /// Working minutes, written `m`.
    Minutes,
    /// Working hours, written `h`.
    Hours,
    /// Working days of the project's length, written `d`.
    Days,
    /// Working weeks of the project's length, written `w`.
    Weeks,
    /// Seconds of the clock, written `es`.
    ElapsedSeconds,
    /// Minutes of the clock, written `em`.
    ElapsedMinutes,
    /// Hours of the clock, written `eh`.
    ElapsedHours,
    /// Days of 24 hours, written `ed`.
    ElapsedDays,
    /// Weeks of seven such days, written `ew`.
    ElapsedWeeks,
}

impl SpanUnit {
    const ALL: [(SpanUnit, &'static str); 10] = [
        (SpanUnit::Seconds, "s"),
        (SpanUnit::Minutes, "m"),
        (SpanUnit::Hours, "h"),
        (SpanUnit::Days, "d"),
        (SpanUnit::Weeks, "w"),
        (SpanUnit::ElapsedSeconds, "es"),
        (SpanUnit::ElapsedMinutes, "em"),
        (SpanUnit::ElapsedHours, "eh"),
        (SpanUnit::ElapsedDays, "ed"),
        (SpanUnit::ElapsedWeeks, "ew"),
    ];

    /// Whether it runs on the clock instead of a calendar.
    ///
    /// ```
    /// use linkstar::SpanUnit;
    /// assert!(SpanUnit::ElapsedDays.is_elapsed() && !SpanUnit::Days.is_elapsed());
    /// ```
    pub const fn is_elapsed(self) -> bool {
        matches!(
            self,
            SpanUnit::ElapsedSeconds | SpanUnit::ElapsedMinutes | SpanUnit::ElapsedHours | SpanUnit::ElapsedDays | SpanUnit::ElapsedWeeks
        )
    }
}

/// How long the project's working day and week are, in seconds: what turns "8d" into working time.
///
/// The day length belongs to the project, not to the calendar that a task works on, as in Microsoft Project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingDay {
    /// Working seconds of a day.
    pub day: i64,
    /// Working seconds of a week.
    pub week: i64,
}

impl WorkingDay {
    /// The day of the clock: 24 hours, to write elapsed time.
    pub const CLOCK: WorkingDay = WorkingDay { day: 86_400, week: 7 * 86_400 };
}

impl Default for WorkingDay {
    fn default() -> WorkingDay {
        WorkingDay { day: 8 * 3600, week: 40 * 3600 }
    }
}

/// A length of time as people write it: `8d`, `16h`, `30m`, `2w`, elapsed `3ed`, or below zero for a lead, `-4h`.
///
/// The unit is kept, so that "8d" stays "8d" through every document.
///
/// ```
/// use linkstar::{Span, SpanUnit};
/// let transit: Span = "18ed".parse()?;
/// assert_eq!(transit, Span { count: 18, unit: SpanUnit::ElapsedDays });
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Span {
    /// How many units.
    pub count: i64,
    /// Of which unit.
    pub unit: SpanUnit,
}

impl Span {
    /// The span in seconds: working seconds, or seconds of the clock for an elapsed unit.
    ///
    /// # Errors
    /// [`Code::TaskSpanTooLong`] beyond 10,000 years.
    ///
    /// ```
    /// use linkstar::{Span, WorkingDay};
    /// assert_eq!("2d".parse::<Span>()?.seconds(WorkingDay::default())?, 16 * 3600);
    /// assert_eq!("2ed".parse::<Span>()?.seconds(WorkingDay::default())?, 48 * 3600);
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn seconds(self, working_day: WorkingDay) -> Result<i64> {
        let unit = match self.unit {
            SpanUnit::Seconds | SpanUnit::ElapsedSeconds => 1,
            SpanUnit::Minutes | SpanUnit::ElapsedMinutes => 60,
            SpanUnit::Hours | SpanUnit::ElapsedHours => 3600,
            SpanUnit::Days => working_day.day,
            SpanUnit::Weeks => working_day.week,
            SpanUnit::ElapsedDays => 86_400,
            SpanUnit::ElapsedWeeks => 7 * 86_400,
        };
        self.count
            .checked_mul(unit)
            .filter(|seconds| (-LONGEST..=LONGEST).contains(seconds))
            .ok_or_else(|| Error::new(Code::TaskSpanTooLong, &[("span", &self.to_string())]))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = SpanUnit::ALL.iter().find(|(unit, _)| *unit == self.unit).map_or("s", |(_, suffix)| suffix);
        write!(f, "{}{suffix}", self.count)
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Span> {
        let invalid = || Error::new(Code::TimeSpan, &[("value", text)]);
        let digits_end = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(invalid)?;
        let (count, suffix) = text.split_at_checked(digits_end).ok_or_else(invalid)?;
        let (unit, _) = SpanUnit::ALL.iter().find(|(_, known)| *known == suffix).ok_or_else(invalid)?;
        if !has_one_spelling(count) {
            return Err(invalid());
        }
        Ok(Span { count: count.parse().map_err(|_| invalid())?, unit: *unit })
    }
}

/// "+8" and "008" are other spellings of "8": a document keeps one.
fn has_one_spelling(number: &str) -> bool {
    number == "0" || matches!(number.strip_prefix('-').unwrap_or(number).as_bytes().first(), Some(b'1'..=b'9'))
}

text_type!(Span, TimeSpan, "a span such as 8d, 16h or 3ed", r"^(0|-?[1-9]\d*)e?[smhdw]$");

/// What a link waits for beyond its predecessor: a span, or a share of the predecessor's duration. Below zero it is a lead.
///
/// ```
/// use linkstar::Lag;
/// let curing: Lag = "50%".parse()?;
/// assert_eq!(curing, Lag::Percent { percent: 50 });
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Lag {
    /// A length of time, working or elapsed.
    Span {
        /// The length.
        span: Span,
    },
    /// A share of the predecessor's duration, on the predecessor's kind of clock.
    Percent {
        /// Hundredths of the duration.
        percent: i32,
    },
}

impl Lag {
    /// Whether it is a lead: the successor may come before the event.
    pub(crate) fn is_negative(self) -> bool {
        match self {
            Lag::Span { span } => span.count < 0,
            Lag::Percent { percent } => percent < 0,
        }
    }
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lag::Span { span } => span.fmt(f),
            Lag::Percent { percent } => write!(f, "{percent}%"),
        }
    }
}

impl FromStr for Lag {
    type Err = Error;

    fn from_str(text: &str) -> Result<Lag> {
        let lag = match text.strip_suffix('%') {
            Some(number) => number.parse().ok().filter(|_| has_one_spelling(number)).map(|percent| Lag::Percent { percent }),
            None => text.parse().ok().map(|span| Lag::Span { span }),
        };
        lag.ok_or_else(|| Error::new(Code::TimeLag, &[("value", text)]))
    }
}

text_type!(Lag, TimeLag, "a lag such as 2d, -4h, 3ed or 50%", r"^((0|-?[1-9]\d*)(e?[smhdw]|%))$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_one_spelling() {
        for good in ["8d", "-4h", "0m", "3ed", "9223372036854775807s"] {
            assert_eq!(good.parse::<Span>().map(|span| span.to_string()).as_deref(), Ok(good));
        }
        for bad in ["", "8", "d", "+8d", "008d", "8 d", "8D", "8.5d", "8x", "9223372036854775808s", "８d", "-0h"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_span_beyond_ten_thousand_years_is_refused() {
        assert_eq!(
            "9223372036854775807w".parse::<Span>().and_then(|span| span.seconds(WorkingDay::default())).map_err(|e| e.code),
            Err(Code::TaskSpanTooLong)
        );
    }
}
