//! Which days a moment has in one year.
//!
//! A year that is listed beats the rule. A year that neither the list nor the rule gives is an error with the name of the moment and of
//! the year, so that somebody supplies the day: no date of another year stands in for it. A date that somebody publishes, such as a
//! cut-off, is looked up the same way; where there is none, what was usual is an estimate and is called one.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::model::{
    Basis, DateBasis, DateRule, MomentId, MomentYear, Observed, Pack, PlatformId, PublishedDate, PublishedKind, RetailMoment, UsualOffset,
    Weekday,
};
use crate::pack::dates::Found;
use crate::pack::library;
use crate::time::Day;

/// The years that rules know: from the first full one of the Gregorian calendar, to one before the last, for windows that end in the next.
pub(crate) const YEARS: RangeInclusive<i32> = 1583..=9998;

/// A rule that leads through more moments than this is taken for one that leads nowhere.
const MOST_STEPS: usize = 64;

/// The days of a moment in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MomentDates {
    /// The moment.
    pub moment: MomentId,
    /// The year.
    pub year: i32,
    /// The first day; absent when the moment is not in that year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub first: Option<Day>,
    /// The last day, which may be the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub last: Option<Day>,
    /// What sort of date it is: that of the least certain moment on which it rests.
    pub kind: DateBasis,
    /// Where it comes from.
    pub basis: Basis,
}

/// The moments of several packs, by id.
pub(crate) fn by_id(packs: &[Pack]) -> BTreeMap<&str, &RetailMoment> {
    packs.iter().flat_map(|pack| &pack.moments).map(|moment| (moment.id.as_str(), moment)).collect()
}

/// The days of a moment in a year.
///
/// # Errors
/// [`Code::PackUnknown`] for a moment that no pack has, [`Code::PackYearRange`] for a year outside [`YEARS`], [`Code::PackDateUnknown`]
/// when neither the list nor the rule gives that year, [`Code::PackLoop`] when the rule leads back to itself.
pub(crate) fn dates_of(moments: &BTreeMap<&str, &RetailMoment>, moment: &MomentId, year: i32) -> Result<MomentDates> {
    if !YEARS.contains(&year) {
        let (first, last) = (YEARS.start().to_string(), YEARS.end().to_string());
        return Err(Error::new(Code::PackYearRange, &[("year", &year.to_string()), ("first", &first), ("last", &last)]));
    }
    let record = named(moments, moment)?;
    let dates = |first: Option<Day>, last: Option<Day>, kind: DateBasis, basis: &Basis| -> Result<MomentDates> {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Err(Error::new(Code::TimeRangeReversed, &[("start", &first.to_string()), ("finish", &last.to_string())]));
        }
        Ok(MomentDates { moment: moment.clone(), year, first, last, kind, basis: basis.clone() })
    };
    if let Some(listed) = listed(record, year) {
        let first = first_listed(record, listed)?;
        return dates(Some(first), Some(listed.last.unwrap_or(first)), listed.kind, &listed.basis);
    }
    if !is_in(record, year) {
        return dates(None, None, DateBasis::Rule, &record.basis);
    }
    let rule = record.first.as_ref().ok_or_else(|| unknown(record, year))?;
    let Some((first, kind)) = by_rule(moments, record, rule, year)? else {
        return dates(None, None, DateBasis::Rule, &record.basis);
    };
    let last = record.last.as_ref().map(|rule| by_rule(moments, record, rule, year)).transpose()?.flatten();
    let (last, of_last) = last.unwrap_or((first, kind));
    dates(Some(first), Some(last), kind.max(of_last), &record.basis)
}

/// The same, or nothing when that year's days are unknown.
pub(crate) fn dates_if_known(moments: &BTreeMap<&str, &RetailMoment>, moment: &MomentId, year: i32) -> Result<Option<MomentDates>> {
    match dates_of(moments, moment, year) {
        Ok(dates) => Ok(Some(dates)),
        Err(error) if error.code == Code::PackDateUnknown => Ok(None),
        Err(error) => Err(error),
    }
}

/// The day on which offices close for a holiday that falls on this day.
pub(crate) fn observed(moment: &RetailMoment, day: Day) -> Day {
    let shift = match (moment.observed, day.weekday()) {
        (Some(Observed::NearestWeekday), 5) => -1,
        (Some(Observed::NearestWeekday), 6) => 1,
        (Some(Observed::NearestWeekday) | None, _) => 0,
    };
    day.plus_days(shift).unwrap_or(day)
}

fn named<'a>(moments: &BTreeMap<&str, &'a RetailMoment>, moment: &MomentId) -> Result<&'a RetailMoment> {
    let unknown = || library::unknown("moment", moment.as_str(), moments.keys().copied());
    moments.get(moment.as_str()).copied().ok_or_else(unknown)
}

pub(crate) fn listed(moment: &RetailMoment, year: i32) -> Option<&MomentYear> {
    moment.years.iter().find(|listed| listed.year == year)
}

fn first_listed(moment: &RetailMoment, listed: &MomentYear) -> Result<Day> {
    let known = listed.first.filter(|_| listed.kind != DateBasis::Unknown);
    known.ok_or_else(|| unknown(moment, listed.year))
}

fn unknown(moment: &RetailMoment, year: i32) -> Error {
    Error::new(Code::PackDateUnknown, &[("moment", moment.id.as_str()), ("year", &year.to_string())])
}

/// Whether a moment that is not every year's is in this one.
fn is_in(moment: &RetailMoment, year: i32) -> bool {
    match (moment.every.map(i64::from), moment.one_year) {
        (Some(every), Some(one)) if every > 0 => (i64::from(year) - i64::from(one)).rem_euclid(every) == 0,
        _ => true,
    }
}

/// A step from the first day of one moment to a day of another.
enum Move {
    Days(i32),
    Before(Weekday),
}

/// The day that a rule gives, and how certain it is; nothing when a moment on which it rests is not in that year.
///
/// A rule names one moment at most, so that a chain of them is a line: down to a day that stands for itself, and back.
fn by_rule(moments: &BTreeMap<&str, &RetailMoment>, moment: &RetailMoment, rule: &DateRule, year: i32) -> Result<Option<(Day, DateBasis)>> {
    let (mut moves, mut ids) = (Vec::new(), vec![moment.id.as_str()]);
    let (mut rule, mut at) = (rule, moment);
    let (mut day, kind) = loop {
        let (other, step) = match rule {
            DateRule::Days { after, days } => (after, Move::Days(*days)),
            DateRule::WeekdayBefore { before, weekday } => (before, Move::Before(*weekday)),
            DateRule::Fixed { .. } | DateRule::Nth { .. } | DateRule::Easter {} => {
                break (in_year(rule, year).ok_or_else(|| unknown(at, year))?, DateBasis::Rule);
            }
        };
        moves.push(step);
        at = named(moments, other)?;
        let again = ids.contains(&at.id.as_str());
        ids.push(at.id.as_str());
        if again || ids.len() > MOST_STEPS {
            return Err(Error::new(Code::PackLoop, &[("ids", &ids.join(" → "))]));
        }
        if let Some(listed) = listed(at, year) {
            break (first_listed(at, listed)?, listed.kind.max(DateBasis::Rule));
        }
        if !is_in(at, year) {
            return Ok(None);
        }
        rule = at.first.as_ref().ok_or_else(|| unknown(at, year))?;
    };
    for step in moves.into_iter().rev() {
        let days = match step {
            Move::Days(days) => days,
            Move::Before(weekday) => -1 - days_since(weekday, day.plus_days(-1)?),
        };
        day = day.plus_days(days).map_err(|_| unknown(moment, year))?;
    }
    Ok(Some((day, kind)))
}

/// The day of a rule that names no other moment.
fn in_year(rule: &DateRule, year: i32) -> Option<Day> {
    match rule {
        DateRule::Fixed { month, day, years_later } => Day::new(year.checked_add(years_later.unwrap_or(0))?, *month, *day).ok(),
        DateRule::Nth { month, weekday, nth: -1 } => {
            let next = if *month == 12 { Day::new(year.checked_add(1)?, 1, 1) } else { Day::new(year, month.checked_add(1)?, 1) };
            let last = next.ok()?.plus_days(-1).ok()?;
            last.plus_days(-days_since(*weekday, last)).ok()
        }
        DateRule::Nth { month, weekday, nth } => {
            let first = Day::new(year, *month, 1).ok()?;
            let to_first = (7 - days_since(*weekday, first)) % 7;
            let weeks = u32::try_from(*nth).ok()?.checked_sub(1)?.checked_mul(7)?;
            Day::new(year, *month, u32::try_from(1 + to_first).ok()?.checked_add(weeks)?).ok()
        }
        DateRule::Easter {} => easter(year),
        DateRule::Days { .. } | DateRule::WeekdayBefore { .. } => None,
    }
}

/// How many days ago the weekday was, as seen from this day: 0 to 6.
fn days_since(weekday: Weekday, day: Day) -> i32 {
    let number = match weekday {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    };
    let today = i32::try_from(day.weekday()).unwrap_or(0);
    (today - number).rem_euclid(7)
}

/// Easter Sunday, by the algorithm of Meeus, Jones and Butcher: the same for every year of the Gregorian calendar.
fn easter(year: i32) -> Option<Day> {
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let (leap_centuries, after_leap) = (century / 4, century % 4);
    let moon = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - moon + 15) % 30;
    let to_sunday = (32 + 2 * after_leap + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let correction = (golden + 11 * epact + 22 * to_sunday) / 451;
    let from_march = epact + to_sunday - 7 * correction + 114;
    Day::new(year, u32::try_from(from_march / 31).ok()?, u32::try_from(from_march % 31 + 1).ok()?).ok()
}

/// A published date, or what is usual before the `first` day of the moment.
///
/// The day is the one by which, or from which, something has to be done: the last day of a window that closes, and the first of an event
/// or of a time of higher fees. Without a method, and where dates differ by method, it is the earliest of them, on which every method
/// is still in time.
pub(crate) fn published(
    packs: &[Pack],
    moment: &MomentId,
    year: i32,
    first: Option<Day>,
    by: &PlatformId,
    what: PublishedKind,
    method: Option<&str>,
) -> Found {
    let rows = || {
        let of_all = packs.iter().flat_map(|pack| &pack.dates);
        of_all.filter(move |row| row.moment == *moment && row.year == year && row.by == *by && row.what == what)
    };
    let dated = rows().filter_map(|row| Some((row.method.as_deref(), counted_day(row)?, row)));
    if let Some((_, day, row)) = best(method, dated, |(_, day, _), (_, other, _)| day < other, |(method, ..)| *method) {
        return Found { day: Some(day), kind: row.kind, basis: Some(row.basis.clone()) };
    }
    let offsets = packs.iter().flat_map(|pack| &pack.offsets);
    let offsets = offsets.filter(|offset| offset.moment == *moment && offset.by == *by && offset.what == what);
    let usual = best(method, offsets, |one, other| one.days_before > other.days_before, |offset| offset.method.as_deref());
    let estimate = usual.and_then(|offset| Some((days_before(offset, first?)?, offset)));
    if let Some((day, offset)) = estimate {
        return Found { day: Some(day), kind: DateBasis::Estimate, basis: Some(offset.basis.clone()) };
    }
    let silent = best(method, rows(), |_, _| false, |row| row.method.as_deref());
    Found { day: None, kind: DateBasis::Unknown, basis: silent.map(|row| row.basis.clone()) }
}

/// The day so long before the first day of its moment.
pub(crate) fn days_before(offset: &UsualOffset, first: Day) -> Option<Day> {
    first.plus_days(-i32::try_from(offset.days_before).ok()?).ok()
}

/// The day of a published date that a plan counts with, where it is known.
pub(crate) fn counted_day(row: &PublishedDate) -> Option<Day> {
    if row.kind == DateBasis::Unknown {
        return None;
    }
    match row.what {
        PublishedKind::Event | PublishedKind::PeakFees => row.first.or(row.last),
        PublishedKind::InboundBy | PublishedKind::EnrolBy | PublishedKind::DealWindow | PublishedKind::LastShipDay => {
            row.last.or(row.first)
        }
    }
}

/// The record that fits a method best: its own, then one for all, then, for who names none, the most careful. Of equals, the last one,
/// which stands in the latest pack.
fn best<T: Copy>(
    asked: Option<&str>,
    records: impl Iterator<Item = T>,
    more_careful: impl Fn(&T, &T) -> bool,
    method: impl Fn(&T) -> Option<&str>,
) -> Option<T> {
    let mut best: Option<(u8, T)> = None;
    for record in records {
        let rank = match (asked, method(&record)) {
            (asked, own) if asked == own => 0,
            (Some(_), None) => 1,
            (None, Some(_)) => 2,
            (Some(_), Some(_)) | (None, None) => continue,
        };
        let better = best.as_ref().is_none_or(|(held, other)| match rank.cmp(held) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => rank < 2 || more_careful(&record, other),
            std::cmp::Ordering::Greater => false,
        });
        if better {
            best = Some((rank, record));
        }
    }
    best.map(|(_, record)| record)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;

    fn calendar() -> Pack {
        Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json")).unwrap()
    }

    fn pack(moments: &str) -> Pack {
        Pack::from_json(&format!(r#"{{ "linkstar": 1, "id": "own", "version": "1", "name": "Own", "moments": [{moments}] }}"#)).unwrap()
    }

    fn text(pack: &Pack, moment: &str, year: i32) -> String {
        match dates_of(&by_id(std::slice::from_ref(pack)), &moment.into(), year) {
            Ok(MomentDates { first: Some(first), last: Some(last), .. }) if first == last => first.to_string(),
            Ok(MomentDates { first: Some(first), last: Some(last), .. }) => format!("{first}..{last}"),
            Ok(_) => "none".to_owned(),
            Err(error) => error.code.to_string(),
        }
    }

    #[test]
    fn famous_days_are_where_everybody_remembers_them() {
        let pack = calendar();
        for (moment, year, expected) in [
            ("super-bowl", 2026, "2026-02-08"),
            ("valentines-day", 2029, "2029-02-14"),
            ("easter", 2024, "2024-03-31"),
            ("easter", 2027, "2027-03-28"),
            ("easter", 2038, "2038-04-25"),
            ("mothers-day", 2027, "2027-05-09"),
            ("memorial-day-sale", 2027, "2027-05-28..2027-05-31"),
            ("fathers-day", 2030, "2030-06-16"),
            ("july-4-sale", 2026, "2026-07-01..2026-07-04"),
            ("back-to-school", 2028, "2028-07-10..2028-09-04"),
            ("prime-day", 2026, "2026-06-23..2026-06-26"),
            ("prime-day", 2027, "pack.dateUnknown"),
            ("prime-day", 2031, "pack.dateUnknown"),
            ("prime-big-deal-days", 2025, "2025-10-07..2025-10-08"),
            ("thanksgiving", 2029, "2029-11-22"),
            ("black-friday", 2027, "2027-11-26"),
            ("cyber-monday", 2030, "2030-12-02"),
            ("super-saturday", 2022, "2022-12-24"),
            ("super-saturday", 2027, "2027-12-18"),
            ("q1-returns-peak", 2027, "2027-12-26..2028-01-31"),
            ("lunar-new-year", 2027, "2027-02-06"),
            ("cn-spring-festival", 2026, "2026-02-15..2026-02-23"),
            ("cn-national-day", 2029, "pack.dateUnknown"),
            ("us-inauguration-day", 2025, "2025-01-20"),
            ("us-inauguration-day", 2027, "none"),
            ("us-inauguration-day", 2021, "2021-01-20"),
            ("us-thanksgiving", 1582, "pack.yearRange"),
            ("us-thanksgiving", 9998, "9998-11-26"),
            ("us-thanksgiving", 9999, "pack.yearRange"),
            ("q1-returns-peak", 9998, "9998-12-26..9999-01-31"),
            ("prime-night", 2027, "pack.unknown"),
        ] {
            assert_eq!(text(&pack, moment, year), expected, "{moment} {year}");
        }
    }

    #[test]
    fn easter_is_a_sunday_of_march_or_april_in_every_year() {
        for year in YEARS {
            let day = easter(year).unwrap();
            assert_eq!(day.weekday(), 6, "{day}");
            assert!(Day::new(year, 3, 22).unwrap() <= day && day <= Day::new(year, 4, 25).unwrap(), "{day}");
        }
        // Years that other algorithms get wrong.
        for (year, expected) in
            [(1818, "1818-03-22"), (1886, "1886-04-25"), (1954, "1954-04-18"), (1981, "1981-04-19"), (2285, "2285-03-22")]
        {
            assert_eq!(easter(year).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn offices_close_on_the_nearest_weekday() {
        let pack = calendar();
        let moments = by_id(std::slice::from_ref(&pack));
        for (moment, day, expected) in [
            ("us-independence-day", "2026-07-04", "2026-07-03"),
            ("us-independence-day", "2027-07-04", "2027-07-05"),
            ("us-new-years-day", "2028-01-01", "2027-12-31"),
            ("us-christmas", "2026-12-25", "2026-12-25"),
            ("black-friday", "2027-11-27", "2027-11-27"),
        ] {
            let record = named(&moments, &moment.into()).unwrap();
            assert_eq!(observed(record, day.parse().unwrap()).to_string(), expected, "{moment}");
        }
    }

    #[test]
    fn rules_that_lead_nowhere_say_so() {
        let basis = r#""basis": { "confidence": "memory" }"#;
        let days = |id: &str, after: &str| {
            format!(r#"{{ "id": "{id}", "name": "x", "first": {{ "kind": "days", "after": "{after}", "days": 1 }}, {basis} }}"#)
        };
        let pack = pack(&[
            days("a", "b"),
            days("b", "c"),
            days("c", "b"),
            days("itself", "itself"),
            days("after-nothing", "nothing"),
            days("after-leap-day", "leap-day"),
            format!(r#"{{ "id": "leap-day", "name": "x", "first": {{ "kind": "fixed", "month": 2, "day": 29 }}, {basis} }}"#),
            format!(r#"{{ "id": "fifth", "name": "x", "first": {{ "kind": "nth", "month": 2, "weekday": "monday", "nth": 5 }}, {basis} }}"#),
            format!(r#"{{ "id": "zeroth", "name": "x", "first": {{ "kind": "nth", "month": 13, "weekday": "monday", "nth": 0 }}, {basis} }}"#),
            format!(
                r#"{{ "id": "far", "name": "x", "first": {{ "kind": "fixed", "month": 4294967295, "day": 1, "yearsLater": 2147483647 }}, {basis} }}"#
            ),
            format!(
                r#"{{ "id": "backwards", "name": "x", "first": {{ "kind": "easter" }}, "last": {{ "kind": "fixed", "month": 1, "day": 1 }}, {basis} }}"#
            ),
            format!(r#"{{ "id": "no-rule", "name": "x", {basis} }}"#),
            format!(r#"{{ "id": "before", "name": "x", "first": {{ "kind": "weekdayBefore", "before": "leap-day", "weekday": "tuesday" }}, {basis} }}"#),
            format!(r#"{{ "id": "every-none", "name": "x", "every": 0, "oneYear": 2025, "first": {{ "kind": "easter" }}, {basis} }}"#),
        ]
        .join(","));
        for (moment, year, expected) in [
            ("a", 2027, "pack.loop"),
            ("itself", 2027, "pack.loop"),
            ("after-nothing", 2027, "pack.unknown"),
            ("leap-day", 2028, "2028-02-29"),
            ("leap-day", 2027, "pack.dateUnknown"),
            ("after-leap-day", 2028, "2028-03-01"),
            ("after-leap-day", 2027, "pack.dateUnknown"),
            // 29 February 2028 is a Tuesday: the one before it, never the day itself.
            ("before", 2028, "2028-02-22"),
            ("fifth", 2028, "pack.dateUnknown"),
            ("fifth", 2044, "2044-02-29"),
            ("zeroth", 2027, "pack.dateUnknown"),
            ("far", 2027, "pack.dateUnknown"),
            ("backwards", 2027, "time.rangeReversed"),
            ("no-rule", 2027, "pack.dateUnknown"),
            ("every-none", 2027, "2027-03-28"),
        ] {
            assert_eq!(text(&pack, moment, year), expected, "{moment} {year}");
        }
    }

    #[test]
    fn what_rests_on_a_projected_day_is_projected() {
        let pack = pack(
            r#"{ "id": "feast", "name": "x", "basis": { "confidence": "memory" },
                 "years": [{ "year": 2027, "first": "2027-02-05", "kind": "projected", "basis": { "confidence": "projected" } }] },
               { "id": "sale", "name": "x", "basis": { "confidence": "memory" },
                 "first": { "kind": "days", "after": "feast", "days": 10 } }"#,
        );
        let dates = dates_of(&by_id(std::slice::from_ref(&pack)), &"sale".into(), 2027).unwrap();
        assert_eq!((dates.first.unwrap().to_string().as_str(), dates.kind), ("2027-02-15", DateBasis::Projected));
    }

    #[test]
    fn a_published_date_beats_what_is_usual_and_no_year_lends_to_another() {
        let packs = [calendar()];
        let moments = by_id(&packs);
        let by = |moment: &str, year: i32, by: &str, what: PublishedKind, method: Option<&str>| {
            let first = dates_if_known(&moments, &moment.into(), year).unwrap().and_then(|dates| dates.first);
            let found = published(&packs, &moment.into(), year, first, &by.into(), what, method);
            (found.day.map_or_else(|| "–".to_owned(), |day| day.to_string()), found.kind)
        };
        let inbound = PublishedKind::InboundBy;
        for (asked, expected) in [
            (by("black-friday", 2025, "amazon", inbound, Some("minimal-splits")), ("2025-10-20", DateBasis::Published)),
            (by("black-friday", 2025, "amazon", inbound, Some("amazon-optimized-splits")), ("2025-10-30", DateBasis::Published)),
            // Who does not say how the goods are split is in time for each way.
            (by("black-friday", 2025, "amazon", inbound, None), ("2025-10-09", DateBasis::Published)),
            // One date for every method.
            (by("black-friday", 2024, "amazon", inbound, Some("minimal-splits")), ("2024-10-19", DateBasis::Published)),
            // Listed as unknown, and not listed at all: what is usual.
            (by("black-friday", 2026, "amazon", inbound, Some("minimal-splits")), ("2026-10-16", DateBasis::Estimate)),
            (by("black-friday", 2027, "amazon", inbound, Some("awd")), ("2027-10-04", DateBasis::Estimate)),
            (by("black-friday", 2028, "amazon", inbound, None), ("2028-10-14", DateBasis::Estimate)),
            // Nobody knows when Prime Day 2027 is.
            (by("prime-day", 2027, "amazon", inbound, None), ("–", DateBasis::Unknown)),
            (by("black-friday", 2026, "walmart", inbound, None), ("–", DateBasis::Unknown)),
            (by("christmas", 2027, "ups", PublishedKind::LastShipDay, Some("ground")), ("–", DateBasis::Unknown)),
            (by("christmas", 2025, "ups", PublishedKind::LastShipDay, None), ("2025-12-19", DateBasis::Published)),
            (by("q4-peak", 2025, "amazon", PublishedKind::PeakFees, Some("fulfilment-fee")), ("2025-10-15", DateBasis::Published)),
            (by("q4-peak", 2026, "amazon", PublishedKind::PeakFees, Some("fulfilment-fee")), ("2026-10-15", DateBasis::Estimate)),
            (by("black-friday", 2025, "tiktok-shop", PublishedKind::Event, None), ("2025-11-12", DateBasis::Published)),
        ] {
            assert_eq!((asked.0.as_str(), asked.1), expected);
        }
    }
}
