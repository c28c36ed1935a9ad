//! What is blocked, in random projects, against the clerk.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use linkstar::{Blocking, Code, Directory, Intent, PlanOptions, Project, Timestamp, blocking, check, schedule};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::clerk::{Clerk, MEMBERS, Reasons, now, office, same, today};

fn moment(hours: i64) -> String {
    DateTime::<Utc>::from_timestamp(now() + hours * 3600, 0).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Choices one after the other: shorter and smaller ones make a simpler project.
pub(crate) struct Tape<'t>(pub(crate) std::slice::Iter<'t, u16>);

impl Tape<'_> {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % count.max(1)
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(crate) fn of<'v>(&mut self, choices: &[&'v str]) -> &'v str {
        choices[self.below(choices.len())]
    }

    /// Hours before the present, sometimes after it.
    pub(crate) fn past(&mut self) -> String {
        if self.one_in(6) { moment(1 + self.hours(100)) } else { moment(-self.hours(200)) }
    }

    pub(crate) fn hours(&mut self, most: usize) -> i64 {
        i64::try_from(self.below(most)).unwrap()
    }

    pub(crate) fn many<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|index| make(self, index)).collect()
    }
}

const KINDS: [&str; 4] = ["FS", "SS", "FF", "SF"];

pub(crate) fn directory() -> Value {
    let role = |index: usize| if index < 2 { json!(["r0"]) } else { json!([]) };
    let members: Vec<Value> = MEMBERS.iter().enumerate().map(|(index, id)| json!({ "id": id, "name": id, "roles": role(index) })).collect();
    json!({ "linkstar": 1, "calendars": [office().to_json("c0")], "roles": [{ "id": "r0", "name": "R" }], "members": members })
}

fn waiver(tape: &mut Tape) -> Value {
    json!({ "by": "m0", "at": tape.past(), "reason": "R" })
}

fn task(tape: &mut Tape, index: usize, stages: usize) -> Value {
    let mut task = json!({ "id": format!("t{index}"), "name": "T", "duration": format!("{}h", tape.below(40)) });
    if index > 0 && tape.one_in(2) {
        task["parent"] = format!("t{}", tape.below(index.min(3))).into();
    }
    match tape.below(9) {
        5 => task["progress"] = json!({ "actualStart": moment(-tape.hours(100)) }),
        6 => task["percentComplete"] = 40.into(),
        7 => task["percentComplete"] = 100.into(),
        8 => {
            let (finish, before) = (tape.hours(150), tape.hours(50));
            task["progress"] = json!({ "actualStart": moment(-finish - before), "actualFinish": moment(-finish) });
        }
        _ => {}
    }
    if tape.one_in(8) {
        task["cancelled"] = true.into();
    }
    if tape.one_in(8) {
        task["blocking"] = true.into();
    }
    if tape.one_in(2) {
        task["owner"] = tape.of(&MEMBERS).into();
    }
    if stages > 0 && tape.one_in(3) {
        task["stage"] = format!("s{}", tape.below(stages)).into();
    }
    task
}

fn link(tape: &mut Tape, tasks: usize) -> Value {
    let (a, b) = (tape.below(tasks), tape.below(tasks));
    let (from, to) = if tape.one_in(12) { (a, b) } else { (a.min(b), a.max(b)) };
    let mut link = json!({ "predecessor": format!("t{from}"), "successor": format!("t{to}"), "kind": tape.of(&KINDS) });
    if tape.one_in(10) {
        link["predecessor"] = format!("gone{}", tape.below(3)).into();
    }
    if link["predecessor"].as_str().unwrap().starts_with("gone") || !tape.one_in(3) {
        link["blocking"] = true.into();
    }
    match tape.below(6) {
        3 => link["lag"] = format!("{}m", 1 + tape.below(3000)).into(),
        4 => link["lag"] = format!("{}em", 1 + tape.below(9000)).into(),
        5 => link["lag"] = format!("-{}m", 1 + tape.below(1000)).into(),
        _ => {}
    }
    if tape.one_in(8) {
        link["waiver"] = waiver(tape);
    }
    link
}

fn stage(tape: &mut Tape, index: usize) -> Value {
    let after: Vec<String> = tape.many(2, |tape, _| format!("s{}", if tape.one_in(10) { 0 } else { tape.below(index) }));
    let after: BTreeSet<String> = after.into_iter().filter(|id| index > 0 || id != "s0").collect();
    let mut stage = json!({ "id": format!("s{index}"), "name": "S", "byHand": tape.one_in(3), "after": after });
    if tape.one_in(2) {
        stage["owner"] = tape.of(&MEMBERS).into();
    }
    for field in ["opened", "closed"] {
        if tape.one_in(5) {
            stage[field] = tape.past().into();
        }
    }
    stage
}

fn evidence(tape: &mut Tape, index: usize) -> Value {
    let mut piece = json!({ "id": format!("e{index}"), "kind": tape.of(&["k0", "k1", "k2"]), "at": tape.past(), "by": tape.of(&MEMBERS) });
    match tape.below(8) {
        6 => piece["digest"] = "a1".repeat(32).into(),
        7 => piece["digest"] = "a1".into(),
        _ => {}
    }
    let mut validity = json!({ "zone": tape.of(&["Asia/Shanghai", "America/Los_Angeles"]) });
    for field in ["first", "last"] {
        if tape.one_in(3) {
            validity[field] = (today() + TimeDelta::days(tape.hours(7) - 3)).to_string().into();
        }
    }
    piece["validity"] = validity;
    piece
}

fn item(tape: &mut Tape, index: usize, tasks: usize) -> Value {
    let needs: &[&str] = [&[][..], &["k0"], &["k0", "k1"]][tape.below(3)];
    let mut item = json!({ "id": format!("i{index}"), "name": "I", "needs": needs, "evidence": tape.many(3, evidence) });
    if tape.one_in(3) {
        item["producer"] = format!("t{}", tape.below(tasks)).into();
    }
    if tape.one_in(2) {
        item["ticked"] = json!({ "by": tape.of(&MEMBERS), "at": tape.past() });
    }
    item
}

fn gate(tape: &mut Tape, index: usize, (tasks, stages, items, metrics): (usize, usize, usize, usize)) -> Value {
    let guard = |tape: &mut Tape, _| {
        let (task, stage) = (format!("t{}", tape.below(tasks)), format!("s{}", tape.below(stages)));
        match tape.below(if stages > 0 { 7 } else { 4 }) {
            2 => json!({ "kind": "completeTask", "task": task }),
            3 => json!({ "kind": "closeProject" }),
            4 | 5 => json!({ "kind": "openStage", "stage": stage }),
            6 => json!({ "kind": "closeStage", "stage": stage }),
            _ => json!({ "kind": "startTask", "task": task }),
        }
    };
    let mut gate = json!({ "id": format!("g{index}"), "name": "G", "guards": tape.many(3, guard) });
    let mut seen = BTreeSet::new();
    let in_gate = |tape: &mut Tape, _| {
        let mut in_gate = json!({ "item": format!("i{}", tape.below(items)), "soft": tape.one_in(4) });
        if tape.one_in(6) {
            in_gate["waiver"] = waiver(tape);
        }
        in_gate
    };
    let chosen = if items > 0 { tape.many(3, in_gate) } else { Vec::new() };
    gate["items"] = chosen.into_iter().filter(|in_gate| seen.insert(in_gate["item"].to_string())).collect();
    let decision = |tape: &mut Tape, index: usize| {
        let minutes = i64::try_from(index).unwrap();
        json!({ "by": tape.of(&MEMBERS), "at": format!("{}{:02}:00Z", &tape.past()[..14], minutes), "approved": !tape.one_in(3) })
    };
    let approval = |tape: &mut Tape, index: usize| {
        let mut approval =
            json!({ "name": format!("a{index}"), "needed": tape.below(4), "ownWork": tape.one_in(3), "decisions": tape.many(4, decision) });
        approval["members"] = tape.many(3, |tape, _| tape.of(&MEMBERS)).into();
        if tape.one_in(3) {
            approval["role"] = "r0".into();
        }
        approval
    };
    gate["approvals"] = tape.many(2, approval).into();
    let condition = |tape: &mut Tape, _| {
        let mut condition =
            json!({ "metric": format!("f{}", tape.below(metrics)), "side": tape.of(&["atLeast", "atMost"]), "bound": tape.hours(40) - 20 });
        condition["take"] = tape.of(&["latest", "sum", "average", "minimum", "maximum"]).into();
        for field in ["windowHours", "freshHours"] {
            if tape.one_in(3) {
                condition[field] = tape.below(150).into();
            }
        }
        condition
    };
    gate["metrics"] = if metrics > 0 { tape.many(1, condition).into() } else { json!([]) };
    if tape.one_in(10) {
        gate["waiver"] = waiver(tape);
    }
    gate
}

fn project(choices: &[u16]) -> Value {
    let mut tape = Tape(choices.iter());
    let tape = &mut tape;
    let (tasks, stages, items, metrics) = (1 + tape.below(9), tape.below(4), tape.below(4), tape.below(3));
    let documents: Vec<Value> = (0..tasks).map(|index| task(tape, index, stages)).collect();
    let stages_of: Vec<Value> = (0..stages).map(|index| stage(tape, index)).collect();
    let checklist: Vec<Value> = (0..items).map(|index| item(tape, index, tasks)).collect();
    let gates = tape.many(4, |tape, index| gate(tape, index, (tasks, stages, items, metrics)));
    let reading =
        |tape: &mut Tape, index: usize| json!({ "at": format!("{}{index:02}:00Z", &tape.past()[..14]), "value": tape.hours(60) - 30 });
    let readings: Vec<Value> =
        (0..metrics).map(|index| json!({ "id": format!("f{index}"), "name": "F", "readings": tape.many(4, reading) })).collect();
    let mut seen = BTreeSet::new();
    let key = |link: &Value| (link["predecessor"].to_string(), link["successor"].to_string(), link["kind"].to_string());
    let links: Vec<Value> = tape.many(12, |tape, _| link(tape, tasks)).into_iter().filter(|link| seen.insert(key(link))).collect();
    json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "c0", "anchor": { "kind": "start", "at": moment(-100) }, "tasks": documents,
        "links": links, "stages": stages_of, "checklist": checklist, "gates": gates, "metrics": readings })
}

pub(crate) fn projects() -> impl Strategy<Value = Value> {
    prop::collection::vec(any::<u16>(), 0..500).prop_map(|choices| project(&choices))
}

pub(crate) fn at_now() -> Timestamp {
    moment(0).parse().unwrap()
}

fn people() -> Directory {
    Directory::from_json(&directory().to_string()).unwrap()
}

fn view(project: &Value) -> Blocking {
    let project = Project::from_json(&project.to_string()).unwrap();
    blocking(&project, &people(), at_now(), 1000, &PlanOptions::default()).unwrap()
}

/// Closes one root as a person would. None where another answer might be spoilt by it: a metric may stand in several gates, and a stage
/// that is opened again shuts those behind it.
fn cured(project: &Value, root: &linkstar::Root) -> Option<Value> {
    let mut project = project.clone();
    let subject = root.reason.subject.as_str();
    fn named<'v>(all: &'v mut Value, id: &str) -> Option<&'v mut Value> {
        all.as_array_mut()?.iter_mut().find(|one| same(&one["id"], id))
    }
    match root.reason.code {
        Code::BlockerNotFinished | Code::BlockerNotStarted | Code::BlockerNoDate => {
            let task = named(&mut project["tasks"], subject)?;
            let start = task["progress"]["actualStart"].as_str().map_or(moment(-1), str::to_owned);
            task["percentComplete"] = 100.into();
            task["progress"] = json!({ "actualStart": start, "actualFinish": moment(0) });
        }
        Code::BlockerCancelled | Code::BlockerMissing | Code::BlockerLag => {
            for link in project["links"].as_array_mut()?.iter_mut().filter(|link| same(&link["predecessor"], subject)) {
                link["waiver"] = json!({ "by": "m0", "at": moment(0), "reason": "R" });
            }
        }
        Code::GateItemOpen | Code::GateItemSoft | Code::GateItemExpired | Code::GateItemEarly => {
            let item = named(&mut project["checklist"], subject)?;
            for kind in item["needs"].as_array()?.clone() {
                item["evidence"]
                    .as_array_mut()?
                    .push(json!({ "id": format!("new-{kind}"), "kind": kind, "at": moment(0), "by": "somebody" }));
            }
        }
        Code::GateItemUnticked => named(&mut project["checklist"], subject)?["ticked"] = json!({ "by": "somebody", "at": moment(0) }),
        Code::GateApprovalOpen => {
            let who = root.reason.responsible.as_ref()?;
            let gate = named(&mut project["gates"], root.reason.gate.as_ref()?.as_str())?;
            let approval = gate["approvals"].as_array_mut()?.iter_mut().find(|approval| same(&approval["name"], subject))?;
            approval["decisions"].as_array_mut()?.push(json!({ "by": who.as_str(), "at": moment(0), "approved": true }));
        }
        Code::GateApprovalRefused | Code::GateMetricMissing | Code::GateMetricStale | Code::GateMetricShort => {
            let gate = named(&mut project["gates"], root.reason.gate.as_ref()?.as_str())?;
            gate["waiver"] = json!({ "by": "m0", "at": moment(0), "reason": "R" });
        }
        Code::StageNotOpen => named(&mut project["stages"], subject)?["opened"] = moment(0).into(),
        Code::StageEarlier => named(&mut project["stages"], subject)?["closed"] = moment(0).into(),
        _ => return None,
    }
    Some(project)
}

fn blocked(view: &Blocking) -> BTreeSet<&str> {
    view.blocked.iter().map(|task| task.task.as_str()).collect()
}

/// What does not depend on the order of the document.
fn without_order(view: &Blocking) -> BTreeMap<String, BTreeSet<String>> {
    let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let reasons = |reasons: &[linkstar::Reason]| reasons.iter().map(|reason| format!("{reason:?}")).collect::<BTreeSet<String>>();
    for (name, tasks) in [("blocked", &view.blocked), ("unfinishable", &view.unfinishable), ("summaries", &view.blocked_summaries)] {
        for task in tasks {
            let of_task = format!("{name} {} {} {} {:?}", task.task, task.start, task.late_start, task.total_slack);
            sets.insert(of_task, reasons(&task.reasons));
        }
    }
    for gate in &view.open_gates {
        sets.insert(format!("gate {}", gate.gate), reasons(&gate.reasons));
    }
    for stage in &view.stages {
        sets.insert(format!("stage {} {:?}", stage.stage, stage.standing), reasons(&stage.reasons));
    }
    let root = |root: &linkstar::Root| {
        let reason = &root.reason;
        format!(
            "{} {} {} {} {} {} {:?}",
            reason.code, reason.subject, root.tasks, root.work, root.slack_left, root.slack_eaten, root.at_risk
        )
    };
    sets.insert("roots".to_owned(), view.roots.iter().map(root).collect());
    sets.insert("ready".to_owned(), view.ready.iter().map(|task| format!("{task:?}")).collect());
    sets
}

proptest! {
    #![proptest_config(crate::config(256))]

    /// Every task stands in exactly one list.
    #[test]
    fn every_task_is_in_one_list(project in projects()) {
        let view = view(&project);
        let lists = [&view.done, &view.cancelled, &view.running].into_iter().flatten().map(|task| task.as_str());
        let mut found: Vec<&str> = lists.chain(view.ready.iter().map(|task| task.task.as_str())).chain(blocked(&view)).collect();
        found.sort_unstable();
        let mut leaves = Clerk(&project).leaves();
        leaves.sort_unstable();
        prop_assert_eq!(found, leaves);
    }

    /// The clerk finds the same tasks blocked, and the same reasons against everything that anybody could want.
    #[test]
    fn the_clerk_agrees(project in projects()) {
        let clerk = Clerk(&project);
        let view = view(&project);
        let waiting = clerk.leaves().into_iter().filter(|leaf| clerk.standing(leaf) == "waiting");
        let expected: BTreeSet<&str> = waiting.filter(|leaf| !clerk.against_start(leaf).is_empty()).collect();
        prop_assert_eq!(blocked(&view), expected);
        let (document, directory) = (Project::from_json(&project.to_string()).unwrap(), people());
        for intent in clerk.intents() {
            let typed: Intent = serde_json::from_value(intent.clone()).unwrap();
            let verdict = check(&document, &directory, &typed, at_now()).unwrap();
            let found: Reasons = verdict.reasons.iter().map(|reason| (reason.code.to_string(), reason.subject.clone())).collect();
            prop_assert_eq!(found, clerk.against(&intent), "{}", intent);
            prop_assert_eq!(verdict.allowed, verdict.reasons.is_empty());
        }
    }

    /// Exactly what is ready may start.
    #[test]
    fn exactly_the_ready_may_start(project in projects()) {
        let view = view(&project);
        let (document, directory) = (Project::from_json(&project.to_string()).unwrap(), people());
        for leaf in Clerk(&project).leaves() {
            let verdict = check(&document, &directory, &Intent::StartTask { task: leaf.into() }, at_now()).unwrap();
            prop_assert_eq!(verdict.allowed, view.ready.iter().any(|task| task.task.as_str() == leaf), "{}", leaf);
        }
    }

    /// Whoever clears a root blocks nobody else by it.
    #[test]
    fn clearing_a_root_blocks_nobody_else(project in projects(), which in any::<prop::sample::Index>()) {
        let before = view(&project);
        prop_assume!(!before.roots.is_empty());
        let root = &before.roots[which.index(before.roots.len())];
        if let Some(cured) = cured(&project, root) {
            let after = view(&cured);
            let (before, after) = (blocked(&before), blocked(&after));
            prop_assert!(after.is_subset(&before), "{:?} blocks {:?}", root.reason, after.difference(&before));
        }
    }

    /// The order in which a host lists things means nothing.
    #[test]
    fn the_order_of_the_document_means_nothing(project in projects(), seed in any::<u64>()) {
        let mut shuffled = project.clone();
        for (turn, field) in (0..).zip(["tasks", "links", "stages", "checklist", "gates", "metrics"]) {
            crate::plans::shuffle(shuffled[field].as_array_mut().unwrap(), seed.rotate_left(7 * turn));
        }
        for gate in shuffled["gates"].as_array_mut().unwrap() {
            for field in ["guards", "items", "approvals", "metrics"] {
                crate::plans::shuffle(gate[field].as_array_mut().unwrap(), seed);
            }
        }
        prop_assert_eq!(without_order(&view(&shuffled)), without_order(&view(&project)));
    }

    /// Where something is blocked, somebody can do something about it today, unless the plan says that things wait for themselves.
    #[test]
    fn what_is_blocked_has_a_root(project in projects()) {
        let view = view(&project);
        let document = Project::from_json(&project.to_string()).unwrap();
        let plan = schedule(&document, &people(), &PlanOptions::default()).unwrap();
        let loops = [Code::GateDeadlock, Code::StageDeadlock, Code::StageLoop, Code::LinkLoop, Code::LinkMoreLoops];
        prop_assume!(!plan.diagnostics.iter().any(|found| loops.contains(&found.code)));
        prop_assert!(view.blocked.is_empty() || !view.roots.is_empty(), "{:?}", view.blocked);
        for task in &view.blocked {
            prop_assert!(!task.reasons.is_empty());
        }
        for root in &view.roots {
            prop_assert!(root.tasks > 0, "{root:?}");
        }
    }
}
