//! Working calendars: shifts by weekday, days that differ, layers of country, company, team and person.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};
use crate::order;
use crate::text::{id_type, text_type};
use crate::time::{Day, Timeline, Zone};

/// More layers than this are a mistake, not an organisation.
const MOST_LAYERS: usize = 16;

id_type! {
    /// The host's id of a calendar.
    CalendarId
}

/// One stretch of work on a day, by the wall clock: `09:00-12:00`, or over midnight `22:00-06:00`.
///
/// A shift belongs to the day on which it begins. Midnight at its end is `24:00`.
///
/// ```
/// let night: linkstar::Shift = "22:00-06:00".parse()?;
/// assert_eq!(night.to_string(), "22:00-06:00");
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "wasm", tsify(type = "string"))]
pub struct Shift {
    /// Seconds from midnight to the start: below 86,400.
    start: u32,
    /// Seconds from the same midnight to the finish: above 86,400 for a shift that ends on the next day.
    finish: u32,
}

impl Shift {
    const MIDNIGHT: u32 = 86_400;

    /// Seconds of wall time from the midnight before the shift to its start and to its finish.
    pub(crate) fn bounds(self) -> (i64, i64) {
        (i64::from(self.start), i64::from(self.finish))
    }

    /// The beginning of the shift: so many percent of it, in whole minutes; nothing when not a minute is left.
    pub(crate) fn shortened(self, percent: u32) -> Option<Shift> {
        let minutes = (self.finish - self.start) / 60;
        let left = (minutes * percent.min(100) + 50) / 100;
        (left > 0).then_some(Shift { start: self.start, finish: self.start + left * 60 })
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finish = if self.finish > Shift::MIDNIGHT { self.finish - Shift::MIDNIGHT } else { self.finish };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.start / 3600, self.start / 60 % 60, finish / 3600, finish / 60 % 60)
    }
}

impl FromStr for Shift {
    type Err = Error;

    fn from_str(text: &str) -> Result<Shift> {
        let clock = |text: &str| -> Option<u32> {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60).then(|| hour * 3600 + minute * 60)
        };
        let parse = || -> Option<Shift> {
            let (start, finish) = text.split_once('-')?;
            let (start, mut finish) = (clock(start)?, clock(finish)?);
            if finish < start {
                finish += Shift::MIDNIGHT;
            }
            // A shift from eight to eight could be nothing or a whole day: it has to be written as two.
            (start < Shift::MIDNIGHT && start != finish).then_some(Shift { start, finish })
        };
        parse().filter(|shift| shift.to_string() == text).ok_or_else(|| Error::new(Code::TimeShift, &[("value", text)]))
    }
}

text_type!(Shift, TimeShift, "a shift such as 09:00-18:00", r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$");

/// The shifts of each weekday. A day that is absent is taken from the layer below; an empty one is a day off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkWeek {
    /// Shifts that begin on a Monday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monday: Option<Vec<Shift>>,
    /// Shifts that begin on a Tuesday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuesday: Option<Vec<Shift>>,
    /// Shifts that begin on a Wednesday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wednesday: Option<Vec<Shift>>,
    /// Shifts that begin on a Thursday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thursday: Option<Vec<Shift>>,
    /// Shifts that begin on a Friday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub friday: Option<Vec<Shift>>,
    /// Shifts that begin on a Saturday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturday: Option<Vec<Shift>>,
    /// Shifts that begin on a Sunday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunday: Option<Vec<Shift>>,
}

impl WorkWeek {
    /// The same week with shorter shifts: so many percent of each.
    pub(crate) fn shortened(&self, percent: u32) -> WorkWeek {
        let shorter = |shifts: &Option<Vec<Shift>>| {
            shifts.as_ref().map(|shifts| shifts.iter().filter_map(|shift| shift.shortened(percent)).collect())
        };
        WorkWeek {
            monday: shorter(&self.monday),
            tuesday: shorter(&self.tuesday),
            wednesday: shorter(&self.wednesday),
            thursday: shorter(&self.thursday),
            friday: shorter(&self.friday),
            saturday: shorter(&self.saturday),
            sunday: shorter(&self.sunday),
        }
    }

    /// The week from Monday to Sunday, with the names of its fields.
    fn days(&self) -> [(&'static str, Option<&Vec<Shift>>); 7] {
        [
            ("monday", self.monday.as_ref()),
            ("tuesday", self.tuesday.as_ref()),
            ("wednesday", self.wednesday.as_ref()),
            ("thursday", self.thursday.as_ref()),
            ("friday", self.friday.as_ref()),
            ("saturday", self.saturday.as_ref()),
            ("sunday", self.sunday.as_ref()),
        ]
    }
}

/// Days that differ from the week: a holiday, a make-up Saturday, a launch night.
///
/// Where two exceptions of one calendar meet, the one that begins later wins, and of two that begin together the shorter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarException {
    /// The first day.
    pub first: Day,
    /// The last day; absent for a single day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// The shifts of each of these days; none for days off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<Shift>,
    /// What people call these days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether these days follow from a rule and have not been announced. A plan says which tasks rely on them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub projected: bool,
    /// Where the dates come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A different working week for a time: summer hours, the weeks of peak season.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeekChange {
    /// The first day on which it holds.
    pub first: Day,
    /// The last day; absent when it holds from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// The week; days that are absent stay as they were.
    pub week: WorkWeek,
}

/// When people work: a zone, a week, and what differs from it.
///
/// A calendar may rest on a `base`: person on team on company on country. For each day the answer is, in this order, an exception
/// of its own or of the nearest layer that has one; a changed week; the ordinary week. So a holiday of the country also frees a
/// person whose own week has other hours, as in Microsoft Project.
///
/// ```
/// use linkstar::{Directory, Timestamp};
/// let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [
///     { "id": "china", "zone": "Asia/Shanghai",
///       "week": { "monday": ["09:00-12:00", "13:00-18:00"] },
///       "exceptions": [{ "first": "2027-10-01", "last": "2027-10-07", "name": "国庆节" }] },
///     { "id": "sourcing", "base": "china" }
/// ] }"#)?;
/// assert_eq!(directory.calendars[1].base, Some("china".into()));
/// # Ok::<(), linkstar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkCalendar {
    /// The id by which tasks, members and other calendars name it.
    pub id: CalendarId,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The layer below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<CalendarId>,
    /// The IANA zone of its wall clock; absent to take the zone of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The ordinary week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<WorkWeek>,
    /// Other weeks for a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<WeekChange>,
    /// Days that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<CalendarException>,
    /// The last day for which holidays have been entered, announced or projected. Later weeks are planned as ordinary, and the plan says which tasks rely on that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_until: Option<Day>,
}

/// The calendars of a directory, checked, by id.
pub(crate) struct CalendarSet<'a> {
    calendars: &'a [WorkCalendar],
    by_id: BTreeMap<&'a str, usize>,
}

impl<'a> CalendarSet<'a> {
    /// Checks the calendars. Paths in errors begin at `/calendars`.
    pub(crate) fn new(calendars: &'a [WorkCalendar]) -> Result<CalendarSet<'a>> {
        let mut by_id = BTreeMap::new();
        for (index, calendar) in calendars.iter().enumerate() {
            if by_id.insert(calendar.id.as_str(), index).is_some() {
                return Err(
                    Error::new(Code::CalendarDuplicateId, &[("calendar", calendar.id.as_str())]).at(format!("/calendars/{index}/id"))
                );
            }
        }
        let set = CalendarSet { calendars, by_id };
        for (index, calendar) in calendars.iter().enumerate() {
            let here = format!("/calendars/{index}");
            check_days(calendar, &here)?;
            set.layers(calendar).map_err(|error| error.at(format!("{here}/base")))?;
        }
        Ok(set)
    }

    pub(crate) fn contains(&self, id: &CalendarId) -> bool {
        self.by_id.contains_key(id.as_str())
    }

    /// The working time of a calendar, as a line.
    ///
    /// # Errors
    /// `calendar.unknown`, `calendar.noZone`, `time.zoneUnknown`; whether there is any working time shows when some is asked for.
    pub(crate) fn timeline(&self, id: &CalendarId) -> Result<Timeline> {
        let calendar = self.get(id)?;
        let layers = self.layers(calendar)?;
        let zone = layers.iter().find_map(|layer| layer.zone.as_deref());
        let zone = Zone::new(zone.ok_or_else(|| Error::new(Code::CalendarNoZone, &[("calendar", id.as_str())]))?)?;
        Ok(Timeline::new(WorkRules::new(calendar, &layers, zone)))
    }

    fn get(&self, id: &CalendarId) -> Result<&'a WorkCalendar> {
        let unknown = || Error::new(Code::CalendarUnknown, &[("calendar", id.as_str())]);
        self.by_id.get(id.as_str()).and_then(|index| self.calendars.get(*index)).ok_or_else(unknown)
    }

    /// The calendar and its bases, nearest first.
    fn layers(&self, calendar: &'a WorkCalendar) -> Result<Vec<&'a WorkCalendar>> {
        let mut layers = vec![calendar];
        let mut top = calendar;
        while let Some(base) = &top.base {
            top = self.get(base)?;
            if layers.iter().any(|layer| layer.id == top.id) {
                return Err(Error::new(Code::CalendarBaseLoop, &[("calendar", top.id.as_str())]));
            }
            if layers.len() == MOST_LAYERS {
                return Err(Error::new(
                    Code::CalendarTooManyLayers,
                    &[("calendar", calendar.id.as_str()), ("limit", &MOST_LAYERS.to_string())],
                ));
            }
            layers.push(top);
        }
        Ok(layers)
    }
}

fn check_days(calendar: &WorkCalendar, here: &str) -> Result<()> {
    if let Some(zone) = &calendar.zone {
        Zone::new(zone).map_err(|error| error.at(format!("{here}/zone")))?;
    }
    let week = |week: &WorkWeek, here: &str| -> Result<()> {
        week.days()
            .into_iter()
            .filter_map(|(name, shifts)| Some((name, shifts?)))
            .try_for_each(|(name, shifts)| check_shifts(shifts, &format!("{here}/{name}")))
    };
    calendar.week.iter().try_for_each(|ordinary| week(ordinary, &format!("{here}/week")))?;
    for (index, change) in calendar.changes.iter().enumerate() {
        week(&change.week, &format!("{here}/changes/{index}/week"))?;
    }
    for (index, exception) in calendar.exceptions.iter().enumerate() {
        check_shifts(&exception.shifts, &format!("{here}/exceptions/{index}/shifts"))?;
    }
    check_ranges(calendar.changes.iter().map(|change| (change.first, change.last.unwrap_or(Day::MAX))), &format!("{here}/changes"))?;
    check_ranges(
        calendar.exceptions.iter().map(|exception| (exception.first, exception.last.unwrap_or(exception.first))),
        &format!("{here}/exceptions"),
    )
}

fn check_shifts(shifts: &[Shift], here: &str) -> Result<()> {
    let mut sorted = shifts.to_vec();
    order::sort_by(&mut sorted, Ord::cmp);
    let overlap = sorted.iter().zip(sorted.iter().skip(1)).find(|(first, second)| second.start < first.finish);
    overlap.map_or(Ok(()), |(first, second)| {
        Err(Error::new(Code::CalendarShiftsOverlap, &[("first", &first.to_string()), ("second", &second.to_string())]).at(here))
    })
}

fn check_ranges(ranges: impl Iterator<Item = (Day, Day)>, here: &str) -> Result<()> {
    let mut seen = BTreeMap::new();
    for (index, (first, last)) in ranges.enumerate() {
        let wrong = if last < first {
            Code::CalendarRangeReversed
        } else if seen.insert((first, last), index).is_some() {
            Code::CalendarRangeTwice
        } else {
            continue;
        };
        return Err(Error::new(wrong, &[("first", &first.to_string()), ("last", &last.to_string())]).at(format!("{here}/{index}")));
    }
    Ok(())
}

/// Ranges of days laid over each other, cut so that each day has one answer.
#[derive(Debug, Clone)]
struct Cover<T>(Vec<(Day, Day, T)>);

impl<T: Copy> Cover<T> {
    /// Where ranges meet, the one that begins later wins, and of two that begin together the shorter.
    fn new(mut ranges: Vec<(Day, Day, T)>) -> Cover<T> {
        order::sort_by(&mut ranges, |a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        let mut cuts: Vec<Day> = ranges.iter().flat_map(|(first, last, _)| [*first, last.next()]).collect();
        order::sort_by(&mut cuts, Ord::cmp);
        cuts.dedup();
        let mut cover = Vec::new();
        let mut open = BinaryHeap::new();
        let mut waiting = ranges.iter().enumerate().peekable();
        for (cut, next) in cuts.iter().zip(cuts.iter().skip(1).map(|next| Day::from_number(next.number() - 1)).chain([Day::MAX])) {
            while let Some((index, (first, last, _))) = waiting.next_if(|(_, (first, ..))| first <= cut) {
                open.push((*first, Reverse(*last), index));
            }
            while open.peek().is_some_and(|(_, Reverse(last), _)| last < cut) {
                open.pop();
            }
            if let Some((_, _, answer)) = open.peek().and_then(|(.., index)| ranges.get(*index)) {
                cover.push((*cut, next, *answer));
            }
        }
        Cover(cover)
    }

    fn at(&self, day: Day) -> Option<T> {
        let after = self.0.partition_point(|(first, ..)| *first <= day);
        self.0.get(after.checked_sub(1)?).filter(|(_, last, _)| day <= *last).map(|(.., answer)| *answer)
    }
}

/// A calendar and its layers, boiled down to one question: which shifts begin on this day?
#[derive(Debug, Clone)]
pub(crate) struct WorkRules {
    pub(crate) id: CalendarId,
    pub(crate) zone: Zone,
    pub(crate) known_until: Option<Day>,
    /// Days off that nobody has announced yet.
    projected: Cover<()>,
    shifts: Vec<Vec<Shift>>,
    /// Nearest layer first; answers index `shifts`.
    exceptions: Vec<Cover<(usize, bool)>>,
    changes: Vec<Cover<[Option<usize>; 7]>>,
    week: [Option<usize>; 7],
}

impl WorkRules {
    fn new(calendar: &WorkCalendar, layers: &[&WorkCalendar], zone: Zone) -> WorkRules {
        let mut shifts: Vec<Vec<Shift>> = Vec::new();
        let mut keep = |of_day: &Vec<Shift>| {
            shifts.push(of_day.clone());
            shifts.len() - 1
        };
        let mut keep_week = |week: &WorkWeek| week.days().map(|(_, of_day)| of_day.map(&mut keep));
        let weeks: Vec<[Option<usize>; 7]> = layers.iter().filter_map(|layer| layer.week.as_ref()).map(&mut keep_week).collect();
        let changes = layers.iter().map(|layer| {
            Cover::new(
                layer.changes.iter().map(|change| (change.first, change.last.unwrap_or(Day::MAX), keep_week(&change.week))).collect(),
            )
        });
        let changes = changes.collect();
        let exceptions = layers.iter().map(|layer| {
            Cover::new(
                layer
                    .exceptions
                    .iter()
                    .map(|exception| {
                        (exception.first, exception.last.unwrap_or(exception.first), (keep(&exception.shifts), exception.projected))
                    })
                    .collect(),
            )
        });
        let exceptions = exceptions.collect();
        let projected = layers.iter().flat_map(|layer| &layer.exceptions).filter(|exception| exception.projected);
        WorkRules {
            id: calendar.id.clone(),
            zone,
            known_until: layers.iter().filter_map(|layer| layer.known_until).min(),
            projected: Cover::new(projected.map(|exception| (exception.first, exception.last.unwrap_or(exception.first), ())).collect()),
            week: std::array::from_fn(|weekday| weeks.iter().find_map(|week| week.get(weekday).copied().flatten())),
            shifts,
            exceptions,
            changes,
        }
    }

    /// The exception that holds on a day, and whether it is projected: that of the nearest layer that has one.
    fn exception_on(&self, day: Day) -> Option<(usize, bool)> {
        self.exceptions.iter().find_map(|cover| cover.at(day))
    }

    /// The shifts that begin on a day.
    pub(crate) fn shifts_on(&self, day: Day) -> &[Shift] {
        let weekday = day.weekday();
        let of_week = |week: [Option<usize>; 7]| week.get(weekday).copied().flatten();
        let answer = (self.exception_on(day).map(|(index, _)| index))
            .or_else(|| self.changes.iter().find_map(|cover| cover.at(day).and_then(of_week)))
            .or_else(|| of_week(self.week));
        answer.and_then(|index| self.shifts.get(index)).map_or(&[], Vec::as_slice)
    }

    /// Whether some exceptions are projected.
    pub(crate) fn has_projected(&self) -> bool {
        let Cover(ranges) = &self.projected;
        !ranges.is_empty()
    }

    /// The first projected exception that has a day in this range.
    pub(crate) fn projected_between(&self, first: Day, last: Day) -> Option<Day> {
        let Cover(ranges) = &self.projected;
        let candidates = ranges.iter().skip(ranges.partition_point(|(_, end, ())| *end < first)).take_while(|(start, ..)| *start <= last);
        // A nearer layer may have made such a day an ordinary one.
        let mut days = candidates.flat_map(|(start, end, ())| first.max(*start).number()..=last.min(*end).number()).map(Day::from_number);
        days.find(|day| self.exception_on(*day).is_some_and(|(_, projected)| projected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_has_one_spelling() {
        for good in ["09:00-12:00", "00:00-24:00", "22:00-06:00", "22:00-24:00", "22:00-00:00"] {
            assert!(good == "22:00-00:00" || good.parse::<Shift>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "9:00-12:00",
            "09:00",
            "09:00-09:00",
            "24:00-06:00",
            "09:60-10:00",
            "09:00-25:00",
            "09:00–12:00",
            "-09:00-12:00",
            "4294967296:00-01:00",
            "71582789:00-01:00",
        ] {
            assert!(bad.parse::<Shift>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_shift_gets_shorter_by_whole_minutes() {
        let shortened =
            |text: &str, percent: u32| text.parse::<Shift>().ok().and_then(|shift| shift.shortened(percent)).map(|shift| shift.to_string());
        for (whole, percent, part) in [
            ("08:00-12:00", 80, Some("08:00-11:12")),
            ("08:00-12:00", 100, Some("08:00-12:00")),
            ("08:00-12:00", 200, Some("08:00-12:00")),
            ("22:00-06:00", 50, Some("22:00-02:00")),
            ("08:00-12:00", 0, None),
            ("08:00-08:10", 1, None),
        ] {
            assert_eq!(shortened(whole, percent).as_deref(), part, "{percent} % of {whole}");
        }
    }

    #[test]
    fn the_later_range_wins_and_then_the_shorter() {
        let day = |number: u32| Day::new(2027, 10, number).unwrap_or(Day::MAX);
        let cover = Cover::new(vec![(day(1), day(20), "autumn"), (day(1), day(7), "national day"), (day(5), day(5), "make-up")]);
        let answers: Vec<_> = [1, 5, 6, 8, 20, 21].map(|number| cover.at(day(number))).into_iter().collect();
        assert_eq!(answers, [Some("national day"), Some("make-up"), Some("national day"), Some("autumn"), Some("autumn"), None]);
    }
}
