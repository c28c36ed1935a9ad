//! A live project, edited at random: after every step it stands where planning everything anew would put it.
//!
//! | property | mutation |
//! |---|---|
//! | incremental is full | `follow_forward` does not mark the successors of what moved; `elsewhere_than` asks for starts alone |
//! | a link against the order | `put_behind` does not give the dates their new numbers |
//! | a preview is what execute then does, and changes nothing | `try_in_place` does not take its changes back |
//! | all or nothing | a refused batch keeps what came before |

use linkstar::{
    Command, Context, Dates, Directory, LiveProject, Log, Outcome, PlanDelta, PlanOptions, Project, Snapshot, decide_first, schedule,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::networks::{Case, EVERYTHING, Taste, cases};

/// So many edits of one project: with the cases below, more than a hundred thousand in every run.
const EDITS: usize = 60;

const ORDINARY: Taste = Taste {
    kinds: &["FS", "SS", "FF", "SF"],
    leads: true,
    constraints: false,
    summaries: true,
    one_calendar: true,
    elapsed: false,
    any_direction: false,
};
const PLAIN: Taste = Taste { summaries: false, ..ORDINARY };
const FROM_ITS_START: Taste = Taste { any_direction: false, ..EVERYTHING };
const ABROAD: Taste = Taste { one_calendar: false, ..PLAIN };

/// An edit, as a few numbers.
type Seed = (u8, prop::sample::Index, prop::sample::Index, i64);

fn command(project: &Project, (what, one, other, amount): &Seed) -> Value {
    let task = |index: &prop::sample::Index| match project.tasks.as_slice() {
        [] => String::new(),
        tasks => index.get(tasks).id.to_string(),
    };
    let edit = |fields: Value| json!({ "kind": "edit", "record": { "kind": "task", "id": task(one) }, "fields": fields });
    let minutes = amount.rem_euclid(1500);
    let at = moment(*amount);
    let reported = moment(-amount.rem_euclid(200));
    let method = |value: Value| {
        let project = json!({ "kind": "project", "id": project.id.as_str() });
        json!({ "kind": "edit", "record": project, "fields": [{ "field": "method", "value": value }] })
    };
    let link = |index: &prop::sample::Index| {
        let link = index.get(&project.links);
        json!({ "kind": "link", "id": serde_json::to_string(&(link.predecessor.as_str(), link.successor.as_str(), link.kind)).unwrap() })
    };
    let what = if project.tasks.is_empty() { 14 } else { what % 32 };
    match what {
        0..=4 => edit(json!([{ "field": "duration", "value": format!("{minutes}m") }])),
        5 => edit(json!([{ "field": "duration", "value": format!("{minutes}em") }])),
        6 => edit(json!([{ "field": "constraint", "value": { "kind": "startNoEarlierThan", "at": at } }])),
        7 => edit(json!([{ "field": "constraint", "value": { "kind": "finishNoLaterThan", "at": at } }])),
        8 => edit(json!([{ "field": "deadline", "value": { "kind": "moment", "at": at } }])),
        9 => edit(json!([{ "field": "constraint" }])),
        10 | 11 => json!({ "kind": "add", "record": "link", "value": { "predecessor": task(one), "successor": task(other),
            "kind": (["FS", "SS", "FF", "FS"][usize::try_from(minutes % 4).unwrap()]), "lag": format!("{}m", amount % 400) } }),
        12 if !project.links.is_empty() => json!({ "kind": "remove", "record": link(one) }),
        13 if !project.links.is_empty() => {
            json!({ "kind": "edit", "record": link(one), "fields": [{ "field": "lag", "value": format!("{}m", amount % 700) }] })
        }
        14 => {
            json!({ "kind": "add", "record": "task", "value": { "id": format!("n{amount}"), "name": "New", "duration": format!("{minutes}m") } })
        }
        15 => json!({ "kind": "remove", "record": { "kind": "task", "id": task(one) } }),
        16 => {
            edit(json!([{ "field": "manual", "value": { "start": at, "finish": moment(amount.rem_euclid(700).max(amount % 700) + 9) } }]))
        }
        17 => edit(json!([{ "field": "manual" }])),
        18 => edit(json!([{ "field": "parent", "value": task(other) }])),
        19 => edit(json!([{ "field": "parent" }])),
        20 => edit(json!([{ "field": "milestone", "value": amount % 2 == 0 }])),
        21 => edit(json!([{ "field": "splits", "value": [{ "after": format!("{}m", minutes / 7), "pause": format!("{minutes}m") }] }])),
        22 => edit(json!([{ "field": "levellingDelay", "value": format!("{minutes}em") }])),
        23 => edit(json!([{ "field": "rank", "value": format!("{}", amount % 7) }])),
        24 => json!({ "kind": "reportStart", "task": task(one), "at": reported }),
        25 => json!({ "kind": "reportFinish", "task": task(one), "at": reported }),
        26 => json!({ "kind": "completeTask", "task": task(one) }),
        27 if !project.links.is_empty() => {
            json!({ "kind": "edit", "record": link(one), "fields": [{ "field": "lag", "value": format!("{}%", amount % 130) }] })
        }
        28 => method(match amount.rem_euclid(6) {
            0 => json!({ "mustFinishBy": at }),
            1 => json!({ "critical": "longestPath" }),
            2 => json!({ "linksBeforeDates": true }),
            3 => json!({ "severalCriticalPaths": true, "slack": "start" }),
            4 => json!({ "outOfSequence": "progressOverride" }),
            _ => json!({}),
        }),
        29 => edit(json!([{ "field": "levelOfEffort", "value": amount % 4 == 0 }])),
        30 => edit(json!([
            { "field": "duration", "value": format!("{minutes}m") },
            { "field": "constraint", "value": { "kind": "mustStartOn", "at": at } },
        ])),
        _ => json!({ "kind": "setProgress", "task": task(one), "percent": minutes % 100 }),
    }
}

fn moment(hours: i64) -> String {
    let at = crate::networks::around().and_time(chrono::NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(hours % 700);
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn context(step: usize) -> Context {
    Context {
        actor: "m".into(),
        now: "2027-03-10T01:00:00Z".parse().unwrap(),
        key: format!("step-{step}"),
        salt: "0011223344556677".to_owned(),
    }
}

pub fn live(case: &Case) -> LiveProject {
    let (project, _) = case.documents();
    let mut directory = case.directory.clone();
    directory["members"] = json!([{ "id": "m", "name": "M" }]);
    directory["grants"] = json!([{ "id": "g", "member": "m", "access": "owner" }]);
    let directory = Directory::from_json(&directory.to_string()).unwrap();
    let begun = decide_first(&directory, &Command::begin(&project), &context(0)).unwrap();
    let Outcome::Accepted { event, .. } = begun else { panic!("not begun but {begun:?}") };
    LiveProject::open(Snapshot::new(Log { events: vec![event], ..Log::default() }, directory)).unwrap()
}

/// What a page keeps: the columns of the beginning, and every delta since.
fn mirror(dates: &mut Dates, delta: &PlanDelta) {
    for task in &delta.added {
        dates.tasks.push(task.clone());
        dates.starts.push(0);
        dates.finishes.push(0);
    }
    for (row, task) in delta.tasks.iter().enumerate() {
        dates.removed.retain(|gone| gone != task);
        dates.starts[*task as usize] = delta.starts[row];
        dates.finishes[*task as usize] = delta.finishes[row];
    }
    dates.removed.extend(&delta.removed);
    for gone in &delta.removed {
        (dates.starts[*gone as usize], dates.finishes[*gone as usize]) = (0, 0);
    }
    dates.removed.sort_unstable();
}

/// Compares a live project, and what a page knows of it, with a plan that is made anew.
fn stands_as_planned(live: &mut LiveProject, page: &Dates, directory: &Directory) {
    let plan = schedule(live.project(), directory, &PlanOptions::default()).unwrap();
    assert_eq!(page, &live.dates(), "the page and the project differ");
    let mut slacks: std::collections::BTreeMap<u32, (i64, i64)> = std::collections::BTreeMap::new();
    let found = live.slacks().unwrap();
    for (row, task) in found.tasks.iter().enumerate() {
        slacks.insert(*task, (found.totals[row], found.frees[row]));
    }
    for task in plan.tasks() {
        let number = page.tasks.iter().position(|id| *id == task.task).unwrap();
        let stands = (page.starts[number], page.finishes[number]);
        assert_eq!(stands, (task.start.unix_seconds(), task.finish.unix_seconds()), "{} of {}", task.task, live.project().to_json());
        if !task.summary {
            let number = u32::try_from(number).unwrap();
            assert_eq!(slacks[&number], (task.total_slack, task.free_slack), "slack of {}", task.task);
            assert_eq!(found.critical.contains(&number), task.critical, "whether {} is critical", task.task);
        }
    }
    assert_eq!(page.tasks.len() - page.removed.len(), plan.tasks().count());
}

fn edited(case: &Case, edits: &[Seed]) {
    let mut live = live(case);
    let directory = live.snapshot().directory;
    let mut page = live.dates();
    for (step, seed) in edits.iter().enumerate() {
        let command = command(live.project(), seed);
        let Ok(command) = serde_json::from_value::<Command>(command) else { panic!("no command") };
        let context = context(step + 1);
        let (state, dates) = (live.state().hash(), live.dates());
        let preview = live.preview(&command, &context);
        assert_eq!((live.state().hash(), live.dates()), (state, dates), "a preview has changed something");
        let receipt = live.execute(&command, &context);
        match (preview, receipt) {
            (Ok(preview), Ok(receipt)) => {
                let sorted = |delta: &PlanDelta| {
                    let mut rows: Vec<_> = delta.tasks.iter().zip(delta.starts.iter().zip(&delta.finishes)).collect();
                    rows.sort_unstable();
                    (format!("{rows:?}"), delta.added.clone(), delta.removed.clone(), delta.finish, delta.delay)
                };
                assert_eq!((preview.outcome, sorted(&preview.delta)), (receipt.outcome, sorted(&receipt.delta)), "{command:?}");
                assert_eq!(preview.because.len(), preview.delta.tasks.len());
                mirror(&mut page, &receipt.delta);
            }
            (Err(preview), Err(receipt)) => assert_eq!(preview, receipt),
            (preview, receipt) => panic!("{preview:?} but {receipt:?}"),
        }
        stands_as_planned(&mut live, &page, &directory);
    }
}

/// The same project before anybody has begun: then most of its tasks are plain.
fn not_begun(mut case: Case) -> Case {
    for task in case.project["tasks"].as_array_mut().unwrap() {
        task["percentComplete"] = 0.into();
    }
    case
}

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    prop::collection::vec((any::<u8>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), -2000_i64..4000), EDITS)
}

/// Whoever begins before they may, where progress overrides links, is not waited for any more: their predecessor has slack, although their
/// own dates are what they were.
#[test]
fn a_start_that_is_reported_when_it_was_due_frees_its_predecessor() {
    let case = Case {
        project: json!({ "linkstar": 1, "id": "listing", "name": "Listing", "calendar": "shenzhen", "method": { "outOfSequence": "progressOverride" },
            "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "tasks": [
                { "id": "photos", "name": "Photos", "duration": "8h" },
                { "id": "copy", "name": "Copy", "duration": "8h", "deadline": { "kind": "moment", "at": "2027-03-05T01:00:00Z" } },
            ],
            "links": [{ "predecessor": "photos", "successor": "copy" }] }),
        directory: json!({ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": week(&["09:00-12:00", "13:00-18:00"]) }] }),
        calendars: Vec::new(),
        around: crate::networks::around(),
    };
    let mut live = live(&case);
    let (directory, mut page) = (live.snapshot().directory, live.dates());
    let begun = json!({ "kind": "reportStart", "task": "copy", "at": "2027-03-02T01:00:00Z" });
    let receipt = live.execute(&serde_json::from_value(begun).unwrap(), &context(1)).unwrap();
    mirror(&mut page, &receipt.delta);
    let slacks = live.slacks().unwrap();
    let photos = page.tasks.iter().position(|task| task.as_str() == "photos").unwrap();
    let row = slacks.tasks.iter().position(|task| *task as usize == photos).unwrap();
    assert_eq!(slacks.totals[row], 8 * 3_600);
    stands_as_planned(&mut live, &page, &directory);
}

/// The hours of every working day.
fn week(hours: &[&str]) -> Value {
    json!({ "monday": hours, "tuesday": hours, "wednesday": hours, "thursday": hours, "friday": hours })
}

/// The slip in Los Angeles is done when Shenzhen has packed, which is in its night. Packing takes an hour more: so many tasks move that all
/// are placed anew, and the slip, which begins as before, is told with its later finish.
#[test]
fn a_finish_that_moves_in_the_night_is_told_among_many() {
    const PARCELS: usize = 60;
    let parcel = |number: usize| json!({ "id": format!("pack-{number}"), "name": "Pack", "duration": "30m", "calendar": "shenzhen" });
    let after = |number: usize| json!({ "predecessor": format!("pack-{}", number - 1), "successor": format!("pack-{number}") });
    let slip = json!({ "id": "slip", "name": "Packing slip", "duration": "8h", "calendar": "los-angeles" });
    let done_with = json!({ "predecessor": format!("pack-{}", PARCELS - 1), "successor": "slip", "kind": "FF" });
    let case = Case {
        project: json!({ "linkstar": 1, "id": "inbound", "name": "Inbound", "calendar": "shenzhen",
            "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "tasks": (0..PARCELS).map(parcel).chain([slip]).collect::<Vec<_>>(),
            "links": (1..PARCELS).map(after).chain([done_with]).collect::<Vec<_>>() }),
        directory: json!({ "linkstar": 1, "calendars": [
            { "id": "shenzhen", "zone": "Asia/Shanghai", "week": week(&["09:00-12:00", "13:00-18:00"]) },
            { "id": "los-angeles", "zone": "America/Los_Angeles", "week": week(&["09:00-17:00"]) } ] }),
        calendars: Vec::new(),
        around: crate::networks::around(),
    };
    let mut live = live(&case);
    let (directory, mut page) = (live.snapshot().directory, live.dates());
    let slip = page.tasks.iter().position(|task| task.as_str() == "slip").unwrap();
    let before = (page.starts[slip], page.finishes[slip]);
    let longer =
        json!({ "kind": "edit", "record": { "kind": "task", "id": "pack-0" }, "fields": [{ "field": "duration", "value": "90m" }] });
    let receipt = live.execute(&serde_json::from_value(longer).unwrap(), &context(1)).unwrap();
    mirror(&mut page, &receipt.delta);
    assert_eq!((page.starts[slip], page.finishes[slip]), (before.0, before.1 + 3_600));
    stands_as_planned(&mut live, &page, &directory);
}

/// The wave of posts may begin three days before its announcement is done, also before the project starts. Only a link from within held the
/// first post; that link goes.
#[test]
fn a_lead_that_is_handed_down_reaches_before_the_project_start_when_a_link_goes() {
    let case = Case {
        project: json!({ "linkstar": 1, "id": "posts", "name": "Posts", "calendar": "shenzhen",
            "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
            "tasks": [
                { "id": "announcement", "name": "Announcement", "duration": "1d" },
                { "id": "photos", "name": "Photos", "duration": "2d" },
                { "id": "wave", "name": "Wave of posts" },
                { "id": "first-post", "name": "First post", "duration": "1d", "parent": "wave" },
                { "id": "last-post", "name": "Last post", "duration": "1d", "parent": "wave" },
            ],
            "links": [
                { "predecessor": "announcement", "successor": "wave", "lag": "-3d" },
                { "predecessor": "photos", "successor": "first-post" },
            ] }),
        directory: json!({ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": week(&["09:00-12:00", "13:00-18:00"]) }] }),
        calendars: Vec::new(),
        around: crate::networks::around(),
    };
    let mut live = live(&case);
    let (directory, mut page) = (live.snapshot().directory, live.dates());
    let first_post = page.tasks.iter().position(|task| task.as_str() == "first-post").unwrap();
    let unlinked = json!({ "kind": "remove", "record": { "kind": "link", "id": "[\"photos\",\"first-post\",\"FS\"]" } });
    let receipt = live.execute(&serde_json::from_value(unlinked).unwrap(), &context(1)).unwrap();
    mirror(&mut page, &receipt.delta);
    // Thursday, two working days before Monday, 1 March.
    let thursday: linkstar::Timestamp = "2027-02-25T01:00:00Z".parse().unwrap();
    assert_eq!(page.starts[first_post], thursday.unix_seconds());
    stands_as_planned(&mut live, &page, &directory);
}

proptest! {
    #![proptest_config(crate::config(450))]

    #[test]
    fn an_edited_project_stands_where_planning_anew_would_put_it(case in cases(14, EVERYTHING), edits in seeds()) {
        edited(&case, &edits);
    }

    #[test]
    fn an_edited_plain_project_stands_where_planning_anew_would_put_it(case in cases(24, PLAIN), edits in seeds()) {
        edited(&not_begun(case), &edits);
    }

    #[test]
    fn edits_that_move_half_of_a_project_do_as_well(case in cases(120, PLAIN), edits in seeds()) {
        edited(&not_begun(case), &edits);
    }

    #[test]
    fn edits_that_move_half_of_a_project_of_all_kinds_do_as_well(case in cases(90, FROM_ITS_START), edits in seeds()) {
        edited(&case, &edits);
    }

    #[test]
    fn an_edited_project_on_several_calendars_stands_where_planning_anew_would_put_it(case in cases(24, ABROAD), edits in seeds()) {
        edited(&not_begun(case), &edits);
    }
}
