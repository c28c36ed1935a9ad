//! Random commands of random people: whatever they send, nothing happens that the rights, the gates and the log do not bear out.
//!
//! Each guard has a mutation that has to make its property fail:
//!
//! | property | mutation |
//! |---|---|
//! | nothing happens without a right | `decide` does not ask for missing rights |
//! | no intent passes an open gate | starting a task does not ask what stands against it |
//! | the log adds up to the state | a change is written without the value before |
//! | nobody without the right opens a gate by what is planned | moving a task does not ask what it stands in |
//! | whoever sends a command twice does it once | `decide` does not look for the key |
//! | what was accepted can be planned | `decide` does not check that a draft fits |

use linkstar::{
    Change, Command, Context, Directory, Log, Outcome, PlanOptions, Project, RecordRef, State, decide, decide_first, schedule, verify,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::blocking::{Tape, at_now, directory, projects};
use crate::clerk::{Clerk, MEMBERS, list, text};

/// So many commands of one stream: with the cases below, more than a hundred thousand in every run.
const COMMANDS: usize = 110;
const CASES: u32 = 1_000;

/// What the built-in roles of access give, as the handbook of the office says it.
fn rights_of(access: &str) -> Vec<&'static str> {
    let editor = [
        "view",
        "viewInternal",
        "comment",
        "attach",
        "progress",
        "evidence",
        "approve",
        "plan",
        "assign",
        "delete",
        "risks",
        "baseline",
        "lessons",
    ];
    let more = ["report", "release", "waive", "gates", "life", "audit"];
    match access {
        "owner" => [&editor[..], &more, &["viewMoney", "money", "privacy"]].concat(),
        "pmo" => [&editor[..], &more, &["viewMoney"]].concat(),
        "editor" => editor.to_vec(),
        "commenter" => vec!["view", "viewInternal", "comment", "attach"],
        "viewer" => vec!["view", "viewInternal"],
        "partner" => vec!["view", "comment", "attach", "progress", "evidence"],
        other => panic!("no role {other}"),
    }
}

fn right_for(command: &Value) -> &'static str {
    match text(&command["kind"]) {
        "add" | "edit" => match text(if command["kind"] == "add" { &command["record"] } else { &command["record"]["kind"] }) {
            "item" | "gate" | "metric" => "gates",
            "risk" => "risks",
            "money" => "money",
            "comment" => "comment",
            "task" if list(&command["fields"]).any(|edit| edit["field"] == "owner") => "assign",
            _ => "plan",
        },
        // One's own comment asks for no more than writing one did.
        "remove" if command["record"]["kind"] == "comment" => "comment",
        "remove" | "restore" => "delete",
        "startTask" | "setProgress" | "completeTask" | "cancelTask" | "reinstateTask" => "progress",
        "reportStart" | "reportFinish" | "reportMetric" => "report",
        "openStage" | "closeStage" | "setLife" => "life",
        "attachEvidence" | "tickItem" | "untickItem" => "evidence",
        "decideGate" => "approve",
        "waive" | "revokeWaiver" => "waive",
        "assignOwner" => "assign",
        "say" => "comment",
        "attachFile" => "attach",
        "keepBaseline" => "baseline",
        "learn" => "lessons",
        "decideHeld" => "release",
        other => panic!("no command {other}"),
    }
}

fn grants(tape: &mut Tape) -> Value {
    let access = ["owner", "pmo", "editor", "commenter", "viewer", "partner"];
    let mut all = vec![json!({ "id": "lead", "member": "m0", "access": "owner" })];
    for (index, member) in MEMBERS.iter().enumerate().skip(1) {
        for second in 0..tape.below(3) {
            let mut grant = json!({ "id": format!("g{index}{second}"), "member": member, "access": tape.of(&access) });
            if tape.one_in(3) {
                grant["projects"] = json!([tape.of(&["p", "other"])]);
            }
            if tape.one_in(4) {
                grant["ownTasks"] = json!(true);
            }
            if tape.one_in(6) {
                grant["stages"] = json!(["s0"]);
            }
            all.push(grant);
        }
    }
    json!(all)
}

pub(crate) fn people(tape: &mut Tape) -> Value {
    let mut office = directory();
    office["grants"] = grants(tape);
    office["sensitive"] =
        ["startTask", "waive", "cancelTask"].iter().filter(|_| tape.one_in(8)).map(|command| json!({ "command": command })).collect();
    office
}

/// One of the ids in a list of the project; now and then one that nobody has.
fn one_of(tape: &mut Tape, project: &Value, list_name: &str) -> String {
    let ids: Vec<&str> = list(&project[list_name]).map(|record| text(&record["id"])).collect();
    if ids.is_empty() || tape.one_in(20) { "nobody".to_owned() } else { tape.of(&ids).to_owned() }
}

pub(crate) fn command(tape: &mut Tape, project: &Value, gone: &[RecordRef], step: usize) -> Value {
    let task = one_of(tape, project, "tasks");
    let member = tape.of(&MEMBERS).to_owned();
    match tape.below(35) {
        0..=4 => json!({ "kind": "startTask", "task": task }),
        5..=7 => json!({ "kind": "completeTask", "task": task }),
        8 => json!({ "kind": "setProgress", "task": task, "percent": tape.below(101) }),
        9 => json!({ "kind": "cancelTask", "task": task }),
        10 => json!({ "kind": "reinstateTask", "task": task }),
        11 => json!({ "kind": "reportStart", "task": task, "at": tape.past() }),
        12 => json!({ "kind": "reportFinish", "task": task, "at": tape.past() }),
        13 => json!({ "kind": "reportMetric", "metric": one_of(tape, project, "metrics"), "at": tape.past(), "value": tape.below(100) }),
        14 => json!({ "kind": tape.of(&["openStage", "closeStage"]), "stage": one_of(tape, project, "stages") }),
        15 | 16 => {
            let item = one_of(tape, project, "checklist");
            let needs = list(&project["checklist"]).find(|other| other["id"] == *item).map_or(json!([]), |item| item["needs"].clone());
            let kind = needs[0].as_str().unwrap_or("photo").to_owned();
            json!({ "kind": "attachEvidence", "item": item, "evidence": kind })
        }
        17 => json!({ "kind": tape.of(&["tickItem", "untickItem"]), "item": one_of(tape, project, "checklist") }),
        18 | 19 => {
            let gate = one_of(tape, project, "gates");
            let found = list(&project["gates"]).find(|other| other["id"] == *gate).cloned().unwrap_or_default();
            json!({ "kind": "decideGate", "gate": gate, "approval": text(&found["approvals"][0]["name"]), "approved": !tape.one_in(4) })
        }
        20 => {
            json!({ "kind": "waive", "what": { "kind": "gate", "gate": one_of(tape, project, "gates") }, "reason": "The fair opens tomorrow" })
        }
        21 => json!({ "kind": "revokeWaiver", "what": { "kind": "gate", "gate": one_of(tape, project, "gates") } }),
        22 => {
            json!({ "kind": "add", "record": "task", "value": { "id": format!("new{step}"), "name": "New", "duration": "1d", "parent": task } })
        }
        23 => {
            json!({ "kind": "add", "record": "link", "value": { "predecessor": task, "successor": one_of(tape, project, "tasks"), "blocking": tape.one_in(2) } })
        }
        24 => json!({ "kind": "edit", "record": { "kind": "task", "id": task }, "fields": [
            { "field": tape.of(&["duration", "name", "owner", "parent", "stage", "blocking", "percentComplete", "nonsense"]),
              "value": match tape.below(5) { 0 => json!("3d"), 1 => json!(member), 2 => json!(task), 3 => json!("s0"), _ => json!(true) } }] }),
        25 | 26 => {
            let kind = tape.of(&["task", "gate", "item", "stage", "comment", "link"]);
            let id = match kind {
                "task" => task,
                "gate" => one_of(tape, project, "gates"),
                "item" => one_of(tape, project, "checklist"),
                "stage" => one_of(tape, project, "stages"),
                "comment" => one_of(tape, project, "comments"),
                _ => {
                    let links: Vec<&Value> = list(&project["links"]).collect();
                    let link = links.get(tape.below(links.len())).map_or(json!(null), |link| (*link).clone());
                    json!([link["predecessor"], link["successor"], link["kind"].as_str().unwrap_or("FS")]).to_string()
                }
            };
            json!({ "kind": "remove", "record": { "kind": kind, "id": id } })
        }
        27 if !gone.is_empty() => json!({ "kind": "restore", "record": gone[tape.below(gone.len())] }),
        28 => json!({ "kind": "assignOwner", "task": task, "owner": member, "replaces": tape.of(&MEMBERS) }),
        29 => json!({ "kind": "say", "task": task, "text": "Any news?", "mentions": [member], "internal": tape.one_in(2) }),
        30 => {
            json!({ "kind": "attachFile", "task": task, "name": "report.pdf", "digest": format!("{:064x}", tape.below(5)), "bytes": 10, "mediaType": "application/pdf" })
        }
        31 => json!({ "kind": "setLife", "life": tape.of(&["draft", "active", "active", "onHold", "closed"]) }),
        32 => json!({ "kind": tape.of(&["keepBaseline", "learn"]), "name": "Before the fair" }),
        _ => json!({ "kind": "decideHeld", "held": one_of(tape, project, "held"), "approved": !tape.one_in(4) }),
    }
}

/// Whether somebody has a grant that gives a right for what a command touches; where that is not one task, at least somewhere in the
/// project.
fn may(directory: &Value, project: &Value, actor: &str, command: &Value) -> bool {
    let right = right_for(command);
    let clerk = Clerk(project);
    let task = command["task"].as_str().filter(|task| clerk.task(task).is_some());
    list(&directory["grants"]).any(|grant| {
        let access = text(&grant["access"]);
        let own = grant["ownTasks"] == true || access == "partner";
        let reaches = |task: &str| {
            let up = clerk.up(task);
            let is_own = up.iter().any(|task| {
                let assigned = list(&task["assignments"]).map(|assignment| &assignment["member"]);
                std::iter::once(&task["owner"]).chain(list(&task["helpers"])).chain(assigned).any(|member| member == actor)
            });
            let stage = up.iter().find_map(|task| task["stage"].as_str());
            (!own || is_own) && (grant["stages"].is_null() || list(&grant["stages"]).any(|other| other.as_str() == stage))
        };
        grant["member"] == actor
            && rights_of(access).contains(&right)
            && (grant["projects"].is_null() || list(&grant["projects"]).any(|id| *id == project["id"]))
            && task.is_none_or(reaches)
    })
}

pub(crate) fn may_open_gates(directory: &Value, project: &Value, actor: &str) -> bool {
    list(&directory["grants"]).any(|grant| {
        let here = grant["projects"].is_null() || list(&grant["projects"]).any(|id| *id == project["id"]);
        grant["member"] == actor && here && rights_of(text(&grant["access"])).contains(&"gates")
    })
}

pub(crate) fn waiting(project: &Value) -> impl Iterator<Item = &str> {
    let clerk = Clerk(project);
    clerk.leaves().into_iter().filter(|task| Clerk(project).standing(task) == "waiting")
}

pub(crate) fn is_ready(project: &Value, task: &str) -> bool {
    let clerk = Clerk(project);
    clerk.task(task).is_some() && !clerk.is_summary(task) && clerk.standing(task) == "waiting" && clerk.against_start(task).is_empty()
}

/// What stood against the starts and completions that an event brings about.
pub(crate) fn passed_gates(before: &Value, changes: &[Change]) -> Vec<String> {
    let clerk = Clerk(before);
    let mut found = Vec::new();
    for change in changes {
        let Change::Set { record, field, before: was, after: Some(now) } = change else { continue };
        let is = |field: &str| serde_json::from_str::<Value>(now.as_str()).unwrap()[field].is_string();
        let had = |field: &str| was.as_ref().is_some_and(|was| serde_json::from_str::<Value>(was.as_str()).unwrap()[field].is_string());
        let intent = match &**field {
            "progress" if is("actualFinish") && !had("actualFinish") => json!({ "kind": "completeTask", "task": record.id }),
            "progress" if is("actualStart") && !had("actualStart") => json!({ "kind": "startTask", "task": record.id }),
            "opened" if was.is_none() => json!({ "kind": "openStage", "stage": record.id }),
            "closed" => json!({ "kind": "closeStage", "stage": record.id }),
            "life" if now.as_str() == "\"closed\"" => json!({ "kind": "closeProject" }),
            _ => continue,
        };
        found.extend(clerk.against(&intent).into_iter().map(|reason| format!("{intent}: {reason:?}")));
    }
    found
}

proptest! {
    #![proptest_config(crate::config(CASES))]

    #[test]
    fn whatever_they_send_the_rules_hold(project in projects(), choices in prop::collection::vec(any::<u16>(), COMMANDS * 8)) {
        let mut tape = Tape(choices.iter());
        let office = people(&mut tape);
        let directory = Directory::from_json(&office.to_string()).unwrap();
        let context = |actor: &str, key: String| Context { actor: actor.into(), now: at_now(), salt: format!("salt-of-command-{key}"), key };
        let first = Command::begin(&Project::from_json(&project.to_string()).unwrap());
        // Some projects cannot be planned; they are never begun.
        let Ok(Outcome::Accepted { event, .. }) = decide_first(&directory, &first, &context("m0", "k0".to_owned())) else { return Ok(()) };
        let mut state = State::first(&event).unwrap();
        let mut log = Log { events: vec![event], ..Log::default() };
        let mut gone: Vec<RecordRef> = Vec::new();
        for step in 1..=COMMANDS {
            let before: Value = serde_json::from_str(&state.project().to_json()).unwrap();
            let actor = tape.of(&MEMBERS);
            let said = command(&mut tape, &before, &gone, step);
            let Ok(command) = serde_json::from_value::<Command>(said.clone()) else { continue };
            let context = context(actor, format!("k{step}"));
            let outcome = decide(&state, &directory, &command, &context);
            let event = match outcome {
                Ok(Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. }) => event,
                Ok(Outcome::Repeated { .. }) => panic!("the key was fresh"),
                Ok(Outcome::Refused { reasons }) => {
                    prop_assert!(!reasons.is_empty(), "{said} was refused without a reason");
                    continue;
                }
                Err(error) => {
                    prop_assert!(error.path.starts_with("/command"), "{said}: {error}");
                    continue;
                }
            };
            // Who decides about a command that waits may have been asked by somebody who has the right.
            prop_assert!(said["kind"] == "decideHeld" || may(&office, &before, actor, &said), "{actor} did {said}");
            if !text(&said["kind"]).starts_with("report") {
                let passed = passed_gates(&before, &event.changes);
                prop_assert!(passed.is_empty(), "{said} passed {passed:?}");
            }
            state.apply(&event).unwrap();
            let after: Value = serde_json::from_str(&state.project().to_json()).unwrap();
            let reshapes = ["add", "edit", "remove", "restore", "cancelTask", "reinstateTask", "assignOwner"];
            if reshapes.contains(&text(&said["kind"])) && !may_open_gates(&office, &after, actor) {
                let opened: Vec<&str> = waiting(&before).filter(|task| is_ready(&after, task) && !is_ready(&before, task)).collect();
                prop_assert!(opened.is_empty(), "{actor} opened {opened:?} by {said}");
            }
            gone.extend(event.changes.iter().filter(|change| matches!(change, Change::Removed { .. })).map(|change| change.record().clone()));
            let again = decide(&state, &directory, &command, &context).unwrap();
            prop_assert_eq!(again, Outcome::Repeated { number: event.number });
            log.events.push(event);
            if step % 10 == 0 {
                let planned = schedule(state.project(), &directory, &PlanOptions::default());
                prop_assert!(planned.is_ok(), "after {said}: {planned:?}");
            }
        }
        let again = Log::from_json(&log.to_json()).unwrap().replay().unwrap();
        prop_assert_eq!(again.project(), state.project());
        prop_assert_eq!(again.hash(), state.hash());
        prop_assert!(verify(&log, Some(state.head())).intact);
    }
}
