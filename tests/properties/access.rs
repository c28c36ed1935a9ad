//! Who may do and see what, in random projects under random grants, against a clerk who reads the rules aloud: every grant is looked at
//! anew for every question.

use std::collections::BTreeSet;

use linkstar::{Directory, PlanOptions, Project, call, schedule};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::blocking::Tape;
use crate::clerk::{MEMBERS, list, office, same, text};

const RIGHTS: [&str; 22] = [
    "view",
    "viewInternal",
    "viewMoney",
    "comment",
    "attach",
    "progress",
    "report",
    "evidence",
    "approve",
    "release",
    "waive",
    "plan",
    "assign",
    "delete",
    "gates",
    "risks",
    "money",
    "baseline",
    "life",
    "lessons",
    "audit",
    "privacy",
];
const STAGES: [&str; 3] = ["s0", "s1", "s2"];
const PLATFORMS: [&str; 2] = ["amazon", "tiktok"];
const ROLES: [&str; 8] = ["partner", "viewer", "mine", "commenter", "books", "editor", "pmo", "owner"];

/// The clerk.
struct Clerk<'d> {
    project: &'d Value,
    directory: &'d Value,
}

impl<'d> Clerk<'d> {
    fn task(&self, id: &str) -> Option<&'d Value> {
        list(&self.project["tasks"]).find(|task| same(&task["id"], id))
    }

    /// A task and the summaries above it.
    fn up(&self, id: &str) -> Vec<&'d Value> {
        std::iter::successors(self.task(id), |task| self.task(task["parent"].as_str()?)).collect()
    }

    fn stage(&self, id: &str) -> Option<&'d str> {
        self.up(id).into_iter().find_map(|task| task["stage"].as_str())
    }

    fn platforms(&self, id: &str) -> Vec<&'d str> {
        let named = |task: &'d Value| list(&task["tags"]).filter_map(|tag| text(tag).strip_prefix("platform:")).collect::<Vec<_>>();
        self.up(id).into_iter().map(named).find(|named| !named.is_empty()).unwrap_or_default()
    }

    fn is_own(&self, id: &str, member: &str) -> bool {
        self.up(id).iter().any(|task| {
            same(&task["owner"], member)
                || list(&task["helpers"]).any(|helper| same(helper, member))
                || list(&task["assignments"]).any(|assigned| same(&assigned["member"], member))
        })
    }

    /// What a role of access allows, and whether for own tasks only.
    fn role(&self, id: &str) -> (Vec<&'d str>, bool) {
        if let Some(own) = list(&self.directory["accessRoles"]).find(|role| same(&role["id"], id)) {
            return (list(&own["rights"]).map(text).collect(), own["ownTasks"] == true);
        }
        let rights: &[&str] = match id {
            "owner" => &RIGHTS,
            "pmo" => return (RIGHTS.into_iter().filter(|right| !["money", "privacy"].contains(right)).collect(), false),
            "editor" => &[
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
            ],
            "commenter" => &["view", "viewInternal", "comment", "attach"],
            "viewer" => &["view", "viewInternal"],
            "partner" => &["view", "comment", "attach", "progress", "evidence"],
            other => panic!("{other}"),
        };
        (rights.to_vec(), id == "partner")
    }

    fn grants(&self, member: &str) -> impl Iterator<Item = &'d Value> {
        let known = list(&self.directory["members"]).find(|known| same(&known["id"], member));
        let of = move |grant: &&Value| {
            known.is_some_and(|known| grant["member"] == known["id"] || list(&known["roles"]).any(|role| grant["role"] == *role))
        };
        list(&self.directory["grants"]).filter(of)
    }

    fn is_within(&self, grant: &Value, what: &What) -> bool {
        let own = self.role(text(&grant["access"])).1 || grant["ownTasks"] == true;
        let names = |field: &str, wanted: &Value| list(&grant[field]).next().is_none() || list(&grant[field]).any(|name| name == wanted);
        let is_limited = own || ["stages", "platforms"].iter().any(|field| list(&grant[field]).next().is_some());
        let in_project = names("projects", &self.project["id"]);
        in_project
            && match what {
                What::Whole => !is_limited,
                What::Stage(stage) => !own && names("stages", &json!(stage)) && list(&grant["platforms"]).next().is_none(),
                What::Task(id, member) => {
                    let platforms = self.platforms(id);
                    (!own || self.is_own(id, member))
                        && names("stages", &json!(self.stage(id)))
                        && (names("platforms", &Value::Null) || !platforms.is_empty())
                        && platforms.iter().all(|platform| names("platforms", &json!(platform)))
                }
            }
    }

    /// The grant that allows it, or those that end before.
    fn ask(&self, member: &str, right: &str, what: &What) -> Result<&'d Value, Vec<&'d Value>> {
        let giving: Vec<&Value> = self.grants(member).filter(|grant| self.role(text(&grant["access"])).0.contains(&right)).collect();
        giving.iter().copied().find(|grant| self.is_within(grant, what)).ok_or(giving)
    }

    fn may(&self, member: &str, right: &str, what: &What) -> bool {
        self.ask(member, right, what).is_ok()
    }

    /// Whether any grant gives any right in the project.
    fn is_known(&self, member: &str) -> bool {
        self.grants(member).any(|grant| {
            let mut projects = list(&grant["projects"]).peekable();
            let is_here = projects.peek().is_none() || projects.any(|id| *id == self.project["id"]);
            is_here && !self.role(text(&grant["access"])).0.is_empty()
        })
    }

    /// A task that a record names, else the project; of a task that is gone only who sees all may know.
    fn about<'w>(&self, task: &'w Value, member: &'w str) -> What<'w> {
        task.as_str().filter(|id| self.task(id).is_some()).map_or(What::Whole, |id| What::Task(id, member))
    }

    fn sees(&self, task: &Value, member: &str) -> bool {
        self.may(member, "view", &self.about(task, member))
    }

    fn sees_all(&self, tasks: &Value, member: &str) -> bool {
        let mut tasks = list(tasks).peekable();
        if tasks.peek().is_none() { self.may(member, "view", &What::Whole) } else { tasks.all(|task| self.sees(task, member)) }
    }

    fn sees_record(&self, list_name: &str, record: &Value, member: &str) -> bool {
        let whole = self.may(member, "view", &What::Whole);
        let sees_it = self.sees(&record["task"], member);
        let has = |right: &str| self.may(member, right, &self.about(&record["task"], member));
        match list_name {
            "tasks" => self.sees(&record["id"], member),
            "links" => self.sees(&record["predecessor"], member) && self.sees(&record["successor"], member),
            "comments" => sees_it && (record["internal"] != true || has("viewInternal")),
            "attachments" => {
                let whole = [Value::Null];
                let tasks = record["tasks"].as_array().map_or(&whole[..], Vec::as_slice);
                tasks.iter().any(|task| {
                    self.sees(task, member) && (record["internal"] != true || self.may(member, "viewInternal", &self.about(task, member)))
                })
            }
            "money" => sees_it && has("viewMoney"),
            "risks" => self.sees_all(&record["tasks"], member),
            "baselines" => whole || list(&record["tasks"]).any(|row| self.sees(&row["task"], member)),
            "metrics" | "lessons" | "ext" => whole,
            "held" => {
                let command = record["command"].to_string();
                whole
                    && (!command.contains("minor") || self.may(member, "viewMoney", &What::Whole))
                    && (!command.contains("internal") || self.may(member, "viewInternal", &What::Whole))
            }
            "gates" => {
                let guard = |intent: &Value| match text(&intent["kind"]) {
                    "startTask" | "completeTask" => self.sees(&intent["task"], member),
                    "openStage" | "closeStage" => self.may(member, "view", &What::Stage(text(&intent["stage"]))),
                    _ => whole,
                };
                if list(&record["guards"]).next().is_none() { whole } else { list(&record["guards"]).all(guard) }
            }
            "checklist" => {
                let mut gates = list(&self.project["gates"]).filter(|gate| self.sees_record("gates", gate, member));
                let sees_any = self.grants(member).any(|grant| {
                    let everywhere = list(&grant["projects"]).next().is_none();
                    self.role(text(&grant["access"])).0.contains(&"view")
                        && (everywhere || list(&grant["projects"]).any(|project| *project == self.project["id"]))
                });
                self.sees(&record["producer"], member)
                    || sees_any && same(&record["owner"], member)
                    || gates.any(|gate| list(&gate["items"]).any(|item| item["item"] == record["id"]))
            }
            "stages" => {
                let stage = text(&record["id"]);
                let mut tasks = list(&self.project["tasks"]).map(|task| &task["id"]);
                self.may(member, "view", &What::Stage(stage))
                    || tasks.any(|id| self.sees(id, member) && self.stage(text(id)) == Some(stage))
            }
            other => panic!("{other}"),
        }
    }
}

enum What<'w> {
    Whole,
    Stage(&'w str),
    Task(&'w str, &'w str),
}

fn some<'v>(tape: &mut Tape, of: &[&'v str], one_in: usize) -> Vec<&'v str> {
    of.iter().filter(|_| tape.one_in(one_in)).copied().collect()
}

fn directory(tape: &mut Tape) -> Value {
    let members: Vec<Value> = MEMBERS.iter().map(|id| json!({ "id": id, "name": id, "roles": some(tape, &["r0", "r1"], 3) })).collect();
    let mut access = vec![json!({ "id": "books", "name": "B", "rights": ["viewMoney", "comment"] })];
    access.push(json!({ "id": "mine", "name": "M", "rights": some(tape, &RIGHTS, 2), "ownTasks": tape.one_in(2) }));
    if tape.one_in(3) {
        access.push(json!({ "id": "viewer", "name": "V", "rights": ["view"] }));
    }
    let grants = tape.many(6, |tape, index| {
        let mut grant = json!({ "id": format!("g{index}"), "access": tape.of(&ROLES), "ownTasks": tape.one_in(4) });
        if tape.one_in(3) {
            grant["role"] = tape.of(&["r0", "r1"]).into();
        } else {
            grant["member"] = tape.of(&MEMBERS).into();
        }
        grant["projects"] = if tape.one_in(2) { json!(some(tape, &["p", "q"], 2)) } else { json!([]) };
        grant["stages"] = json!(some(tape, &STAGES, 4));
        grant["platforms"] = json!(some(tape, &PLATFORMS, 4));
        grant
    });
    let roles = json!([{ "id": "r0", "name": "R" }, { "id": "r1", "name": "R" }]);
    json!({ "linkstar": 1, "calendars": [office().to_json("c0")], "roles": roles, "members": members, "accessRoles": access, "grants": grants })
}

/// Texts name the task that they are about as `<t3>`, so that a leak shows wherever it is.
fn project(tape: &mut Tape) -> Value {
    let at = "2027-03-08T02:00:00Z";
    let count = 1 + tape.below(7);
    let mut tasks = Vec::new();
    for index in 0..count {
        let mut task = json!({ "id": format!("t{index}"), "name": format!("<t{index}>"), "duration": format!("{}h", tape.below(20)) });
        if index > 0 && !tape.one_in(3) {
            task["parent"] = format!("t{}", tape.below(index)).into();
        }
        if tape.one_in(3) {
            task["stage"] = tape.of(&STAGES).into();
        }
        if tape.one_in(3) {
            task["owner"] = tape.of(&MEMBERS).into();
        }
        task["helpers"] = json!(some(tape, &MEMBERS, 8));
        task["assignments"] = some(tape, &MEMBERS, 8).into_iter().map(|member| json!({ "member": member })).collect();
        task["tags"] = json!(some(tape, &["kind:a", "platform:amazon", "platform:tiktok"], 5));
        task["cancelled"] = tape.one_in(8).into();
        if tape.one_in(4) {
            task["ext"] = json!([{ "key": "erp.price", "json": "\"secret\"" }]);
        }
        tasks.push(task);
    }
    let any = |tape: &mut Tape| format!("t{}", tape.below(count));
    let mut project = json!({ "linkstar": 1, "id": "p", "name": "P", "calendar": "c0", "anchor": { "kind": "start", "at": at } });
    let mut pairs = BTreeSet::new();
    let links = tape.many(4, |tape, _| (tape.below(count), tape.below(count), tape.one_in(2)));
    let links = links.into_iter().filter(|(from, to, _)| from < to && pairs.insert((*from, *to)));
    let links = links.map(|(from, to, blocking)| {
        let gone = blocking && from == 0 && to == 2;
        let from = if gone { "gone".to_owned() } else { format!("t{from}") };
        json!({ "predecessor": from, "successor": format!("t{to}"), "blocking": blocking })
    });
    project["links"] = links.collect();
    project["stages"] = json!([
        { "id": "s0", "name": "S" }, { "id": "s1", "name": "S", "after": ["s0"] }, { "id": "s2", "name": "S", "after": ["s1", "s0"] }]);
    project["checklist"] = (0..3)
        .map(|index| {
            let mut item = json!({ "id": format!("i{index}"), "name": "I", "needs": ["n"] });
            if tape.one_in(2) {
                item["producer"] = any(tape).into();
            }
            if tape.one_in(3) {
                item["owner"] = tape.of(&MEMBERS).into();
            }
            item
        })
        .collect();
    project["gates"] = tape
        .many(3, |tape, index| {
            let guards = tape.many(2, |tape, _| match tape.below(6) {
                0 => json!({ "kind": "openStage", "stage": tape.of(&STAGES) }),
                1 => json!({ "kind": "closeProject" }),
                2 => json!({ "kind": "completeTask", "task": any(tape) }),
                _ => json!({ "kind": "startTask", "task": any(tape) }),
            });
            let items: Vec<Value> = some(tape, &["i0", "i1", "i2"], 2).into_iter().map(|item| json!({ "item": item })).collect();
            let metrics = if tape.one_in(2) { json!([{ "metric": "acos", "side": "atMost", "bound": 30 }]) } else { json!([]) };
            json!({ "id": format!("g{index}"), "name": "G", "guards": guards, "items": items, "metrics": metrics })
        })
        .into();
    project["metrics"] = json!([{ "id": "acos", "name": "A" }]);
    let about = |tape: &mut Tape, mut record: Value| {
        if !tape.one_in(4) {
            record["task"] = any(tape).into();
        }
        record
    };
    let named = |record: &Value| record["task"].as_str().map(|task| format!("<{task}>")).unwrap_or_default();
    project["comments"] = tape
        .many(5, |tape, index| {
            let mut comment = about(tape, json!({ "id": format!("c{index}"), "by": "m0", "at": at }));
            comment["internal"] = tape.one_in(3).into();
            if index > 0 && tape.one_in(2) {
                comment["answers"] = format!("c{}", tape.below(index)).into();
            }
            comment["text"] = format!("{}{}", named(&comment), if comment["internal"] == true { "secret" } else { "" }).into();
            comment
        })
        .into();
    project["attachments"] = tape
        .many(4, |tape, index| {
            let mut file =
                about(tape, json!({ "id": format!("a{index}"), "digest": "00", "bytes": 1, "mediaType": "text/plain", "version": 1 }));
            (file["by"], file["at"], file["internal"]) = ("m1".into(), at.into(), tape.one_in(3).into());
            file["name"] = format!("{}{}", named(&file), if file["internal"] == true { "secret" } else { "" }).into();
            if let Some(task) = file.as_object_mut().and_then(|fields| fields.remove("task")) {
                let mut all = tape.many(3, |tape, _| any(tape));
                all.push(text(&task).to_owned());
                all.sort();
                all.dedup();
                file["name"] = if file["internal"] == true { "secret" } else { "" }.into();
                file["tasks"] = json!(all);
            }
            file
        })
        .into();
    let line = |index: usize| json!({ "id": format!("m{index}"), "name": "fee", "kind": "actual", "minor": 5, "currency": "USD" });
    project["money"] = tape.many(3, |tape, index| about(tape, line(index))).into();
    project["risks"] = tape
        .many(3, |tape, index| {
            let tasks = tape.many(2, |tape, _| any(tape));
            json!({ "id": format!("r{index}"), "name": format!("<{}>", tasks.join("><")), "chancePercent": 5, "impact": 1, "tasks": tasks })
        })
        .into();
    project["baselines"] = tape
        .many(2, |tape, index| {
            let rows = tape.many(3, |tape, _| json!({ "task": any(tape), "start": at, "finish": at }));
            json!({ "id": format!("b{index}"), "name": "B", "at": at, "planHash": "00", "tasks": rows })
        })
        .into();
    let commands = [json!({ "kind": "removeTask", "task": "t0" }), json!({ "minor": 5 }), json!({ "internal": true })];
    let held = |index: usize| json!({ "id": format!("h{index}"), "command": commands[index], "by": "m0", "at": at, "needed": 1, "expires": at, "effect": {} });
    project["held"] = (0..3).map(held).collect();
    project["lessons"] = json!([{ "id": "l0", "text": "<t0>", "stage": "s0", "by": "m0", "at": at }]);
    project["ext"] = json!([{ "key": "k", "json": "\"<t0>\"" }]);
    project["tasks"] = tasks.into();
    project
}

fn case() -> impl Strategy<Value = (Value, Value)> {
    prop::collection::vec(any::<u16>(), 0..300).prop_map(|numbers| {
        let mut tape = Tape(numbers.iter());
        (directory(&mut tape), project(&mut tape))
    })
}

fn answer(operation: &str, request: Value) -> Result<Value, String> {
    call(operation, &request.to_string()).map(|json| serde_json::from_str(&json).unwrap()).map_err(|error| error.code.to_string())
}

fn redacted(project: &Value, directory: &Value, member: &str) -> Option<Value> {
    match answer("redact", json!({ "project": project, "directory": directory, "member": member })) {
        Ok(project) => Some(project),
        Err(code) => {
            assert_eq!(code, "right.missing");
            None
        }
    }
}

const LISTS: [&str; 14] = [
    "tasks",
    "links",
    "stages",
    "checklist",
    "gates",
    "metrics",
    "risks",
    "money",
    "comments",
    "attachments",
    "baselines",
    "lessons",
    "held",
    "ext",
];

/// What is in a list, in no order.
fn contents(list_of: &Value) -> Vec<String> {
    let mut records: Vec<String> = list(list_of).map(Value::to_string).collect();
    records.sort();
    records
}

/// What names a record.
fn key(record: &Value) -> String {
    json!([record["id"], record["predecessor"], record["successor"], record["key"]]).to_string()
}

proptest! {
    #![proptest_config(crate::config(1500))]

    /// A mutation that makes it fail: a grant that reaches a task on two platforms because it names one of them.
    #[test]
    fn a_clerk_gives_the_same_answers((directory, project) in case()) {
        let clerk = Clerk { project: &project, directory: &directory };
        let ids: Vec<&str> = list(&project["tasks"]).map(|task| text(&task["id"])).collect();
        for task in std::iter::once(None).chain(ids.into_iter().map(Some)) {
            let mut request = json!({ "project": project, "directory": directory });
            if let Some(task) = task {
                request["task"] = task.into();
            }
            let what = |member: &'static str| task.map_or(What::Whole, |task| What::Task(task, member));
            for member in MEMBERS.into_iter().chain(["stranger"]) {
                request["member"] = member.into();
                let rights = answer("whatCan", request.clone()).unwrap();
                let told = RIGHTS.map(|right| match clerk.ask(member, right, &what(member)) {
                    Ok(grant) => json!({ "right": right, "allowed": true, "grant": grant["id"], "access": grant["access"] }),
                    Err(short) if short.is_empty() => json!({ "right": right, "allowed": false }),
                    Err(short) => json!({ "right": right, "allowed": false, "outOfScope": short.iter().map(|grant| &grant["id"]).collect::<Vec<_>>() }),
                });
                prop_assert_eq!(&rights["rights"], &json!(told), "{} {:?}", member, task);
            }
            request.as_object_mut().unwrap().remove("member");
            for right in ["view", "viewMoney", "plan"] {
                request["operation"] = right.into();
                let holder = |member: &'static str| clerk.ask(member, right, &what(member)).ok().map(|grant| json!({ "member": member, "grant": grant["id"], "access": grant["access"] }));
                let told: Vec<Value> = MEMBERS.into_iter().filter_map(holder).collect();
                prop_assert_eq!(&answer("whoCan", request.clone()).unwrap()["members"], &json!(told), "{} {:?}", right, task);
            }
        }
    }

    /// Mutations that make it fail: links into what is not seen; money for who sees the task; answers to what is not there; tasks that are
    /// not said to be somebody's own when the summary goes by which they are.
    #[test]
    fn what_may_not_be_seen_is_absent((directory, project) in case()) {
        let clerk = Clerk { project: &project, directory: &directory };
        let is_planned = |project: &Value| {
            let (project, directory) = (Project::from_json(&project.to_string()).unwrap(), Directory::from_json(&directory.to_string()).unwrap());
            schedule(&project, &directory, &PlanOptions::default()).map(|_| ()).map_err(|error| error.to_string())
        };
        for member in MEMBERS {
            let Some(seen) = redacted(&project, &directory, member) else {
                prop_assert!(!clerk.is_known(member), "{} has some right", member);
                continue;
            };
            for name in LISTS {
                let told: Vec<String> = list(&project[name]).filter(|record| clerk.sees_record(name, record, member)).map(key).collect();
                prop_assert_eq!(list(&seen[name]).map(key).collect::<Vec<_>>(), told, "{} of {}", name, member);
            }
            for task in list(&seen["tasks"]) {
                let whole = clerk.task(text(&task["id"])).unwrap();
                let is_internal = clerk.may(member, "viewInternal", &clerk.about(&task["id"], member));
                prop_assert_eq!(&task["ext"], if is_internal { &whole["ext"] } else { &Value::Null });
            }
            for file in list(&seen["attachments"]) {
                let whole = list(&project["attachments"]).find(|other| other["id"] == file["id"]).unwrap();
                let has = |right: &str, task: &Value| clerk.may(member, right, &clerk.about(task, member));
                let is_told = |task: &&Value| has("view", task) && (file["internal"] != true || has("viewInternal", task));
                let told: Vec<&Value> = list(&whole["tasks"]).filter(is_told).collect();
                prop_assert_eq!(list(&file["tasks"]).collect::<Vec<_>>(), told, "tasks of {}", file["id"]);
            }
            let there: Vec<&Value> = list(&seen["comments"]).map(|comment| &comment["id"]).collect();
            prop_assert!(list(&seen["comments"]).all(|comment| comment["answers"].is_null() || there.contains(&&comment["answers"])));
            let written = seen.to_string();
            for task in list(&project["tasks"]).map(|task| text(&task["id"])).chain(["gone"]) {
                let is_there = clerk.sees(&json!(task), member);
                prop_assert!(is_there || !written.contains(&format!("\"{task}\"")) && !written.contains(&format!("<{task}>")), "{} in {}", task, written);
            }
            if !clerk.grants(member).any(|grant| clerk.role(text(&grant["access"])).0.contains(&"viewInternal")) {
                prop_assert!(!written.contains("secret") && !written.contains("internal"));
            }
            if !clerk.grants(member).any(|grant| clerk.role(text(&grant["access"])).0.contains(&"viewMoney")) {
                prop_assert!(!written.contains("minor") && !written.contains("fee"));
            }
            if is_planned(&project).is_ok() {
                prop_assert_eq!(is_planned(&seen), Ok(()));
            }
            prop_assert_eq!(redacted(&seen, &directory, member), Some(seen.clone()), "redacted once more");

            let mut turned = project.clone();
            for name in LISTS {
                turned[name].as_array_mut().unwrap().reverse();
            }
            let turned = redacted(&turned, &directory, member).unwrap();
            for name in LISTS {
                prop_assert_eq!(contents(&turned[name]), contents(&seen[name]), "{} in another order", name);
            }
        }
    }
}
