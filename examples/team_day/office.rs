//! The office of a day: a log, the state that it adds up to, a directory, a clock. A host has the same, in a database.

use linkstar::{
    AccessRole, Command, Context, Directory, Grant, Json, Language, Log, Member, Outcome, PlanOptions, Progress, Project, Result, Right,
    State, Task, Timestamp, Zone, decide, decide_first, local_time, schedule,
};

/// Minutes between two commands.
const PACE: i64 = 10;

pub struct Office {
    pub directory: Directory,
    pub log: Log,
    state: State,
    now: Timestamp,
}

impl Office {
    /// The office on the morning on which a task was to start: all that was planned before has happened, but for one.
    pub fn open(task: &str, late: &str) -> Result<Office> {
        let mut project = Project::from_json(include_str!("../us_launch/launch.json"))?;
        let directory = staffed(Directory::from_json(include_str!("../us_launch/team.json"))?);
        let plan = schedule(&project, &directory, &PlanOptions::default())?;
        let now = plan.task(task).map_or(plan.start, |planned| planned.start);
        for task in &mut project.tasks {
            let Some(planned) = plan.task(task.id.as_str()).filter(|planned| !planned.summary && planned.finish <= now) else { continue };
            let is_late = task.id.as_str() == late;
            let actual_finish = (!is_late).then_some(planned.finish);
            *task = Task {
                progress: Some(Box::new(Progress { actual_start: planned.start, actual_finish, resume: None, remaining: None })),
                percent_complete: if is_late { 80 } else { 100 },
                ..task.clone()
            };
        }
        let begin = Command::begin(&project);
        let context = context("lin.yue", now, 0);
        let mut log = Log::default();
        if let Outcome::Accepted { event, .. } = decide_first(&directory, &begin, &context)? {
            log.events.push(event);
        }
        let state = log.replay()?;
        Ok(Office { directory, log, state, now })
    }

    /// Sends a command, ten minutes after the last one, and keeps what becomes of it.
    pub fn send(&mut self, actor: &str, command: Command) -> Result<Outcome> {
        self.now = self.now.plus_seconds(PACE * 60)?;
        let outcome = decide(&self.state, &self.directory, &command, &self.context(actor))?;
        if let Outcome::Accepted { event, .. } | Outcome::Waiting { event, .. } = &outcome {
            self.state.apply(event)?;
            self.log.events.push(event.clone());
        }
        Ok(outcome)
    }

    pub fn project(&self) -> &Project {
        self.state.project()
    }

    pub fn head(&self) -> &str {
        self.state.head()
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn clock(&self, language: Language) -> String {
        Zone::new("Asia/Shanghai").map(|zone| local_time(self.now, zone, language)).unwrap_or_default()
    }

    pub fn context(&self, actor: &str) -> Context {
        context(actor, self.now, self.now.unix_seconds())
    }
}

/// A value of a record, from its text.
pub fn value(json: &str) -> Result<Json> {
    Json::new(json)
}

/// Who commands. A host draws key and salt by chance; here the day is the same each time.
fn context(actor: &str, now: Timestamp, number: i64) -> Context {
    Context { actor: actor.into(), now, key: format!("{actor}-{number}"), salt: format!("chance-of-{actor}-{number}") }
}

/// The team of the launch, with an intern, the forwarder's system, and what each of them may do.
fn staffed(mut directory: Directory) -> Directory {
    directory.members.push(Member::new("xiao.wu", "Xiao Wu"));
    directory.members.push(Member::new("forwarder", "Forwarder's system"));
    // A role of the company's own, beside the built-in ones: a system reports, and does nothing else.
    let rights = vec![Right::View, Right::Report];
    directory.access_roles.push(AccessRole {
        id: "system".into(),
        name: "System".to_owned(),
        translations: Vec::new(),
        rights,
        own_tasks: false,
    });
    let grants = [
        ("lead", "lin.yue", "owner"),
        ("compliance", "su.wen", "editor"),
        ("ads", "tang.hao", "editor"),
        ("logistics", "chen.bo", "editor"),
        ("intern", "xiao.wu", "editor"),
        ("systems", "forwarder", "system"),
        ("partner", "diego.ramos", "partner"),
    ];
    for (id, member, access) in grants {
        directory.grants.push(Grant { member: Some(member.into()), ..Grant::new(id, access) });
    }
    directory
}
