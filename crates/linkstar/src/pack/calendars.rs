//! Working calendars for a stretch of years, from calendars by rule.
//!
//! Holidays become days off, make-up days become Mondays, and a factory around Lunar New Year gets shorter shifts, then none. What follows
//! from a rule and has not been announced is marked; and where the list of holidays ends, the calendar says that it knows no more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use crate::error::Result;
use crate::model::{Basis, MomentId, Pack, PackCalendar, RetailMoment};
use crate::order;
use crate::pack::moments::{self, MomentDates};
use crate::time::{CalendarException, Day, WeekChange, WorkCalendar};

/// The calendars of the packs, with what is known of these years.
///
/// # Errors
/// [`Code::PackYearRange`](crate::error::Code::PackYearRange) for years that no rule knows, and what is wrong with a rule. A year whose
/// holidays nobody has entered is no error: the calendar is known until the year before.
pub(crate) fn working_calendars(packs: &[Pack], years: RangeInclusive<i32>) -> Result<Vec<WorkCalendar>> {
    let moments = moments::by_id(packs);
    packs.iter().flat_map(|pack| &pack.calendars).map(|calendar| of_years(calendar, &moments, &years)).collect()
}

fn of_years(calendar: &PackCalendar, moments: &BTreeMap<&str, &RetailMoment>, years: &RangeInclusive<i32>) -> Result<WorkCalendar> {
    let stretches = stretches(calendar, moments, years)?;
    let slow = laid_side_by_side(&stretches);
    let mut exceptions = BTreeMap::new();
    for (first, last, stretch) in slow.iter().filter(|(.., stretch)| stretch.percent == 0) {
        // What a factory usually does is not what this one has announced.
        exceptions.insert((*first, *last), day_off((*first, *last), &stretch.name, true, &stretch.basis));
    }
    let mut make_up = Vec::new();
    for holiday in &calendar.holidays {
        let Some(record) = moments.get(holiday.as_str()) else { continue };
        for dates in around(moments, holiday, years)? {
            let (Some(first), Some(last)) = (dates.first, dates.last) else { continue };
            let days = if first == last { (moments::observed(record, first), moments::observed(record, first)) } else { (first, last) };
            let off = day_off(days, &record.name, !dates.kind.is_certain(), &dates.basis);
            if let Some(listed) = moments::listed(record, dates.year) {
                make_up.extend(listed.make_up.iter().map(|day| (*day, off.clone())));
            }
            exceptions.entry(days).or_insert(off);
        }
    }
    // Nobody makes up for a day while the house is closed.
    let closed: Vec<(Day, Day)> = exceptions.keys().copied().collect();
    make_up.retain(|(day, _)| !closed.iter().any(|(first, last)| first <= day && day <= last));
    for (day, holiday) in make_up {
        let percent = slow.iter().find(|(first, last, _)| *first <= day && day <= *last).map_or(100, |(.., stretch)| stretch.percent);
        let monday = calendar.week.monday.iter().flatten();
        let shifts = monday.filter_map(|shift| shift.shortened(percent)).collect();
        exceptions.insert((day, day), CalendarException { first: day, last: None, shifts, ..holiday });
    }
    exceptions.retain(|(first, last), _| touches(years, *first, *last));
    let slower = slow.iter().filter(|(first, last, stretch)| stretch.percent > 0 && touches(years, *first, *last));
    let change = |(first, last, stretch): &(Day, Day, &Stretch)| WeekChange {
        first: *first,
        last: Some(*last),
        week: calendar.week.shortened(stretch.percent),
    };
    Ok(WorkCalendar {
        id: calendar.id.clone(),
        name: Some(calendar.name.clone()),
        base: None,
        zone: Some(calendar.zone.clone()),
        week: Some(calendar.week.clone()),
        changes: slower.map(change).collect(),
        exceptions: exceptions.into_values().collect(),
        known_until: known_until(calendar, moments, years)?,
    })
}

fn day_off((first, last): (Day, Day), name: &str, projected: bool, basis: &Basis) -> CalendarException {
    let source = basis.sources.iter().chain(&basis.citations).next().cloned();
    let last = Some(last).filter(|last| *last != first);
    CalendarException { first, last, shifts: Vec::new(), name: Some(name.to_owned()), projected, source }
}

/// The stretches, cut so that each day has one: where several meet, the one in which least is done.
fn laid_side_by_side(stretches: &[Stretch]) -> Vec<(Day, Day, &Stretch)> {
    let cuts: BTreeSet<Day> = stretches.iter().flat_map(|stretch| [stretch.first, stretch.last.next()]).collect();
    let mut waiting: Vec<&Stretch> = stretches.iter().collect();
    order::sort_by(&mut waiting, |one, other| other.first.cmp(&one.first));
    let (mut open, mut side_by_side): (Vec<&Stretch>, Vec<(Day, Day, &Stretch)>) = (Vec::new(), Vec::new());
    for (first, next) in cuts.iter().zip(cuts.iter().skip(1)) {
        let last = Day::from_number(next.number() - 1);
        while let Some(stretch) = waiting.pop_if(|stretch| stretch.first <= *first) {
            open.push(stretch);
        }
        open.retain(|stretch| *first <= stretch.last);
        let Some(stretch) = open.iter().copied().min_by_key(|stretch| stretch.percent).filter(|stretch| stretch.percent < 100) else {
            continue;
        };
        match side_by_side.last_mut() {
            Some((_, before, same)) if same.percent == stretch.percent && before.next() == *first => *before = last,
            _ => side_by_side.push((*first, last, stretch)),
        }
    }
    side_by_side
}

/// The days of a moment in these years and, where they are known, in the one before and the one after: a holiday of January may begin
/// in December.
fn around(moments: &BTreeMap<&str, &RetailMoment>, moment: &MomentId, years: &RangeInclusive<i32>) -> Result<Vec<MomentDates>> {
    // Years of the caller stay in, so that one that no rule knows is an error.
    let inside = |year: &i32| years.contains(year) || moments::YEARS.contains(year);
    let wider = years.start().saturating_sub(1)..=years.end().saturating_add(1);
    wider.filter(inside).filter_map(|year| moments::dates_if_known(moments, moment, year).transpose()).collect()
}

/// The last day for which everything that this calendar rests on is known; nothing when it rests on nothing.
fn known_until(calendar: &PackCalendar, moments: &BTreeMap<&str, &RetailMoment>, years: &RangeInclusive<i32>) -> Result<Option<Day>> {
    let needed: BTreeSet<&MomentId> = calendar.holidays.iter().chain(calendar.capacity.iter().map(|stretch| &stretch.moment)).collect();
    if needed.is_empty() {
        return Ok(None);
    }
    let mut known = years.start().saturating_sub(1);
    'years: for year in years.clone() {
        for moment in &needed {
            if moments::dates_if_known(moments, moment, year)?.is_none() {
                break 'years;
            }
        }
        known = year;
    }
    Day::new(known, 12, 31).map(Some)
}

fn touches(years: &RangeInclusive<i32>, first: Day, last: Day) -> bool {
    first.year() <= *years.end() && *years.start() <= last.year()
}

/// Days on which less is done.
pub(crate) struct Stretch {
    pub(crate) moment: MomentId,
    /// The year of the moment.
    pub(crate) year: i32,
    pub(crate) name: String,
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) percent: u32,
    pub(crate) basis: Basis,
}

/// The stretches of a calendar in these years.
pub(crate) fn stretches(
    calendar: &PackCalendar,
    moments: &BTreeMap<&str, &RetailMoment>,
    years: &RangeInclusive<i32>,
) -> Result<Vec<Stretch>> {
    let mut stretches = Vec::new();
    for part in &calendar.capacity {
        for dates in around(moments, &part.moment, years)? {
            let Some(day) = dates.first else { continue };
            let (Ok(first), Ok(last)) = (day.plus_days(part.from), day.plus_days(part.to)) else { continue };
            let name = moments.get(part.moment.as_str()).map(|moment| moment.name.clone()).unwrap_or_default();
            if first <= last {
                stretches.push(Stretch {
                    moment: part.moment.clone(),
                    year: dates.year,
                    name,
                    first,
                    last,
                    percent: part.percent,
                    basis: part.basis.clone(),
                });
            }
        }
    }
    Ok(stretches)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;
    use crate::time::{CalendarSet, Shift};

    fn calendars(years: RangeInclusive<i32>) -> Vec<WorkCalendar> {
        let pack = Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json")).unwrap();
        working_calendars(&[pack], years).unwrap()
    }

    fn hours(calendars: &[WorkCalendar], id: &str, day: &str) -> String {
        let set = CalendarSet::new(calendars).unwrap();
        let zone = calendars.iter().find(|calendar| calendar.id.as_str() == id).and_then(|calendar| calendar.zone.clone()).unwrap();
        let zone = crate::time::Zone::new(&zone).unwrap();
        let day: Day = day.parse().unwrap();
        let seconds = set.timeline(&id.into()).unwrap().between(zone.start_of(day), zone.end_of(day));
        format!("{}:{:02}", seconds / 3600, seconds / 60 % 60)
    }

    #[test]
    fn people_work_when_the_notice_says() {
        let calendars = calendars(2025..=2028);
        for (calendar, day, expected) in [
            // Spring Festival 2026 and its two make-up Saturdays.
            ("china-office", "2026-02-13", "8:00"),
            ("china-office", "2026-02-14", "8:00"),
            ("china-office", "2026-02-16", "0:00"),
            ("china-office", "2026-02-23", "0:00"),
            ("china-office", "2026-02-28", "8:00"),
            ("china-office", "2026-03-01", "0:00"),
            // Mid-Autumn 2025 lies in National Day.
            ("china-office", "2025-10-08", "0:00"),
            ("china-office", "2025-10-09", "8:00"),
            ("china-office", "2025-10-11", "8:00"),
            // Nobody makes up for a holiday while the factory is closed, and while it is slow the make-up day is.
            ("factory", "2026-02-14", "0:00"),
            ("factory", "2026-02-28", "2:24"),
            ("factory", "2025-01-26", "0:00"),
            // Around Lunar New Year, 6 February 2027: an ordinary day, 80, 50, 0, 30, 70 percent, an ordinary day.
            ("factory", "2027-01-08", "8:00"),
            ("factory", "2027-01-09", "6:24"),
            ("factory", "2027-01-23", "4:00"),
            ("factory", "2027-01-30", "0:00"),
            ("factory", "2027-02-13", "0:00"),
            ("factory", "2027-02-15", "2:24"),
            ("factory", "2027-02-22", "5:36"),
            ("factory", "2027-03-06", "5:36"),
            ("factory", "2027-03-08", "8:00"),
            // That of 2028 begins in 2027.
            ("factory", "2027-12-28", "8:00"),
            ("factory", "2027-12-29", "6:24"),
            ("factory", "2027-05-08", "8:00"),
            ("us-office", "2026-07-03", "0:00"),
            ("us-office", "2027-07-05", "0:00"),
            ("us-office", "2027-12-31", "0:00"),
            ("us-office", "2028-11-10", "0:00"),
            // Monday 2029-01-01 is a holiday of the year after; the last Friday before it is none.
            ("us-office", "2028-12-29", "8:00"),
            ("us-office", "2027-11-26", "8:00"),
            ("port-china", "2027-02-06", "8:00"),
        ] {
            assert_eq!(hours(&calendars, calendar, day), expected, "{calendar} {day}");
        }
    }

    #[test]
    fn a_calendar_says_how_far_it_knows() {
        let until = |years: RangeInclusive<i32>| {
            let known =
                |calendar: WorkCalendar| format!("{} {}", calendar.id, calendar.known_until.map_or("–".to_owned(), |day| day.to_string()));
            calendars(years).into_iter().map(known).collect::<Vec<_>>()
        };
        assert_eq!(until(2026..=2027), ["china-office 2027-12-31", "factory 2027-12-31", "us-office 2027-12-31", "port-china –"]);
        assert_eq!(until(2027..=2040), ["china-office 2028-12-31", "factory 2028-12-31", "us-office 2040-12-31", "port-china –"]);
        assert_eq!(until(2031..=2032), ["china-office 2030-12-31", "factory 2030-12-31", "us-office 2032-12-31", "port-china –"]);
    }

    #[test]
    fn what_is_not_announced_is_marked() {
        let calendars = calendars(2026..=2027);
        let projected = |id: &str, day: &str| {
            let calendar = calendars.iter().find(|calendar| calendar.id.as_str() == id).unwrap();
            let found = calendar.exceptions.iter().find(|exception| exception.first.to_string() == day).unwrap();
            (found.projected, found.source.is_some())
        };
        assert_eq!(projected("china-office", "2026-10-01"), (false, true));
        assert_eq!(projected("china-office", "2026-10-10"), (false, true));
        assert_eq!(projected("china-office", "2027-10-01"), (true, false));
        assert_eq!(projected("us-office", "2027-07-05"), (false, true));
        assert_eq!(projected("factory", "2027-01-30"), (true, true));
    }

    #[test]
    fn where_stretches_meet_the_slower_one_counts() {
        let basis = r#""basis": { "confidence": "estimate" }"#;
        let pack = Pack::from_json(&format!(
            r#"{{ "linkstar": 1, "id": "own", "version": "1", "name": "Own",
                "moments": [{{ "id": "feast", "name": "Feast", "first": {{ "kind": "fixed", "month": 6, "day": 15 }}, {basis} }}],
                "calendars": [{{ "id": "mill", "name": "Mill", "zone": "Asia/Shanghai", "week": {{ "tuesday": ["08:00-12:00"] }}, "capacity": [
                    {{ "moment": "feast", "from": -10, "to": 10, "percent": 50, {basis} }},
                    {{ "moment": "feast", "from": -3, "to": 3, "percent": 0, {basis} }},
                    {{ "moment": "feast", "from": 5, "to": 20, "percent": 75, {basis} }},
                    {{ "moment": "feast", "from": 30, "to": 40, "percent": 120, {basis} }},
                    {{ "moment": "feast", "from": 9, "to": -9, "percent": 0, {basis} }}] }}] }}"#
        ))
        .unwrap();
        let calendars = working_calendars(&[pack], 2027..=2027).unwrap();
        let mill = calendars.first().unwrap();
        let changes: Vec<_> = mill
            .changes
            .iter()
            .map(|change| format!("{}..{} {}", change.first, change.last.unwrap(), change.week.tuesday.as_ref().unwrap().first().unwrap()))
            .collect();
        assert_eq!(
            changes,
            ["2027-06-05..2027-06-11 08:00-10:00", "2027-06-19..2027-06-25 08:00-10:00", "2027-06-26..2027-07-05 08:00-11:00"]
        );
        let closed: Vec<_> = mill.exceptions.iter().map(|day| format!("{}..{}", day.first, day.last.unwrap())).collect();
        assert_eq!(closed, ["2027-06-12..2027-06-18"]);
        let ordinary: Option<Shift> = mill.week.as_ref().and_then(|week| week.tuesday.as_ref()?.first().copied());
        assert_eq!(ordinary, "08:00-12:00".parse().ok());
    }

    #[test]
    fn years_that_no_rule_knows_are_refused() {
        let pack = Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json")).unwrap();
        for years in [1500..=1600, 9998..=9999, i32::MIN..=i32::MIN, i32::MAX..=i32::MAX] {
            let refused = working_calendars(std::slice::from_ref(&pack), years.clone()).map_err(|error| error.code);
            assert_eq!(refused, Err(crate::error::Code::PackYearRange), "{years:?}");
        }
    }
}
