//! Time zones, from the database that is compiled in: never the machine's.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone};

use crate::error::{Code, Error, Result};
use crate::time::instant::SECONDS_PER_DAY;
use crate::time::{Day, Timestamp};

/// The version of the IANA time-zone database that every plan of this build rests on.
pub const TZDB_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// A time zone of the IANA database.
///
/// A wall time that a clock change skips means the instant of the change; one that happens twice means its first occurrence.
/// Rules of zones with daylight saving are known to the end of 2099; later years keep the last offset.
///
/// ```
/// use linkstar::Zone;
/// let los_angeles = Zone::new("America/Los_Angeles")?;
/// let launch = los_angeles.start_of("2027-11-26".parse()?);
/// assert_eq!(launch.to_string(), "2027-11-26T08:00:00Z");
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    pub(crate) const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// The zone of this name.
    ///
    /// # Errors
    /// [`Code::TimeZoneUnknown`] when the database does not list it.
    pub fn new(name: &str) -> Result<Zone> {
        name.parse().map(Zone).map_err(|_| Error::new(Code::TimeZoneUnknown, &[("zone", name)]))
    }

    /// The name of the zone.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The first instant of a day in this zone, as far as time reaches.
    pub fn start_of(self, day: Day) -> Timestamp {
        let instant = self.instant(day.number() * SECONDS_PER_DAY);
        Timestamp::from_unix_seconds(instant).unwrap_or(if instant < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The instant at which a day ends in this zone, which is the first one of the next day.
    ///
    /// ```
    /// let zone = linkstar::Zone::new("America/Los_Angeles")?;
    /// assert_eq!(zone.end_of("2027-10-26".parse()?).to_string(), "2027-10-27T07:00:00Z");
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn end_of(self, day: Day) -> Timestamp {
        if day == Day::MAX { Timestamp::MAX } else { self.start_of(day.next()) }
    }

    /// The day that this zone's wall calendar shows at an instant.
    pub fn day_at(self, at: Timestamp) -> Day {
        Day::from_number(self.local_seconds(at.unix_seconds()).div_euclid(SECONDS_PER_DAY))
    }

    /// Seconds of wall time since 1970-01-01 00:00, at an instant in seconds of UTC.
    pub(crate) fn local_seconds(self, utc: i64) -> i64 {
        let offset =
            DateTime::from_timestamp(utc, 0).map_or(0, |at| self.0.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc());
        utc + i64::from(offset)
    }

    /// The first instant, in seconds of UTC, at which the wall clock has reached `local` seconds since 1970-01-01 00:00.
    pub(crate) fn instant(self, local: i64) -> i64 {
        let Some(wall) = DateTime::from_timestamp(local, 0).map(|at| at.naive_utc()) else { return local };
        match self.0.offset_from_local_datetime(&wall).earliest() {
            Some(offset) => local - i64::from(offset.fix().local_minus_utc()),
            None => self.end_of_gap(wall),
        }
    }

    /// The instant at which the clock jumps over a wall time that does not exist.
    fn end_of_gap(self, wall: NaiveDateTime) -> i64 {
        // Offsets stay within 26 hours of UTC, also when a zone skips a whole day, and no zone changes its clock twice so quickly.
        let around = TimeDelta::hours(26);
        let mut before = (wall - around).and_utc().timestamp();
        let mut after = (wall + around).and_utc().timestamp();
        let target = wall.and_utc().timestamp();
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.local_seconds(middle) < target { before = middle } else { after = middle }
        }
        after
    }
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
