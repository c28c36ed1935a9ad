//! Working time in a table that answers in a few nanoseconds.
//!
//! A plan asks millions of times where a position lies. The table holds the stretches of the years around the plan in seconds from
//! its first instant, twelve bytes each, and beside them two lists of buckets: the first stretch of each bucket of time, and of each
//! bucket of work. A bucket is about half as wide as a stretch with its pause, so that one step from it nearly always suffices.

/// The most seconds that a table covers: a hundred years, which fit into 32 bits.
pub(crate) const LONGEST: i64 = 100 * 366 * 86_400;

/// A stretch of working time, in seconds of the table.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: u32,
    finish: u32,
    /// Seconds off work before it: from its work to its time.
    pause: u32,
}

impl Stretch {
    /// Working seconds of the table up to its end.
    #[inline]
    fn worked(&self) -> u32 {
        self.finish - self.pause
    }
}

/// The pause before the work of a bucket, and after the only end of a stretch in it; `SEARCH` where there are more.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    pause: u32,
    until: u32,
    next: u32,
}

/// No table is so long that this is a pause.
const SEARCH: u32 = u32::MAX;

/// The working time between two instants, in seconds of UTC.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    origin: i64,
    /// Seconds that the table covers; none before it is filled.
    length: u32,
    /// The position of the first instant.
    base: i64,
    /// In order; behind the last one two that nobody reaches.
    stretches: Vec<Stretch>,
    /// The first stretch that ends after the beginning of each bucket of time.
    by_time: Vec<u32>,
    by_work: Vec<Bucket>,
    time_bits: u32,
    work_bits: u32,
}

impl Table {
    /// The table of the stretches between two instants, if they fit into one. `base` is the position of the first instant.
    pub(crate) fn new((origin, end): (i64, i64), base: i64, work: impl Iterator<Item = (i64, i64)>) -> Option<Table> {
        let offset = |at: i64| u32::try_from(at - origin).ok();
        let length = offset(end)?;
        let mut stretches: Vec<Stretch> = Vec::new();
        for (start, finish) in work {
            let (start, finish) = (offset(start)?, offset(finish)?);
            let pause = start - stretches.last().map_or(0, Stretch::worked);
            stretches.push(Stretch { start, finish, pause });
        }
        let total = stretches.last().map_or(0, Stretch::worked);
        let count = u32::try_from(stretches.len()).ok()?.max(1);
        let shortest = stretches.iter().map(|stretch| stretch.finish - stretch.start).min().unwrap_or(1);
        // Buckets no longer than a stretch hold one end at most; but a few short stretches are not worth a long table.
        let (time_bits, work_bits) = ((length / count / 2).max(1).ilog2(), shortest.max(total / count / 4).max(1).ilog2());
        let firsts = |length: u32, bits: u32, end: &dyn Fn(&Stretch) -> u32| {
            let mut index = 0;
            let first = |bucket: u32| {
                let from = bucket << bits;
                index += stretches.iter().skip(index).take_while(|stretch| end(stretch) <= from).count();
                u32::try_from(index).unwrap_or(u32::MAX)
            };
            (0..=length >> bits).map(first).collect::<Vec<u32>>()
        };
        let by_time = firsts(length, time_bits, &|stretch| stretch.finish);
        let bucket = |(number, first): (u32, u32)| {
            let here = stretches.get(first as usize..).unwrap_or_default();
            let end = (number << work_bits) + ((1 << work_bits) - 1);
            match here {
                [here, next, ..] if next.worked() > end => Bucket { pause: here.pause, until: here.worked(), next: next.pause },
                [here] => Bucket { pause: here.pause, until: here.worked(), next: SEARCH },
                _ => Bucket { pause: SEARCH, until: u32::MAX, next: SEARCH },
            }
        };
        let by_work = (0..).zip(firsts(total, work_bits, &Stretch::worked)).map(bucket).collect();
        // Whoever comes to these has left the table: they add no work, and start after everything.
        let beyond = Stretch { start: u32::MAX, finish: u32::MAX, pause: u32::MAX - total };
        stretches.extend([beyond, beyond]);
        Some(Table { origin, length, base, stretches, by_time, by_work, time_bits, work_bits })
    }

    /// The instants that the table covers.
    pub(crate) fn covers(&self) -> Option<(i64, i64)> {
        (self.length > 0).then(|| (self.origin, self.origin + i64::from(self.length)))
    }

    /// The number of the working second at an instant; outside working time, that of the next one.
    #[inline]
    pub(crate) fn position(&self, at: i64) -> Option<i64> {
        let at = self.offset(at)?;
        let first = *self.by_time.get((at >> self.time_bits) as usize)? as usize;
        let [here, next, ..] = self.stretches.get(first..)? else { return None };
        // Of both stretches what lies before the instant: nothing to choose between, so nothing to guess.
        let mut work = at.max(here.start).min(here.finish) - here.pause + at.saturating_sub(next.start);
        if at > next.finish {
            let (_, stretch) = self.ending_after(at)?;
            work = at.max(stretch.start) - stretch.pause;
        }
        Some(self.base + i64::from(work))
    }

    /// The latest instant at a position: the start of a period.
    ///
    /// Differences wrap: what is so far away that it would come round is outside the table all the same.
    #[inline]
    pub(crate) fn start_of(&self, position: i64) -> Option<i64> {
        let work = u32::try_from(position.wrapping_sub(self.base)).ok()?;
        let bucket = self.by_work.get((work >> self.work_bits) as usize)?;
        let mut pause = if work < bucket.until { bucket.pause } else { bucket.next };
        if pause == SEARCH {
            pause = self.search_pause(work)?;
        }
        Some(self.origin + i64::from(work + pause))
    }

    #[cold]
    fn search_pause(&self, work: u32) -> Option<u32> {
        let stretch = self.stretches.get(self.stretches.partition_point(|stretch| stretch.worked() <= work))?;
        Some(stretch.pause).filter(|_| stretch.start < u32::MAX)
    }

    /// The earliest instant at a position: the end of a period.
    #[inline]
    pub(crate) fn end_of(&self, position: i64) -> Option<i64> {
        // The end of the last second before it.
        self.start_of(position.wrapping_sub(1)).map(|at| at + 1)
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
        u32::try_from(at.wrapping_sub(self.origin)).ok().filter(|at| *at < self.length)
    }

    /// The first stretch that ends after an instant.
    #[inline]
    fn ending_after(&self, at: u32) -> Option<(usize, &Stretch)> {
        let first = *self.by_time.get((at >> self.time_bits) as usize)? as usize;
        let [here, next, ..] = self.stretches.get(first..)? else { return None };
        if at >= next.finish {
            let later = self.stretches.get(first..)?.partition_point(|stretch| stretch.finish <= at);
            return Some((first + later, self.stretches.get(first + later)?));
        }
        let step = usize::from(at >= here.finish);
        Some((first + step, if step == 0 { here } else { next }))
    }
}
