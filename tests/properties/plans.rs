//! The engine against brute force, and against itself.

use std::collections::BTreeMap;

use chrono::{DateTime, Days};
use linkstar::{Code, Constraint, Driver, LinkKind, Plan, PlannedTask, Project, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::networks::{Case, EVERYTHING, Taste, cases};
use crate::oracle::Oracle;

fn minute(at: Timestamp) -> i64 {
    at.unix_seconds() / 60
}

/// A task as the oracle sees it: minutes, and everything by name.
struct Leaf<'a> {
    id: &'a str,
    oracle: Option<usize>,
    calendar: usize,
    duration: i64,
    above: Vec<&'a str>,
    constraint: Option<(&'a str, i64)>,
}

/// Finds dates by asking every task again and again until nobody moves, with working time walked minute by minute.
struct BruteForce<'a> {
    project: &'a Value,
    oracles: Vec<Oracle>,
    leaves: Vec<Leaf<'a>>,
}

type Dates = BTreeMap<String, (i64, i64)>;

impl<'a> BruteForce<'a> {
    fn new(case: &'a Case) -> BruteForce<'a> {
        let oracles = case.calendars.iter().map(|calendar| Oracle::new(calendar, case.around - Days::new(300), 800)).collect();
        let tasks = case.project["tasks"].as_array().unwrap();
        let parent = |id: &str| tasks.iter().find(|task| task["id"] == id).and_then(|task| task["parent"].as_str());
        let moment = |value: &Value| value["at"].as_str().map(|at| DateTime::parse_from_rfc3339(at).unwrap().timestamp() / 60);
        let mut leaves = Vec::new();
        for task in tasks {
            let id = task["id"].as_str().unwrap();
            if tasks.iter().any(|other| other["parent"] == id) {
                continue;
            }
            let above: Vec<&str> = std::iter::successors(parent(id), |id| parent(id)).collect();
            let calendar = task["calendar"].as_str().map_or(0, |name| name[1..].parse().unwrap());
            let (duration, elapsed) = minutes(task["duration"].as_str().unwrap());
            let kind = |task: &'a Value| task["constraint"]["kind"].as_str();
            leaves.push(Leaf {
                id,
                oracle: (!elapsed).then_some(calendar),
                calendar,
                duration,
                constraint: kind(task).map(|kind| (kind, moment(&task["constraint"]).unwrap())),
                above,
            });
        }
        BruteForce { project: case.project_ref(), oracles, leaves }
    }

    fn shift(&self, oracle: Option<usize>, at: i64, minutes: i64) -> i64 {
        oracle.map_or(at + minutes, |calendar| self.oracles[calendar].shift(at, minutes))
    }

    fn links(&self) -> impl Iterator<Item = (&str, &str, &str, i64, Option<usize>)> {
        let tasks = self.project["tasks"].as_array().unwrap();
        self.project["links"].as_array().unwrap().iter().map(move |link| {
            let successor = link["successor"].as_str().unwrap();
            let own = tasks.iter().find(|task| task["id"] == successor).unwrap()["calendar"]
                .as_str()
                .map_or(0, |name| name[1..].parse().unwrap());
            let (lag, elapsed) = link["lag"].as_str().map_or((0, false), minutes);
            (link["predecessor"].as_str().unwrap(), successor, link["kind"].as_str().unwrap(), lag, (!elapsed).then_some(own))
        })
    }

    /// The leaves that a name stands for: itself, or all below it.
    fn below<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Leaf<'a>> {
        self.leaves.iter().filter(move |leaf| leaf.id == name || leaf.above.contains(&name))
    }

    fn early(&self) -> Dates {
        let anchor = DateTime::parse_from_rfc3339(self.project["anchor"]["at"].as_str().unwrap()).unwrap().timestamp() / 60;
        let mut dates = Dates::new();
        for _ in 0..=self.leaves.len() {
            for leaf in &self.leaves {
                let (mut start, mut finish, mut stand) = (i64::MIN, i64::MIN, i64::MIN);
                for (predecessor, successor, kind, lag, on) in self.links() {
                    let of: Vec<(i64, i64)> = self.below(predecessor).filter_map(|leaf| dates.get(leaf.id).copied()).collect();
                    if of.is_empty() || !(successor == leaf.id || leaf.above.contains(&successor)) {
                        continue;
                    }
                    let end = if kind.starts_with('F') {
                        of.iter().map(|(_, finish)| *finish).max()
                    } else {
                        of.iter().map(|(start, _)| *start).min()
                    };
                    let bound = self.shift(on, end.unwrap(), lag);
                    if kind.ends_with('S') {
                        start = start.max(bound);
                        continue;
                    }
                    finish = finish.max(bound);
                    let own =
                        successor == leaf.id && self.leaves.iter().any(|other| other.id == predecessor && other.oracle == leaf.oracle);
                    if kind == "SF" || !own {
                        stand = stand.max(bound);
                    }
                    if kind == "FF" {
                        start = start.max(anchor);
                    }
                }
                dates.insert(leaf.id.to_owned(), self.place(leaf, (start, finish, stand), anchor));
            }
        }
        dates
    }

    /// From a bound on the start, one on the finish, and the instant at which the finish stands, work or not.
    fn place(&self, leaf: &Leaf<'_>, (mut start, mut finish, mut stand): (i64, i64, i64), anchor: i64) -> (i64, i64) {
        if start == i64::MIN && finish == i64::MIN {
            start = match leaf.constraint {
                Some(("startNoEarlierThan", at)) => at,
                _ => self.oracles[leaf.calendar].next(anchor),
            };
        }
        match leaf.constraint {
            Some(("startNoEarlierThan", at)) => start = start.max(at),
            Some(("finishNoEarlierThan", at)) => (finish, stand) = (finish.max(at), stand.max(at)),
            _ => {}
        }
        let next = |at: i64| leaf.oracle.map_or(at, |calendar| self.oracles[calendar].next(at));
        let from = |at: i64| (next(at), self.shift(leaf.oracle, next(at), leaf.duration));
        let free = if leaf.duration == 0 {
            (start.max(finish), start.max(finish))
        } else {
            let begins = [(start, 0), (finish, leaf.duration)].into_iter().filter(|(bound, _)| *bound != i64::MIN);
            let begin =
                begins.map(|(bound, back)| if back == 0 { next(bound) } else { self.shift(leaf.oracle, bound, -back) }).max().unwrap();
            (begin, self.shift(leaf.oracle, begin, leaf.duration).max(stand))
        };
        let fixed_start = |at: i64| if leaf.duration == 0 { (at, at) } else { from(at) };
        match leaf.constraint {
            Some(("mustStartOn", at)) => fixed_start(at),
            Some(("mustFinishOn", at)) => (self.shift(leaf.oracle, at, -leaf.duration), at),
            Some(("startNoLaterThan", at)) if free.0 > at => fixed_start(at),
            Some(("finishNoLaterThan", at)) if free.1 > at => fixed_start(self.shift(leaf.oracle, at, -leaf.duration)),
            _ => free,
        }
    }
}

impl Case {
    fn project_ref(&self) -> &Value {
        &self.project
    }
}

fn minutes(text: &str) -> (i64, bool) {
    let elapsed = text.ends_with("em");
    (text.trim_end_matches(['e', 'm']).parse().unwrap(), elapsed)
}

fn has_loop(plan: &Plan) -> bool {
    plan.diagnostics.iter().any(|found| found.code == Code::LinkLoop)
}

fn leaves(plan: &Plan) -> impl Iterator<Item = PlannedTask> {
    plan.tasks().filter(|task| !task.summary)
}

const ONLY_FORWARD: Taste = Taste { leads: false, ..EVERYTHING };

proptest! {
    #![proptest_config(crate::config(96))]

    /// Early dates are those that a stubborn clerk finds who asks every task again until nobody moves.
    #[test]
    fn early_dates_equal_brute_force(case in cases(7, EVERYTHING)) {
        let plan = case.plan();
        prop_assume!(!has_loop(&plan));
        let expected = BruteForce::new(&case).early();
        let found: Dates = leaves(&plan).map(|task| (task.task.to_string(), (minute(task.early_start), minute(task.early_finish)))).collect();
        prop_assert_eq!(found, expected);
    }
}

proptest! {
    #![proptest_config(crate::config(256))]

    /// Slack is what it says: a task that starts so much later moves the finish of the project not at all, with all links on one calendar.
    #[test]
    fn a_task_may_slip_by_its_slack(case in cases(8, Taste { constraints: false, one_calendar: true, elapsed: false, ..EVERYTHING }), which in any::<prop::sample::Index>()) {
        slipping_moves_no_finish(&case, which)?;
    }

    /// And not a minute more: later than its slack allows, it takes the finish of the project with it. (Below a summary, another task may
    /// start at the same moment, and hold who waits for that start.)
    #[test]
    fn a_task_may_not_slip_by_more_than_its_slack(case in cases(8, Taste { constraints: false, summaries: false, one_calendar: true, elapsed: false, ..EVERYTHING }), which in any::<prop::sample::Index>()) {
        let plan = case.plan();
        prop_assume!(!has_loop(&plan));
        let candidates: Vec<PlannedTask> = leaves(&plan).filter(|task| task.duration > 0).collect();
        prop_assume!(!candidates.is_empty());
        let task = &candidates[which.index(candidates.len())];
        let later = start_later(&case, task.task.as_str(), slip(&case, task, task.total_slack + 120));
        let later = later.plan();
        let position = |at: Timestamp| case.documents().1.timeline("c0").unwrap().between(plan.finish, at);
        prop_assert!(position(later.finish) > 0, "{} slips beyond its slack of {}", task.task, task.total_slack);
    }

    /// And with the links that tie finishes also between countries. (A start tied to a start abroad, and a milestone behind a lead, may have their limit in the night.)
    #[test]
    fn a_task_may_slip_by_its_slack_abroad(case in cases(8, Taste { kinds: &["FS", "FF"], constraints: false, leads: false, ..EVERYTHING }), which in any::<prop::sample::Index>()) {
        slipping_moves_no_finish(&case, which)?;
    }

    /// Free slack is what it says: a task that slips by it moves no other task.
    #[test]
    fn a_task_may_slip_by_its_free_slack_unnoticed(case in cases(8, Taste { kinds: &["FS", "FF"], constraints: false, summaries: false, ..EVERYTHING }), which in any::<prop::sample::Index>()) {
        let plan = case.plan();
        let candidates: Vec<PlannedTask> = leaves(&plan).filter(|task| task.free_slack > 0 && task.duration > 0).collect();
        prop_assume!(!candidates.is_empty());
        let task = &candidates[which.index(candidates.len())];
        let slipped = start_later(&case, task.task.as_str(), slip(&case, task, task.free_slack)).plan();
        for (before, after) in leaves(&plan).zip(leaves(&slipped)).filter(|(before, _)| before.task != task.task) {
            prop_assert_eq!(before.early_start, after.early_start, "{} moved {}", &task.task, &before.task);
        }
    }

    /// The order in which a host lists tasks, links and calendars means nothing.
    #[test]
    fn shuffled_input_gives_the_same_bytes(case in cases(10, Taste { any_direction: true, ..EVERYTHING }), seed in any::<u64>()) {
        let mut shuffled = case.project.clone();
        shuffle(shuffled["tasks"].as_array_mut().unwrap(), seed);
        shuffle(shuffled["links"].as_array_mut().unwrap(), seed.rotate_left(17));
        let (project, directory) = case.documents();
        let shuffled = Project::from_json(&shuffled.to_string()).unwrap();
        let options = linkstar::PlanOptions::default();
        let plan = linkstar::schedule(&project, &directory, &options).unwrap();
        prop_assert_eq!(linkstar::schedule(&shuffled, &directory, &options).unwrap().to_json(), plan.to_json());
        prop_assert_eq!(linkstar::canonical_order(&shuffled).unwrap(), linkstar::canonical_order(&project).unwrap());
    }

    /// One more thing to wait for never makes anything earlier. (Only start-to-finish reaches back beyond the project start.)
    #[test]
    fn adding_a_link_never_makes_anything_earlier(case in cases(8, Taste { kinds: &["FS", "SS", "FF"], constraints: false, ..ONLY_FORWARD }), link in any::<prop::sample::Index>()) {
        prop_assume!(case.project["links"].as_array().is_some_and(|links| !links.is_empty()));
        let case = only_work(case);
        let after = case.plan();
        prop_assume!(!has_loop(&after));
        let mut without = case.clone();
        let links = without.project["links"].as_array_mut().unwrap();
        links.remove(link.index(links.len()));
        for (before, after) in without.plan().tasks().zip(after.tasks()) {
            prop_assert!(before.early_start <= after.early_start && before.early_finish <= after.early_finish, "{}", before.task);
        }
    }

    /// A longer task never lets anything begin earlier, where links tie starts.
    #[test]
    fn a_longer_task_never_makes_anything_earlier(case in cases(8, Taste { kinds: &["FS", "SS"], constraints: false, ..ONLY_FORWARD }), which in any::<prop::sample::Index>(), more in 1..2000_i64) {
        let before = case.plan();
        let mut longer = case.clone();
        let tasks = longer.project["tasks"].as_array_mut().unwrap();
        let index = which.index(tasks.len());
        let (duration, elapsed) = minutes(tasks[index]["duration"].as_str().unwrap());
        // A milestone keeps the instant of its driver; with work it would wait for the shift.
        prop_assume!(duration > 0);
        tasks[index]["duration"] = format!("{}{}", duration + more, if elapsed { "em" } else { "m" }).into();
        for (before, after) in before.tasks().zip(longer.plan().tasks()) {
            prop_assert!(before.early_start <= after.early_start, "{}", before.task);
        }
    }

    /// A link holds in the plan: no successor stands before its predecessor allows. (On one calendar, the evening is the morning after.)
    #[test]
    fn every_link_without_lag_holds(case in cases(10, Taste { constraints: false, summaries: false, ..EVERYTHING })) {
        let (project, directory) = case.documents();
        let plan = case.plan();
        for link in project.links.iter().filter(|link| link.lag.is_none()) {
            let (before, after) = (plan.task(link.predecessor.as_str()).unwrap(), plan.task(link.successor.as_str()).unwrap());
            let holds = |from: Timestamp, to: Timestamp| from <= to || before.calendar == after.calendar && directory.timeline(after.calendar.as_str()).unwrap().between(to, from) == 0;
            let holds = match link.kind {
                LinkKind::FinishToStart => holds(before.finish, after.start),
                LinkKind::StartToStart => holds(before.start, after.start),
                LinkKind::FinishToFinish => holds(before.finish, after.finish),
                LinkKind::StartToFinish => holds(before.start, after.finish),
            };
            prop_assert!(holds, "{} {} {}", link.predecessor, link.kind, link.successor);
        }
    }

    /// Nothing is broken in silence: where a link or a date does not hold, some finding names a conflict, a missed date or late work.
    #[test]
    fn what_does_not_hold_is_said(case in cases(8, EVERYTHING), from_finish in any::<bool>(), now in prop::option::of(-100_i64..300), alap in any::<bool>()) {
        let mut case = case;
        if from_finish {
            case.project["anchor"] = json!({ "kind": "finish", "at": "2027-03-26T09:00:00Z" });
        }
        for task in case.project["tasks"].as_array_mut().unwrap().iter_mut().skip(1).step_by(3) {
            if alap && task["constraint"].is_null() {
                task["constraint"] = json!({ "kind": "asLateAsPossible" });
            }
        }
        let (project, directory) = case.documents();
        let now = now.map(|hours| plan_anchor(&case).plus_seconds((hours - if from_finish { 300 } else { 0 }) * 3600).unwrap());
        let plan = linkstar::schedule(&project, &directory, &linkstar::PlanOptions { now, ..Default::default() }).unwrap();
        let said = plan.diagnostics.iter().any(|found| {
            matches!(found.code, Code::ConstraintConflict | Code::DeadlineMissed | Code::PlanTooLate | Code::PlanFinishMissed | Code::LinkLoop)
        });
        prop_assume!(!said);
        for link in project.links.iter().filter(|link| link.lag.is_none()) {
            let (before, after) = (plan.task(link.predecessor.as_str()).unwrap(), plan.task(link.successor.as_str()).unwrap());
            let holds = |from: Timestamp, to: Timestamp| from <= to || directory.timeline(after.calendar.as_str()).unwrap().between(to, from) == 0;
            let holds = match link.kind {
                LinkKind::FinishToStart => holds(before.finish, after.start),
                LinkKind::StartToStart => holds(before.start, after.start),
                // A finish that a summary waits for binds every task below it, not only the last.
                LinkKind::FinishToFinish => holds(before.finish, after.finish),
                LinkKind::StartToFinish => holds(before.start, after.finish),
            };
            prop_assert!(holds, "{} {} {} in {:?}", link.predecessor, link.kind, link.successor, plan.tasks().collect::<Vec<_>>());
        }
        if let linkstar::Anchor::Finish { at } = project.anchor {
            prop_assert!(directory.timeline("c0").unwrap().between(at, plan.finish) <= 0, "ends {}", plan.finish);
        }
    }

    /// Whatever was reported or decided by hand, under any method: a plan, or a refusal with its place.
    #[test]
    fn any_record_is_planned_or_refused(case in cases(8, EVERYTHING), seeds in prop::collection::vec((0..6_usize, -300_i64..300, -50_i64..300, -30_i64..900), 8),
        choices in (0..4_usize, 0..4_usize, 0..4_usize, any::<(bool, bool, bool)>()), now in prop::option::of(-100_i64..300), from_finish in any::<bool>()) {
        let mut case = case;
        let at = |hours: i64| plan_anchor(&case).plus_seconds(hours * 3600).unwrap().to_string();
        let moments: Vec<(String, String)> = seeds.iter().map(|(_, start, length, _)| (at(*start), at(start + length))).collect();
        let due = at(200);
        for (task, ((what, _, _, minutes), (start, finish))) in case.project["tasks"].as_array_mut().unwrap().iter_mut().zip(seeds.iter().zip(&moments)) {
            match what {
                0 => task["manual"] = json!({ "start": start, "finish": finish }),
                1 => task["progress"] = json!({ "actualStart": start, "actualFinish": finish }),
                2 => task["progress"] = json!({ "actualStart": start, "resume": finish, "remaining": format!("{minutes}m") }),
                3 => task["splits"] = json!([{ "after": "30m", "pause": format!("{minutes}m") }]),
                4 => task["levellingDelay"] = format!("{minutes}em").into(),
                _ => {}
            }
        }
        let mut method = json!({ "severalCriticalPaths": choices.3.0, "linksBeforeDates": choices.3.1 });
        for (name, values, choice) in [
            ("lagCalendar", ["successor", "predecessor", "project", "twentyFourHours"], choices.0),
            ("outOfSequence", ["recordedDates", "retainedLogic", "progressOverride", "retainedLogic"], choices.1),
            ("slack", ["smaller", "start", "finish", "smaller"], choices.2),
        ] {
            method[name] = values[choice].into();
        }
        if choices.3.2 {
            method["asLateAs"] = "successors".into();
            method["mustFinishBy"] = due.into();
        }
        case.project["method"] = method;
        let now = now.map(|hours| plan_anchor(&case).plus_seconds(hours * 3600).unwrap());
        if from_finish {
            case.project["anchor"] = json!({ "kind": "finish", "at": "2027-03-26T09:00:00Z" });
        }
        let (project, directory) = case.documents();
        match linkstar::schedule(&project, &directory, &linkstar::PlanOptions { now, ..Default::default() }) {
            Ok(plan) => {
                for task in plan.ids() {
                    prop_assert!(plan.explain(task.as_str(), linkstar::Language::ZhCn).is_ok());
                }
            }
            Err(error) => {
                prop_assert!(matches!(error.code, Code::TaskDatesReversed | Code::TaskDurationNegative), "{error}");
                prop_assert!(error.path.starts_with("/project/tasks/"), "{error}");
            }
        }
    }

    /// Each summary spans exactly the tasks below it, and its progress is the share of their work.
    #[test]
    fn a_summary_is_the_sum_of_what_is_below(case in cases(12, EVERYTHING)) {
        let plan = case.plan();
        let tasks: Vec<PlannedTask> = plan.tasks().collect();
        for (row, summary) in tasks.iter().enumerate().filter(|(_, task)| task.summary) {
            let below: Vec<&PlannedTask> = tasks[row + 1..].iter().take_while(|task| task.level > summary.level).filter(|task| !task.summary).collect();
            prop_assert_eq!(Some(summary.start), below.iter().map(|task| task.start).min());
            prop_assert_eq!(Some(summary.finish), below.iter().map(|task| task.finish).max());
            prop_assert_eq!(Some(summary.late_finish), below.iter().map(|task| task.late_finish).max());
            prop_assert_eq!(summary.critical, below.iter().any(|task| task.critical));
            let work: i64 = below.iter().map(|task| task.duration).sum();
            let done: i64 = below.iter().map(|task| task.duration * i64::from(task.percent_complete)).sum();
            prop_assert_eq!(i64::from(summary.percent_complete), if work == 0 { 0 } else { done / work });
        }
    }

    /// Whatever the links, there is a plan; loops are real, and there are none in a project whose links all point forward.
    #[test]
    fn every_loop_is_a_loop(case in cases(12, Taste { any_direction: true, summaries: false, ..EVERYTHING })) {
        let (project, _) = case.documents();
        let plan = case.plan();
        for found in plan.diagnostics.iter().filter(|found| found.code == Code::LinkLoop) {
            let next = found.tasks.iter().cycle().skip(1);
            for (from, to) in found.tasks.iter().zip(next) {
                prop_assert!(project.links.iter().any(|link| link.predecessor.as_str() == from && link.successor.as_str() == to), "{from} to {to}");
            }
        }
        let backward = project.links.iter().any(|link| {
            let number = |id: &linkstar::TaskId| id.as_str()[1..].parse::<u32>().unwrap();
            number(&link.predecessor) >= number(&link.successor)
        });
        prop_assert!(backward || !has_loop(&plan));
    }

    /// An explanation goes from the task to a root, and every step is held by the next one.
    #[test]
    fn an_explanation_ends_at_a_root(case in cases(12, EVERYTHING)) {
        let plan = case.plan();
        for task in plan.ids() {
            let why = plan.explain(task.as_str(), linkstar::Language::En).unwrap();
            prop_assert_eq!(&why.steps[0].task, task);
            for pair in why.steps.windows(2) {
                let held = plan.task(pair[0].task.as_str()).unwrap();
                let named = held.drivers.iter().any(|driver| match driver {
                    Driver::Predecessor { task, .. } | Driver::Successor { task, .. } | Driver::Child { task } => {
                        *task == pair[1].task || plan.task(task.as_str()).unwrap().summary
                    }
                    _ => false,
                });
                prop_assert!(named, "{} does not name {}", pair[0].task, pair[1].task);
            }
            let root = plan.task(why.steps.last().unwrap().task.as_str()).unwrap();
            prop_assert!(root.drivers.iter().all(|driver| matches!(driver, Driver::ProjectStart {} | Driver::Constraint { .. } | Driver::Now {})), "{root:?}");
        }
    }

    /// What drives a task leaves it no room: without it, the task would stand earlier, or another driver holds it as well.
    #[test]
    fn drivers_leave_no_slack(case in cases(10, EVERYTHING)) {
        for task in leaves(&case.plan()) {
            let first_link = task.drivers.iter().find_map(|driver| match driver { Driver::Predecessor { slack, .. } => Some(*slack), _ => None });
            let by_date = task.drivers.iter().any(|driver| !matches!(driver, Driver::Predecessor { .. }));
            prop_assert!(by_date || first_link == Some(0), "{task:?}");
        }
    }

    /// Planned from its finish, a project is done in time, and no task could be later.
    #[test]
    fn from_the_finish_all_is_done_in_time(case in cases(10, Taste { kinds: &["FS", "FF"], constraints: false, leads: false, ..EVERYTHING })) {
        let mut case = case;
        let finish = "2027-06-01T00:00:00Z";
        case.project["anchor"] = json!({ "kind": "finish", "at": finish });
        let plan = case.plan();
        prop_assert!(plan.finish <= finish.parse().unwrap());
        for task in leaves(&plan) {
            prop_assert_eq!((task.start, task.finish), (task.late_start, task.late_finish));
            prop_assert!(task.total_slack >= 0, "{task:?}");
        }
    }

    /// A week of the calendar is a week: in a zone that never changes its clock, the same project 364 days later has the same shape.
    #[test]
    fn the_same_project_364_days_later_has_the_same_shape(case in cases(8, Taste { one_calendar: true, constraints: false, ..EVERYTHING })) {
        let mut case = case;
        for calendar in case.directory["calendars"].as_array_mut().unwrap() {
            calendar["zone"] = "Asia/Shanghai".into();
            calendar["exceptions"] = json!([]);
        }
        let plan = case.plan();
        case.project["anchor"] = json!({ "kind": "start", "at": plan_anchor(&case).plus_seconds(364 * 86_400).unwrap().to_string() });
        for (now, later) in plan.tasks().zip(case.plan().tasks()) {
            prop_assert_eq!(now.start.plus_seconds(364 * 86_400).unwrap(), later.start);
            prop_assert_eq!((now.total_slack, now.free_slack, now.critical), (later.total_slack, later.free_slack, later.critical));
        }
    }
}

/// The same project without milestones and elapsed tasks: these keep the instant of their driver, in the night of their own calendar,
/// and only without one wait for the morning of the project start.
fn only_work(mut case: Case) -> Case {
    for task in case.project["tasks"].as_array_mut().unwrap() {
        let (duration, _) = minutes(task["duration"].as_str().unwrap());
        task["duration"] = format!("{}m", duration.max(1)).into();
    }
    case
}

fn plan_anchor(case: &Case) -> Timestamp {
    case.project["anchor"]["at"].as_str().unwrap().parse().unwrap()
}

fn slipping_moves_no_finish(case: &Case, which: prop::sample::Index) -> Result<(), TestCaseError> {
    let plan = case.plan();
    prop_assume!(!has_loop(&plan));
    let candidates: Vec<PlannedTask> = leaves(&plan).filter(|task| task.total_slack > 0).collect();
    prop_assume!(!candidates.is_empty());
    let task = &candidates[which.index(candidates.len())];
    let later = slip(case, task, task.total_slack);
    let slipped = start_later(case, task.task.as_str(), later).plan();
    prop_assert!(slipped.finish <= plan.finish, "{} to {later}: {} after {}", task.task, slipped.finish, plan.finish);
    Ok(())
}

/// The moment that uses up the slack of a task but for a minute. With the last minute a start would reach the end of a shift, and
/// whoever begins at the end of a shift begins with the next one.
fn slip(case: &Case, task: &PlannedTask, slack: i64) -> Timestamp {
    if task.elapsed {
        return task.early_start.plus_seconds(slack).unwrap();
    }
    case.documents().1.timeline(task.calendar.as_str()).unwrap().add(task.early_start, slack - 60).unwrap()
}

fn start_later(case: &Case, id: &str, at: Timestamp) -> Case {
    let mut later = case.clone();
    let tasks = later.project["tasks"].as_array_mut().unwrap();
    let task = tasks.iter_mut().find(|task| task["id"] == id).unwrap();
    task["constraint"] = serde_json::to_value(Constraint::StartNoEarlierThan { at }).unwrap();
    later
}

/// A shuffle of its own, so that a failing case can be told by its seed.
pub fn shuffle(items: &mut [Value], mut seed: u64) {
    for last in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, usize::try_from(seed >> 33).unwrap() % (last + 1));
    }
}
