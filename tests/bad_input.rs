//! Input at the edges: huge, deep, closed in loops, without any working time. It is planned or refused; nothing hangs or falls over.

use std::time::{Duration, Instant};

use linkstar::{
    Blocking, Change, Code, Directory, Event, Intent, Json, Log, Outcome, Plan, PlanOptions, Project, RecordKind, RecordRef, Result,
    blocking, check, schedule,
};
use serde_json::{Value, json};

fn directory() -> Directory {
    let week = json!({ "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"], "wednesday": ["09:00-17:00"], "thursday": ["09:00-17:00"], "friday": ["09:00-17:00"] });
    let calendars = json!([
        { "id": "work", "zone": "Asia/Shanghai", "week": week },
        { "id": "never", "zone": "Asia/Shanghai" },
        { "id": "once", "zone": "Asia/Shanghai", "exceptions": [{ "first": "2027-03-01", "shifts": ["09:00-17:00"] }] },
    ]);
    Directory::from_json(&json!({ "linkstar": 1, "calendars": calendars }).to_string()).unwrap()
}

fn project(tasks: Vec<Value>, links: Vec<Value>) -> Project {
    let anchor = json!({ "kind": "start", "at": "2027-03-01T01:00:00Z" });
    let document = json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "work", "anchor": anchor, "tasks": tasks, "links": links });
    Project::from_json(&document.to_string()).unwrap()
}

fn plan(tasks: Vec<Value>, links: Vec<Value>) -> Result<Plan> {
    schedule(&project(tasks, links), &directory(), &PlanOptions::default())
}

fn task(id: usize, duration: &str) -> Value {
    json!({ "id": format!("t{id}"), "name": "T", "duration": duration })
}

fn link(from: usize, to: usize) -> Value {
    json!({ "predecessor": format!("t{from}"), "successor": format!("t{to}") })
}

#[test]
fn a_chain_of_a_million_tasks_is_planned() {
    let count = 1_000_000;
    let tasks: Vec<String> = (0..count).map(|id| format!(r#"{{"id":"t{id}","name":"T","duration":"1m"}}"#)).collect();
    let links: Vec<String> = (1..count).map(|id| format!(r#"{{"predecessor":"t{}","successor":"t{id}"}}"#, id - 1)).collect();
    let head = r#""linkstar":1,"id":"p","name":"P","calendar":"work","anchor":{"kind":"start","at":"2027-03-01T01:00:00Z"}"#;
    let project = Project::from_json(&format!(r#"{{{head},"tasks":[{}],"links":[{}]}}"#, tasks.join(","), links.join(","))).unwrap();
    let plan = schedule(&project, &directory(), &PlanOptions::default()).unwrap();
    // A million minutes are 2083 days of eight hours and 160 minutes: 416 weeks and three days.
    assert_eq!(plan.finish, "2035-02-22T11:40:00+08:00".parse().unwrap());
    assert!(plan.tasks().all(|task| task.critical && task.total_slack == 0));
    let why = plan.explain("t999999", linkstar::Language::En).unwrap();
    assert_eq!(why.steps.len(), count);
}

#[test]
fn a_chain_beyond_the_year_9999_is_refused() {
    let error = plan((0..1000).map(|id| task(id, "1000w")).collect(), (1..1000).map(|id| link(id - 1, id)).collect()).unwrap_err();
    assert_eq!(error.code, Code::TimeOutOfRange);
    assert!(error.path.starts_with("/project/tasks/"), "{error}");
}

#[test]
fn ten_thousand_levels_of_summaries_are_planned() {
    let depth = 10_000;
    let nested =
        |id: usize| if id == 0 { task(0, "0d") } else { json!({ "id": format!("t{id}"), "name": "T", "parent": format!("t{}", id - 1) }) };
    let mut tasks: Vec<Value> = (0..depth).map(nested).collect();
    tasks[depth - 1]["duration"] = "3d".into();
    tasks.push(task(depth, "1d"));
    // A link to the outermost summary reaches the innermost task, and one from it waits for that task.
    let plan = plan(tasks, vec![link(depth, 0)]).unwrap();
    let outermost = plan.task("t0").unwrap();
    assert_eq!((outermost.level, outermost.start), (0, "2027-03-02T09:00:00+08:00".parse().unwrap()));
    assert_eq!(plan.task("t9999").unwrap().finish, outermost.finish);
}

#[test]
fn a_loop_of_a_hundred_thousand_tasks_is_found_whole() {
    let count = 100_000;
    let mut links: Vec<Value> = (1..count).map(|id| link(id - 1, id)).collect();
    links.push(link(count - 1, 0));
    let plan = plan((0..count).map(|id| task(id, "1m")).collect(), links).unwrap();
    let found = plan.diagnostics.iter().find(|found| found.code == Code::LinkLoop).unwrap();
    assert_eq!(found.tasks.len(), count);
    assert!(found.args.iter().any(|arg| arg.name == "predecessor" && arg.value == "t99999"));
}

#[test]
fn a_knot_of_loops_is_listed_up_to_a_hundred_and_then_cut() {
    let count = 60;
    let links = (0..count).flat_map(|from| (0..count).map(move |to| link(from, to))).collect();
    let plan = plan((0..count).map(|id| task(id, "1h")).collect(), links).unwrap();
    assert_eq!(plan.diagnostics.iter().filter(|found| found.code == Code::LinkLoop).count(), 100);
    assert_eq!(plan.diagnostics.iter().filter(|found| found.code == Code::LinkMoreLoops).count(), 1);
}

#[test]
fn a_calendar_without_working_time_is_refused_by_name() {
    for (calendar, duration) in [("never", "1h"), ("once", "9h")] {
        let mut work = task(0, duration);
        work["calendar"] = calendar.into();
        let error = plan(vec![work], vec![]).unwrap_err();
        assert_eq!((error.code, error.path.as_str()), (Code::CalendarNoWorkingTime, "/project/tasks/0"), "{error}");
        assert!(error.detail.contains(calendar));
    }
    let mut work = task(0, "8h");
    work["calendar"] = "once".into();
    assert!(plan(vec![work], vec![]).is_ok());
}

#[test]
fn dates_at_the_edges_of_time_are_planned_or_refused() {
    for at in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T00:00:00Z", "2027-03-01T00:00:00Z"] {
        for kind in ["startNoEarlierThan", "startNoLaterThan", "finishNoEarlierThan", "finishNoLaterThan", "mustStartOn", "mustFinishOn"] {
            for anchor in ["start", "finish"] {
                let mut first = task(0, "3d");
                first["constraint"] = json!({ "kind": kind, "at": at });
                let mut project = project(vec![first, task(1, "2d")], vec![link(0, 1)]);
                project.anchor = serde_json::from_value(json!({ "kind": anchor, "at": "2027-03-01T01:00:00Z" })).unwrap();
                if let Err(error) = schedule(&project, &directory(), &PlanOptions::default()) {
                    assert!(matches!(error.code, Code::TimeOutOfRange | Code::CalendarNoWorkingTime), "{error}");
                }
            }
        }
    }
}

#[test]
fn spans_at_the_edges_are_refused() {
    for (duration, code) in [
        ("9223372036854775807w", Code::TaskSpanTooLong),
        ("-1d", Code::TaskDurationNegative),
        ("9999999ed", Code::TaskSpanTooLong),
        ("3000000ed", Code::TimeOutOfRange),
    ] {
        assert_eq!(plan(vec![task(0, duration)], vec![]).unwrap_err().code, code, "{duration}");
    }
    for lag in ["9223372036854775807ed", "-9223372036854775808w", "2147483647%", "-2147483648%"] {
        let mut late = link(0, 1);
        late["lag"] = lag.into();
        assert!(plan(vec![task(0, "5w"), task(1, "1d")], vec![late]).is_err(), "{lag}");
    }
}

#[test]
fn json_nested_without_end_is_refused() {
    for open in ["[", "{\"a\":", "{\"project\":", "{\"project\":{\"tasks\":[{\"id\":"] {
        let error = linkstar::call("schedule", &open.repeat(100_000)).unwrap_err();
        assert!(
            matches!(error.code, Code::DocumentTooDeep | Code::DocumentSyntax | Code::DocumentUnknownField | Code::DocumentValue),
            "{error}"
        );
    }
}

const COUNT: usize = 10_000;

/// A project with stages, checklist and gates, asked everything; it may take some seconds, and not minutes.
fn asked(tasks: Vec<Value>, links: Vec<Value>, more: &Value) -> (Plan, Blocking) {
    let mut document = serde_json::to_value(project(tasks, links)).unwrap();
    for (field, value) in more.as_object().unwrap() {
        document[field] = value.clone();
    }
    let project: Project = serde_json::from_value(document).unwrap();
    let (directory, now) = (directory(), "2027-03-01T01:00:00Z".parse().unwrap());
    let begin = Instant::now();
    let view = blocking(&project, &directory, now, 20, &PlanOptions::default()).unwrap();
    check(&project, &directory, &Intent::CloseProject {}, now).unwrap();
    let plan = schedule(&project, &directory, &PlanOptions::default()).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    (plan, view)
}

fn guard(task: usize) -> Value {
    json!({ "kind": "startTask", "task": format!("t{task}") })
}

fn item(id: usize) -> Value {
    json!({ "id": format!("i{id}"), "name": "I" })
}

fn gate(id: usize, guards: Vec<Value>, items: impl Iterator<Item = usize>) -> Value {
    let items: Vec<Value> = items.map(|item| json!({ "item": format!("i{item}") })).collect();
    json!({ "id": format!("g{id}"), "name": "G", "guards": guards, "items": items })
}

#[test]
fn ten_thousand_gates_of_ten_items_are_asked() {
    let gates: Vec<Value> = (0..COUNT).map(|id| gate(id, vec![guard(id)], 10 * id..10 * id + 10)).collect();
    let more = json!({ "checklist": (0..10 * COUNT).map(item).collect::<Vec<_>>(), "gates": gates });
    let (_, view) = asked((0..COUNT).map(|id| task(id, "1h")).collect(), vec![], &more);
    assert_eq!((view.blocked.len(), view.roots.len(), view.more_roots as usize), (COUNT, 20, 10 * COUNT - 20));
}

#[test]
fn a_gate_of_ten_thousand_items_before_ten_thousand_tasks_is_asked() {
    let gates = vec![gate(0, (0..COUNT).map(guard).collect(), 0..COUNT)];
    let more = json!({ "checklist": (0..COUNT).map(item).collect::<Vec<_>>(), "gates": gates });
    let (_, view) = asked((0..COUNT).map(|id| task(id, "1h")).collect(), vec![], &more);
    assert_eq!(view.open_gates[0].reasons.len(), COUNT);
    assert!(view.roots.iter().all(|root| root.tasks as usize == COUNT));
}

#[test]
fn ten_thousand_gates_before_one_task_are_asked() {
    let gates: Vec<Value> = (0..COUNT).map(|id| gate(id, vec![guard(0)], id..id + 1)).collect();
    let more = json!({ "checklist": (0..COUNT).map(item).collect::<Vec<_>>(), "gates": gates });
    let (_, view) = asked(vec![task(0, "1h")], vec![], &more);
    assert_eq!(view.blocked[0].reasons.len(), COUNT);
}

#[test]
fn ten_thousand_stages_in_a_row_are_asked() {
    let after = |id: usize| if id == 0 { json!([]) } else { json!([format!("s{}", id - 1)]) };
    let stages: Vec<Value> = (0..COUNT).map(|id| json!({ "id": format!("s{id}"), "name": "S", "after": after(id) })).collect();
    let staged = |id: usize| {
        let mut staged = task(id, "1h");
        staged["stage"] = format!("s{id}").into();
        staged
    };
    let (_, view) = asked((0..COUNT).map(staged).collect(), vec![], &json!({ "stages": stages }));
    assert_eq!((view.ready.len(), view.blocked.len(), view.roots.len()), (1, COUNT - 1, 1));
    assert_eq!(view.roots[0].tasks as usize, COUNT - 1);
}

#[test]
fn ten_thousand_stages_in_a_ring_are_found() {
    let after = |id: usize| format!("s{}", (id + COUNT - 1) % COUNT);
    let stages: Vec<Value> = (0..COUNT).map(|id| json!({ "id": format!("s{id}"), "name": "S", "after": [after(id)] })).collect();
    let (plan, _) = asked(vec![task(0, "1h")], vec![], &json!({ "stages": stages }));
    assert!(plan.diagnostics.iter().any(|found| found.code == Code::StageLoop));
}

#[test]
fn ten_thousand_nested_summaries_with_a_gate_each_are_asked() {
    let nested = |id: usize| {
        if id == 0 {
            task(0, "0d")
        } else {
            json!({ "id": format!("t{id}"), "name": "T", "duration": "1h", "parent": format!("t{}", id - 1) })
        }
    };
    let gates: Vec<Value> = (0..COUNT).map(|id| gate(id, vec![guard(id)], id..id + 1)).collect();
    let more = json!({ "checklist": (0..COUNT).map(item).collect::<Vec<_>>(), "gates": gates });
    let (_, view) = asked((0..COUNT).map(nested).collect(), vec![], &more);
    assert_eq!((view.blocked.len(), view.blocked_summaries.len()), (1, COUNT - 1));
    assert_eq!(view.roots.len() + view.more_roots as usize, COUNT);
}

#[test]
fn ten_thousand_gates_each_behind_the_task_of_the_one_before_are_asked() {
    let made = |id: usize| json!({ "id": format!("i{id}"), "name": "I", "needs": ["paper"], "producer": format!("t{id}") });
    let gates: Vec<Value> = (1..COUNT).map(|id| gate(id, vec![guard(id)], id - 1..id)).collect();
    let more = json!({ "checklist": (0..COUNT).map(made).collect::<Vec<_>>(), "gates": gates });
    let (_, view) = asked((0..COUNT).map(|id| task(id, "1h")).collect(), vec![], &more);
    assert_eq!((view.ready.len(), view.roots.len(), view.roots[0].tasks as usize), (1, 1, COUNT - 1));
    // And closed to a ring, which can never clear.
    let mut ring = more;
    let all: Vec<Value> = (0..COUNT).map(|id| gate(id, vec![guard(id)], std::iter::once((id + COUNT - 1) % COUNT))).collect();
    ring["gates"] = all.into();
    let (plan, view) = asked((0..COUNT).map(|id| task(id, "1h")).collect(), vec![], &ring);
    // Nothing can be done but to hand in papers from elsewhere: each is a root.
    assert_eq!((view.blocked.len(), view.roots.len() + view.more_roots as usize), (COUNT, COUNT));
    assert_eq!(plan.diagnostics.iter().filter(|found| found.code == Code::GateDeadlock).count(), 1);
}

#[test]
fn ten_thousand_missing_blockers_are_asked() {
    let gone = |id: usize| json!({ "predecessor": format!("gone{id}"), "successor": format!("t{id}"), "blocking": true });
    let (_, view) = asked((0..COUNT).map(|id| task(id, "1h")).collect(), (0..COUNT).map(gone).collect(), &json!({}));
    assert_eq!((view.blocked.len(), view.roots.len() + view.more_roots as usize), (COUNT, COUNT));
}

/// What the operations about rights say of a project under grants to `mei`, all in little time.
fn rights(tasks: Vec<Value>, grants: Vec<Value>, more: &Value) -> (Value, Value) {
    let mut document: Value = serde_json::from_str(&project(tasks, vec![]).to_json()).unwrap();
    document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut team: Value = serde_json::from_str(&directory().to_json()).unwrap();
    team["members"] = json!([{ "id": "mei", "name": "Mei", "calendar": "work" }]);
    team["grants"] = grants.into();
    let mut request = json!({ "project": document, "directory": team });
    let begin = Instant::now();
    let lint = linkstar::call("lint", &request.to_string()).unwrap();
    request["member"] = "mei".into();
    let seen = linkstar::call("redact", &request.to_string()).unwrap();
    request["task"] = "t0".into();
    linkstar::call("whatCan", &request.to_string()).unwrap();
    request.as_object_mut().unwrap().remove("member");
    request["operation"] = "plan".into();
    linkstar::call("whoCan", &request.to_string()).unwrap();
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    (serde_json::from_str(&seen).unwrap(), serde_json::from_str(&lint).unwrap())
}

fn grant(id: usize, more: Value) -> Value {
    let mut grant = json!({ "id": format!("g{id}"), "member": "mei", "access": "editor", "projects": ["p"] });
    grant.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    grant
}

fn length(document: &Value, list: &str) -> usize {
    document[list].as_array().map_or(0, Vec::len)
}

#[test]
fn ten_thousand_grants_for_a_stage_each_reach_ten_thousand_tasks() {
    let staged = |id: usize| json!({ "id": format!("t{id}"), "name": "T", "stage": format!("s{id}") });
    let said = |id: usize| json!({ "id": format!("c{id}"), "task": format!("t{id}"), "by": "mei", "at": "2027-03-01T01:00:00Z", "text": "", "internal": true });
    let stage = |id: usize| json!({ "id": format!("s{id}"), "name": "S" });
    let more = json!({ "comments": (0..COUNT).map(said).collect::<Vec<_>>(), "stages": (0..COUNT).map(stage).collect::<Vec<_>>() });
    let grants = (0..COUNT).filter(|id| id % 2 == 0).map(|id| grant(id, json!({ "stages": [format!("s{id}")] })));
    let (seen, _) = rights((0..COUNT).map(staged).collect(), grants.collect(), &more);
    assert_eq!(["tasks", "comments", "stages"].map(|list| length(&seen, list)), [COUNT / 2; 3]);
}

#[test]
fn ten_thousand_grants_for_a_platform_each_in_one_stage_reach_ten_thousand_tasks() {
    let tagged = |id: usize| json!({ "id": format!("t{id}"), "name": "T", "stage": "s", "tags": [format!("platform:p{}", id + 1)] });
    let grants = (0..COUNT).map(|id| grant(id, json!({ "stages": ["s"], "platforms": [format!("p{id}")], "ownTasks": id % 2 == 0 })));
    let more = json!({ "stages": [{ "id": "s", "name": "S" }] });
    let (seen, _) = rights((0..COUNT).map(tagged).collect(), grants.collect(), &more);
    assert_eq!(length(&seen, "tasks"), COUNT / 2);
}

#[test]
fn ten_thousand_equal_grants_are_told_to_be_one_too_many() {
    let (seen, found) =
        rights((0..COUNT).map(|id| task(id, "1h")).collect(), (0..COUNT).map(|id| grant(id, json!({}))).collect(), &json!({}));
    assert_eq!(length(&seen, "tasks"), COUNT);
    let superfluous = found["findings"].as_array().unwrap().iter().filter(|found| found["code"] == "grant.superfluous");
    assert_eq!(superfluous.count(), COUNT - 1);
}

#[test]
fn own_tasks_reach_below_ten_thousand_levels_of_summaries() {
    let mut tasks: Vec<Value> = (0..COUNT).map(|id| json!({ "id": format!("t{id}"), "name": "T" })).collect();
    (1..COUNT).for_each(|id| tasks[id]["parent"] = format!("t{}", id - 1).into());
    tasks[1]["owner"] = "mei".into();
    tasks[0]["tags"] = (0..COUNT).map(|id| format!("platform:p{id}")).collect();
    let (seen, _) = rights(tasks, vec![grant(0, json!({ "ownTasks": true }))], &json!({}));
    assert_eq!(length(&seen, "tasks"), COUNT - 1);
    assert_eq!(length(&seen["tasks"][0], "tags"), COUNT, "they stood above, and are kept once");
}

/// A log of small edits of one of a thousand tasks each, as a host would have kept it.
fn long_log(events: u32) -> Log {
    let at = "2027-03-01T01:00:00Z".parse::<linkstar::Timestamp>().unwrap();
    let name = |number: u32| Json::new(&format!("\"T{number}\"")).unwrap();
    let tasks = 1_000;
    let project = project((0..tasks).map(|id| json!({ "id": format!("t{id}"), "name": "T0" })).collect(), Vec::new());
    let begin = linkstar::Command::begin(&project);
    let context =
        |key: &str| linkstar::Context { actor: "li.wei".into(), now: at, key: key.to_owned(), salt: "0123456789abcdef".to_owned() };
    let mut directory = directory();
    directory.members = vec![linkstar::Member::new("li.wei", "Li Wei")];
    directory.grants = vec![linkstar::Grant { member: Some("li.wei".into()), ..linkstar::Grant::new("lead", "owner") }];
    let Outcome::Accepted { event: first, .. } = linkstar::decide_first(&directory, &begin, &context("begin")).unwrap() else {
        panic!("an owner may begin")
    };
    let edit = |number: u32| {
        let (task, round) = ((number - 2) % tasks as u32, (number - 2) / tasks as u32);
        let record = RecordRef::new(RecordKind::Task, &format!("t{task}"));
        let change = Change::Set { record, field: "name".to_owned(), before: Some(name(round)), after: Some(name(round + 1)) };
        Event {
            number,
            command: "edit".to_owned(),
            key: format!("key-{number}"),
            changes: vec![change],
            ..Event { changes: Vec::new(), ..first.clone() }
        }
    };
    let rest = (2..=events).map(edit);
    Log { events: std::iter::once(first.clone()).chain(rest).collect(), ..Log::default() }
}

#[test]
fn a_log_of_twenty_thousand_events_is_replayed() {
    let log = long_log(20_000);
    let start = Instant::now();
    let state = log.replay().unwrap();
    // The last round reached the task before the one that would come next.
    assert_eq!(state.project().task("t998").map(|task| task.name.as_str()), Some("T20"));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn ten_thousand_skus_are_refused_at_once_and_four_thousand_are_made() {
    let packs = linkstar_packs::us_market().unwrap();
    let wanted = |skus: usize| linkstar::Wanted {
        target: Some("2028-03-01".parse().unwrap()),
        repeats: vec![linkstar::RepeatNames { per: "sku".into(), names: (1..=skus).map(|number| format!("SKU {number}")).collect() }],
        ..linkstar::Wanted::new("amazon-new-product", "many", "2027-01-04T01:00:00Z".parse().unwrap())
    };
    let make = |skus: usize| linkstar::ops::instantiate(linkstar::InstantiateRequest { packs: packs.clone(), wanted: wanted(skus) });
    let per_sku = make(2).unwrap().project.tasks.len() - make(1).unwrap().project.tasks.len();
    assert!(make(4_000).unwrap().project.tasks.len() >= 4_000 * per_sku);
    let error = make(50_000).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.path), ("pack.tooMany", "/wanted/repeats"));
    let error = make(60_000).unwrap_err();
    assert_eq!((error.code.as_str(), &*error.path), ("pack.tooMany", "/wanted/repeats/0/names"));
}

#[test]
fn a_pack_as_long_as_a_chain_of_ten_thousand_requirements_is_read() {
    let requirement = |number: usize| {
        let before = if number == 0 {
            String::new()
        } else {
            format!(r#", "when": [{{ "any": [{{ "kind": "requirement", "applies": "r{}" }}] }}]"#, number - 1)
        };
        format!(
            r#"{{ "id": "r{number}", "name": "R", "kind": "customs", "duration": "1d", "basis": {{ "confidence": "memory" }}{before} }}"#
        )
    };
    let all: Vec<String> = (0..10_000).rev().map(requirement).collect();
    let pack = format!(r#"{{ "linkstar": 1, "id": "long", "version": "1", "name": "Long", "requirements": [{}] }}"#, all.join(","));
    let request = serde_json::json!({ "files": [{ "file": "long.json", "text": pack }] }).to_string();
    assert_eq!(linkstar::call("checkPacks", &request).unwrap(), r#"{"problems":[]}"#);
}
