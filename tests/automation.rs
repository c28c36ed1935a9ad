//! Rules of a real launch: what sets them off, what they do, and that every run ends.
//!
//! Each guard has a mutation that has to make its test fail:
//!
//! | test | mutation |
//! |---|---|
//! | rules that pass never set themselves off | completing a task is not said to begin it; a task of the event counts as another one |
//! | the same event sets off once | the key of an action depends on the number of the event that is next |
//! | a rule may no more than its actor | actions are decided as whoever made the event |
//! | what is refused stops nothing else | a run ends with the first refusal |
//! | a dry run is what a run then does | the salt of a step depends on the state |

use std::collections::BTreeSet;

use linkstar::{
    Action, AutomationRule, AutomationStep, Command, Context, Directory, Event, Grant, Log, Member, Outcome, Project, Sensitive, Stage,
    State, StepEnd, TaskFilter, Trigger, check_rules, decide, decide_first, dry_run_rules, run_rules, set_off_by,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const SALT: &str = "5d0f6a2b9c1e4783";

/// A launch under way, with its log.
struct Desk {
    directory: Directory,
    log: Log,
    state: State,
    minute: u32,
}

impl Desk {
    /// The launch of the examples, with two stages that are opened by hand, and a robot who may do what an editor may.
    fn launch() -> Desk {
        let mut project = Project::from_json(include_str!("../examples/us_launch/launch.json")).unwrap();
        let mut directory = Directory::from_json(include_str!("../examples/us_launch/team.json")).unwrap();
        let stage = |id: &str| serde_json::from_value::<Stage>(json!({ "id": id, "name": id, "byHand": true })).unwrap();
        project.stages = vec![stage("build"), stage("sell")];
        directory.members.push(Member::new("robot", "Robot"));
        Desk::new(project, directory, "editor")
    }

    fn new(project: Project, mut directory: Directory, robot: &str) -> Desk {
        let grant = |id: &str, who: &str, role: &str| Grant { member: Some(who.into()), ..Grant::new(id, role) };
        directory.grants = vec![grant("lead", "lin.yue", "owner"), grant("robot", "robot", robot)];
        for who in ["tang.hao", "mei.parker", "chen.bo", "zhao.ning"] {
            directory.grants.push(grant(who, who, "viewer"));
        }
        let context = context(0);
        let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&project), &context).unwrap() else {
            panic!("the launch begins");
        };
        let log = Log { events: vec![event], ..Log::default() };
        Desk { directory, state: log.replay().unwrap(), log, minute: 0 }
    }

    /// What Lin Yue does; it has to be accepted.
    fn does(&mut self, command: Value) -> Event {
        self.minute += 1;
        let command: Command = serde_json::from_value(command).unwrap();
        let outcome = decide(&self.state, &self.directory, &command, &context(self.minute)).unwrap();
        let Outcome::Accepted { event, .. } = outcome else { panic!("{command:?}: {outcome:?}") };
        self.state.apply(&event).unwrap();
        self.log.events.push(event.clone());
        event
    }

    fn run(&mut self, rules: &[AutomationRule], event: &Event) -> Vec<AutomationStep> {
        let steps = run_rules(rules, &mut self.state, &self.directory, event, SALT).unwrap();
        self.log.events.extend(events(&steps).cloned());
        steps
    }

    /// What Lin Yue does, and what it sets off.
    fn sets_off(&mut self, rules: &[AutomationRule], command: Value) -> Vec<AutomationStep> {
        check_rules(rules, self.state.project(), &self.directory).unwrap();
        let event = self.does(command);
        self.run(rules, &event)
    }
}

fn context(minute: u32) -> Context {
    let now = format!("2027-11-01T{:02}:{:02}:00Z", minute / 60, minute % 60).parse().unwrap();
    Context { actor: "lin.yue".into(), now, key: format!("k-{minute}"), salt: SALT.to_owned() }
}

fn rules(json: Value) -> Vec<AutomationRule> {
    AutomationRule::all_from_json(&json.to_string()).unwrap()
}

fn rule(trigger: Value, conditions: Value, actions: Value) -> Value {
    json!({ "id": "r", "name": "R", "actor": "robot", "trigger": trigger, "conditions": conditions, "actions": actions })
}

fn events(steps: &[AutomationStep]) -> impl Iterator<Item = &Event> {
    steps.iter().filter_map(|step| match &step.end {
        StepEnd::Decided { outcome: Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } } => Some(event),
        _ => None,
    })
}

/// Each step in a word: what was done, or the code of what stood in the way.
fn told(steps: &[AutomationStep]) -> Vec<String> {
    let word = |step: &AutomationStep| match &step.end {
        StepEnd::Decided { outcome: Outcome::Accepted { event, .. } } => event.command.clone(),
        StepEnd::Decided { outcome: Outcome::Waiting { .. } } => "waiting".to_owned(),
        StepEnd::Decided { outcome: Outcome::Repeated { number } } => format!("repeated {number}"),
        StepEnd::Decided { outcome: Outcome::Refused { reasons } } => reasons[0].code.to_string(),
        StepEnd::Failed { code, path, .. } => format!("{code} at {path}"),
    };
    steps.iter().map(word).collect()
}

fn report(task: &str, what: &str) -> Value {
    json!({ "kind": what, "task": task, "at": "2027-11-01T00:00:00Z" })
}

fn acos(value: i64) -> Value {
    json!({ "kind": "reportMetric", "metric": "ad-cost", "at": "2027-11-01T00:00:00Z", "value": value })
}

/// Once the FCC grant is in, the ads lead is told; once the goods have sailed, Mei writes the listing; ads that cost too much are reviewed.
fn of_the_launch() -> Vec<AutomationRule> {
    rules(json!([
        { "id": "grant-in", "name": "Tell the ads lead of the FCC grant", "actor": "robot",
          "trigger": { "kind": "evidenceAttached", "item": "fcc-grant" },
          "actions": [{ "kind": "say", "text": "The FCC grant is in. The gate of the ads waits for one paper less.", "task": "start-ads", "mentionRoles": ["advertising"], "mentionOwner": true }] },
        { "id": "sailed", "name": "Once sailed, Mei writes the listing", "actor": "robot",
          "trigger": { "kind": "taskStarted", "of": { "task": "ocean-transit" } },
          "conditions": [{ "kind": "taskIs", "any": ["waiting"], "task": "listing-copy" }],
          "actions": [{ "kind": "assignOwner", "task": "listing-copy", "owner": "mei.parker" }] },
        { "id": "breach", "name": "Tell logistics what sailed too early", "actor": "robot",
          "trigger": { "kind": "factBreached" },
          "actions": [{ "kind": "say", "text": "This went ahead of its papers. See to them today.", "mentions": ["chen.bo"] }] },
        { "id": "acos", "name": "Review ads that cost too much", "actor": "robot",
          "trigger": { "kind": "metricReported", "metric": "ad-cost" },
          "conditions": [{ "kind": "metricIs", "demand": { "metric": "ad-cost", "side": "atLeast", "bound": 31, "freshHours": 72 } }],
          "actions": [
            { "kind": "addTask", "value": { "id": "acos-review", "name": "Find out why ads cost that much", "duration": "1d", "parent": "advertise", "tags": ["review"] } },
            { "kind": "addLink", "predecessor": "ad-data", "successor": "acos-review" }] },
        { "id": "review-owned", "name": "Whoever has no owner is Hao's", "actor": "robot",
          "trigger": { "kind": "taskAdded", "of": { "tag": "review" } },
          "conditions": [{ "kind": "taskOwnedBy" }],
          "actions": [{ "kind": "assignOwner", "owner": "tang.hao" }] }
    ]))
}

#[test]
fn when_the_grant_is_in_the_ads_lead_is_told() {
    let mut desk = Desk::launch();
    let rules = of_the_launch();
    let steps = desk.sets_off(&rules, json!({ "kind": "attachEvidence", "item": "fcc-grant", "evidence": "grant" }));
    let StepEnd::Decided { outcome: Outcome::Accepted { event, notices, .. } } = &steps[0].end else { panic!("{steps:?}") };
    assert_eq!((event.actor.as_str(), &*event.command), ("robot", "say"));
    // Named by role and as the owner, and told once.
    assert_eq!(notices.iter().map(|member| member.as_str()).collect::<Vec<_>>(), ["tang.hao"]);
    assert_eq!(desk.state.project().comments[0].task.as_ref().unwrap().as_str(), "start-ads");
    assert_eq!(steps.len(), 1);
    assert!(desk.sets_off(&rules, json!({ "kind": "attachEvidence", "item": "gtin", "evidence": "gtin-table" })).is_empty());
}

#[test]
fn when_the_goods_have_sailed_the_listing_has_another_owner() {
    let mut desk = Desk::launch();
    let rules = of_the_launch();
    let steps = desk.sets_off(&rules, report("ocean-transit", "reportStart"));
    // The papers for loading were not in: that is a breach, and told as well.
    assert_eq!(told(&steps), ["assignOwner", "say"]);
    assert_eq!(desk.state.project().task("listing-copy").unwrap().owner.as_ref().unwrap().as_str(), "mei.parker");
    assert_eq!(desk.state.project().comments[0].task.as_ref().unwrap().as_str(), "ocean-transit");
    // The report again mends a date: it begins nothing anew.
    let mended = json!({ "kind": "reportStart", "task": "ocean-transit", "at": "2027-10-31T00:00:00Z" });
    assert!(desk.sets_off(&rules, mended).is_empty());
}

#[test]
fn what_has_been_written_already_is_assigned_to_nobody() {
    let mut desk = Desk::launch();
    desk.does(report("listing-copy", "reportFinish"));
    assert_eq!(told(&desk.sets_off(&of_the_launch(), report("ocean-transit", "reportStart"))), ["say"]);
}

#[test]
fn ads_that_cost_too_much_are_reviewed_once() {
    let mut desk = Desk::launch();
    let rules = of_the_launch();
    assert!(desk.sets_off(&rules, acos(30)).is_empty());
    // The task, its link, and then by the rule for new ones its owner.
    assert_eq!(told(&desk.sets_off(&rules, acos(31))), ["add", "add", "assignOwner"]);
    let review = desk.state.project().task("acos-review").unwrap();
    assert_eq!(review.owner.as_ref().unwrap().as_str(), "tang.hao");
    assert_eq!(told(&desk.sets_off(&rules, acos(40))), ["record.twice at /command/value"]);
    assert!(linkstar::verify(&desk.log, None).intact);
    assert_eq!(desk.log.replay().unwrap(), desk.state);
}

#[test]
fn the_log_tells_what_was_set_off_by_what() {
    let mut desk = Desk::launch();
    desk.sets_off(&of_the_launch(), acos(31));
    let causes: Vec<_> = desk.log.events.iter().map(|event| set_off_by(&desk.log, event.number)).collect();
    let causes: Vec<_> = causes.iter().map(|cause| cause.as_ref().map(|cause| (cause.rule.as_str(), cause.by))).collect();
    assert_eq!(causes, [None, None, Some(("acos", 2)), Some(("acos", 2)), Some(("review-owned", 3))]);
    // A key that only looks like one of a rule.
    let mut forged = desk.log.clone();
    forged.events[2].key = "automation:0:00:acos".to_owned();
    assert_eq!(set_off_by(&forged, 3), None);
}

#[test]
fn a_rule_may_no_more_than_its_actor_and_a_refusal_stops_nothing_else() {
    let mut desk = Desk::launch();
    let rules = rules(json!([rule(
        json!({ "kind": "itemTicked", "item": "insurance" }),
        json!([]),
        json!([
                    { "kind": "openStage", "stage": "sell" },
                    { "kind": "startTask", "task": "first-sale" },
                    { "kind": "tagTask", "task": "first-sale", "tag": "insured" },
        { "kind": "addTask", "value": { "id": "samples", "name": "Samples once more" } }
                ])
    )]));
    let steps = desk.sets_off(&rules, json!({ "kind": "tickItem", "item": "insurance" }));
    let words = told(&steps);
    // Lin Yue could have opened the stage; the robot cannot.
    assert_eq!(words[..1], ["right.missing"]);
    assert!(words[1].starts_with("gate.") || words[1].starts_with("blocker."), "{words:?}");
    assert_eq!(words[2], "edit");
    assert_eq!(words[3], "record.twice at /command/value");
    assert!(desk.state.project().task("first-sale").unwrap().tags.contains(&"insured".to_owned()));
    assert!(steps.iter().all(|step| step.actor.as_str() == "robot" && step.rule.as_str() == "r" && step.command.is_some()));
}

#[test]
fn what_needs_approval_waits_also_when_a_rule_does_it() {
    let mut desk = Desk::launch();
    desk.directory.sensitive = vec![serde_json::from_value::<Sensitive>(json!({ "command": "cancelTask" })).unwrap()];
    let rules = rules(json!([
        { "id": "no-go", "name": "No go, no samples", "actor": "robot",
          "trigger": { "kind": "taskCancelled", "of": { "task": "go-no-go" } }, "actions": [{ "kind": "cancelTask", "task": "samples" }] },
        { "id": "tell", "name": "Tell", "actor": "robot",
          "trigger": { "kind": "taskCancelled", "of": { "task": "samples" } }, "actions": [{ "kind": "say", "text": "Cancelled." }] }
    ]));
    desk.minute += 1;
    let held = {
        let command = Command::CancelTask { task: "go-no-go".into(), reason: None };
        let mut context = context(desk.minute);
        context.actor = "robot".into();
        let Outcome::Waiting { event, held, .. } = decide(&desk.state, &desk.directory, &command, &context).unwrap() else { panic!() };
        desk.state.apply(&event).unwrap();
        desk.log.events.push(event.clone());
        // What waits has not happened.
        assert!(desk.run(&rules, &event).is_empty());
        held
    };
    let steps = desk.sets_off(&rules, json!({ "kind": "decideHeld", "held": held, "approved": true }));
    assert_eq!(told(&steps), ["waiting"]);
    let StepEnd::Decided { outcome: Outcome::Waiting { held, .. } } = &steps[0].end else { panic!() };
    assert_eq!(told(&desk.sets_off(&rules, json!({ "kind": "decideHeld", "held": held, "approved": true }))), ["say"]);
}

#[test]
fn a_rule_whose_names_are_gone_says_so() {
    let desk = Desk::launch();
    let when = json!({ "kind": "taskCompleted", "of": { "task": "samples" } });
    let rules = rules(json!([
        rule(when.clone(), json!([{ "kind": "gateIs", "gate": "vine", "clear": true }]), json!([{ "kind": "say", "text": "Vine." }])),
        { "id": "rest", "name": "Rest", "actor": "robot", "trigger": when, "actions": [{ "kind": "say", "text": "Samples are here." }] }
    ]));
    check_rules(&rules, desk.state.project(), &desk.directory).unwrap();
    // Afterwards somebody removes the gate.
    let mut project = desk.state.project().clone();
    project.gates.retain(|gate| gate.id.as_str() != "vine");
    let mut desk = Desk::new(project, desk.directory, "editor");
    let event = desk.does(report("samples", "reportFinish"));
    assert_eq!(told(&desk.run(&rules, &event)), ["record.unknown at /rules/0/conditions/0", "say"]);
}

#[test]
fn each_condition_lets_pass_what_it_says() {
    let cases = [
        (json!({ "kind": "taskIs", "any": ["done", "cancelled"] }), true),
        (json!({ "kind": "taskIs", "any": ["waiting"] }), false),
        (json!({ "kind": "taskIs", "any": ["running"], "task": "sourcing" }), true),
        (json!({ "kind": "taskIs", "any": ["cancelled"], "task": "sourcing" }), false),
        (json!({ "kind": "taskHasTag", "tag": "content", "task": "photo-shoot" }), false),
        (json!({ "kind": "taskHasTag", "tag": "kind:lab-test", "task": "fcc-certification" }), true),
        (json!({ "kind": "taskInStage", "stage": "build" }), true),
        (json!({ "kind": "taskInStage", "stage": "sell" }), false),
        (json!({ "kind": "taskOwnedBy", "task": "start-ads", "owner": "tang.hao" }), true),
        (json!({ "kind": "taskOwnedBy", "task": "start-ads" }), false),
        (json!({ "kind": "tasksDone", "of": { "task": "samples" } }), true),
        (json!({ "kind": "tasksDone", "of": { "stage": "build" } }), false),
        (json!({ "kind": "tasksDone", "of": { "tag": "nobody has it" } }), false),
        (json!({ "kind": "metricIs", "demand": { "metric": "ad-cost", "side": "atMost", "bound": 30 } }), false),
        (json!({ "kind": "gateIs", "gate": "vine", "clear": false }), true),
        (json!({ "kind": "gateIs", "gate": "vine", "clear": true }), false),
        (json!({ "kind": "stageIs", "stage": "build", "any": ["open"] }), true),
        (json!({ "kind": "stageIs", "stage": "sell", "any": ["open", "closed"] }), false),
        (json!({ "kind": "lifeIs", "any": ["active"] }), true),
        (json!({ "kind": "lifeIs", "any": ["draft", "onHold"] }), false),
    ];
    let when = || json!({ "kind": "taskCompleted", "of": { "stage": "build" } });
    let all: Vec<Value> = cases
        .iter()
        .enumerate()
        .map(|(number, (condition, _))| {
            let mut rule = rule(when(), json!([condition]), json!([{ "kind": "say", "text": condition.to_string() }]));
            rule["id"] = json!(format!("r{number}"));
            rule
        })
        .collect();
    let rules = rules(Value::Array(all));
    let mut desk = Desk::launch();
    desk.does(
        json!({ "kind": "edit", "record": { "kind": "task", "id": "sourcing" }, "fields": [{ "field": "stage", "value": "build" }] }),
    );
    desk.does(json!({ "kind": "openStage", "stage": "build" }));
    let steps = desk.sets_off(&rules, report("samples", "reportFinish"));
    let acted: BTreeSet<&str> = steps.iter().map(|step| step.rule.as_str()).collect();
    for (number, (condition, holds)) in cases.iter().enumerate() {
        assert_eq!(acted.contains(&*format!("r{number}")), *holds, "{condition}");
    }
}

#[test]
fn each_trigger_waits_for_what_it_says() {
    let task = |id: &str| json!({ "task": id });
    let edit = |fields: Value| json!({ "kind": "edit", "record": { "kind": "task", "id": "samples" }, "fields": fields });
    // In this order: what is done, and which triggers it sets off.
    let triggers = [
        json!({ "kind": "taskAdded" }),
        json!({ "kind": "taskStarted", "of": { "entity": "po:4711" } }),
        json!({ "kind": "taskCompleted", "of": task("samples") }),
        json!({ "kind": "taskCancelled" }),
        json!({ "kind": "taskReinstated" }),
        json!({ "kind": "taskAssigned", "of": task("samples") }),
        json!({ "kind": "taskEdited", "field": "duration", "of": { "stage": "build" } }),
        json!({ "kind": "metricReported", "metric": "ad-cost" }),
        json!({ "kind": "evidenceAttached" }),
        json!({ "kind": "itemTicked" }),
        json!({ "kind": "gateDecided", "gate": "design-freeze", "approved": true }),
        json!({ "kind": "gateDecided", "approved": false }),
        json!({ "kind": "stageOpened", "stage": "sell" }),
        json!({ "kind": "stageClosed" }),
        json!({ "kind": "lifeSet", "life": "onHold" }),
        json!({ "kind": "lifeSet", "life": "active" }),
    ];
    let story = [
        (json!({ "kind": "add", "record": "task", "value": { "id": "spare", "name": "Spare parts", "duration": "1d" } }), vec![0]),
        (edit(json!([{ "field": "stage", "value": "build" }, { "field": "entities", "value": ["po:4711"] }])), vec![]),
        (edit(json!([{ "field": "duration", "value": "9d" }])), vec![6]),
        (json!({ "kind": "reportEntity", "entity": "po:4711", "done": true, "at": "2027-11-01T00:00:00Z" }), vec![1, 2]),
        (json!({ "kind": "cancelTask", "task": "spare" }), vec![3]),
        (json!({ "kind": "reinstateTask", "task": "spare" }), vec![4]),
        (json!({ "kind": "assignOwner", "task": "samples", "owner": "chen.bo", "replaces": null }), vec![5]),
        (acos(12), vec![7]),
        (json!({ "kind": "attachEvidence", "item": "cpc", "evidence": "certificate" }), vec![8]),
        (json!({ "kind": "tickItem", "item": "review-plan" }), vec![9]),
        (json!({ "kind": "untickItem", "item": "review-plan" }), vec![]),
        (json!({ "kind": "decideGate", "gate": "design-freeze", "approval": "Go or no-go 立项决策", "approved": true }), vec![10]),
        (json!({ "kind": "decideGate", "gate": "design-freeze", "approval": "Go or no-go 立项决策", "approved": false }), vec![11]),
        (json!({ "kind": "openStage", "stage": "sell" }), vec![12]),
        (json!({ "kind": "closeStage", "stage": "sell" }), vec![13]),
        (json!({ "kind": "setLife", "life": "onHold" }), vec![14]),
        (json!({ "kind": "setLife", "life": "active" }), vec![15]),
        (json!({ "kind": "remove", "record": { "kind": "task", "id": "spare" } }), vec![]),
        (json!({ "kind": "restore", "record": { "kind": "task", "id": "spare" } }), vec![]),
        (json!({ "kind": "say", "text": "All set." }), vec![]),
    ];
    let all = triggers.iter().enumerate().map(|(number, trigger)| {
        let mut rule = rule(trigger.clone(), json!([]), json!([{ "kind": "say", "text": "Seen." }]));
        rule["id"] = json!(number.to_string());
        rule
    });
    let rules = rules(Value::Array(all.collect()));
    let mut desk = Desk::launch();
    let owner = desk.state.project().task("samples").unwrap().owner.clone();
    for (mut command, expected) in story {
        if command["kind"] == "assignOwner" {
            command["replaces"] = json!(owner);
        }
        let steps = desk.sets_off(&rules, command.clone());
        let seen: Vec<usize> = steps.iter().map(|step| step.rule.as_str().parse().unwrap()).collect();
        assert_eq!(seen, expected, "{command}");
    }
}

#[test]
fn a_rule_that_rests_is_set_off_by_nothing() {
    let mut desk = Desk::launch();
    let mut rules = of_the_launch();
    rules.iter_mut().for_each(|rule| rule.paused = true);
    assert!(desk.sets_off(&rules, acos(31)).is_empty());
}

#[test]
fn rules_in_a_ring_are_refused_by_their_names() {
    let desk = Desk::launch();
    let on = |id: &str, trigger: Value, actions: Value| json!({ "id": id, "name": format!("Rule {id}"), "actor": "robot", "trigger": trigger, "actions": actions });
    let started = |task: &str| json!({ "kind": "taskStarted", "of": { "task": task } });
    let start = |task: &str| json!([{ "kind": "startTask", "task": task }]);
    let edited = |field: &str| json!({ "kind": "taskEdited", "field": field });
    let edit = |field: &str, value: Value| json!([{ "kind": "editTask", "fields": [{ "field": field, "value": value }] }]);
    let added = |of: Value| json!({ "kind": "taskAdded", "of": of });
    let add = |value: Value| json!([{ "kind": "addTask", "value": value }]);
    let refused = [
        (
            json!([on("a", started("samples"), start("content")), on("b", started("content"), start("samples"))]),
            "`Rule a` → `Rule b` → `Rule a`",
        ),
        // Only the third closes the ring; the first leads into it.
        (
            json!([
                on("in", started("samples"), edit("duration", json!("2d"))),
                on("a", edited("duration"), edit("tags", json!(["x"]))),
                on("b", edited("tags"), json!([{ "kind": "assignOwner", "owner": "he.jun" }])),
                on("c", json!({ "kind": "taskAssigned" }), edit("duration", json!("3d")))
            ]),
            "`Rule a` → `Rule b` → `Rule c` → `Rule a`",
        ),
        (json!([on("a", edited("tags"), json!([{ "kind": "tagTask", "tag": "seen" }]))]), "`Rule a` → `Rule a`"),
        (json!([on("a", json!({ "kind": "taskStarted" }), json!([{ "kind": "completeTask", "task": "samples" }]))]), "`Rule a` → `Rule a`"),
        (json!([on("a", json!({ "kind": "taskAssigned" }), edit("owner", json!("he.jun")))]), "`Rule a` → `Rule a`"),
        (json!([on("a", added(json!({ "tag": "qa" })), add(json!({ "name": "QA", "tags": ["qa"] })))]), "`Rule a` → `Rule a`"),
        // Below a summary the stage is that of the summary, whatever it is by then.
        (json!([on("a", added(json!({ "stage": "sell" })), add(json!({ "name": "QA", "parent": "review" })))]), "`Rule a` → `Rule a`"),
        (
            json!([
                on("a", json!({ "kind": "stageOpened", "stage": "sell" }), json!([{ "kind": "closeStage", "stage": "build" }])),
                on("b", json!({ "kind": "stageClosed" }), json!([{ "kind": "openStage", "stage": "sell" }]))
            ]),
            "`Rule a` → `Rule b` → `Rule a`",
        ),
    ];
    for (set, around) in refused {
        let error = check_rules(&rules(set.clone()), desk.state.project(), &desk.directory).unwrap_err();
        assert_eq!((error.code.as_str(), &*error.args[0].value), ("automation.loop", around), "{set}");
        let first = rules(set).iter().position(|rule| around.starts_with(&format!("`{}`", rule.name))).unwrap();
        assert_eq!(error.path, format!("/rules/{first}"));
    }
    let allowed = [
        json!([on("a", started("samples"), start("content"))]),
        json!([on("a", edited("tags"), edit("duration", json!("2d"))), on("b", edited("duration"), start("samples"))]),
        json!([on("a", added(json!({ "tag": "sku" })), add(json!({ "name": "QA", "tags": ["qa"] })))]),
        json!([on("a", added(json!({ "stage": "sell" })), add(json!({ "name": "QA", "stage": "build" })))]),
        json!([
            on("a", added(json!({ "task": "x" })), add(json!({ "id": "x2", "name": "QA" }))),
            on("b", added(json!({ "task": "x2" })), add(json!({ "id": "x3", "name": "QA" }))),
            on("c", started("x3"), add(json!({ "id": "x", "name": "X" })))
        ]),
        json!([on("a", json!({ "kind": "stageOpened", "stage": "sell" }), json!([{ "kind": "openStage", "stage": "build" }]))]),
        json!([on("a", json!({ "kind": "itemTicked" }), json!([{ "kind": "say", "text": "Ticked." }]))]),
    ];
    for set in allowed {
        check_rules(&rules(set.clone()), desk.state.project(), &desk.directory).unwrap_or_else(|error| panic!("{set}: {error}"));
    }
}

#[test]
fn what_makes_no_sense_is_refused_at_its_place() {
    let desk = Desk::launch();
    let good = || {
        rule(
            json!({ "kind": "taskStarted", "of": { "task": "samples" } }),
            json!([{ "kind": "taskIs", "any": ["waiting"], "task": "content" }]),
            json!([{ "kind": "say", "text": "Samples are on the way." }]),
        )
    };
    let ticked = json!({ "kind": "itemTicked" });
    let cases = [
        ("/id", json!(" "), "text.blank", "/id"),
        ("/id", json!("x".repeat(65)), "text.tooLong", "/id"),
        ("/name", json!(""), "text.blank", "/name"),
        ("/actor", json!("nobody"), "member.unknown", "/actor"),
        ("/actions", json!([]), "automation.noAction", "/actions"),
        ("/actions", json!(vec![json!({ "kind": "startTask", "task": "content" }); 21]), "automation.tooMany", "/actions"),
        ("/conditions", json!(vec![json!({ "kind": "lifeIs", "any": ["active"] }); 21]), "automation.tooMany", "/conditions"),
        ("/trigger/of/task", json!("nothing"), "task.unknown", "/trigger/of/task"),
        ("/trigger/of", json!({ "stage": "nowhere" }), "stage.unknown", "/trigger/of/stage"),
        ("/trigger", json!({ "kind": "metricReported", "metric": "tacos" }), "metric.unknown", "/trigger/metric"),
        ("/trigger", json!({ "kind": "itemTicked", "item": "x" }), "item.unknown", "/trigger/item"),
        ("/trigger", json!({ "kind": "gateDecided", "gate": "x" }), "record.unknown", "/trigger/gate"),
        ("/trigger", json!({ "kind": "stageOpened", "stage": "x" }), "stage.unknown", "/trigger/stage"),
        ("/trigger", json!({ "kind": "taskEdited", "field": "progress" }), "field.protected", "/trigger/field"),
        ("/trigger", json!({ "kind": "taskEdited", "field": "deadlin" }), "document.unknownField", "/trigger/field"),
        ("/conditions/0", json!({ "kind": "taskIs", "any": [], "task": "content" }), "document.value", "/conditions/0/any"),
        ("/conditions/0", json!({ "kind": "taskIs", "any": ["done"], "task": "x" }), "task.unknown", "/conditions/0/task"),
        (
            "/conditions/0",
            json!({ "kind": "metricIs", "demand": { "metric": "x", "side": "atLeast", "bound": 1 } }),
            "metric.unknown",
            "/conditions/0/demand/metric",
        ),
        ("/conditions/0", json!({ "kind": "taskOwnedBy", "owner": "x" }), "member.unknown", "/conditions/0/owner"),
        ("/actions/0", json!({ "kind": "startTask", "task": "x" }), "task.unknown", "/actions/0/task"),
        ("/actions/0", json!({ "kind": "assignOwner", "owner": "x" }), "member.unknown", "/actions/0/owner"),
        ("/actions/0", json!({ "kind": "openStage", "stage": "x" }), "stage.unknown", "/actions/0/stage"),
        ("/actions/0", json!({ "kind": "say", "text": " " }), "text.blank", "/actions/0/text"),
        ("/actions/0", json!({ "kind": "say", "text": "x", "mentions": ["x"] }), "member.unknown", "/actions/0/mentions/0"),
        ("/actions/0", json!({ "kind": "say", "text": "x", "mentionRoles": ["x"] }), "role.unknown", "/actions/0/mentionRoles/0"),
        ("/actions/0", json!({ "kind": "addLink" }), "document.missingField", "/actions/0"),
        ("/actions/0", json!({ "kind": "addLink", "predecessor": "x" }), "task.unknown", "/actions/0/predecessor"),
        ("/actions/0", json!({ "kind": "addTask", "value": 7 }), "document.value", "/actions/0/value"),
        ("/actions/0", json!({ "kind": "addTask", "value": { "id": "y" } }), "document.missingField", "/actions/0/value"),
        ("/actions/0", json!({ "kind": "addTask", "value": { "name": "Y", "parent": "x" } }), "task.unknown", "/actions/0/value/parent"),
        (
            "/actions/0",
            json!({ "kind": "addTask", "value": { "name": "Y", "percentComplete": 5 } }),
            "field.protected",
            "/actions/0/value/percentComplete",
        ),
        ("/actions/0", json!({ "kind": "editTask", "fields": [] }), "document.value", "/actions/0/fields"),
        (
            "/actions/0",
            json!({ "kind": "editTask", "fields": [{ "field": "id", "value": "x" }] }),
            "field.protected",
            "/actions/0/fields/0/field",
        ),
        (
            "/actions/0",
            json!({ "kind": "editTask", "fields": [{ "field": "duration", "value": "soon" }] }),
            "time.span",
            "/actions/0/fields/0/value",
        ),
    ];
    for (place, value, code, path) in cases {
        let mut rule = good();
        *rule.pointer_mut(place).unwrap() = value.clone();
        let error = check_rules(&rules(json!([rule])), desk.state.project(), &desk.directory).unwrap_err();
        assert_eq!((error.code.as_str(), &*error.path), (code, &*format!("/rules/0{path}")), "{place}: {value}");
    }
    for (place, value) in [("/actions/0", json!({ "kind": "startTask" })), ("/conditions/0", json!({ "kind": "taskHasTag", "tag": "x" }))] {
        let mut rule = good();
        rule["trigger"] = ticked.clone();
        *rule.pointer_mut(place).unwrap() = value;
        let error = check_rules(&rules(json!([rule])), desk.state.project(), &desk.directory).unwrap_err();
        assert_eq!((error.code.as_str(), &*error.path), ("automation.noTask", &*format!("/rules/0{place}")));
    }
    let check = |set: Vec<Value>| check_rules(&rules(Value::Array(set)), desk.state.project(), &desk.directory).unwrap_err();
    let twice = check(vec![good(), good()]);
    assert_eq!((twice.code.as_str(), &*twice.path), ("automation.duplicateId", "/rules/1/id"));
    let many = check(vec![good(); 201]);
    assert_eq!((many.code.as_str(), &*many.path), ("automation.tooMany", "/rules"));
}

#[test]
fn a_dry_run_is_what_a_run_then_does_and_changes_nothing() {
    let mut desk = Desk::launch();
    let rules = of_the_launch();
    for command in [acos(31), acos(12), report("ocean-transit", "reportStart"), json!({ "kind": "tickItem", "item": "insurance" })] {
        let (before, next) = (desk.state.clone(), context(desk.minute + 1));
        let typed: Command = serde_json::from_value(command.clone()).unwrap();
        let dry = dry_run_rules(&rules, &desk.state, &desk.directory, &typed, &next).unwrap();
        assert_eq!(desk.state, before);
        assert_eq!(dry.steps, desk.sets_off(&rules, command));
        assert_eq!(serde_json::from_str::<linkstar::DryRun>(&serde_json::to_string(&dry).unwrap()).unwrap(), dry);
    }
    let refused = Command::StartTask { task: "start-ads".into() };
    let dry = dry_run_rules(&rules, &desk.state, &desk.directory, &refused, &context(59)).unwrap();
    assert!(matches!(dry.outcome, Outcome::Refused { .. }) && dry.steps.is_empty());
}

#[test]
fn the_same_event_sets_off_once() {
    let mut desk = Desk::launch();
    let rules = of_the_launch();
    let event = desk.does(acos(31));
    assert_eq!(told(&desk.run(&rules, &event)), ["add", "add", "assignOwner"]);
    let after = desk.state.clone();
    assert_eq!(told(&desk.run(&rules, &event)), ["repeated 3", "repeated 4"]);
    assert_eq!(desk.state, after);
}

#[test]
fn a_set_that_was_not_checked_ends_all_the_same() {
    let mut desk = Desk::launch();
    let endless = AutomationRule {
        actions: vec![Action::AddTask { value: linkstar::Json::new(r#"{ "name": "One more", "duration": "1d" }"#).unwrap() }],
        ..AutomationRule::new("more", "One more", "robot", Trigger::TaskAdded { of: TaskFilter::default() })
    };
    let rules = [endless];
    assert_eq!(check_rules(&rules, desk.state.project(), &desk.directory).unwrap_err().code.as_str(), "automation.loop");
    let mut small = small_desk();
    let event = small.does(json!({ "kind": "add", "record": "task", "value": { "id": "z", "name": "Z", "duration": "1d" } }));
    let steps = small.run(&rules, &event);
    assert_eq!(steps.len(), 1_001);
    assert_eq!(told(&steps).last().unwrap(), "automation.steps at ");
    assert_eq!(desk.run(&[], &event).len(), 0);
}

#[test]
fn rules_are_written_as_they_were_read() {
    let rules = of_the_launch();
    assert_eq!(AutomationRule::all_from_json(&AutomationRule::all_to_json(&rules)).unwrap(), rules);
    let error = AutomationRule::all_from_json(
        r#"[{ "id": "a", "name": "A", "actor": "robot", "trigger": { "kind": "itemTicked", "itm": "x" }, "actions": [] }]"#,
    )
    .unwrap_err();
    assert_eq!((error.code.as_str(), &*error.path), ("document.unknownField", "/0/trigger/itm"));
}

const TASKS: [&str; 4] = ["a", "b", "c", "d"];

fn small_desk() -> Desk {
    let directory = json!({ "linkstar": 1, "members": [{ "id": "lin.yue", "name": "Lin Yue" }, { "id": "robot", "name": "Robot" }, { "id": "tang.hao", "name": "Hao" },
        { "id": "mei.parker", "name": "Mei" }, { "id": "chen.bo", "name": "Bo" }, { "id": "zhao.ning", "name": "Ning" }],
        "calendars": [{ "id": "office", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-18:00"], "tuesday": ["09:00-18:00"] } }] });
    let task = |id: &&str| json!({ "id": id, "name": id, "duration": "1d", "tags": [format!("t-{id}")], "stage": if *id < "c" { "s0" } else { "s1" } });
    let project = json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "office", "anchor": { "kind": "start", "at": "2027-01-04T01:00:00Z" },
        "tasks": TASKS.iter().map(task).collect::<Vec<_>>(), "links": [{ "predecessor": "a", "successor": "b", "blocking": true }],
        "stages": [{ "id": "s0", "name": "S0" }, { "id": "s1", "name": "S1", "byHand": true }] });
    Desk::new(Project::from_json(&project.to_string()).unwrap(), Directory::from_json(&directory.to_string()).unwrap(), "owner")
}

fn a_filter() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({})),
        4 => prop::sample::select(&TASKS[..]).prop_map(|task| json!({ "task": task })),
        1 => prop::sample::select(&TASKS[..]).prop_map(|task| json!({ "tag": format!("t-{task}") })),
        1 => prop::sample::select(&["s0", "s1"][..]).prop_map(|stage| json!({ "stage": stage })),
        1 => Just(json!({ "tag": "new" })),
    ]
}

fn a_trigger() -> impl Strategy<Value = Value> {
    let kinds = [
        "taskAdded",
        "taskStarted",
        "taskCompleted",
        "taskCancelled",
        "taskReinstated",
        "taskAssigned",
        "factBreached",
        "stageOpened",
        "stageClosed",
        "duration",
        "tags",
        "owner",
        "stage",
    ];
    (prop::sample::select(kinds.to_vec()).prop_map(str::to_owned), a_filter()).prop_map(|(kind, of)| match &*kind {
        "stageOpened" | "stageClosed" => json!({ "kind": kind, "stage": of.get("stage") }),
        "duration" | "tags" | "owner" | "stage" => json!({ "kind": "taskEdited", "field": kind, "of": of }),
        _ => json!({ "kind": kind, "of": of }),
    })
}

fn an_action() -> impl Strategy<Value = Value> {
    let kinds = [
        "startTask",
        "completeTask",
        "cancelTask",
        "assignOwner",
        "tagTask",
        "editTask",
        "addTask",
        "addLink",
        "openStage",
        "closeStage",
        "say",
    ];
    (prop::sample::select(kinds.to_vec()), prop::option::of(prop::sample::select(&TASKS[..])), 0..4_u32).prop_map(|(kind, task, choice)| {
        match kind {
            "assignOwner" => json!({ "kind": kind, "task": task, "owner": if choice < 2 { "lin.yue" } else { "robot" } }),
            "tagTask" => json!({ "kind": kind, "task": task, "tag": if choice < 2 { "new" } else { "t-a" } }),
            "editTask" => {
                let fields = [
                    json!({ "field": "duration", "value": "3d" }),
                    json!({ "field": "owner", "value": "robot" }),
                    json!({ "field": "tags", "value": ["t-b"] }),
                    json!({ "field": "stage", "value": "s0" }),
                ];
                json!({ "kind": kind, "task": task, "fields": [fields[choice as usize]] })
            }
            "addTask" => {
                let values = [
                    json!({ "name": "New" }),
                    json!({ "name": "New", "tags": ["new"] }),
                    json!({ "id": "e", "name": "E", "stage": "s1" }),
                    json!({ "name": "New", "duration": "1d", "owner": "robot" }),
                ];
                json!({ "kind": kind, "value": values[choice as usize] })
            }
            "addLink" => json!({ "kind": kind, "predecessor": task, "successor": "d" }),
            "openStage" | "closeStage" => json!({ "kind": kind, "stage": if choice < 2 { "s0" } else { "s1" } }),
            "say" => json!({ "kind": kind, "text": "So be it.", "task": task }),
            _ => json!({ "kind": kind, "task": task }),
        }
    })
}

fn a_rule() -> impl Strategy<Value = Value> {
    (a_trigger(), prop::collection::vec(an_action(), 1..4), any::<bool>()).prop_map(|(trigger, actions, asks)| {
        let conditions = if asks { json!([{ "kind": "lifeIs", "any": ["active"] }]) } else { json!([]) };
        rule(trigger, conditions, Value::Array(actions))
    })
}

fn a_command() -> impl Strategy<Value = Value> {
    let kinds = ["startTask", "completeTask", "cancelTask", "reportStart", "reportFinish", "assignOwner", "edit", "add", "openStage"];
    (prop::sample::select(kinds.to_vec()), prop::sample::select(&TASKS[..])).prop_map(|(kind, task)| match kind {
        "reportStart" | "reportFinish" => report(task, kind),
        "assignOwner" => json!({ "kind": kind, "task": task, "owner": "lin.yue" }),
        "edit" => json!({ "kind": kind, "record": { "kind": "task", "id": task }, "fields": [{ "field": "duration", "value": "2d" }] }),
        "add" => json!({ "kind": kind, "record": "task", "value": { "id": format!("new-{task}"), "name": "New", "tags": ["new"] } }),
        "openStage" => json!({ "kind": kind, "stage": "s1" }),
        _ => json!({ "kind": kind, "task": task }),
    })
}

/// The rules that led to a step, the latest first.
fn causes(step: &AutomationStep, steps: &[AutomationStep]) -> Vec<String> {
    let mut found = vec![step.rule.to_string()];
    let mut by = step.set_off_by;
    while let Some(earlier) = steps.iter().find(|step| events(std::slice::from_ref(step)).any(|event| event.number == by)) {
        found.push(earlier.rule.to_string());
        by = earlier.set_off_by;
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn rules_that_pass_never_set_themselves_off(
        all in prop::collection::vec(a_rule(), 1..8),
        commands in prop::collection::vec(a_command(), 1..5),
    ) {
        let mut desk = small_desk();
        // Those that fit: one after the other, as somebody would write them.
        let mut set: Vec<AutomationRule> = Vec::new();
        for (number, mut rule) in all.into_iter().enumerate() {
            rule["id"] = json!(number.to_string());
            let mut more = set.clone();
            more.extend(rules(json!([rule])));
            match check_rules(&more, desk.state.project(), &desk.directory) {
                Ok(()) => set = more,
                Err(error) => prop_assert!(["automation.loop", "automation.noTask", "document.missingField", "task.unknown"].contains(&error.code.as_str()), "{error}"),
            }
        }
        for command in commands {
            let next = context(desk.minute + 1);
            let typed: Command = serde_json::from_value(command).unwrap();
            let Ok(dry) = dry_run_rules(&set, &desk.state, &desk.directory, &typed, &next) else { continue };
            let Outcome::Accepted { event, .. } = &dry.outcome else { continue };
            desk.minute += 1;
            desk.state.apply(event).unwrap();
            desk.log.events.push(event.clone());
            let steps = desk.run(&set, event);
            prop_assert_eq!(&steps, &dry.steps);
            for step in &steps {
                let causes = causes(step, &steps);
                let different: BTreeSet<&String> = causes.iter().collect();
                prop_assert_eq!(different.len(), causes.len(), "{:?}", causes);
            }
            // What was done is done once; what was refused may be allowed by now.
            let done: BTreeSet<&str> = events(&steps).map(|event| event.key.as_str()).collect();
            let again = run_rules(&set, &mut desk.state.clone(), &desk.directory, event, SALT).unwrap();
            prop_assert!(!events(&again).any(|event| done.contains(event.key.as_str())), "{:?}", again);
        }
        prop_assert_eq!(desk.log.replay().unwrap(), desk.state);
        for event in &desk.log.events {
            let by_rule = event.key.starts_with("automation:");
            prop_assert_eq!(set_off_by(&desk.log, event.number).is_some(), by_rule);
        }
    }
}
