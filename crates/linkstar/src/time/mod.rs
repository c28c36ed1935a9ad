//! Working time.
//!
//! People work in shifts, in zones, around holidays; arithmetic wants one straight line. A [`Timeline`] is that line: every working
//! second of a calendar has a number, so "add 16 working hours" is one addition between two look-ups.
//!
//! A point in time is a [`Timestamp`] in UTC. A [`Day`] is a civil date and means nothing without a [`Zone`]. A [`Span`] is a
//! length as people write it, "8d" or "3ed", and becomes seconds only when a plan knows how long a working day is.

mod calendar;
mod clocks;
mod instant;
mod span;
mod table;
mod timeline;
mod zone;

pub use calendar::{CalendarException, CalendarId, Shift, WeekChange, WorkCalendar, WorkWeek};
pub use instant::{Day, Timestamp};
pub use span::{Lag, Span, SpanUnit, WorkingDay};
pub use timeline::{Timeline, WorkInterval};
pub use zone::{TZDB_VERSION, Zone};

pub(crate) use calendar::CalendarSet;
pub(crate) use clocks::Clocks;
pub(crate) use timeline::Clock;
