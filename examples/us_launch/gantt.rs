//! The plan as a chart: one row for each stage and task, one or two columns for each week.
//!
//! Every glyph says by its shape what its colour says too, so that a chart in a mail or a log is as good as one in a terminal.

use std::collections::BTreeMap;

use linkstar::{Day, PlannedTask, Result, Timestamp, Zone};

use super::launch::{DESK, Launch, NEAR_DAYS};
use super::text::{COLUMNS, Ink, Pen, pad, paragraph, width};
use super::words;

/// Columns of a name with the blank behind it, and of the chart.
const NAME: usize = 36;
const CELLS: usize = COLUMNS - NAME;
const WEEK: i64 = 7 * 86_400;

pub fn chart(launch: &Launch, pen: Pen) -> Result<String> {
    let scale = Scale::new(launch.plan.start, launch.plan.finish)?;
    let promises = launch.promises()?;
    let deadlines = promises.iter().filter(|promise| promise.task.deadline.is_some());
    let deadlines: BTreeMap<_, _> = deadlines.map(|promise| (&promise.task.id, promise.at)).collect();
    let title = pen.draw(Ink::Strong, &launch.say(&words::CHART, &[]));
    let legend = paragraph("", &launch.say(&words::LEGEND, &[("near", &NEAR_DAYS.to_string())]));
    let ruler = pad(&scale.about(launch), NAME) + &scale.ruler(launch)?;
    let mut chart = format!("{title}\n{}\n{ruler}\n", pen.draw(Ink::Faint, legend.trim_end()));
    for planned in launch.plan.tasks() {
        let name = " ".repeat(planned.level as usize) + launch.name(planned.task.as_str());
        let ink = if planned.summary { Ink::Strong } else { Ink::Plain };
        let row = row(&scale, &planned, launch.now, deadlines.get(&planned.task).copied());
        let runs = row.chunk_by(|a, b| a.ink() == b.ink());
        let line: String = runs.map(|run| pen.draw(run[0].ink(), &run.iter().map(|glyph| glyph.shape()).collect::<String>())).collect();
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
        let year = self.zone.day_at(launch.plan.start).year().to_string();
        match self.column / WEEK {
            0 => launch.say(&words::CELL_HALF_WEEK, &[("year", &year)]),
            weeks => launch.say(&words::CELL_WEEKS, &[("year", &year), ("weeks", &weeks.to_string())]),
        }
    }

    /// The names of the months where they begin, or of the years where months do not fit; January goes by its year.
    fn ruler(&self, launch: &Launch) -> Result<String> {
        let mut marks: Vec<(usize, String)> = Vec::new();
        let end = self.last(launch.plan.finish) + 1;
        for cell in 0..end {
            let last_second = Timestamp::from_unix_seconds(self.begin + (cell as i64 + 1) * self.column - 1)?;
            let day = self.zone.day_at(last_second);
            let text = match month(day) {
                number if number > 1 && self.column <= WEEK => words::month(number, launch.language),
                _ => day.year().to_string(),
            };
            if marks.last().is_none_or(|(_, last)| *last != text) {
                marks.push((cell, text));
            }
        }
        let ends = marks.iter().skip(1).map(|(next, _)| *next).chain([end]);
        // A month that is cut off at the edge has no room for its name. Chinese months end in a character that parts them.
        let room = |text: &str| width(text) + usize::from(!text.ends_with('月'));
        let fitting = marks.iter().zip(ends).filter(|((cell, text), end)| cell + room(text) <= *end);
        Ok(fitting.fold(String::new(), |ruler, ((cell, text), _)| pad(&ruler, *cell) + text))
    }
}

/// The month of a day, 1 to 12.
fn month(day: Day) -> usize {
    // A day has one spelling, 2027-11-26.
    day.to_string().get(5..7).and_then(|month| month.parse().ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_plan_has_shorter_weeks() -> Result<()> {
        let monday = "2027-05-24T00:00:00+08:00".parse::<Timestamp>()?;
        for (weeks, column) in [(1, WEEK / 2), (32, WEEK / 2), (33, WEEK), (64, WEEK), (65, 2 * WEEK), (4000, 64 * WEEK)] {
            let finish = monday.plus_seconds(weeks * WEEK)?;
            let scale = Scale::new(monday.plus_seconds(3 * 86_400)?, finish)?;
            assert_eq!((scale.column, scale.begin), (column, monday.unix_seconds()), "{weeks} weeks");
            assert!(scale.cell(monday) == Some(0) && scale.last(finish) < CELLS && scale.cell(monday.plus_seconds(-1)?).is_none());
        }
        Ok(())
    }
}
