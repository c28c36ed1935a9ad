//! A year as a seller sees it: when people buy, when nobody works, by when goods have to be where, and what nobody knows yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{
    Basis, Confidence, DateBasis, MomentId, Pack, PlatformId, PublishedDate, PublishedKind, RetailMoment, Translation, UsualOffset,
};
use crate::order;
use crate::pack::moments::{self, MomentDates};
use crate::pack::{calendars, library};
use crate::time::{CalendarId, Day};

/// What happens in one year, by the packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct YearCalendar {
    /// The year.
    pub year: i32,
    /// What has a day in it, the first day first. What began in the year before, or ends in the year after, is here as well.
    pub entries: Vec<YearEntry>,
    /// What has no day yet: whoever plans has to ask for it.
    pub unknown: Vec<YearEntry>,
}

/// Something that happens in a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct YearEntry {
    /// What it is.
    pub kind: YearEntryKind,
    /// The first day; absent for a cut-off, and while nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub first: Option<Day>,
    /// The last day, which may be the first; absent while nobody knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub last: Option<Day>,
    /// How certain the days are.
    pub certainty: DateBasis,
    /// The moment that it is, or that it serves.
    pub moment: MomentId,
    /// The year of that moment.
    pub moment_year: i32,
    /// What people call the moment.
    pub name: String,
    /// Its name in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub translations: Vec<Translation>,
    /// Who sets a published date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub by: Option<PlatformId>,
    /// What a published date is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub what: Option<PublishedKind>,
    /// For which way of doing it; for all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub method: Option<String>,
    /// The working calendars that it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub calendars: Vec<CalendarId>,
    /// What is done on these days, in percent of an ordinary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub percent: Option<u32>,
    /// Whether parcel carriers rest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub carriers_closed: bool,
    /// Where it comes from.
    pub basis: Basis,
}

/// What an entry of a year is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "camelCase")]
pub enum YearEntryKind {
    /// A holiday.
    Holiday,
    /// The day on which offices close for a holiday that falls on a weekend.
    ObservedDay,
    /// A day of a weekend on which people work in exchange for a holiday.
    MakeUpDay,
    /// Days on which a factory does less, or nothing.
    LessWork,
    /// Days on which people buy.
    RetailMoment,
    /// A date that somebody sets: a cut-off, a window, an event.
    PublishedDate,
}

/// Everything that the packs know of a year.
///
/// ```
/// use linkstar::{Pack, YearEntryKind, year_calendar};
/// let pack = Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json"))?;
/// let year = year_calendar(&[pack], 2027)?;
/// let sales = year.entries.iter().filter(|entry| entry.kind == YearEntryKind::RetailMoment);
/// assert!(sales.clone().any(|sale| sale.name == "Black Friday"));
/// assert!(year.unknown.iter().any(|entry| entry.name == "Prime Day"));
/// # Ok::<(), linkstar::Error>(())
/// ```
///
/// # Errors
/// [`Code::PackYearRange`](crate::Code::PackYearRange) outside the years 1583 to 9998, and what is wrong with a rule. What nobody knows is
/// no error: it is in the list of what is unknown.
pub fn year_calendar(packs: &[Pack], year: i32) -> Result<YearCalendar> {
    let mut made = Making { packs, moments: moments::by_id(packs), year, entries: Vec::new(), unknown: Vec::new() };
    for moment in made.moments.clone().into_values() {
        // Asked of the year itself first, so that a year that no rule knows is an error.
        made.moment(moment, year)?;
        for near in [year.saturating_sub(1), year.saturating_add(1)].into_iter().filter(|near| moments::YEARS.contains(near)) {
            made.moment(moment, near)?;
        }
    }
    made.slow_days()?;
    made.published();
    made.usual()?;
    made.silent()?;
    let Making { mut entries, mut unknown, .. } = made;
    order::sort_by(&mut entries, |one, other| key(one).cmp(&key(other)));
    order::sort_by(&mut unknown, |one, other| key(one).cmp(&key(other)));
    Ok(YearCalendar { year, entries, unknown })
}

type Key<'a> = (Option<Day>, Option<Day>, YearEntryKind, &'a str, Option<&'a PlatformId>, Option<PublishedKind>, Option<&'a str>);

fn key(entry: &YearEntry) -> Key<'_> {
    let first = entry.first.or(entry.last);
    (first, entry.last, entry.kind, entry.moment.as_str(), entry.by.as_ref(), entry.what, entry.method.as_deref())
}

/// For whom and for what a date is published; one for each way of doing it, where there are several.
type Matter<'a> = (&'a str, &'a PlatformId, PublishedKind);

struct Making<'a> {
    packs: &'a [Pack],
    moments: BTreeMap<&'a str, &'a RetailMoment>,
    year: i32,
    entries: Vec<YearEntry>,
    unknown: Vec<YearEntry>,
}

impl<'a> Making<'a> {
    /// A moment with its observed and its make-up days.
    fn moment(&mut self, moment: &'a RetailMoment, year: i32) -> Result<()> {
        let kind = if moment.holiday { YearEntryKind::Holiday } else { YearEntryKind::RetailMoment };
        let closed = self.packs.iter().flat_map(|pack| &pack.calendars).filter(|calendar| calendar.holidays.contains(&moment.id));
        let calendars: Vec<CalendarId> = closed.map(|calendar| calendar.id.clone()).collect();
        let carriers_closed = moment.carriers_closed;
        let Some(dates) = moments::dates_if_known(&self.moments, &moment.id, year)? else {
            let basis = moments::listed(moment, year).map_or(&moment.basis, |listed| &listed.basis);
            let basis = Basis { confidence: Confidence::Unknown, ..basis.clone() };
            let entry = YearEntry { calendars, carriers_closed, ..entry(moment, kind, year, DateBasis::Unknown, &basis) };
            self.keep(entry);
            return Ok(());
        };
        let MomentDates { first: Some(first), last: Some(last), kind: certainty, basis, .. } = &dates else { return Ok(()) };
        let of_kind = |kind: YearEntryKind, first: Day, last: Day| YearEntry {
            first: Some(first),
            last: Some(last),
            calendars: calendars.clone(),
            ..entry(moment, kind, year, *certainty, basis)
        };
        self.keep(YearEntry { carriers_closed, ..of_kind(kind, *first, *last) });
        let observed = moments::observed(moment, *first);
        if first == last && observed != *first {
            self.keep(of_kind(YearEntryKind::ObservedDay, observed, observed));
        }
        for day in moments::listed(moment, year).into_iter().flat_map(|listed| &listed.make_up) {
            self.keep(of_kind(YearEntryKind::MakeUpDay, *day, *day));
        }
        Ok(())
    }

    /// The stretches in which factories do less.
    fn slow_days(&mut self) -> Result<()> {
        for calendar in self.packs.iter().flat_map(|pack| &pack.calendars) {
            for stretch in calendars::stretches(calendar, &self.moments, &(self.year..=self.year))? {
                let Some(moment) = self.moments.get(stretch.moment.as_str()).copied() else { continue };
                // When the moment is may be certain; what a factory does around it is somebody's guess.
                let entry = entry(moment, YearEntryKind::LessWork, stretch.year, DateBasis::Estimate, &stretch.basis);
                self.keep(YearEntry {
                    first: Some(stretch.first),
                    last: Some(stretch.last),
                    calendars: vec![calendar.id.clone()],
                    percent: Some(stretch.percent),
                    ..entry
                });
            }
        }
        Ok(())
    }

    /// What was published, and what somebody looked for and did not find.
    fn published(&mut self) {
        for row in self.packs.iter().flat_map(|pack| &pack.dates) {
            let Some(moment) = self.moments.get(row.moment.as_str()).copied() else { continue };
            let known = moments::counted_day(row).is_some();
            // What is usual is better than nothing, and says itself that nothing was published.
            if !known && self.usual_for(row) {
                continue;
            }
            let certainty = if known { row.kind } else { DateBasis::Unknown };
            let entry = entry(moment, YearEntryKind::PublishedDate, row.year, certainty, &row.basis);
            self.keep(YearEntry {
                first: row.first.filter(|_| known),
                last: row.last.filter(|_| known),
                by: Some(row.by.clone()),
                what: Some(row.what),
                method: row.method.clone(),
                ..entry
            });
        }
    }

    fn usual_for(&self, row: &PublishedDate) -> bool {
        let same = |offset: &&UsualOffset| {
            offset.moment == row.moment
                && offset.by == row.by
                && offset.what == row.what
                && (row.method.is_none() || row.method == offset.method)
        };
        self.packs.iter().flat_map(|pack| &pack.offsets).any(|offset| same(&offset))
    }

    /// What is usual, where nothing was published.
    fn usual(&mut self) -> Result<()> {
        for offset in self.packs.iter().flat_map(|pack| &pack.offsets) {
            let of_methods = |other: &UsualOffset| (&other.moment, &other.by, other.what) == (&offset.moment, &offset.by, offset.what);
            let mut others = self.packs.iter().flat_map(|pack| &pack.offsets).filter(|other| of_methods(other));
            if offset.method.is_none() && others.any(|other| other.method.is_some()) {
                continue;
            }
            let Some(moment) = self.moments.get(offset.moment.as_str()).copied() else { continue };
            for year in [self.year, self.year.saturating_add(1)].into_iter().filter(|year| moments::YEARS.contains(year)) {
                let first = moments::dates_if_known(&self.moments, &offset.moment, year)?.and_then(|dates| dates.first);
                let found = moments::published(self.packs, &offset.moment, year, first, &offset.by, offset.what, offset.method.as_deref());
                if !matches!(found.kind, DateBasis::Estimate | DateBasis::Unknown) || self.has(offset, year) {
                    continue;
                }
                let basis = found.basis.unwrap_or_else(nobody_knows);
                let entry = entry(moment, YearEntryKind::PublishedDate, year, found.kind, &basis);
                self.keep(YearEntry {
                    last: found.day,
                    by: Some(offset.by.clone()),
                    what: Some(offset.what),
                    method: offset.method.clone(),
                    ..entry
                });
            }
        }
        Ok(())
    }

    /// Whether there is such a date already: one that was published as an estimate.
    fn has(&self, offset: &UsualOffset, year: i32) -> bool {
        let of_offset = |entry: &YearEntry| {
            let about = (entry.moment_year, &entry.moment, entry.by.as_ref(), entry.what, &entry.method);
            about == (year, &offset.moment, Some(&offset.by), Some(offset.what), &offset.method)
        };
        self.entries.iter().any(of_offset)
    }

    /// What was published in some year, and in this one not a word.
    fn silent(&mut self) -> Result<()> {
        let rows = self.packs.iter().flat_map(|pack| &pack.dates);
        let ever: BTreeSet<Matter<'a>> = rows.map(|row| (row.moment.as_str(), &row.by, row.what)).collect();
        let year = self.year;
        for (moment, by, what) in ever {
            let moment = *self.moments.get(moment).ok_or_else(|| library::unknown("moment", moment, self.moments.keys().copied()))?;
            let about = |entry: &YearEntry| {
                (entry.moment_year, &entry.moment, entry.by.as_ref(), entry.what) == (year, &moment.id, Some(by), Some(what))
            };
            if self.entries.iter().chain(&self.unknown).any(about) {
                continue;
            }
            let entry = entry(moment, YearEntryKind::PublishedDate, year, DateBasis::Unknown, &nobody_knows());
            self.keep(YearEntry { by: Some(by.clone()), what: Some(what), ..entry });
        }
        Ok(())
    }

    /// Keeps what touches the year, and what is unknown in it.
    fn keep(&mut self, entry: YearEntry) {
        let (first, last) = (entry.first.or(entry.last), entry.last.or(entry.first));
        let Some((first, last)) = first.zip(last) else {
            if entry.moment_year == self.year {
                self.unknown.push(entry);
            }
            return;
        };
        if first.year() <= self.year && self.year <= last.year() {
            self.entries.push(entry);
        }
    }
}

fn entry(moment: &RetailMoment, kind: YearEntryKind, moment_year: i32, certainty: DateBasis, basis: &Basis) -> YearEntry {
    YearEntry {
        kind,
        first: None,
        last: None,
        certainty,
        moment: moment.id.clone(),
        moment_year,
        name: moment.name.clone(),
        translations: moment.translations.clone(),
        by: None,
        what: None,
        method: None,
        calendars: Vec::new(),
        percent: None,
        carriers_closed: false,
        basis: basis.clone(),
    }
}

fn nobody_knows() -> Basis {
    Basis { confidence: Confidence::Unknown, citations: Vec::new(), sources: Vec::new(), as_of: None, in_force: None, note: None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]
mod tests {
    use super::*;
    use crate::error::Code;

    fn year(year: i32) -> YearCalendar {
        let pack = Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json")).unwrap();
        year_calendar(&[pack], year).unwrap()
    }

    fn line(entry: &YearEntry) -> String {
        let day = |day: Option<Day>| day.map_or("–".to_owned(), |day| day.to_string());
        let parts = [
            format!("{:?} {}..{} {:?} {}", entry.kind, day(entry.first), day(entry.last), entry.certainty, entry.moment),
            entry.by.as_ref().map(ToString::to_string).unwrap_or_default(),
            entry.what.map(|what| format!("{what:?}")).unwrap_or_default(),
            entry.method.clone().unwrap_or_default(),
            entry.percent.map(|percent| format!("{percent}%")).unwrap_or_default(),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_year_holds_what_touches_it() {
        let made = year(2027);
        let lines: Vec<String> = made.entries.iter().map(line).collect();
        for expected in [
            "RetailMoment 2026-12-26..2027-01-31 Rule q1-returns-peak",
            "RetailMoment 2027-12-26..2028-01-31 Rule q1-returns-peak",
            "PublishedDate 2026-10-15..2027-01-14 Estimate q4-peak amazon PeakFees fulfilment-fee",
            "LessWork 2027-01-30..2027-02-13 Estimate lunar-new-year 0%",
            // Of Lunar New Year 2028.
            "LessWork 2027-12-29..2028-01-11 Estimate lunar-new-year 80%",
            "Holiday 2027-07-04..2027-07-04 Rule us-independence-day",
            "ObservedDay 2027-07-05..2027-07-05 Rule us-independence-day",
            // Of New Year's Day 2028.
            "ObservedDay 2027-12-31..2027-12-31 Rule us-new-years-day",
            "Holiday 2027-02-05..2027-02-12 Projected cn-spring-festival",
            "PublishedDate –..2027-10-15 Estimate black-friday amazon InboundBy minimal-splits",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} is not in\n{}", lines.join("\n"));
        }
        assert!(made.entries.is_sorted_by_key(|entry| entry.first.or(entry.last)));
        let unknown: Vec<String> = made.unknown.iter().map(line).collect();
        for expected in [
            "RetailMoment –..– Unknown prime-day",
            "RetailMoment –..– Unknown prime-big-deal-days",
            "PublishedDate –..– Unknown prime-day amazon InboundBy minimal-splits",
            "PublishedDate –..– Unknown christmas usps LastShipDay",
        ] {
            assert!(unknown.iter().any(|line| line == expected), "{expected} is not in\n{}", unknown.join("\n"));
        }
    }

    #[test]
    fn a_date_stands_there_once() {
        for number in [2016, 2019, 2022, 2025, 2026, 2027, 2028, 2035, 2060] {
            let made = year(number);
            let mut seen = BTreeSet::new();
            for entry in made.entries.iter().chain(&made.unknown) {
                let about = (entry.moment_year, line(entry));
                assert!(seen.insert(about), "{number}: {} stands there twice", line(entry));
            }
        }
        let of_black_friday = |number: i32| {
            let made = year(number);
            let cutoffs = made.entries.iter().chain(&made.unknown).filter(|entry| entry.what == Some(PublishedKind::InboundBy));
            let amazon = cutoffs.filter(|entry| entry.moment == "black-friday".into() && entry.by == Some("amazon".into()));
            amazon.map(line).collect::<Vec<_>>()
        };
        assert_eq!(
            of_black_friday(2026),
            [
                "PublishedDate –..2026-10-05 Estimate black-friday amazon InboundBy awd",
                "PublishedDate –..2026-10-16 Estimate black-friday amazon InboundBy minimal-splits",
                "PublishedDate –..2026-10-17 Estimate black-friday amazon InboundBy amazon-optimized-splits",
            ]
        );
        assert_eq!(of_black_friday(2024), ["PublishedDate –..2024-10-19 Published black-friday amazon InboundBy"]);
    }

    #[test]
    fn make_up_days_are_in_the_year_of_the_notice() {
        let made = year(2026);
        let days: Vec<String> = made.entries.iter().filter(|entry| entry.kind == YearEntryKind::MakeUpDay).map(line).collect();
        assert_eq!(
            days,
            [
                "MakeUpDay 2026-01-04..2026-01-04 Published cn-new-year",
                "MakeUpDay 2026-02-14..2026-02-14 Published cn-spring-festival",
                "MakeUpDay 2026-02-28..2026-02-28 Published cn-spring-festival",
                "MakeUpDay 2026-05-09..2026-05-09 Published cn-labour-day",
                "MakeUpDay 2026-09-20..2026-09-20 Published cn-national-day",
                "MakeUpDay 2026-10-10..2026-10-10 Published cn-national-day",
            ]
        );
    }

    #[test]
    fn years_at_the_edges_are_known_or_refused() {
        for number in [1583, 9998] {
            assert!(year(number).entries.iter().any(|entry| entry.name == "Christmas"));
        }
        let pack = Pack::from_json(include_str!("../../../linkstar-packs/us/calendar.json")).unwrap();
        for number in [i32::MIN, 0, 1582, 9999, i32::MAX] {
            let refused = year_calendar(std::slice::from_ref(&pack), number).map_err(|error| error.code);
            assert_eq!(refused, Err(Code::PackYearRange), "{number}");
        }
    }
}
