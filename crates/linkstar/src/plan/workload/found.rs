//! One pass over all work: how much falls on whom in each period, where it is too much, and where it lies on days off.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::column::{Index, by_key};
use crate::error::{Code, Error, Result};
use crate::plan::network::share;
use crate::plan::workload::period::{Grid, LoadPeriod};
use crate::plan::workload::portfolio::{LimitIndex, Mark, PersonIndex, Portfolio, ProjectIndex};
use crate::plan::workload::share::{Share, Stretch};
use crate::team::CalendarIndex;
use crate::time::{Clock, Clocks, Zone};

/// The most periods of members, and the most tasks in lists, that one answer holds.
const MOST: usize = 1_000_000;

/// Seconds by which the load of a period may be rounded: what is less too much is none.
pub(super) const ROUNDING: i64 = 60;

type ShareIndex = Index<Share>;

/// What a pass found, by numbers.
#[derive(Default)]
pub(crate) struct Found {
    pub(super) loads: Vec<Load>,
    pub(super) overloads: Vec<Over>,
    pub(super) crowds: Vec<Crowded>,
    pub(super) days_off: Vec<Off>,
    /// The shares that the lists above name.
    pub(super) shares: Vec<ShareIndex>,
}

/// What one person carries, period by period.
pub(super) struct Load {
    pub(super) person: PersonIndex,
    pub(super) start: i64,
    pub(super) load: Vec<i64>,
    pub(super) capacity: Vec<i64>,
    /// In all these periods, by project.
    pub(super) projects: Vec<(ProjectIndex, i64)>,
}

/// Periods in which somebody has more to do than they can.
pub(super) struct Over {
    pub(super) person: PersonIndex,
    pub(super) start: i64,
    pub(super) finish: i64,
    pub(super) load: i64,
    pub(super) capacity: i64,
    pub(super) excess: i64,
    pub(super) shares: Range<usize>,
}

/// A time in which somebody has more tasks of a tag in hand than they should.
pub(super) struct Crowded {
    pub(super) person: PersonIndex,
    pub(super) limit: LimitIndex,
    pub(super) peak: u32,
    pub(super) start: i64,
    pub(super) finish: i64,
    pub(super) shares: Range<usize>,
}

/// Work on a day on which the person does not work.
pub(super) struct Off {
    pub(super) person: PersonIndex,
    pub(super) start: i64,
    pub(super) load: i64,
    pub(super) shares: Range<usize>,
}

/// Which periods are asked for, in seconds of UTC; all with work where a bound is missing.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked {
    pub(crate) period: LoadPeriod,
    pub(crate) start: Option<i64>,
    pub(crate) finish: Option<i64>,
}

impl Asked {
    /// Refuses more periods than an answer holds, before they are made.
    pub(super) fn check(self, first: i64, last: i64, people: usize) -> Result<()> {
        let count = self.period.count(first, last).saturating_mul(people);
        if count <= MOST { Ok(()) } else { Err(too_many(count)) }
    }
}

/// Refuses lists of more tasks than an answer holds.
fn check_lists(found: &Found) -> Result<()> {
    if found.shares.len() <= MOST { Ok(()) } else { Err(too_many(found.shares.len())) }
}

fn too_many(count: usize) -> Error {
    Error::new(Code::WorkloadTooMany, &[("count", &count.to_string()), ("limit", &MOST.to_string())])
}

/// The grids of the zones.
#[derive(Default)]
pub(super) struct Grids(Vec<Grid>);

impl Grids {
    /// The grid of a zone, made when it is first asked for.
    pub(super) fn of(&mut self, zone: Zone, make: impl FnOnce() -> Grid) -> Option<&mut Grid> {
        let known = self.0.iter().position(|grid| grid.zone == zone);
        let place = known.unwrap_or_else(|| {
            self.0.push(make());
            self.0.len() - 1
        });
        self.0.get_mut(place)
    }
}

/// The person whose work is looked at.
#[derive(Clone, Copy)]
struct One<'w> {
    person: PersonIndex,
    calendar: CalendarIndex,
    units: i64,
    stretches: &'w [Stretch],
}

impl Portfolio<'_> {
    /// Finds the load of everybody.
    ///
    /// # Errors
    /// Dates outside the years 1 to 9999, more periods than an answer holds.
    pub(crate) fn pass(&mut self, asked: Asked) -> Result<Found> {
        let stretches = self.stretches()?;
        let found = self.loads(asked, &stretches);
        self.keep(stretches);
        found
    }

    fn loads(&mut self, asked: Asked, stretches: &[Stretch]) -> Result<Found> {
        let mut found = Found::default();
        let first = asked.start.or_else(|| stretches.iter().map(|stretch| stretch.start).min());
        let last = asked.finish.or_else(|| stretches.iter().map(|stretch| stretch.finish).max());
        // All work may lie before the start that was asked for, or behind the finish.
        let Some((first, last)) = first.zip(last).filter(|(first, last)| first <= last) else { return Ok(found) };
        // How many people it will be shows when their work has been cut to its ends.
        asked.check(first, last, 1)?;
        let everybody = asked.start.is_some() && asked.finish.is_some();
        let (mut grids, mut day_grids, mut cells) = (Grids::default(), Grids::default(), 0);
        let (mut rest, mut falls_on) = (stretches, Vec::new());
        for person in self.people.rows() {
            // One after the other, because they are read at once: a search would fetch far ones.
            let (own, others) = rest.split_at(rest.iter().take_while(|stretch| stretch.person == person).count());
            rest = others;
            let Some(calendar) = self.people[person].calendar.or_else(|| self.any_calendar()) else { continue };
            let Some(zone) = self.zone(calendar).filter(|_| everybody || !own.is_empty()) else { continue };
            let one = One { person, calendar, units: self.people[person].member.units_percent.into(), stretches: own };
            let mut clocks = Clocks(&mut self.timelines);
            let Some(grid) = grids.of(zone, || Grid::new(zone, asked.period, first, last)) else { continue };
            if let Some(periods) = one.periods(grid, asked) {
                cells += periods.len();
                if cells > MOST {
                    return Err(too_many(self.people.len().saturating_mul(grid.len())));
                }
                let load = one.load(grid, &mut clocks, (&periods, &mut falls_on));
                one.overloads(grid, &load, (&periods, &falls_on), &mut found);
                found.loads.push(load);
            }
            // On their own calendar nobody works on a day off.
            let abroad = |stretch: &Stretch| stretch.clock != Clock::Working(calendar);
            if own.iter().any(abroad) && one.is_inside(first, last) {
                let Some(days) = day_grids.of(zone, || Grid::new(zone, LoadPeriod::Day, first, last)) else { continue };
                one.days_off(days, &mut clocks, own.iter().filter(|stretch| abroad(stretch)), &mut found);
            }
            check_lists(&found)?;
        }
        self.crowds((first, last), &mut found)?;
        Ok(found)
    }

    /// Where somebody has more tasks of one tag in hand than the directory allows.
    fn crowds(&self, (first, last): (i64, i64), found: &mut Found) -> Result<()> {
        let key = |mark: &Mark| (self.shares[mark.share].person, mark.limit);
        for marks in self.marks.chunk_by(|a, b| key(a) == key(b)) {
            let Some((person, limit)) = marks.first().map(key) else { continue };
            let most = self.limits[limit].1 as usize;
            if marks.len() <= most {
                continue;
            }
            let mut in_hand: BTreeSet<ShareIndex> = BTreeSet::new();
            let mut crowd: Option<Gathering> = None;
            for (at, begins, share) in self.turns(marks) {
                if begins {
                    in_hand.insert(share);
                    if in_hand.len() > most {
                        let crowd = crowd.get_or_insert_with(|| Gathering { start: at, peak: 0, shares: in_hand.clone() });
                        crowd.peak = crowd.peak.max(in_hand.len());
                        crowd.shares.insert(share);
                    }
                    continue;
                }
                in_hand.remove(&share);
                if let Some(Gathering { start, peak, shares }) = crowd.take_if(|_| in_hand.len() <= most)
                    && at > first
                    && start < last
                {
                    let peak = u32::try_from(peak).unwrap_or(u32::MAX);
                    let shares = found.list(shares);
                    found.crowds.push(Crowded { person, limit, peak, start, finish: at, shares });
                    check_lists(found)?;
                }
            }
        }
        Ok(())
    }

    /// When each task is taken in hand and put down, in order: who puts one down at the instant at which the next begins has one.
    fn turns(&self, marks: &[Mark]) -> Vec<(i64, bool, ShareIndex)> {
        let mut turns = Vec::with_capacity(2 * marks.len());
        let mut seen = BTreeSet::new();
        for mark in marks {
            let Share { project, node, .. } = self.shares[mark.share];
            // Who is assigned to a task twice has it in hand once.
            if !seen.insert((project, node)) {
                continue;
            }
            let planned = &self.projects[project];
            let stand = planned.schedule.placed(&planned.compiled.network, node);
            if stand.start < stand.finish {
                turns.extend([(stand.start, true, mark.share), (stand.finish, false, mark.share)]);
            }
        }
        turns.sort_unstable();
        turns
    }
}

/// Too many tasks of a tag that somebody has in hand just now.
struct Gathering {
    start: i64,
    peak: usize,
    shares: BTreeSet<ShareIndex>,
}

impl Found {
    /// Adds shares to the list, and says where they are.
    fn list(&mut self, shares: impl IntoIterator<Item = ShareIndex>) -> Range<usize> {
        let first = self.shares.len();
        self.shares.extend(shares);
        first..self.shares.len()
    }
}

impl One<'_> {
    /// The periods to show: those asked for, without those before and after all work where nothing was asked for.
    fn periods(&self, grid: &Grid, asked: Asked) -> Option<Range<usize>> {
        let start = self.stretches.iter().map(|stretch| stretch.start).min();
        let finish = self.stretches.iter().map(|stretch| stretch.finish).max();
        let first = if asked.start.is_some() { Some(0) } else { start.map(|at| grid.period_of(at)) };
        let end = if asked.finish.is_some() { Some(grid.len()) } else { finish.map(|at| grid.period_of(at.saturating_sub(1)) + 1) };
        first.zip(end).filter(|(first, end)| first < end).map(|(first, end)| first..end)
    }

    /// Whether any of the work lies between two instants.
    fn is_inside(&self, first: i64, last: i64) -> bool {
        self.stretches.iter().any(|stretch| stretch.start < last && stretch.finish > first)
    }

    /// What falls on each period, and on which periods each stretch falls.
    fn load(&self, grid: &mut Grid, clocks: &mut Clocks<'_>, (periods, falls_on): (&Range<usize>, &mut Vec<Range<usize>>)) -> Load {
        let mut load = vec![0_i64; periods.len()];
        let mut projects: Vec<(ProjectIndex, i64)> = Vec::new();
        falls_on.clear();
        for stretch in self.stretches {
            let (mut sum, mut on) = (0, 0..0);
            spread(grid, clocks, stretch, periods, |period, seconds| {
                if let Some(cell) = load.get_mut(period - periods.start) {
                    *cell = cell.saturating_add(seconds);
                }
                if seconds > 0 {
                    on = if sum == 0 { period } else { on.start }..period + 1;
                }
                sum += seconds;
            });
            falls_on.push(on);
            let project = stretch.project;
            match projects.last_mut() {
                Some((last, all)) if *last == project => *all = all.saturating_add(sum),
                _ => projects.push((project, sum)),
            }
        }
        let positions = grid.positions(Clock::Working(self.calendar), clocks).get(periods.start..=periods.end).unwrap_or_default();
        let works = positions.iter().zip(positions.iter().skip(1)).map(|(start, end)| end - start);
        let capacity = if self.units == 100 { works.collect() } else { works.map(|seconds| share(seconds, self.units)).collect() };
        Load { person: self.person, start: grid.bound(periods.start), load, capacity, projects }
    }

    /// Periods with too much work, one after the other; those in which nobody works lie between them.
    fn overloads(&self, grid: &Grid, of_person: &Load, (shown, falls_on): (&Range<usize>, &[Range<usize>]), found: &mut Found) {
        let mut runs: Vec<(Range<usize>, Over)> = Vec::new();
        let mut goes_on = false;
        for (period, (load, capacity)) in shown.clone().zip(of_person.load.iter().zip(&of_person.capacity)) {
            if load - capacity < ROUNDING {
                goes_on &= *load == 0 && *capacity == 0;
                continue;
            }
            let (start, finish) = (grid.bound(period), grid.bound(period + 1));
            if !goes_on {
                let none = Over { person: self.person, start, finish, load: 0, capacity: 0, excess: 0, shares: 0..0 };
                runs.push((period..period, none));
                goes_on = true;
            }
            if let Some((periods, over)) = runs.last_mut() {
                (periods.end, over.finish) = (period + 1, finish);
                over.load = over.load.saturating_add(*load);
                over.capacity += capacity;
                over.excess = over.excess.saturating_add(load - capacity);
            }
        }
        if runs.is_empty() {
            return;
        }
        let (mut numbers, mut causes): (Vec<u32>, Vec<ShareIndex>) = Default::default();
        for (stretch, on) in self.stretches.iter().zip(falls_on) {
            let earliest = runs.partition_point(|(periods, _)| periods.end <= on.start);
            let touched = (0_u32..).zip(&runs).skip(earliest).take_while(|(_, (periods, _))| periods.start < on.end);
            for (number, _) in touched {
                numbers.push(number);
                causes.push(stretch.share);
            }
        }
        let (order, firsts) = by_key(&numbers, u32::try_from(runs.len()).unwrap_or(u32::MAX));
        let ends = firsts.iter().skip(1).copied().chain([u32::try_from(order.len()).unwrap_or(u32::MAX)]);
        for ((_, over), (first, end)) in runs.into_iter().zip(firsts.iter().zip(ends)) {
            let of_run = order.get(*first as usize..end as usize).unwrap_or_default();
            let shares = found.list(of_run.iter().filter_map(|cause| causes.get(*cause as usize)).copied());
            found.overloads.push(Over { shares, ..over });
        }
    }

    /// Work on days on which the person does not work.
    fn days_off<'s>(&self, days: &mut Grid, clocks: &mut Clocks<'_>, abroad: impl Iterator<Item = &'s Stretch>, found: &mut Found) {
        let own = days.positions(Clock::Working(self.calendar), clocks).to_vec();
        let is_off = |day: usize| own.get(day) == own.get(day + 1);
        let all = 0..days.len();
        let mut works: Vec<(usize, ShareIndex, i64)> = Vec::new();
        for stretch in abroad {
            spread(days, clocks, stretch, &all, |day, seconds| {
                if seconds > 0 && is_off(day) {
                    works.push((day, stretch.share, seconds));
                }
            });
        }
        works.sort_unstable();
        for of_day in works.chunk_by(|a, b| a.0 == b.0) {
            let Some(day) = of_day.first().map(|(day, ..)| *day) else { continue };
            let mut shares: Vec<ShareIndex> = of_day.iter().map(|(_, share, _)| *share).collect();
            shares.dedup();
            let (start, load) = (days.bound(day), of_day.iter().map(|(.., seconds)| seconds).sum());
            let shares = found.list(shares);
            found.days_off.push(Off { person: self.person, start, load, shares });
        }
    }
}

/// Tells how much of a stretch falls on each of some periods. A sum over all periods is the whole, to the second.
#[inline]
pub(super) fn spread(
    grid: &mut Grid,
    clocks: &mut Clocks<'_>,
    stretch: &Stretch,
    periods: &Range<usize>,
    mut tell: impl FnMut(usize, i64),
) {
    let (first, finish) = (grid.period_of(stretch.start).max(periods.start), stretch.finish);
    if first >= periods.end || finish <= grid.bound(first) {
        return;
    }
    let positions = grid.positions(stretch.clock, clocks).get(first..=periods.end).unwrap_or_default();
    let Some((before, ends)) = positions.split_first() else { return };
    let mut done = stretch.done_at(*before);
    for (period, end) in (first..).zip(ends) {
        let by_then = stretch.done_at(*end);
        tell(period, by_then - done);
        done = by_then;
        if *end >= stretch.end() {
            break;
        }
    }
}

/// The work that has most slack is the first that could wait.
pub(super) fn by_slack(slack: i64, place: (ProjectIndex, usize)) -> (Reverse<i64>, (ProjectIndex, usize)) {
    (Reverse(slack), place)
}
