//! The log as a witness: what it says of the past, that nobody can alter it unseen, and that it can forget somebody.

use std::collections::BTreeMap;

use linkstar::{
    Command, Context, Directory, EvidenceBundle, Log, MemberId, Outcome, PlanOptions, Project, RecordRef, State, decide, decide_first,
    diff, erase_person, evidence, export_person, history, reproduction, schedule, verify, verify_evidence,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::config;

/// Ids, names and words that occur nowhere else.
const PEOPLE: [(&str, &str, &str); 5] = [
    ("qiang.xu", "Xu Qiangsheng", "zirconium"),
    ("mbeki", "姆贝基娜", "蓝宝石手册"),
    ("olafsdottir", "Olafsdottir Freyja", "marzipan"),
    ("tanaka_h", "田中花子", "月光奏鸣曲"),
    ("erp", "Warehouse Robot", "telemetry"),
];

fn directory() -> Directory {
    let week: Value =
        ["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| (day.to_owned(), json!(["09:00-17:00"]))).into_iter().collect();
    let calendars = json!([{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": week }, { "id": "short", "base": "shenzhen", "exceptions": [{ "first": "2027-03-03", "shifts": [] }] }]);
    let members: Vec<Value> = PEOPLE
        .iter()
        .enumerate()
        .map(|(place, (id, name, _))| json!({ "id": id, "name": name, "roles": ["team"], "calendar": if place % 2 == 0 { "shenzhen" } else { "short" } }))
        .chain([json!({ "id": "office", "name": "Office" })])
        .collect();
    let grants: Vec<Value> = PEOPLE
        .iter()
        .map(|(id, ..)| *id)
        .chain(["office"])
        .map(|id| json!({ "id": format!("grant-of-{}", id.len()), "member": id, "access": "owner" }))
        .collect();
    // Ids of grants may not be the same, nor may they tell of whom they are.
    let grants: Vec<Value> = grants
        .into_iter()
        .enumerate()
        .map(|(place, mut grant)| {
            grant["id"] = json!(format!("g{place}"));
            grant
        })
        .collect();
    let document =
        json!({ "linkstar": 1, "calendars": calendars, "roles": [{ "id": "team", "name": "Team" }], "members": members, "grants": grants });
    Directory::from_json(&document.to_string()).unwrap()
}

fn project() -> Project {
    let tasks: Vec<Value> = (0..6)
        .map(|task| json!({ "id": format!("t{task}"), "name": format!("Task {task}"), "duration": format!("{}d", task % 3 + 1), "owner": PEOPLE[task % 5].0, "helpers": [PEOPLE[(task + 1) % 5].0] }))
        .chain([json!({ "id": "m", "name": "Launch", "milestone": true })])
        .collect();
    let document = json!({
        "linkstar": 1, "id": "launch", "name": "Launch", "calendar": "shenzhen", "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
        "tasks": tasks,
        "links": [{ "predecessor": "t0", "successor": "t1", "blocking": true }, { "predecessor": "t1", "successor": "t2" }, { "predecessor": "t2", "successor": "m" }],
        "checklist": [{ "id": "paper", "name": "Paper", "needs": ["pdf"], "owner": PEOPLE[0].0 }, { "id": "word", "name": "Word" }],
        "gates": [{ "id": "gate", "name": "Gate", "owner": PEOPLE[1].0, "guards": [{ "kind": "startTask", "task": "t3" }], "items": [{ "item": "paper" }, { "item": "word" }],
            "approvals": [{ "name": "Agreed", "needed": 1, "members": [PEOPLE[2].0, PEOPLE[3].0] }] }],
        "metrics": [{ "id": "sales", "name": "Sales" }],
        "money": [{ "id": "ads", "name": "Ads", "kind": "budget", "minor": 1234567, "currency": "USD" }],
    });
    Project::from_json(&document.to_string()).unwrap()
}

/// A wish of somebody, as JSON; it may well be refused.
fn command() -> impl Strategy<Value = (usize, Value)> {
    let wish = (0_usize..20, 0_usize..7, 0_usize..5, any::<bool>(), 0_u8..100);
    (0_usize..5, wish).prop_map(|(who, (kind, task, other, yes, number))| {
        let (me, words) = (PEOPLE[who].0, PEOPLE[who].2);
        let (them, name) = (PEOPLE[other].0, PEOPLE[other].1);
        let task = format!("t{task}");
        let own = format!("{words} {number}");
        let command = match kind {
            0 => json!({ "kind": "say", "task": task, "text": own, "mentions": [them] }),
            1 => json!({ "kind": "say", "text": format!("@{them}: {name}? {own}"), "internal": yes }),
            2 => json!({ "kind": "edit", "record": { "kind": "task", "id": task }, "fields": [{ "field": "duration", "value": format!("{}d", number % 9 + 1) }] }),
            3 => json!({ "kind": "edit", "record": { "kind": "task", "id": task }, "fields": [{ "field": "name", "value": format!("Ask {name} ({them})") }, { "field": "helpers", "value": [them, me] }] }),
            4 => json!({ "kind": "attachFile", "task": task, "name": format!("{words}.pdf"), "digest": format!("{number:064x}"), "bytes": number, "mediaType": "application/pdf" }),
            5 => json!({ "kind": "attachEvidence", "item": "paper", "evidence": "pdf" }),
            6 => json!({ "kind": "tickItem", "item": "word" }),
            7 => json!({ "kind": "untickItem", "item": "word" }),
            8 => json!({ "kind": "waive", "what": { "kind": "item", "gate": "gate", "item": "paper" }, "reason": own }),
            9 => json!({ "kind": "revokeWaiver", "what": { "kind": "item", "gate": "gate", "item": "paper" } }),
            10 => json!({ "kind": "decideGate", "gate": "gate", "approval": "Agreed", "approved": yes }),
            11 => json!({ "kind": "delegateGate", "gate": "gate", "approval": "Agreed", "to": them }),
            12 => json!({ "kind": "remove", "record": { "kind": "task", "id": task } }),
            13 => json!({ "kind": "decideHeld", "held": "last", "approved": yes }),
            14 => json!({ "kind": "delegateHeld", "held": "last", "to": them }),
            15 => json!({ "kind": "learn", "text": own }),
            16 => json!({ "kind": "lookBack", "members": [them, me], "summary": own }),
            17 => json!({ "kind": "reportStart", "task": task, "at": "2027-03-01T02:00:00Z" }),
            18 => json!({ "kind": "add", "record": "risk", "value": { "name": format!("{name} is away"), "chancePercent": 5, "impact": 2, "owner": them } }),
            _ => json!({ "kind": "cancelTask", "task": task, "reason": own }),
        };
        (who, command)
    })
}

fn context(actor: &str, step: usize) -> Context {
    let now = "2027-03-01T01:00:00Z".parse::<linkstar::Timestamp>().unwrap().plus_seconds(step as i64 * 600).unwrap();
    Context { actor: actor.into(), now, key: format!("{actor}/{step}"), salt: format!("chance-of-step-{step:06}") }
}

/// The log of what becomes of some wishes, and the project after each event.
fn logged(wishes: &[(usize, Value)]) -> (Log, Vec<Project>) {
    let directory = directory();
    let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project()), &context("office", 0)).unwrap() else {
        panic!("the office may begin")
    };
    let mut state = State::first(&event).unwrap();
    let (mut log, mut projects) = (Log { events: vec![event], ..Log::default() }, vec![state.project().clone()]);
    let mut last = String::new();
    for (step, (who, wish)) in (1..).zip(wishes) {
        let mut wish = wish.clone();
        if wish["held"] == "last" {
            wish["held"] = json!(last);
        }
        let command: Command = serde_json::from_value(wish).unwrap();
        let event = match decide(&state, &directory, &command, &context(PEOPLE[*who].0, step)) {
            Ok(Outcome::Accepted { event, .. }) => event,
            Ok(Outcome::Waiting { event, held, .. }) => {
                last = held.to_string();
                event
            }
            _ => continue,
        };
        state.apply(&event).unwrap();
        projects.push(state.project().clone());
        log.events.push(event);
    }
    (log, projects)
}

fn logs(wishes: usize) -> impl Strategy<Value = (Log, Vec<Project>)> {
    prop::collection::vec(command(), wishes).prop_map(|wishes| logged(&wishes))
}

fn prefix(log: &Log, events: usize) -> Log {
    Log { events: log.events[..events].to_vec(), ..log.clone() }
}

/// The records of a project, by list and id, as JSON.
fn records(project: &Project) -> BTreeMap<(String, String), Value> {
    let Value::Object(fields) = serde_json::to_value(project).unwrap() else { panic!("a project is an object") };
    let mut found = BTreeMap::new();
    let mut header = serde_json::Map::new();
    for (list, value) in fields {
        match value {
            Value::Array(records) if list != "translations" && list != "ext" => {
                for record in records {
                    let id = match list.as_str() {
                        "links" => {
                            json!([record["predecessor"], record["successor"], record.get("kind").unwrap_or(&json!("FS"))]).to_string()
                        }
                        _ => record["id"].as_str().unwrap().to_owned(),
                    };
                    found.insert((list.clone(), id), record);
                }
            }
            other => {
                header.insert(list, other);
            }
        }
    }
    let id = header["id"].as_str().unwrap().to_owned();
    found.insert((String::new(), id), Value::Object(header));
    found
}

fn list_of(record: &RecordRef) -> String {
    let lists = [("project", ""), ("item", "checklist"), ("money", "money"), ("held", "held")];
    let known = lists.iter().find(|(kind, _)| *kind == record.kind.name()).map(|(_, list)| (*list).to_owned());
    known.unwrap_or_else(|| format!("{}s", record.kind.name()))
}

fn run<T: std::fmt::Debug>(cases: u32, strategy: impl Strategy<Value = T>, test: impl Fn(T) -> Result<(), TestCaseError>) {
    TestRunner::new(config(cases)).run(&strategy, test).unwrap();
}

/// Mutation: in `history`, compare without `now = after`: every event is told again.
#[test]
fn history_agrees_with_the_prefixes_of_the_log() {
    run(40, logs(40), |(log, projects)| {
        let touched: std::collections::BTreeSet<RecordRef> =
            log.events.iter().flat_map(|event| &event.changes).map(|change| change.record().clone()).collect();
        for record in touched {
            let whole = history(&log, &record, None, None).unwrap().entries;
            let mut seen: Vec<(u32, Option<Value>)> = Vec::new();
            for (event, project) in log.events.iter().zip(&projects) {
                let now = records(project).remove(&(list_of(&record), record.id.clone()));
                if seen.last().map_or(now.is_some(), |(_, before)| *before != now) {
                    seen.push((event.number, now));
                }
            }
            let told: Vec<(u32, Option<Value>)> = whole
                .iter()
                .map(|entry| (entry.number, entry.value.as_ref().map(|value| serde_json::from_str(value.as_str()).unwrap())))
                .collect();
            prop_assert_eq!(&told, &seen);
            for entry in &whole {
                prop_assert_eq!(&entry.actor, &log.events[entry.number as usize - 1].actor);
            }
            // At each instant the last value that was given by then.
            for event in &log.events {
                let held = history(&log, &record, None, Some(event.at)).unwrap().entries;
                let expected = whole.iter().rfind(|entry| entry.at <= event.at);
                prop_assert_eq!(held.first(), expected);
            }
        }
        Ok(())
    });
}

/// Mutation: in `diff`, take what is touched before `from` instead of after it.
#[test]
fn a_difference_leads_from_one_state_to_the_other() {
    run(40, (logs(40), any::<(prop::sample::Index, prop::sample::Index)>()), |((log, projects), (one, other))| {
        let (one, other) = (one.index(projects.len()), other.index(projects.len()));
        let (from, to) = (one.min(other), one.max(other));
        let mut now = records(&projects[from]);
        for record in diff(&log, log.events[from].at, log.events[to].at).unwrap().records {
            let name = (list_of(&record.record), record.record.id.clone());
            let mut fields = now.remove(&name).unwrap_or_else(|| json!({}));
            for field in &record.fields {
                let read =
                    |value: &Option<linkstar::Json>| value.as_ref().map(|value| serde_json::from_str::<Value>(value.as_str()).unwrap());
                prop_assert_eq!(fields.get(&field.field).cloned(), read(&field.before));
                let event = &log.events[field.number as usize - 1];
                prop_assert!(event.actor == field.by && (from..=to).contains(&(field.number as usize - 1)));
                match read(&field.after) {
                    Some(after) => fields[&field.field] = after,
                    None => drop(fields.as_object_mut().unwrap().remove(&field.field)),
                }
            }
            if record.change != linkstar::DiffKind::Removed {
                now.insert(name, fields);
            }
        }
        prop_assert_eq!(now, records(&projects[to]));
        Ok(())
    });
}

/// A log in which two have been erased.
fn erased(log: &Log, people: &[usize]) -> (Log, Directory) {
    let (mut log, mut directory) = (log.clone(), directory());
    for (step, person) in people.iter().enumerate() {
        let answer = erase_person(&log, &directory, &PEOPLE[*person].0.into(), &context("office", 1000 + step)).unwrap();
        assert!(answer.reasons.is_empty(), "{:?}", answer.reasons);
        (log, directory) = (answer.log, answer.directory);
    }
    (log, directory)
}

/// Mutations: leave out the comparison with `event.hash` in `first_fault`; leave out the commitment in `seals_hold`.
#[test]
fn a_flipped_byte_is_found() {
    let flips = (prop::sample::Index::arbitrary(), 1_u8..=255, any::<bool>());
    run(12, (logs(25), any::<bool>(), prop::collection::vec(flips, 1_000)), |((log, _), forgot, flips)| {
        let log = if forgot { erased(&log, &[0, 3]).0 } else { log };
        let text = log.to_json();
        let head = log.events.last().unwrap().hash.clone();
        for (place, mask, with_head) in flips {
            let mut bytes = text.clone().into_bytes();
            bytes[place.index(text.len())] ^= mask;
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let Ok(read) = Log::from_json(&altered) else { continue };
            let found = verify(&read, with_head.then_some(head.as_str()));
            // What still verifies says the same, byte by byte: another spelling of a sign, such as a capital letter in `\u00E9`.
            prop_assert!(!found.intact || read.to_json() == text, "{} at {}", mask, place.index(text.len()));
        }
        Ok(())
    });
}

/// Mutations: leave out the comparison of numbers in `first_fault`; that with the head.
#[test]
fn events_that_are_missing_or_moved_are_found() {
    run(60, (logs(25), any::<(prop::sample::Index, prop::sample::Index)>()), |((log, _), (one, other))| {
        let head = log.events.last().unwrap().hash.clone();
        let (one, other) = (one.index(log.events.len()), other.index(log.events.len()));
        let code = |log: &Log| verify(log, Some(&head)).fault.map(|fault| (fault.code.as_str(), fault.place as usize));
        prop_assert_eq!(code(&log), None);
        let mut gap = log.clone();
        gap.events.remove(one);
        let last = log.events.len() - 1;
        let expected = if one == last && last == 0 {
            ("log.empty", 0)
        } else if one == last {
            ("log.truncated", last)
        } else {
            ("log.order", one + 1)
        };
        prop_assert_eq!(code(&gap), Some(expected));
        let mut twice = log.clone();
        twice.events.insert(one, log.events[one].clone());
        prop_assert_eq!(code(&twice), Some(("log.order", one + 2)));
        let mut moved = log.clone();
        moved.events.swap(one, other);
        prop_assert_eq!(code(&moved), (one != other).then_some(("log.order", one.min(other) + 1)));
        Ok(())
    });
}

/// Mutations: leave out `first_break`, `first_untrue`, `first_unfounded` in `verify_evidence`.
#[test]
fn a_bundle_is_true_and_every_flipped_byte_of_it_is_found() {
    let flips = prop::collection::vec((prop::sample::Index::arbitrary(), 1_u8..=255), 400);
    run(12, (logs(30), any::<bool>(), flips), |((log, _), forgot, flips)| {
        let (log, directory) = if forgot { erased(&log, &[1, 2]) } else { (log, directory()) };
        let bundle = evidence(&log, &directory, Some(&"office".into()), None).unwrap();
        let found = verify_evidence(&bundle, log.events.last().map(|event| event.hash.as_str()));
        prop_assert_eq!(found.fault, None);
        let project = log.replay().unwrap().project().clone();
        let gate = bundle.records.iter().find(|told| told.record.id == "gate").and_then(|told| told.value.clone()).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(gate.as_str()).unwrap(), serde_json::to_value(&project.gates[0]).unwrap());
        let text = bundle.to_json();
        // Money and talk are nobody's business there.
        prop_assert!(!text.contains("1234567") && !text.contains("\"mentions\""));
        for (place, mask) in flips {
            let mut bytes = text.clone().into_bytes();
            bytes[place.index(text.len())] ^= mask;
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let Ok(read) = EvidenceBundle::from_json(&altered) else { continue };
            prop_assert!(!verify_evidence(&read, None).intact || read.to_json() == text, "{} at {}", mask, place.index(text.len()));
        }
        Ok(())
    });
}

/// Mutations: take the durations for words; keep `name` as it is.
#[test]
fn a_reproduction_plans_alike_and_names_nobody() {
    run(30, logs(40), |(log, _)| {
        let case = reproduction(&log, &directory()).unwrap();
        let (old, new) = (log.replay().unwrap(), case.log.replay().unwrap());
        prop_assert_eq!(&new.hash(), &case.state_hash);
        prop_assert!(verify(&case.log, None).intact);
        let dates = |project: &Project, directory: &Directory| {
            let plan = schedule(project, directory, &PlanOptions::default()).unwrap();
            plan.tasks().map(|task| (task.task.to_string(), task.start, task.finish, task.total_slack)).collect::<Vec<_>>()
        };
        prop_assert_eq!(dates(old.project(), &directory()), dates(new.project(), &case.directory));
        let text = linkstar::Reproduction::to_json(&case);
        for (id, name, words) in PEOPLE {
            for secret in [id, name, words] {
                prop_assert!(!holds(&text, secret), "{} in {}", secret, text);
            }
        }
        prop_assert!(!text.contains("1234567"));
        // Who has left the company is no stranger.
        let mut smaller = directory();
        smaller.members.retain(|member| member.id.as_str() == "office");
        smaller.grants.retain(|grant| grant.member.as_ref().is_some_and(|member| member.as_str() == "office"));
        let text = reproduction(&log, &smaller).unwrap().to_json();
        prop_assert!(PEOPLE.iter().all(|(id, ..)| !holds(&text, id)));
        // The same is decided of the same wish.
        for task in ["t1", "t3", "t5"] {
            let decided = |state: &State, directory: &Directory, actor: &str| {
                let command = Command::StartTask { task: task.into() };
                match decide(state, directory, &command, &context(actor, 2000)) {
                    Ok(Outcome::Refused { reasons }) => reasons.iter().map(|reason| reason.code.to_string()).collect::<Vec<_>>(),
                    Ok(_) => vec!["done".to_owned()],
                    Err(error) => vec![error.code.to_string()],
                }
            };
            prop_assert_eq!(decided(&old, &directory(), "office"), decided(&new, &case.directory, "member-6"));
        }
        Ok(())
    });
}

/// Whether a text holds another one, whatever stands around it.
fn holds(text: &str, secret: &str) -> bool {
    let word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.match_indices(secret).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + secret.len()..].chars().next());
        !secret.is_ascii() || !word(before) && !word(after)
    })
}

/// Mutations: take `to` or `responsible` out of the fields that name people; keep the salt of a touched event; keep the key; leave own
/// words; seal with the salt of the erasing event.
#[test]
fn who_was_erased_is_nowhere_and_the_log_still_holds() {
    let order = Just([0_usize, 1, 2, 3, 4]).prop_shuffle();
    run(40, (logs(50), order, 1_usize..=5), |((log, _), order, count)| {
        let gone = &order[..count];
        let (new_log, new_directory) = erased(&log, gone);
        prop_assert_eq!(verify(&new_log, None).fault, None);
        let (old, new) = (log.replay().unwrap(), new_log.replay().unwrap());
        prop_assert_eq!(Log::from_json(&new_log.to_json()).unwrap(), new_log.clone());
        let mut texts = vec![new_log.to_json(), new_directory.to_json(), new.project().to_json()];
        texts.push(evidence(&new_log, &new_directory, None, None).unwrap().to_json());
        texts.push(reproduction(&new_log, &new_directory).unwrap().to_json());
        for (place, (id, ..)) in PEOPLE.iter().enumerate().filter(|(place, _)| !gone.contains(place)) {
            let id: MemberId = (*id).into();
            texts.push(export_person(&new_log, &new_directory, &id).unwrap().to_json());
            prop_assert!(place < 5);
        }
        for (text, person) in texts.iter().flat_map(|text| gone.iter().map(move |person| (text, PEOPLE[*person]))) {
            for secret in [person.0, person.1, person.2] {
                prop_assert!(!holds(text, secret), "{} in {}", secret, text);
            }
        }
        // The state is the old one with the same in place of the same: one who knew both could tell which.
        let mut expected = serde_json::to_value(old.project()).unwrap();
        for (step, person) in gone.iter().enumerate() {
            let pseudonym = format!("former-member-{}", log.events.len() + 1 + step);
            without(&mut expected, PEOPLE[*person], &pseudonym, false, false);
        }
        prop_assert_eq!(serde_json::to_value(new.project()).unwrap(), expected);
        // No salt is left with which the old commitments could be tried.
        for (before, after) in log.events.iter().zip(&new_log.events) {
            prop_assert!(before == after || after.salt.is_none() && !new_log.to_json().contains(before.salt.as_ref().unwrap().as_str()));
        }
        // A command of theirs that arrives once more has no second effect.
        let stale = Command::StartTask { task: "t4".into() };
        for event in &log.events[1..] {
            let again = Context { key: event.key.clone(), ..context("office", 3000) };
            let answer = decide(&new, &new_directory, &stale, &again).unwrap();
            prop_assert!(!matches!(answer, Outcome::Accepted { .. } | Outcome::Waiting { .. }), "{:?}", answer);
        }
        // And life goes on.
        let text = Command::Say { task: None, answers: None, text: "On we go".to_owned(), mentions: vec![], internal: false };
        let Outcome::Accepted { event, .. } = decide(&new, &new_directory, &text, &context("office", 3001)).unwrap() else {
            panic!("the office may speak")
        };
        let mut longer = new_log;
        longer.events.push(event);
        prop_assert_eq!(verify(&longer, None).fault, None);
        prop_assert_eq!(prefix(&longer, longer.events.len() - 1).replay().unwrap().hash(), new.hash());
        Ok(())
    });
}

/// What the engine is to make of a project when somebody is erased, by another way: their id wherever it stands as a whole text, their id
/// and name wherever they stand in one, their own words.
fn without(value: &mut Value, person: (&str, &str, &str), pseudonym: &str, own: bool, file: bool) {
    match value {
        Value::String(text) => {
            *text =
                text.replace(person.1, pseudonym).split(' ').map(|word| swapped(word, person.0, pseudonym)).collect::<Vec<_>>().join(" ")
        }
        Value::Array(list) => list.iter_mut().for_each(|item| without(item, person, pseudonym, own, file)),
        Value::Object(fields) => {
            let own = fields.get("by").map_or(own, |by| by == person.0);
            let file = file || fields.contains_key("digest");
            for (key, inner) in fields.iter_mut() {
                let words = matches!(key.as_str(), "text" | "reason" | "summary") || key == "name" && file;
                if own && words && inner.is_string() {
                    *inner = json!("-");
                } else {
                    without(inner, person, pseudonym, own, file);
                }
            }
        }
        _ => {}
    }
}

fn swapped(word: &str, id: &str, pseudonym: &str) -> String {
    let inner = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    if inner == id { word.replace(id, pseudonym) } else { word.to_owned() }
}

#[test]
fn only_who_may_erases_and_twice_is_once() {
    let (log, _) = logged(&[]);
    let directory = directory();
    let mut powerless = directory.clone();
    powerless.grants.retain(|grant| grant.member.as_ref().is_some_and(|member| member.as_str() != "erp"));
    let refused = erase_person(&log, &powerless, &"mbeki".into(), &context("erp", 7)).unwrap();
    assert_eq!((refused.reasons[0].code.as_str(), refused.event, &refused.log), ("right.missing", None, &log));
    let done = erase_person(&log, &directory, &"mbeki".into(), &context("mbeki", 7)).unwrap();
    assert!(!done.log.to_json().contains("mbeki"), "who erases themselves is not named by it");
    let again = erase_person(&done.log, &done.directory, &"mbeki".into(), &context("mbeki", 7)).unwrap();
    assert_eq!((again.log, again.event), (done.log, done.event));
}

#[test]
fn what_was_erased_does_not_come_back_from_an_older_copy() {
    let (log, _) = logged(&[(0, json!({ "kind": "learn", "text": "zirconium" }))]);
    let (mut new, _) = erased(&log, &[0]);
    new.events[1] = log.events[1].clone();
    assert_eq!(verify(&new, None).fault.map(|fault| (fault.code.as_str(), fault.place)), Some(("log.altered", 2)));
}
