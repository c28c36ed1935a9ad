//! Workload against a walk, minute by minute, and against itself.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate};
use linkstar::{LoadPeriod, MemberLoad, Plan, Workload, WorkloadRequest, ops};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::networks::{Case, EVERYTHING, Taste, cases};
use crate::oracle::Oracle;

/// Who does a task: nobody, an owner, or several with a percentage and, some of them, with minutes of work.
#[derive(Debug, Clone)]
enum Hands {
    Nobody,
    Owner(Index),
    Several(Vec<(Index, u32, Option<u32>)>),
}

fn hands() -> impl Strategy<Value = Hands> {
    // Lengths of whole minutes, because the walk goes by minutes.
    let one = (any::<Index>(), prop::sample::select(vec![25_u32, 50, 100, 200]), prop::option::of((1..1000_u32).prop_map(|half| half * 2)));
    prop_oneof![
        1 => Just(Hands::Nobody),
        3 => any::<Index>().prop_map(Hands::Owner),
        2 => prop::collection::vec(one, 1..4).prop_map(Hands::Several),
    ]
}

const MEMBERS: [&str; 4] = ["alex", "li.wei", "mei", "temp"];

/// A case whose tasks people do: some with a calendar, one with half of her time, one without any calendar.
fn staffed(most: usize) -> impl Strategy<Value = Case> {
    let taste = Taste { constraints: false, leads: false, ..EVERYTHING };
    (cases(most, taste), prop::collection::vec(hands(), most)).prop_map(|(mut case, hands)| {
        case.directory["members"] = json!([
            { "id": "alex", "name": "Alex", "calendar": "c1" },
            { "id": "li.wei", "name": "Li Wei", "calendar": "c0" },
            { "id": "mei", "name": "Mei", "calendar": "c2", "unitsPercent": 50 },
            { "id": "temp", "name": "Agency" },
        ]);
        for (task, hands) in case.project["tasks"].as_array_mut().unwrap().iter_mut().zip(hands) {
            match hands {
                Hands::Nobody => {}
                Hands::Owner(owner) => task["owner"] = MEMBERS[owner.index(4)].into(),
                Hands::Several(several) => {
                    let mut by_member: BTreeMap<&str, Value> = BTreeMap::new();
                    for (member, percent, work) in several {
                        let id = MEMBERS[member.index(4)];
                        let mut assignment = json!({ "member": id, "unitsPercent": percent });
                        if let Some(minutes) = work {
                            assignment["work"] = format!("{minutes}m").into();
                        }
                        by_member.insert(id, assignment);
                    }
                    task["assignments"] = by_member.into_values().collect();
                }
            }
        }
        case
    })
}

fn workload(cases: &[&Case], period: LoadPeriod) -> Workload {
    let projects = cases.iter().map(|case| case.documents().0).collect();
    let directory = cases[0].documents().1;
    ops::workload(WorkloadRequest { projects, directory, period: Some(period), start: None, finish: None, options: None }).unwrap()
}

/// A calendar by its number.
fn calendar_of(id: &str) -> usize {
    id[1..].parse().unwrap()
}

fn member_calendar(member: &str) -> usize {
    match member {
        "alex" => 1,
        "mei" => 2,
        _ => 0,
    }
}

/// The minutes in which somebody works on a task, and all their seconds of work, evenly over them.
struct Walk<'a> {
    member: &'a str,
    minutes: Vec<i64>,
    work: i64,
}

/// The tasks as people do them.
fn walks<'a>(case: &'a Case, plan: &Plan, oracles: &[Oracle]) -> Vec<Walk<'a>> {
    let mut walks = Vec::new();
    for task in case.project["tasks"].as_array().unwrap() {
        let planned = plan.task(task["id"].as_str().unwrap()).unwrap();
        let duration = task["duration"].as_str().unwrap();
        if planned.summary || duration.starts_with("0") {
            continue;
        }
        let (start, finish) = (planned.start.unix_seconds() / 60, planned.finish.unix_seconds() / 60);
        let elapsed = duration.ends_with("em");
        let length: i64 = duration.trim_end_matches("em").trim_end_matches('m').parse().unwrap();
        let own = task["calendar"].as_str().map(calendar_of);
        let between = |calendar: usize| (start..finish).filter(|minute| oracles[calendar].works(*minute)).collect::<Vec<i64>>();
        let Some(assignments) = task["assignments"].as_array() else {
            if let (Some(owner), false) = (task["owner"].as_str(), elapsed) {
                walks.push(Walk { member: owner, minutes: between(own.unwrap_or(member_calendar(owner))), work: length * 60 });
            }
            continue;
        };
        let calendars: Vec<usize> = assignments.iter().map(|one| member_calendar(one["member"].as_str().unwrap())).collect();
        let together = calendars.iter().all(|calendar| *calendar == calendars[0]);
        for (assignment, calendar) in assignments.iter().zip(&calendars) {
            let (member, percent) = (assignment["member"].as_str().unwrap(), assignment["unitsPercent"].as_i64().unwrap());
            let given = assignment["work"].as_str().map(|work| work.trim_end_matches('m').parse::<i64>().unwrap() * 60);
            let work = given.unwrap_or(length * 60 * percent / 100);
            if elapsed && given.is_none() {
                continue;
            }
            let minutes = if elapsed {
                // Who has something to do while a vessel sails does it in their own time, or, where there is none, at night.
                Some(between(*calendar)).filter(|minutes| !minutes.is_empty()).unwrap_or_else(|| (start..finish).collect())
            } else if let Some(own) = own {
                between(own)
            } else if together {
                between(*calendar)
            } else {
                // From the start of the task, on their own clock, for as long as their own work takes them.
                let takes = given.map_or(length, |work| work * 100 / percent / 60);
                (start..).filter(|minute| oracles[*calendar].works(*minute)).take(usize::try_from(takes).unwrap()).collect()
            };
            walks.push(Walk { member, minutes, work });
        }
    }
    walks
}

/// The days of a load, in minutes from the first midnight on: found in the zone data, not in the engine.
fn days(case: &Case, member: &str, load: &MemberLoad) -> Vec<i64> {
    let zone = case.calendars[member_calendar(member)].zone;
    let first = DateTime::from_timestamp(load.start.unix_seconds(), 0).unwrap().with_timezone(&zone).date_naive();
    let midnight = |day: NaiveDate| {
        let mut minute = day.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() / 60 - 26 * 60;
        while DateTime::from_timestamp(minute * 60, 0).unwrap().with_timezone(&zone).date_naive() < day {
            minute += 1;
        }
        minute
    };
    (0..=load.load.len()).map(|day| midnight(first + Days::new(day as u64))).collect()
}

/// Day by day, from each start.
fn by_start(load: &MemberLoad, zone_days: &[i64]) -> BTreeMap<i64, i64> {
    zone_days.iter().copied().zip(load.load.iter().copied()).filter(|(_, load)| *load > 0).collect()
}

proptest! {
    #![proptest_config(crate::config(96))]

    /// Load and capacity of every day are what a walk through all minutes finds, to the second.
    #[test]
    fn loads_are_what_a_walk_finds(case in staffed(7)) {
        let plan = case.plan();
        let oracles: Vec<Oracle> = case.calendars.iter().map(|calendar| Oracle::new(calendar, case.around - Days::new(30), 400)).collect();
        let walks = walks(&case, &plan, &oracles);
        let workload = workload(&[&case], LoadPeriod::Day);
        for member in MEMBERS {
            let own: Vec<&Walk> = walks.iter().filter(|walk| walk.member == member && walk.work > 0 && !walk.minutes.is_empty()).collect();
            let Some(load) = workload.members.iter().find(|load| load.member.as_str() == member) else {
                prop_assert!(own.is_empty(), "{member} carries something");
                continue;
            };
            let days = days(&case, member, load);
            prop_assert_eq!(days[0] * 60, load.start.unix_seconds());
            let units = if member == "mei" { 50 } else { 100 };
            for (day, bounds) in days.windows(2).enumerate() {
                let mut expected = 0;
                for walk in &own {
                    let done = |until: i64| {
                        let minutes = walk.minutes.iter().filter(|minute| **minute < until).count() as i128;
                        (i128::from(walk.work) * minutes / walk.minutes.len() as i128) as i64
                    };
                    expected += done(bounds[1]) - done(bounds[0]);
                }
                prop_assert_eq!(load.load[day], expected, "{} on day {}", member, day);
                let works = (bounds[0]..bounds[1]).filter(|minute| oracles[member_calendar(member)].works(*minute)).count() as i64;
                prop_assert_eq!(load.capacity[day], works * 60 * units / 100, "{} on day {}", member, day);
            }
        }
    }

    /// Summed over members and periods, load is the work that was assigned, however long the periods are.
    #[test]
    fn loads_add_up_to_the_work(case in staffed(9)) {
        let plan = case.plan();
        let mut assigned = 0;
        for task in case.project["tasks"].as_array().unwrap() {
            let planned = plan.task(task["id"].as_str().unwrap()).unwrap();
            if planned.summary || planned.duration == 0 {
                continue;
            }
            match task["assignments"].as_array() {
                None if planned.elapsed || task["owner"].is_null() => {}
                None => assigned += planned.duration,
                Some(assignments) => {
                    for assignment in assignments {
                        assigned += match assignment["work"].as_str() {
                            Some(work) => work.trim_end_matches('m').parse::<i64>().unwrap() * 60,
                            None if planned.elapsed => 0,
                            None => planned.duration * assignment["unitsPercent"].as_i64().unwrap() / 100,
                        };
                    }
                }
            }
        }
        for period in [LoadPeriod::Hour, LoadPeriod::Day, LoadPeriod::Week] {
            let workload = workload(&[&case], period);
            let load: i64 = workload.members.iter().map(|member| member.total_load).sum();
            prop_assert_eq!(load, assigned, "{:?}", period);
            for member in &workload.members {
                prop_assert_eq!(member.load.iter().sum::<i64>(), member.total_load);
                prop_assert_eq!(member.projects.iter().map(|project| project.load).sum::<i64>(), member.total_load);
            }
        }
    }

    /// What somebody carries in a portfolio is the sum of what they carry in each project, on every day, to the second.
    #[test]
    fn a_portfolio_is_the_sum_of_its_projects(first in staffed(6), second in staffed(6)) {
        let mut second = Case { directory: first.directory.clone(), calendars: first.calendars.clone(), ..second };
        second.project["id"] = "q".into();
        let both = workload(&[&first, &second], LoadPeriod::Day);
        let alone = [workload(&[&first], LoadPeriod::Day), workload(&[&second], LoadPeriod::Day)];
        for member in MEMBERS {
            let days_of = |workload: &Workload| {
                let load = workload.members.iter().find(|load| load.member.as_str() == member)?;
                Some(by_start(load, &days(&first, member, load)))
            };
            let mut sum: BTreeMap<i64, i64> = BTreeMap::new();
            for (day, load) in alone.iter().filter_map(days_of).flatten() {
                *sum.entry(day).or_default() += load;
            }
            prop_assert_eq!(days_of(&both).unwrap_or_default(), sum, "{}", member);
        }
    }

    /// An overload is the periods with too much, no more and no less; each names a task that is really there.
    #[test]
    fn overloads_hold_all_that_is_too_much(case in staffed(9)) {
        let workload = workload(&[&case], LoadPeriod::Day);
        for member in &workload.members {
            let too_much: i64 = member.load.iter().zip(&member.capacity).map(|(load, capacity)| load - capacity).filter(|excess| *excess >= 60).sum();
            let own: Vec<_> = workload.overloads.iter().filter(|overload| overload.member == member.member).collect();
            prop_assert_eq!(own.iter().map(|overload| overload.excess).sum::<i64>(), too_much);
            for overload in own {
                prop_assert!(!overload.tasks.is_empty() && overload.start < overload.finish);
                prop_assert_eq!(overload.slack, overload.tasks.iter().map(|task| task.total_slack).max().unwrap());
                prop_assert_eq!(overload.load - overload.capacity, overload.excess);
            }
        }
    }

    /// The order in which a host lists projects, tasks, people and links means nothing.
    #[test]
    fn shuffled_input_gives_the_same_bytes(first in staffed(6), second in staffed(6), seed in any::<u64>()) {
        let mut second = Case { directory: first.directory.clone(), ..second };
        second.project["id"] = "q".into();
        let limits = json!([{ "tag": "a", "most": 1 }, { "tag": "b", "most": 0 }]);
        let shuffle = |list: &mut Value| {
            if let Some(list) = list.as_array_mut() {
                let length = list.len().max(1);
                list.rotate_left(usize::try_from(seed).unwrap_or(1) % length);
                if seed % 2 == 0 { list.reverse(); }
            }
        };
        let tagged = |case: &Case| {
            let mut project = case.project.clone();
            for (index, task) in project["tasks"].as_array_mut().unwrap().iter_mut().enumerate() {
                task["tags"] = json!([if index % 2 == 0 { "a" } else { "b" }]);
            }
            project
        };
        let mut request = json!({ "projects": [tagged(&first), tagged(&second)], "directory": first.directory });
        request["directory"]["limits"] = limits;
        let before = linkstar::call("workload", &request.to_string()).unwrap();
        shuffle(&mut request["projects"]);
        for project in request["projects"].as_array_mut().unwrap() {
            for list in ["tasks", "links"] {
                shuffle(&mut project[list]);
            }
        }
        for list in ["members", "calendars", "limits"] {
            shuffle(&mut request["directory"][list]);
        }
        let after = linkstar::call("workload", &request.to_string()).unwrap();
        prop_assert_eq!(before, after);
    }
}
