//! Random people who undo and redo between random commands, and who come back from offline.
//!
//! | property | mutation |
//! |---|---|
//! | what is undone is as it was before | an `undo` leaves out the first change of an event |
//! | nobody overwrites what others did since | `undo` does not ask what others touched |
//! | no redo passes an open gate | a `redo` does not ask the rules of its command |
//! | undoing opens no gate without the right | taking back does not ask for the rights of its command |
//! | disjoint work adds up to the same in either order | a rebased command keeps the moment before the last event |
//! | of two who change the same, one wins | `rebase` does not ask what was touched in between |

use std::collections::{BTreeMap, BTreeSet};

use linkstar::{
    Change, Code, Command, Context, Directory, Event, Log, Offline, Outcome, Project, Rebase, State, decide, decide_first, rebase, redo,
    undo, verify,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::blocking::{Tape, at_now, projects};
use crate::clerk::{MEMBERS, text};
use crate::commands::{command, is_ready, may_open_gates, passed_gates, people, waiting};

const STEPS: usize = 60;
const CASES: u32 = 500;

fn context(actor: &str, key: String) -> Context {
    Context { actor: actor.into(), now: at_now(), salt: format!("salt-of-command-{key}"), key }
}

fn began(project: &Value, directory: &Directory) -> Option<Event> {
    let first = Command::begin(&Project::from_json(&project.to_string()).unwrap());
    match decide_first(directory, &first, &context("m0", "k0".to_owned())) {
        Ok(Outcome::Accepted { event, .. }) => Some(event),
        // Some projects cannot be planned; they are never begun.
        _ => None,
    }
}

fn as_json(state: &State) -> Value {
    serde_json::from_str(&state.project().to_json()).unwrap()
}

/// Which field of which record; a record that comes or goes is all of its fields.
fn places(changes: &[Change]) -> BTreeSet<(String, Option<String>)> {
    changes.iter().map(|change| (format!("{:?}", change.record()), change.field().map(str::to_owned))).collect()
}

fn meet(one: &BTreeSet<(String, Option<String>)>, other: &BTreeSet<(String, Option<String>)>) -> bool {
    one.iter()
        .any(|(record, field)| other.iter().any(|(same, also)| record == same && (field.is_none() || also.is_none() || field == also)))
}

proptest! {
    #![proptest_config(crate::config(CASES))]

    #[test]
    fn whoever_undoes_takes_back_their_own_and_nothing_else(project in projects(), choices in prop::collection::vec(any::<u16>(), STEPS * 8)) {
        let mut tape = Tape(choices.iter());
        let office = people(&mut tape);
        let directory = Directory::from_json(&office.to_string()).unwrap();
        let Some(event) = began(&project, &directory) else { return Ok(()) };
        let mut state = State::first(&event).unwrap();
        let mut log = Log { events: vec![event], ..Log::default() };
        let mut gone = Vec::new();
        for step in 1..=STEPS {
            let before = as_json(&state);
            // Few people, so that one has several to take back.
            let actor = MEMBERS[tape.below(2)];
            let context = context(actor, format!("k{step}"));
            let back = step > 5 && tape.one_in(2);
            let outcome = match back {
                true if tape.one_in(3) => redo(&log, &state, &directory, &context),
                true => undo(&log, &state, &directory, &context),
                false => {
                    let said = command(&mut tape, &before, &gone, step);
                    let Ok(command) = serde_json::from_value::<Command>(said) else { continue };
                    decide(&state, &directory, &command, &context)
                }
            };
            let event = match outcome {
                Ok(Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. }) => event,
                Ok(Outcome::Repeated { .. }) => panic!("the key was fresh"),
                Ok(Outcome::Refused { reasons }) => {
                    prop_assert!(!reasons.is_empty());
                    if reasons[0].code == Code::UndoNoSense {
                        prop_assert!(!reasons[0].args.iter().any(|arg| arg.value.contains("does not fit")), "{reasons:?}");
                    }
                    continue;
                }
                Err(error) => {
                    prop_assert!(!back, "{error}");
                    continue;
                }
            };
            state.apply(&event).unwrap();
            let after = as_json(&state);
            gone.extend(event.changes.iter().filter(|change| matches!(change, Change::Removed { .. })).map(|change| change.record().clone()));
            log.events.push(event.clone());
            if let Some(number) = event.undoes {
                let taken = &log.events[number as usize - 1];
                prop_assert_eq!(taken.actor.as_str(), actor);
                prop_assert_eq!(taken.changes.len(), event.changes.len());
                let passed = passed_gates(&before, &event.changes);
                prop_assert!(passed.is_empty(), "{event:?} passed {passed:?}");
                let after_it: Vec<&Event> = log.events[number as usize..log.events.len() - 1].iter().collect();
                // Where nobody did anything in between, it is as it was, byte by byte.
                if after_it.is_empty() {
                    let was = Log { events: log.events[..number as usize - 1].to_vec(), ..Log::default() }.replay().unwrap();
                    prop_assert_eq!(was.hash(), state.hash());
                }
                // What others did in between and did not take back still stands.
                for other in after_it.iter().filter(|other| other.actor.as_str() != actor && other.undoes.is_none()) {
                    let backs = after_it.iter().any(|later| later.actor == other.actor && later.undoes.is_some());
                    prop_assert!(backs || !meet(&places(&other.changes), &places(&event.changes)), "{event:?} overwrites {other:?}");
                }
                // Who starts or completes a task lets others begin; its gates are asked above.
                let works = taken.undoes.is_some_and(|root| ["startTask", "setProgress", "completeTask"].contains(&&*log.events[root as usize - 1].command));
                if !works && !may_open_gates(&office, &after, actor) {
                    let opened: Vec<&str> = waiting(&before).filter(|task| is_ready(&after, task) && !is_ready(&before, task)).collect();
                    prop_assert!(opened.is_empty(), "{actor} opened {opened:?} by {event:?}");
                }
            }
        }
        let again = Log::from_json(&log.to_json()).unwrap().replay().unwrap();
        prop_assert_eq!(&again, &state);
        prop_assert!(verify(&log, Some(state.head())).intact);
    }

    #[test]
    fn what_is_undone_step_by_step_is_as_it_was_and_redone_as_it_became(project in projects(), choices in prop::collection::vec(any::<u16>(), STEPS * 8)) {
        let mut tape = Tape(choices.iter());
        let mut office = people(&mut tape);
        office["sensitive"] = json!([]);
        let directory = Directory::from_json(&office.to_string()).unwrap();
        let Some(event) = began(&project, &directory) else { return Ok(()) };
        let mut state = State::first(&event).unwrap();
        let mut log = Log { events: vec![event], ..Log::default() };
        let mut gone = Vec::new();
        let mut key = 0;
        let mut next = || {
            key += 1;
            context("m0", format!("k{key}"))
        };
        let mut hashes = vec![state.hash()];
        for step in 1..=STEPS / 3 {
            let said = command(&mut tape, &as_json(&state), &gone, step);
            let undone = ["add", "edit", "remove", "restore", "assignOwner", "startTask", "setProgress", "completeTask", "cancelTask", "reinstateTask"];
            let Ok(command) = serde_json::from_value::<Command>(said.clone()) else { continue };
            if !undone.contains(&text(&said["kind"])) { continue }
            let Ok(Outcome::Accepted { event, .. }) = decide(&state, &directory, &command, &next()) else { continue };
            if event.changes.is_empty() { continue }
            state.apply(&event).unwrap();
            gone.extend(event.changes.iter().filter(|change| matches!(change, Change::Removed { .. })).map(|change| change.record().clone()));
            log.events.push(event);
            hashes.push(state.hash());
        }
        let mut level = hashes.len() - 1;
        while level > 0 {
            let outcome = undo(&log, &state, &directory, &next()).unwrap();
            // A task that has become critical goes by approval, and so on.
            let Outcome::Accepted { event, .. } = outcome else { break };
            state.apply(&event).unwrap();
            log.events.push(event);
            level -= 1;
            prop_assert_eq!(&state.hash(), &hashes[level]);
        }
        while level + 1 < hashes.len() {
            let outcome = redo(&log, &state, &directory, &next()).unwrap();
            let Outcome::Accepted { event, .. } = outcome else { break };
            state.apply(&event).unwrap();
            log.events.push(event);
            level += 1;
            prop_assert_eq!(&state.hash(), &hashes[level]);
        }
    }

    #[test]
    fn offline_work_adds_up_and_nothing_is_dropped(project in projects(), choices in prop::collection::vec(any::<u16>(), STEPS * 8)) {
        let mut tape = Tape(choices.iter());
        let office = people(&mut tape);
        let directory = Directory::from_json(&office.to_string()).unwrap();
        let Some(event) = began(&project, &directory) else { return Ok(()) };
        let base = State::first(&event).unwrap();
        let told = as_json(&base);
        let mut list = |side: &str, length: usize| -> Vec<Offline> {
            let made = (1..=length).filter_map(|step| {
                let said = command(&mut tape, &told, &[], step);
                let actor = MEMBERS[tape.below(2)];
                Some(Offline { command: serde_json::from_value(said).ok()?, context: context(actor, format!("{side}{step}")) })
            });
            made.collect()
        };
        let (one, other) = (list("a", 8), list("b", 8));
        let both = |first: &[Offline], second: &[Offline]| -> (State, Vec<Event>, Rebase) {
            let mut state = base.clone();
            let mut events = Vec::new();
            for offline in first {
                if let Ok(Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. }) = decide(&state, &directory, &offline.command, &offline.context) {
                    state.apply(&event).unwrap();
                    events.push(event);
                }
            }
            let rebased = rebase(&state, &directory, 1, second).unwrap();
            for accepted in &rebased.accepted {
                state.apply(&accepted.event).unwrap();
            }
            (state, events, rebased)
        };
        let (forth, first, after_first) = both(&one, &other);
        let (back, second, after_second) = both(&other, &one);
        for (rebased, given, others) in [(&after_first, &other, &first), (&after_second, &one, &second)] {
            let mut told: Vec<u32> = rebased.accepted.iter().map(|accepted| accepted.index).collect();
            prop_assert!(told.is_sorted());
            told.extend(rebased.conflicts.iter().map(|conflict| conflict.index));
            told.extend(rebased.repeated.iter().map(|known| known.index));
            told.sort_unstable();
            prop_assert_eq!(told, (0..u32::try_from(given.len()).unwrap()).collect::<Vec<_>>());
            for conflict in &rebased.conflicts {
                prop_assert!(!conflict.reasons.is_empty());
                prop_assert!(conflict.events.iter().all(|number| others.iter().any(|event| event.number == *number)), "{conflict:?}");
                if conflict.reasons[0].code == Code::RebaseOverlap {
                    prop_assert!(!conflict.events.is_empty());
                }
            }
            // What holds touches nothing that the others touched, but for what comes to a list.
            for accepted in &rebased.accepted {
                let set = |event: &Event| {
                    let listed = |change: &&Change| !matches!(change, Change::Listed { .. });
                    places(&event.changes.iter().filter(listed).cloned().collect::<Vec<_>>())
                };
                for event in others.iter() {
                    prop_assert!(!meet(&set(event), &set(&accepted.event)), "{accepted:?} {event:?}");
                }
            }
        }
        // Where every decision is the same in both orders, they come to the same. It may not be: whether a task is critical, and its
        // removal waits, depends on all others.
        let changes = |alone: &[Event], rebased: &Rebase| -> BTreeMap<String, Vec<Change>> {
            alone.iter().chain(rebased.accepted.iter().map(|accepted| &accepted.event)).map(|event| (event.key.clone(), event.changes.clone())).collect()
        };
        let listed = |events: &[Event]| events.iter().flat_map(|event| &event.changes).any(|change| matches!(change, Change::Listed { .. }));
        if changes(&first, &after_first) == changes(&second, &after_second) && !(listed(&first) && listed(&second)) {
            prop_assert_eq!(forth.hash(), back.hash());
        }
    }
}

/// Halves of a large launch: each side changes the tasks of its own.
fn side(tape: &mut Tape, side: &str, step: usize, made: &mut Vec<String>) -> Value {
    let task = format!("{side}{}", tape.below(6));
    let record = json!({ "kind": "task", "id": task });
    match tape.below(9) {
        0 => {
            let id = format!("{side}-new-{step}");
            made.push(id.clone());
            json!({ "kind": "add", "record": "task", "value": { "id": id, "name": "New", "duration": "1d" } })
        }
        1 => json!({ "kind": "edit", "record": record, "fields": [{ "field": "duration", "value": format!("{}d", tape.below(20)) }] }),
        2 => json!({ "kind": "edit", "record": record, "fields": [{ "field": "owner", "value": tape.of(&MEMBERS) }] }),
        3 => json!({ "kind": "add", "record": "link", "value": { "predecessor": task, "successor": format!("{side}{}", tape.below(6)) } }),
        4 => json!({ "kind": "remove", "record": record }),
        5 => json!({ "kind": "startTask", "task": task }),
        6 => json!({ "kind": "completeTask", "task": task }),
        7 if !made.is_empty() => {
            let id = &made[tape.below(made.len())];
            json!({ "kind": "edit", "record": { "kind": "task", "id": id }, "fields": [{ "field": "name", "value": format!("Newer {step}") }] })
        }
        _ => json!({ "kind": "say", "task": task, "text": format!("Any news? {step}") }),
    }
}

proptest! {
    #![proptest_config(crate::config(CASES))]

    #[test]
    fn two_halves_come_to_the_same_in_either_order(choices in prop::collection::vec(any::<u16>(), 400)) {
        let mut tape = Tape(choices.iter());
        let mut office = crate::blocking::directory();
        office["grants"] = json!([{ "id": "g0", "member": "m0", "access": "owner" }, { "id": "g1", "member": "m1", "access": "owner" }]);
        let directory = Directory::from_json(&office.to_string()).unwrap();
        let tasks: Vec<Value> = ["a", "b"].iter().flat_map(|side| (0..6).map(move |index| json!({ "id": format!("{side}{index}"), "name": "T", "duration": "1d" }))).collect();
        // The removal of a critical task waits for approval: none of these is.
        let tasks: Vec<Value> = tasks.into_iter().chain([json!({ "id": "spine", "name": "T", "duration": "400d" })]).collect();
        let project = json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "c0", "life": "active", "anchor": { "kind": "start", "at": at_now() }, "tasks": tasks });
        let base = State::first(&began(&project, &directory).unwrap()).unwrap();
        let mut list = |name: &str, actor: &str| -> Vec<Offline> {
            let mut made = Vec::new();
            (0..12).map(|step| {
                let said = side(&mut tape, name, step, &mut made);
                Offline { command: serde_json::from_value(said).unwrap(), context: context(actor, format!("{name}-{step}")) }
            }).collect()
        };
        let (one, other) = (list("a", "m0"), list("b", "m1"));
        let run = |first: &[Offline], second: &[Offline]| {
            let mut state = base.clone();
            let mut conflicts = Vec::new();
            // Nothing came in between for the first: it is decided as it was sent.
            for commands in [first, second] {
                let rebased = rebase(&state, &directory, 1, commands).unwrap();
                for accepted in &rebased.accepted {
                    state.apply(&accepted.event).unwrap();
                }
                conflicts.push(rebased.conflicts.iter().map(|conflict| (conflict.key.clone(), conflict.events.clone())).collect::<Vec<_>>());
            }
            (state, conflicts)
        };
        let ((forth, of_one), (back, of_other)) = (run(&one, &other), run(&other, &one));
        prop_assert_eq!(forth.hash(), back.hash());
        prop_assert_eq!(&of_one[0], &of_other[1]);
        prop_assert_eq!(&of_one[1], &of_other[0]);
        prop_assert!(of_one[1].iter().all(|(_, events)| events.is_empty()));
        // The same tasks: whoever comes first wins, and the other is told by which event.
        let twins: Vec<Offline> = one.iter().map(|offline| Offline { context: context("m1", format!("twin-{}", offline.context.key)), ..offline.clone() }).collect();
        let mut state = base.clone();
        let mine = rebase(&state, &directory, 1, &one).unwrap();
        for accepted in &mine.accepted {
            state.apply(&accepted.event).unwrap();
        }
        let theirs = rebase(&state, &directory, 1, &twins).unwrap();
        for accepted in mine.accepted.iter().filter(|accepted| accepted.event.command == "startTask") {
            let conflict = theirs.conflicts.iter().find(|conflict| conflict.index == accepted.index);
            prop_assert!(conflict.is_some_and(|conflict| conflict.events.iter().any(|number| *number >= accepted.event.number)), "{accepted:?} {theirs:?}");
        }
    }
}
