//! Working time, minute by minute.
//!
//! An `Oracle` is a calendar spelled out: one flag for each minute of a few months. It learns which instant a wall time means by
//! walking the clock forward until it shows that time, and counts by walking; it shares nothing with the engine but the zone data.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

/// Minutes of a day from midnight; a finish at or before the start lies on the next day.
pub type Shift = (u32, u32);

#[derive(Debug, Clone)]
pub struct Calendar {
    pub zone: Tz,
    pub week: [Vec<Shift>; 7],
    pub exceptions: Vec<(NaiveDate, NaiveDate, Vec<Shift>)>,
}

impl Calendar {
    /// The calendar as a document of the directory.
    pub fn to_json(&self, id: &str) -> serde_json::Value {
        let shifts = |shifts: &[Shift]| -> Vec<String> {
            let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            shifts.iter().map(|(start, finish)| format!("{}-{}", clock(*start), clock(*finish))).collect()
        };
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let week: serde_json::Map<_, _> =
            names.iter().zip(&self.week).map(|(name, day)| ((*name).to_owned(), shifts(day).into())).collect();
        let exceptions: Vec<_> = self
            .exceptions
            .iter()
            .map(|(first, last, day)| serde_json::json!({ "first": first.to_string(), "last": last.to_string(), "shifts": shifts(day) }))
            .collect();
        serde_json::json!({ "id": id, "zone": self.zone.name(), "week": week, "exceptions": exceptions })
    }

    fn shifts_on(&self, day: NaiveDate) -> &[Shift] {
        let exception = self.exceptions.iter().filter(|(first, last, _)| *first <= day && day <= *last);
        let nearest = exception.max_by_key(|(first, last, _)| (*first, std::cmp::Reverse(*last)));
        nearest.map_or(&self.week[day.weekday().num_days_from_monday() as usize], |(.., shifts)| shifts)
    }

    /// The first minute at which the clock on the wall shows this time, or a later one.
    fn instant(&self, wall: NaiveDateTime) -> i64 {
        // Begin well before any answer: a day, and the offset of the day before.
        let day_before = wall.and_utc() - TimeDelta::days(2);
        let ahead = day_before.with_timezone(&self.zone).naive_local() - day_before.naive_utc();
        let mut minute = (wall - ahead - TimeDelta::hours(4)).and_utc().timestamp() / 60;
        while wall_at(self.zone, minute) >= wall {
            minute -= 60 * 24;
        }
        while wall_at(self.zone, minute) < wall {
            minute += 1;
        }
        minute
    }
}

fn wall_at(zone: Tz, minute: i64) -> NaiveDateTime {
    DateTime::<Utc>::from_timestamp(minute * 60, 0).unwrap().with_timezone(&zone).naive_local()
}

/// A calendar over some months; all instants in minutes since 1970.
#[derive(Debug, Clone)]
pub struct Oracle {
    pub first: i64,
    works: Vec<bool>,
}

impl Oracle {
    pub fn new(calendar: &Calendar, first_day: NaiveDate, days: u64) -> Oracle {
        let first = first_day.and_time(NaiveTime::MIN).and_utc().timestamp() / 60;
        let mut works = vec![false; usize::try_from(days).unwrap() * 1440];
        let mut day = first_day - Days::new(2);
        while day < first_day + Days::new(days + 2) {
            for (start, finish) in calendar.shifts_on(day) {
                let at = |minutes: u32| calendar.instant(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes.into()));
                let finish = if finish <= start { finish + 1440 } else { *finish };
                for minute in at(*start)..at(finish) {
                    if let Some(flag) = usize::try_from(minute - first).ok().and_then(|index| works.get_mut(index)) {
                        *flag = true;
                    }
                }
            }
            day = day + Days::new(1);
        }
        Oracle { first, works }
    }

    pub fn works(&self, minute: i64) -> bool {
        usize::try_from(minute - self.first)
            .ok()
            .and_then(|index| self.works.get(index).copied())
            .expect("the walk leaves the oracle's months")
    }

    /// The end of `minutes` of work, or, below zero, the start of them.
    pub fn shift(&self, from: i64, minutes: i64) -> i64 {
        let (mut at, mut left) = (from, minutes.abs());
        while left > 0 {
            if minutes > 0 {
                left -= i64::from(self.works(at));
                at += 1;
            } else {
                at -= 1;
                left -= i64::from(self.works(at));
            }
        }
        at
    }

    pub fn between(&self, from: i64, to: i64) -> i64 {
        if to < from { -self.between(to, from) } else { (from..to).filter(|minute| self.works(*minute)).count().try_into().unwrap() }
    }

    pub fn next(&self, mut at: i64) -> i64 {
        while !self.works(at) {
            at += 1;
        }
        at
    }

    pub fn previous(&self, mut at: i64) -> i64 {
        while !self.works(at - 1) {
            at -= 1;
        }
        at
    }
}

/// Zones and days around which their clocks change: one-hour and half-hour steps, at midnight, a whole day left out, and none.
pub const CHANGES: &[(Tz, (i32, u32, u32))] = &[
    (Tz::Asia__Shanghai, (2027, 2, 5)),
    (Tz::America__Los_Angeles, (2027, 3, 14)),
    (Tz::America__Los_Angeles, (2027, 11, 7)),
    (Tz::America__New_York, (2028, 3, 12)),
    (Tz::Europe__Berlin, (2027, 10, 31)),
    (Tz::Australia__Lord_Howe, (2027, 4, 4)),
    (Tz::Australia__Lord_Howe, (2027, 10, 3)),
    (Tz::America__Sao_Paulo, (2018, 11, 4)),
    (Tz::America__Sao_Paulo, (2019, 2, 17)),
    (Tz::Pacific__Apia, (2011, 12, 30)),
    (Tz::Asia__Kathmandu, (2027, 1, 1)),
    (Tz::Africa__Casablanca, (2027, 2, 7)),
];

fn shifts() -> impl Strategy<Value = Vec<Shift>> {
    prop_oneof![
        3 => Just(vec![(540, 720), (780, 1080)]),
        1 => Just(vec![]),
        1 => Just(vec![(0, 1440)]),
        1 => Just(vec![(1320, 360)]),
        1 => Just(vec![(0, 150), (1350, 1440)]),
        2 => (0..1380_u32, 1..600_u32).prop_map(|(start, length)| vec![(start, if start + length <= 1440 { start + length } else { start + length - 1440 })]),
    ]
}

/// A calendar near a change of its clock, with at least one weekday of work.
pub fn calendars_at(zone: Tz, around: NaiveDate) -> impl Strategy<Value = Calendar> {
    let exception = (-20_i64..20, 0..6_u64, shifts()).prop_map(move |(from, length, shifts)| {
        let first = around + TimeDelta::days(from);
        (first, first + Days::new(length), shifts)
    });
    (prop::array::uniform7(shifts()), prop::collection::vec(exception, 0..4)).prop_map(move |(mut week, mut exceptions)| {
        week[2] = vec![(540, 1080)];
        exceptions.sort_by_key(|(first, last, _)| (*first, *last));
        exceptions.dedup_by_key(|(first, last, _)| (*first, *last));
        Calendar { zone, week, exceptions }
    })
}

pub fn calendars() -> impl Strategy<Value = (Calendar, NaiveDate)> {
    prop::sample::select(CHANGES).prop_flat_map(|(zone, (year, month, day))| {
        let around = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        (calendars_at(zone, around), Just(around))
    })
}
