//! What stands behind the answer: the chain with its reasons, the latest safe starts, what the plan found.

use linkstar::{Result, Severity, local_time};

use super::launch::{DESK, Launch};
use super::text::{COLUMNS, Ink, Pen, pad, paragraph, width};
use super::words;

/// How many latest starts are worth a look today.
const STARTS: usize = 15;

/// The chain that leads to the goal, one sentence for each task.
pub fn chain(launch: &Launch, pen: Pen) -> Result<String> {
    let mut text = title(launch, pen, &words::REASONS, &launch.say(&words::REASONS_ABOUT, &[]));
    let steps = launch.plan.explain(launch.goal.as_str(), launch.language)?.steps;
    for (place, step) in steps.iter().rev().enumerate() {
        let city = match launch.plan.task(step.task.as_str()) {
            Some(planned) => words::city(launch.zone(&planned)?, launch.language),
            None => "",
        };
        text += &paragraph(&format!("{:>2} {} ", place + 1, pad(city, 11)), &launch.named(&step.sentence));
    }
    Ok(text)
}

/// The tasks that have not begun, and the last moments at which they may.
pub fn starts(launch: &Launch, pen: Pen) -> Result<String> {
    let promises = launch.promises()?;
    let dates = promises.iter().map(|promise| promise.task.id.as_str());
    let dates: Vec<_> = dates.map(|id| (launch.short_name(id), launch.leading_to(id))).collect();
    let header = [&words::LATEST_START, &words::SLACK, &words::WHO, &words::TASK, &words::LEADS_TO];
    let mut rows = vec![header.map(|phrase| launch.say(phrase, &[]))];
    for planned in launch.not_started().into_iter().take(STARTS) {
        let zone = launch.zone(&planned)?;
        // Most of the team shares one clock, which need not be named in every row.
        let time = match zone.name() {
            DESK => local_time(planned.late_start, zone, launch.language),
            _ => launch.time(planned.late_start, zone),
        };
        let due = if launch.is_due(&planned)? { "> " } else { "  " };
        let clock = if planned.elapsed { "~" } else { "" };
        let leads_to = dates.iter().find(|(_, before)| before.contains(planned.task.as_str())).map(|(name, _)| (*name).to_owned());
        rows.push([
            due.to_owned() + &time,
            clock.to_owned() + &launch.length(planned.total_slack, planned.elapsed),
            launch.who(planned.task.as_str()).to_owned(),
            launch.name(planned.task.as_str()).to_owned(),
            leads_to.unwrap_or_else(|| launch.say(&words::PROJECT_END, &[])),
        ]);
    }
    Ok(title(launch, pen, &words::STARTS, &launch.say(&words::STARTS_ABOUT, &[])) + &table(&rows))
}

/// Columns as wide as their widest cell; the last two, which hold names, share what is left of the line.
fn table(rows: &[[String; 5]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let left = COLUMNS.saturating_sub(widest(0) + widest(1) + widest(2) + 4 * 2);
    let name = widest(3).min(left * 3 / 5);
    let columns = [widest(0), widest(1), widest(2), name, left - name];
    let line = |row: &[String; 5]| {
        let cells: Vec<String> = row.iter().zip(columns).map(|(cell, columns)| pad(cell, columns)).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// The findings of the plan, the worst first, and where its facts come from.
pub fn findings(launch: &Launch, pen: Pen) -> String {
    let mut text = pen.draw(Ink::Strong, &launch.say(&words::FINDINGS, &[])) + "\n";
    for found in &launch.plan.diagnostics {
        let lead = match found.severity {
            Severity::Error => "!! ",
            Severity::Warning => "!  ",
            Severity::Info => "-  ",
        };
        text += &paragraph(lead, &launch.named(&found.sentence(launch.language)));
    }
    if launch.plan.diagnostics.is_empty() {
        text += &paragraph("", &launch.say(&words::NO_FINDINGS, &[]));
    }
    text + "\n" + &paragraph("", &launch.say(&words::SOURCES, &[]))
}

pub fn title(launch: &Launch, pen: Pen, title: &words::Phrase, about: &str) -> String {
    let about = paragraph("", about);
    format!("{}\n{}\n", pen.draw(Ink::Strong, &launch.say(title, &[])), pen.draw(Ink::Faint, about.trim_end()))
}
