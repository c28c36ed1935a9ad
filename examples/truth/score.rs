//! How often a plan and a record agree.

use std::collections::BTreeMap;
use std::fmt;

use linkstar::{Directory, Plan, PlanOptions, PlannedTask, Project, schedule};
use serde_json::{Value, json};

use crate::recorded::{Recorded, flag, id, moment};

const FIELDS: [&str; 8] = ["start", "finish", "early_start", "early_finish", "late_start", "late_finish", "total_slack", "free_slack"];

#[derive(Default)]
pub struct Group {
    files: u32,
    leaf_tasks: u32,
    unmarked: u32,
    all_fields: u32,
    start_finish: u32,
    four_dates: u32,
    peer_all_fields: u64,
    marked_all_fields: u32,
    fields: BTreeMap<&'static str, (u32, u32)>,
}

#[derive(Default)]
pub struct Report {
    groups: BTreeMap<(String, &'static str), Group>,
    worst: Vec<(u32, String, String)>,
    /// Every unmarked task that is wrong, with what is recorded and what is planned.
    misses: Vec<String>,
}

impl Report {
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub fn add(&mut self, recorded: &Recorded, offset: i64) {
        let group = self.groups.entry((recorded.tier.clone(), recorded.program)).or_default();
        group.files += 1;
        group.peer_all_fields += recorded.document["peer"]["leaf"]["all_fields"].as_u64().unwrap_or(0);
        let plan = match plan(recorded, offset) {
            Ok(plan) => Some(plan),
            Err(problem) => {
                self.worst.push((u32::MAX, recorded.file.clone(), problem));
                None
            }
        };
        let mut misses: BTreeMap<String, u32> = BTreeMap::new();
        let mut missed = 0;
        let mut example = String::new();
        for task in recorded.leaves() {
            group.leaf_tasks += 1;
            let marked = flag(task, "unconfirmed") || flag(task, "suspect");
            group.unmarked += u32::from(!marked);
            let Some(planned) = plan.as_ref().and_then(|plan| plan.task(&id(&task["uid"]))) else { continue };
            let found: Vec<(&str, bool)> =
                FIELDS.into_iter().filter_map(|field| Some((field, agrees(&planned, task, field, offset)?))).collect();
            let all = |names: &[&str]| found.iter().filter(|(field, _)| names.contains(field)).all(|(_, exact)| *exact);
            if marked {
                group.marked_all_fields += u32::from(all(&FIELDS));
                continue;
            }
            for (field, exact) in &found {
                let count = group.fields.entry(field).or_default();
                *count = (count.0 + u32::from(*exact), count.1 + 1);
            }
            group.all_fields += u32::from(all(&FIELDS));
            group.start_finish += u32::from(all(&["start", "finish"]));
            group.four_dates += u32::from(all(&["early_start", "early_finish", "late_start", "late_finish"]));
            if !all(&FIELDS) {
                missed += 1;
                let wrong: Vec<&str> = found.iter().filter(|(_, exact)| !exact).map(|(field, _)| *field).collect();
                if example.is_empty() {
                    example = format!("{}: {}", id(&task["uid"]), wrong.join(" "));
                }
                let shown: Vec<String> = wrong.iter().map(|field| both(&planned, task, field, offset)).collect();
                let (tier, program, file) = (&recorded.tier, recorded.program, &recorded.file);
                self.misses.push(format!("{tier} {program} {file} {}: {}", id(&task["uid"]), shown.join(", ")));
                *misses.entry(wrong.join(" ")).or_default() += 1;
            }
        }
        if missed > 0 {
            let most =
                misses.into_iter().max_by_key(|(_, count)| *count).map(|(fields, count)| format!("{count} × {fields}")).unwrap_or_default();
            let features = recorded.document["features"].to_string().replace('"', "");
            self.worst.push((missed, recorded.file.clone(), format!("{most}; first {example}; {features}")));
        }
    }

    pub fn misses(&self) -> &[String] {
        &self.misses
    }

    pub fn to_json(&self) -> String {
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|((tier, program), group)| {
                json!({ "tier": tier, "program": program, "files": group.files, "leafTasks": group.leaf_tasks, "unmarked": group.unmarked,
                "allFieldsExact": group.all_fields, "startFinishExact": group.start_finish, "fourDatesExact": group.four_dates,
                "peerAllFieldsExact": group.peer_all_fields })
            })
            .collect();
        json!({ "groups": groups }).to_string()
    }
}

fn plan(recorded: &Recorded, offset: i64) -> Result<Plan, String> {
    let (project, directory) = recorded.documents(offset);
    let project = Project::from_json(&project.to_string()).map_err(|error| error.to_string())?;
    let directory = Directory::from_json(&directory.to_string()).map_err(|error| error.to_string())?;
    schedule(&project, &directory, &PlanOptions { now: recorded.now(offset), ..PlanOptions::default() }).map_err(|error| error.to_string())
}

/// Whether a recorded field agrees within a minute; nothing where none is recorded.
fn agrees(planned: &PlannedTask, task: &Value, field: &str, offset: i64) -> Option<bool> {
    let date = |at: linkstar::Timestamp| {
        let recorded: linkstar::Timestamp = moment(task["expected"][field].as_str()?, offset).parse().ok()?;
        Some((at.unix_seconds() - recorded.unix_seconds()).abs() <= 60)
    };
    let slack = |seconds: i64| {
        let recorded = task["expected"][field].as_f64().or_else(|| task["derived"][field].as_f64())?;
        Some((recorded * 60.0 - seconds as f64).abs() <= 60.0)
    };
    match field {
        "start" => date(planned.start),
        "finish" => date(planned.finish),
        "early_start" => date(planned.early_start),
        "early_finish" => date(planned.early_finish),
        "late_start" => date(planned.late_start),
        "late_finish" => date(planned.late_finish),
        "total_slack" => slack(planned.total_slack),
        "free_slack" => slack(planned.free_slack),
        _ => None,
    }
}

/// A field that does not agree: what is recorded, and what is planned; slack in minutes.
fn both(planned: &PlannedTask, task: &Value, field: &str, offset: i64) -> String {
    let ours = match field {
        "start" => planned.start.to_string(),
        "finish" => planned.finish.to_string(),
        "early_start" => planned.early_start.to_string(),
        "early_finish" => planned.early_finish.to_string(),
        "late_start" => planned.late_start.to_string(),
        "late_finish" => planned.late_finish.to_string(),
        "total_slack" => (planned.total_slack / 60).to_string(),
        _ => (planned.free_slack / 60).to_string(),
    };
    let recorded = match &task["expected"][field] {
        Value::String(text) => moment(text, offset),
        Value::Null => task["derived"][field].to_string(),
        number => number.to_string(),
    };
    format!("{field} {recorded}, ours {ours}")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |part: u32, whole: u32| {
            if whole == 0 { "-".to_owned() } else { format!("{:.1} %", f64::from(part) * 100.0 / f64::from(whole)) }
        };
        for ((tier, program), group) in &self.groups {
            writeln!(f, "{tier} {program}: {} files, {} leaf tasks, {} unmarked", group.files, group.leaf_tasks, group.unmarked)?;
            writeln!(
                f,
                "  all fields {} ({}), start and finish {}, four dates {}; peer, all fields, marked tasks included: {} of {}",
                share(group.all_fields, group.unmarked),
                group.all_fields,
                share(group.start_finish, group.unmarked),
                share(group.four_dates, group.unmarked),
                group.peer_all_fields,
                group.leaf_tasks
            )?;
            let fields: Vec<String> = group.fields.iter().map(|(field, (exact, all))| format!("{field} {exact}/{all}")).collect();
            writeln!(
                f,
                "  {}; marked tasks exact {} of {}",
                fields.join(", "),
                group.marked_all_fields,
                group.leaf_tasks - group.unmarked
            )?;
        }
        let mut worst = self.worst.clone();
        worst.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        writeln!(f, "the ten worst files")?;
        worst.iter().take(10).try_for_each(|(missed, file, why)| match missed {
            &u32::MAX => writeln!(f, "  {file}: not planned: {why}"),
            missed => writeln!(f, "  {file}: {missed} tasks; most {why}"),
        })
    }
}
