//! The clocks of a plan: each calendar's working time, and the one on the wall.

use crate::error::{Code, Error, Result};
use crate::time::{Clock, Timeline, Timestamp};

/// Arithmetic on the clock that a length runs on. Instants are seconds of UTC.
pub(crate) struct Clocks<'t>(pub(crate) &'t mut [Timeline]);

impl Clocks<'_> {
    /// The instant `seconds` later: forward to the end of a period, back to the start of one, nowhere for none.
    pub(crate) fn shift(&mut self, clock: Clock, at: i64, seconds: i64) -> Result<i64> {
        let moved = match self.timeline(clock) {
            Some(timeline) => timeline.shift(at, seconds)?,
            None => at.saturating_add(seconds),
        };
        inside(moved)
    }

    /// Seconds from one instant to another, below zero when the second is earlier.
    pub(crate) fn between(&mut self, clock: Clock, from: i64, to: i64) -> i64 {
        match self.timeline(clock) {
            Some(timeline) => {
                let from = timeline.position(from);
                timeline.position(to) - from
            }
            None => to - from,
        }
    }

    /// The latest instant at the same position: on a calendar, the start of the next period.
    pub(crate) fn start_form(&mut self, clock: Clock, at: i64) -> Result<i64> {
        self.timeline(clock).map_or(Ok(at), |timeline| timeline.start_form(at))
    }

    /// The earliest instant at the same position: on a calendar, the end of the period before.
    pub(crate) fn end_form(&mut self, clock: Clock, at: i64) -> Result<i64> {
        self.timeline(clock).map_or(Ok(at), |timeline| timeline.end_form(at))
    }

    /// Whether the calendars lie in more than one zone.
    pub(crate) fn spans_zones(&self) -> bool {
        let mut zones = self.0.iter().map(Timeline::zone);
        let first = zones.next();
        zones.any(|zone| Some(zone) != first)
    }

    pub(crate) fn timeline(&mut self, clock: Clock) -> Option<&mut Timeline> {
        match clock {
            Clock::Elapsed => None,
            Clock::Working(calendar) => self.0.get_mut(calendar as usize),
        }
    }
}

fn inside(at: i64) -> Result<i64> {
    if (Timestamp::MIN.unix_seconds()..=Timestamp::MAX.unix_seconds()).contains(&at) {
        Ok(at)
    } else {
        Err(Error::new(Code::TimeOutOfRange, &[("subject", "A date")]))
    }
}
