//! Working time as one straight line.
//!
//! The line is cut into pages of one civil year. A page knows the number of its first working second, and is made when a question
//! first needs it. Pages that lie together are copied into a [`Table`], which answers at once; what is centuries away is searched.
//!
//! One position of the line has two clock forms: the end of a period (Friday 18:00) and the start of the next (Monday 09:00). Going
//! forward ends in the first, going back in the second.

use std::collections::VecDeque;

use crate::error::{Code, Error, Result};
use crate::time::calendar::WorkRules;
use crate::time::instant::SECONDS_PER_DAY;
use crate::time::table::{self, Table};
use crate::time::{Day, Timestamp, Zone};

/// An uninterrupted stretch of working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkInterval {
    /// The first instant of work.
    pub start: Timestamp,
    /// The instant at which work has stopped.
    pub finish: Timestamp,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: i64,
    finish: i64,
    /// Working seconds of the page before this stretch.
    before: i64,
}

#[derive(Debug, Clone)]
struct Page {
    start: i64,
    finish: i64,
    /// The position of the page's first working second; the page that was asked for first begins at 0.
    base: i64,
    total: i64,
    /// Absent while the page has only been counted: a jump over 8,000 years keeps no intervals.
    stretches: Option<Vec<Stretch>>,
}

/// The working time of one calendar.
///
/// Get one from [`Directory::timeline`](crate::Directory::timeline). It grows while it is used, hence `&mut`. All arithmetic is
/// exact over changes of the clock: a night shift across the spring gap is an hour shorter.
///
/// ```
/// # let directory = linkstar::Directory::from_json(r#"{ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai",
/// #   "week": { "thursday": ["09:00-12:00", "13:00-18:00"], "friday": ["09:00-12:00", "13:00-18:00"], "monday": ["09:00-12:00", "13:00-18:00"] } }] }"#)?;
/// let mut shenzhen = directory.timeline("shenzhen")?;
/// let thursday_noon = "2027-11-25T12:00:00+08:00".parse()?;
/// // Two working days of eight hours, over a weekend.
/// let finish = shenzhen.add(thursday_noon, 16 * 3600)?;
/// assert_eq!(finish, "2027-11-29T12:00:00+08:00".parse()?);
/// assert_eq!(shenzhen.between(thursday_noon, finish), 16 * 3600);
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Timeline {
    rules: WorkRules,
    table: Table,
    first_year: i32,
    pages: VecDeque<Page>,
}

impl Timeline {
    pub(crate) fn new(rules: WorkRules) -> Timeline {
        Timeline { rules, table: Table::default(), first_year: 0, pages: VecDeque::new() }
    }

    pub(crate) fn rules(&self) -> &WorkRules {
        &self.rules
    }

    /// The zone of the calendar's wall clock.
    pub fn zone(&self) -> Zone {
        self.rules.zone
    }

    /// The instant at which `seconds` of work, begun at `from`, are done.
    ///
    /// The answer is the end of a period: two days from Thursday morning end on Friday at 18:00, not on Monday. No seconds leave
    /// `from` as it is; seconds below zero [`subtract`](Timeline::subtract).
    ///
    /// # Errors
    /// [`Code::CalendarNoWorkingTime`] when the calendar has no work left; [`Code::TimeOutOfRange`] beyond the year 9999.
    pub fn add(&mut self, from: Timestamp, seconds: i64) -> Result<Timestamp> {
        self.shift(from.unix_seconds(), seconds).and_then(Timestamp::from_unix_seconds)
    }

    /// The instant at which work has to begin, so that `seconds` of it are done at `to`.
    ///
    /// The answer is the start of a period: two days before Friday evening begin on Thursday at 09:00, not on Wednesday evening.
    ///
    /// # Errors
    /// [`Code::CalendarNoWorkingTime`] when the calendar has no work so early; [`Code::TimeOutOfRange`] before the year 1.
    pub fn subtract(&mut self, to: Timestamp, seconds: i64) -> Result<Timestamp> {
        self.shift(to.unix_seconds(), seconds.saturating_neg()).and_then(Timestamp::from_unix_seconds)
    }

    /// The working seconds between `from` and `to`, negative when `to` is earlier.
    ///
    /// Counts exactly over daylight-saving changes: a shift across the spring gap is one hour shorter.
    ///
    /// A calendar that never works has none.
    pub fn between(&mut self, from: Timestamp, to: Timestamp) -> i64 {
        let from = self.position(from.unix_seconds());
        self.position(to.unix_seconds()) - from
    }

    /// The first working moment at or after `at`: where work that may begin then really begins.
    ///
    /// # Errors
    /// [`Code::CalendarNoWorkingTime`] when the calendar never works again.
    pub fn next(&mut self, at: Timestamp) -> Result<Timestamp> {
        self.start_form(at.unix_seconds()).and_then(Timestamp::from_unix_seconds)
    }

    /// The last moment at or before `at` at which work had just been done: where work that must end then really ends.
    ///
    /// # Errors
    /// [`Code::CalendarNoWorkingTime`] when the calendar has never worked before.
    pub fn previous(&mut self, at: Timestamp) -> Result<Timestamp> {
        self.end_form(at.unix_seconds()).and_then(Timestamp::from_unix_seconds)
    }

    /// The working stretches between `from` and `to`, cut to that range, in order: what a chart leaves unshaded.
    ///
    /// ```
    /// # let directory = linkstar::Directory::from_json(r#"{ "linkstar": 1, "calendars": [{ "id": "la", "zone": "America/Los_Angeles",
    /// #   "week": { "sunday": ["00:00-08:00"] } }] }"#)?;
    /// let mut los_angeles = directory.timeline("la")?;
    /// // The spring gap of 14 March 2027 takes an hour out of this night shift.
    /// let night = los_angeles.intervals("2027-03-14T00:00:00-08:00".parse()?, "2027-03-15T00:00:00-07:00".parse()?);
    /// assert_eq!(night[0].finish.unix_seconds() - night[0].start.unix_seconds(), 7 * 3600);
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn intervals(&mut self, from: Timestamp, to: Timestamp) -> Vec<WorkInterval> {
        let (from, to) = (from.unix_seconds(), to.unix_seconds());
        let mut found: Vec<(i64, i64)> = Vec::new();
        let mut at = from;
        while at < to {
            let page = self.page_at(at);
            for stretch in self.stretches(page) {
                let (start, finish) = (stretch.start.max(from), stretch.finish.min(to));
                match found.last_mut() {
                    _ if start >= finish => {}
                    // Work that runs over New Year is one stretch.
                    Some(last) if last.1 == start => last.1 = finish,
                    _ => found.push((start, finish)),
                }
            }
            at = self.page(page).finish.max(at + 1);
        }
        let interval = |(start, finish)| {
            Some(WorkInterval { start: Timestamp::from_unix_seconds(start).ok()?, finish: Timestamp::from_unix_seconds(finish).ok()? })
        };
        found.into_iter().filter_map(interval).collect()
    }

    /// [`add`](Timeline::add) and [`subtract`](Timeline::subtract) in seconds of UTC.
    #[inline]
    pub(crate) fn shift(&mut self, from: i64, seconds: i64) -> Result<i64> {
        match seconds {
            0 => Ok(from),
            1.. => {
                let position = self.position(from).saturating_add(seconds);
                self.end_of(position)
            }
            _ => {
                let position = self.position(from).saturating_add(seconds);
                self.start_of(position)
            }
        }
    }

    /// When work of some seconds that begins at a position starts and finishes.
    #[inline(always)]
    pub(crate) fn period(&mut self, position: i64, seconds: i64) -> Result<(i64, i64)> {
        match (self.table.start_of(position), self.table.end_of(position + seconds)) {
            (Some(start), Some(finish)) => Ok((start, finish)),
            _ => self.search_period(position, seconds),
        }
    }

    #[cold]
    #[inline(never)]
    fn search_period(&mut self, position: i64, seconds: i64) -> Result<(i64, i64)> {
        Ok((self.start_of(position)?, self.end_of(position + seconds)?))
    }

    /// The instant itself while somebody works, else the start of the next period.
    #[inline]
    pub(crate) fn start_form(&mut self, at: i64) -> Result<i64> {
        self.table.start_form(at).map_or_else(|| self.search_start_form(at), Ok)
    }

    #[cold]
    fn search_start_form(&mut self, at: i64) -> Result<i64> {
        let page = self.page_at(at);
        let stretches = self.stretches(page);
        match stretches.get(stretches.partition_point(|stretch| stretch.finish <= at)) {
            Some(stretch) => Ok(stretch.start.max(at)),
            None => {
                let position = self.page(page).base + self.page(page).total;
                self.start_of(position)
            }
        }
    }

    /// The instant itself while somebody works or has just stopped, else the end of the period before.
    #[inline]
    pub(crate) fn end_form(&mut self, at: i64) -> Result<i64> {
        self.table.end_form(at).map_or_else(|| self.search_end_form(at), Ok)
    }

    #[cold]
    fn search_end_form(&mut self, at: i64) -> Result<i64> {
        let page = self.page_at(at);
        let stretches = self.stretches(page);
        match stretches.partition_point(|stretch| stretch.start < at).checked_sub(1).and_then(|index| stretches.get(index)) {
            Some(stretch) => Ok(stretch.finish.min(at)),
            None => {
                let position = self.page(page).base;
                self.end_of(position)
            }
        }
    }

    /// The number of the working second at an instant; outside working time, that of the next one.
    #[inline]
    pub(crate) fn position(&mut self, at: i64) -> i64 {
        self.table.position(at).unwrap_or_else(|| self.search_position(at))
    }

    #[cold]
    fn search_position(&mut self, at: i64) -> i64 {
        let page = self.page_at(at);
        let base = self.page(page).base;
        let stretches = self.stretches(page);
        let within = stretches.partition_point(|stretch| stretch.start <= at).checked_sub(1).and_then(|index| stretches.get(index));
        let position = base + within.map_or(0, |stretch| stretch.before + (at.min(stretch.finish) - stretch.start));
        self.cover(page);
        position
    }

    /// The earliest instant at this position: the end of a period.
    #[inline]
    pub(crate) fn end_of(&mut self, position: i64) -> Result<i64> {
        self.table.end_of(position).map_or_else(|| self.search_end_of(position), Ok)
    }

    #[cold]
    fn search_end_of(&mut self, position: i64) -> Result<i64> {
        let page = self.page_holding(position, |page| page.base < position, |page| position <= page.base + page.total)?;
        let within = position - self.page(page).base;
        let stretches = self.stretches(page);
        let stretch = stretches.partition_point(|stretch| stretch.before < within).checked_sub(1).and_then(|index| stretches.get(index));
        let found = stretch.map(|stretch| stretch.start + (within - stretch.before));
        self.cover(page);
        found.ok_or_else(|| self.no_working_time())
    }

    /// The latest instant at this position: the start of a period.
    #[inline]
    pub(crate) fn start_of(&mut self, position: i64) -> Result<i64> {
        self.table.start_of(position).map_or_else(|| self.search_start_of(position), Ok)
    }

    #[cold]
    fn search_start_of(&mut self, position: i64) -> Result<i64> {
        let page = self.page_holding(position, |page| page.base <= position, |page| position < page.base + page.total)?;
        let within = position - self.page(page).base;
        let stretches = self.stretches(page);
        let stretch = stretches.partition_point(|stretch| stretch.before <= within).checked_sub(1).and_then(|index| stretches.get(index));
        let found = stretch.map(|stretch| stretch.start + (within - stretch.before));
        self.cover(page);
        found.ok_or_else(|| self.no_working_time())
    }

    /// Adds a page to the table, with those between, unless it is too far away.
    fn cover(&mut self, index: usize) {
        let (mut first, mut last) = (index, index);
        if let Some((start, finish)) = self.table.covers() {
            first = first.min(self.pages.partition_point(|page| page.finish <= start));
            last = last.max(self.pages.partition_point(|page| page.finish < finish));
        }
        let bounds = (self.page(first).start, self.page(last).finish);
        if self.table.covers() == Some(bounds) || bounds.1 - bounds.0 > table::LONGEST {
            return;
        }
        (first..=last).for_each(|page| {
            self.stretches(page);
        });
        let stretches = (first..=last).filter_map(|page| self.page(page).stretches.as_ref()).flatten();
        let table = Table::new(bounds, self.page(first).base, stretches.map(|stretch| (stretch.start, stretch.finish)));
        self.table = table.unwrap_or_default();
    }

    /// The page that is neither too late (`begins`) nor too early (`reaches`) for a position.
    fn page_holding(&mut self, position: i64, begins: impl Fn(&Page) -> bool, reaches: impl Fn(&Page) -> bool) -> Result<usize> {
        if self.pages.is_empty() {
            self.page_at(0);
        }
        while self.pages.front().is_some_and(|page| !begins(page)) {
            self.extend_back(position)?;
        }
        while self.pages.back().is_some_and(|page| !reaches(page)) {
            self.extend_forward(position)?;
        }
        Ok(self.pages.partition_point(|page| !reaches(page)))
    }

    fn extend_back(&mut self, position: i64) -> Result<()> {
        if self.first_year <= Day::MIN.year() {
            return Err(self.exhausted(position));
        }
        self.first_year -= 1;
        let following = self.pages.front().map_or(0, |page| page.base);
        let mut page = self.make_page(self.first_year);
        page.base = following - page.total;
        self.pages.push_front(page);
        Ok(())
    }

    fn extend_forward(&mut self, position: i64) -> Result<()> {
        let year = self.first_year.saturating_add(i32::try_from(self.pages.len()).unwrap_or(i32::MAX));
        if year > Day::MAX.year() {
            return Err(self.exhausted(position));
        }
        let base = self.pages.back().map_or(0, |page| page.base + page.total);
        let mut page = self.make_page(year);
        page.base = base;
        self.pages.push_back(page);
        Ok(())
    }

    /// All 9,999 years have been looked at. With work left in the last of them, the answer lies outside; else there is none.
    fn exhausted(&self, position: i64) -> Error {
        let edge = if position <= self.pages.front().map_or(0, |page| page.base) { self.pages.front() } else { self.pages.back() };
        if edge.is_some_and(|page| page.total > 0) {
            Error::new(Code::TimeOutOfRange, &[("subject", &format!("Work on the calendar `{}`", self.rules.id))])
        } else {
            self.no_working_time()
        }
    }

    fn no_working_time(&self) -> Error {
        Error::new(Code::CalendarNoWorkingTime, &[("calendar", self.rules.id.as_str())])
    }

    /// The index of the page in which an instant lies, made if need be together with those between.
    fn page_at(&mut self, at: i64) -> usize {
        if self.pages.is_empty() {
            let day = Day::from_number(self.rules.zone.local_seconds(at).div_euclid(SECONDS_PER_DAY));
            self.first_year = day.year();
            let page = self.make_page(day.year());
            self.pages.push_back(page);
        }
        // Errors here mean the edge of time, where the nearest page answers.
        while self.pages.front().is_some_and(|page| at < page.start) && self.extend_back(0).is_ok() {}
        while self.pages.back().is_some_and(|page| at >= page.finish) && self.extend_forward(0).is_ok() {}
        self.pages.partition_point(|page| page.finish <= at).min(self.pages.len().saturating_sub(1))
    }

    fn page(&self, index: usize) -> &Page {
        const NOTHING: &Page = &Page { start: 0, finish: 0, base: 0, total: 0, stretches: None };
        self.pages.get(index).unwrap_or(NOTHING)
    }

    /// The stretches of a page, made now if the page has only been counted.
    fn stretches(&mut self, index: usize) -> &[Stretch] {
        let year = self.first_year.saturating_add(i32::try_from(index).unwrap_or(i32::MAX));
        if self.pages.get(index).is_some_and(|page| page.stretches.is_none()) {
            let (start, finish) = (self.page(index).start, self.page(index).finish);
            let made = self.make_stretches(year, start, finish);
            if let Some(page) = self.pages.get_mut(index) {
                page.stretches = Some(made);
            }
        }
        self.pages.get(index).and_then(|page| page.stretches.as_deref()).unwrap_or(&[])
    }

    fn make_page(&self, year: i32) -> Page {
        let first_instant = |year: i32| Day::new(year, 1, 1).map(|day| self.rules.zone.start_of(day).unix_seconds());
        let start = first_instant(year).unwrap_or(Timestamp::MIN.unix_seconds());
        let finish = first_instant(year + 1).unwrap_or(Timestamp::MAX.unix_seconds());
        let total = self.make_stretches(year, start, finish).iter().map(|stretch| stretch.finish - stretch.start).sum();
        Page { start, finish, base: 0, total, stretches: None }
    }

    fn make_stretches(&self, year: i32, start: i64, finish: i64) -> Vec<Stretch> {
        // A night shift of the last December reaches into the year, hence one day more.
        let first = Day::new(year, 1, 1).map_or(0, Day::number) - 1;
        let last = Day::new(year, 12, 31).map_or(first, Day::number);
        let mut bounds: Vec<(i64, i64)> = Vec::new();
        for number in first..=last {
            let midnight = number * SECONDS_PER_DAY;
            for shift in self.rules.shifts_on(Day::from_number(number)) {
                let (from, to) = shift.bounds();
                bounds.push((self.rules.zone.instant(midnight + from), self.rules.zone.instant(midnight + to)));
            }
        }
        bounds.sort_unstable();
        let mut stretches: Vec<Stretch> = Vec::with_capacity(bounds.len());
        let mut before = 0;
        for (from, to) in bounds {
            let from = from.max(start).max(stretches.last().map_or(start, |last| last.finish));
            let to = to.min(finish);
            if from >= to {
                continue;
            }
            match stretches.last_mut() {
                Some(last) if last.finish == from => last.finish = to,
                _ => stretches.push(Stretch { start: from, finish: to, before }),
            }
            before += to - from;
        }
        stretches
    }
}

/// The clock that a length of time runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Seconds of UTC.
    Elapsed,
    /// Working seconds of the calendar with this index.
    Working(u32),
}
