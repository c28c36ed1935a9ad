//! The launch, planned, and what every part of the report asks about it.

use std::collections::BTreeSet;

use linkstar::ops::workload;
use linkstar::{
    Blocking, Constraint, Deadline, Directory, EstimatePoint, Language, MemberId, Plan, PlanOptions, PlannedTask, Project, Result, Task,
    TaskId, Timestamp, Translation, WorkingDay, Workload, WorkloadRequest, Zone, blocking, local_time, schedule, working_time,
};

use super::template::Made;
use super::text::is_wide;
use super::words::{self, Phrase};

/// The task that the launch of `launch.json` is for.
const GOAL: &str = "first-sale";
/// Where the launch is run from, and where its customers are.
pub const DESK: &str = "Asia/Shanghai";
pub const MARKET: &str = "America/Los_Angeles";
/// Slack of two working weeks is soon gone: one missed ship, or one test that has to be repeated.
pub const NEAR_DAYS: u32 = 10;
/// What has to start within this many working days is due.
const DUE_DAYS: i64 = 5;

/// How many roots of what is blocked are worth a look today.
const ROOTS: usize = 6;

/// Working seconds within which what has to start is due.
pub fn due_within(day: WorkingDay) -> i64 {
    DUE_DAYS * day.day
}

pub struct Launch {
    pub project: Project,
    pub directory: Directory,
    /// With likely durations.
    pub plan: Plan,
    /// With pessimistic ones.
    pub careful: Plan,
    /// What may start and what may not, and the same before anything was handed in.
    pub view: Blocking,
    pub before: Blocking,
    pub now: Timestamp,
    pub language: Language,
    /// The task that the launch is for.
    pub goal: TaskId,
    /// What the project was made from, where it was made from a template.
    pub made: Option<Made>,
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

/// The project and the team, as they were written.
pub fn documents() -> Result<(Project, Directory)> {
    Ok((Project::from_json(include_str!("launch.json"))?, Directory::from_json(include_str!("team.json"))?))
}

impl Launch {
    /// Plans `project`; `before` is the same without what has just been handed in.
    pub fn new(
        before: Project,
        project: Project,
        directory: Directory,
        made: Option<Made>,
        now: Timestamp,
        language: Language,
    ) -> Result<Launch> {
        let likely = PlanOptions { now: Some(now), near_critical_minutes: Some(NEAR_DAYS * 8 * 60), ..PlanOptions::default() };
        let plan = schedule(&project, &directory, &likely)?;
        let view = blocking(&project, &directory, now, ROOTS, &likely)?;
        let before = if before == project { view.clone() } else { blocking(&before, &directory, now, ROOTS, &likely)? };
        let careful = schedule(&project, &directory, &PlanOptions { estimate: Some(EstimatePoint::Pessimistic), ..likely })?;
        let goal = made.as_ref().map_or_else(|| GOAL.into(), |made| made.goal(&plan));
        Ok(Launch { project, directory, plan, careful, view, before, now, language, goal, made })
    }

    /// Who carries what, day by day from now on.
    pub fn workload(&self) -> Result<Workload> {
        let options = PlanOptions { now: Some(self.now), ..PlanOptions::default() };
        let (project, directory) = (self.project.clone(), self.directory.clone());
        let request =
            WorkloadRequest { projects: vec![project], directory, period: None, start: None, finish: None, options: Some(options) };
        workload(request)
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

    /// Who does a task: its owner, or a role while nobody is named.
    pub fn who(&self, id: &str) -> &str {
        let task = self.task(id);
        match task.and_then(|task| task.owner.as_ref()) {
            Some(owner) => self.member(owner.as_str()),
            None => task.and_then(|task| task.role.as_ref()).map_or("", |role| self.role(role.as_str())),
        }
    }

    pub fn role<'a>(&'a self, id: &'a str) -> &'a str {
        let role = self.directory.roles.iter().find(|role| role.id.as_str() == id);
        role.map_or(id, |role| self.translated(&role.name, &role.translations))
    }

    pub fn member<'a>(&'a self, id: &'a str) -> &'a str {
        let member = self.directory.members.iter().find(|member| member.id.as_str() == id);
        member.map_or(id, |member| self.in_script(&member.name))
    }

    /// The zone in which somebody reads the clock.
    pub fn member_zone(&self, id: &MemberId) -> Result<Zone> {
        let calendar = self.directory.members.iter().find(|member| member.id == *id).and_then(|member| member.calendar.as_ref());
        Ok(self.directory.timeline(calendar.unwrap_or(&self.project.calendar).as_str())?.zone())
    }

    /// The name of a checklist item.
    pub fn item<'a>(&'a self, id: &'a str) -> &'a str {
        let item = self.project.checklist.iter().find(|item| item.id.as_str() == id);
        item.map_or(id, |item| self.translated(&item.name, &item.translations))
    }

    /// The name of a gate.
    pub fn gate<'a>(&'a self, id: &'a str) -> &'a str {
        let gate = self.project.gates.iter().find(|gate| gate.id.as_str() == id);
        gate.map_or(id, |gate| self.translated(&gate.name, &gate.translations))
    }

    /// The name of a metric.
    pub fn metric<'a>(&'a self, id: &'a str) -> &'a str {
        let metric = self.project.metrics.iter().find(|metric| metric.id.as_str() == id);
        metric.map_or(id, |metric| self.in_script(&metric.name))
    }

    /// The half of a name that the reader's script writes: people and approvals have one name, "Lin Yue 林悦", for everybody.
    pub fn in_script<'a>(&self, name: &'a str) -> &'a str {
        let (latin, chinese) = name.find(is_wide).map_or((name, ""), |at| name.split_at(at));
        match self.language {
            Language::ZhCn if !chinese.is_empty() => chinese,
            Language::ZhCn | Language::En => latin.trim_end(),
        }
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
        Ok(planned.late_start < calendar.add(self.now, due_within(self.plan.working_day()))?)
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
