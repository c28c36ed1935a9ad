//! Points in time: [`Timestamp`] in UTC, [`Day`] on a wall calendar.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};

use crate::error::{Code, Error, Result};
use crate::text::text_type;

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time: whole seconds of UTC, in the years 1 to 9999.
///
/// In JSON it is RFC 3339 text. Any offset is read, a fraction of a second is dropped, and `Z` is written.
///
/// ```
/// let black_friday: linkstar::Timestamp = "2027-11-26T00:00:00-08:00".parse()?;
/// assert_eq!(black_friday.to_string(), "2027-11-26T08:00:00Z");
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first second of the year 1.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800);
    /// The last second of the year 9999.
    pub const MAX: Timestamp = Timestamp(253_402_300_799);

    /// The instant `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`Code::TimeOutOfRange`] outside the years 1 to 9999.
    ///
    /// ```
    /// assert_eq!(linkstar::Timestamp::from_unix_seconds(0)?.to_string(), "1970-01-01T00:00:00Z");
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn from_unix_seconds(seconds: i64) -> Result<Timestamp> {
        let instant = Timestamp(seconds);
        if (Timestamp::MIN..=Timestamp::MAX).contains(&instant) {
            Ok(instant)
        } else {
            Err(Error::new(Code::TimeOutOfRange, &[("subject", "A point in time")]))
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later on the clock.
    ///
    /// # Errors
    /// [`Code::TimeOutOfRange`] outside the years 1 to 9999.
    pub fn plus_seconds(self, seconds: i64) -> Result<Timestamp> {
        Timestamp::from_unix_seconds(self.0.saturating_add(seconds))
    }

    fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_chrono().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Timestamp> {
        let invalid = || Error::new(Code::TimeTimestamp, &[("value", text)]);
        // chrono also reads a blank in place of the "T", signed years and second 60; what is written once in two ways is refused.
        let shape = text.as_bytes();
        let canonical = text.is_ascii()
            && !text.contains('z')
            && shape.len() >= 20
            && shape.get(10) == Some(&b'T')
            && shape.get(17).is_some_and(|tens| *tens < b'6');
        if !canonical {
            return Err(invalid());
        }
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| invalid())?;
        Timestamp::from_unix_seconds(parsed.timestamp()).map_err(|_| invalid())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> DateTime<Utc> {
        at.to_chrono()
    }
}

impl<Tz: chrono::TimeZone> TryFrom<DateTime<Tz>> for Timestamp {
    type Error = Error;

    fn try_from(at: DateTime<Tz>) -> Result<Timestamp> {
        Timestamp::from_unix_seconds(at.timestamp())
    }
}

text_type!(
    Timestamp,
    TimeTimestamp,
    "a point in time such as 2027-11-26T08:00:00Z",
    r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$"
);

/// A civil date in the years 1 to 9999. It names an interval of time only together with a zone.
///
/// ```
/// let launch: linkstar::Day = "2027-11-26".parse()?;
/// assert!(launch > "2027-10-16".parse()?);
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
pub struct Day(NaiveDate);

impl Day {
    /// The first day of the year 1.
    pub const MIN: Day = Day(match NaiveDate::from_ymd_opt(1, 1, 1) {
        Some(day) => day,
        None => NaiveDate::MIN,
    });
    /// The last day of the year 9999.
    pub const MAX: Day = Day(match NaiveDate::from_ymd_opt(9999, 12, 31) {
        Some(day) => day,
        None => NaiveDate::MAX,
    });

    /// So many days later, or earlier.
    ///
    /// # Errors
    /// `time.range` outside the years 1 to 9999.
    pub fn plus_days(self, days: i32) -> Result<Day> {
        let seconds = i64::from(days).saturating_mul(86_400);
        let moved =
            self.0.checked_add_signed(chrono::TimeDelta::seconds(seconds)).map(Day).filter(|day| (Day::MIN..=Day::MAX).contains(day));
        moved.ok_or_else(|| Error::new(Code::TimeDay, &[("value", &format!("{self} {days:+}d"))]))
    }

    /// The day of this year, month (1 to 12) and day of the month.
    ///
    /// # Errors
    /// [`Code::TimeDay`] when there is no such day.
    pub fn new(year: i32, month: u32, day: u32) -> Result<Day> {
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Day)
            .filter(|day| (Day::MIN..=Day::MAX).contains(day))
            .ok_or_else(|| Error::new(Code::TimeDay, &[("value", &format!("{year}-{month}-{day}"))]))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Days since Monday: 0 to 6.
    pub(crate) fn weekday(self) -> usize {
        match self.0.weekday() {
            chrono::Weekday::Mon => 0,
            chrono::Weekday::Tue => 1,
            chrono::Weekday::Wed => 2,
            chrono::Weekday::Thu => 3,
            chrono::Weekday::Fri => 4,
            chrono::Weekday::Sat => 5,
            chrono::Weekday::Sun => 6,
        }
    }

    /// Days since 1970-01-01.
    pub(crate) fn number(self) -> i64 {
        i64::from(self.0.to_epoch_days())
    }

    /// The day with this [`number`](Day::number), or the nearest one that there is.
    pub(crate) fn from_number(number: i64) -> Day {
        let inside = number.clamp(Day::MIN.number(), Day::MAX.number());
        i32::try_from(inside).ok().and_then(NaiveDate::from_epoch_days).map_or(Day::MAX, Day)
    }

    /// The day after, or the same at the end of time.
    pub(crate) fn next(self) -> Day {
        Day::from_number(self.number() + 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Day {
    type Err = Error;

    fn from_str(text: &str) -> Result<Day> {
        let parsed = text.parse::<NaiveDate>().ok().map(Day).filter(|day| (Day::MIN..=Day::MAX).contains(day));
        // chrono also reads "2026-1-5" and "+2026-01-05"; a day has one spelling.
        parsed.filter(|day| day.to_string() == text).ok_or_else(|| Error::new(Code::TimeDay, &[("value", text)]))
    }
}

text_type!(Day, TimeDay, "a day such as 2027-11-26", r"^\d{4}-\d{2}-\d{2}$");

#[cfg(feature = "uniffi")]
mod foreign {
    use super::{Day, Timestamp};
    use crate::error::LinkstarError;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    uniffi::custom_type!(Timestamp, SystemTime, {
        lower: |at| {
            let distance = Duration::from_secs(at.unix_seconds().unsigned_abs());
            if at.unix_seconds() < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
        },
        try_lift: |at| {
            let seconds = match at.duration_since(UNIX_EPOCH) {
                Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
                Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
            };
            Ok(Timestamp::from_unix_seconds(seconds).map_err(LinkstarError::from)?)
        },
    });

    uniffi::custom_type!(Day, String, {
        lower: |day| day.to_string(),
        try_lift: |text| Ok(text.parse::<Day>().map_err(LinkstarError::from)?),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_has_one_spelling_per_offset() {
        for good in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2027-11-26T08:00:00.999Z", "2027-11-26T00:00:00-08:00"] {
            assert!(good.parse::<Timestamp>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "2027-11-26",
            "2027-11-26 08:00:00Z",
            "2027-11-26T08:00:60Z",
            "2027-11-26T08:00:00",
            "0000-12-31T23:59:59Z",
            "10000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_has_one_spelling() {
        assert!("2028-02-29".parse::<Day>().is_ok());
        for bad in ["2027-02-29", "2027-1-5", "+2027-01-05", "2027-01-05 ", "10000-01-01", "0000-01-01"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert_eq!(Day::MAX.next(), Day::MAX);
    }
}
