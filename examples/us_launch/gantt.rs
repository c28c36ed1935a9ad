//! The plan as a chart: one row for each stage and task, one or two columns for each week.
//!
//! Every glyph says by its shape what its colour says too, so that a chart in a mail or a log is as good as one in a terminal.

use std::collections::BTreeMap;

use linkstar::{PlannedTask, Result, Timestamp, Zone};

use super::launch::{DESK, Launch, NEAR_DAYS};
use super::text::{COLUMNS, Ink, Pen, pad, paragraph, width};
use super::words;

/// Columns of a name with the blank behind it, and of the chart.
const NAME: usize = 36;
const CELLS: usize = COLUMNS - NAME;
const WEEK: i64 = 7 * 86_400;

pub fn chart(launch: &Launch, pen: Pen) -> Result<String> {
    let scale = Scale::new(launch.plan.start, launch.plan.finish)?;
    let deadlines: BTreeMap<_, _> = launch
        .promises()?
        .into_iter()
        .filter(|promise| promise.task.deadline.is_some())
        .map(|promise| (&promise.task.id, promise.at))
        .collect();
    let title = pen.draw(Ink::Strong, &launch.say(&words::CHART, &[]));
    let legend = paragraph("", &launch.say(&words::LEGEND, &[("near", &NEAR_DAYS.to_string())]));
    let mut chart =
        format!("{title}\n{}\n{}{}\n", pen.draw(Ink::Faint, legend.trim_end()), pad(&scale.about(launch), NAME), scale.ruler(launch));
    for planned in &launch.plan.tasks {
        let name = " ".repeat(planned.level as usize) + launch.name(planned.task.as_str());
        let ink = if planned.summary { Ink::Strong } else { Ink::Plain };
        let row = row(&scale, planned, launch.now, deadlines.get(&planned.task).copied());
        let line: String = row
            .chunk_by(|a, b| a.ink() == b.ink())
            .map(|run| pen.draw(run[0].ink(), &run.iter().map(|glyph| glyph.shape()).collect::<String>()))
            .collect();
        chart += &format!("{} {}\n", pen.draw(ink, &pad(&name, NAME - 1)), line.trim_end());
    }
    Ok(chart)
}

fn row(scale: &Scale, planned: &PlannedTask, now: Timestamp, deadline: Option<Timestamp>) -> Vec<Glyph> {
    let mut row = vec![Glyph::Blank; CELLS];
    let mut fill = |first: usize, last: usize, glyph: Glyph| row.iter_mut().take(last + 1).skip(first).for_each(|cell| *cell = glyph);
    if let Some(now) = scale.cell(now) {
        fill(now, now, Glyph::Now);
    }
    let (start, finish) = (scale.inside(planned.start), scale.last(planned.finish));
    let finish = finish.max(start);
    if !planned.summary {
        fill(finish, scale.last(planned.late_finish), Glyph::Slack);
    }
    let bar = match planned {
        PlannedTask { summary: true, .. } => Glyph::Stage,
        PlannedTask { duration: 0, .. } => Glyph::Milestone,
        PlannedTask { critical: true, .. } => Glyph::Critical,
        PlannedTask { near_critical: true, .. } => Glyph::Near,
        _ => Glyph::Normal,
    };
    fill(start, finish, bar);
    if let Some(deadline) = deadline {
        let cell = scale.last(deadline);
        fill(cell, cell, Glyph::Deadline);
    }
    row
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Glyph {
    Blank,
    Now,
    Slack,
    Stage,
    Normal,
    Near,
    Critical,
    Milestone,
    Deadline,
}

impl Glyph {
    fn shape(self) -> char {
        match self {
            Glyph::Blank => ' ',
            Glyph::Now => '│',
            Glyph::Slack => '·',
            Glyph::Stage => '─',
            Glyph::Normal => '▒',
            Glyph::Near => '▓',
            Glyph::Critical => '█',
            Glyph::Milestone => '◆',
            Glyph::Deadline => '!',
        }
    }

    fn ink(self) -> Ink {
        match self {
            Glyph::Blank | Glyph::Stage | Glyph::Milestone => Ink::Plain,
            Glyph::Now | Glyph::Slack => Ink::Faint,
            Glyph::Normal => Ink::Blue,
            Glyph::Near => Ink::Yellow,
            Glyph::Critical | Glyph::Deadline => Ink::Red,
        }
    }
}

/// Which moment stands in which column.
struct Scale {
    zone: Zone,
    /// The Monday on which the chart begins, in seconds of UTC.
    begin: i64,
    /// Seconds of a column: half a week, or as many weeks as it takes to fit.
    column: i64,
}

impl Scale {
    fn new(start: Timestamp, finish: Timestamp) -> Result<Scale> {
        let zone = Zone::new(DESK)?;
        let monday = zone.start_of("1970-01-05".parse()?).unix_seconds();
        let begin = start.unix_seconds() - (start.unix_seconds() - monday).rem_euclid(WEEK);
        let mut column = WEEK / 2;
        while (finish.unix_seconds() - begin) > column * CELLS as i64 {
            column *= 2;
        }
        Ok(Scale { zone, begin, column })
    }

    /// The column of a moment, if the chart shows it.
    fn cell(&self, at: Timestamp) -> Option<usize> {
        usize::try_from((at.unix_seconds() - self.begin).div_euclid(self.column)).ok().filter(|cell| *cell < CELLS)
    }

    /// The column of a moment, or the nearest one.
    fn inside(&self, at: Timestamp) -> usize {
        self.cell(at).unwrap_or(if at.unix_seconds() < self.begin { 0 } else { CELLS - 1 })
    }

    /// The last column of what ends at a moment.
    fn last(&self, end: Timestamp) -> usize {
        end.plus_seconds(-1).map_or(0, |at| self.inside(at))
    }

    fn about(&self, launch: &Launch) -> String {
        let year = launch.plan.start.plus_seconds(0).map_or(0, |at| self.zone.day_at(at).year()).to_string();
        match self.column / WEEK {
            0 => launch.say(&words::CELL_HALF_WEEK, &[("year", &year)]),
            weeks => launch.say(&words::CELL_WEEKS, &[("year", &year), ("weeks", &weeks.to_string())]),
        }
    }

    /// The names of the months where they begin, or of the years where months do not fit; January goes by its year.
    fn ruler(&self, launch: &Launch) -> String {
        let mut marks: Vec<(usize, String)> = Vec::new();
        let mut previous = None;
        for cell in 0..CELLS {
            let Ok(at) = Timestamp::from_unix_seconds(self.begin + (cell as i64 + 1) * self.column - 1) else { break };
            let day = self.zone.day_at(at);
            let month = day.to_string().get(5..7).and_then(|month| month.parse::<usize>().ok()).unwrap_or(1) - 1;
            let (mark, text) = match self.column > WEEK {
                true => ((day.year(), 0), day.year().to_string()),
                false if month == 0 => ((day.year(), 0), day.year().to_string()),
                false => ((day.year(), month), words::month(month, launch.language)),
            };
            if previous.replace(mark) != Some(mark) {
                marks.push((cell, text));
            }
        }
        let ends = marks.iter().skip(1).map(|(next, _)| *next).chain([CELLS]);
        // A month that is cut off at the edge has no room for its name.
        let fitting = marks.iter().zip(ends).filter(|((cell, text), end)| cell + width(text) < *end);
        fitting.fold(String::new(), |ruler, ((cell, text), _)| pad(&ruler, *cell) + text)
    }
}
