//! What is blocked, against a clerk who reads the rules aloud: no indices, no order, every question asked anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use linkstar::{Blocking, Code, Directory, Intent, PlanOptions, Project, Timestamp, blocking, check, schedule};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::oracle::{Calendar, Oracle};

/// Working time of the one calendar, minute by minute.
static WORK: LazyLock<Oracle> = LazyLock::new(|| Oracle::new(&office(), today() - Days::new(60), 150));

fn office() -> Calendar {
    let day = vec![(540, 720), (780, 1080)];
    let mut week: [Vec<(u32, u32)>; 7] = std::array::from_fn(|_| day.clone());
    week[5].clear();
    week[6].clear();
    Calendar { zone: Tz::Asia__Shanghai, week, exceptions: Vec::new() }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, 10).unwrap()
}

/// Wednesday morning in Shenzhen.
fn now() -> i64 {
    today().and_time(NaiveTime::MIN).and_utc().timestamp() + 3600
}

fn moment(hours: i64) -> String {
    DateTime::<Utc>::from_timestamp(now() + hours * 3600, 0).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Choices one after the other: shorter and smaller ones make a simpler project.
struct Tape<'t>(std::slice::Iter<'t, u16>);

impl Tape<'_> {
    fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % count.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    fn of<'v>(&mut self, choices: &[&'v str]) -> &'v str {
        choices[self.below(choices.len())]
    }

    /// Hours before the present, sometimes after it.
    fn past(&mut self) -> String {
        if self.one_in(6) { moment(1 + self.hours(100)) } else { moment(-self.hours(200)) }
    }

    fn hours(&mut self, most: usize) -> i64 {
        i64::try_from(self.below(most)).unwrap()
    }

    fn many<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|index| make(self, index)).collect()
    }
}

const MEMBERS: [&str; 4] = ["m0", "m1", "m2", "m3"];
const KINDS: [&str; 4] = ["FS", "SS", "FF", "SF"];

fn directory() -> Value {
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

fn projects() -> impl Strategy<Value = Value> {
    prop::collection::vec(any::<u16>(), 0..500).prop_map(|choices| project(&choices))
}

fn at_now() -> Timestamp {
    moment(0).parse().unwrap()
}

fn people() -> Directory {
    Directory::from_json(&directory().to_string()).unwrap()
}

fn view(project: &Value) -> Blocking {
    let project = Project::from_json(&project.to_string()).unwrap();
    blocking(&project, &people(), at_now(), 1000, &PlanOptions::default()).unwrap()
}

type Reasons = BTreeSet<(String, String)>;

/// The clerk.
struct Clerk<'p>(&'p Value);

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_str().map(|at| DateTime::parse_from_rfc3339(at).unwrap().timestamp())
}

fn is_past(value: &Value) -> bool {
    seconds(value).is_some_and(|at| at <= now())
}

fn same(a: &Value, b: &str) -> bool {
    a.as_str() == Some(b)
}

fn one(code: &str, subject: &str) -> Reasons {
    BTreeSet::from([(code.to_owned(), subject.to_owned())])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl<'p> Clerk<'p> {
    fn tasks(&self) -> impl Iterator<Item = &'p Value> + use<'p> {
        list(&self.0["tasks"])
    }

    fn task(&self, id: &str) -> Option<&'p Value> {
        self.tasks().find(|task| same(&task["id"], id))
    }

    fn is_summary(&self, id: &str) -> bool {
        self.tasks().any(|task| same(&task["parent"], id))
    }

    fn leaves(&self) -> Vec<&'p str> {
        self.tasks().map(|task| text(&task["id"])).filter(|id| !self.is_summary(id)).collect()
    }

    /// A task and the summaries above it.
    fn up(&self, id: &str) -> Vec<&'p Value> {
        std::iter::successors(self.task(id), |task| self.task(task["parent"].as_str()?)).collect()
    }

    fn leaves_of(&self, id: &str) -> Vec<&'p str> {
        self.leaves().into_iter().filter(|leaf| self.up(leaf).iter().any(|task| same(&task["id"], id))).collect()
    }

    fn standing(&self, id: &str) -> &'static str {
        if self.is_summary(id) {
            let all: Vec<&str> =
                self.leaves_of(id).iter().map(|leaf| self.standing(leaf)).filter(|standing| *standing != "cancelled").collect();
            return match () {
                () if all.is_empty() => "cancelled",
                () if all.iter().all(|standing| *standing == "done") => "done",
                () if all.iter().all(|standing| *standing == "waiting") => "waiting",
                () => "running",
            };
        }
        let task = self.task(id).unwrap();
        let percent = task["percentComplete"].as_i64().unwrap_or_default();
        match () {
            () if percent >= 100 || is_past(&task["progress"]["actualStart"]) && is_past(&task["progress"]["actualFinish"]) => "done",
            () if self.up(id).iter().any(|task| task["cancelled"] == true) => "cancelled",
            () if percent > 0 || is_past(&task["progress"]["actualStart"]) => "running",
            () => "waiting",
        }
    }

    fn is_unfinished(&self, id: &str) -> bool {
        ["waiting", "running"].contains(&self.standing(id))
    }

    fn unfinished(&self, id: &str) -> Vec<&'p str> {
        self.leaves_of(id).into_iter().filter(|leaf| self.is_unfinished(leaf)).collect()
    }

    fn began_at(&self, id: &str) -> Option<i64> {
        self.leaves_of(id).iter().filter_map(|leaf| past(&self.task(leaf)?["progress"]["actualStart"])).min()
    }

    fn done_at(&self, id: &str) -> Option<i64> {
        let counted = self.leaves_of(id).into_iter().filter(|leaf| self.standing(leaf) != "cancelled");
        let ends: Vec<Option<i64>> = counted
            .map(|leaf| past(&self.task(leaf)?["progress"]["actualStart"]).and(past(&self.task(leaf)?["progress"]["actualFinish"])))
            .collect();
        ends.into_iter().collect::<Option<Vec<i64>>>()?.into_iter().max()
    }

    fn by_links(&self, id: &str, end: &str) -> Reasons {
        let mut found = Reasons::new();
        for link in list(&self.0["links"]).filter(|link| same(&link["successor"], id) && text(&link["kind"]).ends_with(end)) {
            let (before, from_start) = (text(&link["predecessor"]), text(&link["kind"]).starts_with('S'));
            let blocks = link["blocking"] == true || self.task(before).is_some_and(|task| task["blocking"] == true);
            if !blocks || is_past(&link["waiver"]["at"]) {
                continue;
            }
            if self.task(before).is_none() {
                found.extend(one("blocker.missing", before));
                continue;
            }
            let standing = self.standing(before);
            let (happened, event) = match from_start {
                true => (
                    standing == "running" || standing == "done" || standing == "cancelled" && self.began_at(before).is_some(),
                    self.began_at(before),
                ),
                false => (standing == "done", self.done_at(before)),
            };
            let lag = text(&link["lag"]);
            let minutes: i64 = lag.trim_end_matches(['e', 'm']).parse().unwrap_or_default();
            match (happened, event) {
                (false, _) if standing == "cancelled" => found.extend(one("blocker.cancelled", before)),
                (false, _) if from_start => found.extend(one("blocker.notStarted", before)),
                (false, _) => found.extend(one("blocker.notFinished", before)),
                (true, _) if minutes <= 0 => {}
                (true, None) => found.extend(one("blocker.noDate", before)),
                (true, Some(event)) => {
                    let until = if lag.ends_with("em") { event / 60 + minutes } else { WORK.shift(event / 60, minutes) };
                    if now() < until * 60 {
                        found.extend(one("blocker.lag", before));
                    }
                }
            }
        }
        found
    }

    fn by_gates(&self, guarded: &Value) -> Reasons {
        list(&self.0["gates"])
            .filter(|gate| list(&gate["guards"]).any(|guard| guard == guarded))
            .flat_map(|gate| self.missing_in(gate))
            .collect()
    }

    fn missing_in(&self, gate: &Value) -> Reasons {
        let mut found = Reasons::new();
        if is_past(&gate["waiver"]["at"]) {
            return found;
        }
        for in_gate in list(&gate["items"]).filter(|in_gate| !is_past(&in_gate["waiver"]["at"])) {
            let id = text(&in_gate["item"]);
            let item = list(&self.0["checklist"]).find(|item| same(&item["id"], id)).unwrap();
            if list(&item["needs"]).next().is_none() && !is_past(&item["ticked"]["at"]) {
                found.extend(one("gate.itemUnticked", id));
            }
            for need in list(&item["needs"]) {
                let open = if in_gate["soft"] == true { "gate.itemSoft" } else { "gate.itemOpen" };
                found.extend(shown(item, need).map(|code| (code.unwrap_or(open).to_owned(), id.to_owned())));
            }
        }
        for approval in list(&gate["approvals"]) {
            found.extend(self.unapproved(gate, approval).map(|code| (code.to_owned(), text(&approval["name"]).to_owned())));
        }
        for condition in list(&gate["metrics"]) {
            let metric = list(&self.0["metrics"]).find(|metric| metric["id"] == condition["metric"]).unwrap();
            found.extend(unmet(metric, condition).map(|code| (code.to_owned(), text(&condition["metric"]).to_owned())));
        }
        found
    }

    fn unapproved(&self, gate: &Value, approval: &Value) -> Option<&'static str> {
        let mut involved: Vec<&Value> = Vec::new();
        for guard in list(&gate["guards"]) {
            involved.extend(self.task(text(&guard["task"])).into_iter().flat_map(workers));
            involved.extend(list(&self.0["stages"]).filter(|stage| stage["id"] == guard["stage"]).map(|stage| &stage["owner"]));
        }
        for in_gate in list(&gate["items"]) {
            let item = list(&self.0["checklist"]).find(|item| item["id"] == in_gate["item"]).unwrap();
            involved.push(&item["ticked"]["by"]);
            involved.extend(self.task(text(&item["producer"])).into_iter().flat_map(workers));
            involved.extend(list(&item["evidence"]).map(|piece| &piece["by"]));
        }
        let named = |member: &str| list(&approval["members"]).any(|id| same(id, member));
        let has_role = |member: &str| !approval["role"].is_null() && ["m0", "m1"].contains(&member);
        let anybody = approval["role"].is_null() && list(&approval["members"]).next().is_none();
        let may = |member: &&str| {
            (named(member) || has_role(member) || anybody) && (approval["ownWork"] == true || !involved.iter().any(|by| same(by, member)))
        };
        let latest = |member: &&str| {
            let said = list(&approval["decisions"]).filter(|decision| same(&decision["by"], member) && is_past(&decision["at"]));
            said.max_by_key(|decision| seconds(&decision["at"])).map(|decision| decision["approved"] == true)
        };
        let judges: Vec<Option<bool>> = MEMBERS.iter().filter(|member| may(member)).map(latest).collect();
        let needed = usize::try_from(approval["needed"].as_u64().unwrap()).unwrap();
        let count = |said: Option<bool>| judges.iter().filter(|judge| **judge == said).count();
        match () {
            () if count(Some(true)) >= needed => None,
            () if count(Some(false)) > 0 && count(Some(true)) + count(None) < needed => Some("gate.approvalRefused"),
            () if count(None) == 0 => Some("gate.unreachable"),
            () => Some("gate.approvalOpen"),
        }
    }

    fn stage_of(&self, id: &str) -> Option<&'p Value> {
        let name = self.up(id).iter().find_map(|task| task["stage"].as_str())?;
        self.stage(name)
    }

    fn stage(&self, id: &str) -> Option<&'p Value> {
        list(&self.0["stages"]).find(|stage| same(&stage["id"], id))
    }

    fn tasks_in(&self, stage: &str) -> Vec<&'p str> {
        let inside = |leaf: &&str| self.stage_of(leaf).is_some_and(|of| same(&of["id"], stage));
        self.leaves().into_iter().filter(|leaf| inside(leaf) && self.is_unfinished(leaf)).collect()
    }

    /// Whether somebody has worked in a stage.
    fn has_begun(&self, stage: &Value) -> bool {
        let inside = |leaf: &&str| self.stage_of(leaf) == Some(stage);
        self.leaves().into_iter().filter(inside).any(|leaf| match self.standing(leaf) {
            "running" | "done" => true,
            "cancelled" => self.began_at(leaf).is_some(),
            _ => false,
        })
    }

    /// `asked` are the stages that wait for this answer: who waits for itself never opens.
    fn state(&self, stage: &'p Value, asked: &[&Value]) -> &'static str {
        if is_past(&stage["closed"]) {
            return "closed";
        }
        let by_itself = stage["byHand"] != true;
        let opens = is_past(&stage["opened"]) || by_itself && (self.has_begun(stage) || self.entry(stage, asked).is_empty());
        let closes = by_itself
            && self.tasks_in(text(&stage["id"])).is_empty()
            && self.by_gates(&json!({ "kind": "closeStage", "stage": stage["id"] })).is_empty();
        match (opens, closes) {
            (true, true) => "closed",
            (true, false) => "open",
            (false, _) => "ahead",
        }
    }

    fn entry(&self, stage: &'p Value, asked: &[&Value]) -> Reasons {
        let asked: Vec<&Value> = asked.iter().copied().chain([stage]).collect();
        let is_open = |id: &&str| {
            let before = self.stage(id).unwrap();
            let settled = is_past(&before["closed"]) || is_past(&before["opened"]) || before["byHand"] != true && self.has_begun(before);
            asked.contains(&before) && !settled || self.state(before, &asked) != "closed"
        };
        let earlier = list(&stage["after"]).map(text).filter(is_open).map(|id| ("stage.earlier".to_owned(), id.to_owned()));
        earlier.chain(self.by_gates(&json!({ "kind": "openStage", "stage": stage["id"] }))).collect()
    }

    fn by_stage(&self, id: &str) -> Reasons {
        let Some(stage) = self.stage_of(id) else { return Reasons::new() };
        let name = text(&stage["id"]);
        match self.state(stage, &[]) {
            "closed" => one("stage.closed", name),
            "ahead" => one("stage.notOpen", name).into_iter().chain(self.entry(stage, &[])).collect(),
            _ => Reasons::new(),
        }
    }

    fn against_start(&self, id: &str) -> Reasons {
        let mut found = self.by_stage(id);
        for task in self.up(id) {
            found.extend(self.by_links(text(&task["id"]), "S"));
            found.extend(self.by_gates(&json!({ "kind": "startTask", "task": task["id"] })));
        }
        found
    }

    fn against_end(&self, id: &str) -> Reasons {
        let mut found = self.by_links(id, "F");
        found.extend(self.by_gates(&json!({ "kind": "completeTask", "task": id })));
        // With its last task a summary is completed.
        if let Some(parent) = self.task(id).unwrap()["parent"].as_str().filter(|parent| self.unfinished(parent).len() <= 1) {
            found.extend(self.against_end(parent));
        }
        found
    }

    fn against(&self, intent: &Value) -> Reasons {
        let (task, stage) = (text(&intent["task"]), self.stage(text(&intent["stage"])));
        let open = |leaves: Vec<&str>| leaves.into_iter().map(|leaf| ("task.open".to_owned(), leaf.to_owned())).collect::<Reasons>();
        match (text(&intent["kind"]), stage) {
            ("startTask", _) => match self.standing(task) {
                "waiting" => self.against_start(task),
                "running" => one("task.begun", task),
                "done" => one("task.done", task),
                _ => one("task.cancelled", task),
            },
            ("completeTask", _) if self.is_summary(task) => open(self.unfinished(task)).into_iter().chain(self.against_end(task)).collect(),
            ("completeTask", _) => match self.standing(task) {
                "waiting" => self.against_start(task).into_iter().chain(self.against_end(task)).collect(),
                "running" => self.against_end(task),
                "done" => one("task.done", task),
                _ => one("task.cancelled", task),
            },
            ("openStage", Some(stage)) if self.state(stage, &[]) == "open" => Reasons::new(),
            ("openStage", Some(stage)) => self.entry(stage, &[]),
            ("closeStage", Some(stage)) => {
                let mut found = open(self.tasks_in(text(&stage["id"])));
                if self.state(stage, &[]) == "ahead" {
                    found.extend(one("stage.notOpen", text(&stage["id"])));
                }
                found.into_iter().chain(self.by_gates(intent)).collect()
            }
            _ => open(self.leaves().into_iter().filter(|leaf| self.is_unfinished(leaf)).collect())
                .into_iter()
                .chain(list(&self.0["stages"]).filter(|stage| self.state(stage, &[]) == "open").flat_map(|stage| {
                    let closing = self.by_gates(&json!({ "kind": "closeStage", "stage": stage["id"] }));
                    one("stage.earlier", text(&stage["id"])).into_iter().chain(closing)
                }))
                .chain(self.by_gates(intent))
                .collect(),
        }
    }

    fn intents(&self) -> Vec<Value> {
        let of_tasks = self.tasks().flat_map(|task| ["startTask", "completeTask"].map(|kind| json!({ "kind": kind, "task": task["id"] })));
        let of_stages =
            list(&self.0["stages"]).flat_map(|stage| ["openStage", "closeStage"].map(|kind| json!({ "kind": kind, "stage": stage["id"] })));
        of_tasks.chain(of_stages).chain([json!({ "kind": "closeProject" })]).collect()
    }
}

/// Who works on a task.
fn workers(task: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(&task["owner"]).chain(list(&task["assignments"]).map(|assignment| &assignment["member"]))
}

/// A moment, if it has come.
fn past(at: &Value) -> Option<i64> {
    seconds(at).filter(|_| is_past(at))
}

/// What is wrong with one kind of evidence: nothing, a code, or that there is none.
fn shown(item: &Value, need: &Value) -> Option<Option<&'static str>> {
    let edge = |piece: &Value, field: &str, more: u64| {
        let day: NaiveDate = piece["validity"][field].as_str()?.parse().ok()?;
        let zone: Tz = text(&piece["validity"]["zone"]).parse().unwrap();
        zone.from_local_datetime(&(day + Days::new(more)).and_time(NaiveTime::MIN)).earliest().map(|at| at.timestamp())
    };
    let counts = |piece: &&Value| {
        let ordered = match (edge(piece, "first", 0), edge(piece, "last", 0)) {
            (Some(first), Some(last)) => first <= last,
            _ => true,
        };
        piece["kind"] == *need && is_past(&piece["at"]) && ordered && (piece["digest"].is_null() || text(&piece["digest"]).len() == 64)
    };
    let pieces: Vec<(i64, i64)> = list(&item["evidence"])
        .filter(counts)
        .map(|piece| (edge(piece, "first", 0).unwrap_or(i64::MIN), edge(piece, "last", 1).unwrap_or(i64::MAX)))
        .collect();
    match () {
        () if pieces.iter().any(|(first, end)| *first <= now() && now() < *end) => None,
        () if pieces.iter().any(|(first, _)| *first > now()) => Some(Some("gate.itemEarly")),
        () if !pieces.is_empty() => Some(Some("gate.itemExpired")),
        () => Some(None),
    }
}

fn unmet(metric: &Value, condition: &Value) -> Option<&'static str> {
    let mut readings: Vec<(i64, i64)> = list(&metric["readings"])
        .filter(|reading| is_past(&reading["at"]))
        .map(|reading| (seconds(&reading["at"]).unwrap(), reading["value"].as_i64().unwrap()))
        .collect();
    readings.sort_unstable();
    let Some((latest, _)) = readings.last().copied() else { return Some("gate.metricMissing") };
    if condition["freshHours"].as_i64().is_some_and(|hours| latest < now() - hours * 3600) {
        return Some("gate.metricStale");
    }
    readings.retain(|(at, _)| condition["windowHours"].as_i64().is_none_or(|hours| *at > now() - hours * 3600));
    let values: Vec<i64> = readings.iter().map(|(_, value)| *value).collect();
    let Some(last) = values.last() else { return Some("gate.metricMissing") };
    let (sum, bound) = (values.iter().sum::<i64>(), condition["bound"].as_i64().unwrap());
    let (value, bound) = match text(&condition["take"]) {
        "sum" => (sum, bound),
        "average" => (sum, bound * i64::try_from(values.len()).unwrap()),
        "minimum" => (*values.iter().min().unwrap(), bound),
        "maximum" => (*values.iter().max().unwrap(), bound),
        _ => (*last, bound),
    };
    let holds = if same(&condition["side"], "atLeast") { value >= bound } else { value <= bound };
    (!holds).then_some("gate.metricShort")
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
