//! The launch, planned, and what every part of the report asks about it.

use std::collections::BTreeSet;

use linkstar::{
    Constraint, Deadline, Directory, EstimatePoint, Language, Plan, PlanOptions, PlannedTask, Project, Result, Task, Timestamp,
    Translation, WorkingDay, Zone, local_time, schedule, working_time,
};

use super::words::{self, Phrase};

/// The task that the launch is for.
pub const GOAL: &str = "first-sale";
/// Where the launch is run from, and where its customers are.
pub const DESK: &str = "Asia/Shanghai";
pub const MARKET: &str = "America/Los_Angeles";
/// Slack of two working weeks is soon gone: one missed ship, or one test that has to be repeated.
pub const NEAR_DAYS: u32 = 10;
/// What has to start within this many working days is due.
const DUE_DAYS: i64 = 5;

pub struct Launch {
    pub project: Project,
    pub directory: Directory,
    /// With likely durations.
    pub plan: Plan,
    /// With pessimistic ones.
    pub careful: Plan,
    pub now: Timestamp,
    pub language: Language,
}

/// A date that a task has to keep.
pub struct Promise<'a> {
    pub task: &'a Task,
    pub at: Timestamp,
    /// When the plan has it done.
    pub planned: Timestamp,
    pub zone: Zone,
    /// The date as people say it, a day for a day: "2027-10-16 Los Angeles".
    pub text: String,
}

impl Launch {
    pub fn new(now: Timestamp, language: Language) -> Result<Launch> {
        let project = Project::from_json(include_str!("launch.json"))?;
        let directory = Directory::from_json(include_str!("team.json"))?;
        let likely = PlanOptions { now: Some(now), near_critical_minutes: Some(NEAR_DAYS * 8 * 60), ..PlanOptions::default() };
        let plan = schedule(&project, &directory, &likely)?;
        let careful = schedule(&project, &directory, &PlanOptions { estimate: Some(EstimatePoint::Pessimistic), ..likely })?;
        Ok(Launch { project, directory, plan, careful, now, language })
    }

    pub fn say(&self, phrase: &Phrase, words: &[(&str, &str)]) -> String {
        phrase.with(self.language, words)
    }

    pub fn task(&self, id: &str) -> Option<&Task> {
        self.project.tasks.iter().find(|task| task.id.as_str() == id)
    }

    /// The name of a task in the language of the report.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.task(id).map_or(id, |task| self.translated(&task.name, &task.translations))
    }

    /// The name up to its colon: "Charter", not "Charter: goals, scope and owners".
    pub fn short_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.name(id).split([':', '：']).next().unwrap_or_default()
    }

    /// Who does a task.
    pub fn role(&self, id: &str) -> &str {
        let role = self.task(id).and_then(|task| task.role.as_ref());
        let role = role.and_then(|id| self.directory.roles.iter().find(|role| role.id == *id));
        role.map_or("", |role| self.translated(&role.name, &role.translations))
    }

    pub fn translated<'a>(&self, name: &'a str, translations: &'a [Translation]) -> &'a str {
        let tag = match self.language {
            Language::En => "en",
            Language::ZhCn => "zh-CN",
        };
        translations.iter().find(|translation| translation.language == tag).map_or(name, |translation| &translation.name)
    }

    /// The zone in which the people of a task read the clock.
    pub fn zone(&self, planned: &PlannedTask) -> Result<Zone> {
        let calendar = self.plan.calendars.iter().find(|calendar| calendar.id == planned.calendar);
        Zone::new(calendar.map_or(DESK, |calendar| &calendar.zone))
    }

    /// A moment where it is read: "Mon 2027-05-31 14:00 Shanghai".
    pub fn time(&self, at: Timestamp, zone: Zone) -> String {
        format!("{} {}", local_time(at, zone, self.language), words::city(zone, self.language))
    }

    /// A slack or a duration in working days, or in days of the clock where a task is `elapsed`.
    pub fn length(&self, seconds: i64, elapsed: bool) -> String {
        let day = if elapsed { WorkingDay::CLOCK } else { self.plan.working_day() };
        words::length(&working_time(seconds, day), self.language)
    }

    /// Sentences name tasks by id, as programs need them; people read names.
    pub fn named(&self, sentence: &str) -> String {
        let by_task = |text: String, task: &Task| {
            let name = words::NAME.with(self.language, &[("name", self.name(task.id.as_str()))]);
            let id = format!("`{}`", task.id);
            match self.language {
                Language::En => text.replace(&id, &name),
                // The brackets of a Chinese name stand close to what is around them.
                Language::ZhCn => text
                    .replace(&format!(" {id} "), &name)
                    .replace(&format!(" {id}"), &name)
                    .replace(&format!("{id} "), &name)
                    .replace(&id, &name),
            }
        };
        self.project.tasks.iter().fold(sentence.to_owned(), by_task)
    }

    /// Tasks without progress that somebody has to start, in the order of their latest starts.
    pub fn not_started(&self) -> Vec<PlannedTask> {
        let waiting = |planned: &PlannedTask| !planned.summary && planned.duration > 0 && planned.percent_complete == 0;
        let mut tasks: Vec<PlannedTask> = self.plan.tasks().filter(waiting).collect();
        tasks.sort_by_key(|planned| planned.late_start);
        tasks
    }

    /// Whether a task has to start within the next days of its own calendar, or should have started already.
    pub fn is_due(&self, planned: &PlannedTask) -> Result<bool> {
        let mut calendar = self.directory.timeline(planned.calendar.as_str())?;
        Ok(planned.late_start < calendar.add(self.now, DUE_DAYS * self.plan.working_day().day)?)
    }

    /// The tasks from which a path of links leads to this one.
    pub fn leading_to<'a>(&'a self, goal: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut open = vec![goal];
        while let Some(task) = open.pop() {
            let before = self.project.links.iter().filter(|link| link.successor.as_str() == task);
            open.extend(before.map(|link| link.predecessor.as_str()).filter(|predecessor| found.insert(*predecessor)));
        }
        found
    }

    /// The dates that unfinished tasks have to keep, the first one first.
    pub fn promises(&self) -> Result<Vec<Promise<'_>>> {
        let mut promises = Vec::new();
        for (task, planned) in self.project.tasks.iter().filter_map(|task| Some((task, self.plan.task(task.id.as_str())?))) {
            let zone = self.zone(&planned)?;
            let moment = |at: Timestamp| (at, zone, self.time(at, zone));
            let deadline = match task.deadline.as_deref() {
                Some(Deadline::Moment { at, .. }) => Some(moment(*at)),
                Some(Deadline::Day { day, zone, .. }) => {
                    let zone = Zone::new(zone)?;
                    Some((zone.end_of(*day), zone, format!("{day} {}", words::city(zone, self.language))))
                }
                None => None,
            };
            let fixed = task.constraint.and_then(Constraint::moment).map(moment);
            for (at, zone, text) in deadline.into_iter().chain(fixed).filter(|_| planned.percent_complete < 100) {
                promises.push(Promise { task, at, planned: planned.finish, zone, text });
            }
        }
        promises.sort_by_key(|promise| promise.at);
        Ok(promises)
    }
}
