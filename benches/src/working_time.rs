//! The yardstick of working time: a table in which every question takes a fixed number of steps.
//!
//! Working time is one straight line: every working minute of a calendar has a number, its position. The table lists the stretches of
//! work and cuts both the clock and the line into buckets, no wider than the shortest way from one stretch to the next. So a bucket
//! names a stretch, and the answer lies in that or in the one after it. Nothing is checked: the years of the table have to do.

use linkstar::{Directory, Result, Timestamp};

use crate::documents::YEARS;

/// The working time of one calendar, in minutes since the beginning of the first year.
#[derive(Debug, Clone)]
pub struct Table {
    stretches: Vec<Stretch>,
    by_clock: Buckets,
    by_position: Buckets,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: i32,
    finish: i32,
    /// Working minutes of all stretches before.
    before: i32,
}

/// For each bucket, the stretch in which it begins, or the next.
#[derive(Debug, Clone)]
struct Buckets {
    /// A bucket is two to this power minutes wide.
    width: u32,
    stretch: Vec<u32>,
}

impl Buckets {
    /// `ends` are the ends of the stretches, `shortest` the shortest way from one to the next.
    fn new(ends: &[i32], shortest: i32) -> Buckets {
        let width = shortest.ilog2();
        let last = ends.last().copied().unwrap_or_default();
        let mut stretch = Vec::with_capacity((last >> width) as usize + 1);
        let mut here = 0;
        for bucket in 0..=last >> width {
            while here + 1 < ends.len() && ends[here] <= bucket << width {
                here += 1;
            }
            stretch.push(here as u32);
        }
        Buckets { width, stretch }
    }

    #[inline]
    fn at(&self, minute: i32) -> usize {
        self.stretch[(minute >> self.width) as usize] as usize
    }
}

impl Table {
    /// The table of a calendar, made from its intervals.
    ///
    /// # Errors
    /// What is wrong with the calendar.
    pub fn new(directory: &Directory, calendar: &str) -> Result<Table> {
        let end = format!("{:04}-01-01T00:00:00Z", YEARS.end()).parse()?;
        let intervals = directory.timeline(calendar)?.intervals(origin()?, end);
        let mut stretches: Vec<Stretch> = Vec::with_capacity(intervals.len());
        let mut before = 0;
        for interval in intervals {
            let (start, finish) = (minutes(interval.start)?, minutes(interval.finish)?);
            stretches.push(Stretch { start, finish, before });
            before += finish - start;
        }
        let finishes: Vec<i32> = stretches.iter().map(|stretch| stretch.finish).collect();
        let positions: Vec<i32> = stretches.iter().skip(1).map(|stretch| stretch.before).chain([before]).collect();
        let shortest = |ends: &[i32], first: i32| ends.windows(2).map(|pair| pair[1] - pair[0]).chain([first]).min().unwrap_or(1);
        let by_clock = Buckets::new(&finishes, shortest(&finishes, finishes.first().copied().unwrap_or(1)));
        let by_position = Buckets::new(&positions, shortest(&positions, positions.first().copied().unwrap_or(1)));
        Ok(Table { stretches, by_clock, by_position })
    }

    /// The number of the working minute at an instant; outside working time, that of the next.
    #[inline]
    pub fn position(&self, at: i32) -> i32 {
        let here = self.by_clock.at(at);
        let here = here + usize::from(self.stretches[here].finish <= at);
        let stretch = self.stretches[here];
        stretch.before + (at - stretch.start).max(0)
    }

    /// The instant at which the working minute of this number begins.
    #[inline]
    pub fn start(&self, position: i32) -> i32 {
        let here = self.by_position.at(position);
        let stretch = self.stretches[here];
        let here = here + usize::from(stretch.before + (stretch.finish - stretch.start) <= position);
        let stretch = self.stretches[here];
        stretch.start + (position - stretch.before)
    }

    /// The instant at which the working minute before this number ends.
    #[inline]
    pub fn finish(&self, position: i32) -> i32 {
        self.start(position - 1) + 1
    }

    /// The memory of the table.
    pub fn bytes(&self) -> usize {
        self.stretches.len() * size_of::<Stretch>() + (self.by_clock.stretch.len() + self.by_position.stretch.len()) * size_of::<u32>()
    }
}

/// The instant as the table counts.
///
/// # Errors
/// None in the years of the table.
pub fn minutes(at: Timestamp) -> Result<i32> {
    Ok(((at.unix_seconds() - origin()?.unix_seconds()) / 60) as i32)
}

/// Seconds of UTC at a minute of the table.
///
/// # Errors
/// None in the years of the table.
pub fn unix_seconds(minute: i32) -> Result<i64> {
    Ok(origin()?.unix_seconds() + i64::from(minute) * 60)
}

fn origin() -> Result<Timestamp> {
    format!("{:04}-01-01T00:00:00Z", YEARS.start()).parse()
}
