//! Undo, redo and rebase, as the people of a launch meet them.

use linkstar::{
    Code, Command, Context, Directory, Event, Language, Log, Offline, Outcome, Project, Reason, Rebase, State, decide, decide_first,
    rebase, redo, undo, verify,
};
use serde_json::{Value, json};

/// A project with its log, and the people who work on it.
#[derive(Clone)]
struct Office {
    directory: Directory,
    log: Log,
    state: State,
    sent: u32,
}

fn directory(sensitive: &[&str]) -> Directory {
    let members: Vec<Value> = ["ana", "bo", "cy", "dee"].iter().map(|id| json!({ "id": id, "name": id })).collect();
    let shifts = json!(["09:00-12:00", "13:00-18:00"]);
    let week = json!({ "monday": shifts, "tuesday": shifts, "wednesday": shifts, "thursday": shifts, "friday": shifts });
    let told = json!({
        "linkstar": 1,
        "calendars": [{ "id": "office", "name": "Office", "zone": "Asia/Shanghai", "week": week }],
        "members": members,
        "grants": [
            { "id": "g1", "member": "ana", "access": "owner" },
            { "id": "g2", "member": "bo", "access": "owner" },
            { "id": "g3", "member": "cy", "access": "partner" },
            { "id": "g4", "member": "dee", "access": "owner" },
        ],
        "sensitive": sensitive.iter().map(|command| json!({ "command": command })).collect::<Vec<_>>(),
    });
    Directory::from_json(&told.to_string()).unwrap()
}

fn project() -> Project {
    let told = json!({
        "linkstar": 1, "id": "glow-cube", "name": "Glow cube", "calendar": "office", "life": "active",
        "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
        "tasks": [
            { "id": "sample", "name": "Golden sample", "duration": "5d" },
            { "id": "photos", "name": "Photos", "duration": "3d", "owner": "ana" },
            { "id": "listing", "name": "Listing", "duration": "2d" },
            { "id": "ads", "name": "Ads", "duration": "9d", "owner": "cy" },
        ],
        "links": [{ "predecessor": "photos", "successor": "listing" }],
        "checklist": [{ "id": "grant", "name": "FCC grant", "needs": ["grant"] }],
        "metrics": [{ "id": "acos", "name": "ACOS" }],
    });
    Project::from_json(&told.to_string()).unwrap()
}

impl Office {
    fn open() -> Office {
        Office::with(&[])
    }

    fn with(sensitive: &[&str]) -> Office {
        let directory = directory(sensitive);
        let begin = Command::begin(&project());
        let context = context("dee", 0);
        let Outcome::Accepted { event, .. } = decide_first(&directory, &begin, &context).unwrap() else { panic!("not begun") };
        Office { directory, state: State::first(&event).unwrap(), log: Log { events: vec![event], ..Log::default() }, sent: 0 }
    }

    fn context(&mut self, actor: &str) -> Context {
        self.sent += 1;
        context(actor, self.sent)
    }

    fn note(&mut self, outcome: &Outcome) -> u32 {
        let (Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. }) = outcome else { panic!("{outcome:?}") };
        self.state.apply(event).unwrap();
        self.log.events.push(event.clone());
        event.number
    }

    fn send(&mut self, actor: &str, said: Value) -> Outcome {
        let command: Command = serde_json::from_value(said).unwrap();
        let context = self.context(actor);
        decide(&self.state, &self.directory, &command, &context).unwrap()
    }

    fn done(&mut self, actor: &str, said: Value) -> u32 {
        let outcome = self.send(actor, said);
        self.note(&outcome)
    }

    fn undo(&mut self, actor: &str) -> Outcome {
        let context = self.context(actor);
        undo(&self.log, &self.state, &self.directory, &context).unwrap()
    }

    fn redo(&mut self, actor: &str) -> Outcome {
        let context = self.context(actor);
        redo(&self.log, &self.state, &self.directory, &context).unwrap()
    }

    fn undone(&mut self, actor: &str) -> Event {
        let outcome = self.undo(actor);
        self.note(&outcome);
        self.log.events.last().unwrap().clone()
    }

    fn redone(&mut self, actor: &str) -> Event {
        let outcome = self.redo(actor);
        self.note(&outcome);
        self.log.events.last().unwrap().clone()
    }

    fn task(&self, id: &str) -> Option<Value> {
        let project: Value = serde_json::from_str(&self.state.project().to_json()).unwrap();
        project["tasks"].as_array().unwrap().iter().find(|task| task["id"] == id).cloned()
    }
}

fn context(actor: &str, sent: u32) -> Context {
    let now = format!("2027-03-02T0{}:{:02}:00Z", 1 + sent / 60, sent % 60).parse().unwrap();
    Context { actor: actor.into(), now, key: format!("{actor}-{sent}"), salt: format!("chance-of-command-{sent}") }
}

fn edit(task: &str, field: &str, value: Value) -> Value {
    json!({ "kind": "edit", "record": { "kind": "task", "id": task }, "fields": [{ "field": field, "value": value }] })
}

fn on(kind: &str, task: &str) -> Value {
    json!({ "kind": kind, "task": task })
}

fn add(id: &str) -> Value {
    json!({ "kind": "add", "record": "task", "value": { "id": id, "name": "Video", "duration": "2d" } })
}

fn task_record(kind: &str, id: &str) -> Value {
    json!({ "kind": kind, "record": { "kind": "task", "id": id } })
}

fn refusal(outcome: Outcome) -> Vec<Reason> {
    match outcome {
        Outcome::Refused { reasons } => reasons,
        other => panic!("{other:?}"),
    }
}

fn codes(outcome: Outcome) -> Vec<Code> {
    refusal(outcome).iter().map(|reason| reason.code).collect()
}

fn argument<'r>(reason: &'r Reason, name: &str) -> &'r str {
    reason.args.iter().find(|arg| arg.name == name).map_or("", |arg| &arg.value)
}

#[test]
fn every_level_goes_back_and_forth() {
    let mut office = Office::open();
    let steps = [
        add("video"),
        edit("video", "duration", json!("4d")),
        json!({ "kind": "assignOwner", "task": "video", "owner": "bo" }),
        json!({ "kind": "assignOwner", "task": "photos", "replaces": "ana" }),
        json!({ "kind": "add", "record": "link", "value": { "predecessor": "sample", "successor": "photos" } }),
        on("startTask", "sample"),
        json!({ "kind": "setProgress", "task": "sample", "percent": 40, "remaining": "2d" }),
        on("completeTask", "sample"),
        on("cancelTask", "ads"),
        on("reinstateTask", "ads"),
        json!({ "kind": "edit", "record": { "kind": "project", "id": "glow-cube" }, "fields": [{ "field": "name", "value": "Glow cube 2" }] }),
        add("teaser"),
        edit("teaser", "parent", json!("video")),
        task_record("remove", "teaser"),
        task_record("restore", "teaser"),
    ];
    let mut hashes = vec![office.state.hash()];
    for step in steps {
        office.done("bo", step);
        hashes.push(office.state.hash());
    }
    for round in 0..3 {
        for before in hashes.iter().rev().skip(1) {
            let event = office.undone("bo");
            assert_eq!((&*event.command, event.actor.as_str()), ("undo", "bo"));
            assert_eq!(office.state.hash(), *before, "{round}: {event:?}");
        }
        assert_eq!(codes(office.undo("bo")), [Code::UndoNothing]);
        for after in hashes.iter().skip(1) {
            let event = office.redone("bo");
            assert_eq!(&*event.command, "redo");
            assert_eq!(office.state.hash(), *after, "{round}: {event:?}");
        }
        assert_eq!(codes(office.redo("bo")), [Code::UndoNoRedo]);
    }
    let again = Log::from_json(&office.log.to_json()).unwrap();
    assert_eq!(again.replay().unwrap().hash(), office.state.hash());
    assert!(verify(&again, Some(office.state.head())).intact);
}

#[test]
fn everybody_takes_back_their_own() {
    let mut office = Office::open();
    let first = office.done("ana", edit("photos", "duration", json!("4d")));
    let second = office.done("bo", edit("listing", "duration", json!("3d")));
    assert_eq!(office.undone("ana").undoes, Some(first));
    assert_eq!(office.task("listing").unwrap()["duration"], "3d");
    assert_eq!(office.task("photos").unwrap()["duration"], "3d");
    assert_eq!(office.undone("bo").undoes, Some(second));
    assert_eq!(codes(office.undo("dee")), [Code::UndoNothing], "the beginning stays");
    assert_eq!(codes(office.redo("dee")), [Code::UndoNoRedo]);
}

#[test]
fn what_was_done_after_an_undo_ends_redoing() {
    let mut office = Office::open();
    office.done("ana", edit("photos", "duration", json!("4d")));
    let undone = office.undone("ana");
    let later = office.done("ana", edit("photos", "name", json!("Photos and video")));
    assert_eq!(codes(office.redo("ana")), [Code::UndoNoRedo]);
    let of_later = office.undone("ana");
    assert_eq!(of_later.undoes, Some(later));
    assert_eq!(office.redone("ana").undoes, Some(of_later.number));
    assert_eq!(codes(office.redo("ana")), [Code::UndoNoRedo], "{undone:?} lies before what was done");
}

#[test]
fn what_somebody_else_changed_since_stays() {
    let mut office = Office::open();
    let mine = office.done("ana", edit("photos", "duration", json!("4d")));
    let theirs = office.done("bo", edit("photos", "duration", json!("6d")));
    let reasons = refusal(office.undo("ana"));
    assert_eq!(reasons.len(), 1);
    assert_eq!((reasons[0].code, reasons[0].responsible.as_ref().unwrap().as_str()), (Code::UndoOvertaken, "bo"));
    assert_eq!(argument(&reasons[0], "later"), theirs.to_string());
    let sentence = reasons[0].sentence(Language::En);
    assert!(sentence.contains(&format!("Event {mine} ")) && sentence.contains("`bo`") && !sentence.contains('{'), "{sentence}");
    let chinese = reasons[0].sentence(Language::ZhCn);
    assert!(chinese.contains("photos") && !chinese.contains('{'), "{chinese}");
    // Where they take theirs back, nothing is overwritten any more; where they do it again, something is.
    office.undone("bo");
    office.redone("bo");
    assert_eq!(codes(office.undo("ana")), [Code::UndoOvertaken]);
    office.undone("bo");
    assert_eq!(office.undone("ana").undoes, Some(mine));
    assert_eq!(office.task("photos").unwrap()["duration"], "3d");
}

#[test]
fn other_fields_of_the_same_record_are_in_nobodys_way() {
    let mut office = Office::open();
    office.done("ana", edit("photos", "duration", json!("4d")));
    office.done("bo", edit("photos", "name", json!("Photos, white ground")));
    office.undone("ana");
    assert_eq!(office.task("photos").unwrap()["name"], "Photos, white ground");
}

#[test]
fn what_others_have_built_on_stays() {
    let mut office = Office::open();
    office.done("ana", add("video"));
    let link = office.done("bo", json!({ "kind": "add", "record": "link", "value": { "predecessor": "photos", "successor": "video" } }));
    let reasons = refusal(office.undo("ana"));
    let told = (reasons[0].code, argument(&reasons[0], "later").to_owned(), argument(&reasons[0], "by").to_owned());
    assert_eq!(told, (Code::UndoInUse, link.to_string(), "bo".to_owned()));
    assert!(!reasons[0].sentence(Language::En).contains('{') && !reasons[0].sentence(Language::ZhCn).contains('{'));
    office.undone("bo");
    office.undone("ana");
    assert_eq!(office.task("video"), None);
}

#[test]
fn what_was_removed_since_is_told() {
    let mut office = Office::open();
    let mine = office.done("ana", add("video"));
    let gone = office.done("bo", task_record("remove", "video"));
    let reasons = refusal(office.undo("ana"));
    assert_eq!((reasons[0].code, argument(&reasons[0], "later")), (Code::UndoOvertaken, &*gone.to_string()));
    // Its fields alike.
    office.undone("bo");
    office.done("ana", edit("video", "parent", json!("sample")));
    office.undone("ana");
    office.done("bo", task_record("remove", "sample"));
    let reasons = refusal(office.redo("ana"));
    assert_eq!((reasons[0].code, argument(&reasons[0], "command")), (Code::UndoOvertaken, "remove"), "{mine}: {reasons:?}");
}

#[test]
fn what_is_decided_shown_or_said_has_commands_of_its_own() {
    let cases = [
        (json!({ "kind": "attachEvidence", "item": "grant", "evidence": "grant" }), "`withdrawEvidence`"),
        (json!({ "kind": "reportMetric", "metric": "acos", "at": "2027-03-01T01:00:00Z", "value": 3 }), "`reportMetric`"),
        (json!({ "kind": "reportStart", "task": "sample", "at": "2027-03-01T01:00:00Z" }), "`reportStart`"),
        (json!({ "kind": "say", "text": "Any news?" }), "`edit`, `remove`"),
        (json!({ "kind": "keepBaseline", "name": "Kick-off" }), "`remove`"),
        (json!({ "kind": "setLife", "life": "onHold" }), "`setLife`"),
    ];
    for (command, instead) in cases {
        let mut office = Office::open();
        office.done("ana", edit("photos", "duration", json!("4d")));
        office.done("ana", command.clone());
        let reasons = refusal(office.undo("ana"));
        assert_eq!((reasons[0].code, argument(&reasons[0], "instead")), (Code::UndoOtherWay, instead), "{command}");
    }
}

#[test]
fn what_waits_is_withdrawn_and_what_would_wait_waits() {
    let mut office = Office::with(&["restore"]);
    office.done("ana", edit("ads", "duration", json!("1d")));
    let hash = office.state.hash();
    let removed = office.done("ana", json!({ "kind": "remove", "record": { "kind": "link", "id": r#"["photos","listing","FS"]"# } }));
    let context = office.context("ana");
    let outcome = undo(&office.log, &office.state, &office.directory, &context).unwrap();
    let Outcome::Waiting { event, held, approvers } = outcome.clone() else { panic!("{outcome:?}") };
    assert_eq!((&*event.command, event.undoes), ("restore", None), "it waits as the command that does the same");
    assert_eq!(approvers.iter().map(|member| member.as_str()).collect::<Vec<_>>(), ["bo", "dee"]);
    let number = office.note(&outcome);
    let again = undo(&office.log, &office.state, &office.directory, &context).unwrap();
    assert_eq!(again, Outcome::Repeated { number });
    let reasons = refusal(office.undo("ana"));
    assert_eq!((reasons[0].code, argument(&reasons[0], "instead")), (Code::UndoOtherWay, "`withdrawHeld`"));
    office.done("bo", json!({ "kind": "decideHeld", "held": held, "approved": true }));
    let project: Value = serde_json::from_str(&office.state.project().to_json()).unwrap();
    assert_eq!(project["links"].as_array().unwrap().len(), 1, "event {removed} is taken back");
    assert_ne!(office.state.hash(), hash, "the command that waited is remembered");
}

#[test]
fn what_became_sensitive_is_not_passed_by_undoing() {
    let mut office = Office::open();
    office.done("ana", on("startTask", "sample"));
    let loose = office.directory.clone();
    office.directory = directory(&["startTask"]);
    assert_eq!(codes(office.undo("ana")), [Code::UndoSensitive]);
    office.directory = loose;
    office.undone("ana");
    office.directory = directory(&["startTask"]);
    let Outcome::Waiting { event, .. } = office.redo("ana") else { panic!("it would begin unseen") };
    assert_eq!(event.command, "startTask");
}

#[test]
fn undoing_asks_for_the_right_and_for_a_project_that_runs() {
    let mut office = Office::open();
    office.done("cy", on("startTask", "ads"));
    office.done("ana", json!({ "kind": "assignOwner", "task": "ads", "owner": "bo", "replaces": "cy" }));
    assert_eq!(codes(office.undo("cy")), [Code::RightMissing], "it is not theirs any more");
    office.done("ana", json!({ "kind": "assignOwner", "task": "ads", "owner": "cy", "replaces": "bo" }));
    office.done("ana", json!({ "kind": "setLife", "life": "onHold" }));
    assert_eq!(codes(office.undo("cy")), [Code::LifeNotActive]);
}

#[test]
fn redoing_passes_no_gate() {
    let mut office = Office::open();
    office.done("ana", on("startTask", "listing"));
    office.undone("ana");
    office.done(
        "bo",
        json!({ "kind": "add", "record": "link", "value": { "predecessor": "sample", "successor": "listing", "blocking": true } }),
    );
    assert_eq!(codes(office.redo("ana")), [Code::BlockerNotFinished]);
    office.done("bo", on("completeTask", "sample"));
    office.redone("ana");
    assert!(office.task("listing").unwrap()["progress"].is_object());
}

#[test]
fn who_is_gone_does_not_come_back_by_undoing() {
    let mut office = Office::open();
    office.done("ana", json!({ "kind": "assignOwner", "task": "photos", "owner": "bo", "replaces": "ana" }));
    office.done("bo", edit("photos", "owner", json!("dee")));
    office.directory.members.retain(|member| member.id.as_str() != "ana");
    let context = office.context("bo");
    office.directory.grants.retain(|grant| grant.member.as_ref().is_none_or(|member| member.as_str() != "ana"));
    // Back to bo, who is there.
    let outcome = undo(&office.log, &office.state, &office.directory, &context).unwrap();
    office.note(&outcome);
    let mut office = Office::open();
    office.done("bo", edit("photos", "owner", json!("dee")));
    office.directory.members.retain(|member| member.id.as_str() != "ana");
    office.directory.grants.retain(|grant| grant.member.as_ref().is_none_or(|member| member.as_str() != "ana"));
    let reasons = refusal(office.undo("bo"));
    assert_eq!(reasons[0].code, Code::UndoNoSense);
    assert!(reasons[0].sentence(Language::En).contains("no member `ana`"), "{reasons:?}");
}

#[test]
fn one_key_undoes_once() {
    let mut office = Office::open();
    office.done("ana", edit("photos", "duration", json!("4d")));
    office.done("ana", edit("photos", "duration", json!("5d")));
    let context = office.context("ana");
    let outcome = undo(&office.log, &office.state, &office.directory, &context).unwrap();
    let number = office.note(&outcome);
    assert_eq!(undo(&office.log, &office.state, &office.directory, &context).unwrap(), Outcome::Repeated { number });
    assert_eq!(codes(redo(&office.log, &office.state, &office.directory, &context).unwrap()), [Code::KeyReused]);
    let other = Context { actor: "bo".into(), ..context };
    assert_eq!(codes(undo(&office.log, &office.state, &office.directory, &other).unwrap()), [Code::KeyReused]);
}

#[test]
fn the_chain_holds_what_an_event_takes_back() {
    let mut office = Office::open();
    office.done("ana", edit("photos", "duration", json!("4d")));
    let undone = office.undone("ana");
    assert!(verify(&office.log, None).intact);
    assert!(serde_json::to_string(&office.log.events[1]).unwrap().find("undoes").is_none());
    for other in [None, Some(1)] {
        let mut log = office.log.clone();
        log.events.last_mut().unwrap().undoes = other;
        assert_eq!(verify(&log, None).fault.unwrap().code, Code::LogAltered, "{undone:?}");
    }
}

#[test]
fn a_log_of_another_state_is_an_error() {
    let mut office = Office::open();
    office.done("ana", edit("photos", "duration", json!("4d")));
    let context = office.context("ana");
    let cases = [(Log::default(), Code::LogEmpty), (Log { events: office.log.events[..1].to_vec(), ..Log::default() }, Code::LogTruncated)];
    for (log, code) in cases {
        let error = undo(&log, &office.state, &office.directory, &context).unwrap_err();
        assert_eq!((error.code, &*error.path), (code, "/log/events"));
    }
    let early = Context { now: "2027-01-01T00:00:00Z".parse().unwrap(), ..context };
    assert_eq!(undo(&office.log, &office.state, &office.directory, &early).unwrap_err().code, Code::LogClock);
}

fn offline(actor: &str, number: u32, said: Value) -> Offline {
    // On the plane, before the others went on.
    let now = format!("2027-03-02T00:{number:02}:00Z").parse().unwrap();
    let context = Context { actor: actor.into(), now, key: format!("offline-{actor}-{number}"), salt: format!("chance-offline-{number}") };
    Offline { command: serde_json::from_value(said).unwrap(), context }
}

impl Office {
    fn rebase(&self, base: u32, commands: &[Offline]) -> Rebase {
        rebase(&self.state, &self.directory, base, commands).unwrap()
    }

    fn follow(&mut self, rebase: &Rebase) {
        for accepted in &rebase.accepted {
            self.state.apply(&accepted.event).unwrap();
            self.log.events.push(accepted.event.clone());
        }
    }
}

#[test]
fn what_touches_nothing_in_between_holds() {
    let mut office = Office::open();
    office.done("bo", edit("photos", "name", json!("Photos, white ground")));
    let commands = [
        offline("ana", 1, edit("photos", "duration", json!("4d"))),
        offline("ana", 2, add("video")),
        offline("ana", 3, on("startTask", "video")),
    ];
    let rebased = office.rebase(1, &commands);
    assert_eq!((rebased.accepted.len(), rebased.conflicts.len()), (3, 0), "{rebased:?}");
    office.follow(&rebased);
    assert_eq!(office.log.events.last().unwrap().at, office.log.events[1].at, "not before the last event");
    assert!(verify(&office.log, Some(office.state.head())).intact);
    assert_eq!(office.log.replay().unwrap().hash(), office.state.hash());
    // Sent once more, as after a broken connection.
    let again = office.rebase(1, &commands);
    assert_eq!(again.repeated.iter().map(|known| (known.index, known.number)).collect::<Vec<_>>(), [(0, 3), (1, 4), (2, 5)]);
    assert!(again.accepted.is_empty() && again.conflicts.is_empty());
}

#[test]
fn what_others_touched_comes_back_with_their_events_and_the_rest_goes_on() {
    let mut office = Office::open();
    let longer = office.done("bo", edit("photos", "duration", json!("6d")));
    let gone = office.done("bo", task_record("remove", "listing"));
    let begun = office.done("bo", on("startTask", "ads"));
    let commands = [
        offline("ana", 1, edit("photos", "duration", json!("4d"))),
        offline("ana", 2, on("startTask", "listing")),
        offline("ana", 3, on("startTask", "ads")),
        offline("ana", 4, task_record("remove", "photos")),
        offline("ana", 5, json!({ "kind": "setProgress", "task": "sample", "percent": 100 })),
        offline("ana", 6, on("startTask", "sample")),
        offline("nobody", 7, on("startTask", "sample")),
        offline("ana", 8, edit("sample", "parent", json!("listing"))),
    ];
    let rebased = office.rebase(1, &commands);
    let told: Vec<_> = rebased.conflicts.iter().map(|found| (found.index, found.reasons[0].code, found.events.clone())).collect();
    let expected = [
        (0, Code::RebaseOverlap, vec![longer]),
        (1, Code::RecordRemoved, vec![gone]),
        (2, Code::TaskBegun, vec![begun]),
        (3, Code::RebaseOverlap, vec![longer]),
        (4, Code::ProgressWhole, vec![]),
        (6, Code::MemberUnknown, vec![]),
        (7, Code::RecordUnknown, vec![gone]),
    ];
    assert_eq!(told, expected);
    assert_eq!(rebased.accepted.iter().map(|event| event.index).collect::<Vec<_>>(), [5]);
    assert_eq!(rebased.conflicts[1].path.as_deref(), Some("/command/task"));
    assert_eq!(rebased.conflicts[0].path, None);
    for conflict in &rebased.conflicts {
        for language in [Language::En, Language::ZhCn] {
            assert!(!conflict.reasons[0].sentence(language).contains('{'), "{conflict:?}");
        }
    }
}

#[test]
fn readings_and_papers_come_from_several_sides() {
    let mut office = Office::open();
    office.done("bo", json!({ "kind": "attachEvidence", "item": "grant", "evidence": "grant" }));
    office.done("bo", json!({ "kind": "reportMetric", "metric": "acos", "at": "2027-03-01T01:00:00Z", "value": 3 }));
    let commands = [
        offline("ana", 1, json!({ "kind": "attachEvidence", "item": "grant", "evidence": "grant" })),
        offline("ana", 2, json!({ "kind": "reportMetric", "metric": "acos", "at": "2027-03-01T01:00:00Z", "value": 4 })),
        offline("ana", 3, json!({ "kind": "remove", "record": { "kind": "metric", "id": "acos" } })),
    ];
    let rebased = office.rebase(1, &commands);
    assert_eq!(rebased.accepted.len(), 2);
    assert_eq!((rebased.conflicts[0].index, &*rebased.conflicts[0].events), (2, &[3][..]));
}

#[test]
fn what_needs_approval_waits_unless_others_touched_it() {
    let mut office = Office::with(&["remove"]);
    office.done("bo", edit("photos", "duration", json!("6d")));
    let commands = [offline("ana", 1, task_record("remove", "sample")), offline("ana", 2, task_record("remove", "photos"))];
    let rebased = office.rebase(1, &commands);
    assert_eq!((rebased.accepted.len(), rebased.conflicts.len()), (1, 1));
    assert!(rebased.accepted[0].held.is_some() && !rebased.accepted[0].approvers.is_empty());
    assert_eq!(rebased.conflicts[0].events, [2]);
}

#[test]
fn links_that_together_close_a_ring_are_a_conflict() {
    let mut office = Office::open();
    let link = |from: &str, to: &str| json!({ "kind": "add", "record": "link", "value": { "predecessor": from, "successor": to } });
    office.done("bo", link("sample", "ads"));
    let rebased = office.rebase(1, &[offline("ana", 1, link("ads", "sample"))]);
    assert_eq!(rebased.conflicts[0].reasons[0].code, Code::LinkWouldLoop);
}

#[test]
fn a_base_that_is_no_event_is_an_error() {
    let office = Office::open();
    for base in [0, 2] {
        let error = rebase(&office.state, &office.directory, base, &[]).unwrap_err();
        assert_eq!((error.code, &*error.path), (Code::RebaseBase, "/base"));
    }
    assert_eq!(office.rebase(1, &[]), Rebase::default());
}
