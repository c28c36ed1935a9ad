//! Who has more to do than they can, and what of it could wait.

use std::cmp::Reverse;

use linkstar::{CarriedTask, Crowd, MemberId, Overload, Result, Timestamp, Workload};

use super::launch::Launch;
use super::reasons::title;
use super::text::{COLUMNS, Pen, cut, pad, paragraph, width};
use super::words;

/// Columns of the name of a task, which its slack follows.
const TASK: usize = 28;
/// How many overloads are worth a look today.
const OVERLOADS: usize = 4;

/// The overloads, the greatest first, and where somebody has too many tasks of one kind in hand.
pub fn overloaded(launch: &Launch, pen: Pen) -> Result<String> {
    let Workload { mut overloads, crowds, .. } = launch.workload()?;
    if overloads.is_empty() && crowds.is_empty() {
        return Ok(title(launch, pen, &words::OVERLOADED, &launch.say(&words::NOBODY, &[])));
    }
    overloads.sort_by_key(|overload| Reverse(overload.excess));
    let mut rows = vec![[&words::WHEN, &words::WHO, &words::TOO_MUCH, &words::COULD_WAIT].map(|phrase| launch.say(phrase, &[]))];
    for Overload { member, start, finish, load, capacity, tasks, .. } in overloads.iter().take(OVERLOADS) {
        let (load, capacity) = (launch.length(*load, false), launch.length(*capacity, false));
        let too_much = launch.say(&words::WORK_IN, &[("load", &load), ("capacity", &capacity)]);
        rows.push(row(launch, member, (*start, *finish), too_much, tasks)?);
    }
    for Crowd { member, most, peak, start, finish, tasks, .. } in &crowds {
        let too_much = launch.say(&words::AT_ONCE, &[("peak", &peak.to_string()), ("most", &most.to_string())]);
        rows.push(row(launch, member, (*start, *finish), too_much, tasks)?);
    }
    let mut text = title(launch, pen, &words::OVERLOADED, &launch.say(&words::OVERLOADED_ABOUT, &[])) + &table(&rows);
    let more = overloads.len().saturating_sub(OVERLOADS);
    if more > 0 {
        text += &paragraph("  ", &launch.say(&words::AND_MORE, &[("count", &more.to_string())]));
    }
    Ok(text)
}

fn row(
    launch: &Launch,
    member: &MemberId,
    (start, finish): (Timestamp, Timestamp),
    too_much: String,
    tasks: &[CarriedTask],
) -> Result<[String; 4]> {
    // The tasks come with the most slack first: that one could wait the longest.
    let waits = tasks.first().map_or(String::new(), |task| {
        let id = task.task.as_str();
        let elapsed = launch.plan.task(id).is_some_and(|planned| planned.elapsed);
        launch.say(&words::WITH_SLACK, &[("name", &cut(launch.name(id), TASK)), ("slack", &launch.length(task.total_slack, elapsed))])
    });
    let zone = launch.member_zone(member)?;
    let last = zone.day_at(finish.plus_seconds(-1)?).to_string();
    let days = launch.say(&words::FROM_TO, &[("first", &zone.day_at(start).to_string()), ("last", &last)]);
    Ok([days, launch.member(member.as_str()).to_owned(), too_much, waits])
}

/// Columns as wide as their widest cell; the last has what is left of the line.
fn table(rows: &[[String; 4]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0);
    let first = [widest(0), widest(1), widest(2)];
    let columns = [first[0], first[1], first[2], COLUMNS.saturating_sub(first.iter().sum::<usize>() + 3 * 2 + 2)];
    let line = |row: &[String; 4]| {
        let cells: Vec<String> = row.iter().zip(columns).map(|(cell, columns)| pad(cell, columns)).collect();
        format!("  {}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
