//! Random projects: small enough for a brute-force answer, with everything that the rules know.

use chrono::NaiveDate;
use chrono_tz::Tz;
use linkstar::{Directory, Project};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::oracle::{Calendar, calendars_at};

/// A project and its directory, as a person would write them, with the calendars behind.
#[derive(Clone)]
pub struct Case {
    pub project: Value,
    pub directory: Value,
    pub calendars: Vec<Calendar>,
    pub around: NaiveDate,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "project {}\ndirectory {}", self.project, self.directory)
    }
}

impl Case {
    pub fn documents(&self) -> (Project, Directory) {
        (Project::from_json(&self.project.to_string()).unwrap(), Directory::from_json(&self.directory.to_string()).unwrap())
    }

    pub fn plan(&self) -> linkstar::Plan {
        let (project, directory) = self.documents();
        linkstar::schedule(&project, &directory, &linkstar::PlanOptions::default()).unwrap()
    }
}

/// What a generator may use.
#[derive(Debug, Clone, Copy)]
pub struct Taste {
    pub kinds: &'static [&'static str],
    pub leads: bool,
    pub constraints: bool,
    pub summaries: bool,
    pub one_calendar: bool,
    pub elapsed: bool,
    pub any_direction: bool,
}

pub const EVERYTHING: Taste = Taste {
    kinds: &["FS", "SS", "FF", "SF"],
    leads: true,
    constraints: true,
    summaries: true,
    one_calendar: false,
    elapsed: true,
    any_direction: false,
};

pub fn around() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, 14).unwrap()
}

fn moment(hours: i64) -> String {
    let at = around().and_time(chrono::NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(hours);
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[derive(Debug, Clone)]
struct TaskSeed {
    calendar: Option<usize>,
    duration: u32,
    elapsed: bool,
    constraint: Option<(usize, i64)>,
    deadline: Option<i64>,
    parent: Option<prop::sample::Index>,
    percent: u32,
    rank: u8,
}

const CONSTRAINTS: [&str; 6] =
    ["startNoEarlierThan", "startNoLaterThan", "finishNoEarlierThan", "finishNoLaterThan", "mustStartOn", "mustFinishOn"];

fn task(taste: Taste) -> impl Strategy<Value = TaskSeed> {
    let constraint =
        if taste.constraints { prop::option::weighted(0.15, (0..CONSTRAINTS.len(), -200_i64..400)).boxed() } else { Just(None).boxed() };
    let deadline = if taste.constraints { prop::option::weighted(0.1, -100_i64..600).boxed() } else { Just(None).boxed() };
    let parent = if taste.summaries { prop::option::weighted(0.5, any::<prop::sample::Index>()).boxed() } else { Just(None).boxed() };
    let calendar = if taste.one_calendar { Just(None).boxed() } else { prop::option::of(0..3_usize).boxed() };
    (
        calendar,
        prop_oneof![1 => Just(0_u32), 8 => 1..1500_u32],
        prop::bool::weighted(if taste.elapsed { 0.15 } else { 0.0 }),
        constraint,
        deadline,
        parent,
        0..101_u32,
        any::<u8>(),
    )
        .prop_map(|(calendar, duration, elapsed, constraint, deadline, parent, percent, rank)| TaskSeed {
            calendar,
            duration,
            elapsed,
            constraint,
            deadline,
            parent,
            percent,
            rank,
        })
}

type LinkSeed = (prop::sample::Index, prop::sample::Index, usize, Option<(i64, bool)>);

fn link(taste: Taste) -> impl Strategy<Value = LinkSeed> {
    let lag = if taste.leads { (-600_i64..900).boxed() } else { (0_i64..900).boxed() };
    (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..taste.kinds.len(),
        prop::option::weighted(0.4, (lag, prop::bool::weighted(if taste.elapsed { 0.2 } else { 0.0 }))),
    )
}

/// Projects of up to `most` tasks around the spring change of Los Angeles, on calendars of Shanghai, Los Angeles and New York.
pub fn cases(most: usize, taste: Taste) -> impl Strategy<Value = Case> {
    let zones = [Tz::Asia__Shanghai, Tz::America__Los_Angeles, Tz::America__New_York];
    let calendars = zones.map(|zone| calendars_at(zone, around()));
    (calendars, prop::collection::vec(task(taste), 1..=most), prop::collection::vec(link(taste), 0..most * 2)).prop_map(move |(calendars, tasks, links)| {
        let calendars = Vec::from(calendars);
        // The first tasks are summaries of the later ones; what has no task below it is an ordinary task.
        let summaries = if taste.summaries { (tasks.len() / 3).min(3) } else { 0 };
        let id = |index: usize| format!("t{index}");
        let documents: Vec<Value> = tasks
            .iter()
            .enumerate()
            .map(|(index, seed)| {
                let mut task = json!({ "id": id(index), "name": format!("Task {index}"), "rank": format!("{:03}", seed.rank), "percentComplete": seed.percent,
                    "duration": format!("{}{}", seed.duration, if seed.elapsed { "em" } else { "m" }) });
                if let Some(parent) = seed.parent.filter(|_| summaries > 0 && index > 0) {
                    let parent = parent.index(summaries);
                    if parent < index {
                        task["parent"] = id(parent).into();
                    }
                }
                if let Some(calendar) = seed.calendar {
                    task["calendar"] = format!("c{calendar}").into();
                }
                if let Some((kind, at)) = seed.constraint.filter(|_| index >= summaries) {
                    task["constraint"] = json!({ "kind": CONSTRAINTS[kind], "at": moment(at) });
                }
                if let Some(at) = seed.deadline {
                    task["deadline"] = json!({ "kind": "moment", "at": moment(at) });
                }
                task
            })
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        let links: Vec<Value> = links
            .iter()
            .filter_map(|(a, b, kind, lag)| {
                let (a, b) = (a.index(tasks.len()), b.index(tasks.len()));
                // Links from lower to higher numbers close a loop only where a summary is linked to a task below it.
                let (from, to) = if taste.any_direction { (a, b) } else { (a.min(b), a.max(b)) };
                let above = |index: usize| documents[index]["parent"].as_str().map(str::to_owned);
                let nested = std::iter::successors(above(to), |parent| above(parent[1..].parse().unwrap())).any(|parent| parent == id(from));
                let straight = taste.any_direction || (from != to && !nested);
                (straight && seen.insert((from, to, *kind))).then(|| {
                    let mut link = json!({ "predecessor": id(from), "successor": id(to), "kind": taste.kinds[*kind] });
                    if let Some((lag, elapsed)) = lag {
                        link["lag"] = format!("{lag}{}", if *elapsed { "em" } else { "m" }).into();
                    }
                    link
                })
            })
            .collect();
        let project = json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "c0", "anchor": { "kind": "start", "at": moment(-100) }, "tasks": documents, "links": links });
        let directory = json!({ "linkstar": 1, "calendars": calendars.iter().enumerate().map(|(index, calendar)| calendar.to_json(&format!("c{index}"))).collect::<Vec<_>>() });
        Case { project, directory, calendars, around: around() }
    })
}
