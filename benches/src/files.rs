//! Networks as files: a pair of CSV files that every language reads, and the XML of Microsoft Project.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use linkstar::LinkKind;

use crate::documents::{START, YEARS, us_holidays};
use crate::network::{Link, Network, SIBLINGS, Task};

/// The kinds of links by their number in a file.
const KINDS: [LinkKind; 4] = [LinkKind::FinishToStart, LinkKind::StartToStart, LinkKind::FinishToFinish, LinkKind::StartToFinish];

impl Network {
    /// Writes `STEM.tasks.csv` (place, minutes, calendar) and `STEM.links.csv` (predecessor, successor, kind, minutes of lag).
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn write_csv(&self, stem: &Path) -> io::Result<()> {
        let mut tasks = create(&with_extension(stem, "tasks.csv"))?;
        for (place, task) in self.tasks.iter().enumerate() {
            writeln!(tasks, "{place},{},{}", task.duration, task.calendar)?;
        }
        tasks.flush()?;
        let mut links = create(&with_extension(stem, "links.csv"))?;
        for link in &self.links {
            let kind = KINDS.iter().position(|kind| *kind == link.kind).unwrap_or_default();
            writeln!(links, "{},{},{kind},{}", link.predecessor, link.successor, link.lag)?;
        }
        links.flush()
    }

    /// Reads what [`write_csv`](Network::write_csv) writes, or another generator in the same form.
    ///
    /// # Errors
    /// Files that are not there or hold something else.
    pub fn read_csv(stem: &Path) -> io::Result<Network> {
        let task = |[_, duration, calendar]: [i32; 3]| Some(Task { duration, calendar: u8::try_from(calendar).ok().filter(|it| *it < 8)? });
        let tasks: Vec<Task> = rows(&with_extension(stem, "tasks.csv"), task)?;
        let place = |number: i32| u32::try_from(number).ok().filter(|place| (*place as usize) < tasks.len());
        let link = |[predecessor, successor, kind, lag]: [i32; 4]| {
            let kind = *KINDS.get(usize::try_from(kind).ok()?)?;
            Some(Link { predecessor: place(predecessor)?, successor: place(successor)?, kind, lag })
        };
        let links = rows(&with_extension(stem, "links.csv"), link)?;
        Ok(Network { tasks, links })
    }

    /// Writes `STEM.xml` for Microsoft Project and those who read its files: one calendar, summaries above the tasks.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn write_mspdi(&self, stem: &Path) -> io::Result<()> {
        let mut file = create(&with_extension(stem, "xml"))?;
        let start = START.trim_end_matches('Z');
        writeln!(file, r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#)?;
        writeln!(file, r#"<Project xmlns="http://schemas.microsoft.com/project">"#)?;
        writeln!(file, "<Name>Network</Name><ScheduleFromStart>1</ScheduleFromStart><StartDate>{start}</StartDate>")?;
        writeln!(file, "<DefaultStartTime>08:00:00</DefaultStartTime><DefaultFinishTime>17:00:00</DefaultFinishTime>")?;
        writeln!(file, "<MinutesPerDay>480</MinutesPerDay><MinutesPerWeek>2400</MinutesPerWeek><DaysPerMonth>20</DaysPerMonth>")?;
        writeln!(file, "<CalendarUID>1</CalendarUID>")?;
        write_calendar(&mut file)?;
        self.write_tasks(&mut file)?;
        writeln!(file, "</Project>")?;
        file.flush()
    }

    /// The tasks in outline order: each summary before those below it.
    fn write_tasks(&self, file: &mut impl Write) -> io::Result<()> {
        let levels = self.summaries();
        let mut number = 0;
        // What is open: the height above the tasks, and the place on that level.
        let mut open = vec![(levels.len(), 0)];
        let first_uid = |height: usize| 1 + self.tasks.len() + levels.iter().take(height - 1).sum::<usize>();
        let mut waits_for: Vec<Vec<&Link>> = vec![Vec::new(); self.tasks.len()];
        self.links.iter().for_each(|link| waits_for[link.successor as usize].push(link));
        writeln!(file, "<Tasks>")?;
        while let Some((height, place)) = open.pop() {
            number += 1;
            let outline = levels.len() - height + 1;
            if height == 0 {
                let hours = format!("PT{}H{}M0S", self.tasks[place].duration / 60, self.tasks[place].duration % 60);
                write_task(file, place + 1, number, &format!("Task {}", place + 1), outline, &hours, false)?;
                for link in &waits_for[place] {
                    let kind = match link.kind {
                        LinkKind::FinishToFinish => 0,
                        LinkKind::FinishToStart => 1,
                        LinkKind::StartToFinish => 2,
                        LinkKind::StartToStart => 3,
                    };
                    // A lag is counted in tenths of minutes; format 5 shows it in hours.
                    write!(
                        file,
                        "<PredecessorLink><PredecessorUID>{}</PredecessorUID><Type>{kind}</Type><CrossProject>0</CrossProject>\
                         <LinkLag>{}</LinkLag><LagFormat>5</LagFormat></PredecessorLink>",
                        link.predecessor + 1,
                        link.lag * 10
                    )?;
                }
            } else {
                write_task(file, first_uid(height) + place, number, &format!("Summary {}", place + 1), outline, "PT0H0M0S", true)?;
                let below = if height == 1 { self.tasks.len() } else { levels[height - 2] };
                let children = place * SIBLINGS..((place + 1) * SIBLINGS).min(below);
                open.extend(children.rev().map(|child| (height - 1, child)));
            }
            writeln!(file, "</Task>")?;
        }
        writeln!(file, "</Tasks>")
    }
}

/// A task but for its links and its end.
fn write_task(
    file: &mut impl Write,
    uid: usize,
    number: usize,
    name: &str,
    outline: usize,
    duration: &str,
    summary: bool,
) -> io::Result<()> {
    write!(
        file,
        "<Task><UID>{uid}</UID><ID>{number}</ID><Name>{name}</Name><Active>1</Active><Manual>0</Manual><Type>1</Type><IsNull>0</IsNull>\
         <OutlineLevel>{outline}</OutlineLevel><Duration>{duration}</Duration><DurationFormat>5</DurationFormat>\
         <RemainingDuration>{duration}</RemainingDuration><ActualDuration>PT0H0M0S</ActualDuration><Milestone>0</Milestone>\
         <Summary>{}</Summary><PercentComplete>0</PercentComplete><ConstraintType>0</ConstraintType><CalendarUID>-1</CalendarUID>",
        u8::from(summary)
    )
}

fn write_calendar(file: &mut impl Write) -> io::Result<()> {
    let shift = |from: &str, to: &str| format!("<WorkingTime><FromTime>{from}:00</FromTime><ToTime>{to}:00</ToTime></WorkingTime>");
    let shifts = format!("<WorkingTimes>{}{}</WorkingTimes>", shift("08:00", "12:00"), shift("13:00", "17:00"));
    write!(file, "<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>")?;
    write!(file, "<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>")?;
    // The week begins with Sunday as day 1.
    for day in 1..=7 {
        let works = (2..=6).contains(&day);
        let shifts = if works { shifts.as_str() } else { "" };
        write!(file, "<WeekDay><DayType>{day}</DayType><DayWorking>{}</DayWorking>{shifts}</WeekDay>", u8::from(works))?;
    }
    writeln!(file, "</WeekDays><Exceptions>")?;
    for year in YEARS {
        for day in us_holidays(year).map_err(io::Error::other)? {
            writeln!(
                file,
                "<Exception><EnteredByOccurrences>0</EnteredByOccurrences><TimePeriod><FromDate>{day}T00:00:00</FromDate>\
                 <ToDate>{day}T23:59:00</ToDate></TimePeriod><Occurrences>1</Occurrences><Name>Holiday</Name><Type>1</Type>\
                 <DayWorking>0</DayWorking></Exception>"
            )?;
        }
    }
    writeln!(file, "</Exceptions></Calendar></Calendars>")
}

fn create(path: &Path) -> io::Result<BufWriter<fs::File>> {
    Ok(BufWriter::with_capacity(1 << 16, fs::File::create(path)?))
}

/// A stem may have dots of its own, which an extension would replace.
fn with_extension(stem: &Path, extension: &str) -> PathBuf {
    PathBuf::from(format!("{}.{extension}", stem.display()))
}

/// Each line as numbers, turned into what they mean.
fn rows<T, const N: usize>(path: &Path, meaning: impl Fn([i32; N]) -> Option<T>) -> io::Result<Vec<T>> {
    let text = fs::read_to_string(path)?;
    let parse = |line: &str| {
        let mut numbers = [0; N];
        let mut fields = line.split(',');
        for number in &mut numbers {
            *number = fields.next()?.parse().ok()?;
        }
        fields.next().is_none().then_some(numbers).and_then(&meaning)
    };
    let problem = |line: usize| io::Error::new(io::ErrorKind::InvalidData, format!("{} line {line}", path.display()));
    text.lines().enumerate().map(|(index, line)| parse(line).ok_or_else(|| problem(index + 1))).collect()
}
