//! The timeline against a walk, minute by minute.

use chrono::{Days, NaiveTime};
use linkstar::{Directory, Timestamp};
use proptest::prelude::*;

use crate::oracle::{Calendar, Oracle, calendars};

fn timeline(calendar: &Calendar) -> linkstar::Timeline {
    let directory = serde_json::json!({ "linkstar": 1, "calendars": [calendar.to_json("c")] });
    Directory::from_json(&directory.to_string()).unwrap().timeline("c").unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix_seconds(minute * 60).unwrap()
}

proptest! {
    #![proptest_config(crate::config(200))]

    /// Adding, taking away, counting and looking for work give what a patient person with a stop-watch gets, over every change of the clock.
    #[test]
    fn timeline_equals_a_walk_minute_by_minute((calendar, around) in calendars(), from in -8000_i64..8000, to in -8000_i64..8000, work in -2500_i64..2500) {
        let oracle = Oracle::new(&calendar, around - Days::new(50), 100);
        let mut line = timeline(&calendar);
        let noon = around.and_time(NaiveTime::MIN).and_utc().timestamp() / 60;
        let (from, to) = (noon + from, noon + to);
        prop_assert_eq!(line.add(at(from), work * 60).unwrap(), at(oracle.shift(from, work)));
        prop_assert_eq!(line.subtract(at(from), work * 60).unwrap(), at(oracle.shift(from, -work)));
        prop_assert_eq!(line.between(at(from), at(to)), oracle.between(from, to) * 60);
        prop_assert_eq!(line.next(at(from)).unwrap(), at(oracle.next(from)));
        prop_assert_eq!(line.previous(at(from)).unwrap(), at(oracle.previous(from)));
        let shown: i64 = line.intervals(at(from), at(to)).iter().map(|work| work.finish.unix_seconds() - work.start.unix_seconds()).sum();
        prop_assert_eq!(shown, oracle.between(from, to).max(0) * 60);
    }

    /// Going there and back ends at the same position.
    #[test]
    fn taking_away_what_was_added_is_no_work((calendar, around) in calendars(), from in -8000_i64..8000, work in 0_i64..100_000) {
        let mut line = timeline(&calendar);
        let from = at(around.and_time(NaiveTime::MIN).and_utc().timestamp() / 60 + from);
        let finish = line.add(from, work * 60).unwrap();
        let back = line.subtract(finish, work * 60).unwrap();
        prop_assert_eq!(line.between(from, finish), work * 60);
        prop_assert_eq!(line.between(from, back), 0);
    }
}
