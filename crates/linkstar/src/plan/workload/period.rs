//! Hours, days and weeks of a zone, and how much working time lies before each.

use crate::time::{Clock, Clocks, Day, Timestamp, Zone};

use serde::{Deserialize, Serialize};

const SECONDS_PER_HOUR: i64 = 3_600;
const DAYS_PER_WEEK: i64 = 7;

/// How long the periods of a workload are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum LoadPeriod {
    /// Hours, counted from the start of each day.
    Hour,
    /// Days of the member's zone: 23 or 25 hours long where its clock changes.
    #[default]
    Day,
    /// Weeks of the member's zone, from Monday.
    Week,
}

impl LoadPeriod {
    /// Seconds of one, unless clocks change in it.
    const fn seconds(self) -> i64 {
        match self {
            LoadPeriod::Hour => SECONDS_PER_HOUR,
            LoadPeriod::Day => 24 * SECONDS_PER_HOUR,
            LoadPeriod::Week => DAYS_PER_WEEK * 24 * SECONDS_PER_HOUR,
        }
    }

    /// About as many periods as lie between two instants.
    pub(super) fn count(self, from: i64, to: i64) -> usize {
        usize::try_from(to.saturating_sub(from) / self.seconds() + 1).unwrap_or(usize::MAX)
    }
}

/// Periods of one zone, one after the other. Instants are seconds of UTC.
pub(super) struct Grid {
    pub(super) zone: Zone,
    /// Where each begins, and where the last one ends.
    pub(super) bounds: Vec<i64>,
    /// How long a period is, unless clocks change in it.
    usual: i64,
    /// The positions of the bounds on each working clock that was asked for.
    positions: Vec<Vec<i64>>,
}

impl Grid {
    /// The periods that two instants and all between them lie in.
    pub(super) fn new(zone: Zone, period: LoadPeriod, from: i64, to: i64) -> Grid {
        let day_at = |at: i64| Timestamp::from_unix_seconds(at).map_or(Day::MIN, |at| zone.day_at(at));
        let mut day = day_at(from);
        let step = if period == LoadPeriod::Week { DAYS_PER_WEEK } else { 1 };
        if period == LoadPeriod::Week {
            day = Day::from_number(day.number() - i64::try_from(day.weekday()).unwrap_or_default());
        }
        let mut bounds = Vec::new();
        let mut at = zone.start_of(day).unix_seconds();
        loop {
            let next = Day::from_number(day.number() + step);
            let end = if next == day { Timestamp::MAX.unix_seconds() } else { zone.start_of(next).unix_seconds() };
            match period {
                LoadPeriod::Hour => bounds.extend((at..end).step_by(SECONDS_PER_HOUR.unsigned_abs().try_into().unwrap_or(1))),
                LoadPeriod::Day | LoadPeriod::Week => bounds.push(at),
            }
            if end >= to || next == day {
                bounds.push(end);
                return Grid { zone, bounds, usual: period.seconds(), positions: Vec::new() };
            }
            (day, at) = (next, end);
        }
    }

    /// The days between two instants, the first and the last cut there.
    pub(super) fn between(zone: Zone, from: i64, to: i64) -> Grid {
        let mut grid = Grid::new(zone, LoadPeriod::Day, from, to);
        grid.bounds.iter_mut().for_each(|bound| *bound = (*bound).clamp(from, to));
        grid
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// The period in which an instant lies, or the nearest one.
    pub(super) fn period_of(&self, at: i64) -> usize {
        // Periods are nearly as long as each other: a guess is off by one, where clocks change.
        let guess = at.saturating_sub(self.bound(0)).max(0) / self.usual;
        let mut period = usize::try_from(guess).unwrap_or_default().min(self.len().saturating_sub(1));
        while period > 0 && self.bound(period) > at {
            period -= 1;
        }
        while period + 1 < self.len() && self.bound(period + 1) <= at {
            period += 1;
        }
        period
    }

    /// Where a period begins.
    pub(super) fn bound(&self, period: usize) -> i64 {
        self.bounds.get(period).copied().unwrap_or_default()
    }

    /// The positions of all bounds on a clock.
    pub(super) fn positions(&mut self, clock: Clock, clocks: &mut Clocks<'_>) -> &[i64] {
        let Clock::Working(calendar) = clock else { return &self.bounds };
        let calendar = calendar as usize;
        if self.positions.len() <= calendar {
            self.positions.resize(calendar + 1, Vec::new());
        }
        let Some(positions) = self.positions.get_mut(calendar) else { return &[] };
        if let (true, Some(timeline)) = (positions.is_empty(), clocks.timeline(clock)) {
            positions.extend(self.bounds.iter().map(|bound| timeline.position(*bound)));
        }
        positions
    }
}
