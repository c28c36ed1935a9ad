//! Working time in a table that answers in a few nanoseconds.
//!
//! A plan asks millions of times where a position lies. The table holds the stretches of the years around the plan in seconds from
//! its first instant, twelve bytes each, and beside them two lists of buckets: the first stretch of each bucket of time, and of each
//! bucket of work. A bucket is about half as wide as a stretch with its pause, so that one step from it nearly always suffices.

/// The most seconds that a table covers: a hundred years, which fit into 32 bits.
pub(crate) const LONGEST: i64 = 100 * 366 * 86_400;

#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u32,
    finish: u32,
    /// Working seconds of the table before this stretch.
    before: u32,
}

/// The working time between two instants, in seconds of UTC.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    origin: i64,
    /// Seconds that the table covers; none before it is filled.
    length: u32,
    /// The position of the first instant.
    base: i64,
    total: u32,
    /// In order; behind the last one a stretch that nobody reaches.
    stretches: Vec<Stretch>,
    by_time: Vec<u32>,
    by_work: Vec<u32>,
    time_bits: u32,
    work_bits: u32,
}

impl Table {
    /// The table of the stretches between two instants, if they fit into one. `base` is the position of the first instant.
    pub(crate) fn new((origin, end): (i64, i64), base: i64, work: impl Iterator<Item = (i64, i64)>) -> Option<Table> {
        let offset = |at: i64| u32::try_from(at - origin).ok();
        let length = offset(end)?;
        let mut stretches = Vec::new();
        let mut total = 0;
        for (start, finish) in work {
            let (start, finish) = (offset(start)?, offset(finish)?);
            stretches.push(Stretch { start, finish, before: total });
            total += finish - start;
        }
        let count = u32::try_from(stretches.len()).ok()?.max(1);
        let (time_bits, work_bits) = ((length / count / 2).max(1).ilog2(), (total / count).max(1).ilog2());
        let buckets = |length: u32, bits: u32, ends: &dyn Fn(&Stretch) -> u32| {
            let mut index = 0;
            let first = |bucket: u32| {
                let from = bucket << bits;
                index += stretches.iter().skip(index).take_while(|stretch| ends(stretch) <= from).count();
                u32::try_from(index).unwrap_or(u32::MAX)
            };
            (0..=length >> bits).map(first).collect::<Vec<u32>>()
        };
        let by_time = buckets(length, time_bits, &|stretch| stretch.finish);
        let by_work = buckets(total, work_bits, &|stretch| stretch.before + (stretch.finish - stretch.start));
        stretches.push(Stretch { start: u32::MAX, finish: u32::MAX, before: total });
        Some(Table { origin, length, base, total, stretches, by_time, by_work, time_bits, work_bits })
    }

    /// The instants that the table covers.
    pub(crate) fn covers(&self) -> Option<(i64, i64)> {
        (self.length > 0).then(|| (self.origin, self.origin + i64::from(self.length)))
    }

    /// The number of the working second at an instant; outside working time, that of the next one.
    #[inline]
    pub(crate) fn position(&self, at: i64) -> Option<i64> {
        let at = self.offset(at)?;
        let (_, stretch) = self.ending_after(at)?;
        Some(self.base + i64::from(stretch.before + at.saturating_sub(stretch.start)))
    }

    /// The latest instant at a position: the start of a period.
    #[inline]
    pub(crate) fn start_of(&self, position: i64) -> Option<i64> {
        let work = u32::try_from(position.saturating_sub(self.base)).ok().filter(|work| *work < self.total)?;
        let mut index = *self.by_work.get((work >> self.work_bits) as usize)? as usize;
        index += usize::from(self.stretches.get(index + 1)?.before <= work);
        while self.stretches.get(index + 1)?.before <= work {
            index += 1;
        }
        let stretch = self.stretches.get(index)?;
        Some(self.origin + i64::from(stretch.start) + i64::from(work - stretch.before))
    }

    /// The earliest instant at a position: the end of a period.
    #[inline]
    pub(crate) fn end_of(&self, position: i64) -> Option<i64> {
        // The end of the last second before it.
        self.start_of(position.saturating_sub(1)).map(|at| at + 1)
    }

    /// The instant itself while somebody works, else the start of the next period.
    #[inline]
    pub(crate) fn start_form(&self, at: i64) -> Option<i64> {
        let at = self.offset(at)?;
        let (_, stretch) = self.ending_after(at).filter(|(_, stretch)| stretch.start < u32::MAX)?;
        Some(self.origin + i64::from(stretch.start.max(at)))
    }

    /// The instant itself while somebody works or has just stopped, else the end of the period before.
    #[inline]
    pub(crate) fn end_form(&self, at: i64) -> Option<i64> {
        let at = self.offset(at)?;
        let (index, stretch) = self.ending_after(at.checked_sub(1)?)?;
        let worked = stretch.start < at;
        let end = if worked { at } else { self.stretches.get(index.checked_sub(1)?)?.finish };
        Some(self.origin + i64::from(end))
    }

    #[inline]
    fn offset(&self, at: i64) -> Option<u32> {
        u32::try_from(at.saturating_sub(self.origin)).ok().filter(|at| *at < self.length)
    }

    /// The first stretch that ends after an instant.
    #[inline]
    fn ending_after(&self, at: u32) -> Option<(usize, &Stretch)> {
        let mut index = *self.by_time.get((at >> self.time_bits) as usize)? as usize;
        index += usize::from(self.stretches.get(index)?.finish <= at);
        let mut stretch = self.stretches.get(index)?;
        while stretch.finish <= at {
            index += 1;
            stretch = self.stretches.get(index)?;
        }
        Some((index, stretch))
    }
}
