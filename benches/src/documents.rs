//! A network as the documents that a user writes.

use linkstar::{
    Anchor, CalendarException, ChecklistItem, Day, Directory, Gate, GateItem, Intent, Lag, Link, Member, Progress, Project, Result, Shift,
    Span, SpanUnit, Task, Timestamp, WorkCalendar, WorkWeek, Zone,
};

use crate::network::{Network, Random, SIBLINGS};

/// The calendar of the project: Monday to Friday, 8 to 12 and 13 to 17 in UTC, with the holidays of the United States.
pub const OFFICE: &str = "office";
/// The same week in New York, where clocks change.
pub const NEW_YORK: &str = "new-york";

/// Where all projects start: a Monday at eight.
pub const START: &str = "2026-01-05T08:00:00Z";
/// The years for which holidays are entered: the longest network of a million tasks takes less.
pub const YEARS: std::ops::RangeInclusive<i32> = 2025..=2071;

const DAYS: &[&str] = &["08:00-12:00", "13:00-17:00"];
const LONG_DAYS: &[&str] = &["07:00-12:00", "12:30-17:30"];
const NIGHTS: &[&str] = &["22:00-06:00"];
const ROUND_THE_CLOCK: &[&str] = &["00:00-24:00"];
const OFF: &[&str] = &[];

/// A calendar of a task that has one of its own: id, zone, shifts, on how many days from Monday on, and whether it has holidays.
type Row = (&'static str, &'static str, &'static [&'static str], usize, bool);

/// The calendars, by their number in a network.
pub const CALENDARS: [Row; 8] = [
    (OFFICE, "UTC", DAYS, 5, true),
    (NEW_YORK, "America/New_York", DAYS, 5, true),
    ("berlin", "Europe/Berlin", DAYS, 5, false),
    ("los-angeles", "America/Los_Angeles", LONG_DAYS, 4, true),
    ("shenzhen-nights", "Asia/Shanghai", NIGHTS, 5, false),
    ("servers", "UTC", ROUND_THE_CLOCK, 7, false),
    ("bengaluru", "Asia/Kolkata", DAYS, 6, false),
    ("osaka", "Asia/Tokyo", DAYS, 7, true),
];

/// On how many calendars the tasks of a project work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendars {
    /// All on that of the project.
    One,
    /// One task in five on one of seven others.
    Eight,
}

impl Network {
    /// The project document: the tasks, below them in the list their summaries, ten to each.
    ///
    /// # Errors
    /// None, unless the engine refuses texts that it has always read.
    pub fn project(&self, calendars: Calendars) -> Result<Project> {
        let mut project = Project::new("network", "Network", OFFICE, Anchor::Start { at: START.parse()? });
        for (place, task) in self.tasks.iter().enumerate() {
            let calendar = match calendars {
                Calendars::Eight if task.calendar > 0 => Some(CALENDARS[usize::from(task.calendar)].0.into()),
                Calendars::One | Calendars::Eight => None,
            };
            project.tasks.push(Task {
                parent: Some(summary_id(0, place / SIBLINGS).as_str().into()),
                duration: Some(span(task.duration)),
                calendar,
                ..Task::new(&task_id(place as u32), &format!("Task {}", place + 1))
            });
        }
        for (level, summaries) in self.summaries().into_iter().enumerate() {
            for place in 0..summaries {
                let parent = (summaries > 1).then(|| summary_id(level + 1, place / SIBLINGS).as_str().into());
                let name = format!("Summary {} of level {}", place + 1, level + 1);
                project.tasks.push(Task { parent, ..Task::new(&summary_id(level, place), &name) });
            }
        }
        project.links = self
            .links
            .iter()
            .map(|link| Link {
                kind: link.kind,
                lag: (link.lag != 0).then(|| Lag::Span { span: span(link.lag) }),
                ..Link::new(&task_id(link.predecessor), &task_id(link.successor))
            })
            .collect();
        Ok(project)
    }

    /// How many summaries there are on each level, the lowest first and one at last.
    pub fn summaries(&self) -> Vec<usize> {
        let mut levels = vec![self.tasks.len().div_ceil(SIBLINGS)];
        while let Some(below) = levels.last().copied().filter(|summaries| *summaries > 1) {
            levels.push(below.div_ceil(SIBLINGS));
        }
        levels
    }
}

/// The same project on its way: a fifth of it is done, one link in ten is blocking, and a thousand gates stand before tasks, each with
/// three items, two of which tasks bring.
///
/// # Errors
/// None, unless the engine refuses texts that it has always read.
pub fn with_gates(mut project: Project) -> Result<Project> {
    const GATES: usize = 1_000;
    let tasks: Vec<usize> = (0..project.tasks.len()).filter(|place| project.tasks[*place].duration.is_some()).collect();
    let started: Timestamp = START.parse()?;
    for place in tasks.iter().take(tasks.len() / 5) {
        let progress = Progress { actual_start: started, actual_finish: Some(started), resume: None, remaining: None };
        (project.tasks[*place].percent_complete, project.tasks[*place].progress) = (100, Some(Box::new(progress)));
    }
    project.links.iter_mut().step_by(10).for_each(|link| link.blocking = true);
    for gate in 0..GATES.min(tasks.len() / 5) {
        let place = |of: usize| tasks[of * tasks.len() / GATES.min(tasks.len())];
        let guarded = project.tasks[place(gate)].id.clone();
        let mut items = Vec::new();
        for number in 0..3 {
            let mut item = ChecklistItem::new(&format!("item-{gate}-{number}"), "Certificate");
            item.needs.push("certificate".to_owned());
            item.producer = (number < 2).then(|| project.tasks[place(gate.saturating_sub(number + 1))].id.clone());
            items.push(GateItem::new(item.id.as_str()));
            project.checklist.push(item);
        }
        let guards = vec![Intent::StartTask { task: guarded }];
        project.gates.push(Gate { guards, items, ..Gate::new(&format!("gate-{gate}"), "Gate") });
    }
    Ok(project)
}

/// Gives every task one of so many owners, drawn anew for each task. With eight calendars one owner in five has one of their own.
pub fn give_owners(project: &mut Project, directory: &mut Directory, members: usize, calendars: Calendars) {
    let mut random = Random::new(32);
    let id = |member: usize| format!("member-{member:04}");
    directory.members = (0..members)
        .map(|member| {
            let own = calendars == Calendars::Eight && random.one_in(5);
            let calendar = own.then(|| CALENDARS[1 + random.below(7)].0.into());
            Member { calendar, ..Member::new(&id(member), &format!("Member {member}")) }
        })
        .collect();
    for task in &mut project.tasks {
        task.owner = Some(id(random.below(members)).as_str().into());
    }
}

/// The directory document: all eight calendars.
///
/// # Errors
/// None, unless the engine refuses texts that it has always read.
pub fn directory() -> Result<Directory> {
    let mut holidays = Vec::new();
    for year in YEARS {
        for day in us_holidays(year)? {
            holidays.push(CalendarException { first: day, last: None, shifts: Vec::new(), name: None, projected: false, source: None });
        }
    }
    let mut directory = Directory::default();
    for (id, zone, shifts, days, with_holidays) in CALENDARS {
        let of_day = |weekday: usize| -> Result<Option<Vec<Shift>>> {
            let shifts = if weekday < days { shifts } else { OFF };
            shifts.iter().map(|shift| shift.parse()).collect::<Result<_>>().map(Some)
        };
        let week = WorkWeek {
            monday: of_day(0)?,
            tuesday: of_day(1)?,
            wednesday: of_day(2)?,
            thursday: of_day(3)?,
            friday: of_day(4)?,
            saturday: of_day(5)?,
            sunday: of_day(6)?,
        };
        directory.calendars.push(WorkCalendar {
            id: id.into(),
            name: None,
            base: None,
            zone: Some(zone.to_owned()),
            week: Some(week),
            changes: Vec::new(),
            exceptions: if with_holidays { holidays.clone() } else { Vec::new() },
            known_until: None,
        });
    }
    Ok(directory)
}

/// The federal holidays of a year; one that falls on a weekend is kept on the working day next to it.
///
/// # Errors
/// None in the years of a document.
pub fn us_holidays(year: i32) -> Result<[Day; 11]> {
    let utc = Zone::new("UTC")?;
    let number = |day: Day| utc.start_of(day).unix_seconds() / 86_400;
    let at_number = |number: i64| Timestamp::from_unix_seconds(number * 86_400).map(|at| utc.day_at(at));
    let weekday = |number: i64| (number + 3).rem_euclid(7);
    let kept = |month: u32, day: u32| {
        let number = number(Day::new(year, month, day)?);
        at_number(match weekday(number) {
            5 => number - 1,
            6 => number + 1,
            _ => number,
        })
    };
    // The first of these weekdays from that day of the month on.
    let from = |month: u32, day: u32, wanted: i64| {
        let number = number(Day::new(year, month, day)?);
        at_number(number + (wanted - weekday(number)).rem_euclid(7))
    };
    const MONDAY: i64 = 0;
    const THURSDAY: i64 = 3;
    Ok([
        kept(1, 1)?,
        from(1, 15, MONDAY)?,
        from(2, 15, MONDAY)?,
        from(5, 25, MONDAY)?,
        kept(6, 19)?,
        kept(7, 4)?,
        from(9, 1, MONDAY)?,
        from(10, 8, MONDAY)?,
        kept(11, 11)?,
        from(11, 22, THURSDAY)?,
        kept(12, 25)?,
    ])
}

/// The id of a task, as long for the first as for the last.
pub fn task_id(place: u32) -> String {
    format!("t{place:06}")
}

fn summary_id(level: usize, place: usize) -> String {
    format!("s{level}-{place:05}")
}

fn span(minutes: i32) -> Span {
    match minutes % 60 {
        0 => Span { count: i64::from(minutes / 60), unit: SpanUnit::Hours },
        _ => Span { count: i64::from(minutes), unit: SpanUnit::Minutes },
    }
}
