//! Why a task is where it is: the chain of drivers, from the task back to the root.

use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Argument, Code, Error, Language, Result, fill};
use crate::message::{local_time, working_time};
use crate::model::{LinkKind, TaskId};
use crate::outline::Row;
use crate::plan::{Driver, Plan, PlannedTask};
use crate::time::{Lag, Timestamp, WorkingDay, Zone};

/// Why one task is where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Explanation {
    /// The task that was asked for.
    pub task: TaskId,
    /// The steps, from that task back to the root of its chain.
    pub steps: Vec<Step>,
}

/// One task of a chain, and what holds it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// The task.
    pub task: TaskId,
    /// When it starts.
    pub start: Timestamp,
    /// When it finishes.
    pub finish: Timestamp,
    /// Its length in working seconds; seconds of the clock when `elapsed`.
    pub duration: i64,
    /// Whether its length runs on the clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elapsed: bool,
    /// Seconds of the clock between its driver's moment and its own: lag, nights, weekends, holidays. Below zero where a lead lets them
    /// overlap.
    pub waiting: i64,
    /// What holds it; absent only where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Driver>,
    /// All of this in one sentence.
    pub sentence: String,
}

impl Plan {
    /// Why a task is where it is, in the words of a language.
    ///
    /// # Errors
    /// [`Code::TaskUnknown`] when the plan has no such task.
    ///
    /// ```
    /// # use linkstar::{Directory, Language, PlanOptions, Project, schedule};
    /// # let directory = Directory::from_json(r#"{ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": {
    /// #     "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"], "wednesday": ["09:00-17:00"], "thursday": ["09:00-17:00"], "friday": ["09:00-17:00"] } }] }"#)?;
    /// # let project = Project::from_json(r#"{ "linkstar": 1, "id": "glow-cube", "name": "Glow Cube", "calendar": "shenzhen",
    /// #     "anchor": { "kind": "start", "at": "2027-03-01T01:00:00Z" },
    /// #     "tasks": [{ "id": "fcc", "name": "FCC certification", "duration": "5d" }, { "id": "ads", "name": "Start ads", "duration": "1h" }],
    /// #     "links": [{ "predecessor": "fcc", "successor": "ads" }] }"#)?;
    /// let plan = schedule(&project, &directory, &PlanOptions::default())?;
    /// let why = plan.explain("ads", Language::En)?;
    /// assert_eq!(why.steps[0].sentence, "`ads` starts Mon 2027-03-08 09:00: it waits for `fcc` (FS), which finishes Fri 2027-03-05 17:00; 2d 16h on the clock lie between.");
    /// assert_eq!(why.steps[1].sentence, "`fcc` starts Mon 2027-03-01 09:00, when the project begins.");
    /// # Ok::<(), linkstar::Error>(())
    /// ```
    pub fn explain(&self, task: &str, language: Language) -> Result<Explanation> {
        let rows: BTreeMap<&str, Row> = self.tasks.ids.iter().map(|(row, task)| (task.as_str(), row)).collect();
        let mut row = rows.get(task).copied();
        if row.is_none() {
            return Err(Error::new(Code::TaskUnknown, &[("task", task)]));
        }
        let mut steps = Vec::new();
        let mut seen = BTreeSet::new();
        // A plan that came as a document may hold a loop; a computed one cannot.
        while let Some(planned) = row.filter(|row| seen.insert(*row)).map(|row| self.tasks.get(row)) {
            let cause = planned.drivers.iter().find_map(|driver| Cause::new(self, &rows, driver));
            steps.push(self.step(&planned, cause.as_ref(), language)?);
            row = cause.map(|cause| cause.row);
        }
        Ok(Explanation { task: task.into(), steps })
    }

    fn step(&self, planned: &PlannedTask, cause: Option<&Cause>, language: Language) -> Result<Step> {
        let driver = planned.drivers.first();
        let zone = self.zone_of(planned)?;
        // Where two zones meet, each moment names its own.
        let other = cause.map(|cause| self.zone_of(&self.tasks.get(cause.named))).transpose()?;
        let other = other.filter(|other| *other != zone);
        let named = |at: Timestamp, zone: Zone| match other {
            Some(_) => format!("{} {zone}", local_time(at, zone, language)),
            None => local_time(at, zone, language),
        };
        let time = |at: Timestamp| named(at, zone);
        let at_finish = driver.is_some_and(Driver::holds_finish);
        let here = if at_finish { planned.finish } else { planned.start };
        let waiting = cause.map_or(0, |cause| {
            let first = matches!(driver, Some(Driver::Successor { .. }));
            let gap = here.unix_seconds() - cause.moment.unix_seconds();
            if first { -gap } else { gap }
        });
        let mut words = vec![("task", planned.task.to_string()), ("start", time(planned.start)), ("finish", time(planned.finish))];
        if let Some(cause) = cause {
            words.push(("moment", named(cause.moment, other.unwrap_or(zone))));
            words.push(("gap", working_time(waiting.abs(), WorkingDay::CLOCK)));
        }
        let mut patterns = Vec::new();
        match driver {
            None => patterns.push(Pattern::Placed),
            Some(Driver::ProjectStart {}) => patterns.push(Pattern::ProjectStart),
            Some(Driver::ProjectFinish {}) => patterns.push(Pattern::ProjectFinish),
            Some(Driver::Now {}) => patterns.push(Pattern::Now),
            Some(Driver::Manual {}) => patterns.push(Pattern::Manual),
            Some(Driver::Recorded {}) => patterns.push(Pattern::Recorded),
            Some(Driver::Levelling {}) => patterns.push(Pattern::Levelling),
            Some(Driver::Deadline { at }) => {
                words.push(("at", time(*at)));
                patterns.push(Pattern::Deadline);
            }
            Some(Driver::Child { task }) => {
                words.push(("other", task.to_string()));
                patterns.push(Pattern::Child);
            }
            Some(Driver::Constraint { constraint, summary }) => {
                let at = constraint.moment().map(time).unwrap_or_default();
                words.push(("constraint", format!("{} {at}", constraint.name()).trim_end().to_owned()));
                words.extend(summary.iter().map(|summary| ("summary", summary.to_string())));
                patterns.push(if summary.is_some() { Pattern::DateAbove } else { Pattern::Date });
            }
            Some(Driver::Predecessor { link, .. }) => patterns.push(match link {
                LinkKind::FinishToStart => Pattern::FinishToStart,
                LinkKind::StartToStart => Pattern::StartToStart,
                LinkKind::FinishToFinish => Pattern::FinishToFinish,
                LinkKind::StartToFinish => Pattern::StartToFinish,
            }),
            Some(Driver::Successor { link, .. }) => patterns.push(match link {
                LinkKind::FinishToStart => Pattern::BeforeFinishToStart,
                LinkKind::StartToStart => Pattern::BeforeStartToStart,
                LinkKind::FinishToFinish => Pattern::BeforeFinishToFinish,
                LinkKind::StartToFinish => Pattern::BeforeStartToFinish,
            }),
        }
        if let Some(Driver::Predecessor { task, link, lag, summary, slack }) =
            planned.drivers.iter().find(|driver| matches!(driver, Driver::Predecessor { .. }))
        {
            words.push(("other", task.to_string()));
            words.push(("link", link_text(*link, *lag)));
            words.push(("slack", working_time(slack.abs(), if planned.elapsed { WorkingDay::CLOCK } else { self.working_day() })));
            let drives = matches!(driver, Some(Driver::Predecessor { .. }));
            if !drives {
                patterns.push(if *slack < 0 { Pattern::NearestLate } else { Pattern::Nearest });
            }
            if let Some(summary) = summary {
                words.push(("summary", summary.to_string()));
                patterns.push(Pattern::Through);
            }
            patterns.extend((drives && waiting != 0).then_some(if waiting > 0 { Pattern::Gap } else { Pattern::Before }));
        }
        if let Some(Driver::Successor { task, link, lag, .. }) = driver {
            words.push(("other", task.to_string()));
            words.push(("link", link_text(*link, *lag)));
        }
        let args: Vec<Argument> = words.into_iter().map(|(name, value)| Argument { name: name.to_owned(), value }).collect();
        let parts: Vec<String> = patterns.iter().map(|pattern| fill(pattern.text(language), &args)).collect();
        let sentence = parts.concat() + if language == Language::ZhCn { "。" } else { "." };
        let PlannedTask { task, start, finish, duration, elapsed, .. } = planned.clone();
        Ok(Step { task, start, finish, duration, elapsed, waiting, driver: driver.cloned(), sentence })
    }

    fn zone_of(&self, planned: &PlannedTask) -> Result<Zone> {
        Zone::new(self.calendars.iter().find(|calendar| calendar.id == planned.calendar).map_or("UTC", |calendar| &calendar.zone))
    }

    /// The project's working day, for slack in days.
    ///
    /// ```
    /// # fn print(plan: &linkstar::Plan) {
    /// let slack = plan.total_slacks().iter().min().copied().unwrap_or(0);
    /// println!("{} to spare", linkstar::working_time(slack, plan.working_day()));
    /// # }
    /// ```
    pub fn working_day(&self) -> WorkingDay {
        let day = i64::from(self.minutes_per_day) * 60;
        WorkingDay { day, week: 5 * day }
    }
}

fn link_text(link: LinkKind, lag: Option<Lag>) -> String {
    match lag.map(|lag| lag.to_string()) {
        None => link.to_string(),
        Some(lead) if lead.starts_with('-') => format!("{link} {lead}"),
        Some(lag) => format!("{link} +{lag}"),
    }
}

/// The task that a chain goes on with, and the moment of it that counts.
struct Cause {
    row: Row,
    /// The row that the driver names; another one than `row` where a task below a summary starts it.
    named: Row,
    moment: Timestamp,
}

impl Cause {
    fn new(plan: &Plan, rows: &BTreeMap<&str, Row>, driver: &Driver) -> Option<Cause> {
        let (task, at_start) = match driver {
            Driver::Predecessor { task, link, .. } => (task, matches!(link, LinkKind::StartToStart | LinkKind::StartToFinish)),
            Driver::Successor { task, link, .. } => (task, matches!(link, LinkKind::FinishToStart | LinkKind::StartToStart)),
            Driver::Child { task } => (task, false),
            Driver::ProjectStart {}
            | Driver::ProjectFinish {}
            | Driver::Now {}
            | Driver::Manual {}
            | Driver::Recorded {}
            | Driver::Levelling {}
            | Driver::Deadline { .. }
            | Driver::Constraint { .. } => {
                return None;
            }
        };
        let named = rows.get(task.as_str()).copied()?;
        let mut row = named;
        let tasks = &plan.tasks;
        let moment = if at_start { tasks.starts[row] } else { tasks.finishes[row] };
        let kind = tasks.kinds[row];
        if kind.summary && at_start {
            // The finish of a summary is explained by its own driver; its start by the first task below that starts then.
            let behind = Row::between(Row::from_usize(row.as_usize() + 1), Row::from_usize(tasks.ids.len()));
            let mut below = behind.take_while(|below| tasks.kinds[*below].level > kind.level);
            row = below.find(|below| !tasks.kinds[*below].summary && tasks.starts[*below] == moment).unwrap_or(row);
        }
        Some(Cause { row, named, moment })
    }
}

impl Driver {
    /// Whether it holds the finish of a task, and the start follows.
    fn holds_finish(&self) -> bool {
        match self {
            Driver::Predecessor { link, .. } => matches!(link, LinkKind::FinishToFinish | LinkKind::StartToFinish),
            Driver::Successor { link, .. } => matches!(link, LinkKind::FinishToStart | LinkKind::FinishToFinish),
            Driver::ProjectFinish {} | Driver::Deadline { .. } | Driver::Child { .. } => true,
            Driver::ProjectStart {}
            | Driver::Now {}
            | Driver::Manual {}
            | Driver::Recorded {}
            | Driver::Levelling {}
            | Driver::Constraint { .. } => false,
        }
    }
}

/// The sentences of an explanation; the first part says what holds the task, later ones add to it.
macro_rules! patterns {
    ($($name:ident en $en:literal zh $zh:literal;)*) => {
        enum Pattern { $($name),* }
        impl Pattern {
            fn text(&self, language: Language) -> &'static str {
                match (self, language) { $((Pattern::$name, Language::En) => $en, (Pattern::$name, Language::ZhCn) => $zh,)* }
            }
        }
    };
}

patterns! {
    Placed en "`{task}` starts {start}" zh "`{task}` 于 {start} 开始";
    ProjectStart en "`{task}` starts {start}, when the project begins" zh "`{task}` 于 {start} 开始,即项目开始时";
    ProjectFinish en "`{task}` finishes {finish}, with the finish of the project" zh "`{task}` 于 {finish} 完成,即项目完成时";
    Now en "`{task}` starts {start}: it has not begun, and what is earlier is past" zh "`{task}` 于 {start} 开始:尚未开工,更早的时间已过";
    Manual en "`{task}` starts {start}: a person set the dates" zh "`{task}` 于 {start} 开始:日期由人工设定";
    Recorded en "`{task}` started {start} and finishes {finish}, as it was reported" zh "`{task}` 已于 {start} 开始、{finish} 完成,以上报为准";
    Levelling en "`{task}` starts {start}: levelling has put it off" zh "`{task}` 于 {start} 开始:因资源平衡而推迟";
    Child en "`{task}` finishes {finish}, with `{other}`" zh "`{task}` 于 {finish} 完成,取决于 `{other}`";
    Date en "`{task}` starts {start} and finishes {finish}: its own date holds it ({constraint})" zh "`{task}` 于 {start} 开始、{finish} 完成:由自身日期决定({constraint})";
    DateAbove en "`{task}` starts {start}: the date of `{summary}` holds it ({constraint})" zh "`{task}` 于 {start} 开始:由 `{summary}` 的日期决定({constraint})";
    FinishToStart en "`{task}` starts {start}: it waits for `{other}` ({link}), which finishes {moment}" zh "`{task}` 于 {start} 开始:等待 `{other}`({link})于 {moment} 完成";
    StartToStart en "`{task}` starts {start}: it waits for `{other}` ({link}), which starts {moment}" zh "`{task}` 于 {start} 开始:等待 `{other}`({link})于 {moment} 开始";
    FinishToFinish en "`{task}` finishes {finish}: it waits for `{other}` ({link}), which finishes {moment}" zh "`{task}` 于 {finish} 完成:等待 `{other}`({link})于 {moment} 完成";
    StartToFinish en "`{task}` finishes {finish}: it waits for `{other}` ({link}), which starts {moment}" zh "`{task}` 于 {finish} 完成:等待 `{other}`({link})于 {moment} 开始";
    BeforeFinishToStart en "`{task}` finishes {finish}: `{other}` waits for it ({link}) and starts {moment}" zh "`{task}` 须于 {finish} 完成:`{other}`({link})在等它,于 {moment} 开始";
    BeforeStartToStart en "`{task}` starts {start}: `{other}` waits for it ({link}) and starts {moment}" zh "`{task}` 须于 {start} 开始:`{other}`({link})在等它,于 {moment} 开始";
    BeforeFinishToFinish en "`{task}` finishes {finish}: `{other}` waits for it ({link}) and finishes {moment}" zh "`{task}` 须于 {finish} 完成:`{other}`({link})在等它,于 {moment} 完成";
    BeforeStartToFinish en "`{task}` starts {start}: `{other}` waits for it ({link}) and finishes {moment}" zh "`{task}` 须于 {start} 开始:`{other}`({link})在等它,于 {moment} 完成";
    Gap en "; {gap} on the clock lie between" zh ",两者相隔 {gap}(自然时间)";
    Nearest en "; its nearest predecessor `{other}` ({link}) leaves {slack} of working time" zh ";最近的前置任务 `{other}`({link})尚有 {slack} 工作时间余量";
    Before en "; it comes {gap} before that on the clock" zh ",比它早 {gap}(自然时间)";
    Deadline en "`{task}` finishes {finish}: its deadline is {at}" zh "`{task}` 须于 {finish} 完成:截止时间为 {at}";
    NearestLate en "; its predecessor `{other}` ({link}) asks for {slack} more of working time" zh ";前置任务 `{other}`({link})还需要 {slack} 工作时间";
    Through en ", through `{summary}`" zh ",经由 `{summary}`";
}
