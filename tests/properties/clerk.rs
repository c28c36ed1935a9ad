//! A clerk who reads the rules of blocking, gates and stages aloud: no indices, no order, every question asked anew.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::oracle::{Calendar, Oracle};

/// Working time of the one calendar, minute by minute.
static WORK: LazyLock<Oracle> = LazyLock::new(|| Oracle::new(&office(), today() - Days::new(60), 150));

pub(crate) fn office() -> Calendar {
    let day = vec![(540, 720), (780, 1080)];
    let mut week: [Vec<(u32, u32)>; 7] = std::array::from_fn(|_| day.clone());
    week[5].clear();
    week[6].clear();
    Calendar { zone: Tz::Asia__Shanghai, week, exceptions: Vec::new() }
}

pub(crate) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, 10).unwrap()
}

/// Wednesday morning in Shenzhen.
pub(crate) fn now() -> i64 {
    today().and_time(NaiveTime::MIN).and_utc().timestamp() + 3600
}

pub(crate) const MEMBERS: [&str; 4] = ["m0", "m1", "m2", "m3"];

pub(crate) type Reasons = BTreeSet<(String, String)>;

/// The clerk.
pub(crate) struct Clerk<'p>(pub(crate) &'p Value);

pub(crate) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

pub(crate) fn seconds(value: &Value) -> Option<i64> {
    value.as_str().map(|at| DateTime::parse_from_rfc3339(at).unwrap().timestamp())
}

pub(crate) fn is_past(value: &Value) -> bool {
    seconds(value).is_some_and(|at| at <= now())
}

pub(crate) fn same(a: &Value, b: &str) -> bool {
    a.as_str() == Some(b)
}

pub(crate) fn one(code: &str, subject: &str) -> Reasons {
    BTreeSet::from([(code.to_owned(), subject.to_owned())])
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl<'p> Clerk<'p> {
    pub(crate) fn tasks(&self) -> impl Iterator<Item = &'p Value> + use<'p> {
        list(&self.0["tasks"])
    }

    pub(crate) fn task(&self, id: &str) -> Option<&'p Value> {
        self.tasks().find(|task| same(&task["id"], id))
    }

    pub(crate) fn is_summary(&self, id: &str) -> bool {
        self.tasks().any(|task| same(&task["parent"], id))
    }

    pub(crate) fn leaves(&self) -> Vec<&'p str> {
        self.tasks().map(|task| text(&task["id"])).filter(|id| !self.is_summary(id)).collect()
    }

    /// A task and the summaries above it.
    pub(crate) fn up(&self, id: &str) -> Vec<&'p Value> {
        std::iter::successors(self.task(id), |task| self.task(task["parent"].as_str()?)).collect()
    }

    pub(crate) fn leaves_of(&self, id: &str) -> Vec<&'p str> {
        self.leaves().into_iter().filter(|leaf| self.up(leaf).iter().any(|task| same(&task["id"], id))).collect()
    }

    pub(crate) fn standing(&self, id: &str) -> &'static str {
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

    pub(crate) fn is_unfinished(&self, id: &str) -> bool {
        ["waiting", "running"].contains(&self.standing(id))
    }

    pub(crate) fn unfinished(&self, id: &str) -> Vec<&'p str> {
        self.leaves_of(id).into_iter().filter(|leaf| self.is_unfinished(leaf)).collect()
    }

    pub(crate) fn began_at(&self, id: &str) -> Option<i64> {
        self.leaves_of(id).iter().filter_map(|leaf| past(&self.task(leaf)?["progress"]["actualStart"])).min()
    }

    pub(crate) fn done_at(&self, id: &str) -> Option<i64> {
        let counted = self.leaves_of(id).into_iter().filter(|leaf| self.standing(leaf) != "cancelled");
        let ends: Vec<Option<i64>> = counted
            .map(|leaf| past(&self.task(leaf)?["progress"]["actualStart"]).and(past(&self.task(leaf)?["progress"]["actualFinish"])))
            .collect();
        ends.into_iter().collect::<Option<Vec<i64>>>()?.into_iter().max()
    }

    pub(crate) fn by_links(&self, id: &str, end: &str) -> Reasons {
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

    pub(crate) fn by_gates(&self, guarded: &Value) -> Reasons {
        list(&self.0["gates"])
            .filter(|gate| list(&gate["guards"]).any(|guard| guard == guarded))
            .flat_map(|gate| self.missing_in(gate))
            .collect()
    }

    pub(crate) fn missing_in(&self, gate: &Value) -> Reasons {
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

    pub(crate) fn unapproved(&self, gate: &Value, approval: &Value) -> Option<&'static str> {
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

    pub(crate) fn stage_of(&self, id: &str) -> Option<&'p Value> {
        let name = self.up(id).iter().find_map(|task| task["stage"].as_str())?;
        self.stage(name)
    }

    pub(crate) fn stage(&self, id: &str) -> Option<&'p Value> {
        list(&self.0["stages"]).find(|stage| same(&stage["id"], id))
    }

    pub(crate) fn tasks_in(&self, stage: &str) -> Vec<&'p str> {
        let inside = |leaf: &&str| self.stage_of(leaf).is_some_and(|of| same(&of["id"], stage));
        self.leaves().into_iter().filter(|leaf| inside(leaf) && self.is_unfinished(leaf)).collect()
    }

    /// Whether somebody has worked in a stage.
    pub(crate) fn has_begun(&self, stage: &Value) -> bool {
        let inside = |leaf: &&str| self.stage_of(leaf) == Some(stage);
        self.leaves().into_iter().filter(inside).any(|leaf| match self.standing(leaf) {
            "running" | "done" => true,
            "cancelled" => self.began_at(leaf).is_some(),
            _ => false,
        })
    }

    /// `asked` are the stages that wait for this answer: who waits for itself never opens.
    pub(crate) fn state(&self, stage: &'p Value, asked: &[&Value]) -> &'static str {
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

    pub(crate) fn entry(&self, stage: &'p Value, asked: &[&Value]) -> Reasons {
        let asked: Vec<&Value> = asked.iter().copied().chain([stage]).collect();
        let is_open = |id: &&str| {
            let before = self.stage(id).unwrap();
            let settled = is_past(&before["closed"]) || is_past(&before["opened"]) || before["byHand"] != true && self.has_begun(before);
            asked.contains(&before) && !settled || self.state(before, &asked) != "closed"
        };
        let earlier = list(&stage["after"]).map(text).filter(is_open).map(|id| ("stage.earlier".to_owned(), id.to_owned()));
        earlier.chain(self.by_gates(&json!({ "kind": "openStage", "stage": stage["id"] }))).collect()
    }

    pub(crate) fn by_stage(&self, id: &str) -> Reasons {
        let Some(stage) = self.stage_of(id) else { return Reasons::new() };
        let name = text(&stage["id"]);
        match self.state(stage, &[]) {
            "closed" => one("stage.closed", name),
            "ahead" => one("stage.notOpen", name).into_iter().chain(self.entry(stage, &[])).collect(),
            _ => Reasons::new(),
        }
    }

    pub(crate) fn against_start(&self, id: &str) -> Reasons {
        let mut found = self.by_stage(id);
        for task in self.up(id) {
            found.extend(self.by_links(text(&task["id"]), "S"));
            found.extend(self.by_gates(&json!({ "kind": "startTask", "task": task["id"] })));
        }
        found
    }

    pub(crate) fn against_end(&self, id: &str) -> Reasons {
        let mut found = self.by_links(id, "F");
        found.extend(self.by_gates(&json!({ "kind": "completeTask", "task": id })));
        // With its last task a summary is completed.
        if let Some(parent) = self.task(id).unwrap()["parent"].as_str().filter(|parent| self.unfinished(parent).len() <= 1) {
            found.extend(self.against_end(parent));
        }
        found
    }

    pub(crate) fn against(&self, intent: &Value) -> Reasons {
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

    pub(crate) fn intents(&self) -> Vec<Value> {
        let of_tasks = self.tasks().flat_map(|task| ["startTask", "completeTask"].map(|kind| json!({ "kind": kind, "task": task["id"] })));
        let of_stages =
            list(&self.0["stages"]).flat_map(|stage| ["openStage", "closeStage"].map(|kind| json!({ "kind": kind, "stage": stage["id"] })));
        of_tasks.chain(of_stages).chain([json!({ "kind": "closeProject" })]).collect()
    }
}

/// Who works on a task.
fn workers(task: &Value) -> impl Iterator<Item = &Value> {
    std::iter::once(&task["owner"]).chain(list(&task["helpers"])).chain(list(&task["assignments"]).map(|assignment| &assignment["member"]))
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
