//! A recorded schedule, and the linkstar documents that say the same.

use std::collections::BTreeMap;
use std::path::Path;

use linkstar::{Directory, Timestamp};
use serde_json::{Value, json};

pub struct Recorded {
    pub file: String,
    pub tier: String,
    pub program: &'static str,
    pub document: Value,
}

impl Recorded {
    pub fn read(text: &str, file: &Path) -> Option<Recorded> {
        let document: Value = serde_json::from_str(text).ok()?;
        if document["format"].as_str()? != "linkstar-schedule-truth/1" {
            return None;
        }
        let generated = document["source"]["kind"] == "mpxj-scheduler";
        let tier = if generated { "generated" } else { document["tier"].as_str()? };
        let program = if document["source"]["file_type"] == "XER" { "p6" } else { "msp" };
        Some(Recorded { file: file.file_stem()?.to_string_lossy().into_owned(), tier: tier.to_owned(), program, document })
    }

    fn tasks(&self) -> &[Value] {
        self.document["tasks"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The tasks that carry recorded dates and are no summaries.
    pub fn leaves(&self) -> impl Iterator<Item = &Value> {
        self.tasks().iter().filter(|task| !flag(task, "summary") && task["expected"].is_object())
    }

    /// The documents, with `offset` days added to every date.
    pub fn documents(&self, offset: i64) -> (Value, Value) {
        let project = &self.document["project"];
        let moment = |value: &Value| value.as_str().map(|text| moment(text, offset));
        let anchor = if project["schedule_from"] == "finish" { ("finish", &project["finish"]) } else { ("start", &project["start"]) };
        let calendars: Vec<Value> =
            self.document["calendars"].as_array().into_iter().flatten().map(|calendar| working_calendar(calendar, offset)).collect();
        let directory = json!({ "linkstar": 1, "calendars": calendars, "members": self.members() });
        let tasks: Vec<Value> = self
            .tasks()
            .iter()
            .enumerate()
            .map(|(row, task)| {
                let mut made = json!({ "id": id(&task["uid"]), "name": "-", "rank": format!("{row:06}") });
                if let Some(parent) = task.get("parent").filter(|parent| !parent.is_null()) {
                    made["parent"] = id(parent).into();
                }
                if !flag(task, "summary") {
                    made["duration"] = span(&task["duration"], flag(task, "elapsed")).into();
                }
                if let Some(calendar) = task.get("calendar").filter(|calendar| !calendar.is_null()) {
                    made["calendar"] = id(calendar).into();
                }
                if let Some((kind, date)) = constraint(&task["constraint"]) {
                    made["constraint"] = json!({ "kind": kind });
                    if let Some(at) = moment(date) {
                        made["constraint"]["at"] = at.into();
                    }
                }
                if let (Some(start), Some(finish)) = (moment(&task["manual_start"]), moment(&task["manual_finish"])) {
                    made["manual"] = json!({ "start": start, "finish": finish });
                }
                if let Some(percent) = task["percent_complete"].as_f64() {
                    made["percentComplete"] = whole(percent).into();
                }
                if let Some(start) = moment(&task["actual_start"]) {
                    made["progress"] = json!({ "actualStart": start });
                    let running = [("actualFinish", "actual_finish"), ("resume", "resume")];
                    for (ours, theirs) in running {
                        if let Some(at) = moment(&task[theirs]) {
                            made["progress"][ours] = at.into();
                        }
                    }
                    if task["remaining_duration"].is_number() {
                        made["progress"]["remaining"] = span(&task["remaining_duration"], flag(task, "elapsed")).into();
                    }
                }
                if task["activity_type"] == "level_of_effort" {
                    made["levelOfEffort"] = true.into();
                }
                let assignments = self.assignments(task);
                if !assignments.is_empty() {
                    made["assignments"] = assignments.into();
                }
                let forms = [("start_milestone", "start"), ("finish_milestone", "finish")];
                if let Some((_, form)) = forms.iter().find(|(name, _)| task["activity_type"] == *name) {
                    made["milestoneForm"] = (*form).into();
                }
                if let Some(parts) = task["splits"].as_array() {
                    made["splits"] = self.splits(task, parts, &directory, offset).into();
                }
                if task["leveling_delay_elapsed_minutes"].is_number() {
                    made["levellingDelay"] = span(&task["leveling_delay_elapsed_minutes"], true).into();
                }
                if let Some(at) = moment(&task["expected_finish"]) {
                    made["expectedFinish"] = at.into();
                }
                if let Some(at) = moment(&task["deadline"]) {
                    made["deadline"] = json!({ "kind": "moment", "at": at });
                }
                made
            })
            .collect();
        let links: Vec<Value> = self.document["links"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|link| {
                let mut made = json!({ "predecessor": id(&link["pred"]), "successor": id(&link["succ"]), "kind": link["type"] });
                if let Some(percent) = link["lag_percent"].as_f64() {
                    made["lag"] = format!("{}%", whole(percent)).into();
                } else if link["lag"].is_number() {
                    made["lag"] = span(&link["lag"], flag(link, "lag_elapsed")).into();
                }
                made
            })
            .collect();
        let recorded = &self.document["project"];
        let mut method = json!({});
        for (ours, theirs, names) in METHODS {
            if let Some((_, name)) = names.iter().find(|(name, _)| recorded[theirs] == *name) {
                method[ours] = (*name).into();
            }
        }
        if recorded["honor_constraints"] == false {
            method["linksBeforeDates"] = true.into();
        }
        if recorded["multiple_critical_paths"] == true || recorded["open_ended_critical"] == true {
            method["severalCriticalPaths"] = true.into();
        }
        if recorded["use_expected_finish"] == true {
            method["useExpectedFinish"] = true.into();
        }
        if self.program == "p6" {
            method["asLateAs"] = "successors".into();
        }
        if let Some(at) = moment(&recorded["must_finish_by"]) {
            method["mustFinishBy"] = at.into();
        }
        let mut project = json!({ "linkstar": 1, "id": self.file, "name": self.file, "anchor": { "kind": anchor.0, "at": moment(anchor.1) },
            "calendar": id(&project["calendar"]), "minutesPerDay": project["minutes_per_day"], "minutesPerWeek": project["minutes_per_week"],
            "tasks": tasks, "links": links });
        project["method"] = method;
        (project, directory)
    }
}

/// A choice, as they name it and as we do.
type Choice = (&'static str, &'static str);

/// Our fields and theirs, with the choices of each.
const METHODS: [(&str, &str, &[Choice]); 4] = [
    (
        "lagCalendar",
        "lag_calendar",
        &[
            ("predecessor", "predecessor"),
            ("successor", "successor"),
            ("project_default", "project"),
            ("twenty_four_hour", "twentyFourHours"),
        ],
    ),
    (
        "outOfSequence",
        "progressed_activities",
        &[("retained_logic", "retainedLogic"), ("progress_override", "progressOverride"), ("actual_dates", "recordedDates")],
    ),
    ("critical", "critical_type", &[("total_float", "slack"), ("longest_path", "longestPath")]),
    ("slack", "total_slack_type", &[("finish_slack", "finish"), ("start_slack", "start"), ("smallest_slack", "smaller")]),
];

impl Recorded {
    /// Gives tasks other ids and places.
    pub fn shuffle(&mut self, mut seed: u64) {
        let mut below = |limit: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % limit
        };
        for list in ["tasks", "links"] {
            let items = self.document[list].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
            for last in (1..items.len()).rev() {
                items.swap(last, below(last + 1));
            }
        }
        let renamed: BTreeMap<String, usize> = self.tasks().iter().enumerate().map(|(place, task)| (id(&task["uid"]), place + 1)).collect();
        for (list, names) in [("tasks", &["uid", "parent"][..]), ("links", &["pred", "succ"]), ("assignments", &["task"])] {
            for item in self.document[list].as_array_mut().into_iter().flatten() {
                for name in names {
                    if let Some(place) = item.get(*name).and_then(|value| renamed.get(&id(value))) {
                        item[*name] = (*place).into();
                    }
                }
            }
        }
    }

    /// The present moment of the schedule, where it knows one: P6 plans nothing before its data date.
    pub fn now(&self, offset: i64) -> Option<Timestamp> {
        let date = self.document["project"]["status_date"].as_str().filter(|_| self.program == "p6")?;
        moment(date, offset).parse().ok()
    }

    /// The people, on their calendars. Programs give everybody a calendar; those that say the same count as one.
    fn members(&self) -> Vec<Value> {
        let empty = Vec::new();
        let calendars = self.document["calendars"].as_array().unwrap_or(&empty);
        let project = &self.document["project"]["calendar"];
        let find = |id: &Value| calendars.iter().find(|calendar| calendar["id"] == *id);
        let same = |a: &Value, b: &Value| a["week"] == b["week"] && a["exceptions"] == b["exceptions"];
        let people = self.document["resources"].as_array().into_iter().flatten().filter(|resource| resource["type"] == "work");
        let member = |resource: &Value| {
            let own = find(&resource["calendar"]).or(find(project));
            let first = own.and_then(|own| find(project).into_iter().chain(calendars).find(|other| same(own, other)));
            let calendar = first.map_or(project, |calendar| &calendar["id"]);
            json!({ "id": id(&resource["id"]), "name": "-", "calendar": id(calendar) })
        };
        people.map(member).collect()
    }

    /// Who works on a task. Work of a fixed duration, and work that is spread unevenly, says nothing about how long it takes.
    fn assignments(&self, task: &Value) -> Vec<Value> {
        let is_work = |assignment: &Value| {
            let mut resources = self.document["resources"].as_array().into_iter().flatten();
            resources.any(|resource| resource["id"] == assignment["resource"] && resource["type"] == "work")
        };
        let all = self.document["assignments"].as_array().into_iter().flatten();
        let own: Vec<&Value> =
            all.filter(|assignment| assignment["task"] == task["uid"] && assignment["work"] != 0 && is_work(assignment)).collect();
        let contoured = own.iter().any(|assignment| assignment["contour"].is_string());
        if contoured || flag(task, "ignore_resource_calendar") || flag(task, "summary") {
            return Vec::new();
        }
        let fixed = task["type"] == "fixed_duration";
        let made = own.iter().map(|assignment| {
            let mut made = json!({ "member": id(&assignment["resource"]) });
            let (units, work) = (assignment["units"].as_f64().unwrap_or(100.0), assignment["work"].as_f64());
            if let Some(work) = work.filter(|_| !fixed && units > 0.0) {
                // Units may have decimals.
                made["work"] = span(&(work * 100.0 / units).into(), false).into();
                if assignment["delay"].is_number() {
                    made["delay"] = span(&assignment["delay"], false).into();
                }
            }
            made
        });
        made.collect()
    }

    /// Pauses between worked parts, in working time of the task's calendar.
    fn splits(&self, task: &Value, parts: &[Value], directory: &Value, offset: i64) -> Vec<Value> {
        let calendar = task.get("calendar").filter(|calendar| !calendar.is_null()).unwrap_or(&self.document["project"]["calendar"]);
        let line = Directory::from_json(&directory.to_string()).and_then(|directory| directory.timeline(&id(calendar)));
        let Ok(mut line) = line else { return Vec::new() };
        let at = |part: &Value, end: usize| -> Timestamp {
            moment(part[end].as_str().unwrap_or_default(), offset).parse().unwrap_or(Timestamp::MIN)
        };
        let mut worked = 0;
        let pauses = parts.windows(2).map(|pair| {
            worked += line.between(at(&pair[0], 0), at(&pair[0], 1));
            let pause = line.between(at(&pair[0], 1), at(&pair[1], 0));
            json!({ "after": format!("{worked}s"), "pause": format!("{pause}s") })
        });
        pauses.collect()
    }
}

pub fn flag(value: &Value, name: &str) -> bool {
    value[name].as_bool().unwrap_or(false)
}

pub fn id(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Minutes, with one decimal at most, as a span of seconds.
fn span(minutes: &Value, elapsed: bool) -> String {
    format!("{}{}", whole(minutes.as_f64().unwrap_or(0.0) * 60.0), if elapsed { "es" } else { "s" })
}

/// A local date-time without zone, read as UTC, so many days later.
pub fn moment(text: &str, offset: i64) -> String {
    let text = if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") };
    let at: linkstar::Timestamp = text.parse().expect("recorded date-times are well formed");
    at.plus_seconds(offset * 86_400).expect("recorded years leave room").to_string()
}

fn constraint(constraint: &Value) -> Option<(&'static str, &Value)> {
    let kind = match constraint["type"].as_str()? {
        "snet" => "startNoEarlierThan",
        "snlt" => "startNoLaterThan",
        "fnet" => "finishNoEarlierThan",
        "fnlt" => "finishNoLaterThan",
        "mso" => "mustStartOn",
        "mfo" => "mustFinishOn",
        "alap" => "asLateAsPossible",
        _ => return None,
    };
    Some((kind, &constraint["date"]))
}

fn working_calendar(calendar: &Value, offset: i64) -> Value {
    let shifts = |intervals: &Value| -> Vec<String> {
        let clock =
            |minutes: &Value| minutes.as_i64().map_or_else(String::new, |minutes| format!("{:02}:{:02}", minutes / 60, minutes % 60));
        intervals.as_array().into_iter().flatten().map(|interval| format!("{}-{}", clock(&interval[0]), clock(&interval[1]))).collect()
    };
    let names = [
        ("mon", "monday"),
        ("tue", "tuesday"),
        ("wed", "wednesday"),
        ("thu", "thursday"),
        ("fri", "friday"),
        ("sat", "saturday"),
        ("sun", "sunday"),
    ];
    let week: BTreeMap<&str, Vec<String>> = names.iter().map(|(short, long)| (*long, shifts(&calendar["week"][short]))).collect();
    let day = |value: &Value| value.as_str().map(|text| moment(&format!("{text}T00:00"), offset)[..10].to_owned());
    let exceptions: Vec<Value> = calendar["exceptions"].as_array().into_iter().flatten().map(|exception| {
        json!({ "first": day(&exception["from"]), "last": day(&exception["to"]), "shifts": shifts(&exception["intervals"]) })
    }).collect();
    json!({ "id": id(&calendar["id"]), "zone": "UTC", "week": week, "exceptions": exceptions })
}
